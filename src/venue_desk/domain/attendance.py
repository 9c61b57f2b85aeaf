"""Who was there: the states of a mark, when someone is late, and how presence is counted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import TypedDict

from venue_desk.domain.problem import Problem
from venue_desk.language import N_, _

PRESENT, LATE, EXCUSED, SICK, ABSENT = "present", "late", "excused", "sick", "absent"
STATUSES = (PRESENT, LATE, EXCUSED, SICK, ABSENT)
NOT_TAKEN = ""
"""Nobody has said yet. It is neither present nor absent, and is never turned into one by itself."""

ATTENDED = frozenset({PRESENT, LATE})

# The letters of every Indonesian register, whatever language the screen speaks.
LETTERS = {PRESENT: "H", LATE: "T", EXCUSED: "I", SICK: "S", ABSENT: "A", NOT_TAKEN: ""}
BY_LETTER = {letter: status for status, letter in LETTERS.items() if letter}

WORDS = {
    PRESENT: N_("Present"),
    LATE: N_("Late"),
    EXCUSED: N_("Excused"),
    SICK: N_("Sick"),
    ABSENT: N_("Absent"),
    NOT_TAKEN: N_("Not taken"),
}

_SPOKEN = {
    "hadir": PRESENT, "terlambat": LATE, "telat": LATE, "izin": EXCUSED, "ijin": EXCUSED,
    "sakit": SICK, "alpa": ABSENT, "alpha": ABSENT, "tidak hadir": ABSENT,
}  # fmt: skip

LESSONS, DAYS, HOURS = "lessons", "days", "hours"
UNITS = {LESSONS: N_("lessons"), DAYS: N_("days"), HOURS: N_("hours")}


@dataclass(frozen=True, slots=True)
class Rules:
    """What a venue has decided; kept under these names in ``Venue.rules``. The defaults are the programme's."""

    late_after: int = 15
    """Minutes after the lesson's beginning."""
    presence_unit: str = LESSONS
    presence_threshold: int = 80
    """Per cent of what is counted, for passing (Permenaker 6/2025 art. 33)."""


def rules(kept: Mapping[str, object]) -> Rules:
    """The venue's rules, with the default where it has said nothing or nothing that can be."""
    usual = Rules()
    late, unit, threshold = (kept.get(name) for name in ("late_after", "presence_unit", "presence_threshold"))
    return Rules(
        late if isinstance(late, int) and late >= 0 else usual.late_after,
        unit if isinstance(unit, str) and unit in UNITS else usual.presence_unit,
        threshold if isinstance(threshold, int) and 0 <= threshold <= 100 else usual.presence_threshold,
    )


class UnknownCard(Problem):
    """A scan that is nobody's card here."""


class NotOnRoster(Problem):
    """Somebody known who is not on the lesson's list; they can be added as a guest."""

    def __init__(self, text: str, hint: str, person_id: str) -> None:
        super().__init__(text, hint)
        self.person_id = person_id


class Mark(TypedDict):
    """One value, so that a merge never joins one desk's status with another's time."""

    status: str
    time: str
    reason: str


def mark(status: str, at: time | None = None, reason: str = "") -> Mark:
    """A mark as it is kept. A time belongs only to those who came; seconds do not."""
    if status not in STATUSES:
        raise ValueError(f"unknown status: {status}")
    came = at.isoformat("minutes") if at is not None and status in ATTENDED else ""
    return {"status": status, "time": came, "reason": " ".join(reason.split())}


def status_named(text: str) -> str:
    """The status that a person wrote: its English or Indonesian word, or its letter. Raises Problem."""
    word = " ".join(text.split()).casefold()
    if word in STATUSES:
        return word
    found = _SPOKEN.get(word) or BY_LETTER.get(word.upper())
    if found is None:
        raise Problem(
            _("“{text}” is no attendance status.").format(text=text.strip()),
            hint=_("Use present, late, excused, sick or absent, or H, T, I, S or A."),
        )
    return found


def on_arrival(starts: time, arrived: time, late_after: int) -> str:
    """Present, or late where someone came more than this many minutes after the lesson began."""
    after = (arrived.hour - starts.hour) * 60 + arrived.minute - starts.minute
    return LATE if after > late_after else PRESENT


@dataclass(frozen=True, slots=True)
class Sat:
    """One lesson as it went for one person."""

    day: date
    minutes: int
    closed: bool
    status: str


@dataclass(frozen=True, slots=True)
class Presence:
    """How much of a course someone was there, in whole units of what the venue counts.

    ``attended`` and ``held`` come from the same closed lessons. ``unknown`` lessons are closed but were not
    taken for this person: they count on neither side. ``ahead`` may still be attended.
    """

    attended: int
    held: int
    ahead: int = 0
    unknown: int = 0

    @property
    def share(self) -> float | None:
        """A share of one, or None before the first closed lesson."""
        return self.attended / self.held if self.held else None

    @property
    def best(self) -> float:
        """The share that is still reachable by coming to everything that is left."""
        total = self.held + self.ahead + self.unknown
        return (self.attended + self.ahead + self.unknown) / total if total else 1.0

    def meets(self, threshold: int) -> bool:
        """Whether the share is at least this many percent; compared without rounding."""
        return self.held > 0 and self.attended * 100 >= threshold * self.held

    def can_meet(self, threshold: int) -> bool:
        """Whether the threshold is still reachable."""
        rest = self.ahead + self.unknown
        return (self.attended + rest) * 100 >= threshold * (self.held + rest)


def within(day: date, start: date | None, end: date | None) -> bool:
    """Whether a day lies in an enrolment that may begin late or end early."""
    return (start is None or start <= day) and (end is None or day <= end)


def presence(
    sat: Iterable[Sat], *, unit: str = LESSONS, start: date | None = None, end: date | None = None
) -> Presence:
    """Count one person's lessons, days or minutes, within the enrolment's own dates.

    A day is attended when every lesson of it that counts was; a day with one lesson still open is ahead.
    """
    mine = [one for one in sat if within(one.day, start, end)]
    if unit == DAYS:
        return _whole_days(mine)
    attended = held = ahead = unknown = 0
    for one in mine:
        size = one.minutes if unit == HOURS else 1
        if not one.closed:
            ahead += size
        elif one.status == NOT_TAKEN:
            unknown += size
        else:
            held += size
            attended += size if one.status in ATTENDED else 0
    return Presence(attended, held, ahead, unknown)


def _whole_days(mine: Sequence[Sat]) -> Presence:
    days: dict[date, list[Sat]] = {}
    for one in mine:
        days.setdefault(one.day, []).append(one)
    attended = held = ahead = unknown = 0
    for lessons in days.values():
        if any(not one.closed for one in lessons):
            ahead += 1
        elif any(one.status == NOT_TAKEN for one in lessons):
            unknown += 1
        else:
            held += 1
            attended += all(one.status in ATTENDED for one in lessons)
    return Presence(attended, held, ahead, unknown)
