"""Comparing two copies, by table and by the month in which the rows were made.

Beside every row's stamps lies its digest (store.stamps), and their sums are compared at the end of a sync. What is
here reads the rows themselves, about 20 µs each: only that sees a row that was changed past the journal.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, cast

from sqlalchemy import Connection, Table, bindparam, select, update

from venue_desk.store.bulk import read
from venue_desk.store.capture import encode, fields, kinds, table_of
from venue_desk.store.records import Bucket, Record, Stamp
from venue_desk.store.stamps import LARGEST, Place, RowState, bucket, digest_of

_STAMPS = cast(Table, Stamp.__table__)
_BUCKETS = cast(Table, Bucket.__table__)

# Made once: forty of them are asked whenever two copies are compared.
_STAMPED = select(_STAMPS.c.row, _STAMPS.c.fields, _STAMPS.c.digest).where(
    _STAMPS.c.venue_id == bindparam("venue"), _STAMPS.c.table == bindparam("kind")
)


@dataclass(slots=True)
class Found:
    """What reading all rows found: the sums, and the rows whose kept digest is another, and in which sums they are."""

    sums: dict[str, int] = field(default_factory=dict)
    stale: list[Place] = field(default_factory=list)
    spoiled: set[str] = field(default_factory=set)


def texts(sums: Mapping[str, int]) -> dict[str, str]:
    """Sums as they travel."""
    return {name: f"{total:010x}" for name, total in sums.items()}


def kept_sums(connection: Connection, venue: str) -> dict[str, int]:
    """The sums as they are kept, without those that are nothing."""
    rows = connection.execute(
        select(_BUCKETS.c.name, _BUCKETS.c.digest).where(_BUCKETS.c.venue_id == venue, _BUCKETS.c.digest != 0)
    )
    return {name: total for name, total in rows}  # noqa: C416 - rows are no pairs to a type checker


def summary(connection: Connection, venue: str) -> str:
    """A digest of the sums that are kept: equal where two copies say the same. Costs nothing for each row."""
    said = "\n".join(f"{name} {total}" for name, total in sorted(kept_sums(connection, venue).items()))
    return hashlib.blake2b(said.encode(), digest_size=8).hexdigest()


def look(connection: Connection, venue: str) -> Found:
    """Read every row and compute the sums anew."""
    found = Found()
    sums: dict[str, int] = defaultdict(int)
    for name, place, digest, kept in _rows(connection, venue):
        sums[name] += digest
        if digest != kept:
            found.stale.append(place)
            found.spoiled.add(name)
    found.sums = {name: total & LARGEST for name, total in sums.items() if total & LARGEST}
    return found


def digests(connection: Connection, venue: str) -> dict[str, str]:
    """``table/month`` to the sum of the digests of its rows, deleted ones too, from the rows themselves."""
    return texts(look(connection, venue).sums)


def refresh(connection: Connection, venue: str) -> None:
    """Keep digests and sums as the rows say: after an upgrade, because fields were added, and after a repair."""
    changed: list[dict[str, Any]] = []
    sums: dict[str, int] = defaultdict(int)
    for name, place, digest, kept in _rows(connection, venue):
        sums[name] += digest
        if digest != kept and kept is not None:
            changed.append({"_table": place[0], "_row": place[1], "_digest": digest})
    if changed:
        connection.execute(
            update(_STAMPS)
            .where(
                _STAMPS.c.venue_id == venue,
                _STAMPS.c.table == bindparam("_table"),
                _STAMPS.c.row == bindparam("_row"),
            )
            .values(digest=bindparam("_digest")),
            changed,
        )
    wanted = {name: total & LARGEST for name, total in sums.items() if total & LARGEST}
    if wanted != kept_sums(connection, venue):
        connection.execute(_BUCKETS.delete().where(_BUCKETS.c.venue_id == venue))
        rows = [{"venue_id": venue, "name": name, "digest": total} for name, total in wanted.items()]
        if rows:
            connection.execute(_BUCKETS.insert(), rows)


def places_in(connection: Connection, venue: str, buckets: Collection[str]) -> list[Place]:
    """The rows of some buckets."""
    wanted = set(buckets)
    tables = {name.partition("/")[0] for name in wanted}
    return [place for name, place, _digest, _kept in _rows(connection, venue, tables) if name in wanted]


def _rows(
    connection: Connection, venue: str, tables: Collection[str] | None = None
) -> Iterator[tuple[str, Place, int, int | None]]:
    """Each row: its bucket, its digest as computed now, and the one that is kept (None: no line tells of it)."""
    for name, kind in sorted(kinds().items()):
        if tables is not None and name not in tables:
            continue
        values = _values(connection, venue, kind)
        for row, text, kept in read(connection, _STAMPED, {"venue": venue, "kind": name}):
            state = RowState.load(text, None)
            says = values.pop(row, None)
            yield bucket(name, state.made), (name, row), digest_of(row, state, kind, says), kept
        for row, says in values.items():  # it must not be
            yield f"{name}/-", (name, row), digest_of(row, RowState(), kind, says), None


def _values(connection: Connection, venue: str, kind: type[Record]) -> dict[str, dict[str, Any]]:
    names = fields(kind)
    rows = read(connection, _saying(table_of(kind), names), {"venue": venue})
    return {row[0]: {f: encode(v) for f, v in zip(names, row[1:], strict=True)} for row in rows}


@cache
def _saying(table: Table, names: tuple[str, ...]) -> Any:
    columns = [table.c.id, *(table.c[name] for name in names)]
    return select(*columns).where(table.c.venue_id == bindparam("venue"))
