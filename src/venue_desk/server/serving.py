"""Running the centre: one process, an address printed when it is really reached, a clean end."""

import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.server.centre import Centre

if TYPE_CHECKING:
    import uvicorn

MOST = 500  # connections at once; the others are told to come again


def listen(host: str, port: int) -> socket.socket:
    """A socket that is ours; port 0 chooses a free one. Raises Problem."""
    taken = None
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        # Named as TCP, because only then does asyncio send at once; else an answer waits 40 ms for the other side.
        taken = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        if os.name == "posix":  # elsewhere it would let two programs share the port
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((host, port))
    except OSError as error:
        if taken is not None:
            taken.close()
        raise Problem(
            _("The centre cannot listen at {host}:{port} ({why}).").format(
                host=host, port=port, why=error.strerror
            ),
            _("Another program may use this port: choose another with --port."),
        ) from error
    return taken


def address(taken: socket.socket) -> str:
    """How a desk on this network reaches a socket."""
    host, port = taken.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def server(centre: Centre) -> "uvicorn.Server":
    """The web server over an open centre, which it closes when it ends."""
    import uvicorn

    from venue_desk.server.app import make_app

    return uvicorn.Server(
        uvicorn.Config(
            make_app(centre),
            log_level="warning",
            access_log=False,
            log_config=None,
            server_header=False,
            limit_concurrency=MOST,
            h11_max_incomplete_event_size=32_768,
            timeout_graceful_shutdown=10,
            timeout_keep_alive=30,
        )
    )


def run(centre: Centre, taken: socket.socket, ready: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; ``ready`` is told the address once a desk can reach it."""
    running = server(centre)
    where = address(taken)
    start = running.startup

    async def started(sockets: list[socket.socket] | None = None) -> None:
        await start(sockets)
        ready(where)

    running.startup = started  # type: ignore[method-assign]
    with _quiet_end():
        running.run([taken])


@contextmanager
def _quiet_end() -> Iterator[None]:
    """Uvicorn raises the signal that stopped it once more when all is closed: by then it is only noise."""
    old = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGTERM, old)
