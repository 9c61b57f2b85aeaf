"""A plan under construction, kept so that one step of the search costs microseconds.

The weeks of a vendor are bits of an int; what they cost is remembered by that int.
"""

from collections.abc import Sequence

from venue_desk.domain.stalls.fairness import gap_cost, quota
from venue_desk.domain.stalls.season import Cell, Plan, Season, as_bits, weeks_in
from venue_desk.domain.stalls.seating import FREE, Seating

EMPTY = 4000
"""What an empty seat weighs against one week of gap."""
OUTSIDE = 80
"""What a turn outside quota weighs against one week of gap."""

_REMEMBER = 20_000


class Board:
    """Seats, turns and costs of a plan. Every change goes through ``put``."""

    def __init__(self, season: Season, share: Sequence[float], seating: Seating | None = None) -> None:
        self.season = season
        self.seating = seating or Seating(season)
        self.share = share
        self.quota = [quota(one) for one in share]
        vendors = range(len(season.vendors))
        self.fixed_weeks = [0] * len(season.vendors)
        for (week, _), vendor in season.fixed.items():
            self.fixed_weeks[vendor] |= 1 << week
        self.near = [
            as_bits(range(max(0, w - season.gap_hard + 1), min(season.weeks, w + season.gap_hard)))
            for w in range(season.weeks)
        ]
        self.may = [self._may(v) for v in vendors]
        """For each vendor the weeks they may newly take."""
        self.category = [one.category for one in season.vendors]
        self.apart: list[list[int]] = [[] for _ in vendors]
        for a, b in season.apart:
            self.apart[a].append(b)
            self.apart[b].append(a)
        self.single = [len(season.group_of[v]) == 1 for v in vendors]
        self._memo: list[dict[int, int]] = [{} for _ in vendors]
        self.seats = [self.seating.empty(week) for week in range(season.weeks)]
        self.taken = list(self.fixed_weeks)
        self.cost = [self.price(v, self.taken[v]) for v in vendors]
        self.cells = [
            (week, stall)
            for week in range(season.weeks)
            for stall in season.usable(week)
            if (week, stall) not in season.fixed
        ]
        self.empty = len(self.cells)
        self.total = EMPTY * self.empty + sum(self.cost)

    def _may(self, vendor: int) -> int:
        bits = self.season.present[vendor]
        last = self.season.vendors[vendor].last_turn
        if last is not None:
            bits &= ~as_bits(range(min(self.season.weeks, max(0, last + self.season.gap_hard))))
        for week in weeks_in(self.fixed_weeks[vendor]):
            bits &= ~self.near[week]
        return bits

    def price(self, vendor: int, bits: int) -> int:
        """Gap cost and weight of turns outside quota, if the vendor had these weeks."""
        memo = self._memo[vendor]
        known = memo.get(bits)
        if known is None:
            if len(memo) > _REMEMBER:
                memo.clear()
            low, high = self.quota[vendor]
            count = bits.bit_count()
            known = gap_cost(self.season, vendor, list(weeks_in(bits)))
            if count < low:
                known += OUTSIDE * (low - count)
            elif count > high:
                known += OUTSIDE * (count - high)
            memo[bits] = known
        return known

    def allows(self, week: int, stall: int, vendor: int) -> bool:
        """Category limits and pairs kept apart, if the vendor took this seat from whoever has it."""
        seats = self.seats[week]
        leaving = seats[stall]
        category = self.category[vendor]
        most = self.season.caps.get(category)
        if most is not None and (leaving < 0 or self.category[leaving] != category):
            count = 0
            for v in seats:
                if v >= 0 and self.category[v] == category:
                    count += 1
            if count >= most:
                return False
        return all(other == leaving or not self.taken[other] >> week & 1 for other in self.apart[vendor])

    def can(self, week: int, vendor: int, without: int = 0) -> bool:
        """Whether the vendor may sell that week by absences and least gap, their turns ``without`` not counted."""
        have = self.taken[vendor]
        return bool(
            self.may[vendor] >> week & 1 and not have >> week & 1 and not have & ~without & self.near[week]
        )

    def swap_in(self, week: int, stall: int, vendor: int) -> list[int] | None:
        """The seats of the week with the vendor in that seat's place, or None if a rule of the week forbids it."""
        if not self.allows(week, stall, vendor):
            return None
        return self.seating.exchange(week, self.seats[week], stall, vendor)

    def put(self, week: int, seats: list[int]) -> None:
        """Give the week these seats, and bring turns and costs up to date."""
        bit = 1 << week
        before, after = set(self.seats[week]), set(seats)
        for vendor in before - after:
            if vendor >= 0:
                self._turn(vendor, self.taken[vendor] & ~bit)
        for vendor in after - before:
            if vendor >= 0:
                self._turn(vendor, self.taken[vendor] | bit)
        filled = self.seats[week].count(FREE) - seats.count(FREE)
        self.empty -= filled
        self.total -= EMPTY * filled
        self.seats[week] = seats

    def _turn(self, vendor: int, bits: int) -> None:
        self.taken[vendor] = bits
        cost = self.price(vendor, bits)
        self.total += cost - self.cost[vendor]
        self.cost[vendor] = cost

    def plan(self) -> Plan:
        return plan_of(self.seats)

    def load(self, plan: Plan) -> None:
        """Take over a plan; cells that the season has fixed stay as they are."""
        for week in range(self.season.weeks):
            seats = self.seating.empty(week)
            for stall, now in enumerate(seats):
                if now == FREE:
                    seats[stall] = plan.get((week, stall), FREE)
            self.put(week, seats)

    def free_cells(self) -> list[Cell]:
        return [(w, s) for w, s in self.cells if self.seats[w][s] == FREE]


def plan_of(seats: Sequence[Sequence[int]]) -> Plan:
    """The plan that lists of seats, week by week, stand for."""
    return {
        (week, stall): vendor
        for week, row in enumerate(seats)
        for stall, vendor in enumerate(row)
        if vendor >= 0
    }
