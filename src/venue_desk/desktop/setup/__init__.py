"""The first window: set up my venue, or look at a sample parish."""

from venue_desk.desktop.setup.first import FirstWindow

__all__ = ["FirstWindow"]
