"""On PostgreSQL: many write what is said to all venues at once, and whoever reads along misses nothing."""

import threading

import pytest
from sqlalchemy import Connection, select

import centres
from venue_desk.domain import catalogue
from venue_desk.domain.reference import TRADE, VOID
from venue_desk.server import devices, reference
from venue_desk.server.centre import Centre
from venue_desk.server.tables import CENTRE, LEDGER

WRITERS, ROUNDS = 4, 25


@pytest.fixture
def centre(postgres: str) -> Centre:
    centres.make(postgres)
    return Centre(postgres)


def race(centre: Centre) -> tuple[set[str], set[str]]:
    """What was written by several at once, and what a desk has that asked all the time for what is new."""
    with centre.writing() as connection:
        venue = devices.add_venue(connection, "Paroki", "parish")
    done, begin = threading.Event(), threading.Barrier(WRITERS + 1)
    written: set[str] = set()

    def write(writer: int) -> None:
        begin.wait()
        for number in range(ROUNDS):
            key = f"{writer:032x}/{number}"
            with centre.writing() as connection:
                reference.change(connection, [(VOID, key, {"on": None})], f"{writer:032x}")
            written.add(key)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    begin.wait()
    found: set[str] = set()
    version = 0
    while True:
        last = done.is_set()
        with centre.reading(venue) as connection:
            head = int(
                connection.scalar(select(CENTRE.c.value).where(CENTRE.c.key == reference.COUNTER)) or 0
            )
            part = reference.part(connection, venue, version, head)
        found |= {key for kind, key, _version, _value in part.entries if kind == VOID}
        version = part.last
        if last and not part.more:
            return written, found
        if not any(thread.is_alive() for thread in threads):
            done.set()


def test_a_reader_misses_nothing_of_many_writers(centre: Centre) -> None:
    written, found = race(centre)
    assert len(written) == WRITERS * ROUNDS and found == written
    with centre.reading() as connection:
        versions = connection.scalars(select(reference.TABLE.c.version)).all()
    assert sorted(versions) == list(range(1, len(written) + len(catalogue.trades()) + 1))
    centre.close()


def test_the_race_finds_a_counter_that_nobody_waits_for(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unlocked(connection: Connection) -> int:
        return int(
            connection.execute(select(CENTRE.c.value).where(CENTRE.c.key == reference.COUNTER)).scalar_one()
        )

    monkeypatch.setattr(reference, "_locked", unlocked)
    for _try in range(5):
        written, found = race(centre)
        if found != written:
            break
    else:
        pytest.fail("the planted bug was not seen")
    centre.close()


def test_two_processes_that_gather_one_venue_agree(centre: Centre) -> None:
    with centre.writing() as connection:
        venue = devices.add_venue(connection, "Paroki", "parish")
        connection.execute(LEDGER.update().values(head=7))
    errors: list[Exception] = []

    def gather() -> None:
        try:
            with centre.writing() as connection:
                reference.gather(connection, venue)
        except Exception as error:  # noqa: BLE001 - told below
            errors.append(error)

    threads = [threading.Thread(target=gather) for _each in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with centre.reading() as connection:
        assert connection.scalar(select(LEDGER.c.gathered)) == 7
    assert not errors
    centre.close()


def test_a_centre_begins_with_the_trades_of_its_release(centre: Centre) -> None:
    with centre.writing() as connection:
        assert set(reference.entries(connection, TRADE)) == {one.code for one in catalogue.trades()}
        reference.change(connection, [(TRADE, "LAS", None)])
        reference.seed(connection)
        assert "LAS" not in reference.entries(connection, TRADE)
    centre.close()
