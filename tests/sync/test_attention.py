"""What no merge can settle is seen: likely doubles, rows without a parent, lines that cannot be read yet."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

import centres
from records import remove
from venue_desk.actions import merging
from venue_desk.actions import sync as settling
from venue_desk.queries import attention, today
from venue_desk.store.desk import Desk
from venue_desk.store.records import Course, Enrolment, Line, Person, new_id
from venue_desk.sync import client


def written(session: Session, /, **values: Any) -> str:
    """Add a person"""
    row = Person(**values)
    session.add(row)
    session.flush()
    return row.id


def enrolled(session: Session, course: str, person: str) -> str:
    """Enrol a person"""
    row = Enrolment(course_id=course, person_id=person)
    session.add(row)
    session.flush()
    return row.id


def course(session: Session) -> str:
    """Add a course"""
    row = Course(
        code="TB-1", title="Tata Boga", trade_id="x", starts_on=date(2026, 1, 3), ends_on=date(2026, 2, 28)
    )
    session.add(row)
    session.flush()
    return row.id


def two(centre: centres.Running, desks: Callable[[str], Desk]) -> tuple[Desk, Desk]:
    place = centre.venue()
    one, other = desks("one"), desks("other")
    for desk in (one, other):
        centre.join(desk, place)
        centres.sync(desk)
    return one, other


def kinds(desk: Desk) -> list[str]:
    return [kind for kind, *_rest in desk.ask(lambda session: list(attention.told(session)))]


def test_likely_doubles_of_two_desks_become_tasks(
    centre: centres.Running, desks: Callable[[str], Desk]
) -> None:
    one, other = desks("one"), desks("other")
    same = {"name": "Siti Aminah", "birth_date": date(1990, 3, 12), "phone": "+628121234567"}
    first = one.do(written, **same)
    asked_there = one.do(written, **same)  # entered twice on one computer: whoever did it was asked
    second = other.do(written, **same)
    one.do(written, name="Budi Santoso")
    other.do(written, name="Budi Hartono")
    place = centre.venue()
    centre.join(one, place)
    centres.sync(one)
    assert one.ask(attention.pairs) == []
    centre.join(other, place)
    centres.sync(other)
    centres.sync(one)
    for desk in (one, other):
        found = {frozenset((pair.one.id, pair.other.id)) for pair in desk.ask(attention.pairs)}
        assert found == {frozenset((first, second)), frozenset((asked_there, second))}
        assert kinds(desk) == [attention.DOUBLES]
    # Said once, it is settled on every computer.
    one.do(settling.two_people, first, second)
    one.do(settling.two_people, second, first)
    assert len(one.ask(attention.pairs)) == 1
    one.do(merging.merge, asked_there, second)
    assert one.ask(attention.pairs) == []
    for desk in (one, other):
        centres.sync(desk)
        assert desk.ask(attention.pairs) == [] and kinds(desk) == []
    one.undo()
    assert len(one.ask(attention.pairs)) == 1


def test_nothing_is_looked_through_twice(centre: centres.Running, desks: Callable[[str], Desk]) -> None:
    one, other = two(centre, desks)
    other.do(written, name="Wati")
    centres.sync(other)
    centres.sync(one)
    assert one.ask(attention.look) is None


def test_a_row_whose_parent_has_not_come_waits_in_sight(
    centre: centres.Running, desks: Callable[[str], Desk]
) -> None:
    one, other = two(centre, desks)
    person = other.do(written, name="Wati")
    missing = new_id()
    other.do(enrolled, missing, person)
    centres.sync(other)
    centres.sync(one)
    (row,) = one.ask(attention.orphans)
    assert (row.what, row.parent_table, row.parent, row.removed) == ("enrolment", "course", missing, "")
    assert "1 pendaftaran" in row.title and "belum datang" in row.title
    assert attention.ORPHANS in [task.kind for task in one.ask(_tasks)]


def _tasks(session: Session) -> list[today.Task]:
    from datetime import datetime

    return list(today.today(session, datetime(2026, 1, 10, 9, 0)).tasks)


def test_a_parent_that_was_removed_elsewhere_is_brought_back(
    centre: centres.Running, desks: Callable[[str], Desk]
) -> None:
    one, other = two(centre, desks)
    where = one.do(course)
    person = one.do(written, name="Wati Lestari", phone="+628121234567")
    centres.sync(one)
    centres.sync(other)
    other.do(remove, person)
    one.do(enrolled, where, person)
    for desk in (one, other, one):
        centres.sync(desk)
    for desk in (one, other):
        (row,) = desk.ask(attention.orphans)
        assert row.parent == person and row.removed and "Wati Lestari" in row.title
    one.do(settling.bring_back, "person", person)
    assert one.ask(attention.orphans) == []
    centres.all_alike(centre, one, other)
    assert other.ask(attention.orphans) == []
    assert other.ask(lambda s: s.get(Person, (other.venue, person)).phone) == "+628121234567"  # type: ignore[union-attr]


def test_lines_that_cannot_be_read_yet_are_told(
    centre: centres.Running, desks: Callable[[str], Desk]
) -> None:
    one, other = two(centre, desks)
    other.do(written, name="Nama Rahasia")
    centres.sync(other)
    centres.sync(one)
    with one.engine.execution_options(write=True).begin() as connection:
        for writer, why in ((other.writer, "unknown table kitchen"), (one.writer, "damaged: x")):
            connection.execute(
                update(Line).where(Line.writer == writer, Line.table == "person").values(held=why)
            )
    (newer,) = one.ask(attention.held)
    assert (newer.reason, newer.count, newer.tables) == ("newer", 1, ("person",))
    report = attention.report([newer])
    assert "Rahasia" not in report and "person" in report
    assert kinds(one) == [attention.HELD]


def test_removals_that_are_not_passed_on_are_told(
    centre: centres.Running, desks: Callable[[str], Desk]
) -> None:
    one, other = two(centre, desks)
    ids = [one.do(written, name=f"Orang {number}") for number in range(60)]
    centres.sync(one)
    centres.sync(other)
    for person in ids[:40]:
        one.do(remove, person)
    centres.sync(one)
    assert kinds(one) == [attention.REMOVED]
    assert client.take_back(one) == 40
    centres.sync(one)
    assert kinds(one) == []
