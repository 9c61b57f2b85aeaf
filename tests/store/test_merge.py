"""Merging does not depend on the order of arrival: random histories, merged in random orders, end the same."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, select
from sqlalchemy.pool import StaticPool
from sqlcipher3 import dbapi2

from venue_desk.store import fold, journal, stamps
from venue_desk.store.capture import Values, dump, table_of
from venue_desk.store.digest import digests
from venue_desk.store.journal import Act, Entry, entry_of, write
from venue_desk.store.merge import Arrival, merge, retry_held
from venue_desk.store.records import Base, Line, Trade, new_id

FIELDS = ("code", "name_id", "name_en")
TABLE = table_of(Trade)
LINES = Line.__table__

operations = st.lists(
    st.tuples(
        st.integers(0, 2),  # who
        st.sampled_from(["create", "edit", "edit", "edit", "delete", "hear", "hear"]),
        st.integers(0, 1),  # which row
        st.integers(0, 2),  # which field, or from whom to hear
        st.integers(-5, 5),  # how far the clock is off, in years
    ),
    max_size=30,
)


@contextmanager
def memory() -> Iterator[Connection]:
    """A database in memory that holds many copies, each as a venue of its own."""
    engine = create_engine(
        "sqlite://", module=dbapi2, creator=lambda: dbapi2.connect(":memory:"), poolclass=StaticPool
    )
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        yield connection
    engine.dispose()


@dataclass
class Copy:
    """A desk reduced to what merging needs."""

    connection: Connection
    venue: str = field(default_factory=new_id)
    writer: str = field(default_factory=new_id)

    def lines(self) -> list[Arrival]:
        rows = self.connection.execute(
            select(LINES).where(LINES.c.venue_id == self.venue).order_by(LINES.c.writer, LINES.c.number)
        ).all()
        return [Arrival(entry_of(row), row.effective) for row in rows]

    def hear(self, other: "Copy") -> None:
        merge(self.connection, self.venue, other.lines())
        retry_held(self.connection, self.venue)

    def row(self, row: str) -> Values | None:
        found = self.connection.execute(
            select(TABLE).where(TABLE.c.venue_id == self.venue, TABLE.c.id == row)
        ).first()
        return None if found is None else {n: found._mapping[n] for n in (*FIELDS, "position")}

    def do(self, what: str, row: str, name: str, value: str) -> None:
        """One action, as the desk's door would write it."""
        old = self.row(row)
        where = (TABLE.c.venue_id == self.venue, TABLE.c.id == row)
        if what == "create" and old is None:
            new: Values = {**dict.fromkeys(FIELDS, value), "position": 0}
            self.connection.execute(TABLE.insert(), {**new, "venue_id": self.venue, "id": row})
            self._write(row, None, new)
        elif what == "edit" and old is not None and old[name] != value:
            self.connection.execute(TABLE.update().where(*where).values({name: value}))
            self._write(row, {name: old[name]}, {name: value})
        elif what == "delete" and old is not None:
            self.connection.execute(TABLE.delete().where(*where))
            self._write(row, old, None)

    def _write(self, row: str, before: Values | None, after: Values | None) -> None:
        act = Act(new_id(), "Change", "do", "2025-11-22T08:00")
        write(self.connection, self.venue, self.writer, act, [(TABLE.name, row, before, after)])


class Clock:
    """A wrong clock."""

    years = 0

    @classmethod
    def time(cls) -> float:
        return time.time() + cls.years * 31_536_000


def history(connection: Connection, steps: list[tuple[int, str, int, int, int]]) -> list[Arrival]:
    """What three desks wrote while they sometimes heard of each other: all lines."""
    desks = [Copy(connection) for _each in range(3)]
    rows = [new_id(), new_id()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(journal, "time", Clock)
        for number, (who, what, row, which, years) in enumerate(steps):
            Clock.years = years
            if what == "hear":
                desks[who].hear(desks[which])
            else:
                desks[who].do(what, rows[row], FIELDS[which], f"{who} {number}")
    found: dict[bytes, Arrival] = {}
    for desk in desks:
        found.update((arrival.entry.hash, arrival) for arrival in desk.lines())
    return list(found.values())


def outcome(connection: Connection, arrivals: list[Arrival], parts: int) -> tuple[Any, Any]:
    """A fresh copy after all lines, in this order, in so many messages."""
    copy = Copy(connection)
    size = max(1, len(arrivals) // parts)
    for start in range(0, len(arrivals), size):
        merge(connection, copy.venue, arrivals[start : start + size])
    rows = connection.execute(select(TABLE).where(TABLE.c.venue_id == copy.venue).order_by(TABLE.c.id)).all()
    return [tuple(row)[1:] for row in rows], digests(connection, copy.venue)


def order_does_not_matter(steps: list[tuple[int, str, int, int, int]], shuffle: int) -> None:
    with memory() as connection:
        arrivals = history(connection, steps)
        expected = outcome(connection, arrivals, 1)
        rng = random.Random(shuffle)
        for parts in (1, 2, 5):
            rng.shuffle(arrivals)
            assert outcome(connection, arrivals, parts) == expected
            again = [*arrivals, *rng.sample(arrivals, len(arrivals) // 2)]
            assert outcome(connection, again, parts) == expected


quick = settings(deadline=None, suppress_health_check=list(HealthCheck))


@settings(quick, max_examples=40)
@given(operations, st.integers(0, 2**20))
def test_the_order_of_arrival_does_not_matter(
    steps: list[tuple[int, str, int, int, int]], shuffle: int
) -> None:
    order_does_not_matter(steps, shuffle)


@pytest.mark.long
@settings(quick, max_examples=20_000)
@given(operations, st.integers(0, 2**20))
def test_the_order_does_not_matter_for_a_release(
    steps: list[tuple[int, str, int, int, int]], shuffle: int
) -> None:
    order_does_not_matter(steps, shuffle)


def arrival_wins(self: fold.Rows, place: stamps.Place, kind: Any, entry: Entry, key: Any, *rest: Any) -> None:
    """Planted: whoever comes last wins."""
    _over, after, _branch = rest
    for name, value in after.items():
        self.values[place][name] = value
        self.states[place].fields[name] = key


def forgets_the_dead(
    self: fold.Rows, place: stamps.Place, kind: Any, entry: Entry, key: Any, *rest: Any
) -> None:
    """Planted: what is written to a row that was deleted is lost."""
    _over, after, _branch = rest
    state, values = self.states[place], self.values[place]
    for name, value in after.items():
        current = state.key(name)
        if state.deleted is None and (current is None or key >= current):
            values[name] = value
            state.fields[name] = key


@pytest.mark.parametrize("bug", [arrival_wins, forgets_the_dead])
def test_the_test_sees_a_planted_bug(bug: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fold.Rows, "_fold_fields", bug)

    # One deletes while the other, whose clock is ahead, edits; then the row comes back.
    @example(
        [
            (0, "create", 0, 0, 0),
            (1, "hear", 0, 0, 0),
            (0, "delete", 0, 0, 0),
            (1, "edit", 0, 0, 5),
            (0, "create", 0, 0, 0),
        ],
        1,
    )
    @settings(
        quick,
        max_examples=100,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        report_multiple_bugs=False,
    )
    @given(operations, st.integers(0, 2**20))
    def hunted(steps: list[tuple[int, str, int, int, int]], shuffle: int) -> None:
        order_does_not_matter(steps, shuffle)

    with pytest.raises(AssertionError):
        hunted()


def arrival(after: str | None, *, table: str = "trade", over: str = "{}", number: int = 1) -> Arrival:
    entry = Entry(
        "a" * 32, number, 1 << 40, "b" * 32, "Change", "do", None, "2025-11-22T08:00", table, "c" * 32,
        None, after, over, 1, b"",
    )  # fmt: skip
    return Arrival(replace(entry, hash=entry.chained(bytes(32))), entry.stamp)


@pytest.mark.parametrize(
    ("after", "table", "reason"),
    [
        ('{"code":"X","name_id":"Y"}', "unheard_of", "unknown table"),
        ('{"code":"X","name_id":"Y","soon":1}', "trade", "unknown fields soon"),
        ('{"code":7,"name_id":"Y"}', "trade", "damaged"),
        ('{"code":null,"name_id":"Y"}', "trade", "damaged"),
        ('{"code": "X", "name_id": "Y"}', "trade", "damaged"),
        ('{"code":"\\u0000","name_id":"Y"}', "trade", "damaged"),
        ('{"code":"\\ud800","name_id":"Y"}', "trade", "damaged"),
        ('{"position":NaN}', "trade", "damaged"),
        ('{"code":"X","name_id":"Y","position":99999999999}', "trade", "damaged"),
        ('{"code":"X","name_id":"Y","position":true}', "trade", "damaged"),
        ("[1]", "trade", "damaged"),
        ("{", "trade", "damaged"),
        ("[" * 100_000, "trade", "damaged"),
    ],
)
def test_a_line_that_cannot_be_applied_is_kept(after: str, table: str, reason: str) -> None:
    with memory() as connection:
        good = arrival(dump({"code": "A", "name_id": "B"}), number=2)
        merged = merge(connection, "v", [arrival(after, table=table, number=1), good])
        assert merged.results[1] == "accepted"
        assert merged.results[0] == "held"
        assert next(iter(merged.held.values())).startswith(reason)
        assert connection.scalar(select(LINES.c.held).where(LINES.c.held.is_not(None)))


def test_a_field_of_tomorrow_is_merged_after_the_upgrade(monkeypatch: pytest.MonkeyPatch) -> None:
    with memory() as connection:
        known = ("code", "name_id", "position")
        with monkeypatch.context() as older:
            for module in (fold, stamps):
                older.setattr(module, "fields", lambda _kind: known)
            merged = merge(connection, "v", [arrival(dump({"code": "A", "name_en": "C", "name_id": "B"}))])
            assert merged.results == ["held"]
        assert connection.scalar(select(TABLE.c.name_en)) == ""
        retry_held(connection, "v")
        assert connection.scalar(select(TABLE.c.name_en)) == "C"
        assert connection.scalar(select(LINES.c.held)) is None
