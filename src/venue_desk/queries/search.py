"""Everything that can be found by typing: people, courses, certificates and vendors, the likeliest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from venue_desk.domain.people import plain
from venue_desk.language import _, date_medium
from venue_desk.queries import people
from venue_desk.queries.courses import full_title
from venue_desk.store.records import Certificate, Course, Person, Vendor, mine, refers

PERSON, COURSE, CERTIFICATE, VENDOR = "person", "course", "certificate", "vendor"


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: what it is, its record's id, its name, and what tells it from others."""

    kind: str
    id: str
    title: str
    explanation: str


def everything(session: Session, text: str, limit: int = 12) -> list[Hit]:
    """What the text is found in; names that begin with it before others, and something of each kind."""
    wanted = plain(text)
    if not wanted:
        return []
    found = [
        list(part)
        for part in (
            _people(session, text, limit),
            _courses(session, wanted, limit),
            _certificates(session, text, limit),
            _vendors(session, wanted, limit),
        )
    ]
    # Every kind may show its best, whatever the others have: an even share first, then what is left.
    share = max(1, limit // 4)
    first = [hit for part in found for hit in part[:share]]
    rest = [hit for part in found for hit in part[share:]]
    chosen = set(first[:limit] + rest[: max(0, limit - len(first))])
    return [hit for part in found for hit in part if hit in chosen]


def _people(session: Session, text: str, limit: int) -> Iterator[Hit]:
    for one in people.found(session, text, limit):
        yield Hit(PERSON, one.id, one.shown, " · ".join(filter(None, (one.last, one.phone))))


def _courses(session: Session, wanted: str, limit: int) -> Iterator[Hit]:
    where = _all_words(wanted, Course.title, Course.batch, Course.code, Course.instructor)
    rows = session.execute(
        select(Course.id, Course.title, Course.batch, Course.code, Course.starts_on, Course.ends_on)
        .where(mine(session, Course), where)
        .order_by(Course.starts_on.desc(), Course.id)
        .limit(limit)
    )
    for row in rows:
        dates = f"{date_medium(row.starts_on)} – {date_medium(row.ends_on)}"
        yield Hit(COURSE, row.id, full_title(row.title, row.batch), f"{row.code} · {dates}")


def _certificates(session: Session, text: str, limit: int) -> Iterator[Hit]:
    typed = text.strip().lower()
    if sum(letter.isdigit() for letter in typed) < 2:
        # A name finds the person; a number, or a part of one with a digit or two, finds the certificate.
        return
    rows = session.execute(
        select(Certificate.id, Certificate.number, Certificate.issued_on, Certificate.voided_on, Person.name)
        .outerjoin(Person, refers(Certificate.person_id, Person))
        .where(mine(session, Certificate), func.lower(Certificate.number).contains(typed, autoescape=True))
        .order_by(Certificate.issued_on.desc(), Certificate.number)
        .limit(limit)
    )
    for row in rows:
        state = _("void") if row.voided_on else _("issued {day}").format(day=date_medium(row.issued_on))
        yield Hit(CERTIFICATE, row.id, row.number, " · ".join(filter(None, (row.name, state))))


def _vendors(session: Session, wanted: str, limit: int) -> Iterator[Hit]:
    rows = session.execute(
        select(Vendor.id, Vendor.name, Vendor.products, Vendor.active, Person.name.label("owner"))
        .outerjoin(Person, refers(Vendor.person_id, Person))
        .where(mine(session, Vendor), _all_words(wanted, Vendor.name, Vendor.products))
        .order_by(
            Vendor.active.desc(), ~func.lower(Vendor.name).startswith(wanted, autoescape=True), Vendor.name
        )
        .limit(limit)
    )
    for row in rows:
        told = (row.products, row.owner, "" if row.active else _("registered only"))
        yield Hit(VENDOR, row.id, row.name, " · ".join(filter(None, told)))


def _all_words(wanted: str, *columns: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """Each word of what was typed is in one of the columns."""
    return and_(
        *(
            or_(*(func.lower(column).contains(word, autoescape=True) for column in columns))
            for word in wanted.split()
        )
    )
