"""The one function that applies lines from elsewhere, on a desk and at the centre.

Whatever the order in which lines arrive, every copy ends the same: each field belongs to the line with the greatest
key, and a row lives when its last creation is later than its last deletion. Nothing is discarded: a line that cannot
be applied is kept in the journal with the reason (``held``) and tried again by ``retry_held``.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Connection, Table, bindparam, select, tuple_, update

from venue_desk.store.capture import Values, decode, encode, fields, kinds, table_of
from venue_desk.store.journal import (
    FLOOR,
    Entry,
    Key,
    RowState,
    chunks,
    entry_of,
    line_values,
    put_stamps,
    read_stamps,
    stamp_values,
)
from venue_desk.store.records import Conflict, Line, Record, fact

_LINES = cast(Table, Line.__table__)
Place = tuple[str, str]  # table, row


@dataclass(frozen=True, slots=True)
class Arrival:
    """A line from elsewhere: with the stamp that decides, its number at the centre, and its fork if it is one."""

    entry: Entry
    effective: int
    position: int | None = None
    branch: int = 0


@dataclass(slots=True)
class Merged:
    """What a merge did: per arrival ``accepted``, ``duplicate`` or ``held``; and which tables it touched."""

    results: list[str] = field(default_factory=list)
    tables: set[str] = field(default_factory=set)
    conflicts: int = 0


def merge(connection: Connection, venue: str, arrivals: Sequence[Arrival]) -> Merged:
    """Apply lines in the order given, inside the caller's transaction. The caller has checked their hashes."""
    merged = Merged()
    known = _known(connection, [a.entry.hash for a in arrivals])
    fresh: list[Arrival] = []
    for arrival in arrivals:
        duplicate = arrival.entry.hash in known
        merged.results.append("duplicate" if duplicate else "accepted")
        if not duplicate:
            known.add(arrival.entry.hash)
            fresh.append(arrival)
    rows = _Rows(connection, venue, ((a.entry.table, a.entry.row) for a in fresh))
    held: dict[bytes, str] = {}
    for arrival in fresh:
        why = rows.fold(arrival.entry, arrival.effective)
        if why:
            held[arrival.entry.hash] = why
    if fresh:
        connection.execute(
            _LINES.insert(),
            [
                line_values(
                    venue,
                    a.entry,
                    a.entry.hash,
                    effective=a.effective,
                    position=a.position,
                    branch=a.branch,
                    held=held.get(a.entry.hash),
                )
                for a in fresh
            ],
        )
    # After the lines are there, because a conflict names the moments of both.
    merged.conflicts = rows.add_conflicts()
    merged.tables = rows.write()
    merged.results = [
        "held" if result == "accepted" and arrival.entry.hash in held else result
        for result, arrival in zip(merged.results, arrivals, strict=True)
    ]
    return merged


def retry_held(connection: Connection, venue: str) -> Merged:
    """Try lines again that could not be applied, for example after an upgrade."""
    merged = Merged()
    lines = connection.execute(
        select(_LINES).where(_LINES.c.venue_id == venue, _LINES.c.held.is_not(None))
    ).all()
    rows = _Rows(connection, venue, ((line.table, line.row) for line in lines))
    for line in lines:
        why = rows.fold(entry_of(line), line.effective)
        merged.results.append("held" if why else "accepted")
        if why != line.held:
            connection.execute(
                update(_LINES)
                .where(_LINES.c.venue_id == venue, _LINES.c.hash == line.hash)
                .values(held=why or None)
            )
    merged.conflicts = rows.add_conflicts()
    merged.tables = rows.write()
    return merged


def restamp(connection: Connection, venue: str, stamps: Iterable[tuple[str, int, int]]) -> set[str]:
    """Take over effective stamps, given as (writer, number, effective), that the centre fixed for lines of ours.

    Rows whose lines moved are folded again from the journal. Returns the tables touched.
    """
    moved: set[Place] = set()
    for part in chunks(list(stamps), 300):
        wanted = {(writer, number): effective for writer, number, effective in part}
        for line in connection.execute(
            select(_LINES.c.writer, _LINES.c.number, _LINES.c.effective, _LINES.c.table, _LINES.c.row).where(
                _LINES.c.venue_id == venue,
                _LINES.c.branch == 0,
                tuple_(_LINES.c.writer, _LINES.c.number).in_(list(wanted)),
            )
        ).all():
            effective = wanted[line.writer, line.number]
            if line.effective != effective:
                moved.add((line.table, line.row))
                connection.execute(
                    update(_LINES)
                    .where(
                        _LINES.c.venue_id == venue,
                        _LINES.c.writer == line.writer,
                        _LINES.c.branch == 0,
                        _LINES.c.number == line.number,
                    )
                    .values(effective=effective)
                )
    return rebuild(connection, venue, moved)


def rebuild(connection: Connection, venue: str, places: Iterable[Place]) -> set[str]:
    """Fold these rows again from all their lines. Returns the tables touched."""
    wanted = list(places)
    rows = _Rows(connection, venue, wanted)
    for place in wanted:
        rows.states[place] = RowState()
        rows.values[place] = {}
        for line in connection.execute(
            select(_LINES).where(
                _LINES.c.venue_id == venue, _LINES.c.table == place[0], _LINES.c.row == place[1]
            )
        ):
            rows.fold(entry_of(line), line.effective, quiet=True)
    return rows.write()


def _known(connection: Connection, hashes: Sequence[bytes]) -> set[bytes]:
    known: set[bytes] = set()
    for part in chunks(hashes, 500):
        known.update(connection.scalars(select(_LINES.c.hash).where(_LINES.c.hash.in_(part))))
    return known


class _Rows:
    """The rows that a batch touches, read once, folded in memory, written once."""

    def __init__(self, connection: Connection, venue: str, places: Iterable[Place]) -> None:
        self.connection, self.venue, self.kinds = connection, venue, kinds()
        wanted = dict.fromkeys(places)
        self.states = read_stamps(connection, venue, wanted)
        self.values: dict[Place, Values] = {
            place: state.ghost or {} for place, state in self.states.items() if not state.lives
        }
        self.alive = {place for place, state in self.states.items() if state.lives}
        self.touched: set[Place] = set()
        self.clashes: list[tuple[Place, str, Any, Key, Entry, bool]] = []
        self._read(self.alive)

    def _read(self, places: Iterable[Place]) -> None:
        by_table: dict[str, list[str]] = defaultdict(list)
        for name, row in places:
            by_table[name].append(row)
        for name, ids in by_table.items():
            kind = self.kinds.get(name)
            if kind is None:
                continue
            table, names = table_of(kind), fields(kind)
            for part in chunks(ids, 500):
                for found in self.connection.execute(
                    select(table.c.id, *(table.c[f] for f in names)).where(
                        table.c.venue_id == self.venue, table.c.id.in_(part)
                    )
                ):
                    self.values[name, found[0]] = {
                        f: encode(v) for f, v in zip(names, found[1:], strict=True)
                    }

    def fold(self, entry: Entry, effective: int, quiet: bool = False) -> str:
        """Apply one line in memory. Returns why it is held, or nothing. ``quiet`` looks for no conflicts."""
        kind = self.kinds.get(entry.table)
        if kind is None:
            return f"unknown table {entry.table}"
        try:
            after = None if entry.after is None else dict(json.loads(entry.after))
            over: dict[str, Any] = json.loads(entry.over)
            unknown = set(after or ()) - set(fields(kind))
            after = None if after is None else {f: v for f, v in after.items() if f not in unknown}
            decode(kind, after or {})
        except (ValueError, TypeError, KeyError) as error:
            return f"damaged: {error}"
        place = (entry.table, entry.row)
        key: Key = (effective, entry.writer, entry.number)
        state = self.states.setdefault(place, RowState())
        values = self.values.setdefault(place, {})
        self.touched.add(place)
        if after is None:
            if state.deleted is None or key > state.deleted:
                state.deleted = key
            return ""
        if entry.before is None and state.every is None and not state.fields:
            state.write_all(key)
            values.update(after)
        else:
            self._fold_fields(place, kind, entry, key, over, after, quiet)
            if entry.before is None:
                state.every = state.every or key
                if state.created is None or key > state.created:
                    state.created = key
        return f"unknown fields {', '.join(sorted(unknown))}" if unknown else ""

    def _fold_fields(
        self,
        place: Place,
        kind: type[Record],
        entry: Entry,
        key: Key,
        over: Values,
        after: Values,
        quiet: bool,
    ) -> None:
        state, values = self.states[place], self.values[place]
        for name, value in after.items():
            current = state.key(name)
            wins = current is None or key > current
            if (
                current is not None
                and not quiet
                and current[1] != entry.writer
                and min(key[0], current[0]) >= FLOOR
            ):
                seen = over.get(name) or over.get("*")
                unaware = seen is None or (seen[1], seen[2]) != current[1:]
                if unaware and name in values and not kind.same(name, values[name], value):
                    self.clashes.append((place, name, values[name], current, entry, wins))
            if wins:
                values[name] = value
                state.fields[name] = key

    def add_conflicts(self) -> int:
        """Keep the losers of truly concurrent changes where a person sees them. Returns how many."""
        found = 0
        for (table, row), name, value, current, entry, wins in self.clashes:
            line = self.connection.execute(
                select(_LINES.c.at, _LINES.c.over).where(
                    _LINES.c.venue_id == self.venue,
                    _LINES.c.writer == current[1],
                    _LINES.c.number == current[2],
                    _LINES.c.branch == 0,
                )
            ).first()
            if line is None or table == Conflict.__tablename__:
                continue
            seen = json.loads(line.over)
            seen = seen.get(name) or seen.get("*")
            if seen is not None and (seen[1], seen[2]) == (entry.writer, entry.number):
                continue  # what was there had been written with this line in sight
            found += 1
            new = {"value": json.loads(entry.after or "{}")[name], "writer": entry.writer, "at": entry.at}
            old = {"value": value, "writer": current[1], "at": line.at}
            ends = sorted((f"{current[1]}:{current[2]}", f"{entry.writer}:{entry.number}"))
            self._add_conflict(
                fact("conflict", table, row, name, *ends),
                {
                    "table": table,
                    "row": row,
                    "field": name,
                    "kept": new if wins else old,
                    "lost": old if wins else new,
                    "found_at": max(entry.at, line.at),
                    "settled_at": None,
                },
            )
        self.clashes.clear()
        return found

    def _add_conflict(self, row: str, values: Values) -> None:
        place = (Conflict.__tablename__, row)
        if place not in self.states:
            self.states.update(read_stamps(self.connection, self.venue, [place]))
        state = self.states.setdefault(place, RowState())
        if state.created is not None:
            return
        # Every copy writes this row by itself, so it carries the least stamp there is and no line.
        state.created = state.every = (0, "", 0)
        known = state.ghost or {}
        self.values[place] = {**values, **{f: known[f] for f in state.fields if f in known}}
        self.touched.add(place)

    def write(self) -> set[str]:
        """Write rows and states back. Returns the tables touched."""
        stamps: list[dict[str, Any]] = []
        inserts: dict[str, list[Values]] = defaultdict(list)
        updates: dict[str, list[Values]] = defaultdict(list)
        deletes: dict[str, list[str]] = defaultdict(list)
        for place in self.touched:
            name, row = place
            state, values, kind = self.states[place], self.values[place], self.kinds[name]
            lives = state.lives
            state.ghost = None if lives else values
            stamps.append(stamp_values(self.venue, name, row, state))
            if lives:
                full = {**_defaults(kind), **decode(kind, values), "venue_id": self.venue, "id": row}
                full.update(kind.derive(full) if kind.derived else {})
                (updates if place in self.alive else inserts)[name].append(full)
            elif place in self.alive:
                deletes[name].append(row)
        for name, full_rows in inserts.items():
            self.connection.execute(table_of(self.kinds[name]).insert(), full_rows)
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
        if stamps:
            put_stamps(self.connection, stamps)
        return {name for name, _row in self.touched}


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
