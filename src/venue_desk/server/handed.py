"""What a desk still had when it was told to remove its records: taken as it is sealed, decided by a person.

Who orders a removal fears that the computer is in other hands. So its last changes are kept, whole and apart, and
reach the venue only when somebody at the agency, who asked the people of the venue, takes them in.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select, update

from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.server import devices
from venue_desk.server.centre import Centre
from venue_desk.server.devices import Device
from venue_desk.server.tables import DEVICE, HANDED, LEDGER
from venue_desk.sync import packet
from venue_desk.sync.messages import LARGEST, Request
from venue_desk.sync.reading import Malformed, unpack

MOST = LARGEST * 2  # bytes that are kept of one desk: a stolen one must not fill the disk


@dataclass(frozen=True, slots=True)
class Handed:
    """What one desk handed over and nobody has decided about."""

    device: str
    name: str
    venue: str
    changes: int
    since: str


@dataclass(frozen=True, slots=True)
class Last:
    """A message of a desk that is leaving, opened: what it still had, or (``request`` is None) that it is done."""

    device: Device
    data: bytes
    request: Request | None

    @property
    def changes(self) -> int:
        return sum(len(run.entries) for run in self.request.runs) if self.request else 0


def opened(centre: Centre, data: bytes) -> Last:
    """Read such a message. Raises Problem, or Refused where the desk was not told to remove its records."""
    found: list[Device] = []

    def sender(id: str) -> dict[str, str]:
        found.append(centre.leaving(id))
        return found[0].keys

    kind = packet.kind_of(data)
    if kind == packet.REMOVED:
        packet.unseal(data, kind, centre.private_keys(), sender)
        return Last(found[0], data, None)
    _id, message = packet.unseal(data, packet.FROM_DESK, centre.private_keys(), sender)
    return Last(found[0], data, _read(message))


def receive(centre: Centre, data: bytes) -> dict[str, Any]:
    """Take the last message of a desk that is leaving, or its word that it is done. Durable when this returns.

    Raises Problem, or Refused where it was not told to remove its records.
    """
    last = opened(centre, data)
    keep(centre, last)
    return {"changes": last.changes, "removed": last.request is None}


def keep(centre: Centre, last: Last) -> None:
    """Note what such a message says; durable when this returns. Raises Problem where it is more than is kept."""
    with centre.writing(last.device.venue) as connection:
        if last.request is None:
            connection.execute(
                update(DEVICE)
                .where(DEVICE.c.id == last.device.id)
                .values(wiped=func.coalesce(DEVICE.c.wiped, devices.now()))
            )
            return
        row = {
            "venue_id": last.device.venue,
            "device": last.device.id,
            "id": hashlib.sha256(last.data).hexdigest()[:32],
            # The lowest of its lines' numbers.
            "first": min((run.first for run in last.request.runs), default=0),
            "changes": last.changes,
            "received": devices.now(),
            "data": last.data,
        }
        mine = (HANDED.c.venue_id == row["venue_id"], HANDED.c.device == row["device"])
        if connection.scalar(select(HANDED.c.id).where(*mine, HANDED.c.id == row["id"])) is not None:
            return
        held = connection.scalar(select(func.sum(func.length(HANDED.c.data))).where(*mine)) or 0
        if held + len(last.data) > MOST:
            raise Problem(
                _("This computer handed over more than the centre keeps of one; this file was not taken."),
                _("Keep the file, and ask those who look after the centre."),
            )
        if last.changes:
            connection.execute(HANDED.insert(), row)


def waiting(connection: Connection) -> list[Handed]:
    """What waits for a person to decide, by desk."""
    rows = connection.execute(
        select(
            HANDED.c.device,
            DEVICE.c.name,
            LEDGER.c.name.label("venue"),
            func.sum(HANDED.c.changes),
            func.min(HANDED.c.received),
        )
        .join(DEVICE, DEVICE.c.id == HANDED.c.device)
        .join(LEDGER, LEDGER.c.venue_id == HANDED.c.venue_id)
        .where(HANDED.c.settled.is_(None))
        .group_by(HANDED.c.device, DEVICE.c.name, LEDGER.c.name)
        .order_by(LEDGER.c.name, DEVICE.c.name)
    )
    return [Handed(device, name, venue, int(changes), since) for device, name, venue, changes, since in rows]


def settle(centre: Centre, device: str, *, take: bool) -> int:
    """Take in what a desk handed over, or leave it out (it stays kept). Returns how many changes. Raises Problem."""
    with centre.reading() as connection:
        rows = connection.execute(
            select(HANDED)
            .where(HANDED.c.device == device, HANDED.c.settled.is_(None))
            .order_by(HANDED.c.first)
        ).all()
        if not rows:
            raise Problem(
                _("Nothing of this computer waits to be decided: {id}").format(id=device),
                _("See what waits with: venue-desk server device handed."),
            )
        known = devices.leaving(connection, device)
    changes = 0
    for row in rows:
        if take:
            _id, message = packet.unseal(
                row.data, packet.FROM_DESK, centre.private_keys(), lambda _id: known.keys
            )
            said = centre.exchange(known, _read(message))
            changes += sum(
                count for result, count, _why in said.results if result not in ("duplicate", "gap")
            )
        else:
            changes += row.changes
        with centre.writing(row.venue_id) as connection:
            connection.execute(
                update(HANDED)
                .where(
                    HANDED.c.venue_id == row.venue_id,
                    HANDED.c.device == device,
                    HANDED.c.id == row.id,
                )
                .values(settled=devices.now(), taken=int(take))
            )
    return changes


def _read(message: bytes) -> Request:
    try:
        return unpack(message, Request)
    except Malformed as error:
        raise packet.damaged() from error
