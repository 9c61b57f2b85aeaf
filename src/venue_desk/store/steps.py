"""Undo and redo: which step is next, and taking a step back without dropping what came after it."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from venue_desk.domain.problem import Problem
from venue_desk.language import _, clock, date_medium
from venue_desk.store.capture import Values, decode, encode, fields, kinds
from venue_desk.store.records import Line, get

F = TypeVar("F", bound=Callable[..., Any])


def final(action: F) -> F:
    """Mark an action that is never undone: issuing, voiding."""
    action.kind = "final"  # type: ignore[attr-defined]
    return action


def aside(action: F) -> F:
    """Mark an action that undo passes over, because it only notes something (a NIK was looked at)."""
    action.kind = "aside"  # type: ignore[attr-defined]
    return action


@dataclass(frozen=True, slots=True)
class Step:
    """One action in the journal."""

    action: str
    name: str
    kind: str
    refers: str | None


def _steps(connection: Connection, venue: str, writer: str) -> Iterable[Step]:
    """The writer's actions, newest first."""
    last = None
    for row in connection.execute(
        select(Line.action, Line.name, Line.kind, Line.refers)
        .where(Line.venue_id == venue, Line.writer == writer, Line.branch == 0)
        .order_by(Line.number.desc())
        .execution_options(yield_per=50)
    ):
        if row.action != last:
            last = row.action
            yield Step(row.action, row.name, row.kind, row.refers)


def next_undo(connection: Connection, venue: str, writer: str, passed: Iterable[str] = ()) -> Step | None:
    """The step that undo takes back: ours, the newest that stands. A final one is returned, not passed over."""
    settled = set(passed)
    for step in _steps(connection, venue, writer):
        if step.kind == "aside":
            continue
        target = step.refers if step.kind in ("undo", "redo") else step.action
        if target is None or target in settled:
            continue
        settled.add(target)
        if step.kind != "undo":
            return Step(target, step.name, step.kind, None)
    return None


def next_redo(connection: Connection, venue: str, writer: str, passed: Iterable[str] = ()) -> Step | None:
    """The step that redo does again; None once something new was done."""
    settled = set(passed)
    for step in _steps(connection, venue, writer):
        if step.kind == "aside":
            continue
        if step.kind not in ("undo", "redo") or step.refers is None:
            return None
        if step.refers in settled:
            continue
        settled.add(step.refers)
        if step.kind == "undo":
            return Step(step.refers, step.name, step.kind, None)
    return None


def is_final(connection: Connection, venue: str, action: str) -> bool:
    """Whether an action is one that is never taken back."""
    kind = connection.scalar(select(Line.kind).where(Line.venue_id == venue, Line.action == action).limit(1))
    return kind == "final"


def overtaken_by(connection: Connection, venue: str, action: str) -> list[tuple[str, str]]:
    """The later actions that changed what an action wrote, as (name, moment), the newest first."""
    found: dict[str, tuple[int, str, str]] = {}
    mine = connection.execute(
        select(Line.table, Line.row, Line.before, Line.after, Line.effective, Line.number).where(
            Line.venue_id == venue, Line.action == action
        )
    ).all()
    for table, row, before, after, stamp, number in mine:
        wrote = set(json.loads(after or before or "{}"))
        for line in connection.execute(
            select(
                Line.action, Line.name, Line.at, Line.before, Line.after, Line.effective, Line.number
            ).where(Line.venue_id == venue, Line.table == table, Line.row == row)
        ):
            later = (line.effective, line.number) > (stamp, number) and line.action != action
            whole = line.before is None or line.after is None or before is None or after is None
            if later and (whole or wrote & set(json.loads(line.after))):
                found[line.action] = (line.effective, line.name, line.at)
    return [(name, at) for _stamp, name, at in sorted(found.values(), reverse=True)]


def invert(session: Session, action: str, forward: bool = False) -> list[str]:
    """Write the opposite of an action's changes (or, ``forward``, the same again) as new changes.

    A field that no longer holds what the action wrote is left alone: somebody overtook it. Returns the tables of
    the changes that were left alone.
    """
    known, kept = kinds(), []
    venue = session.info["venue"]
    lines = session.execute(
        select(Line.table, Line.row, Line.before, Line.after)
        .where(Line.venue_id == venue, Line.action == action)
        .order_by(Line.number if forward else Line.number.desc())
    ).all()
    for table, row, before, after in lines:
        was, now = (after, before) if not forward else (before, after)
        old: Values | None = None if was is None else json.loads(was)
        new: Values | None = None if now is None else json.loads(now)
        kind = known[table]
        record = get(session, kind, row)
        if old is None:  # it was not there: put it back
            if record is None and new is not None:
                session.add(kind(id=row, **decode(kind, new)))
            else:
                kept.append(table)
        elif record is None:
            kept.append(table)
        elif new is None:
            if all(encode(getattr(record, f)) == old.get(f) for f in fields(kind)):
                session.delete(record)
            else:
                kept.append(table)
        else:
            for name, value in decode(kind, new).items():
                if encode(getattr(record, name)) == old.get(name):
                    setattr(record, name, value)
                else:
                    kept.append(table)
    return kept


def refused_final(name: str) -> Problem:
    return Problem(
        _("“{action}” is final and cannot be undone.").format(action=_(name)),
        _("A certificate can be voided with a reason."),
    )


def _moment(at: str) -> str:
    when = datetime.fromisoformat(at)
    return f"{date_medium(when.date())}, {clock(when.time())}"


def later_words(actions: Sequence[tuple[str, str]]) -> str:
    """What overtook an action, in words; empty where it is not known."""
    if not actions:
        return ""
    said = ", ".join(f"“{_(name)}” ({_moment(at)})" for name, at in actions[:3])
    return _("Changed by {actions}: take that back first, or change it by hand.").format(actions=said)
