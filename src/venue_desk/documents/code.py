"""QR codes on paper: drawn as one path of runs, quick and sharp at any size."""

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from venue_desk.documents import paper

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

Level = Literal["L", "M", "Q", "H"]


def modules(text: str, level: Level = "M") -> tuple[int, list[bytes]]:
    """Side in modules, and rows of bytes where 0 is dark; without the quiet zone."""
    import zxingcpp

    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=level)
    drawn: Any = zxingcpp.write_barcode_to_image(barcode, scale=1, add_quiet_zones=False)
    image = memoryview(drawn)
    side = (image.shape or (0,))[0]
    flat = image.tobytes()
    return side, [flat[row * side : (row + 1) * side] for row in range(side)]


@lru_cache(maxsize=8)
def _runs(side: int) -> dict[tuple[int, int], str]:
    """The operators for every run of dark modules that a row can have, by start and end.

    Each reaches a little into the row above: rows that only touch show as stripes on a screen.
    """
    return {
        (start, end): f"{start} 0 {end - start} 1.04 re"
        for start in range(side)
        for end in range(start + 1, side + 1)
    }


_DARK = re.compile(rb"\0+")


def path(text: str, level: Level = "M") -> tuple[int, str]:
    """Side in modules, and the PDF path operators that draw the dark ones, one unit a module."""
    side, rows = modules(text, level)
    runs = _runs(side)
    parts = [f"1 0 0 1 0 {side} cm"]
    for row in rows:
        parts.append("1 0 0 1 0 -1 cm")
        parts += [runs[dark.span()] for dark in _DARK.finditer(row)]
        parts.append("f")
    return side, "\n".join(parts)


def draw(canvas: "Canvas", text: str, x: float, y: float, side: float, level: Level = "M") -> None:
    """A QR code in a square of ``side`` points; keep four modules around it free of anything."""
    count, operators = path(text, level)
    canvas.saveState()
    canvas.setFillColor(paper.INK)
    canvas.translate(x, y)
    canvas.scale(side / count, side / count)
    canvas._code.append(operators)  # noqa: SLF001 - reportlab has no public way for raw operators
    canvas.restoreState()
