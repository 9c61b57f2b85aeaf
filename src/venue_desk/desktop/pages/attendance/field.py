"""The one field of the door, and the list of whom its text could mean."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent

from venue_desk.desktop.tables import Column, DataTable
from venue_desk.desktop.widgets import Card, TextField
from venue_desk.domain import cards
from venue_desk.domain.attendance import WORDS
from venue_desk.language import _
from venue_desk.queries.attendance import RosterRow

SILENCE = 150  # ms after a whole card code: the scanner sends no Enter
MOST = 6  # suggestions


class DoorField(TextField):
    """``on_take(text)`` at Enter, or when a scanner without Enter falls silent; ``on_step(±1)`` at the arrows."""

    def __init__(self, on_take: Callable[[str], object], on_step: Callable[[int], object]) -> None:
        super().__init__(
            hint=_("Scan a card or type a name"),
            name=_("Card or name"),
            icon="scan",
            key="Enter",
            role="entry",
        )
        self._on_take, self._on_step = on_take, on_step
        self._silence = QTimer(self)
        self._silence.setSingleShot(True)
        self._silence.setInterval(SILENCE)
        self._silence.timeout.connect(self.take)
        self.textChanged.connect(self._listen)

    def _listen(self, text: str) -> None:
        if cards.read(text) is not None:
            self._silence.start()
        else:
            self._silence.stop()

    def take(self) -> None:
        """Give the text away and be ready for the next."""
        self._silence.stop()
        text = self.text()
        if text.strip():
            self._on_take(text)
        self.clear()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.take()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._on_step(1 if key == Qt.Key.Key_Down else -1)
        elif key == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


class Suggestions(Card):
    """Whom the typed text could mean, the first one chosen; a click takes one."""

    def __init__(self, on_take: Callable[[RosterRow], object]) -> None:
        super().__init__(flush=True)
        self.table = DataTable(
            [
                Column(_("No"), lambda row: str(row.number), "muted", 52),
                Column(_("Name"), lambda row: row.name, "name"),
                Column(
                    _("Status"), lambda row: (row.status or "not taken", _(WORDS[row.status])), "badge", 140
                ),
            ],
            name=_("Suggestions"),
            id_of=lambda row: row.enrolment_id,
            on_open=on_take,
        )
        self.table.view.clicked.connect(lambda _index: self.table.open_current())
        self.add(self.table, 1)

    def show_hits(self, rows: list[RosterRow]) -> None:
        self.table.show_rows(rows[:MOST])
        if rows:
            self.table.choose_at(0)

    def step(self, by: int) -> None:
        """Choose the next or the one before."""
        count = len(self.table.model.ids)
        at = self.table.view.currentIndex().row()
        if count:
            self.table.choose_at(min(max(at + by, 0), count - 1))

    def chosen(self) -> RosterRow | None:
        row = self.table.current()
        return row if isinstance(row, RosterRow) else None
