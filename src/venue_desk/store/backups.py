"""The backups that the desk makes by itself: which there are, which are kept, and when the last one was verified."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import Engine

from venue_desk.domain import clock
from venue_desk.store.database import backup

FOLDER = "backups"
_PATTERN = "venue-desk-%Y%m%d-%H%M%S.db"
# How many days, weeks and months keep one backup each (their newest).
DAILY, WEEKLY, MONTHLY = 12, 10, 9


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was reopened and checked after it was written; others are never left under such a name."""

    file: Path
    at: datetime


def known(folder: Path) -> list[Backup]:
    """The backups beside a venue's records, newest first."""
    found: list[Backup] = []
    for file in (folder / FOLDER).glob("venue-desk-*.db"):
        try:
            found.append(Backup(file, datetime.strptime(file.name, _PATTERN)))
        except ValueError:
            continue
    return sorted(found, key=lambda b: b.at, reverse=True)


def make(engine: Engine, folder: Path) -> Backup:
    """Write one, check it, and let go those that are no longer needed. Raises Problem."""
    at = clock.now()
    (folder / FOLDER).mkdir(exist_ok=True)
    file = folder / FOLDER / at.strftime(_PATTERN)
    backup(engine, file)
    there = known(folder)
    for old in set(there) - kept(there):
        old.file.unlink(missing_ok=True)
    return Backup(file, at)


def kept(backups: Iterable[Backup]) -> set[Backup]:
    """Those worth keeping: all of the newest day, and the newest of each day, week and month in reach."""
    newest_first = sorted(backups, key=lambda b: b.at, reverse=True)
    if not newest_first:
        return set()
    today = newest_first[0].at.date()
    keep = {b for b in newest_first if b.at.date() == today}
    for span, count in (("%Y-%j", DAILY), ("%G-%V", WEEKLY), ("%Y-%m", MONTHLY)):
        first_of: dict[str, Backup] = {}
        for one in newest_first:
            first_of.setdefault(one.at.strftime(span), one)
        keep.update(islice(first_of.values(), count))
    return keep
