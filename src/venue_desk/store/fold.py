"""Rows being folded: each field belongs to the line with the greatest key, whatever the order of arrival."""

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, cast

from sqlalchemy import Connection, Table, bindparam, func, select

from venue_desk.store.bulk import add_rows, chunks
from venue_desk.store.capture import (
    Values,
    decode,
    dump,
    encode,
    fields,
    holds_nul,
    kinds,
    required,
    table_of,
)
from venue_desk.store.journal import FLOOR, Entry, tag
from venue_desk.store.records import Conflict, Line, Record, fact
from venue_desk.store.stamps import (
    NEVER,
    Key,
    Place,
    RowState,
    drop_stamps,
    put_stamps,
    read_rows,
    read_stamps,
)

_LINES = cast(Table, Line.__table__)


class Rows:
    """The rows that a batch touches, read once, folded in memory, written once."""

    def __init__(
        self, connection: Connection, venue: str, places: Iterable[Place], judge: bool = False
    ) -> None:
        self.connection, self.venue, self.kinds, self.judge = connection, venue, kinds(), judge
        wanted = dict.fromkeys(places)
        self.states = read_stamps(connection, venue, wanted)
        self.values: dict[Place, Values] = {
            place: state.ghost or {} for place, state in self.states.items() if not state.lives
        }
        self.alive = self.read(place for place, state in self.states.items() if state.lives)
        self.touched: set[Place] = set()
        self.clashes: list[tuple[Place, str, Any, Key, Entry, int, bool]] = []
        self.forks: dict[str, int] = {}

    def read(self, places: Iterable[Place]) -> set[Place]:
        """Read rows from their tables. Returns those that are there."""
        found = read_rows(self.connection, self.venue, places)
        self.values.update(found)
        return set(found)

    def fold(self, entry: Entry, effective: int, branch: int = 0) -> str:
        """Apply one line in memory. Returns why it is held, or nothing."""
        kind = self.kinds.get(entry.table)
        if kind is None:
            return f"unknown table {entry.table}"
        try:
            after = None if entry.after is None else _read(entry.after)
            over: dict[str, Any] = _read(entry.over)
            unknown = set(after or ()) - set(fields(kind))
            after = None if after is None else {f: v for f, v in after.items() if f not in unknown}
            decode(kind, after or {})
            if after is not None and entry.before is None and (missing := required(kind) - set(after)):
                raise ValueError(f"{', '.join(sorted(missing))} is missing")
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            return f"damaged: {error}"
        place = (entry.table, entry.row)
        key: Key = (effective, tag(entry.writer, branch), entry.number)
        state = self.states.setdefault(place, RowState())
        values = self.values.setdefault(place, {})
        self.touched.add(place)
        if after is None:
            if state.deleted is None or key > state.deleted:
                state.deleted = key
            return ""
        if entry.before is None and state.every is None and not state.fields:
            state.write_all(key)
            state.fields.update(dict.fromkeys(set(fields(kind)) - set(after), NEVER))
            values.update(after)
        else:
            self._fold_fields(place, kind, entry, key, over, after, branch)
            if entry.before is None and (state.created is None or key > state.created):
                state.write_most(key, fields(kind))
        return f"unknown fields {', '.join(sorted(unknown))}" if unknown else ""

    def _fold_fields(
        self,
        place: Place,
        kind: type[Record],
        entry: Entry,
        key: Key,
        over: Values,
        after: Values,
        branch: int,
    ) -> None:
        state, values = self.states[place], self.values[place]
        for name, value in after.items():
            current = state.key(name)
            # The same key is the same line, tried again with fields that an older release did not know.
            wins = current is None or key >= current
            if (
                self.judge
                and current is not None
                and current[1] != key[1]
                and min(key[0], current[0]) >= FLOOR
                and kind is not Conflict
                and self._seen(over, name, entry.writer, branch) != current[1:]
                and name in values
                and not kind.same(name, values[name], value)
            ):
                self.clashes.append((place, name, values[name], current, entry, branch, wins))
            if wins:
                values[name] = value
                state.fields[name] = key

    def _seen(self, over: Values, name: str, writer: str, branch: int) -> tuple[str, int] | None:
        """Which line the writer saw in this field. On a fork its own numbers mean the fork's lines."""
        seen = over.get(name) or over.get("*")
        if seen is None:
            return None
        if branch and seen[1] == writer and seen[2] >= self._fork(writer, branch):
            return tag(writer, branch), seen[2]
        return seen[1], seen[2]

    def _fork(self, writer: str, branch: int) -> int:
        """The number of the first line on a branch."""
        name = tag(writer, branch)
        if name not in self.forks:
            self.forks[name] = (
                self.connection.scalar(
                    select(func.min(_LINES.c.number)).where(
                        _LINES.c.venue_id == self.venue,
                        _LINES.c.writer == writer,
                        _LINES.c.branch == branch,
                    )
                )
                or 0
            )
        return self.forks[name]

    def conflicts(self) -> list[tuple[str, Values]]:
        """The losers of truly concurrent changes, as records for a person to see."""
        found: list[tuple[str, Values]] = []
        for (table, row), name, value, current, entry, branch, wins in self.clashes:
            writer, _slash, fork = current[1].partition("/")
            line = self.connection.execute(
                select(_LINES.c.at, _LINES.c.over).where(
                    _LINES.c.venue_id == self.venue,
                    _LINES.c.writer == writer,
                    _LINES.c.number == current[2],
                    _LINES.c.branch == int(fork or 0),
                )
            ).first()
            if line is None or self._seen(json.loads(line.over), name, writer, int(fork or 0)) == (
                tag(entry.writer, branch),
                entry.number,
            ):
                continue  # what was there had been written with this line in sight
            new = {"value": json.loads(entry.after or "{}")[name], "writer": entry.writer, "at": entry.at}
            old = {"value": value, "writer": writer, "at": line.at}
            ends = sorted((f"{current[1]}:{current[2]}", f"{tag(entry.writer, branch)}:{entry.number}"))
            values = {
                "table": table,
                "row": row,
                "field": name,
                "kept": new if wins else old,
                "lost": old if wins else new,
                "found_at": max(entry.at, line.at),
                "settled_at": None,
            }
            found.append((fact("conflict", table, row, name, *ends), values))
        return found

    def write(self) -> set[str]:
        """Write rows and states back. Returns the tables touched."""
        stamps: list[tuple[Place, RowState, Values | None]] = []
        inserts: dict[str, list[Values]] = defaultdict(list)
        updates: dict[str, list[Values]] = defaultdict(list)
        deletes: dict[str, list[str]] = defaultdict(list)
        forgotten: list[Place] = []  # rows of which every line is held
        for place in self.touched:
            name, row = place
            state, values, kind = self.states[place], self.values[place], self.kinds[name]
            lives = state.lives
            # The same whether the row was ever in the table here, with defaults for what no line gave it.
            state.ghost = None if lives else {f: v for f, v in values.items() if state.key(f) != NEVER}
            says: Values | None = None
            if lives:
                full = decode(kind, values)
                if len(full) < len(fields(kind)) or kind.derived:
                    full = {**_defaults(kind), **full}
                full["venue_id"], full["id"] = self.venue, row
                full.update(kind.derive(full) if kind.derived else {})
                (updates if place in self.alive else inserts)[name].append(full)
                says = {f: encode(full[f]) for f in fields(kind)}
            elif place in self.alive:
                deletes[name].append(row)
            if state.dump() == "{}":
                forgotten.append(place)
            else:
                stamps.append((place, state, says))
        for name, full_rows in inserts.items():
            add_rows(self.connection, table_of(self.kinds[name]), full_rows)
        for name, full_rows in updates.items():
            self.connection.execute(
                _update(self.kinds[name]), [{f"_{k}": v for k, v in r.items()} for r in full_rows]
            )
        for name, ids in deletes.items():
            table = table_of(self.kinds[name])
            for part in chunks(ids, 500):
                self.connection.execute(
                    table.delete().where(table.c.venue_id == self.venue, table.c.id.in_(part))
                )
        put_stamps(self.connection, self.venue, stamps)
        drop_stamps(self.connection, self.venue, [(place, self.states[place]) for place in forgotten])
        return {name for name, _row in self.touched}


def _read(text: str) -> Values:
    """The values of a line. Raises ValueError for a text that is not the canonical one of an object.

    What one of the two databases would refuse must be held by both: NUL, half a surrogate pair, NaN.
    """
    if text == "{}":
        return {}
    values = _DECODER.decode(text)
    if not isinstance(values, dict) or dump(values) != text or holds_nul(text, values):
        raise ValueError("not canonical")
    return values


def _refuse(name: str) -> None:
    raise ValueError(name)


_DECODER = json.JSONDecoder(parse_constant=_refuse)


def _update(kind: type[Record]) -> Any:
    table = table_of(kind)
    return (
        table.update()
        .where(table.c.venue_id == bindparam("_venue_id"), table.c.id == bindparam("_id"))
        .values({c.name: bindparam(f"_{c.name}") for c in table.columns if c.name not in ("venue_id", "id")})
    )


def _defaults(kind: type[Record]) -> Values:
    """What a row has in columns that the line's release did not know yet."""
    values: Values = {}
    for column in table_of(kind).columns:
        default: Any = column.default
        if default is not None:
            values[column.name] = default.arg(None) if default.is_callable else default.arg
        elif column.nullable:
            values[column.name] = None
    return values
