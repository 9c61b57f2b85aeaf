"""What a course is: its days and lessons, its places and waiting list, and who may join again."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Protocol, TypeVar

from venue_desk.domain.people import Someone, likeness
from venue_desk.domain.people.twins import Sameness
from venue_desk.domain.problem import Problem
from venue_desk.language import N_, _, active, date_long

MORNING, AFTERNOON, EVENING, WHOLE = "morning", "afternoon", "evening", "day"

PARTS: dict[str, str] = {
    MORNING: N_("Morning"),
    AFTERNOON: N_("Afternoon"),
    EVENING: N_("Evening"),
    WHOLE: N_("Whole day"),
}

# What people and scripts write for a part of the day, in both languages.
_SPOKEN = {
    "pagi": MORNING, "morning": MORNING, "am": MORNING,
    "siang": AFTERNOON, "sore": AFTERNOON, "afternoon": AFTERNOON, "pm": AFTERNOON,
    "malam": EVENING, "evening": EVENING,
    "hari": WHOLE, "day": WHOLE, "sehari": WHOLE,
}  # fmt: skip

_ADDRESS = {MORNING: "pagi", AFTERNOON: "siang", EVENING: "malam", WHOLE: "sehari"}

PLANNED, RUNNING, ENDED, CLOSED = "planned", "running", "ended", "closed"

STATES: dict[str, str] = {
    PLANNED: N_("Coming up"),
    RUNNING: N_("Running"),
    ENDED: N_("Ended, to be closed"),
    CLOSED: N_("Closed"),
}

ENROLLED, WAITING, LEFT, CANCELLED = "enrolled", "waiting", "left", "cancelled"

PLACES: dict[str, str] = {
    ENROLLED: N_("Enrolled"),
    WAITING: N_("On the waiting list"),
    LEFT: N_("Left"),
    CANCELLED: N_("Cancelled"),
}

WORK, MOVED, RELEASED, OTHER = "work", "moved", "released", "other"

REASONS: dict[str, str] = {
    WORK: N_("Found work"),
    MOVED: N_("Moved away"),
    RELEASED: N_("Released or transferred"),
    OTHER: N_("Another reason"),
}
"""Why someone leaves. Who found work is an own case of the passing rule (DOMAIN.md)."""

LONGEST = 400
"""Days from the first to the last: beyond it the year was mistyped."""


@dataclass(frozen=True, slots=True)
class Session:
    """One lesson a day can hold: its part of the day and its hours."""

    part: str
    starts: time
    ends: time

    @property
    def minutes(self) -> int:
        return minutes(self.starts, self.ends)


USUAL: tuple[Session, ...] = (
    Session(MORNING, time(8), time(11, 30)),
    Session(AFTERNOON, time(12, 30), time(15)),
)
"""The programme's day, 08.00-15.00 (DOMAIN.md), which a course may change."""


@dataclass(frozen=True, slots=True)
class PlannedLesson:
    """A lesson that a course would have."""

    day: date
    part: str
    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class Skipped:
    """A day on which there is no lesson, and why: the holiday's name."""

    day: date
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The lessons of a course and the holidays between them."""

    lessons: tuple[PlannedLesson, ...]
    skipped: tuple[Skipped, ...]

    @property
    def days(self) -> int:
        return len({lesson.day for lesson in self.lessons})

    @property
    def minutes(self) -> int:
        return sum(minutes(lesson.starts, lesson.ends) for lesson in self.lessons)


def minutes(starts: time, ends: time) -> int:
    """Minutes from one time of a day to a later one."""
    return (ends.hour - starts.hour) * 60 + ends.minute - starts.minute


def read_time(text: str) -> time | None:
    """A time as people type it: 08.00, 8:00, 0800, 8. None when it is none."""
    words = text.strip().replace(".", ":").replace(" ", ":")
    if words.isdigit() and len(words) in (3, 4):
        words = f"{words[:-2]}:{words[-2:]}"
    hour, _colon, minute = words.partition(":")
    if not (hour.isdigit() and (minute.isdigit() or not minute)):
        return None
    return time(int(hour), int(minute or 0)) if int(hour) < 24 and int(minute or 0) < 60 else None


def part_named(text: str) -> str | None:
    """The part of a day that a person wrote: ``pagi`` and ``morning`` are one."""
    return _SPOKEN.get(text.strip().casefold())


def part_word(part: str) -> str:
    """The word for a part of the day, as it stands alone."""
    return _(PARTS[part]) if part in PARTS else part


def part_spoken(part: str) -> str:
    """How a part is written in a lesson's address: ``pagi`` in Indonesian, ``morning`` in English."""
    return _ADDRESS.get(part, part) if active() == "id" else part


def check_dates(first: date, last: date) -> None:
    """Raise Problem where a course ends before it begins, or lasts longer than any course does."""
    if last < first:
        raise Problem(
            _("The course ends on {last}, before it begins on {first}.").format(
                first=date_long(first), last=date_long(last)
            ),
            hint=_("Change the last day so that it is not before the first."),
        )
    if (last - first).days > LONGEST:
        raise Problem(
            _("The course would last from {first} to {last}.").format(
                first=date_long(first), last=date_long(last)
            ),
            hint=_("Check the years: a course lasts {days} days at most.").format(days=LONGEST),
        )


def check_sessions(sessions: Sequence[Session]) -> None:
    """Raise Problem where a lesson ends before it begins or two lessons of a day overlap."""
    if not sessions:
        raise Problem(
            _("The course has no lesson on its days."), hint=_("Choose morning, afternoon or both.")
        )
    before: Session | None = None
    for session in sorted(sessions, key=lambda one: one.starts):
        if session.ends <= session.starts:
            raise Problem(
                _("The {part} lesson ends before it begins.").format(part=_(PARTS[session.part]).lower()),
                hint=_("Change its hours."),
            )
        if before is not None and session.starts < before.ends:
            raise Problem(_("Two lessons of one day overlap."), hint=_("Change their hours."))
        before = session


def plan(
    first: date,
    last: date,
    *,
    weekdays: Collection[int] = range(5),
    sessions: Sequence[Session] = USUAL,
    holidays: dict[date, str] | None = None,
) -> Plan:
    """The lessons from the first day to the last, on these weekdays (Monday is 0), but not on holidays.

    Raises Problem where the dates or hours cannot be, or no day is left.
    """
    check_dates(first, last)
    check_sessions(sessions)
    free = holidays or {}
    ordered = sorted(sessions, key=lambda one: one.starts)
    lessons: list[PlannedLesson] = []
    skipped: list[Skipped] = []
    for ahead in range((last - first).days + 1):
        day = first + timedelta(days=ahead)
        if day.weekday() not in weekdays:
            continue
        if day in free:
            skipped.append(Skipped(day, free[day]))
            continue
        lessons += [PlannedLesson(day, one.part, one.starts, one.ends) for one in ordered]
    if not lessons:
        raise Problem(
            _("No lesson is left between {first} and {last}.").format(
                first=date_long(first), last=date_long(last)
            ),
            hint=_("Choose other weekdays or later dates, or hold lessons on holidays too."),
        )
    return Plan(tuple(lessons), tuple(skipped))


def state(first: date, last: date, closed: bool, today: date) -> str:
    """Where a course stands on a day."""
    if closed:
        return CLOSED
    if today < first:
        return PLANNED
    return RUNNING if today <= last else ENDED


def place(taken: int, capacity: int) -> str:
    """What the next person gets: a place, or one on the waiting list. Capacity 0 means no limit."""
    return ENROLLED if not capacity or taken < capacity else WAITING


class Listed(Protocol):
    """What the order of a list is decided by: the number given on enrolment, then the id."""

    @property
    def position(self) -> int: ...
    @property
    def id(self) -> str: ...


L = TypeVar("L", bound=Listed)


def in_order(listed: Iterable[L]) -> list[L]:
    """First come, first served; the same order on every desk, also where a merge gave one number twice."""
    return sorted(listed, key=lambda one: (one.position, one.id))


def joined_before(person: Someone, earlier: Iterable[Someone]) -> Someone | None:
    """Who of the earlier participants of a once-per-person series this person is, surely or likely, if any."""
    best: tuple[float, Someone] | None = None
    for one in earlier:
        if one.id == person.id:
            return one
        alike = likeness(person, one)
        if alike.sameness is not Sameness.NO and (best is None or alike.score > best[0]):
            best = alike.score, one
    return best[1] if best else None
