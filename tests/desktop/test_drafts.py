"""What was typed and not saved comes back after a crash, and lies nowhere but in the encrypted file."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from venue_desk.desktop.drafts import Drafts
from venue_desk.desktop.pages.courses.page import CoursesPage
from venue_desk.desktop.pages.people.dialogs import PersonDialog
from venue_desk.desktop.pages.people.importing import ImportDialog
from venue_desk.desktop.pages.people.page import PeoplePage
from venue_desk.desktop.widgets import Dialog
from venue_desk.desktop.window import Window
from venue_desk.store import drafts
from venue_desk.store.desk import Desk

LISTED = Path(__file__).parents[1] / "data/spreadsheets/synthetic__google_form.csv"


def opened(window: Window, kind: type[Dialog]) -> list[Dialog]:
    return [one for one in window.findChildren(kind) if not one.isHidden()]


def kept(window: Window) -> "drafts.Draft | None":
    return window.desk.ask(drafts.kept)


@pytest.fixture
def crash(window: Window, make_window: Callable[[Path], Window], qtbot: QtBot) -> Callable[[], Window]:
    """The window ends as a crash ends it, and another one starts over the same records."""

    def end_and_start() -> Window:
        folder, desk = window.folder, window.desk
        window.end()
        desk.close()
        again = make_window(folder)
        again.begin(Desk.open(folder))
        Drafts(again).resume()
        return again

    return end_and_start


def test_a_person_half_typed_comes_back(window: Window, crash: Callable[[], Window], qtbot: QtBot) -> None:
    Drafts(window)
    window.go("people")
    page = window.page
    assert isinstance(page, PeoplePage)
    page.add_person()
    (dialog,) = opened(window, PersonDialog)
    assert isinstance(dialog, PersonDialog)
    dialog.form.set_values(name="Raharjo Sukmawati", birth_date=date(1990, 11, 22), phone="08129876")
    qtbot.waitUntil(lambda: (found := kept(window)) is not None and found.values["phone"] == "08129876")
    for file in [*window.folder.rglob("*"), *window.folder.parent.glob("*.ini")]:
        assert file.is_dir() or b"Raharjo" not in file.read_bytes(), file
    again = crash()
    (back,) = opened(again, PersonDialog)
    assert isinstance(back, PersonDialog) and again.stage.here == "people"
    held = back.form.values()
    assert (held["name"], held["birth_date"], held["phone"]) == (
        "Raharjo Sukmawati",
        date(1990, 11, 22),
        "08129876",
    )
    back.reject()
    qtbot.waitUntil(lambda: kept(again) is None)
    again.desk.close()


def test_a_course_and_a_list_come_back(window: Window, crash: Callable[[], Window], qtbot: QtBot) -> None:
    Drafts(window)
    window.go("courses")
    page = window.page
    assert isinstance(page, CoursesPage)
    page.add_course()
    qtbot.waitUntil(lambda: kept(window) is not None)
    for dialog in window.findChildren(Dialog):
        dialog.reject()
    qtbot.waitUntil(lambda: kept(window) is None)
    window.go("people")
    people = window.page
    assert isinstance(people, PeoplePage)
    people.read(LISTED)
    qtbot.waitUntil(lambda: kept(window) is not None, timeout=10_000)
    again = crash()
    qtbot.waitUntil(lambda: bool(opened(again, ImportDialog)), timeout=10_000)
    again.desk.close()
