"""The composition root: settings, theme, one window, and behind its first paint the records."""

import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication

from venue_desk import language
from venue_desk.desktop import theme
from venue_desk.desktop.settings import Settings, log_folder, usual_folder
from venue_desk.desktop.window import Window
from venue_desk.domain.problem import Problem
from venue_desk.language import _, ngettext, number
from venue_desk.store.moved import followed

if TYPE_CHECKING:
    from venue_desk.store.desk import Desk


IDLE = 200  # ms between two pages that are loaded ahead
SMALL = (1440, 840)  # px: a screen below this is filled, frame and all


def run(arguments: Sequence[str]) -> int:
    """Show the window of a folder until it is closed: ``[--data DIR] [--lang id|en]``. Returns the exit code."""
    options = _options(arguments)
    settings = Settings()
    try:
        language.use(options.get("lang") or settings.language)
    except ValueError:
        language.use(settings.language)
        return _refuse(_("There is no language “{language}”.").format(language=options["lang"]))
    if not _screen():
        return _refuse(_("There is no screen here. Commands work without one: venue-desk --help"))
    app = QApplication.instance() or QApplication(["venue-desk", *theme.STYLE])
    assert isinstance(app, QApplication)
    folder = followed(Path(options["data"]) if "data" in options else usual_folder())
    from venue_desk.desktop.single import Single

    single = Single(folder)
    if not single.first():
        if single.raise_first():
            return 0
        return _refuse(_("Venue Desk is open already, but does not answer."))
    # The window gets its turn soon, whatever the worker computes: painting lets go of the interpreter at each call of
    # Qt's, and waits so long to have it back. At 0.5 ms a page was painted in 38 ms, so in 15.
    sys.setswitchinterval(0.00002)
    started = Start(app, settings, folder, single)
    started.show()
    try:
        return app.exec()
    finally:
        started.end()


def _refuse(why: str) -> int:
    sys.stderr.write(why + "\n")
    return 2


def _options(arguments: Sequence[str]) -> dict[str, str]:
    """The options before a command; ``__main__`` has seen to it that nothing else is there."""
    found: dict[str, str] = {}
    waiting = iter(arguments)
    for word in waiting:
        name, equals, value = word.removeprefix("--").partition("=")
        found[name] = value if equals else next(waiting, "")
    return found


def _screen() -> bool:
    """Whether Qt can show a window here."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


class Start(QObject):
    """From the first paint to a window at work."""

    _opened = Signal(object)  # a Desk, None where there are no records yet, or the exception

    def __init__(
        self, app: QApplication, settings: Settings, folder: Path, single: "QObject | None" = None
    ) -> None:
        super().__init__()
        self._app, self._settings, self._folder, self._single = app, settings, folder, single
        theme.begin(app, settings.look(app))
        self.window = Window(settings, folder)
        self._opened.connect(self._arrived, Qt.ConnectionType.QueuedConnection)

    def show(self) -> None:
        self.window.painted.connect(self._load)
        if not self.window.restoreGeometry(self._settings.geometry):
            room = self._app.primaryScreen().availableGeometry()
            self.window.resize(min(1366, room.width()), min(768, room.height()))
            if room.width() < SMALL[0] or room.height() < SMALL[1]:
                # With its frame the window would reach over the edge: the status line must be in sight.
                self.window.setWindowState(Qt.WindowState.WindowMaximized)
        self.window.show()

    def _load(self) -> None:
        """Import the store and open the desk behind the painted window; the rest of the set-up meanwhile."""
        self._load_again()
        theme.apply(self._app, theme.now())
        self._comforts()

    def _load_again(self) -> None:
        threading.Thread(target=self._open, name="venue-desk-opening", daemon=True).start()

    def _open(self) -> None:
        try:
            from venue_desk.store import database, wiping
            from venue_desk.store.desk import Desk

            if not database.exists(self._folder) and wiping.read(self._folder) is not None:
                raise wiping.Wiping(self._folder)
            desk = Desk.open(self._folder) if database.exists(self._folder) else None
            if desk is not None:
                _warm(desk)
            self._opened.emit(desk)
        except Exception as error:  # noqa: BLE001 (told in the window's thread)
            self._opened.emit(error)

    def _comforts(self) -> None:
        from venue_desk.desktop.drafts import Drafts
        from venue_desk.desktop.errors import Guard, log_to
        from venue_desk.desktop.scanner import Scanner
        from venue_desk.desktop.single import Single
        from venue_desk.desktop.words import QtWords

        log_to(log_folder())
        self._guard = Guard(self.window.problem, self.window.bug)
        self._guard.install()
        self._drafts = Drafts(self.window)
        self._words = QtWords(self)
        self._app.installTranslator(self._words)
        self._app.setWindowIcon(theme.now().icon("venue-desk", "accent", 64))
        self._scanner = Scanner(self._app)
        self._scanner.scanned.connect(self.window.card)
        if isinstance(self._single, Single):
            self._single.listen(self._raise)

    def _arrived(self, found: "Desk | Exception | None") -> None:
        if isinstance(found, Problem) and hasattr(found, "damaged"):
            self.window.damaged(found.text)
        elif isinstance(found, Problem) and hasattr(found, "wiping"):
            from venue_desk.desktop import leaving

            leaving.show(self.window)
        elif isinstance(found, Problem):
            self.window.refused(found, self._load_again)
        elif isinstance(found, Exception):
            raise found
        elif found is None:
            self.window.begin_nowhere()
        else:
            self.window.begin(found)
            self._drafts.resume()
            self._tell_what_was_missing(found)
            self._load_pages()
            if self.window.early:
                early, self.window.early = self.window.early, ""
                self.window.card(early.rstrip("\n"))

    def _tell_what_was_missing(self, desk: "Desk") -> None:
        """Changes that this computer had saved were behind a damaged place of the log, or are gone."""
        if desk.behind:
            self.window.problem(
                Problem(
                    ngettext(
                        "{count} change that was saved on this computer is not in its file any more.",
                        "{count} changes that were saved on this computer are not in its file any more.",
                        desk.behind,
                    ).format(count=number(desk.behind)),
                    _(
                        "Was an older file put here? Look at the last entries in History, and enter them again."
                    ),
                )
            )
        elif desk.mended:
            self.window.toast(
                ngettext(
                    "{count} change was brought back from a damaged file.",
                    "{count} changes were brought back from a damaged file.",
                    desk.mended,
                ).format(count=number(desk.mended))
            )

    def _load_pages(self) -> None:
        """Load the other pages one by one while a person looks at the first, so that each is there at once."""
        from venue_desk.desktop.pages import PLACES

        waiting = list(PLACES)
        idle = QTimer(self)
        idle.setInterval(IDLE)

        def load_one() -> None:
            if waiting and self.window.isVisible():
                waiting.pop(0).load()
            else:
                idle.stop()
                self.window.loaded()

        idle.timeout.connect(load_one)
        idle.start()

    def _raise(self) -> None:
        from venue_desk.desktop.single import show_again

        show_again(self.window)

    def end(self) -> None:
        self.window.end()
        if self.window.opened is not None:
            self.window.opened.close()
        from venue_desk.desktop.single import Single

        if isinstance(self._single, Single):
            self._single.release()
        if hasattr(self, "_guard"):
            self._guard.remove()


def _warm(desk: "Desk") -> None:
    """Ask once what the first page asks, while the window stands there.

    No part of Qt is imported here: Qt's Python types are made when they are first imported, and two threads that
    make them can wait for each other.
    """
    from venue_desk.domain import clock
    from venue_desk.queries import sync, today, venue

    for query in (venue.details, venue.markets, sync.status):
        desk.ask(query)
    desk.ask(today.today, clock.now())
