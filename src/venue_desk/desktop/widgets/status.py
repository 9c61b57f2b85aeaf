"""The status line: always there, always true."""

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from venue_desk.desktop import theme
from venue_desk.desktop.widgets.buttons import IconButton
from venue_desk.desktop.widgets.text import Label
from venue_desk.language import _


class StatusLine(NamedTuple):
    """What the status line says, ready to show.

    ``state`` colours the dot: present (all well), neutral (offline, or no centre), late (wants attention),
    danger (something is wrong).
    """

    saved: str  # “Saved on this computer”
    waiting: str = ""  # “12 waiting to be sent”
    synced: str = ""  # “Last sync today 07.42”
    backup: str = ""  # “Backup checked 09.30”
    state: str = "present"


class _Dot(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.state = "neutral"
        side = theme.now().px(8)
        self.setFixedSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.now().tone(self.state).text))
        painter.drawEllipse(self.rect())
        painter.end()


class StatusBar(QWidget):
    """32 px at the foot of the window; a click leads to where its facts are explained."""

    def __init__(self, on_press: Callable[[], object], on_lock: Callable[[], object]) -> None:
        super().__init__()
        look = theme.now()
        self.setFixedHeight(look.px(34))
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 1, 8, 0)
        row.setSpacing(10)
        self._dot = _Dot()
        row.addWidget(self._dot)
        self._saved = Label("", "small", "muted")
        self._waiting = Label("", "small", "muted")
        self._synced = Label("", "small", "muted", elide=True)
        self._backup = Label("", "small", "muted")
        row.addWidget(self._saved)
        row.addSpacing(8)
        row.addWidget(self._waiting)
        row.addSpacing(8)
        row.addWidget(self._synced, 1)
        row.addStretch(0)
        row.addWidget(self._backup)
        row.addWidget(IconButton("lock", _("Lock") + " (Ctrl L)", on_lock))
        self._on_press = on_press
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._on_press()

    def show_line(self, line: StatusLine) -> None:
        self._dot.state = line.state
        self._dot.update()
        for label, text in (
            (self._saved, line.saved),
            (self._waiting, line.waiting),
            (self._synced, line.synced),
            (self._backup, line.backup),
        ):
            label.setText(text)
            label.setVisible(bool(text))
        self.setAccessibleName(". ".join(filter(None, (line.saved, line.waiting, line.synced, line.backup))))

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.now()
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.colour("sunken"))
        painter.fillRect(0, 0, self.width(), 1, look.colour("line"))
        painter.end()
