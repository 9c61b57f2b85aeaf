"""What waits for a person of the agency: counts by venue, never people's names."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from venue_desk.queries.fields import field_name, noun
from venue_desk.server import removed
from venue_desk.server.handed import Handed, waiting
from venue_desk.server.removed import Removal
from venue_desk.server.tables import DEVICE, LEDGER
from venue_desk.store.bulk import chunks
from venue_desk.store.records import Certificate, Computer, Conflict, Line, Person


@dataclass(frozen=True, slots=True)
class Held:
    """Lines of one computer of a venue that could not be applied yet, for one reason.

    ``computer`` and ``release`` are empty where the centre does not know them.
    """

    venue: str
    kind: str
    reason: str
    count: int
    since: str
    computer: str
    release: str


@dataclass(frozen=True, slots=True)
class Clash:
    """Fields of one kind that two desks of a venue wrote differently, and that nobody has looked at."""

    venue: str
    kind: str
    field: str
    count: int
    since: str


@dataclass(frozen=True, slots=True)
class Double:
    """What is there twice: a certificate's number, or people of one venue with the same NIK."""

    venue: str
    what: str
    count: int


@dataclass(frozen=True, slots=True)
class Tasks:
    """All that waits for a person."""

    held: tuple[Held, ...]
    clashes: tuple[Clash, ...]
    numbers: tuple[Double, ...]
    people: tuple[Double, ...]
    handed: tuple[Handed, ...]
    removed: tuple[Removal, ...]

    @property
    def count(self) -> int:
        counts = [one.count for one in self.held] + [one.count for one in self.clashes]
        single = len(self.numbers) + len(self.handed) + len(self.removed)
        return sum(counts) + sum(one.count for one in self.people) + single


def tasks(connection: Connection) -> Tasks:
    """What waits for a person, the most first."""
    return Tasks(
        _held(connection),
        _clashes(connection),
        _numbers(connection),
        _people(connection),
        tuple(waiting(connection)),
        tuple(removed.waiting(connection)),
    )


def _held(connection: Connection) -> tuple[Held, ...]:
    rows = connection.execute(
        select(
            LEDGER.c.name, Line.table, Line.held, func.count(), func.min(Line.at), Line.venue_id, Line.writer
        )
        .join(LEDGER, LEDGER.c.venue_id == Line.venue_id)
        .where(Line.held.is_not(None))
        .group_by(LEDGER.c.name, Line.venue_id, Line.writer, Line.table, Line.held)
        .order_by(func.count().desc(), LEDGER.c.name, Line.table, Line.writer, Line.held)
    ).all()
    # Asked apart: a computer that was let in twice would count its lines twice in a join.
    known = _computers(connection, {row.writer for row in rows})
    return tuple(
        Held(venue, noun(table), held, count, at, *known.get((place, writer), ("", "")))
        for venue, table, held, count, at, place, writer in rows
    )


def _computers(connection: Connection, writers: Iterable[str]) -> dict[tuple[str, str], tuple[str, str]]:
    """The name and release of the computers that write as these, by venue and writer."""
    names: dict[tuple[str, str], str] = {}
    releases: dict[tuple[str, str], str] = {}
    for part in chunks(sorted(writers), 500):
        for venue, writer, name in connection.execute(
            select(Computer.venue_id, Computer.id, Computer.name).where(Computer.id.in_(part))
        ):
            names[venue, writer] = name
        for device in connection.execute(
            select(DEVICE.c.venue_id, DEVICE.c.writer, DEVICE.c.name, DEVICE.c.release)
            .where(DEVICE.c.writer.in_(part))
            .order_by(func.coalesce(DEVICE.c.seen, DEVICE.c.since))
        ):
            # As the centre let it in, which is what its page of computers calls it.
            names[device.venue_id, device.writer] = device.name
            releases[device.venue_id, device.writer] = device.release or ""
    return {key: (name, releases.get(key, "")) for key, name in names.items()}


def _clashes(connection: Connection) -> tuple[Clash, ...]:
    rows = connection.execute(
        select(LEDGER.c.name, Conflict.table, Conflict.field, func.count(), func.min(Conflict.found_at))
        .join(LEDGER, LEDGER.c.venue_id == Conflict.venue_id)
        .where(Conflict.settled_at.is_(None))
        .group_by(LEDGER.c.name, Conflict.table, Conflict.field)
        .order_by(func.count().desc(), LEDGER.c.name, Conflict.table, Conflict.field)
    )
    return tuple(
        Clash(venue, noun(table), field_name(table, field), count, at)
        for venue, table, field, count, at in rows
    )


def _numbers(connection: Connection) -> tuple[Double, ...]:
    # Also across venues: a number that two venues gave is checked by its QR alone (see checking.by_number).
    rows = connection.execute(
        select(func.min(LEDGER.c.name), func.max(LEDGER.c.name), Certificate.number, func.count())
        .join(LEDGER, LEDGER.c.venue_id == Certificate.venue_id)
        .group_by(Certificate.number)
        .having(func.count() > 1)
        .order_by(Certificate.number)
    )
    return tuple(
        Double(first if first == last else f"{first} · {last}", number, count)
        for first, last, number, count in rows
    )


def _people(connection: Connection) -> tuple[Double, ...]:
    same = (
        select(Person.venue_id, func.count().label("count"))
        .where(Person.merged_into.is_(None), func.length(Person.nik) == 16)
        .group_by(Person.venue_id, Person.nik)
        .having(func.count() > 1)
        .subquery()
    )
    rows = connection.execute(
        select(LEDGER.c.name, func.count())
        .join(same, same.c.venue_id == LEDGER.c.venue_id)
        .group_by(LEDGER.c.name)
        .order_by(func.count().desc(), LEDGER.c.name)
    )
    return tuple(Double(venue, "", count) for venue, count in rows)
