"""The parts pages are made of. Pages use these, tokens of ``desktop.theme`` and ``desktop.tables``; nothing else.

Each part is loaded when it is first asked for: the window is painted with three of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from venue_desk.desktop.widgets.badge import LETTERS, WORDS, Badge
    from venue_desk.desktop.widgets.buttons import Button, IconButton
    from venue_desk.desktop.widgets.card import Card, ListRow, Rows, clear, column, row
    from venue_desk.desktop.widgets.choice import Segmented
    from venue_desk.desktop.widgets.dates import DateField, read_date
    from venue_desk.desktop.widgets.dialog import Ask, Dialog
    from venue_desk.desktop.widgets.fields import Check, Combo, NumberField, TextArea, TextField
    from venue_desk.desktop.widgets.flow import Flow
    from venue_desk.desktop.widgets.form import Form, FormRow
    from venue_desk.desktop.widgets.keys import shortcut
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

_PLACES = {
    "badge": (
        "LETTERS",
        "WORDS",
        "Badge",
    ),
    "buttons": (
        "Button",
        "IconButton",
    ),
    "card": (
        "Card",
        "ListRow",
        "Rows",
        "clear",
        "column",
        "row",
    ),
    "choice": ("Segmented",),
    "dates": (
        "DateField",
        "read_date",
    ),
    "dialog": (
        "Ask",
        "Dialog",
    ),
    "fields": (
        "Check",
        "Combo",
        "NumberField",
        "TextArea",
        "TextField",
    ),
    "flow": ("Flow",),
    "form": (
        "Form",
        "FormRow",
    ),
    "keys": ("shortcut",),
    "notice": (
        "Banner",
        "EmptyState",
        "Toast",
    ),
    "result": ("ResultCard",),
    "scroll": ("Scroll",),
    "status": ("StatusLine",),
    "text": (
        "Hairline",
        "Icon",
        "KeyHint",
        "Label",
        "Section",
    ),
}


def __getattr__(name: str) -> Any:
    for module, names in _PLACES.items():
        if name in names:
            part = getattr(import_module(f"venue_desk.desktop.widgets.{module}"), name)
            globals()[name] = part
            return part
    raise AttributeError(name)
