"""What the QR of a certificate says and how it is read: a statement, the key that signed it, the signature.

The text is ``VD1.key.content.signature``. Only Ed25519 exists in it, so there is no algorithm to choose.
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from venue_desk.domain.certificates import COMPETENCE, COMPLETION, Content
from venue_desk.domain.problem import Problem
from venue_desk.language import _


@dataclass(frozen=True, slots=True)
class Statement:
    """What the QR says and the signature covers: enough to judge the paper in hand without a network.

    ``results`` has a letter for each unit: K, B (not yet) or - (not assessed). ``copy`` counts reprints.
    ``text`` is a digest of what is printed on the pages (see ``fingerprint``).
    """

    kind: str
    number: str
    name: str
    born: str
    programme: str
    starts_on: date
    ends_on: date
    hours: int
    results: str
    issuer: str
    place: str
    issued_on: date
    copy: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Print:
    """One certificate to be printed: what it says, its QR text, and which reprint it is (0: the first print)."""

    content: Content
    token: str
    copy: int = 0


@dataclass(frozen=True, slots=True)
class Token:
    """A parsed QR text. Its signature is not checked yet: see documents.verify."""

    key: str
    statement: Statement
    signed: bytes
    signature: bytes


class NotAToken(ValueError):
    """The text is not a QR of ours, or is damaged."""


VERSION = "VD1"
_FIELDS = 14
_LETTERS = re.compile(r"[A-Z2-7]+")
_LONGEST = 2000


def fingerprint(text: str) -> str:
    """A digest of what is printed: letters and digits in their order, 80 bits in base 32.

    Spaces, hyphens and line ends are left out: readers of PDFs place them as they like.
    """
    letters = "".join(letter for letter in text if letter.isalnum())
    return _encode(hashlib.sha256(letters.encode()).digest()[:10])


def _line(text: str) -> str:
    return " ".join(text.split())


def signed_bytes(key: str, statement: Statement) -> bytes:
    """The canonical bytes that are signed: version, key and one field a line. Equal statements, equal bytes."""
    s = statement
    fields = (
        {COMPETENCE: "S", COMPLETION: "K"}[s.kind],
        _line(s.number),
        _line(s.name),
        _line(s.born),
        _line(s.programme),
        s.starts_on.strftime("%Y%m%d"),
        s.ends_on.strftime("%Y%m%d"),
        str(s.hours),
        s.results,
        _line(s.issuer),
        _line(s.place),
        s.issued_on.strftime("%Y%m%d"),
        str(s.copy),
        s.text,
    )
    return "\n".join((VERSION, key, *fields)).encode()


def token(key: str, statement: Statement, signature: bytes) -> str:
    """The text of the QR: ``VD1.key.content.signature``, in letters that a QR packs tightly and a keyboard types."""
    content = signed_bytes(key, statement).split(b"\n", 2)[2]
    return f"{VERSION}.{key}.{_encode(content)}.{_encode(signature)}"


def is_code(text: str) -> bool:
    """Whether text has the shape of a token, whatever it says; ``parse`` reads it."""
    return text.strip().upper().startswith(f"{VERSION}.") and text.count(".") == 3


def parse(text: str) -> Token:
    """Read a QR text strictly. Raises NotAToken for anything that we would not have written just so."""
    text = text.strip()
    parts = text.split(".")
    if len(text) > _LONGEST or len(parts) != 4 or parts[0] != VERSION:
        raise NotAToken("not a certificate code")
    _version, key, coded, coded_signature = parts
    content, signature = _decode(coded), _decode(coded_signature)
    if len(signature) != 64 or not 4 <= len(key) <= 32 or not _LETTERS.fullmatch(key):
        raise NotAToken("damaged")
    try:
        fields = content.decode().split("\n")
        if len(fields) != _FIELDS:
            raise NotAToken("damaged")
        statement = Statement(
            kind={"S": COMPETENCE, "K": COMPLETION}[fields[0]],
            number=fields[1],
            name=fields[2],
            born=fields[3],
            programme=fields[4],
            starts_on=_day(fields[5]),
            ends_on=_day(fields[6]),
            hours=int(fields[7]),
            results=fields[8],
            issuer=fields[9],
            place=fields[10],
            issued_on=_day(fields[11]),
            copy=int(fields[12]),
            text=fields[13],
        )
    except (KeyError, ValueError) as error:
        raise NotAToken("damaged") from error
    signed = signed_bytes(key, statement)
    if signed.split(b"\n", 2)[2] != content:
        raise NotAToken("not in canonical form")
    return Token(key, statement, signed, signature)


def _day(text: str) -> date:
    if not re.fullmatch(r"[0-9]{8}", text, re.ASCII):
        raise NotAToken("damaged")
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))


def _encode(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    if not _LETTERS.fullmatch(text):
        raise NotAToken("damaged")
    try:
        data = base64.b32decode(text + "=" * (-len(text) % 8))
    except binascii.Error as error:
        raise NotAToken("damaged") from error
    if _encode(data) != text:
        raise NotAToken("damaged")
    return data


def key_id(public: bytes) -> str:
    """The name of a signing key: 40 bits of its digest in base 32."""
    return _encode(hashlib.sha256(b"venue desk signing key\n" + public).digest()[:5])


def statement(content: Content, text: str, copy: int = 0) -> Statement:
    """What a content's QR says; ``text`` is the fingerprint of its pages."""
    letters = {"K": "K", "BK": "B"}
    return Statement(
        kind=content.kind,
        number=content.number,
        name=content.name,
        born=content.birth,
        programme=content.programme_id,
        starts_on=content.starts_on,
        ends_on=content.ends_on,
        hours=content.hours,
        results="".join(letters.get(unit.result, "-") for unit in content.units),
        issuer=content.venue,
        place=content.place,
        issued_on=content.issued_on,
        copy=copy,
        text=text,
    )


@dataclass(frozen=True, slots=True)
class Key:
    """A public signing key, the name of its venue, and ``owner``: the id of that venue.

    A name can change and two venues can have one, so nothing is judged by it. A list of the first release knows no
    ids: there the name stands for the owner.
    """

    public: bytes
    issuer: str
    owner: str
    revoked_on: date | None = None


@dataclass(frozen=True, slots=True)
class KeyRing:
    """What a verifier knows: keys by id, and void numbers with their day, by the keys' owner and number.

    A void number is void for every key of its owner, because a copy is signed by whichever computer printed it.
    """

    keys: Mapping[str, Key] = field(default_factory=dict)
    void: Mapping[tuple[str, str], date | None] = field(default_factory=dict)

    def joined(self, other: "KeyRing") -> "KeyRing":
        """Both together: what is void or withdrawn in either stays so, from the earlier day.

        A key that both know stays whose it is here; the void numbers of the one whose it is there count for ours
        too. They also stay where they were: further keys of that owner are judged by them.
        """
        named: dict[str, set[str]] = {}
        keys = dict(self.keys)
        for name, key in other.keys.items():
            here = self.keys.get(name)
            if here is None:
                keys[name] = key
            else:
                keys[name] = replace(here, revoked_on=_earlier(here.revoked_on, key.revoked_on))
                named.setdefault(key.owner, set()).add(here.owner)
        void = dict(self.void)
        for (owner, number), on in other.void.items():
            for who in {owner, *named.get(owner, ())}:
                void[who, number] = _earlier(void.get((who, number)), on)
        return KeyRing(keys, void)

    def heard(self, told: "KeyRing", ours: str) -> "KeyRing":
        """What may be believed of a list that somebody gave, beside what is known here; ``ours`` is our own venue.

        Nobody signs a list, and public keys are public. So a list speaks only for owners whose keys it brings, and
        never for us: our keys and void numbers come with our records alone. A key that is known stays whose it is
        (see ``joined``). Where the list names an owner that is known here by other keys, it must bring one of those,
        or nothing that it says of this owner is taken: neither new keys nor void numbers. A list that brings a
        venue's own keys cannot be told from that venue's list; whoever trusts it is asked with the names in it.
        """
        known = {key.owner for key in self.keys.values()} | {ours}
        mine = {name for name, key in self.keys.items() if key.owner == ours}
        proven = {
            key.owner
            for name, key in told.keys.items()
            if name in self.keys and key.owner == self.keys[name].owner
        }
        refused = (known - proven) | {ours}
        keys = {name: key for name, key in told.keys.items() if name not in mine and key.owner not in refused}
        brought = {key.owner for key in keys.values()}
        return KeyRing(keys, {entry: on for entry, on in told.void.items() if entry[0] in brought})


def _earlier(one: date | None, other: date | None) -> date | None:
    return min(day for day in (one, other) if day) if one or other else None


_FILE = "venue-desk keys"
_RELEASE = 2  # of the file: 1 named a venue by its name only


def keys_file(ring: KeyRing, made_on: date) -> str:
    """The file that a school or a company gets so that it can verify without this desk."""
    return json.dumps(
        {
            "format": _FILE,
            "version": _RELEASE,
            "made_on": made_on.isoformat(),
            "keys": [
                {
                    "id": name,
                    "public": key.public.hex(),
                    "issuer": key.issuer,
                    "venue": key.owner,
                    "revoked_on": _iso(key.revoked_on),
                }
                for name, key in sorted(ring.keys.items())
            ],
            "void": [
                {"venue": owner, "number": number, "on": _iso(on)}
                for (owner, number), on in sorted(ring.void.items())
            ],
        },
        ensure_ascii=False,
        indent=1,
    )


def read_keys(text: str) -> KeyRing:
    """Read a key file strictly. Raises Problem when it is not one."""
    try:
        value: Any = json.loads(text)
        if value["format"] != _FILE or value["version"] not in (1, _RELEASE):
            raise ValueError
        venue = "issuer" if value["version"] == 1 else "venue"
        keys = {}
        for line in value["keys"]:
            public = bytes.fromhex(line["public"])
            if len(public) != 32 or line["id"] != key_id(public):
                raise ValueError
            keys[line["id"]] = Key(
                public, _text(line["issuer"]), _text(line[venue]), _day_or_none(line["revoked_on"])
            )
        void = {
            (_text(line[venue]), _text(line["number"])): _day_or_none(line["on"]) for line in value["void"]
        }
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Problem(
            _("This file is not a list of signing keys, or it is damaged."),
            hint=_("Ask the venue for a new one: it is made by “keys export”."),
        ) from error
    return KeyRing(keys, void)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day_or_none(text: object) -> date | None:
    return None if text is None else date.fromisoformat(str(text))
