"""The rotation as a neutral list of columns and rows, for any solver of mixed-integer programmes.

Each vendor is a path through the weeks of their turns (so least gap, quota and gap cost are exact), each week hands
its seats to *kinds* of vendors (needs and diet), not to vendors: that keeps the model small and free of look-alikes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from venue_desk.domain.stalls.fairness import quota, reach
from venue_desk.domain.stalls.season import Plan, Season, weeks_in
from venue_desk.domain.stalls.seating import Seating


@dataclass(frozen=True, slots=True)
class Row:
    """low <= sum of factor * column <= high."""

    low: float
    high: float
    terms: tuple[tuple[int, float], ...]


@dataclass(slots=True)
class Model:
    """Columns (all from 0 to ``high``) and rows, to be made least in ``cost``."""

    high: list[float] = field(default_factory=list)
    cost: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    def column(self, cost: float = 0.0, *, whole: bool = False, high: float = 1.0) -> int:
        self.high.append(high)
        self.cost.append(cost)
        self.whole.append(whole)
        return len(self.cost) - 1

    def row(self, low: float, high: float, terms: Sequence[tuple[int, float]]) -> None:
        if terms:
            self.rows.append(Row(low, high, tuple(terms)))
        elif low > 0 or high < 0:
            # Nothing can make this row true: keep it, so that the solver finds the model infeasible.
            self.rows.append(Row(low, high, ((self.column(high=0.0), 1.0),)))


@dataclass(frozen=True, slots=True)
class Limits:
    """What the levels above allow: at most so many empty seats and turns outside quota, and a gap cost to beat."""

    empty: int = 0
    outside: int = 0
    gap: int | None = None


@dataclass(frozen=True, slots=True)
class Arc:
    """From one turn (week, count) to the next; the season's start has count 0, its end is ``END``."""

    tail: tuple[int, int]
    head: tuple[int, int]
    outside: int
    gap: int


END = (1 << 30, 0)


def paths(season: Season, vendor: int, share: float, spare: int) -> list[Arc]:
    """All steps of a vendor through the season, with up to ``spare`` turns outside quota."""
    one = season.vendors[vendor]
    low, high = quota(share)
    forced = {week for (week, _), v in season.fixed.items() if v == vendor}
    most = min(high + spare, reach(season, vendor) + len(forced))
    weeks = sorted(forced.union(weeks_in(season.present[vendor])))
    new = one.last_turn is None
    start = (one.joined - 1 if one.last_turn is None else one.last_turn, 0)
    end = season.weeks if one.until is None else min(season.weeks, one.until)
    arcs: list[Arc] = []
    reached = {start}
    for tail in [start, *((week, n) for week in weeks for n in range(1, most + 1))]:
        if tail not in reached:
            continue
        before, count = tail
        later = [week for week in weeks if week > before]
        must = min((week for week in later if week in forced), default=END[0])
        for week in later:
            wait = week - before
            first = new and count == 0
            if week > must or count == most:
                break
            if not first and wait < season.gap_hard and week not in forced:
                continue
            soon = 0 if first else max(0, season.gap_lo - wait)
            head = (week, count + 1)
            reached.add(head)
            arcs.append(Arc(tail, head, 0, soon + max(0, wait - season.gap_hi)))
        outside = max(0, low - count, count - high)
        if must == END[0] and outside <= spare:
            arcs.append(Arc(tail, END, outside, max(0, end - before - season.gap_hi)))
    return arcs


_FAR = 10**6


def _ahead(arcs: Sequence[Arc]) -> dict[tuple[int, int], int]:
    """For each node the least gap cost from there to the end."""
    ahead = {END: 0}
    for arc in reversed(arcs):
        cost = arc.gap + ahead.get(arc.head, _FAR)
        if cost < ahead.get(arc.tail, _FAR):
            ahead[arc.tail] = cost
    return ahead


def cheapest(arcs: Sequence[Arc]) -> int:
    """The least gap cost of one vendor alone."""
    return _ahead(arcs).get(arcs[0].tail, _FAR) if arcs else _FAR


def useful(arcs: Sequence[Arc], slack: int | None) -> list[Arc]:
    """Without the steps that lead nowhere, or only to paths more than ``slack`` above the vendor's best."""
    if not arcs:
        return []
    ahead = _ahead(arcs)
    behind = {arcs[0].tail: 0}
    for arc in arcs:
        cost = behind.get(arc.tail, _FAR) + arc.gap
        if cost < behind.get(arc.head, _FAR):
            behind[arc.head] = cost
    most = _FAR - 1
    if slack is not None:
        most = min(most, ahead.get(arcs[0].tail, _FAR) + slack)
    return [a for a in arcs if behind.get(a.tail, _FAR) + a.gap + ahead.get(a.head, _FAR) <= most]


class Rotation:
    """The model of a season, and the way back from its columns to a plan."""

    def __init__(self, season: Season, share: Sequence[float], limits: Limits, level: str) -> None:
        """``level`` names what is made least: ``empty``, ``outside`` or ``gap``, within the limits above it."""
        self.season = season
        self.seating = Seating(season)
        self.model = Model()
        self.level = level
        self._limits = limits
        self._turn: dict[tuple[int, int], int] = {}  # (vendor, week) -> column, for all but fixed turns
        self._seat: dict[tuple[int, int, int], int] = {}  # (week, stall, kind) -> column
        self._outside: list[tuple[int, float]] = []
        self._fixed = {(vendor, week): stall for (week, stall), vendor in season.fixed.items()}
        self._turns(share)
        self._empties = [
            self.model.column(1.0 if level == "empty" else 0.0, high=season.seats(w) if limits.empty else 0)
            for w in range(season.weeks)
        ]
        for week in range(season.weeks):
            self._week(week)
        if limits.empty and level != "empty":
            self.model.row(0, limits.empty, [(column, 1.0) for column in self._empties])
        if limits.outside and level == "gap":
            self.model.row(0, limits.outside, self._outside)

    def _turns(self, share: Sequence[float]) -> None:
        season, model = self.season, self.model
        spare = self._limits.outside if self.level == "gap" else season.weeks
        steps = [paths(season, v, share[v], spare) for v in range(len(season.vendors))]
        slack = None
        if self.level == "gap" and self._limits.gap is not None and not spare:
            # If the whole is to stay within the limit, nobody may be further than this above their own best.
            slack = max(0, self._limits.gap - sum(map(cheapest, steps)))
        for vendor, arcs in enumerate(steps):
            ins: dict[tuple[int, int], list[tuple[int, float]]] = {}
            outs: dict[tuple[int, int], list[tuple[int, float]]] = {}
            kept = useful(arcs, slack)
            if not kept:
                model.row(1, 1, [])
                continue
            for arc in kept:
                column = model.column(float(arc.gap if self.level == "gap" else 0))
                if self.level == "outside":
                    model.cost[column] = float(arc.outside)
                if arc.outside:
                    self._outside.append((column, float(arc.outside)))
                outs.setdefault(arc.tail, []).append((column, 1.0))
                ins.setdefault(arc.head, []).append((column, 1.0))
            start = arcs[0].tail
            model.row(1, 1, outs[start])
            by_week: dict[int, list[tuple[int, float]]] = {}
            for node, terms in ins.items():
                if node != END:
                    model.row(0, 0, [*terms, *((column, -1.0) for column, _ in outs.get(node, ()))])
                    by_week.setdefault(node[0], []).extend(terms)
            for week, terms in by_week.items():
                if (vendor, week) not in self._fixed:
                    turn = self._turn[vendor, week] = model.column(whole=True)
                    model.row(0, 0, [*terms, (turn, -1.0)])

    def _week(self, week: int) -> None:
        season, model, seating = self.season, self.model, self.seating
        fixed = seating.fixed[week]
        stalls = [s for s in season.usable(week) if s not in fixed]
        vendors = [v for v in range(len(season.vendors)) if (v, week) in self._turn]
        turn = {v: self._turn[v, week] for v in vendors}
        model.row(len(stalls), len(stalls), [*((turn[v], 1.0) for v in vendors), (self._empties[week], 1.0)])
        kinds = sorted({seating.kind[v] for v in vendors})
        for kind in kinds:
            places = []
            for stall in stalls:
                if seating.fits[kind][stall]:
                    column = self._seat[week, stall, kind] = model.column(whole=True)
                    places.append((column, 1.0))
            model.row(0, 0, [*places, *((turn[v], -1.0) for v in vendors if seating.kind[v] == kind)])
        for stall in stalls:
            here = [(self._seat[week, stall, k], 1.0) for k in kinds if (week, stall, k) in self._seat]
            model.row(0 if self._limits.empty else 1, 1, here)
        self._diets(week, kinds, fixed)
        for category, most in season.caps.items():
            count = sum(season.vendors[v].category == category for v in fixed.values())
            self.model.row(
                0,
                max(0, most - count),
                [(turn[v], 1.0) for v in vendors if season.vendors[v].category == category],
            )
        held = set(fixed.values())
        for a, b in season.apart:
            terms = [(turn[v], 1.0) for v in (a, b) if v in turn]
            if terms and not (a in held and b in held):
                model.row(0, 0 if a in held or b in held else 1, terms)
        for a, b in season.together:
            if a in held or b in held:
                continue
            model.row(0, 0, [(turn[v], sign) for v, sign in ((a, 1.0), (b, -1.0)) if v in turn])

    def _diets(self, week: int, kinds: Sequence[int], fixed: dict[int, int]) -> None:
        """No two diets side by side: for a pair of stalls, one of this diet or one of another, not both."""
        season, seating = self.season, self.seating
        diets = {seating.diet[k] for k in kinds} | {seating.diet[seating.kind[v]] for v in fixed.values()}
        for left, right in season.neighbours:
            if left in fixed and right in fixed:
                continue
            for diet in sorted(diets - {0}):
                terms: list[tuple[int, float]] = []
                room = 1
                for stall, same in ((left, True), (right, False)):
                    if stall in fixed:
                        theirs = seating.diet[seating.kind[fixed[stall]]]
                        room -= int(theirs != 0 and (theirs == diet) == same)
                        continue
                    terms += [
                        (self._seat[week, stall, k], 1.0)
                        for k in kinds
                        if (week, stall, k) in self._seat
                        and seating.diet[k]
                        and (seating.diet[k] == diet) == same
                    ]
                self.model.row(0, room, terms)

    def plan(self, values: Sequence[float]) -> Plan:
        """The plan that a solution stands for."""
        plan: Plan = dict(self.season.fixed)
        for week in range(self.season.weeks):
            waiting: dict[int, list[int]] = {}
            for vendor in range(len(self.season.vendors)):
                column = self._turn.get((vendor, week))
                if column is not None and values[column] > 0.5:
                    waiting.setdefault(self.seating.kind[vendor], []).append(vendor)
            for stall in self.season.usable(week):
                for kind, vendors in waiting.items():
                    column = self._seat.get((week, stall, kind))
                    if column is not None and values[column] > 0.5:
                        plan[week, stall] = vendors.pop()
        return plan
