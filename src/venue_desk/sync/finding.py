"""After lines came: look once for what a person must settle, and keep it; whoever shows it asks for what is kept."""

from venue_desk.queries import attention
from venue_desk.store.desk import Desk


def look(desk: Desk) -> None:
    """Look through what came since the last time. Nothing to do where nothing came."""
    found = desk.ask(attention.look)
    if found is not None:
        desk.receive([], keep={attention.KEPT: found})
