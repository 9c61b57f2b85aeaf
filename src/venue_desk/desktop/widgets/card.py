"""Cards, and the rows in them."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from venue_desk.desktop import theme
from venue_desk.desktop.widgets.buttons import Button
from venue_desk.desktop.widgets.text import Hairline, Label


class Card(QFrame):
    """A white card with a hairline; put content in ``body``. ``note`` stands right of the title, muted."""

    def __init__(self, title: str = "", note: str = "", *, flush: bool = False, sunken: bool = False) -> None:
        super().__init__()
        self.setProperty("card", "sunken" if sunken else "true")
        frame = QVBoxLayout(self)
        side = 9 if flush else 20
        frame.setContentsMargins(side, 5 if flush and not title else 18, side, 9 if flush else 18)
        frame.setSpacing(12)
        self.title = Label(title, "card")
        self.note = Label(note, "body", "muted", align=Qt.AlignmentFlag.AlignRight)
        self.head = QHBoxLayout()
        self.head.setContentsMargins(11 if flush else 0, 0, 11 if flush else 0, 0)
        self.head.setSpacing(12)
        if title:
            self.head.addWidget(self.title)
            self.head.addStretch(1)
            self.head.addWidget(self.note)
            frame.addLayout(self.head)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(8)
        frame.addLayout(self.body, 1)

    def add(self, content: QWidget | QLayout, stretch: int = 0) -> None:
        if isinstance(content, QWidget):
            self.body.addWidget(content, stretch)
        else:
            self.body.addLayout(content, stretch)


class ListRow(QWidget):
    """A bold title, what explains it muted below, and what can be done about it at the right."""

    def __init__(
        self,
        title: str,
        explanation: str = "",
        *,
        action: str = "",
        on_click: Callable[[], object] | None = None,
        before: QWidget | None = None,
        after: QWidget | None = None,
        wrap: bool = False,
    ) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 9, 10, 9)
        row.setSpacing(12)
        if before is not None:
            row.addWidget(before)
        words = QVBoxLayout()
        words.setSpacing(0)
        self.title = Label(title, "strong", elide=not wrap, wrap=wrap)
        words.addWidget(self.title)
        self.explanation = Label(explanation, "body", "muted", elide=not wrap, wrap=wrap)
        if explanation:
            words.addWidget(self.explanation)
        row.addLayout(words, 1)
        if after is not None:
            row.addWidget(after)
        if action:
            self.button = Button(action, on_click)
            self.button.setAccessibleDescription(f"{title}. {explanation}".strip())
            row.addWidget(self.button)


class Rows(QWidget):
    """List rows one below another with hairlines between them; ``show_rows`` replaces all."""

    def __init__(self) -> None:
        super().__init__()
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)

    def show_rows(self, rows: list[QWidget]) -> None:
        clear(self._rows)
        for number, row in enumerate(rows):
            if number:
                self._rows.addWidget(Hairline())
            self._rows.addWidget(row)

    def count(self) -> int:
        return (self._rows.count() + 1) // 2


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and delete it."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear(inner)


def row(*content: QWidget | QLayout | int, gap: int = 8) -> QHBoxLayout:
    """Things side by side; a number is a stretch."""
    made = QHBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(gap)
    _fill(made, content)
    return made


def column(*content: QWidget | QLayout | int, gap: int = 8) -> QVBoxLayout:
    """Things one below another; a number is a stretch."""
    made = QVBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(gap)
    _fill(made, content)
    return made


def _fill(layout: QHBoxLayout | QVBoxLayout, content: tuple[QWidget | QLayout | int, ...]) -> None:
    for thing in content:
        if isinstance(thing, int):
            layout.addStretch(thing)
        elif isinstance(thing, QWidget):
            layout.addWidget(thing)
        else:
            layout.addLayout(thing)


def gap() -> int:
    """The space between cards, px."""
    return theme.GAP
