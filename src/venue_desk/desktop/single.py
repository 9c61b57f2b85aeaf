"""One window for one folder: a second launch raises the first window, touches no file and ends."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCryptographicHash, QLockFile, QObject, QStandardPaths, Qt

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer
    from PySide6.QtWidgets import QWidget

PATIENCE = 10_000  # ms that a second launch waits for the first to answer
STARTING = 60_000  # ms that it waits for one that is starting itself, on a computer that has much else to do
AGAIN = 20  # ms between two tries to reach it


def _name(folder: Path) -> str:
    # Qt's own hash: Python's would load a whole library of them before the first paint.
    algorithm = QCryptographicHash.Algorithm.Sha256
    hashed = QCryptographicHash.hash(str(folder.absolute()).encode(), algorithm)
    return "venue-desk-" + bytes(hashed.toHex().data())[:16].decode()


def show_again(window: "QWidget") -> None:
    """Bring a window to the front, also when it is minimised."""
    window.setWindowState(
        (window.windowState() & ~Qt.WindowState.WindowMinimized) | Qt.WindowState.WindowActive
    )
    window.show()
    window.raise_()
    window.activateWindow()


class Single(QObject):
    """``first()`` says whether this launch is the first one; then ``listen`` hears the others."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._name = _name(folder)
        place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.TempLocation)
        self._lock = QLockFile(str(Path(place) / f"{self._name}.lock"))
        self._lock.setStaleLockTime(0)  # a lock is stale when its process is gone, however old it is
        self._server: QLocalServer | None = None

    def first(self) -> bool:
        return self._lock.tryLock(0)

    def raise_first(self) -> bool:
        """Ask the first launch to show its window; False when it does not answer."""
        from PySide6.QtCore import QDeadlineTimer, QThread
        from PySide6.QtNetwork import QLocalSocket

        give_up = QDeadlineTimer(STARTING)
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        while not socket.waitForConnected(PATIENCE):
            if give_up.hasExpired():
                return False
            QThread.msleep(AGAIN)
            socket.connectToServer(self._name)
        socket.write(b"raise\n")
        socket.flush()
        answered = socket.bytesAvailable() > 0 or socket.waitForReadyRead(PATIENCE)
        socket.disconnectFromServer()
        return answered

    def listen(self, on_raise: Callable[[], object]) -> None:
        from PySide6.QtNetwork import QLocalServer

        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        QLocalServer.removeServer(self._name)
        server.listen(self._name)

        def arrived() -> None:
            socket = server.nextPendingConnection()
            socket.disconnected.connect(socket.deleteLater)
            socket.write(b"raised\n")
            socket.flush()
            on_raise()

        server.newConnection.connect(arrived)
        self._server = server

    def release(self) -> None:
        if self._server is not None:
            self._server.close()
        self._lock.unlock()
