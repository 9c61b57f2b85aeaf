"""The first page: the sample's Saturday at a quarter to ten, and a venue that has nothing yet."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from venue_desk.actions import attendance
from venue_desk.actions import sample as sample_parish
from venue_desk.desktop.pages.today.page import TodayPage
from venue_desk.desktop.widgets import Badge, Button, Label, ListRow
from venue_desk.desktop.window import Window
from venue_desk.domain.attendance import NOT_TAKEN
from venue_desk.queries import attendance as rosters
from venue_desk.queries import today
from venue_desk.store.desk import Desk

MORNING = "2025-11-22T09:42"


@pytest.fixture
def page(window: Window, monkeypatch: pytest.MonkeyPatch) -> TodayPage:
    monkeypatch.setenv("VENUE_DESK_TODAY", MORNING)
    window.go("today")
    shown = window.page
    assert isinstance(shown, TodayPage)
    shown.refresh()
    return shown


def said(page: TodayPage) -> str:
    """All words on the page, top to bottom."""
    shown = [label.text() for label in page.findChildren(Label) if label.isVisible()]
    return "\n".join(shown + [badge.accessibleName() for badge in page.findChildren(Badge)])


def press(page: TodayPage, words: str) -> None:
    next(one for one in page.findChildren(Button) if one.text() == words and one.isVisible()).click()


def test_the_running_lesson_with_its_counts(page: TodayPage) -> None:
    words = said(page)
    for part in (
        "Sabtu, 22 November 2025",
        "Sedang berlangsung",
        "hari ke-4 dari 8",
        "14 hadir",
        "2 belum diisi",
    ):
        assert part in words
    assert page.header.sentence.text() == "1 kelas hari ini, 10 stan Minggu, 23 November"


def test_every_mark_shows_at_once(page: TodayPage, qtbot: QtBot) -> None:
    desk = page.shell.desk
    lesson = desk.ask(today.today, datetime.fromisoformat(MORNING)).lessons[0].lesson.id
    roster = desk.ask(rosters.roster, lesson)
    assert roster
    left = next(row for row in roster.rows if row.status == NOT_TAKEN)
    desk.do(attendance.mark, lesson, left.enrolment_id, "present")
    qtbot.waitUntil(lambda: "15 hadir" in said(page))


def test_what_needs_doing_leads_to_where_it_is_done(page: TodayPage, window: Window) -> None:
    tasks = [row.title.text() for row in page.findChildren(ListRow)]
    assert any("belum ditutup" in task for task in tasks)
    assert any("waktunya dihubungi" in task for task in tasks)
    press(page, "Hubungi")
    assert window.page is not None
    assert window.page.name == "outcomes"


def test_the_market_names_its_sellers(page: TodayPage) -> None:
    words = said(page)
    assert "Kedai Samara minggu ini" in words
    assert "Dapur Bu Wati" in words


def test_a_lesson_begins_without_anybody_writing(page: TodayPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VENUE_DESK_TODAY", "2025-11-22T07:30")
    page.refresh()
    assert "Mulai pukul 08.00" in said(page)


def test_a_new_venue_is_told_what_comes_first(desk: Desk, make_window: Callable[[Path], Window]) -> None:
    window = make_window(desk.folder)
    window.begin(desk)
    page = window.page
    assert isinstance(page, TodayPage)
    assert [row.title.text() for row in page.findChildren(ListRow)] == [
        "Impor peserta dari lembar kerja",
        "Buat kelas pertama",
        "Siapkan kedai",
    ]


def test_a_removed_sample_leaves_an_empty_parish(sample: Desk) -> None:
    sample.do(sample_parish.remove)
    seen = sample.ask(today.today, datetime.fromisoformat(MORNING))
    assert (seen.lessons, seen.tasks, seen.market, seen.begun) == ((), (), None, frozenset())
