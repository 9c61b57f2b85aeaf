"""Two computers of one parish: work apart, sync, and end with the same records."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import centres
from venue_desk.actions import people, venue
from venue_desk.queries import sync as standing
from venue_desk.store.capture import encode, fields, kinds
from venue_desk.store.desk import Desk
from venue_desk.store.records import Person, get


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[centres.Running]:
    with centres.running(centres.make(tmp_path / "centre")) as running:
        yield running


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Desk, Desk]]:
    made = []
    for name in ("Sekretariat", "Aula"):
        desk = Desk.create(tmp_path / name)
        desk.do(venue.set_up, name=f"Paroki Santo Lukas {name}", kind="parish")
        made.append(desk)
    yield made[0], made[1]
    for desk in made:
        desk.close()


def everything(session: Session) -> dict[tuple[str, str], dict[str, Any]]:
    """Every record there is."""
    return {
        (name, row.id): {f: encode(getattr(row, f)) for f in fields(kind)}
        for name, kind in kinds().items()
        for row in session.scalars(select(kind))
    }


def at_centre(centre: centres.Running) -> dict[tuple[str, str], dict[str, Any]]:
    with Session(centre.centre.engine) as session:
        return everything(session)


def named(session: Session, person: str) -> str:
    found = get(session, Person, person)
    return found.name if found else ""


def edit(session: Session, person: str, **changes: str) -> None:
    """Edit a person"""
    found = get(session, Person, person)
    assert found is not None
    for field, value in changes.items():
        setattr(found, field, value)


def test_they_end_with_the_same_records(centre: centres.Running, two: tuple[Desk, Desk]) -> None:
    one, other = two
    siti = one.do(people.add, name="Siti Aminah")
    other.do(people.add, name="Yohanes Wibowo")
    place = centre.venue()
    centre.join(one, place)
    centre.join(other, place)
    one.do(people.add, name="Lukas Hartono")  # still offline, after enrolling
    centres.sync(one)
    centres.sync(other)
    centres.sync(one)
    assert one.ask(everything) == other.ask(everything) == at_centre(centre)
    assert siti in {row for table, row in one.ask(everything) if table == "person"}
    names = {v["name"] for (table, _row), v in other.ask(everything).items() if table == "person"}
    assert names == {"Siti Aminah", "Yohanes Wibowo", "Lukas Hartono"}
    # The second desk's own name of the venue gave way, without a question.
    assert other.ask(everything)["venue", "venue"]["name"] == "Paroki Santo Lukas Sekretariat"
    for desk in two:
        status = desk.ask(standing.status)
        assert (status.enrolled, status.waiting, status.conflicts, status.trouble) == (True, 0, 0, "")
        assert status.last is not None
    letters = {desk.ask(lambda s: standing.local(s, "letter")) for desk in two}
    assert letters == {"A", "B"}


def test_both_versions_of_one_field(centre: centres.Running, two: tuple[Desk, Desk]) -> None:
    one, other = two
    place = centre.venue()
    centre.join(one, place)
    centre.join(other, place)
    siti = one.do(people.add, name="Siti Aminah", phone="0812 1111 2222")
    centres.sync(one)
    centres.sync(other)
    one.do(edit, siti, phone="+628121111333", address="Jalan Melati 3")
    other.do(edit, siti, phone="+628121111444", organisation="Lingkungan Santa Anna")
    assert one.ask(standing.status).waiting == 1
    centres.sync(one)
    centres.sync(other)
    centres.sync(one)
    assert one.ask(everything) == other.ask(everything) == at_centre(centre)
    person = one.ask(everything)["person", siti]
    assert (person["address"], person["organisation"]) == ("Jalan Melati 3", "Lingkungan Santa Anna")
    for desk in two:
        (both,) = desk.ask(standing.both_versions)
        assert both.record == "Siti Aminah"
        assert {both.kept.value.replace(" ", "")[-3:], both.lost.value.replace(" ", "")[-3:]} == {
            "333",
            "444",
        }
