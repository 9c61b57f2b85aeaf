"""What can be seen of courses: their list, participants, lessons, waiting list, and what a new one would be."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Integer, case, func, select
from sqlalchemy.orm import Session

from venue_desk import language
from venue_desk.domain import cards, courses, people
from venue_desk.domain.courses import CANCELLED, ENROLLED, LEFT, WAITING
from venue_desk.domain.people import Someone
from venue_desk.domain.problem import Problem
from venue_desk.domain.turns import series_key
from venue_desk.language import _
from venue_desk.queries import catalogue
from venue_desk.store.records import Course, Enrolment, Lesson, Person, Trade, fact, get, mine, refers


@dataclass(frozen=True, slots=True)
class TradeRow:
    """A trade to choose, in the language spoken now; ``title`` is what a course of it is called on paper."""

    id: str
    code: str
    name: str
    title: str


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A course with its numbers. ``capacity`` 0 is no limit; ``held`` lessons are closed ones.

    ``programme`` is the code of the agency's programme that it follows, or empty.
    """

    id: str
    code: str
    title: str
    batch: str
    trade: str
    starts_on: date
    ends_on: date
    place: str
    capacity: int
    hours: int
    instructor: str
    instructor_nip: str
    series: str
    once_per_person: bool
    state: str
    enrolled: int
    waiting: int
    lessons: int
    held: int
    programme: str

    @property
    def name(self) -> str:
        """``Tata Boga · Angkatan 12``."""
        return full_title(self.title, self.batch)


@dataclass(frozen=True, slots=True)
class ParticipantRow:
    """A person in a course; ``card`` is the code on the card, ``exception`` why they may join the series again."""

    id: str
    person_id: str
    position: int
    name: str
    organisation: str
    state: str
    since: date | None
    until: date | None
    reason: str
    guest: bool
    card: str
    exception: str = ""


def full_title(title: str, batch: str) -> str:
    """``Tata Boga · Batch 12``."""
    return f"{title} · {_('Batch {batch}').format(batch=batch)}" if batch else title


def trades(session: Session) -> list[TradeRow]:
    """The venue's trades in its order, and those of the catalogue that it has not taken up yet.

    What the catalogue calls a trade now is its name: a new course takes it over.
    """
    rows = session.execute(
        select(Trade.id, Trade.code, Trade.name_id, Trade.name_en)
        .where(mine(session, Trade))
        .order_by(Trade.position, Trade.code)
    )
    found = {
        row.code: TradeRow(row.id, row.code, _trade(row.name_id, row.name_en), row.name_id) for row in rows
    }
    for one in catalogue.trades(session):
        found[one.code] = TradeRow(fact("trade", one.code), one.code, one.name, one.indonesian)
    return list(found.values())


def _trade(indonesian: str, english: str) -> str:
    return english if language.active() == "en" and english else indonesian


def listed(session: Session, today: date) -> list[CourseRow]:
    """All courses: running, ended but open, coming up, closed; the latest first in each."""
    rows = _rows(session, today)
    order = (courses.RUNNING, courses.ENDED, courses.PLANNED, courses.CLOSED)
    return sorted(rows, key=lambda row: (order.index(row.state), -row.starts_on.toordinal(), row.code))


def course(session: Session, course_id: str, today: date) -> CourseRow | None:
    """One course, or None."""
    return next(iter(_rows(session, today, Course.id == course_id)), None)


def by_code(session: Session, code: str, today: date) -> CourseRow:
    """The course with a code, whatever its case. Raises Problem."""
    wanted = code.strip()
    found = _rows(session, today, func.lower(Course.code) == wanted.lower())
    if not found:
        raise Problem(
            _("There is no course “{code}”.").format(code=wanted),
            hint=_("Look at the list of courses for its code."),
        )
    return found[0]


def _rows(session: Session, today: date, *where: object) -> list[CourseRow]:
    chosen = [mine(session, Course), *where]
    found = session.execute(
        select(Course, Trade.name_id, Trade.name_en)
        .outerjoin(Trade, refers(Course.trade_id, Trade))
        .where(*chosen)  # type: ignore[arg-type]
    ).all()
    # One course asks for its own numbers only; the list asks for all at once.
    few = [row.Course.id for row in found] if len(found) < 3 else None
    people_of = _people(session, few)
    lessons_of = _lessons(session, few)
    rows = []
    for one, indonesian, english in found:
        enrolled, waiting = people_of.get(one.id, (0, 0))
        lessons, held = lessons_of.get(one.id, (0, 0))
        rows.append(
            CourseRow(
                one.id,
                one.code,
                one.title,
                one.batch,
                _trade(indonesian or "", english or ""),
                one.starts_on,
                one.ends_on,
                one.place,
                one.capacity,
                one.hours,
                one.instructor,
                one.instructor_nip,
                one.series,
                one.once_per_person,
                courses.state(one.starts_on, one.ends_on, one.closed_on is not None, today),
                enrolled,
                waiting,
                lessons,
                held,
                one.programme,
            )
        )
    return rows


def _people(session: Session, only: list[str] | None) -> dict[str, tuple[int, int]]:
    query = (
        select(Enrolment.course_id, Enrolment.state, func.count())
        .where(mine(session, Enrolment), Enrolment.state.in_((ENROLLED, WAITING)), Enrolment.guest.is_(False))
        .group_by(Enrolment.course_id, Enrolment.state)
    )
    if only is not None:
        query = query.where(Enrolment.course_id.in_(only))
    counts: dict[str, dict[str, int]] = {}
    for course_id, state, count in session.execute(query):
        counts.setdefault(course_id, {})[state] = count
    return {key: (value.get(ENROLLED, 0), value.get(WAITING, 0)) for key, value in counts.items()}


def _lessons(session: Session, only: list[str] | None) -> dict[str, tuple[int, int]]:
    query = (
        select(
            Lesson.course_id,
            func.count(),
            func.sum(func.cast(Lesson.closed_at.is_not(None), Integer)),
        )
        .where(mine(session, Lesson), Lesson.cancelled.is_(False))
        .group_by(Lesson.course_id)
    )
    if only is not None:
        query = query.where(Lesson.course_id.in_(only))
    return {course_id: (count, held or 0) for course_id, count, held in session.execute(query)}


def participants(session: Session, course_id: str, *states: str) -> list[ParticipantRow]:
    """The people of a course in list order; without states all who were ever on its list and not cancelled."""
    wanted = states or (ENROLLED, WAITING, LEFT)
    rows = session.execute(
        select(
            Enrolment.id, Enrolment.person_id, Enrolment.position, Enrolment.state, Enrolment.since, Enrolment.until,
            Enrolment.reason, Enrolment.guest, Enrolment.exception, Person.name, Person.organisation, Person.card,
        )
        .join(Person, refers(Enrolment.person_id, Person))
        .where(mine(session, Enrolment), Enrolment.course_id == course_id, Enrolment.state.in_(wanted))
    )  # fmt: skip
    return courses.in_order(
        ParticipantRow(
            row.id, row.person_id, row.position, row.name, row.organisation, row.state, row.since, row.until,
            row.reason, row.guest, row.card or cards.code(row.person_id), row.exception,
        )
        for row in rows
    )  # fmt: skip


def next_batch(session: Session, trade_code: str) -> tuple[str, str]:
    """The next free batch number of a trade and a code for it: ``("13", "BOGA-13")``."""
    taken = session.scalars(
        select(Course.batch).where(mine(session, Course), Course.trade_id == fact("trade", trade_code))
    )
    number = max((int(batch) for batch in taken if batch.isdigit()), default=0) + 1
    codes = {code.lower() for code in session.scalars(select(Course.code).where(mine(session, Course)))}
    while f"{trade_code}-{number}".lower() in codes:
        number += 1
    return str(number), f"{trade_code}-{number}"


def series(session: Session) -> list[str]:
    """The names of series that courses belong to."""
    names = session.scalars(
        select(Course.series).where(mine(session, Course), Course.series != "").distinct()
    )
    return sorted(names)


def earlier(session: Session, course_id: str) -> list[Someone]:
    """Who has taken part in other courses of this course's series, however it is typed; empty where it has none."""
    this = get(session, Course, course_id)
    if this is None or not this.series:
        return []
    alike = [name for name in series(session) if one_series(name, this.series)]
    # Who turned out to be somebody else on another computer meanwhile is that person here.
    person_id = func.coalesce(Person.merged_into, Person.id)
    rows = session.execute(
        select(person_id, Person.name, Person.nik, Person.birth_date, Person.phone, Person.email, Person.sex)
        .join(Enrolment, refers(Enrolment.person_id, Person))
        .join(Course, refers(Enrolment.course_id, Course))
        .where(
            mine(session, Enrolment),
            Course.series.in_(alike),
            Course.id != course_id,
            Enrolment.state.in_((ENROLLED, LEFT)),
            Enrolment.guest.is_(False),
        )
    )
    return [Someone(*row) for row in rows]


def one_series(name: str, other: str) -> bool:
    """Whether two names are those of one series."""
    return name == other or (series_key(name) != "" and series_key(name) == series_key(other))


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """Somebody who may be enrolled. ``state`` is where they stand in this course already, or empty."""

    person_id: str
    name: str
    organisation: str
    phone: str
    state: str


def candidates(session: Session, course_id: str, text: str, limit: int = 40) -> list[CandidateRow]:
    """Whom to enrol: people by part of a name (old spellings too) or phone; without text the newest.

    Who is on the list already comes last: Enter after Enter takes the next one.
    """
    query = (
        select(Person.id, Person.name, Person.organisation, Person.phone, Enrolment.state)
        .outerjoin(
            Enrolment,
            (Enrolment.venue_id == Person.venue_id)
            & (Enrolment.person_id == Person.id)
            & (Enrolment.course_id == course_id),
        )
        .where(mine(session, Person), Person.merged_into.is_(None))
        .limit(limit)
    )
    for spellings in people.search_parts(text):
        hit = Person.search.contains(spellings[0], autoescape=True)
        for other in spellings[1:]:
            hit |= Person.search.contains(other, autoescape=True)
        query = query.where(hit)
    listed_last = case((Enrolment.state.in_((ENROLLED, WAITING)), 1), else_=0)
    order = (Person.name, Person.id) if text.strip() else (Person.added_on.desc(), Person.name, Person.id)
    rows = session.execute(query.order_by(listed_last, *order))
    return [
        CandidateRow(
            row.id, row.name, row.organisation, people.phone_shown(row.phone),
            "" if row.state == CANCELLED else row.state or "",
        )
        for row in rows
    ]  # fmt: skip
