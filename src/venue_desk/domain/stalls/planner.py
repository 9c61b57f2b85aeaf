"""Planning a season: construction, local search, the solver where it helps, then who stands where.

Levels, each best before the next: seats filled; everyone within their quota; gaps within the band; good, poor and
repeated stalls shared evenly.
"""

import math
from collections import deque
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random
from time import monotonic

from venue_desk.domain.stalls import solver
from venue_desk.domain.stalls.board import Board, plan_of
from venue_desk.domain.stalls.bounds import gap_bound
from venue_desk.domain.stalls.fairness import Score, score, shares
from venue_desk.domain.stalls.model import Limits, Rotation
from venue_desk.domain.stalls.search import anneal, construct
from venue_desk.domain.stalls.season import Cell, Plan, Season
from venue_desk.domain.stalls.spots import spread

SOLVER_WEEKS = 17
"""The longest season that the solver takes whole; longer ones it improves window by window."""

_HOT, _COLD = 0.7, 0.12
_STEPS_A_CELL = 1000
_LONG_STEPS, _VAST_STEPS = 1_000_000, 600_000  # a year of ten stalls; of thirty, where a step costs more
_WINDOW = 14
_FIRST_SLICE = 0.5


@dataclass(frozen=True, slots=True)
class Progress:
    """The best plan so far. ``bound``: no plan has a better score than this. ``done`` runs from 0 to 1."""

    done: float
    plan: Plan
    score: Score
    bound: Score

    @property
    def proven(self) -> bool:
        return self.score.key <= self.bound.key


class _Search:
    """What the stages of one planning share: the board with the best plan, and what is proven so far."""

    def __init__(self, season: Season, seed: int, seconds: float) -> None:
        self.season = season
        self.share = shares(season)
        self.rng = Random(seed)
        self.board = Board(season, self.share)
        self.inside = gap_bound(season, self.share)
        self.lower = Score(0, 0, 0)
        self.deadline = 0.0
        self.seconds = seconds
        self.done = 0.0
        self.best: Plan = dict(season.fixed)
        self.score = score(season, self.best, self.share)

    def keep(self, plan: Plan) -> None:
        """Remember a plan if it is better than, or as good as, what we have."""
        rated = score(self.season, plan, self.share)
        if rated.key <= self.score.key:
            self.best, self.score = plan, rated

    def progress(self, done: float) -> Progress:
        self.done = max(self.done, done)
        return Progress(self.done, self.best, self.score, self.bound)

    @property
    def bound(self) -> Score:
        """No plan is better than this. What each vendor alone must wait counts only where all are within quota."""
        return self.lower if self.score.outside else replace(self.lower, gap=max(self.lower.gap, self.inside))

    @property
    def proven(self) -> bool:
        return self.score.key <= self.bound.key


def plan(
    season: Season,
    *,
    seed: int = 0,
    seconds: float = 8.0,
    use_solver: bool = True,
    start: Mapping[Cell, int] | None = None,
) -> Generator[Progress, None, None]:
    """Plan the free cells of a season; yields the best so far, the last one with ``done`` = 1.

    ``seconds`` is the most the solver may take; what the local search does depends on the seed alone. A caller may
    stop at any time and keep what it was given last. ``start`` is a plan to improve, instead of an empty board.
    """
    search = _Search(season, seed, seconds)
    board = search.board
    if start:
        board.load(dict(start))
    construct(board, search.rng)
    search.keep(board.plan())
    yield search.progress(0.02)
    yield from _anneal(search)
    if not search.proven and use_solver and solver.available():
        search.deadline = monotonic() + seconds
        yield from _exactly(search) if season.weeks <= SOLVER_WEEKS else _windows(search)
    board.load(search.best)
    steps = min(400_000, 500 * len(board.cells))
    for rounds, _ in enumerate(spread(board, search.rng, steps)):
        yield search.progress(min(0.99, 0.9 + 0.1 * rounds * 1500 / steps))
    search.keep(board.plan())
    yield search.progress(1.0)


def _anneal(search: _Search) -> Iterator[Progress]:
    board, bound = search.board, search.inside
    cells = len(board.cells)
    long = search.season.weeks > SOLVER_WEEKS
    steps = min(_VAST_STEPS if cells > 1000 else _LONG_STEPS, (2 if long else 1) * _STEPS_A_CELL * cells)
    seen = board.total
    for rounds, (best, seats) in enumerate(anneal(board, search.rng, steps, _HOT, _COLD, bound)):
        if best < seen:
            seen = best
            search.keep(plan_of(seats))
        yield search.progress(0.02 + 0.6 * min(1.0, rounds * 1500 / steps))
    search.keep(board.plan())


def _limits(score: Score) -> tuple[str, Limits]:
    """What to improve next, and within which limits: the first level that is not at its ideal."""
    if score.empty:
        return "empty", Limits(score.empty)
    if score.outside:
        return "outside", Limits(0, score.outside)
    return "gap", Limits(0, 0, max(0, score.gap - 1))


def _exactly(search: _Search) -> Iterator[Progress]:
    """Improve level by level with the solver, until the best is proven or the time is up.

    How long a search takes is a matter of luck with a long tail, so it starts over with another seed, and with
    twice the time, rather than wait; each better plan makes the next search smaller.
    """
    slice_, seed = _FIRST_SLICE, 0
    for level in ("empty", "outside", "gap"):
        while getattr(search.score, level) > getattr(search.bound, level):
            left = search.deadline - monotonic()
            if left <= 0:
                return
            before = search.score
            yield from _solve(search, level, min(slice_, left), seed)
            if search.score == before:
                slice_, seed = 2 * slice_, seed + 1


def _solve(search: _Search, level: str, seconds: float, seed: int) -> Iterator[Progress]:
    """One search of the solver at one level, within what the levels above have reached."""
    now = search.score
    limits = {
        "empty": Limits(now.empty),
        "outside": Limits(now.empty, now.outside),
        "gap": Limits(now.empty, now.outside, max(0, now.gap - 1)),
    }[level]
    model = Rotation(search.season, search.share, limits, level)
    for solution in solver.solve(model.model, seconds, seed):
        if solution is None:
            yield search.progress(min(0.9, search.done + 0.002))
            continue
        if solution.values is not None:
            search.keep(model.plan(solution.values))
        _learn(search, level, solution)


def _learn(search: _Search, level: str, solution: solver.Solution) -> None:
    """Raise the bound by what the solver proved for this level."""
    value = getattr(search.score, level)
    proven = getattr(search.bound, level)
    if solution.finished:
        # Infeasible below the known gap cost means that the known one is best.
        proven = value
    elif math.isfinite(solution.bound):
        proven = max(proven, min(value, math.ceil(solution.bound - 1e-6)))
    search.lower = replace(search.lower, **{level: proven})


def _windows(search: _Search) -> Iterator[Progress]:
    """Improve a long season window by window, all other weeks held as they are."""
    season = search.season
    starts = list(range(0, max(1, season.weeks - _WINDOW // 2), _WINDOW // 2))
    idle = at = 0
    while idle < len(starts) and not search.proven and monotonic() < search.deadline:
        first = starts[at % len(starts)]
        at, idle = at + 1, idle + 1
        window = range(first, min(season.weeks, first + _WINDOW))
        held = {cell: vendor for cell, vendor in search.best.items() if cell[0] not in window}
        inner = replace(season, fixed={**held, **season.fixed})
        level, limits = _limits(search.score)
        model = Rotation(inner, search.share, limits, level)
        before = search.score
        for solution in solver.solve(model.model, min(3.0, max(0.1, search.deadline - monotonic()))):
            if solution is None:
                yield search.progress(min(0.9, search.done + 0.001))
            elif solution.values is not None:
                search.keep(model.plan(solution.values))
        if search.score.key < before.key:
            idle = 0
        yield search.progress(min(0.9, search.done + 0.001))


def finish(steps: Iterator[Progress]) -> Progress:
    """Run a planning to its end and return the last progress."""
    return deque(steps, maxlen=1).pop()
