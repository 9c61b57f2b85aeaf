"""Once per person in the window: who is refused, the reason that lets them in, and where it stands then."""

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from actions.test_turns import synced, told
from desktop.test_courses import dialog, on_list
from venue_desk.actions import courses as actions
from venue_desk.actions import enrolments, people
from venue_desk.desktop.pages.courses.page import CoursesPage
from venue_desk.desktop.pages.courses.people import AgainDialog, EnrolDialog
from venue_desk.desktop.pages.people.page import PeoplePage
from venue_desk.desktop.widgets import Label
from venue_desk.desktop.window import Window
from venue_desk.domain.people import Someone
from venue_desk.queries import courses

NAME = "Raharjo Sukmawati"
ELSEWHERE = Someone("x", NAME, born=date(1990, 11, 22))


@pytest.fixture
def page(window: Window) -> CoursesPage:
    """A course of a partner's series for which somebody had a turn elsewhere; a synced desk."""
    desk = window.desk
    course = desk.ask(courses.by_code, "BARISTA-1", date(2025, 11, 22))
    desk.do(actions.edit, course.id, series="Mitra kopi", once_per_person=True, capacity=40)
    desk.do(people.add, NAME, birth_date="22/11/1990")
    synced(desk, "2025-11-20T08:00")
    told(desk, ELSEWHERE, name="Mitra kopi")
    window.go("courses")
    shown = window.page
    assert isinstance(shown, CoursesPage)
    shown.open(course=course.id)
    QApplication.processEvents()
    return shown


def test_the_reason_is_asked_for_and_kept_with_who_needed_it(page: CoursesPage, window: Window) -> None:
    page.enrol()
    asked = dialog(window, EnrolDialog)
    assert any("20 November 2025" in one.text() for one in asked.findChildren(Label))
    assert not asked.why.isVisible()
    QTest.keyClicks(asked.search, "Raharjo")
    QTest.keyClick(asked.search, Qt.Key.Key_Return)
    assert "di tempat lain (nama dan tanggal lahir sama)" in asked._error.text()
    assert "centang" in asked._error.text()
    asked.again.click()
    assert asked.why.isVisible() and asked.focusWidget() is asked.reason
    QTest.keyClick(asked.reason, Qt.Key.Key_Return)
    assert asked.isVisible() and asked.why._error.text() == "Tulis alasan ia boleh ikut lagi."
    QTest.keyClicks(asked.reason, "Kelas lanjutan")
    QTest.keyClick(asked.reason, Qt.Key.Key_Return)
    assert NAME in asked.said.text() and not asked._error.isVisible()
    assert not asked.again.value() and not asked.reason.text(), "the next one needs a reason of their own"
    asked.no.click()
    QApplication.processEvents()
    one = on_list(page, "BARISTA-1")[-1]
    assert (one.name, one.exception) == (NAME, "Kelas lanjutan")
    assert page.people.table.model.columns[3].words(one) == "Ikut lagi: Kelas lanjutan"
    page.show_person(one.person_id)
    QApplication.processEvents()
    shown = window.page
    assert isinstance(shown, PeoplePage)
    assert any("ikut lagi: Kelas lanjutan" in label.text() for label in shown.findChildren(Label))


def test_a_reason_half_written_comes_back(page: CoursesPage, window: Window) -> None:
    page.enrol()
    asked = dialog(window, EnrolDialog)
    QTest.keyClicks(asked.search, "Raharjo")
    asked.again.click()
    QTest.keyClicks(asked.reason, "Kelas lanj")
    held = asked.held()
    asked.reject()
    page.enrol()
    back = dialog(window, EnrolDialog)
    back.hold(held)
    assert (back.search.text(), back.reason.text(), back.why.isVisible()) == ("Raharjo", "Kelas lanj", True)


def test_an_open_box_lets_nobody_else_in(page: CoursesPage, window: Window) -> None:
    page.enrol()
    asked = dialog(window, EnrolDialog)
    asked.again.click()
    QTest.keyClicks(asked.reason, "Kelas lanjutan")
    rows = asked.table.model._all
    free = next(one for one in rows if not one.state and one.name != NAME)
    asked.table.choose(free.person_id)
    asked.enrol_current()
    assert next(one for one in on_list(page, "BARISTA-1") if one.name == free.name).exception == ""
    assert asked.reason.text() == "Kelas lanjutan", "it was not needed"


def test_a_course_for_everybody_asks_nothing(window: Window) -> None:
    window.go("courses")
    shown = window.page
    assert isinstance(shown, CoursesPage)
    course = window.desk.ask(courses.by_code, "BOGA-12", date(2025, 11, 22))
    shown.open(course=course.id)
    shown.enrol()
    asked = dialog(window, EnrolDialog)
    assert not asked.again.isVisible() and not asked.why.isVisible()


def test_a_place_from_the_waiting_list_asks_for_it(page: CoursesPage, window: Window) -> None:
    desk, course = window.desk, page._course
    assert course is not None
    desk.do(actions.edit, course.id, capacity=1)
    [raharjo] = desk.ask(courses.candidates, course.id, "Raharjo")
    told(desk, name="Mitra kopi")
    desk.do(enrolments.enrol, course.id, [raharjo.person_id])
    told(desk, ELSEWHERE, name="Mitra kopi")
    desk.do(actions.edit, course.id, capacity=0)
    waits = next(one for one in on_list(page, "BARISTA-1") if one.name == NAME)
    assert waits.state == "waiting"
    page.promote(waits)
    asked = dialog(window, AgainDialog)
    assert "di tempat lain" in asked.sentence.text()
    asked.yes.click()
    assert asked.isVisible(), "without a reason"
    asked.form.set_values(again="Kelas lanjutan")
    asked.yes.click()
    QApplication.processEvents()
    now = next(one for one in on_list(page, "BARISTA-1") if one.name == NAME)
    assert (now.state, now.exception) == ("enrolled", "Kelas lanjutan")
    page.let_in(now)
    dialog(window, AgainDialog).form.set_values(again="Diminta mitra")
    dialog(window, AgainDialog).yes.click()
    assert next(one for one in on_list(page, "BARISTA-1") if one.name == NAME).exception == "Diminta mitra"
