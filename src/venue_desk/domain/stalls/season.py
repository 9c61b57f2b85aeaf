"""What a rotation is about: stalls, vendors and the market weeks of one season.

Everything is numbered: week 0 is the first market week of the season (closed weeks do not exist and are not
counted), stalls and vendors are positions in the season's tuples. A plan maps (week, stall) to a vendor.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

Cell: TypeAlias = tuple[int, int]
"""(week, stall)"""
Plan: TypeAlias = dict[Cell, int]

HALAL, NON_HALAL, NEUTRAL = "H", "N", "U"

GOOD, ORDINARY, POOR = 2, 1, 0
"""How well a stall sells by its place."""


@dataclass(frozen=True, slots=True)
class Stall:
    """One place to sell. Stalls of one row with neighbouring positions stand side by side."""

    key: str
    row: int
    position: int
    offers: frozenset[str] = frozenset()
    quality: int = ORDINARY


@dataclass(frozen=True, slots=True)
class Vendor:
    """One business in the rotation.

    ``joined`` is the first week of membership (negative: so long before the season), ``until`` the first week
    after it (None: stays). ``away`` are the weeks they told us they cannot come. ``credit`` are turns owed from
    before. ``last_turn`` counts market weeks before the season (-1 is the week before it); None is a new vendor.
    """

    key: str
    category: str = ""
    diet: str = NEUTRAL
    needs: frozenset[str] = frozenset()
    joined: int = 0
    until: int | None = None
    away: frozenset[int] = frozenset()
    credit: float = 0.0
    last_turn: int | None = None


@dataclass(frozen=True)
class Season:
    """A stretch of market weeks to plan, with its rules. ``fixed`` cells (published, locked) stay as they are."""

    weeks: int
    stalls: tuple[Stall, ...]
    vendors: tuple[Vendor, ...]
    out: Mapping[int, frozenset[int]] = field(default_factory=dict)
    """Stalls out of use, by week."""
    caps: Mapping[str, int] = field(default_factory=dict)
    """At most so many of a category a week."""
    apart: tuple[tuple[int, int], ...] = ()
    together: tuple[tuple[int, int], ...] = ()
    gap_hard: int = 1
    """Least weeks from one turn to the next, never broken."""
    gap_lo: int = 1
    gap_hi: int = 99
    """The band of good gaps: every week below or above it costs one."""
    separate_diets: bool = True
    fixed: Mapping[Cell, int] = field(default_factory=dict)

    @cached_property
    def groups(self) -> tuple[tuple[int, ...], ...]:
        """Vendors who sell in the same weeks or not at all, as groups of two or more."""
        leader = list(range(len(self.vendors)))

        def top(vendor: int) -> int:
            while leader[vendor] != vendor:
                vendor = leader[vendor]
            return vendor

        for a, b in self.together:
            leader[top(a)] = top(b)
        found: dict[int, list[int]] = {}
        for vendor in range(len(self.vendors)):
            found.setdefault(top(vendor), []).append(vendor)
        return tuple(tuple(group) for group in found.values() if len(group) > 1)

    @cached_property
    def group_of(self) -> tuple[tuple[int, ...], ...]:
        """For each vendor the group that moves with them, themselves included."""
        own: list[tuple[int, ...]] = [(v,) for v in range(len(self.vendors))]
        for group in self.groups:
            for vendor in group:
                own[vendor] = group
        return tuple(own)

    @cached_property
    def present(self) -> tuple[int, ...]:
        """For each vendor the weeks they may sell, as bits. One of a group away keeps the whole group away."""
        every = (1 << self.weeks) - 1
        own = []
        for one in self.vendors:
            bits = every & ~((1 << max(0, one.joined)) - 1)
            if one.until is not None:
                bits &= (1 << max(0, one.until)) - 1
            own.append(bits & ~as_bits(one.away))
        for group in self.groups:
            # Membership is each one's own; only absences are shared by the group.
            gone = as_bits(week for vendor in group for week in self.vendors[vendor].away)
            for vendor in group:
                own[vendor] &= ~gone
        return tuple(own)

    def available(self, vendor: int, week: int) -> bool:
        return bool(self.present[vendor] >> week & 1)

    def member(self, vendor: int, week: int) -> bool:
        """Registered that week, away or not: that is what a share is paid for."""
        one = self.vendors[vendor]
        return one.joined <= week and (one.until is None or week < one.until)

    def fits(self, vendor: int, stall: int) -> bool:
        return self.vendors[vendor].needs <= self.stalls[stall].offers

    def usable(self, week: int) -> tuple[int, ...]:
        return self._usable[week]

    def seats(self, week: int) -> int:
        return len(self._usable[week])

    @cached_property
    def _usable(self) -> tuple[tuple[int, ...], ...]:
        every = range(len(self.stalls))
        none: frozenset[int] = frozenset()
        return tuple(
            tuple(s for s in every if s not in self.out.get(week, none)) for week in range(self.weeks)
        )

    @cached_property
    def all_seats(self) -> int:
        return sum(map(len, self._usable))

    @cached_property
    def neighbours(self) -> tuple[tuple[int, int], ...]:
        """Pairs of stalls side by side, the smaller position first."""
        at = {(stall.row, stall.position): index for index, stall in enumerate(self.stalls)}
        return tuple(
            (index, at[stall.row, stall.position + 1])
            for index, stall in enumerate(self.stalls)
            if (stall.row, stall.position + 1) in at
        )

    @cached_property
    def beside(self) -> tuple[tuple[int, ...], ...]:
        """For each stall the stalls next to it."""
        found: list[list[int]] = [[] for _ in self.stalls]
        for a, b in self.neighbours:
            found[a].append(b)
            found[b].append(a)
        return tuple(map(tuple, found))

    def clash(self, a: int, b: int) -> bool:
        """Two vendors that may not stand side by side."""
        return (
            self.separate_diets
            and self.vendors[a].diet != self.vendors[b].diet
            and NEUTRAL not in (self.vendors[a].diet, self.vendors[b].diet)
        )


def band(vendors: int, stalls: int) -> tuple[int, int, int]:
    """The usual gap rules for so many vendors on so many stalls: (least, low end, high end) in weeks."""
    if not stalls:
        return 1, 1, 1
    ratio = vendors / stalls
    return max(1, int(ratio // 2)), max(1, int(ratio) - 1), -int(-ratio // 1) + 1


def turns(season: Season, plan: Mapping[Cell, int]) -> list[list[int]]:
    """The weeks of each vendor's turns, in order."""
    found: list[list[int]] = [[] for _ in season.vendors]
    for (week, _stall), vendor in sorted(plan.items()):
        found[vendor].append(week)
    return found


def weeks_in(bits: int) -> Iterator[int]:
    """The weeks of a set kept as bits, in order."""
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low


def as_bits(weeks: Iterable[int]) -> int:
    bits = 0
    for week in weeks:
        if week >= 0:
            bits |= 1 << week
    return bits
