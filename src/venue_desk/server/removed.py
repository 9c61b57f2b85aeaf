"""Messages that removed much of a venue: noted as they come, because nobody can look for them in all journals.

A desk of today holds back what it removed until a person there agrees; one of an older release sends it, and only the
desks that receive it wait. So the agency is told of both, and asks at the venue whether that was meant.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.queries.removals import FEW, Place, count_rows, too_many
from venue_desk.server.devices import Device, now
from venue_desk.server.ledger import Taken
from venue_desk.server.tables import DEVICE, LEDGER, REMOVED
from venue_desk.store.bulk import chunks
from venue_desk.store.records import Line, new_id
from venue_desk.sync.messages import Request


@dataclass(frozen=True, slots=True)
class Removal:
    """Records that one message removed, ``of`` so many that its venue had."""

    id: str
    venue: str
    computer: str
    release: str
    count: int
    of: int
    at: str


def note(connection: Connection, device: Device, request: Request, taken: Taken) -> None:
    """Note it where a message that was just taken in removed more than a desk may without a person.

    Nothing is asked of the database unless the message removes more than a few records.
    """
    gone = _removing(request, taken)
    if len(gone) <= FEW:
        return
    here, total = count_rows(connection, device.venue, gone)
    lost = _were_here(connection, device.venue, gone - here, taken.was.head)
    if too_many(len(lost), total + len(lost)):
        row = {"venue_id": device.venue, "id": new_id(), "device": device.id, "at": now()}
        connection.execute(REMOVED.insert(), {**row, "count": len(lost), "of": total + len(lost)})


def _removing(request: Request, taken: Taken) -> set[Place]:
    """Which rows the lines of a message remove that were taken in with it."""
    if not any(entry.after is None for run in request.runs for entry in run.entries):
        return set()
    entries = [entry for run in request.runs for entry in run.entries]
    gone: set[Place] = set()
    start = 0
    for result, many, _why in taken.results:
        if result in ("accepted", "branched"):
            some = entries[start : start + many]
            gone.update((entry.table, entry.row) for entry in some if entry.after is None)
        start += many
    return gone


def _were_here(connection: Connection, venue: str, places: set[Place], head: int) -> set[Place]:
    """Those that the centre knew before: what was made and removed before it was ever sent is no loss."""
    found: set[Place] = set()
    for name in {table for table, _row in places}:
        for part in chunks([row for table, row in places if table == name], 500):
            rows = connection.scalars(
                select(Line.row).where(
                    Line.venue_id == venue, Line.table == name, Line.row.in_(part), Line.position <= head
                )
            )
            found.update((name, row) for row in rows)
    return found


def waiting(connection: Connection) -> list[Removal]:
    """What nobody has looked at yet, the newest first."""
    rows = connection.execute(
        select(
            REMOVED.c.id,
            LEDGER.c.name.label("venue"),
            DEVICE.c.name.label("computer"),
            DEVICE.c.release,
            REMOVED.c.count,
            REMOVED.c.of,
            REMOVED.c.at,
        )
        .join(LEDGER, LEDGER.c.venue_id == REMOVED.c.venue_id)
        .join(DEVICE, DEVICE.c.id == REMOVED.c.device)
        .where(REMOVED.c.settled.is_(None))
        .order_by(REMOVED.c.at.desc(), REMOVED.c.id)
    ).mappings()
    return [
        Removal(
            row["id"],
            row["venue"],
            row["computer"],
            row["release"] or "",
            row["count"],
            row["of"],
            row["at"],
        )
        for row in rows
    ]


def settle(connection: Connection, noted: str) -> None:
    """Somebody asked at the venue. Raises Problem where nothing of this name waits."""
    done = connection.execute(
        update(REMOVED).where(REMOVED.c.id == noted, REMOVED.c.settled.is_(None)).values(settled=now())
    )
    if not done.rowcount:
        raise Problem(_("Somebody has looked at this already."))
