"""Settling what two desks wrote differently."""

import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue_desk.domain import clock
from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.queries.attention import apart
from venue_desk.store.capture import decode, fields, kinds
from venue_desk.store.records import Conflict, Line, get, mine, venue_of


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


def two_people(session: Session, one: str, other: str) -> None:
    """Keep as two people

    Said once, for every computer of the venue: they are not shown as likely one any more.
    """
    name = apart(one, other)
    if get(session, Conflict, name) is None:
        now = clock.moment()
        session.add(
            Conflict(
                id=name,
                table="person",
                row=one,
                field="",
                kept={"value": one},
                lost={"value": other},
                found_at=now,
                settled_at=now,
            )
        )


def bring_back(session: Session, table: str, row: str) -> None:
    """Bring back what was removed

    A record to which others still belong, as it was when it was removed. Raises Problem.
    """
    kind = kinds().get(table)
    last = session.scalar(
        select(Line.before)
        .where(Line.venue_id == venue_of(session), Line.table == table, Line.row == row, Line.after.is_(None))
        .order_by(Line.effective.desc())
        .limit(1)
    )
    if kind is None or last is None or get(session, kind, row) is not None:
        raise Problem(_("This was settled already."), _("Look at the list again."))
    known = {name: value for name, value in json.loads(last).items() if name in fields(kind)}
    session.add(kind(id=row, **decode(kind, known)))


def _open(session: Session, conflict: str) -> Conflict:
    row = get(session, Conflict, conflict)
    if row is None or row.settled_at is not None:
        raise Problem(_("This was settled already."), _("Look at the list again."))
    return row
