"""What is shown when the centre has the records on this computer removed: why, what became of them, what to do now."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from venue_desk.desktop import theme
from venue_desk.desktop.settings import log_folder
from venue_desk.desktop.widgets import Button, Card, Icon, Label, Scroll, column, row
from venue_desk.domain.problem import Problem
from venue_desk.language import _, ngettext

if TYPE_CHECKING:
    from venue_desk.desktop.page import Job
    from venue_desk.store.desk import Desk
    from venue_desk.store.wiping import Removal
    from venue_desk.sync.orders import Order

AGAIN = 60_000  # ms between two tries to tell the centre
STICK = "*.vdsync"


def begin(window: Any, order: "Order") -> None:
    """Leave the pages, seal what the centre lacks, and remove the records; the window shows what happens."""
    if window.opened is None:
        return
    # Kept open until all is sealed; no page asks it any more.
    desk, window.opened = window.opened, None
    window.hold(
        lambda: LeavingScreen(window, desk.folder, _left(desk, order), back=lambda: window.begin(desk))
    )


def show(window: Any) -> None:
    """Go on with a removal that was decided, or say that it is done."""
    window.hold(lambda: LeavingScreen(window, window.folder, _gone(window.folder)))


class LeavingScreen(QWidget):
    """In place of the whole window, while ``job`` removes the records and afterwards.

    ``back``: where it cannot even begin (a full disk), nothing was removed, and work goes on.
    """

    def __init__(
        self,
        window: Any,  # the Window
        folder: Path,
        job: "Job | None" = None,
        back: Callable[[], object] | None = None,
    ) -> None:
        super().__init__()
        self._window, self._folder, self._back = window, folder, back
        self.removal: Removal | None = None
        self._frame = QVBoxLayout(self)
        self._frame.setContentsMargins(32, 24, 32, 24)
        self._clock = QTimer(self)
        self._clock.setInterval(AGAIN)
        self._clock.timeout.connect(self._go_on)
        self._wait()
        if job is not None:
            self._run(job)

    def _run(self, job: "Job") -> None:
        self._window.run(job, "", done=self.tell, failed=self._failed, quiet=True)

    def _go_on(self) -> None:
        self._run(_gone(self._folder))

    def _failed(self, problem: Problem) -> None:
        from venue_desk.store import wiping

        if wiping.read(self._folder) is None and self._back is not None:
            self._back()
            self._window.problem(problem)
        else:
            self._clock.start()

    def _wait(self) -> None:
        self._hold(Card(), _("The records are being removed from this computer"), [
            _("The centre ordered it. What it does not have yet is handed over first; please wait."),
        ])  # fmt: skip

    def tell(self, removal: "Removal") -> None:
        """Say what happened and what to do now."""
        from venue_desk.sync import wiping

        if self.removal == removal:
            return
        self.removal = removal
        _forget_logs()
        self._clock.stop() if removal.told and not removal.packets else self._clock.start()
        card = Card()
        sentences = wiping.words(removal)
        if removal.packets or not removal.told:
            carry = Button(_("Write to a stick"), self.carry, kind="primary", icon="usb")
            again = Button(_("Begin anew on this computer"), self.begin_anew, kind="quiet")
            sentences.append(
                _("The centre could not be reached: bring it a file on a stick, or leave this window open.")
            )
        else:
            carry, again = None, Button(_("Begin anew on this computer"), self.begin_anew, kind="primary")
            sentences.append(_("The centre knows that it is done."))
        sentences.append(
            _("If nobody told you of this, ask the centre. With a new code this computer can join again.")
        )
        self._hold(card, _("The records were removed from this computer"), sentences)
        card.body.addSpacing(8)
        card.add(row(*([carry] if carry else []), again, 1))
        self.setAccessibleName(_("The records were removed from this computer"))

    def _hold(self, card: Card, title: str, sentences: list[str]) -> None:
        from venue_desk.desktop.widgets import clear

        clear(self._frame)
        card.add(Icon("shield-check", "accent", 32))
        card.add(Label(title, "title", wrap=True))
        card.add(column(*(Label(one, "body", wrap=True) for one in sentences), gap=10))
        card.setMaximumWidth(theme.now().px(680))
        held = QWidget()
        line = row()
        line.addStretch(1)
        line.addWidget(card, 100)
        line.addStretch(1)
        inside = QVBoxLayout(held)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addStretch(2)
        inside.addLayout(line)
        inside.addStretch(3)
        held.setProperty("clear", "true")
        held.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._frame.addWidget(Scroll(held))

    def carry(self) -> None:
        """Write what the centre lacks, and that it is done, to a file on a stick."""
        self._window.save_file(
            _("Write to a stick"), "venue-desk-last.vdsync", f"Venue Desk ({STICK})", self._carry_to
        )

    def _carry_to(self, path: Path) -> None:
        self._window.run(
            _carried(self._folder, path),
            _("Writing to the stick"),
            done=lambda files: self._window.toast(
                ngettext(
                    "{count} file was written and read back. It is safe to remove the stick.",
                    "{count} files were written and read back. It is safe to remove the stick.",
                    len(files),
                ).format(count=len(files))
            ),
        )

    def begin_anew(self) -> None:
        """The first window again; what could not be handed over stays beside it, sealed."""
        from venue_desk.store import wiping

        self._clock.stop()
        wiping.forget(self._folder)
        self._window.begin_nowhere()


def _forget_logs() -> None:
    """What this program wrote down of its own faults; there is no name in it, but it belongs to what was removed."""
    for file in log_folder().glob("venue-desk.log*"):
        with suppress(OSError):
            file.write_bytes(b"")


# --- what the worker does


def _left(desk: "Desk", order: "Order") -> "Job":
    from venue_desk.sync import wiping

    yield None
    wiping.decide(desk, order)
    desk.close()
    return (yield from wiping.go_on(desk.folder))


def _gone(folder: Path) -> "Job":
    from venue_desk.sync import wiping

    return (yield from wiping.go_on(folder))


def _carried(folder: Path, path: Path) -> "Job":
    from venue_desk.sync import wiping

    yield _("Writing to the stick")
    return wiping.carry(folder, path)
