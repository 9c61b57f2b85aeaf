"""What hands and eyes do in the real window: type, press, look, wait for a dialog."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from venue_desk.desktop.widgets import Button, Dialog, Label
from venue_desk.desktop.window import Window

LIST = Path(__file__).parents[1] / "data" / "spreadsheets" / "synthetic__daftar_peserta_kacau.xlsx"
TODAY = date(2025, 11, 22)
KEY = Qt.Key
MANY = 30_000  # ms, for work that takes a moment on a busy machine
D = TypeVar("D", bound=Dialog)
P = TypeVar("P", bound=QWidget)
Make = Callable[[Path], Window]


def settle() -> None:
    for _round in range(3):
        QApplication.processEvents()


def front(window: QWidget, qtbot: QtBot) -> None:
    """The keys go to this one now."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


def keys(text: str, end: Qt.Key | None = None) -> None:
    """Type into whatever has the focus, as hands do."""
    QTest.keyClicks(focus(), text)
    if end is not None:
        press(end)


def press(*each: Qt.Key, with_: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    for key in each:
        QTest.keyClick(focus(), key, with_)
        settle()


def focus() -> QWidget:
    if QApplication.activeWindow() is None:
        # No desktop is here that turns to a window when another closes.
        there = (one for one in QApplication.topLevelWidgets() if isinstance(one, Window) and one.isVisible())
        (QApplication.activeModalWidget() or next(there)).activateWindow()
        settle()
    focus = QApplication.focusWidget() or QApplication.activeModalWidget() or QApplication.activeWindow()
    assert focus is not None
    return focus


def take_back() -> None:
    press(KEY.Key_Z, with_=Qt.KeyboardModifier.ControlModifier)


def button(within: QWidget, words: str) -> Button:
    settle()
    return next(one for one in within.findChildren(Button) if one.text() == words and one.isVisible())


def opened(qtbot: QtBot, kind: type[D]) -> D:
    """The dialog that opens now."""
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), kind), timeout=MANY)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, kind)
    front(dialog, qtbot)
    return dialog


def shown(window: Window, kind: type[P]) -> P:
    settle()
    page = window.page
    assert isinstance(page, kind)
    return page


def said(widget: QWidget) -> str:
    settle()
    return "\n".join(label.text() for label in widget.findChildren(Label) if label.isVisible())


def go(window: Window, number: int) -> None:
    """Alt and a number, as the navigation says."""
    window.activateWindow()
    settle()
    QTest.keyClick(window, KEY(KEY.Key_0 + number), Qt.KeyboardModifier.AltModifier)
    settle()


def saving(window: Window, monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """What is asked of the system's own file dialog is answered: here."""
    monkeypatch.setattr(window, "save_file", lambda _title, _name, _kinds, done: done(path))


def text_of(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)
