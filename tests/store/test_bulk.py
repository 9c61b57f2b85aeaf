"""What goes past SQLAlchemy says the same as what goes through it: rows, lines, errors, and what a full disk means."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from store.disk import FULL, OK, Disk, watched
from venue_desk.domain.problem import Problem
from venue_desk.store import bulk
from venue_desk.store.capture import add_row, table_of
from venue_desk.store.desk import Desk
from venue_desk.store.digest import kept_sums, look
from venue_desk.store.records import Lesson, Line, Mark, Person, get, mine, venue_of

SAID = {"status": "present", "time": "08:00", "reason": "“Anak” sakit"}


def put_by_hand(session: Session, row: str, mark: dict[str, Any] | None = SAID) -> None:
    """Mark by hand"""
    add_row(session, Mark, id=row, lesson_id="pagi", enrolment_id=f"orang {row}", mark=mark)


def put_as_record(session: Session, row: str, mark: dict[str, Any] | None = SAID) -> None:
    """Mark by hand"""
    session.add(Mark(id=row, lesson_id="pagi", enrolment_id=f"orang {row}", mark=mark))


def kept(session: Session, row: str) -> tuple[Any, ...]:
    """A mark's row, and what its line says but for when and by which number."""
    table = table_of(Mark)
    said = session.connection().execute(select(table.c.lesson_id, table.c.mark).where(table.c.id == row))
    line = select(Line.name, Line.kind, Line.before, Line.after, Line.over).where(Line.row == row)
    return (*said.one(), *(str(text).replace(row, "…") for text in session.execute(line).one()))


@pytest.mark.parametrize("mark", [SAID, None])
def test_a_row_without_a_record_is_the_row_of_a_record(desk: Desk, mark: dict[str, Any] | None) -> None:
    desk.do(put_by_hand, "a" * 32, mark)
    desk.do(put_as_record, "b" * 32, mark)
    assert desk.ask(kept, "a" * 32) == desk.ask(kept, "b" * 32)
    assert desk.check() == []
    with desk.engine.connect() as connection:
        found = look(connection, desk.venue)
        assert not found.stale and found.sums == kept_sums(connection, desk.venue)
    desk.undo()
    assert desk.undo() == "Mark by hand"
    assert desk.ask(marks) == []
    assert desk.redo() == "Mark by hand"
    assert desk.ask(kept_mark, "a" * 32) == mark


def marks(session: Session) -> list[str]:
    return list(session.scalars(select(Mark.id).where(mine(session, Mark))))


def kept_mark(session: Session, row: str) -> dict[str, Any] | None:
    found = get(session, Mark, row)
    assert found is not None
    return found.mark


def test_beside_records_it_comes_in_the_order_of_what_was_done(desk: Desk) -> None:
    row = "a" * 32

    def again(session: Session) -> None:
        """Mark anew"""
        session.delete(get(session, Mark, row))
        put_by_hand(session, row, {**SAID, "time": "09:00"})
        session.add(Person(name="Siti"))

    desk.do(put_by_hand, row)
    desk.do(again)
    assert desk.ask(kept_mark, row) == {**SAID, "time": "09:00"}
    assert desk.check() == []
    desk.undo()
    assert desk.ask(kept_mark, row) == SAID
    assert desk.ask(lambda session: session.scalars(select(Person.id)).all()) == []


def test_a_query_says_the_same_in_dates_and_values(desk: Desk) -> None:
    desk.do(put_by_hand, "a" * 32)
    desk.do(put_by_hand, "b" * 32, None)
    query = (
        select(Mark.id, Mark.mark, Lesson.day)
        .outerjoin(Lesson, Lesson.id == Mark.lesson_id)
        .where(Mark.venue_id == bindparam("venue"), Mark.lesson_id == bindparam("lesson"), Mark.id != "c")
        .order_by(Mark.id)
    )

    def both(session: Session) -> tuple[list[Any], list[Any]]:
        given = {"lesson": "pagi", "venue": venue_of(session)}
        connection = session.connection()
        past, through = bulk.read(connection, query, given), connection.execute(query, given)
        return [tuple(row) for row in past], [tuple(row) for row in through]

    past, through = desk.ask(both)
    assert past == through == [("a" * 32, SAID, None), ("b" * 32, None, None)]


def test_an_error_is_one_of_sqlalchemys_and_nothing_stays(desk: Desk) -> None:
    desk.do(put_by_hand, "a" * 32)

    def twice(session: Session) -> None:
        """Mark twice"""
        put_by_hand(session, "b" * 32)
        put_by_hand(session, "a" * 32)

    with pytest.raises(IntegrityError, match="UNIQUE"):
        desk.do(twice)
    assert desk.ask(lambda session: get(session, Mark, "b" * 32)) is None
    desk.do(put_by_hand, "b" * 32)


def from_write(first: int) -> Callable[[int], int]:
    return lambda count: FULL if count >= first else OK


def test_a_full_disk_is_told_at_each_write(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    with watched(disk):
        desk = Desk.create(tmp_path / "venue")
        refused = 0
        for write in range(1, 100):
            disk.writes, disk.fail = 0, from_write(write)
            try:
                desk.do(put_by_hand, f"{write:032x}")
            except Problem as problem:
                said = problem.text
            else:
                break
            finally:
                disk.fail = lambda _count: OK
            refused += 1
            assert "penuh" in said
            assert desk.ask(marks) == []
        assert refused > 5
        assert desk.check() == []
        desk.close()
