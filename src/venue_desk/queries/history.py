"""The journal as people read it: who did what, when and on which computer, and what changed from what to what."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import merge
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from venue_desk.language import _, ngettext
from venue_desk.queries.changes import Words, loaded, stall_changes
from venue_desk.queries.fields import HIDDEN, field_name, noun
from venue_desk.store.records import (
    Assessment,
    Certificate,
    Computer,
    Enrolment,
    Line,
    Mark,
    Outcome,
    Person,
    Vendor,
    mine,
    venue_of,
)

PAGE = 400
"""Lines read at once."""
NAMED = 3
"""Records named in a step's summary."""


@dataclass(frozen=True, slots=True)
class StepRow:
    """One action. ``kind`` is do, final, aside, undo or redo; ``undone`` where it was taken back since."""

    action: str
    name: str
    title: str
    kind: str
    at: str
    computer: str
    own: bool
    changes: int
    summary: str
    undone: bool
    refers: str | None


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One field that changed, in words. ``field`` is empty where a whole record was added or removed."""

    noun: str
    record: str
    field: str
    before: str
    after: str


def steps(session: Session, text: str = "", limit: int = 60, after: str | None = None) -> list[StepRow]:
    """The newest actions first, those that ``text`` is found in; ``after`` goes on below that action."""
    chosen = _searched(session, text) if text.strip() else None
    groups = _groups(session, chosen)
    if after is not None:
        for group in groups:
            if group[0].action == after:
                break
    return _rows(session, [group for _number, group in zip(range(limit), groups, strict=False)])


def step(session: Session, action: str) -> StepRow | None:
    """One action, or None."""
    lines = _lines_of(session, action)
    return _rows(session, [lines])[0] if lines else None


def changes(session: Session, action: str, limit: int = 300) -> list[ChangeRow]:
    """What an action changed, field by field; no more than ``limit`` rows."""
    words = Words(session)
    rows: list[ChangeRow] = []
    for line in _lines_of(session, action):
        if len(rows) >= limit:
            break
        rows += _changed(session, words, line)
    return rows[:limit]


def of_record(session: Session, row: str, limit: int = 60) -> list[StepRow]:
    """The actions that changed a record, the newest first."""
    lines = session.scalars(
        select(Line)
        .where(Line.venue_id == venue_of(session), Line.row == row)
        .order_by(Line.effective.desc(), Line.number.desc())
    )
    seen = list(dict.fromkeys(line.action for line in lines))
    return _rows(session, [_lines_of(session, action) for action in seen[:limit]])


def _changed(session: Session, words: Words, line: Line) -> Iterator[ChangeRow]:
    before, after = loaded(line.before), loaded(line.after)
    record = words.record(line.table, line.row, {**before, **after})
    kind = noun(line.table)
    if line.before is None:
        yield ChangeRow(kind, record, "", "", _main_value(words, line.table, after) or _("Added"))
    elif line.after is None:
        yield ChangeRow(kind, record, "", _main_value(words, line.table, before), _("Removed"))
    else:
        for field, value in after.items():
            if (line.table, field) == ("market_week", "plan"):
                for stall, was, now in stall_changes(session, before.get(field), value):
                    yield ChangeRow(kind, record, stall, was, now)
            elif field not in HIDDEN:
                yield ChangeRow(
                    kind,
                    record,
                    field_name(line.table, field),
                    words.value(line.table, field, before.get(field)),
                    words.value(line.table, field, value),
                )


_MAIN = {
    "mark": "mark",
    "outcome": "kind",
    "enrolment": "state",
    "assessment": "tries",
    "certificate": "number",
    "certificate_event": "what",
    "market_week": "plan",
    "person": "phone",
}
"""The field that says what a new record states."""


def _main_value(words: Words, table: str, values: dict[str, Any]) -> str:
    field = _MAIN.get(table)
    return words.value(table, field, values[field]) if field and values.get(field) else ""


def _rows(session: Session, groups: Sequence[Sequence[Line]]) -> list[StepRow]:
    words = Words(session)
    own = str(session.info.get("writer", ""))
    names = {row.id: row.name for row in session.scalars(select(Computer).where(mine(session, Computer)))}
    undone = _undone(session, [group[0].action for group in groups])
    return [
        StepRow(
            action=first.action,
            name=first.name,
            title=_title(first),
            kind=first.kind,
            at=first.at,
            computer=names.get(first.writer)
            or (_("This computer") if first.writer == own else _("Another computer")),
            own=first.writer == own,
            changes=len(group),
            summary=_summary(words, group),
            undone=first.action in undone,
            refers=first.refers,
        )
        for group in groups
        for first in group[:1]
    ]


def _title(line: Line) -> str:
    if line.kind == "undo":
        return _("Taken back: {action}").format(action=_(line.name))
    if line.kind == "redo":
        return _("Done again: {action}").format(action=_(line.name))
    return _(line.name)


def _summary(words: Words, group: Sequence[Line]) -> str:
    records: dict[str, None] = {}
    for line in group:
        if len(records) > NAMED:
            break
        text = words.record(line.table, line.row, {**loaded(line.before), **loaded(line.after)})
        records.setdefault(text or noun(line.table), None)
    named = list(records)[:NAMED]
    more = len({(line.table, line.row) for line in group}) - len(named)
    if more > 0 and len(records) > NAMED:
        named.append(ngettext("and {count} more", "and {count} more", more).format(count=more))
    return ", ".join(named)


def _undone(session: Session, actions: Sequence[str]) -> set[str]:
    """Those of the actions whose newest undo or redo is an undo."""
    latest: dict[str, tuple[int, str]] = {}
    rows = session.execute(
        select(Line.refers, Line.kind, func.max(Line.effective))
        .where(Line.venue_id == venue_of(session), Line.refers.in_(actions))
        .group_by(Line.refers, Line.kind)
    )
    for refers, kind, stamp in rows:
        if refers is not None and stamp > latest.get(refers, (-1, ""))[0]:
            latest[refers] = (stamp, kind)
    return {action for action, (_stamp, kind) in latest.items() if kind == "undo"}


def _lines_of(session: Session, action: str) -> list[Line]:
    return list(
        session.scalars(
            select(Line)
            .where(Line.venue_id == venue_of(session), Line.action == action)
            .order_by(Line.branch, Line.number)
        )
    )


def _groups(session: Session, chosen: set[str] | None) -> Iterator[list[Line]]:
    """The lines of each action, the newest action first, read no further than asked for."""
    streams = [_newest_first(session, writer) for writer in _writers(session)]
    group: list[Line] = []
    # All lines of an action carry one stamp, and no two actions of a writer share one.
    for line in merge(*streams, key=lambda one: (-one.effective, one.writer, -one.number)):
        if chosen is not None and line.action not in chosen:
            continue
        if group and group[0].action != line.action:
            yield group[::-1]
            group = []
        group.append(line)
    if group:
        yield group[::-1]


def _writers(session: Session) -> list[str]:
    """Everybody who ever wrote, by steps over the key: the journal may be long."""
    found: list[str] = []
    while True:
        where: list[ColumnElement[bool]] = [Line.venue_id == venue_of(session)]
        if found:
            where.append(Line.writer > found[-1])
        following = session.scalar(select(func.min(Line.writer)).where(*where))
        if following is None:
            return found
        found.append(following)


def _newest_first(session: Session, writer: str) -> Iterator[Line]:
    below: int | None = None
    while True:
        where = [Line.venue_id == venue_of(session), Line.writer == writer, Line.branch == 0]
        if below is not None:
            where.append(Line.number < below)
        page = list(session.scalars(select(Line).where(*where).order_by(Line.number.desc()).limit(PAGE)))
        yield from page
        if len(page) < PAGE:
            return
        below = page[-1].number


def _searched(session: Session, text: str) -> set[str]:
    """The actions that a text is found in: their name, the values, and the records of people found by it."""
    wanted = text.strip().casefold()
    here = Line.venue_id == venue_of(session)
    names = list(session.scalars(select(Line.name).where(here).distinct()))
    named = [name for name in names if wanted in _(name).casefold()]
    like = f"%{wanted}%"
    where = or_(
        Line.name.in_(named),
        func.lower(Line.before).like(like),
        func.lower(Line.after).like(like),
    )
    found = set(session.scalars(select(Line.action).where(here, where).distinct()))
    rows = sorted(_rows_about(session, wanted))
    for start in range(0, len(rows), 500):
        part = rows[start : start + 500]
        found |= set(session.scalars(select(Line.action).where(here, Line.row.in_(part)).distinct()))
    return found


def _rows_about(session: Session, wanted: str) -> set[str]:
    """The ids of all records about the people (or businesses) whose name holds the text."""
    people = set(
        session.scalars(
            select(Person.id)
            .where(mine(session, Person), func.lower(Person.name).contains(wanted))
            .limit(200)
        )
    )
    rows = set(people)
    enrolments = set(
        session.scalars(select(Enrolment.id).where(mine(session, Enrolment), Enrolment.person_id.in_(people)))
    )
    rows |= enrolments
    for kind, column, keys in (
        (Mark, Mark.enrolment_id, enrolments),
        (Assessment, Assessment.enrolment_id, enrolments),
        (Outcome, Outcome.person_id, people),
        (Certificate, Certificate.person_id, people),
        (Vendor, Vendor.person_id, people),
    ):
        rows |= set(session.scalars(select(kind.id).where(mine(session, kind), column.in_(keys))))
    return rows


def moment_day(at: str) -> date:
    """The day of a moment as the journal keeps it."""
    return date.fromisoformat(at[:10])
