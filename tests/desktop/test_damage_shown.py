"""What the window shows of each kind of damage: plain words, and where it can a button that brings the records back."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from store.damages import KINDS, harm
from store.test_damage import whole
from store.test_damage_words import ENGINEERS
from venue_desk import language
from venue_desk.desktop.recovering import RecoveryScreen
from venue_desk.desktop.widgets import Button, Label
from venue_desk.desktop.window import Window
from venue_desk.store import database, recovery
from venue_desk.store.desk import Desk
from venue_desk.store.trouble import Damaged

__all__ = ["whole"]


def fault(folder: Path) -> str:
    """What a start finds; empty where it mends the damage by itself."""
    try:
        Desk.open(folder).close()
    except Damaged as problem:  # any other problem would not lead to the recovery
        return problem.text
    return recovery.fault(folder)


@pytest.mark.parametrize("number", range(KINDS))
def test_each_damage_is_shown_and_brought_back(
    whole: Path,
    make_window: Callable[[Path], Window],
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
) -> None:
    monkeypatch.setenv("VENUE_DESK_KEY_FILE", str(whole / "key"))
    language.use(("id", "en")[number % 2])
    folder = tmp_path / "venue"
    shutil.copytree(whole / "crashed", folder)
    name = harm(folder, number)
    why = fault(folder)
    if not why:
        return
    window = make_window(folder)
    window.damaged(why)
    (screen,) = window.findChildren(RecoveryScreen)
    back = next(
        one
        for one in screen.findChildren(Button)
        if one.text() in ("Pulihkan data", "Bring the records back")
    )
    qtbot.waitUntil(back.isEnabled, timeout=20_000)
    said = [one.text() for one in screen.findChildren(Label)]
    assert why in said
    for text in said:
        words = text.replace(str(folder), "").replace(database.FILE, "")
        assert not ENGINEERS.search(words), f"{name}: {text}"
    back.click()
    qtbot.waitUntil(lambda: window.opened is not None, timeout=20_000)
    assert recovery.fault(folder) == ""
    window.desk.close()
