"""The trades and competency units that a venue starts with: reference data from `resources/catalogue`.

The units are examples in the shape of SKKNI units, to be replaced by the agency's own, which its centre sends (see
``queries.catalogue``). A new trade is a line of either, never code.
"""

import json
from dataclasses import dataclass
from functools import cache

from venue_desk import language, resources


@dataclass(frozen=True, slots=True)
class Unit:
    """One competency unit; ``jp`` are training hours of 45 minutes."""

    code: str
    indonesian: str
    english: str
    jp: int
    critical: bool

    @property
    def name(self) -> str:
        """Its title in the language spoken now."""
        return _spoken(self.indonesian, self.english)


@dataclass(frozen=True, slots=True)
class Trade:
    """A trade (kejuruan) with its usual units; ``planned`` ones are announced but not yet taught."""

    code: str
    indonesian: str
    english: str
    planned: bool
    units: tuple[Unit, ...]

    @property
    def name(self) -> str:
        """Its name in the language spoken now."""
        return _spoken(self.indonesian, self.english)


def _spoken(indonesian: str, english: str) -> str:
    return indonesian if language.active() == "id" or not english else english


@cache
def trades() -> tuple[Trade, ...]:
    """All trades in the order of the file."""
    text = resources.path("catalogue", "trades.json").read_text(encoding="utf-8")
    return tuple(
        Trade(
            line["code"],
            line["indonesian"],
            line["english"],
            line["planned"],
            tuple(Unit(**unit) for unit in line["units"]),
        )
        for line in json.loads(text)["trades"]
    )


def trade(code: str) -> Trade | None:
    """The trade with this code, or None for one that a venue made up itself."""
    return next((one for one in trades() if one.code == code), None)
