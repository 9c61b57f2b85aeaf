"""The stalls on paper: a poster of one market day to hang up, and the board of all planned weeks."""

from collections.abc import Sequence
from datetime import date
from math import ceil
from typing import IO, TYPE_CHECKING

from venue_desk.documents import fonts, letterhead, paper
from venue_desk.documents.fonts import BOLD, REGULAR, SEMIBOLD
from venue_desk.documents.paper import ACCENT, INK, LINE, MARGIN, MM, MUTED, TINT, page_size
from venue_desk.domain.problem import Problem
from venue_desk.language import N_, _, date_long, date_short, weekday
from venue_desk.queries.stalls import CLOSED, DRAFT, OPEN, PAST, PUBLISHED, Board, CellRow, WeekRow
from venue_desk.queries.venue import Details

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

_STATES = {
    PAST: N_("done"),
    PUBLISHED: N_("published"),
    DRAFT: N_("draft"),
    CLOSED: N_("closed"),
    OPEN: N_("not planned"),
}

_ONE_COLUMN = 12
"""So many stalls still stand below each other in type that is read from across the yard."""


def poster(
    target: str | IO[bytes], board: Board, days: Sequence[date], venue: Details, size: str = "A4"
) -> None:
    """A page for each of these days: who stands on which stall. Raises Problem where nobody is planned."""
    weeks = [week for week in board.weeks if week.day in set(days)]
    if not weeks or not all(week.planned for week in weeks):
        raise Problem(_("Nobody is planned for this market day."), _("Plan the stalls first."))
    canvas = paper.sheet(target, paper.SIZES[size], title=f"{board.market}, {date_long(weeks[0].day)}")
    for week in weeks:
        _page(canvas, board, week, venue)
        canvas.showPage()
    paper.finish(canvas)


def _page(canvas: "Canvas", board: Board, week: WeekRow, venue: Details) -> None:
    width = page_size(canvas)[0]
    room = width - 2 * MARGIN
    y = paper.letterhead(canvas, letterhead.of(venue)) - 5 * MM
    paper.text(
        canvas, width / 2, y, board.market, font=SEMIBOLD, size=15, colour=ACCENT, align="centre", room=room
    )
    y -= 13 * MM
    day = f"{weekday(week.day)}, {date_long(week.day)}"
    paper.text(canvas, width / 2, y, day, font=BOLD, size=30, align="centre", room=room)
    y -= 9 * MM
    numbers = {stall.id: stall.number for stall in board.stalls}
    columns = 1 if len(week.cells) <= _ONE_COLUMN else 2
    lines = ceil(len(week.cells) / columns)
    tall = min(21 * MM, (y - 22 * MM) / lines)
    across = (room - (columns - 1) * 8 * MM) / columns
    for place, cell in enumerate(week.cells):
        x = MARGIN + (place // lines) * (across + 8 * MM)
        _stall(canvas, x, y - (place % lines + 1) * tall, across, tall, numbers[cell.stall_id], cell)
    said = _("Draft: not published yet") if week.status == DRAFT else ""
    paper.footer(canvas, " · ".join(part for part in (board.market, venue.area, said) if part))


def _stall(
    canvas: "Canvas", x: float, y: float, room: float, tall: float, number: str, cell: CellRow
) -> None:
    side = min(tall * 0.72, 15 * MM)
    middle = y + tall / 2
    canvas.setFillColor(TINT)
    canvas.roundRect(x, middle - side / 2, side, side, 2.4 * MM, stroke=0, fill=1)
    big = side * 0.5
    paper.text(
        canvas,
        x + side / 2,
        middle - big * 0.36,
        number,
        font=BOLD,
        size=big,
        colour=ACCENT,
        align="centre",
        room=side - 4,
    )
    left, free = x + side + 5 * MM, room - side - 5 * MM
    name, what = (cell.name, cell.products) if cell.vendor_id and not cell.out else ("", "")
    if not name:
        said = _("out of use") if cell.out else _("free")
        paper.text(canvas, left, middle - 4, said, size=min(14, side * 0.36), colour=MUTED, room=free)
    elif what and tall > 11 * MM:
        size = min(20, side * 0.5)
        paper.text(canvas, left, middle + size * 0.12, name, font=SEMIBOLD, size=size, room=free, least=9)
        paper.text(
            canvas,
            left,
            middle - size * 0.78,
            what,
            size=min(11, size * 0.62),
            colour=MUTED,
            room=free,
            least=7,
        )
    else:
        size = min(20, side * 0.5)
        paper.text(canvas, left, middle - size * 0.36, name, font=SEMIBOLD, size=size, room=free, least=8)
    paper.rule(canvas, x, y, room, weight=0.35)


def season(target: str | IO[bytes], board: Board, venue: Details, size: str = "A4") -> None:
    """The board of all shown weeks, landscape: what is published filled, what is a draft dashed."""
    canvas = paper.sheet(target, paper.SIZES[size], landscape=True, title=board.market)
    width, height = page_size(canvas)
    margin = 14 * MM
    label = 31 * MM
    room = width - 2 * margin
    across = (room - label) / max(1, len(board.stalls))
    tall = 9.6 * MM

    def top() -> float:
        y = height - 17 * MM
        paper.text(canvas, margin, y, board.market, font=SEMIBOLD, size=17)
        paper.text(canvas, width - margin, y, venue.name, size=9.5, colour=MUTED, align="right")
        y -= 10 * MM
        paper.text(canvas, margin, y, _("Week"), font=SEMIBOLD, size=8.5, colour=MUTED)
        for place, stall in enumerate(board.stalls):
            middle = margin + label + (place + 0.5) * across
            paper.text(
                canvas, middle, y, stall.number, font=SEMIBOLD, size=9.5, align="centre", room=across - 4
            )
        y -= 2.6 * MM
        paper.rule(canvas, margin, y, room, weight=0.6, colour=INK)
        return y

    y = top()
    for week in board.weeks:
        if week.status == OPEN:
            continue
        if y - tall < 22 * MM:
            _foot(canvas, board, margin)
            canvas.showPage()
            y = top()
        _row(canvas, week, margin, y, label, across, tall)
        y -= tall
        paper.rule(canvas, margin, y, room, weight=0.3)
    _foot(canvas, board, margin)
    paper.finish(canvas)


def _row(
    canvas: "Canvas", week: WeekRow, margin: float, y: float, label: float, across: float, tall: float
) -> None:
    middle = y - tall / 2
    paper.text(canvas, margin, middle + 0.6, date_short(week.day), font=SEMIBOLD, size=9.5, room=label - 4)
    paper.text(canvas, margin, middle - 8, _(_STATES[week.status]), size=7, colour=MUTED, room=label - 4)
    for place, cell in enumerate(week.cells):
        x = margin + label + place * across
        if week.status == PUBLISHED and cell.vendor_id:
            canvas.setFillColor(TINT)
            canvas.roundRect(x + 1.2, y - tall + 2, across - 2.4, tall - 4, 3, stroke=0, fill=1)
        elif week.status == DRAFT and cell.vendor_id:
            canvas.setStrokeColor(LINE)
            canvas.setLineWidth(0.5)
            canvas.setDash(2, 2)
            canvas.roundRect(x + 1.2, y - tall + 2, across - 2.4, tall - 4, 3, stroke=1, fill=0)
            canvas.setDash()
        words = "×" if cell.out else cell.short
        font = REGULAR if week.status == PAST else SEMIBOLD
        colour = MUTED if week.status == PAST or cell.out else INK
        size = 8.5
        if fonts.width(fonts.printable(words), font, size) > across - 6 and " " in words:
            first, rest = words.split(" ", 1)
            paper.text(
                canvas,
                x + across / 2,
                middle + 1.4,
                first,
                font=font,
                size=7.5,
                colour=colour,
                align="centre",
                room=across - 6,
                least=5.5,
            )
            paper.text(
                canvas,
                x + across / 2,
                middle - 7.4,
                rest,
                font=font,
                size=7.5,
                colour=colour,
                align="centre",
                room=across - 6,
                least=5.5,
            )
        elif words:
            paper.text(
                canvas,
                x + across / 2,
                middle - 3,
                words,
                font=font,
                size=size,
                colour=colour,
                align="centre",
                room=across - 6,
                least=5.5,
            )
    if week.status == CLOSED:
        paper.text(canvas, margin + label + 4, middle - 3, _("No market"), size=8.5, colour=MUTED)


def _foot(canvas: "Canvas", board: Board, margin: float) -> None:
    words = _("filled: published · dashed: draft, may still change")
    paper.footer(canvas, f"{board.market} · {words}", margin=margin)
