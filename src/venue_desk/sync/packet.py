"""The file on a stick: a message signed by its sender and sealed for its recipient, for where there is no network.

Magic, header (4 bytes of length, JSON), sealed message, signature of all before it. Sealed with a key that only the
recipient can derive (X25519 with a key made for this file, HKDF, ChaCha20-Poly1305, the header bound in); signed
with Ed25519. Nothing on the stick opens anything else: no keys, no database.
"""

import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from venue_desk.domain.problem import Problem
from venue_desk.domain.reasons import plain
from venue_desk.language import _
from venue_desk.sync.messages import LARGEST_SENT

MAGIC, BOUND = b"VDPACK1\n", b"VDLAST1\n"
LARGEST_HEADER = 4096
SIGNATURE = 64
FROM_DESK, FROM_CENTRE = "desk", "centre"
ORDER, REMOVED = "order", "removed"  # the centre has a desk remove its records; the desk did

Keys = Mapping[str, str]  # "sign" and "seal", as hexadecimal


def new_keys() -> dict[str, str]:
    """A private pair: to sign with, and to open what is sealed for us."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    return {
        "sign": Ed25519PrivateKey.generate().private_bytes_raw().hex(),
        "seal": X25519PrivateKey.generate().private_bytes_raw().hex(),
    }


def public(keys: Keys) -> dict[str, str]:
    """The public halves of a private pair."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    sign = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(keys["sign"])).public_key()
    seal = X25519PrivateKey.from_private_bytes(bytes.fromhex(keys["seal"])).public_key()
    return {"sign": sign.public_bytes_raw().hex(), "seal": seal.public_bytes_raw().hex()}


def seal(message: bytes, kind: str, device: str, keys: Keys, recipient: Keys) -> bytes:
    """A message as a file: ``keys`` are the sender's private ones, ``recipient`` the other's public ones."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    once = X25519PrivateKey.generate()
    ours = once.public_key().public_bytes_raw()
    theirs = bytes.fromhex(recipient["seal"])
    header = json.dumps(
        {"kind": kind, "device": device, "to": recipient["seal"], "once": ours.hex()}, sort_keys=True
    ).encode()
    start = MAGIC + len(header).to_bytes(4, "big") + header
    key = _derive(once.exchange(X25519PublicKey.from_public_bytes(theirs)), ours + theirs)
    body = start + ChaCha20Poly1305(key).encrypt(bytes(12), message, start)
    signer = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(keys["sign"]))
    return body + signer.sign(body)


def unseal(data: bytes, kind: str, keys: Keys, sender: Callable[[str], Keys]) -> tuple[str, bytes]:
    """The device and the message of a file. ``sender`` gives the public keys of the one who signed, by device.

    Raises Problem for a file that is not ours, was made for another, is damaged, or was not signed by its sender.
    """
    from cryptography.exceptions import InvalidSignature, InvalidTag
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    header, start = _header(data)
    if header["kind"] != kind:
        raise Problem(
            _("This file goes the other way: it was made here to be carried to the centre.")
            if kind in (FROM_CENTRE, ORDER)
            else _("This file goes the other way: it was made by the centre to be carried to a desk."),
            _("Choose the file that came back on the stick."),
        )
    if header["to"] != public(keys)["seal"]:
        raise Problem(
            _("This file was made for another computer."), _("Choose the file that was made for this one.")
        )
    try:
        signer = Ed25519PublicKey.from_public_bytes(bytes.fromhex(sender(header["device"])["sign"]))
        signer.verify(data[-SIGNATURE:], data[:-SIGNATURE])
        once = bytes.fromhex(header["once"])
        private = X25519PrivateKey.from_private_bytes(bytes.fromhex(keys["seal"]))
        key = _derive(
            private.exchange(X25519PublicKey.from_public_bytes(once)),
            once + private.public_key().public_bytes_raw(),
        )
        return header["device"], ChaCha20Poly1305(key).decrypt(
            bytes(12), data[len(start) : -SIGNATURE], start
        )
    except (InvalidSignature, InvalidTag, ValueError, KeyError) as error:
        raise damaged() from error


def kind_of(data: bytes) -> str:
    """What a file says that it is. Raises Problem for one that is not ours."""
    return _header(data)[0]["kind"]


def bound(report: bytes, part: bytes) -> bytes:
    """Two files as one, for a stick: what a desk says when its records were removed, and what it still had."""
    return BOUND + len(report).to_bytes(4, "big") + report + part


def unbound(data: bytes) -> list[bytes]:
    """The files in one that ``bound`` made, or the one itself. Raises Problem."""
    if not data.startswith(BOUND):
        return [data]
    length = int.from_bytes(data[8:12], "big")
    if len(data) < 12 + length:
        raise damaged()
    return [part for part in (data[12 : 12 + length], data[12 + length :]) if part]


def _header(data: bytes) -> tuple[dict[str, str], bytes]:
    if not data.startswith(MAGIC):
        raise Problem(_("This is not a Venue Desk sync file."), _("Its name ends in .vdsync."))
    length = int.from_bytes(data[8:12], "big")
    if length > LARGEST_HEADER or len(data) < 12 + length + 16 + SIGNATURE:
        raise damaged()
    try:
        header = json.loads(data[12 : 12 + length])
    except (ValueError, RecursionError) as error:
        raise damaged() from error
    wanted = {"kind", "device", "to", "once"}
    if not isinstance(header, dict) or not wanted <= set(header):
        raise damaged()
    if not all(isinstance(header[name], str) for name in wanted):
        raise damaged()
    return header, data[: 12 + length]


def _derive(shared: bytes, context: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), 32, salt=None, info=b"venue desk packet" + context).derive(shared)


def damaged() -> Problem:
    """What a person is told of a file that cannot be read, whatever is wrong with it."""
    return Problem(
        _("This file is damaged, or was changed on the way: nothing of it was taken over."),
        _("Copy it again, or make a new one."),
    )


# -- on the stick


def put(path: Path, data: bytes) -> None:
    """Write a file so that it is whole or not there: read back from the stick before it gets its name.

    Raises Problem. When this returns, the stick may be pulled out.
    """
    part = path.with_name(path.name + ".part")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _forget(part)
        if part.read_bytes() != data:
            raise Problem(
                _("What was written could not be read back the same: {file}").format(file=path),
                _("Use another stick."),
            )
        part.replace(path)
        _settle(path.parent)
    except OSError as error:
        raise Problem(
            _("The file could not be written: {file} ({why}).").format(file=path, why=plain(error)),
            _("Choose another place with free space."),
        ) from error
    finally:
        with suppress(OSError):  # what refuses the file may refuse this too
            part.unlink(missing_ok=True)


def _forget(path: Path) -> None:
    """Drop the file from the system's memory where that can be asked for, so that it is read from the stick."""
    advise = getattr(os, "posix_fadvise", None)
    if advise is not None:
        with path.open("rb") as file:
            advise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _settle(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def fetch(path: Path) -> bytes:
    """Read a file from the stick. Raises Problem."""
    try:
        if path.stat().st_size > LARGEST_SENT + LARGEST_HEADER + 1024:
            raise Problem(_("This file is too large to be a sync file."), _("Its name ends in .vdsync."))
        return path.read_bytes()
    except OSError as error:
        raise Problem(
            _("The file cannot be read: {file} ({why}).").format(file=path, why=plain(error)),
            _("Check that the stick is connected."),
        ) from error
