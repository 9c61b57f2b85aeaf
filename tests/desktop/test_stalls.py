"""The board by hand: dragging, keys, locking, planning with a preview, publishing, vendors, absences, paper."""

from datetime import date
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from venue_desk.actions import stalls as actions
from venue_desk.actions import vendors
from venue_desk.desktop.pages.stalls import paper
from venue_desk.desktop.pages.stalls.board import BoardView
from venue_desk.desktop.pages.stalls.bonds import BondsDialog
from venue_desk.desktop.pages.stalls.dialogs import AbsenceDialog, ReplaceDialog, VendorDialog
from venue_desk.desktop.pages.stalls.page import StallsPage
from venue_desk.desktop.pages.stalls.paint import Place
from venue_desk.desktop.pages.stalls.planning import PlanDialog, planning
from venue_desk.desktop.pages.stalls.renewed import RenewedDialog
from venue_desk.desktop.pages.stalls.rules import RulesDialog, StallDialog
from venue_desk.desktop.widgets import Button, Label, Toast
from venue_desk.desktop.widgets.progress import ProgressOverlay
from venue_desk.desktop.window import Window
from venue_desk.queries import stalls as queries
from venue_desk.queries import vendors as vendor_list
from venue_desk.queries.rotation import ALL
from venue_desk.queries.stalls import CellRow
from venue_desk.store.desk import Desk

SATURDAY = date(2025, 11, 22)
DRAFT = date(2025, 12, 14)
D = TypeVar("D", bound=QDialog)


@pytest.fixture
def page(window: Window) -> StallsPage:
    window.go("stalls")
    shown = window.page
    assert isinstance(shown, StallsPage)
    return shown


def cells(desk: Desk, day: date) -> dict[str, CellRow]:
    board = desk.ask(queries.board, SATURDAY)
    week = next(week for week in board.weeks if week.day == day)
    return {cell.stall_id: cell for cell in week.cells}


def vendor_at(desk: Desk, place: Place) -> str:
    return cells(desk, place[0])[place[1]].vendor_id


def some(page: StallsPage, legal: bool) -> tuple[Place, Place]:
    """A draft cell and one that it may, or may not, change places with, both in view."""
    view = page.view
    for stall in cells(page.shell.desk, DRAFT):
        for there, why in page.work.moves((DRAFT, stall)).items():
            shown = view.viewport().rect().contains(view.visualRect(view.index_of(*there)))
            if bool(why) != legal and there[0] != DRAFT and shown and vendor_at(page.shell.desk, there):
                return (DRAFT, stall), there
    raise AssertionError("the sample has no such pair")


def middle(view: BoardView, place: Place) -> QPoint:
    return view.visualRect(view.index_of(*place)).center()


def drag(view: BoardView, start: Place, end: Place, *, let_go: bool = True) -> None:
    """A real drag: press, move in steps, let go."""
    at, to, port = middle(view, start), middle(view, end), view.viewport()
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=at)
    for step in range(1, 6):
        QTest.mouseMove(port, at + (to - at) * step / 5)
        QApplication.processEvents()
    if let_go:
        QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=to)


def dialog(window: Window, kind: type[D]) -> D:
    found = [one for one in window.findChildren(kind) if one.isVisible()]
    assert len(found) == 1
    return found[0]


def test_a_vendor_is_dragged_onto_another_and_undo_takes_it_back(page: StallsPage, window: Window) -> None:
    desk = page.shell.desk
    one, other = some(page, legal=True)
    before = vendor_at(desk, one), vendor_at(desk, other)
    drag(page.view, one, other)
    assert (vendor_at(desk, one), vendor_at(desk, other)) == before[::-1]
    assert page.view.place() == other
    assert desk.undo() == "Swap two stalls"
    assert (vendor_at(desk, one), vendor_at(desk, other)) == before


def test_while_dragging_legal_cells_light_up_and_others_say_why(page: StallsPage) -> None:
    one, other = some(page, legal=False)
    drag(page.view, one, other, let_go=False)
    assert (page.view.taken, page.view.target) == (one, other)
    why = page.view.legal[other]
    assert why and page._status.text() == why
    assert "" in page.view.legal.values()
    QTest.mouseRelease(page.view.viewport(), Qt.MouseButton.LeftButton, pos=middle(page.view, other))
    assert not page.view.legal


def test_an_illegal_drop_changes_nothing_unless_a_reason_is_given(page: StallsPage) -> None:
    desk = page.shell.desk
    one, other = some(page, legal=False)
    before = vendor_at(desk, one), vendor_at(desk, other)
    drag(page.view, one, other)
    assert (vendor_at(desk, one), vendor_at(desk, other)) == before
    broken = page.work._broken(one)[other]
    if broken is not None and broken.rule not in actions.FOR_GOOD:
        page.work.swap(one, other, "diminta ketua RW")
        assert (vendor_at(desk, one), vendor_at(desk, other)) == before[::-1]
        assert cells(desk, other[0])[other[1]].reason == "diminta ketua RW"


def test_the_same_by_keys(page: StallsPage) -> None:
    desk, view = page.shell.desk, page.view
    one, other = some(page, legal=True)
    before = vendor_at(desk, one), vendor_at(desk, other)
    view.choose(*one)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert view.legal
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert not view.legal and (vendor_at(desk, one), vendor_at(desk, other)) == before
    QTest.keyClick(view, Qt.Key.Key_Return)
    start, end = view.index_of(*one), view.index_of(*other)
    rows, columns = end.row() - start.row(), end.column() - start.column()
    for _step in range(abs(rows)):
        QTest.keyClick(view, Qt.Key.Key_Down if rows > 0 else Qt.Key.Key_Up)
    if view.place() is None:  # a closed week lies between
        QTest.keyClick(view, Qt.Key.Key_Down)
    for _step in range(abs(columns)):
        QTest.keyClick(view, Qt.Key.Key_Right if columns > 0 else Qt.Key.Key_Left)
    assert view.place() == other
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert (vendor_at(desk, one), vendor_at(desk, other)) == before[::-1]


def test_letters_lock_free_and_replace(page: StallsPage, window: Window, qtbot: QtBot) -> None:
    desk, view = page.shell.desk, page.view
    stall = next(iter(cells(desk, DRAFT)))
    view.choose(DRAFT, stall)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_L)
    assert cells(desk, DRAFT)[stall].locked
    qtbot.waitUntil(lambda: bool((now := view.current()) and now[1].locked))
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert view.taken is None, "a locked vendor cannot be taken up"
    QTest.keyClick(view, Qt.Key.Key_L)
    qtbot.waitUntil(lambda: not ((now := view.current()) and now[1].locked))
    QTest.keyClick(view, Qt.Key.Key_Delete)
    assert not cells(desk, DRAFT)[stall].vendor_id
    qtbot.waitUntil(lambda: page.cell.replace.text() == "Berikan kepada…")
    QTest.keyClick(view, Qt.Key.Key_R)
    opened = dialog(window, ReplaceDialog)
    assert opened.first is not None
    opened.first.click()
    assert cells(desk, DRAFT)[stall].vendor_id


def test_every_cell_says_itself(page: StallsPage) -> None:
    view = page.view
    reader = QAccessible.queryAccessibleInterface(view)
    assert reader.text(QAccessible.Text.Name) == "Papan stan"
    stall, cell = next(iter(cells(page.shell.desk, DRAFT).items()))
    said = view.weeks.said(view.index_of(DRAFT, stall))
    assert said.startswith(cell.name) and "14 Desember 2025" in said and "rancangan" in said
    told = {reader.child(at).text(QAccessible.Text.Name) for at in range(reader.childCount())}
    assert said in told


def test_twelve_weeks_are_planned_previewed_used_and_undone(
    page: StallsPage, window: Window, qtbot: QtBot
) -> None:
    desk = page.shell.desk
    before = desk.ask(queries.board, SATURDAY)
    page.ask_plan()
    asked = dialog(window, PlanDialog)
    assert asked.form.value("first") == DRAFT and asked.form.value("weeks") == 12
    asked.yes.click()
    qtbot.waitUntil(lambda: page._planned is not None, timeout=60_000)
    assert desk.ask(queries.board, SATURDAY) == before, "a preview changes nothing"
    assert page.view.changed
    assert "Pratinjau" in page.header.sentence.text()
    page.apply()
    after = desk.ask(queries.board, SATURDAY)
    assert after != before and all(not week.free for week in after.weeks if week.planned)
    qtbot.waitUntil(lambda: not page.view.read_only and not page.view.changed)
    assert desk.undo() == "Plan the stalls"
    assert desk.ask(queries.board, SATURDAY) == before


def test_a_preview_is_discarded_or_overtaken(page: StallsPage, qtbot: QtBot) -> None:
    desk = page.shell.desk
    page.plan(DRAFT, 4)
    qtbot.waitUntil(lambda: page._planned is not None, timeout=60_000)
    page.discard()
    assert page._planned is None and not page.view.read_only
    page.plan(DRAFT, 4)
    qtbot.waitUntil(lambda: page._planned is not None, timeout=60_000)
    desk.do(actions.free, DRAFT, next(iter(cells(desk, DRAFT))))
    qtbot.waitUntil(lambda: page._planned is None)


def test_stopping_keeps_the_best_so_far(page: StallsPage, window: Window, qtbot: QtBot) -> None:
    page.plan(DRAFT, 52)

    # As a person does: progress is there, and its button stops the job.
    def stopped() -> bool:
        for overlay in window.findChildren(ProgressOverlay):
            if overlay.isVisible() and overlay._bar.maximum() > 0:
                QTest.mouseClick(overlay.cancel, Qt.MouseButton.LeftButton)
                return True
        return page._planned is not None

    qtbot.waitUntil(stopped, timeout=60_000)
    qtbot.waitUntil(lambda: page._planned is not None, timeout=60_000)
    assert page._planned is not None
    assert page._planned.progress.score.empty == 0


def test_the_job_plans_only_free_stalls_when_asked(sample: Desk) -> None:
    stall, cell = next(iter(cells(sample, DRAFT).items()))
    sample.do(vendors.tell_absence, cell.vendor_id, DRAFT, DRAFT)
    kept: list[object] = []
    job = planning(sample, DRAFT, 4, ALL, kept.append)
    try:
        while True:
            next(job)
    except StopIteration as end:
        planned = end.value
    assert kept and {place for place in planned.changed if place[0] == DRAFT} >= {(DRAFT, stall)}
    assert all(cells(sample, day)[stall_id].problem for day, stall_id in planned.changed)


def test_four_weeks_are_published(page: StallsPage) -> None:
    page.publish()
    board = page.shell.desk.ask(queries.board, SATURDAY)
    days = [week.day for week in board.weeks if week.status == queries.PUBLISHED]
    assert len(days) == 7
    assert "Terbitkan 4 minggu" in {one.text() for one in page.header.findChildren(type(page.cell.swap))}


def test_an_absence_marks_the_cell_and_offers_to_fill_it(
    page: StallsPage, window: Window, qtbot: QtBot
) -> None:
    desk = page.shell.desk
    stall, cell = next(iter(cells(desk, DRAFT).items()))
    page.view.choose(DRAFT, stall)
    page.work.do("away")
    asked = dialog(window, AbsenceDialog)
    asked.form.set_values(reason="sakit")
    asked.yes.click()
    assert cells(desk, DRAFT)[stall].problem
    page.fill()
    qtbot.waitUntil(lambda: page._planned is not None, timeout=60_000)
    page.apply()
    assert cells(desk, DRAFT)[stall].vendor_id not in ("", cell.vendor_id)


def test_published_weeks_that_change_again_are_shown_old_and_new_first(
    page: StallsPage, window: Window, qtbot: QtBot
) -> None:
    desk = page.shell.desk
    sunday = date(2025, 11, 30)
    stall, cell = next(iter(cells(desk, sunday).items()))
    desk.do(vendors.tell_absence, cell.vendor_id, sunday, sunday)
    page.shell.catch_up()
    page.fill()
    qtbot.waitUntil(lambda: page._planned is not None, timeout=60_000)
    page.apply()
    asked = dialog(window, RenewedDialog)
    words = "\n".join(label.text() for label in asked.findChildren(Label))
    assert f"{cell.name} → " in words and "0895-" in words and "Stan" in words
    assert cells(desk, sunday)[stall].vendor_id == cell.vendor_id, "nothing is changed before"
    asked.yes.click()
    assert cells(desk, sunday)[stall].vendor_id not in ("", cell.vendor_id)


def test_vendors_are_added_and_found(page: StallsPage, window: Window, qtbot: QtBot) -> None:
    page.turn(True)
    page.vendors.add()
    asked = dialog(window, VendorDialog)
    asked.yes.click()
    assert asked.isVisible(), "a vendor needs a name"
    asked.form.set_values(name="Bakso Bu Tini", category="noodles", phone="bukan nomor")
    asked.yes.click()
    assert asked.isVisible(), "the problem is told in the dialog"
    asked.form.set_values(phone="0812 1111 2222")
    asked.needs["gas"].setChecked(True)
    asked.yes.click()
    qtbot.waitUntil(lambda: any(row.name == "Bakso Bu Tini" for row in page.vendors._rows))
    made = next(row for row in page.vendors._rows if row.name == "Bakso Bu Tini")
    assert made.needs == ("gas",) and made.phone == "+6281211112222"
    page.vendors.finder.setText("tini")
    assert page.vendors.table.model.ids == [made.id]
    page.vendors.retire(made)
    qtbot.waitUntil(lambda: page.vendors.table.model.ids == [])
    page.open(vendor=made.id)
    assert page.vendors.table.current_id() == made.id


def test_a_stall_and_the_rules_are_changed(page: StallsPage, window: Window) -> None:
    desk = page.shell.desk
    stall = desk.ask(queries.board, SATURDAY).stalls[4]
    page.ask_stall(stall.id)
    asked = dialog(window, StallDialog)
    asked.offers["gas"].setChecked(True)
    asked.form.set_values(first=date(2026, 1, 4), last=date(2026, 1, 3))
    asked.yes.click()
    assert asked.isVisible(), "the last day is before the first"
    asked.form.set_values(last=date(2026, 1, 11))
    asked.yes.click()
    changed = desk.ask(queries.board, SATURDAY).stalls[4]
    assert "gas" in changed.offers and changed.out[-1] == date(2026, 1, 11)
    assert cells(desk, date(2026, 1, 4))[stall.id].problem
    desk.do(actions.set_rules, caps={"satay": 2, "jamu": 1})
    page.ask_rules()
    rules = dialog(window, RulesDialog)
    rules.form.set_values(satay=1, gap_hi=9)
    rules.yes.click()
    now = desk.ask(queries.rules)
    assert now.caps == {"satay": 1, "jamu": 1} and now.gap_hi == 9 and now.gap_lo is None


def test_who_waited_longest_and_how_fair(page: StallsPage) -> None:
    fair = page.shell.desk.ask(queries.fairness, SATURDAY)
    assert fair is not None
    assert page.fair._proof.text() == fair.sentence
    waited = page.shell.desk.ask(vendor_list.waiting, SATURDAY, 5)
    assert page.waiting._rows.count() == len(waited) == 5


@pytest.mark.parametrize(
    ("what", "starts"),
    [
        (paper.POSTER, b"%PDF"),
        (paper.BOARD, b"%PDF"),
        (paper.SHEET, b"PK"),
        (paper.CALENDAR, b"BEGIN:VCALENDAR"),
    ],
)
def test_poster_board_sheet_and_calendar_are_written(
    page: StallsPage, tmp_path: Path, what: str, starts: bytes
) -> None:
    board = page.shell.desk.ask(queries.board, SATURDAY)
    suffix = {paper.SHEET: "xlsx", paper.CALENDAR: "ics"}.get(what, "pdf")
    path = tmp_path / f"stan.{suffix}"
    list(paper.drawing(page.shell, board, what, [DRAFT], "A4", path))
    assert path.read_bytes().startswith(starts)


def test_absences_are_taken_back_and_vendors_kept_apart_in_one_dialog(
    page: StallsPage, window: Window
) -> None:
    desk = page.shell.desk
    one, other = desk.ask(vendor_list.vendors, SATURDAY, active_only=True)[:2]
    desk.do(vendors.tell_absence, one.id, SATURDAY, SATURDAY, reason="Nikahan")
    page.shell.catch_up()
    page.vendors.bonds(one)
    shown = dialog(window, BondsDialog)
    QApplication.processEvents()
    press(shown, "Jadi datang")
    assert [row for row in desk.ask(vendor_list.absences, SATURDAY) if row.vendor_id == one.id] == []
    shown.other.set_value(other.id)
    press(shown, "Tambah")
    assert [(row.vendor_id, row.kind) for row in desk.ask(vendor_list.pairs, one.id)] == [(other.id, "apart")]
    assert [row.vendor_id for row in desk.ask(vendor_list.pairs, other.id)] == [one.id]
    press(shown, "Akhiri")
    assert desk.ask(vendor_list.pairs, one.id) == []
    shown.close()


def press(shown: QDialog, words: str) -> None:
    QApplication.processEvents()
    next(one for one in shown.findChildren(Button) if one.text() == words and one.isVisible()).click()


def test_a_locked_cell_says_how_it_is_unlocked(page: StallsPage) -> None:
    board = page.shell.desk.ask(queries.board, SATURDAY)
    week = next(week for week in board.weeks if week.day == DRAFT)
    page.shell.desk.do(actions.lock, DRAFT, week.cells[0].stall_id)
    page.shell.catch_up()
    page.view.choose(DRAFT, week.cells[0].stall_id)
    page.work.do("replace")
    assert any("L membuka" in one.text.text() for one in page.window().findChildren(Toast))
