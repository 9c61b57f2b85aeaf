"""Phone numbers in one form, ``+6281234567890``; Indonesian unless they say otherwise."""

import math
import re
from collections.abc import Sequence

from venue_desk.domain.people.doubts import Doubt

_SEVERAL = re.compile(r"\s*(?:/|;|,|\||\n|\bdan\b|\batau\b|\bor\b|\band\b)\s*")
_LETTERS = re.compile(r"[^\W\d_]")
_WORDS = re.compile(r"(?i)\b(?:hp|wa|whatsapp|telp?|tlp|no|mobile|phone|rumah|kantor|aktif)\b[.:]?")
_NONE = {"", "0", "00", "000", "-"}


def read_phone(written: object) -> tuple[str | None, Sequence[Doubt]]:
    """The number in one form, or None, and what was repaired or doubtful.

    Mobile numbers are 08 and 8 to 11 more digits; a number that begins with 8 lost its zero in a spreadsheet.
    """
    if written is None or isinstance(written, bool):
        return None, ()
    was_number = isinstance(written, int | float)
    if isinstance(written, float):
        if not math.isfinite(written) or abs(written) > 1e15:
            return None, (Doubt("phone-unreadable", "phone", str(written)),)
        written = int(written) if written.is_integer() else written
    raw = " ".join(str(written)[:200].split())
    text = _WORDS.sub(" ", raw).strip().lstrip("'’‘=\"").rstrip("\"'").strip(" .:")
    if text in _NONE or not any(c.isalnum() for c in text):
        return None, (Doubt("phone-none", "phone", raw),) if raw else ()
    doubts: list[Doubt] = []
    several = [part for part in _SEVERAL.split(text) if sum(c.isdigit() for c in part) >= 8]
    if len(several) > 1:
        doubts.append(Doubt("phone-several", "phone", raw))
        text = several[0]
    if _LETTERS.search(text):
        return None, (Doubt("phone-unreadable", "phone", raw),)
    phone, code = _one_form(text, was_number)
    if code:
        doubts.append(Doubt(code, "phone", raw))
    return phone, tuple(doubts)


def _one_form(text: str, was_number: bool) -> tuple[str | None, str]:
    """The number, and the code of the doubt about it."""
    digits = "".join(c for c in text if "0" <= c <= "9")
    if digits.strip("0") in ("", "8", "62", "628"):
        return None, "phone-none"
    if text.startswith("+") and not digits.startswith("62"):
        return ("+" + digits, "") if 8 <= len(digits) <= 15 else (None, "phone-length")
    repaired = ""
    # A trunk zero is often kept behind the country code: +62 (0)812.
    if digits.startswith("0062"):
        national = digits[4:].lstrip("0")
    elif digits.startswith("62") and len(digits) >= 10:
        national = digits[2:].lstrip("0")
    elif digits.startswith("0"):
        national = digits[1:]
    else:
        national = digits
        repaired = "phone-zero" if digits.startswith("8") or was_number else ""
    longest, shortest = (12, 9) if national.startswith("8") else (11, 7)
    if not shortest <= len(national) <= longest or national.startswith("0"):
        return None, "phone-length"
    return "+62" + national, repaired


def phone_shown(phone: str | None) -> str:
    """As people in Indonesia write it: ``0812-3456-7890``; others as they are."""
    if not phone:
        return ""
    if not phone.startswith("+62"):
        return phone
    digits = "0" + phone[3:]
    return "-".join(part for part in (digits[:4], digits[4:8], digits[8:]) if part)
