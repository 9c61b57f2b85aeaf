"""What can be seen of attendance: a lesson's roster, counts, a course's grid, and presence for certificates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, time

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from venue_desk.domain import attendance, cards, courses
from venue_desk.domain.attendance import NOT_TAKEN, STATUSES, Presence, Rules, Sat
from venue_desk.domain.courses import ENROLLED, LEFT
from venue_desk.domain.people import fold
from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.queries import lessons
from venue_desk.queries.courses import CourseRow, course, participants
from venue_desk.queries.lessons import LessonRow
from venue_desk.queries.venue import Details, details
from venue_desk.store.bulk import read
from venue_desk.store.records import VENUE_ROW, Enrolment, Lesson, Mark, Venue, get, mine, refers, venue_of


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One person at one lesson, with their presence in the course so far."""

    enrolment_id: str
    person_id: str
    number: int
    name: str
    folded: str
    organisation: str
    card: str
    guest: bool
    status: str
    time: str
    reason: str
    presence: Presence


@dataclass(frozen=True, slots=True)
class Roster:
    """A lesson and everybody who belongs to it."""

    lesson: LessonRow
    rules: Rules
    rows: tuple[RosterRow, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many of each status, in the order of the letters; not taken last."""
        return counts(row.status for row in self.rows)

    def marked(self, kept: Mapping[str, attendance.Mark]) -> "Roster":
        """The same roster with other marks (``marks``): while the lesson is open no percentage changes."""
        none: attendance.Mark = {"status": NOT_TAKEN, "time": "", "reason": ""}
        return replace(
            self, rows=tuple(replace(row, **kept.get(row.enrolment_id, none)) for row in self.rows)
        )


@dataclass(frozen=True, slots=True)
class GridRow:
    """A person's statuses, one for each lesson of the grid; None where the lesson is outside the enrolment."""

    enrolment_id: str
    person_id: str
    number: int
    name: str
    organisation: str
    guest: bool
    left: bool
    statuses: tuple[str | None, ...]
    presence: Presence


@dataclass(frozen=True, slots=True)
class Grid:
    """A course's whole register: lessons across, people down."""

    lessons: tuple[LessonRow, ...]
    rules: Rules
    rows: tuple[GridRow, ...]


def counts(statuses: Iterable[str]) -> dict[str, int]:
    """How many of each status, with all of them named."""
    found = dict.fromkeys((*STATUSES, NOT_TAKEN), 0)
    for status in statuses:
        found[status] += 1
    return found


def rules(session: Session) -> Rules:
    """The venue's rules of attendance."""
    venue = get(session, Venue, VENUE_ROW)
    return attendance.rules(venue.rules if venue else {})


def roster(session: Session, lesson_id: str) -> Roster | None:
    """Everybody who belongs to a lesson, in list order, or None where there is no such lesson."""
    this = lessons.one(session, lesson_id)
    if this is None:
        return None
    known = presence(session, this.course_id)
    kept = _marks(session, lesson_id)
    rows = []
    for person in participants(session, this.course_id, ENROLLED, LEFT):
        if not attendance.within(this.day, person.since, person.until):
            continue
        mark = kept.get((lesson_id, person.id), {})
        rows.append(
            RosterRow(
                person.id, person.person_id, person.position, person.name, fold(person.name), person.organisation,
                person.card, person.guest, str(mark.get("status", NOT_TAKEN)), str(mark.get("time", "")),
                str(mark.get("reason", "")), known.get(person.id, Presence(0, 0)),
            )
        )  # fmt: skip
    return Roster(this, rules(session), tuple(rows))


def marks(session: Session, lesson_id: str) -> dict[str, attendance.Mark]:
    """The marks of a lesson by enrolment: the quick look after each scan."""
    return {
        enrolment_id: {
            "status": str(mark.get("status", NOT_TAKEN)),
            "time": str(mark.get("time", "")),
            "reason": str(mark.get("reason", "")),
        }
        for (_of, enrolment_id), mark in _marks(session, lesson_id).items()
    }


# Made once: it is asked after each scan.
_OF_LESSON = select(Mark.lesson_id, Mark.enrolment_id, Mark.mark).where(
    Mark.venue_id == bindparam("venue"), Mark.mark.is_not(None), Mark.lesson_id == bindparam("lesson")
)


def _marks(session: Session, lesson_id: str) -> dict[tuple[str, str], Mapping[str, object]]:
    rows = read(session.connection(), _OF_LESSON, {"venue": venue_of(session), "lesson": lesson_id})
    return {(lesson_id, enrolment_id): mark for lesson_id, enrolment_id, mark in rows if mark}


def presence(session: Session, course_id: str) -> dict[str, Presence]:
    """How much of a course each of its people attended, by enrolment; guests are not counted."""
    return {row.enrolment_id: row.presence for row in grid(session, course_id).rows if not row.guest}


def grid(session: Session, course_id: str) -> Grid:
    """The whole register of a course. Cancelled lessons are not in it."""
    held = [one for one in lessons.of_course(session, course_id) if not one.cancelled]
    kept = _course_marks(session, course_id)
    decided = rules(session)
    rows = []
    for person in participants(session, course_id, ENROLLED, LEFT):
        statuses = [str(kept.get((one.id, person.id), {}).get("status", NOT_TAKEN)) for one in held]
        sat = (
            Sat(one.day, _minutes(one), one.closed_at is not None, status)
            for one, status in zip(held, statuses, strict=True)
        )
        counted = attendance.presence(sat, unit=decided.presence_unit, start=person.since, end=person.until)
        rows.append(
            GridRow(
                person.id, person.person_id, person.position, person.name, person.organisation, person.guest,
                person.state == LEFT,
                tuple(
                    status if attendance.within(one.day, person.since, person.until) else None
                    for one, status in zip(held, statuses, strict=True)
                ),
                counted,
            )
        )  # fmt: skip
    return Grid(tuple(held), decided, tuple(rows))


@dataclass(frozen=True, slots=True)
class Register:
    """All that a printed register says."""

    venue: Details
    course: CourseRow
    grid: Grid


def register(session: Session, course_id: str, today: date) -> Register:
    """A course's register. Raises Problem where the course is gone."""
    row = course(session, course_id, today)
    if row is None:
        raise Problem(_("This course is not here any more."), hint=_("Look at the list of courses again."))
    return Register(details(session), row, grid(session, course_id))


def _course_marks(session: Session, course_id: str) -> dict[tuple[str, str], Mapping[str, object]]:
    rows = session.execute(
        select(Mark.lesson_id, Mark.enrolment_id, Mark.mark)
        .join(Lesson, refers(Mark.lesson_id, Lesson))
        .where(mine(session, Mark), Lesson.course_id == course_id, Mark.mark.is_not(None))
    )
    return {(lesson_id, enrolment_id): mark for lesson_id, enrolment_id, mark in rows if mark}


def _minutes(one: LessonRow) -> int:
    return courses.minutes(time.fromisoformat(one.starts), time.fromisoformat(one.ends))


def find_in_roster(rows: Iterable[RosterRow], typed: str) -> list[RosterRow]:
    """Who is meant by what was typed at the door: card, number on the list, or part of a name (old spellings too).

    The best hit first: the card, the number, then those not taken yet, names that begin with it before others.
    """
    rows = list(rows)
    code = cards.read(typed)
    text = typed.strip()
    if not text:
        return []
    by_card = [row for row in rows if row.card in (code, text)]
    if by_card:
        return by_card
    if text.isdigit():
        return sorted((row for row in rows if str(row.number).startswith(text)), key=lambda row: row.number)
    wanted = fold(text).split()
    if not wanted:
        return []
    hits = [row for row in rows if all(part in row.folded for part in wanted)]
    return sorted(
        hits,
        key=lambda row: (
            row.status != NOT_TAKEN,
            not _begins(row.folded, wanted),
            row.number,
            row.enrolment_id,
        ),
    )


def _begins(folded: str, wanted: list[str]) -> bool:
    words = folded.split()
    return all(any(word.startswith(part) for word in words) for part in wanted)


def elsewhere(session: Session, person_id: str, day: date, but: str) -> tuple[LessonRow, str] | None:
    """Another open lesson of a day to which a person belongs, and their enrolment there: the wrong door."""
    rows = session.execute(
        select(Lesson.id, Enrolment.id, Enrolment.since, Enrolment.until)
        .join(Enrolment, and_(Enrolment.venue_id == Lesson.venue_id, Enrolment.course_id == Lesson.course_id))
        .where(
            mine(session, Lesson),
            Lesson.day == day,
            Lesson.id != but,
            Lesson.closed_at.is_(None),
            Lesson.cancelled.is_(False),
            Enrolment.person_id == person_id,
            Enrolment.state.in_((ENROLLED, LEFT)),
        )
        .order_by(Lesson.starts, Lesson.id)
    )
    for lesson_id, enrolment_id, since, until in rows:
        found = lessons.one(session, lesson_id) if attendance.within(day, since, until) else None
        if found is not None:
            return found, enrolment_id
    return None
