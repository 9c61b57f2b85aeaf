"""A few choices side by side, of which one holds."""

from collections.abc import Callable, Iterable
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from venue_desk.desktop import theme


class Segmented(QWidget):
    """``Segmented([(value, "words"), …], on_change=…)``; arrows move; also serves as tabs."""

    changed = Signal()

    def __init__(
        self,
        choices: Iterable[tuple[Any, str]],
        value: Any = None,
        on_change: Callable[[Any], object] | None = None,
        *,
        name: str = "",
    ) -> None:
        super().__init__()
        self._choices = list(choices)
        self._at = next((i for i, (one, _words) in enumerate(self._choices) if one == value), 0)
        self._name = name
        self._over = -1
        self._on_change = on_change
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedHeight(theme.now().control)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._say()

    def _say(self) -> None:
        words = self._choices[self._at][1] if self._choices else ""
        self.setAccessibleName(f"{self._name}: {words}" if self._name else words)

    def value(self) -> Any:
        return self._choices[self._at][0]

    def set_value(self, value: Any) -> None:
        for index, (one, _words) in enumerate(self._choices):
            if one == value:
                self._move(index)

    def set_choices(self, choices: Iterable[tuple[Any, str]]) -> None:
        """New words (e.g. with counts) for the same values."""
        kept = self.value() if self._choices else None
        self._choices = list(choices)
        self._at = next((i for i, (one, _words) in enumerate(self._choices) if one == kept), 0)
        self._say()
        self.updateGeometry()
        self.update()

    def _move(self, index: int) -> None:
        if index == self._at or not 0 <= index < len(self._choices):
            return
        self._at = index
        self._say()
        self.update()
        self.changed.emit()
        if self._on_change is not None:
            self._on_change(self.value())

    def _widths(self) -> list[int]:
        metrics = QFontMetrics(theme.now().font("strong"))
        return [metrics.horizontalAdvance(words) + 28 for _value, words in self._choices]

    def sizeHint(self) -> QSize:
        return QSize(sum(self._widths()) + 6, theme.now().control)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _boxes(self) -> list[QRectF]:
        boxes, left = [], 3.0
        for width in self._widths():
            boxes.append(QRectF(left, 3, width, self.height() - 6))
            left += width
        return boxes

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.now()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(look.colour("line"), 1))
        painter.setBrush(look.colour("sunken"))
        painter.drawRoundedRect(frame, theme.RADIUS + 1, theme.RADIUS + 1)
        for index, box in enumerate(self._boxes()):
            chosen = index == self._at
            if chosen:
                focused = self.hasFocus()
                painter.setPen(QPen(look.colour("focus" if focused else "edge"), 2 if focused else 1))
                painter.setBrush(look.colour("surface"))
                painter.drawRoundedRect(
                    box.adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS - 2, theme.RADIUS - 2
                )
            painter.setFont(look.font("strong"))
            painter.setPen(look.colour("text" if chosen or index == self._over else "muted"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._choices[index][1])
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = next((i for i, box in enumerate(self._boxes()) if box.contains(event.position())), -1)
        if over != self._over:
            self._over = over
            self.update()

    def leaveEvent(self, event: Any) -> None:
        self._over = -1
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        for index, box in enumerate(self._boxes()):
            if box.contains(event.position()):
                self._move(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self._move(self._at + step)
