"""What today holds: the lesson that runs, what needs doing, and who sells this week."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from venue_desk import language
from venue_desk.domain import attendance, courses
from venue_desk.language import _, ngettext
from venue_desk.queries import attendance as rosters
from venue_desk.queries import attention, clashes, lessons, outcomes
from venue_desk.queries.courses import CourseRow, full_title, listed, participants
from venue_desk.queries.lessons import LessonRow
from venue_desk.store.records import (
    Certificate,
    CertificateEvent,
    Conflict,
    Course,
    Market,
    MarketWeek,
    Person,
    Record,
    Stall,
    Vendor,
    mine,
    refers,
)

NOW, LATER, OVER = "now", "later", "over"

# What a task asks for; the window knows where each is done.
PRESENCE, CLOSE, ISSUE, HAND_OVER, ENROL, CONTACT, CONFLICTS, PUBLISH, NUMBERS, AWAY = (
    "presence",
    "close",
    "issue",
    "hand over",
    "enrol",
    "contact",
    "conflicts",
    "publish",
    "numbers",
    "away",
)


@dataclass(frozen=True, slots=True)
class RunningLesson:
    """A lesson of today. ``when`` is now, later or over; ``counts`` by status, not taken under the empty one."""

    lesson: LessonRow
    when: str
    course_day: int
    course_days: int
    expected: int
    counts: dict[str, int]

    @property
    def name(self) -> str:
        return full_title(self.lesson.title, self.lesson.batch)

    @property
    def taken(self) -> int:
        return self.expected - self.counts[attendance.NOT_TAKEN]


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits for a person: a sentence, what explains it, and the record it is about."""

    kind: str
    title: str
    explanation: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Seller:
    """Who sells on a stall; ``vendor`` is empty where nobody does."""

    number: str
    vendor: str
    products: str


@dataclass(frozen=True, slots=True)
class MarketDay:
    """The next market day that has a plan."""

    market: str
    day: date
    published: bool
    sellers: tuple[Seller, ...]
    planned_until: date


@dataclass(frozen=True, slots=True)
class Today:
    """All of the page. ``coming`` is the next lesson of another day; ``begun`` what the venue has already."""

    lessons: tuple[RunningLesson, ...]
    coming: LessonRow | None
    tasks: tuple[Task, ...]
    market: MarketDay | None
    begun: frozenset[str]


def today(session: Session, now: datetime) -> Today:
    """What the day holds at this moment."""
    day = now.date()
    rows = listed(session, day)
    return Today(
        tuple(_lessons(session, now)),
        next(iter(lessons.on(session, day + timedelta(days=1), day + timedelta(days=60))), None),
        tuple(_tasks(session, now, rows)),
        market_day(session, day),
        frozenset(kind.__tablename__ for kind in (Person, Course, Stall) if _any(session, kind)),
    )


def _any(session: Session, kind: type[Record]) -> bool:
    return session.scalar(select(kind.id).where(mine(session, kind)).limit(1)) is not None


def task_count(session: Session, now: datetime) -> int:
    """How many things wait, for the navigation."""
    return sum(1 for _task in _tasks(session, now, listed(session, now.date())))


def _lessons(session: Session, now: datetime) -> list[RunningLesson]:
    """The lessons of the day: those under way first, then those to come, then those that are over."""
    found = []
    for lesson in lessons.on(session, now.date()):
        days = sorted({one.day for one in lessons.of_course(session, lesson.course_id) if not one.cancelled})
        counts = _counts(session, lesson)
        found.append(
            RunningLesson(
                lesson,
                _when(lesson, now.time()),
                days.index(lesson.day) + 1,
                len(days),
                sum(counts.values()),
                counts,
            )
        )
    order = (NOW, LATER, OVER)
    return sorted(found, key=lambda one: (order.index(one.when), one.lesson.starts, one.lesson.code))


def _counts(session: Session, lesson: LessonRow) -> dict[str, int]:
    """How many of each status, without the presence that a whole roster counts."""
    kept = rosters.marks(session, lesson.id)
    people = participants(session, lesson.course_id, courses.ENROLLED, courses.LEFT)
    here = [one.id for one in people if attendance.within(lesson.day, one.since, one.until)]
    return rosters.counts(kept[one]["status"] if one in kept else attendance.NOT_TAKEN for one in here)


def _when(lesson: LessonRow, now: time) -> str:
    if lesson.closed_at is not None or time.fromisoformat(lesson.ends) <= now:
        return OVER
    return NOW if time.fromisoformat(lesson.starts) <= now else LATER


# --- what needs doing, the most urgent first


def _tasks(session: Session, now: datetime, rows: list[CourseRow]) -> Iterator[Task]:
    yield from _conflicts(session)
    for told in (attention.told(session), clashes.told(session, now.date())):
        yield from (Task(*one) for one in told)
    for row in rows:
        if row.state == courses.RUNNING:
            yield from _presence(session, row)
    yield from _still_open(session, now)
    yield from _to_issue(session, rows)
    yield from _to_hand_over(session)
    yield from _places(rows)
    yield from _contacts(session, now.date())
    yield from _unpublished(session, now.date())


def _conflicts(session: Session) -> Iterator[Task]:
    count = session.scalar(
        select(func.count())
        .select_from(Conflict)
        .where(mine(session, Conflict), Conflict.settled_at.is_(None))
    )
    if count:
        yield Task(
            CONFLICTS,
            ngettext("{count} entry was written differently on two computers",
                     "{count} entries were written differently on two computers", count).format(count=count),
            _("The later one is shown; both are kept until you choose"),
        )  # fmt: skip


def _presence(session: Session, row: CourseRow) -> Iterator[Task]:
    """Those for whom the next absence decides, and those who cannot reach the threshold any more."""
    grid = rosters.grid(session, row.id)
    threshold = grid.rules.presence_threshold
    share = language.percent(threshold / 100)
    near, lost = [], []
    for one in grid.rows:
        seen = one.presence
        total = seen.held + seen.ahead + seen.unknown
        if one.guest or one.left or not seen.held:
            continue
        if not seen.can_meet(threshold):
            lost.append(seen)
        elif (seen.best * total - total / max(1, len(grid.lessons))) * 100 < threshold * total:
            near.append(seen)
    if near:
        reach = _and([language.percent(best) for best in sorted({round(one.best, 2) for one in near})][:3])
        yield Task(
            PRESENCE,
            ngettext("{count} participant is close to falling below {share}",
                     "{count} participants are close to falling below {share}", len(near))
            .format(count=len(near), share=share),
            _("{course} · can still reach {reach}").format(course=row.name, reach=reach),
            row.id,
        )  # fmt: skip
    if lost:
        yield Task(
            PRESENCE,
            ngettext("{count} participant can no longer reach {share}",
                     "{count} participants can no longer reach {share}", len(lost))
            .format(count=len(lost), share=share),
            row.name,
            row.id,
        )  # fmt: skip


def _and(parts: list[str]) -> str:
    """``82 %, 84 % and 86 %``."""
    if len(parts) < 2:
        return "".join(parts)
    return _("{some} and {last}").format(some=", ".join(parts[:-1]), last=parts[-1])


def _still_open(session: Session, now: datetime) -> Iterator[Task]:
    over = [one for one in lessons.on(session, now.date()) if _when(one, now.time()) == OVER]
    waiting = [*lessons.still_open(session, now.date()), *(one for one in over if one.closed_at is None)]
    closed = set(
        session.scalars(select(Course.id).where(mine(session, Course), Course.closed_on.is_not(None)))
    )
    waiting = [one for one in waiting if one.course_id not in closed]
    for one in waiting[-2:]:
        open_names = _counts(session, one)[attendance.NOT_TAKEN]
        yield Task(
            CLOSE,
            _("The {part} lesson of {day} is not closed").format(
                part=one.part.lower(), day=language.weekday_short(one.day)
            ),
            ngettext("{course} · {count} name is not taken and does not count as absent",
                     "{course} · {count} names are not taken and do not count as absent", open_names)
            .format(course=full_title(one.title, one.batch), count=open_names)
            if open_names
            else _("{course} · everybody is taken; it counts once it is closed")
            .format(course=full_title(one.title, one.batch)),
            one.id,
        )  # fmt: skip
    if len(waiting) > 2:
        rest = len(waiting) - 2
        yield Task(
            CLOSE,
            ngettext("{count} earlier lesson is not closed", "{count} earlier lessons are not closed", rest)
            .format(count=rest),
            _("The oldest is of {day}").format(day=language.date_long(waiting[0].day)),
            waiting[0].id,
        )  # fmt: skip


def _to_issue(session: Session, rows: list[CourseRow]) -> Iterator[Task]:
    issued = set(session.scalars(select(Certificate.course_id).where(mine(session, Certificate)).distinct()))
    for row in rows:
        if row.state == courses.ENDED and row.id not in issued and row.enrolled:
            yield Task(
                ISSUE,
                _("{course} has no certificates yet").format(course=row.name),
                _("It ended on {day}").format(day=language.date_long(row.ends_on)),
                row.id,
            )


def _to_hand_over(session: Session) -> Iterator[Task]:
    handed = (
        select(CertificateEvent.id)
        .where(
            CertificateEvent.venue_id == Certificate.venue_id,
            CertificateEvent.certificate_id == Certificate.id,
            CertificateEvent.what == "handed_over",
        )
        .exists()
    )
    found = session.execute(
        select(
            Certificate.course_id, Course.title, Course.batch, func.max(Certificate.issued_on), func.count()
        )
        .join(Course, refers(Certificate.course_id, Course))
        .where(mine(session, Certificate), Certificate.voided_on.is_(None), ~handed)
        .group_by(Certificate.course_id, Course.title, Course.batch)
        .order_by(func.max(Certificate.issued_on), Course.title)
    )
    for course_id, title, batch, issued_on, count in found:
        yield Task(
            HAND_OVER,
            ngettext("{count} certificate is not handed over", "{count} certificates are not handed over", count)
            .format(count=count),
            _("{course} · issued on {day}")
            .format(course=full_title(title, batch), day=language.date_long(issued_on)),
            course_id,
        )  # fmt: skip


def _places(rows: list[CourseRow]) -> Iterator[Task]:
    for row in rows:
        free = row.capacity - row.enrolled if row.capacity else row.waiting
        if row.state == courses.PLANNED and row.waiting and free > 0:
            count = min(free, row.waiting)
            yield Task(
                ENROL,
                ngettext("{count} person on the waiting list can have a place",
                         "{count} people on the waiting list can have a place", count).format(count=count),
                _("{course} · begins on {day}").format(course=row.name, day=language.date_long(row.starts_on)),
                row.id,
            )  # fmt: skip


def _contacts(session: Session, day: date) -> Iterator[Task]:
    due = [row.due.months for row in outcomes.alumni(session, day, due_only=True) if row.due]
    if due:
        months = Counter(due).most_common(1)[0][0]
        yield Task(
            CONTACT,
            ngettext("It is time to call {count} graduate", "It is time to call {count} graduates", len(due))
            .format(count=len(due)),
            ngettext("{count} month after the course", "{count} months after the course", months)
            .format(count=months),
        )  # fmt: skip


# --- the market


def _unpublished(session: Session, day: date) -> Iterator[Task]:
    seen = market_day(session, day)
    if seen is not None and not seen.published:
        yield Task(
            PUBLISH,
            _("The stalls of {day} are not published").format(day=language.weekday_short(seen.day)),
            _("{market} · the vendors do not know yet").format(market=seen.market),
        )


def market_day(session: Session, day: date) -> MarketDay | None:
    """The next market day with a plan, from today on, or None."""
    week = session.execute(
        select(MarketWeek, Market.name)
        .join(Market, refers(MarketWeek.market_id, Market))
        .where(mine(session, MarketWeek), MarketWeek.day >= day)
        .order_by(MarketWeek.day)
        .limit(1)
    ).first()
    if week is None or not week.MarketWeek.plan.get("cells"):
        return None
    cells = week.MarketWeek.plan["cells"]
    last = session.scalar(
        select(func.max(MarketWeek.day)).where(
            mine(session, MarketWeek), MarketWeek.market_id == week.MarketWeek.market_id
        )
    )
    vendors = {
        row.id: row
        for row in session.execute(
            select(Vendor.id, Vendor.name, Vendor.products).where(
                mine(session, Vendor), Vendor.id.in_(list(cells.values()))
            )
        )
    }
    stalls = session.execute(
        select(Stall.id, Stall.number)
        .where(mine(session, Stall), Stall.market_id == week.MarketWeek.market_id)
        .order_by(Stall.row, Stall.position, Stall.number)
    )
    sellers = []
    for stall_id, number in stalls:
        vendor = vendors.get(cells.get(stall_id, ""))
        sellers.append(Seller(number, vendor.name if vendor else "", vendor.products if vendor else ""))
    return MarketDay(
        week.name, week.MarketWeek.day, week.MarketWeek.published_at is not None, tuple(sellers), last or day
    )
