"""``kill -9`` while the desk writes: every step that was acknowledged is there, and none is half there."""

import os
import random
import signal
import struct
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from venue_desk.store.desk import Desk
from venue_desk.store.records import Mark, Person, mine

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork")


def mark(session: Session, number: int) -> None:
    """Mark attendance"""
    session.add(Mark(lesson_id="pagi", enrolment_id=str(number), mark={"status": "H", "time": "08:00"}))
    session.add(Person(name=str(number)))


def seen(session: Session) -> tuple[set[int], set[int]]:
    marks = session.scalars(select(Mark.enrolment_id).where(mine(session, Mark)))
    people = session.scalars(select(Person.name).where(mine(session, Person)))
    return {int(m) for m in marks}, {int(p) for p in people}


def write_and_acknowledge(desk: Desk, number: int, tell: Callable[[int], None]) -> None:
    desk.do(mark, number)
    tell(number)


def acknowledge_and_write(desk: Desk, number: int, tell: Callable[[int], None]) -> None:
    tell(number)  # the planted bug
    desk.do(mark, number)


def _tell(pipe: int, number: int) -> None:
    os.write(pipe, struct.pack("q", number))


def kills(
    folder: Path, count: int, seed: int, step: Callable[..., None] = write_and_acknowledge
) -> tuple[int, int]:
    """Acknowledged marks lost and halves of steps found after that many kills."""
    rng = random.Random(seed)
    Desk.create(folder).close()
    acknowledged: set[int] = set()
    for _ in range(count):
        start = max(acknowledged, default=-1) + 1000
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            desk = Desk.open(folder)
            tell = partial(_tell, writing)
            for number in range(start, start + 900):
                step(desk, number, tell)
            os._exit(0)
        os.close(writing)
        wanted = rng.randrange(1, 12)
        with os.fdopen(reading, "rb") as pipe:
            told = pipe.read(8 * wanted)
            # Somewhere inside the next step.
            for _spin in range(rng.randrange(20_000)):
                pass
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            told += pipe.read()
        acknowledged.update(struct.unpack(f"{len(told) // 8}q", told))
    desk = Desk.open(folder)
    marks, people = desk.ask(seen)
    assert desk.check() == []
    desk.close()
    return len(acknowledged - marks), len(marks ^ people)


def test_a_hundred_kills_lose_nothing(tmp_path: Path) -> None:
    assert kills(tmp_path, 100, seed=1) == (0, 0)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(50))
def test_ten_thousand_kills_lose_nothing(tmp_path: Path, seed: int) -> None:
    assert kills(tmp_path, 200, seed) == (0, 0)


def test_the_harness_finds_an_acknowledgement_that_comes_too_early(tmp_path: Path) -> None:
    lost, _halves = kills(tmp_path, 25, 1, acknowledge_and_write)
    assert lost > 0
