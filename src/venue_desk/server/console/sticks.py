"""The page for files from sticks: a desk without a network sends one, the agency takes it in and carries one back."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.server import sticks
from venue_desk.server.centre import Centre
from venue_desk.server.console import pages
from venue_desk.server.console.agency import inner
from venue_desk.server.console.entrance import admit
from venue_desk.server.console.sessions import Visit
from venue_desk.sync.messages import LARGEST_SENT
from venue_desk.sync.packet import LARGEST_HEADER

LARGEST_FILE = LARGEST_SENT + LARGEST_HEADER + 1024  # bytes, as packet.fetch has it
LARGEST_UPLOAD = LARGEST_FILE + 4096  # with the form around it
DRAINED = (
    16 * LARGEST_UPLOAD
)  # bytes of a file that is too large which are read, so that the browser hears why
SLOWEST = 300  # seconds for a file to come: an office's line may be slow, and only who is logged in gets here


class _InMemory(MultiPartParser):
    """A form whose file never touches the disk: whoever takes the wrong one uploads a list of people."""

    spool_max_size = LARGEST_UPLOAD


def routes(centre: Centre) -> APIRouter:
    """The page, what is uploaded there, and what is fetched from there."""
    router = APIRouter(prefix="/console", route_class=pages.PageRoute, include_in_schema=False)

    @router.get("/sticks")
    def ask(request: Request) -> Response:
        return page(request, admit(centre, request))

    @router.post("/sticks")
    async def take(request: Request) -> Response:
        # Before a byte of the file is read: a stranger cannot make us hold one.
        visit = await run_in_threadpool(admit, centre, request)
        form, data = await _uploaded(request, visit)
        await run_in_threadpool(admit, centre, request, {"form": form})
        try:
            if not data:
                raise Problem(_("No file was chosen."), _("Choose the file on the stick."))
            done = await run_in_threadpool(sticks.take, centre, data, visit.user.name)
        except Problem as problem:
            return await run_in_threadpool(page, request, visit, problem)
        return RedirectResponse(f"/console/sticks?done={done}", 303)

    @router.get("/answer")
    def answer(request: Request) -> Response:
        visit = admit(centre, request)
        with centre.reading() as connection:
            found = sticks.answer(connection, request.query_params.get("of", ""))
        if found is None:
            hint = _("Upload the computer's file again: it is answered again.")
            return pages.told(request, 404, _("This answer is not kept any more."), hint, visit=visit)
        name, data = found
        return Response(
            data,
            media_type="application/octet-stream",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def page(request: Request, visit: Visit, problem: Problem | None = None) -> Response:
        with centre.reading() as connection:
            rows = sticks.listed(connection)
        chosen = "" if problem else request.query_params.get("done", "")
        done = next((row for row in rows if row.id == chosen), None)
        status = 422 if problem else 200
        return inner(request, visit, "sticks.html", status, rows=rows, done=done, problem=problem)

    return router


async def _uploaded(request: Request, visit: Visit) -> tuple[str, bytes]:
    """The form's token and its file. Raises Turned."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise pages.Turned(pages.told(request, 400, _("This form cannot be read."), visit=visit))
    try:
        async with asyncio.timeout(SLOWEST), aclosing(_capped(request, visit)) as body:
            form = await _InMemory(
                request.headers, body, max_files=1, max_fields=4, max_part_size=200
            ).parse()
    except TimeoutError:
        raise pages.Turned(pages.told(request, 408, _("The file came too slowly."), visit=visit)) from None
    except (MultiPartException, ClientDisconnect):
        raise pages.Turned(pages.told(request, 400, _("This form cannot be read."), visit=visit)) from None
    token, file = form.get("form"), form.get("file")
    data = await file.read() if isinstance(file, UploadFile) else b""
    await form.close()
    return token if isinstance(token, str) else "", data


async def _capped(request: Request, visit: Visit) -> AsyncGenerator[bytes, None]:
    """The body as it comes. Raises Turned where it is more than a sync file can be."""
    length = 0
    async for part in request.stream():
        length += len(part)
        if length > LARGEST_UPLOAD:
            text, hint = _("This file is too large to be a sync file."), _("Its name ends in .vdsync.")
            raise pages.Turned(pages.told(request, 413, text, hint, visit=visit))
        yield part
