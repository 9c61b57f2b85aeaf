"""Over HTTP: one request, the whole answer up to a limit, and every way in which that fails as one of our own words."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from venue_desk import __version__
from venue_desk.sync.messages import LARGEST_SENT

if TYPE_CHECKING:
    import ssl

    import httpx


TYPE = "application/vnd.venue-desk.sync"


class Trouble(Exception):
    """The centre did not answer as it should; ``code`` is one of queries.sync.trouble.

    ``order``: what came with a refusal and may be an order of the centre; nothing until its signature is checked.
    """

    def __init__(self, code: str, detail: str = "", order: object = None) -> None:
        super().__init__(code)
        self.code = f"{code}:{detail}" if detail else code
        self.order = order


class TooLarge(Exception):
    """The centre wants smaller batches."""


def connect(url: str) -> "httpx.Client":
    """A connection to a centre, for some requests after each other."""
    import httpx

    return httpx.Client(
        base_url=url,
        timeout=httpx.Timeout(60, connect=10),
        headers={"User-Agent": f"venue-desk/{__version__}"},
        follow_redirects=False,
        verify=_trust() if url.startswith("https:") else False,
    )


@cache
def _trust() -> "ssl.SSLContext":
    """Whom this computer trusts. Reading that takes longer than a sync, so it is read once."""
    import ssl

    return ssl.create_default_context()


def send(client: "httpx.Client", path: str, body: bytes, kind: str, token: str) -> bytes:
    """Post and read the whole answer, up to the largest allowed. Raises Trouble or TooLarge."""
    import httpx

    headers = {"Content-Type": kind}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    try:
        with client.stream("POST", path, content=body, headers=headers) as response:
            parts: list[bytes] = []
            total = 0
            for part in response.iter_bytes():
                total += len(part)
                if total > LARGEST_SENT:
                    raise Trouble("damaged")
                parts.append(part)
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise Trouble("wrong") from error
    except httpx.HTTPError as error:
        raise Trouble("offline") from error
    came = b"".join(parts)
    if response.status_code == 200:
        return came
    if response.status_code == 413:
        raise TooLarge
    if response.status_code in (429, 502, 503, 504):
        raise Trouble("busy")
    raise _refusal(came)


@contextmanager
def download(
    client: "httpx.Client", path: str, token: str, headers: dict[str, str], params: dict[str, str]
) -> "Iterator[httpx.Response | None]":
    """An answer that is read part by part; None where the centre has none. Raises Trouble, in the block too."""
    import httpx

    sent = {**headers, "Authorization": f"Bearer {token}"}
    try:
        with client.stream("GET", path, headers=sent, params=params) as response:
            if response.status_code in (429, 502, 503, 504):
                raise Trouble("busy")
            if response.status_code in (401, 403):
                raise _refusal(response.read()[:LARGEST_SENT])
            yield response if response.status_code in (200, 206) else None
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise Trouble("wrong") from error
    except httpx.HTTPError as error:
        raise Trouble("offline") from error


def _refusal(came: bytes) -> Trouble:
    """What the centre says in its refusal; anything that is not its way of saying so is no centre."""
    try:
        said = read_json(came)
        code, message = str(said["error"]), str(said.get("message", ""))[:300]
    except (Trouble, KeyError):
        return Trouble("wrong")
    if code in ("token", "revoked"):
        return Trouble("revoked", order=said.get("order"))
    if code.startswith("code_") or code in ("foreign", "newer"):
        return Trouble(code, str(said.get("detail", ""))[:20])
    return Trouble("refused", message)


def read_json(came: bytes) -> dict[str, Any]:
    try:
        said = json.loads(came)
    except (ValueError, RecursionError) as error:
        raise Trouble("wrong") from error
    if not isinstance(said, dict):
        raise Trouble("wrong")
    return said
