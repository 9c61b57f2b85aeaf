"""The journal as people read it: who did what, when and on which computer, and what changed from what to what."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import merge
from itertools import groupby, islice
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from venue_desk.language import _, ngettext, number
from venue_desk.queries.changes import Words, loaded, stall_changes
from venue_desk.queries.fields import HIDDEN, field_name, noun
from venue_desk.queries.history_search import Sought
from venue_desk.store.records import (
    Computer,
    Line,
    mine,
    venue_of,
)

PAGE = 400
"""Lines read at once. They are read without what they hold: an import has thousands."""
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


@dataclass(slots=True)
class _Group:
    """The lines of one action: any one of them, how many there are, and the first few."""

    line: Any
    count: int
    first: Sequence[Any]


def steps(
    session: Session,
    text: str = "",
    limit: int = 60,
    after: str | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> list[StepRow]:
    """The newest actions first, those that ``text`` is found in; ``after`` goes on below that action.

    A search through years takes a second or two: ``stopped`` is asked now and then whether to give it up.
    """
    sought = Sought(session, text, stopped) if text.strip() else None
    groups = _groups(session, sought)
    if after is not None:
        for group in groups:
            if group.line.action == after:
                break
    return _rows(session, list(islice(groups, limit)))


def changes(session: Session, action: str, limit: int = 300) -> list[ChangeRow]:
    """What an action changed, field by field; no more than ``limit`` rows."""
    words = Words(session)
    rows: list[ChangeRow] = []
    for line in _lines_of(session, action, limit):
        if len(rows) >= limit:
            break
        rows += _changed(session, words, line)
    return rows[:limit]


def _changed(session: Session, words: Words, line: Line) -> Iterator[ChangeRow]:
    before, after = loaded(line.before), loaded(line.after)
    record = words.record(line.table, line.row, {**before, **after})
    kind = noun(line.table)
    if line.before is None:
        yield ChangeRow(kind, record, "", "", _main_value(words, line.table, after) or _("Added"))
        if after.get("exception"):  # somebody was enrolled although they had a turn: never without its reason
            why = words.value(line.table, "exception", after["exception"])
            yield ChangeRow(kind, record, field_name(line.table, "exception"), "", why)
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


def _rows(session: Session, groups: Sequence[_Group]) -> list[StepRow]:
    words = Words(session)
    own = str(session.info.get("writer", ""))
    names = {row.id: row.name for row in session.scalars(select(Computer).where(mine(session, Computer)))}
    undone = _undone(session, [group.line.action for group in groups])
    rows = []
    for group in groups:
        line = group.line
        unnamed = _("This computer") if line.writer == own else _("Another computer")
        rows.append(
            StepRow(
                action=line.action,
                name=line.name,
                title=_title(line),
                kind=line.kind,
                at=line.at,
                computer=names.get(line.writer) or unnamed,
                own=line.writer == own,
                changes=group.count,
                summary=_summary(session, words, group),
                undone=line.action in undone,
                refers=line.refers,
            )
        )
    return rows


def _title(line: Any) -> str:
    if line.kind == "undo":
        return _("Taken back: {action}").format(action=_(line.name))
    if line.kind == "redo":
        return _("Done again: {action}").format(action=_(line.name))
    return _(line.name)


def _summary(session: Session, words: Words, group: _Group) -> str:
    """The first few records by name, and how many more."""
    named: dict[str, None] = {}
    for line in group.first:
        text = words.record(line.table, line.row)
        if not text:  # it is gone: its line says what it was called
            whole = session.get(Line, (line.venue_id, line.writer, line.branch, line.number))
            assert whole is not None
            text = words.named(line.table, {**loaded(whole.before), **loaded(whole.after)})
        named.setdefault(text or noun(line.table), None)
    texts = list(named)[:NAMED]
    more = group.count - NAMED
    if more > 0 and len(named) >= NAMED:
        texts.append(ngettext("and {count} more", "and {count} more", more).format(count=number(more)))
    return ", ".join(texts)


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


def _lines_of(session: Session, action: str, limit: int) -> list[Line]:
    """The first lines of an action, whole."""
    return list(
        session.scalars(
            select(Line)
            .where(Line.venue_id == venue_of(session), Line.action == action)
            .order_by(Line.branch, Line.number)
            .limit(limit)
        )
    )


def _groups(session: Session, sought: Sought | None) -> Iterator[_Group]:
    """The lines of each action, the newest action first, read no further than asked for."""
    # All lines of an action carry one stamp, and no two actions of a writer share one.
    streams = [
        _groups_of(session, writer)
        if sought is None
        else (_whole(session, action) for action in sought.actions_of(writer))
        for writer in _writers(session)
    ]
    yield from merge(*streams, key=lambda one: (-one.line.effective, one.line.writer))


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


_SEEN = (
    Line.venue_id, Line.writer, Line.branch, Line.number, Line.effective, Line.action, Line.name, Line.kind,
    Line.refers, Line.at, Line.table, Line.row,
)  # fmt: skip


def _groups_of(session: Session, writer: str) -> Iterator[_Group]:
    """One writer's actions, the newest first. One that runs over a page is counted where it lies."""
    below: int | None = None
    while True:
        where = [Line.venue_id == venue_of(session), Line.writer == writer, Line.branch == 0]
        if below is not None:
            where.append(Line.number < below)
        page = session.execute(select(*_SEEN).where(*where).order_by(Line.number.desc()).limit(PAGE)).all()
        below = None
        for action, some in groupby(page, key=lambda line: line.action):
            lines = list(some)
            if len(page) == PAGE and lines[-1] is page[-1]:
                group = _whole(session, action)
                below = group.first[0].number
            else:
                group = _Group(lines[0], len(lines), lines[: -NAMED - 1 : -1])
            yield group
        if below is None:
            return


def _whole(session: Session, action: str) -> _Group:
    """An action however long it is: its first lines, and how many there are."""
    # An action is one writer's. To name the writer would have SQLite walk all that this one ever wrote.
    where = (Line.venue_id == venue_of(session), Line.branch == 0, Line.action == action)
    count = session.scalar(select(func.count()).where(*where)) or 0
    first = session.execute(select(*_SEEN).where(*where).order_by(Line.number).limit(NAMED)).all()
    return _Group(first[0], count, first)


def moment_day(at: str) -> date:
    """The day of a moment as the journal keeps it."""
    return date.fromisoformat(at[:10])
