"""A sample parish to look around in: generated, seeded, and removed again in one click."""

from datetime import date
from random import Random

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from venue_desk.actions import venue
from venue_desk.actions.sample import courses, market
from venue_desk.actions.sample.people import Inventor, material
from venue_desk.domain import clock
from venue_desk.domain.problem import Problem
from venue_desk.domain.venue import PARISH, Signer
from venue_desk.language import _
from venue_desk.store.desk import aside
from venue_desk.store.records import (
    VENUE_ROW,
    Computer,
    Local,
    Person,
    Record,
    Venue,
    get,
    mine,
)

SEED = 2025


@aside
def parish(session: Session, today: date | None = None, seed: int = SEED, name: str = "") -> None:
    """Show a sample parish

    Everything in it is invented and follows from the seed and ``today``; the venue can be given another name.
    Raises Problem where the venue already has people of its own.
    """
    if session.scalar(select(Person.id).where(mine(session, Person)).limit(1)) is not None:
        raise Problem(
            _("This venue already has people, so the sample was not added."),
            hint=_("Set up the sample in an empty folder."),
        )
    today = today or clock.today()
    rng = Random(seed)
    inventor = Inventor(rng, today)
    _venue(session, name)
    businesses = list(inventor.businesses())
    joined = today.replace(day=1)
    owners = [courses.person(session, rng, business.owner, joined) for business in businesses]
    long_ago = courses.ended_long_ago(session, rng, today, inventor, owners[12:16])
    graduates = courses.ended(session, rng, today, inventor)
    courses.certify(session, long_ago, kept=0)
    courses.certify(session, graduates, kept=5)
    courses.running(session, rng, today, inventor)
    before = [enrolment.person_id for enrolment in graduates.enrolments]
    courses.coming(session, rng, today, inventor, [before[1], before[5], before[9], before[13]])
    market.write(session, rng, today, businesses, owners)


@aside
def remove(session: Session) -> None:
    """Remove the sample

    The venue is empty and not set up afterwards; only its computers stay. Raises Problem
    where what is shown is not the sample.
    """
    shown = get(session, Venue, VENUE_ROW)
    if shown is None or not shown.sample:
        raise Problem(
            _("This venue is not the sample."), hint=_("Only the sample parish can be removed in one click.")
        )
    for mapper in Record.registry.mappers:
        kind = mapper.class_
        if issubclass(kind, Record) and kind is not Computer:
            for record in session.scalars(select(kind).where(mine(session, kind))):
                session.delete(record)
    # The venue that comes next signs with a key of its own and counts from one: the sample's certificates
    # must never pass for its own.
    for kept in session.scalars(
        select(Local).where(or_(Local.key == "signing key", Local.key.like("certificates %")))
    ):
        session.delete(kept)


def _venue(session: Session, name: str) -> None:
    given = material()["venue"]
    venue.set_up(
        session,
        name=name or given["name"],
        kind=PARISH,
        area=given["area"],
        address=given["address"],
        phone=given["phone"],
        letterhead=given["letterhead"],
        signers=[Signer(**line) for line in given["signatories"]],
    )
    venue.decide(session, {"centre": "PPKD-JB"})
    record = get(session, Venue, VENUE_ROW)
    assert record is not None
    record.sample = True
