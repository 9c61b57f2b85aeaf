"""Removing a desk's records for good, so that a stop at any moment is gone on with and half of them is never opened.

One small file decides. Before it is there nothing is removed; while it is there the records are not opened. The keys
go first: without them whatever is left of the files tells nobody anything.
"""

import json
import os
import shutil
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from sqlalchemy import Connection, Engine, event, select
from sqlalchemy.orm import Session
from sqlcipher3.dbapi2 import DatabaseError

from venue_desk.domain import clock
from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.store import database, newkey, second, swap, vault, wrapped
from venue_desk.store.lock import FILE as LOCK
from venue_desk.store.records import Computer, venue_of

FILE = "venue-desk.wipe"
FOLDERS = ("backups", swap.ASIDE, ".recovery", newkey.WORK, newkey.ASIDE)


@dataclass(frozen=True, slots=True)
class Removal:
    """What was decided, and how far it is.

    ``packets``: files beside this one that hold what the centre did not have, sealed for it. ``elsewhere``: backups in
    the second place. ``report``: tells the centre that it is done; signed when the keys for that were still here.
    """

    ordered: str  # when the centre ordered it
    venue: str
    url: str
    changes: int
    packets: tuple[str, ...]
    elsewhere: tuple[str, ...]
    report: str  # hexadecimal
    done: str = ""  # local moment at which the last file was gone
    told: bool = False  # the centre knows


class Wiping(Problem):
    """The records of this folder are being removed, because the centre ordered it: ``wiping`` is the folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            _("The centre had the records on this computer removed; that is not finished yet."),
            _("Open the window, or run: venue-desk sync. It goes on by itself."),
        )
        self.wiping = folder


def read(folder: Path) -> Removal | None:
    """What was decided for this folder, or None."""
    try:
        kept = json.loads((folder / FILE).read_text("utf-8"))
        return Removal(**{**kept, "packets": tuple(kept["packets"]), "elsewhere": tuple(kept["elsewhere"])})
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, TypeError, KeyError):
        # A disk that damaged it: the decision stands, what it said is lost.
        return Removal("", "", "", 0, (), (), "")


def elsewhere(session: Session, folder: Path) -> list[Path]:
    """This desk's own backups in the second place, and the keys beside them. Other venues' may lie there too."""
    mine, also = {venue_of(session)}, second.read(folder)
    if also is None or not also.place.is_dir():
        return []
    place = also.place
    mine |= set(session.scalars(select(Computer.id).where(Computer.venue_id == venue_of(session))))
    held = wrapped.read(folder / vault.FILE)
    found = [place / f"venue-desk-{held['id']}.vault"] if held else []
    key = database.read_key(folder)
    for file in sorted(place.glob("*.db")):
        with suppress(DatabaseError), closing(database.bare(file, key, read_only=True)) as connection:
            said = connection.execute("SELECT value FROM local WHERE key IN ('venue', 'writer')").fetchall()
            found += [file] if mine & {row[0] for row in said} else []
    return found


def refuse(folder: Path) -> None:
    """Raise Wiping where records are about to be removed; what was removed altogether is nobody's trouble."""
    removal = read(folder)
    if removal is not None and not removal.done:
        raise Wiping(folder)


def bar(engine: Engine, folder: Path) -> None:
    """Let nobody in any more: whoever asks or writes from now on is told why."""

    @event.listens_for(engine, "begin")
    def refuse_all(_connection: Connection) -> None:
        raise Wiping(folder)


def keep(folder: Path, removal: Removal) -> None:
    """Write down what was decided, or how far it is; seen on the disk when this returns."""
    part = folder / f"{FILE}.part"
    with part.open("w", encoding="utf-8") as file:
        json.dump(asdict(removal), file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(folder / FILE)
    swap.settle(folder)


def remove(folder: Path) -> Removal:
    """Remove all records of a folder: keys, database, log, backups, drafts. The caller holds the folder's lock.

    May be begun anew after any stop. A backup in a place that is not there now stays listed in ``elsewhere``.
    """
    removal = read(folder)
    assert removal is not None, "nothing is removed that nobody decided"
    for file in (folder / vault.KEY_FILE, *(folder / "backups").glob(f"*{vault.KEY_FILE}")):
        _overwrite(file)
    vault.remove(folder)
    for file in sorted(folder.glob("venue-desk.*")):
        if file.is_file() and file.name not in (FILE, LOCK):
            file.unlink(missing_ok=True)
    for name in FOLDERS:
        shutil.rmtree(folder / name, ignore_errors=True)
    left = tuple(name for name in removal.elsewhere if not _gone(Path(name)))
    swap.settle(folder)
    removal = replace(removal, elsewhere=left, done=removal.done or clock.moment())
    keep(folder, removal)
    return removal


def forget(folder: Path) -> None:
    """Somebody saw what happened, and begins anew here."""
    (folder / FILE).unlink(missing_ok=True)


def _overwrite(file: Path) -> None:
    """Write over a key before it is removed; a flash disk may keep what was there all the same."""
    with suppress(OSError), file.open("r+b") as open_file:
        open_file.write(b"0" * file.stat().st_size)
        open_file.flush()
        os.fsync(open_file.fileno())


def _gone(file: Path) -> bool:
    """Remove a file of the second place. False where that place is not connected now, or refuses."""
    try:
        file.unlink()
    except FileNotFoundError:
        return file.parent.is_dir()
    except OSError:
        return False
    return True
