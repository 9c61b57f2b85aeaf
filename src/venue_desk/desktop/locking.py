"""The lock over the window: after idle time or by hand; and a helper's window, which takes attendance only.

While it is locked nothing of the window is there to be reached: the pages and dialogs of whoever worked are put away,
and what jobs that still run have to say waits. They come back to the same role only.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QDialog, QVBoxLayout, QWidget

from venue_desk.desktop.settings import Settings
from venue_desk.desktop.working import Working
from venue_desk.domain.problem import Problem
from venue_desk.language import _

if TYPE_CHECKING:
    from venue_desk.desktop.jobs import Jobs, Running
    from venue_desk.desktop.page import Job
    from venue_desk.desktop.stage import Stage
    from venue_desk.desktop.widgets import Dialog

COORDINATOR = "coordinator"  # as in domain.access, which is loaded when a PIN is set
HELPER = "helper"
# Every key that is bound in the window or a page, and who may do what it does; a locked window does nothing at any.
# The keys of a helper ask once more what they are about to do: see may_step and may.
KEYS = {
    **dict.fromkeys(("Ctrl+Z", "Ctrl+Shift+Z", "Ctrl+Y", "Ctrl+L", "F1", "Del"), HELPER),
    **dict.fromkeys(("Ctrl+K", "Ctrl+F", "Ctrl+N", "Ctrl+I"), COORDINATOR),
    **dict.fromkeys((f"Alt+{number}" for number in range(1, 10)), COORDINATOR),
}
LOOK = 5_000  # ms between two looks at the clock
_TOUCHES = frozenset(
    {QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.Wheel}
)


class Locking(Working):
    """A window that can be locked. ``role`` is who works or worked at it."""

    stage: "Stage"
    _inside: QWidget
    _frame: QVBoxLayout

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.role = COORDINATOR
        self.locked = False
        self._behind: QWidget | None = None
        self._put_away: list[QDialog] = []
        self._key_worker: Jobs | None = None
        self._idle: Idle | None = None

    def may(self, page: str = "") -> bool:
        """Whether who is at the window may see a page, or everything."""
        if self.locked:
            return False
        if self.role == COORDINATOR:
            return True
        from venue_desk.domain import access

        return bool(page) and access.may_open(self.role, page)

    def do(self, action: Callable[..., Any], *args: Any, said: str = "", **named: Any) -> Any:
        """As any window does, if who is at it may."""
        if self.role != COORDINATOR and not self.locked:
            from venue_desk.domain import access

            if not access.may_undo(self.role, (action.__doc__ or "").strip().partition("\n")[0].rstrip(".")):
                self.refuse_role()
                return None
        return super().do(action, *args, said=said, **named)

    def refuse_role(self) -> None:
        if not self.locked:
            self.toast(_("A helper takes attendance only. The coordinator's PIN opens the rest."))

    # Locking

    def attend(self, *, begin: bool = False) -> None:
        """Do what was decided about the lock; at the beginning the window is locked when there is a PIN."""
        from venue_desk.queries.access import locking

        decided = self.desk.ask(locking)
        if self._idle is None and decided.on:
            self._idle = Idle(self)
        if self._idle is not None:
            self._idle.minutes = decided.idle if decided.on else 0
            self._idle.on = decided.on
        if begin:
            self.locked, self.role = decided.on, COORDINATOR
        if decided.on or not begin:
            from venue_desk.desktop.lockscreen import noted

            self.run(noted(self.desk), "", quiet=True)

    def try_key(self, job: "Job", done: Callable[[Any], object], failed: Callable[[Problem], object]) -> None:
        """Check a PIN or a recovery key on a thread of its own: no long job makes whoever stands there wait."""
        from venue_desk.desktop.jobs import Jobs
        from venue_desk.desktop.working import rethrow

        if self._key_worker is None:
            self._key_worker = Jobs()

        def prepare(running: "Running") -> None:
            running.done.connect(done)
            running.refused.connect(failed)
            running.broke.connect(rethrow)

        self._key_worker.start(job, quiet=True, prepare=prepare)

    def lock(self) -> None:
        """Put the work away until somebody types a PIN."""
        from venue_desk.queries.access import locking

        if self.locked or self.opened is None or not self.stage.here:
            return
        if not self.desk.ask(locking).on:
            self.toast(
                _("This desk has no PIN yet."), action=_("Settings"), on_click=lambda: self.go("settings")
            )
            return
        self.quiet()
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        self._put_dialogs_away()
        self.locked = True
        self._behind = self._inside
        self._frame.removeWidget(self._inside)
        self._inside.hide()
        self.cover()

    def _put_dialogs_away(self) -> None:
        from venue_desk.desktop.widgets import Dialog

        for one in self.findChildren(QDialog):
            if not one.isVisible():
                continue
            if isinstance(one, Dialog):
                one.hide()
                self._put_away.append(one)
            else:
                one.reject()  # the search, and the system's own dialogs, hold nothing that was typed

    def cover(self) -> None:
        """Show the lock."""
        from venue_desk.desktop.lockscreen import LockScreen

        self.setWindowTitle(_("Locked") + " – Venue Desk")
        screen = LockScreen(self)
        self._inside = screen
        self._frame.addWidget(screen)
        screen.begin()

    def unlock(self, role: str) -> None:
        """Somebody typed the PIN of a role: the same goes on where it was, another one begins anew."""
        if not self.locked:
            return
        self.locked = False
        behind, self._behind = self._behind, None
        if behind is None or role != self.role or not self.stage.here:
            self.role = role
            if behind is not None:
                behind.deleteLater()
            self._drop_dialogs()
            self.rebuild()
            return
        self._frame.removeWidget(self._inside)
        self._inside.hide()
        self._inside.deleteLater()
        self._inside = behind
        self._frame.addWidget(behind)
        behind.show()
        self.name_again()
        waiting, self._put_away = self._put_away, []
        for one in waiting:
            one.open()

    def card_while_locked(self, text: str) -> None:
        """A card scanned at a locked desk is marked where that was decided."""
        from venue_desk.desktop.lockscreen import LockScreen

        if isinstance(self._inside, LockScreen):
            self._inside.scan(text)

    def forget_behind(self) -> None:
        """The inside is made anew: what was put away belongs to the one before."""
        if self._behind is not None:
            self._behind.deleteLater()
            self._behind = None
            self._drop_dialogs()

    def _drop_dialogs(self) -> None:
        waiting, self._put_away = self._put_away, []
        for one in waiting:
            one.reject()
            one.deleteLater()

    def end_locking(self) -> None:
        if self._key_worker is not None:
            self._key_worker.close()
            self._key_worker = None
        if self._idle is not None:
            self._idle.end()
            self._idle = None

    def rebuild(self) -> None:
        raise NotImplementedError

    def name_again(self) -> None:
        raise NotImplementedError

    def go(self, page: str, **where: Any) -> None:
        raise NotImplementedError

    # What a locked window neither says nor opens

    def _hides(self) -> bool:
        """Whether there is anything to hide: damaged records hide themselves."""
        return self.locked and self.opened is not None

    def dialog(self, dialog: "Dialog", done: Callable[[], object] | None = None) -> None:
        if not self._hides():
            super().dialog(dialog, done)
            return
        # A job has something to ask: it waits for whoever began it.
        dialog.setParent(self, dialog.windowFlags())
        dialog.finished.connect(dialog.deleteLater)
        if done is not None:
            dialog.accepted.connect(done)
        self._put_away.append(dialog)

    def dialog_over_lock(self, dialog: "Dialog", done: Callable[[], object]) -> None:
        """One that says nothing of what is behind the lock, and must be answered there."""
        super().dialog(dialog, done)

    def _show(self, text: str, **how: Any) -> None:
        if not self._hides():
            super()._show(text, **how)

    def choose_file(self, title: str, kinds: str, done: Callable[[Path], object]) -> None:
        if not self._hides():
            super().choose_file(title, kinds, done)

    def save_file(self, title: str, name: str, kinds: str, done: Callable[[Path], object]) -> None:
        if not self._hides():
            super().save_file(title, name, kinds, done)

    def open_file(self, path: Path) -> None:
        if not self._hides():
            super().open_file(path)


class Idle(QObject):
    """Locks a window after minutes without a key or the mouse, whatever dialog is open; and at Ctrl+L in a dialog."""

    def __init__(self, window: Locking) -> None:
        super().__init__(window)
        self._window = window
        self.minutes = 0
        self.on = False
        # The clock on the wall: it goes on while the computer sleeps.
        self.last = time.time()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]

    def look(self) -> None:
        """Lock when it is time."""
        if self.minutes and abs(time.time() - self.last) >= self.minutes * 60:
            self._window.lock()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() not in _TOUCHES:
            return False
        now = time.time()
        if self.on and self.minutes and abs(now - self.last) >= self.minutes * 60 and not self._window.locked:
            self._window.lock()  # awake again: this touch comes too late
            return True
        self.last = now
        if (
            self.on
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_L
            and event.modifiers() == Qt.KeyboardModifier.ControlModifier
        ):
            self._window.lock()
            return True
        return False

    def end(self) -> None:
        self._timer.stop()
        QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]
