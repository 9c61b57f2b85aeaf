"""The token by which the centre knows this computer: in the keyring, and in the encrypted file where there is none.

Nothing on this computer depends on it: without it a desk works on, and a new code from the centre gives another.
"""

import os
import time

from venue_desk.store import ring
from venue_desk.store.desk import Desk
from venue_desk.store.local import local, set_local

KEPT = "centre token"  # local: the token, or RINGED
RINGED = "in the keyring"
GONE, LOCKED = "token", "keyring"  # what may be in the way, as queries.sync words it
AGAIN = 600  # s until a keyring that refused is asked again: it may ask a person each time

_known: dict[str, str] = {}  # what this process was given, by device
_refused: dict[str, float] = {}


def keep(device: str, token: str) -> str:
    """Keep a token. Returns what the file says of it; that is written by the caller."""
    _known.pop(device, None)
    _refused.pop(device, None)
    # Whoever names a key file runs without the keyring of a person: a service, a server, a script.
    if "VENUE_DESK_KEY_FILE" in os.environ or not ring.put(_name(device), token):
        return token
    return RINGED


def read(desk: Desk, device: str) -> tuple[str, str]:
    """The token, or empty and what is in the way: GONE or LOCKED.

    One that is still in the file is moved into the keyring, once.
    """
    kept = desk.ask(local, KEPT) or ""
    if kept != RINGED:
        now = keep(device, kept) if kept else ""
        if now == RINGED:
            desk.keep(set_local, KEPT, RINGED)
        return kept, "" if kept else GONE
    if device in _known:
        return _known[device], ""
    if time.monotonic() - _refused.get(device, -AGAIN) < AGAIN:
        return "", LOCKED
    found, failed = ring.ask(_name(device))
    if found:
        _known[device] = found
        return found, ""
    if failed:
        _refused[device] = time.monotonic()
    return "", LOCKED if failed else GONE


def drop(device: str) -> None:
    """Let the keyring forget a token that is no longer needed."""
    forget(device)
    if "VENUE_DESK_KEY_FILE" not in os.environ:
        ring.drop(_name(device))


def forget(device: str) -> None:
    """Let go of what this process knows, as a new one would begin."""
    _known.pop(device, None)
    _refused.pop(device, None)


def _name(device: str) -> str:
    return f"centre {device}"
