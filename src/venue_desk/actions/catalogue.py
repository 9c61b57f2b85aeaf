"""What a venue takes over from the catalogue when a course is opened."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.queries import catalogue
from venue_desk.store.records import Trade, Unit, fact, get


def take_up_trade(session: Session, code: str, only: Collection[str] = ()) -> tuple[str, str, list[str]]:
    """Take up a trade

    It becomes the venue's own as the catalogue says it now, with its units or ``only`` those codes of them. Returns
    its id, its name and the ids of the units in their order. Raises Problem for a code that is nowhere.
    """
    trade_id = fact("trade", code)
    own = get(session, Trade, trade_id)
    known = catalogue.trade(session, code)
    if known is None:
        if own is None:
            codes = ", ".join(one.code for one in catalogue.trades(session))
            raise Problem(
                _("There is no trade “{code}”.").format(code=code),
                hint=_("Use one of these: {codes}.").format(codes=codes),
            )
        rows = catalogue.own_units(session, code)
        return trade_id, own.name_id, [row.id for row in rows if not only or row.code in only]
    if own is None:
        own = Trade(id=trade_id, code=code)
        session.add(own)
    own.name_id, own.name_en = known.indonesian, known.english
    own.position = catalogue.trades(session).index(known)
    units = []
    for position, unit in enumerate(known.units, 1):
        if only and unit.code not in only:
            continue
        unit_id, row = catalogue.unit_row(session, unit)
        if row is None:
            session.add(
                Unit(
                    id=unit_id,
                    trade_id=trade_id,
                    code=unit.code,
                    title_id=unit.indonesian,
                    title_en=unit.english,
                    hours=unit.jp,
                    critical=unit.critical,
                    position=position,
                )
            )
        units.append(unit_id)
    session.flush()
    return trade_id, own.name_id, units
