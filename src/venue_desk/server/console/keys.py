"""The inner page of the venues' signing keys and void certificates."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select

from venue_desk.domain import clock
from venue_desk.domain.problem import Problem
from venue_desk.language import _, date_medium
from venue_desk.server import withdrawing
from venue_desk.server.centre import Centre
from venue_desk.server.console import pages
from venue_desk.server.console.agency import inner
from venue_desk.server.console.entrance import admit
from venue_desk.server.console.sessions import Visit
from venue_desk.server.tables import LEDGER

HOME = "/console/catalogue/keys"
Form = Annotated[dict[str, str], Depends(pages.read_form)]


def routes(centre: Centre) -> APIRouter:
    """All venues' keys, and those of one, which the agency may withdraw."""
    router = APIRouter(route_class=pages.PageRoute, include_in_schema=False)

    @router.get(HOME)
    def show(request: Request) -> Response:
        visit = admit(centre, request)
        return draw(request, visit, request.query_params.get("venue", ""))

    @router.post(HOME)
    def change(request: Request, filled: Form) -> Response:
        visit = admit(centre, request, filled)
        venue = filled.get("venue", "")
        try:
            on = None if filled.get("act") == "restore" else withdrawing.day_of(filled.get("on", ""))
            with centre.writing() as connection:
                withdrawing.withdraw(connection, filled.get("key", ""), on)
        except Problem as problem:
            return draw(request, visit, venue, problem, filled)
        return RedirectResponse(f"{HOME}?venue={venue if venue.isalnum() else ''}", 303)

    def draw(
        request: Request,
        visit: Visit,
        venue: str,
        problem: Problem | None = None,
        filled: dict[str, str] | None = None,
    ) -> Response:
        with centre.reading() as connection:
            name = connection.scalar(select(LEDGER.c.name).where(LEDGER.c.venue_id == venue))
            if venue and name is None:
                return pages.told(request, 404, _("There is no such venue."), back=HOME, visit=visit)
            rows = [] if venue else withdrawing.venues(connection)
            keys = withdrawing.keys(connection, venue) if venue else []
            void = withdrawing.void_numbers(connection, venue) if venue else []
        return inner(
            request,
            visit,
            "keys.html",
            422 if problem else 200,
            venue=venue,
            name=name,
            rows=rows,
            keys=keys,
            void=void,
            most=withdrawing.MOST,
            problem=problem,
            filled=filled or {},
            today=clock.today().isoformat(),
            home=HOME,
            day=_day,
        )

    return router


def _day(text: str) -> str:
    return date_medium(date.fromisoformat(text)) if text else "–"
