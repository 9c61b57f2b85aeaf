"""Our own bugs, written down without what could be a person: no message, no value, only kinds and places.

An exception's message may hold a name, a NIK or a phone number, so it is never written. What a log line was filled
with is left out for the same reason.
"""

import logging
import platform
import re
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from venue_desk import __version__

FILE = "venue-desk.log"
LARGEST, KEPT = 500_000, 2  # bytes of one file, and how many older ones stay

_DIGITS = re.compile(r"\d{4,}")
_QUOTED = re.compile(r"(['\"“‘]).*?(['\"”’])", re.DOTALL)


def redact(text: str) -> str:
    """A text without what could be a person: nothing quoted, no run of four digits or more."""
    return _DIGITS.sub("####", _QUOTED.sub(r"\1…\2", text))


class Redacting(logging.Formatter):
    """Writes a message's pattern but not what fills it, and of an exception only its kind and where it happened."""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{self.formatTime(record)} {record.levelname} {record.name}: {redact(str(record.msg))}"
        if record.exc_info and record.exc_info[0]:
            kind, _error, trace = record.exc_info
            line += "\n" + where(kind, trace)
        return line


def where(kind: type[BaseException], trace: TracebackType | None) -> str:
    """An exception's kind and the places it went through."""
    lines = []
    while trace is not None:
        code = trace.tb_frame.f_code
        file = Path(code.co_filename)
        lines.append(f"  {'/'.join(file.parts[-3:])}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return "\n".join([f"{kind.__module__}.{kind.__qualname__}", *lines])


def report(kind: type[BaseException], trace: TracebackType | None, more: str = "") -> str:
    """What “Copy report” copies."""
    system = ", ".join(
        filter(
            None,
            (f"Venue Desk {__version__}", f"Python {platform.python_version()}", more, platform.platform()),
        )
    )
    return f"{system}\n{where(kind, trace)}"


def log_to(folder: Path) -> RotatingFileHandler | None:
    """Write warnings and errors to a small file that turns over; None where nothing can be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    handler = RotatingFileHandler(
        folder / FILE, maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8", delay=True
    )
    handler.setFormatter(Redacting())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    return handler


def log_caught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Log what nobody caught."""
    log = logging.getLogger("venue_desk")
    # A library that sets up logging for itself may have silenced all that was there before it.
    log.disabled = False
    log.error("uncaught", exc_info=(kind, error, trace))


def write_down(error: BaseException, folder: Path) -> Path | None:
    """Log an exception that nobody caught. Returns the log, None where it cannot be written."""
    handler = log_to(folder)
    if handler is None:
        return None
    try:
        logging.getLogger("venue_desk").error("uncaught", exc_info=(type(error), error, error.__traceback__))
    finally:
        logging.getLogger().removeHandler(handler)
        handler.close()
    return folder / FILE
