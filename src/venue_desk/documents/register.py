"""The register (daftar hadir): a sheet for each day, with boxes to sign."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO, TYPE_CHECKING

from venue_desk.documents import fonts, letterhead, paper
from venue_desk.documents.fonts import BOLD, REGULAR, SEMIBOLD
from venue_desk.documents.paper import INK, LINE, MARGIN, MM, MUTED, TINT, page_size
from venue_desk.domain.venue import COORDINATOR
from venue_desk.language import _, clock, date_long, weekday_date
from venue_desk.queries.attendance import GridRow, Register
from venue_desk.queries.lessons import LessonRow

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

FOOT = 21 * MM
SIGNATURES = 47 * MM
_LOW, _HIGH = 19.5, 27.0
"""Points a row may be high: enough for a signature over two rows."""


@dataclass(frozen=True, slots=True)
class _Row:
    number: str
    name: str
    organisation: str


@dataclass(frozen=True, slots=True)
class _Part:
    """A column to sign."""

    title: str
    hours: str


def signing(
    target: IO[bytes],
    register: Register,
    *,
    days: Sequence[date] = (),
    blank: int = 3,
    size: tuple[float, float] = paper.A4,
) -> Iterator[tuple[int, int]]:
    """A page for each day: who belongs to it, and numbered boxes to sign for each lesson, in zig-zag.

    ``days`` chooses among the course's days; ``blank`` rows are for people who walk in. Yields (done, all).
    """
    by_day: dict[date, list[LessonRow]] = {}
    for lesson in register.grid.lessons:
        if not days or lesson.day in days:
            by_day.setdefault(lesson.day, []).append(lesson)
    canvas = paper.sheet(target, size, title=_("Attendance register"), subject=register.course.code)
    for done, (day, lessons) in enumerate(by_day.items(), 1):
        if done > 1:
            canvas.showPage()
        parts = [_Part(one.part, f"{clock(one.starts)}–{clock(one.ends)}") for one in lessons]
        people = [
            _Row(str(row.number), row.name.upper(), row.organisation)
            for row in register.grid.rows
            if not row.guest and _there(row, register, day)
        ]
        _day(canvas, register, day, parts, people, blank)
        yield done, len(by_day)
    if not by_day:
        paper.text(canvas, MARGIN, size[1] - 40 * MM, _("This course has no lessons yet."), colour=MUTED)
    paper.finish(canvas)


def _there(row: GridRow, register: Register, day: date) -> bool:
    """Whether any lesson of the day lies in this enrolment."""
    return any(
        status is not None and lesson.day == day
        for lesson, status in zip(register.grid.lessons, row.statuses, strict=True)
    )


def _day(
    canvas: "Canvas", register: Register, day: date, parts: Sequence[_Part], people: list[_Row], blank: int
) -> None:
    y = _top(canvas, register, weekday_date(day))
    # Blank rows go on after the last number of the list, so that no number stands for two people.
    highest = max((row.number for row in register.grid.rows), default=0)
    rows = people + [_Row(str(highest + number), "", "") for number in range(1, blank + 1)]
    room = page_size(canvas)[0] - 2 * MARGIN
    widths = _widths(room, len(parts), any(row.organisation for row in people))
    start = 0
    while start < len(rows):
        if start:
            paper.footer(canvas, foot(register))
            canvas.showPage()
            y = _top(canvas, register, weekday_date(day))
        fits = int((y - 30 - FOOT) // _LOW)
        with_signatures = int((y - 30 - FOOT - SIGNATURES) // _LOW)
        left = len(rows) - start
        last = left <= with_signatures
        count = left if last else min(left - 1, fits)
        free = y - 30 - FOOT - (SIGNATURES if last else 0)
        height = min(_HIGH, max(_LOW, free / count))
        y = _boxes(canvas, y, widths, parts, rows[start : start + count], start, height)
        start += count
    signed(canvas, register, y, day)
    paper.footer(canvas, foot(register))


def _top(canvas: "Canvas", register: Register, when: str) -> float:
    """Letterhead, title and what the sheet is for; returns where the table begins."""
    course = register.course
    middle = page_size(canvas)[0] / 2
    y = paper.letterhead(canvas, letterhead.of(register.venue))
    paper.text(canvas, middle, y - 2, _("Attendance register").upper(), font=BOLD, size=14, align="centre")
    y -= 26
    facts = [(_("Programme"), course.title), (_("Day"), when)]
    if course.batch:
        facts.insert(1, (_("Batch"), course.batch))
    if course.place:
        facts.append((_("Place"), course.place))
    half = (len(facts) + 1) // 2
    room = (page_size(canvas)[0] - 2 * MARGIN) / 2
    for column, some in enumerate((facts[:half], facts[half:])):
        x = MARGIN + column * room
        label = max((fonts.width(name, REGULAR, 9) for name, _words in some), default=0) + 8
        for number, (name, words) in enumerate(some):
            base = y - number * 14
            paper.text(canvas, x, base, name, size=9, colour=MUTED)
            paper.text(canvas, x + label, base, words, font=SEMIBOLD, size=9.5, room=room - label - 8)
    return y - half * 14 - 4


def _widths(room: float, parts: int, organisation: bool) -> list[float]:
    """No, name, organisation (none: 0), then one column to sign for each lesson."""
    number = 10 * MM
    sign = min(52 * MM, (room - number) * (0.52 if parts < 3 else 0.64) / max(parts, 1))
    rest = room - number - parts * sign
    other = rest * 0.36 if organisation else 0.0
    return [number, rest - other, other, *([sign] * parts)]


def _boxes(
    canvas: "Canvas",
    y: float,
    widths: Sequence[float],
    parts: Sequence[_Part],
    rows: Sequence[_Row],
    before: int,
    height: float,
) -> float:
    """The table. A box to sign is half a column wide and two rows high: odd numbers left, even ones right."""
    room = sum(widths)
    top = y
    y = _titles(canvas, y, widths, parts)
    first = y
    for number, row in enumerate(rows, before):
        base = y - height / 2 - 3.2
        paper.text(canvas, MARGIN + widths[0] - 7, base, row.number, size=9, colour=MUTED, align="right")
        x = MARGIN + widths[0]
        paper.text(canvas, x + 5, base, row.name, font=SEMIBOLD, size=9, room=widths[1] - 9)
        if row.organisation:
            paper.text(canvas, x + widths[1] + 5, base, row.organisation, size=8.5, room=widths[2] - 9)
        y -= height
        paper.rule(canvas, MARGIN, y, sum(widths[:3]), weight=0.4)
        x = MARGIN + sum(widths[:3])
        for width in widths[3:]:
            left = number % 2 == 0
            start = x if left else x + width / 2
            paper.text(canvas, start + 3.5, y + height - 9.5, row.number, size=7, colour=MUTED)
            # Each box is open over the next row, so its line is drawn below that one.
            if number > before or not left:
                above = x + width / 2 if left else x
                paper.rule(canvas, above, y, width / 2, weight=0.4)
            x += width
    _frame(canvas, top, first, y, widths, room)
    return y


def _titles(canvas: "Canvas", y: float, widths: Sequence[float], parts: Sequence[_Part]) -> float:
    tall = 27.0
    canvas.setFillColor(TINT)
    canvas.rect(MARGIN, y - tall, sum(widths), tall, stroke=0, fill=1)
    base = y - tall / 2 - 3
    paper.text(canvas, MARGIN + widths[0] - 7, base, _("No"), font=SEMIBOLD, size=8.5, align="right")
    paper.text(canvas, MARGIN + widths[0] + 5, base, _("Name"), font=SEMIBOLD, size=8.5)
    if widths[2]:
        x = MARGIN + widths[0] + widths[1] + 5
        paper.text(canvas, x, base, _("Organisation"), font=SEMIBOLD, size=8.5, room=widths[2] - 8)
    x = MARGIN + sum(widths[:3])
    for width, part in zip(widths[3:], parts, strict=True):
        paper.text(
            canvas,
            x + width / 2,
            base + 5,
            part.title,
            font=SEMIBOLD,
            size=8.5,
            align="centre",
            room=width - 6,
        )
        paper.text(
            canvas,
            x + width / 2,
            base - 6,
            part.hours,
            size=7.5,
            colour=MUTED,
            align="centre",
            room=width - 6,
        )
        x += width
    return y - tall


def _frame(
    canvas: "Canvas", top: float, first: float, low: float, widths: Sequence[float], room: float
) -> None:
    """Strong lines around, fine ones between the columns; the middle of a column to sign finest."""
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.4)
    x = MARGIN
    for number, width in enumerate(widths):
        x += width
        if width and number < len(widths) - 1:
            canvas.line(x, top, x, low)
        if number >= 3:
            canvas.line(x - width / 2, first, x - width / 2, low)
    paper.rule(canvas, MARGIN, first, room, weight=0.6, colour=INK)
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(0.8)
    canvas.rect(MARGIN, low, room, top - low, stroke=1, fill=0)


def signed(canvas: "Canvas", register: Register, y: float, day: date, *, space: float = 19 * MM) -> None:
    """Who signs at the foot: the instructor, and the venue's coordinator."""
    course, venue = register.course, register.venue
    chief = next((one for one in venue.signers if one.role == COORDINATOR), None) or (
        venue.signers[0] if venue.signers else None
    )
    town = f"{venue.area}, " if venue.area else ""
    paper.signatures(
        canvas,
        MARGIN,
        y - 9 * MM,
        page_size(canvas)[0] - 2 * MARGIN,
        [
            paper.Signatory(_("Instructor"), course.instructor, course.instructor_nip),
            paper.Signatory(
                (chief.title if chief and chief.title else _("Coordinator")),
                chief.name if chief else "",
                chief.nip if chief else "",
            ),
        ],
        place_and_date=f"{town}{date_long(day)}",
        space=space,
    )


def foot(register: Register) -> str:
    """What the footer of each sheet says."""
    return " · ".join(part for part in (register.course.code, register.course.name) if part)
