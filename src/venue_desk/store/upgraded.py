"""After an upgrade: what newer releases sent is applied, and what is kept of rows covers the fields of today."""

import json
from typing import cast

from sqlalchemy import Connection, Engine, Table, bindparam, select, update
from sqlalchemy.orm import Session

from venue_desk.store.capture import fields, kinds, table_of
from venue_desk.store.digest import refresh
from venue_desk.store.local import local, set_local
from venue_desk.store.merge import rebuild, retry_held
from venue_desk.store.migrations import SCHEMA
from venue_desk.store.records import Line

_LINES = cast(Table, Line.__table__)
CAUGHT_UP = "caught up"  # local: the schema whose upgrade was followed by catch_up


def settle(writing: Engine, venue: str, upgraded: bool) -> None:
    """Catch up where a file was upgraded: now, or before a stop that came between the two."""
    with Session(writing.execution_options(write=False)) as session:
        if not upgraded and local(session, CAUGHT_UP) == str(SCHEMA):
            return
    with Session(writing) as session:
        catch_up(session.connection(), venue)
        mark(session)
        session.commit()


def mark(session: Session) -> None:
    """Note that nothing is to be made good: also in a file that is new."""
    set_local(session, CAUGHT_UP, str(SCHEMA))


def catch_up(connection: Connection, venue: str) -> set[str]:
    """Apply lines that were held, and fold rows of older releases again that lack fields known now.

    Which line a field comes from is kept by name, so a field that is new here must be told apart from those that
    such a row's own line gave. Returns the tables touched.
    """
    tables = retry_held(connection, venue).tables
    made = (_LINES.c.venue_id == venue, _LINES.c.before.is_(None), _LINES.c.after.is_not(None))
    for name, kind in kinds().items():
        of_table = (*made, _LINES.c.table == name)
        for schema in connection.scalars(select(_LINES.c.schema).where(*of_table).distinct()).all():
            one = connection.scalar(
                select(_LINES.c.after)
                .where(*of_table, _LINES.c.schema == schema, _LINES.c.held.is_(None))
                .limit(1)
            )
            if one is not None and set(fields(kind)) - set(json.loads(one)):
                rows = connection.scalars(select(_LINES.c.row).where(*of_table).distinct()).all()
                tables |= rebuild(connection, venue, [(name, row) for row in rows])
                break
    tables |= derive(connection, venue)
    refresh(connection, venue)
    return tables


def derive(connection: Connection, venue: str) -> set[str]:
    """Derive again what is derived from a record's fields: the rule may be another one now. Returns the tables."""
    touched = set()
    for name, kind in kinds().items():
        if not kind.derived:
            continue
        table = table_of(kind)
        columns = [table.c[field] for field in ("id", *fields(kind), *sorted(kind.derived))]
        changed = []
        for row in connection.execute(select(*columns).where(table.c.venue_id == venue)).mappings():
            made = kind.derive({**row})
            if any(row[field] != value for field, value in made.items()):
                changed.append({"_id": row["id"], **made})
        if changed:
            where = (table.c.venue_id == venue, table.c.id == bindparam("_id"))
            connection.execute(update(table).where(*where), changed)
            touched.add(name)
    return touched
