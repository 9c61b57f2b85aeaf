"""Bringing back a venue whose file is damaged or gone, and going back to a backup.

Recovery takes the newest backup that is whole and applies what can still be read of the damaged file's journal after
it; without a backup the journal alone makes the records again. All is done beside the file and checked; ``swap``
then puts it in place. What is put in place goes on as a new writer (SYNC.md 1), and what was there is kept.
"""

import shutil
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import sqlcipher3.dbapi2 as driver
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from venue_desk.domain.problem import Problem
from venue_desk.domain.reasons import plain
from venue_desk.language import _
from venue_desk.store import backups, bringing, computer, database, identity, salvage, second, swap
from venue_desk.store.desk import Desk
from venue_desk.store.journal import head
from venue_desk.store.local import set_local
from venue_desk.store.migrations import SCHEMA
from venue_desk.store.records import new_id

WORK = ".recovery"


@dataclass(frozen=True, slots=True)
class Ready:
    """What a recovery would bring back; ``put_back`` does it."""

    work: Path
    backup: backups.Backup | None  # what it begins with; None: with the journal alone
    lines: int  # changes brought back from the damaged file
    missing: int  # changes that this computer had saved and that are not brought back
    last: str  # moment of the newest change that is brought back


def fault(folder: Path) -> str:
    """What is wrong with a venue's file, in plain words; empty when every page and table is whole."""
    file, key = folder / database.FILE, database.read_key(folder)
    if not file.is_file():
        return _("The file of the records is not there.")
    if file.stat().st_size < 512:
        return _("The file of the records is empty.")
    if database.check(file, key):
        return _("A part of the file cannot be read any more: the disk, or another program, has changed it.")
    with closing(database.bare(file, key, read_only=True)) as connection:
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        lacking = version <= SCHEMA and database.foreign(connection, version)
    return _("A part that belongs to the file is missing: another program has changed it.") if lacking else ""


def prepare(folder: Path) -> Ready:
    """Work out, beside the damaged file, what can be brought back. The caller holds the folder's lock.

    Raises Problem where nothing is left.
    """
    key = database.read_key(folder)
    noted = identity.promised(folder)
    work = folder / WORK
    made = work / database.FILE
    try:
        found = salvage.read(folder, key)
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        chosen = _newest_whole(backups.known(folder, second.places(folder)), key)
        if chosen is not None:
            database.copy(chosen.file, made, key)
            desk = _desk(work, key)
        elif found.lines:
            desk = _from_nothing(work, key, found)
        else:
            raise Problem(
                _("Nothing that could be read is left in {folder}, and there is no backup.").format(
                    folder=folder
                ),
                _("If there is a backup on another disk, restore that one."),
            )
        with closing(desk):
            lacking = _last(desk, noted)
            lines = bringing.bring(desk, found)
            missing = max(0, lacking - lines)
            last = desk.ask(backups.newest_moment)
        database.as_one_file(made, key)
        computer.carry(folder, made, key)
        wrong = database.check(made, key)
        if wrong:
            raise Problem(
                _("The records that were brought back are not whole: {why}").format(why=wrong),
                _("Free some space on the disk and try again. The damaged file was not touched."),
            )
    except (OSError, driver.Error, DBAPIError) as error:
        raise Problem(
            _("The records could not be brought back ({why}).").format(why=plain(error)),
            _("Free some space on the disk and try again. The damaged file was not touched."),
        ) from error
    return Ready(work, chosen, lines, missing, last)


def put_back(folder: Path, ready: Ready) -> Path | None:
    """Put what was prepared in place. Returns where the damaged file is kept."""
    try:
        return swap.put(folder, ready.work / database.FILE)
    except OSError as error:
        if swap.pending(folder):
            raise swap.refused(error) from error
        raise Problem(
            _("The records could not be brought back ({why}).").format(why=plain(error)),
            _("Free some space on the disk and try again. The damaged file was not touched."),
        ) from error
    finally:
        shutil.rmtree(ready.work, ignore_errors=True)


def restore(folder: Path, source: Path, its: str = "") -> Path | None:
    """Put a checked backup in the place of the database. Returns where the replaced file is kept.

    ``its`` is the backup's key where that is another (see ``origin``): the records go on under this desk's. What
    belongs to this computer stays as it is. The desk that opens the file becomes a new writer. The caller holds the
    folder's lock. Raises Problem.
    """
    if not source.is_file():
        raise Problem(_("There is no backup here: {file}").format(file=source), _("Choose another file."))
    key = database.read_key(folder)
    its = its or key
    wrong = database.unfit(source, its)
    if wrong:
        raise Problem(
            _("This is not a whole backup of this venue: {file} ({why}).").format(file=source, why=wrong),
            _("Nothing was changed. Choose another backup."),
        )
    work = folder / WORK
    try:
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        database.copy(source, work / database.FILE, its, key)
        computer.carry(folder, work / database.FILE, key)
        return swap.put(folder, work / database.FILE)
    except (OSError, driver.Error) as error:
        if isinstance(error, OSError) and swap.pending(folder):
            raise swap.refused(error) from error
        raise Problem(
            _("The backup could not be put in place ({why}).").format(why=plain(error)),
            _("The records as they were are still there. Free some space and try again."),
        ) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _last(desk: Desk, noted: Sequence[tuple[str, int]]) -> int:
    """How many changes this computer had saved beyond what the desk holds."""
    with desk.engine.connect() as connection:
        return sum(max(0, last - head(connection, desk.venue, writer).number) for writer, last in noted)


def _newest_whole(listed: Sequence[backups.Backup], key: str) -> backups.Backup | None:
    for one in listed:
        # One that a newer release wrote is passed over.
        with suppress(Problem, OSError):
            if not database.unfit(one.file, key):
                return one
    return None


def _desk(work: Path, key: str) -> Desk:
    engine, _upgraded = database.open_with(work, key)
    return Desk(work, engine)


def _from_nothing(work: Path, key: str, found: salvage.Found) -> Desk:
    """An empty file for the venue that the lines are of."""
    engine = database.create_with(work / database.FILE, key)
    venue = found.local.get("venue") or new_id()
    with Session(engine.execution_options(write=True)) as session:
        session.info.update(venue=venue)
        set_local(session, "venue", venue)
        identity.renew(session)
        session.commit()
    return Desk(work, engine)
