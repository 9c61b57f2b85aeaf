"""What no merge can keep apart, found after it and shown as tasks: each is for a person to settle."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from venue_desk.store.records import Certificate, mine


@dataclass(frozen=True, slots=True)
class Doubled:
    """A certificate's number that was given more than once, and the certificates that bear it."""

    number: str
    certificates: tuple[str, ...]


def numbers(session: Session) -> list[Doubled]:
    """Numbers of certificates that were given twice: two copies of one computer numbered on."""
    double = (
        select(Certificate.number)
        .where(mine(session, Certificate), Certificate.voided_on.is_(None))
        .group_by(Certificate.number)
        .having(func.count() > 1)
    )
    found: dict[str, list[str]] = {}
    for number, row in session.execute(
        select(Certificate.number, Certificate.id)
        .where(mine(session, Certificate), Certificate.voided_on.is_(None), Certificate.number.in_(double))
        .order_by(Certificate.number, Certificate.issued_on, Certificate.id)
    ):
        found.setdefault(number, []).append(row)
    return [Doubled(number, tuple(ids)) for number, ids in found.items()]
