"""What was typed into an unfinished set-up, while there are no records yet to keep it with: one encrypted file.

Its key is in the keyring, or where there is none in the key file that the records will have. It names who signs.
"""

import contextlib
import hashlib
import json
import os
import secrets
from pathlib import Path
from typing import Any

from venue_desk.domain.problem import Problem
from venue_desk.store import ring, vault

FILE = "venue-desk.setup"
_NONCE = 12


def keep(folder: Path, draft: dict[str, Any]) -> None:
    """Keep it in the place of what was kept before. A disk that refuses it is no failure: nothing was saved yet."""
    nonce = os.urandom(_NONCE)
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        sealed = _cipher(_key(folder) or _new_key(folder)).encrypt(nonce, json.dumps(draft).encode(), None)
        part = folder / (FILE + ".part")
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            os.write(handle, nonce + sealed)
        finally:
            os.close(handle)
        part.replace(folder / FILE)


def kept(folder: Path) -> dict[str, Any]:
    """What was kept; empty where nothing is, or nothing that can be read."""
    from cryptography.exceptions import InvalidTag

    try:
        sealed = (folder / FILE).read_bytes()
        key = _key(folder)
        found = json.loads(_cipher(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], None)) if key else {}
    except (OSError, ValueError, InvalidTag):
        return {}
    return found if isinstance(found, dict) else {}


def forget(folder: Path) -> None:
    """The set-up is done, or given up."""
    if (folder / FILE).exists():
        with contextlib.suppress(OSError):
            (folder / FILE).unlink()
        ring.drop(_name(folder))


def _key(folder: Path) -> str:
    found, _failed = ring.ask(_name(folder))
    if found:
        return found
    with contextlib.suppress(Problem, OSError):
        return vault.read_key(folder) if vault.there(folder) else ""
    return ""


def _new_key(folder: Path) -> str:
    key = secrets.token_hex(32)
    return key if ring.put(_name(folder), key) else vault.make_key(folder)


def _name(folder: Path) -> str:
    return "setup " + hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]


def _cipher(key: str) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    return ChaCha20Poly1305(hashlib.sha256(b"venue-desk set-up " + bytes.fromhex(key)).digest())
