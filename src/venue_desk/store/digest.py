"""Comparing two copies: a digest of all records by table and by the month in which they were made.

It covers what a row says and which line each field comes from, so it tells apart copies that hold the same lines
but folded them differently.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Connection, Table, select

from venue_desk.store.capture import dump, encode, fields, kinds, table_of
from venue_desk.store.fold import Place
from venue_desk.store.journal import Key, RowState
from venue_desk.store.records import Record, Stamp

_STAMPS = cast(Table, Stamp.__table__)


def digests(connection: Connection, venue: str) -> dict[str, str]:
    """``table/month`` to the digest of its rows, deleted ones too. Reads every record: about 20 µs each."""
    sums: dict[str, int] = defaultdict(int)
    for bucket, place, text in _rows(connection, venue):
        hashed = hashlib.blake2b(f"{place[1]}{text}".encode(), digest_size=8)
        sums[bucket] ^= int.from_bytes(hashed.digest(), "big")
    return {bucket: f"{total:016x}" for bucket, total in sums.items()}


def places_in(connection: Connection, venue: str, buckets: Collection[str]) -> list[Place]:
    """The rows of some buckets."""
    wanted = set(buckets)
    tables = {bucket.partition("/")[0] for bucket in wanted}
    return [place for bucket, place, _text in _rows(connection, venue, tables) if bucket in wanted]


def _rows(
    connection: Connection, venue: str, tables: Collection[str] | None = None
) -> Iterator[tuple[str, Place, str]]:
    for name, kind in sorted(kinds().items()):
        if tables is not None and name not in tables:
            continue
        values = _values(connection, venue, kind)
        names = fields(kind)
        for row, text in connection.execute(
            select(_STAMPS.c.row, _STAMPS.c.fields).where(
                _STAMPS.c.venue_id == venue, _STAMPS.c.table == name
            )
        ):
            state = RowState.load(text, None)
            made = state.created or state.deleted
            # Which line each field comes from, where it is not the one that made the row.
            later: dict[str, Any] = {}
            if state.lives and (state.fields or state.every != state.created):
                later = {f: _short(key) for f in names if (key := state.key(f)) != state.created}
            said = dump([_short(state.created), _short(state.deleted), later, values.pop(row, None)])
            yield f"{name}/{_month(made)}", (name, row), said
        for row, found in values.items():  # a row of which no line tells: it must not be
            yield f"{name}/-", (name, row), dump(found)


def _values(connection: Connection, venue: str, kind: type[Record]) -> dict[str, list[Any]]:
    table = table_of(kind)
    columns = [table.c.id, *(table.c[name] for name in fields(kind))]
    rows = connection.execute(select(*columns).where(table.c.venue_id == venue))
    return {row[0]: [encode(value) for value in row[1:]] for row in rows}


def _short(key: Key | None) -> list[int] | None:
    """A key without its writer, whose forks two copies may still call differently."""
    return [key[0], key[2]] if key else None


def _month(key: Key | None) -> str:
    milliseconds = min((key[0] if key else 0) >> 12, 253_370_764_800_000)
    return _month_of(milliseconds // 86_400_000)


@lru_cache(maxsize=4096)
def _month_of(day: int) -> str:
    return datetime.fromtimestamp(day * 86_400, UTC).strftime("%Y-%m")
