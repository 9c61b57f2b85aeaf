"""What can be done with courses: add, change, close them; their lessons."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, time
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from venue_desk.actions.catalogue import take_up_trade
from venue_desk.domain import courses
from venue_desk.domain.catalogue import Unit
from venue_desk.domain.courses import PlannedLesson
from venue_desk.domain.problem import Problem
from venue_desk.domain.reference import Programme
from venue_desk.language import _, date_long, ngettext
from venue_desk.queries import catalogue
from venue_desk.store.records import Course, Enrolment, Lesson, Mark, fact, get, mine

_FIELDS = frozenset({
    "code", "title", "batch", "place", "capacity", "hours", "instructor", "instructor_nip", "series",
    "once_per_person", "unit_ids",
})  # fmt: skip


def add(
    session: Session,
    /,
    *,
    starts_on: date,
    ends_on: date,
    trade: str = "",
    programme: str = "",
    title: str = "",
    code: str = "",
    batch: str = "",
    units: Collection[str] = (),
    weekdays: Collection[int] = range(5),
    sessions: Sequence[courses.Session] = courses.USUAL,
    holidays: dict[date, str] | None = None,
    **fields: Any,
) -> str:
    """Add course

    ``trade``, ``programme`` and ``units`` are codes. What is not given is as the programme says, else as the trade
    does: all units, and as many hours as the lessons have. ``holidays`` are days without lessons. Returns the
    course's id. Raises Problem.
    """
    plan = courses.plan(starts_on, ends_on, weekdays=weekdays, sessions=sessions, holidays=holidays)
    follows = _programme(session, programme)
    short = trade.strip().upper() or (follows.trade if follows else "")
    offered = catalogue.units(session, short)
    if follows and not units:
        units = [one.code for one in follows.taught(offered)]
    trade_id, name, unit_ids = take_up_trade(session, short, _known(short, offered, units))
    course = Course(
        code=code.strip() or f"{short}-{batch.strip() or starts_on.isoformat()}",
        title=title.strip() or (follows.indonesian if follows else name),
        batch=batch.strip(),
        trade_id=trade_id,
        unit_ids=unit_ids,
        starts_on=starts_on,
        ends_on=ends_on,
        hours=plan.minutes // 45,
    )
    if follows:
        course.programme = follows.code
        course.hours = follows.jp(offered) or course.hours
        course.capacity, course.series, course.once_per_person = (
            follows.capacity,
            follows.series,
            follows.once,
        )
    _change(course, fields)
    _check(session, course)
    session.add(course)
    session.flush()
    for planned in plan.lessons:
        _add_lesson(session, course.id, planned)
    return course.id


def _programme(session: Session, code: str) -> Programme | None:
    wanted = code.strip().upper()
    found = catalogue.programme(session, wanted) if wanted else None
    if wanted and found is None:
        codes = ", ".join(one.code for one in catalogue.programmes(session))
        raise Problem(
            _("There is no programme “{code}”.").format(code=wanted),
            hint=_("Use one of these: {codes}.").format(codes=codes)
            if codes
            else _("The agency's centre has sent none yet: give the trade instead."),
        )
    return found


def _known(trade: str, offered: Sequence[Unit], codes: Collection[str]) -> Collection[str]:
    """The codes, if they are all units of the trade. Raises Problem."""
    there = [one.code for one in offered]
    for code in codes:
        if code not in there:
            raise Problem(
                _("{trade} has no unit “{code}”.").format(trade=trade, code=code),
                hint=_("Use one of these: {codes}.").format(codes=", ".join(there)) if there else "",
            )
    return codes


def edit(session: Session, /, course_id: str, **fields: Any) -> None:
    """Change course

    Fields: code, title, batch, place, capacity, hours, instructor, instructor_nip, series, once_per_person,
    unit_ids. Raises Problem.
    """
    course = _open(session, course_id)
    _change(course, fields)
    _check(session, course)


def _change(course: Course, fields: Mapping[str, Any]) -> None:
    unknown = set(fields) - _FIELDS
    if unknown:
        raise TypeError(f"no field of a course: {', '.join(sorted(unknown))}")
    for name, value in fields.items():
        setattr(course, name, value.strip() if isinstance(value, str) else value)


def _check(session: Session, course: Course) -> None:
    if not course.code or not course.title:
        raise Problem(
            _("A course needs a code and a name."), hint=_("Write a short code, for example BOGA-12.")
        )
    if (course.capacity or 0) < 0:
        raise Problem(
            _("The number of places cannot be below zero."), hint=_("Write 0 where there is no limit.")
        )
    if course.once_per_person and not course.series:
        raise Problem(
            _("“Once per person” needs a series."),
            hint=_("Name the series that this course belongs to, for example its partner."),
        )
    with session.no_autoflush:
        twin = session.scalar(
            select(Course.id).where(
                mine(session, Course),
                func.lower(Course.code) == course.code.lower(),
                Course.id != (course.id or ""),
            )
        )
    if twin is not None:
        raise Problem(
            _("There is already a course “{code}”.").format(code=course.code), hint=_("Choose another code.")
        )


def _get(session: Session, course_id: str) -> Course:
    course = get(session, Course, course_id)
    if course is None:
        raise Problem(_("This course is not here any more."), hint=_("Look at the list of courses again."))
    return course


def _open(session: Session, course_id: str) -> Course:
    course = _get(session, course_id)
    if course.closed_on is not None:
        raise Problem(
            _("{course} is closed.").format(course=course.code), hint=_("Reopen it before changing it.")
        )
    return course


def replan(
    session: Session,
    course_id: str,
    *,
    starts_on: date,
    ends_on: date,
    weekdays: Collection[int] = range(5),
    sessions: Sequence[courses.Session] = courses.USUAL,
    holidays: dict[date, str] | None = None,
) -> None:
    """Change the course's days

    Lessons that the new days do not have go, except those with attendance: then it raises Problem.
    """
    course = _open(session, course_id)
    plan = courses.plan(starts_on, ends_on, weekdays=weekdays, sessions=sessions, holidays=holidays)
    wanted = {(one.day, one.part): one for one in plan.lessons}
    marked = _marked(session, course_id)
    for lesson in session.scalars(select(Lesson).where(mine(session, Lesson), Lesson.course_id == course_id)):
        planned = wanted.pop((lesson.day, lesson.session), None)
        if planned is not None:
            lesson.starts, lesson.ends = _hours(planned)
        elif lesson.id in marked:
            raise Problem(
                _("Attendance is already taken on {day}, which the new days leave out.").format(
                    day=date_long(lesson.day)
                ),
                hint=_("Keep that day, or clear its attendance first."),
            )
        else:
            session.delete(lesson)
    course.starts_on, course.ends_on = starts_on, ends_on
    for planned in wanted.values():
        _add_lesson(session, course_id, planned)


def _marked(session: Session, course_id: str) -> set[str]:
    """The lessons of a course that have a mark or are closed."""
    marks = session.scalars(
        select(Mark.lesson_id)
        .join(Lesson, (Lesson.venue_id == Mark.venue_id) & (Lesson.id == Mark.lesson_id))
        .where(mine(session, Mark), Lesson.course_id == course_id, Mark.mark.is_not(None))
    )
    closed = session.scalars(
        select(Lesson.id).where(
            mine(session, Lesson), Lesson.course_id == course_id, Lesson.closed_at.is_not(None)
        )
    )
    return {*marks, *closed}


def _hours(planned: PlannedLesson) -> tuple[str, str]:
    return planned.starts.strftime("%H:%M"), planned.ends.strftime("%H:%M")


def _add_lesson(session: Session, course_id: str, planned: PlannedLesson, topic: str = "") -> str:
    starts, ends = _hours(planned)
    lesson_id = fact("lesson", course_id, planned.day.isoformat(), planned.part)
    session.add(
        Lesson(
            id=lesson_id,
            course_id=course_id,
            day=planned.day,
            session=planned.part,
            starts=starts,
            ends=ends,
            topic=topic,
        )
    )
    return lesson_id


def add_lesson(
    session: Session, course_id: str, day: date, part: str, starts: time, ends: time, topic: str = ""
) -> str:
    """Add lesson

    One more than planned; the course's own dates grow to hold it. Returns its id. Raises Problem.
    """
    course = _open(session, course_id)
    courses.check_sessions([courses.Session(part, starts, ends)])
    there = get(session, Lesson, fact("lesson", course_id, day.isoformat(), part))
    if there is not None and not there.cancelled:
        raise Problem(
            _("There is already such a lesson on {day}.").format(day=date_long(day)),
            hint=_("Choose another part of the day."),
        )
    course.starts_on, course.ends_on = min(course.starts_on, day), max(course.ends_on, day)
    planned = PlannedLesson(day, part, starts, ends)
    if there is None:
        return _add_lesson(session, course_id, planned, topic)
    there.cancelled, there.topic = False, topic
    there.starts, there.ends = _hours(planned)
    return there.id


def edit_lesson(session: Session, lesson_id: str, *, starts: time, ends: time, topic: str = "") -> None:
    """Change lesson"""
    lesson = _lesson(session, lesson_id)
    courses.check_sessions([courses.Session(lesson.session, starts, ends)])
    lesson.starts, lesson.ends = starts.strftime("%H:%M"), ends.strftime("%H:%M")
    lesson.topic = topic.strip()


def cancel_lesson(session: Session, lesson_id: str) -> None:
    """Cancel lesson

    It stays visible and counts for nobody. Raises Problem where attendance is already taken.
    """
    lesson = _lesson(session, lesson_id)
    if lesson_id in _marked(session, lesson.course_id):
        raise Problem(
            _("Attendance is already taken in this lesson."),
            hint=_("Clear its attendance before you cancel it."),
        )
    lesson.cancelled = True


def hold_lesson(session: Session, lesson_id: str) -> None:
    """Hold cancelled lesson after all"""
    _lesson(session, lesson_id).cancelled = False


def _lesson(session: Session, lesson_id: str) -> Lesson:
    lesson = get(session, Lesson, lesson_id)
    if lesson is None:
        raise Problem(_("This lesson is not here any more."), hint=_("Look at the course's lessons again."))
    return lesson


def close(session: Session, course_id: str, on: date) -> None:
    """Close course

    Its records are complete from then on. Raises Problem while a lesson's attendance is still open.
    """
    course = _open(session, course_id)
    still = session.scalar(
        select(func.count())
        .select_from(Lesson)
        .where(
            mine(session, Lesson),
            Lesson.course_id == course_id,
            Lesson.closed_at.is_(None),
            Lesson.cancelled.is_(False),
        )
    )
    if still:
        raise Problem(
            ngettext(
                "{count} lesson of this course is still open.",
                "{count} lessons of this course are still open.",
                still,
            ).format(count=still),
            hint=_("Close their attendance, or cancel those that were not held."),
        )
    course.closed_on = on


def reopen(session: Session, course_id: str) -> None:
    """Reopen course"""
    _get(session, course_id).closed_on = None


def remove(session: Session, course_id: str) -> None:
    """Remove course

    With its lessons and list. Raises Problem once attendance was taken: then it can only be closed.
    """
    course = _open(session, course_id)
    if _marked(session, course_id):
        raise Problem(
            _("{course} already has attendance.").format(course=course.code),
            hint=_("Close it instead; its records are kept."),
        )
    for kind in (Lesson, Enrolment):
        for one in session.scalars(select(kind).where(mine(session, kind), kind.course_id == course_id)):
            session.delete(one)
    session.delete(course)
