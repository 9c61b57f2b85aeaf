"""What a desk does not have yet: compared by the last line of each writer, and by its cursor."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, not_, select, tuple_

from venue_desk.server.ledger import LINES, Taken
from venue_desk.store.bulk import chunks
from venue_desk.store.digest import places_in
from venue_desk.store.journal import GENESIS, entry_of, head
from venue_desk.sync.messages import BATCH, Run, short, size

Writer = tuple[str, int]  # writer, branch


@dataclass(frozen=True, slots=True)
class Given:
    """Lines for a desk, and where that leaves its cursor."""

    runs: list[Run]
    cursor: int
    at: str
    more: bool


# Made once: building a statement costs more than running it.
_PLACE = (LINES.c.writer, LINES.c.branch, LINES.c.number)
_THESE = select(*_PLACE, LINES.c.hash).where(
    LINES.c.venue_id == bindparam("venue"), tuple_(*_PLACE).in_(bindparam("places", expanding=True))
)
_AT = select(LINES.c.hash).where(
    LINES.c.venue_id == bindparam("venue"), LINES.c.position == bindparam("position")
)


def compare(
    connection: Connection, venue: str, have: Mapping[str, tuple[int, str]], taken: Taken
) -> tuple[dict[Writer, int], dict[str, tuple[int, str]]]:
    """What desk and centre hold alike, per writer; and where we stand with the others: (number, hash)."""
    ours: dict[str, tuple[int, str]] = {}
    asked = {name: (*_writer(name), number) for name, (number, _hash) in have.items()}
    # The lines that came with this very message need not be asked for.
    found: dict[tuple[str, int, int], bytes] = {(*w, n): hashed for w, (n, hashed) in taken.ends.items()}
    unknown = [place for place in asked.values() if place not in found]
    for part in chunks(unknown, 100):
        for writer, branch, number, hashed in connection.execute(_THESE, {"venue": venue, "places": part}):
            found[writer, branch, number] = hashed
    alike: dict[Writer, int] = {}
    for name, (writer, branch, number) in asked.items():
        line = found.get((writer, branch, number))
        if line is not None and short(line) == have[name][1]:
            alike[writer, branch] = number
        else:
            last = head(connection, venue, writer, branch)
            ours[name] = (last.number, short(last.hash))
    return alike, ours


def _writer(name: str) -> Writer:
    writer, _slash, fork = name.partition("/")
    return writer, int(fork or 0)


def confirmed(connection: Connection, venue: str, cursor: int, seen: str, taken: Taken) -> int:
    """The desk's cursor, or 0 where the line there is not the one that it saw: we were restored from a backup."""
    if cursor == 0:
        return 0
    line = taken.lines.get(cursor)
    there = short(line) if line else at(connection, venue, cursor)
    return cursor if there and there == seen else 0


def only_its_own(cursor: int, taken: Taken) -> Given | None:
    """The usual answer to a desk that had everything: nothing, because all that came since is what it sent itself.

    None in every other case. Every line of a run that was taken is held by the desk that sent it, and their
    positions follow each other from where the counter stood.
    """
    if cursor != taken.was.head or taken.told or taken.head == cursor:
        return None
    return Given([], taken.head, short(taken.lines[taken.head]), False)


def give(
    connection: Connection,
    venue: str,
    cursor: int,
    last: int,
    alike: Mapping[Writer, int],
    budget: int = BATCH,
) -> Given:
    """The lines after ``cursor`` up to ``last`` that the desk does not have, cut where an action ends."""
    if cursor >= last:
        return Given([], last, at(connection, venue, last), False)
    wanted: list[ColumnElement[bool]] = [LINES.c.position > cursor, LINES.c.position <= last]
    wanted += [
        not_(and_(LINES.c.writer == writer, LINES.c.branch == branch, LINES.c.number <= number))
        for (writer, branch), number in list(alike.items())[:200]
    ]
    rows = connection.execute(
        select(LINES)
        .where(LINES.c.venue_id == venue, *wanted)
        .order_by(LINES.c.position)
        .execution_options(yield_per=500)
    )
    chosen: list[Any] = []
    spent, more = 0, False
    for line in rows:
        if spent >= budget and line.action != chosen[-1].action:
            more = True
            break
        chosen.append(line)
        spent += size(line)
    rows.close()
    end = chosen[-1].position if more else last
    return Given(list(runs_of(connection, venue, chosen)), end, at(connection, venue, end), more)


def again(connection: Connection, venue: str, buckets: Collection[str]) -> list[Run]:
    """All lines of the rows in some buckets (table and month), for a desk whose copy of them differs."""
    lines: list[Any] = []
    by_table: dict[str, list[str]] = defaultdict(list)
    for table, row in places_in(connection, venue, buckets):
        by_table[table].append(row)
    for table, rows in by_table.items():
        for part in chunks(rows, 500):
            lines += connection.execute(
                select(LINES).where(LINES.c.venue_id == venue, LINES.c.table == table, LINES.c.row.in_(part))
            ).all()
    return list(runs_of(connection, venue, sorted(lines, key=lambda line: line.position)))


def differing(theirs: Mapping[str, str], ours: Mapping[str, str]) -> list[str]:
    """The buckets that are not the same."""
    return sorted(name for name in {*theirs, *ours} if theirs.get(name) != ours.get(name))


def at(connection: Connection, venue: str, position: int) -> str:
    """The beginning of the hash of the line with this number; empty for 0."""
    line = connection.scalar(_AT, {"venue": venue, "position": position}) if position else None
    return short(line) if line else ""


def runs_of(connection: Connection, venue: str, lines: Iterable[Any]) -> Iterator[Run]:
    """Lines as the runs that travel: of one writer, following each other in number and in position."""
    seen: dict[Writer, tuple[int, bytes]] = {}
    run: Run | None = None
    for line in lines:
        writer = (line.writer, line.branch)
        follows = run is not None and (
            writer == (run.writer, run.branch)
            and line.number == run.first + len(run.entries)
            and line.position == run.position + len(run.entries)
        )
        if run is None or not follows:
            if run is not None:
                yield run
            number, hashed = seen.get(writer, (0, b""))
            previous = hashed if hashed and number == line.number - 1 else _previous(connection, venue, line)
            run = Run(line.writer, line.branch, line.number, previous, [], line.position, [])
        run.entries.append(entry_of(line))
        run.effective.append(line.effective)
        seen[writer] = (line.number, line.hash)
    if run is not None:
        yield run


def _previous(connection: Connection, venue: str, line: Any) -> bytes:
    """The hash of the line before this one in its chain; a fork's first line follows one of another branch."""
    if line.number == 1:
        return GENESIS
    entry = entry_of(line)
    for hashed in connection.scalars(
        select(LINES.c.hash)
        .where(LINES.c.venue_id == venue, LINES.c.writer == line.writer, LINES.c.number == line.number - 1)
        .order_by(LINES.c.branch != line.branch)
    ).all():
        if entry.chained(hashed) == line.hash:
            return bytes(hashed)
    raise LookupError(f"line {line.number} of {line.writer} follows nothing")
