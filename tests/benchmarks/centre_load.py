"""125 desks push 40 marks each, together, to processes of the centre over one PostgreSQL.

``centre_load.py [--desks N] [--rounds N] [--processes N] [--profile]``. One line of JSON for each figure. Messages
are packed before the clock starts, and the client writes plain bytes to plain sockets. The floor is the same rows
(journal, marks, stamps) written to the same partitioned tables by the bare driver, a durable commit for each batch.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import psycopg

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import desks_at_once  # noqa: E402
from databases import Server, installed  # noqa: E402
from desks_at_once import MARKS, Crowd, Wired  # noqa: E402
from venue_desk.store.journal import line_values  # noqa: E402
from venue_desk.sync.messages import Answer, pack  # noqa: E402
from venue_desk.sync.reading import unpack  # noqa: E402

Wire = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def push(desks: list[Wired], wires: list[Wire]) -> tuple[float, list[float], list[str]]:
    """Every desk one batch, all at once: seconds for all, seconds of each, and what was wrong."""
    bodies: list[bytes] = []
    for desk in desks:
        desk.scan()
        bodies.append(pack(desk.request()))
    answered: dict[int, tuple[bytes, bytes]] = {}
    wrong: list[str] = []

    async def one(place: int) -> float:
        reader, writer = wires[place]
        head = (
            f"POST /sync HTTP/1.1\r\nHost: centre\r\nAuthorization: Bearer {desks[place].token}\r\n"
            f"Content-Length: {len(bodies[place])}\r\n\r\n"
        )
        start = perf_counter()
        writer.write(head.encode() + bodies[place])
        said = await reader.readuntil(b"\r\n\r\n")
        length = int(said.lower().partition(b"content-length:")[2].split()[0])
        answered[place] = said, await reader.readexactly(length)
        return perf_counter() - start

    start = perf_counter()
    each = await asyncio.gather(*(one(place) for place in range(len(desks))))
    whole = perf_counter() - start
    for place, (head, body) in answered.items():
        if b" 200 " not in head[:20]:
            wrong.append(head[:100].decode(errors="replace"))
            continue
        answer = unpack(body, Answer)
        if answer.results != [("accepted", MARKS, "")]:
            wrong.append(str(answer.results)[:100])
        desks[place].took(answer)
    return whole, list(each), wrong


async def load(desks: list[Wired], urls: list[str], rounds: int) -> tuple[float, list[float], list[str]]:
    """So many rounds over one connection for each desk."""
    places = [urls[number % len(urls)].removeprefix("http://").split(":") for number in range(len(desks))]
    wires = [await asyncio.open_connection(host, int(port)) for host, port in places]
    await push(desks, wires)  # the first of each desk also notes that it is there
    whole = 0.0
    each: list[float] = []
    wrong: list[str] = []
    for _round in range(rounds):
        took, some, bad = await push(desks, wires)
        whole, each, wrong = whole + took, each + some, wrong + bad
    for _reader, writer in wires:
        writer.close()
    return whole, each, wrong


def floor(address: str, desks: list[Wired]) -> float:
    """Seconds for the bare driver to write the same."""
    with psycopg.connect(address) as connection:
        connection.execute("SET synchronous_commit = on")
        lines = connection.cursor()
        batches = []
        for desk in desks:
            desk.scan()
            rows = [
                line_values(desk.venue, e, e.hash, effective=e.stamp, position=e.number) for e in desk.entries
            ]
            batches.append((desk, rows))
        names = list(batches[0][1][0])
        columns = ", ".join(f'"{name}"' for name in names)
        put_line = f"INSERT INTO journal ({columns}) VALUES ({', '.join(f'%({name})s' for name in names)})"
        put_mark = (
            "INSERT INTO mark (venue_id, id, lesson_id, enrolment_id, mark) VALUES (%s, %s, %s, %s, %s)"
        )
        put_stamp = 'INSERT INTO stamp (venue_id, "table", "row", fields) VALUES (%s, %s, %s, %s)'
        start = perf_counter()
        for desk, rows in batches:
            lines.executemany(put_line, rows)
            marks, stamps = [], []
            for entry in desk.entries:
                said = json.loads(entry.after or "{}")
                marks.append(
                    (desk.venue, entry.row, said["lesson_id"], said["enrolment_id"], json.dumps(said["mark"]))
                )
                stamps.append(
                    (desk.venue, "mark", entry.row, json.dumps({"+": [entry.stamp, desk.writer, 1]}))
                )
            lines.executemany(put_mark, marks)
            lines.executemany(put_stamp, stamps)
            connection.commit()
        return perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description="Load on the centre.")
    parser.add_argument("--desks", type=int, default=125)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--profile", action="store_true", help="where a process's time goes, on stderr")
    given = parser.parse_args()
    os.environ["VENUE_DESK_KEY_FILE"] = str(Path(tempfile.mkdtemp()) / "key")
    server = Server(installed())
    started: list[tuple[subprocess.Popen[str], str]] = []
    try:
        crowd = Crowd.enrolled(server.address, given.desks)
        profiling = ("-m", "cProfile", "-s", "tottime") if given.profile else ()
        started = [desks_at_once.process(server.address, *profiling) for _each in range(given.processes)]
        urls = [url for _process, url in started]
        whole, each, wrong = asyncio.run(load(crowd.desks, urls, given.rounds))
        batches = given.desks * given.rounds
        bare = floor(server.address, others(given.desks)) * given.rounds
        say(
            desks=given.desks,
            processes=given.processes,
            batches_per_second=batches / whole,
            p50=statistics.median(each),
            p95=statistics.quantiles(each, n=20)[18],
            errors=len(wrong),
            floor_batches_per_second=batches / bare,
            ratio=whole / bare,
        )
        if wrong:
            print(wrong[:3], file=sys.stderr)
    finally:
        for process, _url in started:
            process.terminate()
            said = process.communicate()[0]
            if given.profile:
                print("\n".join(said.splitlines()[:50]), file=sys.stderr)
        server.remove()


def others(many: int) -> list[Wired]:
    """Desks of venues that the centre did not see, in the same database."""
    from venue_desk.store.records import new_id

    return [Wired(new_id(), "", new_id()) for _each in range(many)]


def say(**figures: float) -> None:
    print(json.dumps({key: round(value, 2) for key, value in figures.items()}), flush=True)


if __name__ == "__main__":
    main()
