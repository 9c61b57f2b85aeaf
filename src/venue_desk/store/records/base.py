"""What every record shares: the key (venue, id), how ids are chosen, and how records refer to each other."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, TypeVar
from uuid import UUID, uuid4, uuid5

from sqlalchemy import JSON, ColumnElement, Date, Float, String, Text, and_
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Mapped, Session, mapped_column

# Our own namespace: the same fact gets the same id on every desk, so two desks that write it write one row.
_FACTS = UUID("5b0c7d0e-5f0f-4f0e-9c57-6f1d4cf0a5d1")


def new_id() -> str:
    """A random id, for what only happens once (a person, an absence)."""
    return uuid4().hex


def fact(kind: str, *parts: str) -> str:
    """The id of a fact that two desks can state independently, e.g. ``fact("mark", lesson_id, enrolment_id)``."""
    return uuid5(_FACTS, "\x1f".join((kind, *parts))).hex


class Base(DeclarativeBase):
    """All tables. JSON columns hold one value each: assign them anew, never change them in place."""

    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        str: Text,
        float: Float,
        date: Date,
        dict[str, Any]: JSON(none_as_null=True),
        list[Any]: JSON(none_as_null=True),
    }


class Record(Base):
    """A noun of the trade. Its key is (venue_id, id), so a centre can spread its tables by venue."""

    __abstract__ = True
    venue_id: Mapped[str] = mapped_column(String(32), primary_key=True, sort_order=-2)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, sort_order=-1, default=new_id)

    # Columns computed from others in every copy: neither journalled nor sent.
    derived: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def derive(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """The derived columns for a row with these values."""
        del values
        return {}

    @classmethod
    def same(cls, field: str, one: Any, other: Any) -> bool:
        """Whether two versions of a field say the same to a person (else both are shown after a merge)."""
        del field
        return bool(one == other)


R = TypeVar("R", bound=Record)


def venue_of(session: Session) -> str:
    """The id of the venue that this session works for."""
    return str(session.info["venue"])


def get(session: Session, kind: type[R], row: str | None) -> R | None:
    """The record of this venue with that id, or None."""
    return session.get(kind, (venue_of(session), row)) if row else None


def mine(session: Session, kind: type[Record]) -> ColumnElement[bool]:
    """The condition that a query's rows belong to this session's venue."""
    return kind.venue_id == venue_of(session)


def refers(key: InstrumentedAttribute[Any], to: type[Record]) -> ColumnElement[bool]:
    """The condition of a join: ``refers(Enrolment.person_id, Person)``; it includes the venue."""
    return and_(to.venue_id == key.class_.venue_id, to.id == key)
