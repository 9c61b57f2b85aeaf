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


def receive(centre: Centre, data: bytes) -> dict[str, Any]:
    """Take the last message of a desk that is leaving, or its word that it is done. Durable when this returns.

    Raises Problem, or Refused where it was not told to remove its records.
    """
    found: list[Device] = []

    def sender(id: str) -> dict[str, str]:
        found.append(centre.leaving(id))
        return found[0].keys

    kind = packet.kind_of(data)
    if kind == packet.REMOVED:
        packet.unseal(data, kind, centre.private_keys(), sender)
        with centre.writing(found[0].venue) as connection:
            connection.execute(
                update(DEVICE)
                .where(DEVICE.c.id == found[0].id)
                .values(wiped=func.coalesce(DEVICE.c.wiped, devices.now()))
            )
        return {"changes": 0, "removed": True}
    _id, message = packet.unseal(data, packet.FROM_DESK, centre.private_keys(), sender)
    request = _read(message)
    numbers = [run.first for run in request.runs]
    changes = sum(len(run.entries) for run in request.runs)
    row = {
        "venue_id": found[0].venue,
        "device": found[0].id,
        "id": hashlib.sha256(data).hexdigest()[:32],
        "first": min(numbers, default=0),
        "changes": changes,
        "received": devices.now(),
        "data": data,
    }
    with centre.writing(found[0].venue) as connection:
        mine = (HANDED.c.venue_id == row["venue_id"], HANDED.c.device == row["device"])
        known = connection.scalar(select(HANDED.c.id).where(*mine, HANDED.c.id == row["id"]))
        held = connection.scalar(select(func.sum(func.length(HANDED.c.data))).where(*mine)) or 0
        if held + len(data) > MOST:
            raise Malformed("too much")
        if known is None and changes:
            connection.execute(HANDED.insert(), row)
    return {"changes": changes, "removed": False}


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
