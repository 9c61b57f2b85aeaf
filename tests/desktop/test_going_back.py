"""In the window: a new key for the records, backups of another key, and a locked desk whose file cannot be opened."""

import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

import pictures
from keyrings import FileKeyring
from pictures import Look
from venue_desk.actions import access as lock
from venue_desk.actions import people, venue
from venue_desk.desktop import otherkey
from venue_desk.desktop.lockscreen import LockScreen
from venue_desk.desktop.otherkey import OtherKeyDialog, OwnerDialog
from venue_desk.desktop.pages.settings.page import SettingsPage
from venue_desk.desktop.pages.settings.security import PinDialog
from venue_desk.desktop.recovering import RecoveryScreen, RestoreDialog
from venue_desk.desktop.setup.recovery import KNOWN, RecoveryDialog
from venue_desk.desktop.widgets import Button, Dialog, Label
from venue_desk.desktop.window import Window
from venue_desk.domain import access, recovery
from venue_desk.queries import people as seen
from venue_desk.queries.access import locking
from venue_desk.store import backups, computer, database, vault
from venue_desk.store.desk import Desk, local

Make = Callable[[Path], Window]
MANY = 20_000
LOOKS = (Look("id", "light"), Look("en", "dark"), Look("id", "dark", 200))


pytestmark = pytest.mark.usefixtures("ring")


def made(folder: Path, name: str, *persons: str) -> tuple[Desk, str]:
    """A venue whose key is in the keyring, and its recovery key."""
    desk = Desk.create(folder)
    desk.do(venue.set_up, name=name, kind="parish")
    for person in persons:
        desk.do(people.add, name=person)
    key = recovery.new()
    vault.keep_recovery(folder, key)
    assert vault.settle(folder)
    return desk, key


def settings(window: Window) -> SettingsPage:
    window.go("settings")
    page = window.page
    assert isinstance(page, SettingsPage)
    return page


def waited(window: Window, kind: type[Dialog], qtbot: QtBot) -> Dialog:
    qtbot.waitUntil(lambda: bool([one for one in window.findChildren(kind) if one.isVisible()]), timeout=MANY)
    return next(one for one in window.findChildren(kind) if one.isVisible())


def words(widget: QWidget) -> str:
    return " ".join(one.text() for one in widget.findChildren(Label) if one.isVisible())


def test_a_new_key_is_made_where_others_may_know_the_old_one(
    make_window: Make, tmp_path: Path, qtbot: QtBot
) -> None:
    desk, old = made(tmp_path / "desk", "Paroki Uji", "Maria Uji")
    first = backups.make(desk.engine, desk.folder).file
    first = first.rename(first.with_name("venue-desk-20250101-080000.db"))
    before = vault.read_key(desk.folder)
    window = make_window(desk.folder)
    window.begin(desk)
    settings(window)._security.new_recovery()
    dialog = waited(window, RecoveryDialog, qtbot)
    assert isinstance(dialog, RecoveryDialog)
    assert "kunci data tetap sama" in words(dialog).lower()
    dialog.form.choose(KNOWN)
    assert "ditulis ulang dengan kunci lain" in words(dialog)
    dialog.form.typed.setText(recovery.last_group(dialog.form.key))
    new = dialog.form.key
    dialog._try()
    qtbot.waitUntil(lambda: not window.findChildren(RecoveryDialog), timeout=MANY)
    assert vault.read_key(desk.folder) != before
    assert vault.fits(desk.folder, vault.RECOVERY, new) and not vault.fits(desk.folder, vault.RECOVERY, old)
    newest = backups.known(desk.folder)[0].file
    assert database.check(newest, vault.read_key(desk.folder)) == "" and database.check(first, before) == ""
    # The window goes on with the same desk.
    window.go("people")
    window.do(people.add, name="Sesudah Kunci Baru")
    assert window.desk.ask(seen.found_ids, "Sesudah", 5)
    desk.close()


def test_a_backup_of_another_computer_is_opened_by_its_recovery_key(
    make_window: Make, tmp_path: Path, qtbot: QtBot
) -> None:
    other, its = made(tmp_path / "other", "Paroki Sana", "Agnes Sana")
    stick = tmp_path / "stick"
    stick.mkdir()
    database.backup(other.engine, stick / "copy.db")
    other.close()
    FileKeyring().delete_password("venue-desk", vault.read(other.folder)["id"])  # type: ignore[index,no-untyped-call]
    desk, _own = made(tmp_path / "desk", "Paroki Sini", "Maria Sini")
    desk.do(lock.set_pin, access.COORDINATOR, "2580", "2580")
    window = make_window(desk.folder)
    window.begin(desk)
    window.unlock(access.COORDINATOR)
    settings(window)._safety._ask_restore(stick / "copy.db")
    asked = waited(window, OtherKeyDialog, qtbot)
    assert isinstance(asked, OtherKeyDialog) and "kunci lain" in asked.sentence.text()
    asked.key.field.setText(recovery.new())
    asked._try()
    qtbot.waitUntil(lambda: "tidak membuka" in words(asked), timeout=MANY)
    asked.key.field.setText(its)
    asked._try()
    shown = waited(window, RestoreDialog, qtbot)
    assert "Paroki Sana" in words(shown)
    shown.accept()
    qtbot.waitUntil(lambda: window.opened is not desk, timeout=MANY)
    assert window.desk.ask(seen.found_ids, "Agnes", 5) and not window.desk.ask(seen.found_ids, "Maria", 5)
    assert window.desk.ask(locking).on and window.may(), "the coordinator goes on, the PIN holds"
    window.lock()
    assert not window.may()
    window.desk.close()


def test_a_backup_without_its_vault_is_opened_by_its_key_file(
    make_window: Make, tmp_path: Path, qtbot: QtBot
) -> None:
    other, _key = made(tmp_path / "other", "Paroki Sana", "Agnes Sana")
    (tmp_path / "stick").mkdir()
    database.backup(other.engine, tmp_path / "stick/copy.db")
    vault.to_file(other.folder, tmp_path / "its-key")
    other.close()
    for one in (tmp_path / "stick").glob("*.vault"):
        one.unlink()
    desk, _own = made(tmp_path / "desk", "Paroki Sini")
    window = make_window(desk.folder)
    window.begin(desk)
    settings(window)._safety._ask_restore(tmp_path / "stick/copy.db")
    asked = waited(window, OtherKeyDialog, qtbot)
    assert isinstance(asked, OtherKeyDialog)
    asked._try()
    assert asked.isVisible(), "nothing was given yet"
    asked.key.take(tmp_path / "its-key")
    asked._try()
    waited(window, RestoreDialog, qtbot).accept()
    qtbot.waitUntil(lambda: window.opened is not desk, timeout=MANY)
    assert window.desk.ask(seen.found_ids, "Agnes", 5)
    window.desk.close()


def test_a_locked_desk_that_cannot_be_opened_lets_nobody_choose_a_backup_without_the_recovery_key(
    make_window: Make, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, key = made(tmp_path / "desk", "Paroki Uji", "Maria Uji")
    source = backups.make(desk.engine, desk.folder).file
    desk.do(lock.set_pin, access.COORDINATOR, "2580", "2580")
    computer.note(desk.folder, desk.ask(local, computer.ACCESS))
    desk.close()
    for file in desk.folder.glob(f"{database.FILE}*"):
        file.write_bytes(bytes(8192))
    window = make_window(desk.folder)
    window.damaged("rusak")
    chosen: list[str] = []

    def choose(title: str, _kinds: str, done: Callable[[Path], object]) -> None:
        chosen.append(title)
        done(source)

    monkeypatch.setattr(window, "choose_file", choose)
    screen = window.findChildren(RecoveryScreen)[0]
    screen.choose()
    owner = waited(window, OwnerDialog, qtbot)
    assert isinstance(owner, OwnerDialog) and not chosen
    owner.field.setText(recovery.new())
    owner._try()
    qtbot.waitUntil(lambda: "tidak membuka" in words(owner), timeout=MANY)
    assert not chosen
    owner.field.setText(key)
    owner._try()
    waited(window, RestoreDialog, qtbot).accept()
    qtbot.waitUntil(lambda: window.opened is not None, timeout=MANY)
    assert window.locked and isinstance(window._inside, LockScreen), "the PIN is gone with the file"
    window.desk.close()


def test_who_has_no_pin_is_asked_nothing(
    make_window: Make, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, _key = made(tmp_path / "desk", "Paroki Uji")
    desk.close()
    (desk.folder / database.FILE).write_bytes(bytes(8192))
    window = make_window(desk.folder)
    window.damaged("rusak")
    chosen: list[str] = []

    def choose(title: str, _kinds: str, _done: object) -> None:
        chosen.append(title)

    monkeypatch.setattr(window, "choose_file", choose)
    window.findChildren(RecoveryScreen)[0].choose()
    qtbot.waitUntil(lambda: bool(chosen), timeout=MANY)


def test_a_pin_is_changed_behind_the_window(make_window: Make, tmp_path: Path, qtbot: QtBot) -> None:
    desk, _key = made(tmp_path / "desk", "Paroki Uji")
    desk.do(lock.set_pin, access.COORDINATOR, "2580", "2580")
    window = make_window(desk.folder)
    window.begin(desk)
    window.unlock(access.COORDINATOR)
    settings(window)._security.change_pin(access.HELPER)
    dialog = waited(window, PinDialog, qtbot)
    assert isinstance(dialog, PinDialog)
    for now, pin, again, said in (
        ("0000", "1379", "1379", "PIN ini salah"),
        ("2580", "1379", "1378", "tidak sama"),
        ("2580", "2580", "2580", "sudah dipakai"),
    ):
        dialog.form.set_values(now=now, pin=pin, again=again)
        dialog._try()
        qtbot.waitUntil(lambda said=said: said in words(dialog), timeout=MANY)  # type: ignore[misc]
    dialog.form.set_values(now="2580", pin="1379", again="1379")
    dialog._try()
    qtbot.waitUntil(lambda: access.HELPER in desk.ask(locking).roles, timeout=MANY)
    qtbot.waitUntil(lambda: computer.locked(desk.folder), timeout=MANY)
    desk.close()


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_pictures(make_window: Make, tmp_path: Path, look: Look) -> None:
    desk, _key = made(tmp_path / "desk", "Paroki Uji")
    with closing(desk):
        window = make_window(desk.folder)
        window.begin(desk)
        pictures._wear(window, look)
        into = Path(os.environ["PICTURES"]) if "PICTURES" in os.environ else None
        taken = []
        again = RecoveryDialog(window, desk.folder, "Paroki Uji", ring=True, again=True)
        again.form.choose(KNOWN)
        shown: dict[str, Dialog] = {"recovery-again": again}
        shown |= {
            name: one
            for name, one in otherkey.pictures(window, desk.folder).items()
            if isinstance(one, Dialog)
        }
        for name, dialog in shown.items():
            window.dialog(dialog)
            pictures.settle()
            taken.append(pictures.shot(dialog, name, look, into))
            dialog.reject()
            QApplication.processEvents()
        assert not [str(one) for one in taken if one.faults]


def test_the_buttons_say_what_they_do(make_window: Make, tmp_path: Path) -> None:
    desk, _key = made(tmp_path / "desk", "Paroki Uji")
    window = make_window(desk.folder)
    window.begin(desk)
    page = settings(window)
    assert "Buat yang baru…" in [one.text() for one in page._security.findChildren(Button)]
    desk.close()
