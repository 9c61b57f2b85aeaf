"""Our own bugs: logged without names or NIK, shown once with “Copy report”. Problems are told as what they are."""

import logging
import platform
import re
import sys
import threading
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any

from venue_desk import __version__
from venue_desk.domain.problem import Problem

_log = logging.getLogger("venue_desk")

_DIGITS = re.compile(r"\d{4,}")
_QUOTED = re.compile(r"(['\"“‘]).*?(['\"”’])", re.DOTALL)


def redact(text: str) -> str:
    """A text without what could be a person: nothing quoted, no run of four digits or more."""
    return _DIGITS.sub("####", _QUOTED.sub(r"\1…\2", text))


class Redacting(logging.Formatter):
    """Writes no message as it came, and of an exception only its kind and where it happened."""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{self.formatTime(record)} {record.levelname} {record.name}: {redact(record.getMessage())}"
        if record.exc_info and record.exc_info[0]:
            kind, _error, trace = record.exc_info
            line += "\n" + where(kind, trace)
        return line


def where(kind: type[BaseException], trace: TracebackType | None) -> str:
    """An exception's kind and the places it went through. Its message may hold a name, so it is left out."""
    lines = []
    while trace is not None:
        code = trace.tb_frame.f_code
        file = Path(code.co_filename)
        lines.append(f"  {'/'.join(file.parts[-3:])}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return "\n".join([f"{kind.__module__}.{kind.__qualname__}", *lines])


def report(kind: type[BaseException], trace: TracebackType | None) -> str:
    """What “Copy report” copies."""
    from PySide6.QtCore import qVersion

    system = f"Venue Desk {__version__}, Python {platform.python_version()}, Qt {qVersion()}, {platform.platform()}"
    return f"{system}\n{where(kind, trace)}"


def log_to(folder: Path) -> None:
    """Write warnings and errors to a small file that turns over."""
    folder.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(
        folder / "venue-desk.log", maxBytes=500_000, backupCount=2, encoding="utf-8", delay=True
    )
    handler.setFormatter(Redacting())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)


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
        _log.error("uncaught", exc_info=(kind, error, trace))
        text = report(kind, trace)
        # The same bug at each keystroke is told once.
        if text not in self._seen:
            self._seen.add(text)
            self._on_bug(text)

    def _in_thread(self, args: Any) -> None:
        self.caught(args.exc_type, args.exc_value, args.exc_traceback)
