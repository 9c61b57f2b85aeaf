"""A real centre for tests: uvicorn on a free port of this computer, in a thread, over its own database."""

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
from venue_desk.sync import client, joining
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


def make(place: Path | str) -> Path | str:
    database.create(place)
    return place


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
