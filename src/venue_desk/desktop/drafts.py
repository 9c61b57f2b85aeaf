"""Unfinished dialogs come back after a crash: what is typed is kept in the encrypted file, a second behind."""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from venue_desk.desktop.widgets import Dialog, Form
from venue_desk.language import _

if TYPE_CHECKING:
    from venue_desk.desktop.page import Job
    from venue_desk.desktop.window import Window
    from venue_desk.store.desk import Desk
    from venue_desk.store.drafts import Draft

PACE = 1000  # ms between two looks at what is typed
UNLOCK = 500


class Drafts(QObject):
    """Watches the dialogs of a window that say of what they are a draft (``dialog.draft``)."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        window.on_dialog = self.watch

    def watch(self, dialog: Dialog) -> None:
        """Keep what this dialog's fields hold until it is finished."""
        from venue_desk.store.drafts import Draft

        kind, about = dialog.draft
        if not kind or self._window.opened is None:
            return
        desk, page = self._window.opened, self._window.stage.here
        held: list[dict[str, Any]] = []

        def look() -> None:
            values = _values(dialog)
            if held != [values]:
                held[:] = [values]
                self._keep(desk, Draft(page, kind, about, values))

        timer = QTimer(dialog)
        timer.setInterval(PACE)
        timer.timeout.connect(look)
        timer.start()
        dialog.finished.connect(timer.stop)
        dialog.finished.connect(lambda: self._keep(desk, None))
        look()

    def _keep(self, desk: "Desk", draft: "Draft | None") -> None:
        if self._window.opened is desk:
            self._window.run(_kept(desk, draft), "", quiet=True)

    def resume(self) -> None:
        """Open the dialog again that was left, with what was typed into it; once the window is not locked."""
        from venue_desk.store import drafts

        window = self._window
        if window.locked:
            QTimer.singleShot(UNLOCK, self, self.resume)
            return
        if window.opened is None or not window.stage.here:
            return
        left = window.desk.ask(drafts.kept)
        if left is None:
            return
        window.go(left.page)
        page = window.page
        if page is None or not page.resume(left.dialog, left.about):
            self._keep(window.desk, None)
            return
        for dialog in window.findChildren(Dialog):
            if dialog.draft == (left.dialog, left.about):
                for form in dialog.findChildren(Form):
                    form.set_values(**{name: left.values[name] for name in form.rows if name in left.values})
        window.toast(_("What you had not finished is here again."))


def _values(dialog: Dialog) -> dict[str, Any]:
    return {name: value for form in dialog.findChildren(Form) for name, value in form.values().items()}


def _kept(desk: "Desk", draft: "Draft | None") -> "Job":
    from venue_desk.store import drafts

    yield None
    desk.do(drafts.keep, draft)
