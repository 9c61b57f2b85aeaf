"""What waits for a person of the agency: where it is, and how much, exactly."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import insert, update
from sqlalchemy.orm import Session

import centres
from server.visits import NAME, PASSWORD, form_of, log_in
from venue_desk.queries import removals
from venue_desk.queries.removals import count_rows
from venue_desk.server import devices, removed
from venue_desk.server.console import tasks, users
from venue_desk.server.ledger import Taken
from venue_desk.server.tables import DEVICE
from venue_desk.store.desk import Desk
from venue_desk.store.journal import Entry
from venue_desk.store.records import Computer, Line, Person, get, new_id
from venue_desk.sync import exchange
from venue_desk.sync.messages import Request, Run


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


def people(session: Session, count: int) -> list[str]:
    """Add many people"""
    made = [Person(name=f"Orang {at}") for at in range(count)]
    session.add_all(made)
    session.flush()
    return [one.id for one in made]


def gone(session: Session, ids: list[str]) -> None:
    """Remove many people"""
    for one in ids:
        session.delete(get(session, Person, one))


def in_all(centre: centres.Running, venue: str) -> int:
    with centre.centre.reading() as connection:
        return count_rows(connection, venue, ())[1]


def test_much_that_was_removed_is_told_to_the_agency(
    centre: centres.Running, ani: httpx.Client, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a desk of an older release, which asks nobody; also that nothing is told where there is no reason."""
    venue = centre.venue()
    centre.join(desk, venue)
    monkeypatch.setattr(exchange, "held", lambda *_args: None)
    ids = desk.do(people, 600)
    # What was never sent is no loss, though it is many.
    desk.do(gone, ids[:100])
    centres.sync(desk)
    few = removals.FEW
    desk.do(gone, ids[100 : 100 + few])  # not more than a person may without being asked
    centres.sync(desk)
    desk.do(gone, ids[120:143])  # more than these, and not 5 %
    assert few < 23 <= removals.MANY * in_all(centre, venue)
    centres.sync(desk)

    def found() -> list[tuple[str, int, int]]:
        with centre.centre.reading() as connection:
            assert tasks.tasks(connection).count == len(removed.waiting(connection))
            return [(row.venue, row.count, row.of) for row in removed.waiting(connection)]

    assert found() == []
    before = in_all(centre, venue)
    desk.do(gone, ids[148:208])
    desk.do(people, 3)
    centres.sync(desk)
    assert found() == [("Paroki Santo Lukas", 60, before + 3)] and in_all(centre, venue) == before - 57
    # The same lines once more, and what came back in the same message.
    desk.do(gone, ids[208:300])
    desk.undo()
    centres.sync(desk)
    assert len(found()) == 1
    page = ani.get("/console/tasks")
    assert "Much was removed" in page.text and "60 of" in page.text and "Orang" not in page.text
    noted = re.findall(r'name="removed" value="(\w+)"', page.text)
    filled = {"form": form_of(page), "removed": noted[0]}
    assert ani.post("/console/tasks", data={**filled, "form": "0" * 64}).status_code == 403 and found()
    assert ani.post("/console/tasks", data=filled).status_code == 303 and found() == []
    assert ani.post("/console/tasks", data=filled).status_code == 422


def test_only_lines_that_were_taken_in_count() -> None:
    entries = [
        Entry("w", at, 1, "a", "x", "do", None, "", "person", str(at), "{}", after, "{}", 1, b"")
        for at, after in enumerate([None, "{}", None, None, None, None])
    ]
    request = Request(
        "w", "A", 1, "", 0, "", 1, runs=[Run("w", 0, 0, b"", entries[:3]), Run("v", 0, 0, b"", entries[3:])]
    )
    taken = Taken(
        None,
        0,
        results=[
            ("duplicate", 1, ""),
            ("accepted", 2, ""),
            ("held", 1, "x"),
            ("branched", 1, ""),
            ("gap", 1, ""),
        ],
    )
    assert removed._removing(request, taken) == {("person", "2"), ("person", "4")}
