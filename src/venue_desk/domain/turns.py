"""Who has had a turn in a once-per-person series, told to other venues without telling who they are.

A turn is a digest: HMAC-SHA-256 under a key of the series, over a NIK, or over a name with date of birth or phone, cut
to 32 bits. It must come out the same at the centre and at every desk, whatever its release: what is hashed here is
never changed, only added to. A name with a slip in it is not found by it; nor is somebody of whom only a name is known.

Each person has up to three digests. Where 6,624 people had a turn in one series, 9 × 6,624 pairs of digests can be
alike by chance, of 2³²: one in 72,000 people who are asked about is found wrongly; of 500,000, one in 950. Hence
"again, because …" and never a refusal without a way.

Whoever has the key, which is every desk of the series, can ask about a person whose NIK, or name and date of birth,
they know: that is what an offline desk is for. No name can be read off the list. But NIKs are few once the district and
the day of birth are known, so a desk's file that was opened can be tried through for the NIKs in it, without names and
without venues; this is why the list lies in the encrypted file only.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from datetime import date

from venue_desk.domain.people import Someone, fold, plain, read_nik, read_phone

DIGITS = 8  # hexadecimal, of each digest
NIK, BORN, PHONE = "nik", "born", "phone"  # by what somebody was found, the surest first

# So are the name of the Prophet and its short forms written, once they are folded; likewise Achmad is Ahmad.
_MUHAMMAD = frozenset({"mohamad", "muhamad", "mohamed", "muhamed", "mohd", "muhd", "moh", "muh"})
# On identity cards, of people who know the year only: 1 January, 1 July, 31 December.
_UNKNOWN = frozenset({(1, 1), (1, 7), (31, 12)})


def series_key(name: str) -> str:
    """One name for a series however it is typed: ``Bogasari  2025`` and ``BOGASARI 2025`` are one.

    Empty where no letter of it is Latin: such a series is known in its own venue only.
    """
    return plain(name)


def new_secret() -> str:
    """The key of a series, as hexadecimal."""
    return secrets.token_hex(16)


def turns(secret: str, person: Someone) -> Iterator[tuple[str, str]]:
    """The digests of a person, the surest first: (by what, digest). Nothing where only the name is known."""
    key = bytes.fromhex(secret)
    for by, text in _known(person):
        yield by, hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:DIGITS]


def _known(person: Someone) -> Iterator[tuple[str, str]]:
    nik = _nik(person.nik)
    if nik:
        yield NIK, f"nik:{nik}"
    words = sorted(_word(word) for word in fold(person.name).split())
    name = " ".join(words)
    if name and person.born and not (len(words) == 1 and _unknown(person.born)):
        yield BORN, f"born:{name}:{person.born.isoformat()}"
    phone, _doubts = read_phone(person.phone)
    if name and phone:
        yield PHONE, f"phone:{name}:{phone}"


def _nik(written: str | None) -> str | None:
    """A whole NIK whose date can be one: 1234567890123456 is made up, and many make up the same."""
    read = read_nik(written)
    odd = any(doubt.code == "nik-date" for doubt in read.doubts)
    return read.text if read.text and len(read.text) == 16 and not odd else None


def _word(word: str) -> str:
    bare = word.replace("kh", "h")
    return "muhamad" if bare in _MUHAMMAD else bare


def _unknown(born: date) -> bool:
    """A single name is shared by thousands, and these days by many of them."""
    return (born.day, born.month) in _UNKNOWN
