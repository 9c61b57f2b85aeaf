"""Keys bound to what they do."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget


def shortcut(owner: QWidget, keys: str, on_press: Callable[[], object]) -> QShortcut:
    """Bind keys (``Ctrl+N``) while ``owner`` or something in it has the focus."""
    made = QShortcut(QKeySequence(keys), owner)
    made.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    made.activated.connect(on_press)
    return made
