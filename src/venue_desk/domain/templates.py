"""The agency's own wording of certificates and completion letters.

Some texts may be said otherwise, each with its English; names, numbers and labels are the same for all. In a text a
place in braces, as {hours}, stands for what this certificate says. Nothing else in it means anything: it is printed
letter by letter.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from venue_desk.domain.certificates import COMPETENCE, COMPLETION, Content, writable
from venue_desk.domain.problem import Problem
from venue_desk.language import N_, _

ROLES: Mapping[str, Mapping[str, int]] = {
    COMPETENCE: {"title": 50, "given": 90, "field": 90, "course": 180},
    COMPLETION: {"title": 80, "opening": 300, "body": 400, "closing": 500},
}
"""Which texts of a kind may be replaced, and how many letters each may have. Each has an English twin: ``title.en``."""

WORDS = {
    "title": N_("Title"),
    "given": N_("Line above the name"),
    "field": N_("Line above the programme"),
    "course": N_("Sentence about the course"),
    "opening": N_("Opening"),
    "body": N_("Sentence about the course"),
    "closing": N_("Closing"),
}
PLACES = ("hours", "period", "programme", "batch", "venue")
# What is signed besides name, number and programme must also be readable on the page.
_SIGNED = {COMPETENCE: "course", COMPLETION: "body"}
_PLACE = re.compile(r"\{(" + "|".join(PLACES) + r")\}")
MOST_NAME = 200  # letters of a template's name


@dataclass(frozen=True, slots=True)
class Template:
    """A template by name; ``usual``: of all courses whose programme names none. ``texts`` are by role."""

    name: str
    kind: str
    usual: bool
    texts: Mapping[str, str]


def template(name: str, value: Any) -> Template:
    """A template from what is kept. Raises Problem for one that cannot be used."""
    if not isinstance(value, Mapping) or value.get("kind") not in ROLES:
        raise Problem(_("A template is of a certificate or of a completion letter."))
    if not name.strip() or len(name) > MOST_NAME:
        raise Problem(_("The template has no name, or one that is too long."))
    return Template(
        name, value["kind"], value.get("usual") is True, checked(value["kind"], value.get("texts"))
    )


def checked(kind: str, texts: Any) -> dict[str, str]:
    """The texts of a template as they can be printed; empty ones are left out. Raises Problem."""
    if not isinstance(texts, Mapping) or not all(isinstance(one, str) for one in texts.values()):
        raise Problem(_("The template's texts cannot be read."))
    kept = {str(role): printed for role, text in texts.items() if (printed := writable(text))}
    for role, text in kept.items():
        plain, _dot, tongue = str(role).partition(".")
        if plain not in ROLES[kind] or tongue not in ("", "en"):
            raise Problem(_("A template has no text “{role}”.").format(role=role))
        words = _(WORDS[plain])
        if len(text) > ROLES[kind][plain]:
            raise Problem(
                _("“{text}” is too long: at most {most} letters fit.").format(
                    text=words, most=ROLES[kind][plain]
                ),
                hint=_("Shorten it by {count}.").format(count=len(text) - ROLES[kind][plain]),
            )
        if (plain if tongue else f"{plain}.en") not in kept:
            raise Problem(
                _("“{text}” needs both languages: every line is Indonesian, then English.").format(text=words)
            )
    needed = _SIGNED[kind]
    for place in ("hours", "period"):
        if needed in kept and f"{{{place}}}" not in kept[needed]:
            raise Problem(
                _("“{text}” must hold {place}: it is signed, so it must be readable.").format(
                    text=_(WORDS[needed]), place=f"{{{place}}}"
                )
            )
    return kept


def filled(texts: Mapping[str, str], content: Content) -> dict[str, str]:
    """The texts as this certificate says them."""
    both = {"hours": str(content.hours), "batch": content.batch, "venue": content.venue}
    indonesian = both | {"period": content.period_id, "programme": content.programme_id}
    english = both | {"period": content.period_en, "programme": content.programme_en or content.programme_id}
    return {
        role: _said(text, english if role.endswith(".en") else indonesian) for role, text in texts.items()
    }


def _said(text: str, values: Mapping[str, str]) -> str:
    # In one pass, so that a name with braces in it stays a name.
    return " ".join(_PLACE.sub(lambda found: values[found[1]], text).split())


def replaced(content: Content) -> dict[str, str]:
    """Which texts of its page a content says in the agency's words."""
    return {
        role: content.texts[role]
        for plain in ROLES[content.kind]
        for role in (plain, f"{plain}.en")
        if role in content.texts
    }
