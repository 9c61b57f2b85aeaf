"""What a venue can choose from: trades and programmes as the agency's centre sent them, else what the program brings.

An entry that cannot be read is left out, so that one slip of the agency's keeps nobody from opening a course.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue_desk.domain import catalogue, reference
from venue_desk.domain.catalogue import Trade, Unit
from venue_desk.domain.problem import Problem
from venue_desk.domain.reference import PROGRAMME, TEMPLATE, TRADE, Programme
from venue_desk.domain.templates import Template, template
from venue_desk.store import records
from venue_desk.store.records import Course, Reference, fact, get, mine

T = TypeVar("T")


def trades(session: Session) -> tuple[Trade, ...]:
    """All trades in the agency's order; those that the program brings where none came from a centre."""
    found = _read(session, TRADE, lambda code, value: (reference.trade(code, value), _position(value)))
    found.sort(key=lambda one: (one[1], one[0].code))
    return tuple(one for one, _position in found) or catalogue.trades()


def trade(session: Session, code: str) -> Trade | None:
    """The trade with this code, or None for one that a venue made up itself."""
    return next((one for one in trades(session) if one.code == code), None)


def units(session: Session, code: str) -> tuple[Unit, ...]:
    """The units that a new course of this trade may teach, in their order."""
    known = trade(session, code)
    if known is not None:
        return known.units
    return tuple(
        Unit(one.code, one.title_id, one.title_en, one.hours, one.critical)
        for one in own_units(session, code)
    )


def own_units(session: Session, code: str) -> list[records.Unit]:
    """The venue's rows of a trade that no catalogue holds; of two with one code that of the latest course."""
    last = session.scalar(
        select(Course.unit_ids)
        .where(mine(session, Course), Course.trade_id == fact("trade", code))
        .order_by(Course.starts_on.desc(), Course.id)
        .limit(1)
    )
    rows = session.scalars(
        select(records.Unit)
        .where(mine(session, records.Unit), records.Unit.trade_id == fact("trade", code))
        .order_by(records.Unit.position, records.Unit.id)
    ).all()
    by_code: dict[str, records.Unit] = {}
    for row in sorted(rows, key=lambda row: row.id not in (last or ())):
        by_code.setdefault(row.code, row)
    return [row for row in rows if by_code[row.code] is row]


def unit_row(session: Session, unit: Unit) -> tuple[str, records.Unit | None]:
    """The id that a unit has at every venue, and the venue's row of it, or None.

    What says something else is another row: courses that run already name the one that they began with. The plain
    id belongs to what the program brings, so that two desks which never met make the same row.
    """
    plain = fact("unit", unit.code)
    row = get(session, records.Unit, plain)
    if row is None and unit in (one for shipped in catalogue.trades() for one in shipped.units):
        return plain, None
    if row is not None and unit == Unit(row.code, row.title_id, row.title_en, row.hours, row.critical):
        return plain, row
    own = fact(
        "unit", unit.code, unit.indonesian, unit.english, str(unit.jp), "critical" if unit.critical else ""
    )
    return own, get(session, records.Unit, own)


def programmes(session: Session) -> tuple[Programme, ...]:
    """The agency's programmes by name; none where no centre sent any."""
    found = _read(session, PROGRAMME, reference.programme)
    return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.code)))


def programme(session: Session, code: str) -> Programme | None:
    """The programme with this code, or None."""
    return next((one for one in programmes(session) if one.code == code), None)


def english(session: Session, course: Course) -> str:
    """The English name of what a course is called, or empty where it was given a name of its own."""
    follows = programme(session, course.programme)
    own = get(session, records.Trade, course.trade_id)
    names = [(follows.indonesian, follows.english)] if follows else []
    if own is not None:
        names.append((own.name_id, own.name_en))
        # The trade may be called otherwise by now, and the course is not.
        names += [(one.indonesian, one.english) for one in catalogue.trades() if one.code == own.code]
    return next((said for name, said in names if name.casefold() == course.title.casefold()), "")


def templates(session: Session) -> tuple[Template, ...]:
    """The agency's templates of certificates and letters, by name."""
    return tuple(sorted(_read(session, TEMPLATE, template), key=lambda one: one.name))


def texts(session: Session, course: Course) -> dict[str, Mapping[str, str]]:
    """The agency's words for a course's certificates and letters, by kind.

    Those of its programme's template, else of the usual one of that kind, else none: then they say what ours say.
    """
    found = templates(session)
    follows = programme(session, course.programme)
    chosen: dict[str, Mapping[str, str]] = {}
    for one in sorted(found, key=lambda one: not (follows and one.name == follows.template)):
        if one.usual or (follows and one.name == follows.template):
            chosen.setdefault(one.kind, one.texts)
    return chosen


def _read(session: Session, kind: str, read: Callable[[str, Mapping[str, Any]], T]) -> list[T]:
    found = []
    for key, value in session.execute(
        select(Reference.key, Reference.value).where(Reference.kind == kind, Reference.value.is_not(None))
    ):
        try:
            found.append(read(key, value))
        except Problem:
            continue
    return found


def _position(value: Mapping[str, Any]) -> int:
    position = value.get("position")
    return position if isinstance(position, int) else 0
