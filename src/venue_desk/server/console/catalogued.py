"""What the page of the catalogue shows: the agency's entries, and how far the venues use them. Counts, never names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from venue_desk.domain.courses import ENROLLED, LEFT
from venue_desk.domain.reference import PROGRAMME, SERIES, TEMPLATE, TRADE
from venue_desk.domain.turns import series_key
from venue_desk.server.catalogue import Entry, standing
from venue_desk.server.console.sheets import spoken
from venue_desk.store.records import Course, Enrolment, Trade


@dataclass(frozen=True, slots=True)
class TradeRow:
    """A trade; ``units`` as they are kept. At how many venues it is known, and how many courses were held in it."""

    code: str
    name: str
    other: str
    planned: bool
    units: Sequence[Mapping[str, Any]]
    venues: int
    classes: int


@dataclass(frozen=True, slots=True)
class ProgrammeRow:
    """A programme; ``hours`` are those of its units where it names none."""

    code: str
    name: str
    trade: str
    hours: int
    places: int
    series: str
    once: bool
    template: str


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """A series: people who took part in a course of it, at how many venues, and its programmes."""

    key: str
    name: str
    once: bool
    people: int
    venues: int
    programmes: Sequence[str]


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """A template of a certificate or completion letter, and the programmes that use it."""

    name: str
    kind: str
    usual: bool
    programmes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All that the page shows; ``strange``: trades that only venues know."""

    trades: Sequence[TradeRow]
    strange: Sequence[TradeRow]
    programmes: Sequence[ProgrammeRow]
    series: Sequence[SeriesRow]
    templates: Sequence[TemplateRow]


def catalogue(connection: Connection) -> Catalogue:
    """The whole catalogue as it is now."""
    there = standing(connection)
    trades, strange = _trades(connection, there[TRADE])
    programmes = [_programme(one, there) for one in there[PROGRAMME].values()]
    taught = _taught(connection)
    return Catalogue(
        trades,
        strange,
        sorted(programmes, key=lambda row: (row.trade, row.name)),
        [_series(one, programmes, taught) for one in there[SERIES].values()],
        [
            TemplateRow(
                one.key,
                (one.value or {})["kind"],
                bool((one.value or {})["usual"]),
                [row.code for row in programmes if row.template == one.key],
            )
            for one in there[TEMPLATE].values()
        ],
    )


def _trades(
    connection: Connection, kept: Mapping[str, Entry]
) -> tuple[Sequence[TradeRow], Sequence[TradeRow]]:
    held = connection.execute(select(Course.trade_id, func.count()).group_by(Course.trade_id)).all()
    classes: dict[str, int] = {row[0]: row[1] for row in held}
    venues: dict[str, int] = {}
    courses: dict[str, int] = {}
    names: dict[str, tuple[str, str]] = {}
    for row in connection.execute(
        select(
            Trade.id,
            func.max(Trade.code).label("code"),
            func.max(Trade.name_id).label("name"),
            func.max(Trade.name_en).label("other"),
            func.count(func.distinct(Trade.venue_id)).label("venues"),
        ).group_by(Trade.id)
    ):
        names[row.code] = row.name, row.other
        venues[row.code], courses[row.code] = row.venues, classes.get(row.id, 0)

    def row_of(code: str, value: Mapping[str, Any]) -> TradeRow:
        name = spoken(value)
        other = next((text for text in (value["id"], value["en"]) if text and text != name), "")
        counts = venues.get(code, 0), courses.get(code, 0)
        return TradeRow(code, name, other, bool(value.get("planned")), value.get("units", []), *counts)

    known = [row_of(one.key, one.value or {}) for one in kept.values()]
    strange = [
        row_of(code, {"id": name, "en": other})
        for code, (name, other) in sorted(names.items())
        if code not in kept
    ]
    return known, strange


def _programme(one: Entry, there: Mapping[str, Mapping[str, Entry]]) -> ProgrammeRow:
    value = one.value or {}
    trade = there[TRADE][value["trade"]].value or {}
    taught = [unit["jp"] for unit in trade["units"] if not value["units"] or unit["code"] in value["units"]]
    series = there[SERIES].get(series_key(value["series"]))
    return ProgrammeRow(
        one.key,
        spoken(value),
        spoken(trade),
        value["hours"] or sum(taught),
        value["capacity"],
        str((series.value or {})["name"]) if series else "",
        value["once"],
        value["template"],
    )


def _series(
    one: Entry, programmes: Sequence[ProgrammeRow], taught: Mapping[str, tuple[int, int]]
) -> SeriesRow:
    value = one.value or {}
    named = [row.code for row in programmes if row.series == value["name"]]
    return SeriesRow(one.key, value["name"], value["once"], *taught.get(one.key, (0, 0)), named)


def _taught(connection: Connection) -> dict[str, tuple[int, int]]:
    """How many people took part in each series' courses, and at how many venues, by the series' key."""
    rows = connection.execute(
        select(Course.series, Course.venue_id, func.count(func.distinct(Enrolment.person_id)).label("people"))
        .join(Enrolment, (Enrolment.venue_id == Course.venue_id) & (Enrolment.course_id == Course.id))
        .where(Course.series != "", Enrolment.guest.is_(False), Enrolment.state.in_((ENROLLED, LEFT)))
        .group_by(Course.series, Course.venue_id)
    )
    people: dict[str, int] = {}
    venues: dict[str, set[str]] = {}
    for row in rows:
        key = series_key(row.series)
        people[key] = people.get(key, 0) + row.people
        venues.setdefault(key, set()).add(row.venue_id)
    return {key: (count, len(venues[key])) for key, count in people.items()}
