"""The centre's pages where there are many venues: 125, 2,000 and 80,000 of them with two computers each. JSON lines.

Without classes and people: the lists are measured, not the programme's figures. PostgreSQL where an address is given.
"""

import json
import os
import re
import statistics
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import httpx
from sqlalchemy import insert

sys.path.insert(0, str(Path(__file__).parents[1]))

import centres
from server.visits import NAME, PASSWORD, log_in
from venue_desk.server.console import users
from venue_desk.server.tables import DEVICE, LEDGER
from venue_desk.store.records import new_id

SIZES = (125, 2_000, 80_000)
PAGES = ("", "/desks", "/desks?q=VENUE-001", "/venues", "/venues?q=venue 001", "/codes", "/tasks", "/sticks")


def fill(centre: centres.Running, first: int, size: int) -> None:
    """Add venues up to so many."""
    desk = {"joined": "{}", "keys": "{}", "since": "2026-11-25T08:00:00+07:00"}
    for start in range(first, size, 5000):
        some = range(start, min(size, start + 5000))
        with centre.centre.writing() as connection:
            connection.execute(
                insert(LEDGER),
                [
                    {"venue_id": f"{at:032x}", "name": f"Venue {at:05d}", "kind": "hall", "made": "2026"}
                    for at in some
                ],
            )
            connection.execute(
                insert(DEVICE),
                [
                    {**desk, "id": new_id(), "venue_id": f"{at:032x}", "name": f"VENUE-{at:05d}-{end}",
                     "token": new_id(), "writer": new_id()} for at in some for end in "AB"
                ],
            )  # fmt: skip


def median(client: httpx.Client, path: str) -> float:
    """Milliseconds, of five times after one to warm up."""
    times = []
    for _time in range(6):
        start = perf_counter()
        answer = client.get(f"/console{path}")
        times.append((perf_counter() - start) * 1000)
        assert answer.status_code == 200, answer.text
    return round(statistics.median(times[1:]), 1)


def main(place: Path | str) -> None:
    with centres.running(centres.make(place)) as centre:
        with centre.centre.writing() as connection:
            users.add(connection, NAME, PASSWORD)
        there = 0
        for size in SIZES:
            fill(centre, there, size)
            there = size
            with httpx.Client(base_url=centre.url, timeout=120) as client:
                log_in(client)
                last = re.search(r'part=(\d+)">(?:Last|Akhir)<', client.get("/console/venues").text)
                pages = (*PAGES, f"/venues?part={last[1]}" if last else "/venues")
                print(
                    json.dumps({"venues": size, **{page or "/": median(client, page) for page in pages}}),
                    flush=True,
                )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ["VENUE_DESK_KEY_FILE"] = str(Path(folder) / "key")
        main(sys.argv[1] if len(sys.argv) > 1 else Path(folder) / "centre")
