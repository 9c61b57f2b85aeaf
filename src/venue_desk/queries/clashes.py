"""What no merge can keep apart, found after it and shown as tasks: each is for a person to settle."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from venue_desk import language
from venue_desk.language import _
from venue_desk.queries import series
from venue_desk.store.records import Absence, Certificate, Market, MarketWeek, Vendor, mine, refers

NUMBERS, AWAY, TURNS = "numbers", "away", "turns"


@dataclass(frozen=True, slots=True)
class Doubled:
    """A certificate's number that was given more than once, and the certificates that bear it."""

    number: str
    certificates: tuple[str, ...]
    course: str  # of the first of them


def numbers(session: Session) -> list[Doubled]:
    """Numbers of certificates that were given twice: two copies of one computer numbered on."""
    double = (
        select(Certificate.number)
        .where(mine(session, Certificate), Certificate.voided_on.is_(None))
        .group_by(Certificate.number)
        .having(func.count() > 1)
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for number, row, course in session.execute(
        select(Certificate.number, Certificate.id, Certificate.course_id)
        .where(mine(session, Certificate), Certificate.voided_on.is_(None), Certificate.number.in_(double))
        .order_by(Certificate.number, Certificate.issued_on, Certificate.id)
    ):
        found.setdefault(number, []).append((row, course))
    return [
        Doubled(number, tuple(row for row, _course in rows), rows[0][1]) for number, rows in found.items()
    ]


@dataclass(frozen=True, slots=True)
class Away:
    """A vendor who has a stall on a published day on which they said that they cannot come."""

    vendor: str
    market: str
    day: date


def away(session: Session, day: date) -> list[Away]:
    """Vendors away on a published market day from this day on: one desk published, another took the message."""
    weeks = session.execute(
        select(MarketWeek.day, MarketWeek.plan, Market.name)
        .join(Market, refers(MarketWeek.market_id, Market))
        .where(mine(session, MarketWeek), MarketWeek.published_at.is_not(None), MarketWeek.day >= day)
        .order_by(MarketWeek.day, Market.name)
    ).all()
    if not weeks:
        return []
    absences = session.execute(
        select(Absence.vendor_id, Vendor.name, Absence.starts_on, Absence.ends_on)
        .join(Vendor, refers(Absence.vendor_id, Vendor))
        .where(mine(session, Absence), Absence.ends_on >= day)
        .order_by(Vendor.name, Absence.id)
    ).all()
    return list(
        dict.fromkeys(
            Away(name, market, when)
            for when, plan, market in weeks
            for vendor, name, starts, ends in absences
            if starts <= when <= ends and vendor in plan.get("cells", {}).values()
        )
    )


def told(session: Session, day: date) -> Iterator[tuple[str, str, str, str]]:
    """All of it as tasks: what kind, a sentence, what explains it, the course that it is about."""
    for double in numbers(session):
        yield (
            NUMBERS,
            _("Certificate number {number} was given twice").format(number=double.number),
            _("Two copies of one computer gave it: void one of the two and issue it anew"),
            double.course,
        )
    for one in away(session, day):
        yield (
            AWAY,
            _("{vendor} has a stall on a day on which they cannot come").format(vendor=one.vendor),
            _("{market} · {day}, published").format(market=one.market, day=language.date_long(one.day)),
            "",
        )
    for course, code, name, turn in series.twice(session):
        yield (
            TURNS,
            _("{name} {why}.").format(name=name, why=turn.words).rstrip("."),
            _("Has a place in {course}: withdraw it, or write why they may join again").format(course=code),
            course,
        )
