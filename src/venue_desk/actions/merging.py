"""Two records that turned out to be one person become one; the other stays as an alias."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue_desk.actions.people import TEXTS, fill
from venue_desk.domain.courses import CANCELLED, ENROLLED, LEFT, WAITING
from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.queries.people import resolved
from venue_desk.store.records import (
    Assessment,
    Certificate,
    Enrolment,
    Lesson,
    Mark,
    Outcome,
    Vendor,
    fact,
    mine,
    refers,
)

_FILLED = ("nik", "phone", "email", "birth_date", "sex", "card", "consent", "delete_by", *TEXTS)
_STRENGTH = {ENROLLED: 3, LEFT: 2, WAITING: 1, CANCELLED: 0}


def merge(session: Session, /, kept_id: str, other_id: str) -> str:
    """Merge two people

    The first stays and takes over what it lacks and all that the other took part in. Where both were in one course,
    marks are put together and one place is given back. Returns the name that stays. Raises Problem.
    """
    kept, other = resolved(session, kept_id), resolved(session, other_id)
    if kept is None or other is None:
        raise Problem(_("This person is not here any more."), hint=_("Look for them again."))
    if kept.id == other.id:
        raise Problem(_("These are one record already."), hint=_("Choose two different people."))
    fill(kept, {field: getattr(other, field) for field in _FILLED})
    own = {one.course_id: one for one in _of(session, Enrolment, Enrolment.person_id, kept.id)}
    for enrolment in _of(session, Enrolment, Enrolment.person_id, other.id):
        there = own.get(enrolment.course_id)
        if there is None:
            enrolment.person_id = kept.id
        else:
            _join(session, there, enrolment)
    for kind, key in (
        (Certificate, Certificate.person_id),
        (Outcome, Outcome.person_id),
        (Vendor, Vendor.person_id),
    ):
        for record in _of(session, kind, key, other.id):
            record.person_id = kept.id
    other.merged_into = kept.id
    # The alias gives its NIK and card away, so that neither is found twice.
    other.card = None
    return kept.name


def _of(session: Session, kind: type[Any], key: Any, person_id: str) -> list[Any]:
    return list(session.scalars(select(kind).where(mine(session, kind), key == person_id)))


def _marks(session: Session, enrolment: Enrolment) -> list[Mark]:
    of_course = mine(session, Mark), Lesson.course_id == enrolment.course_id
    marks = select(Mark).join(Lesson, refers(Mark.lesson_id, Lesson)).where(*of_course)
    return list(session.scalars(marks.where(Mark.enrolment_id == enrolment.id)))


def _join(session: Session, there: Enrolment, other: Enrolment) -> None:
    """Two places of one person in one course become one."""
    there.exception = there.exception or other.exception
    if _STRENGTH.get(other.state, 0) > _STRENGTH.get(there.state, 0):
        there.state, there.since, there.until, there.reason = (
            other.state,
            other.since,
            other.until,
            other.reason,
        )
        there.guest = there.guest and other.guest
        if not there.position:
            there.position = other.position
    marked = {one.lesson_id: one for one in _marks(session, there)}
    for mark in _marks(session, other):
        own = marked.get(mark.lesson_id)
        if own is None:
            row = fact("mark", mark.lesson_id, there.id)
            session.add(Mark(id=row, lesson_id=mark.lesson_id, enrolment_id=there.id, mark=mark.mark))
        elif own.mark is None:
            own.mark = mark.mark
        session.delete(mark)
    judged = {one.unit_id: one for one in _of(session, Assessment, Assessment.enrolment_id, there.id)}
    for result in _of(session, Assessment, Assessment.enrolment_id, other.id):
        if result.unit_id not in judged:
            row = fact("assessment", there.id, result.unit_id)
            session.add(
                Assessment(id=row, enrolment_id=there.id, unit_id=result.unit_id, tries=list(result.tries))
            )
        elif not judged[result.unit_id].tries:
            judged[result.unit_id].tries = list(result.tries)
        session.delete(result)
    for kind, key in ((Certificate, Certificate.enrolment_id), (Outcome, Outcome.enrolment_id)):
        for record in _of(session, kind, key, other.id):
            record.enrolment_id = there.id
    other.state, other.guest = CANCELLED, False
