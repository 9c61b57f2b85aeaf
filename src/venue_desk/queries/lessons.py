"""What can be seen of lessons: those of a course or a day, one by its address, and the holidays between."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from venue_desk import language
from venue_desk.domain import courses
from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.store.records import Course, Lesson, Mark, mine, refers


@dataclass(frozen=True, slots=True)
class LessonRow:
    """A lesson of a course, and how many of those who belong to it are taken."""

    id: str
    course_id: str
    code: str
    title: str
    batch: str
    day: date
    session: str
    starts: str
    ends: str
    topic: str
    closed_at: str | None
    cancelled: bool
    taken: int

    @property
    def address(self) -> str:
        """What the command line takes for ``--lesson``: ``BOGA-12/2025-11-22/pagi``."""
        return f"{self.code}/{self.day.isoformat()}/{courses.part_spoken(self.session)}"

    @property
    def part(self) -> str:
        return courses.part_word(self.session)


def of_course(session: Session, course_id: str) -> list[LessonRow]:
    """The lessons of a course in their order, cancelled ones too."""
    return _rows(session, Lesson.course_id == course_id)


def on(session: Session, first: date, last: date | None = None) -> list[LessonRow]:
    """The lessons that are held from one day to another (or on one), by day, hour and course."""
    return _rows(session, Lesson.day >= first, Lesson.day <= (last or first), Lesson.cancelled.is_(False))


def around(session: Session, day: date) -> list[LessonRow]:
    """The lessons that may be meant on a day: its own, else those of the month before and the two after."""
    return on(session, day) or on(session, day - timedelta(days=31), day + timedelta(days=62))


def one(session: Session, lesson_id: str) -> LessonRow | None:
    """One lesson, or None."""
    return next(iter(_rows(session, Lesson.id == lesson_id)), None)


def named(session: Session, text: str) -> LessonRow:
    """A lesson by its id or as ``CODE/2025-11-22/pagi`` (the part may be left out). Raises Problem."""
    text = text.strip()
    if re.fullmatch("[0-9a-f]{32}", text) and (found := one(session, text)):
        return found
    code, day, part = _address(text)
    rows = _rows(session, func.lower(Course.code) == code.lower(), Lesson.day == day)
    fitting = [row for row in rows if part in (None, row.session)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise Problem(
            _("Course {code} has more than one lesson on {day}.").format(
                code=code, day=language.date_long(day)
            ),
            hint=_("Add the part of the day, for example {example}.").format(example=fitting[0].address),
        )
    raise Problem(
        _("Course “{code}” has no such lesson on {day}.").format(code=code, day=language.date_long(day)),
        hint=_("“courses show {code}” lists its lessons.").format(code=code),
    )


def _address(text: str) -> tuple[str, date, str | None]:
    """Code, day and part of a written lesson. A code may hold a slash, so it is read from the right."""
    parts = text.rsplit("/", 2)
    part = courses.part_named(parts[-1]) if len(parts) > 1 else None
    rest = parts[:-1] if part else text.rsplit("/", 1)
    try:
        return "/".join(rest[:-1]), date.fromisoformat(rest[-1]), part
    except ValueError:
        raise Problem(
            _("“{text}” is not a lesson.").format(text=text),
            hint=_("Write it as CODE/2025-11-22/pagi, or give its id."),
        ) from None


def _rows(session: Session, *where: object) -> list[LessonRow]:
    taken = (
        select(func.count())
        .where(Mark.venue_id == Lesson.venue_id, Mark.lesson_id == Lesson.id, Mark.mark.is_not(None))
        .correlate(Lesson)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Lesson, Course.code, Course.title, Course.batch, taken.label("taken"))
        .join(Course, refers(Lesson.course_id, Course))
        .where(mine(session, Lesson), *where)  # type: ignore[arg-type]
        .order_by(Lesson.day, Lesson.starts, Course.code)
    )
    return [
        LessonRow(
            it.id, it.course_id, code, title, batch, it.day, it.session, it.starts, it.ends, it.topic,
            it.closed_at, it.cancelled, count,
        )
        for it, code, title, batch, count in rows
    ]  # fmt: skip


def still_open(session: Session, before: date) -> list[LessonRow]:
    """Lessons of days gone by that nobody has closed: their attendance is not counted yet."""
    return _rows(session, Lesson.day < before, Lesson.closed_at.is_(None), Lesson.cancelled.is_(False))


def holidays(first: date, last: date) -> dict[date, str]:
    """Indonesia's public holidays in a span, by name. Dates by the moon are estimates in years to come."""
    if last < first or last - first > timedelta(days=courses.LONGEST):
        return {}
    from holidays import country_holidays

    spoken = "id" if language.active() == "id" else "en_US"
    found = country_holidays("ID", years=range(first.year, last.year + 1), language=spoken)
    return {day: name for day, name in sorted(found.items()) if first <= day <= last}
