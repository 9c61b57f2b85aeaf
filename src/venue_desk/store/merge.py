"""The one function that applies lines from elsewhere, on a desk and at the centre.

Whatever the order in which lines arrive, every copy ends the same: each field belongs to the line with the greatest
key, and a row lives when its last creation is later than its last deletion. Nothing is discarded: a line that cannot
be applied is kept in the journal with the reason (``held``) and tried again by ``retry_held``.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Connection, Table, bindparam, select, update

from venue_desk.store.bulk import add_many, chunks
from venue_desk.store.capture import Values
from venue_desk.store.fold import Rows
from venue_desk.store.journal import Entry, entry_of, line_values
from venue_desk.store.records import Line
from venue_desk.store.stamps import Place, RowState

_LINES = cast(Table, Line.__table__)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A line from elsewhere: with the stamp that decides, its number at the centre, and its fork if it is one."""

    entry: Entry
    effective: int
    position: int | None = None
    branch: int = 0


@dataclass(slots=True)
class Merged:
    """What a merge did: per arrival ``accepted``, ``duplicate`` or ``held`` (why: see ``held``, by hash).

    And which tables it touched, and the conflicts that it found, as (id, values) of records.
    """

    results: list[str] = field(default_factory=list)
    held: dict[bytes, str] = field(default_factory=dict)
    tables: set[str] = field(default_factory=set)
    conflicts: list[tuple[str, Values]] = field(default_factory=list)


def merge(
    connection: Connection,
    venue: str,
    arrivals: Sequence[Arrival],
    judge: bool = False,
    fresh: bool = False,
) -> Merged:
    """Apply lines in the order given, inside the caller's transaction. The caller has checked their hashes.

    ``judge`` looks for conflicts. Only the centre does: which pairs meet depends on the order of arrival, so one
    copy finds them and the others are told by its lines. ``fresh``: the caller has seen that none of them is here.
    """
    merged = Merged()
    known = set() if fresh else _known(connection, venue, [a.entry.hash for a in arrivals])
    new: list[Arrival] = []
    for arrival in arrivals:
        duplicate = arrival.entry.hash in known
        merged.results.append("duplicate" if duplicate else "accepted")
        if not duplicate:
            known.add(arrival.entry.hash)
            new.append(arrival)
    rows = Rows(connection, venue, ((a.entry.table, a.entry.row) for a in new), judge)
    held = merged.held
    for arrival in new:
        why = rows.fold(arrival.entry, arrival.effective, arrival.branch)
        if why:
            held[arrival.entry.hash] = why
    if new:
        add_many(
            connection,
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
                for a in new
            ],
        )
    # After the lines are there, because a conflict names the moments of both.
    merged.conflicts = rows.conflicts()
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
    trial = Rows(connection, venue, ())
    places: set[Place] = set()
    for line in lines:
        why = trial.fold(entry_of(line), line.effective, line.branch)
        merged.results.append("held" if why else "accepted")
        if why != line.held:
            places.add((line.table, line.row))
            connection.execute(
                update(_LINES)
                .where(_LINES.c.venue_id == venue, _LINES.c.hash == line.hash)
                .values(held=why or None)
            )
    # What was made in an older release's sight is folded anew, with the fields that are known now.
    merged.tables = rebuild(connection, venue, places)
    return merged


def restamp(connection: Connection, venue: str, stamps: Iterable[tuple[bytes, int]]) -> set[str]:
    """Take over effective stamps, given as (hash, effective), that the centre fixed for lines that are here.

    Rows whose lines moved are folded again from the journal. Returns the tables touched.
    """
    moved: set[Place] = set()
    changes: list[dict[str, Any]] = []
    for part in chunks(list(stamps), 500):
        wanted = dict(part)
        for line in connection.execute(
            select(_LINES.c.hash, _LINES.c.effective, _LINES.c.table, _LINES.c.row).where(
                _LINES.c.venue_id == venue, _LINES.c.hash.in_(list(wanted))
            )
        ):
            if line.effective != wanted[line.hash]:
                moved.add((line.table, line.row))
                changes.append({"_hash": line.hash, "_effective": wanted[line.hash]})
    if changes:
        connection.execute(
            update(_LINES)
            .where(_LINES.c.venue_id == venue, _LINES.c.hash == bindparam("_hash"))
            .values(effective=bindparam("_effective")),
            changes,
        )
    return rebuild(connection, venue, moved)


def label(hashed: bytes) -> int:
    """The branch that a fork gets: chosen by the hash of its first line, so that every copy chooses the same."""
    return int.from_bytes(hashed[:4], "big") >> 1 or 1


def part_ways(
    connection: Connection, venue: str, arrivals: Sequence[Arrival], forks: Sequence[tuple[str, int, int]]
) -> set[str]:
    """Move our lines to branches of their own where others have their numbers: ``forks`` says so, or what arrives.

    What was moved may meet others on its branch, who parted there too. Returns the tables touched.
    """
    tables: set[str] = set()
    while forks:
        moved: set[str] = set()
        # The latest first, because a fork may have forked again.
        for writer, branch, number in sorted(forks, reverse=True):
            moved |= set_apart(connection, venue, writer, number, branch)
        tables |= moved
        forks = clashing(connection, venue, arrivals) if moved else []
    return tables


def clashing(connection: Connection, venue: str, arrivals: Sequence[Arrival]) -> list[tuple[str, int, int]]:
    """Where other lines than ours arrive under numbers that ours have: (writer, branch, first such number)."""
    first: dict[tuple[str, int], int] = {}
    for part in chunks(arrivals, 500):
        numbers: dict[tuple[str, int], dict[int, bytes]] = defaultdict(dict)
        for a in part:
            numbers[a.entry.writer, a.branch][a.entry.number] = a.entry.hash
        for chain, coming in numbers.items():
            for number, hashed in connection.execute(
                select(_LINES.c.number, _LINES.c.hash).where(
                    _LINES.c.venue_id == venue,
                    _LINES.c.writer == chain[0],
                    _LINES.c.branch == chain[1],
                    _LINES.c.number.between(min(coming), max(coming)),
                )
            ):
                if coming.get(number, hashed) != hashed:
                    first[chain] = min(number, first.get(chain, number))
    return [(writer, branch, number) for (writer, branch), number in first.items()]


def set_apart(connection: Connection, venue: str, writer: str, number: int, branch: int = 0) -> set[str]:
    """Our lines of a writer (and branch) from ``number`` on turned out to be a fork: move them to their branch.

    Returns the tables touched; nothing happens where there is no such line.
    """
    chain = (_LINES.c.venue_id == venue, _LINES.c.writer == writer, _LINES.c.branch == branch)
    first = connection.scalar(select(_LINES.c.hash).where(*chain, _LINES.c.number == number))
    if first is None or label(first) == branch:
        return set()
    forked = (*chain, _LINES.c.number >= number)
    places: set[Place] = {
        (row[0], row[1]) for row in connection.execute(select(_LINES.c.table, _LINES.c.row).where(*forked))
    }
    connection.execute(update(_LINES).where(*forked).values(branch=label(first)))
    return rebuild(connection, venue, places)


def rebuild(connection: Connection, venue: str, places: Iterable[Place]) -> set[str]:
    """Fold these rows again from all their lines. Returns the tables touched."""
    wanted = list(places)
    rows = Rows(connection, venue, wanted)
    rows.alive = rows.read(wanted)
    by_table: dict[str, list[str]] = defaultdict(list)
    for table, row in wanted:
        anew, old = RowState(), rows.states.get((table, row))
        anew.was = old.was if old else anew.was
        rows.states[table, row], rows.values[table, row] = anew, {}
        by_table[table].append(row)
        if table in rows.kinds:
            rows.touched.add((table, row))
    for table, ids in by_table.items():
        for part in chunks(ids, 500):
            for line in connection.execute(
                select(_LINES).where(
                    _LINES.c.venue_id == venue, _LINES.c.table == table, _LINES.c.row.in_(part)
                )
            ):
                rows.fold(entry_of(line), line.effective, line.branch)
    return rows.write()


def _known(connection: Connection, venue: str, hashes: Sequence[bytes]) -> set[bytes]:
    known: set[bytes] = set()
    for part in chunks(hashes, 500):
        known.update(
            connection.scalars(
                select(_LINES.c.hash).where(_LINES.c.hash.in_(part), _LINES.c.venue_id == venue)
            )
        )
    return known
