"""What the database's own errors mean to a person."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DatabaseError

from venue_desk.domain.problem import Problem
from venue_desk.domain.reasons import plain
from venue_desk.language import _


class Damaged(Problem):
    """The records cannot be used as they are; ``store.recovery`` can bring back what is left of them."""

    damaged = True  # how the window knows it before the store is loaded

    def __init__(self, text: str, hint: str = "") -> None:
        super().__init__(text, hint or _("Nothing was changed. Open Venue Desk, or run: venue-desk recover."))


class Full(Problem):
    """The disk is full."""


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """Tell a person what the disk or the file refuses inside; other errors pass as they are."""
    try:
        yield
    except DatabaseError as error:
        problem = meaning(folder, str(error.orig))
        if problem is None:
            raise
        raise problem from error


def meaning(folder: Path, text: str) -> Problem | None:
    """The Problem for an error in SQLite's words; None where it is our bug."""
    if "is full" in text:
        return Full(_("The disk is full: nothing was saved."), _("Free some space, then do it again."))
    if "malformed" in text or "not a database" in text:
        return Damaged(
            _("The records in {folder} are damaged ({why}).").format(folder=folder, why=plain(text))
        )
    if any(word in text for word in ("readonly", "unable to open", "I/O", "locked")):
        return Problem(
            _("The records cannot be written ({why}): nothing was saved.").format(why=plain(text)),
            _("Check that the disk is connected and may be written, then do it again."),
        )
    return None
