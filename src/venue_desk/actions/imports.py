"""Take a list of people in, as one step: new ones, known ones whose gaps are filled, and their places in a course."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from venue_desk.actions import enrolments
from venue_desk.actions.people import TEXTS, consent, fill
from venue_desk.domain import clock
from venue_desk.domain.people import Choice, Entry, Standing, usual_choice
from venue_desk.domain.people import choices as possible
from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.queries.people import resolved
from venue_desk.queries.twins import Compared
from venue_desk.store.records import Person, new_id

_FIELDS = ("nik", "phone", "email", "birth_date", "sex", *TEXTS)


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a list, by numbers and, for the course, by names."""

    added: int
    known: int
    """Rows that were somebody already here or in an earlier row."""
    filled: int
    """People already here of whom something new is known now."""
    skipped: int
    ids: tuple[str, ...]
    enrolled: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    refused: tuple[enrolments.Refused, ...] = ()


def accept(
    session: Session,
    rows: Sequence[Compared],
    *,
    chosen: Mapping[int, Choice] | None = None,
    same_as: Mapping[int, str] | None = None,
    days: Mapping[int, date] | None = None,
    course_id: str | None = None,
    asked: str = "",
) -> Imported:
    """Import people

    ``chosen`` overrules by line what is usually done with a row, ``same_as`` says which of several alike it is,
    ``days`` its date of birth; ``asked`` is the question about consent in the list. With ``course_id`` all of them
    are enrolled or go on its waiting list.
    Raises Problem when there is nobody to take or the course cannot take anyone; then nothing was changed.
    """
    chosen, days, same_as = chosen or {}, days or {}, same_as or {}
    by_line: dict[int, Person] = {}
    people: dict[str, Person] = {}
    added: list[Person] = []
    filled: set[str] = set()
    known = skipped = 0
    today = clock.today()
    for row in rows:
        choice = _choice(row, chosen.get(row.entry.line))
        if choice is Choice.SKIP:
            skipped += 1
            continue
        entry, given = row.entry, _given(row.entry, days.get(row.entry.line), asked)
        person = None
        if choice is Choice.SAME:
            person = _same(session, row, by_line, same_as.get(entry.line))
        if person is None:
            person = Person(id=new_id(), name=entry.name, added_on=today, **given)
            added.append(person)
        else:
            known += 1
            if fill(person, given) and person.id not in people:
                filled.add(person.id)
        by_line[entry.line] = person
        people.setdefault(person.id, person)
    if not people:
        raise Problem(
            _("There is nobody in this list to take."), _("Check which column holds the names, and the rows.")
        )
    session.add_all(added)
    session.flush()
    done = None
    if course_id is not None:
        done = enrolments.enrol(session, course_id, list(people))
    return Imported(
        len(added),
        known,
        len(filled),
        skipped,
        tuple(people),
        done.enrolled if done else (),
        done.waiting if done else (),
        done.refused if done else (),
    )


def _choice(row: Compared, wanted: Choice | None) -> Choice:
    if wanted is None or wanted not in possible(row.standing):
        return usual_choice(row.standing)
    return wanted


def _same(
    session: Session, row: Compared, by_line: Mapping[int, Person], person_id: str | None
) -> Person | None:
    """The person that a row is: the one said, an earlier row's, or the likeliest of those who are here."""
    if person_id:
        return resolved(session, person_id)
    if row.standing in (Standing.REPEATED, Standing.ALIKE) and (first := by_line.get(row.entry.repeats or 0)):
        return first
    return resolved(session, row.alike[0].person.id) if row.alike else None


def _given(entry: Entry, day: date | None, asked: str) -> dict[str, Any]:
    given: dict[str, Any] = {field: getattr(entry, field) for field in _FIELDS}
    if day is not None:
        given["birth_date"] = day
    if entry.consent is not None:
        given["consent"] = consent(entry.consent, "import", asked)
    return given
