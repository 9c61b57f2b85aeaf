"""Presence in the lessons of a period, by class and week, and who is below what the venue asks."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue_desk.domain import attendance as rules
from venue_desk.domain.report import (
    NUMBER,
    PERCENT,
    Bar,
    Chart,
    Column,
    Figure,
    Part,
    Report,
    Table,
    Value,
)
from venue_desk.language import _, date_long, date_short, number, percent
from venue_desk.queries import attendance as registers
from venue_desk.queries.courses import full_title
from venue_desk.store.records import Course, Lesson, mine, refers

ORDER = (*rules.STATUSES, rules.NOT_TAKEN)
STATES = {**{status: status for status in rules.STATUSES}, rules.NOT_TAKEN: "not taken"}


@dataclass(frozen=True, slots=True)
class _Class:
    """What was counted of one class: its closed lessons in the period, and everybody's standing."""

    course: str
    lessons: int
    people: int
    statuses: Counter[str]
    weeks: dict[date, Counter[str]]
    low: tuple[tuple[str, rules.Presence], ...]

    @property
    def share(self) -> float | None:
        return _share(self.statuses)


def attendance(session: Session, first: date, last: date, today: date) -> Report:
    """Closed lessons of the period; a mark that was not taken counts on neither side."""
    decided = registers.rules(session)
    found = [_count(session, row, first, last, decided) for row in _courses(session, first, last)]
    found = [one for one in found if one.lessons]
    statuses: Counter[str] = sum((one.statuses for one in found), Counter())
    low = [(name, one.course, presence) for one in found for name, presence in one.low]
    weeks: dict[date, Counter[str]] = {}
    for one in found:
        for week, counted in one.weeks.items():
            weeks.setdefault(week, Counter()).update(counted)
    share = _share(statuses)
    lessons = sum(one.lessons for one in found)
    return Report(
        kind="attendance",
        title=_("Attendance"),
        first=first,
        last=last,
        sentence=_("No lesson of this period is closed.")
        if share is None
        else _("{share} present in {lessons} closed lessons.").format(
            share=percent(share, 1), lessons=number(lessons)
        ),
        figures=(
            Figure(
                _("Present or late"),
                share,
                PERCENT,
                _("{part} of {whole} marks").format(
                    part=number(_attended(statuses)), whole=number(_taken(statuses))
                ),
            ),
            Figure(_("Closed lessons"), lessons),
            Figure(_("Participants"), sum(one.people for one in found)),
            Figure(_("Absent without reason"), statuses[rules.ABSENT]),
            Figure(_("Not taken"), statuses[rules.NOT_TAKEN], NUMBER, _("counted on neither side")),
            Figure(_("Below {threshold} %").format(threshold=decided.presence_threshold), len(low)),
        ),
        charts=(_by_class(found), _by_week(weeks)),
        tables=(_class_table(found), _low_table(low, decided)),
        notes=(
            _("Counted are closed lessons only. Late is present."),
            _("State of {day}; lessons of the period.").format(day=date_long(today)),
        ),
        totals={
            "lessons": lessons,
            "attended": _attended(statuses),
            "marks": _taken(statuses),
            "share": share,
            "not_taken": statuses[rules.NOT_TAKEN],
            **{status: statuses[status] for status in rules.STATUSES},
            "below_threshold": len(low),
        },
    )


def _courses(session: Session, first: date, last: date) -> list[tuple[str, str]]:
    rows = session.execute(
        select(Course.id, Course.title, Course.batch, Course.starts_on)
        .join(Lesson, refers(Lesson.course_id, Course))
        .where(mine(session, Course), Lesson.day >= first, Lesson.day <= last)
        .distinct()
        .order_by(Course.starts_on.desc(), Course.title, Course.batch)
    )
    return [(row.id, full_title(row.title, row.batch)) for row in rows]


def _count(
    session: Session, course: tuple[str, str], first: date, last: date, decided: rules.Rules
) -> _Class:
    grid = registers.grid(session, course[0])
    places = [
        (place, lesson)
        for place, lesson in enumerate(grid.lessons)
        if first <= lesson.day <= last and lesson.closed_at is not None
    ]
    statuses: Counter[str] = Counter()
    weeks: dict[date, Counter[str]] = {}
    people = 0
    for row in grid.rows:
        if row.guest:
            continue
        people += 1
        for place, lesson in places:
            status = row.statuses[place]
            if status is not None:
                statuses[status] += 1
                monday = lesson.day - timedelta(days=lesson.day.weekday())
                weeks.setdefault(monday, Counter())[status] += 1
    low = tuple(
        (row.name, row.presence)
        for row in grid.rows
        if not (row.guest or row.left)
        and row.presence.held
        and not row.presence.meets(decided.presence_threshold)
    )
    return _Class(course[1], len(places), people, statuses, weeks, low)


def _attended(statuses: Counter[str]) -> int:
    return sum(statuses[status] for status in rules.ATTENDED)


def _taken(statuses: Counter[str]) -> int:
    return sum(statuses[status] for status in rules.STATUSES)


def _share(statuses: Counter[str]) -> float | None:
    taken = _taken(statuses)
    return _attended(statuses) / taken if taken else None


def _parts() -> tuple[Part, ...]:
    return tuple(Part(_(rules.WORDS[status]), STATES[status]) for status in ORDER)


def _by_class(found: list[_Class]) -> Chart:
    bars = tuple(
        Bar(
            one.course,
            tuple(one.statuses[status] for status in ORDER),
            "–" if one.share is None else percent(one.share, 1),
        )
        for one in found
    )
    return Chart(_("Marks by class"), _parts(), bars, whole=True)


def _by_week(weeks: dict[date, Counter[str]]) -> Chart:
    bars = []
    for week, counted in sorted(weeks.items()):
        share = _share(counted)
        bars.append(
            Bar(
                _("Week of {day}").format(day=date_short(week)),
                tuple(counted[status] for status in ORDER),
                "–" if share is None else percent(share, 1),
            )
        )
    return Chart(_("Marks by week"), _parts(), tuple(bars))


def _class_table(found: list[_Class]) -> Table:
    rows: list[tuple[Value, ...]] = [
        (
            one.course,
            one.lessons,
            one.people,
            *(one.statuses[status] for status in ORDER),
            one.share,
        )
        for one in found
    ]
    return Table(
        _("By class"),
        (
            Column(_("Class"), share=3),
            Column(_("Lessons"), NUMBER),
            Column(_("Participants"), NUMBER, 1.2),
            *(Column(_(rules.WORDS[status]), NUMBER) for status in ORDER),
            Column(_("Present or late"), PERCENT, 1.2),
        ),
        tuple(rows),
        _("No lesson of this period is closed."),
    )


def _low_table(low: list[tuple[str, str, rules.Presence]], decided: rules.Rules) -> Table:
    title = _("Below {threshold} %").format(threshold=decided.presence_threshold)
    rows: list[tuple[Value, ...]] = [
        (
            name,
            course,
            presence.share,
            presence.best,
            _("Can still reach it") if presence.can_meet(decided.presence_threshold) else _("Out of reach"),
        )
        for name, course, presence in sorted(low, key=lambda line: (line[2].share or 0, line[0]))
    ]
    return Table(
        title,
        (
            Column(_("Name"), share=2.4),
            Column(_("Class"), share=2.4),
            Column(_("Presence"), PERCENT),
            Column(_("Best still possible"), PERCENT, 1.4),
            Column(_("Meaning"), share=1.6),
        ),
        tuple(rows),
        _("Everybody has {threshold} % or more.").format(threshold=decided.presence_threshold),
    )
