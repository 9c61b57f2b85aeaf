"""A report on paper or in a spreadsheet: figures, bars that also read in black and white, and tables."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

from venue_desk.documents import fonts, letterhead, paper
from venue_desk.documents.fonts import BOLD, REGULAR, SEMIBOLD
from venue_desk.documents.paper import INK, LINE, MARGIN, MM, MUTED, page_size
from venue_desk.documents.saving import saved
from venue_desk.domain.problem import Problem
from venue_desk.domain.report import PERCENT, TEXT, Bar, Chart, Column, Figure, Report, Table, Value, shown
from venue_desk.language import _, active, number
from venue_desk.queries.venue import Details
from venue_desk.spreadsheets import writing

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

SHADES = ("#0B6B5E", "#5BA398", "#A5CCC6", "#DCEBE8", "#14181D")
"""The kinds of a bar in their order, told apart without colour too; white is what nobody knows."""
DARK = ("#0B6B5E", "#14181D")
FOOT = 22 * MM
BAR, STEP = 13.0, 19.0
"""Height of a bar and from one bar to the next, in points."""
ACROSS = 3
"""Figures beside each other."""


def write(
    made: Report, venue: Details, path: Path, *, size: tuple[float, float] = paper.A4
) -> Iterator[tuple[int, int]]:
    """Write .pdf, .xlsx or .csv, whichever the name says; yields (done, all). Raises Problem for another name.

    Closing the iterator early leaves no file.
    """
    kind = path.suffix.lower()
    if kind == ".pdf":
        yield from saved(path, lambda target: draw(target, made, venue, size=size))
    elif kind in (".xlsx", ".csv"):
        yield 0, 1
        writing.write(path, *pages(made))
        yield 1, 1
    else:
        raise Problem(
            _("“{file}” cannot be written: a report is a .pdf, .xlsx or .csv file.").format(file=path.name),
            _("Let its name end in one of the three."),
        )


def pages(made: Report) -> list[writing.Page]:
    """The sheets of the spreadsheet: the figures, then one sheet a table. Percentages are in per cent."""
    above = (made.title, made.period, made.sentence, *made.notes)
    figures = [(one.label, _cell(one.value, one.form), one.note) for one in made.figures]
    first = writing.Page(_("Figures"), (_("What"), _("Value"), _("Of")), figures, above)
    return [
        first,
        *(
            writing.Page(
                table.title,
                [_heading(column) for column in table.columns],
                [
                    [_cell(value, column.form) for value, column in zip(row, table.columns, strict=True)]
                    for row in table.rows
                ],
                (made.title, table.title),
            )
            for table in made.tables
        ),
    ]


def _heading(column: Column) -> str:
    return f"{column.title} (%)" if column.form == PERCENT else column.title


def _cell(value: Value, form: str) -> Value:
    return round(value * 100, 1) if form == PERCENT and isinstance(value, float) else value


def draw(
    target: IO[bytes], made: Report, venue: Details, *, size: tuple[float, float] = paper.A4
) -> Iterator[tuple[int, int]]:
    """Draw the PDF; yields (done, all) rows of its tables."""
    canvas = paper.sheet(target, size, title=made.title, subject=made.kind, language=active())
    head = letterhead.of(venue)
    foot = f"{made.title} · {made.period}"

    def turn() -> float:
        paper.footer(canvas, foot)
        canvas.showPage()
        return page_size(canvas)[1] - MARGIN

    room = page_size(canvas)[0] - 2 * MARGIN
    y = paper.letterhead(canvas, head)
    paper.text(canvas, MARGIN, y - 4, made.title, font=BOLD, size=17)
    y = paper.paragraph(
        canvas, MARGIN, y - 24, room, f"{made.period}. {made.sentence}", size=10, colour=MUTED
    )
    y = _figures(canvas, y - 10, room, made.figures)
    for chart in made.charts:
        if any(bar.total for bar in chart.bars):
            y = _chart(canvas, y - 20, room, chart, turn)
    total = sum(len(table.rows) for table in made.tables)
    done = 0
    for table in made.tables:
        if y - 90 < FOOT:
            y = turn()
        paper.text(canvas, MARGIN, y - 22, table.title, font=SEMIBOLD, size=11.5)
        y -= 32
        if not table.rows:
            paper.text(canvas, MARGIN, y - 8, table.empty, size=9.5, colour=MUTED)
            y -= 20
        else:
            for below in _table(canvas, y, room, table, turn):
                y = below
                done += 1
                yield done, total
    y -= 18
    for note in made.notes:
        if y - 24 < FOOT:
            y = turn()
        y = paper.paragraph(canvas, MARGIN, y, room, note, size=8, colour=MUTED) - 2
    paper.footer(canvas, foot)
    paper.finish(canvas)
    yield total, total


def _figures(canvas: "Canvas", y: float, room: float, figures: tuple[Figure, ...]) -> float:
    """The numbers in rows of three, large, each with what it was counted from."""
    wide = room / ACROSS
    for place, one in enumerate(figures):
        column = place % ACROSS
        if column == 0:
            paper.rule(canvas, MARGIN, y, room, weight=0.35)
            y -= 58
        x = MARGIN + column * wide
        inner = wide - 10
        paper.text(canvas, x, y + 42, one.label, size=8.5, colour=MUTED, room=inner)
        paper.text(canvas, x, y + 19, shown(one.value, one.form), font=SEMIBOLD, size=19, room=inner)
        if one.note:
            paper.text(canvas, x, y + 7, one.note, size=8, colour=MUTED, room=inner)
    paper.rule(canvas, MARGIN, y, room, weight=0.35)
    return y


def _chart(canvas: "Canvas", y: float, room: float, chart: Chart, turn: Callable[[], float]) -> float:
    """Bars with the number in each part; a legend where there are several parts."""
    top = 34 + (16 if len(chart.parts) > 1 else 0)
    if y - top - STEP * min(len(chart.bars), 4) < FOOT:
        y = turn()
    paper.text(canvas, MARGIN, y - 10, chart.title, font=SEMIBOLD, size=11.5)
    y -= 24
    if len(chart.parts) > 1:
        y = _legend(canvas, y, room, chart)
    names, notes = room * 0.27, room * 0.16
    across = room - names - notes
    most = max((bar.total for bar in chart.bars), default=1) or 1
    for bar in chart.bars:
        if y - STEP < FOOT:
            y = turn()
        paper.text(canvas, MARGIN, y - BAR + 3.5, bar.label, size=8.5, room=names - 8)
        length = across * (1.0 if chart.whole else bar.total / most) if bar.total else 0
        _bar(canvas, MARGIN + names, y - BAR, length, bar, chart)
        paper.text(
            canvas, MARGIN + room, y - BAR + 3.5, bar.note, size=8.5, colour=MUTED, align="right", room=notes
        )
        y -= STEP
    return y


def _shade(chart: Chart, place: int) -> str:
    return "#FFFFFF" if chart.parts[place].state == "not taken" else SHADES[place % len(SHADES)]


def _bar(canvas: "Canvas", x: float, y: float, length: float, bar: Bar, chart: Chart) -> None:
    for place, count in enumerate(bar.counts):
        if not count:
            continue
        wide = length * count / bar.total
        shade = _shade(chart, place)
        canvas.setFillColor(shade)
        canvas.setStrokeColor(MUTED if shade == "#FFFFFF" else "#FFFFFF")
        canvas.setLineWidth(0.5)
        canvas.rect(x, y, wide, BAR, stroke=1, fill=1)
        words = number(count)
        if len(bar.counts) > 1 and fonts.width(words, SEMIBOLD, 7.5) + 4 < wide:
            paper.text(
                canvas, x + wide / 2, y + 4, words, font=SEMIBOLD, size=7.5,
                colour="#FFFFFF" if shade in DARK else INK, align="centre",
            )  # fmt: skip
        x += wide


def _legend(canvas: "Canvas", y: float, room: float, chart: Chart) -> float:
    x = MARGIN
    for place, part in enumerate(chart.parts):
        wide = fonts.width(part.label, REGULAR, 8) + 24
        if x + wide > MARGIN + room:
            x, y = MARGIN, y - 13
        canvas.setFillColor(_shade(chart, place))
        canvas.setStrokeColor(LINE)
        canvas.setLineWidth(0.5)
        canvas.rect(x, y - 1, 8, 8, stroke=1, fill=1)
        paper.text(canvas, x + 12, y, part.label, size=8, colour=MUTED)
        x += wide
    return y - 9


def _table(
    canvas: "Canvas", y: float, room: float, table: Table, turn: Callable[[], float]
) -> Iterator[float]:
    rows = [
        [shown(value, column.form) for value, column in zip(row, table.columns, strict=True)]
        for row in table.rows
    ]
    columns = [
        paper.Column(
            column.title,
            share,
            "left" if column.form == TEXT else "right",
            SEMIBOLD if place == 0 else REGULAR,
        )
        for place, (column, share) in enumerate(zip(table.columns, _widths(table, rows, room), strict=True))
    ]
    yield from paper.table(canvas, MARGIN, y, room, columns, rows, turn, size=8.5, height=18)


def _widths(table: Table, rows: list[list[str]], room: float) -> list[float]:
    """Room for each column: its longest word or number unbroken, and what is left to the words."""
    needs = []
    for place, column in enumerate(table.columns):
        words = list(column.title.split())
        words += [
            word for row in rows for word in (row[place].split(" ") if column.form == TEXT else [row[place]])
        ]
        needs.append(max(fonts.width(fonts.printable(word), SEMIBOLD, 8.5) for word in words) + 11)
    left = room - sum(needs)
    if left <= 0:
        return needs
    texts = sum(column.share for column in table.columns if column.form == TEXT)
    return [
        need + (left * column.share / texts if column.form == TEXT else 0)
        for need, column in zip(needs, table.columns, strict=True)
    ]
