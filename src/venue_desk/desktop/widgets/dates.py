"""A date that is typed or chosen from a calendar; weeks start on Monday."""

import re
from calendar import monthrange
from datetime import date, timedelta

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from venue_desk import language
from venue_desk.desktop import theme
from venue_desk.desktop.widgets.buttons import IconButton
from venue_desk.desktop.widgets.keys import left_to_the_window
from venue_desk.desktop.widgets.text import Label
from venue_desk.domain import clock
from venue_desk.language import _

# Long enough to tell months apart, in both languages: maret/mei, juni/juli, agustus/august.
_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "mei": 5, "may": 5, "jun": 6, "jul": 7, "agu": 8, "ags": 8,
    "aug": 8, "sep": 9, "okt": 10, "oct": 10, "nov": 11, "des": 12, "dec": 12,
}  # fmt: skip


def read_date(text: str, today: date) -> date | None:
    """A date as people type it: 22/11/2025, 22 nov 25, 22-11, 2025-11-22. None when it is none."""
    words = re.findall(r"[a-z]+|\d+", text.lower())
    if len(words) == 1 and words[0].isdigit() and len(words[0]) in (6, 8):
        words = [words[0][:2], words[0][2:4], words[0][4:]]
    if len(words) not in (2, 3):
        return None
    if words[0].isdigit() and len(words[0]) == 4:
        words = words[::-1]
    day, month = words[0], words[1]
    if day[:3] in _MONTHS:
        day, month = month, day
    number = int(month) if month.isdigit() else _MONTHS.get(month[:3], 0)
    year = words[2] if len(words) == 3 else str(today.year)
    if not (day.isdigit() and year.isdigit()):
        return None
    full = int(year)
    if full < 100:
        full += 2000 if full <= (today.year + 10) % 100 else 1900
    try:
        return date(full, number, int(day))
    except ValueError:
        return None


class DateField(QLineEdit):
    """Type ``22/11/2025`` or ``22 nov``, or press Down or the icon for a calendar. ``value()`` may be None."""

    changed = Signal()

    def __init__(self, value: date | None = None, *, name: str = "", hint: str = "") -> None:
        super().__init__()
        look = theme.now()
        self._given: date | None = None
        self.setFont(look.font("body"))
        self.setAccessibleName(name)
        self.setPlaceholderText(hint or _("day/month/year"))
        self.setTextMargins(0, 0, look.px(32), 0)
        self._button = IconButton("calendar", _("Choose a date"), self.open_calendar)
        self._button.setParent(self)
        self._button.setFixedSize(look.control - 4, look.control - 4)
        self._button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.set_value(value)
        self.textEdited.connect(lambda _text: self.changed.emit())

    def event(self, event: QEvent) -> bool:
        return not left_to_the_window(
            event, untouched=not self.isModified() or not self.text()
        ) and super().event(event)

    def value(self) -> date | None:
        return read_date(self.text(), clock.today())

    def wrong(self) -> bool:
        """Something is typed, and it is not a date."""
        return bool(self.text().strip()) and self.value() is None

    def set_value(self, value: date | None) -> None:
        self.setText("" if value is None else language.date_long(value))

    def sizeHint(self) -> QSize:
        look = theme.now()
        return QSize(look.px(200), look.control)

    def resizeEvent(self, event: object) -> None:
        self._button.move(
            self.width() - self._button.width() - 2, (self.height() - self._button.height()) // 2
        )

    def focusOutEvent(self, event: QFocusEvent) -> None:
        value = self.value()
        if value is not None:
            self.set_value(value)
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.open_calendar()
        else:
            super().keyPressEvent(event)

    def open_calendar(self) -> None:
        """Show the calendar below the field."""
        popup = Calendar(self.value() or clock.today(), self)
        popup.chosen.connect(self._choose)
        popup.adjustSize()
        popup.move(self.mapToGlobal(QPoint(0, self.height() + 4)))
        popup.show()
        popup.days.setFocus()

    def _choose(self, day: date) -> None:
        self.set_value(day)
        self.changed.emit()


class Calendar(QFrame):
    """A month to choose a day from; arrows move, Page Up and Down change the month, Enter chooses."""

    chosen = Signal(object)

    def __init__(self, day: date, parent: QWidget | None = None) -> None:
        popup = Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint | Qt.WindowType.NoDropShadowWindowHint
        super().__init__(parent, popup)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setProperty("card", "true")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        frame = QVBoxLayout(self)
        frame.setContentsMargins(12, 12, 12, 12)
        head = QHBoxLayout()
        self._month = Label("", "card")
        self.days = _Days(day)
        head.addWidget(self._month)
        head.addStretch(1)
        head.addWidget(IconButton("chevron-left", _("Month before"), lambda: self.days.step_month(-1)))
        head.addWidget(IconButton("chevron-right", _("Month after"), lambda: self.days.step_month(1)))
        frame.addLayout(head)
        frame.addWidget(self.days)
        self.days.moved.connect(lambda now: self._month.setText(language.month_year(now)))
        self.days.picked.connect(self._pick)
        self._month.setText(language.month_year(day))

    def _pick(self, day: date) -> None:
        self.close()
        self.chosen.emit(day)


class _Days(QWidget):
    moved = Signal(object)
    picked = Signal(object)

    def __init__(self, day: date) -> None:
        super().__init__()
        self.day = day
        self._cell = theme.now().px(36)
        self.setFixedSize(self._cell * 7, self._cell * 7)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._say()

    def _say(self) -> None:
        self.setAccessibleName(language.weekday_date(self.day))

    def _first(self) -> date:
        """The Monday on or before the first of the month."""
        first = self.day.replace(day=1)
        return first - timedelta(days=first.weekday())

    def step_month(self, by: int) -> None:
        month = self.day.year * 12 + self.day.month - 1 + by
        year, month = divmod(month, 12)
        self.move_to(date(year, month + 1, min(self.day.day, monthrange(year, month + 1)[1])))

    def move_to(self, day: date) -> None:
        self.day = day
        self._say()
        self.moved.emit(day)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        days = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -7, Qt.Key.Key_Down: 7}.get(key)
        if days:
            self.move_to(self.day + timedelta(days=days))
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.step_month(-1 if key == Qt.Key.Key_PageUp else 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.picked.emit(self.day)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        row, column = int(at.y() // self._cell) - 1, int(at.x() // self._cell)
        if 0 <= row < 6 and 0 <= column < 7:
            self.picked.emit(self._first() + timedelta(days=row * 7 + column))

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.now()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        first, today = self._first(), clock.today()
        for column in range(7):
            painter.setFont(look.font("small"))
            painter.setPen(look.colour("muted"))
            name = language.weekday(first + timedelta(days=column))[:3]
            painter.drawText(
                QRectF(column * self._cell, 0, self._cell, self._cell), Qt.AlignmentFlag.AlignCenter, name
            )
        for number in range(42):
            day = first + timedelta(days=number)
            row, column = divmod(number, 7)
            box = QRectF(column * self._cell, (row + 1) * self._cell, self._cell, self._cell).adjusted(
                2, 2, -2, -2
            )
            painter.setPen(Qt.PenStyle.NoPen)
            chosen = day == self.day
            if chosen:
                painter.setBrush(look.colour("accent"))
                painter.drawRoundedRect(box, 8, 8)
            elif day == today:
                painter.setPen(QPen(look.colour("accent"), 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(box, 8, 8)
            painter.setFont(look.font("strong" if chosen or day == today else "body"))
            inside = day.month == self.day.month
            painter.setPen(look.colour("on_accent" if chosen else "text" if inside else "muted"))
            if not inside:
                painter.setOpacity(0.6)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(day.day))
            painter.setOpacity(1)
        painter.end()
