"""The centre's backups, and what each venue holds."""

import os
import shutil
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, select, update
from sqlcipher3.dbapi2 import DatabaseError

from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.server import postgres
from venue_desk.server.centre import Centre
from venue_desk.server.database import FILE, fill, open_engine, open_file
from venue_desk.server.tables import CENTRE, DEVICE, LEDGER
from venue_desk.store import database, vault
from venue_desk.store.records import Certificate, Course, Person, new_id

AT_ONCE = 1000  # rows


def backup(centre: Centre, file: Path) -> None:
    """Copy all records to an encrypted file, check it, and tell desks up to where they may forget. Raises Problem.

    The file is an embedded centre's database, whichever database the records come from: it can be restored to
    either. Of PostgreSQL it is one moment's state, taken while the centre runs; its key is the one of the file's
    folder (``VENUE_DESK_KEY_FILE``, or ``venue-desk.key`` beside it).
    """
    if centre.engine.dialect.name == "sqlite":
        with centre.reading() as connection:
            heads = _heads(connection)
        database.backup(centre.engine, file)
    else:
        heads = _dump(centre, file)
    with centre.writing() as connection:
        for venue, head in heads.items():
            connection.execute(update(LEDGER).where(LEDGER.c.venue_id == venue).values(backed=head))


def _heads(connection: Connection) -> dict[str, int]:
    return {row.venue_id: row.head for row in connection.execute(select(LEDGER.c.venue_id, LEDGER.c.head))}


def _dump(centre: Centre, file: Path) -> dict[str, int]:
    part = file.with_name(file.name + ".part")
    part.unlink(missing_ok=True)
    try:
        key = vault.make_key(file.parent)
        target = database.engine_for(lambda: database.connect(part, key))
        moment = centre.engine.execution_options(role=postgres.AGENCY, isolation_level="REPEATABLE READ")
        try:
            with moment.connect() as there, target.execution_options(write=True).begin() as here:
                postgres.patient(there)
                fill(here)
                copied = copy_all(there, here)
                heads = _heads(there)
            with target.connect() as here:
                found = {table.name: _count(here, table) for table in postgres.all_tables()}
        finally:
            target.dispose()
        with closing(database.connect(part, key)) as last:
            last.execute("PRAGMA journal_mode = DELETE")
        fault = database.check(part, key) or ("" if found == copied else _("rows are missing"))
        if fault:
            raise Problem(
                _("The backup could not be verified: {why}").format(why=fault), _("Try another disk.")
            )
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        part.replace(file)
    except (OSError, DatabaseError) as error:
        raise Problem(
            _("The backup could not be written: {file} ({why}).").format(file=file, why=error),
            _("Choose another place with free space."),
        ) from error
    finally:
        for end in ("", "-wal", "-shm"):
            part.with_name(part.name + end).unlink(missing_ok=True)
    return heads


def copy_all(source: Connection, target: Connection) -> dict[str, int]:
    """Copy every row of a centre to empty tables, some at a time. Returns how many of each table."""
    counts: dict[str, int] = {}
    for table in postgres.all_tables():
        counts[table.name] = 0
        rows = source.execution_options(yield_per=AT_ONCE).execute(select(table)).mappings()
        for some in rows.partitions(AT_ONCE):
            target.execute(table.insert(), [dict(row) for row in some])
            counts[table.name] += len(some)
    return counts


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def restore(place: Path | str, file: Path) -> Path | None:
    """Put a backup in the place of the records. Returns where the former ones are kept. Raises Problem.

    The epoch moves on and the centre writes under a new name: desks compare from the beginning, and send again
    what the backup lacks.
    """
    if not file.is_file():
        raise Problem(_("There is no backup here: {file}").format(file=file), _("Choose another file."))
    key = vault.read_key(file.parent if isinstance(place, str) else place)
    fault = database.check(file, key)
    if fault:
        raise Problem(_("This backup cannot be used: {why}").format(why=fault), _("Choose an older one."))
    kept = _load(place, file, key) if isinstance(place, str) else _swap(place, file)
    renew(place)
    return kept


def _swap(place: Path, file: Path) -> Path | None:
    target = place / FILE
    kept = None
    if target.exists():
        kept = target.with_name(f"{FILE}.{time.strftime('%Y%m%d-%H%M%S')}")
        target.replace(kept)
        for end in ("-wal", "-shm"):
            side = target.with_name(target.name + end)
            if side.exists():
                side.replace(kept.with_name(kept.name + end))
    part = target.with_name(FILE + ".part")
    shutil.copyfile(file, part)
    part.replace(target)
    return kept


def _load(address: str, file: Path, key: str) -> Path:
    """Fill PostgreSQL's tables from a backup in one transaction; what was there is backed up beside it first."""
    kept = file.with_name(f"{file.stem}.before-{time.strftime('%Y%m%d-%H%M%S')}{file.suffix}")
    centre = Centre(address)
    try:
        backup(centre, kept)
        with tempfile.TemporaryDirectory() as folder:
            copied = Path(folder) / FILE
            shutil.copyfile(file, copied)
            source = open_file(copied, key)
            whole = centre.engine.execution_options(role=postgres.AGENCY)
            try:
                with source.connect() as there, whole.begin() as here:
                    postgres.patient(here)
                    # Nobody reads an epoch, or takes lines, before this is done.
                    here.exec_driver_sql("LOCK TABLE centre, ledger, device IN ACCESS EXCLUSIVE MODE")
                    for table in postgres.all_tables():
                        here.execute(table.delete())
                    copy_all(there, here)
            finally:
                source.dispose()
    finally:
        centre.close()
    return kept


def renew(place: Path | str) -> None:
    """A new epoch and a new writer, after the records went back to an earlier state by whatever means."""
    engine = open_engine(place)
    try:
        with engine.execution_options(write=True, role=postgres.AGENCY).begin() as connection:
            old = connection.scalar(select(CENTRE.c.value).where(CENTRE.c.key == "epoch")) or "0"
            number = max(int(old.partition(":")[0]) + 1, int(time.time()))
            for key, value in (("epoch", f"{number}:{new_id()}"), ("writer", new_id())):
                connection.execute(update(CENTRE).where(CENTRE.c.key == key).values(value=value))
    finally:
        engine.dispose()


def report(connection: Connection) -> list[dict[str, Any]]:
    """Per venue: how many people, courses, certificates and changes, and when a computer was last here."""
    rows: list[dict[str, Any]] = []
    for venue in connection.execute(select(LEDGER).order_by(LEDGER.c.name)).all():
        row: dict[str, Any] = {"id": venue.venue_id, "name": venue.name, "kind": venue.kind}
        for name, kind in (("people", Person), ("courses", Course), ("certificates", Certificate)):
            table = kind.__table__
            row[name] = connection.scalar(select(func.count()).where(table.c.venue_id == venue.venue_id)) or 0
        row["changes"] = venue.head
        row["seen"] = connection.scalar(
            select(func.max(DEVICE.c.seen)).where(DEVICE.c.venue_id == venue.venue_id)
        )
        rows.append(row)
    return rows
