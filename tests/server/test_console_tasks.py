"""What waits for a person of the agency: where it is, and how much, exactly."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import insert, update

import centres
from server.visits import NAME, PASSWORD, log_in
from venue_desk.server import devices
from venue_desk.server.console import tasks, users
from venue_desk.server.tables import DEVICE
from venue_desk.store.records import Computer, Line, new_id


@pytest.fixture(params=["sqlite", "postgresql"])
def centre(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[centres.Running]:
    place = request.getfixturevalue("postgres") if request.param == "postgresql" else tmp_path / "centre"
    with centres.running(centres.make(place)) as running:
        with running.centre.writing() as connection:
            users.add(connection, NAME, PASSWORD)
        yield running


@pytest.fixture
def ani(centre: centres.Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=centre.url, headers={"Accept-Language": "en"}) as client:
        log_in(client)
        yield client


def held(centre: centres.Running, venue: str, writer: str, count: int, table: str = "person") -> None:
    """So many lines of a computer that could not be applied."""
    values = {
        "venue_id": venue, "writer": writer, "branch": 0, "stamp": 1, "effective": 1, "action": new_id(),
        "name": "Add person", "kind": "do", "refers": None, "at": "2026-03-01T08:00", "table": table,
        "before": None, "after": "{}", "over": "{}", "schema": 99, "position": None, "held": "unknown fields x",
    }  # fmt: skip
    first = sum(table.encode()) * 1000
    rows = [
        {**values, "number": first + at, "row": new_id(), "hash": bytes.fromhex(new_id())}
        for at in range(count)
    ]
    with centre.centre.writing() as connection:
        connection.execute(insert(Line), rows)


def test_what_is_held_names_the_computer_that_wrote_it(centre: centres.Running, ani: httpx.Client) -> None:
    parish, school = centre.venue("Paroki Santo Lukas"), centre.venue("SMK Negeri 9", "school")
    door, office, other, gone, former = (new_id() for _writer in range(5))
    with centre.centre.writing() as connection:
        for venue, name, writer in (
            (parish, "PINTU", door), (parish, "KANTOR", office), (parish, "KANTOR", office),
            (school, "LAB-1", other),
        ):  # fmt: skip
            devices.add_device(connection, venue, name, writer, {}, {})
        connection.execute(update(DEVICE).where(DEVICE.c.writer == office).values(release="1.4.0"))
        # Written before a restore made it another writer: no device says so any more, the records do.
        row = {"venue_id": parish, "id": former, "name": "GUDANG", "letter": "C", "since": ""}
        connection.execute(insert(Computer), [row])
    held(centre, parish, door, 2)
    held(centre, parish, door, 1, "lesson")
    held(centre, parish, office, 4)
    held(centre, school, other, 3)
    held(centre, school, gone, 1)
    held(centre, parish, former, 1)
    with centre.centre.reading() as connection:
        found = tasks.tasks(connection)
    assert {(row.venue, row.computer, row.release, row.count) for row in found.held} == {
        ("Paroki Santo Lukas", "KANTOR", "1.4.0", 4), ("SMK Negeri 9", "LAB-1", "", 3),
        ("Paroki Santo Lukas", "PINTU", "", 2), ("Paroki Santo Lukas", "PINTU", "", 1),
        ("SMK Negeri 9", "", "", 1), ("Paroki Santo Lukas", "GUDANG", "", 1),
    }  # fmt: skip
    # KANTOR was let in twice: its lines count once.
    assert found.count == 12 and [row.count for row in found.held[:2]] == [4, 3]
    page = ani.get("/console/tasks").text
    assert "12 things wait for a person." in page
    for name in ("KANTOR", "1.4.0", "LAB-1", "PINTU", "GUDANG"):
        assert name in page
