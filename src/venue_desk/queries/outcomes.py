"""What can be seen of alumni: what is known of each, who is due for contact, and each one's way so far.

An alumnus is somebody whose class has ended while they were enrolled, or who left it for work. Somebody with
two classes is one alumnus, of the later class; what was learnt after either counts.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from venue_desk.domain import courses, outcomes
from venue_desk.domain.outcomes import Contact, FollowUp
from venue_desk.domain.people import full_name, phone_shown, search_parts, search_text
from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.queries.courses import full_title
from venue_desk.store.records import (
    VENUE_ROW,
    Course,
    Enrolment,
    Outcome,
    Person,
    Venue,
    get,
    mine,
    refers,
)


@dataclass(frozen=True, slots=True)
class AlumnusRow:
    """An alumnus and the latest that is known. ``kind`` is unknown where nothing is; ``heard`` when it was learnt."""

    enrolment_id: str
    person_id: str
    course_id: str
    name: str
    phone: str
    course: str
    trade_id: str
    graduated: date
    kind: str
    employer: str
    role: str
    related: bool | None
    since: date | None
    verified: str
    referral: str
    reference: str
    heard: date | None
    asked: date | None
    due: FollowUp | None
    ahead: FollowUp | None


@dataclass(frozen=True, slots=True)
class Told:
    """One record of an outcome, as it stands."""

    id: str
    stage: int
    kind: str
    employer: str
    role: str
    related: bool | None
    since: date | None
    verified: str
    recorded_on: date
    referral: str
    reference: str
    note: str
    course: str


@dataclass(frozen=True, slots=True)
class Graduation:
    """One class somebody finished (or left for work), with what follow-ups count from."""

    enrolment_id: str
    person_id: str
    course_id: str
    trade_id: str
    course: str
    on: date
    name: str
    phone: str


def graduations(session: Session, today: date) -> list[Graduation]:
    """Everybody's finished classes up to today, the earliest first; merged persons are the one they became."""
    ended = or_(Course.closed_on <= today, Course.ends_on < today)
    for_work = (
        (Enrolment.state == courses.LEFT)
        & (Enrolment.reason == courses.WORK)
        & or_(Enrolment.until <= today, Enrolment.until.is_(None) & ended)
    )
    became = aliased(Person)
    somebody = func.coalesce(Person.merged_into, Person.id)
    rows = session.execute(
        select(
            Enrolment.id,
            Enrolment.until,
            Course.id.label("course_id"),
            Course.trade_id,
            Course.title,
            Course.batch,
            Course.ends_on,
            became.id.label("person_id"),
            became.name,
            became.title_before,
            became.title_after,
            became.phone,
        )
        .join(Course, refers(Enrolment.course_id, Course))
        .join(Person, refers(Enrolment.person_id, Person))
        .join(became, and_(became.venue_id == Person.venue_id, became.id == somebody))
        .where(
            mine(session, Enrolment),
            Enrolment.guest.is_(False),
            or_((Enrolment.state == courses.ENROLLED) & ended, for_work),
        )
    )
    found = [
        Graduation(
            row.id,
            row.person_id,
            row.course_id,
            row.trade_id,
            full_title(row.title, row.batch),
            row.until or row.ends_on,
            full_name(row.name, row.title_before, row.title_after),
            phone_shown(row.phone),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.on, one.enrolment_id))


def alumni(
    session: Session,
    today: date,
    text: str = "",
    *,
    kind: str | None = None,
    due_only: bool = False,
    course_id: str | None = None,
) -> list[AlumnusRow]:
    """Alumni by name, but first those who are due for contact, the longest waiting first."""
    latest = {one.person_id: one for one in graduations(session, today)}
    told = _told(session)
    months = follow_up_months(session)
    rows = []
    for person_id, graduation in latest.items():
        row = _row(graduation, told.get(person_id, []), today, months)
        if not matches(row, text):
            continue
        wanted_row = kind in (None, row.kind) and course_id in (None, row.course_id)
        if wanted_row and (row.due is not None or not due_only):
            rows.append(row)
    return sorted(rows, key=_due_first)


def matches(row: AlumnusRow, text: str) -> bool:
    """Whether an alumnus is meant by what was typed: name in either spelling, phone, class."""
    if not text.strip():
        return True
    searched = f"{search_text(row.name, row.phone)}|{row.course.casefold()}"
    return all(any(spelling in searched for spelling in part) for part in search_parts(text))


def follow_up_months(session: Session) -> tuple[int, ...]:
    """The months after graduation at which this venue asks."""
    venue = get(session, Venue, VENUE_ROW)
    return outcomes.follow_up_months(venue.rules if venue else {})


def alumnus(session: Session, person_id: str, today: date) -> AlumnusRow | None:
    """One alumnus, or None where the person has not finished a class."""
    return next((row for row in alumni(session, today) if row.person_id == person_id), None)


def timeline(session: Session, person_id: str) -> list[Told]:
    """All that was learnt of a person, the newest first."""
    rows = session.execute(
        select(Outcome, Course.title, Course.batch, Person.merged_into)
        .join(Course, refers(Outcome.course_id, Course))
        .join(Person, refers(Outcome.person_id, Person))
        .where(mine(session, Outcome), or_(Outcome.person_id == person_id, Person.merged_into == person_id))
    )
    found = [
        Told(
            row.Outcome.id,
            row.Outcome.stage,
            row.Outcome.kind,
            row.Outcome.employer,
            row.Outcome.role,
            row.Outcome.related,
            row.Outcome.since,
            row.Outcome.verified,
            row.Outcome.recorded_on,
            row.Outcome.referral,
            row.Outcome.reference,
            row.Outcome.note,
            full_title(row.title, row.batch),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.recorded_on, one.stage), reverse=True)


def heard_stages(session: Session, today: date) -> dict[str, set[int]]:
    """The months after graduation at which something was learnt of each person, up to today."""
    return {
        person_id: {one.stage for one in told if one.kind != outcomes.UNKNOWN and one.recorded_on <= today}
        for person_id, told in _told(session).items()
    }


def named(session: Session, wanted: str, today: date) -> AlumnusRow:
    """The alumnus that was meant by an id or (part of) a name. Raises Problem for none or several."""
    rows = alumni(session, today)
    hits = [row for row in rows if row.person_id == wanted]
    hits = hits or [row for row in rows if row.name.casefold() == wanted.casefold()]
    hits = hits or [row for row in rows if wanted.casefold() in row.name.casefold().split()]
    hits = hits or alumni(session, today, wanted)
    if len(hits) == 1:
        return hits[0]
    if hits:
        raise Problem(
            _("“{text}” can be {names}.").format(text=wanted, names=", ".join(row.name for row in hits[:5])),
            hint=_("Write more of the name, or use the id."),
        )
    person = get(session, Person, wanted)
    raise Problem(
        _("{name} has not finished a class yet.").format(name=person.name)
        if person
        else _("There is no alumnus “{text}”.").format(text=wanted),
        hint=_("Look at the list of alumni."),
    )


def _told(session: Session) -> dict[str, list[Outcome]]:
    """What was learnt of each person, in the order in which it was."""
    found: dict[str, list[Outcome]] = {}
    rows = session.execute(
        select(Outcome, Person.merged_into)
        .join(Person, refers(Outcome.person_id, Person))
        .where(mine(session, Outcome))
        .order_by(Outcome.recorded_on, Outcome.stage)
    )
    for outcome, merged_into in rows:
        found.setdefault(merged_into or outcome.person_id, []).append(outcome)
    return found


def _row(graduation: Graduation, told: list[Outcome], today: date, months: tuple[int, ...]) -> AlumnusRow:
    told = [one for one in told if one.recorded_on <= today]
    contacts = [Contact(one.recorded_on, one.kind) for one in told]
    known = outcomes.latest_known(contacts)
    source = None
    if known is not None:
        source = [one for one in told if (one.recorded_on, one.kind) == (known.on, known.kind)][-1]
    return AlumnusRow(
        enrolment_id=graduation.enrolment_id,
        person_id=graduation.person_id,
        course_id=graduation.course_id,
        name=graduation.name,
        phone=graduation.phone,
        course=graduation.course,
        trade_id=graduation.trade_id,
        graduated=graduation.on,
        kind=source.kind if source else outcomes.UNKNOWN,
        employer=source.employer if source else "",
        role=source.role if source else "",
        related=source.related if source else None,
        since=source.since if source else None,
        verified=source.verified if source else "",
        referral=next((one.referral for one in reversed(told) if one.referral), ""),
        reference=next((one.reference for one in reversed(told) if one.reference), ""),
        heard=source.recorded_on if source else None,
        asked=told[-1].recorded_on if told else None,
        due=outcomes.due(graduation.on, contacts, today, months),
        ahead=outcomes.next_follow_up(graduation.on, contacts, today, months),
    )


def _due_first(row: AlumnusRow) -> tuple[bool, date, str, str]:
    return (row.due is None, row.due.since if row.due else date.min, row.name.casefold(), row.person_id)
