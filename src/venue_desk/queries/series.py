"""Who has had a turn in a series: here, or at another venue as far as the centre's list says; and how fresh it is."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, select, tuple_
from sqlalchemy.orm import Session, aliased

from venue_desk.domain import courses
from venue_desk.domain.courses import ENROLLED, LEFT
from venue_desk.domain.people import Someone
from venue_desk.domain.reference import SERIES, TURN
from venue_desk.domain.turns import BORN, NIK, PHONE, series_key, turns
from venue_desk.language import _, date_long
from venue_desk.queries.courses import earlier, one_series
from venue_desk.queries.people import resolved
from venue_desk.queries.sync import standing
from venue_desk.store.records import Course, Enrolment, Person, Reference, get, mine, refers

_SURE = (NIK, BORN, PHONE)


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn that somebody had: here, as ``name`` (empty: surely the same person), or elsewhere, known ``by``."""

    name: str = ""
    by: str = ""

    @property
    def words(self) -> str:
        """What is said after their name."""
        if self.by == NIK:
            return _("has already taken part in this series, at another venue")
        if self.by == BORN:
            return _(
                "has probably already taken part in this series, at another venue (same name and date of birth)"
            )
        if self.by == PHONE:
            return _("has probably already taken part in this series, at another venue (same name and phone)")
        if self.name:
            return _("has probably already taken part in this series, as {name}").format(name=self.name)
        return _("has already taken part in this series")


def had_turn(session: Session, course_id: str, people: Iterable[Someone]) -> dict[str, Turn]:
    """Who of these may not join a course without a reason, by their id; nobody where it is not once per person."""
    course = get(session, Course, course_id)
    if course is None or not course.once_per_person:
        return {}
    before, found, others = earlier(session, course_id), dict[str, Turn](), list[Someone]()
    for one in people:
        same = courses.joined_before(one, before)
        if same is None:
            others.append(one)
        else:
            found[one.id] = Turn("" if same.id == one.id or same.name == one.name else same.name)
    return found | {who: Turn(by=by) for who, by in elsewhere(session, course.series, others).items()}


def twice(session: Session) -> list[tuple[str, str, str, Turn]]:
    """Who has a place in an open course without a reason, and a turn besides: the course, its code, the name, the turn.

    Two desks or two venues let them in without knowing of each other, or two records turned out to be one person.
    """
    listed: dict[str, list[tuple[Any, Someone]]] = {}  # by series: the place, and who has it
    for place in session.execute(
        select(
            Enrolment.id, Enrolment.course_id, Course.code, Course.series, Person.id.label("person_id"),
            Person.name, Person.nik, Person.birth_date, Person.phone,
        )
        .join(Course, refers(Enrolment.course_id, Course))
        .join(Person, refers(Enrolment.person_id, Person))
        .where(mine(session, Enrolment), Course.once_per_person, Course.closed_on.is_(None), _doubtful())
        .order_by(Course.starts_on, Course.code, Course.id, Enrolment.position, Enrolment.id)
    ):  # fmt: skip
        who = Someone(place.person_id, place.name, place.nik, place.birth_date, place.phone)
        listed.setdefault(place.series, []).append((place, who))
    here = _had_before(session) if listed else set()
    found = []
    for name, places in listed.items():
        others = elsewhere(session, name, [who for _place, who in places])
        for place, who in places:
            if place.id in here or who.id in others:
                had = Turn() if place.id in here else Turn(by=others[who.id])
                found.append((place.course_id, place.code, who.name, had))
    return found


def _doubtful() -> ColumnElement[bool]:
    """A place that has no reason."""
    return and_(Enrolment.state == ENROLLED, Enrolment.guest.is_(False), Enrolment.exception == "")


def _had_before(session: Session) -> set[str]:
    """Those places whose very person had one in a course of the series that began before."""
    then, before = aliased(Enrolment), aliased(Course)
    rows = session.execute(
        select(Enrolment.id, Course.series, before.series)
        .join(Course, refers(Enrolment.course_id, Course))
        .join(then, (then.venue_id == Enrolment.venue_id) & (then.person_id == Enrolment.person_id))
        .join(before, (before.venue_id == then.venue_id) & (before.id == then.course_id))
        .where(mine(session, Enrolment), Course.once_per_person, Course.closed_on.is_(None), _doubtful())
        .where(then.state.in_((ENROLLED, LEFT)), then.guest.is_(False), before.series != "")
        .where(
            tuple_(before.starts_on, before.code, before.id)
            < tuple_(Course.starts_on, Course.code, Course.id)
        )
    )
    return {place for place, series, other in rows if one_series(series, other)}


def in_doubt(session: Session, enrolment_id: str) -> Turn | None:
    """The turn for which somebody on a list needs a reason to have a place, if there is one without a reason yet."""
    one = get(session, Enrolment, enrolment_id)
    if one is None or one.guest or one.exception:
        return None
    person = resolved(session, one.person_id)
    return had_turn(session, one.course_id, [someone(person)]).get(person.id) if person else None


def someone(one: Person) -> Someone:
    """A person as they are compared."""
    return Someone(one.id, one.name, one.nik, one.birth_date, one.phone, one.email or None, one.sex)


def elsewhere(session: Session, series: str, people: Iterable[Someone]) -> dict[str, str]:
    """Which of these people had a turn at another venue: by their id, by what the surest digest knew them.

    The centre never sends a venue its own turns. Nothing where no list of the series came.
    """
    secret = _secret(session, series)
    if not secret:
        return {}
    asked: dict[str, list[tuple[str, str]]] = {}  # by digest: who, by what
    for one in people:
        for by, digest in turns(secret, one):
            asked.setdefault(digest, []).append((one.id, by))
    found: dict[str, str] = {}
    for digest in _there(session, series_key(series), list(asked)):
        for person, by in asked[digest]:
            found[person] = min(found.get(person, by), by, key=_SURE.index)
    return found


def _secret(session: Session, series: str) -> str:
    key = series_key(series)
    value = session.scalar(select(Reference.value).where(Reference.kind == SERIES, Reference.key == key))
    return str((value or {}).get("secret") or "") if key else ""


def _there(session: Session, series: str, digests: list[str]) -> Iterable[str]:
    """Those digests of which a turn is here; each costs one look at the index."""
    wanted = func.json_each(json.dumps(digests)).table_valued("value").alias("wanted")
    start = literal(f"{series}/").concat(wanted.c.value)
    # A turn's key goes on with "/" and what keeps two venues' turns apart; "0" follows "/".
    within = (Reference.key >= start.concat("/"), Reference.key < start.concat("0"))
    turn = select(literal(1)).select_from(Reference).where(Reference.kind == TURN, *within)
    return session.scalars(select(wanted.c.value).where(turn.exists())).all()


@dataclass(frozen=True, slots=True)
class Fresh:
    """How far turns at other venues are known here. ``listed``: the centre's list of the series is here."""

    listed: bool
    last: str | None  # local moment of the last sync that went well

    @property
    def words(self) -> str:
        """In a sentence."""
        day = date_long(date.fromisoformat(self.last[:10])) if self.last else ""
        if self.listed and day:
            return _("Turns at other venues: as of the last sync, {day}.").format(day=day)
        if day:
            return _(
                "Turns at other venues are not known yet: the last sync, {day}, brought no list of this series."
            ).format(day=day)
        return _("Turns at other venues are not known yet: this computer has not synced yet.")


def fresh(session: Session, course_id: str) -> Fresh | None:
    """How fresh the list of a course's series is; None where it is for everybody, or this desk has no centre."""
    course, known = get(session, Course, course_id), standing(session)
    if course is None or not course.once_per_person or known is None:
        return None
    return Fresh(bool(_secret(session, course.series)), known.last)
