"""Fields to type and choose in. Each has ``value()`` and ``set_value(…)`` and a signal ``changed``."""

from collections.abc import Callable, Iterable
from typing import Any

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QListView, QPlainTextEdit, QSizePolicy, QWidget

from venue_desk import language
from venue_desk.desktop import theme
from venue_desk.desktop.widgets.keys import left_to_the_window
from venue_desk.desktop.widgets.text import KeyHint


def mark_wrong(field: QWidget, wrong: bool) -> None:
    """Show a field's edge in the colour of errors, or as usual."""
    if bool(field.property("wrong")) != wrong:
        field.setProperty("wrong", wrong)
        field.style().unpolish(field)
        field.style().polish(field)
        field.update()


class TextField(QLineEdit):
    """One line of text. ``icon`` stands before it, ``key`` (a key's name) behind it."""

    changed = Signal()

    def __init__(
        self,
        value: str = "",
        *,
        hint: str = "",
        name: str = "",
        icon: str = "",
        key: str = "",
        role: str = "body",
    ) -> None:
        super().__init__(value)
        look = theme.now()
        self._icon, self._icon_size = icon, 20 if role == "entry" else 18
        self.setFont(look.font(role))
        self.setPlaceholderText(hint)
        self.setAccessibleName(name or hint)
        if role == "entry":
            self.setProperty("role", "door")
        if icon:
            self.setTextMargins(look.px(self._icon_size) + 8, 0, 0, 0)
        self._key: KeyHint | None = None
        if key:
            self._key = KeyHint(key)
            self._key.setParent(self)
        self.textChanged.connect(lambda _text: self.changed.emit())

    def event(self, event: QEvent) -> bool:
        return not left_to_the_window(
            event, untouched=not self.isModified() or not self.text()
        ) and super().event(event)

    def value(self) -> str:
        """What was typed, without spaces around it."""
        return " ".join(self.text().split())

    def set_value(self, value: str | None) -> None:
        self.setText(value or "")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._key is not None:
            size = self._key.size()
            self._key.move(self.width() - size.width() - 12, (self.height() - size.height()) // 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._icon:
            look = theme.now()
            side = look.px(self._icon_size)
            painter = QPainter(self)
            left = 16 if self.property("role") == "door" else 12
            painter.drawPixmap(
                QPointF(left, (self.height() - side) / 2), look.pixmap(self._icon, "muted", self._icon_size)
            )
            painter.end()


class TextArea(QPlainTextEdit):
    """Some lines of text; Tab leaves it."""

    changed = Signal()

    def __init__(self, value: str = "", *, hint: str = "", name: str = "", lines: int = 3) -> None:
        super().__init__(value)
        look = theme.now()
        self.setFont(look.font("body"))
        self.setPlaceholderText(hint)
        self.setAccessibleName(name or hint)
        self.setTabChangesFocus(True)
        self.setFixedHeight(look.line("body") * lines + 22)
        self.textChanged.connect(self.changed)

    def event(self, event: QEvent) -> bool:
        untouched = not self.document().isModified() or not self.toPlainText()
        return not left_to_the_window(event, untouched=untouched) and super().event(event)

    def value(self) -> str:
        return self.toPlainText().strip()

    def set_value(self, value: str | None) -> None:
        self.setPlainText(value or "")


class NumberField(QLineEdit):
    """A number as Indonesians write it; arrows step. ``value()`` is None when empty or no number."""

    changed = Signal()

    def __init__(
        self,
        value: float | None = None,
        *,
        least: float = 0,
        most: float = 999_999_999,
        digits: int = 0,
        step: float = 1,
        unit: str = "",
        name: str = "",
    ) -> None:
        super().__init__()
        look = theme.now()
        self._least, self._most, self._digits, self._step, self._unit = least, most, digits, step, unit
        self.setFont(look.font("body"))
        self.setAccessibleName(name)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        if unit:
            self.setTextMargins(0, 0, QFontMetrics(self.font()).horizontalAdvance(unit) + 6, 0)
        self.set_value(value)
        self.textChanged.connect(lambda _text: self.changed.emit())

    def event(self, event: QEvent) -> bool:
        return not left_to_the_window(
            event, untouched=not self.isModified() or not self.text()
        ) and super().event(event)

    def value(self) -> float | None:
        """The number, cut to its bounds; a whole one when the field has no digits."""
        thousands, point = (".", ",") if language.active() == "id" else (",", ".")
        text = self.text().strip().replace(" ", "").replace(thousands, "").replace(point, ".")
        try:
            number = min(max(float(text), self._least), self._most)
        except ValueError:
            return None
        return number if self._digits else int(number)

    def set_value(self, value: float | None) -> None:
        self.setText("" if value is None else language.number(value, self._digits))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if steps is None:
            super().keyPressEvent(event)
            return
        number = (self.value() or 0) + steps * self._step
        self.set_value(min(max(number, self._least), self._most))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        number = self.value()
        if number is not None:
            self.set_value(number)
        super().focusOutEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._unit:
            painter = QPainter(self)
            painter.setFont(self.font())
            painter.setPen(theme.now().colour("muted"))
            painter.drawText(
                self.rect().adjusted(0, 0, -12, 0),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                self._unit,
            )
            painter.end()


class Combo(QComboBox):
    """One of a few: ``Combo([(value, "words"), …])``; ``value()`` is the chosen value."""

    changed = Signal()

    def __init__(
        self, choices: Iterable[tuple[Any, str]] = (), value: Any = None, *, name: str = "", hint: str = ""
    ) -> None:
        super().__init__()
        look = theme.now()
        self.setFont(look.font("body"))
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self.setFixedHeight(look.control)
        self.setView(QListView())
        self.view().setMinimumWidth(look.px(120))
        self.setMaxVisibleItems(12)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set_choices(choices, value)
        self.currentIndexChanged.connect(lambda _index: self.changed.emit())

    def set_choices(self, choices: Iterable[tuple[Any, str]], value: Any = None) -> None:
        """Replace the choices; chooses ``value``, or the first when there is no hint to show instead."""
        self.blockSignals(True)
        self.clear()
        self._values: list[Any] = []
        for one, words in choices:
            self._values.append(one)
            self.addItem(words)
        self.blockSignals(False)
        self.setCurrentIndex(-1)
        if value in self._values:
            self.setCurrentIndex(self._values.index(value))
        elif self._values and not self.placeholderText():
            self.setCurrentIndex(0)

    def value(self) -> Any:
        index = self.currentIndex()
        return self._values[index] if 0 <= index < len(self._values) else None

    def set_value(self, value: Any) -> None:
        self.setCurrentIndex(self._values.index(value) if value in self._values else -1)

    def sizeHint(self) -> QSize:
        look = theme.now()
        metrics = QFontMetrics(self.font())
        words = [self.itemText(i) for i in range(self.count())] + [self.placeholderText()]
        widest = max((metrics.horizontalAdvance(one) for one in words), default=0)
        return QSize(min(widest + 24 + look.px(18) + 10, look.px(420)), look.control)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.now().px(96), theme.now().control)

    def wheelEvent(self, event: Any) -> None:
        """A wheel over a closed combo scrolls the page, it does not change what was chosen."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.now()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.isEnabled():
            painter.setOpacity(0.5)
        edge = "danger" if self.property("wrong") else "focus" if self.hasFocus() else "edge"
        if edge == "edge" and self.underMouse():
            edge = "muted"
        width = 2.0 if self.hasFocus() else 1.0
        inset = width / 2
        painter.setPen(QPen(look.colour(edge), width))
        painter.setBrush(look.colour("surface"))
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), theme.RADIUS, theme.RADIUS
        )
        side = look.px(16)
        at = QPointF(self.width() - side - 10, (self.height() - side) / 2)
        painter.drawPixmap(at, look.pixmap("chevron-down", "muted", 16))
        words = self.currentText() or self.placeholderText()
        painter.setFont(self.font())
        painter.setPen(look.colour("text" if self.currentText() else "muted"))
        room = self.rect().adjusted(12, 0, -side - 16, 0)
        cut = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, cut)
        painter.end()


class Check(QCheckBox):
    """A box to tick, with words."""

    changed = Signal()

    def __init__(
        self, text: str, value: bool = False, on_change: Callable[[bool], object] | None = None
    ) -> None:
        super().__init__(text)
        look = theme.now()
        self.setFont(look.font("body"))
        self.setMinimumHeight(max(32, look.px(32)))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.setChecked(value)
        self.toggled.connect(lambda _on: self.changed.emit())
        if on_change is not None:
            self.toggled.connect(on_change)

    def value(self) -> bool:
        return self.isChecked()

    def set_value(self, value: bool | None) -> None:
        self.setChecked(bool(value))

    def hitButton(self, at: Any) -> bool:
        return self.rect().contains(at)

    def sizeHint(self) -> QSize:
        look = theme.now()
        words = QFontMetrics(self.font()).horizontalAdvance(self.text())
        return QSize(look.px(18) + 10 + words + 4, max(32, look.px(32)))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.HoverEnter, QEvent.Type.HoverLeave):
            self.update()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.now()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.isEnabled():
            painter.setOpacity(0.5)
        side = look.px(18)
        box = QRectF(1.5, (self.height() - side) / 2 + 0.5, side - 2, side - 2)
        on = self.isChecked()
        edge = "focus" if self.hasFocus() else "accent" if on else "muted"
        painter.setPen(QPen(look.colour(edge), 2.0 if self.hasFocus() else 1.25))
        painter.setBrush(look.colour("accent" if on else "surface"))
        painter.drawRoundedRect(box, 5, 5)
        if on:
            tick = look.px(14)
            where = QPointF(box.center().x() - tick / 2, box.center().y() - tick / 2)
            painter.drawPixmap(where, look.pixmap("check", "on_accent", 14))
        painter.setFont(self.font())
        painter.setPen(QColor(look.colours.text))
        painter.drawText(self.rect().adjusted(side + 10, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.end()
