"""Good and poor stalls shared evenly: who stands where, once it is settled who sells in which week.

Nobody can be promised the same share of the good stalls: who needs gas may only ever use two of ten. So the
yardstick is what a lottery among the stalls each vendor *can* use would give.
"""

from collections.abc import Iterator, Sequence
from math import exp
from random import Random

from venue_desk.domain.stalls.board import Board
from venue_desk.domain.stalls.fairness import quota
from venue_desk.domain.stalls.season import GOOD, POOR, Season

_ROUNDS = 60
_BREATH = 1500


def lottery(season: Season, counts: Sequence[int]) -> list[list[float]]:
    """Expected turns of each vendor on each stall, if stalls were drawn by lot among those the vendor can use.

    Rows make up the vendor's turns, columns the weeks a stall is in use, brought together by iterative
    proportional fitting.
    """
    stalls, vendors = range(len(season.stalls)), range(len(season.vendors))
    use = [0] * len(season.stalls)
    for week in range(season.weeks):
        for stall in season.usable(week):
            use[stall] += 1
    scale = sum(counts) / max(1, sum(use))
    wanted = [one * scale for one in use]
    # Vendors with the same needs share one row until their turns are told apart, which keeps this quick.
    rows: dict[frozenset[str], list[int]] = {}
    for v in vendors:
        if counts[v]:
            rows.setdefault(season.vendors[v].needs, []).append(v)
    total = [sum(counts[v] for v in members) for members in rows.values()]
    grid = [[1.0 if season.fits(members[0], s) else 0.0 for s in stalls] for members in rows.values()]
    for _ in range(_ROUNDS):
        _scale_rows(grid, total)
        for s in stalls:
            column = sum(row[s] for row in grid)
            if column:
                factor = wanted[s] / column
                for row in grid:
                    row[s] *= factor
    _scale_rows(grid, total)
    expected = [[0.0] * len(season.stalls) for _ in vendors]
    for members, row, sum_ in zip(rows.values(), grid, total, strict=True):
        for v in members:
            expected[v] = [cell * counts[v] / sum_ for cell in row]
    return expected


def _scale_rows(grid: list[list[float]], total: Sequence[int]) -> None:
    for i, row in enumerate(grid):
        have = sum(row)
        if have:
            grid[i] = [cell * total[i] / have for cell in row]


class Spots:
    """Where each vendor stands over the season, against the lottery."""

    def __init__(self, season: Season, seats: Sequence[Sequence[int]], counts: Sequence[int]) -> None:
        self.season = season
        expected = lottery(season, counts)
        self.classes = tuple(
            frozenset(i for i, stall in enumerate(season.stalls) if stall.quality == quality)
            for quality in (GOOD, POOR)
        )
        self.fair = [[quota(sum(row[s] for s in group)) for group in self.classes] for row in expected]
        self.most = [[quota(cell)[1] for cell in row] for row in expected]
        self.visits = [[0] * len(season.stalls) for _ in season.vendors]
        for week in seats:
            for stall, vendor in enumerate(week):
                if vendor >= 0:
                    self.visits[vendor][stall] += 1

    def parts(self, vendor: int) -> tuple[int, int, int]:
        """(good, poor, repeats) turns away from what is fair."""
        visits = self.visits[vendor]
        away = []
        for group, (low, high) in zip(self.classes, self.fair[vendor], strict=True):
            count = sum(visits[s] for s in group)
            away.append(max(0, low - count, count - high))
        most = self.most[vendor]
        repeats = sum(n - most[s] for s, n in enumerate(visits) if n > most[s])
        return away[0], away[1], repeats

    def cost(self, vendor: int) -> int:
        return sum(self.parts(vendor))

    @property
    def total(self) -> int:
        return sum(self.cost(v) for v in range(len(self.visits)))

    def move(self, vendor: int, source: int, target: int) -> None:
        self.visits[vendor][source] -= 1
        self.visits[vendor][target] += 1


def spread(board: Board, rng: Random, steps: int) -> Iterator[int]:
    """Exchange stalls within weeks until good, poor and repeated stalls are fair; yields the turns still away.

    Levels above are untouched: nobody changes the week. On return the board holds the best found.
    """
    season = board.season
    spots = Spots(season, board.seats, [bits.bit_count() for bits in board.taken])
    free = [[s for s in season.usable(w) if (w, s) not in season.fixed] for w in range(season.weeks)]
    weeks = [w for w in range(season.weeks) if len(free[w]) > 1]
    costs = [spots.cost(v) for v in range(len(season.vendors))]
    now = best = sum(costs)
    best_seats = [week.copy() for week in board.seats]
    board.seats = [week.copy() for week in board.seats]  # changed in place from here on
    if not weeks or not best:
        return
    heat, cold = 0.6, 0.08
    rounds = max(1, steps // _BREATH)
    cooling = (cold / heat) ** (1 / max(1, rounds - 1))
    try:
        for _ in range(rounds):
            for _step in range(_BREATH):
                week = weeks[int(rng.random() * len(weeks))]
                a, b = rng.sample(free[week], 2)
                now += _trade(board, spots, costs, week, a, b, heat, rng)
                if now < best:
                    best, best_seats = now, [one.copy() for one in board.seats]
                    if not best:
                        return
            heat *= cooling
            yield best
    finally:
        for week, seats in enumerate(best_seats):
            board.put(week, seats)


def _trade(
    board: Board, spots: Spots, costs: list[int], week: int, a: int, b: int, heat: float, rng: Random
) -> int:
    """Let two stalls of a week change vendors if that is legal and good enough; the change in cost."""
    seats = board.seats[week]
    v, u = seats[a], seats[b]
    kind, fits = board.seating.kind, board.seating.fits
    if v == u or (v >= 0 and not fits[kind[v]][b]) or (u >= 0 and not fits[kind[u]][a]):
        return 0
    delta = 0
    price: list[tuple[int, int]] = []
    for vendor, source, target in ((v, a, b), (u, b, a)):
        if vendor >= 0:
            spots.move(vendor, source, target)
            cost = spots.cost(vendor)
            price.append((vendor, cost))
            delta += cost - costs[vendor]
    if delta <= 0 or rng.random() < exp(-delta / heat):
        seats[a], seats[b] = u, v
        if (v < 0 or board.seating.suits(seats, b, v)) and (u < 0 or board.seating.suits(seats, a, u)):
            for vendor, cost in price:
                costs[vendor] = cost
            return delta
        seats[a], seats[b] = v, u
    for vendor, source, target in ((v, b, a), (u, a, b)):
        if vendor >= 0:
            spots.move(vendor, source, target)
    return 0
