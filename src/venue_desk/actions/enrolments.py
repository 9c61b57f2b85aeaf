"""What can be done with a course's list: enrol, promote from the waiting list, leave, come back, number."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue_desk.domain import courses
from venue_desk.domain.courses import CANCELLED, ENROLLED, LEFT, REASONS, WAITING
from venue_desk.domain.people import fold
from venue_desk.domain.problem import Problem
from venue_desk.language import _, date_long
from venue_desk.queries.series import Turn, had_turn, someone
from venue_desk.store.records import Course, Enrolment, Lesson, Mark, Person, fact, get, mine, refers


@dataclass(frozen=True, slots=True)
class Refused:
    """Who could not be enrolled, and why, in words; ``again``: a reason for an exception would let them in."""

    name: str
    why: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What became of those who were to be enrolled: names for each."""

    enrolled: tuple[str, ...]
    waiting: tuple[str, ...]
    refused: tuple[Refused, ...]
    again: tuple[str, ...] = ()
    """Those of them for whom the reason was needed."""


def enrol(
    session: Session,
    course_id: str,
    person_ids: Sequence[str],
    *,
    since: date | None = None,
    again: str = "",
) -> Enrolled:
    """Enrol participants

    Whoever finds no place goes on the waiting list. ``since`` is the first day that counts, for people who join
    late. ``again`` is why those may join who had a turn in a once-per-person series; it is kept with them only, also
    with those who are on the list already. Those refused are named, the others enrolled.
    """
    course = _course(session, course_id)
    listed = _list(session, course_id)
    taken = sum(one.state == ENROLLED and not one.guest for one in listed.values())
    position = max((one.position for one in listed.values()), default=0)
    people = {person.id: person for person in (_person(session, one) for one in person_ids)}
    had = had_turn(session, course_id, map(someone, people.values()))
    done: dict[str, list[str]] = {ENROLLED: [], WAITING: [], "again": []}
    refused: list[Refused] = []
    for person in people.values():
        there = listed.get(person.id)
        exception = _exception(had.get(person.id), there, again)
        if there is not None and there.state in (ENROLLED, WAITING) and not there.guest:
            if exception and not there.exception:
                there.exception = exception
                done["again"].append(person.name)
            else:
                refused.append(Refused(person.name, _("is already on the list")))
            continue
        if exception is None:
            refused.append(Refused(person.name, had[person.id].words, again=True))
            continue
        state = courses.place(taken, course.capacity)
        taken += state == ENROLLED
        position += 1
        if there is None:
            there = Enrolment(
                id=fact("enrolment", course_id, person.id), course_id=course_id, person_id=person.id
            )
            session.add(there)
        there.state, there.position, there.since = state, position, since
        there.until, there.reason, there.guest, there.exception = None, "", False, exception
        for kind in (state, "again") if exception else (state,):
            done[kind].append(person.name)
    return Enrolled(tuple(done[ENROLLED]), tuple(done[WAITING]), tuple(refused), tuple(done["again"]))


def _exception(had: Turn | None, there: Enrolment | None, again: str) -> str | None:
    """Why somebody may take a place: nothing to explain (empty), the reason, or None: they may not.

    A reason that was given for a place in this course once stands.
    """
    if had is None:
        return ""
    return " ".join(again.split()) or (there.exception if there is not None else "") or None


def _let_in(session: Session, enrolment: Enrolment, person: Person, again: str) -> None:
    """Give a place to who is on the list already. Raises Problem where that needs a reason."""
    had = had_turn(session, enrolment.course_id, [someone(person)]).get(person.id)
    if had is None:
        return
    exception = _exception(had, enrolment, again)
    if exception is None:
        raise Problem(
            _("{name} {why}.").format(name=person.name, why=had.words),
            hint=_("If they may join again nevertheless, write why."),
        )
    enrolment.exception = exception


def _person(session: Session, person_id: str) -> Person:
    """The person with an id, or whom it turned out to be."""
    person = get(session, Person, person_id)
    for _step in range(5):
        if person is None or person.merged_into is None:
            break
        person = get(session, Person, person.merged_into)
    if person is None:
        raise Problem(_("This person is not here any more."), hint=_("Look for them again."))
    return person


def _course(session: Session, course_id: str) -> Course:
    course = get(session, Course, course_id)
    if course is None:
        raise Problem(_("This course is not here any more."), hint=_("Look at the list of courses again."))
    if course.closed_on is not None:
        raise Problem(
            _("{course} is closed.").format(course=course.code), hint=_("Reopen it before changing its list.")
        )
    return course


def _list(session: Session, course_id: str) -> dict[str, Enrolment]:
    rows = session.scalars(
        select(Enrolment).where(mine(session, Enrolment), Enrolment.course_id == course_id)
    )
    return {one.person_id: one for one in rows}


def _enrolment(session: Session, enrolment_id: str) -> Enrolment:
    enrolment = get(session, Enrolment, enrolment_id)
    if enrolment is None:
        raise Problem(
            _("This participant is not on the list any more."), hint=_("Look at the course's list again.")
        )
    return enrolment


def promote(session: Session, enrolment_id: str, *, again: str = "") -> str:
    """Give a place from the waiting list

    Returns the person's name. ``again`` as in ``enrol``. Raises Problem where the course is full, or they had a turn.
    """
    enrolment = _enrolment(session, enrolment_id)
    course = _course(session, enrolment.course_id)
    if enrolment.state != WAITING:
        raise Problem(_("This person is not on the waiting list."))
    taken = sum(one.state == ENROLLED and not one.guest for one in _list(session, course.id).values())
    if courses.place(taken, course.capacity) == WAITING:
        raise Problem(
            _("{course} is full: {taken} of {capacity} places are taken.").format(
                course=course.code, taken=taken, capacity=course.capacity
            ),
            hint=_("Enter more places in the course, or wait until someone leaves."),
        )
    person = _person(session, enrolment.person_id)
    _let_in(session, enrolment, person, again)
    enrolment.state = ENROLLED
    return person.name


def leave(session: Session, enrolment_id: str, *, until: date, reason: str) -> None:
    """Take participant off the list

    ``until`` is the last day that counts; ``reason`` one of courses.REASONS. Raises Problem.
    """
    enrolment = _enrolment(session, enrolment_id)
    course = _course(session, enrolment.course_id)
    if reason not in REASONS:
        raise ValueError(f"unknown reason: {reason}")
    if enrolment.state != ENROLLED:
        raise Problem(_("This person is not enrolled now."))
    first = enrolment.since or course.starts_on
    if until < first:
        raise Problem(
            _("The last day would be before the first, {first}.").format(first=date_long(first)),
            hint=_("Withdraw the enrolment instead if this person never came."),
        )
    enrolment.state, enrolment.until, enrolment.reason = LEFT, until, reason


def withdraw(session: Session, enrolment_id: str) -> None:
    """Withdraw enrolment

    For someone who never came. Raises Problem where a mark says they did.
    """
    enrolment = _enrolment(session, enrolment_id)
    _course(session, enrolment.course_id)
    marked = session.scalar(
        select(Mark.id)
        .join(Lesson, refers(Mark.lesson_id, Lesson))
        .where(mine(session, Mark), Lesson.course_id == enrolment.course_id)
        .where(Mark.enrolment_id == enrolment_id, Mark.mark.is_not(None))
        .limit(1)
    )
    if marked is not None:
        raise Problem(
            _("Attendance is already taken for this person."),
            hint=_("Let them leave with a last day instead."),
        )
    enrolment.state = CANCELLED


def come_back(session: Session, enrolment_id: str, *, again: str = "") -> None:
    """Take participant back

    After leaving; the days between are not taken out again. ``again`` as in ``enrol``. Raises Problem.
    """
    enrolment = _enrolment(session, enrolment_id)
    _course(session, enrolment.course_id)
    if enrolment.state != LEFT:
        raise Problem(_("This person has not left."))
    _let_in(session, enrolment, _person(session, enrolment.person_id), again)
    enrolment.state, enrolment.until, enrolment.reason = ENROLLED, None, ""


def allow(session: Session, enrolment_id: str, again: str) -> None:
    """Let participant join again

    For who has a place and turned out to have had a turn in the series. Raises Problem without a reason.
    """
    enrolment = _enrolment(session, enrolment_id)
    _course(session, enrolment.course_id)
    enrolment.exception = " ".join(again.split())
    if not enrolment.exception:
        raise Problem(_("Nobody joins a series again without a reason."), hint=_("Write why they may."))


def join_late(session: Session, enrolment_id: str, since: date | None) -> None:
    """Set first day of participant"""
    enrolment = _enrolment(session, enrolment_id)
    _course(session, enrolment.course_id)
    if since is not None and enrolment.until is not None and enrolment.until < since:
        raise Problem(
            _("The first day would be after the last, {last}.").format(last=date_long(enrolment.until)),
            hint=_("Choose an earlier day."),
        )
    enrolment.since = since


def number(session: Session, course_id: str) -> None:
    """Number participants by name

    Those with a place first, then the waiting list in its own order, then guests and those who left.
    """
    _course(session, course_id)
    rows = list(_list(session, course_id).values())
    names = {one.id: fold(_person(session, one.person_id).name) for one in rows}
    placed = sorted(
        (one for one in rows if one.state == ENROLLED and not one.guest),
        key=lambda one: (names[one.id], one.id),
    )
    waiting = courses.in_order(one for one in rows if one.state == WAITING)
    first = {one.id for one in (*placed, *waiting)}
    others = courses.in_order(one for one in rows if one.id not in first)
    _renumber((*placed, *waiting, *others))


def _renumber(rows: Iterable[Enrolment]) -> None:
    for position, one in enumerate(rows, 1):
        if one.position != position:
            one.position = position
