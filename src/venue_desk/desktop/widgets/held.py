"""What the fields of a dialog hold, by name, so that it can be kept and put back."""

from typing import Any

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from venue_desk.desktop.widgets.choice import Segmented
from venue_desk.desktop.widgets.dates import DateField
from venue_desk.desktop.widgets.fields import Check, Combo, NumberField, TextArea, TextField
from venue_desk.desktop.widgets.form import Form

Field = TextField | TextArea | NumberField | Combo | Check | Segmented | DateField
KINDS = (TextField, TextArea, NumberField, Combo, Check, Segmented, DateField)


def fields(inside: QWidget) -> dict[str, Field]:
    """All fields but secret ones: those of forms by their key, the others by kind and place."""
    found: dict[str, Field] = {}
    for form in inside.findChildren(Form):
        for key, row in form.rows.items():
            if isinstance(row.field, KINDS) and not _secret(row.field):
                found[_free(key, found)] = row.field
    rows = set(map(id, found.values()))
    for one in inside.findChildren(QWidget):
        if isinstance(one, KINDS) and id(one) not in rows and not _secret(one):
            found[_free(type(one).__name__, found)] = one
    return found


def said(field: Field) -> Any:
    """What it holds; of what is typed the letters, for a day or a number may be half written."""
    if isinstance(field, QLineEdit):
        return field.text()
    return field.toPlainText() if isinstance(field, QPlainTextEdit) else field.value()


def say(field: Field, value: Any) -> None:
    """Put back what ``said`` gave."""
    if isinstance(field, QLineEdit):
        field.setText(value)
    else:
        field.set_value(value)


def _free(name: str, found: dict[str, Any]) -> str:
    """The name, numbered where an earlier field has it (two forms may ask for a name)."""
    number, free = 1, name
    while free in found:
        number += 1
        free = f"{name} {number}"
    return free


def _secret(field: QWidget) -> bool:
    return isinstance(field, QLineEdit) and field.echoMode() is not QLineEdit.EchoMode.Normal
