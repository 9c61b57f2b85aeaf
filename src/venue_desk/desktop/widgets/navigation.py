"""The side navigation: the venue's name, the pages, and counts of what waits there."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from venue_desk.desktop import theme
from venue_desk.desktop.widgets.buttons import Pressable, ring


class Entry(NamedTuple):
    """A page in the navigation; ``low`` stands at the bottom."""

    name: str
    words: str
    icon: str
    key: str = ""
    low: bool = False


class NavButton(Pressable):
    def __init__(self, entry: Entry, on_click: Callable[[], object]) -> None:
        super().__init__(entry.words, on_click)
        self.entry = entry
        self.count = 0
        self.narrow = False
        self.setCheckable(True)
        self.setFixedHeight(theme.now().control)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_count(0)

    def rename(self, words: str) -> None:
        self.setText(words)
        self.set_count(self.count)

    def set_count(self, count: int) -> None:
        self.count = count
        self.setAccessibleName(f"{self.text()}, {count}" if count else self.text())
        tip = f"{self.text()}  {self.entry.key}".strip()
        self.setToolTip(tip if self.narrow or self.entry.key else "")
        self.update()

    def sizeHint(self) -> QSize:
        look = theme.now()
        words = QFontMetrics(look.font("body")).horizontalAdvance(self.text())
        return QSize(look.control if self.narrow else look.px(18) + 34 + words, look.control)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.now().control, theme.now().control)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.now()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        here, over = self.isChecked(), self.underMouse()
        painter.setPen(Qt.PenStyle.NoPen)
        if here:
            painter.setBrush(QColor(look.colours.shadow))
            painter.drawRoundedRect(box.adjusted(0, 2, 0, 0), theme.RADIUS, theme.RADIUS)
            painter.setBrush(look.colour("surface"))
            if look.colours.name == "contrast":
                painter.setPen(QPen(look.colour("accent"), 2))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1.5), theme.RADIUS, theme.RADIUS)
        elif over:
            painter.setBrush(look.colour("line"))
            painter.setOpacity(0.55)
            painter.drawRoundedRect(box, theme.RADIUS, theme.RADIUS)
            painter.setOpacity(1)
        side = look.px(18)
        left = (box.width() - side) / 2 if self.narrow else 11
        colour = "accent" if here else "text" if over else "muted"
        painter.drawPixmap(QPointF(left, (box.height() - side) / 2), look.pixmap(self.entry.icon, colour, 18))
        if not self.narrow:
            painter.setFont(look.font("body"))
            painter.setPen(look.colour("text" if here or over else "muted"))
            room = box.adjusted(left + side + 10, 0, -8 - (look.px(30) if self.count else 0), 0)
            words = painter.fontMetrics().elidedText(
                self.text(), Qt.TextElideMode.ElideRight, int(room.width())
            )
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)
        if self.count:
            self._paint_count(painter, look, box)
        ring(painter, self, theme.RADIUS)
        painter.end()

    def _paint_count(self, painter: QPainter, look: theme.Theme, box: QRectF) -> None:
        tone = look.tone("accent")
        painter.setPen(Qt.PenStyle.NoPen)
        if self.narrow:
            painter.setBrush(look.colour("accent"))
            painter.drawEllipse(QPointF(box.right() - 8, 8), 4, 4)
            return
        words = str(self.count) if self.count < 100 else "99+"
        painter.setFont(look.font("small strong"))
        width = max(painter.fontMetrics().horizontalAdvance(words) + 14, look.px(24))
        height = look.line("small") + 4
        pill = QRectF(box.right() - width - 9, (box.height() - height) / 2, width, height)
        painter.setBrush(QColor(tone.soft))
        painter.drawRoundedRect(pill, height / 2, height / 2)
        painter.setPen(QColor(tone.text))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, words)


class VenueMark(QWidget):
    """The venue's initials in the accent, its name and place."""

    def __init__(self) -> None:
        super().__init__()
        self.narrow = False
        self._name, self._place = "", ""
        self.setFixedHeight(min(theme.now().px(36), theme.now().control))

    def set(self, name: str, place: str) -> None:
        self._name, self._place = name, place
        self.setAccessibleName(f"{name}, {place}".strip(", "))
        self.setToolTip(self.accessibleName())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.now()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = self.height()
        left = (self.width() - side) / 2 if self.narrow else 8
        box = QRectF(left, 0, side, side)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("accent"))
        painter.drawRoundedRect(box, look.px(9), look.px(9))
        painter.setPen(look.colour("on_accent"))
        painter.setFont(look.font("strong"))
        initials = "".join(word[0] for word in self._name.split()[:2] if word).upper()
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, initials or "VD")
        if not self.narrow:
            room = QRectF(box.right() + 10, 0, self.width() - box.right() - 14, side)
            for role, colour, words, part in (
                ("strong", "text", self._name, 0.0),
                ("small", "muted", self._place, 0.5),
            ):
                painter.setFont(look.font(role))
                painter.setPen(look.colour(colour))
                half = QRectF(room.left(), part * side, room.width(), side / 2 if self._place else side)
                cut = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(room.width()))
                painter.drawText(half, Qt.AlignmentFlag.AlignVCenter, cut)
        painter.end()


class Navigation(QWidget):
    """224 px wide; icons alone when ``set_narrow(True)``."""

    def __init__(self, entries: list[Entry], on_choose: Callable[[str], object]) -> None:
        super().__init__()
        self.setProperty("ground", "sunken")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        frame = QVBoxLayout(self)
        frame.setContentsMargins(12, 20, 12, 12)
        frame.setSpacing(2)
        self.mark = VenueMark()
        frame.addWidget(self.mark)
        frame.addSpacing(18)
        self.buttons: dict[str, NavButton] = {}
        for low in (False, True):
            if low:
                frame.addStretch(1)
            for entry in entries:
                if entry.low == low:
                    button = NavButton(entry, partial(on_choose, entry.name))
                    self.buttons[entry.name] = button
                    frame.addWidget(button)
        self.set_narrow(False)

    def set_narrow(self, narrow: bool) -> None:
        look = theme.now()
        self.setFixedWidth(look.control + 24 if narrow else look.px(224))
        self.mark.narrow = narrow
        self.mark.update()
        for button in self.buttons.values():
            button.narrow = narrow
            button.set_count(button.count)
            button.updateGeometry()

    def rename(self, name: str, words: str) -> None:
        """Call a page by another name, e.g. that of the venue's market."""
        self.buttons[name].rename(words)

    def choose(self, name: str) -> None:
        """Show a page's entry as the one we are on."""
        for entry, button in self.buttons.items():
            button.setChecked(entry == name)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        look = theme.now()
        painter.fillRect(self.rect(), look.colour("sunken"))
        painter.fillRect(self.width() - 1, 0, 1, self.height(), look.colour("line"))
        painter.end()
