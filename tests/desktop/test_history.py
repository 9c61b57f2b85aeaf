"""The history page: actions in words, found again, and a single one taken back."""

from datetime import date

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from venue_desk.actions import outcomes as actions
from venue_desk.desktop.pages.history.page import HistoryPage
from venue_desk.desktop.widgets import Button, Label
from venue_desk.desktop.window import Window
from venue_desk.queries import history
from venue_desk.queries import outcomes as alumni

TODAY = date(2025, 11, 22)


@pytest.fixture
def page(window: Window, qtbot: QtBot) -> HistoryPage:
    desk = window.desk
    first, second = desk.ask(alumni.alumni, TODAY)[:2]
    desk.do(actions.record, first.enrolment_id, "employed", employer="Hotel Taman", on=TODAY)
    desk.do(actions.record, second.enrolment_id, "employed", employer="Toko Sejuk", on=TODAY)
    desk.do(actions.refer, second.enrolment_id, "jakpreneur", "JKP-7", on=TODAY)
    window.go("history")
    shown = window.page
    assert isinstance(shown, HistoryPage)
    qtbot.waitUntil(lambda: not shown.looking)
    return shown


def said(page: HistoryPage) -> str:
    QApplication.processEvents()  # what was just put into a layout shows now
    return "\n".join(label.text() for label in page.detail.findChildren(Label) if label.isVisible())


def back(page: HistoryPage) -> Button | None:
    QApplication.processEvents()
    return next((one for one in page.detail.findChildren(Button) if one.isVisible()), None)


def test_the_newest_action_is_shown_with_what_it_changed(page: HistoryPage) -> None:
    assert [one.title for one in page._steps[:3]] == ["Rujuk alumni", "Catat hasil", "Catat hasil"]
    assert "Dirujuk ke: – → Jakpreneur" in said(page).replace("<br>", "\n")


def test_an_older_action_is_taken_back_by_itself(page: HistoryPage, window: Window, qtbot: QtBot) -> None:
    oldest = page._steps[2]
    assert page.table.choose(oldest.action)
    button = back(page)
    assert button is not None
    button.click()
    qtbot.waitUntil(lambda: page._steps[0].kind == "undo")
    employers = [one.employer for one in window.desk.ask(alumni.alumni, TODAY)]
    assert "Hotel Taman" not in employers
    assert "Toko Sejuk" in employers
    # It says so now, and does not offer it again.
    assert next(one for one in page._steps if one.action == oldest.action).undone
    page.table.choose(oldest.action)
    assert back(page) is None


def test_what_was_overtaken_is_refused_and_told(page: HistoryPage, window: Window) -> None:
    second = page._steps[1]
    hidden = [one.employer for one in window.desk.ask(alumni.alumni, TODAY)]
    page.take_back(second)
    assert [one.employer for one in window.desk.ask(alumni.alumni, TODAY)] == hidden


def test_search_finds_by_what_was_written(page: HistoryPage, qtbot: QtBot) -> None:
    page.finder.setText("toko sejuk")
    qtbot.waitUntil(lambda: not page.looking)
    assert len(page._steps) == 1
    assert "1 tindakan ditemukan" in page.header.sentence.text()
    page.finder.setText("z")
    page.finder.setText("zz")
    page.finder.setText("zzz")
    qtbot.waitUntil(lambda: not page.looking)
    assert page._steps == []
    page.finder.setText("toko")
    page.finder.setText("")  # what was looked for before does not come over it later
    qtbot.waitUntil(lambda: not page.looking)
    assert len(page._steps) > 2


def test_setting_up_is_not_offered_to_be_taken_back(page: HistoryPage) -> None:
    sample = next(one for one in page._steps if one.name == "Show a sample parish")
    page.table.choose(sample.action)
    assert back(page) is None
    assert "Ini hanya menyiapkan" in said(page)


def test_a_way_to_one_action_chooses_it_when_it_comes(window: Window, qtbot: QtBot) -> None:
    first, second = window.desk.ask(alumni.alumni, TODAY)[:2]
    for one in (first, second):
        window.desk.do(actions.refer, one.enrolment_id, "jakpreneur", "JKP-7", on=TODAY)
    older = window.desk.ask(history.steps, "", 2)[1].action
    window.go("history", action=older)
    page = window.page
    assert isinstance(page, HistoryPage)
    assert page.header.title.text() == "Riwayat" and page.older.isHidden(), "while it is looked for"
    qtbot.waitUntil(lambda: not page.looking)
    assert page.table.current_id() == older
