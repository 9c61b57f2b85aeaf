"""Records that were removed here, so many that a person says first whether the others lose them too."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from venue_desk.queries.sync import Standing, heads, standing
from venue_desk.store.bulk import chunks
from venue_desk.store.capture import kinds, table_of
from venue_desk.store.journal import tag
from venue_desk.store.records import Line, venue_of

MANY = 0.05  # the share of a venue's records that no sync removes without a person
FEW = 20  # … unless it is not more than these

Place = tuple[str, str]  # table, row


@dataclass(frozen=True, slots=True)
class Removal:
    """An action that removed records; ``name`` is a message id."""

    action: str
    name: str
    at: str
    count: int


@dataclass(frozen=True, slots=True)
class Removals:
    """Removals that wait: the newest action first. ``first``: per writer the number of the first line that waits."""

    count: int
    actions: tuple[Removal, ...]
    first: Mapping[str, int]


def waiting(session: Session) -> Removals | None:
    """What was removed here and is not sent before a person agrees; None where nothing waits for that."""
    known = standing(session)
    return held(session, known, heads(session.connection(), venue_of(session))) if known else None


def held(
    session: Session, known: Standing, reached: Mapping[tuple[str, int], tuple[int, bytes]]
) -> Removals | None:
    """The same, for what is known of the centre, and where every writer's lines stand here.

    What was removed and is back by now does not count, nor what nobody else ever had.
    """
    connection, venue = session.connection(), venue_of(session)
    gone: dict[Place, list[Any]] = {}
    for line in _removing(connection, venue, known, reached):
        gone.setdefault((line.table, line.row), []).append(line)
    if len(gone) <= FEW:
        return None
    here, total = count_rows(connection, venue, gone)
    lost = _shared(connection, venue, set(gone) - here, known)
    if not too_many(len(lost), total + len(lost)):
        return None
    by_action: dict[str, list[Any]] = {}
    for place in lost:
        for line in gone[place]:
            by_action.setdefault(line.action, []).append(line)
    first: dict[str, int] = {}
    for action, lines in by_action.items():
        name = tag(lines[0].writer, lines[0].branch)
        first[name] = min(first.get(name, lines[0].number), _begin(connection, venue, action))
    found = [
        (lines[0].effective, Removal(action, lines[0].name, lines[0].at, len(lines)))
        for action, lines in by_action.items()
    ]
    newest = sorted(found, key=lambda pair: pair[0], reverse=True)
    return Removals(len(lost), tuple(one for _stamp, one in newest), first)


def too_many(removed: int, of: int, allowed: int = 0) -> bool:
    """Whether a person must look before so many records of a venue go."""
    return removed > max(FEW, allowed, MANY * of)


def count_rows(connection: Connection, venue: str, places: Collection[Place]) -> tuple[set[Place], int]:
    """Which of these rows are here, and how many rows there are in all."""
    here: set[Place] = set()
    total = 0
    for name, kind in kinds().items():
        table = table_of(kind)
        total += connection.scalar(select(func.count()).where(table.c.venue_id == venue)) or 0
        ids = [row for other, row in places if other == name]
        for part in chunks(ids, 500):
            rows = connection.scalars(
                select(table.c.id).where(table.c.venue_id == venue, table.c.id.in_(part))
            )
            here.update((name, row) for row in rows)
    return here, total


def _removing(
    connection: Connection, venue: str, known: Standing, reached: Mapping[tuple[str, int], tuple[int, bytes]]
) -> list[Any]:
    """The lines of our own that remove a record, that the centre never had and nobody agreed to."""
    found: list[Any] = []
    for (writer, branch), (number, _hash) in reached.items():
        settled = _settled(known, tag(writer, branch))
        if number > settled:
            found += connection.execute(
                select(
                    Line.table,
                    Line.row,
                    Line.writer,
                    Line.branch,
                    Line.number,
                    Line.action,
                    Line.name,
                    Line.at,
                    Line.effective,
                ).where(
                    Line.venue_id == venue,
                    Line.writer == writer,
                    Line.branch == branch,
                    Line.number > settled,
                    Line.after.is_(None),
                    Line.position.is_(None),
                )
            ).all()
    return found


def _settled(known: Standing, name: str) -> int:
    return max(known.acknowledged.get(name, 0), known.agreed.get(name, 0))


def _shared(connection: Connection, venue: str, places: Collection[Place], known: Standing) -> set[Place]:
    """Those of these rows that others have: what was made and removed before it was sent is no loss."""
    found: set[Place] = set()
    for name in {table for table, _row in places}:
        for part in chunks([row for table, row in places if table == name], 500):
            for line in connection.execute(
                select(Line.row, Line.writer, Line.branch, Line.number, Line.position).where(
                    Line.venue_id == venue, Line.table == name, Line.row.in_(part)
                )
            ):
                if line.position is not None or line.number <= _settled(known, tag(line.writer, line.branch)):
                    found.add((name, line.row))
    return found


def _begin(connection: Connection, venue: str, action: str) -> int:
    """The number of an action's first line: its lines travel together."""
    wanted = (Line.venue_id == venue, Line.action == action)
    return connection.scalar(select(func.min(Line.number)).where(*wanted)) or 0
