"""Every key and every button, tried at a locked and at a helper's window. What is new and has no rule fails here."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QKeyCombination
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from venue_desk.actions import access as lock
from venue_desk.actions import people
from venue_desk.desktop import locking
from venue_desk.desktop.help import HelpDialog
from venue_desk.desktop.lockscreen import LockScreen
from venue_desk.desktop.page import Page
from venue_desk.desktop.pages import PLACES
from venue_desk.desktop.window import Window
from venue_desk.domain import access

PIN, HELPERS = "2580", "1379"


@pytest.fixture
def guarded(window: Window, monkeypatch: pytest.MonkeyPatch) -> Iterator[Window]:
    """The sample's window with both PINs; the coordinator has just added somebody."""
    monkeypatch.setenv("VENUE_DESK_TODAY", "2025-11-22T09:42")
    window.desk.do(lock.set_pin, access.COORDINATOR, PIN, PIN)
    window.desk.do(lock.set_pin, access.HELPER, HELPERS, HELPERS)
    window.attend()
    window.desk.do(people.add, name="Yang Baru")
    yield window
    for one in window.findChildren(QDialog):
        one.reject()


def bound(window: Window) -> set[str]:
    """Every key that the window and its pages bind, once each page was there."""
    found: set[str] = set()
    for one in PLACES:
        window.go(one.name)
        QApplication.processEvents()
        found |= {
            made.key().toString(QKeySequence.SequenceFormat.PortableText)
            for made in window.findChildren(QShortcut)
        }
    return found


def press(window: Window, keys: str) -> None:
    """As hands do: Qt finds the shortcut that this key is bound to, if any."""
    pressed: QKeyCombination = QKeySequence(keys)[0]  # type: ignore[index]
    target = QApplication.focusWidget() or window
    QTest.keyClick(target, pressed.key(), pressed.keyboardModifiers())
    for _round in range(3):
        QApplication.processEvents()


def seen(window: Window) -> list[QWidget]:
    """Dialogs and pages that somebody could look at."""
    return [
        one for one in window.findChildren(QWidget) if isinstance(one, QDialog | Page) and one.isVisible()
    ]


def test_every_bound_key_has_a_rule(guarded: Window) -> None:
    missing = bound(guarded) - set(locking.KEYS)
    assert not missing, f"add to desktop.locking.KEYS who may do what these do: {sorted(missing)}"


def test_a_locked_window_does_nothing_at_any_key(guarded: Window, qtbot: QtBot) -> None:
    guarded.activateWindow()
    qtbot.waitUntil(guarded.isActiveWindow)
    guarded.lock()
    before = guarded.desk.next_steps()
    for keys in sorted(locking.KEYS):
        press(guarded, keys)
        assert guarded.locked and isinstance(guarded._inside, LockScreen) and not seen(guarded), keys
        assert guarded.desk.next_steps() == before, keys


def test_a_helpers_keys_reach_attendance_only(guarded: Window, qtbot: QtBot) -> None:
    guarded.activateWindow()
    qtbot.waitUntil(guarded.isActiveWindow)
    guarded.lock()
    guarded.unlock(access.HELPER)
    before = guarded.desk.next_steps()
    for keys in sorted(locking.KEYS):
        press(guarded, keys)
        assert guarded.desk.next_steps() == before, f"{keys}: a step of the coordinator's was taken back"
        if guarded.locked:
            assert keys == "Ctrl+L"
            guarded.unlock(access.HELPER)
            continue
        assert guarded.stage.here == "attendance", keys
        others = [one for one in seen(guarded) if one is not guarded.page]
        assert all(isinstance(one, HelpDialog) for one in others) and (keys == "F1" or not others), keys
        for one in others:
            one.close()
        QApplication.processEvents()


def test_the_test_sees_a_key_without_a_guard(guarded: Window, qtbot: QtBot) -> None:
    """A planted bug: a key that goes to a page without asking who is there."""
    QShortcut(QKeySequence("Ctrl+J"), guarded, lambda: guarded.stage.show_page("people"))
    assert bound(guarded) - set(locking.KEYS) == {"Ctrl+J"}
    guarded.activateWindow()
    qtbot.waitUntil(guarded.isActiveWindow)
    guarded.lock()
    guarded.unlock(access.HELPER)
    press(guarded, "Ctrl+J")
    assert guarded.stage.here == "people", "keys do not reach the window in this test"


def steps_done(window: Window) -> list[str]:
    """The names of all actions so far, the oldest first."""
    with window.desk.engine.connect() as connection:
        said = "SELECT name FROM journal WHERE kind <> 'aside' GROUP BY action ORDER BY min(rowid)"
        return [str(row[0]) for row in connection.exec_driver_sql(said)]


def test_every_button_of_a_helpers_page(guarded: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is pressed there: the helper stays at attendance, and what is done is one of their steps."""
    guarded.lock()
    guarded.unlock(access.HELPER)
    QApplication.processEvents()
    before = len(steps_done(guarded))
    asked: list[str] = []
    monkeypatch.setattr(guarded, "save_file", lambda title, *_rest: asked.append(title))
    monkeypatch.setattr(guarded, "choose_file", lambda title, *_rest: asked.append(title))
    pressed: set[str] = set()
    while there := [one for one in guarded.findChildren(QAbstractButton) if _new(one, pressed)]:
        pressed.add(_name(there[0]))
        there[0].click()
        for _turn in range(5):
            QApplication.processEvents()
        while (menu := QApplication.activePopupWidget()) is not None:
            menu.close()
        if guarded.locked:
            guarded.unlock(access.HELPER)
        assert guarded.stage.here == "attendance" and guarded.role == access.HELPER, there[0].text()
        for one in guarded.findChildren(QDialog):
            if one.isVisible():
                one.reject()
    assert len(pressed) > 3 and not asked, (pressed, asked)
    assert set(steps_done(guarded)[before:]) <= access.STEPS, pressed


def _new(one: QAbstractButton, pressed: set[str]) -> bool:
    return one.isVisible() and one.isEnabled() and _name(one) not in pressed


def _name(one: QAbstractButton) -> str:
    return f"{type(one).__name__} {one.text() or one.accessibleName() or one.toolTip()}"
