"""The reports page: the numbers of the query, a period of one's own, and files on the worker thread."""

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from venue_desk.desktop.pages.reports.charts import Bars
from venue_desk.desktop.pages.reports.page import LAST_YEAR, OWN, ReportsPage
from venue_desk.desktop.tables import DataTable
from venue_desk.desktop.widgets import DateField, Label
from venue_desk.desktop.window import Window
from venue_desk.domain.report import Bar, Chart, Part
from venue_desk.queries import reports


@pytest.fixture
def page(window: Window) -> ReportsPage:
    window.go("reports", kind="outcomes")
    shown = window.page
    assert isinstance(shown, ReportsPage)
    return shown


def said(page: ReportsPage) -> str:
    QApplication.processEvents()  # what was just put into a layout shows now
    return "\n".join(label.text() for label in page.findChildren(Label) if label.isVisible())


def test_the_screen_shows_the_numbers_of_the_query(page: ReportsPage) -> None:
    made = page.shell.desk.ask(
        reports.make, "outcomes", date(2025, 1, 1), date(2025, 11, 22), date(2025, 11, 22)
    )
    assert page.report == made
    assert page.header.sentence.text() == made.sentence
    words = said(page)
    for part in ("46,9\u00a0%", "15 dari 32 alumni", "83,3\u00a0%", "15 dari 18 yang ada kabarnya"):
        assert part in words
    table = page.findChildren(DataTable)[0]
    assert table.model.columns[0].title == "Kejuruan"
    assert [table.model.columns[1].words(row) for row in table.model._all] == ["16", "16"]


@pytest.mark.parametrize("kind", list(reports.KINDS))
def test_every_report_has_bars_that_can_be_read_aloud(page: ReportsPage, kind: str) -> None:
    page.open(kind=kind)
    bars = page.findChildren(Bars)
    assert bars
    for one in bars:
        assert one.accessibleName()
        assert ":" in one.accessibleDescription()


def write(field: DateField, text: str) -> None:
    field.selectAll()
    QTest.keyClicks(field, text)


def test_a_period_of_ones_own_begins_with_the_one_shown(page: ReportsPage) -> None:
    page.period.set_value(OWN)
    assert (page.first.value(), page.last.value()) == (date(2025, 1, 1), date(2025, 11, 22))
    write(page.last, "31/8/2025")
    assert page.report is not None
    assert page.report.totals["alumni"] == 16
    write(page.last, "31/8/2024")
    assert "sebelum mulai" in said(page)
    assert page.report is None


def test_a_period_without_anything_says_so(page: ReportsPage) -> None:
    page.period.set_value(LAST_YEAR)
    assert "Tidak ada yang menyelesaikan kelas pada masa ini." in said(page)
    assert not page.findChildren(DataTable) or not page.findChildren(DataTable)[0].isVisible()


@pytest.mark.parametrize(("suffix", "begins"), [("pdf", b"%PDF"), ("xlsx", b"PK")])
def test_files_are_written_beside_the_window(
    page: ReportsPage, qtbot: QtBot, tmp_path: Path, suffix: str, begins: bytes
) -> None:
    path = tmp_path / f"laporan.{suffix}"
    assert page.report is not None
    page._write(page.report, path)
    qtbot.waitUntil(path.exists, timeout=20_000)
    assert path.read_bytes().startswith(begins)


def test_bars_are_as_long_as_their_counts(qtbot: QtBot) -> None:
    chart = Chart("Uji", (Part("Satu", "accent"),), (Bar("a", (10,)), Bar("b", (5,))))
    bars = Bars(chart)
    qtbot.addWidget(bars)
    bars.resize(400, bars.heightForWidth(400))
    image = QImage(bars.size(), QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    bars.render(image)

    def length(y: int) -> int:
        return sum(image.pixelColor(x, y).green() < 150 for x in range(30, 400))

    assert length(17) > 250
    assert 1.9 < length(17) / length(17 + 34) < 2.15
