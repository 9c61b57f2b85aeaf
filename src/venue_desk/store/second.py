"""The second place for backups: a stick, another disk.

A small file beside the records names it, so that the window and commands know it alike, also when the records cannot be
read. Each venue has a folder of its own there, because backups are thinned out in it.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from venue_desk.domain import clock
from venue_desk.domain.problem import Problem
from venue_desk.domain.reasons import plain
from venue_desk.language import _

FILE = "venue-desk.second"


@dataclass(frozen=True, slots=True)
class Second:
    """``verified``: when the last backup there was checked; None: none yet."""

    place: Path
    verified: datetime | None


def read(folder: Path) -> Second | None:
    """The second place of a folder's records, None where none was named."""
    try:
        place, _line, at = (folder / FILE).read_text("utf-8").strip().partition("\n")
    except (OSError, UnicodeDecodeError):
        return None
    verified = None
    with suppress(ValueError):
        verified = datetime.fromisoformat(at)
    return Second(Path(place), verified) if place else None


def places(folder: Path) -> list[Path]:
    """The further folders with backups."""
    found = read(folder)
    return [found.place] if found else []


def overdue(folder: Path, after: timedelta) -> bool:
    """Whether a second place is named, and no backup was checked there for so long."""
    found = read(folder)
    return found is not None and (found.verified is None or clock.now() - found.verified > after)


def choose(folder: Path, place: Path, venue: str) -> Second:
    """Name a place, which must be there; ``venue`` is the id of the records' venue. Raises Problem."""
    own = place.absolute() / f"venue-desk-{venue[:8]}"
    if own.is_relative_to(folder.absolute()):
        raise Problem(
            _("This folder is part of the records' own folder: it would be lost with them."),
            _("Choose a stick or another disk."),
        )
    try:
        own.mkdir(exist_ok=True)
        _keep(folder, own, "")
    except OSError as error:
        raise Problem(
            _("Nothing can be kept in this folder: {folder} ({why}).").format(folder=place, why=plain(error)),
            _("Choose a stick or another disk."),
        ) from error
    return Second(own, None)


def leave(folder: Path) -> None:
    """Copy backups there no more; those that are there stay."""
    (folder / FILE).unlink(missing_ok=True)


def verified(folder: Path, second: Second, at: datetime) -> None:
    """Note that a backup there was written and checked."""
    with suppress(OSError):
        _keep(folder, second.place, at.isoformat(timespec="minutes"))


def _keep(folder: Path, place: Path, at: str) -> None:
    part = folder / f"{FILE}.part"
    part.write_text(f"{place}\n{at}\n", "utf-8")
    part.replace(folder / FILE)
