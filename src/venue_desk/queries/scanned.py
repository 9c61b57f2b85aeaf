"""What a scanned card says at a lesson: asked at each scan, so in one look and through statements made once."""

from datetime import date
from functools import cache
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, Select, String, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from venue_desk.domain import attendance, cards
from venue_desk.domain.courses import ENROLLED, LEFT
from venue_desk.store.bulk import read
from venue_desk.store.records import VENUE_ROW, Enrolment, Lesson, Mark, Person, Venue, mine, venue_of


class Scanned(NamedTuple):
    """Everything a scan needs: lesson, person, place on the list, mark so far, the venue's rules."""

    person_id: str
    name: str
    enrolment_id: str
    position: int
    since: date | None
    until: date | None
    day: date
    starts: str
    closed_at: str | None
    rules: dict[str, Any] | None
    mark_id: str | None
    mark: dict[str, Any] | None


class Holder(NamedTuple):
    """Whose card it is, also where they are not on a lesson's list."""

    person_id: str
    name: str
    merged_into: str | None


def scanned(session: Session, lesson_id: str, text: str) -> Scanned | None:
    """Who of a lesson's list holds the card that reads so; None where nobody of it does."""
    given = {"venue": venue_of(session), "lesson": lesson_id, **_read(text)}
    for row in read(session.connection(), _scan(), given):
        found = Scanned(*row)
        if attendance.within(found.day, found.since, found.until):
            return found
    return None


def holder(session: Session, text: str) -> Holder | None:
    """Whose card reads so."""
    person = session.execute(
        select(Person.id, Person.name, Person.merged_into).where(mine(session, Person), _holder()),
        {"venue": venue_of(session), **_read(text)},
    ).first()
    return Holder(*person) if person else None


def _read(text: str) -> dict[str, str]:
    """A card's text, and between which ids its holder's is where the card was made by the programme."""
    code = cards.read(text)
    low, high = cards.ids(code) if code else ("", "")
    return {"card": code or cards.bare(text), "low": low, "high": high}


@cache
def _scan() -> Select[tuple[object, ...]]:
    """Built once: at the door, building it anew would cost as much as running it."""
    venue = bindparam("venue", type_=String)
    query = (
        # In the order of Scanned.
        select(
            Person.id,
            Person.name,
            Enrolment.id,
            Enrolment.position,
            Enrolment.since,
            Enrolment.until,
            Lesson.day,
            Lesson.starts,
            Lesson.closed_at,
            Venue.rules,
            Mark.id,
            Mark.mark,
        )
        .select_from(Person)
        .join(Lesson, and_(Lesson.venue_id == venue, Lesson.id == bindparam("lesson")))
        .outerjoin(Venue, and_(Venue.venue_id == venue, Venue.id == VENUE_ROW))
        .join(
            Enrolment,
            and_(
                Enrolment.venue_id == venue,
                Enrolment.course_id == Lesson.course_id,
                # A card stays with whom it was made for, also when two entries turned out to be one person.
                Enrolment.person_id.in_((Person.id, Person.merged_into)),
                or_(Enrolment.state == ENROLLED, Enrolment.state == LEFT),
            ),
        )
        .outerjoin(
            Mark,
            and_(Mark.venue_id == venue, Mark.lesson_id == Lesson.id, Mark.enrolment_id == Enrolment.id),
        )
        .where(Person.venue_id == venue, _holder())
    )
    return cast("Select[tuple[object, ...]]", query)


def _holder() -> ColumnElement[bool]:
    """Whose card it is: the text kept with a person, or the code that belongs to an id.

    Each half by its own index; one condition with OR would look at everybody.
    """
    venue = bindparam("venue", type_=String)
    by_id = select(Person.id).where(
        Person.venue_id == venue, Person.id.between(bindparam("low"), bindparam("high"))
    )
    by_text = select(Person.id).where(Person.venue_id == venue, Person.card == bindparam("card"))
    return Person.id.in_(by_id.union_all(by_text))
