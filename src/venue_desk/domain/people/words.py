"""Short answers in a spreadsheet: sex, yes and no, e-mail."""

import re

from venue_desk.domain.people.doubts import Doubt
from venue_desk.domain.people.folding import plain

_WOMEN = {"p", "pr", "perempuan", "wanita", "w", "f", "female", "woman", "cewek", "ibu", "putri"}
_MEN = {"l", "lk", "laki", "laki laki", "lelaki", "pria", "m", "male", "man", "cowok", "bapak", "putra"}
_YES = {
    "y",
    "ya",
    "yes",
    "setuju",
    "bersedia",
    "ok",
    "oke",
    "true",
    "benar",
    "v",
    "x",
    "1",
    "sudah",
    "agree",
    "agreed",
}
_NO = {
    "t",
    "n",
    "tidak",
    "no",
    "tdk",
    "tak",
    "belum",
    "false",
    "salah",
    "0",
    "menolak",
    "keberatan",
    "disagree",
}
_EMPTY = {"", "null", "none", "nihil"}
_EMAIL = re.compile(r"[^@\s,;<>\"']+@[^@\s,;<>\"']+\.[^@\s,;<>\"'.]{2,}")


def read_sex(written: object) -> tuple[str | None, Doubt | None]:
    """``P`` (a woman) or ``L`` (a man) from L/P, laki-laki/perempuan, male/female."""
    text = plain(str(written if written is not None else ""))
    if text in _WOMEN:
        return "P", None
    if text in _MEN:
        return "L", None
    return None, None if text in _EMPTY else Doubt("sex-unreadable", "sex", str(written))


def read_yes(written: object) -> tuple[bool | None, Doubt | None]:
    """An answer to “do you agree?”; nothing written is no answer, not a no."""
    if isinstance(written, bool):
        return written, None
    if isinstance(written, float) and written.is_integer():
        written = int(written)
    text = plain(str(written if written is not None else ""))
    first = text.split(" ", 1)[0]
    # The no comes first: "tidak setuju" has both words.
    if text in _NO or first in _NO:
        return False, Doubt("consent-refused", "consent", str(written))
    if text in _YES or first in _YES or str(written).strip() in {"✓", "✔", "☑"}:
        return True, None
    return None, None if text in _EMPTY else Doubt("consent-unreadable", "consent", str(written))


def read_email(written: object) -> tuple[str | None, Doubt | None]:
    """An address in small letters; its existence is not checked."""
    text = str(written if written is not None else "").strip().removeprefix("mailto:").strip(" <>.;,")
    if _EMAIL.fullmatch(text) and len(text) <= 254:
        return text.lower(), None
    return None, Doubt("email-unreadable", "email", text) if plain(text) else None
