"""Why a cell is empty, who could take it, and where a vendor could move."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from venue_desk.domain.stalls.fairness import gap_cost
from venue_desk.domain.stalls.rules import Broken, Rule, refusals
from venue_desk.domain.stalls.season import Cell, Plan, Season

_PLAIN = {rule: place for place, rule in enumerate(Rule)}


@dataclass(frozen=True, slots=True)
class Reason:
    """So many vendors are kept from a cell by this rule. ``detail`` is the need or category it is about."""

    rule: Rule
    count: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A vendor who may take a cell, nobody else moving."""

    vendor: int
    owed: float
    """Turns of their share that the plan does not give them."""
    wait: int
    """Market weeks since their turn before."""
    cost: int
    """Weeks of gap that it adds (less is fairer)."""
    before: int
    """Turns they have on this stall already."""


def without(plan: Plan, *cells: Cell) -> Plan:
    """The plan with these cells free."""
    return {cell: vendor for cell, vendor in plan.items() if cell not in cells}


def plainest(broken: Sequence[Broken]) -> Broken:
    """The rule to tell a person first, when several are in the way."""
    return min(broken, key=lambda one: _PLAIN[one.rule])


def why_empty(season: Season, plan: Plan, cell: Cell) -> list[Reason]:
    """Why nobody can take a free cell: each vendor is counted once, under their plainest reason.

    Vendors whom nothing keeps from it are not counted; see ``candidates``.
    """
    found: Counter[tuple[Rule, str]] = Counter()
    for vendor in range(len(season.vendors)):
        broken = refusals(season, plan, cell, vendor)
        if broken:
            rule = plainest(broken).rule
            found[rule, _detail(season, rule, cell, vendor)] += 1
    return [Reason(rule, count, detail) for (rule, detail), count in found.most_common()]


def _detail(season: Season, rule: Rule, cell: Cell, vendor: int) -> str:
    one = season.vendors[vendor]
    if rule is Rule.CAP:
        return one.category
    if rule is Rule.NEEDS:
        return min(one.needs - season.stalls[cell[1]].offers)
    return ""


def candidates(
    season: Season, plan: Plan, cell: Cell, share: Sequence[float], but: int | None = None
) -> list[Candidate]:
    """Who may take a cell without anybody else moving, the fairest first; ``but`` is the one who cannot come."""
    week, stall = cell
    free = without(plan, cell)
    found = []
    for vendor in range(len(season.vendors)):
        if vendor == but or refusals(season, free, cell, vendor):
            continue
        turns = sorted(w for (w, _), v in free.items() if v == vendor)
        last = season.vendors[vendor].last_turn
        earlier = [w for w in turns if w < week]
        before = earlier[-1] if earlier else (season.vendors[vendor].joined - 1 if last is None else last)
        with_it = sorted([*turns, week])
        found.append(
            Candidate(
                vendor=vendor,
                owed=share[vendor] - len(turns),
                wait=week - before,
                cost=gap_cost(season, vendor, with_it) - gap_cost(season, vendor, turns),
                before=sum(v == vendor and s == stall for (_, s), v in free.items()),
            )
        )
    found.sort(key=lambda one: (-round(one.owed), one.cost, -one.owed, -one.wait, one.before, one.vendor))
    return found


def exchange(season: Season, plan: Plan, a: Cell, b: Cell) -> list[Broken]:
    """What keeps the vendors of two cells from changing places; either cell may be free. Empty: nothing."""
    if a == b:
        return []
    first, second = plan.get(a), plan.get(b)
    fixed = [Broken(Rule.FIXED, *cell) for cell in (a, b) if cell in season.fixed]
    if fixed:
        return fixed
    bare = without(plan, a, b)
    found: list[Broken] = []
    for vendor, target, other, there in ((first, b, second, a), (second, a, first, b)):
        if vendor is None:
            continue
        trial = dict(bare)
        if other is not None:
            trial[there] = other
        found += refusals(season, trial, target, vendor)
    return found


def exchanges(season: Season, plan: Plan, cell: Cell) -> Mapping[Cell, Broken | None]:
    """For every other cell: None where the vendors may change places, else the plainest rule against it."""
    found: dict[Cell, Broken | None] = {}
    for week in range(season.weeks):
        for stall in season.usable(week):
            other = (week, stall)
            if other != cell:
                broken = exchange(season, plan, cell, other)
                found[other] = plainest(broken) if broken else None
    return found
