"""Files from sticks that come through the agency's pages: taken in, answered, and noted.

The answer is kept for a day in the database, which all processes share: whoever brought the file fetches it from any
of them, and once more where the stick failed. It is sealed for the desk, and says nothing to whoever reads it here.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, select, update

from venue_desk.language import _
from venue_desk.server import carrying
from venue_desk.server.admitting import admit
from venue_desk.server.centre import Centre
from venue_desk.server.tables import CARRIED, DEVICE, LEDGER
from venue_desk.store.records import new_id
from venue_desk.sync import admission, stick
from venue_desk.sync.letters import ASKED, LET_IN

JOINED = "joined"
SUFFIXES = {JOINED: admission.SUFFIX}
KEPT = timedelta(days=1)  # an answer
NOTED = timedelta(days=90)  # that there was a file
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Stick:
    """A file that came: which computer's, of which venue, what it brought. ``answer``: whether one can be fetched."""

    id: str
    made: str
    by: str
    kind: str
    venue: str
    computer: str
    changes: int
    answer: bool


def take(centre: Centre, data: bytes, by: str) -> str:
    """Take in any file that a desk wrote to a stick. Returns the id by which it is noted. Raises Problem."""
    # Also the centre's own answer to such a letter: it is told that it goes the other way.
    if data.startswith((ASKED, LET_IN)):
        admitted = admit(centre, data)
        values = {"kind": JOINED, "device": admitted.device, "changes": 0, "answer": admitted.file}
    else:
        said = carrying.answered(centre, data)
        values = {
            "kind": said.kind,
            "device": said.device.id,
            "changes": said.changes,
            "answer": said.file or None,
        }
    noted = new_id()
    with centre.writing() as connection:
        _forget(connection)
        venue = select(DEVICE.c.venue_id).where(DEVICE.c.id == values["device"]).scalar_subquery()
        connection.execute(
            CARRIED.insert().values(id=noted, made=_ago(timedelta()), by=by, venue=venue, **values)
        )
    return noted


def _forget(connection: Connection) -> None:
    """Let go of answers and notes that are old enough."""
    connection.execute(CARRIED.delete().where(CARRIED.c.made < _ago(NOTED)))
    connection.execute(
        update(CARRIED).where(CARRIED.c.made < _ago(KEPT), CARRIED.c.answer.is_not(None)).values(answer=None)
    )


def _ago(span: timedelta) -> str:
    return (datetime.now().astimezone() - span).isoformat(timespec="milliseconds")


def listed(connection: Connection) -> list[Stick]:
    """The last files, the newest first."""
    rows = connection.execute(
        select(
            CARRIED.c.id,
            CARRIED.c.made,
            CARRIED.c.by,
            CARRIED.c.kind,
            LEDGER.c.name,
            DEVICE.c.name,
            CARRIED.c.changes,
            and_(CARRIED.c.answer.is_not(None), CARRIED.c.made >= _ago(KEPT)),
        )
        .join(LEDGER, LEDGER.c.venue_id == CARRIED.c.venue)
        .join(DEVICE, DEVICE.c.id == CARRIED.c.device)
        .order_by(CARRIED.c.made.desc(), CARRIED.c.id)
        .limit(SHOWN)
    )
    return [
        Stick(noted, made, by, kind, venue, computer, changes, bool(kept))
        for noted, made, by, kind, venue, computer, changes, kept in rows
    ]


def answer(connection: Connection, id: str) -> tuple[str, bytes] | None:
    """An answer and the name of its file; None where there is none, or no more."""
    row = connection.execute(
        select(CARRIED.c.kind, CARRIED.c.answer, DEVICE.c.name)
        .join(DEVICE, DEVICE.c.id == CARRIED.c.device)
        .where(CARRIED.c.id == id, CARRIED.c.answer.is_not(None), CARRIED.c.made >= _ago(KEPT))
    ).first()
    if row is None:
        return None
    name = "-".join(re.findall(r"[A-Za-z0-9]+", row.name))[:40].lower()
    return f"{_('answer')}-{name or 'desk'}{SUFFIXES.get(row.kind, stick.SUFFIX)}", row.answer
