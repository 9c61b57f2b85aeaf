"""The inner pages on which the agency writes the catalogue of all venues."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection

from venue_desk.domain.certificates import KINDS as PAPERS
from venue_desk.domain.problem import Problem
from venue_desk.domain.reference import PROGRAMME, SERIES, TEMPLATE, TRADE
from venue_desk.domain.templates import PLACES
from venue_desk.language import N_, _
from venue_desk.server import catalogue, units
from venue_desk.server.catalogue import Entry, Fault, Place, Value
from venue_desk.server.centre import Centre
from venue_desk.server.console import catalogued, pages, sheets
from venue_desk.server.console.agency import inner
from venue_desk.server.console.entrance import admit
from venue_desk.server.console.sessions import Visit
from venue_desk.server.console.sheets import UNIT

HOME = "/console/catalogue"
Form = Annotated[dict[str, str], Depends(pages.read_long_form)]

HEADINGS = {
    TRADE: (N_("Add a trade"), N_("Trade {name}")),
    UNIT: (N_("Add a unit"), N_("Unit {name}")),
    PROGRAMME: (N_("Add a programme"), N_("Programme {name}")),
    SERIES: (N_("Add a series"), N_("Series {name}")),
    TEMPLATE: (N_("Add a template"), N_("Template {name}")),
}
REMOVED = {
    TRADE: N_("Venues that use it keep what they have; courses opened from now on cannot take it from here."),
    UNIT: N_("Courses that teach it keep it; courses opened from now on have it no more."),
    PROGRAMME: N_("Courses of it stay as they are; no new one can be opened from it."),
    SERIES: N_("Venues do not see any more who took part elsewhere."),
    TEMPLATE: N_("Certificates that were issued with it stay as they are; it cannot be chosen any more."),
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form as it is shown: of which entry, filled with what, with which faults. ``trade`` holds a unit."""

    kind: str
    entry: Entry
    filled: dict[str, str]
    version: int
    trade: str = ""
    faults: dict[str, Problem] = field(default_factory=dict)
    problem: Problem | None = None
    note: str = ""

    @property
    def new(self) -> bool:
        return not self.entry.key

    @property
    def back(self) -> str:
        return f"{HOME}/trade?{urlencode({'key': self.trade})}" if self.trade else HOME


def routes(centre: Centre) -> APIRouter:
    """The routes of the catalogue. Each asks who it is, and whether the form is ours, before anything else."""
    router = APIRouter(prefix=HOME, route_class=pages.PageRoute, include_in_schema=False)

    @router.get("")
    def overview(request: Request) -> Response:
        visit = admit(centre, request)
        with centre.reading() as connection:
            seen = catalogued.catalogue(connection)
        done = request.query_params.get("done", "")
        return inner(request, visit, "catalogue.html", seen=seen, papers=PAPERS, home=HOME, done=done)

    def add(kind: str) -> None:
        @router.get(f"/{kind}")
        def open_sheet(request: Request) -> Response:
            visit = admit(centre, request)
            asked = request.query_params
            with centre.reading() as connection:
                sheet = _opened(connection, kind, asked.get("key", ""), asked.get("trade", ""))
            if not sheet.version and (not sheet.new or kind == UNIT):
                text = _("This is not in the catalogue any more.")
                return pages.told(request, 404, text, back=HOME, visit=visit)
            return _draw(centre, request, visit, sheet)

        @router.post(f"/{kind}")
        def change(request: Request, filled: Form) -> Response:
            visit = admit(centre, request, filled)
            with centre.reading() as connection:
                sheet = _opened(connection, kind, filled.get("key", ""), filled.get("in", ""))
            done = _done(centre, replace(sheet, version=version(filled)), filled)
            if isinstance(done, Sheet):
                return _draw(centre, request, visit, done)
            return RedirectResponse(done, 303)

    for kind in HEADINGS:
        add(kind)
    return router


def version(filled: Mapping[str, str]) -> int:
    """The version that a form was made from; none that there can be where it does not say."""
    text = filled.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else -1


def _done(centre: Centre, sheet: Sheet, filled: dict[str, str]) -> "Sheet | str":
    """Do what a form asks for. Returns where to go then, or the form with what was refused."""
    act, _space, unit = filled.get("act", "").partition(" ")
    if act in ("up", "down") and sheet.kind == TRADE:
        key, by = sheet.entry.key, -1 if act == "up" else 1
        # The button is in focus again, so that a unit is carried on with the same key.
        after = f"{HOME}/trade?{urlencode({'key': key, 'moved': f'{act} {unit}'})}"
        return _attempt(centre, sheet, lambda c: units.move(c, key, unit, by, sheet.version), after)
    if act == "remove":
        return _removed(centre, sheet)
    # A code that cannot be changed is shown and not sent.
    fixed = {} if sheet.new or sheet.kind == UNIT else {"code": sheet.entry.key}
    if sheet.kind == TEMPLATE and not sheet.new:
        fixed = {"name": sheet.entry.key, "kind": sheet.filled.get("kind", "")}
    return _saved(centre, replace(sheet, filled={**filled, **fixed}))


def _saved(centre: Centre, sheet: Sheet) -> "Sheet | str":
    kind, filled, was, version = sheet.kind, sheet.filled, sheet.entry.key, sheet.version
    with centre.reading() as connection:
        there = catalogue.standing(connection)
    trade = filled.get("trade", "")
    if kind == PROGRAMME and trade in there[TRADE] and trade != filled.get("shown"):
        note = _("Nothing is saved yet: these are the units of the trade that you chose.")
        return replace(sheet, filled={**filled, "shown": trade}, note=note)
    if (
        kind == TEMPLATE
        and sheet.new
        and filled.get("kind") in PAPERS
        and filled["kind"] != filled.get("shown")
    ):
        note = _("Nothing is saved yet: these are the texts that may be said otherwise.")
        return replace(sheet, filled={**filled, "shown": filled["kind"]}, note=note)
    key, value = sheets.read(kind, filled, sheet.entry)
    faults = sheets.faults(kind, key, value)
    if not faults and not was and key in there.get(kind, {}):
        told = Problem(_("It is in the catalogue already: {name}").format(name=key))
        faults = {"name" if kind in (SERIES, TEMPLATE) else "code": told}
    if faults:
        return replace(sheet, faults=faults)
    if kind == UNIT:
        unit = {**value, "code": key}
        after = f"{sheet.back}&done=1"
        return _attempt(centre, sheet, lambda c: units.put(c, sheet.trade, unit, version, was=was), after)
    # A new trade has no units yet: its page is where they are added.
    trade_page = f"{HOME}/trade?{urlencode({'key': key, 'done': '1'})}"
    after = trade_page if kind == TRADE else f"{HOME}?done=1#{kind}"
    place = kind, key
    changes: dict[Place, Value | None] = {place: value, **_stepping_back(there, kind, key, value)}
    return _attempt(centre, sheet, lambda c: catalogue.write(c, changes, {place: version}), after)


def _stepping_back(
    there: Mapping[str, Mapping[str, Entry]], kind: str, key: str, value: Value
) -> dict[Place, Value]:
    """The template that was the usual one, where another takes its place."""
    if kind != TEMPLATE or not value["usual"]:
        return {}
    return {
        (TEMPLATE, one.key): {**(one.value or {}), "usual": False}
        for one in there[TEMPLATE].values()
        if one.key != key and (one.value or {})["usual"] and (one.value or {})["kind"] == value["kind"]
    }


def _removed(centre: Centre, sheet: Sheet) -> "Sheet | str":
    key, version = sheet.entry.key, sheet.version
    if sheet.kind == UNIT:
        after = f"{sheet.back}&done=1"
        return _attempt(centre, sheet, lambda c: units.remove(c, sheet.trade, key, version), after)
    place = sheet.kind, key
    after = f"{HOME}?done=1#{sheet.kind}"
    return _attempt(centre, sheet, lambda c: catalogue.write(c, {place: None}, {place: version}), after)


def _attempt(centre: Centre, sheet: Sheet, act: Callable[[Connection], object], after: str) -> "Sheet | str":
    try:
        with centre.writing() as connection:
            act(connection)
    except Fault as fault:
        return replace(sheet, faults={fault.field: fault})
    except Problem as problem:
        return replace(sheet, problem=problem)
    return after


def _draw(centre: Centre, request: Request, visit: Visit, sheet: Sheet) -> Response:
    with centre.reading() as connection:
        there = catalogue.standing(connection)
    fields = sheets.fields(sheet.kind, sheet.filled, there, sheet.faults, sheet.new)
    named = {one.name for one in fields}
    add, change = HEADINGS[sheet.kind]
    name = sheet.filled.get("name") or sheet.entry.key
    return inner(
        request,
        visit,
        "entry.html",
        422 if sheet.faults or sheet.problem else 200,
        sheet=sheet,
        heading=_(add) if sheet.new else _(change).format(name=name),
        fields=fields,
        # What belongs to no field that is shown is said above them.
        problems=[
            *([sheet.problem] if sheet.problem else []),
            *(problem for field_name, problem in sheet.faults.items() if field_name not in named),
        ],
        units=(sheet.entry.value or {}).get("units", []) if sheet.kind == TRADE else None,
        spoken=sheets.spoken,
        braces=" ".join(f"{{{place}}}" for place in PLACES),
        removed=_(REMOVED[sheet.kind]),
        moved=request.query_params.get("moved", ""),
        done=request.query_params.get("done", ""),
        home=HOME,
    )


def _opened(connection: Connection, kind: str, key: str, trade: str) -> Sheet:
    """The form of an entry as it is, or an empty one; its version is 0 where there is none."""
    if kind != UNIT:
        found = catalogue.entry(connection, kind, key) if key else Entry("")
        new = {"trade": trade, "shown": trade} if kind == PROGRAMME and trade and not key else {}
        return Sheet(kind, found, new or sheets.shown(kind, found), found.version)
    holder = catalogue.entry(connection, TRADE, trade)
    rows = (holder.value or {"units": []})["units"]
    unit = next((row for row in rows if row["code"] == key), None)
    found = Entry(key, holder.version if unit else 0, unit)
    return Sheet(kind, found, sheets.shown(UNIT, found), holder.version if unit or not key else 0, trade)
