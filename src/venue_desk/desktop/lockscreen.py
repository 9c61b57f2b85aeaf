"""What stands in the window's place while it is locked."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from venue_desk import language
from venue_desk.actions import access as lock
from venue_desk.actions import attendance
from venue_desk.desktop import theme
from venue_desk.desktop.keyscreen import heading
from venue_desk.desktop.page import Job
from venue_desk.desktop.widgets import (
    Button,
    Card,
    FormRow,
    Label,
    ResultCard,
    Scroll,
    TextField,
    column,
    row,
)
from venue_desk.domain import access, cards, clock
from venue_desk.domain.attendance import WORDS
from venue_desk.domain.problem import Problem
from venue_desk.language import _, ngettext, number
from venue_desk.queries import access as seen
from venue_desk.queries import lessons, venue
from venue_desk.store import vault

if TYPE_CHECKING:
    from venue_desk.store.desk import Desk

SIDE, SHARE = (
    400,
    0.42,
)  # the card for the PIN: px at 100 %, and the most that it takes of the width beside the door
WIDE = 600  # px at 100 % from which the door stands beside it
DOOR = 460  # px at 100 %: as high as the door's card grows


class Locked(Protocol):
    """What the lock needs of a window."""

    @property
    def desk(self) -> "Desk": ...
    def attend(self) -> None: ...
    def unlock(self, role: str) -> None: ...
    def toast(self, text: str) -> None: ...
    def try_key(
        self, job: Job, done: Callable[[Any], object], failed: Callable[[Problem], object]
    ) -> None: ...


class LockScreen(QWidget):
    """A PIN opens it; a card may be scanned where that was decided; the recovery key removes a forgotten PIN."""

    def __init__(self, window: Locked) -> None:
        super().__init__()
        self._window = window
        self.decided = window.desk.ask(seen.locking)
        self._asking = self._by_recovery = False
        self._wait = 0
        self._time = Label("", "door")
        self._day = Label("", "body", "muted", wrap=True)
        self._card = Card()
        self._card.add(heading("lock", _("This desk is locked"), window.desk.ask(venue.details).name))
        self._card.body.addSpacing(8)
        self._holder = QVBoxLayout()
        self._card.add(self._holder)
        self.open_button = Button(_("Unlock"), self.try_pin, kind="primary")
        self.forgotten = Button("", self._other_way, kind="quiet")
        self._card.body.addSpacing(4)
        self._card.add(row(self.open_button, 1, self.forgotten))
        self._ask_for(recovery=False)
        side = column(1, column(self._time, self._day, gap=0), self._card, 1, gap=20)
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._sides.setSpacing(28)
        self._sides.addStretch(1)
        self._sides.addLayout(side)
        self.result: ResultCard | None = None
        if self.decided.door:
            self.result = ResultCard()
            self.result.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
            self.result.setMinimumSize(theme.now().px(240), theme.now().px(240))
            self.result.setMaximumHeight(theme.now().px(DOOR))
            self._sides.insertWidget(0, self.result, 100)
            self._rest()
        self._sides.addStretch(1)
        inside = QWidget()
        frame = QVBoxLayout(inside)
        frame.setContentsMargins(32, 28, 32, 28)
        frame.addStretch(2)
        frame.addLayout(self._sides, 100 if self.decided.door else 0)
        frame.addStretch(3)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(Scroll(inside))
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self._tick)
        self._second.start()
        self._show_time()

    def begin(self) -> None:
        """Take the keys; whoever was made to wait goes on waiting, also after a restart."""
        self._wait = self._window.desk.ask(seen.waiting, datetime.now())
        if self._wait:
            self._say_wait()
        self.pin.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= theme.now().px(WIDE)
        self._sides.setDirection(
            QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.BottomToTop
        )
        most = self.width() * SHARE if beside and self.decided.door else self.width() - 64
        self._card.setFixedWidth(min(theme.now().px(SIDE), round(most)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.try_pin()
        else:
            # Nothing typed here reaches what is behind.
            event.accept()

    # Opening

    def _ask_for(self, *, recovery: bool) -> None:
        from venue_desk.desktop.widgets import clear

        self._by_recovery = recovery
        clear(self._holder)
        self.pin = TextField()
        if recovery:
            said = _("Eight groups, from the printed sheet. It removes the PIN.")
            self.row = FormRow(_("Recovery key"), self.pin, said)
        else:
            self.pin.setEchoMode(QLineEdit.EchoMode.Password)
            self.row = FormRow(_("PIN or password"), self.pin)
        self._holder.addWidget(self.row)
        self.forgotten.set_words(_("Type the PIN") if recovery else _("PIN forgotten?"))
        self._enable()

    def _other_way(self) -> None:
        self._ask_for(recovery=not self._by_recovery)
        if self._wait and not self._by_recovery:
            self._say_wait()
        self.pin.setFocus(Qt.FocusReason.OtherFocusReason)

    def try_pin(self) -> None:
        """Open the desk for the role of this PIN, or for the recovery key; both are checked behind the window."""
        typed = self.pin.text()
        if not typed or self._asking or (self._wait and not self._by_recovery):
            return
        self._asking = True
        self._enable()
        desk = self._window.desk
        if self._by_recovery:
            self._window.try_key(_recovered(desk, typed), self._recovered, self._refused)
        else:
            self.pin.clear()
            # The true time, whatever day the desk is told.
            self._window.try_key(_tried(desk, typed, datetime.now()), self._told, self._refused)

    def asking(self) -> bool:
        """Whether something that was typed is being checked."""
        return self._asking

    def _told(self, tried: lock.Tried) -> None:
        self._asking = False
        if tried.role is not None:
            self._window.unlock(tried.role)
            return
        self._wait = tried.wait
        self.row.error(_("This PIN is wrong."))
        if self._wait:
            self._say_wait()
        self._enable()
        self.pin.setFocus(Qt.FocusReason.OtherFocusReason)

    def _recovered(self, fits: bool) -> None:
        self._asking = False
        if not fits:
            self.row.error(_("This recovery key does not open these records."))
            self._enable()
            return
        self._window.attend()
        self._window.unlock(access.COORDINATOR)
        self._window.toast(_("The PIN was removed. Set a new one in Settings."))

    def _refused(self, problem: Problem) -> None:
        self._asking = False
        self.row.error(str(problem))
        self._enable()

    def _enable(self) -> None:
        self.open_button.setEnabled(not self._asking and (self._by_recovery or self._wait <= 0))

    # Time

    def _tick(self) -> None:
        self._show_time()
        if self._wait:
            self._wait -= 1
            if not self._by_recovery:
                self._say_wait()

    def _show_time(self) -> None:
        now = clock.now()
        self._time.setText(language.clock(now.time()))
        self._day.setText(language.weekday_date(now.date()))

    def _say_wait(self) -> None:
        self._enable()
        if self._wait <= 0:
            self._wait = 0
            self.row.error("")
            return
        self.row.error(
            ngettext(
                "A PIN was wrong. The next try is in {count} second.",
                "A PIN was wrong. The next try is in {count} seconds.",
                self._wait,
            ).format(count=number(self._wait))
        )

    # The door

    def _lesson(self) -> lessons.LessonRow | None:
        from venue_desk.desktop.pages.attendance.lesson import usual_lesson

        now = clock.now()
        rows = self._window.desk.ask(lessons.around, now.date())
        wanted = usual_lesson(rows, now)
        return next((one for one in rows if one.id == wanted), None)

    def _rest(self) -> None:
        from venue_desk.desktop.pages.attendance.lesson import sentence

        assert self.result is not None
        lesson = self._lesson()
        said = _("Scan a card") if lesson is not None else _("No lesson to mark")
        self.result.rest(said, sentence(lesson) if lesson is not None else "")

    def scan(self, text: str) -> None:
        """A card at the locked desk: it is marked, and nothing but its own result is shown."""
        if self.result is None or cards.read(text) is None:
            return
        from venue_desk.desktop.pages.attendance import sound
        from venue_desk.desktop.pages.attendance.lesson import sentence

        lesson = self._lesson()
        try:
            if lesson is None:
                raise Problem(_("No lesson to mark"))
            done = self._window.desk.do(attendance.mark_by_card, lesson.id, text, clock.now())
        except Problem as problem:
            sound.play(sound.UNKNOWN)
            self.result.show_result(
                "danger", _("This card was not marked"), badge=_("Not marked"), letter="!", note=problem.hint
            )
            return
        sound.play(sound.AGAIN if done.again else sound.TAKEN)
        words = f"{_(WORDS[done.status])} {language.clock(done.time) if done.time else ''}".strip()
        self.result.show_result(
            "neutral" if done.again else done.status,
            done.name,
            badge=_("Already marked: {status}").format(status=words) if done.again else words,
            note=sentence(lesson),
        )


# --- what the worker does


def _tried(desk: "Desk", pin: str, at: datetime) -> Job:
    yield None
    return desk.do(lock.try_pin, pin, at)


def _recovered(desk: "Desk", written: str) -> Job:
    yield None
    fits = vault.fits(desk.folder, vault.RECOVERY, written)
    if fits:
        desk.do(lock.drop_pin, access.COORDINATOR)
    return fits


def noted(desk: "Desk") -> Job:
    """Keep a copy of what was decided about the lock where it survives a file that cannot be opened."""
    from venue_desk.store import computer
    from venue_desk.store.desk import local

    yield None
    computer.note(Path(desk.folder), desk.ask(local, computer.ACCESS))
