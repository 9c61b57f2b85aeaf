"""The same centre on PostgreSQL."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

import centres
from records import add, edit, people
from venue_desk.actions import venue
from venue_desk.domain.problem import Problem
from venue_desk.queries import sync as standing
from venue_desk.server import database
from venue_desk.server.ledger import LINES
from venue_desk.store.desk import Desk


@pytest.fixture
def centre(postgres: str) -> Iterator[centres.Running]:
    with centres.running(centres.make(postgres)) as running:
        yield running


@pytest.fixture
def desks(tmp_path: Path) -> Iterator[list[Desk]]:
    made = [Desk.create(tmp_path / str(number)) for number in range(3)]
    for number, desk in enumerate(made):
        desk.do(venue.set_up, name=f"Paroki {number}", kind="parish", market="Pasar", stalls=3)
    yield made
    for desk in made:
        desk.close()


def test_two_desks_on_postgresql(centre: centres.Running, desks: list[Desk]) -> None:
    one, other, school = desks
    place = centre.venue()
    centre.join(one, place)
    centre.join(other, place)
    centre.join(school, centre.venue("SMK Negeri 9", "school"))
    siti = one.do(add, "Siti Aminah")
    school.do(add, "Budi Santoso")
    centres.sync(school)
    centres.all_alike(centre, one, other, venue=place)
    one.do(edit, siti, phone="+628121111111", note="a\nb “c” \\u0000")
    other.do(edit, siti, phone="+628122222222")
    centres.all_alike(centre, one, other, venue=place)
    assert len(one.ask(standing.both_versions)) == 1
    assert set(people(other).values()) == {"Siti Aminah"}
    assert set(people(school).values()) == {"Budi Santoso"}


def test_desks_that_push_at_the_same_time(centre: centres.Running, desks: list[Desk]) -> None:
    """Numbers are given in the order of commits: nobody's cursor passes a line that is still to come."""
    place = centre.venue()
    for desk in desks:
        centre.join(desk, place)
    for desk in desks:
        centres.sync(desk)
    failed: list[BaseException] = []

    def work(desk: Desk) -> None:
        try:
            for number in range(12):
                desk.do(add, f"{desk.writer[:4]} {number}")
                centres.sync(desk)
        except BaseException as error:  # noqa: BLE001 - told by the test's own thread
            failed.append(error)

    threads = [threading.Thread(target=work, args=(desk,)) for desk in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    centres.all_alike(centre, *desks, venue=place)
    assert len(people(desks[0])) == 36
    with centre.centre.reading() as connection:
        positions = list(
            connection.scalars(
                select(LINES.c.position).where(LINES.c.venue_id == place).order_by(LINES.c.position)
            )
        )
    assert positions == list(range(1, len(positions) + 1))


def test_addresses_that_are_none(postgres: str) -> None:
    database.create(postgres)
    with pytest.raises(Problem, match="sudah ada pusat"):
        database.create(postgres)
    with pytest.raises(Problem, match="tidak dapat dihubungi"):
        database.open_engine("postgresql://nobody@127.0.0.1:1/none")
    for wrong in ("sqlite://", "nonsense", "mysql://x/y"):
        with pytest.raises(Problem, match="bukan alamat basis data"):
            database.open_engine(wrong)
