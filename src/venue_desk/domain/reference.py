"""What the centre says to all venues: the kinds of entries, and how each is kept.

A trade holds its units, so that they change together. Keys and void numbers are gathered from the venues' own records;
turns are digests of people (see domain.turns). The agency writes the others. Values are JSON; a kind that a later
release brings is kept and passed over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from venue_desk.domain.catalogue import Trade, Unit
from venue_desk.domain.certificates import writable
from venue_desk.domain.problem import Problem
from venue_desk.language import _, active

TRADE, PROGRAMME, TEMPLATE, SERIES = "trade", "programme", "template", "series"
KEY, VOID, TURN = "key", "void", "turn"

LONGEST = 200  # letters of a name or title
MOST_UNITS = 60  # of one trade
MOST_HOURS = 2000  # of one unit or programme, JP of 45 minutes


@dataclass(frozen=True, slots=True)
class Programme:
    """A course as the agency plans it: what is filled in when a venue opens a course of it.

    ``units`` are codes; empty means all of the trade. ``hours`` are JP, 0: the sum of its units. ``capacity`` 0: no
    limit. ``series`` and ``once``: who took part in one course of the series may not join another. ``template``: of
    its certificates, by name; empty means the usual one.
    """

    code: str
    indonesian: str
    english: str
    trade: str
    hours: int = 0
    units: tuple[str, ...] = ()
    capacity: int = 20
    series: str = ""
    once: bool = False
    template: str = ""

    @property
    def name(self) -> str:
        """Its name in the language spoken now."""
        return self.indonesian if active() == "id" or not self.english else self.english

    def taught(self, units: Sequence[Unit]) -> tuple[Unit, ...]:
        """Which of its trade's units it teaches: all where it names none of them."""
        return tuple(one for one in units if one.code in self.units) or tuple(units)

    def jp(self, units: Sequence[Unit]) -> int:
        """Its training hours; ``units`` are its trade's."""
        return self.hours or sum(one.jp for one in self.taught(units))

    def kept(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return {
            "id": self.indonesian, "en": self.english, "trade": self.trade, "hours": self.hours,
            "units": list(self.units), "capacity": self.capacity, "series": self.series, "once": self.once,
            "template": self.template,
        }  # fmt: skip


def trade_kept(trade: Trade, position: int) -> dict[str, Any]:
    """A trade as JSON keeps it, with its place in the list."""
    return {
        "id": trade.indonesian,
        "en": trade.english,
        "planned": trade.planned,
        "position": position,
        "units": [
            {"code": u.code, "id": u.indonesian, "en": u.english, "jp": u.jp, "critical": u.critical}
            for u in trade.units
        ],
    }


def trade(code: str, value: Mapping[str, Any]) -> Trade:
    """A trade from what is kept. Raises Problem for one that cannot be used."""
    value = _entry(code, value)
    units = tuple(
        Unit(
            _code(unit.get("code"), _("A unit")),
            _title(unit.get("id"), str(unit.get("code"))),
            _text(unit.get("en")),
            _whole(unit.get("jp"), MOST_HOURS, str(unit.get("code"))),
            unit.get("critical") is True,
        )
        for unit in _rows(value.get("units"))
    )
    if len({unit.code for unit in units}) < len(units):
        raise Problem(
            _("Two units of {trade} have the same code.").format(trade=code),
            hint=_("Give each unit a code of its own."),
        )
    if len(units) > MOST_UNITS:
        raise Problem(_("{trade} has too many units.").format(trade=code))
    title = _title(value.get("id"), code)
    return Trade(
        _code(code, _("A trade")), title, _text(value.get("en")), value.get("planned") is True, units
    )


def programme(code: str, value: Mapping[str, Any]) -> Programme:
    """A programme from what is kept. Raises Problem for one that cannot be used."""
    value = _entry(code, value)
    made = Programme(
        code=_code(code, _("A programme")),
        indonesian=_title(value.get("id"), code),
        english=_text(value.get("en")),
        trade=_code(value.get("trade"), _("A trade")),
        hours=_whole(value.get("hours", 0), MOST_HOURS, code),
        units=tuple(_code(unit, _("A unit")) for unit in _list(value.get("units"))),
        capacity=_whole(value.get("capacity", 20), 500, code),
        series=_text(value.get("series", "")),
        once=value.get("once") is True,
        template=_text(value.get("template", "")),
    )
    if made.once and not made.series:
        raise Problem(
            _("“Once per person” needs a series."),
            hint=_("Name the series that this course belongs to, for example its partner."),
        )
    return made


def _entry(code: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Problem(_("{what} cannot be read.").format(what=code))
    return value


def _list(value: Any) -> list[Any]:
    if value is not None and not isinstance(value, list):
        raise Problem(_("The list of units cannot be read."))
    return value or []


def _rows(value: Any) -> list[Mapping[str, Any]]:
    rows = _list(value)
    if not all(isinstance(row, Mapping) for row in rows):
        raise Problem(_("The list of units cannot be read."))
    return rows


def _text(value: Any) -> str:
    """A text as a certificate can print it, for all of these may stand on one."""
    text = writable(value) if isinstance(value, str) else ""
    if len(text) > LONGEST or not (value is None or isinstance(value, str)):
        raise Problem(_("“{text}” is too long, or is no text.").format(text=(text or repr(value))[:40]))
    return text


def _title(value: Any, what: str) -> str:
    text = _text(value)
    if not text:
        raise Problem(_("{what} has no name.").format(what=what), hint=_("Write its Indonesian name."))
    return text


def _code(value: Any, what: str) -> str:
    text = _text(value).upper()
    if not text or len(text) > 40:
        raise Problem(
            _("{what} has no code, or one of more than 40 letters.").format(what=what),
            hint=_("Write a short code, for example BOGA-12."),
        )
    return text


def _whole(value: Any, most: int, what: str) -> int:
    if type(value) is not int or not 0 <= value <= most:
        raise Problem(_("The number at {what} must lie between 0 and {most}.").format(what=what, most=most))
    return value
