"""A real centre for tests: uvicorn on a free port of this computer, in a thread, over its own database."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.orm import Session

from records import everything
from venue_desk.queries import sync as standing
from venue_desk.server import database, devices, serving
from venue_desk.server.centre import Centre
from venue_desk.store.desk import Desk
from venue_desk.store.records import new_id
from venue_desk.sync import client, joining, packet
from venue_desk.sync.client import Synced


class Running:
    """A centre that desks can reach at ``url``."""

    def __init__(self, centre: Centre, url: str) -> None:
        self.centre = centre
        self.url = url

    def venue(self, name: str = "Paroki Santo Lukas", kind: str = "parish") -> str:
        with self.centre.writing() as connection:
            return devices.add_venue(connection, name, kind)

    def code(self, venue: str) -> str:
        with self.centre.writing() as connection:
            return devices.make_code(connection, venue)

    def join(self, desk: Desk, venue: str) -> None:
        joining.enrol(desk, self.url, self.code(venue))


# PostgreSQL servers on which many centres are made: what of an address names the server, to its addresses.
MANY: dict[str, str] = {}


def make(place: Path | str) -> Path | str:
    """A new centre in a folder or an empty database; on a server of many a copy, with an identity of its own."""
    server = place.partition("?")[2] if isinstance(place, str) else ""
    if server in MANY:
        _copy(str(place), MANY[server])
    else:
        database.create(place)
    return place


def _copy(address: str, addresses: str) -> None:
    """Tables, partitions and policies are copied in half the time in which they are made."""
    import psycopg

    name = address.partition("?")[0].rpartition("/")[2]
    with psycopg.connect(addresses.format(database="postgres"), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'mould'").fetchone():
            connection.execute("CREATE DATABASE mould")
            database.create(addresses.format(database="mould"))
        connection.execute(f"DROP DATABASE {name}")
        connection.execute(f"CREATE DATABASE {name} TEMPLATE mould")
    own = {"epoch": f"1:{new_id()}", "writer": new_id(), "keys": json.dumps(packet.new_keys())}
    with psycopg.connect(address) as connection:
        for key, value in own.items():
            connection.execute("UPDATE centre SET value = %s WHERE key = %s", (value, key))


@contextmanager
def running(place: Path | str, port: int = 0) -> Iterator[Running]:
    """Serve an existing centre until the block ends."""
    centre = Centre(place)
    taken = serving.listen("127.0.0.1", port)
    server = serving.server(centre)
    thread = threading.Thread(target=server.run, args=([taken],), daemon=True)
    thread.start()
    give_up = time.monotonic() + 30
    while not server.started:
        assert thread.is_alive() and time.monotonic() < give_up, "the centre did not start"
        time.sleep(0.005)
    try:
        yield Running(centre, serving.address(taken))
    finally:
        server.should_exit = True
        thread.join(30)
        taken.close()
        assert not thread.is_alive()


def sync(desk: Desk, check: bool = False) -> Synced:
    """One whole sync."""
    job = client.sync(desk, check)
    while True:
        try:
            next(job)
        except StopIteration as end:
            result: Synced = end.value
            return result


def all_alike(centre: Running, *desks: Desk, venue: str = "") -> None:
    """Sync until nothing moves, and compare every copy."""
    for _round in range(2):
        for desk in desks:
            sync(desk)
    with Session(centre.centre.engine) as session:
        expected = everything(session, venue)
    for desk in desks:
        assert desk.ask(everything) == expected
        status = desk.ask(standing.status)
        assert (status.waiting, status.trouble) == (0, "")
        assert sync(desk, check=True).repaired == 0
        assert desk.check() == []
