"""Sync 10,000 attendance marks over loopback with a centre in a process of its own, against the bare libraries.

``sync_push.py [--rows N] [--profile]``. One line of JSON for each figure. The floor is the same rows (journal lines
and marks) written by the bare driver in one durable transaction, and one HTTP POST of the bytes that were sent.
"""

import argparse
import cProfile
import json
import os
import pstats
import secrets
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from time import perf_counter
from typing import Any

import httpx
from sqlalchemy.orm import Session

from venue_desk.actions import venue
from venue_desk.domain import attendance
from venue_desk.store import database
from venue_desk.store.capture import Values, decode
from venue_desk.store.desk import Desk
from venue_desk.store.journal import Act, write
from venue_desk.store.records import Mark, Person, fact, get, new_id
from venue_desk.sync import client, joining
from venue_desk.sync.exchange import offer
from venue_desk.sync.messages import LARGEST, pack

LESSONS = 250


def marks(desk: Desk, rows: int) -> None:
    """Attendance as scanned at the door: each mark an action of its own, in one transaction to save time."""
    enrolments = [new_id() for _each in range(rows // LESSONS)]
    lessons = [new_id() for _each in range(LESSONS)]
    start = datetime(2025, 9, 1, 7, 30)
    with Session(desk.engine.execution_options(write=True)) as session:
        connection = session.connection()
        for number in range(rows):
            lesson, enrolment = lessons[number // len(enrolments)], enrolments[number % len(enrolments)]
            moment = start + timedelta(seconds=43 * number)
            at = moment.strftime("%Y-%m-%dT%H:%M")
            values: Values = {
                "lesson_id": lesson,
                "enrolment_id": enrolment,
                "mark": attendance.mark("late" if secrets.randbelow(9) == 0 else "present", moment.time()),
            }
            row = fact("mark", lesson, enrolment)
            act = Act(new_id(), "Mark attendance", "do", at)
            connection.execute(
                Mark.__table__.insert(),  # type: ignore[attr-defined]
                {**decode(Mark, values), "venue_id": desk.venue, "id": row},
            )
            write(connection, desk.venue, desk.writer, act, [("mark", row, None, values)])
        session.commit()


@contextmanager
def centre(folder: Path, profile: bool) -> Iterator[tuple[str, Callable[[], str]]]:
    """A running centre: its address, and how to get a code."""

    def run(*arguments: str) -> str:
        command = [sys.executable, "-m", "venue_desk", "server", "--data", str(folder), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    run("init")
    place = run("venue", "add", "Paroki Santo Lukas", "--kind", "parish")
    profiling = ["-m", "cProfile", "-s", "tottime"] if profile else []
    process = subprocess.Popen(
        [
            sys.executable, *profiling, "-m", "venue_desk", "server",
            "--data", str(folder), "run", "--port", "0", "--json",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    assert process.stdout is not None
    address = json.loads(process.stdout.readline())["address"]
    try:
        yield address, lambda: run("device", "code", "--venue", place)
    finally:
        process.terminate()
        said = process.communicate()[0]
        if profile:
            print("\n".join(said.splitlines()[:45]), file=sys.stderr)


def sync(desk: Desk) -> tuple[float, client.Synced]:
    """Seconds and what was done."""
    start = perf_counter()
    job = client.sync(desk)
    while True:
        try:
            next(job)
        except StopIteration as end:
            return perf_counter() - start, end.value


def edit(session: Session, person: str) -> None:
    """Edit a person"""
    found = get(session, Person, person)
    assert found is not None
    found.phone = f"+62812{secrets.randbelow(10**8):08d}"


def add(session: Session) -> str:
    """Add a person"""
    row = Person(id=new_id(), name="Siti Aminah")
    session.add(row)
    return row.id


def floor(desk: Desk, folder: Path, body: bytes) -> float:
    """The bare driver and a bare POST."""
    source = database.connect(desk.folder / database.FILE, database.read_key(desk.folder))
    tables: dict[str, tuple[str, list[Any]]] = {}
    for name in ("journal", "mark"):
        made = source.execute(
            "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY type DESC", (name,)
        ).fetchall()
        rows = source.execute(f"SELECT * FROM {name}").fetchall()
        tables[name] = (";".join(sql for (sql,) in made), rows)
    source.close()
    bare = database.connect(folder / "floor.db", secrets.token_hex(32))
    for made, _rows in tables.values():
        bare.executescript(made)

    class Take(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Take)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with httpx.Client() as http:
        start = perf_counter()
        bare.execute("BEGIN IMMEDIATE")
        for name, (_made, rows) in tables.items():
            bare.executemany(f"INSERT INTO {name} VALUES ({','.join('?' * len(rows[0]))})", rows)
        bare.execute("COMMIT")
        http.post(f"http://127.0.0.1:{server.server_port}/", content=body)
        took = perf_counter() - start
    bare.close()
    server.shutdown()
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description="Sync attendance over loopback.")
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--profile", action="store_true", help="where the centre's time goes, on stderr")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["VENUE_DESK_KEY_FILE"] = str(folder / "key")
        one, other = (Desk.create(folder / each) for each in ("one", "other"))
        for desk in (one, other):
            desk.do(venue.set_up, name="Paroki Santo Lukas", kind="parish")
        with centre(folder / "centre", given.profile) as (address, code):
            joining.enrol(one, address, code())
            person = one.do(add)
            sync(one)
            marks(one, given.rows)
            body = pack(one.ask(offer, LARGEST).request)
            bare = floor(one, folder, body)
            took, done = profiled(one, given.profile)
            assert done.sent >= given.rows and done.waiting == 0
            say(
                "push",
                seconds=took,
                floor=bare,
                ratio=took / bare,
                kilobytes=done.bytes / 1000,
                rounds=done.rounds,
            )
            joining.enrol(other, address, code())
            took, done = profiled(other, given.profile)
            assert done.received >= given.rows
            say("pull by a fresh desk", seconds=took, kilobytes=done.bytes / 1000, rounds=done.rounds)
            sync(one)
            took, done = best(one, lambda: None)
            say("nothing to do", milliseconds=took * 1000, bytes=done.bytes, rounds=done.rounds)
            took, done = best(one, lambda: one.do(edit, person))
            say("one edited row", milliseconds=took * 1000, bytes=done.bytes, rounds=done.rounds)
        one.close()
        other.close()


def profiled(desk: Desk, profile: bool) -> tuple[float, client.Synced]:
    """The same; ``profile`` says where the desk's time goes, on stderr."""
    if not profile:
        return sync(desk)
    watch = cProfile.Profile()
    done = watch.runcall(sync, desk)
    pstats.Stats(watch, stream=sys.stderr).sort_stats("tottime").print_stats(25)
    return done


def best(desk: Desk, before: Callable[[], None]) -> tuple[float, client.Synced]:
    """The median of nine."""
    found = []
    for _each in range(9):
        before()
        found.append(sync(desk))
    return sorted(found, key=lambda pair: pair[0])[4]


def say(what: str, **figures: float) -> None:
    print(json.dumps({"what": what, **{key: round(value, 2) for key, value in figures.items()}}), flush=True)


if __name__ == "__main__":
    main()
