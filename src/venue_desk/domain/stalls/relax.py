"""Why a season cannot be filled: which single rule, set aside, would fill the most seats."""

from collections import Counter
from dataclasses import dataclass, replace
from random import Random
from time import monotonic

from venue_desk.domain.stalls import solver
from venue_desk.domain.stalls.board import Board
from venue_desk.domain.stalls.fairness import shares
from venue_desk.domain.stalls.model import Limits, Rotation
from venue_desk.domain.stalls.rules import Rule, refusals
from venue_desk.domain.stalls.search import anneal, construct, fill
from venue_desk.domain.stalls.season import Plan, Season

_SECONDS = 0.4
_STEPS = 6_000


@dataclass(frozen=True, slots=True)
class Relaxed:
    """Without this rule, ``gain`` more seats would be filled. ``detail`` is the category of a limit."""

    rule: Rule
    gain: int
    detail: str = ""


def relaxations(season: Season, plan: Plan, seconds: float = 2.0) -> list[Relaxed]:
    """The rules that keep the free seats of a plan empty, the one that gains most first.

    Only rules that stand in somebody's way at a free seat are tried, the most frequent first, within ``seconds``.
    """
    deadline = monotonic() + seconds
    empty = season.all_seats - len(plan)
    found = []
    for rule, detail in _in_the_way(season, plan):
        left = deadline - monotonic()
        if left <= 0:
            break
        gain = empty - _least_empty(_without(season, rule, detail), empty, min(_SECONDS, left))
        if gain > 0:
            found.append(Relaxed(rule, gain, detail))
    return sorted(found, key=lambda one: -one.gain)


def _in_the_way(season: Season, plan: Plan) -> list[tuple[Rule, str]]:
    counted: Counter[tuple[Rule, str]] = Counter()
    for week in range(season.weeks):
        for stall in season.usable(week):
            if (week, stall) in plan:
                continue
            for vendor in range(len(season.vendors)):
                for broken in refusals(season, plan, (week, stall), vendor):
                    category = season.vendors[vendor].category if broken.rule is Rule.CAP else ""
                    counted[broken.rule, category] += 1
    return [one for one, _times in counted.most_common() if one[0] in _RELAXED]


_RELAXED = {Rule.CAP, Rule.DIET, Rule.TOO_SOON, Rule.NEEDS, Rule.AWAY, Rule.APART, Rule.TOGETHER}


def _without(season: Season, rule: Rule, detail: str) -> Season:
    """The season as it would be without a rule; the least gap becomes a week shorter."""
    if rule is Rule.CAP:
        return replace(season, caps={name: most for name, most in season.caps.items() if name != detail})
    if rule is Rule.DIET:
        return replace(season, separate_diets=False)
    if rule is Rule.TOO_SOON:
        return replace(season, gap_hard=max(1, season.gap_hard - 1))
    if rule is Rule.NEEDS:
        every = frozenset(need for vendor in season.vendors for need in vendor.needs)
        equipped = tuple(replace(stall, offers=stall.offers | every) for stall in season.stalls)
        return replace(season, stalls=equipped)
    if rule is Rule.AWAY:
        return replace(season, vendors=tuple(replace(one, away=frozenset()) for one in season.vendors))
    return replace(season, apart=()) if rule is Rule.APART else replace(season, together=())


def _least_empty(season: Season, known: int, seconds: float) -> int:
    """How few seats can be left free, as far as a short look tells."""
    share = shares(season)
    board = Board(season, share)
    rng = Random(0)
    construct(board, rng)
    fill(board, rng)
    if not board.empty:
        return 0
    if not solver.available():
        for _best in anneal(board, rng, _STEPS, 0.7, 0.2):
            if not board.empty:
                break
        return board.empty
    model = Rotation(season, share, Limits(empty=known), "empty")
    for solution in solver.solve(model.model, seconds):
        if solution is not None and solution.values is not None:
            return min(board.empty, season.all_seats - len(model.plan(solution.values)))
    return board.empty
