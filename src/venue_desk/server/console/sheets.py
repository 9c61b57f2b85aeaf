"""The forms of the catalogue: what stands in their fields, what was filled in, and what is wrong with each field."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from venue_desk.domain import reference, templates
from venue_desk.domain.certificates import KINDS as PAPERS
from venue_desk.domain.problem import Problem
from venue_desk.domain.reference import (
    LONGEST,
    PROGRAMME,
    SERIES,
    TEMPLATE,
    TRADE,
)
from venue_desk.domain.turns import series_key
from venue_desk.language import _, active, number
from venue_desk.server.catalogue import Entry, Value

UNIT = "unit"  # not an entry of its own: a trade holds its units

Filled = Mapping[str, str]
There = Mapping[str, Mapping[str, Entry]]
Faults = Mapping[str, Problem]


@dataclass(frozen=True, slots=True)
class Field:
    """One field. ``kind``: text, number, tick, choice, ticks, long, or fixed (shown, not to be changed)."""

    name: str
    label: str
    value: str = ""
    kind: str = "text"
    hint: str = ""
    options: Sequence[tuple[str, str, bool]] = ()  # value, words, chosen
    most: int = LONGEST
    rows: int = 2  # of a long one
    needed: bool = False
    fault: Problem | None = None


# -- what an entry says, as the fields hold it


def shown(kind: str, entry: Entry) -> dict[str, str]:
    """The fields of an entry as it is."""
    return _SHOWN[kind](entry.key, entry.value) if entry.value else {}


def _trade_shown(key: str, value: Value) -> dict[str, str]:
    return {"code": key, "id": value["id"], "en": value["en"], "planned": _tick(value["planned"])}


def _unit_shown(key: str, value: Value) -> dict[str, str]:
    known = {"code": key, "id": value["id"], "en": value["en"], "jp": str(value["jp"])}
    return {**known, "critical": _tick(value["critical"])}


def _programme_shown(key: str, value: Value) -> dict[str, str]:
    known = {name: str(value[name]) for name in ("id", "en", "trade", "hours", "capacity", "template")}
    units = {f"unit.{code}": "1" for code in value["units"]}
    return {
        "code": key,
        **known,
        **units,
        "shown": value["trade"],
        "series": series_key(value["series"]),
        "once": _tick(value["once"]),
    }


def _template_shown(key: str, value: Value) -> dict[str, str]:
    texts = {f"text.{role}": text for role, text in value["texts"].items()}
    known = {"name": key, "kind": value["kind"], "shown": value["kind"], "usual": _tick(value["usual"])}
    return {**known, **texts}


def _series_shown(_key: str, value: Value) -> dict[str, str]:
    return {"name": value["name"], "once": _tick(value["once"])}


def _tick(on: object) -> str:
    return "1" if on else ""


_SHOWN: Mapping[str, Callable[[str, Value], dict[str, str]]] = {
    TRADE: _trade_shown,
    UNIT: _unit_shown,
    PROGRAMME: _programme_shown,
    SERIES: _series_shown,
    TEMPLATE: _template_shown,
}


# -- what was filled in


def read(kind: str, filled: Filled, before: Entry) -> tuple[str, Value]:
    """The key and the value that a form asks for; not checked yet."""
    return _READ[kind](filled, before)


def _trade_read(filled: Filled, before: Entry) -> tuple[str, Value]:
    kept = before.value or {"units": []}
    return before.key or _code(filled), {**kept, **_names(filled), "planned": bool(filled.get("planned"))}


def _unit_read(filled: Filled, _before: Entry) -> tuple[str, Value]:
    numbers = {"jp": _whole(filled.get("jp", "")), "critical": bool(filled.get("critical"))}
    return _code(filled), {**_names(filled), **numbers}


def _programme_read(filled: Filled, before: Entry) -> tuple[str, Value]:
    units = [name.removeprefix("unit.") for name in filled if name.startswith("unit.")]
    return before.key or _code(filled), {
        **_names(filled),
        "trade": filled.get("trade", ""),
        "units": units,
        "hours": _whole(filled.get("hours") or "0"),
        "capacity": _whole(filled.get("capacity") or "0"),
        "series": filled.get("series", ""),
        "once": bool(filled.get("once")),
        "template": filled.get("template", ""),
    }


def _series_read(filled: Filled, before: Entry) -> tuple[str, Value]:
    name = " ".join(filled.get("name", "").split())
    return before.key or series_key(name), {"name": name, "once": bool(filled.get("once"))}


def _template_read(filled: Filled, before: Entry) -> tuple[str, Value]:
    texts = {name.removeprefix("text."): text for name, text in filled.items() if name.startswith("text.")}
    kind = (before.value or {}).get("kind") or filled.get("kind", "")
    name = before.key or " ".join(filled.get("name", "").split())
    return name, {"kind": kind, "usual": bool(filled.get("usual")), "texts": texts}


_READ: Mapping[str, Callable[[Filled, Entry], tuple[str, Value]]] = {
    TRADE: _trade_read,
    UNIT: _unit_read,
    PROGRAMME: _programme_read,
    SERIES: _series_read,
    TEMPLATE: _template_read,
}


def _names(filled: Filled) -> Value:
    return {"id": filled.get("id", ""), "en": filled.get("en", "")}


def _code(filled: Filled) -> str:
    return " ".join(filled.get("code", "").split()).upper()


def _whole(text: str) -> int | str:
    """A number as people write it; anything else as it is, for the rule to refuse."""
    digits = text.strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 9 else text


# -- what is wrong with it


def faults(kind: str, key: str, value: Value) -> dict[str, Problem]:
    """What is wrong with each field: the one rule of the whole, tried with each field among sound ones."""
    if kind == TEMPLATE:
        return _template_faults(key, value)
    if kind not in _RULES:
        return {}
    rule, sound = _RULES[kind]
    try:
        rule(key, value)
    except Problem as whole:
        found = {}
        for name, (one_key, one) in _one_by_one(key, value, sound):
            try:
                rule(one_key, one)
            except Problem as problem:
                found[name] = problem
        return found or {"once" if value.get("once") else "": whole}
    return {}


def _one_by_one(key: str, value: Value, sound: Value) -> Iterator[tuple[str, tuple[str, Value]]]:
    yield "code", (key, sound)
    for name in sound:
        if name != "units":
            # Beside its field it needs no other name.
            yield name, (_("This entry"), {**sound, name: value.get(name)})


def _unit_rule(key: str, value: Value) -> Any:
    return reference.trade("X", {"id": "X", "units": [{**value, "code": key}]})


def _template_faults(name: str, value: Value) -> dict[str, Problem]:
    found = {}
    if value["kind"] not in templates.ROLES:
        return {"kind": Problem(_("Choose what the template is for."))}
    try:
        templates.template(name, {**value, "texts": {}})
    except Problem as problem:
        found["name"] = problem
    for role in templates.ROLES[value["kind"]]:
        both = {one: value["texts"].get(one, "") for one in (role, f"{role}.en")}
        try:
            templates.checked(value["kind"], both)
        except Problem as problem:
            # Where one of the two languages is lacking or too long, beside that one.
            most = templates.ROLES[value["kind"]][role]
            ours = (
                both[role]
                and len(both[role]) <= most
                and (not both[f"{role}.en"] or len(both[f"{role}.en"]) > most)
            )
            found[f"text.{role}.en" if ours else f"text.{role}"] = problem
    return found


_NAMED = {"id": "X", "en": ""}
_RULES: Mapping[str, tuple[Callable[[str, Value], Any], Value]] = {
    TRADE: (reference.trade, {**_NAMED, "units": []}),
    UNIT: (_unit_rule, {**_NAMED, "jp": 1}),
    PROGRAMME: (reference.programme, {**_NAMED, "trade": "X", "units": [], "hours": 0, "capacity": 0}),
}


# -- the fields


def fields(kind: str, filled: Filled, there: There, wrong: Faults, new: bool) -> list[Field]:
    """The fields of a form, filled, each with what is wrong with it."""
    return list(_FIELDS[kind](filled, there, wrong, new))


def _trade_fields(filled: Filled, _there: There, wrong: Faults, new: bool) -> Iterator[Field]:
    yield _code_field(filled, wrong, new, _("Short, in capitals, for example BOGA. It stays as it is."))
    yield from _name_fields(filled, wrong)
    yield _tick_field("planned", _("Announced, not taught yet"), filled)


def _unit_fields(filled: Filled, _there: There, wrong: Faults, _new: bool) -> Iterator[Field]:
    hint = _("As it is printed on certificates, for example OTO.SM01.001.01.")
    yield _code_field(filled, wrong, True, hint)
    yield from _name_fields(filled, wrong)
    hint = _("JP of 45 minutes.")
    yield Field("jp", _("Hours (JP)"), filled.get("jp", ""), "number", hint, most=4, fault=wrong.get("jp"))
    yield _tick_field("critical", _("Critical: nobody passes without it"), filled)


def _programme_fields(filled: Filled, there: There, wrong: Faults, new: bool) -> Iterator[Field]:
    yield _code_field(filled, wrong, new, _("Short, in capitals, for example BOGA-12. It stays as it is."))
    yield from _name_fields(filled, wrong)
    trade = filled.get("trade", "")
    rows = [(one.key, f"{spoken(one.value)} ({one.key})") for one in there[TRADE].values()]
    yield _choice("trade", _("Trade"), trade, rows, wrong, _("Choose a trade"))
    if trade in there[TRADE]:
        units = (there[TRADE][trade].value or {})["units"]
        yield Field(
            "units",
            _("Units"),
            kind="ticks",
            hint=_("Where none is ticked, all units of the trade are taught, also those added later."),
            options=[
                (
                    f"unit.{one['code']}",
                    f"{one['code']}  {spoken(one)}",
                    bool(filled.get(f"unit.{one['code']}")),
                )
                for one in units
            ],
            fault=wrong.get("units"),
        )
    hint = _("JP of 45 minutes; 0 is the sum of its units.")
    yield Field(
        "hours", _("Hours (JP)"), filled.get("hours", "0"), "number", hint, most=4, fault=wrong.get("hours")
    )
    places, hint = filled.get("capacity", "20"), _("0 is without a limit.")
    yield Field("capacity", _("Places"), places, "number", hint, most=3, fault=wrong.get("capacity"))
    rows = [(one.key, str((one.value or {})["name"])) for one in there[SERIES].values()]
    yield _choice("series", _("Series"), filled.get("series", ""), rows, wrong, _("None"))
    once = _("Once per person: whoever took part in one course of the series may not join another")
    yield _tick_field("once", once, filled, wrong)
    rows = [(name, name) for name in there[TEMPLATE]]
    yield _choice("template", _("Template"), filled.get("template", ""), rows, wrong, _("The usual one"))


def _series_fields(filled: Filled, _there: There, wrong: Faults, new: bool) -> Iterator[Field]:
    hint = (
        _("For example its partner and year: Bogasari 2026.")
        if new
        else _("Capitals, accents and signs may change; with other letters it would be another series.")
    )
    value = filled.get("name", "")
    yield Field("name", _("Name"), value, hint=hint, needed=True, fault=wrong.get("name"))
    yield _tick_field("once", _("Once per person"), filled, wrong)


def _template_fields(filled: Filled, there: There, wrong: Faults, new: bool) -> Iterator[Field]:
    kind, name = filled.get("kind", ""), filled.get("name", "")
    if new:
        hint = _("As people call it, for example “Barista 2026”. It stays as it is.")
        yield Field("name", _("Name"), name, hint=hint, needed=True, fault=wrong.get("name"))
        papers = [(key, _(words)) for key, words in PAPERS.items()]
        yield _choice("kind", _("Kind"), kind, papers, wrong, _("Choose one"))
    else:
        yield Field("name", _("Name"), name, "fixed")
        yield Field("kind", _("Kind"), _(PAPERS.get(kind, kind)), "fixed")
    if kind not in templates.ROLES:
        return
    usual = [
        one.key
        for one in there[TEMPLATE].values()
        if (one.value or {})["kind"] == kind and (one.value or {})["usual"] and one.key != name
    ]
    hint = _("It takes the place of “{name}”.").format(name=usual[0]) if usual else ""
    label = _("The usual one: used where a programme names none")
    yield Field("usual", label, filled.get("usual", ""), "tick", hint, fault=wrong.get("usual"))
    for role, most in templates.ROLES[kind].items():
        room = _("At most {count} letters. Empty: as Venue Desk says it.").format(count=number(most))
        for key, words, hint in (
            (role, _(templates.WORDS[role]), room),
            (f"{role}.en", _("{text}, in English").format(text=_(templates.WORDS[role])), ""),
        ):
            field = f"text.{key}"
            # More than fit may be typed: the refusal says by how many.
            rows = 2 if most <= 180 else 4
            value, fault = filled.get(field, ""), wrong.get(field)
            yield Field(field, words, value, "long", hint, most=most * 2, rows=rows, fault=fault)


_FIELDS: Mapping[str, Callable[[Filled, There, Faults, bool], Iterator[Field]]] = {
    TRADE: _trade_fields,
    UNIT: _unit_fields,
    PROGRAMME: _programme_fields,
    SERIES: _series_fields,
    TEMPLATE: _template_fields,
}


def spoken(value: Mapping[str, Any] | None) -> str:
    """A name in the language spoken now."""
    both = value or {}
    return str(both.get("id") if active() == "id" or not both.get("en") else both.get("en"))


def _code_field(filled: Filled, wrong: Faults, new: bool, hint: str) -> Field:
    value = filled.get("code", "")
    if not new:
        return Field("code", _("Code"), value, "fixed")
    return Field("code", _("Code"), value, hint=hint, most=40, needed=True, fault=wrong.get("code"))


def _name_fields(filled: Filled, wrong: Faults) -> Iterator[Field]:
    yield Field("id", _("Indonesian name"), filled.get("id", ""), needed=True, fault=wrong.get("id"))
    yield Field("en", _("English name"), filled.get("en", ""), fault=wrong.get("en"))


def _tick_field(name: str, label: str, filled: Filled, wrong: Faults | None = None) -> Field:
    return Field(name, label, filled.get(name, ""), "tick", fault=(wrong or {}).get(name))


def _choice(
    name: str, label: str, value: str, rows: Sequence[tuple[str, str]], wrong: Faults, none: str
) -> Field:
    options = [("", none, not value), *((key, words, key == value) for key, words in rows)]
    return Field(name, label, value, "choice", options=options, fault=wrong.get(name))
