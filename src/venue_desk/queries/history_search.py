"""Looking through the journal for a text: in the names of actions, in what was written, and by whom it concerned."""

import json
from collections.abc import Callable, Iterator

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from venue_desk.language import _
from venue_desk.queries.changes import loaded
from venue_desk.queries.fields import HIDDEN
from venue_desk.queries.people import found_ids
from venue_desk.store.records import (
    Assessment,
    Certificate,
    Enrolment,
    Lesson,
    Line,
    Outcome,
    Vendor,
    fact,
    mine,
    venue_of,
)

FOUND = 200
"""People whose records are looked up for a search."""
STRIDE = 20_000
"""Lines looked through between two questions whether to go on."""


class Sought:
    """A text, and the records of those who are called so."""

    def __init__(self, session: Session, text: str, stopped: Callable[[], bool]) -> None:
        self._session, self._stopped = session, stopped
        self._text = text.strip().casefold()
        self._rows = _rows_about(session, self._text)
        self._names: dict[str, bool] = {}

    def actions_of(self, writer: str) -> Iterator[str]:
        """The actions of a writer that it is found in, the newest first."""
        here = (Line.venue_id == venue_of(self._session), Line.writer == writer, Line.branch == 0)
        high = self._session.scalar(select(func.max(Line.number)).where(*here)) or 0
        seen: set[str] = set()
        while high > 0 and not self._stopped():
            part = (*here, Line.number > high - STRIDE, Line.number <= high)
            high -= STRIDE
            named = [
                name
                for name in self._session.scalars(select(Line.name).where(*part).distinct())
                if self._called_so(name)
            ]
            for action, name, row, before, after in self._session.execute(self._lines(named).where(*part)):
                if action in seen:
                    continue
                if name in named or row in self._rows or self._says(before) or self._says(after):
                    seen.add(action)
                    yield action

    def _lines(self, named: list[str]) -> Select[str, str, str, str | None, str | None]:
        about = select(func.json_each(json.dumps(sorted(self._rows))).table_valued("value").c.value)
        return (
            select(Line.action, Line.name, Line.row, Line.before, Line.after)
            .where(
                or_(
                    Line.name.in_(named),
                    Line.row.in_(about),
                    # SQLite's LIKE takes small and capital letters for the same.
                    Line.before.contains(self._text, autoescape=True),
                    Line.after.contains(self._text, autoescape=True),
                )
            )
            .order_by(Line.number.desc())
        )

    def _called_so(self, name: str) -> bool:
        if name not in self._names:
            self._names[name] = self._text in _(name).casefold()
        return self._names[name]

    def _says(self, text: str | None) -> bool:
        """Whether a person would find it in these fields: not in ids, signatures or the names of fields."""
        return any(
            self._text in json.dumps(value, ensure_ascii=False).casefold()
            for field, value in loaded(text).items()
            if field not in HIDDEN and field not in _IDS and not field.endswith(("_id", "_ids"))
        )


_IDS = frozenset({"plan", "came", "takings", "merged_into", "vendor_a", "vendor_b", "key", "logo"})


def _rows_about(session: Session, wanted: str) -> set[str]:
    """The ids of all records about the people (or businesses) whose name holds the text."""
    people = set(found_ids(session, wanted, FOUND)) if wanted else set()
    rows = set(people)
    enrolments = set(
        session.scalars(select(Enrolment.id).where(mine(session, Enrolment), Enrolment.person_id.in_(people)))
    )
    rows |= enrolments
    lessons = session.execute(
        select(Lesson.id, Enrolment.id)
        .join(Enrolment, (Enrolment.venue_id == Lesson.venue_id) & (Enrolment.course_id == Lesson.course_id))
        .where(mine(session, Enrolment), Enrolment.person_id.in_(people))
    )
    rows |= {fact("mark", lesson, enrolment) for lesson, enrolment in lessons}
    for kind, column, keys in (
        (Assessment, Assessment.enrolment_id, enrolments),
        (Outcome, Outcome.person_id, people),
        (Certificate, Certificate.person_id, people),
        (Vendor, Vendor.person_id, people),
    ):
        rows |= set(session.scalars(select(kind.id).where(mine(session, kind), column.in_(keys))))
    return rows
