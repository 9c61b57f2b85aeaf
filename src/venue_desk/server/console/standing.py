"""How the centre itself stands: desks, venues, codes, the catalogue. Counts, never people's names."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, select

from venue_desk import language
from venue_desk.domain import catalogue
from venue_desk.server.devices import TRIES
from venue_desk.server.tables import CODE, DEVICE, LEDGER
from venue_desk.store.records import Course, Trade, Unit

FRESH, QUIET, SILENT, NEVER, REVOKED = "fresh", "quiet", "silent", "never", "revoked"
FRESH_DAYS, QUIET_DAYS = 7, 30
OPEN, USED, EXPIRED, BLOCKED = "open", "used", "expired", "blocked"


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A computer that was let in.

    ``behind``: how many of its venue's changes it has not fetched, where known. ``wipe``: it was told to remove its
    records at its next contact. ``repaired``: when its records were last found to differ and were sent again.
    """

    id: str
    name: str
    venue: str
    since: str
    seen: str | None
    state: str
    release: str
    behind: int | None
    wipe: bool
    repaired: str | None
    wiped: str | None


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit of competency."""

    code: str
    title: str
    other: str
    hours: int
    critical: bool


@dataclass(frozen=True, slots=True)
class TradeRow:
    """A trade with its units; at how many venues it is known, and how many classes were held in it."""

    code: str
    name: str
    other: str
    venues: int
    classes: int
    units: tuple[UnitRow, ...]


@dataclass(frozen=True, slots=True)
class CodeRow:
    """An enrolment code. Only its first part is known: enough to tell which sheet of paper it is."""

    handle: str
    venue: str
    until: str
    tries: int
    state: str


@dataclass(frozen=True, slots=True)
class VenueRow:
    """A venue and what stands behind it."""

    id: str
    name: str
    kind: str
    made: str
    changes: int
    desks: int
    seen: str | None


def desks(connection: Connection) -> list[DeskRow]:
    """Every computer, by venue; those that were revoked last."""
    rows = connection.execute(
        select(DEVICE, LEDGER.c.name.label("venue"), LEDGER.c.head)
        .join(LEDGER, LEDGER.c.venue_id == DEVICE.c.venue_id)
        .order_by(DEVICE.c.revoked.is_not(None), LEDGER.c.name, DEVICE.c.since)
    ).mappings()
    return [
        DeskRow(
            row["id"],
            row["name"],
            row["venue"],
            row["since"],
            row["seen"],
            REVOKED if row["revoked"] else _state(row["seen"]),
            row["release"] or "",
            None if row["cursor"] is None else max(0, row["head"] - row["cursor"]),
            bool(row["wipe"]),
            row["repaired_at"],
            row["wiped"],
        )
        for row in rows
    ]


def _state(seen: str | None) -> str:
    if not seen:
        return NEVER
    days = (time.time() - datetime.fromisoformat(seen).timestamp()) / 86_400
    return FRESH if days <= FRESH_DAYS else QUIET if days <= QUIET_DAYS else SILENT


def trades(connection: Connection) -> list[TradeRow]:
    """Every trade: those that Venue Desk brings along, and those that venues added."""
    classes = connection.execute(select(Course.trade_id, func.count()).group_by(Course.trade_id)).all()
    in_classes: dict[str, int] = {row[0]: row[1] for row in classes}
    units: dict[str, list[Any]] = {}
    for unit in connection.execute(
        select(
            func.max(Unit.trade_id).label("trade"),
            func.max(Unit.code).label("code"),
            func.max(Unit.title_id).label("id_"),
            func.max(Unit.title_en).label("en"),
            func.max(Unit.hours).label("hours"),
            func.max(Unit.position).label("position"),
            func.count().filter(Unit.critical).label("critical"),
        )
        .group_by(Unit.id)
        .order_by(func.max(Unit.position), func.max(Unit.code))
    ):
        units.setdefault(unit.trade, []).append(unit)
    rows = connection.execute(
        select(
            Trade.id,
            func.max(Trade.code).label("code"),
            func.max(Trade.name_id).label("name_id"),
            func.max(Trade.name_en).label("name_en"),
            func.count(func.distinct(Trade.venue_id)).label("venues"),
        ).group_by(Trade.id)
    ).all()
    found = [
        TradeRow(
            row.code,
            *_spoken(row.name_id, row.name_en),
            row.venues,
            in_classes.get(row.id, 0),
            tuple(
                UnitRow(one.code, *_spoken(one.id_, one.en), one.hours, bool(one.critical))
                for one in units.get(row.id, ())
            ),
        )
        for row in rows
    ]
    known = {row.code for row in rows}
    found += [
        TradeRow(
            one.code,
            *_spoken(one.indonesian, one.english),
            0,
            0,
            tuple(
                UnitRow(unit.code, *_spoken(unit.indonesian, unit.english), unit.jp, unit.critical)
                for unit in one.units
            ),
        )
        for one in catalogue.trades()
        if one.code not in known
    ]
    return sorted(found, key=lambda row: (-row.classes, row.name))


def _spoken(indonesian: str, english: str) -> tuple[str, str]:
    """The name in the language spoken now, and in the other one."""
    both = (indonesian, english or indonesian)
    return both if language.active() == "id" else (both[1], both[0])


def codes(connection: Connection) -> list[CodeRow]:
    """The codes of the last month, the newest first."""
    rows = connection.execute(
        select(CODE, LEDGER.c.name.label("venue"))
        .join(LEDGER, LEDGER.c.venue_id == CODE.c.venue_id)
        .order_by(CODE.c.expires.desc(), CODE.c.handle)
    )
    return [
        CodeRow(
            row.handle,
            row.venue,
            datetime.fromtimestamp(row.expires).astimezone().isoformat(timespec="seconds"),
            row.tries,
            USED
            if row.used
            else BLOCKED
            if row.tries >= TRIES
            else OPEN
            if row.expires > time.time()
            else EXPIRED,
        )
        for row in rows
    ]


def venues(connection: Connection) -> list[VenueRow]:
    """Every venue by name."""
    rows = connection.execute(
        select(
            LEDGER.c.venue_id,
            LEDGER.c.name,
            LEDGER.c.kind,
            LEDGER.c.made,
            LEDGER.c.head,
            func.count(DEVICE.c.id),
            func.max(DEVICE.c.seen),
        )
        .outerjoin(DEVICE, and_(DEVICE.c.venue_id == LEDGER.c.venue_id, DEVICE.c.revoked.is_(None)))
        .group_by(LEDGER.c.venue_id, LEDGER.c.name, LEDGER.c.kind, LEDGER.c.made, LEDGER.c.head)
        .order_by(LEDGER.c.name, LEDGER.c.venue_id)
    )
    return [VenueRow(*row) for row in rows]
