"""The search over everything (Ctrl+K): people, courses, certificates, vendors, pages, and what can be done."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from venue_desk.desktop import theme
from venue_desk.desktop.pages import PLACES
from venue_desk.desktop.widgets import Hairline, Label, TextField
from venue_desk.language import _

if TYPE_CHECKING:
    from venue_desk.desktop.stage import Stage
    from venue_desk.desktop.widgets.navigation import Navigation
    from venue_desk.store.desk import Desk

LIMIT = 12


@dataclass(frozen=True, slots=True)
class Found:
    """A line of the search and what it leads to."""

    title: str
    explanation: str
    icon: str
    go: Callable[[], object]


# Where a hit of a kind is shown: the page, what ``open`` is given, and its icon.
_PLACES = {
    "person": ("people", "person", "person"),
    "course": ("courses", "course", "course"),
    "certificate": ("certificates", "certificate", "certificate"),
    "vendor": ("stalls", "vendor", "stall"),
}


def records(desk: "Desk", text: str, go: Callable[..., object]) -> list[Found]:
    """What the desk finds."""
    from venue_desk.queries import search

    lines = []
    for hit in desk.ask(search.everything, text, LIMIT):
        page, word, icon = _PLACES[hit.kind]
        lines.append(Found(hit.title, hit.explanation, icon, partial(go, page, **{word: hit.id})))
    return lines


def places(
    title: Callable[[str], str], go: Callable[[str], object], press: Callable[[str, str], object]
) -> list[Found]:
    """Every page, and what the buttons of its header do."""
    ways = [Found(title(one.name), "", one.icon, partial(go, one.name)) for one in PLACES]
    ways += [
        Found(_(words), _(one.title), one.icon, partial(press, one.name, words))
        for one in PLACES
        for words in one.does
    ]
    return ways


class Searched(Protocol):
    """What the search leads to in a window."""

    navigation: "Navigation"
    stage: "Stage"

    @property
    def desk(self) -> "Desk": ...
    def go(self, page: str, **where: Any) -> None: ...
    def undo(self) -> None: ...
    def lock(self) -> None: ...
    def help(self) -> None: ...


def show(over: QWidget, window: Searched, text: str) -> None:
    """Open the search over a window."""
    ways = places(lambda name: window.navigation.buttons[name].text(), window.go, partial(_press, window))
    ways += [
        Found(_("Undo"), "Ctrl Z", "undo", window.undo),
        Found(_("Lock"), "Ctrl L", "lock", window.lock),
        Found(_("Help and keys"), "F1", "help", window.help),
    ]
    dialog = Search(over, ways, lambda typed: records(window.desk, typed, window.go), text)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def _press(window: Searched, page: str, words: str) -> None:
    """Go to a page and press a button of its header."""
    from venue_desk.desktop.widgets import Button

    window.go(page)
    for button in window.stage.show_page(page).header.findChildren(Button):
        if button.text() == _(words):
            button.click()


class Search(QDialog):
    """``ways`` are the pages and actions, always there; ``find(text)`` looks for records."""

    def __init__(
        self, over: QWidget, ways: list[Found], find: Callable[[str], list[Found]], text: str = ""
    ) -> None:
        super().__init__(over, Qt.WindowType.FramelessWindowHint | Qt.WindowType.Dialog)
        look = theme.now()
        self.setWindowTitle(_("Search"))
        self.setProperty("framed", "true")
        self._over, self._ways, self._find = over, ways, find
        frame = QVBoxLayout(self)
        frame.setContentsMargins(1, 10, 1, 6)
        frame.setSpacing(0)
        self.field = TextField(
            hint=_("Search people, courses, certificates…"), icon="search", key="Esc", name=_("Search")
        )
        self.field.setText(text)
        top = QVBoxLayout()
        top.setContentsMargins(12, 2, 12, 10)
        top.addWidget(self.field)
        frame.addLayout(top)
        frame.addWidget(Hairline())
        self.list = QListWidget()
        self.list.setAccessibleName(_("Results"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setItemDelegate(_Line(self.list))
        self.list.setMouseTracking(True)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(lambda _item: self._choose())
        frame.addWidget(self.list, 1)
        self.nothing = Label(
            _("Nothing found. Try part of a name, a phone number or a certificate number."),
            "body",
            "muted",
            wrap=True,
        )
        self.nothing.setContentsMargins(20, 16, 20, 16)
        frame.addWidget(self.nothing)
        self._lines: list[Found] = []
        self.field.changed.connect(self._look)
        self.field.installEventFilter(self)
        self._tallest = min(look.px(520), over.height() - 96)
        self.setFixedWidth(min(look.px(640), over.width() - 48))
        self._look()

    def _look(self) -> None:
        text = self.field.value()
        words = text.lower().split()
        ways = [way for way in self._ways if all(word in way.title.lower() for word in words)]
        found = self._find(text) if text else []
        self._lines = found + ways if text else ways
        self.list.clear()
        for line in self._lines:
            item = QListWidgetItem(f"{line.title}, {line.explanation}" if line.explanation else line.title)
            item.setData(Qt.ItemDataRole.UserRole, line)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.setVisible(bool(self._lines))
        self.nothing.setVisible(not self._lines)
        rows = sum(self.list.sizeHintForRow(row) for row in range(self.list.count())) + 8
        top = self.field.sizeHint().height() + 30
        self.setFixedHeight(
            min(self._tallest, top + (rows if self._lines else self.nothing.sizeHint().height() + 16))
        )

    def _choose(self) -> None:
        at = self.list.currentRow()
        if 0 <= at < len(self._lines):
            line = self._lines[at]
            self.accept()
            line.go()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        over = self._over
        corner = over.mapToGlobal(over.rect().topLeft())
        self.move(corner.x() + (over.width() - self.width()) // 2, corner.y() + 56)
        self.field.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 6, Qt.Key.Key_PageUp: -6}.get(
                Qt.Key(event.key())
            )
            if step and self._lines:
                at = min(max(self.list.currentRow() + step, 0), len(self._lines) - 1)
                self.list.setCurrentRow(at)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._choose()
                return True
        return super().eventFilter(watched, event)


class _Line(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        look = theme.now()
        line: Found = index.data(Qt.ItemDataRole.UserRole)
        height = look.line("body") + (look.line("small") if line.explanation else 0) + 18
        return QSize(100, height)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        look = theme.now()
        line: Found = index.data(Qt.ItemDataRole.UserRole)
        view = self.parent()
        assert isinstance(view, QListWidget)
        box = QRectF(option.rect).adjusted(8, 1, -8, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if view.currentRow() == index.row():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("accent_soft"))
            painter.drawRoundedRect(box, theme.RADIUS, theme.RADIUS)
        side = look.px(18)
        painter.drawPixmap(
            QRectF(box.left() + 12, box.center().y() - side / 2, side, side).toRect(),
            look.pixmap(line.icon, "muted", 18),
        )
        room = box.adjusted(side + 24, 0, -12, 0)
        cut = Qt.TextElideMode.ElideRight
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.setFont(look.font("strong"))
        painter.setPen(look.colour("text"))
        title = painter.fontMetrics().elidedText(line.title, cut, int(room.width()))
        if not line.explanation:
            painter.drawText(room, middle, title)
        else:
            first = QRectF(room.left(), room.top() + 7, room.width(), look.line("body"))
            painter.drawText(first, middle, title)
            painter.setFont(look.font("small"))
            painter.setPen(look.colour("muted"))
            below = QRectF(room.left(), first.bottom(), room.width(), look.line("small"))
            painter.drawText(
                below, middle, painter.fontMetrics().elidedText(line.explanation, cut, int(room.width()))
            )
        painter.restore()
