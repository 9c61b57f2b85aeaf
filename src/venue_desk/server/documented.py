"""The catalogue as one JSON document: all that the agency says, without the series' secrets.

A document adds and changes, and removes nothing: what it does not name stays. It is taken whole or not at all, and
taken twice it changes nothing.
"""

import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from venue_desk.domain.problem import Problem
from venue_desk.domain.reasons import plain
from venue_desk.domain.reference import PROGRAMME, SERIES, TEMPLATE, TRADE
from venue_desk.domain.turns import series_key
from venue_desk.language import _
from venue_desk.server import catalogue
from venue_desk.server.catalogue import KINDS, Place, Value

RELEASE = 1  # of the document's form
LARGEST = 5_000_000  # bytes

SECTIONS = {TRADE: "trades", PROGRAMME: "programmes", SERIES: "series", TEMPLATE: "templates"}
# What each row may hold besides its key, and what must be there.
_ROWS: Mapping[str, Mapping[str, type | tuple[type, ...]]] = {
    TRADE: {"code": str, "id": str, "en": str, "planned": bool, "position": int, "units": list},
    PROGRAMME: {
        "code": str, "id": str, "en": str, "trade": str, "hours": int, "units": list, "capacity": int,
        "series": str, "once": bool, "template": str,
    },
    SERIES: {"name": str, "once": bool},
    TEMPLATE: {"name": str, "kind": str, "usual": bool, "texts": dict},
}  # fmt: skip
_UNIT = {"code": str, "id": str, "en": str, "jp": int, "critical": bool}
_KEYS: Mapping[str, Callable[[Value], str]] = {
    TRADE: lambda row: " ".join(str(row.get("code", "")).split()).upper(),
    PROGRAMME: lambda row: " ".join(str(row.get("code", "")).split()).upper(),
    SERIES: lambda row: series_key(str(row.get("name", ""))),
    TEMPLATE: lambda row: " ".join(str(row.get("name", "")).split()),
}


def document(connection: Connection) -> dict[str, Any]:
    """All that the agency says."""
    there = catalogue.standing(connection)
    made: dict[str, Any] = {"venue_desk_catalogue": RELEASE}
    for kind, section in SECTIONS.items():
        named = "code" if "code" in _ROWS[kind] else "name"
        made[section] = [
            {named: one.key, **{name: one.value[name] for name in _ROWS[kind] if name in one.value}}
            for one in there[kind].values()
            if one.value is not None
        ]
    return made


def write(file: Path, made: Mapping[str, Any]) -> None:
    """Write a document, whole or not at all. Raises Problem."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        draft.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", "utf-8")
        draft.replace(file)
    except OSError as error:
        raise Problem(
            _("“{file}” cannot be written: {reason}.").format(file=file.name, reason=plain(error)),
            _("Close it if it is open, or choose another folder."),
        ) from None
    finally:
        with suppress(OSError):  # what refuses the draft may refuse this too
            draft.unlink(missing_ok=True)


def read(file: Path) -> dict[Place, Value | None]:
    """The changes that a document's file asks for. Raises Problem for a file that is none."""
    try:
        if file.stat().st_size > LARGEST:
            raise _none(file)
        said = json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise Problem(
            _("“{file}” cannot be read: {reason}.").format(file=file.name, reason=plain(error)),
            _("Check its name and place."),
        ) from None
    except (ValueError, RecursionError):
        raise _none(file) from None
    if not isinstance(said, dict) or "venue_desk_catalogue" not in said:
        raise _none(file)
    if said["venue_desk_catalogue"] != RELEASE:
        raise Problem(
            _("“{file}” was written by a newer release of Venue Desk.").format(file=file.name),
            _("Install the newest release on the server; nothing was changed."),
        )
    unknown = set(said) - {"venue_desk_catalogue", *SECTIONS.values()}
    if unknown:
        raise Problem(_("No catalogue has a part “{part}”.").format(part=min(unknown)))
    changes: dict[Place, Value | None] = {}
    for kind, section in SECTIONS.items():
        rows = said.get(section, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise Problem(_("The part “{part}” is no list of rows.").format(part=section))
        for row in rows:
            place = kind, _KEYS[kind](row)
            if place in changes:
                raise _at(place, Problem(_("It is in the document twice.")))
            changes[place] = _value(place, row)
    return changes


def import_(
    connection: Connection, changes: Mapping[Place, Value | None], dry: bool = False
) -> dict[Place, bool]:
    """Take a document in, or (``dry``) only see what it would do. Returns what changes, and whether it is new.

    Raises Problem that names the entry; then nothing was changed.
    """
    for place, value in changes.items():
        try:
            catalogue.sound(place, value or {})
        except Problem as problem:
            raise _at(place, problem) from None
    there = catalogue.standing(connection)
    made = list(catalogue.planned(there, changes)) if dry else catalogue.write(connection, changes)
    return {(kind, key): key not in there[kind] for kind, key in made}


def _value(place: Place, row: Mapping[str, Any]) -> Value:
    kind = place[0]
    _typed(place, row, _ROWS[kind])
    for unit in row.get("units", []) if kind == TRADE else ():
        if not isinstance(unit, dict):
            raise _at(place, Problem(_("The list of units cannot be read.")))
        _typed(place, unit, _UNIT)
    value = dict(row)
    if kind == TRADE:
        if "units" not in row:  # a row says its entry whole: without them it would say that there are none
            raise _at(place, Problem(_("It has no list of units.")))
        value["units"] = [{"en": "", "jp": 0, "critical": False, **unit} for unit in row.get("units", [])]
    return value


def _typed(place: Place, row: Mapping[str, Any], fields: Mapping[str, Any]) -> None:
    for name, value in row.items():
        if name not in fields:
            raise _at(place, Problem(_("It has a field that is not known: “{field}”.").format(field=name)))
        # True is a number to Python and to nobody else.
        if not isinstance(value, fields[name]) or (fields[name] is int and isinstance(value, bool)):
            raise _at(place, Problem(_("Its field “{field}” cannot be read.").format(field=name)))


def _at(place: Place, problem: Problem) -> Problem:
    kind, key = place
    return Problem(f"{_(KINDS[kind])} “{key}”: {problem.text}", problem.hint)


def _none(file: Path) -> Problem:
    return Problem(
        _("“{file}” is no catalogue of Venue Desk.").format(file=file.name),
        _("Write one with: venue-desk server … catalogue export FILE.json."),
    )
