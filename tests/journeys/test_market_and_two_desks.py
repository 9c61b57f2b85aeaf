"""The market of the alumni and two desks of one venue, in the real window with real keys."""

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import centres
from journeys.hands import (
    KEY,
    MANY,
    TODAY,
    Make,
    button,
    front,
    go,
    keys,
    opened,
    said,
    saving,
    settle,
    shown,
    take_back,
    text_of,
)
from venue_desk.actions.venue import set_up
from venue_desk.desktop.pages.outcomes.dialogs import OutcomeDialog
from venue_desk.desktop.pages.outcomes.page import OutcomesPage
from venue_desk.desktop.pages.people.dialogs import PersonDialog
from venue_desk.desktop.pages.people.page import PeoplePage
from venue_desk.desktop.pages.stalls.page import StallsPage
from venue_desk.desktop.pages.stalls.paper import PaperDialog
from venue_desk.desktop.pages.stalls.planning import PlanDialog
from venue_desk.desktop.pages.sync.page import SyncPage
from venue_desk.desktop.window import Window
from venue_desk.queries import people as everybody
from venue_desk.queries import stalls as boards
from venue_desk.queries import sync as known
from venue_desk.store.desk import Desk

pytestmark = pytest.mark.usefixtures("saturday")


def test_the_market_of_the_alumni(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Plan a quarter, look at it, use it, swap two by dragging, print the poster; then one alumnus and the report."""
    go(window, 6)
    page = shown(window, StallsPage)
    before = window.desk.ask(boards.board, TODAY)
    page.ask_plan()
    QTest.mouseClick(opened(qtbot, PlanDialog).yes, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page._planned is not None, timeout=MANY)
    assert window.desk.ask(boards.board, TODAY) == before, "a preview changes nothing"
    QTest.mouseClick(button(page, "Pakai susunan ini"), Qt.MouseButton.LeftButton)
    settle()
    planned = window.desk.ask(boards.board, TODAY)
    assert sum(week.planned for week in planned.weeks) >= 12
    one, other = _pair(page)
    held = _vendor(window, one), _vendor(window, other)
    _drag(page, one, other)
    assert (_vendor(window, one), _vendor(window, other)) == held[::-1]
    take_back()
    assert (_vendor(window, one), _vendor(window, other)) == held
    poster = tmp_path / "poster.pdf"
    saving(window, monkeypatch, poster)
    page.print()
    QTest.mouseClick(opened(qtbot, PaperDialog).yes, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(poster.exists, timeout=MANY)
    assert planned.market in text_of(poster)
    window.go("outcomes", due=True)
    alumni = shown(window, OutcomesPage)
    counted = alumni.header.sentence.text()
    QTest.keyClick(alumni.table.view, KEY.Key_1)
    employer = opened(qtbot, OutcomeDialog).form.rows["employer"].field
    qtbot.waitUntil(employer.hasFocus)
    keys("Warung Bu Hana", KEY.Key_Return)
    qtbot.waitUntil(lambda: alumni.header.sentence.text() != counted)


def _vendor(window: Window, place: tuple[date, str]) -> str:
    board = window.desk.ask(boards.board, TODAY)
    week = next(week for week in board.weeks if week.day == place[0])
    return next(cell.vendor_id for cell in week.cells if cell.stall_id == place[1])


def _pair(page: StallsPage) -> tuple[tuple[date, str], tuple[date, str]]:
    """A draft cell and one that it may change places with, both in view."""
    assert page._board is not None
    view = page.view
    for week in page._board.weeks:
        if week.status != boards.DRAFT:
            continue
        for cell in week.cells:
            for there, why in page.work.moves((week.day, cell.stall_id)).items():
                seen = view.viewport().rect().contains(view.visualRect(view.index_of(*there)))
                mine = (
                    view.viewport().rect().contains(view.visualRect(view.index_of(week.day, cell.stall_id)))
                )
                if not why and seen and mine and there[0] != week.day and _vendor(page.window(), there):  # type: ignore[arg-type]
                    return (week.day, cell.stall_id), there
    raise AssertionError("no such pair")


def _drag(page: StallsPage, start: tuple[date, str], end: tuple[date, str]) -> None:
    view = page.view
    at, to = (view.visualRect(view.index_of(*place)).center() for place in (start, end))
    port = view.viewport()
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=at)
    for step in range(1, 6):
        QTest.mouseMove(port, QPoint(at + (to - at) * step / 5))
        settle()
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=to)
    settle()


def test_two_desks_write_the_same_field(
    window: Window, make_window: Make, qtbot: QtBot, tmp_path: Path
) -> None:
    """Both join in the window, work apart, sync, and one of both versions is chosen; the status line is true."""
    with centres.running(centres.make(tmp_path / "centre")) as centre:
        place = centre.venue("Paroki Contoh")
        second = make_window(tmp_path / "second")
        desk = Desk.create(tmp_path / "second")
        desk.do(set_up, name="Paroki Contoh", kind="parish")
        second.begin(desk)
        for one in (window, second):
            _join(one, centre, place, qtbot)
        _sync(window, qtbot)
        assert len(desk.ask(everybody.ids)) == len(window.desk.ask(everybody.ids)) > 100
        for one, phone in ((window, "081211113333"), (second, "081211114444")):
            front(one, qtbot)
            _write_phone(one, qtbot, phone)
            _waiting(one, qtbot)
        for one in (window, second, window):
            _sync(one, qtbot)
        assert "Versi yang lain" in said(window)
        [both] = window.desk.ask(known.both_versions)
        QTest.mouseClick(button(window, "Pakai yang ini"), Qt.MouseButton.LeftButton)
        for one in (window, second):
            _sync(one, qtbot)
        assert window.desk.ask(known.both_versions) == desk.ask(known.both_versions) == []
        digits = "".join(c for c in both.lost.value if c.isdigit())[-4:]
        found = desk.ask(everybody.found, digits)
        assert len(found) == 1
        desk.close()


def _waiting(window: Window, qtbot: QtBot) -> None:
    def told() -> None:
        assert "1 menunggu" in window.status.accessibleName(), window.status.accessibleName()

    qtbot.waitUntil(told, timeout=MANY)


def _join(window: Window, centre: centres.Running, place: str, qtbot: QtBot) -> None:
    window.go("sync")
    page = shown(window, SyncPage)
    page.form.set_values(server=centre.url, code=centre.code(place))
    QTest.mouseClick(button(page, "Hubungkan"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page._busy, timeout=MANY)
    assert window.desk.ask(known.status).enrolled


def _sync(window: Window, qtbot: QtBot) -> None:
    window.go("sync")
    page = shown(window, SyncPage)
    qtbot.waitUntil(page.now.isEnabled, timeout=MANY)
    QTest.mouseClick(page.now, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page._busy, timeout=MANY)
    assert window.desk.ask(known.status).waiting == 0


def _write_phone(window: Window, qtbot: QtBot, phone: str) -> None:
    window.go("people")
    page = shown(window, PeoplePage)
    page.finder.setText("maria goretti")
    page.edit()
    dialog = opened(qtbot, PersonDialog)
    dialog.form.set_values(phone=phone)
    QTest.mouseClick(dialog.yes, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None, timeout=MANY)
