"""QR codes on paper: drawn as one path of runs, quick and sharp at any size."""

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
def _numbers(side: int) -> list[str]:
    return [str(number) for number in range(side + 1)]


def path(text: str, level: Level = "M") -> tuple[int, str]:
    """Side in modules, and the PDF path operators that draw the dark ones, one unit a module."""
    side, rows = modules(text, level)
    names = _numbers(side)
    parts: list[str] = []
    for number, row in enumerate(rows):
        y = names[side - 1 - number]
        start = row.find(0)
        while start >= 0:
            end = row.find(255, start)
            if end < 0:
                end = side
            parts.append(f"{names[start]} {y} {names[end - start]} 1 re")
            start = row.find(0, end)
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
