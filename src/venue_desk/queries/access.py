"""How this desk is locked, and what it says of itself while it is."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from venue_desk.domain import access
from venue_desk.store.local import local

KEPT = "access"  # in this file alone: the PINs of one desk are not sent to others


@dataclass(frozen=True, slots=True)
class Locking:
    """``roles`` have a PIN; without a coordinator's there is no lock. ``idle`` in minutes, 0: never."""

    roles: frozenset[str]
    idle: int
    door: bool  # cards may be scanned while it is locked

    @property
    def on(self) -> bool:
        return access.COORDINATOR in self.roles


def locking(session: Session) -> Locking:
    """What was decided at this desk."""
    kept = read(session)
    return Locking(frozenset(kept["pins"]), int(kept["idle"]), bool(kept["door"]))


def waiting(session: Session, at: datetime) -> int:
    """Seconds until the next PIN may be tried; ``at`` is the true time."""
    kept = read(session)
    return access.wait(kept["wrong"], datetime.fromisoformat(kept["last"]) if kept["last"] else None, at)


def read(session: Session) -> dict[str, Any]:
    """All of it, with what holds where nothing was decided."""
    text = local(session, KEPT)
    kept: dict[str, Any] = json.loads(text) if text else {}
    return {"pins": {}, "idle": access.IDLE, "door": False, "salt": "", "wrong": 0, "last": "", **kept}
