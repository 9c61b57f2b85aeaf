"""The recovery key on an A4 sheet: large groups, a QR code, and what to do with it."""

from collections.abc import Iterator
from typing import IO

from venue_desk.documents import code, fonts, paper
from venue_desk.documents.paper import MM
from venue_desk.domain import clock
from venue_desk.language import _, date_long

_SIDE = 42 * MM


def draw(target: IO[bytes], key: str, venue: str) -> Iterator[float]:
    """One sheet; ``key`` as it is written in groups. Yields one step."""
    canvas = paper.sheet(target, title=_("Recovery key"))
    width, height = paper.A4
    left = 25 * MM
    y = height - 35 * MM
    paper.text(canvas, left, y, _("Recovery key"), font=fonts.SEMIBOLD, size=24)
    y -= 9 * MM
    day = date_long(clock.today())
    paper.text(canvas, left, y, f"{venue} · {day}" if venue else day, size=11, colour=paper.MUTED)
    y -= 12 * MM
    said = _(
        "It opens the encrypted records of this venue when its computer, or the computer's keyring, is lost."
    )
    y = paper.paragraph(canvas, left, y, width - 2 * left, said, size=11) - 10 * MM
    groups = key.split("-")
    room = (width - 2 * left) / 4
    for place, group in enumerate(groups):
        x, line = left + place % 4 * room, y - place // 4 * 20 * MM
        paper.text(canvas, x, line, str(place + 1), size=9, colour=paper.MUTED)
        paper.text(canvas, x, line - 8 * MM, group, font=fonts.SEMIBOLD, size=21)
    y -= 48 * MM
    paper.rule(canvas, left, y, width - 2 * left)
    y -= 12 * MM
    code.draw(canvas, key, left, y - _SIDE, _SIDE)
    beside = left + _SIDE + 12 * MM
    lines = (
        _("Keep this sheet where keys and deeds are kept, apart from the computer."),
        _("Whoever has it and the computer can read everything. Show it to nobody."),
        _("Digits and letters that look alike are not used: there is no I, L, O or U."),
        _("A new recovery key, made in Settings, takes the place of this one."),
    )
    for line_of in lines:
        y = paper.paragraph(canvas, beside, y, width - left - beside, line_of, size=10.5) - 4 * MM
    paper.finish(canvas)
    yield 1.0
