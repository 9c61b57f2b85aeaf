"""Moving a venue's records to another folder, so that a stop at any moment leaves them whole in one of the two.

All is copied and checked in the new folder, which is not opened as long as ``COMING`` lies in it. The note in the old
folder decides; from then on each start follows it, and what is left in the old folder is removed.
"""

import os
import shutil
from contextlib import closing, suppress
from pathlib import Path

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Connection, Engine, event

from venue_desk.domain.problem import Problem
from venue_desk.domain.reasons import plain
from venue_desk.language import _
from venue_desk.store import backups, ballast, database, identity, places, second, since, swap, vault
from venue_desk.store.lock import FILE as LOCK
from venue_desk.store.lock import take
from venue_desk.store.moved import COMING, NOTE, pointed, unfinished

CAME = "venue-desk.came"  # in the new folder: where the rest of the old one is to be removed
# What comes along beside the database; a ballast is made anew.
ALONG = (
    identity.FILE, identity.BEFORE, since.FILE, since.BEFORE, second.FILE, vault.FILE,
)  # fmt: skip
FOLDERS = (backups.FOLDER, swap.ASIDE)
BEGUN = (
    NOTE,
    f"{COMING}.part",
)  # what may lie in a new folder: records lay there once, a move was stopped at once


def move(folder: Path, target: Path) -> None:
    """Bring the records to ``target``, a folder that is empty or not there. Nobody writes meanwhile. Raises Problem."""
    folder, target = folder.absolute(), target.absolute()
    _allow(folder, target)
    key, ringed = database.read_key(folder), vault.standing(folder).place == vault.KEYRING
    try:
        target.mkdir(parents=True, exist_ok=True)
        _note(target, COMING, folder)
        (target / NOTE).unlink(missing_ok=True)  # they lay there once
        with closing(take(target, coming=True)):
            _copy(folder, target, key)
            _note(target, CAME, folder)
            _note(folder, NOTE, target)
            (target / COMING).unlink()
    except (OSError, driver.Error) as error:
        if pointed(folder) != target:
            with suppress(OSError):
                _clear(target)
            raise Problem(
                _("The records could not be moved to {folder} ({why}).").format(
                    folder=target, why=plain(error)
                ),
                _("They are where they were. Free some space, or choose another folder."),
            ) from error
    vault.know(target, key, ringed=ringed)


def finish(folder: Path) -> None:
    """After a move to this folder: remove what is left in the old one. What refuses stays until the next start."""
    source = pointed(folder, CAME)
    if source is None:
        return
    with suppress(OSError):
        if pointed(source) == folder.absolute():
            (folder / COMING).unlink(missing_ok=True)
            _clear(source)
        if not (folder / COMING).exists():
            (folder / CAME).unlink()


def bar(engine: Engine, folder: Path) -> None:
    """Let nobody in any more at the old place: whoever asks or writes from now on is told why."""

    @event.listens_for(engine, "begin")
    def refuse_all(_connection: Connection) -> None:
        raise Problem(
            _("The records were moved to {folder}.").format(folder=pointed(folder)), _("Open them there.")
        )


def _allow(folder: Path, target: Path) -> None:
    """Raise Problem where the records cannot go to a folder."""
    if target == folder or target.is_relative_to(folder) or folder.is_relative_to(target):
        raise Problem(
            _("The new folder and the old one must lie apart."),
            _("Choose a folder outside of {folder}.").format(folder=folder),
        )
    unsafe = places.warning(target)
    if unsafe:
        raise Problem(unsafe, _("Choose a folder on this computer that no other program copies."))
    if unfinished(target) == folder:
        _clear(target)  # an earlier try that was stopped
    if target.exists() and (not target.is_dir() or any(one.name not in BEGUN for one in target.iterdir())):
        raise Problem(
            _("The new folder is not empty: {folder}").format(folder=target),
            _("Choose an empty folder, or one that is not there yet."),
        )


def _copy(folder: Path, target: Path, key: str) -> None:
    file = target / database.FILE
    database.copy(folder / database.FILE, file, key)
    wrong = database.unfit(file, key)
    if wrong:
        raise driver.OperationalError("malformed")
    for name in (*ALONG, *(() if _given() else (vault.KEY_FILE,))):
        if (folder / name).exists():
            _copied(folder / name, target / name)
    for name in FOLDERS:
        for one in sorted((folder / name).rglob("*")) if (folder / name).is_dir() else ():
            if one.is_file() and not one.is_symlink():
                there = target / one.relative_to(folder)
                there.parent.mkdir(parents=True, exist_ok=True)
                _copied(one, there)
    with file.open("rb+") as handle:
        os.fsync(handle.fileno())
    swap.settle(target)


def _copied(source: Path, target: Path) -> None:
    """A copy that is on the disk, byte for byte and as guarded as the one before."""
    shutil.copy2(source, target)
    with target.open("rb+") as file:
        os.fsync(file.fileno())
    if source.stat().st_size != target.stat().st_size:
        raise OSError(5, "short copy")


def _given() -> bool:
    """Whether somebody else looks after the key's file, wherever it is."""
    return "VENUE_DESK_KEY_FILE" in os.environ


def _note(folder: Path, name: str, other: Path) -> None:
    """Name the other folder in this one: whole or not at all, and on the disk when this returns."""
    part = folder / f"{name}.part"
    with part.open("w", encoding="utf-8") as file:
        file.write(_("The records of Venue Desk were moved. They lie in this folder now:") + f"\n{other}\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(folder / name)
    swap.settle(folder)


def _clear(folder: Path) -> None:
    """Remove what is ours in a folder: the old one after a move, the new one of a move that was stopped."""
    if (folder / vault.KEY_FILE).exists() and not _given():
        vault.shred(folder / vault.KEY_FILE)
    ends = ("", "-wal", "-shm", "-journal")
    for name in (*(database.FILE + end for end in ends), *ALONG, ballast.FILE, ballast.SPENT):
        (folder / name).unlink(missing_ok=True)
    for name in FOLDERS:
        shutil.rmtree(folder / name, ignore_errors=True)
    for name in (f"{NOTE}.part", f"{COMING}.part", f"{CAME}.part", CAME, LOCK, COMING):
        (folder / name).unlink(missing_ok=True)
