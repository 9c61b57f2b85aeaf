"""What no plan can beat, without a solver: an exact dynamic programme for each vendor alone."""

from collections.abc import Sequence

from venue_desk.domain.stalls.fairness import quota
from venue_desk.domain.stalls.season import Season, weeks_in


def gap_bounds(season: Season, share: Sequence[float]) -> list[int | None]:
    """The least gap cost of each vendor alone, within their weeks, history and quota; None: quota out of reach."""
    return [vendor_bound(season, v, *quota(share[v])) for v in range(len(season.vendors))]


def vendor_bound(season: Season, vendor: int, low: int, high: int) -> int | None:
    """The least gap cost of one vendor with ``low`` to ``high`` turns; None if there is no such choice of weeks."""
    one = season.vendors[vendor]
    new = one.last_turn is None
    start = one.joined - 1 if one.last_turn is None else one.last_turn
    end = season.weeks if one.until is None else min(season.weeks, one.until)
    # (week of the last turn, number of turns) -> least cost so far
    best: dict[tuple[int, int], int] = {(start, 0): 0}
    forced = {week for (week, _), v in season.fixed.items() if v == vendor}
    for week in sorted(forced.union(weeks_in(season.present[vendor]))):
        taken: dict[tuple[int, int], int] = {}
        for (before, count), cost in best.items():
            wait = week - before
            first = new and count == 0
            if count >= high or (not first and wait < season.gap_hard and week not in forced):
                continue
            soon = 0 if first else max(0, season.gap_lo - wait)
            total = cost + soon + max(0, wait - season.gap_hi)
            key = (week, count + 1)
            if total < taken.get(key, total + 1):
                taken[key] = total
        if week in forced:
            best = taken
        else:
            for key, total in taken.items():
                if total < best.get(key, total + 1):
                    best[key] = total
    finished = [
        cost + max(0, end - before - season.gap_hi) for (before, count), cost in best.items() if count >= low
    ]
    return min(finished, default=None)


def gap_bound(season: Season, share: Sequence[float]) -> int:
    """No plan within quota has a smaller gap cost than this."""
    return sum(bound for bound in gap_bounds(season, share) if bound is not None)
