"""Who is likely one person: among those who are here, and between them and the rows of a list."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from venue_desk.domain import people
from venue_desk.domain.people import Entry, Likeness, Sameness, Someone, Standing
from venue_desk.domain.people.twins import ENOUGH_WORDS, blocks
from venue_desk.queries.people import PersonRow, here, resolved, rows
from venue_desk.queries.series import Turn, had_turn, someone
from venue_desk.store.bulk import chunks
from venue_desk.store.records import Person


@dataclass(frozen=True, slots=True)
class Alike:
    """Somebody who is likely the same person."""

    person: PersonRow
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class Compared:
    """A row of a list and where it stands. ``turn`` is the turn that they already had in the course's series."""

    entry: Entry
    standing: Standing
    alike: tuple[Alike, ...] = ()
    turn: Turn | None = None


def alike(session: Session, person_id: str, most: int = 5) -> list[Alike]:
    """Who is likely the same person as this one."""
    one = resolved(session, person_id)
    return alike_to(session, someone(one), most) if one else []


def alike_to(session: Session, person: Someone, most: int = 5) -> list[Alike]:
    """Who is likely the same as somebody who may not be here yet."""
    return _alike(session, [person], most).get(person.id, [])


def compared(session: Session, entries: Sequence[Entry], course_id: str | None = None) -> list[Compared]:
    """Each row of a list against all people, and against those who already had a turn in the course's series."""
    named = [entry.someone for entry in entries if entry.name]
    alike_by_line = _alike(session, named, 3)
    had = had_turn(session, course_id, named) if course_id else {}
    result = []
    for entry in entries:
        found = tuple(alike_by_line.get(str(entry.line), ()))
        result.append(Compared(entry, _standing(entry, found), found, had.get(str(entry.line))))
    return result


def _standing(entry: Entry, found: Sequence[Alike]) -> Standing:
    codes = {doubt.code for doubt in entry.doubts}
    best = found[0].likeness.sameness if found else Sameness.NO
    if not entry.name:
        return Standing.NAMELESS
    if entry.consent is False:
        return Standing.REFUSED
    if "row-repeated" in codes:
        return Standing.REPEATED
    if best is Sameness.CERTAIN:
        return Standing.KNOWN
    if "row-alike" in codes:
        return Standing.ALIKE
    return Standing.LIKELY if best is Sameness.LIKELY else Standing.NEW


def _alike(session: Session, wanted: Sequence[Someone], most: int) -> dict[str, list[Alike]]:
    finder = people.TwinFinder()
    finder.extend(_sharing(session, wanted))
    twins = {one.id: found for one in wanted if (found := finder.twins(one, most))}
    ids = dict.fromkeys(twin.id for found in twins.values() for twin, _like in found)
    shown = {row.id: row for row in rows(session, list(ids))}
    return {
        key: [Alike(shown[twin.id], like) for twin, like in found if twin.id in shown]
        for key, found in twins.items()
    }


_ONE_BY_ONE = 5  # so many are looked up through the indexes; for more, one pass over all people costs less


def likely(
    session: Session, ids: Sequence[str], writers: Mapping[str, str]
) -> list[tuple[str, str, Likeness]]:
    """Which of these people are likely the same as somebody whom another computer wrote, each pair once.

    ``writers``: who wrote each person; whoever entered two on one computer was asked there.
    """
    if len(set(writers.values())) < 2:
        return []
    wanted: dict[str, list[Someone]] = {}
    for part in chunks(ids, 500):
        for person in session.scalars(select(Person).where(here(session), Person.id.in_(part))):
            wanted.setdefault(writers.get(person.id, ""), []).append(someone(person))
    everybody = _sharing(session, [one for some in wanted.values() for one in some])
    found: dict[tuple[str, ...], tuple[str, str, Likeness]] = {}
    for writer, some in wanted.items():
        finder = people.TwinFinder()
        finder.extend(one for one in everybody if writers.get(one.id, "") != writer)
        for one in some:
            for twin, like in finder.twins(one):
                found.setdefault(tuple(sorted((one.id, twin.id))), (one.id, twin.id, like))
    return list(found.values())


def words(reasons: Sequence[str]) -> str:
    """Why two are alike, in words: ``same name, same phone``."""
    return Likeness(1.0, reasons).words


def _sharing(session: Session, wanted: Sequence[Someone]) -> list[Someone]:
    """Those people of the venue who share a NIK, a phone, a date of birth or a name with any of ``wanted``."""
    keys = {block for one in wanted for block in blocks(one.nik, one.phone, one.email, one.born, one.key)}
    columns = select(
        Person.id,
        Person.name,
        Person.nik,
        Person.birth_date,
        Person.phone,
        Person.email,
        Person.sex,
        Person.search,
    ).where(here(session))
    few = len(wanted) <= _ONE_BY_ONE
    parts = [columns.where(part) for one in wanted for part in _alike_in(one)] if few else [columns]
    result: dict[str, Someone] = {}
    for part in parts:
        for person_id, name, nik, born, phone, email, sex, search in session.execute(part):
            folded = people.folded_of(search)
            if not keys.isdisjoint(blocks(nik, phone, email, born, folded)):
                result[person_id] = Someone(person_id, name, nik, born, phone, email or None, sex, folded)
    return list(result.values())


def _alike_in(one: Someone) -> Iterator[ColumnElement[bool]]:
    if one.nik:
        yield Person.nik == one.nik
    if one.phone:
        yield Person.phone == one.phone
    if one.born:
        days = {one.born}
        if one.born.day <= 12:
            days.add(one.born.replace(month=one.born.day, day=one.born.month))
        yield Person.birth_date.in_(days)
    if one.email:
        yield Person.email == one.email
    if len(one.key.split()) >= ENOUGH_WORDS:
        yield and_(*(Person.search.like(f"%{word}%") for word in one.key.split()))
