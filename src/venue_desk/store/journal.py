"""The journal: one line for every change to a record.

A line serves undo (``invert``), history, sync (lines that the centre has not acknowledged) and audit. Local work
writes lines with ``write``; lines from elsewhere are applied by ``merge``, on the desk and at the centre alike.

Which version of a field counts is decided by its line's key (effective stamp, writer, number): the greater wins,
whatever the order of arrival. Stamps are milliseconds since 1970 shifted by 12 bits, and never go back.
"""

import hashlib
import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from sqlalchemy import Connection, Table, bindparam, select

from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.store.bulk import add_many
from venue_desk.store.capture import Values, dump, holds_nul
from venue_desk.store.migrations import SCHEMA
from venue_desk.store.records import Line, Stamp

GENESIS = bytes(32)
Key = tuple[int, str, int]  # effective stamp, writer, number
# Stamps below this give way to everything: settings of a desk that joined a venue which had its own.
FLOOR = 1 << 20
# The key of a field that no line has said anything about: an older release made the row.
NEVER: Key = (0, "", 0)

_LINES = cast(Table, Line.__table__)
_STAMPS = cast(Table, Stamp.__table__)

# Made once: a scan waits for them, and building a statement costs more than running it.
_HEAD = (
    select(_LINES.c.number, _LINES.c.effective, _LINES.c.hash)
    .where(
        _LINES.c.venue_id == bindparam("venue"),
        _LINES.c.writer == bindparam("writer"),
        _LINES.c.branch == bindparam("branch"),
    )
    .order_by(_LINES.c.number.desc())
    .limit(1)
)
_STAMP = select(_STAMPS.c.fields, _STAMPS.c.ghost).where(
    _STAMPS.c.venue_id == bindparam("venue"),
    _STAMPS.c.table == bindparam("table"),
    _STAMPS.c.row == bindparam("row"),
)
_STAMPS_IN = select(_STAMPS.c.row, _STAMPS.c.fields, _STAMPS.c.ghost).where(
    _STAMPS.c.venue_id == bindparam("venue"),
    _STAMPS.c.table == bindparam("table"),
    _STAMPS.c.row.in_(bindparam("rows", expanding=True)),
)
_ADD_LINES = _LINES.insert()


@dataclass(frozen=True, slots=True)
class Entry:
    """A line as it travels. ``before``, ``after`` and ``over`` are canonical JSON texts, because they are hashed."""

    writer: str
    number: int
    stamp: int
    action: str
    name: str
    kind: str
    refers: str | None
    at: str
    table: str
    row: str
    before: str | None
    after: str | None
    over: str
    schema: int
    hash: bytes

    def chained(self, previous: bytes) -> bytes:
        """The hash that this line has after ``previous``."""
        return chain(
            previous,
            [
                self.writer,
                self.number,
                self.stamp,
                self.action,
                self.name,
                self.kind,
                self.refers,
                self.at,
                self.table,
                self.row,
                self.before,
                self.after,
                self.over,
                self.schema,
            ],
        )


def chain(previous: bytes, line: list[Any]) -> bytes:
    """The hash of a line, given as the values of an entry in their order, after ``previous``."""
    return hashlib.sha256(previous + dump(line).encode()).digest()


@dataclass(frozen=True, slots=True)
class Act:
    """What the lines of one action have in common."""

    id: str
    name: str
    kind: str
    at: str
    refers: str | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """Where a writer's journal stands. ``stamp`` is the effective one, so that a clock once wrong is forgotten."""

    number: int
    stamp: int
    hash: bytes


def head(connection: Connection, venue: str, writer: str, branch: int = 0) -> Head:
    """The last line of a writer (or of a fork of it), or the start of its chain."""
    row = connection.execute(_HEAD, {"venue": venue, "writer": writer, "branch": branch}).first()
    return Head(row[0], row[1], row[2]) if row else Head(0, 0, GENESIS)


def tag(writer: str, branch: int) -> str:
    """A writer as keys name it: two lines of a forked writer with one number must not have one key."""
    return f"{writer}/{branch}" if branch else writer


def tick(*seen: int) -> int:
    """A stamp for now, later than all those seen, also when this computer's clock is behind."""
    return max(int(time.time() * 1000) << 12, *(s + 1 for s in seen))


def read_stamps(
    connection: Connection, venue: str, rows: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], "RowState"]:
    """The state of these rows' fields; rows never heard of are absent."""
    wanted: dict[str, list[str]] = {}
    for table, row in rows:
        wanted.setdefault(table, []).append(row)
    found: dict[tuple[str, str], RowState] = {}
    for table, ids in wanted.items():
        if len(ids) == 1:
            one = connection.execute(_STAMP, {"venue": venue, "table": table, "row": ids[0]}).first()
            if one:
                found[table, ids[0]] = RowState.load(one[0], one[1])
            continue
        for part in chunks(ids, 500):
            for row, fields, ghost in connection.execute(
                _STAMPS_IN, {"venue": venue, "table": table, "rows": list(part)}
            ):
                found[table, row] = RowState.load(fields, ghost)
    return found


class RowState:
    """Which line each field of a row comes from, whether the row lives, and its values while it does not."""

    __slots__ = ("created", "deleted", "every", "fields", "ghost")

    def __init__(self) -> None:
        self.created: Key | None = None
        self.deleted: Key | None = None
        self.every: Key | None = None  # of all fields that have no key of their own
        self.fields: dict[str, Key] = {}
        self.ghost: Values | None = None

    @classmethod
    def load(cls, fields: str, ghost: str | None) -> "RowState":
        state = cls()
        for name, value in json.loads(fields).items():
            key: Key = (value[0], value[1], value[2])
            if name == "+":
                state.created = key
                state.every = state.every or key  # "*" sorts before "+"
            elif name == "-":
                state.deleted = key
            elif name == "*":
                state.every = key
            else:
                state.fields[name] = key
        state.ghost = json.loads(ghost) if ghost is not None else None
        return state

    def dump(self) -> str:
        known: dict[str, Key] = dict(self.fields)
        if self.created:
            known["+"] = self.created
        if self.deleted:
            known["-"] = self.deleted
        if self.every and self.every != self.created:
            known["*"] = self.every
        return dump(known)

    def key(self, field: str) -> Key | None:
        return self.fields.get(field, self.every)

    @property
    def lives(self) -> bool:
        return self.created is not None and (self.deleted is None or self.created > self.deleted)

    def latest(self) -> int:
        """The greatest stamp on this row."""
        keys = [*self.fields.values(), *(k for k in (self.created, self.deleted, self.every) if k)]
        return max((k[0] for k in keys), default=0)

    def over(self, fields: Iterable[str]) -> dict[str, Key]:
        """What a change of these fields overwrites, short where one line wrote them all."""
        keys = {f: k for f in fields if (k := self.key(f))}
        distinct = set(keys.values())
        if len(keys) > 1 and len(distinct) == 1:
            return {"*": distinct.pop()}
        return keys

    def write_most(self, key: Key, names: Iterable[str]) -> None:
        """The latest of several lines that make the row; fields of these names keep the keys that they have.

        A row's state is the same whatever the order in which such lines came.
        """
        for name in names:
            self.fields[name] = self.key(name) or NEVER
        self.created = self.every = key
        self.fields = {name: kept for name, kept in self.fields.items() if kept != key}

    def write_all(self, key: Key) -> None:
        """A line that gives every field (the row's creation)."""
        self.created = self.every = key
        self.fields.clear()


def write(
    connection: Connection,
    venue: str,
    writer: str,
    act: Act,
    changes: Sequence[tuple[str, str, Values | None, Values | None]],
    floor: bool = False,
) -> list[dict[str, Any]]:
    """Journal one action's changes, which are in the tables already. Returns its lines, as rows of the table.

    ``floor`` writes them with stamps that give way to everything.
    """
    last = head(connection, venue, writer)
    states = read_stamps(connection, venue, ((table, row) for table, row, _b, _a in changes))
    seen = max((s.latest() for s in states.values()), default=0)
    stamp = min(last.stamp + 1, FLOOR - 1) if floor else tick(last.stamp, seen)
    number, previous = last.number, last.hash
    lines: list[dict[str, Any]] = []
    stamps: list[dict[str, Any]] = []
    for table, row, before, after in changes:
        number += 1
        key: Key = (stamp, writer, number)
        state = states.get((table, row)) or RowState()
        over = state.over(after if after is not None else before or ())
        entry = Entry(
            writer,
            number,
            stamp,
            act.id,
            act.name,
            act.kind,
            act.refers,
            act.at,
            table,
            row,
            None if before is None else dump(before),
            None if after is None else dump(after),
            dump(over),
            SCHEMA,
            b"",
        )
        if entry.after and holds_nul(entry.after, after):
            raise Problem(_("This text holds a character that cannot be kept."), _("Type it anew."))
        previous = entry.chained(previous)
        if after is None:
            state.deleted = key
            state.ghost = {f: v for f, v in (before or {}).items() if state.key(f) != NEVER}
        elif before is None:
            state.write_all(key)
            state.ghost = None
        else:
            state.fields.update(dict.fromkeys(after, key))
        lines.append(line_values(venue, entry, previous, effective=stamp))
        stamps.append(stamp_values(venue, table, row, state))
    add_many(connection, _ADD_LINES, lines)
    put_stamps(connection, stamps)
    return lines


def line_values(
    venue: str,
    entry: Entry,
    hashed: bytes,
    *,
    effective: int,
    position: int | None = None,
    branch: int = 0,
    held: str | None = None,
) -> dict[str, Any]:
    """An entry as a row of the journal's table."""
    return {
        "venue_id": venue,
        "writer": entry.writer,
        "branch": branch,
        "number": entry.number,
        "stamp": entry.stamp,
        "effective": effective,
        "action": entry.action,
        "name": entry.name,
        "kind": entry.kind,
        "refers": entry.refers,
        "at": entry.at,
        "table": entry.table,
        "row": entry.row,
        "before": entry.before,
        "after": entry.after,
        "over": entry.over,
        "schema": entry.schema,
        "hash": hashed,
        "position": position,
        "held": held,
    }


def stamp_values(venue: str, table: str, row: str, state: RowState) -> dict[str, Any]:
    ghost = None if state.ghost is None else dump(state.ghost)
    return {"venue_id": venue, "table": table, "row": row, "fields": state.dump(), "ghost": ghost}


def put_stamps(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Insert or replace rows' states; both databases speak the same upsert."""
    add_many(connection, _put(connection.dialect.name), rows)


@cache
def _put(dialect: str) -> Any:
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]
    statement = insert(_STAMPS)
    return statement.on_conflict_do_update(
        index_elements=[_STAMPS.c.venue_id, _STAMPS.c.table, _STAMPS.c.row],
        set_={"fields": statement.excluded.fields, "ghost": statement.excluded.ghost},
    )


def entry_of(line: Any) -> Entry:
    """A row of the journal's table as it travels."""
    return Entry(
        line.writer,
        line.number,
        line.stamp,
        line.action,
        line.name,
        line.kind,
        line.refers,
        line.at,
        line.table,
        line.row,
        line.before,
        line.after,
        line.over,
        line.schema,
        line.hash,
    )


def chunks(items: Sequence[Any], size: int) -> Iterable[Sequence[Any]]:
    return (items[start : start + size] for start in range(0, len(items), size))
