"""The certificates page: assess by keyboard, issue, print again, hand over, void, and check what is brought."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from venue_desk.desktop import output
from venue_desk.desktop.pages.certificates.dialogs import HandOverDialog, IssueDialog, PrintDialog, VoidDialog
from venue_desk.desktop.pages.certificates.page import ASSESS, CHECK, REGISTER, CertificatesPage
from venue_desk.desktop.widgets import Ask, Dialog, Label
from venue_desk.desktop.window import Window
from venue_desk.documents import certificate
from venue_desk.queries import certificates as queries
from venue_desk.queries import courses


@pytest.fixture
def page(window: Window, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CertificatesPage:
    """The page, on a computer without printers; a file that is to be saved goes to ``saved.pdf``."""
    from venue_desk.desktop import printing

    monkeypatch.setattr(printing, "printers", list)
    monkeypatch.setattr(window, "save_file", lambda _title, _name, _kinds, done: done(tmp_path / "saved.pdf"))
    window.go("certificates")
    shown = window.page
    assert isinstance(shown, CertificatesPage)
    return shown


def press(widget: QWidget, key: Qt.Key) -> None:
    """Press a key and let what follows from it happen."""
    QTest.keyClick(widget, key)
    settle()


def settle() -> None:
    """Changes reach the page through the event loop."""
    for _round in range(3):
        QApplication.processEvents()


def until_told(window: Window, qtbot: QtBot) -> None:
    """Wait for the toast that ends a job: then nothing of it is still on its way."""
    qtbot.waitUntil(lambda: window._toast is not None, timeout=15_000)


def opened(window: Window, kind: type[Dialog]) -> Dialog:
    return next(one for one in window.findChildren(kind) if one.isVisible())


def course_id(page: CertificatesPage, code: str) -> str:
    return page.shell.desk.ask(courses.by_code, code, page.shell.today()).id


def some_void(page: CertificatesPage, count: int) -> list[str]:
    """Void the newest ones, so that they are due again."""
    from venue_desk.actions import certificates

    rows = page.shell.desk.ask(queries.listed, course_id=course_id(page, "RIAS-9"))[:count]
    for row in rows:
        page.shell.desk.do(certificates.void, row.id, "uji")
    settle()
    return [row.name for row in rows]


def test_the_register_finds_and_tells(page: CertificatesPage) -> None:
    table = page.register.table
    assert len(table.model.ids) == len(page.shell.desk.ask(queries.listed)) > 10
    first = table.current()
    page.register.finder.setText(first.number[:4])
    assert first.id in table.model.ids
    page.register.finder.setText("zzz")
    assert not table.model.ids
    page.register.finder.setText("")
    page.register.which.set_value(queries.WAITING)
    assert all(row.state == queries.WAITING for row in map(table.model.row, range(len(table.model.ids))))


def test_results_are_keyed_down_a_unit(page: CertificatesPage) -> None:
    page.open(course=course_id(page, "BOGA-12"))
    assert page.tabs.value() == ASSESS
    grid = page.assess.grid
    for key in (Qt.Key.Key_K, Qt.Key.Key_B, Qt.Key.Key_K):
        press(grid, key)
    sheet = page.assess.sheet
    assert sheet is not None
    assert [row.tries[0][0].result for row in sheet.rows[:3]] == ["K", "BK", "K"]
    assert (grid.row, grid.unit) == (3, 0)
    press(grid, Qt.Key.Key_Up)
    press(grid, Qt.Key.Key_Delete)
    sheet = page.assess.sheet
    assert sheet is not None and sheet.rows[2].tries[0] == ()
    page.shell.undo()
    settle()
    sheet = page.assess.sheet
    assert sheet is not None and sheet.rows[2].tries[0][0].result == "K"
    press(grid, Qt.Key.Key_End)
    press(grid, Qt.Key.Key_Right)
    assert grid.unit == len(sheet.units) - 1


def test_a_passed_unit_is_not_keyed_again(page: CertificatesPage) -> None:
    page.open(course=course_id(page, "BOGA-12"))
    grid = page.assess.grid
    press(grid, Qt.Key.Key_K)
    press(grid, Qt.Key.Key_Up)
    press(grid, Qt.Key.Key_B)
    sheet = page.assess.sheet
    assert sheet is not None
    assert [one.result for one in sheet.rows[0].tries[0]] == ["K"] and grid.row == 0


def test_reasons_stand_beside_each_name(page: CertificatesPage) -> None:
    page.open(course=course_id(page, "BOGA-12"))
    sheet = page.assess.sheet
    assert sheet is not None
    for number, row in enumerate(sheet.rows):
        page.assess.grid.choose(number, 0)
        settle()
        shown = [label.text() for label in page.assess.side.findChildren(Label) if label.isVisible()]
        assert row.name in shown
        assert set(row.verdict.reasons) <= set(shown)


def test_issuing_asks_with_names_and_writes_what_verifies(
    page: CertificatesPage, window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    names = some_void(page, 3)
    page.open(course=course_id(page, "RIAS-9"))
    page._show(ASSESS)
    page.assess.choose(course_id(page, "RIAS-9"))
    page.issue()
    dialog = opened(window, IssueDialog)
    said = "\n".join(label.text() for label in dialog.findChildren(Label))
    assert all(name in said for name in names) and "3" in dialog.yes.text()
    assert not dialog.yes.isDefault()
    dialog.yes.click()
    qtbot.waitUntil(lambda: page.tabs.value() == REGISTER, timeout=15_000)
    file = tmp_path / "saved.pdf"
    assert file.read_bytes().startswith(b"%PDF")
    page._show(CHECK)
    page.check.check_file(file)
    qtbot.waitUntil(lambda: page.check.result._state == "present", timeout=15_000)
    # The replacement names what it replaces.
    newest = page.shell.desk.ask(queries.last_issued)
    assert newest is not None and newest.replaces


def test_cancelling_the_question_issues_nothing(page: CertificatesPage, window: Window) -> None:
    some_void(page, 2)
    before = len(page.shell.desk.ask(queries.listed))
    page._show(ASSESS)
    page.assess.choose(course_id(page, "RIAS-9"))
    page.issue()
    opened(window, IssueDialog).reject()
    assert len(page.shell.desk.ask(queries.listed)) == before


def test_a_place_that_cannot_be_written_issues_nothing(
    page: CertificatesPage, window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    some_void(page, 2)
    before = len(page.shell.desk.ask(queries.listed))
    nowhere = tmp_path / "nowhere" / "saved.pdf"
    monkeypatch.setattr(window, "save_file", lambda _title, _name, _kinds, done: done(nowhere))
    told: list[object] = []
    monkeypatch.setattr(window, "problem", told.append)
    page._show(ASSESS)
    page.assess.choose(course_id(page, "RIAS-9"))
    page.issue()
    opened(window, IssueDialog).yes.click()
    qtbot.waitUntil(lambda: bool(told), timeout=15_000)
    assert len(page.shell.desk.ask(queries.listed)) == before


def test_the_last_is_printed_again_in_two_clicks(
    page: CertificatesPage, window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    page.print_last()
    dialog = opened(window, PrintDialog)
    dialog.yes.click()
    until_told(window, qtbot)
    assert (tmp_path / "saved.pdf").read_bytes().startswith(b"%PDF")


def test_a_copy_is_counted(page: CertificatesPage, window: Window, qtbot: QtBot) -> None:
    row = page.shell.desk.ask(queries.listed, state=queries.GIVEN)[0]
    page.print_rows([row], copy=True)
    opened(window, PrintDialog).yes.click()
    until_told(window, qtbot)
    assert page.shell.desk.ask(queries.by_number, row.number).copies == 1


def test_several_are_handed_over_and_taken_back(page: CertificatesPage, window: Window) -> None:
    page.register.which.set_value(queries.WAITING)
    waiting = len(page.register.table.model.ids)
    page.register.table.view.selectAll()
    page.hand_over(page.register._chosen())
    dialog = opened(window, HandOverDialog)
    dialog.yes.click()
    settle()
    assert waiting and not page.register.table.model.ids
    page.shell.undo()
    settle()
    assert len(page.register.table.model.ids) == waiting


def test_voiding_needs_a_reason(page: CertificatesPage, window: Window) -> None:
    row = page.register.table.current()
    page.void(row)
    dialog = opened(window, VoidDialog)
    assert isinstance(dialog, VoidDialog)
    dialog.yes.click()
    assert dialog.isVisible()
    dialog.form.set_values(reason="Nama salah")
    dialog.yes.click()
    again = page.shell.desk.ask(queries.by_number, row.number)
    assert (again.state, again.void_reason) == (queries.VOID, "Nama salah")


def test_a_scan_from_anywhere_on_the_page_is_checked(page: CertificatesPage) -> None:
    found = page.shell.desk.ask(queries.details, page.register.table.current_id())
    assert found is not None
    assert page.typed(found.token.lower() + "\n")
    assert page.tabs.value() == CHECK
    assert page.check.result.name.text() == found.row.name
    assert page.check.result._state == "present"
    assert not page.typed("7QK2M9\n")


def test_a_changed_code_and_a_strange_one(page: CertificatesPage) -> None:
    found = page.shell.desk.ask(queries.details, page.register.table.current_id())
    assert found is not None
    page._show(CHECK)
    page.check.code.setText(found.token[:-2] + ("AA" if not found.token.endswith("AA") else "QQ"))
    press(page.check.code, Qt.Key.Key_Return)
    assert page.check.result._state == "absent"
    page.check.code.setText("https://contoh.example")
    press(page.check.code, Qt.Key.Key_Return)
    assert page.check.result._state == "neutral"
    assert page.check.code.text() == ""


def test_a_file_is_dropped(page: CertificatesPage, qtbot: QtBot, tmp_path: Path) -> None:
    [one] = page.shell.desk.ask(queries.first_prints, [page.register.table.current_id()])
    good, bad = tmp_path / "good.pdf", tmp_path / "bad.pdf"
    good.write_bytes(certificate.pdf([one]))
    bad.write_bytes(b"no pdf")
    page._show(CHECK)
    for file, state in ((good, "present"), (bad, "neutral")):
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(file))])
        drop = QDropEvent(
            QPointF(5, 5),
            Qt.DropAction.CopyAction,
            mime,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        page.check.dropEvent(drop)
        qtbot.waitUntil(_shows(page, state), timeout=15_000)


def test_keys_are_given_away_and_trusted(
    page: CertificatesPage, window: Window, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from venue_desk.domain import seal

    page.check.export_keys()
    mine = seal.read_keys((tmp_path / "saved.pdf").read_text("utf-8"))
    assert mine.keys == page.shell.desk.ask(queries.key_ring).keys
    public = bytes(range(32))
    other = seal.KeyRing({seal.key_id(public): seal.Key(public, "Paroki Lain", "a" * 32)})
    good, bad = tmp_path / "keys.json", tmp_path / "bad.json"
    good.write_text(seal.keys_file(other, page.shell.today()), "utf-8")
    bad.write_text("[]", "utf-8")
    told: list[object] = []
    monkeypatch.setattr(window, "problem", told.append)
    for file in (bad, good):
        monkeypatch.setattr(window, "choose_file", lambda _title, _kinds, done, file=file: done(file))
        page.check.import_keys()
    assert len(told) == 1
    dialog = opened(window, Ask)
    assert "Paroki Lain" in "".join(label.text() for label in dialog.findChildren(Label))
    dialog.yes.click()
    assert seal.key_id(public) in page.shell.desk.ask(queries.key_ring).keys


def _shows(page: CertificatesPage, state: str) -> Callable[[], bool]:
    return lambda: page.check.result._state == state


def test_places_lead_into_the_page(page: CertificatesPage) -> None:
    row = page.shell.desk.ask(queries.listed)[-1]
    page.open(certificate=row.id)
    assert page.tabs.value() == REGISTER and page.register.table.current_id() == row.id
    page.open(course=course_id(page, "RIAS-9"))
    assert page.tabs.value() == REGISTER and page.register.which.value() == queries.WAITING
    page.open(course=course_id(page, "BOGA-12"))
    assert page.tabs.value() == ASSESS and page.assess.course.value() == course_id(page, "BOGA-12")


def test_where_there_is_no_printer_a_file_is_offered(page: CertificatesPage) -> None:
    assert output.where_choice().value() == output.PDF
