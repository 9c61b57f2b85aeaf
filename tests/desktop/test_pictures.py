"""Every page and dialog in both languages, light and dark, at 100 and 200 %: nothing clipped, foreign or unnamed."""

from collections.abc import Callable
from pathlib import Path

import pytest

import pictures
from pictures import LOOKS, Look
from venue_desk.desktop.window import Window

SETUP_LOOKS = (Look("id", "light"), Look("en", "dark"), Look("id", "dark", 200))


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_page_and_dialog(window: Window, look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VENUE_DESK_TODAY", "2025-11-22T09:42")
    wrong = [str(picture) for picture in pictures.everything(window, None, (look,)) if picture.faults]
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize("look", SETUP_LOOKS, ids=str)
def test_the_first_window(make_window: Callable[[Path], Window], tmp_path: Path, look: Look) -> None:
    window = make_window(tmp_path / "new")
    window.begin_nowhere()
    wrong = [str(picture) for picture in pictures.first_window(window, None, (look,)) if picture.faults]
    assert not wrong, "\n" + "\n".join(wrong)
