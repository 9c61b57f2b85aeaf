"""Seeing every change that an action makes, at the moment it is flushed."""

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, event, inspect
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.orm.attributes import get_history

from venue_desk.store.bulk import put
from venue_desk.store.records import Local, Record, venue_of

Values = dict[str, Any]
KEYS = frozenset({"venue_id", "id"})
LARGEST = 2**31 - 1  # what a whole number's column holds on PostgreSQL


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def dump(value: Any) -> str:
    """Canonical JSON: the same value is the same text on every computer, because it is hashed."""
    return _ENCODER.encode(value)


def holds_nul(text: str, value: Any) -> bool:
    """Whether a value, whose canonical text is given, holds a NUL, which PostgreSQL does not keep."""
    if "\\u0000" not in text:
        return False
    if isinstance(value, dict):
        return any("\0" in key or holds_nul(text, inner) for key, inner in value.items())
    if isinstance(value, list):
        return any(holds_nul(text, inner) for inner in value)
    return isinstance(value, str) and "\0" in value


def encode(value: Any) -> Any:
    """A column's value as JSON keeps it."""
    return value.isoformat() if isinstance(value, date) else value


@cache
def kinds() -> dict[str, type[Record]]:
    """Every record class by its table's name."""
    return {m.class_.__tablename__: m.class_ for m in Record.registry.mappers if issubclass(m.class_, Record)}


def fields(kind: type[Record]) -> tuple[str, ...]:
    """The journalled columns of a record."""
    found = _fields.get(kind)
    if found is None:
        skip = KEYS | kind.derived
        found = _fields[kind] = tuple(c.name for c in table_of(kind).columns if c.name not in skip)
    return found


def table_of(kind: type[Record]) -> Table:
    table = kind.__table__
    assert isinstance(table, Table)
    return table


def decode(kind: type[Record], values: Mapping[str, Any]) -> Values:
    """JSON values as the columns of ``kind`` take them. Raises ValueError for what does not fit a column."""
    columns = _shapes(kind)
    decoded: Values = {}
    for name, value in values.items():
        wanted, nullable, longest = columns[name]
        if value is None:
            if not nullable:
                raise ValueError(f"{name} is empty")
        elif wanted is date:
            decoded[name] = date.fromisoformat(value)
            continue
        elif type(value) is not wanted and not _fits(wanted, value):
            raise ValueError(f"{name} is not a {wanted.__name__}")
        elif wanted is int and not -LARGEST <= value <= LARGEST:
            raise ValueError(f"{name} is too large")
        elif longest and len(value) > longest:
            raise ValueError(f"{name} is too long")
        decoded[name] = value
    return decoded


def _fits(wanted: type, value: Any) -> bool:
    """Whether a value of another type than its column's is meant all the same."""
    if wanted is object:  # a JSON column
        return isinstance(value, dict | list)
    return wanted is float and type(value) is int and -LARGEST <= value <= LARGEST


@cache
def _shapes(kind: type[Record]) -> dict[str, tuple[type, bool, int]]:
    """The type of each column, whether it may be empty, and how long a text it takes (0: any)."""
    return {
        column.name: (column.type.python_type, bool(column.nullable), getattr(column.type, "length", 0) or 0)
        for column in table_of(kind).columns
    }


@cache
def required(kind: type[Record]) -> frozenset[str]:
    """The fields without which no row can be made: every release has them."""
    return frozenset(
        name
        for name in fields(kind)
        if not (column := table_of(kind).columns[name]).nullable and column.default is None
    )


_fields: dict[type[Record], tuple[str, ...]] = {}


class Changes:
    """The changes of one action so far: one entry a row, however often it was flushed."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], tuple[Values | None, Values | None]] = {}
        self.kept: dict[str, str | None] = {}  # what the file keeps for itself; no line tells of it

    def add(self, table: str, row: str, before: Values | None, after: Values | None) -> None:
        key = (table, row)
        if key not in self.rows:
            self.rows[key] = (before, after)
            return
        first, last = self.rows[key]
        if last is None:  # deleted before, and now there again
            assert first is not None and after is not None
            self.rows[key] = (first, after)
        elif after is None:
            if first is None:
                del self.rows[key]
            else:
                self.rows[key] = ({**(before or {}), **first}, None)
        else:
            whole = first is None
            self.rows[key] = (None if whole else {**(before or {}), **(first or {})}, {**last, **after})

    def settled(self) -> list[tuple[str, str, Values | None, Values | None]]:
        """What really changed: fields that ended as they began are left out."""
        result: list[tuple[str, str, Values | None, Values | None]] = []
        for (table, row), (before, after) in self.rows.items():
            if before is not None and after is not None:
                changed = [f for f in after if before.get(f) != after[f]]
                if not changed:
                    continue
                result.append(
                    (table, row, {f: before.get(f) for f in changed}, {f: after[f] for f in changed})
                )
            else:
                result.append((table, row, before, after))
        return result


def _values(record: Record) -> Values:
    return {name: encode(getattr(record, name)) for name in fields(type(record))}


def _complete(record: Record, venue: str) -> None:
    """Set what a column's default would set, so that the journal sees the row whole."""
    record.venue_id = record.venue_id or venue
    for column in table_of(type(record)).columns:
        if getattr(record, column.name) is None and column.default is not None:
            default: Any = column.default
            value = default.arg(None) if default.is_callable else default.arg
            setattr(record, column.name, value)


def _before_flush(session: Session, _context: Any, _instances: Any) -> None:
    new, dirty, deleted = session.new, session.dirty, session.deleted
    if not (new or dirty or deleted):
        return
    changes: Changes = session.info["changes"]
    venue = venue_of(session)
    for record in new:
        if isinstance(record, Record):
            _complete(record, venue)
            _derive(record)
            changes.add(record.__tablename__, record.id, None, _values(record))
        elif isinstance(record, Local):
            changes.kept[record.key] = record.value
    for record in dirty:
        if isinstance(record, Record) and record not in deleted:
            before, after = _difference(record)
            if after:
                _derive(record)
                changes.add(record.__tablename__, record.id, before, after)
        elif isinstance(record, Local):
            changes.kept[record.key] = record.value
    for record in deleted:
        if isinstance(record, Record):
            before, _after = _difference(record)
            changes.add(record.__tablename__, record.id, {**_values(record), **before}, None)
        elif isinstance(record, Local):
            changes.kept[record.key] = None


def add_row(session: Session, kind: type[Record], **values: Any) -> None:
    """Add a row that is not there, every column given, without a record: what a scan adds would wait for one."""
    assert not kind.derived
    session.flush()
    row = {"venue_id": venue_of(session), **values}
    changes: Changes = session.info["changes"]
    changes.add(kind.__tablename__, row["id"], None, {name: encode(row[name]) for name in fields(kind)})
    put(session.connection(), table_of(kind), row)


def _derive(record: Record) -> None:
    if record.derived:
        for name, value in record.derive({f: getattr(record, f) for f in fields(type(record))}).items():
            setattr(record, name, value)


def _difference(record: Record) -> tuple[Values, Values]:
    before: Values = {}
    after: Values = {}
    committed = inspect(record).committed_state
    for name in fields(type(record)):
        if name in committed:
            history = get_history(record, name)
            if history.has_changes():
                old, new = list(history.deleted), list(history.added)
                before[name], after[name] = encode(old[0]), encode(new[0])
    return before, after


def _refuse_bulk(state: ORMExecuteState) -> None:
    if state.is_update or state.is_delete or state.is_insert:
        mapper = state.bind_mapper
        if mapper is not None and issubclass(mapper.class_, Record):
            # It would slip past the journal, and so past undo, history and sync.
            raise RuntimeError("change records one by one, not by a bulk statement")


class AskSession(Session):
    """The session of queries: it refuses to write."""


def _refuse_writes(_session: Session, _context: Any, _instances: Any) -> None:
    raise RuntimeError("a query does not write: records are written through desk.do")


event.listen(AskSession, "before_flush", _refuse_writes)


class DoorSession(Session):
    """The session of actions: what it flushes is journalled, into ``info["changes"]``.

    It works in the transaction that its connection has begun. Who began that also ends it, so a session through which
    no record passes costs nothing.
    """

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, join_transaction_mode="rollback_only")
        self._here = connection

    def connection(self, *_args: Any, **_options: Any) -> Connection:
        return self._here

    def close(self) -> None:
        if self.in_transaction():  # else no record was asked for or added
            super().close()


event.listen(DoorSession, "before_flush", _before_flush)
event.listen(DoorSession, "do_orm_execute", _refuse_bulk)
