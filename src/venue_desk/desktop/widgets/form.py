"""Forms: a label above each field, a hint below, and the error where it was made."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from venue_desk.desktop.widgets.fields import Check, mark_wrong
from venue_desk.desktop.widgets.text import Label


class FormRow(QWidget):
    """A field with its label; ``error("…")`` shows a sentence below it and marks it, ``error("")`` clears."""

    def __init__(self, label: str, field: QWidget, hint: str = "", *, needed: bool = False) -> None:
        super().__init__()
        self.field = field
        frame = QVBoxLayout(self)
        frame.setContentsMargins(0, 0, 0, 0)
        frame.setSpacing(4)
        if label and not isinstance(field, Check):
            caption = Label(f"{label} *" if needed else label, "strong")
            caption.setBuddy(field)
            frame.addWidget(caption)
        if not field.accessibleName():
            field.setAccessibleName(label)
        frame.addWidget(field)
        self._hint = Label(hint, "small", "muted", wrap=True)
        frame.addWidget(self._hint)
        self._hint.setVisible(bool(hint))
        self._error = Label("", "small strong", "danger", wrap=True)
        self._error.setVisible(False)
        frame.addWidget(self._error)
        if isinstance(field, QLineEdit | QPlainTextEdit):
            field.textChanged.connect(lambda *_: self.error(""))
        field.setAccessibleDescription(hint)

    def error(self, text: str) -> None:
        self._error.setText(text)
        self._error.setVisible(bool(text))
        self._hint.setVisible(bool(self._hint.text()) and not text)
        mark_wrong(self.field, bool(text))
        self.field.setAccessibleDescription(text or self._hint.text())

    def set_hint(self, text: str) -> None:
        self._hint.setText(text)
        self._hint.setVisible(bool(text))


class Form(QWidget):
    """Rows by key, in one or more columns: ``form.add("name", _("Name"), TextField())``.

    ``values()`` is what all fields hold; ``error(key, text)`` shows an error and moves the focus there.
    """

    def __init__(self, columns: int = 1) -> None:
        super().__init__()
        self._columns, self._next = columns, 0
        self.rows: dict[str, FormRow] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(16)
        for column in range(columns):
            self._grid.setColumnStretch(column, 1)

    def add(
        self,
        key: str,
        label: str,
        field: QWidget,
        hint: str = "",
        *,
        needed: bool = False,
        wide: bool = False,
    ) -> FormRow:
        """Add a row; ``wide`` takes the whole width."""
        made = FormRow(label, field, hint, needed=needed)
        self.rows[key] = made
        self._place(made, wide)
        return made

    def add_wide(self, content: QWidget) -> None:
        """Put anything else between the rows, over the whole width."""
        self._place(content, True)

    def _place(self, content: QWidget, wide: bool) -> None:
        if wide and self._next % self._columns:
            self._next += self._columns - self._next % self._columns
        line, column = divmod(self._next, self._columns)
        span = self._columns if wide else 1
        self._grid.addWidget(content, line, column, 1, span, Qt.AlignmentFlag.AlignTop)
        self._next += span

    def values(self) -> dict[str, Any]:
        return {key: row.field.value() for key, row in self.rows.items()}  # type: ignore[attr-defined]

    def value(self, key: str) -> Any:
        return self.rows[key].field.value()  # type: ignore[attr-defined]

    def set_values(self, **values: Any) -> None:
        for key, value in values.items():
            self.rows[key].field.set_value(value)  # type: ignore[attr-defined]

    def error(self, key: str, text: str) -> None:
        self.rows[key].error(text)
        if text:
            self.rows[key].field.setFocus()

    def clear_errors(self) -> None:
        for row in self.rows.values():
            row.error("")
