"""What a desk does not have yet: compared by the last line of each writer, and by its cursor."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, not_, select

from venue_desk.server.ledger import LINES
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


def compare(
    connection: Connection, venue: str, have: Mapping[str, tuple[int, str]]
) -> tuple[dict[Writer, int], dict[str, tuple[int, str]]]:
    """What desk and centre hold alike, per writer; and where we stand with the others: (number, hash)."""
    alike: dict[Writer, int] = {}
    ours: dict[str, tuple[int, str]] = {}
    for name, (number, hashed) in have.items():
        writer, _slash, fork = name.partition("/")
        branch = int(fork or 0)
        line = connection.scalar(
            select(LINES.c.hash).where(
                LINES.c.venue_id == venue,
                LINES.c.writer == writer,
                LINES.c.branch == branch,
                LINES.c.number == number,
            )
        )
        if line is not None and short(line) == hashed:
            alike[writer, branch] = number
        else:
            last = head(connection, venue, writer, branch)
            ours[name] = (last.number, short(last.hash))
    return alike, ours


def confirmed(connection: Connection, venue: str, cursor: int, at: str) -> int:
    """The desk's cursor, or 0 where the line there is not the one that it saw: we were restored from a backup."""
    if cursor == 0:
        return 0
    line = connection.scalar(
        select(LINES.c.hash).where(LINES.c.venue_id == venue, LINES.c.position == cursor)
    )
    return cursor if line is not None and short(line) == at else 0


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
    line = connection.scalar(
        select(LINES.c.hash).where(LINES.c.venue_id == venue, LINES.c.position == position)
    )
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
