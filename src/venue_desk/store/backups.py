"""The backups that the desk makes by itself: which there are, which are kept, when the last one was verified.

And what one holds, before somebody goes back to it.
"""

from collections.abc import Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Engine, Table, func, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from venue_desk.domain import clock
from venue_desk.domain.problem import Problem
from venue_desk.domain.reasons import plain
from venue_desk.language import N_, _, ngettext, number
from venue_desk.store import database, second, since
from venue_desk.store.database import backup
from venue_desk.store.records import Line

FOLDER = "backups"
_PATTERN = "venue-desk-%Y%m%d-%H%M%S.db"
# How many days, weeks and months keep one backup each (their newest).
DAILY, WEEKLY, MONTHLY = 12, 10, 9
OLD = timedelta(days=7)  # a last verified backup older than this is a danger
LAST = 5  # newest entries that a preview names

_LINES = cast(Table, Line.__table__)


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was reopened and checked after it was written; others are never left under such a name."""

    file: Path
    at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """An action, as its journal names it."""

    name: str
    at: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a backup holds, and what was done since and would be lost; ``lost`` is None where that cannot be read."""

    file: Path
    counts: dict[str, int]  # table name: rows
    last: tuple[Step, ...]
    lost: int | None
    lost_last: tuple[Step, ...]
    venue: str = ""  # its name
    other: bool = False  # it is another venue than the one that is here

    def holds(self) -> str:
        """How much of what it holds, in words."""
        counts = [
            f"{number(self.counts[table])} {_(words)}"
            for table, words in COUNTED.items()
            if self.counts.get(table)
        ]
        return ", ".join(counts) or _("no records yet")

    def loses(self) -> str:
        """How much would be lost, in words."""
        if self.lost is None:
            return _("What was done since cannot be read.")
        if not self.lost:
            return _("Nothing was done since: nothing is lost.")
        return ngettext(
            "{count} action since then is lost with it:",
            "{count} actions since then are lost with it:",
            self.lost,
        ).format(count=number(self.lost))


def known(folder: Path, places: Iterable[Path] = ()) -> list[Backup]:
    """The backups beside a venue's records and in further folders, newest first."""
    found = [one for place in (folder / FOLDER, *places) for one in _in(place)]
    return sorted(found, key=lambda b: b.at, reverse=True)


def _in(place: Path) -> list[Backup]:
    found: list[Backup] = []
    try:
        for file in place.glob("venue-desk-*.db"):
            with suppress(ValueError):
                found.append(Backup(file, datetime.strptime(file.name, _PATTERN)))
    except OSError:  # a stick that was pulled out
        return []
    return found


def make(engine: Engine, folder: Path) -> Backup:
    """Write one, check it, and let go those that are no longer needed. Raises Problem.

    Where a second place was named (a stick, another disk), a copy goes there too, checked there.
    """
    at = clock.now()
    own = folder / FOLDER
    file = own / at.strftime(_PATTERN)
    try:
        own.mkdir(exist_ok=True)
    except OSError as error:
        raise Problem(
            _("The backup could not be written: {file} ({why}).").format(file=file, why=plain(error)),
            _("Choose another place with free space."),
        ) from error
    backup(engine, file)
    since.turn(folder)
    _thin(own)
    also = second.read(folder)
    if also is not None:
        if not also.place.is_dir():
            raise Problem(
                _("The second place for backups is not there: {folder}").format(folder=also.place),
                _("Connect the disk or the stick; the backup on this computer was made."),
            )
        backup(engine, also.place / file.name)
        second.verified(folder, also, at)
        _thin(also.place)
    return Backup(file, at)


def _thin(place: Path) -> None:
    there = _in(place)
    old = [one.file for one in set(there) - kept(there)]
    # What a backup that was stopped left is let go too; a disk that refuses it keeps it until the next time.
    for file in (*old, *place.glob("*.db.part*")):
        with suppress(OSError):
            file.unlink(missing_ok=True)


def old(backups: Sequence[Backup]) -> bool:
    """Whether the last verified one (newest first) is so old that it is a danger."""
    return not backups or clock.now() - backups[0].at > OLD


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


# What is counted of a backup, in words.
COUNTED = {
    "person": N_("people"),
    "course": N_("courses"),
    "mark": N_("marks of attendance"),
    "certificate": N_("certificates"),
    "market_week": N_("market weeks"),
}


def preview(file: Path, key: str, current: Engine | None = None) -> Preview:
    """What a backup holds. Raises Problem where it is none of this venue, or is not whole."""
    if not file.is_file():
        raise Problem(_("There is no backup here: {file}").format(file=file), _("Choose another file."))
    wrong = database.unfit(file, key)
    if wrong:
        raise Problem(
            _("This is not a whole backup of this venue: {file} ({why}).").format(file=file, why=wrong),
            _("Nothing was changed. Choose another backup."),
        )
    with closing(database.bare(file, key, read_only=True)) as connection:
        there = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        counts = {
            table: int(connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0])  # noqa: S608
            for table in COUNTED
            if table in there
        }
        last = tuple(Step(*row) for row in connection.execute(_NEWEST, (LAST,)))
        heads = {
            (row[0], row[1]): int(row[2])
            for row in connection.execute("SELECT writer, branch, max(number) FROM journal GROUP BY 1, 2")
        }
        venue, name = _venue(connection)
    lost, lost_last = _since(current, heads) if current is not None else (None, ())
    return Preview(
        file, counts, last, lost, lost_last, name, current is not None and _another(current, venue, name)
    )


def _venue(connection: Any) -> tuple[str, str]:
    """The id and the name of a file's venue, empty where there is none."""
    found = connection.execute(
        "SELECT l.value, v.name FROM local l LEFT JOIN venue v ON v.venue_id = l.value WHERE l.key = 'venue'"
    ).fetchone()
    return (str(found[0]), str(found[1] or "")) if found else ("", "")


def _another(current: Engine, venue: str, name: str) -> bool:
    """Whether the records as they are belong to another venue; one that joined a centre has the same name still."""
    try:
        with current.connect() as connection:
            here = _venue(connection.connection.dbapi_connection)
    except DatabaseError:
        return False
    return bool(here[0]) and here[0] != venue and here[1] != name


_NEWEST = """SELECT name, at FROM journal WHERE kind <> 'aside'
GROUP BY action ORDER BY max(effective) DESC, max(number) DESC LIMIT ?"""


def _since(current: Engine, heads: dict[tuple[str, int], int]) -> tuple[int | None, tuple[Step, ...]]:
    """The actions of the records as they are that are not behind these heads."""
    actions: dict[str, tuple[int, Step]] = {}
    try:
        with current.connect() as connection:
            for line in connection.execute(
                select(
                    _LINES.c.writer, _LINES.c.branch, _LINES.c.number, _LINES.c.action,
                    _LINES.c.name, _LINES.c.at, _LINES.c.effective,
                )
            ):  # fmt: skip
                if line.number > heads.get((line.writer, line.branch), 0):
                    actions[line.action] = (line.effective, Step(line.name, line.at))
    except DatabaseError:  # the records as they are cannot be read: it is not known what would be lost
        return None, ()
    newest = sorted(actions.values(), key=lambda one: one[0], reverse=True)
    return len(actions), tuple(step for _stamp, step in newest[:LAST])


def newest_moment(session: Session) -> str:
    """The moment of the newest line, empty where there is none."""
    found: Any = session.scalar(select(func.max(Line.at)).where(Line.venue_id == session.info["venue"]))
    return str(found or "")
