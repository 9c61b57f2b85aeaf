"""The file: open, tune, encrypt, back up, check, upgrade.

One SQLite library touches it (SQLCipher's), because two libraries on one file cancel each other's locks.
"""

import contextlib
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import QueuePool

from venue_desk.domain import clock
from venue_desk.domain.problem import Problem
from venue_desk.domain.reasons import plain
from venue_desk.language import _
from venue_desk.store import since
from venue_desk.store.ballast import FILE as BALLAST
from venue_desk.store.bulk import drive
from venue_desk.store.identity import BEFORE, salts
from venue_desk.store.identity import FILE as NOTE
from venue_desk.store.lock import FILE as LOCK
from venue_desk.store.migrations import SCHEMA, stamp, upgrade
from venue_desk.store.moved import COMING
from venue_desk.store.moved import NOTE as MOVED
from venue_desk.store.records import Base
from venue_desk.store.trouble import Damaged, told
from venue_desk.store.vault import FILE as VAULT
from venue_desk.store.vault import REKEYED, beside, make_key
from venue_desk.store.vault import read_key as read_key  # noqa: PLC0414 (the key is asked for here)
from venue_desk.store.vault import remove as remove_key

FILE = "venue-desk.db"
READY = "venue-desk.ready.db"  # a file that store.swap is about to put in place


def exists(folder: Path) -> bool:
    """Whether the folder holds a venue, or traces of one: then no new one is ever made there."""
    return any(
        (folder / name).exists() for name in (FILE, READY, REKEYED, NOTE, VAULT, MOVED, COMING)
    ) or any((folder / "backups").glob("venue-desk-*.db"))


def connect(file: Path, key: str, *, there: bool = False) -> Any:
    """A bare connection of the driver: durable at each commit (WAL, synchronous=FULL). ``there``: makes no file."""
    place = f"{file.absolute().as_uri()}?mode=rw" if there else str(file)
    connection = _unlocked(place, key, uri=there, check_same_thread=False, timeout=10, cached_statements=256)
    # SQLCipher decrypts each page read: a larger cache removes what that costs on scans.
    for pragma in (
        "cache_size = -65536",
        "journal_mode = WAL",
        "synchronous = FULL",
        "temp_store = MEMORY",
        "foreign_keys = OFF",
        "trusted_schema = OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _unlocked(place: str, key: str, **options: Any) -> Any:
    connection = driver.connect(place, isolation_level=None, **options)
    # A wrong key is told to the person; SQLCipher's own lines on stderr would say it a second time.
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA key = \"x'{key}'\"")
    return connection


class Door:
    """How the connections to one file are made. While it is ``shut`` whoever wants in waits."""

    def __init__(self, file: Path, key: str) -> None:
        self.file, self.key = file, key
        self.shut = threading.RLock()

    def __call__(self) -> Any:
        with self.shut:
            return connect(self.file, self.key, there=True)


_doors: WeakKeyDictionary[Engine, Door] = WeakKeyDictionary()


def rekeyed(engine: Engine, put: Callable[[], str]) -> str:
    """Let ``put`` put another file in place while nobody comes in; returns its key, which ``put`` gave back."""
    door = _doors[engine]
    with door.shut:
        engine.dispose()
        door.key = put()
    return door.key


def engine_for(make: Callable[[], Any]) -> Engine:
    """An engine over connections that begin at once with the right lock (execution option ``write``)."""
    # The newest first: where another connection has written since, one must decrypt anew all that it reads.
    engine = create_engine(
        "sqlite://", module=driver, creator=make, poolclass=QueuePool, pool_size=4, pool_use_lifo=True
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("write")
        # A reader that became a writer half-way could be refused; so a writer takes the lock first.
        drive(connection, "BEGIN IMMEDIATE" if write else "BEGIN")

    if isinstance(make, Door):
        _doors[engine] = make
    return engine


def open_engine(folder: Path) -> tuple[Engine, bool]:
    """The engine of an existing venue, and whether its file was upgraded now.

    Raises Problem where there is no key or a newer release wrote the file, Damaged where it cannot be what it was.
    """
    return open_with(folder, read_key(folder))


def open_with(folder: Path, key: str) -> tuple[Engine, bool]:
    """As ``open_engine``, with a key that is known."""
    file = folder / FILE
    if not file.is_file():
        raise Damaged(_("The records are gone from {folder}.").format(folder=folder))
    if file.stat().st_size < 512:
        # SQLite would take an empty file for a new database.
        raise Damaged(_("The records in {folder} are empty.").format(folder=folder))
    try:
        # Read only: to close the last connection that may write would end the log, of which a damaged one still
        # holds what can be salvaged.
        with contextlib.closing(bare(file, key, read_only=True)) as first:
            version = int(first.execute("PRAGMA user_version").fetchone()[0])
            refuse_newer(version)
            fault = foreign(first, version)
    except driver.DatabaseError as error:
        if fits(folder, key):
            raise Damaged(
                _("The records in {folder} are damaged ({why}).").format(folder=folder, why=plain(error))
            ) from error
        raise unreadable(file, error) from error
    if fault:
        raise Damaged(_("The records in {folder} are damaged ({why}).").format(folder=folder, why=lacking()))
    engine = engine_for(Door(file, key))
    if version < SCHEMA:
        _upgrade(engine, folder, version, key)
    return engine, version < SCHEMA


def fits(folder: Path, key: str) -> bool:
    """Whether a key is known to be that of a folder's records, by whatever of them is whole."""
    from venue_desk.store import pages

    if next(since.read(folder, key), None) is not None:
        return True
    file, log = (folder / name for name in (FILE, f"{FILE}-wal"))
    contents = [one.read_bytes() if one.is_file() else b"" for one in (file, log)]
    return bool(pages.read(contents[0], contents[1], key, salts(folder))) or any(
        not check(one, key) for one in (folder / "backups").glob("venue-desk-*.db")
    )


def lacking() -> str:
    """What is said of a file whose tables are not all there."""
    return _("a part that belongs to it is missing")


def foreign(connection: Any, version: int) -> str:
    """What is missing of the tables that a file of this schema has; empty when all is there."""
    there: dict[str, set[str]] = {}
    for table, column in connection.execute(
        "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'"
    ):
        there.setdefault(table, set()).add(column)
    if version < SCHEMA:
        # What an older file lacks is added by the upgrade; only its journal must be there already.
        return "" if version > 0 and "journal" in there else "journal"
    for table in Base.metadata.sorted_tables:
        lacking = {column.name for column in table.columns} - there.get(table.name, set())
        if lacking:
            return f"{table.name}: {', '.join(sorted(lacking)[:3])}"
    return ""


def _upgrade(engine: Engine, folder: Path, version: int, key: str) -> None:
    """Copy the file and check the copy, then upgrade in one transaction: a stop leaves the old or the new file."""
    copies = folder / "backups"
    try:
        copies.mkdir(exist_ok=True)
        kept = copies / f"schema-{version}-{clock.now():%Y%m%d-%H%M%S}.db"
        with told(folder):
            backup(engine, kept, key)
            upgrade(engine)
    except OSError as error:
        engine.dispose()
        raise Problem(
            _("The records could not be made ready for this release ({why}).").format(why=plain(error)),
            _("They are as they were. Free some space on the disk, then open Venue Desk again."),
        ) from error
    except BaseException:
        engine.dispose()
        raise


def make_room(folder: Path) -> None:
    """See that there is a folder for new records. Raises Problem where it holds some, or cannot be made."""
    if exists(folder):
        raise Problem(
            _("This folder already holds a venue: {folder}").format(folder=folder),
            _("Open it, or choose another folder."),
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Problem(
            _("Nothing can be written in this folder: {folder}").format(folder=folder),
            _("Choose a folder of your own, for example in Documents."),
        ) from error


def create_engine_new(folder: Path) -> Engine:
    """A new, empty file with today's tables. Raises Problem where there is one already or nothing can be written."""
    file = folder / FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        key = make_key(folder)
        engine = create_with(file, key)
    except (OSError, driver.OperationalError) as error:
        raise Problem(
            _("Nothing can be written in this folder: {folder}").format(folder=folder),
            _("Choose a folder of your own, for example in Documents."),
        ) from error
    return engine


def create_with(file: Path, key: str) -> Engine:
    """A new file with today's tables; it must not be there."""
    connect(file, key).close()
    engine = engine_for(Door(file, key))
    with engine.execution_options(write=True).begin() as connection:
        Base.metadata.create_all(connection, checkfirst=False)
        stamp(connection)
    return engine


def unreadable(file: Path, error: Exception) -> Problem:
    """What a person is told about a file that cannot be opened."""
    return Problem(
        _("The records cannot be read: {file} ({why}).").format(file=file, why=plain(error)),
        _("Nothing was changed. Restore the newest backup, or put the right key file back."),
    )


def bare(file: Path, key: str, *, read_only: bool = False) -> Any:
    """A bare connection that changes nothing by being opened."""
    # A stop while a file was brought into WAL mode leaves a journal that must be rolled back first.
    if read_only and not file.with_name(file.name + "-journal").exists():
        return _unlocked(f"{file.absolute().as_uri()}?mode=ro", key, uri=True)
    return _unlocked(str(file), key)


def copy(source: Path, target: Path, key: str, to: str = "") -> None:
    """Copy a database page by page to a file that is not there yet; ``to`` is its key where that is another."""
    closing = contextlib.closing
    with closing(bare(source, key, read_only=True)) as one, closing(bare(target, to or key)) as other:
        one.backup(other)
        # One file, without a log beside it.
        other.execute("PRAGMA journal_mode = DELETE")


def as_one_file(file: Path, key: str) -> None:
    """Bring all of a closed database's log into the file itself, so that the file can be moved alone.

    The end of a connection does so too, but says nothing when the disk refuses. Raises the driver's errors.
    """
    with contextlib.closing(bare(file, key)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    log = file.with_name(file.name + "-wal")
    if log.exists() and log.stat().st_size:
        raise driver.OperationalError("disk I/O error")


def backup(engine: Engine, target: Path, key: str = "") -> None:
    """Copy the whole database to ``target`` (encrypted with the same key), then reopen and check the copy.

    Written beside the target and renamed, so a half-written backup is never taken for a good one.
    """
    key = key or _key_of(engine)
    part = target.with_name(target.name + ".part")
    try:
        _drop(part)
        copy = _unlocked(str(part), key)
        try:
            with engine.connect() as connection:
                connection.connection.dbapi_connection.backup(copy)  # type: ignore[union-attr]
            # One file, without a log beside it.
            copy.execute("PRAGMA journal_mode = DELETE")
        finally:
            copy.close()
        fault = check(part, key)
        if fault:
            raise Problem(
                _("The backup could not be verified: {why}").format(why=fault), _("Try another disk.")
            )
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(target)
        beside(_folder_of(engine), target.parent)
    except (OSError, driver.OperationalError, OperationalError) as error:
        raise Problem(
            _("The backup could not be written: {file} ({why}).").format(file=target, why=plain(error)),
            _("Choose another place with free space."),
        ) from error
    finally:
        with contextlib.suppress(OSError):  # what refuses the copy may refuse this too
            _drop(part)


def _drop(part: Path) -> None:
    """Remove a copy that was begun, and what the driver wrote beside it: a log where it was refused before its end."""
    for end in ("", "-journal", "-wal", "-shm"):
        part.with_name(part.name + end).unlink(missing_ok=True)


def remove(folder: Path) -> None:
    """Remove a venue's files from a folder: of a sample, or of a set-up that failed."""
    for name in (FILE, f"{FILE}-wal", f"{FILE}-shm", NOTE, BEFORE, LOCK, BALLAST, since.FILE, since.BEFORE):
        (folder / name).unlink(missing_ok=True)
    remove_key(folder)


def check(file: Path, key: str) -> str:
    """What is wrong with a database file, in plain words; empty when it is whole."""
    try:
        connection = bare(file, key, read_only=True)
        try:
            answer = connection.execute("PRAGMA quick_check").fetchall()
        finally:
            connection.close()
    except driver.DatabaseError as error:
        return plain(error)
    return "" if answer == [("ok",)] else plain("malformed")


def unfit(file: Path, key: str) -> str:
    """Why a file cannot take the records' place, in plain words; empty where it can.

    Raises Problem where a newer release wrote it.
    """
    if file.stat().st_size < 512:
        return _("it is empty")
    fault = check(file, key)
    if fault:
        return fault
    try:
        with contextlib.closing(bare(file, key, read_only=True)) as connection:
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            refuse_newer(version)
            return lacking() if foreign(connection, version) else ""
    except driver.DatabaseError as error:
        return plain(error)


def refuse_newer(version: int) -> None:
    """Raise Problem where a newer release wrote a file of this schema."""
    if version > SCHEMA:
        raise Problem(
            _("These records were written by a newer release of Venue Desk."),
            _("Install the newest release on this computer; nothing was changed."),
        )


def _key_of(engine: Engine) -> str:
    return read_key(_folder_of(engine))


def _folder_of(engine: Engine) -> Path:
    with engine.connect() as connection:
        listed = connection.exec_driver_sql("PRAGMA database_list").fetchall()
    return Path(listed[0][2]).parent
