"""The first window: a venue in four steps that can be left and resumed, or a sample in one."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from venue_desk.desktop.setup import FirstWindow, logo
from venue_desk.desktop.setup.forms import DetailsForm, LetterheadForm, MarketForm, SignersForm
from venue_desk.desktop.widgets import Button, Toast
from venue_desk.desktop.window import Window
from venue_desk.domain.problem import Problem
from venue_desk.queries import venue
from venue_desk.store import beginning, database


@pytest.fixture
def window(make_window: Callable[[Path], Window], tmp_path: Path) -> Window:
    made = make_window(tmp_path / "new")
    made.begin_nowhere()
    return made


def first(window: Window) -> FirstWindow:
    QCoreApplication.processEvents()  # what a layout was given is shown by the event loop
    found = [one for one in window.findChildren(FirstWindow) if one.isVisible()]
    assert len(found) == 1
    return found[0]


def press(window: Window, words: str) -> None:
    next(one for one in first(window).findChildren(Button) if one.text() == words and one.isVisible()).click()


F = TypeVar("F", DetailsForm, LetterheadForm, SignersForm, MarketForm)


def form(window: Window, kind: type[F]) -> F:
    return next(one for one in first(window).findChildren(kind) if one.isVisible())


def test_a_venue_in_four_steps(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    press(window, "Siapkan tempat saya")
    form(window, DetailsForm).set_values(name="Paroki Santo Yusuf", area="Jakarta Timur")
    press(window, "Lanjut")
    form(window, LetterheadForm).set_values(letterhead=["Program Pelatihan"])
    press(window, "Lanjut")
    press(window, "Lanjut")
    form(window, MarketForm).set_values(stalls=6, market="Kedai Yusuf")
    press(window, "Selesai")
    qtbot.waitUntil(lambda: window.page is not None)
    details = window.desk.ask(venue.details)
    assert (details.name, details.letterhead) == ("Paroki Santo Yusuf", ("Program Pelatihan",))
    assert [row.stalls for row in window.desk.ask(venue.markets)] == [6]
    qtbot.waitUntil(lambda: not (window.folder / beginning.FILE).exists())
    assert not [one.name for one in window.folder.iterdir() if "setup" in one.name]
    window.desk.close()


def test_a_venue_needs_a_name(window: Window) -> None:
    press(window, "Siapkan tempat saya")
    press(window, "Lanjut")
    assert form(window, DetailsForm).isVisible()
    assert (
        form(window, DetailsForm)
        .rows["name"]
        .field.accessibleDescription()
        .startswith("Tempat ini belum bernama")
    )


def test_what_was_written_is_there_again(window: Window, qtbot: QtBot) -> None:
    press(window, "Siapkan tempat saya")
    form(window, DetailsForm).set_values(name="Paroki Santo Yusuf")
    press(window, "Lanjut")
    qtbot.waitUntil(lambda: beginning.kept(window.folder).get("step") == 1)
    for file in [*window.folder.rglob("*"), *window.folder.parent.glob("*.ini")]:
        assert file.is_dir() or b"Yusuf" not in file.read_bytes(), file
    window.begin_nowhere()  # as after a restart
    assert form(window, LetterheadForm).isVisible()
    press(window, "Kembali")
    assert form(window, DetailsForm).value("name") == "Paroki Santo Yusuf"


def test_the_sample_in_one_click_and_gone_in_another(window: Window, qtbot: QtBot) -> None:
    press(window, "Tampilkan contoh")
    qtbot.waitUntil(lambda: window.page is not None, timeout=20_000)
    assert window.desk.ask(venue.details).sample
    window.remove_sample()
    assert first(window).isVisible()
    window.desk.close()


def test_a_folder_that_cannot_be_written_leaves_nothing(
    make_window: Callable[[Path], Window], tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "file").write_text("in the way")
    window = make_window(tmp_path / "file/desk")
    window.begin_nowhere()
    press(window, "Tampilkan contoh")
    qtbot.waitUntil(lambda: any(toast.isVisible() for toast in window.findChildren(Toast)))
    assert not database.exists(tmp_path / "file/desk")
    assert window.opened is None


def test_a_logo_becomes_small(tmp_path: Path) -> None:
    picture = QImage(2000, 1000, QImage.Format.Format_RGB32)
    picture.fill(QColor("teal"))
    picture.save(str(tmp_path / "logo.jpg"))
    kept = logo.from_file(tmp_path / "logo.jpg")
    assert len(kept) < 100_000
    assert logo.pixmap(kept, 64).width() == 64
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(Problem):
        logo.from_file(tmp_path / "text.png")
