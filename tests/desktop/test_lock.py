"""A locked or a helper's desk: no road leads to the rest."""

import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

import pictures
from pictures import Look
from venue_desk.actions import access as lock
from venue_desk.actions import people
from venue_desk.desktop.keyscreen import KeyScreen
from venue_desk.desktop.locking import Idle
from venue_desk.desktop.lockscreen import LockScreen
from venue_desk.desktop.page import Job, Page
from venue_desk.desktop.pages import PLACES
from venue_desk.desktop.searching import Search
from venue_desk.desktop.widgets import Ask, Dialog, TextField, Toast
from venue_desk.desktop.window import Window
from venue_desk.domain import access, recovery
from venue_desk.domain.problem import Problem
from venue_desk.queries import access as seen
from venue_desk.queries import lessons
from venue_desk.store import computer, vault
from venue_desk.store.desk import Desk

PIN, HELPERS = "2580", "1379"
NIGHT = "2025-11-22T09:42"


@pytest.fixture
def guarded(window: Window, monkeypatch: pytest.MonkeyPatch) -> Window:
    """The sample's window with both PINs set, the coordinator at work on the people."""
    monkeypatch.setenv("VENUE_DESK_TODAY", NIGHT)
    window.desk.do(lock.set_pin, access.COORDINATOR, PIN, PIN)
    window.desk.do(lock.set_pin, access.HELPER, HELPERS, HELPERS)
    window.attend()
    window.go("people")
    return window


def is_locked(window: Window) -> bool:
    return window.locked


def screen(window: Window) -> LockScreen:
    assert isinstance(window._inside, LockScreen)
    return window._inside


def type_pin(window: Window, pin: str) -> None:
    """Type a PIN (or the recovery key), and wait until it was checked behind the window."""
    asked = screen(window)
    asked.pin.setText(pin)
    asked.try_pin()
    give_up = time.monotonic() + 20
    while window._inside is asked and asked.asking():
        QApplication.processEvents()
        assert time.monotonic() < give_up


def words(window: Window) -> str:
    """Everything that can be read in the window and its dialogs."""
    QApplication.processEvents()
    shown = [one for one in [window, *window.findChildren(QWidget)] if one.isVisible()]
    texts = [str(one.property("text") or "") + one.accessibleName() for one in shown]
    return " ".join([window.windowTitle(), *texts])


def press(window: Window, keys: str) -> None:
    """What a key does: its shortcut is activated as Qt would."""
    for one in window.findChildren(QShortcut):
        if one.key() == QKeySequence(keys):
            one.activated.emit()


def test_without_a_pin_nothing_locks(window: Window) -> None:
    window.lock()
    assert not is_locked(window)


def test_every_road_ends_at_the_lock(guarded: Window) -> None:
    window = guarded
    window.desk.do(people.add, name="Yang Baru")
    before = window.desk.next_steps()
    window.lock()
    assert is_locked(window) and "Siti" not in words(window)
    for keys in ["Ctrl+K", "Ctrl+Z", "Ctrl+Shift+Z", "Ctrl+Y", "F1", *(f"Alt+{n}" for n in range(1, 10))]:
        press(window, keys)
        assert isinstance(window._inside, LockScreen), keys
    for one in PLACES:
        window.go(one.name)
        window.go_if_open(one.name)
    window.search("siti")
    window.help()
    window.undo()
    window.redo()
    window.card("VD1ABCDEFGHIJ")
    window.toast("Siti", undo=True)
    window.problem(Problem("Siti"))
    window.choose_file("Siti", "*", print)
    window.save_file("Siti", "siti.pdf", "*", print)
    QTest.keyClicks(window._inside, "siti")
    window.restyle()
    assert isinstance(window._inside, LockScreen) and is_locked(window)
    assert not [one for one in window.findChildren(QDialog) if one.isVisible()]
    assert not [one for one in window.findChildren(Toast) if one.isVisible()]
    assert "Siti" not in words(window)
    assert not [one for one in window.findChildren(Page) if one.isVisible()]
    assert window.desk.next_steps() == before, "something was undone"


def test_the_same_work_comes_back(guarded: Window) -> None:
    page = guarded.page
    guarded.lock()
    type_pin(guarded, "0000")
    assert is_locked(guarded)
    type_pin(guarded, PIN)
    assert not is_locked(guarded) and guarded.page is page and page is not None and page.isVisible()
    assert "Paroki" in guarded.windowTitle()


def test_an_open_dialog_is_put_away_with_what_was_typed(guarded: Window) -> None:
    dialog = Dialog("Tambah", yes="Tambah")
    field = TextField("Siti Rahasia", name="Nama")
    dialog.add(field)
    guarded.dialog(dialog)
    guarded.search("siti")
    assert dialog.isVisible()
    guarded.lock()
    assert not dialog.isVisible() and not [o for o in guarded.findChildren(Search) if o.isVisible()]
    type_pin(guarded, PIN)
    assert dialog.isVisible() and field.text() == "Siti Rahasia"
    dialog.reject()


def test_a_dialog_of_the_coordinator_is_not_shown_to_a_helper(guarded: Window) -> None:
    done: list[str] = []
    guarded.dialog(Ask("Hapus?", "Siti", yes="Hapus"), done=lambda: done.append("yes"))
    guarded.lock()
    guarded.ask("Dari pekerjaan", "Siti", yes="Ya", done=lambda: done.append("job"))
    type_pin(guarded, HELPERS)
    assert guarded.role == access.HELPER and guarded.stage.here == "attendance"
    assert not [one for one in guarded.findChildren(QDialog) if one.isVisible()] and not done


def test_a_helper_takes_attendance_only(guarded: Window) -> None:
    guarded.desk.do(people.add, name="Yang Baru")
    guarded.lock()
    type_pin(guarded, HELPERS)
    assert guarded.navigation.isHidden()
    for one in PLACES:
        guarded.go(one.name)
        guarded.navigation.buttons[one.name].click()
        assert guarded.stage.here == "attendance", one.name
    for keys in ["Ctrl+K", *(f"Alt+{n}" for n in range(1, 10))]:
        press(guarded, keys)
    assert guarded.stage.here == "attendance"
    assert not [one for one in guarded.findChildren(QDialog) if one.isVisible()]
    before = guarded.desk.next_steps()
    press(guarded, "Ctrl+Z")
    assert guarded.desk.next_steps() == before, "a helper undid the coordinator's step"
    guarded.card("SIM1:abc")
    assert guarded.stage.here == "attendance"
    guarded.restyle()
    assert guarded.stage.here == "attendance" and guarded.navigation.isHidden()
    guarded.lock()
    type_pin(guarded, PIN)
    assert guarded.role == access.COORDINATOR and not guarded.navigation.isHidden()


def test_a_helper_undoes_a_mark(guarded: Window) -> None:
    from venue_desk.actions import attendance
    from venue_desk.queries import attendance as rosters

    guarded.lock()
    type_pin(guarded, HELPERS)
    lesson = guarded.desk.ask(lessons.around, guarded.today())[0].id
    open_one = next(
        one.id
        for one in guarded.desk.ask(lessons.around, guarded.today())
        if one.day == guarded.today() and one.closed_at is None
    )
    roster = guarded.desk.ask(rosters.roster, open_one)
    assert lesson and roster is not None
    row = next(one for one in roster.rows if not one.status)
    guarded.desk.do(attendance.mark_arrival, open_one, row.enrolment_id, datetime(2025, 11, 22, 9, 0))
    assert guarded.desk.next_steps()[0] in access.STEPS
    press(guarded, "Ctrl+Z")
    marks = guarded.desk.ask(rosters.roster, open_one)
    assert marks is not None and not marks.rows[row.number - 1].status


def test_it_starts_locked(guarded: Window, make_window: Callable[[Path], Window]) -> None:
    other = make_window(guarded.folder)
    other.begin(guarded.desk)
    assert is_locked(other) and isinstance(other._inside, LockScreen)
    assert "Siti" not in words(other)
    type_pin(other, PIN)
    assert not is_locked(other) and other.stage.here


def test_it_locks_by_itself(guarded: Window) -> None:
    idle = guarded.findChild(Idle)
    assert isinstance(idle, Idle) and idle.minutes == access.IDLE
    idle.look()
    assert not is_locked(guarded)
    idle.last = time.time() - 60 * access.IDLE - 1
    idle.look()
    assert is_locked(guarded)


def test_a_key_after_the_computer_slept_does_nothing_but_lock(guarded: Window, qtbot: QtBot) -> None:
    field = TextField(name="Nama")
    qtbot.addWidget(field)
    field.show()
    idle = guarded.findChild(Idle)
    assert isinstance(idle, Idle)
    idle.last = time.time() - 3600
    QTest.keyClick(field, Qt.Key.Key_A)
    assert is_locked(guarded) and not field.text()


def test_ctrl_l_locks_from_inside_a_dialog(guarded: Window) -> None:
    dialog = Dialog("Tambah", yes="Tambah")
    field = TextField(name="Nama")
    dialog.add(field)
    guarded.dialog(dialog)
    QTest.keyClick(field, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert is_locked(guarded) and not dialog.isVisible()


def test_cards_are_marked_at_a_locked_desk_only_where_that_was_decided(guarded: Window) -> None:
    from venue_desk.queries import attendance as rosters

    desk = guarded.desk
    lesson = next(
        one.id
        for one in desk.ask(lessons.around, guarded.today())
        if one.day == guarded.today() and one.closed_at is None
    )

    def waiting() -> list[rosters.RosterRow]:
        roster = desk.ask(rosters.roster, lesson)
        assert roster is not None
        return [one for one in roster.rows if not one.status]

    from venue_desk.domain import cards

    one = waiting()[0]
    card = cards.code(one.person_id)
    guarded.lock()
    guarded.card(card)
    assert one in waiting(), "marked though it is closed"
    type_pin(guarded, PIN)
    desk.do(lock.decide, 10, True)
    guarded.lock()
    guarded.card(card)
    assert one.enrolment_id not in {left.enrolment_id for left in waiting()}
    others = [row.name for row in waiting()]
    assert one.name in words(guarded) and not [name for name in others if name in words(guarded)]
    guarded.card("siti")
    assert is_locked(guarded)


def test_a_pin_is_checked_behind_the_window_whatever_else_runs(guarded: Window, qtbot: QtBot) -> None:
    done = threading.Event()

    def long_job() -> Job:
        yield "Working"
        done.wait(60)

    guarded.run(long_job(), "", quiet=True)
    guarded.lock()
    asked = screen(guarded)
    asked.pin.setText(PIN)
    asked.try_pin()
    assert guarded.locked and asked.asking(), "it was checked on the window's thread"
    asked.pin.setText("0000")
    asked.try_pin()  # Enter twice: the second waits for the first
    qtbot.waitUntil(lambda: not guarded.locked)
    done.set()
    assert guarded.desk.ask(seen.waiting, datetime.now()) == 0


def test_a_lock_screen_that_is_gone_hears_no_answer(guarded: Window, qtbot: QtBot) -> None:
    guarded.lock()
    asked = screen(guarded)
    asked.pin.setText("0000")
    asked.try_pin()
    guarded.restyle()  # makes another lock screen
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qtbot.waitUntil(lambda: guarded.desk.ask(seen.read)["wrong"] == 1)
    QApplication.processEvents()
    assert guarded.locked and screen(guarded) is not asked
    type_pin(guarded, PIN)
    assert not guarded.locked


def test_who_was_made_to_wait_waits_on_after_a_restart(
    guarded: Window, make_window: Callable[[Path], Window]
) -> None:
    guarded.lock()
    for _time in range(4):
        screen(guarded)._wait = 0
        type_pin(guarded, "0000")
    other = make_window(guarded.folder)
    other.begin(guarded.desk)
    asked = screen(other)
    assert not asked.open_button.isEnabled() and "detik" in words(other)
    before = guarded.desk.ask(seen.read)
    asked.pin.setText(PIN)
    asked.try_pin()
    assert not asked.asking() and guarded.desk.ask(seen.read) == before
    asked.forgotten.click()
    assert asked.open_button.isEnabled(), "the recovery key need not wait"


def test_the_lock_is_noted_where_it_survives_a_damaged_file(guarded: Window, qtbot: QtBot) -> None:
    vault.keep_recovery(guarded.folder, recovery.new())
    guarded.attend()
    qtbot.waitUntil(lambda: computer.locked(guarded.folder))
    guarded.desk.do(lock.drop_pin, access.COORDINATOR)
    guarded.attend()
    qtbot.waitUntil(lambda: not computer.locked(guarded.folder))


def test_a_forgotten_pin_is_removed_by_the_recovery_key(guarded: Window) -> None:
    key = recovery.new()
    vault.keep_recovery(guarded.folder, key)
    guarded.lock()
    screen(guarded).forgotten.click()
    type_pin(guarded, recovery.new())
    assert is_locked(guarded)
    type_pin(guarded, key)
    assert not is_locked(guarded)
    guarded.lock()
    assert not is_locked(guarded), "there is no PIN any more"


def test_a_missing_key_asks_for_the_recovery_key(
    make_window: Callable[[Path], Window], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.delenv("VENUE_DESK_KEY_FILE")
    folder = tmp_path / "desk"
    Desk.create(folder).close()
    key = recovery.new()
    vault.keep_recovery(folder, key)
    (folder / vault.KEY_FILE).unlink()
    window = make_window(folder)
    opened: list[Desk] = []
    with pytest.raises(vault.KeyNeeded) as told:
        Desk.open(folder)
    window.refused(told.value, lambda: opened.append(Desk.open(folder)))
    asked = window._inside
    assert isinstance(asked, KeyScreen)
    asked.field.setText(recovery.new())
    asked.try_it()
    qtbot.waitUntil(lambda: "tidak membuka" in words(window))
    asked.field.setText(key)
    asked.try_it()
    qtbot.waitUntil(lambda: bool(opened))
    opened[0].close()


@pytest.mark.parametrize("look", [Look("id", "light"), Look("en", "dark"), Look("id", "dark", 200)], ids=str)
def test_pictures_of_the_lock(guarded: Window, look: Look) -> None:
    guarded.desk.do(lock.decide, 10, True)
    guarded.settings.language, guarded.settings.theme = look.language, look.theme
    guarded.settings.text_size = look.size
    guarded.restyle()
    guarded.lock()
    taken = []

    def take(name: str) -> None:
        pictures.settle()
        taken.append(pictures.shot(guarded, name, look, None))

    take("lock")
    for _time in range(3):
        type_pin(guarded, "0000")
    take("lock-wrong")
    screen(guarded).forgotten.click()
    take("lock-forgotten")
    guarded.unlock(access.HELPER)
    take("helper")
    ways = frozenset({vault.RECOVERY, vault.PASSPHRASE})
    guarded.refused(vault.KeyNeeded("Siti", "", guarded.folder, ways), lambda: None)
    take("key")
    assert not [str(one) for one in taken if one.faults]
