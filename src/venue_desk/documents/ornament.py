"""The fine lines around a certificate: braided waves along the edges, rosettes at corners and behind the text.

They are drawn once into forms and used by every page. All curves are computed here; there is no picture file.
"""

from collections.abc import Iterator
from math import cos, pi, sin, tau
from typing import TYPE_CHECKING

from venue_desk.documents.paper import ACCENT, MM

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

FRAME, SEAL = "frame", "seal"
_BAND, _EDGE = 6.5 * MM, 10.5 * MM
_FINE, _PALE = "#7FB3A9", "#EDF4F2"

# A quarter of a sine wave as one Bezier curve (error below 0.0005 of its height).
_X1, _Y1, _X2, _X3 = 0.5122866, 0.5122866, 1.0023137, pi / 2


def inner(size: tuple[float, float]) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of the space inside the frame."""
    inset = _EDGE + _BAND
    return inset, inset, size[0] - inset, size[1] - inset


def define(canvas: "Canvas", size: tuple[float, float]) -> None:
    """Make the form ``frame-WIDTHxHEIGHT`` (and the seal that it uses) known to this document, once."""
    name = frame_name(size)
    if canvas.hasForm(name):
        return
    width, height = size
    if not canvas.hasForm(SEAL):
        canvas.beginForm(SEAL, -120, -120, 120, 120)
        canvas.setLineWidth(0.5)
        canvas.setStrokeColor(_PALE)
        _append(canvas, _rosette(108, 40, 9, 36))
        _append(canvas, _rosette(62, 34, 6, 30))
        canvas.endForm()
    canvas.beginForm(name, 0, 0, width, height)
    canvas.saveState()
    canvas.translate(width / 2, height / 2)
    canvas.doForm(SEAL)
    canvas.restoreState()
    canvas.setLineWidth(0.3)
    canvas.setStrokeColor(_FINE)
    middle = _EDGE + _BAND / 2
    corner = _BAND * 1.12
    for length, turned in ((width, False), (height, True)):
        run = length - 2 * (middle + corner)
        for across in (middle, (height if not turned else width) - middle):
            canvas.saveState()
            if turned:
                canvas.translate(across, middle + corner)
                canvas.rotate(90)
            else:
                canvas.translate(middle + corner, across)
            _append(canvas, _braid(run, _BAND * 0.36, round(run / 34)))
            canvas.restoreState()
    for x in (middle, width - middle):
        for y in (middle, height - middle):
            canvas.saveState()
            canvas.translate(x, y)
            _append(canvas, _rosette(corner * 0.97, corner * 0.4, 8, 10, steps=96))
            _append(canvas, _rosette(corner * 0.5, corner * 0.34, 5, 8, steps=72))
            canvas.restoreState()
    canvas.setStrokeColor(ACCENT)
    for inset, weight in ((_EDGE - 3, 1.4), (_EDGE, 0.35), (_EDGE + _BAND, 0.35)):
        canvas.setLineWidth(weight)
        _append(canvas, _cornered(width, height, inset, corner + middle - inset))
    canvas.endForm()


def frame_name(size: tuple[float, float]) -> str:
    """The form of the frame for a page of this size."""
    return f"{FRAME}-{size[0]:.0f}x{size[1]:.0f}"


def _append(canvas: "Canvas", parts: Iterator[str]) -> None:
    # Thousands of short operators: the canvas's own path object would cost a call for each.
    canvas._code.append("\n".join(parts))  # noqa: SLF001 - reportlab has no public way for raw operators


def _braid(length: float, height: float, waves: int) -> Iterator[str]:
    """Sine waves in even phases along the x axis, a wide family and a narrow one of twice the frequency."""
    for tall, count, strands in ((height, waves, 6), (height * 0.55, waves * 2, 4)):
        quarter = length / (count * 4)
        for strand in range(strands):
            yield from _wave(length, tall, quarter, 4 * strand / strands)


def _wave(length: float, height: float, quarter: float, phase: float) -> Iterator[str]:
    """One sine wave as Bezier quarters, shifted by ``phase`` quarters and closed at both ends of the band."""
    scale = quarter / _X3
    start = -quarter * (phase % 4)
    yield f"q 0 {-2 * height:.2f} {length:.2f} {4 * height:.2f} re W n"
    yield f"{start:.2f} 0 m"
    x, step = start, 0
    while x < length:
        up = 1 if step % 4 < 2 else -1
        if step % 2 == 0:
            points = (_X1, _Y1), (_X2, 1.0), (_X3, 1.0)
        else:
            points = (_X3 - _X2, 1.0), (_X3 - _X1, _Y1), (_X3, 0.0)
        yield " ".join(f"{x + px * scale:.2f} {py * up * height:.2f}" for px, py in points) + " c"
        x, step = x + quarter, step + 1
    yield "S Q"


def _rosette(radius: float, depth: float, petals: int, strands: int, *, steps: int = 180) -> Iterator[str]:
    """Closed waves around a point; each strand is turned a little further than the one before."""
    middle = radius - depth / 2
    for strand in range(strands):
        turn = tau * strand / strands
        swing = depth / 2 * (0.55 + 0.45 * cos(2 * turn))
        points = []
        for step in range(steps):
            angle = tau * step / steps
            r = middle + swing * sin(petals * angle + turn)
            points.append(f"{r * cos(angle):.2f} {r * sin(angle):.2f}")
        yield f"{points[0]} m"
        yield from (f"{point} l" for point in points[1:])
        yield "s"


def _cornered(width: float, height: float, inset: float, cut: float) -> Iterator[str]:
    """Four straight lines that stop where the corner rosettes are."""
    for y in (inset, height - inset):
        yield f"{inset + cut:.2f} {y:.2f} m {width - inset - cut:.2f} {y:.2f} l S"
    for x in (inset, width - inset):
        yield f"{x:.2f} {inset + cut:.2f} m {x:.2f} {height - inset - cut:.2f} l S"
