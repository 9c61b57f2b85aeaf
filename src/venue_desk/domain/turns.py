"""Who has had a turn in a once-per-person series, told to other venues without telling who they are.

A turn is a digest: HMAC-SHA-256 under a key of the series, over a NIK, or over a folded name with date of birth or
phone, cut to 32 bits. Whoever has the key can ask about one person whose NIK or name and date of birth they know: that
is what an offline desk is for. What they cannot do is read names off the list; and of all numbers that a NIK could be,
one in some hundred thousand fits by chance, so a list that was tried through proves nothing of anybody.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterator

from venue_desk.domain.people import Someone
from venue_desk.domain.people.folding import plain

DIGITS = 8  # hexadecimal, of each digest
NIK, BORN, PHONE = "nik", "born", "phone"  # by what somebody was found


def series_key(name: str) -> str:
    """One name for a series however it is typed: ``Bogasari  2025`` and ``BOGASARI 2025`` are one."""
    return plain(name)


def new_secret() -> str:
    """The key of a series, as hexadecimal."""
    return secrets.token_hex(16)


def turns(secret: str, person: Someone) -> Iterator[tuple[str, str]]:
    """The digests of a person: (by what, digest). Nothing for somebody of whom only a name is known."""
    key = bytes.fromhex(secret)
    for by, text in _known(person):
        yield by, hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:DIGITS]


def _known(person: Someone) -> Iterator[tuple[str, str]]:
    if person.nik and len(person.nik) == 16 and person.nik.isdigit():
        yield NIK, f"nik:{person.nik}"
    words = " ".join(sorted(person.key.split()))
    if words and person.born:
        yield BORN, f"born:{words}:{person.born.isoformat()}"
    if words and person.phone:
        yield PHONE, f"phone:{words}:{person.phone}"
