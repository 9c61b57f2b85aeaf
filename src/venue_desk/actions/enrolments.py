"""What can be done with a course's list: enrol, promote from the waiting list, leave, come back, number."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue_desk.domain import courses
from venue_desk.domain.courses import CANCELLED, ENROLLED, LEFT, REASONS, WAITING
from venue_desk.domain.people import Someone, fold
from venue_desk.domain.problem import Problem
from venue_desk.language import _, date_long
from venue_desk.queries.courses import earlier
from venue_desk.store.records import Course, Enrolment, Mark, Person, fact, get, mine


@dataclass(frozen=True, slots=True)
class Refused:
    """Who could not be enrolled, and why, in words."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What became of those who were to be enrolled: names for each."""

    enrolled: tuple[str, ...]
    waiting: tuple[str, ...]
    refused: tuple[Refused, ...]


def enrol(
    session: Session,
    course_id: str,
    person_ids: Sequence[str],
    *,
    since: date | None = None,
    again: bool = False,
) -> Enrolled:
    """Enrol participants

    Whoever finds no place goes on the waiting list. ``since`` is the first day that counts, for people who join
    late. ``again`` lets someone join a once-per-person series again. Those refused are named, the others enrolled.
    """
    course = _course(session, course_id)
    listed = _list(session, course_id)
    taken = sum(one.state == ENROLLED and not one.guest for one in listed.values())
    position = max((one.position for one in listed.values()), default=0)
    before = earlier(session, course_id) if course.once_per_person and not again else []
    done: dict[str, list[str]] = {ENROLLED: [], WAITING: []}
    refused: list[Refused] = []
    for person_id in dict.fromkeys(person_ids):
        person = _person(session, person_id)
        there = listed.get(person.id)
        if there is not None and there.state in (ENROLLED, WAITING) and not there.guest:
            refused.append(Refused(person.name, _("is already on the list")))
            continue
        same = courses.joined_before(_someone(person), before)
        if same is not None:
            refused.append(Refused(person.name, _joined(same, person)))
            continue
        state = courses.place(taken, course.capacity)
        taken += state == ENROLLED
        position += 1
        _put(session, course_id, person.id, there, state, position, since)
        done[state].append(person.name)
    return Enrolled(tuple(done[ENROLLED]), tuple(done[WAITING]), tuple(refused))


def _put(
    session: Session,
    course_id: str,
    person_id: str,
    there: Enrolment | None,
    state: str,
    position: int,
    since: date | None,
) -> None:
    """A new row of the list, or the same fact stated again for somebody who had left it."""
    if there is None:
        there = Enrolment(
            id=fact("enrolment", course_id, person_id), course_id=course_id, person_id=person_id
        )
        session.add(there)
    there.state, there.position, there.since = state, position, since
    there.until, there.reason, there.guest = None, "", False


def _joined(same: Someone, person: Person) -> str:
    if same.id == person.id or same.name == person.name:
        return _("has already taken part in this series")
    return _("has probably already taken part in this series, as {name}").format(name=same.name)


def _someone(person: Person) -> Someone:
    return Someone(
        person.id, person.name, person.nik, person.birth_date, person.phone, person.email or None, person.sex
    )


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


def promote(session: Session, enrolment_id: str) -> str:
    """Give a place from the waiting list

    Returns the person's name. Raises Problem where the course is full.
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
    enrolment.state = ENROLLED
    return _person(session, enrolment.person_id).name


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
        .where(mine(session, Mark), Mark.enrolment_id == enrolment_id, Mark.mark.is_not(None))
        .limit(1)
    )
    if marked is not None:
        raise Problem(
            _("Attendance is already taken for this person."),
            hint=_("Let them leave with a last day instead."),
        )
    enrolment.state = CANCELLED


def come_back(session: Session, enrolment_id: str) -> None:
    """Take participant back

    After leaving; the days between are not taken out again. Raises Problem.
    """
    enrolment = _enrolment(session, enrolment_id)
    _course(session, enrolment.course_id)
    if enrolment.state != LEFT:
        raise Problem(_("This person has not left."))
    enrolment.state, enrolment.until, enrolment.reason = ENROLLED, None, ""


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
