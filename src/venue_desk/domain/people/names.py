"""Reading a full name: one field, titles and degrees apart, single names as good as long ones."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from venue_desk.domain.people import degrees
from venue_desk.domain.people.doubts import Doubt

MAX_LENGTH = 200

_SIGNS = re.compile(r"[;|<>{}\[\]_=*#\\^~+%$@!?]+")
_NO_NAME = re.compile(r"(?i)n/?a|none|null|nihil|tidak ada|kosong|x+|anonim|tanpa nama")
_REMARK = re.compile(r"\s*\(([^()]*)\)\s*")
_APOSTROPHES = str.maketrans(
    dict.fromkeys("’‘`´ʼʻ‛", "'") | dict.fromkeys("“”„«»", '"') | {"‐": "-", "‑": "-", "–": "-"}
)
_SMALL = {"bin", "binti", "da", "de", "dos", "das", "do", "van", "von", "der", "den", "dan"}
_ROMAN = {"ii", "iii", "iv", "vi", "vii", "viii"}


@dataclass(frozen=True, slots=True)
class Name:
    """A name as read. ``text`` is empty when there was none; ``remark`` is what stood in brackets."""

    text: str
    before: str = ""
    after: str = ""
    remark: str = ""
    doubts: Sequence[Doubt] = ()


def cleaned(text: str) -> str:
    """One line of composed text with single spaces, without emoji, control or invisible characters."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    text = unicodedata.normalize("NFC", text).translate(_APOSTROPHES)
    return " ".join("".join(_kept(c) for c in text).split())


@lru_cache(maxsize=4_000)
def _kept(char: str) -> str:
    kind = unicodedata.category(char)
    if kind in ("Zs", "Zl", "Zp", "Cc"):
        return " "
    # Joiners, private use, unassigned and symbols (emoji); variation selectors and skin tones follow emoji.
    return "" if kind[0] == "C" or kind in ("So", "Sk") or "\ufe00" <= char <= "\ufe0f" else char


def full_name(name: str, before: str | None = "", after: str | None = "") -> str:
    """With titles and degrees: ``Dr. Budi Santoso, S.Kom., M.M.``"""
    front = f"{before} {name}" if before else name
    return f"{front}, {after}" if after else front


def read_name(written: object) -> Name:
    """Split what was written into name, titles before and degrees after; capitals are put right."""
    raw = "" if written is None else str(written)
    text = cleaned(raw[: 4 * MAX_LENGTH])
    doubts: list[Doubt] = []
    remarks = [r.strip() for r in _REMARK.findall(text) if r.strip()]
    text = _REMARK.sub(" ", text)
    if remarks:
        doubts.append(Doubt("name-remark", "name", raw))
    if _SIGNS.search(text):
        text = _SIGNS.sub(" ", text)
        doubts.append(Doubt("name-signs", "name", raw))
    core, after, strange = _without_degrees([part.strip(" .") + _dot(part) for part in text.split(",")])
    if strange:
        doubts.append(Doubt("name-comma", "name", raw))
    words, before = _without_titles(core.split())
    words, more = _without_bare_degrees(words)
    name = _tidy(" ".join(words))
    if not any(c.isalpha() for c in name):
        return Name("", remark="; ".join(remarks), doubts=(Doubt("name-missing", "name", raw),))
    if any(c.isdigit() for c in name):
        doubts.append(Doubt("name-digits", "name", raw))
    return Name(
        _capitals(name)[:MAX_LENGTH],
        " ".join(before),
        ", ".join(more + after),
        "; ".join(remarks),
        tuple(doubts),
    )


def _tidy(name: str) -> str:
    """Without signs at the ends; quotes stay where they hold a nickname, the dot where it ends an initial."""
    name = name.strip(" -,'/:&")
    if name.count('"') % 2 or (name.count('"') == 2 and name[0] == name[-1] == '"'):
        name = " ".join(name.replace('"', "").split())
    if not re.search(r"\b\w\.$", name):
        name = name.rstrip(". ")
    return "" if _NO_NAME.fullmatch(name) else name.lstrip(". ")


def _dot(part: str) -> str:
    return "." if part.rstrip().endswith(".") and part.strip(" .") else ""


def _without_degrees(parts: list[str]) -> tuple[str, list[str], bool]:
    """The first part, and what stands behind commas: degrees, titles in the wrong place, or more name."""
    core, found, strange = parts[0], [], False
    for part in parts[1:]:
        if not part:
            continue
        read = _all_degrees(part.split())
        if read is not None:
            found += read
        elif (title := degrees.before(part)) is not None and len(part.split()) == 1:
            core = f"{title} {core}"
        elif core:
            core, strange = f"{core}, {part}", True
        else:
            core = part
    return core, found, strange


def _all_degrees(words: list[str]) -> list[str] | None:
    found: list[str] = []
    at = 0
    while at < len(words):
        for width in (3, 2, 1):
            # "S. Kom." and "A. Md. Keb." are written with spaces as well.
            known = (
                degrees.after("".join(words[at : at + width]), sure=True)
                if at + width <= len(words)
                else None
            )
            if known and (width == 1 or all(w.endswith(".") for w in words[at : at + width - 1])):
                found.append(known)
                at += width
                break
        else:
            return None
    return found


def _without_titles(words: list[str]) -> tuple[list[str], list[str]]:
    titles: list[str] = []
    while words:
        word = words[0].rstrip(",")
        if len(words) > 1 and (title := degrees.before(word)) is not None:
            words = words[1:]
        elif (cut := degrees.before_joined(word)) is not None:
            title, rest = cut
            words = [rest, *words[1:]]
        else:
            break
        if title and title not in titles:
            titles.append(title)
    return words, titles


def _without_bare_degrees(words: list[str]) -> tuple[list[str], list[str]]:
    found: list[str] = []
    while len(words) > 1:
        for width in (3, 2, 1):
            tail = words[-width:]
            if len(words) <= width or (width > 1 and not all(w.endswith(".") for w in tail[:-1])):
                continue
            token = "".join(tail)
            known = degrees.after(token, sure=False)
            if known:
                found.insert(0, known)
                words = words[:-width]
                break
        else:
            break
    return words, found


def _capitals(name: str) -> str:
    """``SITI`` and ``siti`` become ``Siti``; what has both kinds of letters was meant and stays."""
    letters = [c for c in name if c.isalpha()]
    if not (all(c.isupper() for c in letters) or all(c.islower() for c in letters)):
        return name
    return " ".join(_capital(word.lower(), first=at == 0) for at, word in enumerate(name.split(" ")))


def _capital(word: str, *, first: bool) -> str:
    bare = word.strip(".,\"'")
    if bare in _SMALL and not first:
        return word
    if bare in _ROMAN and not first:
        return word.upper()
    pieces = [piece[:1].upper() + piece[1:] for piece in re.split(r"(?<=[-.(/\"])", word)]
    word = "".join(pieces)
    # O'Brien and D'Souza, but Ma'ruf and Nu'man.
    return re.sub(r"^(\w')(\w)", lambda m: m[1] + m[2].upper(), word)
