"""Giving a desk what was read of a damaged file: lines whose chain goes on, then what stands alone."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from venue_desk.language import N_
from venue_desk.store import salvage
from venue_desk.store.capture import Values, decode, kinds
from venue_desk.store.local import local, set_local
from venue_desk.store.merge import Arrival, Merged
from venue_desk.store.records import get, venue_of
from venue_desk.store.stamps import read_stamps

ACTION = N_("Bring back from a damaged file")
MINE = ("writer", "letter", "passed", "reference")  # of a file that must not be carried over into another
OLDER = ("centre",)  # where it stands with the centre: as the backup says it, so that what lacks comes again


class Door(Protocol):
    """What of a desk is needed here."""

    venue: str
    writer: str
    engine: Engine

    def move(self, venue: str, keep: Mapping[str, str | None]) -> None: ...

    def receive(self, arrivals: Sequence[Arrival]) -> Merged: ...

    def do(self, action: Callable[..., int], *args: Any) -> int: ...

    def renew(self) -> None: ...


def bring(desk: Door, found: salvage.Found) -> int:
    """Apply what was read beyond what a desk holds, and go on as a new writer. Returns the changes applied."""
    venue = found.local.get("venue")
    if venue and venue != desk.venue:
        # It joined a centre's venue after the backup.
        desk.move(venue, {})
    chained, loose = salvage.chained(desk.engine, desk.venue, found.lines.values())
    before = desk.writer
    merged = desk.receive(chained)
    applied = sum(result != "duplicate" for result in merged.results)
    kept = {name: value for name, value in found.local.items() if name not in MINE}
    applied += desk.do(bring_loose, loose, kept)
    applied += desk.do(bring_rows, found)
    if desk.writer == before:
        desk.renew()
    return applied


def bring_loose(session: Session, lines: Sequence[Arrival], kept: dict[str, str]) -> int:
    """Bring back from a damaged file"""
    for name, value in kept.items():
        if name not in OLDER or local(session, name) is None:
            set_local(session, name, value)
    count = 0
    for one in lines:
        entry = one.entry
        try:
            after = None if entry.after is None else json.loads(entry.after)
        except ValueError:
            continue
        count += _put(session, entry.table, entry.row, after, entry.before is None)
    return count


def bring_rows(session: Session, found: salvage.Found) -> int:
    """Bring back from a damaged file"""
    # Where the journal's line could not be read the record itself often can: it counts where it is newer.
    venue, count = venue_of(session), 0
    mine = [(table, row) for at, table, row in found.rows if at == venue]
    states = read_stamps(session.connection(), venue, mine)
    for table, row in mine:
        state, stamp = states.get((table, row)), found.stamps.get((venue, table, row))
        newer = stamp is not None and (state is None or stamp > state.latest())
        if newer or state is None:
            count += _put(session, table, row, found.rows[venue, table, row], True)
    return count


def _put(session: Session, table: str, row: str, after: Values | None, whole: bool) -> bool:
    """Make a record what was read; True where that changed it."""
    kind = kinds().get(table)
    if kind is None:
        return False
    record = get(session, kind, row)
    if after is None:
        if record is not None:
            session.delete(record)
            session.flush()
        return record is not None
    try:
        values = decode(kind, after)
    except (KeyError, ValueError):
        return False
    if record is None:
        if not whole:
            return False  # a change of a record whose creation could not be read
        session.add(kind(id=row, **values))
    else:
        values = {name: value for name, value in values.items() if getattr(record, name) != value}
        for name, value in values.items():
            setattr(record, name, value)
    session.flush()
    return bool(values)
