"""What can be done with people: add, edit, merge two who are one, agree, show a NIK."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue_desk.domain import clock, people
from venue_desk.domain.people import Weight
from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.queries.people import resolved
from venue_desk.store.desk import aside
from venue_desk.store.records import Certificate, Enrolment, Outcome, Person, Reveal, Vendor, mine, new_id

TEXTS = ("birth_place", "address", "area", "organisation", "note", "title_before", "title_after")


def add(session: Session, /, name: str, **fields: Any) -> str:
    """Add person

    Fields are a Person's, as typed: they are read as a spreadsheet's are. Returns the id. Raises Problem for what
    cannot be a name, phone, NIK or date; what is merely odd is kept.
    """
    person = Person(id=new_id(), name="", added_on=clock.today())
    _change(person, {"name": name, **fields})
    session.add(person)
    return person.id


def edit(session: Session, /, person_id: str, **fields: Any) -> None:
    """Edit person

    Only the fields that are given are changed. Raises Problem as ``add`` does.
    """
    _change(_person(session, person_id), fields)


def _person(session: Session, person_id: str) -> Person:
    person = resolved(session, person_id)
    if person is None:
        raise Problem(_("This person is not here any more."), hint=_("Look for them again."))
    return person


def _change(person: Person, fields: Mapping[str, Any]) -> None:
    for field, written in fields.items():
        if field == "name":
            _name(person, written, fields)
        elif field == "nik":
            nik = people.read_nik(written)
            _refuse(nik.text, nik.doubts)
            person.nik = nik.text
        elif field == "phone":
            person.phone, doubts = people.read_phone(written)
            _refuse(person.phone, doubts)
        elif field == "email":
            email, doubt = people.read_email(written)
            _refuse(email, (doubt,) if doubt else ())
            person.email = email or ""
        elif field == "birth_date":
            dated = people.read_date(written)
            _refuse(dated.day, dated.doubts)
            person.birth_date = dated.day
        elif field == "sex":
            person.sex, doubt = people.read_sex(written)
            _refuse(person.sex, (doubt,) if doubt else ())
        elif field == "consent":
            person.consent = consent(written, "form") if written is not None else None
        elif field == "delete_by":
            person.delete_by = written
        elif field in TEXTS:
            setattr(person, field, people.cleaned(str(written or "")))
        else:
            raise ValueError(f"unknown field: {field}")


def _name(person: Person, written: str, fields: Mapping[str, Any]) -> None:
    name = people.read_name(written)
    _refuse(name.text, name.doubts)
    person.name = name.text
    # Titles typed with the name go where they belong, unless they were given by themselves.
    if name.before and "title_before" not in fields:
        person.title_before = name.before
    if name.after and "title_after" not in fields:
        person.title_after = name.after


def _refuse(taken: object, doubts: Any) -> None:
    """What was written but could not be taken must not vanish without a word."""
    refused = [doubt for doubt in doubts if doubt.weight is Weight.REFUSED]
    if not taken and refused:
        shown = f"“{refused[0].written}”: " if refused[0].written else ""
        raise Problem(f"{shown}{refused[0].words}", hint=_("Correct it or leave it empty."))


def consent(given: bool, how: str, what: str = "") -> dict[str, Any]:
    """The value of Person.consent: what was answered, when and how (``form``, ``import``, ``paper``)."""
    return {"given": given, "on": clock.today().isoformat(), "how": how, "what": what}


def agree(session: Session, /, person_id: str, given: bool, how: str = "paper", what: str = "") -> None:
    """Record consent"""
    _person(session, person_id).consent = consent(given, how, what)


@aside
def reveal(session: Session, /, person_id: str) -> str:
    """Show NIK

    Returns the whole NIK; that it was looked at is recorded. Raises Problem when there is none.
    """
    person = _person(session, person_id)
    if not person.nik:
        raise Problem(_("{name} has no NIK here.").format(name=person.name))
    session.add(Reveal(id=new_id(), person_id=person.id, what="nik", at=clock.moment()))
    return person.nik


@aside
def note_export(session: Session, /, people_count: int) -> None:
    """Export people

    Notes that a file with so many whole NIKs was made.
    """
    session.add(Reveal(id=new_id(), person_id="", what=f"export {people_count}", at=clock.moment()))


def remove(session: Session, /, person_id: str) -> str:
    """Remove person

    Only somebody without a course, certificate or business. Returns the name. Raises Problem.
    """
    person = _person(session, person_id)
    for kind, key in (
        (Enrolment, Enrolment.person_id),
        (Certificate, Certificate.person_id),
        (Outcome, Outcome.person_id),
        (Vendor, Vendor.person_id),
    ):
        if session.scalar(select(kind.id).where(mine(session, kind), key == person.id).limit(1)) is not None:
            raise Problem(
                _("{name} has taken part here, so the record has to stay.").format(name=person.name),
                hint=_("If they stand here twice, merge the two."),
            )
    session.delete(person)
    return person.name


def fill(person: Person, given: Mapping[str, Any]) -> list[str]:
    """Fill what is empty and never overwrite. Returns the fields that were filled."""
    filled = []
    for field, value in given.items():
        if value and not getattr(person, field):
            setattr(person, field, value)
            filled.append(field)
    return filled
