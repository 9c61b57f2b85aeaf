"""How the centre itself stands: desks, venues, codes. Counts, never people's names."""

import time
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, func, select

from venue_desk.server.devices import TRIES
from venue_desk.server.tables import CODE, DEVICE, LEDGER

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
