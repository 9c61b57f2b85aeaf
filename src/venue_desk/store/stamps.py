"""Which line each field of a row comes from, and beside it a digest of what the row says.

The digests of a table's rows that were made in one month are summed (``bucket``), in the transaction that writes the
rows: so two copies are compared by reading some sums, however many rows there are. A row that was changed underneath,
past the journal, keeps its digest; ``store.digest`` finds it by reading the rows themselves.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any, cast

from sqlalchemy import Connection, Float, Table, bindparam, select

from venue_desk.store.bulk import add_many, chunks, read
from venue_desk.store.capture import Values, dump, encode, fields, kinds, table_of
from venue_desk.store.records import Bucket, Record, Stamp

Key = tuple[int, str, int]  # effective stamp, writer, number
Place = tuple[str, str]  # table, row
# The key of a field that no line has said anything about: an older release made the row.
NEVER: Key = (0, "", 0)
LARGEST = (1 << 40) - 1  # of a digest: many of them are summed without leaving 63 bits

_STAMPS = cast(Table, Stamp.__table__)
_BUCKETS = cast(Table, Bucket.__table__)

# Made once: a scan waits for them, and building a statement costs more than running it.
_OF_TABLE = (_STAMPS.c.venue_id == bindparam("venue"), _STAMPS.c.table == bindparam("table"))
_STAMP = select(_STAMPS.c.fields, _STAMPS.c.ghost, _STAMPS.c.digest).where(
    *_OF_TABLE, _STAMPS.c.row == bindparam("row")
)
_STAMPS_IN = select(_STAMPS.c.row, _STAMPS.c.fields, _STAMPS.c.ghost, _STAMPS.c.digest).where(
    *_OF_TABLE, _STAMPS.c.row.in_(bindparam("rows", expanding=True))
)


class RowState:
    """Which line each field of a row comes from, whether the row lives, and its values while it does not.

    ``was``: the digest that is kept of it, and in which month's sum that is.
    """

    __slots__ = ("created", "deleted", "every", "fields", "ghost", "was")

    def __init__(self) -> None:
        self.created: Key | None = None
        self.deleted: Key | None = None
        self.every: Key | None = None  # of all fields that have no key of their own
        self.fields: dict[str, Key] = {}
        self.ghost: Values | None = None
        self.was: tuple[int, Key | None] = (0, None)

    @classmethod
    def load(cls, fields: str, ghost: str | None, digest: int = 0) -> "RowState":
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
        state.was = (digest, state.made)
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
    def made(self) -> Key | None:
        return self.created or self.deleted

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


def read_stamps(connection: Connection, venue: str, rows: Iterable[Place]) -> dict[Place, RowState]:
    """The state of these rows' fields; rows never heard of are absent."""
    wanted: dict[str, list[str]] = {}
    for table, row in rows:
        wanted.setdefault(table, []).append(row)
    found: dict[Place, RowState] = {}
    for table, ids in wanted.items():
        if len(ids) == 1:
            for one in read(connection, _STAMP, {"venue": venue, "table": table, "row": ids[0]}):
                found[table, ids[0]] = RowState.load(*one)
            continue
        for part in chunks(ids, 500):
            for row, *kept in connection.execute(
                _STAMPS_IN, {"venue": venue, "table": table, "rows": list(part)}
            ):
                found[table, row] = RowState.load(*kept)
    return found


def read_rows(connection: Connection, venue: str, places: Iterable[Place]) -> dict[Place, Values]:
    """What rows say, as the journal writes it; those that are not there, or of unknown tables, are absent."""
    by_table: dict[str, list[str]] = defaultdict(list)
    for name, row in places:
        by_table[name].append(row)
    found: dict[Place, Values] = {}
    known = kinds() if by_table else {}
    for name, ids in by_table.items():
        kind = known.get(name)
        if kind is None:
            continue
        names = fields(kind)
        query = _rows_in(kind, names)
        for part in chunks(ids, 500):
            for row, *values in connection.execute(query, {"venue": venue, "rows": list(part)}):
                found[name, row] = {f: encode(v) for f, v in zip(names, values, strict=True)}
    return found


@lru_cache(maxsize=256)
def _rows_in(kind: type[Record], names: tuple[str, ...]) -> Any:
    table = table_of(kind)
    return select(table.c.id, *(table.c[name] for name in names)).where(
        table.c.venue_id == bindparam("venue"), table.c.id.in_(bindparam("rows", expanding=True))
    )


def put_stamps(
    connection: Connection, venue: str, rows: Sequence[tuple[Place, RowState, Mapping[str, Any] | None]]
) -> None:
    """Insert or replace rows' states, each with what the row says now (None: it is not there)."""
    known, sums = kinds(), _Sums()
    written: list[dict[str, Any]] = []
    for (table, row), state, values in rows:
        digest = digest_of(row, state, known[table], values)
        sums.move(table, state, digest)
        ghost = None if state.ghost is None else dump(state.ghost)
        written.append(
            {
                "venue_id": venue,
                "table": table,
                "row": row,
                "fields": state.dump(),
                "ghost": ghost,
                "digest": digest,
            }
        )
    dialect = connection.dialect.name
    add_many(connection, _put(dialect), written)
    sums.write(connection, venue)


def drop_stamps(connection: Connection, venue: str, rows: Sequence[tuple[Place, RowState]]) -> None:
    """Forget rows of which no line tells."""
    sums = _Sums()
    for (table, row), state in rows:
        sums.move(table, state, 0)
        connection.execute(
            _STAMPS.delete().where(
                _STAMPS.c.venue_id == venue, _STAMPS.c.table == table, _STAMPS.c.row == row
            )
        )
    sums.write(connection, venue)


def digest_of(row: str, state: RowState, kind: type[Record], values: Mapping[str, Any] | None) -> int:
    """A digest of what a row says and of which line each field comes from.

    So copies that hold the same lines but folded them differently are told apart. Writers are left out, because two
    copies may still call the forks of one differently.
    """
    names = fields(kind)
    # Which line each field comes from, where it is not the one that made the row.
    later: dict[str, Any] = {}
    if state.lives and (state.fields or state.every != state.created):
        later = {f: _short(key) for f in names if (key := state.key(f)) != state.created}
    said: list[Any] | None = None
    if values is not None:
        said = [values[name] for name in names]
        for place in _floats(kind, names):
            said[place] = None if said[place] is None else float(said[place])
    text = dump([_short(state.created), _short(state.deleted), later, said])
    return int.from_bytes(hashlib.blake2b(f"{row}{text}".encode(), digest_size=5).digest(), "big")


@lru_cache(maxsize=256)
def _floats(kind: type[Record], names: tuple[str, ...]) -> tuple[int, ...]:
    """Where a whole number may stand for a column that gives it back with a point."""
    table = table_of(kind)
    return tuple(place for place, name in enumerate(names) if isinstance(table.c[name].type, Float))


def bucket(table: str, made: Key | None) -> str:
    """The sum to which a row belongs: its table and the month (UTC) in which it was made."""
    milliseconds = min((made[0] if made else 0) >> 12, 253_370_764_800_000)
    return f"{table}/{_month(milliseconds // 86_400_000)}"


@lru_cache(maxsize=4096)
def _month(day: int) -> str:
    return datetime.fromtimestamp(day * 86_400, UTC).strftime("%Y-%m")


def _short(key: Key | None) -> list[int] | None:
    return [key[0], key[2]] if key else None


class _Sums:
    """What must be added to the sums, which are counted without what leaves 40 bits."""

    def __init__(self) -> None:
        self._added: dict[str, int] = defaultdict(int)

    def move(self, table: str, state: RowState, digest: int) -> None:
        """Take the digest kept of a row out of its sum, and put the new one into the sum where that belongs."""
        old, made = state.was
        if old:
            self._added[bucket(table, made)] -= old
        if digest:
            self._added[bucket(table, state.made)] += digest
        state.was = (digest, state.made)

    def write(self, connection: Connection, venue: str) -> None:
        rows = [
            {"venue_id": venue, "name": name, "digest": added & LARGEST}
            for name, added in self._added.items()
            if added & LARGEST
        ]
        add_many(connection, _add(connection.dialect.name), rows)


@cache
def _put(dialect: str) -> Any:
    statement = _insert(dialect, _STAMPS)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=[_STAMPS.c.venue_id, _STAMPS.c.table, _STAMPS.c.row],
        set_={"fields": new.fields, "ghost": new.ghost, "digest": new.digest},
    )


@cache
def _add(dialect: str) -> Any:
    statement = _insert(dialect, _BUCKETS)
    total = _BUCKETS.c.digest + statement.excluded.digest
    return statement.on_conflict_do_update(
        index_elements=[_BUCKETS.c.venue_id, _BUCKETS.c.name],
        set_={"digest": total.op("&")(_literal(LARGEST))},
    )


def _literal(number: int) -> Any:
    from sqlalchemy import literal_column

    return literal_column(str(number))


def _insert(dialect: str, table: Table) -> Any:
    """Both databases speak the same upsert."""
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]
    return insert(table)
