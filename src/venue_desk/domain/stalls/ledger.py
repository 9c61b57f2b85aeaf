"""The ledger of turns: what past weeks gave to each vendor against their share, carried on as credit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

SERVED, EXCUSED, LATE, NO_SHOW, STOOD_IN = "served", "excused", "late", "no_show", "stood_in"

CHARGES = {SERVED: 1.0, EXCUSED: 0.0, LATE: 0.5, NO_SHOW: 1.0, STOOD_IN: 1.0}
"""What a turn costs by how it went: a late cancellation half, an excused absence nothing. A venue may change it."""

MOST = 2.0
"""Credit grows no further than this, either way: who can never come in winter does not come every week in spring."""


@dataclass(frozen=True, slots=True)
class Week:
    """A past week: who was registered, how many seats there were, and how each turn went."""

    members: frozenset[str]
    seats: int
    turns: tuple[tuple[str, str], ...]
    """(vendor, SERVED … STOOD_IN)"""


def credits_after(
    weeks: Iterable[Week], opening: Mapping[str, float], charges: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Turns owed to each vendor after these weeks: shares of the seats less what their turns cost."""
    price = {**CHARGES, **(charges or {})}
    owed = dict(opening)
    for week in weeks:
        share = week.seats / len(week.members) if week.members else 0.0
        for vendor in week.members:
            owed[vendor] = owed.get(vendor, 0.0) + share
        for vendor, how in week.turns:
            owed[vendor] = owed.get(vendor, 0.0) - price[how]
    return {vendor: max(-MOST, min(MOST, turns)) for vendor, turns in owed.items()}
