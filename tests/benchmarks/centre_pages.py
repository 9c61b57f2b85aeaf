"""The centre's pages at the size of a whole season: 125 venues, 6,624 people. One line of JSON.

The floor is one bare grouped query over the same enrolments, people and outcomes, without ranking or rules.
"""

import json
import os
import re
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import httpx

sys.path.insert(0, str(Path(__file__).parents[1]))

import centres
from server import season
from venue_desk.server.console import users
from venue_desk.server.console.programme import programme

PASSWORD = "kata sandi yang panjang"
FLOOR = (
    "SELECT e.venue_id, c.trade_id, count(*) FROM enrolment e"
    " JOIN course c ON c.venue_id = e.venue_id AND c.id = e.course_id"
    " JOIN person p ON p.venue_id = e.venue_id AND p.id = e.person_id"
    " LEFT JOIN outcome o ON o.venue_id = e.venue_id AND o.enrolment_id = e.id AND o.stage = 0"
    " GROUP BY e.venue_id, c.trade_id"
)


def median(act: Callable[[], object]) -> float:
    """Milliseconds, of nine times after one to warm up."""
    act()
    times = []
    for _time in range(9):
        start = perf_counter()
        act()
        times.append((perf_counter() - start) * 1000)
    return statistics.median(times)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["VENUE_DESK_KEY_FILE"] = str(Path(folder) / "key")
        measure(Path(folder) / "centre")


def measure(place: Path) -> None:
    """Fill a centre, ask it for every page, print the figures."""
    with centres.running(centres.make(place)) as centre:
        season.fill(centre.centre)
        with centre.centre.writing() as connection:
            users.add(connection, "ani", PASSWORD)
        with centre.centre.reading() as connection:
            floor = median(lambda: connection.exec_driver_sql(FLOOR).fetchall())
            query = median(lambda: programme(connection, season.TODAY))
        with httpx.Client(base_url=centre.url, timeout=60) as client:
            found = re.search(r'name="form" value="(\w+)"', client.get("/login").text)
            form = found[1] if found else ""
            client.post("/login", data={"form": form, "name": "ani", "password": PASSWORD})
            pages = {
                (path or "/programme")[1:]: round(median(lambda path=path: client.get(f"/console{path}")), 1)  # type: ignore[misc]
                for path in ("", "/desks", "/tasks", "/catalogue", "/codes", "/venues")
            }
    print(
        json.dumps({"programme_query_ms": round(query), "times_the_floor": round(query / floor, 1), **pages})
    )


if __name__ == "__main__":
    main()
