"""What a venue says of itself: its kind, its letterhead, who signs, and the numbers it may decide."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from venue_desk.domain.problem import Problem
from venue_desk.language import N_, _

PARISH, SCHOOL, PRISON, HALL = "parish", "school", "prison", "hall"
KINDS = {PARISH: N_("Parish"), SCHOOL: N_("School"), PRISON: N_("Prison"), HALL: N_("Community hall")}

HEAD, COORDINATOR = "head", "coordinator"
ROLES = {HEAD: N_("Head of the training centre"), COORDINATOR: N_("Coordinator of the venue")}

MOST_STALLS = 60
LARGEST_LOGO = 100_000  # bytes
MOST_LINES = 4
"""Lines of a letterhead above the name; more leave no room on the page."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody who signs certificates and registers."""

    name: str
    title: str = ""
    nip: str = ""
    role: str = HEAD


def line(text: str) -> str:
    """One line as people mean it: no spaces around, none doubled."""
    return " ".join(text.split())


def named(text: str) -> str:
    """The venue's name. Raises Problem when there is none."""
    name = line(text)
    if not name:
        raise Problem(
            _("The venue has no name yet."), hint=_("Write the name as it should stand on certificates.")
        )
    if len(name) > 120:
        raise Problem(
            _("The name of the venue is longer than a line on paper."), hint=_("Use at most 120 letters.")
        )
    return name


def kind_named(text: str) -> str:
    """The kind of a venue by its code. Raises Problem."""
    if text not in KINDS:
        raise Problem(
            _("“{kind}” is not a kind of venue.").format(kind=text),
            hint=_("Use one of: {kinds}.").format(kinds=", ".join(KINDS)),
        )
    return text


def letterhead(lines: Sequence[str]) -> list[str]:
    """The lines above the name on letters. Raises Problem when they do not fit."""
    kept = [written for written in map(line, lines) if written]
    if len(kept) > MOST_LINES:
        raise Problem(
            _("The letterhead has too many lines."), hint=_("Use at most {count}.").format(count=MOST_LINES)
        )
    return kept


def logo(text: str) -> str:
    """A picture for the letterhead: a PNG in base64, or empty for none. Raises Problem."""
    if not text:
        return ""
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error:
        data = b""
    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        raise Problem(
            _("The logo is not a picture that can be printed."), hint=_("Choose a PNG or JPEG file.")
        )
    if len(data) > LARGEST_LOGO:
        raise Problem(_("The logo is too large."), hint=_("Choose a picture of at most 100 KB."))
    return text


def signers(given: Sequence[Signer]) -> list[Signer]:
    """Those who have a name, tidied. Raises Problem for a NIP that cannot be one."""
    kept = []
    for one in given:
        signer = Signer(line(one.name), line(one.title), "".join(one.nip.split()), one.role)
        if not signer.name and (signer.title or signer.nip):
            raise Problem(_("A signatory has no name."), hint=_("Write the name, or empty the other fields."))
        if signer.nip and not (signer.nip.isdigit() and len(signer.nip) == 18):
            raise Problem(
                _("The NIP of {name} is not 18 digits.").format(name=signer.name),
                hint=_("Leave it empty for those who are not civil servants."),
            )
        if signer.role not in ROLES:
            raise ValueError(f"unknown role: {signer.role}")
        if signer.name:
            kept.append(signer)
    return kept


def stall_count(count: int) -> int:
    """How many stalls a market may have. Raises Problem."""
    if not 0 <= count <= MOST_STALLS:
        raise Problem(_("A market has between 0 and {most} stalls here.").format(most=MOST_STALLS))
    return count


@dataclass(frozen=True, slots=True)
class _Range:
    least: int
    most: int
    what: str


RANGES: Mapping[str, _Range] = {
    "presence_threshold": _Range(0, 100, N_("The presence needed for passing")),
    "late_after": _Range(0, 120, N_("The minutes until somebody counts as late")),
    "most_tries": _Range(1, 9, N_("The tries for each unit")),
}
"""The whole numbers among the rules, and between what they may lie."""


def rule(name: str, value: object) -> object:
    """A rule's value as it is kept. Raises Problem when it cannot be."""
    limits = RANGES.get(name)
    if limits is None:
        return line(value) if isinstance(value, str) else value
    if not isinstance(value, int) or not limits.least <= value <= limits.most:
        raise Problem(
            _("{what} must lie between {least} and {most}.").format(
                what=_(limits.what), least=limits.least, most=limits.most
            )
        )
    return value
