"""A centre and desks for the tests of sync."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import centres
from venue_desk.actions import venue
from venue_desk.store.desk import Desk


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[centres.Running]:
    with centres.running(centres.make(tmp_path / "centre")) as running:
        yield running


@pytest.fixture
def desks(tmp_path: Path) -> Iterator[Callable[[str], Desk]]:
    """Makes desks with a venue of their own, closed afterwards."""
    made: list[Desk] = []

    def make(name: str) -> Desk:
        folder = tmp_path / name
        known = (folder / "venue-desk.db").exists()
        desk = Desk.open(folder) if known else Desk.create(folder)
        made.append(desk)
        if not known:
            desk.do(venue.set_up, name=f"Paroki {name}", kind="parish")
        return desk

    yield make
    for desk in made:
        desk.close()
