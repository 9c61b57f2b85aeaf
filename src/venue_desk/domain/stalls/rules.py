"""The hard rules, and the checker that says which of them a plan breaks."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from venue_desk.domain.stalls.season import Cell, Plan, Season, turns


class Rule(Enum):
    """Why a vendor may not have a cell, most plain first: the order in which a person is told."""

    NOT_REGISTERED = "not registered"
    AWAY = "away"
    OUT_OF_USE = "stall out of use"
    NEEDS = "needs"
    SAME_WEEK = "sells that week"
    TOO_SOON = "too soon"
    CAP = "limit of a category"
    DIET = "halal next to non-halal"
    APART = "kept apart"
    TOGETHER = "only together"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class Broken:
    """One broken rule. ``others`` explain it: the other vendor, the other turn's week, or (count, most) of a limit."""

    rule: Rule
    week: int
    stall: int | None = None
    vendor: int | None = None
    others: tuple[int, ...] = ()


def violations(season: Season, plan: Mapping[Cell, int]) -> list[Broken]:
    """Every hard rule that the plan breaks. Fixed cells are judged like all others."""
    weeks: list[dict[int, int]] = [{} for _ in range(season.weeks)]
    for (week, stall), vendor in plan.items():
        weeks[week][stall] = vendor
    bad = [one for week, here in enumerate(weeks) for one in _week(season, week, here)]
    for vendor, taken in enumerate(turns(season, plan)):
        before = season.vendors[vendor].last_turn
        for week in taken:
            if before is not None and 0 < week - before < season.gap_hard:
                bad.append(Broken(Rule.TOO_SOON, week, None, vendor, (before,)))
            before = week
    return bad


def _week(season: Season, week: int, here: Mapping[int, int]) -> Iterator[Broken]:
    for vendor, times in Counter(here.values()).items():
        if times > 1:
            yield Broken(Rule.SAME_WEEK, week, None, vendor)
    for stall, vendor in here.items():
        yield from _cell(season, week, stall, vendor)
    counted = Counter(season.vendors[vendor].category for vendor in here.values())
    for category, most in season.caps.items():
        if counted[category] > most:
            yield Broken(Rule.CAP, week, None, None, (counted[category], most))
    for a, b in season.neighbours:
        if a in here and b in here and season.clash(here[a], here[b]):
            yield Broken(Rule.DIET, week, a, here[a], (here[b],))
    present = set(here.values())
    for a, b in season.apart:
        if a in present and b in present:
            yield Broken(Rule.APART, week, None, a, (b,))
    for a, b in season.together:
        if (a in present) != (b in present):
            yield Broken(Rule.TOGETHER, week, None, a, (b,))


def _cell(season: Season, week: int, stall: int, vendor: int) -> Iterator[Broken]:
    """What speaks against a vendor in a cell whatever the rest of the plan is."""
    if not season.member(vendor, week):
        yield Broken(Rule.NOT_REGISTERED, week, stall, vendor)
    elif not season.available(vendor, week):
        yield Broken(Rule.AWAY, week, stall, vendor)
    if stall not in season.usable(week):
        yield Broken(Rule.OUT_OF_USE, week, stall, vendor)
    if not season.fits(vendor, stall):
        yield Broken(Rule.NEEDS, week, stall, vendor)


def refusals(season: Season, plan: Plan, cell: Cell, vendor: int) -> list[Broken]:
    """Every rule that keeps this vendor from a free cell, the rest of the plan staying as it is.

    A plan that holds the vendor elsewhere in that week, or another in the cell, must be given without them.
    """
    week, stall = cell
    return list(_refusals(season, plan, week, stall, vendor))


def _refusals(season: Season, plan: Plan, week: int, stall: int, vendor: int) -> Iterator[Broken]:
    here = {s: plan[week, s] for s in range(len(season.stalls)) if (week, s) in plan and s != stall}
    present = set(here.values())
    yield from _cell(season, week, stall, vendor)
    if vendor in present:
        yield Broken(Rule.SAME_WEEK, week, stall, vendor)
    near = _too_near(season, plan, week, vendor)
    if near is not None:
        yield Broken(Rule.TOO_SOON, week, stall, vendor, (near,))
    category = season.vendors[vendor].category
    most = season.caps.get(category)
    if most is not None:
        count = sum(season.vendors[v].category == category for v in present - {vendor})
        if count >= most:
            yield Broken(Rule.CAP, week, stall, vendor, (count, most))
    for other in season.beside[stall]:
        if other in here and season.clash(vendor, here[other]):
            yield Broken(Rule.DIET, week, stall, vendor, (here[other],))
            break
    for a, b in season.apart:
        if (a == vendor and b in present) or (b == vendor and a in present):
            yield Broken(Rule.APART, week, stall, vendor, (b if a == vendor else a,))
    missing = tuple(v for v in season.group_of[vendor] if v != vendor and v not in present)
    if missing:
        yield Broken(Rule.TOGETHER, week, stall, vendor, missing)


def _too_near(season: Season, plan: Plan, week: int, vendor: int) -> int | None:
    """The week of another turn closer than the least gap, before the season as a negative number."""
    last = season.vendors[vendor].last_turn
    if last is not None and week - last < season.gap_hard:
        return last
    span = range(max(0, week - season.gap_hard + 1), min(season.weeks, week + season.gap_hard))
    for other in span:
        if other != week and any(plan.get((other, s)) == vendor for s in range(len(season.stalls))):
            return other
    return None
