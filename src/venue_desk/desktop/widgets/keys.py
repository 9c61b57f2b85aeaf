"""Keys bound to what they do, and keys that a field leaves to the window."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget


def shortcut(owner: QWidget, keys: str, on_press: Callable[[], object]) -> QShortcut:
    """Bind keys (``Ctrl+N``) while ``owner`` or something in it has the focus."""
    made = QShortcut(QKeySequence(keys), owner)
    made.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    made.activated.connect(on_press)
    return made


def left_to_the_window(event: QEvent, *, untouched: bool) -> bool:
    """Ctrl+Z in a field in which nothing was typed means the last step, not the field's own text.

    Called by a field for each of its events; True when the field must not take it.
    """
    if not untouched or event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    ours = event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo)
    if ours:
        event.ignore()
    return ours
