"""Python's cyclic garbage is collected in the window's thread only.

A widget in a cycle of references dies when the collector finds it, and the collector runs in whichever thread asks for
memory. A widget that dies in the worker's thread takes the program with it.
"""

import gc

from PySide6.QtCore import QObject, QTimer

EVERY = 500  # ms
YOUNG, MIDDLE, OLD = 2_000, 5, 5  # how much has gathered before a generation is swept


class Sweeper(QObject):
    """Takes the collector's place from now until ``stop``."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._kept = False
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self.sweep)
        self._timer.start()

    def sweep(self) -> None:
        """Collect what has gathered, the eldest seldom."""
        young, middle, old = gc.get_count()
        if young > YOUNG:
            gc.collect(2 if old > OLD else 1 if middle > MIDDLE else 0)

    def keep(self) -> None:
        """What is there now stays: no sweep looks at it again (all of it took 90 ms, in the window's thread)."""
        if self._timer.isActive():
            self._kept = True
            gc.freeze()

    def stop(self) -> None:
        """Collect everything here, once; no other thread of ours runs any more."""
        if not self._timer.isActive():
            return
        self._timer.stop()
        if self._kept:
            gc.unfreeze()
        gc.collect()
        gc.enable()
