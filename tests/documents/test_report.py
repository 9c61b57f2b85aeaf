"""Reports on paper and in spreadsheets say the numbers of the screen, read back from the files."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
from python_calamine import CalamineWorkbook

from venue_desk import language
from venue_desk.documents import fonts, report
from venue_desk.domain.problem import Problem
from venue_desk.domain.report import Report, shown
from venue_desk.queries import reports
from venue_desk.queries import venue as venues
from venue_desk.store.desk import Desk

TODAY = date(2025, 11, 22)


@pytest.fixture
def made(sample: Desk) -> Callable[[str], Report]:
    return lambda kind: sample.ask(reports.make, kind, date(2025, 1, 1), TODAY, TODAY)


def write(desk: Desk, given: Report, path: Path) -> list[tuple[int, int]]:
    return list(report.write(given, desk.ask(venues.details), path))


def words(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as document:
        text = "\n".join(page.get_textpage().get_text_range() for page in document)
    return " ".join(text.replace("\ufffe", "-").split())


@pytest.mark.parametrize("kind", list(reports.KINDS))
@pytest.mark.parametrize("spoken", language.LANGUAGES)
def test_the_paper_says_every_figure_and_row(
    sample: Desk, made: Callable[[str], Report], tmp_path: Path, kind: str, spoken: str
) -> None:
    language.use(spoken)
    given = made(kind)
    path = tmp_path / "report.pdf"
    progress = write(sample, given, path)
    total = sum(len(table.rows) for table in given.tables)
    assert progress[-1] == (total, total)
    text = words(path)
    for part in ("PAROKI CONTOH", given.title, given.period):
        assert part in text
    for figure in given.figures:
        assert " ".join(shown(figure.value, figure.form).split()) in text
    for table in given.tables:
        for row in table.rows[:20]:
            for value, column in zip(row, table.columns, strict=True):
                for word in shown(value, column.form).split():
                    assert word in text
    assert all("Inter" in name for name in fonts.check(path.read_bytes()))


def test_a_long_table_runs_over_pages_with_its_heading(
    sample: Desk, made: Callable[[str], Report], tmp_path: Path
) -> None:
    path = tmp_path / "stalls.pdf"
    write(sample, made("stalls"), path)
    with pypdfium2.PdfDocument(path) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    assert len(pages) == 3
    assert all("Giliran terakhir" in page.replace("\r\n", " ") for page in pages)
    assert "Halaman 3 dari 3" in " ".join(pages[-1].split())


def test_an_empty_report_is_still_a_page(desk: Desk, tmp_path: Path) -> None:
    given = desk.ask(reports.make, "outcomes", date(2025, 1, 1), TODAY, TODAY)
    path = tmp_path / "empty.pdf"
    write(desk, given, path)
    assert "Tidak ada yang menyelesaikan kelas" in words(path)


def test_the_spreadsheet_holds_numbers_and_not_texts_of_numbers(
    sample: Desk, made: Callable[[str], Report], tmp_path: Path
) -> None:
    path = tmp_path / "outcomes.xlsx"
    write(sample, made("outcomes"), path)
    book = CalamineWorkbook.from_path(path)
    assert book.sheet_names == ["Angka", "Per kejuruan", "Per kelas", "Tindak lanjut"]
    rows = book.get_sheet_by_name("Per kejuruan").to_python()
    heading = next(number for number, row in enumerate(rows) if row[0] == "Kejuruan")
    assert rows[heading][-1] == "Bagian (%)"
    by_trade = {row[0]: row[1:] for row in rows[heading + 1 :]}
    assert by_trade["Tata Boga"] == [16.0, 6.0, 5.0, 2.0, 1.0, 2.0, 68.8]
    figures = book.get_sheet_by_name("Angka").to_python()
    assert ["Bekerja atau berusaha", 46.9, "15 dari 32 alumni"] in figures


def test_a_csv_holds_the_figures(sample: Desk, made: Callable[[str], Report], tmp_path: Path) -> None:
    path = tmp_path / "attendance.csv"
    write(sample, made("attendance"), path)
    assert "Sesi ditutup;37;" in path.read_text("utf-8-sig")


def test_another_kind_of_file_is_refused_and_nothing_is_left(
    sample: Desk, made: Callable[[str], Report], tmp_path: Path
) -> None:
    with pytest.raises(Problem):
        write(sample, made("outcomes"), tmp_path / "report.docx")
    with pytest.raises(Problem):
        write(sample, made("outcomes"), tmp_path / "nowhere" / "report.pdf")
    assert list(tmp_path.glob("report*")) == []


def test_stopping_half_way_leaves_no_file(
    sample: Desk, made: Callable[[str], Report], tmp_path: Path
) -> None:
    job = report.write(made("stalls"), sample.ask(venues.details), tmp_path / "stalls.pdf")
    next(job)
    job.close()  # type: ignore[attr-defined]
    assert not [one for one in tmp_path.iterdir() if one.is_file()]
