"""Courses in the window: adding one with its lessons, enrolling by keys, the list, the papers."""

from datetime import date
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from references import said
from venue_desk.actions import courses as actions
from venue_desk.desktop.pages.courses import papers
from venue_desk.desktop.pages.courses.dialogs import CourseDialog, DaysDialog, EditDialog, LessonDialog
from venue_desk.desktop.pages.courses.page import CoursesPage
from venue_desk.desktop.pages.courses.people import EnrolDialog, FirstDayDialog, LeaveDialog
from venue_desk.desktop.window import Window
from venue_desk.language import percent
from venue_desk.queries import courses, lessons
from venue_desk.queries.courses import CourseRow, ParticipantRow

T = TypeVar("T", bound=QWidget)
TODAY = date(2025, 11, 22)


@pytest.fixture
def page(window: Window) -> CoursesPage:
    window.go("courses")
    shown = window.page
    assert isinstance(shown, CoursesPage)
    QApplication.processEvents()
    return shown


def dialog(window: Window, kind: type[T]) -> T:
    [found] = [one for one in window.findChildren(kind) if one.isVisible()]
    return found


def course(page: CoursesPage, code: str) -> CourseRow:
    return page.shell.desk.ask(courses.by_code, code, TODAY)


def on_list(page: CoursesPage, code: str) -> list[ParticipantRow]:
    return page.shell.desk.ask(courses.participants, course(page, code).id)


def shown(page: CoursesPage, code: str, tab: str = "people") -> None:
    page.open(course=course(page, code).id, tab=tab)
    QApplication.processEvents()


def test_the_list_has_every_state(page: CoursesPage) -> None:
    words = [page.list.model.columns[2].words(row) for row in page.list.model._all]
    assert words == ["Berjalan", "Akan datang", "Ditutup", "Ditutup"]
    assert page.header.sentence.text() == "4 kelas, 1 sedang berjalan"


def test_a_course_is_opened_by_keys_and_left_again(page: CoursesPage) -> None:
    page.list.choose_at(0)
    page.list.view.setFocus()
    QTest.keyClick(page.list.view, Qt.Key.Key_Return)
    assert page.header.title.text() == "Tata Boga · Angkatan 12"
    page.show_all()
    assert page.header.title.text() == "Kelas"


def test_a_new_course_is_previewed_added_and_undone(page: CoursesPage, window: Window) -> None:
    page.add_course()
    asked = dialog(window, CourseDialog)
    asked.yes.click()
    assert asked.isVisible(), "a trade is missing"
    asked.trade.set_value("BOGA")
    assert asked.details.form.value("code") == "BOGA-13"
    first, last = (asked.days.form.rows[key].field for key in ("first", "last"))
    QTest.keyClicks(first, "24/12/2025")
    QTest.keyClicks(last, "20/12/2025")
    assert "sebelum dimulai" in asked.days.said.text()
    asked.yes.click()
    assert asked.isVisible()
    last.selectAll()  # type: ignore[attr-defined]
    QTest.keyClicks(last, "2/1/2026")
    assert asked.days.said.text().startswith("12 pertemuan pada 6 hari, 48 jam pelajaran")
    assert "Hari Raya Natal" in asked.days.skipped.text()
    asked.yes.click()
    QApplication.processEvents()
    assert not asked.isVisible()
    made = course(page, "BOGA-13")
    assert (made.lessons, made.capacity, made.state) == (12, 20, "planned")
    assert page.header.title.text() == "Tata Boga · Angkatan 13"
    window.undo()
    QApplication.processEvents()
    assert page.header.title.text() == "Kelas"
    assert len(page.list.model.ids) == 4


def test_a_programme_of_the_agency_fills_in_what_it_says(page: CoursesPage, window: Window) -> None:
    page.add_course()
    asked = dialog(window, CourseDialog)
    assert "programme" not in asked._top.rows, "no centre sent any"
    asked.no.click()
    cakes = {
        "id": "Kue Basah",
        "trade": "BOGA",
        "units": ["PAR.TG01.002.01"],
        "capacity": 12,
        "series": "Mitra",
    }
    said(page.shell.desk, "programme", ("KUE", {**cakes, "once": True}))
    page.add_course()
    asked = dialog(window, CourseDialog)
    asked._top.set_values(programme="KUE")
    form = asked.details.form
    assert asked.trade.value() == "BOGA" and asked.units.codes() == ["PAR.TG01.002.01"]
    assert [form.value(key) for key in ("title", "code", "capacity", "series", "once_per_person", "hours")] == [
        "Kue Basah", "BOGA-13", 12, "Mitra", True, 6,
    ]  # fmt: skip
    form.set_values(series="", once_per_person=False)
    kept = asked.held()
    for first in ("first", "last"):
        asked.days.form.rows[first].field.set_value(date(2025, 12, 1))  # type: ignore[attr-defined]
    asked.yes.click()
    made = course(page, "BOGA-13")
    assert (made.programme, made.hours, made.series) == ("KUE", 6, "")
    # After a crash it is as it was left, not as the programme would have it.
    page.add_course()
    again = dialog(window, CourseDialog)
    first_seen = again.held()
    again.hold({name: value for name, value in kept.items() if value != first_seen.get(name)})
    assert again.held() == kept
    for unit in kept:
        if unit.startswith("unit "):
            again.hold({unit: False})
    for first in ("first", "last"):
        again.days.form.rows[first].field.set_value(date(2025, 12, 1))  # type: ignore[attr-defined]
    again.yes.click()
    assert again.isVisible() and "dicentang" in again._error.text()


def test_people_are_enrolled_one_after_another_by_keys(page: CoursesPage, window: Window) -> None:
    shown(page, "BARISTA-1")
    page.enrol()
    asked = dialog(window, EnrolDialog)
    before = len(on_list(page, "BARISTA-1"))
    QTest.keyClicks(asked.search, "a")
    QTest.keyClick(asked.search, Qt.Key.Key_Down)
    here = {one.person_id for one in on_list(page, "BARISTA-1")}
    free = next(one for one in asked.table.model._all if one.person_id not in here)
    asked.table.choose(free.person_id)
    QTest.keyClick(asked.search, Qt.Key.Key_Return)
    assert asked.search.text() == ""
    assert free.name in asked.said.text() and "daftar tunggu" in asked.said.text()
    assert len(on_list(page, "BARISTA-1")) == before + 1
    QTest.keyClicks(asked.search, "Zulaikha Baru Sekali")
    asked._add_new()
    assert [one.name for one in on_list(page, "BARISTA-1")][-1] == "Zulaikha Baru Sekali"
    asked.no.click()
    QApplication.processEvents()
    assert f"Daftar tunggu {before - 16 + 2}" in [words for _value, words in page.tab._choices]


def test_a_place_from_the_waiting_list_when_someone_leaves(page: CoursesPage, window: Window) -> None:
    shown(page, "BARISTA-1", "waiting")
    first = page.waiting.table.current()
    page.waiting.give.click()
    assert next(one for one in on_list(page, "BARISTA-1") if one.id == first.id).state == "waiting", (
        "it is full"
    )
    leaver = on_list(page, "BARISTA-1")[0]
    page.withdraw(leaver)
    QApplication.processEvents()
    page.waiting.table.choose(first.id)
    page.waiting.give.click()
    assert next(one for one in on_list(page, "BARISTA-1") if one.id == first.id).state == "enrolled"


def test_leaving_needs_a_reason_and_can_be_taken_back(page: CoursesPage, window: Window) -> None:
    shown(page, "BOGA-12")
    one = on_list(page, "BOGA-12")[0]
    page.leave_course(one)
    asked = dialog(window, LeaveDialog)
    asked.yes.click()
    assert asked.isVisible()
    asked.form.set_values(reason="work")
    asked.yes.click()
    QApplication.processEvents()
    left = on_list(page, "BOGA-12")[0]
    assert (left.state, left.reason, left.until) == ("left", "work", TODAY)
    assert page.people.table.model.columns[3].words(left) == "Keluar · 22 Nov · Mendapat pekerjaan"
    page.come_back(left)
    assert on_list(page, "BOGA-12")[0].state == "enrolled"
    page.first_day(on_list(page, "BOGA-12")[0])
    asked_day = dialog(window, FirstDayDialog)
    asked_day.form.set_values(since=date(2025, 11, 15))
    asked_day.yes.click()
    assert on_list(page, "BOGA-12")[0].since == date(2025, 11, 15)


def test_lessons_are_changed_added_and_cancelled(page: CoursesPage, window: Window) -> None:
    shown(page, "BARISTA-1", "lessons")
    held = page.shell.desk.ask(lessons.of_course, course(page, "BARISTA-1").id)
    page.edit_lesson(held[0])
    asked = dialog(window, LessonDialog)
    asked.form.set_values(starts="9", topic="Pengenalan kopi")
    asked.yes.click()
    page.cancel_or_hold(held[1])
    page.add_lesson()
    more = dialog(window, LessonDialog)
    more.form.set_values(day=date(2025, 12, 19), part="evening", starts="18.00", ends="17.00")
    more.yes.click()
    assert more.isVisible(), "it ends before it begins"
    more.form.set_values(ends="20.00")
    more.yes.click()
    after = page.shell.desk.ask(lessons.of_course, held[0].course_id)
    assert (after[0].starts, after[0].topic, after[1].cancelled) == ("09:00", "Pengenalan kopi", True)
    assert (after[-1].day, after[-1].session) == (date(2025, 12, 19), "evening")


def test_days_and_details_are_changed(page: CoursesPage, window: Window) -> None:
    shown(page, "BARISTA-1")
    page.change_days()
    days = dialog(window, DaysDialog)
    days.days.form.set_values(last=date(2025, 12, 12))
    days.days.say()
    days.yes.click()
    assert course(page, "BARISTA-1").ends_on == date(2025, 12, 12)
    page.edit_course()
    asked = dialog(window, EditDialog)
    asked.details.form.set_values(once_per_person=True)
    asked.yes.click()
    assert asked.isVisible(), "once per person needs a series"
    asked.details.form.set_values(series="Mitra kopi", capacity=30)
    asked.yes.click()
    assert (course(page, "BARISTA-1").series, course(page, "BARISTA-1").capacity) == ("Mitra kopi", 30)


def test_the_grid_shows_letters_and_who_can_still_pass(page: CoursesPage) -> None:
    shown(page, "BOGA-12", "presence")
    table = page.grid.table
    assert table is not None
    joko = next(row for row in table.model._all if row.name == "Joko")
    state = "late" if joko.presence.can_meet(80) else "absent"
    assert not joko.presence.meets(80)
    assert table.model.columns[2].value(joko)[:2] == (state, percent(joko.presence.share))
    letters = [column.words(joko) for column in table.model.columns[3:]]
    assert len(letters) == 16
    assert page.grid._rule.text().startswith("5 dari 16 pertemuan")


def test_a_course_is_closed_when_its_lessons_are(page: CoursesPage) -> None:
    shown(page, "BOGA-12")
    page.close_course()
    assert course(page, "BOGA-12").state == "running"
    shown(page, "RIAS-9")
    page._do(actions.reopen, "")
    assert course(page, "RIAS-9").state == "ended"
    page.close_course()
    assert course(page, "RIAS-9").state == "closed"


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (papers.SIGN, "a.pdf"), (papers.TODAY, "b.pdf"), (papers.RECAP, "c.pdf"), (papers.TABLE, "d.xlsx"),
        (papers.CARDS, "e.pdf"),
    ],
)  # fmt: skip
def test_papers_are_written_as_jobs(
    page: CoursesPage, window: Window, qtbot: QtBot, tmp_path: Path, kind: str, name: str
) -> None:
    target = tmp_path / name
    finished: list[object] = []
    window.run(papers.job(window.desk, course(page, "BOGA-12"), kind, target), "x", done=finished.append)
    qtbot.waitUntil(lambda: bool(finished), timeout=20_000)
    assert target.stat().st_size > 4_000
