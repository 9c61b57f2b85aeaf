"""Unfinished dialogs come back after a crash: what is typed is kept in the encrypted file, a second behind."""

from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from venue_desk.desktop.widgets import Dialog
from venue_desk.domain.problem import Problem
from venue_desk.language import _

if TYPE_CHECKING:
    from venue_desk.desktop.page import Job
    from venue_desk.desktop.window import Window
    from venue_desk.store.desk import Desk
    from venue_desk.store.drafts import Draft

PACE = 1000  # ms between two looks at what is typed
UNLOCK = 500


@dataclass(slots=True)
class _Watched:
    """An open dialog, its page, who works at it, what it held at first, and its draft as kept last."""

    dialog: Dialog
    page: str
    role: str
    first: dict[str, Any]
    draft: "Draft | None" = None


class Drafts(QObject):
    """Watches the dialogs of a window that say of what they are a draft (``Dialog.of``)."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self._open: list[_Watched] = []  # the one in front is the last
        self._back: Draft | None = None  # what is to come back, until its dialog is there
        self._role = ""  # whose unfinished work was brought back
        window.on_dialog = self.watch

    def watch(self, dialog: Dialog) -> None:
        """Keep what this dialog's fields hold until it is finished."""
        window = self._window
        if not dialog.draft[0] or window.opened is None:
            return
        desk = window.opened
        one = _Watched(dialog, window.stage.here, window.role, dialog.held())
        self._open.append(one)
        back = self._back
        if back is not None and _same(back, one):
            self._back = None
            _put_back(one, back)

        def finished() -> None:
            timer.stop()
            self._open.remove(one)
            if one.role == window.role:
                # A dialog over another one leaves the other's draft.
                self._keep(desk, self._open[-1].draft if self._open else None, one.role)
            else:
                self._role = ""  # another role took over at the lock: it comes back with whose it is

        timer = QTimer(dialog)
        timer.setInterval(PACE)
        timer.timeout.connect(lambda: self._look(desk, one))
        timer.start()
        dialog.finished.connect(finished)
        self._look(desk, one)

    def _look(self, desk: "Desk", one: _Watched) -> None:
        """Keep the draft where it is another than a moment ago."""
        from venue_desk.store.drafts import Draft, plain

        held = one.dialog.held()
        names = [name for name in held if plain(held[name]) != plain(one.first.get(name))]
        values, first = ({name: of.get(name) for name in names} for of in (held, one.first))
        draft = Draft(one.page, *one.dialog.draft, values, first)
        if draft != one.draft and one is self._open[-1]:
            one.draft = draft
            self._keep(desk, draft, one.role)

    def _keep(self, desk: "Desk", draft: "Draft | None", role: str) -> None:
        if self._window.opened is desk:
            self._window.run(_kept(desk, draft, role), "", quiet=True)

    def resume(self) -> None:
        """Open the dialog again that was left; once the window is not locked, and again when another role works."""
        if self._window.locked or self._window.role == self._role:
            QTimer.singleShot(UNLOCK, self, self.resume)
            return
        self._bring_back(self._window.role)
        QTimer.singleShot(UNLOCK, self, self.resume)

    def _bring_back(self, role: str) -> None:
        from venue_desk.store import drafts

        window = self._window
        if window.opened is None or not window.stage.here:
            return
        if not self._role:
            window.run(_swept(window.folder), "", quiet=True)
        self._role = role
        left = window.desk.ask(drafts.kept, role)
        if left is None:
            return
        window.go(left.page)
        page = window.page
        again = page.dialogs().get(left.dialog) if page is not None and page.name == left.page else None
        self._back = left
        try:
            if again is not None:
                again(left.about)
        except Problem as problem:
            window.problem(problem)  # it may come back when what is missing is here
            return
        if self._waits() and not window.busy():
            self._back = None
            self._keep(window.desk, None, role)
            window.problem(
                Problem(
                    _("What you had not finished cannot be opened again: what it was about is not here now."),
                    _("Nothing that was saved is changed."),
                )
            )

    def _waits(self) -> bool:
        return self._back is not None


def _same(left: "Draft", one: _Watched) -> bool:
    """Whether this is the dialog that was left. A stick may be at another place of the computer now."""
    name, about = one.dialog.draft
    there = left.about == about or (name == "import" and PurePath(left.about).name == PurePath(about).name)
    return (left.page, left.dialog) == (one.page, name) and there


def _put_back(one: _Watched, left: "Draft") -> None:
    """Put back what was changed; the other fields say what is true now."""
    from venue_desk.store.drafts import plain

    one.dialog.hold(left.values)
    overtaken = any(
        plain(one.first.get(name)) not in (plain(was), plain(left.values.get(name)))
        for name, was in left.first.items()
    )
    if overtaken:
        one.dialog.tell(
            _(
                "This was changed elsewhere after you had begun. Your own text is put back: look before you save."
            ),
            "late",
        )
    else:
        one.dialog.tell(_("What you had not finished is here again. Cancel throws it away."))


def _kept(desk: "Desk", draft: "Draft | None", role: str) -> "Job":
    from venue_desk.store import drafts

    yield None
    desk.do(drafts.keep, draft, role)


def _swept(folder: Path) -> "Job":
    """A job: a set-up that was killed at its very end leaves its own draft behind."""
    from venue_desk.store import beginning

    yield None
    beginning.forget(folder)
