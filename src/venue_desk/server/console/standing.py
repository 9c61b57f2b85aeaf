"""How the centre itself stands: desks, venues, codes. Counts, never people's names."""

import time
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Column, ColumnElement, Connection, func, or_, select

from venue_desk.server.console.paging import Asked, Part, read
from venue_desk.server.devices import TRIES
from venue_desk.server.tables import CODE, DEVICE, LEDGER

FRESH, QUIET, SILENT, NEVER, REVOKED = "fresh", "quiet", "silent", "never", "revoked"
FRESH_DAYS, QUIET_DAYS = 7, 30
BEGINNING = Asked()
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


def desks(connection: Connection, wanted: Asked = BEGINNING) -> Part[DeskRow]:
    """The computers by venue, those that were revoked last; found by their own name or the venue's."""
    query = (
        select(DEVICE, LEDGER.c.name.label("venue"), LEDGER.c.head)
        .join(LEDGER, LEDGER.c.venue_id == DEVICE.c.venue_id)
        .order_by(DEVICE.c.revoked.is_not(None), LEDGER.c.name, DEVICE.c.since, DEVICE.c.id)
    )
    if wanted.text:
        query = query.where(or_(*(_has(name, wanted.text) for name in (LEDGER.c.name, DEVICE.c.name))))
    found = read(connection, query, wanted, None if wanted.text else DEVICE)
    rows = [
        DeskRow(
            row.id,
            row.name,
            row.venue,
            row.since,
            row.seen,
            REVOKED if row.revoked else _state(row.seen),
            row.release or "",
            None if row.cursor is None else max(0, row.head - row.cursor),
            bool(row.wipe),
            row.repaired_at,
            row.wiped,
        )
        for row in found.rows
    ]
    return replace(found, rows=rows)


def may_sync(connection: Connection) -> int:
    """How many computers may sync."""
    query = select(func.count()).select_from(DEVICE).where(DEVICE.c.revoked.is_(None))
    return connection.scalar(query) or 0


def _has(column: Column[str], text: str) -> ColumnElement[bool]:
    return column.icontains(text, autoescape=True)


def _state(seen: str | None) -> str:
    if not seen:
        return NEVER
    days = (time.time() - datetime.fromisoformat(seen).timestamp()) / 86_400
    return FRESH if days <= FRESH_DAYS else QUIET if days <= QUIET_DAYS else SILENT


def codes(connection: Connection, wanted: Asked = BEGINNING) -> Part[CodeRow]:
    """The codes of the last month, the newest first."""
    query = (
        select(CODE, LEDGER.c.name.label("venue"))
        .join(LEDGER, LEDGER.c.venue_id == CODE.c.venue_id)
        .order_by(CODE.c.expires.desc(), CODE.c.handle)
    )
    found = read(connection, query, replace(wanted, text=""), CODE)
    rows = [
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
        for row in found.rows
    ]
    return replace(found, rows=rows)


def count_venues(connection: Connection) -> int:
    """How many venues there are."""
    return connection.scalar(select(func.count()).select_from(LEDGER)) or 0


def choices(connection: Connection, text: str, chosen: str, most: int) -> list[tuple[str, str]]:
    """Venues to choose from, as ids and names; ``chosen`` is among them, whatever is looked for."""
    columns = select(LEDGER.c.venue_id, LEDGER.c.name)
    query = columns.order_by(LEDGER.c.name, LEDGER.c.venue_id).limit(most)
    rows = connection.execute(query.where(_has(LEDGER.c.name, text)) if text else query).all()
    found = [(row.venue_id, row.name) for row in rows]
    if chosen and chosen not in dict(found):
        one = connection.execute(columns.where(LEDGER.c.venue_id == chosen)).first()
        found += [(one.venue_id, one.name)] if one else []
    return found


def venues(connection: Connection, wanted: Asked = BEGINNING) -> Part[VenueRow]:
    """The venues by name."""
    columns = (LEDGER.c.venue_id, LEDGER.c.name, LEDGER.c.kind, LEDGER.c.made, LEDGER.c.head)
    query = select(*columns).order_by(LEDGER.c.name, LEDGER.c.venue_id)
    if wanted.text:
        query = query.where(_has(LEDGER.c.name, wanted.text))
    found = read(connection, query, wanted)
    # The computers of these venues alone: of all they would be counted for every page.
    rows = connection.execute(
        select(DEVICE.c.venue_id, func.count(), func.max(DEVICE.c.seen))
        .where(DEVICE.c.revoked.is_(None), DEVICE.c.venue_id.in_([row.venue_id for row in found.rows]))
        .group_by(DEVICE.c.venue_id)
    )
    known = {row[0]: (row[1], row[2]) for row in rows}
    return replace(
        found,
        rows=[
            VenueRow(
                row.venue_id, row.name, row.kind, row.made, row.head, *known.get(row.venue_id, (0, None))
            )
            for row in found.rows
        ],
    )
