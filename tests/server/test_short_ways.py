"""The centre asks little where a desk simply goes on: what comes of it is, to the bit, what asking for all gives.

Generated histories go to three centres at once: one that takes the short ways, one that never does, and one on
PostgreSQL. Every answer and every row must be the same.
"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

import centres
from venue_desk.server import centre as centre_module
from venue_desk.server import devices, giving, ledger, postgres
from venue_desk.server.centre import Centre
from venue_desk.server.ledger import LINES, Taken
from venue_desk.server.tables import CENTRE, DEVICE
from venue_desk.store.capture import dump
from venue_desk.store.journal import GENESIS, Entry
from venue_desk.store.migrations import SCHEMA
from venue_desk.sync.messages import Answer, Request, Run, encode, short

VENUE, ROWS = "a" * 32, [f"{number:032x}" for number in range(6)]
HISTORIES = 12


@dataclass(slots=True)
class Hand:
    """A copy of a desk: a clone has the same writer and its own lines."""

    writer: str
    lines: list[Entry] = field(default_factory=list)
    sent: int = 0
    cursor: int = 0
    at: str = ""

    def writes(self, chance: random.Random) -> None:
        """One line: mostly of a row that others write too."""
        number = len(self.lines) + 1
        before: str | None = None
        table, row = "mark", chance.choice(ROWS)
        after: dict[str, Any] | None = {
            "enrolment_id": "e",
            "lesson_id": "l",
            "mark": {"at": "", "reason": f'"{number}\\', "status": chance.choice(["present", "late"])},
        }
        what = chance.random()
        if what < 0.35 and after:
            before, after = "{}", {"mark": after["mark"]}
        elif what < 0.45:
            before, after = "{}", None
        elif what < 0.5:
            after = {"mark": {}}  # what no row can be made of
        elif what < 0.55:
            table, after = "parking", {"lot": 4}
        elif what < 0.7:
            day = f"2025-11-{chance.randrange(1, 29)}"
            table, row, after = "trade", f"{number:031x}f", {"code": day, "name_en": "", "name_id": "Barista"}
        stamp = (1_760_000_000_000 + chance.randrange(-5000, 5000) + (chance.random() < 0.1) * 10**12) << 12
        over = dump({"mark": [stamp - 1, self.writer, number - 1]}) if chance.random() < 0.3 else "{}"
        bare = Entry(
            self.writer, number, stamp, f"{number:032x}", "Mark attendance", "do", None, "2025-11-22T08:00",
            table, row, before, None if after is None else dump(after), over, SCHEMA, b"",
        )  # fmt: skip
        previous = self.lines[-1].hash if self.lines else GENESIS
        self.lines.append(replace(bare, hash=bare.chained(previous)))

    def run(self, chance: random.Random) -> list[Run]:
        """Mostly what was not sent yet; at times again, at times with a gap."""
        start = self.sent
        if chance.random() < 0.2:
            start = chance.randrange(len(self.lines) + 1)
        if start == len(self.lines):
            return []
        previous = self.lines[start - 1].hash if start else GENESIS
        return [Run(self.writer, 0, start + 1, previous, self.lines[start:])]


class Three:
    """The same centre three times."""

    def __init__(self, places: list[Path | str], patch: pytest.MonkeyPatch) -> None:
        self.patch = patch
        self.centres = [Centre(centres.make(place)) for place in places]
        for centre in self.centres:
            with centre.writing() as connection:
                connection.execute(update(CENTRE).where(CENTRE.c.key == "writer").values(value="c" * 32))
                connection.execute(
                    update(CENTRE).where(CENTRE.c.key == "epoch").values(value="1:" + "e" * 32)
                )
                patch.setattr(devices, "new_id", lambda: VENUE)
                devices.add_venue(connection, "Paroki", "parish")
                devices.add_device(connection, VENUE, "Meja", "b" * 32, {}, {})
                connection.execute(update(DEVICE).values(token="t"))

    def close(self) -> None:
        for centre in self.centres:
            centre.close()

    def hear(self, request: Request, moment: int) -> Answer:
        answers: list[Answer] = []
        for place, centre in enumerate(self.centres):
            numbers = count(1)
            with self.patch.context() as patch:
                patch.setattr("time.time", lambda: 1_760_000_000 + moment)
                patch.setattr(ledger, "new_id", lambda numbers=numbers: f"{moment:020x}{next(numbers):012x}")
                patch.setattr("venue_desk.domain.clock.moment", lambda: "2025-11-22T09:00")
                if place == 1:
                    the_long_way(patch)
                with centre.door() as connection:
                    row = connection.execute(select(DEVICE)).first()
                answers.append(centre.exchange(devices._known(row), request))
        first, *others = answers
        assert first.results or not request.runs
        for other in others:
            assert encode(other) == encode(first)
        return first

    def alike(self) -> None:
        """Every row of every table."""
        found = []
        for centre in self.centres:
            with centre.reading() as connection:
                found.append(
                    {
                        table.name: sorted(map(repr, connection.execute(select(*table.columns)).all()))
                        for table in postgres.spread_tables()
                    }
                )
        assert found[0] == found[1] == found[2]
        assert found[0]["journal"] and found[0]["stamp"] and found[0]["mark"]


def the_long_way(patch: pytest.MonkeyPatch) -> None:
    nothing = Taken(None, 0)
    patch.setattr(ledger, "_goes_on", lambda *_asked: None)
    patch.setattr(centre_module, "only_its_own", lambda *_asked: None)
    patch.setattr(centre_module, "compare", lambda c, v, have, _t: giving.compare(c, v, have, nothing))
    patch.setattr(
        centre_module, "confirmed", lambda c, v, at, seen, _t: giving.confirmed(c, v, at, seen, nothing)
    )


@pytest.fixture
def three(tmp_path: Path, postgres: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Three]:
    made = Three([tmp_path / "short", tmp_path / "long", postgres], monkeypatch)
    yield made
    made.close()


def history(three: Three, seed: int) -> dict[str, int]:
    """Play one. Returns how often each thing happened."""
    chance = random.Random(seed)
    hands = [Hand(f"{seed:016x}{number:016x}") for number in range(3)]
    met: dict[str, int] = {"told": 0, "forks": 0}
    for moment in range(30):
        hand = chance.choice(hands)
        if chance.random() < 0.08:
            hand = replace(hand, lines=list(hand.lines))
            hands.append(hand)
        for _line in range(chance.randrange(4)):
            hand.writes(chance)
        runs = hand.run(chance)
        if chance.random() < 0.15 and (other := chance.choice(hands)).writer != hand.writer:
            runs += other.run(chance)
        lost = chance.random() < 0.1
        request = Request(
            hand.writer,
            chance.choice("AB"),
            SCHEMA,
            chance.choice(["", "1:" + "e" * 32, "1:" + "d" * 32]),
            0 if lost else hand.cursor,
            chance.choice([hand.at, hand.at, hand.at, "f" * 16]),
            1,
            have={h.writer: (len(h.lines), short(h.lines[-1].hash)) for h in hands if h.lines},
            compare=chance.random() < 0.3,
            runs=runs,
        )
        answer = three.hear(request, moment)
        for result, many, _why in answer.results:
            met[result] = met.get(result, 0) + many
        met["forks"] += len(answer.forks)
        met["told"] += sum(run.writer == "c" * 32 for run in answer.runs)
        if not any(result == "gap" for result, _many, _why in answer.results):
            hand.sent = len(hand.lines)
        hand.cursor, hand.at = answer.cursor, answer.at
    return met


def play(three: Three) -> Counter[str]:
    """All histories. Raises where anything differs."""
    met: Counter[str] = Counter()
    for seed in range(HISTORIES):
        met.update(history(three, seed))
    three.alike()
    return met


def test_the_short_ways_end_where_the_long_ones_do(three: Three) -> None:
    met = play(three)
    # Nothing proves anything about what did not happen.
    assert (
        min(met[name] for name in ("accepted", "duplicate", "held", "quarantined", "gap", "forks", "told"))
        > 5
    )
    with three.centres[0].reading() as connection:
        assert connection.scalar(select(LINES.c.number).where(LINES.c.branch > 0).limit(1)) is not None


def test_a_short_way_that_is_too_short_is_seen(three: Three, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted bug: a run goes on where the numbers fit, whatever the lines before it say."""
    real = ledger._goes_on

    def careless(connection: Any, venue: str, run: Run, taken: Taken) -> Any:
        found = real(connection, venue, run, taken)
        if found is None and run.first > 1:
            last = connection.execute(
                select(LINES.c.number, LINES.c.effective)
                .where(LINES.c.venue_id == venue, LINES.c.writer == run.writer, LINES.c.branch == 0)
                .order_by(LINES.c.number.desc())
            ).first()
            if last and last.number == run.first - 1:
                return ledger._Known(last.number, 0, last.effective)
        return found

    monkeypatch.setattr(ledger, "_goes_on", careless)
    with pytest.raises(AssertionError):
        play(three)
