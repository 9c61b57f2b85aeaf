"""The poster, the season board and the calendar, read back as whoever gets them does."""

from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest

from venue_desk.documents import board as boards
from venue_desk.documents import calendar, fonts, poster
from venue_desk.domain.problem import Problem
from venue_desk.queries import stalls as queries
from venue_desk.queries import venue
from venue_desk.queries.stalls import Board, CellRow, StallRow, WeekRow
from venue_desk.queries.venue import Details
from venue_desk.store.desk import Desk

SATURDAY = date(2025, 11, 22)
SUNDAY = date(2025, 11, 23)


def text_of(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


def big(stalls: int, weeks: int) -> Board:
    """A board with long names, a free stall and one out of use."""
    rows = tuple(StallRow(str(n), str(n + 1), n // 5, n % 5, (), 1, ()) for n in range(stalls))
    cells = tuple(
        CellRow(
            row.id,
            "" if row.id in {"1", "2"} else f"v{row.id}",
            "" if row.id in {"1", "2"} else "Warung Makan Ibu Hajjah Siti Nurhaliza dan Keluarga Besar",
            "" if row.id in {"1", "2"} else "Siti Nurhaliza",
            "Nasi, lauk, sayur, sambal dan kerupuk",
            out=row.id == "2",
        )
        for row in rows
    )
    return Board(
        "m",
        "Pasar",
        rows,
        tuple(WeekRow(date(2026, 1 + n // 28, 1 + n % 28), queries.DRAFT, cells) for n in range(weeks)),
        stalls,
    )


def test_the_poster_names_the_day_and_everybody_on_it(sample: Desk) -> None:
    shown, details = sample.ask(queries.board, SATURDAY), sample.ask(venue.details)
    file = BytesIO()
    poster.poster(file, shown, [SUNDAY, date(2025, 12, 14)], details)
    first, second = text_of(file.getvalue())
    week = next(week for week in shown.weeks if week.day == SUNDAY)
    assert "Minggu, 23 November 2025" in first and "PAROKI CONTOH" in first
    assert all(cell.name in first and cell.products in first for cell in week.cells)
    assert "belum terbit" in second and "belum terbit" not in first
    assert fonts.check(file.getvalue())
    with pytest.raises(Problem):
        poster.poster(BytesIO(), shown, [date(2030, 1, 6)], details)


@pytest.mark.parametrize("size", ["A4", "F4"])
@pytest.mark.parametrize("stalls", [3, 10, 30])
def test_any_number_of_stalls_fits_on_one_poster(stalls: int, size: str) -> None:
    file = BytesIO()
    many = big(stalls, 1)
    poster.poster(file, many, [many.weeks[0].day], Details("Paroki", "parish"), size)
    (page,) = text_of(file.getvalue())
    assert str(stalls) in page and "kosong" in page and "tidak dipakai" in page.lower()


def test_the_season_goes_on_over_pages(sample: Desk) -> None:
    file = BytesIO()
    poster.season(file, big(10, 40), Details("Paroki", "parish"))
    pages = text_of(file.getvalue())
    assert len(pages) > 1 and all("Pasar" in page for page in pages)
    shown = sample.ask(queries.board, SATURDAY)
    file = BytesIO()
    poster.season(file, shown, sample.ask(venue.details))
    (page,) = text_of(file.getvalue())
    assert "23 Nov" in page and "rancangan" in page and "Tidak ada pasar" in page


def test_the_calendar_follows_the_standard(sample: Desk) -> None:
    shown = sample.ask(queries.board, SATURDAY)
    raw = calendar.calendar(shown, at=datetime(2025, 11, 22, 1, 2, 3, tzinfo=UTC))
    assert raw.endswith(b"END:VCALENDAR\r\n") and b"\n" not in raw.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    lines = raw.decode().replace("\r\n ", "").split("\r\n")
    planned = [week for week in shown.weeks if week.planned]
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == len(planned)
    assert len({line for line in lines if line.startswith("UID:")}) == len(planned)
    assert "DTSTART;VALUE=DATE:20251123" in lines and "DTSTAMP:20251122T010203Z" in lines
    assert "STATUS:TENTATIVE" in lines and "STATUS:CONFIRMED" in lines
    one = next(cell.vendor_id for cell in planned[-1].cells)
    own = calendar.calendar(shown, one).decode()
    assert 0 < own.count("BEGIN:VEVENT") < len(planned) and "stan " in own


def test_what_means_something_in_a_calendar_is_escaped() -> None:
    shown = big(1, 1)
    cell = CellRow("0", "v", "A, B; C\\D\r\nEND:VEVENT", "A")
    odd = Board("m", "Pasar;x", shown.stalls, (WeekRow(SUNDAY, queries.PUBLISHED, (cell,)),), 1)
    raw = calendar.calendar(odd).decode()
    assert raw.count("\r\nEND:VEVENT") == 1 and "A\\, B\\; C\\\\D\\nEND" in raw


def test_a_place_that_cannot_be_written_is_told(sample: Desk, tmp_path: Path) -> None:
    shown, details = sample.ask(queries.board, SATURDAY), sample.ask(venue.details)
    for name in ("x.pdf", "x.ics", "x.xlsx"):
        with pytest.raises(Problem):
            boards.write(tmp_path / "no" / "folder" / name, shown, details)
    with pytest.raises(Problem):
        boards.write(tmp_path / "x.doc", shown, details)
    assert list(tmp_path.glob("x*")) == []
