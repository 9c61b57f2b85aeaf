"""The inner pages that let venues and computers in, and shut computers out."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from venue_desk.domain.problem import Problem
from venue_desk.domain.venue import KINDS
from venue_desk.language import N_, _
from venue_desk.server import devices
from venue_desk.server.centre import Centre
from venue_desk.server.console import charts, pages, paging, standing
from venue_desk.server.console.agency import inner
from venue_desk.server.console.entrance import admit
from venue_desk.server.console.sessions import Visit

Form = Annotated[dict[str, str], Depends(pages.read_form)]

CHOICES = 200  # venues in one list to choose from
STATES = {
    standing.FRESH: N_("In touch"),
    standing.QUIET: N_("Quiet"),
    standing.SILENT: N_("Silent"),
    standing.NEVER: N_("Not seen yet"),
    standing.REVOKED: N_("Revoked"),
}
CODES = {
    standing.OPEN: N_("Open"),
    standing.USED: N_("Used"),
    standing.EXPIRED: N_("Expired"),
    standing.BLOCKED: N_("Blocked"),
}


def routes(centre: Centre) -> APIRouter:
    """The routes that change something. Each asks who it is, and whether the form is ours, before anything else."""
    router = APIRouter(prefix="/console", route_class=pages.PageRoute, include_in_schema=False)

    @router.get("/desks")
    def desks(request: Request) -> Response:
        visit = admit(centre, request)
        return desk_page(request, visit)

    @router.post("/desks")
    def revoke(request: Request, filled: Form) -> Response:
        visit = admit(centre, request, filled)
        try:
            with centre.writing() as connection:
                devices.revoke(connection, filled.get("revoke", ""), wipe=bool(filled.get("wipe")))
        except Problem as problem:
            return desk_page(request, visit, problem)
        # Back to where they were in a long list.
        return RedirectResponse(paging.address("/console/desks", paging.asked(request)), 303)

    def desk_page(request: Request, visit: Visit, problem: Problem | None = None) -> Response:
        with centre.reading() as connection:
            shown, count = standing.desks(connection, paging.asked(request)), standing.may_sync(connection)
        return inner(
            request,
            visit,
            "desks.html",
            422 if problem else 200,
            shown=shown,
            count=count,
            problem=problem,
            states=_named(STATES),
        )

    @router.get("/codes")
    def codes(request: Request) -> Response:
        visit = admit(centre, request)
        return code_page(request, visit, chosen=request.query_params.get("venue", ""))

    @router.post("/codes")
    def make_code(request: Request, filled: Form) -> Response:
        visit = admit(centre, request, filled)
        venue = filled.get("venue", "")
        try:
            with centre.writing() as connection:
                made = devices.make_code(connection, venue)
        except Problem as problem:
            return code_page(request, visit, problem)
        # Shown in this answer and never again: only its hash is kept.
        return code_page(request, visit, made=made, chosen=venue)

    def code_page(
        request: Request, visit: Visit, problem: Problem | None = None, made: str = "", chosen: str = ""
    ) -> Response:
        with centre.reading() as connection:
            asked = paging.asked(request)
            shown, count = standing.codes(connection, asked), standing.count_venues(connection)
            # Who did not search is given those that can be looked through.
            venues = standing.choices(connection, asked.text, chosen, CHOICES)
        return inner(
            request,
            visit,
            "codes.html",
            422 if problem else 200,
            shown=shown,
            venues=venues,
            many=count > CHOICES,
            sought=asked.text,
            problem=problem,
            made=made,
            drawing=charts.code(made) if made else "",
            chosen=chosen,
            chosen_name=dict(venues).get(chosen, ""),
            states=_named(CODES),
        )

    @router.get("/venues")
    def venues(request: Request) -> Response:
        visit = admit(centre, request)
        return venue_page(request, visit, {})

    @router.post("/venues")
    def add_venue(request: Request, filled: Form) -> Response:
        visit = admit(centre, request, filled)
        try:
            with centre.writing() as connection:
                devices.add_venue(connection, filled.get("name", ""), filled.get("kind", ""))
        except Problem as problem:
            return venue_page(request, visit, filled, problem)
        return RedirectResponse("/console/venues", 303)

    def venue_page(
        request: Request, visit: Visit, filled: Mapping[str, str], problem: Problem | None = None
    ) -> Response:
        with centre.reading() as connection:
            shown, count = (
                standing.venues(connection, paging.asked(request)),
                standing.count_venues(connection),
            )
        return inner(
            request,
            visit,
            "venues.html",
            422 if problem else 200,
            shown=shown,
            count=count,
            kinds=_named(KINDS),
            filled=filled,
            problem=problem,
        )

    return router


def _named(words: Mapping[str, str]) -> dict[str, str]:
    return {key: _(name) for key, name in words.items()}
