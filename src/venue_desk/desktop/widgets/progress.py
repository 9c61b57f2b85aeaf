"""Progress of long work: appears after 600 ms, can be cancelled, takes no room before."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QProgressBar, QVBoxLayout, QWidget

from venue_desk.desktop import theme
from venue_desk.desktop.widgets.buttons import Button
from venue_desk.desktop.widgets.text import Label
from venue_desk.language import _

if TYPE_CHECKING:
    from venue_desk.desktop.jobs import Progress

DELAY = 600  # ms, QUALITY “Long work”


class ProgressOverlay(QWidget):
    """Covers a window while a job runs. ``step(share, text)`` moves it; ``on_cancel`` stops the job."""

    def __init__(self, over: QWidget, title: str, on_cancel: Callable[[], object]) -> None:
        super().__init__(over)
        self._over = over
        self.home = over
        self._on_cancel = on_cancel
        self.hide()
        over.installEventFilter(self)
        self._card = QFrame(self)
        self._card.setProperty("card", "true")
        frame = QVBoxLayout(self._card)
        frame.setContentsMargins(24, 20, 24, 20)
        frame.setSpacing(12)
        frame.addWidget(Label(title, "card", wrap=True))
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 0)
        self._bar.setAccessibleName(title)
        frame.addWidget(self._bar)
        self._text = Label("", "body", "muted", wrap=True)
        frame.addWidget(self._text)
        self.cancel = Button(_("Cancel"), self._stop)
        frame.addWidget(self.cancel, 0, Qt.AlignmentFlag.AlignRight)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.timeout.connect(self.appear)
        self._wait.start(DELAY)

    def appear(self) -> None:
        self._wait.stop()
        self.setGeometry(self._over.rect())
        self._place()
        self.show()
        self.raise_()
        self.cancel.setFocus()

    def step(self, share: float | None, text: str = "") -> None:
        """``share`` of one, or None when it cannot be known."""
        if share is None:
            self._bar.setRange(0, 0)
        else:
            self._bar.setRange(0, 1000)
            self._bar.setValue(round(share * 1000))
        if text:
            self._text.setText(text)
            self._place()

    def progressed(self, said: "Progress") -> None:
        """A job's step. A method of this widget, so that what arrives after its end goes nowhere."""
        self.step(said.share, said.text)

    def leave_dialog(self) -> None:
        """The dialog that began the job was closed: cover the window below it."""
        over, seen = self.home, self.isVisible()
        self._over.removeEventFilter(self)
        self._over = over
        self.setParent(over)
        over.installEventFilter(self)
        if seen:
            self.appear()

    def end(self) -> None:
        self._wait.stop()
        self._over.removeEventFilter(self)
        self.hide()
        self.deleteLater()

    def _stop(self) -> None:
        self.cancel.setEnabled(False)
        self._text.setText(_("Stopping…"))
        self._on_cancel()

    def _place(self) -> None:
        width = min(theme.now().px(420), self.width() - 32)
        layout = self._card.layout()
        height = layout.totalHeightForWidth(width) if layout and layout.hasHeightForWidth() else 0
        height = height or self._card.sizeHint().height()
        self._card.setGeometry((self.width() - width) // 2, (self.height() - height) // 2, width, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._over.rect())
            self._place()
        return False

    def keyPressEvent(self, event: object) -> None:
        """Keys do not reach the page below while it is covered."""
        from PySide6.QtGui import QKeyEvent

        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape and self.cancel.isEnabled():
            self._stop()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colour = theme.now().colour("ground")
        painter.setOpacity(0.72)
        painter.fillRect(self.rect(), colour)
        painter.end()
