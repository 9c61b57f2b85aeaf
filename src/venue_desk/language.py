"""Words, dates and numbers as people in Indonesia write them; English is the second language.

Message ids are English. Nothing may be translated at import time, because the language can change.
"""

import gettext
from datetime import date, time

from venue_desk import resources

LANGUAGES = ("id", "en")

_active = "id"
_catalogue: gettext.NullTranslations | None = None


def use(language: str) -> None:
    """Speak this language from now on. Raises ValueError for one that we do not have."""
    global _active, _catalogue
    if language not in LANGUAGES:
        raise ValueError(f"unknown language: {language}")
    if language != _active:
        _active, _catalogue = language, None


def active() -> str:
    """The language spoken now: ``id`` or ``en``."""
    return _active


def _words() -> gettext.NullTranslations:
    global _catalogue
    if _catalogue is None:
        # English is the language of the message ids, so its catalogue is empty.
        _catalogue = (
            gettext.NullTranslations()
            if _active == "en"
            else gettext.translation(
                "venue_desk", resources.path("translations"), [_active], fallback=True
            )
        )
    return _catalogue


def _(message: str) -> str:
    return _words().gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """The form of a message for a count; the caller formats ``{count}`` or what else it holds."""
    return _words().ngettext(one, many, count)


def N_(message: str) -> str:
    """Mark a constant for translation later, where it is shown."""
    return message


def _locale() -> str:
    return "id_ID" if _active == "id" else "en_GB"


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
    return text.replace(":", ".") if _active == "id" else text


def number(value: float, digits: int = 0) -> str:
    """``6.624`` in Indonesian, ``6,624`` in English."""
    text = f"{value:,.{digits}f}"
    return text.translate(str.maketrans(",.", ".,")) if _active == "id" else text


def percent(share: float, digits: int = 0) -> str:
    """A share of one as a percentage, ``39,5 %``, with a space that does not break."""
    return f"{number(share * 100, digits)}\u00a0%"
