"""How the centre's pages are made: templates, the language of each request, headers that keep a page to itself.

No script, no inline style, nothing from elsewhere: the policy refuses them, so markup that somebody smuggled into
a name could do nothing.
"""

from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from fastapi import Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from fastapi.routing import APIRoute

from venue_desk import __version__, language, resources
from venue_desk.language import _, date_medium, ngettext, number, percent
from venue_desk.server.console import paging

if TYPE_CHECKING:
    from jinja2 import Environment

CHOSEN = "venue_desk_language"
LARGEST_FORM = 20_000  # bytes
LARGEST_LONG_FORM = 100_000

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "Vary": "Accept-Language, Cookie",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}

FILES = {
    "console.css": ("web", "console.css", "text/css"),
    "Inter-Regular.ttf": ("fonts", "Inter-Regular.ttf", "font/ttf"),
    "Inter-SemiBold.ttf": ("fonts", "Inter-SemiBold.ttf", "font/ttf"),
    "venue-desk.svg": ("icons", "venue-desk.svg", "image/svg+xml"),
}


class Turned(Exception):
    """A request that gets another answer than its page: a refusal, a way to the login."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.response = response


class Drawing(str):
    """Markup of our own making, which a template takes over as it is. What people wrote is never part of one."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


class PageRoute(APIRoute):
    """A route whose answer is in the visitor's language and carries our headers."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            with language.speaking(spoken(request)):
                try:
                    response = await handler(request)
                except Turned as turned:
                    response = turned.response
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
            if request.url.scheme == "https":
                response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
            asked = request.query_params.get("lang", "")
            if asked in language.LANGUAGES:
                response.set_cookie(
                    CHOSEN, asked, max_age=31_536_000, path="/", httponly=True, samesite="lax"
                )
            return response

        return handle


def spoken(request: Request) -> str:
    """The language that a visitor wants: by ?lang=, by what they chose before, by their browser, or ours."""
    for wanted in (request.query_params.get("lang", ""), request.cookies.get(CHOSEN, "")):
        if wanted in language.LANGUAGES:
            return wanted
    ranked = []
    for at, part in enumerate(request.headers.get("accept-language", "")[:500].split(",")):
        name, _semicolon, rest = part.strip().partition(";")
        try:
            weight = float(rest.strip().removeprefix("q=")) if rest else 1.0
        except ValueError:
            weight = 0.0
        # "in" is the old code of Indonesian, which some telephones still send.
        code = {"in": "id"}.get(name.lower().partition("-")[0], name.lower().partition("-")[0])
        if code in language.LANGUAGES and weight > 0:
            ranked.append((-weight, at, code))
    return min(ranked)[2] if ranked else "id"


def address(request: Request) -> str:
    """Where a request comes from."""
    return request.client.host if request.client else ""


async def read_form(request: Request) -> dict[str, str]:
    """What was filled in. Raises Turned for what is no form of ours."""
    return await _read(request, LARGEST_FORM, 30)


async def read_long_form(request: Request) -> dict[str, str]:
    """The same for a form with a list in it."""
    return await _read(request, LARGEST_LONG_FORM, 150)


async def _read(request: Request, largest: int, fields: int) -> dict[str, str]:
    parts = bytearray()
    async for part in request.stream():
        parts += part
        if len(parts) > largest:
            raise Turned(told(request, 413, _("This is more than a form can hold.")))
    try:
        pairs = parse_qsl(parts.decode(), keep_blank_values=True, max_num_fields=fields, errors="strict")
    except ValueError:
        raise Turned(told(request, 400, _("This form cannot be read."))) from None
    return {name: value.replace("\0", "") for name, value in pairs}


def page(request: Request, template: str, values: Mapping[str, Any], status: int = 200) -> HTMLResponse:
    """A page, from its template."""
    text = (
        _templates()
        .get_template(template)
        .render(
            path=request.url.path,
            other=_other(request),
            lang=language.active(),
            version=__version__,
            **{"visit": None, **values},
        )
    )
    return HTMLResponse(text, status)


def told(request: Request, status: int, text: str, hint: str = "", **values: Any) -> HTMLResponse:
    """A page that says one thing."""
    return page(request, "told.html", {"text": text, "hint": hint, **values}, status)


def wait(request: Request, seconds: int) -> HTMLResponse:
    """The answer to somebody who asks too often."""
    hint = ngettext("Try again in {count} second.", "Try again in {count} seconds.", seconds)
    response = told(request, 429, _("Too many tries from this address."), hint.format(count=number(seconds)))
    response.headers["Retry-After"] = str(seconds)
    return response


def file(name: str) -> Response:
    """A style sheet, font or icon."""
    if name not in FILES:
        return Response(status_code=404)
    *place, kind = FILES[name]
    # A day: the names do not change with a release.
    return FileResponse(
        resources.path(*place), media_type=kind, headers={"Cache-Control": "public, max-age=86400"}
    )


def _other(request: Request) -> str:
    """The same page in the other language."""
    other = "en" if language.active() == "id" else "id"
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    return f"{request.url.path}?{urlencode([*kept, ('lang', other)])}"


@cache
def _templates() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(resources.path("web")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(_=_, ngettext=ngettext, number=number, percent=percent, icon=_icon, moment=_moment)
    made.globals["part_of"] = paging.address
    return made


@cache
def _icon(name: str) -> Drawing:
    """A drawing of our own family, to be tinted by the style sheet; said by the words beside it."""
    drawing = resources.path("icons", f"{name}.svg").read_text("utf-8")
    return Drawing(drawing.replace("<svg ", '<svg class="icon" aria-hidden="true" focusable="false" ', 1))


def _moment(text: str | None) -> str:
    """A moment that the centre noted, as people write it: ``25 Nov 2026, 04.33``."""
    if not text:
        return "–"
    when = datetime.fromisoformat(text)
    return f"{date_medium(when.date())}, {language.clock(when.time())}"
