"""A course's whole attendance on landscape sheets: a letter for each lesson, and everybody's percentage."""

from collections.abc import Iterator, Sequence
from typing import IO, TYPE_CHECKING

from venue_desk.documents import letterhead, paper, register
from venue_desk.documents.fonts import BOLD, REGULAR, SEMIBOLD
from venue_desk.documents.paper import INK, MARGIN, MM, MUTED, TINT, page_size
from venue_desk.domain import attendance
from venue_desk.language import _, date_long, date_short, percent
from venue_desk.queries.attendance import GridRow, Register
from venue_desk.queries.lessons import LessonRow

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas


def draw(
    target: IO[bytes], given: Register, *, size: tuple[float, float] = paper.A4
) -> Iterator[tuple[int, int]]:
    """The whole course on landscape sheets: a letter for each lesson, and everybody's percentage.

    Yields (done, all) people. Courses of many lessons are cut into sheets of columns.
    """
    canvas = paper.sheet(
        target, size, landscape=True, title=_("Attendance recapitulation"), subject=given.course.code
    )
    lessons = given.grid.lessons
    rows = [row for row in given.grid.rows if not row.guest]
    room = page_size(canvas)[0] - 2 * MARGIN
    across = max(1, int((room - 100 * MM) // (8.2 * MM)))
    cuts = [range(start, min(start + across, len(lessons))) for start in range(0, len(lessons), across)]
    total = max(1, len(cuts)) * len(rows)
    done = 0
    y = 0.0
    for number, cut in enumerate(cuts or [range(0)]):
        if number:
            _turn(canvas, given)
        y = _titles(canvas, _top(canvas, given), lessons, cut, room)
        # A usual class stays on one sheet, signed; a larger one runs on.
        tall = (y - _END) / max(1, len(rows))
        tall = min(_ROW, tall) if tall >= _LEAST else _ROW
        for row in rows:
            if y - tall < register.FOOT:
                _turn(canvas, given)
                y = _titles(canvas, _top(canvas, given), lessons, cut, room)
            y = _row(canvas, y, tall, row, cut, room, given.grid.rules.presence_threshold)
            done += 1
            yield done, total
        _legend(canvas, y - 14)
    if y < _END - 1:
        _turn(canvas, given)
        y = _top(canvas, given)
    register.signed(canvas, given, y - 14, given.course.ends_on, space=15 * MM)
    paper.footer(canvas, register.foot(given))
    paper.finish(canvas)


_ROW, _LEAST = 17.0, 12.0
_END = 165.0
"""Points from the foot of the sheet that legend and signatures need."""


def _turn(canvas: "Canvas", given: Register) -> None:
    paper.footer(canvas, register.foot(given))
    canvas.showPage()


def _top(canvas: "Canvas", given: Register) -> float:
    course = given.course
    y = paper.letterhead(canvas, letterhead.of(given.venue))
    middle = page_size(canvas)[0] / 2
    title = _("Attendance recapitulation").upper()
    paper.text(canvas, middle, y, title, font=BOLD, size=13, align="centre")
    span = f"{date_long(course.starts_on)} – {date_long(course.ends_on)}"
    words = " · ".join(part for part in (course.name, span, course.place) if part)
    paper.text(canvas, middle, y - 16, words, size=9.5, colour=MUTED, align="centre")
    return y - 30


_NUMBER, _SHARE = 9 * MM, 17 * MM


def _titles(canvas: "Canvas", y: float, lessons: Sequence[LessonRow], cut: range, room: float) -> float:
    tall = 29.0
    canvas.setFillColor(TINT)
    canvas.rect(MARGIN, y - tall, room, tall, stroke=0, fill=1)
    paper.rule(canvas, MARGIN, y, room, weight=0.8, colour=INK)
    base = y - tall / 2 - 3
    paper.text(canvas, MARGIN + _NUMBER - 6, base, _("No"), font=SEMIBOLD, size=8.5, align="right")
    paper.text(canvas, MARGIN + _NUMBER + 4, base, _("Name"), font=SEMIBOLD, size=8.5)
    width, left = _width(cut, room)
    for place, number in enumerate(cut):
        lesson = lessons[number]
        x = left + width * (place + 0.5)
        if not place or lessons[number - 1].day != lesson.day:
            same = sum(lessons[other].day == lesson.day for other in cut if other >= number)
            middle = left + width * (place + same / 2)
            words = date_short(lesson.day)
            paper.text(
                canvas,
                middle,
                base + 6,
                words,
                font=SEMIBOLD,
                size=7.5,
                align="centre",
                room=width * same - 2,
            )
        paper.text(
            canvas,
            x,
            base - 6,
            lesson.part,
            size=6.5,
            colour=MUTED,
            align="centre",
            room=width - 2,
            least=4.8,
        )
    paper.text(canvas, MARGIN + room - 5, base, _("Presence"), font=SEMIBOLD, size=8.5, align="right")
    paper.rule(canvas, MARGIN, y - tall, room, weight=0.6, colour=INK)
    return y - tall


def _width(cut: range, room: float) -> tuple[float, float]:
    """How wide a lesson's column is, and where the first begins."""
    name = 62 * MM
    free = room - _NUMBER - name - _SHARE
    width = min(15 * MM, free / max(1, len(cut)))
    return width, MARGIN + room - _SHARE - width * len(cut)


def _row(
    canvas: "Canvas", y: float, tall: float, row: GridRow, cut: range, room: float, threshold: int
) -> float:
    base = y - tall / 2 - 3
    width, left = _width(cut, room)
    paper.text(canvas, MARGIN + _NUMBER - 6, base, str(row.number), size=8.5, colour=MUTED, align="right")
    paper.text(
        canvas,
        MARGIN + _NUMBER + 4,
        base,
        row.name.upper(),
        font=SEMIBOLD,
        size=8.5,
        room=left - MARGIN - _NUMBER - 10,
    )
    for place, number in enumerate(cut):
        status = row.statuses[number]
        letter = "–" if status is None else attendance.LETTERS[status]
        there = status in attendance.ATTENDED
        paper.text(
            canvas, left + width * (place + 0.5), base, letter,
            font=REGULAR if there or status is None else BOLD, size=8.5, colour=INK if status else MUTED,
            align="centre",
        )  # fmt: skip
    share = row.presence.share
    low = share is not None and not row.presence.meets(threshold)
    words = percent(share) if share is not None else "–"
    paper.text(canvas, MARGIN + room - 5, base, words, font=BOLD if low else REGULAR, size=8.5, align="right")
    paper.rule(canvas, MARGIN, y - tall, room, weight=0.35)
    return y - tall


def _legend(canvas: "Canvas", y: float) -> None:
    words = "   ".join(
        f"{attendance.LETTERS[status]} = {_(attendance.WORDS[status]).lower()}"
        for status in attendance.STATUSES
    )
    paper.text(canvas, MARGIN, y, words, size=8, colour=MUTED)
