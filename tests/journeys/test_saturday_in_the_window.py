"""A parish's Saturday in the real window, with real keys: from an empty folder to certificates, stalls and sync."""

from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from journeys.hands import (
    KEY,
    LIST,
    MANY,
    TODAY,
    Make,
    button,
    focus,
    front,
    go,
    keys,
    opened,
    press,
    said,
    saving,
    settle,
    shown,
    take_back,
    text_of,
)
from venue_desk.actions import people as people_actions
from venue_desk.actions.venue import choose_signers
from venue_desk.desktop.pages.attendance.page import AttendancePage
from venue_desk.desktop.pages.certificates.dialogs import IssueDialog
from venue_desk.desktop.pages.certificates.page import CHECK, CertificatesPage
from venue_desk.desktop.pages.courses.dialogs import CourseDialog
from venue_desk.desktop.pages.courses.page import CoursesPage
from venue_desk.desktop.pages.courses.people import EnrolDialog
from venue_desk.desktop.pages.people.importing import ImportDialog
from venue_desk.desktop.pages.people.page import PeoplePage
from venue_desk.desktop.scanner import Scanner
from venue_desk.desktop.setup import FirstWindow
from venue_desk.desktop.window import Window
from venue_desk.domain.venue import Signer
from venue_desk.queries import attendance, certificates, courses, lessons, venue
from venue_desk.queries import people as everybody

pytestmark = pytest.mark.usefixtures("saturday")


def test_from_an_empty_folder_to_a_certificate_that_is_checked(
    make_window: Make, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window(tmp_path / "desk")
    scanner = Scanner(QApplication.instance())  # type: ignore[arg-type]
    scanner.scanned.connect(window.card)
    window.begin_nowhere()
    front(window, qtbot)
    _set_up(window, qtbot)
    desk = window.desk
    assert desk.ask(venue.details).name == "Paroki Santo Yusuf"
    _take_in_the_list(window, qtbot)
    course_id = _make_a_course(window, qtbot)
    _mark_the_morning(window)
    monkeypatch.setenv("VENUE_DESK_TODAY", "2025-11-22T12:35")
    _mark_the_afternoon(window)
    _assess(window, course_id)
    file = tmp_path / "sertifikat.pdf"
    _issue(window, qtbot, monkeypatch, file)
    _check(window, qtbot, file)
    # A participant's card held out on the page of certificates still goes to the door.
    card = _lesson(window).rows[0].card
    keys(card, KEY.Key_Return)
    assert shown(window, AttendancePage).isVisible()
    scanner.deleteLater()
    QApplication.instance().removeEventFilter(scanner)  # type: ignore[union-attr]
    desk.close()


def _set_up(window: Window, qtbot: QtBot) -> None:
    first = next(one for one in window.findChildren(FirstWindow) if one.isVisible())
    QTest.mouseClick(button(first, "Siapkan tempat saya"), Qt.MouseButton.LeftButton)
    settle()
    keys("Paroki Santo Yusuf", KEY.Key_Return)  # Enter is the next step
    for _step in ("letterhead", "signers"):
        QTest.mouseClick(button(window, "Lanjut"), Qt.MouseButton.LeftButton)
        settle()
    press(KEY.Key_A, with_=Qt.KeyboardModifier.ControlModifier)
    keys("4", KEY.Key_Tab)
    press(KEY.Key_Tab)
    keys("Kedai Yusuf", KEY.Key_Return)
    qtbot.waitUntil(lambda: window.page is not None, timeout=MANY)
    assert "Tersimpan di komputer ini" in said(window)


def _take_in_the_list(window: Window, qtbot: QtBot) -> None:
    """What was understood is shown first; refusing writes nothing, accepting is one step."""
    window.go("people", file=str(LIST))
    opened(qtbot, ImportDialog)
    press(KEY.Key_Escape)
    assert window.desk.ask(everybody.found, "") == []
    window.go("people", file=str(LIST))
    asked = opened(qtbot, ImportDialog)
    assert "rusak" in said(asked)  # a NIK that was kept as a number
    QTest.mouseClick(asked.yes, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None, timeout=MANY)
    there = len(shown(window, PeoplePage).table.model.ids)
    assert there > 3
    take_back()
    assert shown(window, PeoplePage).table.model.ids == []
    press(KEY.Key_Y, with_=Qt.KeyboardModifier.ControlModifier)
    assert len(shown(window, PeoplePage).table.model.ids) == there


def _make_a_course(window: Window, qtbot: QtBot) -> str:
    window.go("courses", new=True)
    asked = opened(qtbot, CourseDialog)
    asked.trade.set_value("BOGA")
    capacity = asked.details.form.rows["capacity"].field
    capacity.setFocus()
    qtbot.waitUntil(lambda: focus() is capacity or capacity.isAncestorOf(focus()))
    press(KEY.Key_A, with_=Qt.KeyboardModifier.ControlModifier)
    keys("3")
    for name in ("first", "last"):
        asked.days.form.rows[name].field.setFocus()
        keys("22/11/2025")
    for at, day in asked.days._weekdays.items():
        day.set_value(at == TODAY.weekday())
    assert "2 pertemuan pada 1 hari" in said(asked)
    QTest.mouseClick(asked.yes, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None, timeout=MANY)
    page = shown(window, CoursesPage)
    page.enrol()
    enrol = opened(qtbot, EnrolDialog)
    for _turn in range(4):  # Enter takes the first hit; the field clears for the next
        press(KEY.Key_Return)
    assert "daftar tunggu" in said(enrol), "three places, the fourth waits"
    press(KEY.Key_Escape)
    [course] = window.desk.ask(courses.listed, TODAY)
    assert (course.enrolled, course.waiting, course.lessons) == (3, 1, 2)
    return course.id


def _lesson(window: Window) -> attendance.Roster:
    page = shown(window, AttendancePage) if window.stage.here == "attendance" else None
    if page is None:
        go(window, 4)
        page = shown(window, AttendancePage)
    assert page.roster is not None
    roster = window.desk.ask(attendance.roster, page.roster.lesson.id)
    assert roster is not None
    return roster


def _mark_the_morning(window: Window) -> None:
    go(window, 4)
    page = shown(window, AttendancePage)
    first, second, third = _lesson(window).rows
    assert {first.status, second.status, third.status} == {""}, "not taken is a state of its own"
    go(window, 2)  # the scanner is fast, whichever page is there
    keys(first.card, KEY.Key_Return)
    page = shown(window, AttendancePage)
    assert page.door.result.name.text() == first.name
    keys(second.name.split()[-1][:5].lower(), KEY.Key_Return)
    assert _lesson(window).rows[1].status == "present"
    take_back()
    assert [one.status for one in _lesson(window).rows] == ["present", "", ""]
    page.list.table.choose(second.enrolment_id)
    page.list.table.view.setFocus()
    press(KEY.Key_T, KEY.Key_A)
    assert [one.status for one in _lesson(window).rows] == ["present", "late", "absent"]
    QTest.mouseClick(page.list.close_button, Qt.MouseButton.LeftButton)
    settle()
    assert _lesson(window).lesson.closed_at


def _mark_the_afternoon(window: Window) -> None:
    go(window, 1)
    assert "siang" in said(window).lower()
    go(window, 4)
    door = shown(window, AttendancePage)
    lesson = _afternoon(window)
    door.show_lesson(lesson)
    settle()
    for one in _lesson(window).rows:
        keys(str(one.number), KEY.Key_Return)
    assert {one.status for one in _lesson(window).rows} == {"present"}
    QTest.mouseClick(door.list.close_button, Qt.MouseButton.LeftButton)
    settle()


def _afternoon(window: Window) -> str:
    return next(one.id for one in window.desk.ask(lessons.on, TODAY) if one.closed_at is None)


def _assess(window: Window, course_id: str) -> None:
    window.go("certificates", course=course_id)
    page = shown(window, CertificatesPage)
    sheet = page.assess.sheet
    assert sheet is not None and sheet.units
    page.assess.grid.choose(0, 0)
    for _unit in sheet.units:
        press(KEY.Key_K, KEY.Key_K, KEY.Key_B)
    sheet = page.assess.sheet
    assert sheet is not None
    assert len(sheet.due) == 2, "the third was absent half of the day"


def _issue(window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    saving(window, monkeypatch, file)
    page = shown(window, CertificatesPage)
    QTest.mouseClick(button(page, "Terbitkan sertifikat"), Qt.MouseButton.LeftButton)
    asked = opened(qtbot, IssueDialog)
    QTest.mouseClick(asked.yes, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Belum ada penanda tangan" in said(window), timeout=MANY)
    assert not file.exists()
    window.desk.do(choose_signers, [Signer("Dra. Theresia Lestari, M.M.", "Kepala Pusat Pelatihan")])
    QTest.mouseClick(button(page, "Terbitkan sertifikat"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(opened(qtbot, IssueDialog).yes, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(file.exists, timeout=MANY)
    rows = window.desk.ask(certificates.listed)
    assert len({row.number for row in rows}) == len(rows) == 2
    written = text_of(file)
    assert all(row.number in written and row.name in written for row in rows)
    take_back()
    assert len(window.desk.ask(certificates.listed)) == 2, "issuing is final"


def _check(window: Window, qtbot: QtBot, file: Path) -> None:
    """The file, the code as a scanner types it, and one that was doctored."""
    page = shown(window, CertificatesPage)
    page._show(CHECK)
    page.check.check_file(file)
    qtbot.waitUntil(lambda: page.check.result._state == "present", timeout=MANY)
    with pypdfium2.PdfDocument(file) as document:
        [code] = zxingcpp.read_barcodes(document[0].render(scale=3).to_pil())
    go(window, 2)
    keys(code.text, KEY.Key_Return)
    page = shown(window, CertificatesPage)
    assert (page.tabs.value(), page.check.result._state) == (CHECK, "present")
    at = code.text.index(".", 8) + 20  # within the statement
    doctored = code.text[:at] + ("A" if code.text[at] != "A" else "B") + code.text[at + 1 :]
    keys(doctored, KEY.Key_Return)
    assert page.check.result._state == "absent"


def test_the_next_morning_the_same_page_is_there(window: Window, make_window: Make) -> None:
    """Quit, start again: the same page; and the last step can still be taken back."""
    go(window, 3)
    window.desk.do(people_actions.add, "Zakarias Wibisono")
    again = Window(window.settings, window.folder)
    window.end()
    again.begin(window.desk)
    again.show()
    settle()
    assert again.stage.here == "courses"
    again.undo()
    assert again.desk.ask(everybody.found, "Zakarias Wibisono") == []
    again.end()
    again.close()
    again.deleteLater()
    settle()


def test_the_sample_is_removed_in_one_click(window: Window) -> None:
    QTest.mouseClick(button(window, "Hapus contoh"), Qt.MouseButton.LeftButton)
    settle()
    assert [one for one in window.findChildren(FirstWindow) if one.isVisible()]
