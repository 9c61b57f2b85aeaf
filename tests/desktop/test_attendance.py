"""The attendance desk with real keys: scans, names, numbers, letters, paper, closing."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from venue_desk.actions import attendance as actions
from venue_desk.actions import courses as course_actions
from venue_desk.actions import enrolments
from venue_desk.desktop.pages.attendance import sound
from venue_desk.desktop.pages.attendance.dialogs import CloseDialog, GuestDialog, LessonDialog, ReasonDialog
from venue_desk.desktop.pages.attendance.page import AttendancePage
from venue_desk.desktop.pages.attendance.roster import STATUS
from venue_desk.desktop.widgets import Banner
from venue_desk.desktop.window import Window
from venue_desk.domain import cards
from venue_desk.queries import attendance, lessons
from venue_desk.queries.attendance import Roster, RosterRow

T = TypeVar("T", bound=QWidget)
KEY = Qt.Key
DAY = date(2025, 11, 22)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was sounded; the loudspeaker itself is not tested."""
    told: list[str] = []
    monkeypatch.setattr(sound, "play", told.append)
    return told


@pytest.fixture
def page(window: Window, heard: list[str], monkeypatch: pytest.MonkeyPatch) -> AttendancePage:
    monkeypatch.setenv("VENUE_DESK_TODAY", "2025-11-22T08:03")
    window.go("attendance")
    shown = window.page
    assert isinstance(shown, AttendancePage)
    QApplication.processEvents()
    return shown


def kept(page: AttendancePage, name: str) -> RosterRow:
    """How somebody stands on the disk now."""
    assert page.roster is not None
    roster = page.shell.desk.ask(attendance.roster, page.roster.lesson.id)
    assert isinstance(roster, Roster)
    return next(one for one in roster.rows if one.name == name)


def type_in(page: AttendancePage, text: str, end: Qt.Key | None = KEY.Key_Return) -> None:
    QTest.keyClicks(page.door.field, text)
    if end is not None:
        QTest.keyClick(page.door.field, end)
    QApplication.processEvents()


def dialog(window: Window, kind: type[T]) -> T:
    [found] = [one for one in window.findChildren(kind) if one.isVisible()]
    return found


def badges(page: AttendancePage) -> dict[str, str]:
    return {status: badge.text() for status, badge in page.door.counts.items()}


def test_the_lesson_under_way_is_chosen_and_in_sight(page: AttendancePage) -> None:
    assert page.header.sentence.text() == "Tata Boga · Angkatan 12 · Sabtu, 22 November, sesi pagi"
    assert page.door.field.hasFocus()
    assert badges(page) == {
        "present": "14",
        "late": "1",
        "excused": "1",
        "sick": "0",
        "absent": "0",
        "": "2 belum",
    }


def test_part_of_a_name_and_enter_marks_the_first_hit(page: AttendancePage, heard: list[str]) -> None:
    type_in(page, "jo")
    assert (kept(page, "Joko").status, kept(page, "Joko").time) == ("present", "08:03")
    assert page.door.result.name.text() == "Joko"
    assert page.door.field.text() == "" and page.door.field.hasFocus()
    assert heard == ["taken"]
    assert badges(page)["present"] == "15" and badges(page)[""] == "1 belum"


def test_old_spelling_number_and_arrows(page: AttendancePage) -> None:
    one = kept(page, "Soerjadi")
    page.shell.do(actions.clear, page.roster.lesson.id, one.enrolment_id)  # type: ignore[union-attr]
    type_in(page, "suryadi")
    assert kept(page, "Soerjadi").status == "present"
    type_in(page, "11")
    assert kept(page, "Nur Hidayah").status == "present"
    type_in(page, "ag", None)
    assert [row.name for row in page.door.suggestions.table.model._all] == ["Agnes Kristiani", "Agus Salim"]
    QTest.keyClick(page.door.field, KEY.Key_Down)
    QTest.keyClick(page.door.field, KEY.Key_Return)
    assert page.door.result.name.text() == "Agus Salim"


def test_a_late_comer_is_late(page: AttendancePage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VENUE_DESK_TODAY", "2025-11-22T08:16")
    type_in(page, "joko")
    assert kept(page, "Joko").status == "late"


def test_a_scan_with_whatever_the_scanner_adds(page: AttendancePage, heard: list[str]) -> None:
    type_in(page, f"]Q1{kept(page, 'Joko').card.lower()}")
    assert kept(page, "Joko").status == "present"
    type_in(page, kept(page, "Agnes Kristiani").card)
    assert heard == ["taken", "again"]
    assert "Sudah tercatat" in page.door.result.accessibleName()
    assert kept(page, "Agnes Kristiani").time == "07:48"


def test_a_stuttering_scanner_is_heard_once(
    page: AttendancePage, heard: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cards, "REPEAT", 60.0)  # however slow the machine that runs this
    card = kept(page, "Joko").card
    type_in(page, card)
    type_in(page, card)
    assert heard == ["taken"]


def test_a_scanner_without_enter(page: AttendancePage, qtbot: QtBot) -> None:
    type_in(page, kept(page, "Joko").card, None)
    qtbot.waitUntil(lambda: kept(page, "Joko").status == "present", timeout=2000)
    assert page.door.field.text() == ""


def test_a_scan_counts_on_whichever_page_it_fell(page: AttendancePage, window: Window) -> None:
    window.go("courses")
    window.card(kept(page, "Joko").card)
    QApplication.processEvents()
    assert window.page is page
    assert kept(page, "Joko").status == "present"


def test_keys_before_a_field_had_the_focus_are_not_lost(page: AttendancePage) -> None:
    page.list.close_button.setFocus()
    assert page.typed("jo")
    assert page.door.field.text() == "jo" and page.door.field.hasFocus()
    assert page.typed("\n")
    assert kept(page, "Joko").status == "present"


def test_an_unknown_card_says_so_and_marks_nobody(page: AttendancePage, heard: list[str]) -> None:
    before = badges(page)
    type_in(page, "8991234567890")
    assert page.door.result.name.text() == "Kartu ini tidak dikenal"
    assert "8991234567890" in page.door.result.note.text()
    assert heard == ["unknown"] and badges(page) == before


def test_somebody_of_another_course_can_come_as_a_guest(page: AttendancePage, heard: list[str]) -> None:
    other = _somebody_else(page)
    type_in(page, cards.code(other[0]))
    assert other[1] in page.door.result.name.text()
    page.door.result.button.click()
    QApplication.processEvents()
    assert kept(page, other[1]).guest and kept(page, other[1]).status == "present"
    assert heard == ["unknown", "taken"]
    QTest.keyClick(page, KEY.Key_Z, Qt.KeyboardModifier.ControlModifier)


def _somebody_else(page: AttendancePage) -> tuple[str, str]:
    from venue_desk.queries import courses

    here = {one.person_id for one in page.roster.rows}  # type: ignore[union-attr]
    for course in page.shell.desk.ask(courses.listed, DAY):
        for one in page.shell.desk.ask(courses.participants, course.id):
            if one.person_id not in here:
                return one.person_id, one.name
    raise AssertionError


def test_who_comes_to_the_wrong_door_is_marked_in_their_own_lesson(page: AttendancePage) -> None:
    person, name = _somebody_else(page)
    made = page.shell.desk.do(
        course_actions.add, trade="BARISTA", batch="7", starts_on=DAY, ends_on=DAY, weekdays={DAY.weekday()}
    )
    page.shell.desk.do(enrolments.enrol, made, [person])
    QApplication.processEvents()
    type_in(page, cards.code(person))
    assert "Barista" in page.door.result.note.text()
    page.door.result.button.click()
    QApplication.processEvents()
    there = page.shell.desk.ask(attendance.roster, page.shell.desk.ask(lessons.of_course, made)[0].id)
    assert there is not None and [one.status for one in there.rows] == ["present"]
    assert page.door.result.name.text() == name


def test_undo_on_the_card_and_by_key(page: AttendancePage, window: Window) -> None:
    type_in(page, "joko")
    page.door.result.button.click()
    QApplication.processEvents()
    assert kept(page, "Joko").status == ""
    assert page.door.result.name.text() == "Siap"
    type_in(page, "joko")
    QTest.keyClick(page.door.field, KEY.Key_Z, Qt.KeyboardModifier.ControlModifier)
    QApplication.processEvents()
    assert kept(page, "Joko").status == ""
    assert page.door.result.name.text() == "Siap"


def test_letters_mark_the_selected_row_and_go_on(page: AttendancePage) -> None:
    view = page.list.table.view
    QTest.keyClick(page.door.field, KEY.Key_Down)
    assert view.hasFocus()
    assert page.list.table.choose(kept(page, "Joko").enrolment_id)
    for key in "sia":
        QTest.keyClicks(view, key)
        QApplication.processEvents()
    assert [kept(page, name).status for name in ("Joko", "Kartini", "Lia Marlina")] == [
        "sick",
        "excused",
        "absent",
    ]
    QTest.keyClick(view, KEY.Key_Up)
    QTest.keyClick(view, KEY.Key_Up)
    QTest.keyClick(view, KEY.Key_Up)
    QTest.keyClick(view, KEY.Key_Delete)
    QApplication.processEvents()
    assert kept(page, "Joko").status == ""


def test_forty_people_by_keyboard(page: AttendancePage) -> None:
    """Two keys a person from the field, one from the roster: every one lands."""
    names = [one.name for one in page.roster.rows]  # type: ignore[union-attr]
    for number in range(1, len(names) + 1):
        type_in(page, str(number))
    assert all(kept(page, name).status in ("present", "late") for name in names)
    view = page.list.table.view
    page.list.table.choose_at(0)
    view.setFocus()
    for _name in names:
        QTest.keyClicks(view, "h")
        QApplication.processEvents()
    assert badges(page)["present"] == str(len(names))


def test_a_click_on_the_badge_opens_the_states(page: AttendancePage) -> None:
    table = page.list.table
    row = list(table.model.ids).index(kept(page, "Joko").enrolment_id)
    index = table.model.index(row, STATUS)
    menu = page.list.menu_of(table.model.row(row), index)
    words = [action.text() for action in menu.actions() if action.text()]
    assert words == ["H  Hadir", "T  Terlambat", "I  Izin", "S  Sakit", "A  Alpa", "Lihat orangnya"]
    menu.actions()[3].trigger()
    menu.close()
    QApplication.processEvents()
    assert kept(page, "Joko").status == "sick"
    place = table.view.visualRect(table.model.index(row, STATUS)).center()
    QTest.mouseClick(table.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place.x(), place.y()))
    popup = QApplication.activePopupWidget()
    assert popup is not None
    popup.close()


def test_from_paper_a_number_and_a_letter(page: AttendancePage) -> None:
    page.list.way.set_value(True)
    type_in(page, "7 s")
    type_in(page, "nur h")
    type_in(page, "hidayah t")
    assert (kept(page, "Joko").status, kept(page, "Joko").time) == ("sick", "")
    assert (kept(page, "Nur Hidayah").status, kept(page, "Nur Hidayah").time) == ("late", "")
    page.list.table.choose(kept(page, "Joko").enrolment_id)
    page.list.table.view.setFocus()
    QTest.keyClicks(page.list.table.view, "h")
    QApplication.processEvents()
    assert (kept(page, "Joko").status, kept(page, "Joko").time) == ("present", "")
    assert page.shell.desk.next_steps()[0] == "Key in the paper register"


def test_a_reason_is_asked_for(page: AttendancePage, window: Window) -> None:
    page.list.table.choose(kept(page, "Kartini").enrolment_id)
    QTest.keyClicks(page.list.table.view, "r")
    asked = dialog(window, ReasonDialog)
    asked.form.set_values(reason="Periksa ke dokter")
    asked.yes.click()
    QApplication.processEvents()
    assert kept(page, "Kartini").reason == "Periksa ke dokter"


def test_nobody_becomes_absent_by_closing(page: AttendancePage, window: Window) -> None:
    lesson = page.roster.lesson  # type: ignore[union-attr]
    page.list.close_button.click()
    asked = dialog(window, CloseDialog)
    asked.yes.click()
    assert asked.isVisible(), "nothing is chosen for those not taken"
    asked.form.set_values(rest="absent")
    asked.yes.click()
    QApplication.processEvents()
    closed = window.desk.ask(lessons.one, lesson.id)
    assert closed is not None and closed.closed_at
    assert kept(page, "Joko").status == "absent"
    assert not page.door.guest.isEnabled()
    type_in(page, "joko")
    assert "Absensi pertemuan ini sudah ditutup" in page.door.result.name.text()
    window.undo()
    QApplication.processEvents()
    assert kept(page, "Joko").status == "", "closing and marking the rest are one step"


def test_another_day_is_warned_of_and_takes_no_time(page: AttendancePage, window: Window) -> None:
    first = window.desk.ask(lessons.named, "BOGA-12/2025-11-21/siang")
    window.go("attendance", lesson=first.id)
    QApplication.processEvents()
    said = [banner.text.text() for banner in page.findChildren(Banner) if banner.isVisible()]
    assert any("Jumat, 21 November 2025" in text for text in said)
    name = next(one.name for one in page.roster.rows if one.status == "")  # type: ignore[union-attr]
    type_in(page, name.lower())
    assert (kept(page, name).status, kept(page, name).time) == ("present", "")


def test_a_lesson_is_chosen_by_keys(page: AttendancePage, window: Window) -> None:
    page.choose_lesson()
    asked = dialog(window, LessonDialog)
    QTest.keyClick(asked.table.view, KEY.Key_Down)
    QTest.keyClick(asked.table.view, KEY.Key_Return)
    QApplication.processEvents()
    assert page.header.sentence.text().endswith("sesi siang")


def test_a_walk_in_is_added_by_name(page: AttendancePage, window: Window) -> None:
    type_in(page, "Bu Rina Baru")
    assert "Bu Rina Baru" in page.door.result.name.text()
    page.door.result.button.click()
    asked = dialog(window, GuestDialog)
    assert asked.form.value("name") == "Bu Rina Baru"
    asked.yes.click()
    QApplication.processEvents()
    assert page.door.result.name.text() == "Bu Rina Baru"
    assert kept(page, "Bu Rina Baru").guest


def test_what_another_desk_marked_is_seen(page: AttendancePage) -> None:
    one = kept(page, "Joko")
    page.shell.desk.do(actions.mark, page.roster.lesson.id, one.enrolment_id, "excused")  # type: ignore[union-attr]
    QApplication.processEvents()
    assert page.row_of(one.enrolment_id).status == "excused"  # type: ignore[union-attr]


def test_a_refusal_stays_until_something_else_happens(page: AttendancePage) -> None:
    type_in(page, "8991234567890")
    page.refresh()
    assert page.door.result.name.text() == "Kartu ini tidak dikenal"
    type_in(page, "joko")
    assert page.door.result.name.text() == "Joko"


def test_an_empty_venue_says_what_to_do(
    make_window: Callable[..., Window], desk: object, tmp_path: object
) -> None:
    window = make_window(tmp_path)
    window.begin(desk)  # type: ignore[arg-type]
    window.go("attendance")
    QApplication.processEvents()
    page = window.page
    assert isinstance(page, AttendancePage) and page.roster is None
    page.typed("x\n")
