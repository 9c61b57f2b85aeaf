"""Words, dates and numbers as people in Indonesia write them; English is the second language.

Message ids are English. Nothing may be translated at import time, because the language can change.
"""

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, time
from functools import cache

from venue_desk import resources

LANGUAGES = ("id", "en")

_active = "id"
_here: ContextVar[str | None] = ContextVar("language", default=None)


def use(language: str) -> None:
    """Speak this language from now on. Raises ValueError for one that we do not have."""
    global _active
    if language not in LANGUAGES:
        raise ValueError(f"unknown language: {language}")
    _active = language


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language in this block alone: a server answers several people at the same time."""
    if language not in LANGUAGES:
        raise ValueError(f"unknown language: {language}")
    before = _here.set(language)
    try:
        yield
    finally:
        _here.reset(before)


def active() -> str:
    """The language spoken now: ``id`` or ``en``."""
    return _here.get() or _active


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    # English is the language of the message ids, so its catalogue is empty.
    if language == "en":
        return gettext.NullTranslations()
    # Opened here: gettext's own search knows every spelling of a locale, and costs more than the reading.
    place = resources.path("translations", language, "LC_MESSAGES", "venue_desk.mo")
    if not place.exists():
        return gettext.NullTranslations()
    with place.open("rb") as file:
        return gettext.GNUTranslations(file)


def _(message: str) -> str:
    return _catalogue(active()).gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """The form of a message for a count; the caller formats ``{count}`` or what else it holds."""
    return _catalogue(active()).ngettext(one, many, count)


def N_(message: str) -> str:
    """Mark a constant for translation later, where it is shown."""
    return message


def _locale() -> str:
    return "id_ID" if active() == "id" else "en_GB"


def _date(day: date, pattern: str) -> str:
    from babel.dates import format_date

    return format_date(day, pattern, _locale())


def date_long(day: date) -> str:
    """``10 November 2025``."""
    return _date(day, "d MMMM y")


def date_short(day: date) -> str:
    """``10 Nov``."""
    return _date(day, "d MMM")


def date_medium(day: date) -> str:
    """``10 Nov 2025``."""
    return _date(day, "d MMM y")


def weekday(day: date) -> str:
    """``Sabtu``."""
    return _date(day, "EEEE")


def weekday_date(day: date) -> str:
    """``Sabtu, 22 November 2025``."""
    return _date(day, "EEEE, d MMMM y")


def weekday_short(day: date) -> str:
    """``Sabtu, 22 November``."""
    return _date(day, "EEEE, d MMMM")


def month_year(day: date) -> str:
    """``November 2025``."""
    return _date(day, "MMMM y")


def clock(moment: str | time) -> str:
    """``07.51`` in Indonesian, ``07:51`` in English, from a time or an ISO moment or time."""
    text = moment.strftime("%H:%M") if isinstance(moment, time) else moment.split("T")[-1][:5]
    return text.replace(":", ".") if active() == "id" else text


def number(value: float, digits: int = 0) -> str:
    """``6.624`` in Indonesian, ``6,624`` in English."""
    text = f"{value:,.{digits}f}"
    return text.translate(str.maketrans(",.", ".,")) if active() == "id" else text


def percent(share: float, digits: int = 0) -> str:
    """A share of one as a percentage, ``39,5 %``, with a space that does not break."""
    return f"{number(share * 100, digits)}\u00a0%"
