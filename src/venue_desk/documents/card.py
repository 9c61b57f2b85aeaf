"""Participant cards with a QR code, ten on an A4 sheet, with hairlines to cut along."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from venue_desk.documents import code, fonts, paper
from venue_desk.documents.fonts import BOLD, REGULAR, SEMIBOLD
from venue_desk.documents.paper import ACCENT, INK, LINE, MM, MUTED
from venue_desk.domain import cards
from venue_desk.language import _

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

# The size of a bank card, so that usual sleeves fit.
_WIDE, _HIGH = 85.6 * MM, 54 * MM
_COLUMNS, _ROWS = 2, 5
_QR = 27 * MM


@dataclass(frozen=True, slots=True)
class Card:
    """What stands on one card: nothing but what is needed to be known again."""

    name: str
    number: int
    card: str
    course: str


def draw(
    target: IO[bytes], given: Sequence[Card], venue: str, *, size: tuple[float, float] = paper.A4
) -> Iterator[tuple[int, int]]:
    """Ten cards a sheet. Yields (done, all)."""
    canvas = paper.sheet(target, size, title=_("Participant cards"))
    width, height = size
    left = (width - _COLUMNS * _WIDE) / 2
    top = height - (height - _ROWS * _HIGH) / 2
    for number, one in enumerate(given):
        place = number % (_COLUMNS * _ROWS)
        if number and not place:
            canvas.showPage()
        x = left + place % _COLUMNS * _WIDE
        y = top - (place // _COLUMNS + 1) * _HIGH
        _card(canvas, one, venue, x, y)
        yield number + 1, len(given)
    if not given:
        paper.text(canvas, left, top - 20, _("Nobody is on the list yet."), colour=MUTED)
    paper.finish(canvas)


def _card(canvas: "Canvas", one: Card, venue: str, x: float, y: float) -> None:
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.4)
    canvas.rect(x, y, _WIDE, _HIGH, stroke=1, fill=0)
    edge = 6 * MM
    # Four modules of white around the code, whatever is cut off.
    code.draw(canvas, one.card, x + _WIDE - edge - _QR, y + _HIGH - edge - _QR, _QR)
    room = _WIDE - _QR - 2 * edge - 6 * MM
    start = x + edge
    base = y + _HIGH - edge - 7
    paper.text(canvas, start, base, venue, font=SEMIBOLD, size=8, colour=ACCENT, room=room, least=6)
    paper.rule(canvas, start, base - 7, 9 * MM, weight=1.2, colour=ACCENT)
    size, lines = fonts.fit(fonts.printable(one.name), BOLD, 15, room, 11)
    at = base - 27
    for line in lines[:3]:
        paper.text(canvas, start, at, line, font=BOLD, size=size, colour=INK, room=room)
        at -= size * 1.18
    paper.text(
        canvas, start, y + edge + 11, one.course, font=REGULAR, size=8.5, colour=INK, room=_WIDE - 2 * edge
    )
    words = _("Number {number}").format(number=one.number)
    paper.text(canvas, start, y + edge, words, font=SEMIBOLD, size=8.5, colour=INK)
    shown = cards.shown(one.card) if cards.read(one.card) == one.card else one.card
    paper.text(
        canvas, x + _WIDE - edge, y + edge, shown, size=7.5, colour=MUTED, align="right", room=_QR + 10 * MM
    )
