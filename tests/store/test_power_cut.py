"""Power cuts: what was acknowledged is there afterwards, and no file is damaged."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.disk import Disk, watched
from venue_desk.domain.problem import Problem
from venue_desk.store import database
from venue_desk.store.desk import Desk
from venue_desk.store.records import Mark, Person, mine


def mark(session: Session, number: int) -> None:
    """Mark attendance"""
    # Two rows a step, so that half a step would be seen.
    session.add(Mark(lesson_id="pagi", enrolment_id=str(number), mark={"status": "H", "time": "08:00"}))
    session.add(Person(name=str(number)))


def seen(session: Session) -> tuple[set[str], set[str]]:
    marks = session.scalars(select(Mark.enrolment_id).where(mine(session, Mark)))
    people = session.scalars(select(Person.name).where(mine(session, Person)))
    return set(marks), set(people)


def campaign(folder: Path, cuts: int, seed: int) -> tuple[int, int, int]:
    """Marks lost, files damaged and halves of steps found after that many cuts at random moments."""
    rng = random.Random(seed)
    disk = Disk(folder / "venue")
    acknowledged: set[str] = set()
    left: list[tuple[dict[str, bytes], set[str]]] = []

    def maybe_cut() -> None:
        if rng.random() < 0.25 and len(left) < cuts:
            left.append((disk.cut(rng), set(acknowledged)))

    with watched(disk):
        desk = Desk.create(folder / "venue")
        disk.before_write = maybe_cut
        number = 0
        while len(left) < cuts:
            desk.do(mark, number)
            acknowledged.add(str(number))
            maybe_cut()
            number += 1
            if number % 40 == 0:
                with desk.engine.connect() as connection:
                    connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")
        disk.before_write = lambda: None
        desk.close()
    lost = damaged = halves = 0
    for files, known in left:
        place = folder / "after"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        for name, content in files.items():
            if not name.endswith("-shm"):
                (place / name).write_bytes(content)
        try:
            again = Desk.open(place)
        except Problem:
            damaged += 1
            continue
        damaged += bool(again.check())
        marks, people = again.ask(seen)
        lost += len(known - marks)
        halves += marks != people
        again.close()
    return lost, damaged, halves


def test_three_hundred_power_cuts_lose_nothing(tmp_path: Path) -> None:
    assert campaign(tmp_path, 300, seed=1) == (0, 0, 0)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100))
def test_twenty_thousand_power_cuts_lose_nothing(tmp_path: Path, seed: int) -> None:
    assert campaign(tmp_path, 200, seed) == (0, 0, 0)


def test_the_harness_finds_a_database_that_does_not_wait_for_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect: Callable[..., Any] = database.connect

    def hasty(*given: Any, **options: Any) -> Any:
        connection = connect(*given, **options)
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    monkeypatch.setattr(database, "connect", hasty)
    lost, damaged, _halves = campaign(tmp_path, 60, seed=1)
    # An empty file is refused as damaged, never taken for an empty venue.
    assert lost + damaged > 0
