"""The recovery key in the window: after the set-up, in the settings, and on another computer."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

import pictures
from venue_desk.actions import people, venue
from venue_desk.desktop.pages.settings.page import SettingsPage
from venue_desk.desktop.setup.recovery import RecoveryDialog, RecoveryStep
from venue_desk.desktop.setup.restoring import BackupKeyDialog
from venue_desk.desktop.widgets import Button, Label
from venue_desk.desktop.window import Window
from venue_desk.domain import recovery
from venue_desk.queries import people as seen
from venue_desk.store import database, vault
from venue_desk.store.desk import Desk

Make = Callable[[Path], Window]
PHRASE = "empat kata tanpa hubungan"


def test_the_set_up_ends_with_the_recovery_key(
    make_window: Make, tmp_path: Path, ring: Path, qtbot: QtBot
) -> None:
    folder = tmp_path / "desk"
    window = make_window(folder)
    window.begin_nowhere()
    first = window.first
    assert first is not None
    first._create({"name": "Paroki Uji", "kind": "parish"})
    qtbot.waitUntil(lambda: bool(first.findChildren(RecoveryStep)), timeout=20_000)
    step = first.findChildren(RecoveryStep)[0].form
    assert step.phrase_row.isHidden(), "this computer has a keyring"
    step.typed.setText("AAAAA")
    step.confirm(lambda: pytest.fail("it was not typed back"))
    assert (folder / vault.KEY_FILE).exists() and not (folder / vault.FILE).exists()
    step.typed.setText(step.key.rsplit("-", 1)[1].lower())
    next(one for one in first.recovery.findChildren(Button) if one.text() == "Selesai").click()
    qtbot.waitUntil(lambda: window.opened is not None)
    assert not (folder / vault.KEY_FILE).exists() and vault.fits(folder, vault.RECOVERY, step.key)
    assert window.stage.here and window.opened is not None
    window.opened.close()


def test_the_key_is_moved_in_the_settings(
    make_window: Make, tmp_path: Path, ring: Path, qtbot: QtBot
) -> None:
    folder = tmp_path / "desk"
    desk = Desk.create(folder)
    desk.do(venue.set_up, name="Paroki Uji", kind="parish")
    window = make_window(folder)
    window.begin(desk)
    window.go("settings")
    page = window.page
    assert isinstance(page, SettingsPage)
    page._security.to_keyring()
    qtbot.waitUntil(lambda: bool(window.findChildren(RecoveryDialog)))
    dialog = window.findChildren(RecoveryDialog)[0]
    dialog.form.typed.setText(recovery.last_group(dialog.form.key))
    dialog._try()
    qtbot.waitUntil(lambda: not window.findChildren(RecoveryDialog))
    assert vault.standing(folder).place == vault.KEYRING and not (folder / vault.KEY_FILE).exists()
    assert vault.standing(folder).recovery
    desk.close()


@pytest.mark.parametrize("by", ["recovery", "passphrase", "file"])
def test_a_backup_is_restored_with_one_of_its_keys(
    make_window: Make, tmp_path: Path, ring: Path, qtbot: QtBot, by: str
) -> None:
    desk = Desk.create(tmp_path / "lost")
    desk.do(venue.set_up, name="Paroki Uji", kind="parish")
    desk.do(people.add, name="Maria Uji")
    key = recovery.new()
    vault.keep_recovery(desk.folder, key)
    if by == "passphrase":
        vault.keep_passphrase(desk.folder, PHRASE)
    assert vault.settle(desk.folder)
    stick = tmp_path / "stick"
    stick.mkdir()
    database.backup(desk.engine, stick / "copy.db")
    if by == "file":
        vault.to_file(desk.folder, tmp_path / "its-key")
        for beside in stick.glob("*.vault"):
            beside.unlink()
    desk.close()
    ring.unlink()
    window = make_window(tmp_path / "new")
    window.begin_nowhere()
    assert window.first is not None
    window.first._ask_key(stick / "copy.db")
    dialog = window.findChildren(BackupKeyDialog)[0]
    dialog.key.choose({"recovery": vault.RECOVERY, "passphrase": vault.PASSPHRASE, "file": vault.FILED}[by])
    if by == "file":
        assert not (stick / "copy.vault").exists()
    else:
        dialog.key.field.setText(key[:-2] if by == "recovery" else "")
    dialog._try()
    assert dialog.isVisible()
    if by == "file":
        dialog.key.take(tmp_path / "its-key")
    else:
        dialog.key.field.setText(key if by == "recovery" else PHRASE)
    dialog._try()
    if by == "file":  # nobody has a recovery key of it: one is made now
        qtbot.waitUntil(lambda: bool(window.findChildren(RecoveryStep)), timeout=20_000)
        next(one for one in window.findChildren(Button) if one.text().startswith("Nanti")).click()
    qtbot.waitUntil(lambda: window.opened is not None, timeout=20_000)
    assert window.opened is not None
    assert [one.name for one in window.opened.ask(seen.found, "maria")] == ["Maria Uji"]
    window.opened.close()


def test_a_recovery_key_left_for_later_is_recalled_until_it_is_made(
    make_window: Make, tmp_path: Path, ring: Path, qtbot: QtBot
) -> None:
    folder = tmp_path / "desk"
    window = make_window(folder)
    window.begin_nowhere()
    first = window.first
    assert first is not None
    first._create({"name": "Paroki Uji", "kind": "parish"})
    qtbot.waitUntil(lambda: bool(first.findChildren(RecoveryStep)), timeout=20_000)
    later = next(
        one for one in first.recovery.findChildren(Button) if one.text() == "Nanti: Hari ini mengingatkan"
    )
    later.click()
    qtbot.waitUntil(lambda: window.opened is not None and window.stage.here == "today")

    def shown(words: str) -> bool:
        return any(words in one.text() for one in window.findChildren(Label) if one.isVisible())

    qtbot.waitUntil(lambda: shown("Belum ada kunci pemulihan"))
    qtbot.waitUntil(lambda: "Belum ada kunci pemulihan: lihat Hari ini" in window.status.accessibleName())
    qtbot.waitUntil(lambda: window.navigation.buttons["today"].count > 0)
    task = next(
        one for one in window.findChildren(Button) if one.text() == "Buat sekarang" and one.isVisible()
    )
    if "PICTURES" in os.environ:
        pictures.settle()
        pictures.shot(window, "later", pictures.LOOKS[0], Path(os.environ["PICTURES"]))
    task.click()
    qtbot.waitUntil(lambda: bool(window.findChildren(RecoveryDialog)), timeout=20_000)
    dialog = window.findChildren(RecoveryDialog)[0]
    dialog.form.typed.setText(recovery.last_group(dialog.form.key))
    dialog._try()
    qtbot.waitUntil(
        lambda: not shown("Belum ada kunci pemulihan") and not window.findChildren(RecoveryDialog),
        timeout=20_000,
    )
    qtbot.waitUntil(lambda: "kunci pemulihan" not in window.status.accessibleName())
    assert not vault.wants_recovery(folder)
    assert window.opened is not None
    window.opened.close()


def test_a_sample_needs_no_recovery_key(sample: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from venue_desk.desktop.upkeep import unprotected

    vault.to_file(sample.folder, sample.folder / vault.KEY_FILE)
    monkeypatch.delenv("VENUE_DESK_KEY_FILE")
    assert vault.wants_recovery(sample.folder) and not unprotected(sample)
