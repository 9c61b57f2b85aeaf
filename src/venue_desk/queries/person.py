"""What can be seen of one person: their card, with the courses, certificates and outcomes behind it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from venue_desk.domain import people
from venue_desk.domain.people import Doubt
from venue_desk.queries import attendance
from venue_desk.queries.courses import full_title
from venue_desk.queries.people import here, resolved
from venue_desk.store.records import (
    Certificate,
    Course,
    Enrolment,
    Outcome,
    Person,
    Reveal,
    Vendor,
    mine,
    refers,
)


@dataclass(frozen=True, slots=True)
class Turn:
    """A course that a person took part in, and what came of it. Shares are None before the first closed lesson."""

    enrolment_id: str
    course_id: str
    code: str
    course: str
    starts_on: date
    ends_on: date
    state: str
    guest: bool
    attended: int
    held: int
    share: float | None
    certificates: tuple[tuple[str, bool], ...]
    """Number, and whether it is still valid."""
    outcome: str | None
    exception: str = ""
    """Why they may join a once-per-person series again."""


@dataclass(frozen=True, slots=True)
class Card:
    """All that is known of one person, the NIK masked."""

    id: str
    name: str
    title_before: str
    title_after: str
    nik: str
    phone: str
    email: str
    birth_place: str
    birth_date: date | None
    sex: str | None
    address: str
    area: str
    organisation: str
    note: str
    consent: bool | None
    consent_on: str
    consent_how: str
    delete_by: date | None
    added_on: date | None
    doubts: tuple[Doubt, ...]
    turns: tuple[Turn, ...]
    businesses: tuple[str, ...]
    reveals: int

    @property
    def shown(self) -> str:
        return people.full_name(self.name, self.title_before, self.title_after)


def card(session: Session, person_id: str) -> Card | None:
    """One person with the history of their courses, the newest first; None when they are gone."""
    one = resolved(session, person_id)
    if one is None:
        return None
    agreed = one.consent or {}
    doubts = list(people.read_nik(one.nik).doubts) if one.nik else []
    doubts += people.nik_conflicts(one.nik, one.birth_date, one.sex)
    if one.nik and len(one.nik) == 16 and _others_with(session, one):
        doubts.append(Doubt("nik-shared", "nik", people.masked(one.nik)))
    return Card(
        one.id,
        one.name,
        one.title_before,
        one.title_after,
        people.masked(one.nik),
        people.phone_shown(one.phone),
        one.email,
        one.birth_place,
        one.birth_date,
        one.sex,
        one.address,
        one.area,
        one.organisation,
        one.note,
        agreed.get("given"),
        str(agreed.get("on") or ""),
        str(agreed.get("how") or ""),
        one.delete_by,
        one.added_on,
        tuple(doubts),
        tuple(turns(session, one.id)),
        tuple(
            session.scalars(
                select(Vendor.name)
                .where(mine(session, Vendor), Vendor.person_id == one.id)
                .order_by(Vendor.name)
            )
        ),
        session.scalar(
            select(func.count()).select_from(Reveal).where(mine(session, Reveal), Reveal.person_id == one.id)
        )
        or 0,
    )


def _others_with(session: Session, one: Person) -> bool:
    return (
        session.scalar(
            select(Person.id).where(here(session), Person.nik == one.nik, Person.id != one.id).limit(1)
        )
        is not None
    )


def turns(session: Session, person_id: str) -> list[Turn]:
    """The courses of a person with attendance, certificates and outcome, the newest first."""
    listed = session.execute(
        select(Enrolment, Course)
        .join(Course, refers(Enrolment.course_id, Course))
        .where(mine(session, Enrolment), Enrolment.person_id == person_id)
        .order_by(Course.starts_on.desc(), Course.code)
    ).all()
    if not listed:
        return []
    printed: dict[str, list[tuple[str, bool]]] = {}
    for enrolment_id, number, voided in session.execute(
        select(Certificate.enrolment_id, Certificate.number, Certificate.voided_on)
        .where(mine(session, Certificate), Certificate.person_id == person_id)
        .order_by(Certificate.issued_on, Certificate.number)
    ):
        printed.setdefault(enrolment_id, []).append((number, voided is None))
    told = {
        row.enrolment_id: row.kind
        for row in session.execute(
            select(Outcome.enrolment_id, Outcome.kind)
            .where(mine(session, Outcome), Outcome.person_id == person_id)
            .order_by(Outcome.recorded_on, Outcome.stage)
        )
    }
    result = []
    for enrolment, course in listed:
        presence = attendance.presence(session, course.id).get(enrolment.id)
        result.append(
            Turn(
                enrolment.id,
                course.id,
                course.code,
                full_title(course.title, course.batch),
                course.starts_on,
                course.ends_on,
                enrolment.state,
                enrolment.guest,
                presence.attended if presence else 0,
                presence.held if presence else 0,
                presence.share if presence else None,
                tuple(printed.get(enrolment.id, ())),
                told.get(enrolment.id),
                enrolment.exception,
            )
        )
    return result
