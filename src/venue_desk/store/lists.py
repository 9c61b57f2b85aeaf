"""Keeping what the centre says to all venues: entry by entry as it changes, or all of it anew.

All of it comes after a first contact and after the centre was restored, in parts. Until the last part is here nothing
old is dropped: a void number must not be forgotten between two parts.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, insert
from sqlalchemy.orm import Session

from venue_desk.store.bulk import chunks
from venue_desk.store.local import local, set_local
from venue_desk.store.records import Reference

TABLE = cast(Table, Reference.__table__)

KEPT = (
    "reference"  # local: Held as JSON; in the same file as the entries, so a restored file knows what it has
)
Entry = tuple[str, str, int, dict[str, Any] | None]  # kind, key, version, value


@dataclass(frozen=True, slots=True)
class Held:
    """Up to which version the entries of a centre (its ``epoch``) are here, and how often all were loaded."""

    epoch: str = ""
    version: int = 0
    loaded: int = 0


def held(session: Session) -> Held:
    """Where this desk stands with the entries."""
    kept = local(session, KEPT)
    return Held(**json.loads(kept)) if kept else Held()


def version(session: Session, epoch: str) -> int:
    """Up to which version of that centre's entries are here; 0 for none."""
    now = held(session)
    return now.version if now.epoch == epoch else 0


def keep(session: Session, epoch: str, since: int, last: int, more: bool, entries: Sequence[Entry]) -> bool:
    """Take over a part: what changed after version ``since`` up to ``last``; ``since`` 0 begins a load of all.

    ``more``: another part follows. Returns whether anything was taken over: a part that goes on from where we are
    not, or to where we are (an older file on a stick), is left.
    """
    now = held(session)
    begins = not since
    if now.epoch == epoch and last <= now.version:
        return False
    if not begins and (now.epoch != epoch or since > now.version):
        return False
    load = now.loaded + 1 if begins else now.loaded
    # All up to where we are is here: said again, it might be something that was removed since.
    new = [entry for entry in entries if begins or entry[2] > now.version]
    for some in chunks(new, 500):
        _replace(session, load, some)
    if not more:
        session.execute(delete(TABLE).where(TABLE.c.loaded < load))
    reached = last if begins else max(last, now.version)
    set_local(session, KEPT, json.dumps(asdict(Held(epoch, reached, load)), sort_keys=True))
    return True


def _replace(session: Session, load: int, entries: Sequence[Entry]) -> None:
    where = (TABLE.c.kind == bindparam("_kind"), TABLE.c.key == bindparam("_key"))
    session.execute(delete(TABLE).where(*where), [{"_kind": kind, "_key": key} for kind, key, *_ in entries])
    rows = [
        {"kind": kind, "key": key, "version": version, "value": value, "loaded": load}
        for kind, key, version, value in entries
        if value is not None
    ]
    if rows:
        session.execute(insert(TABLE), rows)
