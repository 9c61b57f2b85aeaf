"""What is heard at the door, after the mark is durable: taken, already taken, not known."""

import sys
import threading

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

TAKEN, AGAIN, UNKNOWN = "taken", "again", "unknown"

# Pitch (Hz) and length (ms); elsewhere than on Windows the system's one beep is counted instead.
_TONES = {TAKEN: ((1320, 90),), AGAIN: ((880, 80), (880, 80)), UNKNOWN: ((330, 160), (260, 260))}
_BETWEEN = 170  # ms


def play(what: str) -> None:
    """Play at once and do not wait."""
    if sys.platform == "win32":
        threading.Thread(target=_tones, args=(_TONES[what],), daemon=True).start()
        return
    for number in range({TAKEN: 1, AGAIN: 2, UNKNOWN: 3}[what]):
        if number:
            QTimer.singleShot(number * _BETWEEN, QApplication.beep)
        else:
            QApplication.beep()


def _tones(tones: tuple[tuple[int, int], ...]) -> None:
    if sys.platform == "win32":
        import winsound

        for pitch, length in tones:
            winsound.Beep(pitch, length)
