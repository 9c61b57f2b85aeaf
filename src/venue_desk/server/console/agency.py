"""The inner pages that only show: the programme, what waits for a person, the catalogue."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from venue_desk.domain import clock
from venue_desk.domain.problem import Problem
from venue_desk.language import N_, _
from venue_desk.server import handed, removed
from venue_desk.server.centre import Centre
from venue_desk.server.console import charts, pages, paging
from venue_desk.server.console import tasks as waiting
from venue_desk.server.console.entrance import admit
from venue_desk.server.console.programme import programme
from venue_desk.server.console.sessions import Visit

PLACES = (
    ("/console", "chart", N_("Programme")),
    ("/console/desks", "cloud", N_("Computers")),
    ("/console/tasks", "flag", N_("Open tasks")),
    ("/console/sticks", "usb", N_("Stick files")),
    ("/console/venues", "building", N_("Venues")),
    ("/console/codes", "key", N_("Enrolment codes")),
    ("/console/catalogue", "list", N_("Catalogue")),
)
Form = Annotated[dict[str, str], Depends(pages.read_form)]
VENUES = 200  # of the programme on one page: all of them today, and no more where there are thousands


def routes(centre: Centre) -> APIRouter:
    """The routes of the agency. Each asks who it is before anything else."""
    router = APIRouter(prefix="/console", route_class=pages.PageRoute, include_in_schema=False)

    @router.get("")
    def overview(request: Request) -> Response:
        visit = admit(centre, request)
        asked, order = request.query_params.get("year", ""), request.query_params.get("order", "")
        year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else None
        with centre.reading() as connection:
            seen = programme(connection, clock.today(), year, every=asked == "all")
        order = order if order in _ORDER else "trained"
        wanted = paging.asked(request)
        sought = [one for one in seen.venues if wanted.text.casefold() in one.name.casefold()]
        return inner(
            request,
            visit,
            "overview.html",
            seen=seen,
            shown=paging.cut(sorted(sought, key=_ORDER[order]), wanted, VENUES),
            widest=max((one.trained for one in seen.venues), default=0),
            active=sum(one.trained > 0 for one in seen.venues),
            order=order,
            period="all" if seen.year is None else str(seen.year),
            charts=charts,
        )

    @router.get("/tasks")
    def tasks(request: Request) -> Response:
        visit = admit(centre, request)
        with centre.reading() as connection:
            found = waiting.tasks(connection)
        return inner(request, visit, "tasks.html", tasks=found, problem=None)

    @router.post("/tasks")
    def settle(request: Request, filled: Form) -> Response:
        visit = admit(centre, request, filled)
        try:
            if "removed" in filled:
                with centre.writing() as connection:
                    removed.settle(connection, filled["removed"])
            else:
                handed.settle(centre, filled.get("device", ""), take=filled.get("take") == "1")
        except Problem as problem:
            with centre.reading() as connection:
                found = waiting.tasks(connection)
            return inner(request, visit, "tasks.html", 422, tasks=found, problem=problem)
        return RedirectResponse("/console/tasks", 303)

    return router


def inner(request: Request, visit: Visit, template: str, status: int = 200, **values: Any) -> Response:
    """A page with the way to all others beside it."""
    places = [(path, icon, _(name)) for path, icon, name in PLACES]
    return pages.page(request, template, {"visit": visit, "places": places, **values}, status)


_ORDER: Mapping[str, Any] = {
    "trained": lambda one: (-one.trained, one.name),
    "name": lambda one: one.name,
    "rate": lambda one: (-(one.rate or 0), one.name),
}
