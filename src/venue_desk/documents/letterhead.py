"""The venue's own letterhead (kop), as every paper carries it."""

import base64
import binascii

from venue_desk.documents.paper import Letterhead
from venue_desk.domain.people import phone_shown
from venue_desk.language import _
from venue_desk.queries.venue import Details


def of(venue: Details) -> Letterhead:
    """From what the venue says of itself. Its kind is never printed."""
    area = venue.area if venue.area not in venue.address else ""
    place = ", ".join(part for part in (venue.address, area) if part)
    lines = [place] if place else []
    if venue.phone:
        lines.append(_("Phone {number}").format(number=phone_shown(venue.phone)))
    return Letterhead(venue.name, tuple(lines), " · ".join(venue.letterhead), _logo(venue.logo))


def _logo(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True) if text else None
    except binascii.Error:
        return None
