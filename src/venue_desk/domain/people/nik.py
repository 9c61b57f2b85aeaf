"""The NIK, Indonesia's population number: 16 digits, PPKKCC DDMMYY SSSS, 40 added to a woman's day.

It has no check digit, the area is where it was first issued, and people may have none: so it is never a key,
what is odd is a warning, and only what a spreadsheet has destroyed is refused.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from venue_desk.domain import clock
from venue_desk.domain.people.doubts import Doubt

_SCIENTIFIC = re.compile(r"\d+(?:[.,]\d+)?\s*[eE]\s*\+?\s*\d+")
_DRESS = re.compile(r"[\s.'’‘`\"=_\-–—/:]+")
_NONE_WORDS = re.compile(r"(?i)(belum|tidak|tdk|blm|tanpa|none|null|n/?a|x+|kosong|nihil)\b.*")
# Provinces by the Ministry of Home Affairs' codes, with those of Papua since 2022.
_PROVINCES = frozenset(
    (
        *range(11, 20),
        21,
        *range(31, 37),
        *range(51, 54),
        *range(61, 66),
        *range(71, 77),
        81,
        82,
        *range(91, 98),
    )
)


@dataclass(frozen=True, slots=True)
class Nik:
    """A NIK as read: ``text`` is what may be kept, None when there is none or it was destroyed."""

    text: str | None
    doubts: Sequence[Doubt] = ()

    @property
    def damaged(self) -> bool:
        return any(d.code == "nik-damaged" for d in self.doubts)


def read_nik(written: object) -> Nik:
    """Read a cell or a typed text. A number or a scientific notation is damaged and never accepted."""
    if written is None or isinstance(written, bool):
        return Nik(None)
    if isinstance(written, int | float):
        if abs(written) < 1:
            return _without("nik-none", "0")
        shown = f"{written:.0f}" if abs(written) < 1e18 else str(written)
        # A spreadsheet keeps 15 digits of a number, so even one that looks whole is not to be trusted.
        return _without("nik-unreadable" if abs(written) < 1e11 else "nik-damaged", shown)
    raw = " ".join(str(written).split())
    bare = _DRESS.sub("", raw)
    if _SCIENTIFIC.search(raw) and not bare.isdigit():
        return _without("nik-damaged", raw)
    if not bare:
        return _without("nik-none", raw) if raw else Nik(None)
    if not bare.strip("0") or len(set(bare)) == 1 or _NONE_WORDS.fullmatch(raw):
        return _without("nik-none", raw)
    if not (bare.isascii() and bare.isdigit()):
        return _without("nik-unreadable", raw)
    if len(bare) == 16 and bare.endswith("0000"):
        # Serials begin at 0001: four zeros are what a spreadsheet leaves behind when it rounds.
        return _without("nik-damaged", raw)
    if len(bare) != 16:
        return Nik(bare, (Doubt("nik-length", "nik", raw),))
    doubts = []
    if int(bare[:2]) not in _PROVINCES:
        doubts.append(Doubt("nik-area", "nik", raw))
    if _told(bare, 2000) is None and _told(bare, 1900) is None:
        doubts.append(Doubt("nik-date", "nik", raw))
    return Nik(bare, tuple(doubts))


def _without(code: str, raw: str) -> Nik:
    return Nik(None, (Doubt(code, "nik", raw),))


def nik_details(nik: str | None, today: date | None = None) -> tuple[date, str] | None:
    """Date of birth and sex (``P``/``L``) that a whole NIK tells, or None.

    The century is the one that makes the holder at least ten years old, for nobody younger takes a course.
    """
    if not nik or len(nik) != 16 or not nik.isdigit():
        return None
    this_year = (today or clock.today()).year
    return _told(nik, 2000 if 2000 + int(nik[10:12]) <= this_year - 10 else 1900)


def _told(nik: str, century: int) -> tuple[date, str] | None:
    day, month, year = int(nik[6:8]), int(nik[8:10]), int(nik[10:12])
    sex = "P" if day > 40 else "L"
    try:
        return date(century + year, month, day - 40 if sex == "P" else day), sex
    except ValueError:
        return None


def nik_conflicts(
    nik: str | None, born: date | None, sex: str | None, today: date | None = None
) -> list[Doubt]:
    """Where a NIK disagrees with the date of birth or the sex that were given beside it."""
    told = nik_details(nik, today)
    if told is None or nik is None:
        return []
    doubts = []
    # The century is our own guess, so only day, month and the last two digits of the year count.
    if born and (told[0].day, told[0].month, told[0].year % 100) != (born.day, born.month, born.year % 100):
        doubts.append(Doubt("nik-born-differs", "nik", nik))
    if sex and told[1] != sex:
        doubts.append(Doubt("nik-sex-differs", "nik", nik))
    return doubts


def masked(nik: str | None) -> str:
    """The last four digits, the rest hidden: ``•••• •••• •••• 0003``."""
    return f"•••• •••• •••• {nik[-4:]}" if nik else ""
