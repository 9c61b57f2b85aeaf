"""A stretch of market weeks as the rotation's rules see it: from records to a season, and from its numbers back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue_desk.domain.problem import Problem
from venue_desk.domain.stalls import ledger, season
from venue_desk.domain.stalls.days import days_before, market_days
from venue_desk.domain.stalls.season import Cell, Plan, Season
from venue_desk.domain.stalls.settings import Rules, rules_of
from venue_desk.language import _
from venue_desk.store.records import Absence, Market, MarketWeek, Stall, Vendor, VendorPair, mine

MOST_WEEKS = 104
LOCKED, PUBLISHED, ALL = "locked", "published", "all"
"""Which cells are fixed: locked ones only; those of published weeks too; all that have a vendor."""
NEEDS = ("power", "water", "gas")


@dataclass(frozen=True, slots=True)
class Rotation:
    """Market weeks to plan or to judge. Positions in ``days``, ``stalls`` and ``vendors`` are the season's numbers."""

    market_id: str
    market: str
    days: tuple[date, ...]
    stalls: tuple[str, ...]
    numbers: tuple[str, ...]
    vendors: tuple[str, ...]
    names: tuple[str, ...]
    season: Season
    plan: Plan
    """What the weeks hold now."""

    def cell(self, day: date, stall_id: str) -> Cell:
        return self.days.index(day), self.stalls.index(stall_id)

    def cells(self, plan: Mapping[Cell, int]) -> dict[date, dict[str, str]]:
        """A plan as records keep it: for each day, stall ids to vendor ids."""
        found: dict[date, dict[str, str]] = {day: {} for day in self.days}
        for (week, stall), vendor in sorted(plan.items()):
            found[self.days[week]][self.stalls[stall]] = self.vendors[vendor]
        return found


def the_market(session: Session) -> Market:
    """The venue's market. Raises Problem when it has none."""
    found = session.scalars(select(Market).where(mine(session, Market)).order_by(Market.name)).first()
    if found is None:
        raise Problem(
            _("This venue has no market with stalls yet."), _("Set up stalls in the settings first.")
        )
    return found


def closed_days(market: Market) -> frozenset[date]:
    return frozenset(date.fromisoformat(str(day)) for day in market.closed)


def stalls_of(session: Session, market_id: str) -> list[Stall]:
    """A market's stalls, in the order of their numbers."""
    found = session.scalars(select(Stall).where(mine(session, Stall), Stall.market_id == market_id))
    return sorted(found, key=lambda one: (one.row, one.position, one.number))


def weeks_of(session: Session, market_id: str) -> list[MarketWeek]:
    """All weeks that were ever planned, in order."""
    return list(
        session.scalars(
            select(MarketWeek)
            .where(mine(session, MarketWeek), MarketWeek.market_id == market_id)
            .order_by(MarketWeek.day)
        )
    )


def cells_of(week: MarketWeek | None) -> dict[str, str]:
    """Stall ids to vendor ids."""
    cells = week.plan.get("cells", {}) if week is not None else {}
    return {str(stall): str(vendor) for stall, vendor in cells.items() if vendor}


def locked_of(week: MarketWeek | None) -> frozenset[str]:
    return frozenset(map(str, week.plan.get("locked", ()))) if week is not None else frozenset()


def vendors_of(session: Session, market_id: str) -> dict[str, Vendor]:
    """A market's vendors by id, in the order of their names."""
    found = session.scalars(
        select(Vendor)
        .where(mine(session, Vendor), Vendor.market_id == market_id)
        .order_by(Vendor.name, Vendor.id)
    )
    return {vendor.id: vendor for vendor in found}


def absences_of(session: Session) -> dict[str, list[Absence]]:
    """By vendor."""
    found: dict[str, list[Absence]] = {}
    for one in session.scalars(
        select(Absence).where(mine(session, Absence)).order_by(Absence.starts_on, Absence.id)
    ):
        found.setdefault(one.vendor_id, []).append(one)
    return found


def absence_on(absences: Sequence[Absence], day: date) -> Absence | None:
    return next((one for one in absences if one.starts_on <= day <= one.ends_on), None)


def registered(vendor: Vendor, day: date) -> bool:
    """Takes part in the rotation that day."""
    return (
        vendor.active
        and (vendor.active_from is None or vendor.active_from <= day)
        and (vendor.active_until is None or day <= vendor.active_until)
    )


def rotation(session: Session, first: date, weeks: int, *, fix: str = PUBLISHED) -> Rotation:
    """So many market weeks from a day on, with what came before as credit and waits. Raises Problem.

    ``fix`` says which cells are fixed; one whose vendor cannot come any more, or whose stall is out of use, is free.
    """
    if not 1 <= weeks <= MOST_WEEKS:
        raise Problem(_("A plan covers 1 to {most} weeks.").format(most=MOST_WEEKS))
    market = the_market(session)
    stalls = stalls_of(session, market.id)
    if not stalls:
        raise Problem(_("This market has no stalls yet."), _("Set up stalls in the settings first."))
    closed = closed_days(market)
    days = market_days(market.weekday, closed, first, weeks)
    if not days:
        raise Problem(_("There is no market day in the ten years from then on."))
    known = weeks_of(session, market.id)
    vendors = vendors_of(session, market.id)
    absences = absences_of(session)
    inside = {week.day: week for week in known if week.day in set(days)}
    shown = {vendor for week in inside.values() for vendor in cells_of(week).values()}
    chosen = [v for v in vendors.values() if v.id in shown or any(registered(v, day) for day in days)]
    if not chosen:
        raise Problem(
            _("Nobody is in the rotation in these weeks."),
            _("Add vendors, or make them active, and plan again."),
        )
    past = [week for week in known if week.day < days[0] and cells_of(week)]
    rules = rules_of(market.rules, len(stalls))
    history = _history(past, vendors, absences, stalls, rules)
    before = days_before(market.weekday, closed, past[0].day, days[0]) if past else []
    position = {vendor.id: index for index, vendor in enumerate(chosen)}
    place = {stall.id: index for index, stall in enumerate(stalls)}
    taking_part = sum(registered(vendor, days[0]) for vendor in chosen) or len(chosen)
    least, low, high = rules.band(taking_part, len(stalls))
    pairs = session.scalars(select(VendorPair).where(mine(session, VendorPair))).all()
    given = Season(
        weeks=len(days),
        stalls=tuple(_stall(stall) for stall in stalls),
        vendors=tuple(
            _vendor(vendor, days, before, absences.get(vendor.id, []), history) for vendor in chosen
        ),
        out={
            week: gone
            for week, day in enumerate(days)
            if (gone := frozenset(place[s.id] for s in stalls if day.isoformat() in s.out))
        },
        caps=rules.caps,
        apart=_pairs(pairs, "apart", position),
        together=_pairs(pairs, "together", position),
        gap_hard=least,
        gap_lo=low,
        gap_hi=high,
        separate_diets=rules.separate_diets,
    )
    plan: Plan = {}
    fixed: Plan = {}
    for week, day in enumerate(days):
        record = inside.get(day)
        locked = locked_of(record)
        for stall_id, vendor_id in cells_of(record).items():
            if stall_id not in place or vendor_id not in position:
                continue
            cell = (week, place[stall_id])
            plan[cell] = position[vendor_id]
            assert record is not None
            published = fix == PUBLISHED and record.published_at is not None
            stays = fix == ALL or published or stall_id in locked
            if stays and given.available(plan[cell], week) and cell[1] in given.usable(week):
                fixed[cell] = plan[cell]
    return Rotation(
        market_id=market.id,
        market=market.name,
        days=tuple(days),
        stalls=tuple(place),
        numbers=tuple(stall.number for stall in stalls),
        vendors=tuple(position),
        names=tuple(vendor.short or vendor.name for vendor in chosen),
        season=replace(given, fixed=fixed),
        plan=plan,
    )


def _stall(stall: Stall) -> season.Stall:
    offers = frozenset(need for need in NEEDS if getattr(stall, need))
    return season.Stall(stall.id, stall.row, stall.position, offers, stall.quality)


def _pairs(
    pairs: Sequence[VendorPair], kind: str, position: Mapping[str, int]
) -> tuple[tuple[int, int], ...]:
    return tuple(
        (position[pair.vendor_a], position[pair.vendor_b])
        for pair in pairs
        if pair.kind == kind and pair.vendor_a in position and pair.vendor_b in position
    )


@dataclass(frozen=True, slots=True)
class History:
    """What past weeks mean for the next: turns owed, and the day of the last turn."""

    credit: Mapping[str, float]
    last: Mapping[str, date]


def _history(
    past: Sequence[MarketWeek],
    vendors: Mapping[str, Vendor],
    absences: Mapping[str, list[Absence]],
    stalls: Sequence[Stall],
    rules: Rules,
) -> History:
    weeks = []
    last: dict[str, date] = {}
    spans = [
        (one.id, one.active_from or date.min, one.active_until or date.max)
        for one in vendors.values()
        if one.active
    ]
    for week in past:
        turns = how_it_went(week, absences)
        for vendor, how in turns:
            if how not in (ledger.EXCUSED, ledger.LATE):
                last[vendor] = week.day
        weeks.append(
            ledger.Week(
                members=frozenset(vendor for vendor, since, until in spans if since <= week.day <= until),
                seats=sum(week.day.isoformat() not in stall.out for stall in stalls),
                turns=tuple(turns),
            )
        )
    opening = {vendor.id: vendor.credit for vendor in vendors.values()}
    return History(ledger.credits_after(weeks, opening, rules.charges), last)


def how_it_went(week: MarketWeek, absences: Mapping[str, Sequence[Absence]]) -> list[tuple[str, str]]:
    """Each turn of a week as the ledger counts it: as planned, unless an absence or the day itself says otherwise."""
    found: list[tuple[str, str]] = []
    for stall, vendor in cells_of(week).items():
        told = absence_on(absences.get(vendor, ()), week.day)
        there: dict[str, Any] = week.came.get(stall) or {}
        if there.get("came"):
            found.append((vendor, ledger.SERVED))
        elif told is not None:
            found.append((vendor, told.kind if told.kind in ledger.CHARGES else ledger.EXCUSED))
        else:
            found.append((vendor, ledger.NO_SHOW if there.get("came") is False else ledger.SERVED))
        if there.get("stood_in"):
            found.append((str(there["stood_in"]), ledger.STOOD_IN))
    return found


def _vendor(
    vendor: Vendor,
    days: Sequence[date],
    before: Sequence[date],
    absences: Sequence[Absence],
    history: History,
) -> season.Vendor:
    since, until = vendor.active_from, vendor.active_until
    if since is None or since <= days[0]:
        joined = -sum(since is None or day >= since for day in before)
    else:
        joined = sum(day < since for day in days)
    gone = None if until is None else sum(day <= until for day in days)
    last = history.last.get(vendor.id)
    return season.Vendor(
        key=vendor.id,
        category=vendor.category,
        diet=vendor.diet,
        needs=frozenset(map(str, vendor.needs)),
        joined=joined if vendor.active else len(days),
        until=gone if gone is not None and gone < len(days) else None,
        away=frozenset(week for week, day in enumerate(days) if absence_on(absences, day)),
        credit=history.credit.get(vendor.id, 0.0),
        last_turn=None if last is None else -sum(day >= last for day in before),
    )
