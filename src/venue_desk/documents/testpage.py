"""A page with which somebody measures how far a printer prints from where it should."""

from collections.abc import Iterator
from typing import IO

from venue_desk.documents import fonts, paper
from venue_desk.documents.paper import MM
from venue_desk.language import _

EDGE = 20  # mm from the left and the upper edge to the cross
_REACH = 15  # mm of ruler on each side of the cross


def draw(target: IO[bytes], printer: str, right: float, down: float) -> Iterator[float]:
    """A cross that should lie 20 mm from both edges, with rulers in millimetres. Yields one step."""
    canvas = paper.sheet(target, title=_("Test page"))
    width, height = paper.A4
    across, up = EDGE * MM, height - EDGE * MM
    canvas.setStrokeColor(paper.INK)
    paper.rule(canvas, across - _REACH * MM, up, 2 * _REACH * MM, colour=paper.INK)
    canvas.setLineWidth(0.5)
    canvas.line(across, up - _REACH * MM, across, up + _REACH * MM)
    for step in range(-_REACH, _REACH + 1):
        long = 2.5 if step % 5 == 0 else 1.2
        canvas.line(across + step * MM, up, across + step * MM, up + long * MM)
        canvas.line(across, up + step * MM, across + long * MM, up + step * MM)
    left, y = 45 * MM, height - 60 * MM
    paper.text(canvas, left, y, _("Test page"), font=fonts.SEMIBOLD, size=18)
    y -= 9 * MM
    paper.text(canvas, left, y, printer, size=10, colour=paper.MUTED)
    y -= 10 * MM
    lines = [
        _("1. Lay a ruler from the left edge of the paper to the upright line: it should be 20 mm."),
        _("2. Lay it from the upper edge to the level line: it should be 20 mm too."),
        _(
            "3. Write in the settings by how much the cross lies too far right and too low; a minus for left and high."
        ),
    ]
    for line in lines:
        y = paper.paragraph(canvas, left, y, width - left - paper.MARGIN, line) - 3 * MM
    moved = _("Printed with a correction of {right} mm to the right and {down} mm down.")
    paper.paragraph(
        canvas,
        left,
        y - 3 * MM,
        width - left - paper.MARGIN,
        moved.format(right=_plain(-right), down=_plain(-down)),
        colour=paper.MUTED,
    )
    paper.finish(canvas)
    yield 1.0


def _plain(number: float) -> str:
    from venue_desk.language import number as written

    return written(number + 0.0, 1)
