"""The sample's market: Kedai Samara with ten stalls, eighty businesses, and weeks past, published and drafted."""

from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from venue_desk.actions.sample.people import Business
from venue_desk.domain.stalls import search, season, settings
from venue_desk.domain.stalls.board import Board
from venue_desk.domain.stalls.fairness import shares
from venue_desk.store.records import Absence, Market, MarketWeek, Stall, Vendor, fact

NAME = "Kedai Samara"
SUNDAY = 6
ACTIVE = 60
PAST, PUBLISHED, DRAFT = 10, 3, 8
#: What each stall offers and how well it sells: two rows of five, the entrance at 1 and 6.
STALLS = (
    ({"power", "water", "gas"}, season.GOOD),
    ({"power"}, season.GOOD),
    ({"gas"}, season.ORDINARY),
    ({"power", "water"}, season.ORDINARY),
    ({"power"}, season.POOR),
    ({"power", "water", "gas"}, season.GOOD),
    ({"power"}, season.ORDINARY),
    ({"gas"}, season.ORDINARY),
    ({"water"}, season.POOR),
    ({"power"}, season.POOR),
)
#: (place among the active, weeks from this one: first and last, kind, reason)
AWAY = (
    (14, 1, 4, "excused", "pulang kampung"),
    (22, -3, -2, "excused", "anak sakit"),
    (31, 3, 4, "excused", "pesta keluarga"),
    (37, 0, 1, "late", "pesanan besar"),
    (45, 5, 8, "excused", "pulang kampung"),
    (52, 2, 2, "excused", "ujian sertifikasi"),
)


def days(today: date) -> tuple[list[date], int, list[date]]:
    """The market days, the place of this week's among them, and the days that are closed (the last of December)."""
    this = today + timedelta(days=(SUNDAY - today.weekday()) % 7)
    around = [this + timedelta(weeks=week) for week in range(-PAST, PUBLISHED + DRAFT + 1)]
    closed = [day for day in around if day.month == 12 and day.day >= 25]
    held = [day for day in around if day not in closed]
    now = held.index(this) if this in held else next(n for n, day in enumerate(held) if day > this)
    return held[: now + PUBLISHED + DRAFT], now, closed


def write(session: Session, rng: Random, today: date, businesses: list[Business], owners: list[str]) -> None:
    """Everything of the market; ``owners`` are the ids of the persons behind the businesses, in their order."""
    held, now, closed = days(today)
    market_id = fact("market", NAME)
    session.add(
        Market(
            id=market_id,
            name=NAME,
            weekday=SUNDAY,
            rules={},
            closed=[day.isoformat() for day in closed],
        )
    )
    stalls = []
    for place, (offers, quality) in enumerate(STALLS):
        stalls.append(fact("stall", market_id, str(place + 1)))
        session.add(
            Stall(
                id=stalls[-1],
                market_id=market_id,
                number=str(place + 1),
                row=place // 5,
                position=place % 5,
                power="power" in offers,
                water="water" in offers,
                gas="gas" in offers,
                quality=quality,
            )
        )
    vendors = []
    for place, (business, owner) in enumerate(zip(businesses, owners, strict=True)):
        vendors.append(f"{rng.getrandbits(128):032x}")
        session.add(
            Vendor(
                id=vendors[-1],
                market_id=market_id,
                person_id=owner,
                name=business.name,
                short=business.short,
                products=business.products,
                category=business.category,
                diet=business.diet,
                needs=list(business.needs),
                phone=business.owner.phone,
                active_from=held[0] - timedelta(days=rng.randint(20, 500)),
                active=place < ACTIVE,
            )
        )
    away = _absences(session, rng, vendors, held, now)
    plan = rotation(rng, businesses[:ACTIVE], len(held), now, away)
    _weeks(session, rng, market_id, held, now, stalls, vendors, plan)


def _absences(
    session: Session, rng: Random, vendors: list[str], held: list[date], now: int
) -> dict[int, frozenset[int]]:
    away = {}
    for place, first, last, kind, reason in AWAY:
        weeks = [week for week in range(now + first, now + last + 1) if 0 <= week < len(held)]
        if not weeks:
            continue
        away[place] = frozenset(weeks)
        session.add(
            Absence(
                id=f"{rng.getrandbits(128):032x}",
                vendor_id=vendors[place],
                starts_on=held[weeks[0]],
                ends_on=held[weeks[-1]],
                kind=kind,
                reason=reason,
            )
        )
    return away


def rotation(
    rng: Random, active: list[Business], weeks: int, now: int, away: dict[int, frozenset[int]]
) -> season.Plan:
    """A fair plan of all weeks by local search, with this week's ten on stalls one to ten."""
    least, low, high = season.band(len(active), len(STALLS))
    given = season.Season(
        weeks=weeks,
        stalls=tuple(
            season.Stall(str(place), place // 5, place % 5, frozenset(offers), quality)
            for place, (offers, quality) in enumerate(STALLS)
        ),
        vendors=tuple(
            season.Vendor(
                str(place),
                one.category,
                one.diet,
                frozenset(one.needs),
                away=away.get(place, frozenset()),
                last_turn=-1 - place % (high - 1),
            )
            for place, one in enumerate(active)
        ),
        caps=settings.CAPS,
        gap_hard=least,
        gap_lo=low,
        gap_hi=high,
        fixed={(now, place): place for place in range(len(STALLS))},
    )
    board = Board(given, shares(given))
    search.construct(board, rng)
    search.fill(board, rng)
    for _breath in search.anneal(board, rng, 30_000, 3.0, 0.3):
        pass
    return board.plan()


def _weeks(
    session: Session,
    rng: Random,
    market_id: str,
    held: list[date],
    now: int,
    stalls: list[str],
    vendors: list[str],
    plan: season.Plan,
) -> None:
    for week, day in enumerate(held):
        cells = {
            stalls[place]: vendors[plan[week, place]] for place in range(len(stalls)) if (week, place) in plan
        }
        published = held[max(0, week - 3)] - timedelta(days=3)
        session.add(
            MarketWeek(
                id=fact("week", market_id, day.isoformat()),
                market_id=market_id,
                day=day,
                plan={"cells": cells, "locked": [], "reasons": {}},
                published_at=f"{min(published, held[now] - timedelta(days=6))}T16:20"
                if week < now + PUBLISHED
                else None,
                came=(came := _came(rng, cells, vendors[:ACTIVE]) if week < now else {}),
                takings=_takings(rng, came),
            )
        )


def _came(rng: Random, cells: dict[str, str], active: list[str]) -> dict[str, Any]:
    """Nearly everybody comes; for some of those who do not, another stands in."""
    told: dict[str, Any] = {}
    for stall, vendor in cells.items():
        came = rng.random() > 0.03
        free = sorted(set(active) - set(cells.values()))
        stood_in = rng.choice(free) if not came and rng.random() < 0.6 else None
        told[stall] = {"vendor": vendor, "came": came, "stood_in": stood_in}
    return told


def _takings(rng: Random, came: dict[str, Any]) -> dict[str, Any]:
    """Rupiah, as people round them, of those who sold."""
    return {
        stall: rng.randint(18, 95) * 10_000
        for stall, told in came.items()
        if told["came"] or told["stood_in"]
    }
