"""What runs around every request: a line of JSON in the log, figures for Prometheus. Never a name, a token or a body.

Figures are of one process; where several serve one database, each is scraped by its own port.
"""

import ipaddress
import json
import logging
import os
import sys
import threading
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOG = logging.getLogger("venue_desk.centre")
BOUNDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds


class Figures:
    """Counters of this process since it started."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._started = time.time()
        self._answered: dict[tuple[str, int], int] = defaultdict(int)
        self._spread: dict[str, list[int]] = defaultdict(lambda: [0] * (len(BOUNDS) + 1))
        self._seconds: dict[str, float] = defaultdict(float)
        self._lines: dict[str, int] = defaultdict(int)
        self.open = 0

    def answered(self, route: str, status: int, seconds: float) -> None:
        with self._lock:
            self._answered[route, status] += 1
            self._spread[route][bisect_left(BOUNDS, seconds)] += 1
            self._seconds[route] += seconds

    def took(self, results: Iterable[tuple[str, int, str]]) -> None:
        """Count what became of the lines of a message."""
        with self._lock:
            for result, many, _why in results:
                self._lines[result] += many

    def text(self, engine: "Engine") -> str:
        """Everything in the text format of Prometheus."""
        pool: Any = engine.pool
        with self._lock:
            rows = [
                "# TYPE venue_desk_start_time_seconds gauge",
                f"venue_desk_start_time_seconds {self._started:.0f}",
                "# TYPE venue_desk_requests_open gauge",
                f"venue_desk_requests_open {self.open}",
                "# TYPE venue_desk_database_connections gauge",
                f"venue_desk_database_connections {pool.checkedout()}",
                "# TYPE venue_desk_lines_total counter",
            ]
            rows += [f'venue_desk_lines_total{{result="{r}"}} {n}' for r, n in sorted(self._lines.items())]
            rows.append("# TYPE venue_desk_requests_total counter")
            rows += [
                f'venue_desk_requests_total{{route="{route}",status="{status}"}} {count}'
                for (route, status), count in sorted(self._answered.items())
            ]
            rows.append("# TYPE venue_desk_request_seconds histogram")
            for route, spread in sorted(self._spread.items()):
                total = 0
                for bound, count in zip((*BOUNDS, "+Inf"), spread, strict=True):
                    total += count
                    rows.append(f'venue_desk_request_seconds_bucket{{route="{route}",le="{bound}"}} {total}')
                rows.append(f'venue_desk_request_seconds_sum{{route="{route}"}} {self._seconds[route]:.6f}')
                rows.append(f'venue_desk_request_seconds_count{{route="{route}"}} {total}')
        return "\n".join(rows) + "\n"


class Watch:
    """ASGI middleware: times each request and logs it by its route, never by its address or query."""

    def __init__(self, app: "ASGIApp", figures: Figures) -> None:
        self.app, self.figures = app, figures

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start, status, sent = time.perf_counter(), 500, 0

        async def tell(message: "Message") -> None:
            nonlocal status, sent
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "http.response.body":
                sent += len(message.get("body", b""))
            await send(message)

        self.figures.open += 1
        try:
            await self.app(scope, receive, tell)
        finally:
            self.figures.open -= 1
            took = time.perf_counter() - start
            # The route's pattern, because a path may hold a certificate's token.
            route = str(getattr(scope.get("route"), "path", "") or "other")
            self.figures.answered(route, status, took)
            level = logging.ERROR if status >= 500 else logging.INFO
            if LOG.isEnabledFor(level):
                facts = {"route": route, "status": status, "ms": round(took * 1000, 1), "bytes": sent}
                LOG.log(level, "answered", extra={"facts": {"method": scope["method"], **facts}})


class JsonLines(logging.Formatter):
    """One JSON object a line. Of an exception only its kind and place: its text may quote somebody's record."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname.lower(),
            "from": record.name,
            "pid": os.getpid(),
        }
        said |= getattr(record, "facts", {})
        error = record.exc_info[1] if record.exc_info else None
        if error is None:
            said["said"] = record.getMessage()
        else:
            said["error"] = type(error).__name__
            said["where"] = _places(error)
        return json.dumps(said, ensure_ascii=False)


def _places(error: BaseException) -> list[str]:
    places, trace = [], error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rpartition('venue_desk/')[2]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places[-8:]


def log_to_stderr(level: str) -> None:
    """Send our lines and uvicorn's to stderr, from this level on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    for name in ("venue_desk.centre", "uvicorn", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers = [handler] if name != "uvicorn.error" else []
        logger.propagate = name == "uvicorn.error"
        logger.setLevel(level.upper() if name == "venue_desk.centre" else "WARNING")


def near(host: str) -> bool:
    """Whether an address is of this computer or its private network: who may see figures."""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return False
