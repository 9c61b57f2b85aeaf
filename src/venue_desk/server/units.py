"""The units of a trade at the centre: one added, changed, moved or taken out, or all of them from a spreadsheet.

They are one value of the trade, so that they change together; programmes follow a new code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from venue_desk.domain.catalogue import Trade, Unit
from venue_desk.domain.problem import Problem
from venue_desk.domain.reference import PROGRAMME, TRADE, trade, trade_kept
from venue_desk.language import _
from venue_desk.server.catalogue import Changed, Fault, Place, Value, alone, entry, standing, write


@dataclass(frozen=True, slots=True)
class Difference:
    """What a list of units does to a trade: codes that are new, that say something else, that are gone."""

    new: Sequence[str]
    other: Sequence[str]
    gone: Sequence[str]
    moved: bool

    @property
    def any(self) -> bool:
        return bool(self.new or self.other or self.gone or self.moved)


def put(connection: Connection, code: str, unit: Value, seen: int, was: str = "") -> list[Place]:
    """Add a unit to a trade, or change the one whose code ``was``; programmes follow a new code. Raises Problem."""
    alone(connection)
    units = _units(connection, code)
    kept = trade(code, {"id": code, "units": [unit]}).units[0]
    if any(one.code == kept.code and one.code != was for one in units):
        raise Fault("code", _("{trade} has a unit with this code: {unit}").format(trade=code, unit=kept.code))
    if was and not any(one.code == was for one in units):
        raise Changed
    new = [kept if one.code == was else one for one in units] if was else [*units, kept]
    changes = dict(_with_units(connection, code, new))
    if was and was != kept.code:
        for key, one in standing(connection)[PROGRAMME].items():
            value = one.value or {}
            if value["trade"] == code and was in value["units"]:
                renamed = [kept.code if unit == was else unit for unit in value["units"]]
                changes[PROGRAMME, key] = {**value, "units": renamed}
    return write(connection, changes, {(TRADE, code): seen})


def remove(connection: Connection, code: str, unit: str, seen: int) -> list[Place]:
    """Take a unit out of a trade. Raises Problem where a programme teaches it."""
    alone(connection)
    left = [one for one in _units(connection, code) if one.code != unit]
    return write(connection, _with_units(connection, code, left), {(TRADE, code): seen})


def move(connection: Connection, code: str, unit: str, by: int, seen: int) -> list[Place]:
    """Move a unit up (-1) or down (1) in its trade. Raises Problem."""
    alone(connection)
    units = _units(connection, code)
    at = next((place for place, one in enumerate(units) if one.code == unit), None)
    if at is None:
        raise Changed
    units.insert(max(0, at + by), units.pop(at))
    return write(connection, _with_units(connection, code, units), {(TRADE, code): seen})


def _units(connection: Connection, code: str) -> list[Unit]:
    kept = entry(connection, TRADE, code).value
    if kept is None:
        raise Changed
    return list(trade(code, kept).units)


def _with_units(connection: Connection, code: str, units: Sequence[Unit]) -> dict[Place, Value | None]:
    kept = entry(connection, TRADE, code).value or {}
    made: Trade = replace(trade(code, kept), units=tuple(units))
    return {(TRADE, code): trade_kept(made, int(kept.get("position", 0)))}


def listed(connection: Connection, code: str) -> Sequence[Unit]:
    """A trade's units in their order. Raises Problem where there is no such trade."""
    kept = entry(connection, TRADE, code).value
    if kept is None:
        raise Problem(
            _("There is no trade “{code}” in the catalogue.").format(code=code),
            _("See what is there with: venue-desk server … catalogue list."),
        )
    return trade(code, kept).units


def difference(connection: Connection, code: str, rows: Sequence[Mapping[str, Any]]) -> Difference:
    """What these units would do to a trade. Raises Problem for one that cannot be used."""
    before = {one.code: one for one in listed(connection, code)}
    after = {one.code: one for one in trade(code, {"id": code, "units": [dict(row) for row in rows]}).units}
    return Difference(
        [one for one in after if one not in before],
        [one for one in after if one in before and after[one] != before[one]],
        [one for one in before if one not in after],
        [one for one in after if one in before] != [one for one in before if one in after],
    )


def replace_all(
    connection: Connection, code: str, rows: Sequence[Mapping[str, Any]], seen: int | None = None
) -> Difference:
    """Give a trade these units and no others. Raises Problem, also where a programme needs one that would go."""
    alone(connection)
    made = difference(connection, code, rows)
    units = trade(code, {"id": code, "units": [dict(row) for row in rows]}).units
    write(connection, _with_units(connection, code, units), {} if seen is None else {(TRADE, code): seen})
    return made
