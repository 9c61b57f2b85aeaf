"""Record what people could do: one result for one unit at a time, at most three tries."""

from datetime import date

from sqlalchemy.orm import Session

from venue_desk.domain import assessment, clock
from venue_desk.domain.assessment import Attempt
from venue_desk.domain.problem import Problem
from venue_desk.language import _, date_long
from venue_desk.queries.assessment import most_tries
from venue_desk.store.records import Assessment, Course, Enrolment, Unit, fact, get


def record(
    session: Session,
    enrolment_id: str,
    unit_id: str,
    result: str,
    *,
    on: date | None = None,
    assessor: str = "",
) -> tuple[Attempt, ...]:
    """Record an assessment

    The next try of a unit: ``K`` or ``BK``. Returns all tries. Raises Problem when there can be no further one.
    """
    kept, course = _kept(session, enrolment_id, unit_id)
    day = on or clock.today()
    if day < course.starts_on:
        raise Problem(
            _("The course begins on {day}; nothing was assessed before.").format(
                day=date_long(course.starts_on)
            ),
            hint=_("Check the date of the assessment."),
        )
    new = Attempt(result, day, " ".join((assessor or course.instructor).split()))
    tries = assessment.tried(assessment.attempts(kept.tries), new, most=most_tries(session))
    kept.tries = [one.kept() for one in tries]
    return tries


def correct(
    session: Session,
    enrolment_id: str,
    unit_id: str,
    result: str,
) -> tuple[Attempt, ...]:
    """Correct an assessment

    Changes the result of the last try; an empty one takes the try back. Returns all tries. Raises Problem.
    """
    kept, _course = _kept(session, enrolment_id, unit_id)
    before = assessment.attempts(kept.tries)
    last = before[-1] if before else None
    new = Attempt(result, last.on, last.assessor) if last and result else None
    tries = assessment.corrected(before, new)
    kept.tries = [one.kept() for one in tries]
    return tries


def _kept(session: Session, enrolment_id: str, unit_id: str) -> tuple[Assessment, Course]:
    enrolment = get(session, Enrolment, enrolment_id)
    course = get(session, Course, enrolment.course_id) if enrolment else None
    if enrolment is None or course is None:
        raise Problem(_("This person is not in the course any more."))
    if unit_id not in course.unit_ids or get(session, Unit, unit_id) is None:
        raise Problem(_("This unit does not belong to the course."))
    key = fact("assessment", enrolment_id, unit_id)
    kept = get(session, Assessment, key)
    if kept is None:
        kept = Assessment(id=key, enrolment_id=enrolment_id, unit_id=unit_id, tries=[])
        session.add(kept)
    return kept, course
