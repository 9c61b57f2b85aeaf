"""What can be seen of people: found as one types, and listed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from venue_desk.domain import people
from venue_desk.domain.courses import CANCELLED
from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.queries.courses import full_title
from venue_desk.store.records import Course, Enrolment, Person, get, mine, refers

_EXPORTED = (
    "name",
    "title_before",
    "title_after",
    "nik",
    "phone",
    "birth_place",
    "birth_date",
    "sex",
    "email",
    "address",
    "area",
    "organisation",
    "note",
    "consent",
)
_LOOKED_AT = 300  # matches among which those that begin a word are put first
_CHUNK = 500  # ids in one statement


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person in a list. ``nik`` is masked; ``courses`` counts what they take or took part in."""

    id: str
    name: str
    title_before: str
    title_after: str
    nik: str
    phone: str
    birth_date: date | None
    sex: str | None
    organisation: str
    area: str
    courses: int
    last: str

    @property
    def shown(self) -> str:
        return people.full_name(self.name, self.title_before, self.title_after)


def ids(session: Session, text: str = "", order: str = "name", *, descending: bool = False) -> list[str]:
    """The ids of all people, or of those who match what was typed. Those merged into others are left out.

    In the order of ``name``, ``phone``, ``nik`` (its end, as it is shown) or ``courses`` (how many), and by name within
    it; who has no phone or NIK comes last either way.
    """
    key = _order(session, order)
    first = [] if key is None else [key.is_(None), key.desc() if descending else key]
    name = Person.search.desc() if key is None and descending else Person.search
    query = select(Person.id).where(here(session), *_matching(text))
    ordered = query.order_by(*first, name, Person.id).subquery()
    # One long text instead of a row for each: a third of the time for 50,000 people.
    joined: str | None = session.scalar(select(func.group_concat(ordered.c.id, " ")))
    return joined.split() if joined else []


def _order(session: Session, order: str) -> ColumnElement[Any] | None:
    """What people are ordered by before their names; None: by their names alone."""
    if order == "phone":
        return func.nullif(Person.phone, "")
    if order == "nik":
        return func.substr(func.nullif(Person.nik, ""), -4)
    if order == "courses":
        taken = select(Enrolment.person_id, func.count().label("many")).where(_takes_part(session))
        counts = taken.group_by(Enrolment.person_id).cte()
        return func.coalesce(
            select(counts.c.many).where(counts.c.person_id == Person.id).scalar_subquery(), 0
        )
    return None


def _takes_part(session: Session) -> ColumnElement[bool]:
    """The condition that an enrolment counts among somebody's courses."""
    return and_(mine(session, Enrolment), Enrolment.state != CANCELLED, Enrolment.guest.is_(False))


def found(session: Session, text: str, most: int = 50) -> list[PersonRow]:
    """Who matches what is being typed: a part of a name in new or old spelling, of a phone, the end of a NIK.

    Names that begin so come first, then those with a word that begins so, then the others.
    """
    return rows(session, found_ids(session, text, most))


def found_ids(session: Session, text: str, most: int) -> list[str]:
    """The ids of those who match, the likeliest first; by name when nothing is typed."""
    if not text.strip():
        return ids(session)[:most]
    whole = _by_nik(text)
    if whole is not None:
        return list(session.scalars(select(Person.id).where(here(session), whole).limit(most)))
    parts = people.search_parts(text)
    if not parts:
        return []
    # A range of the index for names that begin so, then one pass over it for the rest, cut where enough is found.
    starts = or_(*(and_(Person.search >= one, Person.search < one + "\uffff") for one in parts[0]))
    ranked = _ordered(session, [starts, *_contain(parts)], most)
    if len(ranked) < most:
        more = _ordered(session, _contain(parts), most + _LOOKED_AT)
        ranked += sorted(more, key=lambda row: _begins_no_word(row[1], parts[0]))
    return list(dict.fromkeys(person_id for person_id, _search in ranked))[:most]


def _ordered(session: Session, where: Sequence[ColumnElement[bool]], most: int) -> list[tuple[str, str]]:
    query = select(Person.id, Person.search).where(here(session), *where).order_by(Person.search).limit(most)
    return [(person_id, search) for person_id, search in session.execute(query)]


def _begins_no_word(search: str, spellings: Sequence[str]) -> bool:
    return not any(sign + one in search for one in spellings for sign in " |#")


def here(session: Session) -> ColumnElement[bool]:
    """The condition that somebody counts: of this venue and not merged into another."""
    return and_(mine(session, Person), Person.merged_into.is_(None))


def _matching(text: str) -> list[ColumnElement[bool]]:
    if not text.strip():
        return []
    whole = _by_nik(text)
    if whole is not None:
        return [whole]
    # What has neither letters nor digits is found nowhere.
    return _contain(people.search_parts(text)) or [Person.id.is_(None)]


def _contain(parts: Sequence[tuple[str, ...]]) -> list[ColumnElement[bool]]:
    # Parts hold small letters and digits only, so nothing in them is a wildcard.
    return [or_(*(Person.search.like(f"%{one}%") for one in spellings)) for spellings in parts]


def _by_nik(text: str) -> ColumnElement[bool] | None:
    """A whole NIK is looked up as it is: the search column holds its end only."""
    digits = "".join(text.split())
    return Person.nik == digits if len(digits) == 16 and digits.isdigit() else None


def rows(session: Session, wanted: Sequence[str]) -> list[PersonRow]:
    """The people with these ids, in this order; those that are gone are left out."""
    made: dict[str, PersonRow] = {}
    for at in range(0, len(wanted), _CHUNK):
        chunk = wanted[at : at + _CHUNK]
        courses = _courses(session, chunk)
        for one in session.execute(
            select(
                Person.id,
                Person.name,
                Person.title_before,
                Person.title_after,
                Person.nik,
                Person.phone,
                Person.birth_date,
                Person.sex,
                Person.organisation,
                Person.area,
            ).where(mine(session, Person), Person.id.in_(chunk))
        ):
            count, last = courses.get(one.id, (0, ""))
            made[one.id] = PersonRow(
                one.id,
                one.name,
                one.title_before,
                one.title_after,
                people.masked(one.nik),
                people.phone_shown(one.phone),
                one.birth_date,
                one.sex,
                one.organisation,
                one.area,
                count,
                last,
            )
    return [made[person_id] for person_id in wanted if person_id in made]


def _courses(session: Session, wanted: Sequence[str]) -> dict[str, tuple[int, str]]:
    counted: dict[str, tuple[int, str]] = {}
    for person_id, title, batch in session.execute(
        select(Enrolment.person_id, Course.title, Course.batch)
        .join(Course, refers(Enrolment.course_id, Course))
        .where(_takes_part(session), Enrolment.person_id.in_(wanted))
        .order_by(Course.starts_on)
    ):
        count, _last = counted.get(person_id, (0, ""))
        counted[person_id] = count + 1, full_title(title, batch)
    return counted


def count(session: Session) -> int:
    """How many people there are."""
    return session.scalar(select(func.count()).select_from(Person).where(here(session))) or 0


def named(session: Session, text: str) -> PersonRow:
    """The one person that an id, a whole NIK or a name means. Raises Problem where it is none or several."""
    direct = resolved(session, text)
    if direct is not None:
        return rows(session, [direct.id])[0]
    matching = found(session, text, most=4)
    exact = [one for one in matching if people.fold(one.name) == people.fold(text)]
    matching = exact if len(exact) == 1 else matching
    if not matching:
        raise Problem(
            _("Nobody is found by “{text}”.").format(text=text), _("Try a part of the name or of the phone.")
        )
    if len(matching) > 1:
        raise Problem(
            _("“{text}” fits more than one person: {names}.").format(
                text=text, names=", ".join(f"{one.shown} ({one.id[:8]})" for one in matching)
            ),
            _("Give the id of the one you mean."),
        )
    return matching[0]


def resolved(session: Session, person_id: str) -> Person | None:
    """The person with an id or the beginning of one (8 or more), or whom they turned out to be."""
    person = get(session, Person, person_id)
    if person is None and 8 <= len(person_id) < 32 and person_id.isalnum():
        matching = session.scalars(
            select(Person).where(mine(session, Person), Person.id.startswith(person_id)).limit(2)
        ).all()
        person = matching[0] if len(matching) == 1 else None
    seen = set()
    while person is not None and person.merged_into and person.id not in seen:
        seen.add(person.id)
        person = get(session, Person, person.merged_into)
    return person


def exported(session: Session) -> list[dict[str, object]]:
    """All people with all that is known, by name, for a file that leaves the desk. Fields are a Person's."""
    columns = [getattr(Person, field) for field in _EXPORTED]
    found = session.execute(select(*columns).where(here(session)).order_by(Person.search, Person.id))
    return [dict(zip(_EXPORTED, row, strict=True)) for row in found]


def resolved_id(session: Session, person_id: str) -> str | None:
    """The id that somebody has now, after merging; None when they are gone."""
    person = resolved(session, person_id)
    return person.id if person else None
