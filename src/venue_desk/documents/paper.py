"""What every paper of a venue shares: sheet, letterhead, signatures, footer, table; black and one accent.

Coordinates are points from the lower left corner; a function that draws downwards returns the next free ``y``.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal

from venue_desk.documents import fonts
from venue_desk.documents.fonts import BOLD, REGULAR, SEMIBOLD
from venue_desk.domain.problem import Problem
from venue_desk.language import _

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

MM = 72 / 25.4
A4 = (210 * MM, 297 * MM)
F4 = (215 * MM, 330 * MM)
SIZES = {"A4": A4, "F4": F4}
MARGIN = 20 * MM

INK, MUTED, ACCENT = "#14181D", "#4E5865", "#0B6B5E"
LINE, TINT = "#BDB8AB", "#EAF2F0"

Align = Literal["left", "right", "centre"]


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The kop: an authority above (optional), the venue, its address lines, and a logo as PNG or JPEG bytes."""

    name: str
    lines: tuple[str, ...] = ()
    above: str = ""
    logo: bytes | None = None


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs: what they are to this paper (role), full name with titles, NIP if they have one."""

    role: str
    name: str
    nip: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, its share of the width, how its cells stand."""

    title: str
    share: float
    align: Align = "left"
    font: str = REGULAR


def sheet(
    target: str | Path | IO[bytes],
    size: tuple[float, float] = A4,
    *,
    landscape: bool = False,
    title: str = "",
    subject: str = "",
    language: str = "id",
) -> "Canvas":
    """A new PDF in our type. Nothing in it names a person or this machine unless the caller does."""
    from reportlab.pdfgen.canvas import Canvas

    fonts.register()
    if landscape:
        size = (max(size), min(size))
    destination = str(target) if isinstance(target, Path) else target
    # The first font must be ours, or every page names an unembedded Helvetica.
    canvas = Canvas(
        destination,
        pagesize=size,
        pageCompression=1,
        initialFontName=REGULAR,
        lang=language,
        pdfVersion=(1, 4),
    )
    canvas.setTitle(title)
    canvas.setSubject(subject)
    canvas.setAuthor("")
    canvas.setCreator("Venue Desk")
    canvas.setProducer("Venue Desk")
    return canvas


def finish(canvas: "Canvas") -> None:
    """End the last page, fill in how many pages there are (for ``footer``), and write the file."""
    pages = canvas.getPageNumber()
    if canvas._code:  # noqa: SLF001 - something was drawn since the last showPage
        canvas.showPage()
    else:
        pages -= 1
    canvas.beginForm(_PAGES, 0, -10, 40, 20)
    text(canvas, 0, 0, str(max(pages, 1)), size=7.5, colour=MUTED)
    canvas.endForm()
    canvas.save()


_PAGES = "pages"


def page_size(canvas: "Canvas") -> tuple[float, float]:
    """Width and height of the page being drawn."""
    width, height = canvas._pagesize  # noqa: SLF001 - reportlab does not give it away otherwise
    return float(width), float(height)


def text(
    canvas: "Canvas",
    x: float,
    y: float,
    words: str,
    *,
    font: str = REGULAR,
    size: float = 10,
    colour: str = INK,
    align: Align = "left",
    room: float | None = None,
    least: float = 6.5,
) -> float:
    """Write one line with its base at ``y``; within ``room`` it shrinks to ``least`` and is then cut with “…”.

    Returns the width it took.
    """
    words = fonts.printable(words)
    taken = fonts.width(words, font, size)
    if room is not None and taken > room:
        size = max(least, size * room / taken)
        while words and (taken := fonts.width(words, font, size)) > room + 0.01:
            words = words.rstrip("…")[:-1].rstrip() + "…"
            if words == "…":
                break
    canvas.setFillColor(colour)
    canvas.setFont(font, size)
    start = x if align == "left" else x - taken if align == "right" else x - taken / 2
    canvas.drawString(start, y, words)
    return taken


def paragraph(
    canvas: "Canvas",
    x: float,
    y: float,
    room: float,
    words: str,
    *,
    font: str = REGULAR,
    size: float = 10,
    colour: str = INK,
    leading: float = 1.45,
    align: Align = "left",
) -> float:
    """Write wrapped lines, the first base at ``y``; ``x`` is the left, right or middle of ``room`` as ``align``."""
    for line in fonts.wrap(fonts.printable_lines(words), font, size, room):
        text(canvas, x, y, line, font=font, size=size, colour=colour, align=align)
        y -= size * leading
    return y


def rule(
    canvas: "Canvas", x: float, y: float, length: float, *, weight: float = 0.5, colour: str = LINE
) -> None:
    """A hairline to the right."""
    canvas.setStrokeColor(colour)
    canvas.setLineWidth(weight)
    canvas.line(x, y, x + length, y)


def picture(canvas: "Canvas", data: bytes, x: float, y: float, width: float, height: float) -> None:
    """A PNG or JPEG from memory inside a box, its proportions kept. Raises Problem if it is no picture."""
    from reportlab.lib.utils import ImageReader

    try:
        image = ImageReader(BytesIO(data))
        image.getSize()
    except Exception as error:  # the picture library raises what it likes
        raise Problem(
            _("The logo is not a picture that can be printed."),
            hint=_("Choose a PNG or JPEG file as the logo."),
        ) from error
    canvas.drawImage(image, x, y, width, height, mask="auto", preserveAspectRatio=True, anchor="c")


def letterhead(
    canvas: "Canvas", head: Letterhead, *, margin: float = MARGIN, top: float | None = None
) -> float:
    """The kop across the sheet, closed by a double rule. Returns where the text below may begin."""
    width, height = page_size(canvas)
    y = height - 14 * MM if top is None else top
    room = width - 2 * margin
    mark = 22 * MM if head.logo else 0.0
    middle = width / 2
    inner = room - 2 * mark
    high = y
    lines: list[tuple[str, str, float, str]] = []
    if head.above:
        lines.append((head.above, REGULAR, 10.5, INK))
    lines.append((head.name.upper(), BOLD, 15, INK))
    lines += [(line, REGULAR, 8.5, MUTED) for line in head.lines]
    for words, font, size, colour in lines:
        y -= size if y == high else max(size * 1.3, size + 5)
        text(canvas, middle, y, words, font=font, size=size, colour=colour, align="centre", room=inner)
    if head.logo:
        y = min(y, high - 17 * MM)
        picture(canvas, head.logo, margin, high - 18 * MM, 18 * MM, 18 * MM)
    y -= 3.2 * MM
    rule(canvas, margin, y, room, weight=1.6, colour=INK)
    rule(canvas, margin, y - 2.2, room, weight=0.5, colour=INK)
    return y - 9 * MM


def signatures(
    canvas: "Canvas",
    x: float,
    y: float,
    room: float,
    signatories: Sequence[Signatory],
    *,
    place_and_date: str = "",
    space: float = 20 * MM,
) -> float:
    """Signature blocks side by side; the last is the most senior and carries place and date above it.

    A single block stands at the right, as letters have it. Names are underlined, the NIP below.
    """
    if not signatories:
        return y
    count = max(2, len(signatories))
    cell = room / count
    first = count - len(signatories)
    if place_and_date:
        text(canvas, x + cell * (count - 0.5), y, place_and_date, size=9.5, align="centre", room=cell - 8)
    y -= 14
    lowest = y
    for number, signatory in enumerate(signatories, start=first):
        middle = x + cell * (number + 0.5)
        below = paragraph(
            canvas, middle, y, cell - 12, signatory.role, size=9.5, leading=1.35, align="centre"
        )
        lowest = min(lowest, below)
    base = lowest + 13 - space
    for number, signatory in enumerate(signatories, start=first):
        middle = x + cell * (number + 0.5)
        if signatory.name:
            taken = text(
                canvas, middle, base, signatory.name, font=SEMIBOLD, size=10, align="centre", room=cell - 12
            )
        else:
            taken = cell * 0.7
        rule(canvas, middle - taken / 2, base - 2.2, taken, weight=0.6, colour=INK)
        if signatory.nip:
            nip = _("NIP {number}").format(number=signatory.nip)
            text(canvas, middle, base - 13, nip, size=8.5, colour=MUTED, align="centre", room=cell - 12)
    return base - 13 - 6 * MM


def footer(canvas: "Canvas", words: str = "", *, margin: float = MARGIN) -> None:
    """A hairline at the foot, words at the left, “Page 2 of 5” at the right. Close the file with ``finish``."""
    width = page_size(canvas)[0]
    y = 11 * MM
    rule(canvas, margin, y + 11, width - 2 * margin, weight=0.35)
    if words:
        text(canvas, margin, y, words, size=7.5, colour=MUTED, room=width - 2 * margin - 40 * MM)
    page = _("Page {page} of").format(page=canvas.getPageNumber())
    # Room for two digits; the number itself is known when the last page is done.
    right = width - margin - fonts.width("00", REGULAR, 7.5)
    text(canvas, right, y, page, size=7.5, colour=MUTED, align="right")
    canvas.saveState()
    canvas.translate(right + 2.2, y)
    canvas.doForm(_PAGES)
    canvas.restoreState()


def table(
    canvas: "Canvas",
    x: float,
    y: float,
    room: float,
    columns: Sequence[Column],
    rows: Iterable[Sequence[str]],
    turn: Callable[[], float],
    *,
    bottom: float = 22 * MM,
    size: float = 9,
    height: float = 20.0,
) -> Iterator[float]:
    """Draw rows with hairlines; cells wrap. Yields ``y`` after each row, so the last value is where it ended.

    ``turn`` ends the page, draws what the next one starts with and returns its ``y``; the heading is repeated.
    """
    total = sum(column.share for column in columns)
    widths = [room * column.share / total for column in columns]
    y = _heading(canvas, x, y, columns, widths, size)
    for row in rows:
        cells = [
            fonts.wrap(fonts.printable_lines(cell), column.font, size, width - 8) if cell else [""]
            for cell, column, width in zip(row, columns, widths, strict=True)
        ]
        lines = max(map(len, cells))
        tall = height + (lines - 1) * size * 1.3
        if y - tall < bottom:
            y = _heading(canvas, x, turn(), columns, widths, size)
        base = y - (height + size * 0.72) / 2
        left = x
        for cell, column, width in zip(cells, columns, widths, strict=True):
            for number, line in enumerate(cell):
                _cell(
                    canvas,
                    left,
                    base - number * size * 1.3,
                    width,
                    line,
                    column.align,
                    column.font,
                    size,
                    INK,
                )
            left += width
        y -= tall
        rule(canvas, x, y, room, weight=0.35)
        yield y


def _heading(
    canvas: "Canvas", x: float, y: float, columns: Sequence[Column], widths: Sequence[float], size: float
) -> float:
    small = size - 1
    titles = [
        fonts.wrap(fonts.printable_lines(column.title), SEMIBOLD, small, width - 8)
        for column, width in zip(columns, widths, strict=True)
    ]
    tall = 12 + max(map(len, titles)) * small * 1.3
    rule(canvas, x, y, sum(widths), weight=0.9, colour=INK)
    left = x
    for lines, column, width in zip(titles, columns, widths, strict=True):
        for number, line in enumerate(lines):
            base = y - 6 - small - number * small * 1.3
            _cell(canvas, left, base, width, line, column.align, SEMIBOLD, small, MUTED)
        left += width
    rule(canvas, x, y - tall, sum(widths), weight=0.6, colour=INK)
    return y - tall


def _cell(
    canvas: "Canvas",
    x: float,
    y: float,
    width: float,
    words: str,
    align: Align,
    font: str,
    size: float,
    colour: str,
) -> None:
    at = {"left": x + 4, "right": x + width - 4, "centre": x + width / 2}[align]
    text(canvas, at, y, words, font=font, size=size, colour=colour, align=align, room=width - 6)
