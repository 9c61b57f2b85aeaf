"""Two computers of one parish: work apart, sync, and end with the same records."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

import centres
from records import Everything, edit, everything
from venue_desk.actions import people, venue
from venue_desk.actions import sync as settling
from venue_desk.queries import sync as standing
from venue_desk.store.desk import Desk, local


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


def at_centre(centre: centres.Running) -> Everything:
    with Session(centre.centre.engine) as session:
        return everything(session)


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
    letters = {desk.ask(lambda s: local(s, "letter")) for desk in two}
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
    # The second to look chooses the other version; everybody has it after the next sync, and nobody is asked again.
    (both,) = one.ask(standing.both_versions)
    one.do(settling.take_other, both.id)
    centres.sync(one)
    centres.sync(other)
    assert one.ask(everything) == other.ask(everything) == at_centre(centre)
    assert one.ask(standing.both_versions) == other.ask(standing.both_versions) == []
    shown = other.ask(everything)["person", siti]["phone"]
    assert shown[-3:] == both.lost.value.replace(" ", "")[-3:]
    # Undo also works after a sync, and travels.
    assert one.undo() == "Take the other version"
    centres.sync(one)
    centres.sync(other)
    assert one.ask(everything) == other.ask(everything) == at_centre(centre)
    assert len(other.ask(standing.both_versions)) == 1


def test_a_fact_stated_twice_is_one_fact(centre: centres.Running, two: tuple[Desk, Desk]) -> None:
    """Both start a venue of their own before they know of each other; the market of the first stays."""
    one, other = two
    for desk in two:
        desk.do(venue.set_up, name="Paroki", kind="parish", market="Pasar Minggu", stalls=4)
    place = centre.venue()
    centre.join(one, place)
    centre.join(other, place)
    for desk in (one, other, one):
        centres.sync(desk)
    assert one.ask(everything) == other.ask(everything) == at_centre(centre)
    stalls = [key for key in one.ask(everything) if key[0] == "stall"]
    assert len(stalls) == 4
    assert one.ask(standing.both_versions) == []


def test_the_window_shows_a_sentence_for_every_state(centre: centres.Running, two: tuple[Desk, Desk]) -> None:
    one, _other = two
    assert not one.ask(standing.status).enrolled
    centre.join(one, centre.venue())
    waiting = one.ask(standing.status)
    assert waiting.enrolled and waiting.waiting > 0 and waiting.last is None and waiting.online is None
    centres.sync(one)
    done = one.ask(standing.status)
    assert done.waiting == 0 and done.online and done.last
    assert [row.here for row in one.ask(standing.desks)] == [True]
