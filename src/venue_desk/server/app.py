"""The centre's endpoints. Bodies are capped before they are read, every refusal is JSON with a clear sentence."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from anyio import to_thread
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, StreamingResponse
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlcipher3.dbapi2 import DatabaseError
from starlette.requests import ClientDisconnect

from venue_desk import __version__
from venue_desk.domain.problem import Problem
from venue_desk.server import console, migrations, published, refusing
from venue_desk.server.centre import Centre, Enrolment
from venue_desk.server.console.limits import Limit
from venue_desk.server.devices import Device, Refused
from venue_desk.server.handed import receive
from venue_desk.server.published import TYPE
from venue_desk.server.snapshots import Given, Snapshots
from venue_desk.server.watching import Figures, Watch, near
from venue_desk.sync.messages import LARGEST_SENT, pack
from venue_desk.sync.messages import Request as Said
from venue_desk.sync.reading import Malformed, unpack

LARGEST_ENROLMENT = 20_000  # bytes
KNOCKS = 30  # tries to enrol that one address has in a minute
STRANGERS = 120  # refused tokens of one address in a minute, before none is looked at any more
VISITS = 600  # messages of one desk in a minute
FETCHES = 60  # parts of a snapshot that one desk asks for in a minute
SLOWEST = 60  # seconds in which a body must have come
WORKERS = 12  # threads that use the database; more would only take turns


def make_app(centre: Centre, clock: Callable[[], float] = time.monotonic) -> FastAPI:
    """The application over an open centre, which it closes when it ends. ``clock``: seconds, for its limits."""
    snapshots = Snapshots(centre)

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = WORKERS
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
    figures = Figures()
    app.add_middleware(Watch, figures=figures)
    described = app.openapi
    app.openapi = lambda: published.with_token(described())  # type: ignore[method-assign]
    knocks, strangers = Limit(KNOCKS, 60, clock), Limit(STRANGERS, 60, clock)
    visits, fetches = Limit(VISITS, 60, clock), Limit(FETCHES, 60, clock)

    async def admitted(request: Request, limit: Limit) -> tuple[Device, str]:
        """Who asks, and with which token. Before a body is read: a stranger cannot make us hold 16 MB."""
        host = _host(request)
        _within(60 if strangers.spent(host) else 0)
        try:
            token = _token(request)
            device = await run_in_threadpool(centre.admit, token)
        except Refused:
            strangers.wait(host)
            raise
        _within(limit.wait(device.id))
        return device, token

    @app.get(
        "/health", summary="Whether the database is reached and its tables are of today", **published.HEALTH
    )
    def health() -> JSONResponse:
        said: dict[str, Any] = {"status": "ok", "version": __version__, "database": "ok", "schema": None}
        try:
            with centre.reading() as connection:
                said["schema"] = list(migrations.standing(connection))
        except (DBAPIError, DatabaseError, PoolTimeout):
            said |= {"status": "down", "database": "unreachable"}
        else:
            if tuple(said["schema"]) != migrations.TODAY:
                said["status"] = "outdated"
        return JSONResponse(said, 200 if said["status"] == "ok" else 503)

    @app.get("/metrics", summary="Figures of this process, for its own network", **published.METRICS)
    def metrics(request: Request) -> Response:
        if not near(_host(request)):
            raise HTTPException(404, "Not Found")
        return Response(figures.text(centre.engine), media_type="text/plain; version=0.0.4; charset=utf-8")

    @app.post("/enrol", summary="Let a desk in with a one-time code", **published.ENROL)
    async def enrol(request: Request) -> JSONResponse:
        _within(knocks.wait(_host(request)))
        asked = _enrolment(await _body(request, LARGEST_ENROLMENT))
        return JSONResponse(await run_in_threadpool(centre.enrol, asked))

    @app.post("/sync", summary="Take a desk's lines and give those that it does not have", **published.SYNC)
    async def sync(request: Request) -> Response:
        device, _known = await admitted(request, visits)
        body = await _body(request, LARGEST_SENT)
        release = request.headers.get("user-agent", "")

        def answer() -> bytes:
            said = centre.exchange(device, unpack(body, Said), _release(release))
            figures.took(said.results)
            return pack(said)

        return Response(await run_in_threadpool(answer), media_type=TYPE)

    _take_last(app, centre, Limit(STRANGERS, 60, clock))

    @app.get(
        "/snapshot", summary="All lines of the venue in one file, resumable by range", **published.SNAPSHOT
    )
    async def snapshot(request: Request) -> Response:
        device, _token_of = await admitted(request, fetches)
        said = request.headers
        wanted = (_upto(request), said.get("range", ""), said.get("if-range", ""))
        return _streamed(await run_in_threadpool(snapshots.give, device, *wanted))

    console.mount(app, centre)

    refusing.install(app)
    return app


def _take_last(app: FastAPI, centre: Centre, knocks: Limit) -> None:
    """Who asks is known by the signature of what is sent: a token lets nobody in any more."""

    @app.post("/last", summary="Take what a desk that is to remove its records still has", **published.LAST)
    async def last(request: Request) -> JSONResponse:
        _within(knocks.wait(_host(request)))
        body = await _body(request, LARGEST_SENT)

        def take() -> dict[str, Any]:
            try:
                return receive(centre, body)
            except Problem as problem:
                raise Malformed(problem.text) from problem

        return JSONResponse(await run_in_threadpool(take))


def _within(seconds: int) -> None:
    """Refuse where it takes so many seconds before the next try is looked at."""
    if seconds:
        raise HTTPException(429, "Too many tries; wait a minute.", {"Retry-After": str(seconds)})


def _host(request: Request) -> str:
    return request.client.host if request.client else ""


def _streamed(given: Given) -> Response:
    if given.status == 416:
        raise HTTPException(416, "There is no such part.", given.headers)
    return StreamingResponse(given.body, given.status, given.headers, TYPE)


def _upto(request: Request) -> int:
    upto = request.query_params.get("upto", "0")
    if not (upto.isascii() and upto.isdigit() and len(upto) <= 16):
        raise HTTPException(400, "upto is the number of a line.")
    return int(upto)


def _release(agent: str) -> str:
    """The release that a desk names, of "venue-desk/1.2"; nothing of what else may ask."""
    name, _slash, release = agent.partition("/")
    kept = release.split(" ")[0]
    known = name == "venue-desk" and 0 < len(kept) <= 40 and kept.isascii() and kept.isprintable()
    return kept if known else ""


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
    try:
        async with asyncio.timeout(SLOWEST):
            async for part in request.stream():
                parts += part
                if len(parts) > most:
                    raise HTTPException(413, "This message is too large.")
    except TimeoutError:
        raise HTTPException(408, "This message came too slowly.") from None
    except ClientDisconnect:
        raise HTTPException(400, "This message ended early.") from None
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
