"""A copy that really differs is found by comparing, and mended from the journal of the centre."""

from collections.abc import Callable

from sqlalchemy import text

import centres
from records import add, everything
from venue_desk.queries import sync as standing
from venue_desk.store.desk import Desk


def test_a_copy_that_differs_is_mended(centre: centres.Running, desks: Callable[[str], Desk]) -> None:
    one, other = desks("one"), desks("other")
    place = centre.venue()
    centre.join(one, place)
    centre.join(other, place)
    ids = [one.do(add, name) for name in ("Siti Aminah", "Budi Santoso", "Maria Goretti")]
    centres.all_alike(centre, one, other)
    right = other.ask(everything)
    # What no line says: a disk that turned a bit, a tool that wrote past the door.
    with other.engine.begin() as connection:
        connection.execute(text("UPDATE person SET name = 'Salah' WHERE id = :id"), {"id": ids[0]})
        connection.execute(text("DELETE FROM person WHERE id = :id"), {"id": ids[1]})
    assert other.ask(everything) != right
    assert centres.sync(other, check=True).repaired == 1
    assert other.ask(everything) == right
    known = other.ask(standing.standing)
    assert known is not None and known.repaired == 1
    centres.all_alike(centre, one, other)
