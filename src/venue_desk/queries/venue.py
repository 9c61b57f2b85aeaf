"""The venue as it describes itself: name, letterhead, who signs, what it has decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from venue_desk.domain.venue import Signer
from venue_desk.store.records import VENUE_ROW, Market, Signatory, Stall, Venue, get, mine


@dataclass(frozen=True, slots=True)
class Details:
    """The venue's own settings."""

    name: str
    kind: str
    area: str = ""
    address: str = ""
    phone: str = ""
    letterhead: tuple[str, ...] = ()
    rules: Mapping[str, Any] = field(default_factory=dict)
    sample: bool = False
    signers: tuple[Signer, ...] = ()
    logo: str = ""


@dataclass(frozen=True, slots=True)
class MarketRow:
    """A market, its day and how many stalls it has."""

    id: str
    name: str
    weekday: int
    stalls: int


def details(session: Session) -> Details:
    """All that the venue says of itself. A new desk has a nameless venue."""
    venue = get(session, Venue, VENUE_ROW)
    if venue is None:
        return Details("", "parish")
    return Details(
        venue.name,
        venue.kind,
        venue.area,
        venue.address,
        venue.phone,
        tuple(venue.letterhead),
        dict(venue.rules),
        venue.sample,
        tuple(signers(session)),
        venue.logo,
    )


def signers(session: Session) -> list[Signer]:
    """Who signs, in the order in which they stand on paper."""
    rows = session.scalars(
        select(Signatory).where(mine(session, Signatory)).order_by(Signatory.position, Signatory.id)
    )
    return [Signer(row.name, row.title, row.nip, row.role) for row in rows]


def markets(session: Session) -> list[MarketRow]:
    """The venue's markets by name."""
    count = (
        select(func.count())
        .where(Stall.venue_id == Market.venue_id, Stall.market_id == Market.id)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Market.id, Market.name, Market.weekday, count)
        .where(mine(session, Market))
        .order_by(Market.name)
    )
    return [MarketRow(*row) for row in rows]
