"""Dates as people write them in Indonesian spreadsheets, and which of day and month comes first.

A cell is read alone, but 05/06/1990 can only be understood from its column: ``which_order`` looks at
all of it, and where that does not decide, the day is taken to come first and the row is marked.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from venue_desk.domain import clock
from venue_desk.domain.people.doubts import Doubt

OLDEST = 110  # years; nobody older is on a list of participants

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari january jan",
            "februari pebruari february feb peb febr",
            "maret march mar mrt",
            "april apr",
            "mei may",
            "juni june jun",
            "juli july jul",
            "agustus august agu agt ags agst aug",
            "september sept sep",
            "oktober october okt oct",
            "november nopember nov nop",
            "desember december des dec",
        ),
        1,
    )
    for name in names.split()
}
_NUMERIC = re.compile(r"(?<!\d)(\d{1,4})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{1,4})(?!\d)")
_DAY_MONTH = re.compile(
    r"(?i)(?<!\d)(\d{1,2})(?:st|nd|rd|th)?[\s.\-/,]*([a-z]{3,9})\.?[\s.\-/,']*(\d{2,4})(?!\d)"
)
_MONTH_DAY = re.compile(r"(?i)\b([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)")
_TOGETHER = re.compile(r"(?<!\d)(\d{8})(?!\d)")
_TIME = re.compile(
    r"[T\s]+\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?\s*(?:[AaPp][Mm])?(?:Z|[+-]\d{2}:?\d{2})?\s*$"
)
_NONE = re.compile(r"(?i)[\s\-–—_.?0/]*|n/?a|null|none|nihil|tidak (?:ada|tahu)|belum(?: ada)?")
_DAY_ZERO = date(1899, 12, 30)  # of the serial numbers in spreadsheets


class Order(StrEnum):
    """Which comes first where a date is written in digits."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


@dataclass(frozen=True, slots=True)
class BothWays:
    """What a column says about its order: how many cells can be read only one way, and how many both ways."""

    day_first: int
    month_first: int
    either: int

    @property
    def order(self) -> Order:
        return Order.MONTH_FIRST if self.month_first > self.day_first else Order.DAY_FIRST

    @property
    def certain(self) -> bool:
        """Whether every cell that decides says the same, and there is one."""
        return (self.day_first == 0) != (self.month_first == 0)


@dataclass(frozen=True, slots=True)
class Dated:
    """A date as read; ``other`` is what it would be with day and month the other way round."""

    day: date | None
    doubts: Sequence[Doubt] = ()
    other: date | None = None


NOTHING = Dated(None)


def which_order(written: Iterable[object]) -> BothWays:
    """Look at a whole column for cells that can be read one way only."""
    day_first = month_first = either = 0
    for cell in written:
        found = _digits(str(cell)) if isinstance(cell, str) else None
        if found is None or found[0] > 31 or found[0] == found[1]:
            continue
        first, second, _year = found
        if first > 12 >= second:
            day_first += 1
        elif second > 12 >= first:
            month_first += 1
        elif first <= 12 and second <= 12:
            either += 1
    return BothWays(day_first, month_first, either)


def read_date(written: object, column: BothWays | None = None, *, birth: bool = True) -> Dated:
    """Read one cell: a date, a serial number, a text in words or digits. ``column`` is what its column says."""
    if written is None or isinstance(written, bool):
        return NOTHING
    if isinstance(written, datetime):
        return _judged(written.date(), [], str(written.date()), birth)
    if isinstance(written, date):
        return _judged(written, [], written.isoformat(), birth)
    if isinstance(written, int | float):
        return _serial(float(written), birth)
    raw = " ".join(str(written)[:200].replace("\u00a0", " ").split())
    if _NONE.fullmatch(raw):
        return NOTHING
    return _from_text(raw, column or BothWays(0, 0, 0), birth)


def read_birth(written: object, column: BothWays | None = None) -> tuple[str, Dated]:
    """A cell that holds place and date together: ``Jakarta, 05-05-1990``. The place is ``""`` when absent."""
    if not isinstance(written, str):
        return "", read_date(written, column)
    raw = " ".join(written[:200].replace("\u00a0", " ").split())
    starts = [
        m.start()
        for p in (_DAY_MONTH, _NUMERIC, _MONTH_DAY, _TOGETHER)
        if (m := p.search(raw)) and _is_date(m)
    ]
    if starts:
        at = min(starts)
        place = re.sub(r"(?i)\b(?:tgl|tanggal|lahir)\b\.?", "", raw[:at]).strip(" ,/;:.-")
        return place, read_date(raw[at:], column)
    if _NONE.fullmatch(raw):
        return "", NOTHING
    if any(c.isdigit() for c in raw):
        return "", read_date(raw, column)
    return raw.strip(" ,/;:.-"), NOTHING


def _is_date(match: re.Match[str]) -> bool:
    words = [g.lower() for g in match.groups() if g and g.isalpha()]
    return all(word in _MONTHS for word in words)


def _judged(day: date, doubts: list[Doubt], raw: str, birth: bool, other: date | None = None) -> Dated:
    if birth and not 0 <= (clock.today() - day).days <= OLDEST * 366:
        doubts.append(Doubt("date-unlikely", "birth_date", raw))
    return Dated(day, tuple(doubts), other)


def _serial(days: float, birth: bool) -> Dated:
    if not math.isfinite(days) or days == 0:
        return NOTHING
    whole = int(days)
    if 1900 <= whole <= clock.today().year:
        return Dated(None, (Doubt("date-unreadable", "birth_date", str(whole)),))
    if 1 <= whole <= 80_000:
        return _judged(
            _DAY_ZERO + timedelta(days=whole),
            [Doubt("date-serial", "birth_date", str(whole))],
            str(whole),
            birth,
        )
    return _from_text(f"{whole:08d}", BothWays(0, 0, 0), birth)


def _from_text(raw: str, column: BothWays, birth: bool) -> Dated:
    text = _TIME.sub("", raw)
    if (m := _DAY_MONTH.search(text)) and m[2].lower() in _MONTHS:
        return _in_words(raw, int(m[1]), m[2], m[3], birth)
    if (m := _MONTH_DAY.search(text)) and m[1].lower() in _MONTHS:
        return _in_words(raw, int(m[2]), m[1], m[3], birth)
    if found := _digits(text):
        return _in_digits(raw, *found, column, birth)
    if m := _TOGETHER.search(text):
        eight = m[1]
        for d, mth, y in ((eight[:2], eight[2:4], eight[4:]), (eight[6:], eight[4:6], eight[:4])):
            if day := _day(int(y), int(mth), int(d)):
                return _judged(day, [], raw, birth)
    elif re.fullmatch(r"\d{5}", text):
        return _serial(float(text), birth)
    return Dated(None, (Doubt("date-unreadable", "birth_date", raw),))


@lru_cache(maxsize=4_000)
def _digits(text: str) -> tuple[int, int, int] | None:
    """First, second and year of a date in digits; first > 31 says that the year stood first (ISO)."""
    m = _NUMERIC.search(_TIME.sub("", text))
    if m is None:
        return None
    first, second, third = m[1], m[2], m[3]
    if len(first) == 4:
        return (int(first), int(second), int(third)) if len(third) <= 2 else None
    if len(first) == 3 or len(third) in (1, 3):
        return None
    return int(first), int(second), int(third) if len(third) == 4 else -int(third) - 1


def _in_words(raw: str, day: int, month: str, year: str, birth: bool) -> Dated:
    doubts: list[Doubt] = []
    if len(year) == 3:
        return Dated(None, (Doubt("date-unreadable", "birth_date", raw),))
    whole = int(year)
    if len(year) == 2:
        whole = _whole_year(whole, birth)
        doubts.append(Doubt("date-short-year", "birth_date", raw))
    found = _day(whole, _MONTHS[month.lower()], day)
    return (
        _judged(found, doubts, raw, birth)
        if found
        else Dated(None, (Doubt("date-unreadable", "birth_date", raw),))
    )


def _in_digits(raw: str, first: int, second: int, third: int, column: BothWays, birth: bool) -> Dated:
    if first > 31:
        day = _day(first, second, third)
        return (
            _judged(day, [], raw, birth)
            if day
            else Dated(None, (Doubt("date-unreadable", "birth_date", raw),))
        )
    doubts: list[Doubt] = []
    year = third
    if third < 0:
        year = _whole_year(-third - 1, birth)
        doubts.append(Doubt("date-short-year", "birth_date", raw))
    day_first, month_first = _day(year, second, first), _day(year, first, second)
    if day_first and month_first and day_first != month_first:
        taken, other = (
            (day_first, month_first) if column.order is Order.DAY_FIRST else (month_first, day_first)
        )
        if column.certain:
            return _judged(taken, doubts, raw, birth)
        return _judged(taken, [*doubts, Doubt("date-order", "birth_date", raw)], raw, birth, other)
    found = day_first or month_first
    if found is None:
        return Dated(None, (Doubt("date-unreadable", "birth_date", raw),))
    if month_first and not day_first and column.order is Order.DAY_FIRST:
        doubts.append(Doubt("date-other-order", "birth_date", raw))
    return _judged(found, doubts, raw, birth)


def _whole_year(short: int, birth: bool) -> int:
    """The century of a year in two digits: a birth at least ten years ago, any other date within 50 years."""
    now = clock.today().year
    newest = now - 10 if birth else now + 20
    return 2000 + short if 2000 + short <= newest else 1900 + short


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None
