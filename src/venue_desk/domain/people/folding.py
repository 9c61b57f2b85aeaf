"""Names reduced to what two spellings share, for search and for finding twins.

Before 1972 (and 1947 for oe) Indonesian was written with oe, dj, tj, sj, nj, ch and j for today's
u, j, c, sy, ny, kh and y. Because old j is y and old dj is j, one class holds j, dj and y.
"""

import re
import unicodedata
from functools import lru_cache

_OLD = (
    ("oe", "u"),
    ("tj", "c"),
    ("dj", "j"),
    ("ch", "kh"),
    ("j", "y"),
)
_DOUBLED = re.compile(r"(.)\1+")
_BETWEEN = re.compile(r"[^0-9a-z]+")
_JOINED = re.compile(r"['’‘`´ʼ]")
_PHONE_LIKE = re.compile(r"[\d\s+().\-/]+")

MAX_PARTS = 8


def plain(text: str) -> str:
    """Small letters and digits in words, without accents or signs: ``Ma'ruf, José`` is ``maruf jose``."""
    flat = _JOINED.sub("", text)
    if not flat.isascii():
        flat = "".join(c for c in unicodedata.normalize("NFKD", flat) if not unicodedata.combining(c))
    return _BETWEEN.sub(" ", flat.lower()).strip()


@lru_cache(maxsize=20_000)
def _fold_word(word: str) -> str:
    for old, new in _OLD:
        word = word.replace(old, new)
    return _DOUBLED.sub(r"\1", word)


def fold(text: str) -> str:
    """The same for both spellings: ``Soerjadi`` and ``Suryadi`` are ``suryadi``."""
    return " ".join(_fold_word(w) if w.isalpha() else w for w in plain(text).split())


def search_text(name: str, phone: str | None = None, nik: str | None = None) -> str:
    """A person's search column: plain and folded name, national phone, last four of the NIK.

    Lists are in its order, so the name comes first as it is written: Joko stands under J, not Y.
    """
    as_written, folded = plain(name), fold(name)
    parts = [as_written]
    if as_written != folded:
        parts.append(folded)
    if phone:
        digits = "".join(c for c in phone if c.isdigit())
        parts.append("0" + digits[2:] if digits.startswith("62") else digits)
    if nik:
        parts.append("#" + nik[-4:])
    return "|".join(parts)


def folded_of(search: str) -> str:
    """The folded name in a search column."""
    as_written, _bar, rest = search.partition("|")
    second = rest.partition("|")[0]
    return as_written if not second or second.isdigit() or second.startswith("#") else second


def search_parts(typed: str) -> list[tuple[str, ...]]:
    """What must be found in the search column for what was typed: each part by any one of its spellings."""
    typed = typed.strip()
    if any(c.isdigit() for c in typed) and _PHONE_LIKE.fullmatch(typed):
        digits = "".join(c for c in typed if c.isdigit())
        national = "0" + digits[2:] if digits.startswith("62") and len(digits) > 2 else digits
        return [tuple(dict.fromkeys((digits, national)))]
    return [
        tuple(dict.fromkeys((_fold_word(word) if word.isalpha() else word, word)))
        for word in plain(typed).split()[:MAX_PARTS]
    ]
