"""The journal: one line for every change to a record.

A line serves undo (``invert``), history, sync (lines that the centre has not acknowledged) and audit. Local work
writes lines with ``write``; lines from elsewhere are applied by ``merge``, on the desk and at the centre alike.

Which version of a field counts is decided by its line's key (effective stamp, writer, number): the greater wins,
whatever the order of arrival. Stamps are milliseconds since 1970 shifted by 12 bits, and never go back.
"""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, Table, bindparam, literal_column, select

from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.store.bulk import add_many, read
from venue_desk.store.capture import Values, dump, fields, holds_nul, kinds
from venue_desk.store.migrations import SCHEMA
from venue_desk.store.records import Line
from venue_desk.store.stamps import NEVER, Key, Place, RowState, put_stamps, read_rows, read_stamps

GENESIS = bytes(32)
# Stamps below this give way to everything: settings of a desk that joined a venue which had its own.
FLOOR = 1 << 20

_LINES = cast(Table, Line.__table__)

# Made once: a scan waits for them, and building a statement costs more than running it.
_HEAD = (
    select(_LINES.c.number, _LINES.c.effective, _LINES.c.hash)
    .where(
        _LINES.c.venue_id == bindparam("venue"),
        _LINES.c.writer == bindparam("writer"),
        _LINES.c.branch == bindparam("branch"),
    )
    .order_by(_LINES.c.number.desc())
    # As a literal: SQLite words a query anew whose limit is given to it.
    .limit(literal_column("1"))
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
    for row in read(connection, _HEAD, {"venue": venue, "writer": writer, "branch": branch}):
        return Head(row[0], row[1], row[2])
    return Head(0, 0, GENESIS)


def tag(writer: str, branch: int) -> str:
    """A writer as keys name it: two lines of a forked writer with one number must not have one key."""
    return f"{writer}/{branch}" if branch else writer


def tick(*seen: int) -> int:
    """A stamp for now, later than all those seen, also when this computer's clock is behind."""
    return max(int(time.time() * 1000) << 12, *(s + 1 for s in seen))


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
    # A line says what changed; the digest beside the stamps is of the whole row.
    known = kinds()
    whole = read_rows(
        connection,
        venue,
        [(t, r) for t, r, _b, after in changes if after is not None and len(after) < len(fields(known[t]))],
    )
    seen = max((s.latest() for s in states.values()), default=0)
    stamp = min(last.stamp + 1, FLOOR - 1) if floor else tick(last.stamp, seen)
    number, previous = last.number, last.hash
    lines: list[dict[str, Any]] = []
    stamps: list[tuple[Place, RowState, Values | None]] = []
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
        says = None if after is None else whole.get((table, row), after)
        stamps.append(((table, row), state, says))
    add_many(connection, _ADD_LINES, lines)
    put_stamps(connection, venue, stamps)
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
