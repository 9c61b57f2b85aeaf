"""What a certificate states: its number, and all that is printed on it, frozen on the day it is issued."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from venue_desk.domain.problem import Problem
from venue_desk.language import N_, _

COMPETENCE, COMPLETION = "competence", "completion"
KINDS = {COMPETENCE: N_("Certificate of competency"), COMPLETION: N_("Completion letter")}
MARKS = {COMPETENCE: "SERT", COMPLETION: "SKET"}

PATTERN = "{sequence:4}/{kind}-{device}/{centre}/{trade}/{month}/{year}"
"""The usual form of a number: 0012/SERT-A/PPKD-JB/TBG/XI/2025. No official form exists."""

TOKENS = ("sequence", "kind", "device", "centre", "trade", "month", "year")
_NEEDED = ("sequence", "device", "year")
_TOKEN = re.compile(r"\{([^{}]*)\}")
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_MONTHS_ID = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def day_id(day: date) -> str:
    """``10 November 2025``: a certificate's words do not depend on the language of the screen."""
    return f"{day.day} {_MONTHS_ID[day.month - 1]} {day.year}"


def day_en(day: date) -> str:
    """``10 November 2025`` in English."""
    return f"{day.day} {_MONTHS_EN[day.month - 1]} {day.year}"


def check_pattern(pattern: str) -> None:
    """Raises Problem for a pattern with unknown tokens, or whose numbers could repeat."""
    found = []
    for token in _TOKEN.findall(pattern):
        name, colon, width = token.partition(":")
        if name not in TOKENS or (colon and (name != "sequence" or not re.fullmatch(r"[1-9]", width))):
            raise Problem(
                _("“{token}” is not known in a certificate number.").format(token="{" + token + "}"),
                hint=_("Use {tokens}.").format(tokens=", ".join("{" + one + "}" for one in TOKENS)),
            )
        found.append(name)
    if "{" in _TOKEN.sub("", pattern) or "}" in _TOKEN.sub("", pattern):
        raise Problem(_("The pattern of certificate numbers has a brace that does not close."))
    missing = [one for one in _NEEDED if one not in found]
    if missing:
        raise Problem(
            _("A certificate number needs {tokens}, or two certificates could get the same one.").format(
                tokens=", ".join("{" + one + "}" for one in missing)
            )
        )


def number(
    pattern: str, *, sequence: int, kind: str, device: str, centre: str, trade: str, issued_on: date
) -> str:
    """The number of one certificate. Raises Problem for a pattern that ``check_pattern`` refuses."""
    check_pattern(pattern)
    values: Mapping[str, str] = {
        "kind": MARKS[kind],
        "device": device,
        "centre": centre,
        "trade": trade,
        "month": _ROMAN[issued_on.month - 1],
        "year": str(issued_on.year),
    }

    def fill(match: re.Match[str]) -> str:
        name, _colon, width = match[1].partition(":")
        return str(sequence).zfill(int(width or 1)) if name == "sequence" else values[name]

    # A part that the venue has not set leaves no empty step in the number. Spaces as the QR says them: see domain.seal.
    return re.sub(r"/{2,}", "/", " ".join(_TOKEN.sub(fill, pattern).split())).strip("/")


def counted(first: str, many: int) -> list[str]:
    """Numbers that count up from a first one: ``AB 0099`` gives ``AB 0099``, ``AB 0100``; empty gives empty ones.

    Raises Problem when it does not end in a figure and more than one is needed.
    """
    figures = re.search(r"[0-9]+$", first)
    if figures is None:
        if first and many > 1:
            raise Problem(
                _("“{text}” cannot be counted up: it does not end in a figure.").format(text=first),
                hint=_("Give the first number, e.g. AB 004512."),
            )
        return [first] * many
    stem, width = first[: figures.start()], len(figures[0])
    return [f"{stem}{int(figures[0]) + step:0{width}d}" for step in range(many)]


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One line of the list of units: ``result`` is K, BK, or empty where it was not assessed."""

    code: str
    title_id: str
    title_en: str
    hours: int
    result: str


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs, as printed."""

    title: str
    name: str
    nip: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """All that is printed, as it was on the day of issue; what a record keeps as ``content``.

    ``texts`` are the agency's own words by role, ready to be printed (see domain.templates).
    """

    kind: str
    number: str
    name: str
    birthplace: str
    born: date | None
    programme_id: str
    programme_en: str
    batch: str
    starts_on: date
    ends_on: date
    hours: int
    venue: str
    above: tuple[str, ...]
    address: str
    place: str
    issued_on: date
    units: tuple[UnitLine, ...]
    signers: tuple[Signer, ...]
    registration: str = ""
    form: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def period_id(self) -> str:
        """``dari 10 November 2025 sampai 21 November 2025``."""
        if self.starts_on == self.ends_on:
            return f"pada {day_id(self.ends_on)}"
        return f"dari {day_id(self.starts_on)} sampai {day_id(self.ends_on)}"

    @property
    def period_en(self) -> str:
        """The same in English."""
        if self.starts_on == self.ends_on:
            return f"on {day_en(self.ends_on)}"
        return f"from {day_en(self.starts_on)} to {day_en(self.ends_on)}"

    @property
    def birth(self) -> str:
        """``Jakarta, 12 Maret 1990``, or the part of it that is known."""
        return ", ".join(part for part in (self.birthplace, day_id(self.born) if self.born else "") if part)

    def kept(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return {
            **{name: getattr(self, name) for name in _TEXTS},
            **{name: day.isoformat() if (day := getattr(self, name)) else None for name in _DAYS},
            "hours": self.hours,
            "above": list(self.above),
            "units": [
                {"code": u.code, "id": u.title_id, "en": u.title_en, "hours": u.hours, "result": u.result}
                for u in self.units
            ],
            "signers": [{"title": s.title, "name": s.name, "nip": s.nip} for s in self.signers],
            **({"texts": dict(self.texts)} if self.texts else {}),
        }


_TEXTS = (
    "kind", "number", "name", "birthplace", "programme_id", "programme_en", "batch",
    "venue", "address", "place", "registration", "form",
)  # fmt: skip
_DAYS = ("born", "starts_on", "ends_on", "issued_on")


def content(kept: Mapping[str, Any]) -> Content:
    """The content that a record keeps."""
    days = {name: date.fromisoformat(kept[name]) if kept.get(name) else None for name in _DAYS}
    values: dict[str, Any] = {name: str(kept.get(name) or "") for name in _TEXTS} | days
    return Content(
        **values,
        hours=int(kept["hours"]),
        above=tuple(kept["above"]),
        units=tuple(
            UnitLine(u["code"], u["id"], u["en"], int(u["hours"]), u["result"]) for u in kept["units"]
        ),
        signers=tuple(Signer(s["title"], s["name"], s["nip"]) for s in kept["signers"]),
        texts={str(role): str(text) for role, text in (kept.get("texts") or {}).items()},
    )


# What the paper's font has for certain (a test holds it to that); names in other scripts need a Latin form.
_WRITABLE = re.compile(
    "[\x20-\x7e\xa1-\xac\xae-\u0148\u014a-\u01c3\u01c5-\u024f\u1e00-\u1e9b\u1e9d-\u1eff\u2013\u2014\u2018-\u201e\u2022\u2026\u2713]*"
)


def writable(text: str) -> str:
    """A text as a certificate can print it: composed, spaces single, nothing invisible.

    Raises Problem naming the letters that are not Latin: what is signed must be what is printed.
    """
    text = unicodedata.normalize("NFC", text)
    kept = "".join(
        " " if letter.isspace() else letter for letter in text if unicodedata.category(letter) != "Cf"
    )
    kept = " ".join(kept.split())
    if not _WRITABLE.fullmatch(kept):
        strange = ", ".join(dict.fromkeys(letter for letter in kept if not _WRITABLE.fullmatch(letter)))
        raise Problem(
            _("“{text}” cannot be printed on a certificate because of {letters}.").format(
                text=kept, letters=strange
            ),
            hint=_("Write it in Latin letters first."),
        )
    return kept
