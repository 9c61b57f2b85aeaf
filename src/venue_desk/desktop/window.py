"""The window: navigation, pages, status line, undo, search; the shell that pages are given."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from venue_desk.desktop import theme
from venue_desk.desktop.hearing import Hearing
from venue_desk.desktop.pages import PLACES
from venue_desk.desktop.settings import Settings
from venue_desk.desktop.signals import Changes
from venue_desk.desktop.stage import Stage
from venue_desk.desktop.widgets.navigation import Entry, Navigation
from venue_desk.desktop.widgets.status import StatusBar, StatusLine
from venue_desk.domain import clock
from venue_desk.domain.problem import Problem
from venue_desk.language import _

if TYPE_CHECKING:
    from venue_desk.desktop.setup import FirstWindow
    from venue_desk.desktop.upkeep import Upkeep
    from venue_desk.store.desk import Desk

NARROW = 1100  # px at 100 % below which the navigation shows icons alone


class Window(Hearing):
    """Painted before the records are loaded: ``begin(desk)`` fills it. ``painted`` is told once."""

    painted = Signal()
    closing = Signal()

    def __init__(self, settings: Settings, folder: Path) -> None:
        super().__init__(settings)
        self.folder = folder
        self.first: FirstWindow | None = None
        self._painted = False
        self._stop_listening: Callable[[], None] = lambda: None
        self._changes = Changes(self.changed, self)
        self._status_soon = self._soon(150, self._show_status)
        self._count_soon = self._soon(1000, self._show_count)
        self._upkeep: Upkeep | None = None
        self.setWindowTitle("Venue Desk")
        self.setMinimumSize(720, 480)
        self._frame = QVBoxLayout(self)
        self._frame.setContentsMargins(0, 0, 0, 0)
        self._frame.setSpacing(0)
        self._build()

    # What it is made of

    def _build(self) -> None:
        entries = [
            Entry(one.name, _(one.title), one.icon, f"Alt {number}" if number < 10 else "", one.low)
            for number, one in enumerate(PLACES, 1)
        ]
        self._inside = QWidget()
        column = QVBoxLayout(self._inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        self.navigation = Navigation(entries, self.go_if_open)
        middle.addWidget(self.navigation)
        right = QVBoxLayout()
        right.setSpacing(0)
        self._banner = QVBoxLayout()
        self._banner.setContentsMargins(28, 12, 28, 0)
        right.addLayout(self._banner)
        self.stage = Stage(self)
        right.addWidget(self.stage, 1)
        middle.addLayout(right, 1)
        column.addLayout(middle, 1)
        self.status = StatusBar(lambda: self.go_if_open("sync"), self.lock)
        self.status.show_line(StatusLine(_("Opening the records…"), state="neutral"))
        column.addWidget(self.status)
        self._frame.addWidget(self._inside)
        self._fit()

    def begin(self, desk: "Desk") -> None:
        """Go to work on a desk: show its pages, listen to its commits, keep it up."""
        from venue_desk.desktop.upkeep import Upkeep

        if self.opened is not desk:
            # Whoever went back to a backup goes on; the PINs are this computer's and still hold.
            first, self.opened = self.opened is None, desk
            self._end_upkeep()
            self._stop_listening = desk.listen(self._changes.told)
            self._upkeep = Upkeep(desk, self.run, self.status_line, self, self.damaged)
            desk.shown()
            self.attend(begin=first)
        self._rebuild(self._first_page())

    def begin_nowhere(self) -> None:
        """There are no records yet: the first window asks what to begin with."""
        self.settings.page = "today"  # where work begins, not where other records were left
        self._rebuild("")

    def refused(self, problem: Problem, again: Callable[[], object]) -> None:
        """The records are there but cannot be opened: why, and what to do now."""
        from venue_desk.desktop.widgets import EmptyState

        self._clear()
        if hasattr(problem, "ways"):
            from venue_desk.desktop.keyscreen import KeyScreen

            self._inside = KeyScreen(self, problem, again)
        else:
            self._inside = EmptyState(
                "warning", problem.text, problem.hint, action=_("Try again"), on_click=again, kind="primary"
            )
        self._frame.addWidget(self._inside)

    def damaged(self, why: str) -> None:
        """The records are damaged: what is wrong, what can be brought back, and the button that does it."""
        from venue_desk.desktop.recovering import RecoveryScreen

        folder = self.opened.folder if self.opened else self.folder
        self.hold(lambda: RecoveryScreen(self, folder, why))

    def hold(self, screen: Callable[[], QWidget]) -> None:
        """Let the desk go, and show a screen in place of all."""
        self._end_upkeep()
        self._clear()
        if self.opened is not None:
            self.opened.close()
            self.opened = None
        self._inside = screen()
        self._frame.addWidget(self._inside)

    def _end_upkeep(self) -> None:
        if self._upkeep is not None:
            self._upkeep.stop()
            self._upkeep = None
        self._stop_listening()
        self._stop_listening = lambda: None

    def _first_page(self) -> str:
        names = {one.name for one in PLACES}
        return self.stage.here or (self.settings.page if self.settings.page in names else "today")

    def _rebuild(self, page: str) -> None:
        """Make the inside of the window anew, and show a page, or the first window when there is no venue."""
        self._clear()
        if self.opened is not None and self._describe_venue():
            if self.locked:
                self._inside.hide()
                self._behind = self._inside
                self.cover()
                return
            page = page if self.may(page) else "attendance"
            self.go(page)
            if self.page is not None:
                self.page.header.search.setVisible(self.may())
            self._show_status()
            self._show_count()
        else:
            self._show_first()

    def rebuild(self) -> None:
        self._rebuild(self._first_page())

    def begin_again(self) -> None:
        self._rebuild("today")

    def _clear(self) -> None:
        self.bind_keys()
        self.forget_behind()
        self.quiet()
        self.stage.leave()
        self.first = None
        self._frame.removeWidget(self._inside)
        self._inside.hide()
        self._inside.deleteLater()

    def _describe_venue(self) -> bool:
        """Name the venue in the navigation; False when it has no name, because it is not set up."""
        from venue_desk.queries import venue

        details = self.desk.ask(venue.details)
        if not details.name:
            return False
        self._build()
        self.navigation.mark.set(details.name, details.area)
        markets = self.desk.ask(venue.markets)
        if len(markets) == 1:
            # A venue's one market is known by its name, not as "stalls".
            self.navigation.rename("stalls", markets[0].name)
        self.name_again()
        self.navigation.setVisible(self.may())
        if details.sample and self.may():
            from venue_desk.desktop.widgets import Banner

            self._banner.addWidget(
                Banner(
                    _("This is a sample: every person in it is invented. Try anything."),
                    action=_("Remove the sample"),
                    on_click=self.remove_sample,
                )
            )
        return True

    def name_again(self) -> None:
        from venue_desk.queries import venue

        self.setWindowTitle(f"{self.desk.ask(venue.details).name} – Venue Desk")

    def _show_first(self) -> None:
        from venue_desk.desktop.setup import FirstWindow

        self._inside = self.first = FirstWindow(self, self.folder)
        self._frame.addWidget(self._inside)

    def remove_sample(self) -> None:
        from venue_desk.actions import sample

        self.do(sample.remove)
        self._rebuild("today")

    def restyle(self) -> None:
        from venue_desk import language

        app = QApplication.instance()
        assert isinstance(app, QApplication)
        language.use(self.settings.language)
        theme.apply(app, self.settings.look(app))
        self._rebuild(self.stage.here)

    # The shell

    def today(self) -> date:
        return clock.today()

    def go(self, page: str, **where: Any) -> None:
        if not self.may(page):
            self.refuse_role()
            return
        self.stage.show_page(page, **where)
        self.settings.page = page
        self.navigation.choose(page)

    def changed(self, tables: frozenset[str]) -> None:
        """Records changed, here or by what came from elsewhere."""
        self.stage.changed(tables)
        # A mark at the door is shown at once; what is around it may come a moment later.
        for facts in (self._status_soon, self._count_soon):
            if not facts.isActive():
                facts.start()

    def catch_up(self) -> None:
        self._changes.flush()

    def _soon(self, interval: int, act: Callable[[], None]) -> QTimer:
        timer = QTimer(self, singleShot=True, interval=interval)
        timer.timeout.connect(act)
        return timer

    def _show_status(self) -> None:
        from venue_desk.desktop.upkeep import status_line

        if self.stage.here:
            self.status_line(status_line(self.desk))

    def _show_count(self) -> None:
        from venue_desk.desktop.upkeep import what_waits

        if self.stage.here:
            self.run(what_waits(self.desk), "", done=self.navigation.buttons["today"].set_count, quiet=True)

    def status_line(self, line: StatusLine) -> None:
        if self.stage.here:
            self.status.show_line(line)

    # Search, help

    def search(self, text: str = "") -> None:
        from venue_desk.desktop.searching import show

        if self.stage.here and self.may():
            show(self, self, text)
        elif self.stage.here:
            self.refuse_role()

    def help(self) -> None:
        from venue_desk.desktop.help import HelpDialog

        if not self.locked:
            self.dialog(HelpDialog())

    # Keys, size, end

    def _fit(self) -> None:
        self.navigation.set_narrow(self.width() < NARROW * theme.now().scale)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self.painted.emit)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Everything is saved already; only work under way is asked about."""
        if self.busy():
            event.ignore()
            from venue_desk.desktop.widgets import Ask

            self.dialog_over_lock(
                Ask(
                    _("Work is still under way"),
                    _(
                        "If you close now it is stopped, and nothing of it is kept. "
                        "All else is saved on this computer."
                    ),
                    yes=_("Stop it and close"),
                    danger=True,
                ),
                self._stop_and_close,
            )
            return
        self.settings.geometry = self.saveGeometry()
        self.end()
        super().closeEvent(event)
        self.closing.emit()

    def _stop_and_close(self) -> None:
        for running in self.busy():
            running.ended.connect(self.close)
            running.cancel()

    def end(self) -> None:
        """Stop what runs and let the desk go."""
        self._end_upkeep()
        self.stage.leave()
        self._status_soon.stop()
        self._count_soon.stop()
        self.end_locking()
        self.stop_working()
