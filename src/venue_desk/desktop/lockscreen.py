"""What stands in the window's place while it is locked, and when the key to the records is missing."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from venue_desk.actions import access as lock
from venue_desk.actions import attendance
from venue_desk.desktop import theme
from venue_desk.desktop.page import Job
from venue_desk.desktop.widgets import (
    Button,
    Card,
    FormRow,
    Icon,
    Label,
    ResultCard,
    Scroll,
    Segmented,
    TextField,
    row,
)
from venue_desk.domain import access, cards, clock
from venue_desk.domain.attendance import WORDS
from venue_desk.domain.problem import Problem
from venue_desk.language import _, ngettext, number
from venue_desk.language import clock as hours
from venue_desk.queries import lessons, venue
from venue_desk.queries.access import locking
from venue_desk.store import vault

if TYPE_CHECKING:
    from venue_desk.store.desk import Desk


class Locked(Protocol):
    """What the lock needs of a window."""

    @property
    def desk(self) -> "Desk": ...
    def attend(self) -> None: ...
    def unlock(self, role: str) -> None: ...
    def toast(self, text: str) -> None: ...


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


class _Middle(QWidget):
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

    def put(self, card: QWidget) -> None:
        card.setMaximumWidth(theme.now().px(480))
        line = row()
        line.addStretch(1)
        line.addWidget(card, 100)
        line.addStretch(1)
        self._column.insertLayout(self._column.count() - 1, line)


class LockScreen(_Middle):
    """A PIN opens it; a card may be scanned where that was decided; the recovery key removes a forgotten PIN."""

    def __init__(self, window: Locked) -> None:
        super().__init__()
        self._window = window
        self.decided = window.desk.ask(locking)
        card = Card()
        card.add(Icon("lock", "accent", 28))
        card.add(Label(_("This desk is locked"), "title", wrap=True))
        card.add(Label(window.desk.ask(venue.details).name, "body", "muted", wrap=True))
        self.pin = TextField()
        self.pin.setEchoMode(QLineEdit.EchoMode.Password)
        self.row = FormRow(_("PIN or password"), self.pin)
        card.body.addSpacing(8)
        card.add(self.row)
        self.open_button = Button(_("Unlock"), self.try_pin, kind="primary")
        self.forgotten = Button(_("PIN forgotten?"), self._forgot, kind="quiet")
        card.add(row(self.open_button, 1, self.forgotten))
        self.put(card)
        self._by_recovery = False
        self._card = card
        self._wait = 0
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self._tick)
        self.result: ResultCard | None = None
        if self.decided.door:
            self.result = ResultCard()
            self.result.rest(
                _("Attendance stays open"), _("Scan a card: it is marked for the lesson of this hour.")
            )
            self.result.setMinimumHeight(theme.now().px(200))
            self.put(self.result)

    def begin(self) -> None:
        self.pin.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.try_pin()
        else:
            # Nothing typed here reaches what is behind.
            event.accept()

    def try_pin(self) -> None:
        """Open the desk for the role of this PIN."""
        if self._by_recovery:
            self._try_recovery()
            return
        typed = self.pin.text()
        if not typed or self._wait:
            return
        self.pin.clear()
        # The true time, whatever day the desk is told.
        tried = self._window.desk.do(lock.try_pin, typed, datetime.now())
        if tried.role is not None:
            self._window.unlock(tried.role)
            return
        self._wait = tried.wait
        self.row.error(_("This PIN is wrong."))
        if self._wait:
            self._second.start()
            self._say_wait()

    def _tick(self) -> None:
        self._wait -= 1
        self._say_wait()

    def _say_wait(self) -> None:
        self.open_button.setEnabled(self._wait <= 0)
        if self._wait <= 0:
            self._wait = 0
            self._second.stop()
            self.row.error("")
            return
        self.row.error(
            ngettext(
                "This PIN is wrong. Try again in {count} second.",
                "This PIN is wrong. Try again in {count} seconds.",
                self._wait,
            ).format(count=number(self._wait))
        )

    def _forgot(self) -> None:
        self._by_recovery = True
        self.forgotten.hide()
        self.row.hide()
        self.pin = TextField()
        self.row = FormRow(
            _("Recovery key"), self.pin, _("Eight groups, from the printed sheet. It removes the PIN.")
        )
        self._card.body.insertWidget(self._card.body.count() - 1, self.row)
        self.pin.setFocus(Qt.FocusReason.OtherFocusReason)

    def _try_recovery(self) -> None:
        desk = self._window.desk
        try:
            if not vault.fits(desk.folder, vault.RECOVERY, self.pin.text()):
                self.row.error(_("This recovery key does not open these records."))
                return
        except Problem as problem:
            self.row.error(str(problem))
            return
        desk.do(lock.drop_pin, access.COORDINATOR)
        self._window.attend()
        self._window.unlock(access.COORDINATOR)
        self._window.toast(_("The PIN was removed. Set a new one in Settings."))

    def scan(self, text: str) -> None:
        """A card at the locked desk: it is marked, and nothing but its own result is shown."""
        if self.result is None or cards.read(text) is None:
            return
        from venue_desk.desktop.pages.attendance import sound
        from venue_desk.desktop.pages.attendance.lesson import usual_lesson

        desk, now = self._window.desk, clock.now()
        lesson = usual_lesson(desk.ask(lessons.around, now.date()), now)
        try:
            if lesson is None:
                raise Problem(_("No lesson to mark"))
            done = desk.do(attendance.mark_by_card, lesson, text, now)
        except Problem as problem:
            sound.play(sound.UNKNOWN)
            self.result.show_result(
                "danger", _("This card was not marked"), badge=_("Not marked"), letter="!", note=problem.hint
            )
            return
        sound.play(sound.AGAIN if done.again else sound.TAKEN)
        words = f"{_(WORDS[done.status])} {hours(done.time) if done.time else ''}".strip()
        self.result.show_result(
            "neutral" if done.again else done.status,
            done.name,
            badge=_("Already marked: {status}").format(status=words) if done.again else words,
        )


class KeyScreen(_Middle):
    """The records are there, their key is not: the recovery key or the passphrase opens them. ``again`` tries anew."""

    def __init__(self, window: Runner, problem: Problem, again: Callable[[], object]) -> None:
        super().__init__()
        assert isinstance(problem, vault.KeyNeeded)
        self._window, self._folder, self._again = window, problem.folder, again
        card = Card()
        card.add(Icon("key", "accent", 28))
        card.add(Label(_("The records are locked"), "title", wrap=True))
        card.add(Label(problem.text, wrap=True))
        card.add(
            Label(
                _("All records are still here, encrypted. Nothing was changed."), "body", "muted", wrap=True
            )
        )
        words = {vault.PASSPHRASE: _("Passphrase"), vault.RECOVERY: _("Recovery key")}
        ways = [(way, said) for way, said in words.items() if way in problem.ways]
        self._by = ways[0][0] if ways else vault.RECOVERY
        if len(ways) > 1:
            card.add(Segmented(ways, self._by, self.choose, name=_("How to open them")))
        self._holder = QVBoxLayout()
        card.add(self._holder)
        self.open_button = Button(_("Open the records"), self.try_it, kind="primary")
        card.add(row(self.open_button, 1, Button(_("Ask the keyring again"), again, kind="quiet")))
        self.put(card)
        self._words = words
        self.choose(self._by)

    def choose(self, by: str) -> None:
        from venue_desk.desktop.widgets import clear

        self._by = by
        clear(self._holder)
        self.field = TextField()
        if by == vault.PASSPHRASE:
            self.field.setEchoMode(QLineEdit.EchoMode.Password)
        hint = _("Eight groups, from the printed sheet") if by == vault.RECOVERY else ""
        self.row = FormRow(self._words[by], self.field, hint)
        self._holder.addWidget(self.row)
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
