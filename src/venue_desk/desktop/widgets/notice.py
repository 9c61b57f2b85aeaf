"""What is told in passing: toasts, banners, and what an empty place says."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPropertyAnimation, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QFrame, QGraphicsOpacityEffect, QHBoxLayout, QVBoxLayout, QWidget

from venue_desk.desktop import theme
from venue_desk.desktop.widgets.buttons import Button, IconButton
from venue_desk.desktop.widgets.text import Icon, Label
from venue_desk.language import _

SECONDS = 8


class Toast(QFrame):
    """A sentence at the bottom for some seconds, with Undo when what it tells can be undone.

    It stays while the pointer is on it. ``state`` is accent or danger; ``hint`` says what to do now.
    """

    def __init__(
        self,
        over: QWidget,
        text: str,
        *,
        hint: str = "",
        undo: Callable[[], object] | None = None,
        state: str = "accent",
        action: str = "",
    ) -> None:
        super().__init__(over)
        self._over = over
        self.setProperty("card", "true")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 8, 6)
        row.setSpacing(12)
        row.addWidget(Icon("warning" if state == "danger" else "check-circle", state, 20))
        words = QVBoxLayout()
        words.setSpacing(2)
        # A long sentence breaks; a short one keeps the toast small.
        long = len(text) > 60 or bool(hint)
        self.text = Label(text, "strong", wrap=long)
        words.addWidget(self.text)
        if hint:
            words.addWidget(Label(hint, "body", "muted", wrap=True))
        row.addLayout(words, 1)
        if undo is not None:
            row.addWidget(
                Button(
                    action or _("Undo"),
                    lambda: (self.close(), undo()),
                    icon="undo" if not action else "",
                    key="" if action else "Ctrl+Z",
                )
            )
        row.addWidget(IconButton("close", _("Close"), self.close))
        if long:
            self.setFixedWidth(min(theme.now().px(520), max(over.width() - 48, 240)))
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.timeout.connect(self.close)
        self._clock.start(SECONDS * (2000 if state == "danger" else 1000))
        over.installEventFilter(self)
        self.setAccessibleName(f"{text} {hint}".strip())
        self.place()
        self.show()
        self.raise_()
        if theme.now().motion:
            fade = QGraphicsOpacityEffect(self)
            self.setGraphicsEffect(fade)
            motion = QPropertyAnimation(fade, b"opacity", self)
            motion.setDuration(140)
            motion.setStartValue(0.0)
            motion.setEndValue(1.0)
            motion.finished.connect(lambda: self.setGraphicsEffect(None))  # type: ignore[arg-type]
            motion.start()

    def place(self) -> None:
        over = self._over
        width = self.width() if self.minimumWidth() == self.maximumWidth() else self.sizeHint().width()
        layout = self.layout()
        height = self.sizeHint().height()
        if layout is not None and layout.hasHeightForWidth():
            height = layout.totalHeightForWidth(width)
        # Over the status line and a page's lower edge, whose middle is empty; over a dialog's buttons never.
        bottom = over.height() - (theme.now().control + 36 if isinstance(over, QDialog) else 4)
        self.setGeometry((over.width() - width) // 2, bottom - height, width, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.place()
        return False

    def enterEvent(self, event: QEnterEvent) -> None:
        self._clock.stop()

    def leaveEvent(self, event: QEvent) -> None:
        self._clock.start(SECONDS * 500)


class Banner(QFrame):
    """A line above a page that stays until it is dealt with, e.g. “This is a sample venue.”"""

    def __init__(
        self,
        text: str,
        *,
        action: str = "",
        on_click: Callable[[], object] | None = None,
        state: str = "neutral",
        icon: str = "info",
    ) -> None:
        super().__init__()
        self._tone = tone = theme.now().tone(state)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 2, 4, 2)
        row.setSpacing(10)
        row.addWidget(Icon(icon, tone.text))
        self.text = Label(text, wrap=True)
        row.addWidget(self.text, 1)
        if action:
            row.addWidget(Button(action, on_click, kind="quiet"))
        self.setMinimumHeight(theme.now().control + 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(self._tone.edge) if self._tone.edge else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._tone.soft))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)
        painter.end()


class EmptyState(QWidget):
    """What an empty list says: an icon, what is not here, what to do next, and the button that does it."""

    def __init__(
        self,
        icon: str,
        text: str,
        next_step: str = "",
        *,
        action: str = "",
        on_click: Callable[[], object] | None = None,
        kind: str = "secondary",
    ) -> None:
        super().__init__()
        frame = QVBoxLayout(self)
        frame.setContentsMargins(24, 24, 24, 24)
        frame.setSpacing(6)
        frame.addStretch(1)
        middle = Qt.AlignmentFlag.AlignHCenter
        frame.addWidget(Icon(icon, "muted", 32), 0, middle)
        frame.addSpacing(4)
        frame.addWidget(Label(text, "card", align=middle, wrap=True))
        if next_step:
            said = Label(next_step, "body", "muted", align=middle, wrap=True)
            said.setMaximumWidth(theme.now().px(420))
            line = QHBoxLayout()
            line.addWidget(said)
            frame.addLayout(line)
        if action:
            frame.addSpacing(10)
            frame.addWidget(Button(action, on_click, kind=kind), 0, middle)
        frame.addStretch(1)
