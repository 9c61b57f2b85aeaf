"""What is owed to whom, and how far a plan is from it: shares, quota, gaps, and the credit carried on."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from venue_desk.domain.stalls.season import Cell, Season, turns, weeks_in

_NOISE = 1e-6


def quota(share: float) -> tuple[int, int]:
    """The fewest and most turns that are fair for a share: its whole numbers below and above."""
    return max(0, math.floor(share + _NOISE)), max(0, math.ceil(share - _NOISE))


def reach(season: Season, vendor: int) -> int:
    """The most turns this vendor could have: every week they can come, at the least gap."""
    last = season.vendors[vendor].last_turn
    before = -(10**6) if last is None else last
    count = 0
    for week in weeks_in(season.present[vendor]):
        if week - before >= season.gap_hard:
            count += 1
            before = week
    return count


def shares(season: Season) -> list[float]:
    """The fair share of each vendor, in turns.

    Every seat of a week is shared equally by the vendors registered that week, away or not; credit from before is
    added (less its mean, so that the shares still make up the seats). Who cannot reach their share is held to what
    they can reach, and the rest is shared again.
    """
    vendors = range(len(season.vendors))
    if not vendors:
        return []
    reachable = [reach(season, v) for v in vendors]
    mean = sum(one.credit for one in season.vendors) / len(season.vendors)
    members = [[v for v in vendors if season.member(v, week)] for week in range(season.weeks)]
    capped: dict[int, float] = {}
    while True:
        share = [0.0] * len(season.vendors)
        for week, registered in enumerate(members):
            left = float(season.seats(week))
            free = []
            for v in registered:
                if v in capped:
                    left -= capped[v] / max(1, _length(season, v))
                else:
                    free.append(v)
            for v in free:
                share[v] += left / len(free)
        over = []
        for v in vendors:
            if v in capped:
                share[v] = capped[v]
                continue
            share[v] += season.vendors[v].credit - mean
            if share[v] > reachable[v] + 1e-9:
                over.append(v)
        if not over:
            return share
        for v in over:
            capped[v] = float(reachable[v])


def _length(season: Season, vendor: int) -> int:
    """Weeks of membership within the season."""
    one = season.vendors[vendor]
    end = season.weeks if one.until is None else min(season.weeks, one.until)
    return end - max(0, one.joined)


def gap_cost(season: Season, vendor: int, weeks: Sequence[int]) -> int:
    """Weeks waited beyond the band plus weeks too soon below it, for turns in these weeks (in order).

    A new vendor waits from the week of joining, and their first turn is never too soon. The wait that is still
    going on when the season ends counts too.
    """
    one = season.vendors[vendor]
    new = one.last_turn is None
    before = one.joined - 1 if one.last_turn is None else one.last_turn
    cost = 0
    for week in weeks:
        wait = week - before
        if wait > season.gap_hi:
            cost += wait - season.gap_hi
        elif wait < season.gap_lo and not new:
            cost += season.gap_lo - wait
        new = False
        before = week
    end = season.weeks if one.until is None else min(season.weeks, one.until)
    return cost + max(0, end - before - season.gap_hi)


def longest_wait(season: Season, vendor: int, weeks: Sequence[int]) -> int:
    """The longest wait of one vendor in market weeks, the wait at the end included."""
    one = season.vendors[vendor]
    before = one.joined - 1 if one.last_turn is None else one.last_turn
    end = season.weeks if one.until is None else min(season.weeks, one.until)
    longest = 0
    for week in [*weeks, end]:
        longest = max(longest, week - before)
        before = week
    return longest


@dataclass(frozen=True, slots=True)
class Score:
    """A plan in numbers, each one more important than all that follow it; less is better."""

    empty: int
    outside: int
    """Turns outside quota."""
    gap: int
    """Weeks too soon or waited too long."""

    @property
    def key(self) -> tuple[int, int, int]:
        return self.empty, self.outside, self.gap


def score(season: Season, plan: Mapping[Cell, int], share: Sequence[float]) -> Score:
    """Empty seats, turns outside quota and gap cost of a plan."""
    outside = gap = 0
    for vendor, weeks in enumerate(turns(season, plan)):
        low, high = quota(share[vendor])
        outside += max(0, low - len(weeks), len(weeks) - high)
        gap += gap_cost(season, vendor, weeks)
    return Score(season.all_seats - len(plan), outside, gap)
