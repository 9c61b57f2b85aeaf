"""Signing keys and void numbers as all venues know them, and the agency's word that a key counts no more."""

from dataclasses import dataclass
from datetime import date
from typing import cast

from sqlalchemy import Connection, Table, func, select

from venue_desk.domain import clock
from venue_desk.domain.problem import Problem
from venue_desk.domain.reference import KEY, VOID
from venue_desk.language import _
from venue_desk.server import reference
from venue_desk.server.tables import LEDGER
from venue_desk.store.records import Reference, SigningKey

TABLE = cast(Table, Reference.__table__)
MOST = 200  # void numbers that a page shows


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A signing key. ``withdrawn``: from when it counts no more; ``ours``: because the agency said so."""

    id: str
    computer: str
    since: str
    withdrawn: str
    ours: bool


@dataclass(frozen=True, slots=True)
class VenueRow:
    """A venue's keys, and how many of its certificates are void. ``since``: its first key."""

    id: str
    name: str
    keys: int
    since: str
    withdrawn: int
    void: int


def venues(connection: Connection) -> list[VenueRow]:
    """Every venue that has a key or a void number, by name."""
    kept: dict[str, list[KeyRow]] = {}
    for venue, row in _keys(connection):
        kept.setdefault(venue, []).append(row)
    counted = connection.execute(
        select(TABLE.c.source, func.count())
        .where(TABLE.c.kind == VOID, TABLE.c.value.is_not(None))
        .group_by(TABLE.c.source)
    )
    void = {row[0]: row[1] for row in counted}
    rows = connection.execute(select(LEDGER.c.venue_id, LEDGER.c.name).order_by(LEDGER.c.name))
    return [
        VenueRow(
            venue,
            name,
            len(kept.get(venue, ())),
            min((row.since for row in kept.get(venue, ()) if row.since), default=""),
            sum(bool(row.withdrawn) for row in kept.get(venue, ())),
            void.get(venue, 0),
        )
        for venue, name in rows
        if venue in kept or venue in void
    ]


def keys(connection: Connection, venue: str) -> list[KeyRow]:
    """A venue's keys, the newest first."""
    found = [row for owner, row in _keys(connection, venue) if owner == venue]
    return sorted(found, key=lambda row: (row.since, row.id), reverse=True)


def void_numbers(connection: Connection, venue: str) -> list[tuple[str, str]]:
    """A venue's void certificates, those said last first: number and day, at most ``MOST``."""
    rows = connection.execute(
        select(TABLE.c.key, TABLE.c.value)
        .where(TABLE.c.kind == VOID, TABLE.c.source == venue, TABLE.c.value.is_not(None))
        .order_by(TABLE.c.version.desc())
        .limit(MOST)
    )
    return [(row.key.partition("/")[2], str(row.value.get("on") or "")) for row in rows]


def _keys(connection: Connection, venue: str = "") -> list[tuple[str, KeyRow]]:
    asked = select(TABLE.c.key, TABLE.c.source, TABLE.c.value).where(
        TABLE.c.kind == KEY, TABLE.c.value.is_not(None)
    )
    records = select(SigningKey.venue_id, SigningKey.id, SigningKey.since, SigningKey.computer)
    if venue:
        asked = asked.where(TABLE.c.source == venue)
        records = records.where(SigningKey.venue_id == venue)
    known = {(row.venue_id, row.id): row for row in connection.execute(records)}
    found = []
    for row in connection.execute(asked):
        record = known.get((row.source, row.key))
        found.append(
            (
                row.source or "",
                KeyRow(
                    row.key,
                    record.computer if record else "",
                    record.since.isoformat() if record and record.since else "",
                    row.value.get("revoked_on") or "",
                    bool(row.value.get("withdrawn")),
                ),
            )
        )
    return found


def withdraw(connection: Connection, name: str, on: date | None) -> None:
    """Say that a key counts no more from a day on; None takes the agency's word back. Raises Problem.

    What the venue says itself stays: nobody else can make its key count again.
    """
    if on is not None and not date(2000, 1, 1) <= on <= clock.today():
        raise Problem(
            _("A key is withdrawn from a day on that has come."), _("Take today or an earlier day.")
        )
    owner = connection.scalar(select(TABLE.c.source).where(TABLE.c.kind == KEY, TABLE.c.key == name))
    # As whoever gathers a venue's records does first: one of the two would undo the other.
    connection.execute(select(LEDGER.c.head).where(LEDGER.c.venue_id == owner).with_for_update())
    if not reference.withdraw_key(connection, name, on):
        raise Problem(
            _("There is no key with this name: {name}").format(name=name),
            _("See the keys on the page of keys and void certificates."),
        )


def day_of(text: str) -> date:
    """A day as a page sends it. Raises Problem."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Problem(
            _("This is not a day: {day}").format(day=text[:20]), _("Write it as year-month-day.")
        ) from None
