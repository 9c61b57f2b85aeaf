"""The centre's backups, and what each venue holds."""

import shutil
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select, update

from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.server.centre import Centre
from venue_desk.server.database import FILE, open_engine
from venue_desk.server.tables import CENTRE, DEVICE, LEDGER
from venue_desk.store import database
from venue_desk.store.records import Certificate, Course, Person, new_id


def backup(centre: Centre, file: Path) -> None:
    """Copy the embedded database, check the copy, and tell desks up to where they may forget. Raises Problem."""
    if centre.engine.dialect.name != "sqlite":
        raise Problem(
            _("A PostgreSQL centre is backed up with PostgreSQL's own tools."),
            _("See pg_dump or pg_basebackup."),
        )
    with centre.reading() as connection:
        heads = {
            row.venue_id: row.head for row in connection.execute(select(LEDGER.c.venue_id, LEDGER.c.head))
        }
    database.backup(centre.engine, file)
    with centre.writing() as connection:
        for venue, head in heads.items():
            connection.execute(update(LEDGER).where(LEDGER.c.venue_id == venue).values(backed=head))


def restore(place: Path | str, file: Path) -> Path | None:
    """Put a backup in the place of the records. Returns where the former ones are kept. Raises Problem.

    The epoch moves on and the centre writes under a new name: desks compare from the beginning, and send again
    what the backup lacks.
    """
    if isinstance(place, str):
        raise Problem(_("A PostgreSQL centre is restored with PostgreSQL's own tools."), _("See pg_restore."))
    if not file.is_file():
        raise Problem(_("There is no backup here: {file}").format(file=file), _("Choose another file."))
    fault = database.check(file, database.read_key(place))
    if fault:
        raise Problem(_("This backup cannot be used: {why}").format(why=fault), _("Choose an older one."))
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
    renew(place)
    return kept


def renew(place: Path | str) -> None:
    """A new epoch and a new writer, after the records went back to an earlier state by whatever means."""
    engine = open_engine(place)
    try:
        with engine.execution_options(write=True).begin() as connection:
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
