"""The public check of certificates: one field, one answer that is read from a metre away. No login, no script."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from venue_desk.documents.verify import STATES
from venue_desk.language import _
from venue_desk.server.centre import Centre
from venue_desk.server.console import checking, pages
from venue_desk.server.console.limits import Limit

Form = Annotated[dict[str, str], Depends(pages.read_form)]

CODES = 60  # a minute and address: a hall of graduates behind one router may all scan
NUMBERS = 10  # a minute and address
NUMBERS_A_DAY = 100


def routes(centre: Centre) -> APIRouter:
    """The routes that anybody may use."""
    router = APIRouter(route_class=pages.PageRoute)
    codes, numbers, daily = Limit(CODES, 60), Limit(NUMBERS, 60), Limit(NUMBERS_A_DAY, 86_400)

    @router.get("/", include_in_schema=False)
    def front() -> Response:
        return RedirectResponse("/verify", 303)

    @router.get("/static/{name}", include_in_schema=False)
    def static(name: str) -> Response:
        return pages.file(name)

    @router.get("/verify", include_in_schema=False)
    def form(request: Request) -> Response:
        return pages.page(request, "verify.html", _values())

    @router.post("/verify", include_in_schema=False)
    def ask(request: Request, filled: Form) -> Response:
        # A form that is sent, not an address that is visited: a code holds a name, and addresses are kept in
        # histories and logs. It changes nothing, so it needs no token against foreign pages.
        text = filled.get("certificate", "").strip()
        if not text:
            return pages.page(request, "verify.html", _values(), 422)
        if checking.is_code(text):
            return _code(request, text)
        refused = max(limit.wait(pages.address(request)) for limit in (numbers, daily))
        if refused:
            return pages.wait(request, refused)
        with centre.reading() as connection:
            found = checking.by_number(connection, text)
        return pages.page(
            request,
            "verify.html",
            _values(state=found.state, reasons=[found.reason], initials=found.initials, number=text[:80]),
        )

    @router.get(
        "/verify/{token}",
        summary="Whether a certificate is genuine, by the text of its QR",
        response_class=Response,
        responses={
            200: {
                "description": "A page, or JSON where it is asked for",
                "content": {"text/html": {}, "application/json": {}},
            },
            429: {"description": "Too many tries from this address", "content": {"text/html": {}}},
        },
    )
    def scanned(request: Request, token: str) -> Response:
        return _code(request, token)

    def _code(request: Request, text: str) -> Response:
        refused = codes.wait(pages.address(request))
        if refused:
            return pages.wait(request, refused)
        with centre.reading() as connection:
            found = checking.by_code(connection, text)
        accepted = request.headers.get("accept", "")
        if "application/json" in accepted and "text/html" not in accepted:
            return JSONResponse(checking.as_json(found))
        return pages.page(
            request,
            "verify.html",
            _values(state=found.state, reasons=found.reasons, said=checking.shown(found)),
        )

    return router


def _values(**given: Any) -> dict[str, Any]:
    values: dict[str, Any] = {"state": "", "reasons": (), "said": (), "initials": "", "number": "", **given}
    state = values["state"]
    return {**values, "state_name": _(STATES[state]) if state else ""}
