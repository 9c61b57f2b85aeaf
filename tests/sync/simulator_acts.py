"""What people do in a history: ordinary actions, and lines that nobody can read."""

from datetime import date, time
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from venue_desk.actions import certificates
from venue_desk.domain import attendance
from venue_desk.store.desk import Desk, final, local, set_local
from venue_desk.store.journal import Entry, head, line_values
from venue_desk.store.migrations import SCHEMA
from venue_desk.store.records import (
    Certificate,
    Conflict,
    Line,
    Mark,
    Person,
    Vendor,
    fact,
    get,
    mine,
    new_id,
)

POISONS = ('{"name":5}', '{"name":"a", "note":"b"}', '{"birth_date":"soon"}', "[]", '{"name":"\\u0000"}')


def _some(session: Session, number: int) -> Person | None:
    ids = session.scalars(select(Person.id).where(mine(session, Person)).order_by(Person.id)).all()
    # Few of them, so that desks meet.
    return get(session, Person, ids[number % min(3, len(ids))]) if ids else None


def add_named(session: Session, name: str, note: str = "") -> None:
    """Add a person"""
    session.add(Person(name=name, note=note))


def edit_some(session: Session, number: int, field: str, value: int) -> None:
    """Edit a person"""
    person = _some(session, number)
    if person is not None:
        setattr(person, field, f"{field} {value % 7}")


def remove_some(session: Session, number: int) -> None:
    """Remove a person"""
    person = _some(session, number)
    if person is not None:
        session.delete(person)


def remove_many(session: Session, count: int, value: int) -> None:
    """Remove people"""
    ids = session.scalars(select(Person.id).where(mine(session, Person)).order_by(Person.id)).all()
    start = value % len(ids) if ids else 0
    for person in ids[start : start + count]:
        session.delete(get(session, Person, person))


def mark(session: Session, where: int, value: int) -> None:
    """Mark attendance"""
    row = fact("mark", f"lesson {where // 3}", f"enrolment {where % 3}")
    said = attendance.mark(("present", "late", "absent")[value % 3], time(8, value % 60))
    found = get(session, Mark, row)
    if found is None:
        session.add(
            Mark(
                id=row,
                lesson_id=f"lesson {where // 3}",
                enrolment_id=f"enrolment {where % 3}",
                mark=dict(said),
            )
        )
    else:
        found.mark = dict(said) if value % 11 else None


def vendor(session: Session, which: int, value: int) -> None:
    """Change a vendor"""
    row = fact("vendor", str(which))
    found = get(session, Vendor, row)
    if found is None:
        session.add(Vendor(id=row, market_id="m", name=f"Pelapak {value % 5}"))
    else:
        found.name = f"Pelapak {value % 5}"


def many(session: Session, count: int, value: int) -> None:
    """Import people"""
    for number in range(count):
        session.add(Person(name=f"Impor {value} {number}", address="Jalan " + "x" * 60))


@final
def issue(session: Session, number: int) -> None:
    """Issue certificates"""
    year, letter = 2026, local(session, "letter") or "A"
    count = certificates._next(session, year)
    set_local(session, certificates._given(letter, year), str(count))
    person = _some(session, number)
    if person is not None:
        session.add(
            Certificate(
                id=new_id(),
                number=f"{count:04}/{letter}/{year}",
                sequence=count,
                year=year,
                letter=letter,
                kind="completion",
                enrolment_id="e",
                person_id=person.id,
                course_id="c",
                issued_on=date(2026, 3, 1),
                content={"name": person.name},
                token="",
                key="",
            )
        )


def open_conflicts(session: Session) -> list[str]:
    return list(
        session.scalars(
            select(Conflict.id)
            .where(mine(session, Conflict), Conflict.settled_at.is_(None))
            .order_by(Conflict.id)
        )
    )


def poison(desk: Desk, which: int, value: int) -> None:
    """A line that its own release wrote wrongly, chained as it should be."""
    with Session(desk.engine.execution_options(write=True)) as session:
        connection = session.connection()
        last = head(connection, desk.venue, desk.writer)
        person = session.scalar(
            select(Person.id).where(Person.venue_id == desk.venue).order_by(Person.id).limit(1)
        )
        entry = Entry(
            desk.writer,
            last.number + 1,
            last.stamp + 1,
            new_id(),
            "Edit a person",
            "do",
            None,
            "2026-03-01T08:00",
            "person",
            person or new_id(),
            "{}",
            POISONS[which % len(POISONS)],
            "{}",
            SCHEMA,
            b"",
        )
        values: dict[str, Any] = line_values(
            desk.venue, entry, entry.chained(last.hash), effective=entry.stamp, held="damaged: by hand"
        )
        session.execute(insert(Line), [values])
        session.commit()
