"""What can be done at the door and after it: mark by card or person, key in from paper, close a lesson."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from venue_desk.domain import attendance, cards
from venue_desk.domain.attendance import ATTENDED, NOT_TAKEN, NotOnRoster, UnknownCard
from venue_desk.domain.courses import ENROLLED, LEFT
from venue_desk.domain.problem import Problem
from venue_desk.language import _, ngettext
from venue_desk.queries.scanned import Scanned, holder, scanned
from venue_desk.store.capture import add_row
from venue_desk.store.records import (
    VENUE_ROW,
    Course,
    Enrolment,
    Lesson,
    Mark,
    Person,
    Venue,
    fact,
    get,
    mine,
    refers,
)


@dataclass(frozen=True, slots=True)
class Marked:
    """What became of a mark. ``again``: they were already there, and nothing was changed."""

    enrolment_id: str
    person_id: str
    name: str
    number: int
    status: str
    time: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class KeyedIn:
    """One line of a paper register; status NOT_TAKEN clears."""

    enrolment_id: str
    status: str
    time: str = ""
    reason: str = ""


def mark_by_card(session: Session, lesson_id: str, text: str, at: datetime) -> Marked:
    """Mark attendance

    ``text`` is what the scanner typed. Present, or late by the venue's rule. A second scan changes nothing.
    Raises UnknownCard, NotOnRoster or Problem.
    """
    found = scanned(session, lesson_id, text)
    if found is None:
        raise _stranger(session, lesson_id, text)
    _check_open(found.closed_at)
    if found.mark and found.mark["status"] in ATTENDED:
        return _marked(found, found.mark["status"], found.mark["time"], again=True)
    rules = attendance.rules(found.rules or {})
    arrived = at.time() if at.date() == found.day else None
    status = attendance.PRESENT
    if arrived is not None:
        status = attendance.on_arrival(time.fromisoformat(found.starts), arrived, rules.late_after)
    value = attendance.mark(status, arrived)
    kept = get(session, Mark, fact("mark", lesson_id, found.enrolment_id)) if found.mark_id else None
    _write(session, lesson_id, found.enrolment_id, kept, value)
    return _marked(found, status, value["time"])


def _marked(found: Scanned, status: str, came: str, *, again: bool = False) -> Marked:
    return Marked(found.enrolment_id, found.person_id, found.name, found.position, status, came, again)


def _stranger(session: Session, lesson_id: str, text: str) -> Problem:
    """Why a card is refused: nobody's, somebody's who is not on this list, or there is no such lesson."""
    lesson = _lesson(session, lesson_id)
    person = holder(session, text)
    if person is None:
        card = cards.read(text) or cards.bare(text)
        return UnknownCard(
            _("This card is not known here."),
            hint=_("Type the person's name instead. The card read “{text}”.").format(text=card[:24]),
        )
    course = get(session, Course, lesson.course_id)
    return NotOnRoster(
        _("{name} is not on the list of {course}.").format(
            name=person.name, course=course.code if course else ""
        ),
        hint=_("Add them as a guest, or check that this is the right lesson."),
        person_id=person.merged_into or person.person_id,
    )


def _write(
    session: Session, lesson_id: str, enrolment_id: str, kept: Mark | None, value: attendance.Mark
) -> None:
    if kept is None:
        add_row(
            session,
            Mark,
            id=fact("mark", lesson_id, enrolment_id),
            lesson_id=lesson_id,
            enrolment_id=enrolment_id,
            mark=dict(value),
        )
    elif kept.mark != value:
        kept.mark = dict(value)


def _lesson(session: Session, lesson_id: str) -> Lesson:
    lesson = get(session, Lesson, lesson_id)
    if lesson is None or lesson.cancelled:
        raise Problem(_("This lesson is not here any more."), hint=_("Choose another lesson."))
    return lesson


def _check_open(closed_at: str | None) -> None:
    if closed_at is not None:
        raise Problem(
            _("The attendance of this lesson is closed."), hint=_("Reopen the lesson before changing it.")
        )


def _belongs(session: Session, lesson: Lesson, enrolment_id: str) -> Enrolment:
    enrolment = get(session, Enrolment, enrolment_id)
    if (
        enrolment is None
        or enrolment.course_id != lesson.course_id
        or enrolment.state not in (ENROLLED, LEFT)
        or not attendance.within(lesson.day, enrolment.since, enrolment.until)
    ):
        raise Problem(
            _("This person does not belong to the lesson."),
            hint=_("Enrol them first, or add them as a guest."),
        )
    return enrolment


def mark(
    session: Session,
    lesson_id: str,
    enrolment_id: str,
    status: str,
    *,
    at: time | None = None,
    reason: str = "",
) -> Marked:
    """Mark attendance

    ``status`` is one of attendance.STATUSES; ``at`` the time of those who came. Raises Problem.
    """
    lesson = _lesson(session, lesson_id)
    _check_open(lesson.closed_at)
    enrolment = _belongs(session, lesson, enrolment_id)
    kept = get(session, Mark, fact("mark", lesson_id, enrolment_id))
    value = attendance.mark(status, at, reason)
    again = kept is not None and kept.mark == value
    _write(session, lesson_id, enrolment_id, kept, value)
    person = get(session, Person, enrolment.person_id)
    return Marked(
        enrolment_id,
        enrolment.person_id,
        person.name if person else "",
        enrolment.position,
        status,
        value["time"],
        again,
    )


def mark_arrival(session: Session, lesson_id: str, enrolment_id: str, at: datetime) -> Marked:
    """Mark attendance

    Of someone at the door who was found by name: present, or late by the venue's rule, like a scan.
    """
    lesson = _lesson(session, lesson_id)
    kept = get(session, Mark, fact("mark", lesson_id, enrolment_id))
    if kept is not None and kept.mark and kept.mark["status"] in ATTENDED:
        enrolment = _belongs(session, lesson, enrolment_id)
        person = get(session, Person, enrolment.person_id)
        name = person.name if person else ""
        status, came = kept.mark["status"], kept.mark["time"]
        return Marked(enrolment_id, enrolment.person_id, name, enrolment.position, status, came, again=True)
    venue = get(session, Venue, VENUE_ROW)
    rules = attendance.rules(venue.rules if venue else {})
    if at.date() != lesson.day:
        return mark(session, lesson_id, enrolment_id, attendance.PRESENT)
    status = attendance.on_arrival(time.fromisoformat(lesson.starts), at.time(), rules.late_after)
    return mark(session, lesson_id, enrolment_id, status, at=at.time())


def mark_person(
    session: Session, lesson_id: str, person_id: str, status: str, *, at: time | None = None, reason: str = ""
) -> Marked:
    """Mark attendance

    Of a person who is on the lesson's list. Raises NotOnRoster or Problem.
    """
    lesson = _lesson(session, lesson_id)
    person = get(session, Person, person_id)
    if person is not None and person.merged_into is not None:
        person = get(session, Person, person.merged_into)
    if person is None:
        raise Problem(_("There is no such person."), hint=_("“people find NAME” shows the ids."))
    enrolment_id = session.scalar(
        select(Enrolment.id).where(
            mine(session, Enrolment),
            Enrolment.course_id == lesson.course_id,
            Enrolment.person_id.in_({person_id, person.id}),
            Enrolment.state.in_((ENROLLED, LEFT)),
        )
    )
    if enrolment_id is None:
        course = get(session, Course, lesson.course_id)
        raise NotOnRoster(
            _("{name} is not on the list of {course}.").format(
                name=person.name, course=course.code if course else ""
            ),
            hint=_("Add them as a guest, or check that this is the right lesson."),
            person_id=person.id,
        )
    return mark(session, lesson_id, enrolment_id, status, at=at, reason=reason)


def clear(session: Session, lesson_id: str, enrolment_id: str) -> None:
    """Clear attendance"""
    lesson = _lesson(session, lesson_id)
    _check_open(lesson.closed_at)
    kept = get(session, Mark, fact("mark", lesson_id, enrolment_id))
    if kept is not None and kept.mark is not None:
        kept.mark = None


def key_in(session: Session, lesson_id: str, lines: Iterable[KeyedIn]) -> int:
    """Key in the paper register

    All lines of one lesson as one action. Returns how many marks it changed. Raises Problem.
    """
    lesson = _lesson(session, lesson_id)
    _check_open(lesson.closed_at)
    changed = 0
    for line in lines:
        _belongs(session, lesson, line.enrolment_id)
        kept = get(session, Mark, fact("mark", lesson_id, line.enrolment_id))
        if line.status == NOT_TAKEN:
            if kept is not None and kept.mark is not None:
                kept.mark = None
                changed += 1
            continue
        came = time.fromisoformat(line.time) if line.time else None
        value = attendance.mark(line.status, came, line.reason)
        if kept is None or kept.mark != value:
            _write(session, lesson_id, line.enrolment_id, kept, value)
            changed += 1
    return changed


def mark_rest(session: Session, lesson_id: str, status: str) -> tuple[str, ...]:
    """Mark everyone who is left

    All who are not taken yet get this status. Returns their names. Raises Problem.
    """
    lesson = _lesson(session, lesson_id)
    _check_open(lesson.closed_at)
    rest = _not_taken(session, lesson)
    for enrolment_id, _name in rest:
        kept = get(session, Mark, fact("mark", lesson_id, enrolment_id))
        _write(session, lesson_id, enrolment_id, kept, attendance.mark(status))
    return tuple(name for _enrolment, name in rest)


def _not_taken(session: Session, lesson: Lesson) -> list[tuple[str, str]]:
    """Enrolment and name of each, in list order."""
    rows = session.execute(
        select(Enrolment.id, Person.name, Enrolment.since, Enrolment.until, Mark.mark)
        .join(Person, refers(Enrolment.person_id, Person))
        .outerjoin(
            Mark,
            and_(
                Mark.venue_id == Enrolment.venue_id,
                Mark.lesson_id == lesson.id,
                Mark.enrolment_id == Enrolment.id,
            ),
        )
        .where(
            mine(session, Enrolment),
            Enrolment.course_id == lesson.course_id,
            Enrolment.state.in_((ENROLLED, LEFT)),
        )
        .order_by(Enrolment.position, Enrolment.id)
    )
    return [
        (row.id, row.name)
        for row in rows
        if not row.mark and attendance.within(lesson.day, row.since, row.until)
    ]


def close_lesson(session: Session, lesson_id: str, at: datetime, rest: str = "") -> None:
    """Close attendance of lesson

    Only then it counts. ``rest`` is what those not taken become. Without it raises Problem while somebody is not
    taken: nobody is made absent by default.
    """
    lesson = _lesson(session, lesson_id)
    left = _not_taken(session, lesson)
    if left and rest:
        mark_rest(session, lesson_id, rest)
    elif left:
        raise Problem(
            ngettext(
                "{count} person is not taken yet.", "{count} people are not taken yet.", len(left)
            ).format(count=len(left)),
            hint=_("Mark them, or mark everyone who is left at once, and close the lesson then."),
        )
    if lesson.closed_at is None:
        lesson.closed_at = at.strftime("%Y-%m-%dT%H:%M")


def reopen_lesson(session: Session, lesson_id: str) -> None:
    """Reopen attendance of lesson"""
    _lesson(session, lesson_id).closed_at = None
