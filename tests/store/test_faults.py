"""A full disk or an I/O error at each write of a step: a clear sentence, nothing half done, and it works again."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.disk import FULL, IOERR_WRITE, OK, Disk, watched
from venue_desk.domain.problem import Problem
from venue_desk.store.desk import Desk
from venue_desk.store.records import Person, mine


def add_many(session: Session, count: int) -> None:
    """Add people"""
    for number in range(count):
        session.add(Person(name=f"Orang {number}", note="x" * 300))


def how_many(session: Session) -> int:
    return len(session.scalars(select(Person.id).where(mine(session, Person))).all())


def from_write(first: int, fault: int) -> Callable[[int], int]:
    return lambda count: fault if count >= first else OK


@pytest.mark.parametrize(("fault", "words"), [(FULL, "penuh"), (IOERR_WRITE, "tidak dapat ditulis")])
def test_a_fault_at_each_write_of_a_step(tmp_path: Path, fault: int, words: str) -> None:
    disk = Disk(tmp_path)
    with watched(disk):
        desk = Desk.create(tmp_path / "venue")
        refused = 0
        for write in range(1, 400):
            disk.writes = 0
            disk.fail = from_write(write, fault)
            before = desk.ask(how_many)
            try:
                desk.do(add_many, 8)
            except Problem as problem:
                said = problem.text
            else:
                break
            refused += 1
            assert words in said
            assert desk.ask(how_many) == before
            disk.fail = lambda _count: OK
            desk.do(add_many, 1)
            assert desk.ask(how_many) == before + 1
        disk.fail = lambda _count: OK
        assert refused > 5
        assert desk.check() == []
        desk.close()
