"""Our own bugs: logged without names or NIK, shown once with “Copy report”. Problems are told as what they are."""

import faulthandler
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from venue_desk.domain import faults
from venue_desk.domain.problem import Problem

CRASHES = "venue-desk-crash.log"


def report(kind: type[BaseException], trace: TracebackType | None) -> str:
    """What “Copy report” copies."""
    from PySide6.QtCore import qVersion

    return faults.report(kind, trace, f"Qt {qVersion()}")


def log_to(folder: Path) -> None:
    """Log what goes wrong in this folder, and where the program was when it dies of a fault below Python."""
    if faults.log_to(folder) is None or faulthandler.is_enabled():
        return
    file = folder / CRASHES
    if file.exists() and file.stat().st_size > faults.LARGEST:
        file.unlink()
    # Only places are written there, no values. The file stays open as long as the program runs.
    faulthandler.enable(file.open("a", encoding="utf-8"))


class Guard:
    """Takes what nobody caught. ``on_problem`` and ``on_bug(report)`` are called in the thread that failed."""

    def __init__(self, on_problem: Callable[[Problem], object], on_bug: Callable[[str], object]) -> None:
        self._on_problem, self._on_bug = on_problem, on_bug
        self._seen: set[str] = set()
        self._before = (sys.excepthook, threading.excepthook)

    def install(self) -> None:
        sys.excepthook = self.caught
        threading.excepthook = self._in_thread

    def remove(self) -> None:
        sys.excepthook, threading.excepthook = self._before

    def caught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, Problem):
            self._on_problem(error)
            return
        if issubclass(kind, KeyboardInterrupt):
            self._before[0](kind, error, trace)
            return
        faults.log_caught(kind, error, trace)
        text = report(kind, trace)
        # The same bug at each keystroke is told once.
        if text not in self._seen:
            self._seen.add(text)
            self._on_bug(text)

    def _in_thread(self, args: Any) -> None:
        self.caught(args.exc_type, args.exc_value, args.exc_traceback)
