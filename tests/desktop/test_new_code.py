"""A computer whose token is gone: the sync page says so, and a new code sends all that waited."""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import centres
from keyrings import FileKeyring
from venue_desk.actions import people, venue
from venue_desk.desktop.pages.sync.newcode import NewCodeDialog
from venue_desk.desktop.widgets import Button
from venue_desk.desktop.window import Window
from venue_desk.queries import sync as known
from venue_desk.store import ring, tokens
from venue_desk.store.desk import Desk

MANY = 20_000


@pytest.fixture(autouse=True)
def _no_widget_dies_in_another_thread() -> Iterator[None]:
    """The centre runs in a thread of this process, and the collector runs in whichever thread allocates."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.delenv("VENUE_DESK_KEY_FILE")
    monkeypatch.setenv("VENUE_DESK_TEST_KEYRING", str(tmp_path / "keyring.json"))
    before = keyring.get_keyring()
    keyring.set_keyring(FileKeyring())  # type: ignore[no-untyped-call]
    made = Desk.create(tmp_path / "desk")
    made.do(venue.set_up, name="Paroki Uji", kind="parish")
    yield made
    made.close()
    keyring.set_keyring(before)


def test_a_new_code_is_entered_on_the_page(
    desk: Desk, make_window: Callable[[Path], Window], tmp_path: Path, qtbot: QtBot
) -> None:
    with centres.running(centres.make(tmp_path / "centre")) as centre:
        own = centre.venue("Paroki Uji")
        centre.join(desk, own)
        first = desk.ask(known.standing)
        assert first is not None
        ring.drop(f"centre {first.device}")
        tokens.forget(first.device)
        desk.do(people.add, name="Menunggu")
        window = make_window(desk.folder)
        window.begin(desk)
        window.go("sync")

        def pressable(words: str) -> list[Button]:
            QApplication.processEvents()
            return [one for one in window.findChildren(Button) if one.text() == words and one.isVisible()]

        pressable("Sinkronkan sekarang")[0].click()
        qtbot.waitUntil(lambda: bool(pressable("Masukkan kode baru…")), timeout=MANY)
        pressable("Masukkan kode baru…")[0].click()
        (dialog,) = [one for one in window.findChildren(NewCodeDialog) if one.isVisible()]
        assert dialog.form.value("server") == centre.url
        dialog._try()
        assert dialog.isVisible(), "no code was typed"
        dialog.form.set_values(code=centre.code(own))
        dialog._try()
        qtbot.waitUntil(lambda: desk.ask(known.status).waiting == 0, timeout=MANY)
        qtbot.waitUntil(lambda: not pressable("Masukkan kode baru…"), timeout=MANY)
        assert desk.ask(known.status).trouble == ""
