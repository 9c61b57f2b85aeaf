"""The vault's content: copies of the database's key, each wrapped by a recovery key or a passphrase."""

import hashlib
import json
import secrets
from pathlib import Path
from typing import Any

from venue_desk.domain import clock
from venue_desk.domain.problem import Problem
from venue_desk.language import _

FORMAT, VERSION = "venue-desk vault", 1
RECOVERY, PASSPHRASE = "recovery", "passphrase"

# Argon2id: rounds, KiB, lanes. A recovery key is 160 random bits; only a passphrase needs to be slow.
COST = {RECOVERY: (1, 8_192, 1), PASSPHRASE: (3, 65_536, 4)}
_MOST = (16, 1_048_576, 16)  # what a damaged or forged vault may ask of this computer


class Unfit(Problem):
    """A recovery key or passphrase that is well written, but not of these records."""


def empty(key: str, before: dict[str, Any] | None = None) -> dict[str, Any]:
    """A vault of this key without any copy of it yet. ``before`` is that of the key whose place it takes."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "id": secrets.token_hex(8),
        "check": fingerprint(key),
        "turn": turn(before) + 1 if before else 0,
        "copies": [],
    }


def turn(vault: dict[str, Any]) -> int:
    """How many keys these records had before this one: the highest is the one in force."""
    count = vault.get("turn", 0)
    return count if isinstance(count, int) else 0


def ways(vault: dict[str, Any]) -> frozenset[str]:
    """What opens it."""
    return frozenset(copy["by"] for copy in vault["copies"])


def seal(key: str, text: str) -> str:
    """A text that only the database's key opens, hexadecimal."""
    nonce = secrets.token_bytes(12)
    sealed: bytes = _sealing(key).encrypt(nonce, text.encode(), None)
    return (nonce + sealed).hex()


def unseal(key: str, sealed: str) -> str | None:
    """The text; None where this key did not seal it, or it was altered."""
    from cryptography.exceptions import InvalidTag

    try:
        said = bytes.fromhex(sealed)
        opened: bytes = _sealing(key).decrypt(said[:12], said[12:], None)
        return opened.decode()
    except (InvalidTag, ValueError, TypeError):
        return None


def _sealing(key: str) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    return ChaCha20Poly1305(hashlib.sha256(b"venue-desk lock " + key.encode()).digest())


def wrap(vault: dict[str, Any], key: str, by: str, secret: bytes) -> dict[str, Any]:
    """The vault with a copy of the key that this secret opens, in the place of an older one of its kind."""
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    rounds, memory, lanes = COST[by]
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    copy: dict[str, Any] = {
        "by": by,
        "made": clock.today().isoformat(),
        "argon2id": {"rounds": rounds, "memory": memory, "lanes": lanes},
        "salt": salt.hex(),
        "nonce": nonce.hex(),
    }
    box = ChaCha20Poly1305(_derived(copy, secret)).encrypt(nonce, bytes.fromhex(key), _bound(vault, by))
    copy["box"] = box.hex()
    return {**vault, "copies": [copy, *(one for one in vault["copies"] if one["by"] != by)]}


def unwrap(vault: dict[str, Any], by: str, secret: bytes) -> str:
    """The key, hex. Raises Unfit for a secret that opens no copy."""
    from argon2.exceptions import HashingError
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    for copy in vault["copies"]:
        if copy["by"] != by:
            continue
        try:
            cipher = ChaCha20Poly1305(_derived(copy, secret))
            key = cipher.decrypt(bytes.fromhex(copy["nonce"]), bytes.fromhex(copy["box"]), _bound(vault, by))
        except (InvalidTag, HashingError, ValueError, TypeError, KeyError):  # a damaged copy too
            continue
        if fingerprint(key.hex()) == vault["check"]:
            return key.hex()
    raise Unfit(
        _("This recovery key does not open these records.")
        if by == RECOVERY
        else _("This passphrase does not open these records."),
        _("It is well written, but belongs to another venue or was replaced by a newer one.")
        if by == RECOVERY
        else _("Look whether Caps Lock is on. The recovery key opens them too."),
    )


def _derived(copy: dict[str, Any], secret: bytes) -> bytes:
    from argon2.low_level import Type, hash_secret_raw

    cost = copy["argon2id"]
    wanted = (int(cost["rounds"]), int(cost["memory"]), int(cost["lanes"]))
    if any(not 1 <= one <= most for one, most in zip(wanted, _MOST, strict=True)):
        raise ValueError("cost out of bounds")
    rounds, memory, lanes = wanted
    return hash_secret_raw(secret, bytes.fromhex(copy["salt"]), rounds, memory, lanes, 32, Type.ID)


def _bound(vault: dict[str, Any], by: str) -> bytes:
    """What a wrapped copy belongs to: it cannot be carried into another vault, nor take another's role."""
    return f"{FORMAT} {VERSION} {vault['id']} {by}".encode()


def fingerprint(key: str) -> str:
    """By this a vault knows its key; of 256 random bits it tells nothing."""
    return hashlib.sha256(b"venue-desk key " + key.encode()).hexdigest()[:32]


def read(file: Path) -> dict[str, Any] | None:
    """A vault's content. None where there is none, or it is none; raises Problem for one of a newer release."""
    try:
        if file.stat().st_size > 65_536:
            return None
        vault = json.loads(file.read_text("utf-8"))
        if vault["format"] != FORMAT:
            return None
        if vault["version"] > VERSION:
            raise Problem(
                _("These records were written by a newer release of Venue Desk."),
                _("Install the newest release on this computer; nothing was changed."),
            )
        names = {"by", "made", "argon2id", "salt", "nonce", "box"}
        sound = all(names <= set(copy) for copy in vault["copies"]) and bool(vault["id"] and vault["check"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return vault if sound and isinstance(vault, dict) else None
