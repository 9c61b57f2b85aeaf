"""Set up the venue and change what it says of itself."""

import platform
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue_desk.domain import certificates, clock
from venue_desk.domain import venue as rules_of
from venue_desk.domain.problem import Problem
from venue_desk.domain.venue import Signer
from venue_desk.language import _
from venue_desk.store.local import local
from venue_desk.store.records import VENUE_ROW, Computer, Market, Signatory, Stall, Venue, fact, get, mine
from venue_desk.store.steps import aside


@aside
def set_up(
    session: Session,
    *,
    name: str,
    kind: str,
    area: str = "",
    address: str = "",
    phone: str = "",
    letterhead: Sequence[str] = (),
    logo: str = "",
    signers: Sequence[Signer] = (),
    market: str = "",
    weekday: int = 6,
    stalls: int = 0,
) -> None:
    """Set up the venue

    All that the first window asks, at once; Undo does not unmake a venue. ``weekday`` counts from Monday as 0.
    Raises Problem.
    """
    details = {"area": area, "address": address, "phone": phone, "letterhead": letterhead, "logo": logo}
    _change(session, name=name, kind=kind, **details)
    _sign(session, signers)
    if stalls:
        open_market(session, market, weekday, stalls)
    _introduce(session)


@aside
def introduce(session: Session) -> None:
    """Introduce this computer

    To be called whenever the records were opened: one that was restored or copied goes on as another writer.
    """
    _introduce(session)


def edit(session: Session, /, **changes: Any) -> None:
    """Change the venue's details

    Any of name, kind, area, address, phone, letterhead (a list of lines) and logo (a PNG in base64). Raises Problem.
    """
    _change(session, **changes)


def choose_signers(session: Session, signers: Sequence[Signer]) -> None:
    """Change who signs

    Certificates that were issued keep the names they were issued with. Raises Problem.
    """
    _sign(session, signers)


def decide(session: Session, rules: Mapping[str, object]) -> None:
    """Change the venue's rules

    Only the rules that are named change; None takes one back to its default. Raises Problem.
    """
    venue = _venue(session)
    kept = dict(venue.rules)
    for name, value in rules.items():
        if name == "number_pattern" and isinstance(value, str):
            certificates.check_pattern(value)
        if value is None or value == "":
            kept.pop(name, None)
        else:
            kept[name] = rules_of.rule(name, value)
    venue.rules = kept


def _venue(session: Session) -> Venue:
    venue = get(session, Venue, VENUE_ROW)
    if venue is None:
        venue = Venue(id=VENUE_ROW, name="", kind=rules_of.PARISH, rules={})
        session.add(venue)
    return venue


def _introduce(session: Session) -> None:
    writer = str(session.info["writer"])
    if get(session, Computer, writer) is None:
        name, letter = platform.node() or "?", local(session, "letter") or "A"
        session.add(Computer(id=writer, name=name, letter=letter, since=clock.moment()))


def _change(session: Session, **changes: Any) -> None:
    venue = _venue(session)
    tidy: dict[str, Callable[[Any], object]] = {
        "name": rules_of.named,
        "kind": rules_of.kind_named,
        "letterhead": rules_of.letterhead,
        "logo": rules_of.logo,
    }
    for field, value in changes.items():
        setattr(venue, field, tidy.get(field, rules_of.line)(value))


def _sign(session: Session, signers: Sequence[Signer]) -> None:
    """Rows are kept by position, so that correcting a name is a change of that row and not a new person."""
    chosen = rules_of.signers(signers)
    rows = list(
        session.scalars(
            select(Signatory).where(mine(session, Signatory)).order_by(Signatory.position, Signatory.id)
        )
    )
    for position, signer in enumerate(chosen):
        if position < len(rows):
            row = rows[position]
        else:
            row = Signatory(id=fact("signatory", str(position)))
            session.add(row)
        row.name, row.title, row.nip, row.role = signer.name, signer.title, signer.nip, signer.role
        row.position = position
    for row in rows[len(chosen) :]:
        session.delete(row)


def open_market(session: Session, name: str, weekday: int, stalls: int) -> None:
    """Set up a market

    With so many stalls in one row; what each offers is told later. Raises Problem.
    """
    title = rules_of.line(name)
    if not title:
        raise Problem(_("The market has no name yet."))
    market_id = fact("market", title)
    if get(session, Market, market_id):
        return
    session.add(Market(id=market_id, name=title, weekday=weekday))
    for number in range(1, rules_of.stall_count(stalls) + 1):
        session.add(
            Stall(
                id=fact("stall", market_id, str(number)),
                market_id=market_id,
                number=str(number),
                position=number - 1,
            )
        )
