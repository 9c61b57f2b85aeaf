"""What stands in the window's place while the key to the records is missing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from venue_desk.desktop import theme
from venue_desk.desktop.page import Job
from venue_desk.desktop.widgets import (
    Button,
    Card,
    FormRow,
    Icon,
    Label,
    Scroll,
    Segmented,
    TextField,
    clear,
    column,
    row,
)
from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.store import vault


class Runner(Protocol):
    """What asking for the key needs of a window."""

    def run(
        self,
        job: Job,
        title: str,
        *,
        done: Callable[[Any], object] | None = None,
        failed: Callable[[Problem], object] | None = None,
    ) -> None: ...


def heading(icon: str, title: str, said: str) -> QWidget:
    """An icon, and beside it what this is and of whom."""
    held = QWidget()
    words = column(Label(title, "title", wrap=True), gap=0)
    if said:
        words.addWidget(Label(said, "body", "muted", wrap=True))
    line = row(gap=14)
    line.addWidget(Icon(icon, "accent", 28), 0, Qt.AlignmentFlag.AlignTop)
    line.addLayout(words, 1)
    held.setLayout(line)
    return held


class Middle(QWidget):
    """A card in the middle of the window, which scrolls where it does not fit."""

    def __init__(self) -> None:
        super().__init__()
        frame = QVBoxLayout(self)
        frame.setContentsMargins(0, 0, 0, 0)
        inside = QWidget()
        inside.setProperty("clear", "true")
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(24, 24, 24, 24)
        self._column.setSpacing(theme.GAP)
        self._column.addStretch(1)
        self._column.addStretch(2)
        frame.addWidget(Scroll(inside))

    def put(self, card: QWidget, width: int = 480) -> None:
        """Add a card; ``width`` in px at 100 %."""
        card.setMaximumWidth(theme.now().px(width))
        line = row()
        line.addStretch(1)
        line.addWidget(card, 100)
        line.addStretch(1)
        self._column.insertLayout(self._column.count() - 1, line)


class KeyScreen(Middle):
    """The records are there, their key is not: the recovery key or the passphrase opens them. ``again`` tries anew."""

    def __init__(self, window: Runner, problem: Problem, again: Callable[[], object]) -> None:
        super().__init__()
        assert isinstance(problem, vault.KeyNeeded)
        self._window, self._folder, self._again = window, problem.folder, again
        card = Card()
        card.body.setSpacing(14)
        safe = _("All records are still here, encrypted. Nothing was changed.")
        card.add(heading("key", _("The records are locked"), safe))
        card.add(Label(problem.text, wrap=True))
        words = {vault.PASSPHRASE: _("Passphrase"), vault.RECOVERY: _("Recovery key")}
        ways = [(way, said) for way, said in words.items() if way in problem.ways]
        self._by = ways[0][0] if ways else vault.RECOVERY
        if len(ways) > 1:
            card.add(row(Segmented(ways, self._by, self.choose, name=_("How to open them")), 1))
        self._holder = QVBoxLayout()
        card.add(self._holder)
        self.open_button = Button(_("Open the records"), self.try_it, kind="primary")
        card.body.addSpacing(2)
        card.add(row(self.open_button, 1, Button(_("Ask the keyring again"), again, kind="quiet")))
        self.put(card)
        self._words = words
        self.choose(self._by)

    def choose(self, by: str) -> None:
        self._by = by
        clear(self._holder)
        self.field = TextField()
        if by == vault.PASSPHRASE:
            self.field.setEchoMode(QLineEdit.EchoMode.Password)
        hint = _("Eight groups, from the printed sheet") if by == vault.RECOVERY else ""
        self.row = FormRow(self._words[by], self.field, hint)
        self._holder.addWidget(self.row)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.try_it()
        else:
            super().keyPressEvent(event)

    def try_it(self) -> None:
        """Derive the key on the worker, because a passphrase takes its time."""
        self.open_button.setEnabled(False)
        self._window.run(
            _opened(self._folder, self._by, self.field.text()),
            _("Opening the records…"),
            done=lambda _result: self._again(),
            failed=self._refused,
        )

    def _refused(self, problem: Problem) -> None:
        self.open_button.setEnabled(True)
        self.row.error(str(problem))


def _opened(folder: Path, by: str, secret: str) -> Job:
    yield None
    vault.use(folder, by, secret)
