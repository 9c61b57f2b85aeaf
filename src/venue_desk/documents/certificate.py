"""Certificates and completion letters as PDF: fonts once, frame and shared words as forms, the rest per person.

The words and their order come from ``domain.wording``, because the signature covers them; here they only get
their places. Nothing in a field is markup: it is drawn letter by letter.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from io import BytesIO
from typing import IO, TYPE_CHECKING

from venue_desk.documents import code, fonts, layout, ornament, paper
from venue_desk.documents.paper import INK
from venue_desk.domain import templates, wording
from venue_desk.domain.certificates import COMPETENCE
from venue_desk.domain.seal import Print

if TYPE_CHECKING:
    from reportlab.lib.colors import Color
    from reportlab.pdfgen.canvas import Canvas


@dataclass(frozen=True, slots=True)
class Run:
    """One file being drawn: its canvas, its paper, the logo, and the forms drawn so far by what is in them."""

    canvas: "Canvas"
    sheet: tuple[float, float]
    logo: bytes | None
    forms: dict[object, str] = field(default_factory=dict)


def draw(
    prints: Iterable[Print], target: str | IO[bytes], *, size: str = "A4", logo: bytes | None = None
) -> Iterator[int]:
    """Write all certificates into one PDF, yielding how many are drawn; the file is there when it has ended.

    The logo is the venue's own of today, PNG or JPEG: it is ornament and no part of what is signed.
    """
    sheet = paper.SIZES[size]
    run = Run(paper.sheet(target, sheet, title="Sertifikat"), sheet, logo)
    for done, one in enumerate(prints, start=1):
        for number, page in enumerate(wording.pages(one.content, one.copy)):
            _page(run, one, number, page)
        yield done
    run.canvas.save()


def pdf(prints: Iterable[Print], *, size: str = "A4", logo: bytes | None = None) -> bytes:
    """The same as bytes, for a few certificates."""
    target = BytesIO()
    for _done in draw(prints, target, size=size, logo=logo):
        pass
    return target.getvalue()


def _page(run: Run, one: Print, number: int, page: wording.Page) -> None:
    canvas, said = run.canvas, one.content
    wide = said.kind == COMPETENCE
    size = (max(run.sheet), min(run.sheet)) if wide else (min(run.sheet), max(run.sheet))
    canvas.setPageSize(size)
    shape = layout.Shape(size, len(said.above), bool(said.address), len(said.signers))
    lines: Lines
    own = templates.replaced(said)
    if not wide:
        places, lines = layout.letter_places(shape, page, own=bool(own)), layout.letter_lines
    elif number == 0:
        places, lines = layout.front_places(shape), layout.front_lines
        if own:
            places = {**places, **layout.own_places(shape, page, own)}
    else:
        rows = min(wording.UNITS_A_PAGE, len(said.units) - (number - 1) * wording.UNITS_A_PAGE)
        places, lines = (
            layout.list_places(replace(shape, rows=rows, last="total" in page.shared)),
            layout.list_lines,
        )
    canvas.doForm(_shared(run, size, number, page, places, lines))
    if number == 0:
        corner = places["~qr"]
        code.draw(canvas, one.token, corner.x, corner.y, corner.size)
    if "copy" in page.own:
        _copy_box(canvas, places["copy"], page.own["copy"])
    put(canvas, places, page.own)
    canvas.showPage()


Lines = Callable[["Canvas", layout.Places], None]


def _shared(
    run: Run, size: tuple[float, float], number: int, page: wording.Page, places: layout.Places, lines: Lines
) -> str:
    """The form with everything that certificates of one course have in common on this page."""
    key = size, number == 0, tuple(page.shared.items())
    if key not in run.forms:
        canvas, name = run.canvas, f"shared-{len(run.forms)}"
        wide = size[0] > size[1]
        if wide:
            ornament.define(canvas, size)
        canvas.beginForm(name, 0, 0, *size)
        if wide:
            canvas.doForm(ornament.frame_name(size))
        if run.logo and number == 0:
            paper.picture(canvas, run.logo, *layout.logo_box(size))
        lines(canvas, places)
        put(canvas, places, page.shared)
        canvas.endForm()
        run.forms[key] = name
    return run.forms[key]


def put(canvas: "Canvas", places: layout.Places, texts: Mapping[str, str]) -> None:
    """Draw the words of roles in their places, in the order given."""
    written = canvas.beginText()
    for role, words in texts.items():
        place = places[role]
        size, lines = place.size, [words]
        if place.room:
            size, lines = fonts.fit(words, place.font, place.size, place.room, place.least or place.size)
        y = place.y
        if place.centred and len(lines) > 1:
            size = min(size, place.least * 1.15)
            y += size * layout.LEADING * (len(lines) - 1) / 2
        written.setFillColor(_colour(place.colour))
        written.setFont(place.font, size)
        written.setCharSpace(place.spread)
        for line in lines:
            x = place.x
            if place.align != "left":
                width = fonts.width(line, place.font, size) + place.spread * (len(line) - 1)
                x -= width if place.align == "right" else width / 2
            written.setTextOrigin(x, y)
            written.textOut(line)
            y -= size * layout.LEADING
    canvas.drawText(written)


@cache
def _colour(code: str) -> "Color":
    from reportlab.lib.colors import HexColor

    return HexColor(code)


def _copy_box(canvas: "Canvas", place: layout.Place, words: str) -> None:
    width = fonts.width(words, place.font, place.size) + 16
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(0.8)
    canvas.roundRect(place.x - width + 8, place.y - 6, width, place.size + 11, 3)
