"""What was typed into an unfinished set-up, while there are no records yet to keep it with: one encrypted file.

It names who signs. Its key is its own: in the keyring, or where there is none in a file that only its owner reads,
so that nothing is in the way of records that are made, joined or restored here afterwards.
"""

import contextlib
import hashlib
import json
import secrets
from pathlib import Path
from typing import Any

from venue_desk.domain.problem import Problem
from venue_desk.store import ring, vault, wrapped

FILE = "venue-desk.setup"
KEY_FILE = "venue-desk.setup-key"


def keep(folder: Path, draft: dict[str, Any]) -> None:
    """Keep it in the place of what was kept before. A disk that refuses it is no failure: nothing was saved yet."""
    part = folder / (FILE + ".part")
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        vault.put(part, wrapped.seal(_key(folder) or _new_key(folder), json.dumps(draft)))
        part.replace(folder / FILE)


def kept(folder: Path) -> dict[str, Any]:
    """What was kept; empty where nothing is, or nothing that can be read."""
    try:
        sealed = (folder / FILE).read_text("ascii")
        key = _key(folder)
        found = json.loads((wrapped.unseal(key, sealed) if key else "") or "{}")
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def forget(folder: Path) -> None:
    """The set-up is done, or given up."""
    found = [folder / name for name in (FILE, FILE + ".part", KEY_FILE) if (folder / name).exists()]
    for one in found:
        with contextlib.suppress(OSError):
            vault.shred(one)
    if found:
        ring.drop(_name(folder))


def _key(folder: Path) -> str:
    found, _failed = ring.ask(_name(folder))
    if not found:
        with contextlib.suppress(OSError, Problem):
            found = vault.from_file(folder / KEY_FILE)
    return found


def _new_key(folder: Path) -> str:
    key = secrets.token_hex(32)
    if not ring.put(_name(folder), key):
        place = folder / KEY_FILE
        place.unlink(missing_ok=True)  # a damaged one
        vault.put(place, key + "\n")
    return key


def _name(folder: Path) -> str:
    return "setup " + hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]
