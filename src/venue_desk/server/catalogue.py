"""What the agency says in the catalogue of all venues: trades with their units, programmes, series, templates.

Every change is checked against the whole catalogue as it would be afterwards, under the lock of the versions' counter:
a programme never teaches a unit that is gone. Whoever changes an entry says which version they looked at.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from sqlalchemy import Connection, Table, select

from venue_desk.domain import templates
from venue_desk.domain.certificates import COMPETENCE, COMPLETION
from venue_desk.domain.problem import Problem
from venue_desk.domain.reference import (
    LONGEST,
    PROGRAMME,
    SERIES,
    TEMPLATE,
    TRADE,
    TURN,
    programme,
    trade,
    trade_kept,
)
from venue_desk.domain.turns import new_secret, series_key
from venue_desk.language import N_, _, ngettext, number
from venue_desk.server import reference
from venue_desk.server.tables import CENTRE
from venue_desk.store.records import Reference

KINDS = {TRADE: N_("Trade"), PROGRAMME: N_("Programme"), SERIES: N_("Series"), TEMPLATE: N_("Template")}
MOST = 500  # entries of one kind

TABLE = cast(Table, Reference.__table__)
Place = tuple[str, str]  # kind, key
Value = dict[str, Any]
Values = dict[str, dict[str, Value]]  # by kind and key
Changes = Mapping[Place, Value | None]  # None: removed


class Fault(Problem):
    """A refusal because of what stands in one field."""

    def __init__(self, field: str, text: str, hint: str = "") -> None:
        super().__init__(text, hint)
        self.field = field


class Changed(Problem):
    """Somebody else was faster."""

    def __init__(self) -> None:
        super().__init__(
            _("Somebody changed it meanwhile; nothing was overwritten."),
            _("Open it anew in another window, compare, and make your change there."),
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """What is said now under a key; ``version`` 0: nothing."""

    key: str
    version: int = 0
    value: Value | None = None


def standing(connection: Connection) -> dict[str, dict[str, Entry]]:
    """All that the agency says, by kind and key; trades and units in their order."""
    rows = connection.execute(
        select(TABLE.c.kind, TABLE.c.key, TABLE.c.version, TABLE.c.value)
        .where(TABLE.c.kind.in_(KINDS), TABLE.c.value.is_not(None))
        .order_by(TABLE.c.key)
    )
    found: dict[str, dict[str, Entry]] = {kind: {} for kind in KINDS}
    for row in rows:
        found[row.kind][row.key] = Entry(row.key, row.version, row.value)
    order = sorted(found[TRADE].values(), key=lambda one: (one.value or {}).get("position", 0))
    return {**found, TRADE: {one.key: one for one in order}}


def entry(connection: Connection, kind: str, key: str) -> Entry:
    """What is said under one key."""
    row = connection.execute(
        select(TABLE.c.version, TABLE.c.value).where(
            TABLE.c.kind == kind, TABLE.c.key == key, TABLE.c.value.is_not(None)
        )
    ).first()
    return Entry(key, row.version, row.value) if row else Entry(key)


def write(connection: Connection, changes: Changes, seen: Mapping[Place, int] | None = None) -> list[Place]:
    """Make all changes or none. Returns the entries that became another one.

    ``seen``: the versions that a person looked at when they decided. Raises Problem.
    """
    alone(connection)
    there = standing(connection)
    for (kind, key), version in (seen or {}).items():
        if there[kind].get(key, Entry(key)).version != version:
            raise Changed
    made = planned(there, changes)
    _check_turns(connection, made)
    reference.change(connection, [(kind, key, value) for (kind, key), value in made.items()])
    return list(made)


def planned(there: Mapping[str, Mapping[str, Entry]], changes: Changes) -> Changes:
    """Those changes that make a difference, in the form in which they are kept. Raises Problem for a wrong one."""
    before: Values = {
        kind: {one.key: dict(one.value or {}) for one in there[kind].values()} for kind in KINDS
    }
    after: Values = {kind: dict(before[kind]) for kind in KINDS}
    for (kind, key), value in sorted(changes.items(), key=lambda one: _ORDER.index(one[0][0])):
        if value is not None:
            after[kind][key] = _KEPT[kind](key, value, before, after)
        elif after[kind].pop(key, None) is None:
            raise Problem(
                _("{kind} “{key}” is not in the catalogue.").format(kind=_(KINDS[kind]), key=key),
                _("See what is there with: venue-desk server … catalogue list."),
            )
    made = {(kind, key): after[kind].get(key) for kind, key in changes}
    made = {place: value for place, value in made.items() if before[place[0]].get(place[1]) != value}
    _check(after, made)
    return made


def sound(place: Place, value: Value) -> None:
    """Raise Problem where an entry cannot be what it says, whatever else is in the catalogue."""
    kind, key = place
    empty: Values = {one: {} for one in KINDS}
    _KEPT[kind](key, value, empty, empty)


def alone(connection: Connection) -> None:
    """Nobody else changes an entry until this transaction ends."""
    connection.execute(select(CENTRE.c.value).where(CENTRE.c.key == reference.COUNTER).with_for_update())


# -- what an entry must be, alone


def _trade_kept(key: str, value: Value, before: Values, after: Values) -> Value:
    made = trade(key, value)
    _same_key(key, made.code)
    position = value.get("position") or before[TRADE].get(key, {}).get("position")
    if type(position) is not int:
        position = 1 + max((int(one.get("position", 0)) for one in after[TRADE].values()), default=0)
    return trade_kept(made, position)


def _programme_kept(key: str, value: Value, _before: Values, after: Values) -> Value:
    made = programme(key, value)
    _same_key(key, made.code)
    series = after[SERIES].get(series_key(made.series))
    # As the series is spelled, however it was typed; the check names one that is not there.
    return replace(made, series=str(series["name"]) if series else made.series).kept()


def _series_kept(key: str, value: Value, before: Values, _after: Values) -> Value:
    name = " ".join(str(value.get("name") or "").split())
    if not series_key(name):
        raise Fault("name", _("The series has no name."), _("Write one with letters or digits in it."))
    if len(name) > LONGEST or not name.isprintable():
        raise Fault("name", _("The series has a name that is too long."), _("Write a shorter one."))
    if series_key(name) != key:
        raise Fault(
            "name",
            _(
                "“{name}” would be another series: capitals, accents and signs may change, letters not."
            ).format(name=name),
            _("Add the other name as a series of its own."),
        )
    # Made once: with another secret nobody would be recognised any more.
    secret = before[SERIES].get(key, {}).get("secret") or new_secret()
    return {"name": name, "once": value.get("once") is True, "secret": secret}


def _template_kept(key: str, value: Value, _before: Values, _after: Values) -> Value:
    if key != " ".join(key.split()) or not key.isprintable():
        raise Fault("name", _("The template's name holds signs that cannot be shown."), _("Type it anew."))
    made = templates.template(key, value)
    return {"kind": made.kind, "usual": made.usual, "texts": dict(made.texts)}


_KEPT: dict[str, Callable[[str, Value, Values, Values], Value]] = {
    TRADE: _trade_kept,
    PROGRAMME: _programme_kept,
    SERIES: _series_kept,
    TEMPLATE: _template_kept,
}


# A programme is kept as its series is spelled.
_ORDER = (TRADE, SERIES, TEMPLATE, PROGRAMME)


def _same_key(key: str, code: str) -> None:
    if key != code:
        raise Fault(
            "code",
            _("“{code}” is not written as codes are kept: “{kept}”.").format(code=key, kept=code),
            _("Write it in capitals, without spaces at its ends."),
        )


# -- what must hold between entries


def _check(after: Values, made: Changes) -> None:
    for kind in KINDS:
        if len(after[kind]) > MOST:
            raise Problem(
                _("The catalogue would have more than {most} entries of one kind.").format(most=MOST)
            )
    for found in _between(after, made):
        raise found


def _between(after: Values, made: Changes) -> Iterator[Problem]:
    touched = {kind: {key for one, key in made if one == kind} for kind in KINDS}
    if touched[TRADE]:
        yield from _twice(after[TRADE])
    for code, value in after[PROGRAMME].items():
        yield from _of_trade(code, value, after[TRADE], code in touched[PROGRAMME])
        key = series_key(str(value.get("series") or ""))
        if key and key not in after[SERIES]:
            yield _lacking("series", code, value["series"], code in touched[PROGRAMME])
        name = value.get("template")
        if name and name not in after[TEMPLATE]:
            yield _lacking("template", code, name, code in touched[PROGRAMME])
    for kind in (COMPETENCE, COMPLETION):
        usual = [name for name, one in after[TEMPLATE].items() if one["kind"] == kind and one["usual"]]
        if len(usual) > 1 and touched[TEMPLATE] & set(usual):
            yield Fault(
                "usual",
                _("Two templates would be the usual one: {names}.").format(names=", ".join(sorted(usual))),
                _("Let one of each kind be the usual one."),
            )


def _twice(trades: Mapping[str, Value]) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    for code, value in trades.items():
        for unit in value["units"]:
            # A venue keeps a unit by its code, under one trade.
            if owners.setdefault(unit["code"], code) != code:
                yield Fault(
                    "unit",
                    _("The unit {unit} would be in {one} and in {other}.").format(
                        unit=unit["code"], one=owners[unit["code"]], other=code
                    ),
                    _("Give it a code of its own in each trade."),
                )


def _of_trade(code: str, value: Value, trades: Mapping[str, Value], own: bool) -> Iterator[Problem]:
    taught = trades.get(value["trade"])
    if taught is None:
        yield _lacking("trade", code, value["trade"], own)
        return
    known = {unit["code"] for unit in taught["units"]}
    for unit in value["units"]:
        if unit not in known:
            yield _lacking("units", code, unit, own)


def _lacking(field: str, code: str, what: str, own: bool) -> Problem:
    """A programme names what is not there: because of the programme (``own``), or because it was taken away."""
    if own:
        return Fault(
            field,
            _(
                "The programme {code} names “{what}”: that is not in the catalogue, or not in its trade."
            ).format(code=code, what=what),
            _("Choose one that is there, or add it first."),
        )
    return Problem(
        _("The programme {code} still needs “{what}”.").format(code=code, what=what),
        _("Change or remove that programme first."),
    )


def _check_turns(connection: Connection, made: Changes) -> None:
    for (kind, key), value in made.items():
        if kind == SERIES and value is None and (count := turns_counted(connection).get(key, 0)):
            raise Problem(
                ngettext(
                    "{count} turn is counted in this series: without it they could join again.",
                    "{count} turns are counted in this series: without it people could join again.",
                    count,
                ).format(count=number(count)),
                _("Take “once per person” off its programmes instead; the series stays."),
            )


def turns_counted(connection: Connection) -> dict[str, int]:
    """How many turns each series has, by its key. A person has as many as there are ways to recognise them."""
    keys = connection.scalars(select(TABLE.c.key).where(TABLE.c.kind == TURN, TABLE.c.value.is_not(None)))
    return Counter(key.partition("/")[0] for key in keys)
