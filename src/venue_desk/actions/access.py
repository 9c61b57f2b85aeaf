"""The lock of this desk: PINs (Argon2id), idle time, and slowed tries. Kept in this file, never sent, never undone."""

import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from venue_desk.domain import access
from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.queries.access import KEPT, read
from venue_desk.store.local import set_local
from venue_desk.store.steps import aside


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a PIN: the role that it opens, or None and the seconds until the next try."""

    role: str | None
    wait: int


@aside
def try_pin(session: Session, pin: str, at: datetime) -> Tried:
    """Unlock the desk

    A wrong PIN is counted, also over a restart; ``at`` is the true time, whatever day the desk is told.
    """
    kept = read(session)
    if not kept["pins"]:
        return Tried(access.COORDINATOR, 0)  # nobody is locked out
    last = datetime.fromisoformat(kept["last"]) if kept["last"] else None
    waiting = access.wait(kept["wrong"], last, at)
    if waiting:
        return Tried(None, waiting)
    typed = _hashed(pin, kept["salt"])
    role = next((role for role, pin in kept["pins"].items() if hmac.compare_digest(pin, typed)), None)
    if role is None:
        wrong = kept["wrong"] + 1
        _keep(session, {**kept, "wrong": wrong, "last": at.isoformat(timespec="seconds")})
        return Tried(None, access.wait(wrong, at, at))
    if kept["wrong"]:
        _keep(session, {**kept, "wrong": 0, "last": ""})
    return Tried(role, 0)


@aside
def set_pin(session: Session, role: str, pin: str, again: str) -> None:
    """Set a PIN

    A helper's needs a coordinator's first, and is another one. Raises Problem.
    """
    chosen = access.checked_pin(pin, again)
    kept = read(session)
    kept["salt"] = kept["salt"] or secrets.token_hex(16)
    if role != access.COORDINATOR and access.COORDINATOR not in kept["pins"]:
        raise Problem(_("The coordinator has no PIN yet."), _("Set that one first."))
    hashed = _hashed(chosen, kept["salt"])
    if any(other != role and kept_hash == hashed for other, kept_hash in kept["pins"].items()):
        raise Problem(_("The other role has this PIN already."), _("Choose another one."))
    _keep(session, {**kept, "pins": {**kept["pins"], role: hashed}, "wrong": 0, "last": ""})


@aside
def drop_pin(session: Session, role: str) -> None:
    """Remove a PIN

    Without a coordinator's PIN nobody is locked out, so the helper's goes with it.
    """
    kept = read(session)
    left = {} if role == access.COORDINATOR else {**kept["pins"]}
    left.pop(role, None)
    _keep(session, {**kept, "pins": left, "wrong": 0, "last": ""})


@aside
def decide(session: Session, idle: int, door: bool) -> None:
    """Change when the desk locks

    ``idle`` in minutes, 0 for never; ``door``: cards may be scanned while it is locked.
    """
    _keep(session, {**read(session), "idle": max(0, idle), "door": door})


def _keep(session: Session, kept: dict[str, Any]) -> None:
    set_local(session, KEPT, json.dumps(kept))


def _hashed(pin: str, salt: str) -> str:
    """The PIN's hash with its cost. One salt for all roles, so that a try is derived once, whatever role it opens.

    A release that raises the cost must go on trying this one for PINs that were set before it.
    """
    from argon2 import PasswordHasher

    hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
    return hasher.hash(pin, salt=bytes.fromhex(salt))
