"""What a page is, and what the window gives it."""

from collections.abc import Callable, Generator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from venue_desk.desktop import theme
from venue_desk.desktop.widgets.buttons import Button, Pressable, ring
from venue_desk.desktop.widgets.card import clear
from venue_desk.desktop.widgets.dialog import Dialog
from venue_desk.desktop.widgets.text import Label, key_size, paint_key
from venue_desk.domain.problem import Problem
from venue_desk.language import _

if TYPE_CHECKING:
    from venue_desk.desktop.settings import Settings
    from venue_desk.store.desk import Desk

Job = Generator[Any, None, Any]
"""Long work: yields a share of one, a sentence, (share, sentence) or None; what it returns goes to ``done``."""


class Shell(Protocol):
    """The window as pages see it."""

    settings: "Settings"
    opened: "Desk | None"  # None while there are no records yet (the first window)

    @property
    def desk(self) -> "Desk":
        """The venue's records: ``ask`` and ``do``."""

    def do(self, action: Callable[..., Any], *args: Any, said: str = "", **named: Any) -> Any:
        """``desk.do``; a Problem is shown and gives None. ``said`` is told in a toast with Undo."""

    def toast(
        self, text: str, *, undo: bool = False, action: str = "", on_click: Callable[[], Any] | None = None
    ) -> None:
        """Tell something in passing; ``undo`` offers to undo the last action, ``action`` something else."""

    def undo(self) -> None:
        """Take back the last action, as Ctrl+Z does, and say which."""

    def problem(self, problem: Problem) -> None:
        """Tell what cannot be done, why, and what to do now."""

    def go(self, page: str, **where: Any) -> None:
        """Show a page; ``where`` goes to its ``open``."""

    def run(
        self,
        job: Job,
        title: str,
        *,
        done: Callable[[Any], object] | None = None,
        cancelled: Callable[[], object] | None = None,
        failed: Callable[[Problem], object] | None = None,
        quiet: bool = False,
    ) -> None:
        """Run a generator on the worker thread; progress with Cancel after 600 ms, none when ``quiet``."""

    def dialog(self, dialog: Dialog, done: Callable[[], object] | None = None) -> None:
        """Open a dialog over the window; ``done`` is called when it was accepted."""

    def ask(
        self,
        title: str,
        text: str,
        *,
        yes: str,
        done: Callable[[], object],
        danger: bool = True,
        names: Sequence[str] = (),
    ) -> None:
        """Ask before what cannot be undone (issuing, voiding, erasing, restoring); Cancel is the default."""

    def changed(self, tables: frozenset[str]) -> None:
        """These tables changed; without any, what the window says of itself is looked at again."""

    def catch_up(self) -> None:
        """Tell the pages at once of what was written until now, rather than in a moment."""

    def choose_file(self, title: str, kinds: str, done: Callable[[Path], object]) -> None:
        """Let a person choose a file; ``kinds`` as Qt writes them: ``Spreadsheets (*.xlsx *.csv)``."""

    def choose_folder(self, title: str, done: Callable[[Path], object]) -> None:
        """Let a person choose a folder."""

    def save_file(self, title: str, name: str, kinds: str, done: Callable[[Path], object]) -> None:
        """Let a person say where to write; ``name`` is proposed."""

    def open_file(self, path: Path) -> None:
        """Show a written file in the system's own program."""

    def search(self, text: str = "") -> None:
        """Open the search over everything (Ctrl+K)."""

    def today(self) -> date:
        """The local day."""

    def begin(self, desk: "Desk") -> None:
        """Go to work on a desk: after the set-up, or after a backup was restored."""

    def attend(self) -> None:
        """What was decided about the lock of this desk holds from now on."""

    def restyle(self) -> None:
        """Language, theme or text size were changed in the settings: build the window's inside anew."""


class SearchBox(Pressable):
    """Looks like a field, opens the search over everything."""

    def __init__(self, on_click: Callable[[], object]) -> None:
        super().__init__("", on_click)
        self._words = _("Search people, courses, certificates…")
        self.setAccessibleName(self._words)
        self.setToolTip("Ctrl K")
        self.setFixedHeight(theme.now().control)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(theme.now().px(300), theme.now().control)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.now().control, theme.now().control)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.now()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.colour("muted" if self.underMouse() else "edge"), 1))
        painter.setBrush(look.colour("surface"))
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS, theme.RADIUS
        )
        side = look.px(18)
        wide = self.width() > look.px(160)
        left = 12 if wide else (self.width() - side) // 2
        painter.drawPixmap(left, (self.height() - side) // 2, look.pixmap("search", "muted", 18))
        if wide:
            size = key_size("Ctrl K")
            right = self.width() - size.width() - 11
            paint_key(
                painter,
                QRectF(right, (self.height() - size.height()) / 2, size.width(), size.height()),
                "Ctrl K",
            )
            painter.setFont(look.font("body"))
            painter.setPen(look.colour("muted"))
            room = QRectF(left + side + 8, 0, right - left - side - 16, self.height())
            cut = QFontMetrics(painter.font()).elidedText(
                self._words, Qt.TextElideMode.ElideRight, int(room.width())
            )
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, cut)
        ring(painter, self, theme.RADIUS)
        painter.end()


class Header(QWidget):
    """Title, one sentence, search, secondary buttons and at most one primary; two lines where it is narrow."""

    def __init__(self, on_search: Callable[[], object]) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(16)
        words = QVBoxLayout()
        words.setSpacing(0)
        self.title = Label("", "title", elide=True)
        self.sentence = Label("", "body", "muted", wrap=True)
        words.addWidget(self.title)
        words.addWidget(self.sentence)
        self._box.addLayout(words, 1)
        self._right = QHBoxLayout()
        self._right.setSpacing(12)
        self.search = SearchBox(on_search)
        self._right.addWidget(self.search)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self._right.addLayout(self._buttons)
        self._box.addLayout(self._right)
        self._primary: Button | None = None

    def say(self, title: str, sentence: str = "") -> None:
        self.title.setText(title)
        self.sentence.setText(sentence)
        self.sentence.setVisible(bool(sentence))
        self._arrange()

    def secondary(
        self, text: str, on_click: Callable[[], object], *, icon: str = "", tip: str = ""
    ) -> Button:
        made = Button(text, on_click, icon=icon, tip=tip)
        at = self._buttons.count() - (1 if self._primary else 0)
        self._buttons.insertWidget(at, made)
        return made

    def primary(self, text: str, on_click: Callable[[], object], *, icon: str = "", tip: str = "") -> Button:
        """The page's one filled button."""
        if self._primary is not None:
            raise ValueError("a page has at most one primary button")
        self._primary = Button(text, on_click, kind="primary", icon=icon, tip=tip)
        self._buttons.addWidget(self._primary)
        return self._primary

    def clear_buttons(self) -> None:
        clear(self._buttons)
        self._primary = None

    def _wanted(self) -> int:
        title = QFontMetrics(self.title.font()).horizontalAdvance(self.title.text())
        said = QFontMetrics(self.sentence.font()).horizontalAdvance(self.sentence.text())
        buttons = self._buttons.sizeHint().width() if self._buttons.count() else 0
        search = self.search.sizeHint().width()
        return max(title, min(said, theme.now().px(260))) + 16 + search + (12 + buttons if buttons else 0)

    def minimumSizeHint(self) -> QSize:
        buttons = self._buttons.sizeHint().width() + 12 if self._buttons.count() else 0
        return QSize(theme.now().control + buttons, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._arrange()
        return super().event(event)

    def _arrange(self) -> None:
        """One line where there is room, else the words above and the buttons below."""
        narrow = self._wanted() > self.width()
        wanted = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if self._box.direction() != wanted:
            self._box.setDirection(wanted)
            self._box.setSpacing(10 if narrow else 16)
            self.updateGeometry()


class Page(QWidget):
    """A page: fill ``body``, show what is true in ``refresh``. ``watches`` are the tables it shows.

    ``open(**where)`` gets what ``shell.go(name, …)`` was given. ``pictures()`` names its dialogs and further
    states for the picture tests: a function that makes a dialog (not opened) or changes the page and gives None.
    """

    name: ClassVar[str] = ""
    watches: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self.shell = shell
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # so that its keys work wherever it was clicked
        frame = QVBoxLayout(self)
        frame.setContentsMargins(28, 20, 28, 20)
        frame.setSpacing(16)
        self.header = Header(shell.search)
        frame.addWidget(self.header)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(theme.GAP)
        frame.addLayout(self.body, 1)

    def add(self, content: QWidget | QLayout, stretch: int = 0) -> None:
        if isinstance(content, QWidget):
            self.body.addWidget(content, stretch)
        else:
            self.body.addLayout(content, stretch)

    def refresh(self) -> None:
        """Ask the desk and show what it says; called when shown and when a watched table changed."""
        raise NotImplementedError

    def open(self, **where: Any) -> None:
        """Go to a place in the page; called after ``refresh``."""

    def take_keys(self) -> None:
        """Let the keys go to the page when it is shown: to its list, else to itself; never to the search."""
        from venue_desk.desktop.tables import DataTable

        inside = self.window().focusWidget()  # also while the window itself waits for the keys
        if self.isAncestorOf(inside) and inside is not self.header.search:
            return
        lists = (one for one in self.findChildren(DataTable) if one.isVisibleTo(self) and one.model.ids)
        first = next(lists, None)
        if first is not None and first.current() is None:
            first.choose_at(0)
        (first or self).setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        """Another page is shown now."""

    def typed(self, text: str) -> bool:
        """Keys typed (or scanned) while no field had the focus; True when used."""
        return False

    def dialogs(self) -> dict[str, Callable[[str], None]]:
        """Its dialogs that come back after a crash, by name (``Dialog.of``).

        Each opens the dialog again for the record or file that it was about, and does nothing where that is gone.
        """
        return {}

    def pictures(self) -> dict[str, Callable[[], Dialog | None]]:
        return {}
