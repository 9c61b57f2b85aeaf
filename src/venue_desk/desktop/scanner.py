"""Scanners type like a keyboard, only faster: a card or a certificate reaches its page whichever field it fell into."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit

from venue_desk.domain import cards, seal

GAP = 60  # ms between two keys of a scanner; hands are slower over thirteen characters
END = 150  # ms of silence after which a scan without Enter is over


class Scanner(QObject):
    """Watches the application's keys; ``scanned`` gives the text of a card or of a certificate.

    The big field of the attendance desk reads its own scans, so keys typed there pass untouched.
    """

    scanned = Signal(str)

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._typed, self._before = "", ""
        self._field: QLineEdit | None = None
        self._last = 0
        self._over = QTimer(self)
        self._over.setSingleShot(True)
        self._over.setInterval(END)
        self._over.timeout.connect(self._finish)
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            event.type() != QEvent.Type.KeyPress
            or not isinstance(event, QKeyEvent)
            or not watched.isWidgetType()
        ):
            return False
        focus = QApplication.focusWidget()
        if watched is not focus and focus is not None:
            return False  # the same key on its way up to the window
        if focus is not None and focus.property("role") == "door":
            return False
        late = event.timestamp() - self._last > GAP
        self._last = event.timestamp()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            return not late and self._finish()
        text = event.text()
        plain = not event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        )
        if not text or not text.isprintable() or not plain:
            return False
        if late or not self._typed:
            self._typed = ""
            self._field = focus if isinstance(focus, QLineEdit) else None
            self._before = self._field.text() if self._field else ""
        self._typed += text
        self._over.start()
        return False

    def _finish(self) -> bool:
        """The keys have come to an end; True when they were a card."""
        self._over.stop()
        typed, self._typed = self._typed, ""
        card = len(typed) >= len(cards.PREFIX) + 10 and cards.read(typed) is not None
        if not card and not seal.is_code(typed):
            return False
        field, self._field = self._field, None
        now = QApplication.focusWidget()
        if field is not None and field is now:
            field.setText(self._before)
        elif isinstance(now, QLineEdit):
            now.setText(now.text().removesuffix(typed))  # the page had given the first key to its own field
        self.scanned.emit(typed)
        return True
