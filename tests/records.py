"""Comparing copies of a venue in tests."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue_desk.store.capture import encode, fields, kinds
from venue_desk.store.desk import Desk
from venue_desk.store.records import Person, get

Everything = dict[tuple[str, str], dict[str, Any]]


def everything(session: Session, venue: str = "") -> Everything:
    """Every record there is (of one venue), as values."""
    return {
        (name, row.id): {f: encode(getattr(row, f)) for f in fields(kind)}
        for name, kind in kinds().items()
        for row in session.scalars(select(kind).where(kind.venue_id == venue) if venue else select(kind))
    }


def people(desk: Desk) -> dict[str, str]:
    """Names by id."""
    return {row: values["name"] for (table, row), values in desk.ask(everything).items() if table == "person"}


def edit(session: Session, /, person: str, **changes: str) -> None:
    """Edit a person"""
    found = get(session, Person, person)
    assert found is not None
    for field, value in changes.items():
        setattr(found, field, value)


def remove(session: Session, person: str) -> None:
    """Remove a person"""
    session.delete(get(session, Person, person))


def add(session: Session, name: str, id: str | None = None) -> str:
    """Add a person"""
    row = Person(id=id, name=name) if id else Person(name=name)
    session.add(row)
    session.flush()
    return row.id
