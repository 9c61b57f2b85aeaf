"""In and out: the login of the agency's people."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from venue_desk.language import _, ngettext, number
from venue_desk.server.centre import Centre
from venue_desk.server.console import pages, sessions, users
from venue_desk.server.console.limits import Limit
from venue_desk.server.console.sessions import Visit

Form = Annotated[dict[str, str], Depends(pages.read_form)]

TRIES = 10  # a minute and address; each user has a slower clock of their own (users.check)
HOME = "/console"


def routes(centre: Centre) -> APIRouter:
    """Login and logout."""
    router = APIRouter(route_class=pages.PageRoute, include_in_schema=False)
    tries = Limit(TRIES, 60)

    def login(request: Request, status: int, told: str = "", name: str = "", after: str = "") -> Response:
        nonce, token = sessions.stranger(centre, request)
        values = {"told": told, "name": name, "form": token, "after": _inside(after)}
        response = pages.page(request, "login.html", values, status)
        sessions.remember(request, response, nonce)
        return response

    @router.get("/login")
    def ask(request: Request) -> Response:
        after = request.query_params.get("next", "")
        if sessions.visit(centre, request):
            return RedirectResponse(_inside(after), 303)
        return login(request, 200, after=after)

    @router.post("/login")
    def enter(request: Request, filled: Form) -> Response:
        refused = tries.wait(pages.address(request))
        if refused:
            return pages.wait(request, refused)
        name, after = filled.get("name", "")[:100], filled.get("next", "")
        if not sessions.same(filled.get("form", ""), sessions.stranger(centre, request)[1]):
            return login(request, 403, _("This page was open too long: try again."), name, after)
        user = users.check(centre, name, filled.get("password", ""))
        if isinstance(user, int):
            words = ngettext(
                "Wait {count} second, then try again.", "Wait {count} seconds, then try again.", user
            )
            response = login(request, 429, words.format(count=number(user)), name, after)
            response.headers["Retry-After"] = str(user)
            return response
        if user is None:
            return login(request, 401, _("The name or the password is not right."), name, after)
        response = RedirectResponse(_inside(after), 303)
        sessions.begin(centre, request, response, user)
        return response

    @router.post("/logout")
    def leave(request: Request, filled: Form) -> Response:
        visit = admit(centre, request, filled)
        response = RedirectResponse("/login", 303)
        sessions.end(centre, response, visit.user)
        return response

    return router


def admit(centre: Centre, request: Request, filled: dict[str, str] | None = None) -> Visit:
    """The session of a request to an inner page; ``filled`` for one that changes something. Raises Turned."""
    visit = sessions.visit(centre, request)
    if visit is None:
        if request.method == "GET":
            raise pages.Turned(RedirectResponse(f"/login?next={request.url.path}", 303))
        raise pages.Turned(pages.told(request, 401, _("You are not logged in."), login=True))
    if filled is not None and not sessions.same(filled.get("form", ""), visit.form):
        raise pages.Turned(
            pages.told(
                request,
                403,
                _("This form did not come from this centre's page; nothing was changed."),
                _("Open the page again and repeat it there."),
                visit=visit,
            )
        )
    return visit


def _inside(path: str) -> str:
    """Where to go after the login: an inner page, never another site."""
    known = path == HOME or (path.startswith(f"{HOME}/") and path[len(HOME) + 1 :].isalpha())
    return path if known else HOME
