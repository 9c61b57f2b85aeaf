"""Vendors of the rotation: who they are, when they are away, and who goes with whom."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue_desk.domain import clock
from venue_desk.domain.people import cleaned, read_phone
from venue_desk.domain.problem import Problem
from venue_desk.domain.stalls import words
from venue_desk.domain.stalls.ledger import EXCUSED, LATE, NO_SHOW
from venue_desk.domain.stalls.season import NEUTRAL
from venue_desk.language import _
from venue_desk.queries.rotation import the_market
from venue_desk.store.records import Absence, Person, Vendor, VendorPair, fact, get, mine, new_id


def add(session: Session, /, name: str, **details: Any) -> str:
    """Add a vendor

    Returns the id. ``details`` are fields of the vendor record; who joins late starts at zero, on joining.
    Raises Problem.
    """
    market = the_market(session)
    vendor = Vendor(
        id=new_id(),
        market_id=market.id,
        name="",
        diet=NEUTRAL,
        needs=[],
        active=True,
        active_from=clock.today(),
    )
    session.add(vendor)
    _change(session, vendor, {"name": name, **details})
    return vendor.id


def edit(session: Session, /, vendor_id: str, **details: Any) -> None:
    """Change a vendor

    Raises Problem.
    """
    _change(session, _vendor(session, vendor_id), details)


def retire(session: Session, vendor_id: str, active: bool = False) -> None:
    """Take a vendor out of the rotation

    With ``active`` they come back, as new members do: without back pay. Raises Problem.
    """
    vendor = _vendor(session, vendor_id)
    vendor.active = active
    if active:
        vendor.active_from, vendor.active_until = clock.today(), None


_FIELDS = {
    "name",
    "short",
    "products",
    "category",
    "diet",
    "needs",
    "phone",
    "active_from",
    "active_until",
    "active",
    "credit",
    "person_id",
}


def _vendor(session: Session, vendor_id: str) -> Vendor:
    vendor = get(session, Vendor, vendor_id)
    if vendor is None:
        raise Problem(_("There is no such vendor."))
    return vendor


def _change(session: Session, vendor: Vendor, details: Mapping[str, Any]) -> None:
    for name, value in details.items():
        if name not in _FIELDS:
            raise ValueError(f"a vendor has no {name}")
        setattr(vendor, name, cleaned(value) if isinstance(value, str) else value)
    if details.get("phone"):
        vendor.phone, _doubts = read_phone(details["phone"])
        if vendor.phone is None:
            raise Problem(_("“{phone}” is no telephone number.").format(phone=details["phone"]))
    if not vendor.name:
        raise Problem(_("A vendor needs a name."))
    if vendor.diet not in words.DIETS:
        raise Problem(
            _("“{diet}” is neither H (halal), N (non-halal) nor U (neutral).").format(diet=vendor.diet)
        )
    unknown = sorted(set(map(str, vendor.needs)) - set(words.NEEDS))
    if unknown:
        raise Problem(
            _("“{need}” is nothing that a stall offers.").format(need=unknown[0]),
            _("Choose among power, water and gas."),
        )
    if vendor.active_from and vendor.active_until and vendor.active_until < vendor.active_from:
        raise Problem(_("The last day is before the first."))
    if vendor.person_id and get(session, Person, vendor.person_id) is None:
        raise Problem(_("There is no such person."))
    twin = session.scalars(
        select(Vendor).where(
            mine(session, Vendor), Vendor.market_id == vendor.market_id, Vendor.name == vendor.name
        )
    ).all()
    if any(one.id != vendor.id for one in twin):
        raise Problem(_("There is already a vendor “{name}”.").format(name=vendor.name))


def pair(session: Session, one: str, other: str, kind: str) -> None:
    """Pair two vendors

    ``kind``: apart (never the same week), together (only the same week), or empty to end it. Raises Problem.
    """
    a, b = sorted((_vendor(session, one).id, _vendor(session, other).id))
    if a == b:
        raise Problem(_("A pair needs two vendors."))
    pair = get(session, VendorPair, fact("pair", a, b))
    if kind not in {"apart", "together", ""}:
        raise ValueError(f"no such pair: {kind}")
    if not kind:
        if pair is not None:
            session.delete(pair)
    elif pair is None:
        session.add(VendorPair(id=fact("pair", a, b), vendor_a=a, vendor_b=b, kind=kind))
    else:
        pair.kind = kind


def tell_absence(
    session: Session, vendor_id: str, starts_on: date, ends_on: date, kind: str = EXCUSED, reason: str = ""
) -> str:
    """Note an absence

    The vendor keeps their cells until a replacement is chosen. Returns the absence's id. Raises Problem.
    """
    vendor = _vendor(session, vendor_id)
    if ends_on < starts_on:
        raise Problem(_("The last day is before the first."))
    if kind not in {EXCUSED, LATE, NO_SHOW}:
        raise ValueError(f"no such absence: {kind}")
    absence = Absence(
        id=new_id(),
        vendor_id=vendor.id,
        starts_on=starts_on,
        ends_on=ends_on,
        kind=kind,
        reason=reason.strip(),
    )
    session.add(absence)
    return absence.id


def cancel_absence(session: Session, absence_id: str) -> None:
    """Take back an absence

    Raises Problem.
    """
    absence = get(session, Absence, absence_id)
    if absence is None:
        raise Problem(_("There is no such absence."))
    session.delete(absence)
