"""The part of a card that takes what room is left and scrolls."""

from PySide6.QtCore import QSize

from venue_desk.desktop import theme
from venue_desk.desktop.widgets import Scroll


class Rest(Scroll):
    """Asks for little, so that its content never makes the page longer than the window."""

    def sizeHint(self) -> QSize:
        return QSize(theme.now().px(200), theme.now().px(140))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()
