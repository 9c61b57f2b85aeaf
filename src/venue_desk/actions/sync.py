"""Settling what two desks wrote differently."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue_desk.domain import clock
from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.store.capture import decode, fields, kinds
from venue_desk.store.records import Conflict, get, mine


def take_other(session: Session, conflict: str) -> None:
    """Take the other version

    Raises Problem where it was settled already or the record is gone.
    """
    row = _open(session, conflict)
    kind = kinds().get(row.table)
    record = get(session, kind, row.row) if kind else None
    if kind is None or record is None or row.field not in fields(kind):
        raise Problem(
            _("The record that this is about was removed since."), _("Keep the version that is shown.")
        )
    value: dict[str, Any] = decode(kind, {row.field: row.lost.get("value")})
    setattr(record, row.field, value[row.field])
    row.settled_at = clock.moment()


def keep_this(session: Session, conflict: str) -> None:
    """Keep the version shown

    Raises Problem where it was settled already.
    """
    _open(session, conflict).settled_at = clock.moment()


def keep_all(session: Session) -> int:
    """Keep all versions shown

    Returns how many questions that settled.
    """
    rows = session.scalars(
        select(Conflict).where(mine(session, Conflict), Conflict.settled_at.is_(None))
    ).all()
    for row in rows:
        row.settled_at = clock.moment()
    return len(rows)


def _open(session: Session, conflict: str) -> Conflict:
    row = get(session, Conflict, conflict)
    if row is None or row.settled_at is not None:
        raise Problem(_("This was settled already."), _("Look at the list again."))
    return row
