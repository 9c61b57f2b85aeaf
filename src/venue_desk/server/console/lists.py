"""The inner page on which a trade's units are pasted from a spreadsheet, and the file to begin with."""

import tempfile
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from venue_desk.domain.problem import Problem
from venue_desk.domain.reference import TRADE
from venue_desk.language import _
from venue_desk.server import catalogue, units
from venue_desk.server.centre import Centre
from venue_desk.server.console import pages
from venue_desk.server.console.agency import inner
from venue_desk.server.console.catalogue import HOME, version
from venue_desk.server.console.entrance import admit
from venue_desk.server.console.sessions import Visit
from venue_desk.spreadsheets import text, writing
from venue_desk.spreadsheets import units as listed
from venue_desk.spreadsheets.files import Sheet

Form = Annotated[dict[str, str], Depends(pages.read_long_form)]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def routes(centre: Centre) -> APIRouter:
    """What is pasted is shown first: what is new, another, gone; the same button then takes it."""
    router = APIRouter(prefix=HOME, route_class=pages.PageRoute, include_in_schema=False)

    @router.get("/units")
    def ask(request: Request) -> Response:
        visit = admit(centre, request)
        return draw(request, visit, {"key": request.query_params.get("trade", "")})

    @router.post("/units")
    def take(request: Request, filled: Form) -> Response:
        visit = admit(centre, request, filled)
        code = filled.get("key", "")
        try:
            rows = listed.read([Sheet("", text.rows(filled.get("text", "")))])
            if filled.get("act") == "save":
                with centre.writing() as connection:
                    units.replace_all(connection, code, rows, version(filled))
                return RedirectResponse(trade_page(code), 303)
            with centre.reading() as connection:
                seen = units.difference(connection, code, rows)
        except Problem as problem:
            return draw(request, visit, filled, problem)
        return draw(request, visit, filled, seen=seen)

    @router.get("/file")
    def file(request: Request) -> Response:
        visit = admit(centre, request)
        code = request.query_params.get("trade", "")
        try:
            with centre.reading() as connection:
                found = units.listed(connection, code)
        except Problem as problem:
            return pages.told(request, 404, problem.text, back=HOME, visit=visit)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "units.xlsx"
            writing.write(path, listed.page(code, found))
            data = path.read_bytes()
        name = "".join(letter for letter in code if letter.isascii() and letter.isalnum()) or "units"
        headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
        return Response(data, media_type=XLSX, headers=headers)

    def draw(
        request: Request,
        visit: Visit,
        filled: dict[str, str],
        problem: Problem | None = None,
        seen: units.Difference | None = None,
    ) -> Response:
        code = filled.get("key", "")
        with centre.reading() as connection:
            entry = catalogue.entry(connection, TRADE, code)
        if entry.value is None:
            return pages.told(
                request, 404, _("This is not in the catalogue any more."), back=HOME, visit=visit
            )
        known = filled.get("version", "")
        return inner(
            request,
            visit,
            "units.html",
            422 if problem else 200,
            code=code,
            text=filled.get("text", ""),
            begun=known or entry.version,
            problem=problem,
            seen=seen,
            home=HOME,
            back=trade_page(code, done=False),
        )

    return router


def trade_page(code: str, done: bool = True) -> str:
    """The page of a trade."""
    return f"{HOME}/trade?{urlencode({'key': code, **({'done': '1'} if done else {})})}"
