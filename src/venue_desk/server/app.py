"""The centre's endpoints. Bodies are capped before they are read, every refusal is JSON with a clear sentence."""

import json
import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from venue_desk import __version__
from venue_desk.server import console
from venue_desk.server.centre import Centre, Enrolment
from venue_desk.server.devices import Refused
from venue_desk.server.snapshots import Snapshots
from venue_desk.sync.messages import LARGEST_SENT, pack
from venue_desk.sync.messages import Request as Said
from venue_desk.sync.reading import Malformed, unpack

TYPE = "application/vnd.venue-desk.sync"
LARGEST_ENROLMENT = 20_000  # bytes
KNOCKS = 30  # tries to enrol that one address has in a minute

# Why a device or code is not let in: status and sentence. Desks know the words by the code, in their language.
REFUSALS = {
    "token": (401, "This token is not known."),
    "revoked": (401, "This computer was revoked."),
    "code_unknown": (403, "This code is not known."),
    "code_wrong": (403, "This code is not right."),
    "code_blocked": (403, "This code was tried too often."),
    "code_used": (403, "This code was used already."),
    "code_expired": (403, "This code has expired."),
    "foreign": (403, "This code belongs to another venue."),
}


def make_app(centre: Centre) -> FastAPI:
    """The application over an open centre, which it closes when it ends."""
    snapshots = Snapshots(centre)

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        yield
        snapshots.close()
        centre.close()

    app = FastAPI(
        title="Venue Desk centre",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        lifespan=life,
    )
    knocks = _Knocks()

    @app.get("/health", summary="Whether the centre answers and can read its records")
    def health() -> dict[str, str]:
        with centre.reading() as connection:
            connection.exec_driver_sql("SELECT 1")
        return {"status": "ok", "version": __version__}

    @app.post("/enrol", summary="Let a desk in with a one-time code")
    async def enrol(request: Request) -> dict[str, Any]:
        knocks.count(request.client.host if request.client else "")
        asked = _enrolment(await _body(request, LARGEST_ENROLMENT))
        return await run_in_threadpool(centre.enrol, asked)

    @app.post("/sync", summary="Take a desk's lines and give those that it does not have")
    async def sync(request: Request) -> Response:
        token = _token(request)
        # Before the body is read: a stranger cannot make us hold 16 MB.
        await run_in_threadpool(centre.admit, token)
        body = await _body(request, LARGEST_SENT)
        return Response(await run_in_threadpool(_answer, centre, token, body), media_type=TYPE)

    @app.get("/snapshot", summary="All lines of the venue in one file, resumable by range")
    async def snapshot(request: Request) -> Response:
        return await run_in_threadpool(snapshots.response, _token(request))

    console.mount(app, centre)

    @app.exception_handler(Refused)
    async def refused(_request: Request, error: Refused) -> JSONResponse:
        status, sentence = REFUSALS[error.code]
        return _refusal(status, error.code, sentence, error.detail)

    @app.exception_handler(Malformed)
    async def malformed(_request: Request, error: Malformed) -> JSONResponse:
        return _refusal(400, "malformed", f"This message cannot be read: {error}.")

    @app.exception_handler(HTTPException)
    @app.exception_handler(404)
    @app.exception_handler(405)
    async def other(_request: Request, error: HTTPException) -> JSONResponse:
        return _refusal(error.status_code, "http", str(error.detail))

    @app.exception_handler(Exception)
    async def broken(_request: Request, _error: Exception) -> JSONResponse:
        # uvicorn logs it; nothing of what failed is told to the other side.
        return _refusal(500, "internal", "The centre made a mistake; nothing was taken over.")

    return app


def _answer(centre: Centre, token: str, body: bytes) -> bytes:
    return pack(centre.answer(token, unpack(body, Said)))


def _refusal(status: int, code: str, message: str, detail: str = "") -> JSONResponse:
    return JSONResponse({"error": code, "message": message, "detail": detail}, status)


def _token(request: Request) -> str:
    scheme, _space, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Refused("token")
    return token.strip()


async def _body(request: Request, most: int) -> bytes:
    """The whole body, refused as soon as it is too large."""
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > most:
        raise HTTPException(413, "This message is too large.")
    parts = bytearray()
    async for part in request.stream():
        parts += part
        if len(parts) > most:
            raise HTTPException(413, "This message is too large.")
    return bytes(parts)


def _enrolment(body: bytes) -> Enrolment:
    try:
        said = json.loads(body)
        texts = {name: str(said[name])[:200] for name in ("code", "writer", "name", "letter", "venue")}
        joined = {str(name)[:50]: int(number) for name, number in dict(said["joined"]).items()}
        keys = {name: bytes.fromhex(said["keys"][name]).hex() for name in ("sign", "seal")}
    except (ValueError, TypeError, KeyError, RecursionError, AttributeError) as error:
        raise Malformed("enrolment") from error
    hexadecimal = set("0123456789abcdef")
    if len(texts["writer"]) != 32 or set(texts["writer"]) - hexadecimal or len(joined) > 1000:
        raise Malformed("enrolment")
    if any(len(key) != 64 for key in keys.values()) or "\0" in "".join(texts.values()):
        raise Malformed("enrolment")
    return Enrolment(**texts, joined=joined, keys=keys)


class _Knocks:
    """How often each address tried to enrol in this minute: codes cannot be guessed by trying many."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def count(self, host: str) -> None:
        now = time.monotonic()
        since, count = self._seen.pop(host, (now, 0))
        if now - since > 60:
            since, count = now, 0
        self._seen[host] = (since, count + 1)
        while len(self._seen) > 10_000:
            self._seen.popitem(last=False)
        if count >= KNOCKS:
            raise HTTPException(429, "Too many tries; wait a minute.")
