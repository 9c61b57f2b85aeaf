"""What changed, brought from whichever thread wrote to the window's, once for many commits in a row."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal


class Changes(QObject):
    """Give ``told`` to ``desk.listen``; ``on_change(tables)`` is called in the thread that made this."""

    _arrived = Signal(object)

    def __init__(self, on_change: Callable[[frozenset[str]], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: frozenset[str] = frozenset()
        self._on_change = on_change
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.flush)
        self._arrived.connect(self._collect, Qt.ConnectionType.AutoConnection)

    def told(self, tables: frozenset[str]) -> None:
        self._arrived.emit(tables)

    def _collect(self, tables: frozenset[str]) -> None:
        self._waiting |= tables
        self._soon.start()

    def flush(self) -> None:
        """Tell now what is waiting."""
        tables, self._waiting = self._waiting, frozenset()
        if tables:
            self._on_change(tables)
