"""Several processes of the centre over one PostgreSQL that is killed under load: what was acknowledged is there, once.

The client speaks the wire itself and keeps what it was told, so it can say afterwards what may not be missing.
"""

import contextlib
import gc
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import psycopg
import pytest
from sqlalchemy import Connection, event, func, select

import desks_at_once
from desks_at_once import Crowd
from venue_desk.server.centre import Centre
from venue_desk.server.ledger import LINES

# A statement's cursor ends with the server that held it.
pytestmark = pytest.mark.filterwarnings("ignore:.*ServerCursor:pytest.PytestUnraisableExceptionWarning")

DESKS = 8
Enrolled = Callable[[str, int], Crowd]


@pytest.fixture
def enrolled() -> Iterator[Enrolled]:
    """Makes a crowd at a new centre; its connections are closed with the test."""
    with contextlib.ExitStack() as ends:

        def make(address: str, many: int) -> Crowd:
            return ends.enter_context(contextlib.closing(Crowd.enrolled(address, many)))

        yield make
        # What the killed server left goes now, not in a test that comes later.
        gc.collect()


@contextlib.contextmanager
def processes(address: str, count: int) -> Iterator[list[str]]:
    started = [desks_at_once.process(address) for _each in range(count)]
    try:
        yield [url for _process, url in started]
    finally:
        for process, _url in started:
            process.terminate()
        for process, _url in started:
            process.wait(20)
            assert process.stdout is not None
            process.stdout.close()


def missing_and_twice(address: str, crowd: Crowd) -> tuple[int, int]:
    """Acknowledged lines that are not there, and lines that are there twice (also where not acknowledged)."""
    lost = twice = 0
    with psycopg.connect(address) as connection:
        for desk in crowd.desks:
            rows = connection.execute(
                "SELECT number, hash FROM journal WHERE writer = %s AND branch = 0", (desk.writer,)
            ).fetchall()
            there = {bytes(hashed) for _number, hashed in rows}
            lost += len(set(desk.acknowledged) - there)
            twice += len(rows) - len(there)
            marks = connection.execute(
                "SELECT count(*), count(DISTINCT id) FROM mark WHERE venue_id = %s", (desk.venue,)
            ).fetchone()
            assert marks is not None
            twice += marks[0] - marks[1]
        forks = connection.execute("SELECT count(*) FROM journal WHERE branch <> 0").fetchone()
        gaps = connection.execute(
            "SELECT count(*) FROM (SELECT venue_id, max(position) AS last, count(*) AS many FROM journal"
            " GROUP BY venue_id) AS each WHERE last <> many"
        ).fetchone()
        assert forks == (0,) and gaps == (0,)
    return lost, twice


def under_kills(server: Any, address: str, kills: int, urls: list[str], crowd: Crowd) -> None:
    """Push all the time; kill PostgreSQL (all of it, -9) that many times meanwhile."""
    pushing = threading.Thread(target=crowd.push_until_told, args=(urls,))
    pushing.start()
    try:
        for _kill in range(kills):
            before = crowd.batches
            crowd.wait_for(before + DESKS)
            server.kill()
            server.start()
            crowd.wait_for(crowd.batches + DESKS)
    finally:
        crowd.stop()
        pushing.join()
    assert not crowd.wrong, crowd.wrong[:3]


@pytest.mark.parametrize("kills", [3, pytest.param(20, marks=pytest.mark.long)])
def test_killed_under_load(own_postgres: Any, kills: int, enrolled: Enrolled) -> None:
    address = own_postgres.address
    crowd = enrolled(address, DESKS)
    with processes(address, 2) as urls:
        under_kills(own_postgres, address, kills, urls, crowd)
    assert crowd.batches >= 2 * kills * DESKS
    assert missing_and_twice(address, crowd) == (0, 0)


def test_acknowledging_before_the_commit_is_found(own_postgres: Any, enrolled: Enrolled) -> None:
    """The planted bug: PostgreSQL answers a commit before it is on the disk, and the harness must see lines go."""
    address = own_postgres.address
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
        connection.execute("ALTER SYSTEM SET wal_writer_flush_after = '1GB'")
        connection.execute("SELECT pg_reload_conf()")
    crowd = enrolled(address, DESKS)
    # A desk whose lines went is told of a gap and stops; the count says the rest.
    with hasty(address) as urls, contextlib.suppress(AssertionError):
        under_kills(own_postgres, address, 3, urls, crowd)
    lost, _twice = missing_and_twice(address, crowd)
    assert lost > 0


@contextlib.contextmanager
def hasty(address: str) -> Iterator[list[str]]:
    """A centre with the bug planted."""
    import centres

    with centres.running(address) as running:

        @event.listens_for(running.centre.engine, "begin")
        def careless(connection: Connection) -> None:
            connection.exec_driver_sql("SET LOCAL synchronous_commit = off")

        yield [running.url]


def test_two_processes_are_one_centre(postgres: str, enrolled: Enrolled) -> None:
    """A desk may be answered by any of them; counters, tries of a code and health are the database's."""
    crowd = enrolled(postgres, 3)
    with processes(postgres, 3) as urls:
        for url in urls:
            assert httpx.get(f"{url}/health").json()["status"] == "ok"
        for round_ in range(6):
            for place, desk in enumerate(crowd.desks):
                assert crowd.push(desk, urls[(round_ + place) % 3])
        assert missing_and_twice(postgres, crowd) == (0, 0)
        centre = Centre(postgres)
        with centre.reading() as connection:
            for desk in crowd.desks:
                many = connection.scalar(select(func.count()).where(LINES.c.writer == desk.writer))
                assert many == len(desk.acknowledged) == 6 * desks_at_once.MARKS
        centre.close()


def test_an_outage_is_said_and_survived(own_postgres: Any, enrolled: Enrolled) -> None:
    crowd = enrolled(own_postgres.address, 1)
    desk = crowd.desks[0]
    with processes(own_postgres.address, 1) as (url,):
        assert crowd.push(desk, url)
        own_postgres.kill()
        health = httpx.get(f"{url}/health", timeout=30)
        assert (health.status_code, health.json()["database"]) == (503, "unreachable")
        refused = crowd.post(desk, url)
        assert refused.status_code == 503 and refused.json()["error"] == "busy"
        assert refused.headers["retry-after"]
        own_postgres.start()
        give_up = time.monotonic() + 30
        while not crowd.push(desk, url):
            assert time.monotonic() < give_up
        assert httpx.get(f"{url}/health", timeout=30).status_code == 200
    assert missing_and_twice(own_postgres.address, crowd) == (0, 0)
