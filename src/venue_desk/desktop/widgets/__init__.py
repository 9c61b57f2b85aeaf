"""The parts pages are made of. Pages use these, tokens of ``desktop.theme`` and ``desktop.tables``; nothing else."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from venue_desk.desktop.widgets.badge import LETTERS, WORDS, Badge
from venue_desk.desktop.widgets.buttons import Button, IconButton
from venue_desk.desktop.widgets.card import Card, ListRow, Rows, clear, column, row
from venue_desk.desktop.widgets.choice import Segmented
from venue_desk.desktop.widgets.dates import DateField, read_date
from venue_desk.desktop.widgets.dialog import Ask, Dialog
from venue_desk.desktop.widgets.fields import Check, Combo, NumberField, TextArea, TextField
from venue_desk.desktop.widgets.flow import Flow
from venue_desk.desktop.widgets.form import Form, FormRow
from venue_desk.desktop.widgets.notice import Banner, EmptyState, Toast
from venue_desk.desktop.widgets.result import ResultCard
from venue_desk.desktop.widgets.scroll import Scroll
from venue_desk.desktop.widgets.status import StatusLine
from venue_desk.desktop.widgets.text import Hairline, Icon, KeyHint, Label, Section

__all__ = [
    "LETTERS",
    "WORDS",
    "Ask",
    "Badge",
    "Banner",
    "Button",
    "Card",
    "Check",
    "Combo",
    "DateField",
    "Dialog",
    "EmptyState",
    "Flow",
    "Form",
    "FormRow",
    "Hairline",
    "Icon",
    "IconButton",
    "KeyHint",
    "Label",
    "ListRow",
    "NumberField",
    "ResultCard",
    "Rows",
    "Scroll",
    "Section",
    "Segmented",
    "StatusLine",
    "TextArea",
    "TextField",
    "Toast",
    "clear",
    "column",
    "read_date",
    "row",
    "shortcut",
]


def shortcut(owner: QWidget, keys: str, on_press: object) -> QShortcut:
    """Bind keys (``Ctrl+N``) while ``owner`` or something in it has the focus or is shown."""
    made = QShortcut(QKeySequence(keys), owner)
    made.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    made.activated.connect(on_press)
    return made
