"""People who walk in: on the list of one lesson's day only."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue_desk.actions import people
from venue_desk.actions.attendance import Marked, mark_arrival
from venue_desk.domain.courses import ENROLLED, LEFT, WAITING
from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.store.records import Enrolment, Lesson, Person, fact, get, mine


def add(
    session: Session,
    lesson_id: str,
    *,
    at: datetime,
    name: str = "",
    phone: str = "",
    person_id: str | None = None,
) -> Marked:
    """Add guest

    Someone who walked in, for this lesson's day only: takes no place, counts for no percentage. Raises Problem.
    """
    lesson = get(session, Lesson, lesson_id)
    if lesson is None:
        raise Problem(_("This lesson is not here any more."), hint=_("Choose another lesson."))
    if not person_id:
        if not name.strip():
            raise Problem(_("A guest needs a name."), hint=_("Write the name as the person says it."))
        person_id = people.add(session, name, phone=phone)
        session.flush()
    person = get(session, Person, person_id)
    if person is None:
        raise Problem(_("This person is not here any more."), hint=_("Look for them again."))
    enrolment_id = fact("enrolment", lesson.course_id, person.id)
    enrolment = get(session, Enrolment, enrolment_id)
    if enrolment is not None and enrolment.state == ENROLLED and not enrolment.guest:
        raise Problem(_("{name} is already on the list.").format(name=person.name))
    if enrolment is not None and enrolment.state == LEFT and not enrolment.guest:
        # As a guest they would have had no turn in the course, and no percentage.
        raise Problem(
            _("{name} has left.").format(name=person.name),
            hint=_("Take them back in the list of the course."),
        )
    if enrolment is not None and enrolment.state == WAITING:
        # As a guest they would lose their place on it.
        raise Problem(
            _("{name} is on the waiting list.").format(name=person.name),
            hint=_("Give them a place in the list of the course."),
        )
    if enrolment is None:
        listed = session.scalars(
            select(Enrolment.position).where(
                mine(session, Enrolment), Enrolment.course_id == lesson.course_id
            )
        )
        enrolment = Enrolment(
            id=enrolment_id,
            course_id=lesson.course_id,
            person_id=person.id,
            position=max(listed, default=0) + 1,
            since=lesson.day,
        )
        session.add(enrolment)
    enrolment.state, enrolment.guest, enrolment.reason = ENROLLED, True, ""
    enrolment.since = min(enrolment.since or lesson.day, lesson.day)
    enrolment.until = max(enrolment.until or lesson.day, lesson.day)
    session.flush()
    return mark_arrival(session, lesson_id, enrolment_id, at)
