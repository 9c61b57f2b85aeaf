"""What can be seen of a course's assessment: units across, people down, and what each of them may have."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue_desk import language
from venue_desk.domain import assessment
from venue_desk.domain.assessment import MOST_TRIES, Attempt, UnitOfCompetency, Verdict
from venue_desk.domain.attendance import Presence
from venue_desk.domain.courses import ENROLLED, LEFT
from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.queries import attendance
from venue_desk.queries.courses import full_title, participants
from venue_desk.store.records import (
    VENUE_ROW,
    Assessment,
    Certificate,
    Course,
    Enrolment,
    Unit,
    Venue,
    get,
    mine,
    refers,
)


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit that the course assesses."""

    id: str
    code: str
    title: str
    hours: int
    critical: bool


@dataclass(frozen=True, slots=True)
class IssuedRow:
    """A document that somebody has from this course."""

    id: str
    kind: str
    number: str
    voided: bool


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person: tries for each unit of the sheet, presence, what they may have and what they have."""

    enrolment_id: str
    person_id: str
    number: int
    name: str
    state: str
    tries: tuple[tuple[Attempt, ...], ...]
    presence: Presence
    verdict: Verdict
    issued: tuple[IssuedRow, ...]

    @property
    def id(self) -> str:
        return self.enrolment_id

    @property
    def due(self) -> bool:
        """Whether a document can be issued that they do not have yet."""
        return self.verdict.kind in (assessment.CERTIFICATE, assessment.LETTER) and not self.has(
            self.verdict.kind
        )

    def has(self, kind: str) -> bool:
        """Whether a document of this kind stands."""
        return any(one.kind == kind and not one.voided for one in self.issued)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A course's assessment."""

    course_id: str
    code: str
    name: str
    ends_on: date
    closed: bool
    threshold: int
    most_tries: int
    units: tuple[UnitRow, ...]
    rows: tuple[PersonRow, ...]

    @property
    def due(self) -> tuple[PersonRow, ...]:
        return tuple(row for row in self.rows if row.due)

    @property
    def missing(self) -> int:
        """How many results of those who are still here were not recorded yet."""
        return sum(not tries for row in self.rows if row.state == ENROLLED for tries in row.tries)


def most_tries(session: Session) -> int:
    """How many tries the venue allows for each unit."""
    venue = get(session, Venue, VENUE_ROW)
    value = venue.rules.get("most_tries") if venue else None
    return value if isinstance(value, int) and value > 0 else MOST_TRIES


def units(session: Session, course: Course) -> list[Unit]:
    """The units of a course in its own order."""
    if not course.unit_ids:
        return []
    found = {
        unit.id: unit
        for unit in session.scalars(select(Unit).where(mine(session, Unit), Unit.id.in_(course.unit_ids)))
    }
    return [found[key] for key in course.unit_ids if key in found]


def sheet(session: Session, course_id: str) -> Sheet:
    """The assessment of a course. Raises Problem where there is no such course."""
    course = get(session, Course, course_id)
    if course is None:
        raise Problem(_("This course is not there any more."))
    rules = attendance.rules(session)
    most = most_tries(session)
    listed = units(session, course)
    needed = [UnitOfCompetency(unit.id, unit.code, _title(unit), unit.critical) for unit in listed]
    presences = attendance.presence(session, course_id)
    tries = _tries(session, course_id)
    issued = _issued(session, course_id)
    rows = []
    for person in participants(session, course_id, ENROLLED, LEFT):
        if person.guest:
            continue
        presence = presences.get(person.id, Presence(0, 0))
        mine_ = {unit.id: tries.get((person.id, unit.id), ()) for unit in listed}
        verdict = assessment.judge(
            presence,
            rules.presence_threshold,
            needed,
            mine_,
            state=person.state,
            why_left=person.reason,
            most=most,
        )
        rows.append(
            PersonRow(
                person.id,
                person.person_id,
                person.position,
                person.name,
                person.state,
                tuple(mine_[unit.id] for unit in listed),
                presence,
                verdict,
                tuple(issued.get(person.id, ())),
            )
        )
    return Sheet(
        course.id,
        course.code,
        full_title(course.title, course.batch),
        course.ends_on,
        course.closed_on is not None,
        rules.presence_threshold,
        most,
        tuple(UnitRow(unit.id, unit.code, _title(unit), unit.hours, unit.critical) for unit in listed),
        tuple(rows),
    )


def _title(unit: Unit) -> str:
    return unit.title_en if language.active() == "en" and unit.title_en else unit.title_id


def _tries(session: Session, course_id: str) -> Mapping[tuple[str, str], tuple[Attempt, ...]]:
    rows = session.execute(
        select(Assessment.enrolment_id, Assessment.unit_id, Assessment.tries)
        .join(Enrolment, refers(Assessment.enrolment_id, Enrolment))
        .where(mine(session, Assessment), Enrolment.course_id == course_id)
    )
    return {(row.enrolment_id, row.unit_id): assessment.attempts(row.tries) for row in rows}


def _issued(session: Session, course_id: str) -> Mapping[str, list[IssuedRow]]:
    found: dict[str, list[IssuedRow]] = {}
    for row in session.execute(
        select(
            Certificate.id,
            Certificate.enrolment_id,
            Certificate.kind,
            Certificate.number,
            Certificate.voided_on,
        )
        .where(mine(session, Certificate), Certificate.course_id == course_id)
        .order_by(Certificate.sequence)
    ):
        found.setdefault(row.enrolment_id, []).append(
            IssuedRow(row.id, row.kind, row.number, row.voided_on is not None)
        )
    return found
