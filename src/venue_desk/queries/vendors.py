"""The vendors of the rotation: their turns so far and to come, who waits, who is away."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue_desk.domain.stalls.days import days_before, first_from
from venue_desk.queries.rotation import (
    absence_on,
    absences_of,
    cells_of,
    closed_days,
    how_it_went,
    registered,
    the_market,
    vendors_of,
    weeks_of,
)
from venue_desk.store.records import Absence, Market, Vendor, VendorPair, mine, refers


@dataclass(frozen=True, slots=True)
class VendorRow:
    """A vendor with where they stand today. ``waited`` counts market weeks since the last turn (None: never)."""

    id: str
    name: str
    short: str
    products: str
    category: str
    diet: str
    needs: tuple[str, ...]
    phone: str
    active: bool
    active_from: date | None
    active_until: date | None
    person_id: str | None
    turns: int
    waited: int | None
    next_turn: date | None
    away_until: date | None
    takes_part: bool = True
    """Is in the rotation today."""


def vendors(session: Session, today: date, *, active_only: bool = False) -> list[VendorRow]:
    """All vendors by name, with their turns so far and their next one."""
    market = the_market(session)
    return _standing_now(session, market, today, active_only=active_only)


def waiting(session: Session, today: date, count: int = 8) -> list[VendorRow]:
    """Who of the rotation has waited longest for a turn, the longest first."""
    return longest(_standing_now(session, the_market(session), today, active_only=True), count)


def longest(rows: Iterable[VendorRow], count: int) -> list[VendorRow]:
    """Those of the rotation who have waited longest; who never had a turn before all others."""
    taking_part = [row for row in rows if row.takes_part]
    taking_part.sort(
        key=lambda row: (-(row.waited if row.waited is not None else 10**6), row.turns, row.name)
    )
    return taking_part[:count]


def vendor(session: Session, vendor_id: str, today: date) -> VendorRow | None:
    """One vendor, or None."""
    rows = _standing_now(session, the_market(session), today, active_only=False)
    return next((row for row in rows if row.id == vendor_id), None)


def _standing_now(session: Session, market: Market, today: date, *, active_only: bool) -> list[VendorRow]:
    absences = absences_of(session)
    weeks = weeks_of(session, market.id)
    had: Counter[str] = Counter()
    last: dict[str, date] = {}
    coming: dict[str, date] = {}
    for week in weeks:
        if week.day < today:
            for vendor_id, how in how_it_went(week, absences):
                if how in _HAD:
                    had[vendor_id] += 1
                    last[vendor_id] = week.day
        else:
            for vendor_id in cells_of(week).values():
                coming.setdefault(vendor_id, week.day)
    closed = closed_days(market)
    now = first_from(market.weekday, today)
    rows = []
    for one in vendors_of(session, market.id).values():
        if active_only and not registered(one, today):
            continue
        away = absence_on(absences.get(one.id, ()), now)
        seen = last.get(one.id)
        waited = len(days_before(market.weekday, closed, seen, now)) if seen else None
        rows.append(
            VendorRow(
                id=one.id,
                name=one.name,
                short=one.short or one.name,
                products=one.products,
                category=one.category,
                diet=one.diet,
                needs=tuple(map(str, one.needs)),
                phone=one.phone or "",
                active=one.active,
                active_from=one.active_from,
                active_until=one.active_until,
                person_id=one.person_id,
                turns=had[one.id],
                waited=waited,
                next_turn=coming.get(one.id),
                away_until=away.ends_on if away else None,
                takes_part=registered(one, today),
            )
        )
    return rows


_HAD = ("served", "no_show", "stood_in")


@dataclass(frozen=True, slots=True)
class AbsenceRow:
    id: str
    vendor_id: str
    name: str
    starts_on: date
    ends_on: date
    kind: str
    reason: str


def absences(session: Session, today: date) -> list[AbsenceRow]:
    """Absences that are not over, the next first."""
    found = session.execute(
        select(Absence, Vendor.name)
        .join(Vendor, refers(Absence.vendor_id, Vendor))
        .where(mine(session, Absence), Absence.ends_on >= today)
        .order_by(Absence.starts_on, Vendor.name)
    )
    return [
        AbsenceRow(one.id, one.vendor_id, name, one.starts_on, one.ends_on, one.kind, one.reason)
        for one, name in found
    ]


@dataclass(frozen=True, slots=True)
class PairRow:
    """Another vendor whom one must not (apart) or must (together) share a week with."""

    vendor_id: str
    name: str
    kind: str


def pairs(session: Session, vendor_id: str) -> list[PairRow]:
    """The vendors that one is kept apart from or together with, by name."""
    names = {row.id: row.name for row in session.scalars(select(Vendor).where(mine(session, Vendor)))}
    found = session.scalars(select(VendorPair).where(mine(session, VendorPair)))
    rows = []
    for one in found:
        if vendor_id in (one.vendor_a, one.vendor_b):
            other = one.vendor_b if one.vendor_a == vendor_id else one.vendor_a
            rows.append(PairRow(other, names.get(other, "–"), one.kind))
    return sorted(rows, key=lambda row: row.name)
