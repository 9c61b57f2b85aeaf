"""The board of stalls and what explains it: who sells where and when, who waits, and how fair it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from sqlalchemy.orm import Session

from venue_desk.domain.stalls import words
from venue_desk.domain.stalls.bounds import gap_bound
from venue_desk.domain.stalls.days import first_from, market_days
from venue_desk.domain.stalls.fairness import Score, longest_wait, quota, score, shares
from venue_desk.domain.stalls.rules import violations
from venue_desk.domain.stalls.season import GOOD, POOR, turns
from venue_desk.domain.stalls.settings import Rules, rules_of
from venue_desk.language import _
from venue_desk.queries.rotation import (
    Rotation,
    absence_on,
    absences_of,
    cells_of,
    closed_days,
    locked_of,
    registered,
    rotation,
    stalls_of,
    the_market,
    vendors_of,
    weeks_of,
)
from venue_desk.store.records import Absence, MarketWeek, Stall, Vendor

PAST, PUBLISHED, DRAFT, CLOSED, OPEN = "past", "published", "draft", "closed", "open"
"""What a week is: over; told to the vendors; planned; not taking place; not planned yet."""


@dataclass(frozen=True, slots=True)
class StallRow:
    id: str
    number: str
    row: int
    position: int
    offers: tuple[str, ...]
    quality: int
    out: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class CellRow:
    """One stall on one day. ``problem`` says why its vendor cannot be there, ``reason`` why a rule was set aside."""

    stall_id: str
    vendor_id: str = ""
    name: str = ""
    short: str = ""
    products: str = ""
    category: str = ""
    locked: bool = False
    out: bool = False
    problem: str = ""
    reason: str = ""
    came: bool | None = None
    stood_in: str = ""
    stood_in_name: str = ""
    takings: int | None = None


@dataclass(frozen=True, slots=True)
class WeekRow:
    day: date
    status: str
    cells: tuple[CellRow, ...] = ()

    def cell(self, stall_id: str) -> CellRow | None:
        return next((cell for cell in self.cells if cell.stall_id == stall_id), None)

    @property
    def free(self) -> int:
        """Seats that nobody has."""
        return sum(not cell.vendor_id and not cell.out for cell in self.cells)

    @property
    def planned(self) -> bool:
        return any(cell.vendor_id for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Board:
    market_id: str
    market: str
    stalls: tuple[StallRow, ...]
    weeks: tuple[WeekRow, ...]
    active: int
    """Vendors in the rotation today."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One vendor in the fairness of a stretch of weeks."""

    vendor_id: str
    name: str
    share: float
    turns: int
    credit: float
    longest: int
    good: int
    poor: int
    inside: bool


@dataclass(frozen=True, slots=True)
class Fairness:
    """How fair the weeks planned last are. ``sentence`` is the proof; ``summary`` what everybody gets."""

    first: date
    last: date
    weeks: int
    empty: int
    outside: int
    gap: int
    proven: bool
    sentence: str
    summary: str
    standings: tuple[Standing, ...] = field(default=())


def board(session: Session, today: date, *, past: int = 2, ahead: int = 12) -> Board:
    """Some past weeks, this week and the planned ones, at least ``ahead`` from today on, with closed weeks shown."""
    market = the_market(session)
    stalls = stalls_of(session, market.id)
    known = {week.day: week for week in weeks_of(session, market.id)}
    closed = closed_days(market)
    vendors = vendors_of(session, market.id)
    absences = absences_of(session)
    earlier = [day for day in known if day < today][-past:] if past else []
    days = set(market_days(market.weekday, closed, first_from(market.weekday, today), ahead))
    days.update(earlier, (day for day in known if day >= today))
    shut = {day for day in closed if min(days, default=today) < day < max(days, default=today)}
    weeks = []
    for day in sorted(days | shut):
        week = known.get(day)
        if day in shut and not cells_of(week):
            weeks.append(WeekRow(day, CLOSED))
            continue
        cells = tuple(_cell(stall, day, week, vendors, absences) for stall in stalls)
        weeks.append(WeekRow(day, status(week, day, today), cells))
    return Board(
        market_id=market.id,
        market=market.name,
        stalls=tuple(_stall(stall) for stall in stalls),
        weeks=tuple(weeks),
        active=sum(registered(vendor, today) for vendor in vendors.values()),
    )


def status(week: MarketWeek | None, day: date, today: date) -> str:
    if week is None or not cells_of(week):
        return PAST if day < today else OPEN
    if day < today:
        return PAST
    return PUBLISHED if week.published_at else DRAFT


def _stall(stall: Stall) -> StallRow:
    return StallRow(
        stall.id,
        stall.number,
        stall.row,
        stall.position,
        tuple(need for need in words.NEEDS if getattr(stall, need)),
        stall.quality,
        tuple(sorted(date.fromisoformat(str(day)) for day in stall.out)),
    )


def _cell(
    stall: Stall,
    day: date,
    week: MarketWeek | None,
    vendors: Mapping[str, Vendor],
    absences: Mapping[str, Sequence[Absence]],
) -> CellRow:
    out = day.isoformat() in stall.out
    vendor = vendors.get(cells_of(week).get(stall.id, ""))
    if week is None or vendor is None:
        return CellRow(stall.id, out=out, locked=stall.id in locked_of(week))
    problem = ""
    if absence_on(absences.get(vendor.id, ()), day):
        problem = _("{name} is away that week").format(name=vendor.name)
    elif not registered(vendor, day):
        problem = _("{name} is not in the rotation that week").format(name=vendor.name)
    elif out:
        problem = _("The stall is out of use that week")
    there: dict[str, Any] = week.came.get(stall.id) or {}
    stood_in = vendors.get(str(there.get("stood_in") or ""))
    return CellRow(
        stall_id=stall.id,
        vendor_id=vendor.id,
        name=vendor.name,
        short=vendor.short or vendor.name,
        products=vendor.products,
        category=vendor.category,
        locked=stall.id in locked_of(week),
        out=out,
        problem=problem,
        reason=str(week.plan.get("reasons", {}).get(stall.id, "")),
        came=there.get("came"),
        stood_in=stood_in.id if stood_in else "",
        stood_in_name=stood_in.name if stood_in else "",
        takings=week.takings.get(stall.id),
    )


def rules(session: Session) -> Rules:
    """The rules of the venue's market. Raises Problem where there is none."""
    market = the_market(session)
    return rules_of(market.rules, len(stalls_of(session, market.id)))


def fairness(session: Session, today: date) -> Fairness | None:
    """How fair the weeks of the last planning are, as they stand now; without one, all planned weeks from today."""
    market = the_market(session)
    known = [week for week in weeks_of(session, market.id) if cells_of(week)]
    coming = [week for week in known if week.day >= today]
    if not coming:
        return None
    proof: dict[str, Any] = next(
        (week.plan["proof"] for week in reversed(known) if week.plan.get("proof")), {}
    )
    first = date.fromisoformat(str(proof["first"])) if proof else coming[0].day
    weeks = int(proof["weeks"]) if proof else sum(week.day >= first for week in known)
    seen = rotation(session, first, weeks)
    return judge(seen, proof)


def judge(seen: Rotation, proof: Mapping[str, Any]) -> Fairness:
    """A rotation's fairness; ``proof`` is what its planning proved, for the vendors and stalls it had then."""
    season = seen.season
    share = shares(season)
    rated = score(season, seen.plan, share)
    if proof.get("vendors") == len(season.vendors) and proof.get("seats") == season.all_seats:
        bound = Score(*map(int, proof["bound"]))
    else:
        # What each vendor alone must wait is a bound for any plan within quota.
        bound = Score(0, 0, 0 if rated.outside else gap_bound(season, share))
    taken = turns(season, seen.plan)
    counts = [len(one) for one in taken]
    standings = []
    for v, weeks in enumerate(taken):
        low, high = quota(share[v])
        spots = [season.stalls[s].quality for (_week, s), who in seen.plan.items() if who == v]
        standings.append(
            Standing(
                vendor_id=seen.vendors[v],
                name=seen.names[v],
                share=share[v],
                turns=len(weeks),
                credit=share[v] - len(weeks),
                longest=longest_wait(season, v, weeks),
                good=spots.count(GOOD),
                poor=spots.count(POOR),
                inside=low <= len(weeks) <= high,
            )
        )
    gaps = [b - a for one in taken for a, b in pairwise(one)]
    return Fairness(
        first=seen.days[0],
        last=seen.days[-1],
        weeks=season.weeks,
        empty=rated.empty,
        outside=rated.outside,
        gap=rated.gap,
        proven=rated.key <= bound.key and not violations(season, seen.plan),
        sentence=words.standing(rated, bound),
        summary=words.summary(rated, counts, gaps),
        standings=tuple(standings),
    )
