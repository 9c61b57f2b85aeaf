"""Joining by a stick: a letter that asks to be let in, and the one that lets in, both keyed by the one-time code.

The desk cannot seal its letter for a centre whose key it does not know yet, and must not write the code on a stick.
So the code, which both know, is stretched to a key (Argon2id, 64 MB, a salt of its own): it seals the first letter,
and together with an exchange of keys the second. Whoever finds the stick would have to try 2^60 codes at a tenth of a
second each, within the day that a code lives; whoever does not know the code can neither ask nor answer in its name.
The centre keeps a hash of the code only, and the key is made of that hash.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.sync import packet
from venue_desk.sync.messages import LARGEST_SENT, Request, pack
from venue_desk.sync.reading import Malformed, unpack

ASKED, LET_IN = b"VDJOIN1\n", b"VDLETIN1"
HANDLE = 4  # characters of a code that name it; the others are its secret
LARGEST_HEADER, LARGEST_LETTER = 1000, 1_000_000
SUM = 32
_COST = (3, 65_536, 1)  # Argon2id: rounds, KB, lanes


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that asks to be let in, still sealed. ``handle`` names the code that opens it."""

    handle: str
    salt: bytes
    mark: str  # of the whole file: the answer names it
    start: bytes
    box: bytes


@dataclass(frozen=True, slots=True)
class Asked:
    """What a desk says that asks to be let in."""

    writer: str
    name: str
    letter: str
    venue: str
    joined: dict[str, int]
    keys: dict[str, str]
    said: Request


def tidy(code: str) -> str:
    """A code as it was made, from one typed by hand: spaces, hyphens and look-alikes do not matter."""
    kept = "".join(c for c in code.upper() if c.isalnum())
    return kept.translate(str.maketrans("OIL", "011"))


def secret_of(code: str) -> str:
    """What a centre keeps of a code."""
    return hashlib.sha256(tidy(code).encode()).hexdigest()


def stretched(secret: str, salt: bytes) -> bytes:
    """The key that a code's secret gives with this salt. Takes a tenth of a second and 64 MB, on purpose."""
    from argon2.low_level import Type, hash_secret_raw

    return hash_secret_raw(bytes.fromhex(secret), salt, *_COST, 32, Type.ID)


def ask(code: str, asked: Mapping[str, Any], said: Request) -> tuple[bytes, bytes]:
    """A letter that asks to be let in, and its key, by which the answer will be known."""
    salt = os.urandom(16)
    key = stretched(secret_of(code), salt)
    header = json.dumps({"handle": tidy(code)[:HANDLE], "salt": salt.hex()}, sort_keys=True).encode()
    start = ASKED + len(header).to_bytes(4, "big") + header
    words = json.dumps(dict(asked)).encode()
    body = start + _sealed(key, b"ask", len(words).to_bytes(4, "big") + words + pack(said), start)
    return body + hashlib.sha256(body).digest(), key


def read(data: bytes) -> Letter:
    """A letter as it was carried, not opened yet. Raises Problem where it is none, or not whole any more."""
    header, start, body = _parts(data, ASKED, LARGEST_LETTER)
    handle, salt = header.get("handle"), header.get("salt")
    if not isinstance(handle, str) or not isinstance(salt, str) or len(handle) != HANDLE or len(salt) != 32:
        raise packet.damaged()
    try:
        return Letter(handle, bytes.fromhex(salt), mark(data), start, body)
    except ValueError as error:
        raise packet.damaged() from error


def opened(letter: Letter, key: bytes) -> Asked | None:
    """What it says; None where the key is another code's. Raises Malformed where no desk wrote it."""
    plain = _unsealed(key, b"ask", letter.box, letter.start)
    if plain is None:
        return None
    length = int.from_bytes(plain[:4], "big")
    try:
        said = json.loads(plain[4 : 4 + length])
        texts = {name: str(said[name])[:200] for name in ("writer", "name", "letter", "venue")}
        joined = {str(name)[:50]: int(count) for name, count in dict(said["joined"]).items()}
        keys = {name: bytes.fromhex(said["keys"][name]).hex() for name in ("sign", "seal")}
    except (ValueError, TypeError, KeyError, RecursionError, AttributeError) as error:
        raise Malformed("letter") from error
    hexadecimal = set("0123456789abcdef")
    if len(texts["writer"]) != 32 or set(texts["writer"]) - hexadecimal or len(joined) > 1000:
        raise Malformed("letter")
    if any(len(one) != 64 for one in keys.values()) or "\0" in "".join(texts.values()):
        raise Malformed("letter")
    return Asked(**texts, joined=joined, keys=keys, said=unpack(plain[4 + length :], Request))


def let_in(told: Mapping[str, Any], lines: bytes, asked: Mapping[str, str], of: str, key: bytes) -> bytes:
    """The answer: for the desk with these public keys alone, and only from whoever knows its code."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

    once = X25519PrivateKey.generate()
    shared = once.exchange(X25519PublicKey.from_public_bytes(bytes.fromhex(asked["seal"])))
    header = json.dumps(
        {"of": of, "once": once.public_key().public_bytes_raw().hex()}, sort_keys=True
    ).encode()
    start = LET_IN + len(header).to_bytes(4, "big") + header
    words = json.dumps(dict(told)).encode()
    body = start + _sealed(shared + key, b"let in", len(words).to_bytes(4, "big") + words + lines, start)
    return body + hashlib.sha256(body).digest()


def welcome(data: bytes, of: str, keys: Mapping[str, str], key: bytes) -> tuple[dict[str, Any], bytes]:
    """What the centre says, and the lines that it gives along. ``keys`` are the desk's private ones. Raises Problem."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

    header, start, body = _parts(data, LET_IN, LARGEST_SENT + LARGEST_LETTER)
    if header.get("of") != of:
        raise Problem(
            _("This file answers another request than the last one of this computer."),
            _("Choose the answer to the request that was written last, or write a new one."),
        )
    try:
        once = X25519PublicKey.from_public_bytes(bytes.fromhex(str(header["once"])))
        shared = X25519PrivateKey.from_private_bytes(bytes.fromhex(keys["seal"])).exchange(once)
    except (ValueError, KeyError) as error:
        raise packet.damaged() from error
    plain = _unsealed(shared + key, b"let in", body, start)
    if plain is None:
        raise packet.damaged()
    length = int.from_bytes(plain[:4], "big")
    return dict(json.loads(plain[4 : 4 + length])), plain[4 + length :]


def mark(data: bytes) -> str:
    """By this a letter is named in its answer."""
    return hashlib.sha256(data).hexdigest()[:32]


def _parts(data: bytes, magic: bytes, most: int) -> tuple[dict[str, Any], bytes, bytes]:
    """The header, all that stands before the box, and the box; the sum at the end tells damage from a wrong code."""
    if not data.startswith(magic):
        other = LET_IN if magic == ASKED else ASKED
        if data.startswith(other):
            raise Problem(
                _("This file goes the other way: it is the answer of a centre.")
                if other == LET_IN
                else _("This file goes the other way: it is the request of a computer."),
                _("Choose the file that came back on the stick."),
            )
        raise Problem(_("This is not a file for joining by a stick."), _("Its name ends in .vdjoin."))
    length = int.from_bytes(data[8:12], "big")
    if length > LARGEST_HEADER or len(data) > most or len(data) < 12 + length + 16 + SUM:
        raise packet.damaged()
    if hashlib.sha256(data[:-SUM]).digest() != data[-SUM:]:
        raise packet.damaged()
    try:
        header = json.loads(data[12 : 12 + length])
    except (ValueError, RecursionError) as error:
        raise packet.damaged() from error
    if not isinstance(header, dict):
        raise packet.damaged()
    return header, data[: 12 + length], data[12 + length : -SUM]


def _sealed(secret: bytes, purpose: bytes, plain: bytes, bound: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    return ChaCha20Poly1305(_derived(secret, purpose, bound)).encrypt(bytes(12), plain, bound)


def _unsealed(secret: bytes, purpose: bytes, box: bytes, bound: bytes) -> bytes | None:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    try:
        return ChaCha20Poly1305(_derived(secret, purpose, bound)).decrypt(bytes(12), box, bound)
    except InvalidTag:
        return None


def _derived(secret: bytes, purpose: bytes, bound: bytes) -> bytes:
    """A key for one box alone: what is bound in has a random part, so no nonce is used twice."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    info = b"venue desk letter " + purpose + hashlib.sha256(bound).digest()
    return HKDF(SHA256(), 32, salt=None, info=info).derive(secret)
