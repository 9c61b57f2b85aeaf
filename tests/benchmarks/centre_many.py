"""What a batch costs at a centre of 80,000 venues and millions of lines, against the same centre with 125.

``centre_many.py [--venues N] [--lines N]``: about 2 GB of disk and some minutes. One line of JSON: computing (ms) of
our process and of PostgreSQL's backend for a batch, the ratio of both sizes, and what the plans of a batch's
statements touch: rows of one partition of each table, through an index.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import psycopg
from sqlalchemy import Connection, event

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from databases import Server, installed  # noqa: E402
from desks_at_once import Crowd, Wired  # noqa: E402
from venue_desk.server import postgres  # noqa: E402
from venue_desk.server.centre import Centre  # noqa: E402
from venue_desk.server.console.programme import programme  # noqa: E402
from venue_desk.sync.messages import Answer, Request, pack  # noqa: E402
from venue_desk.sync.reading import unpack  # noqa: E402

BATCHES = 250
TICK = os.sysconf("SC_CLK_TCK")
FILL = (
    (
        "INSERT INTO ledger (venue_id, name, kind, made, head, bound, backed)"
        " SELECT md5('v' || n), 'Paroki ' || n, 'parish', '2025-09-01T07:30', %(each)s, 0, 0"
        " FROM generate_series(1, %(venues)s) n"
    ),
    (
        "INSERT INTO device (id, venue_id, name, token, writer, joined, since, keys)"
        " SELECT md5('d' || n), md5('v' || n), 'Meja', md5('t' || n) || md5('u' || n), md5('w' || n), '{}', 'x', '{}'"
        " FROM generate_series(1, %(venues)s) n"
    ),
    (
        "INSERT INTO letter (venue_id, letter, writer)"
        " SELECT md5('v' || n), 'A', md5('w' || n) FROM generate_series(1, %(venues)s) n"
    ),
    (
        'INSERT INTO journal (venue_id, writer, branch, number, stamp, effective, action, name, kind, at, "table",'
        ' "row", after, "over", schema, hash, position)'
        " SELECT md5('v' || n), md5('w' || n), 0, k, k, k, md5(n || 'a' || k), 'Mark attendance', 'do',"
        " '2025-09-06T07:30', 'mark', md5(n || 'm' || k),"
        " '{\"enrolment_id\":\"' || md5(n || 'e' || k) || '\",\"lesson_id\":\"' || md5(n || 'l')"
        ' || \'","mark":{"at":"07:30","reason":"","status":"present"}}\','
        " '{}', 1, sha256((n || 'h' || k)::bytea), k"
        " FROM generate_series(1, %(venues)s) n, generate_series(1, %(each)s) k"
    ),
    (
        "INSERT INTO mark (venue_id, id, lesson_id, enrolment_id, mark)"
        " SELECT md5('v' || n), md5(n || 'm' || k), md5(n || 'l'), md5(n || 'e' || k), '{\"status\":\"present\"}'"
        " FROM generate_series(1, %(venues)s) n, generate_series(1, %(each)s) k"
    ),
    (
        'INSERT INTO stamp (venue_id, "table", "row", fields, digest)'
        " SELECT md5('v' || n), 'mark', md5(n || 'm' || k), '{\"+\":[' || k || ',\"' || md5('w' || n) || '\",1]}', 1"
        " FROM generate_series(1, %(venues)s) n, generate_series(1, %(each)s) k"
    ),
    (
        "INSERT INTO bucket (venue_id, name, digest) SELECT md5('v' || n), 'mark/2025-' || lpad(m::text, 2, '0'), 1"
        " FROM generate_series(1, %(venues)s) n, generate_series(1, 12) m"
    ),
)


def computed(process: int) -> float:
    """Seconds of computing of another process."""
    said = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(said[11]) + int(said[12])) / TICK


def push(centre: Centre, desk: Wired) -> float:
    """One batch as an endpoint takes it. Returns our seconds of computing."""
    desk.scan()
    body = pack(desk.request())
    start = process_time()
    answer = pack(centre.exchange(centre.admit(desk.token), unpack(body, Request)))
    took = process_time() - start
    said = unpack(answer, Answer)
    assert [result for result, _many, _why in said.results] == ["accepted"]
    desk.took(said)
    return took


def median(act: Callable[[], object], times: int = 40) -> float:
    """Milliseconds."""
    took = []
    for _time in range(times):
        start = perf_counter()
        act()
        took.append((perf_counter() - start) * 1000)
    return statistics.median(took)


def measure(centre: Centre, desks: list[Wired]) -> dict[str, float]:
    for desk in desks[:60]:
        push(centre, desk)
    with centre.engine.connect() as connection:
        backend = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    before = computed(backend)
    ours = statistics.median(push(centre, desks[number % len(desks)]) for number in range(BATCHES))
    theirs = (computed(backend) - before) / BATCHES

    def overview() -> None:
        with centre.reading() as connection:
            programme(connection, date.today())

    return {
        "batch_ours_ms": ours * 1000,
        "batch_postgresql_ms": theirs * 1000,
        "admit_ms": median(lambda: centre.admit(desks[0].token)),
        "nothing_to_do_ms": median(lambda: idle(centre, desks[0])),
        "overview_ms": median(overview, 5),
    }


def idle(centre: Centre, desk: Wired) -> None:
    said = Request(
        desk.writer,
        "A",
        1,
        "",
        desk.cursor,
        desk.at,
        0,
        {desk.writer: (desk.number, desk.previous.hex()[:16])},
    )
    assert not centre.answer(desk.token, said).runs


def plans(centre: Centre, desk: Wired) -> dict[str, Any]:
    """Of each statement of a batch: which tables are read from end to end, and how many parts of a table it opens."""
    whole: set[str] = set()
    parts: list[int] = []

    def explain(
        connection: Connection, cursor: Any, statement: str, values: Any, _context: Any, _many: bool
    ) -> None:
        if statement.startswith(("SELECT set_config", "EXPLAIN")):
            return
        with cursor.connection.cursor() as other:
            # What would be planned for any values, because that is what is kept.
            found = other.execute(f"EXPLAIN (FORMAT JSON) {statement}", values).fetchone()[0][0]["Plan"]
        opened: dict[str, set[str]] = {}
        for node in nodes(found):
            name = node.get("Relation Name", "")
            if name:
                opened.setdefault(name.rpartition("_")[0] if name[-2:].isdigit() else name, set()).add(name)
            if node["Node Type"] == "Seq Scan" and name not in ("", "centre"):
                whole.add(name)
        parts.extend(len(each) for each in opened.values())

    event.listen(centre.engine, "before_cursor_execute", explain)
    try:
        push(centre, desk)
    finally:
        event.remove(centre.engine, "before_cursor_execute", explain)
    return {"statements_read_whole": sorted(whole), "parts_opened_at_most": max(parts), "plans": len(parts)}


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """A plan's nodes, without the target of an insert, which opens the part of each row by itself."""
    below = [node for each in plan.get("Plans", ()) for node in nodes(each)]
    return below if plan.get("Operation") == "Insert" else [plan, *below]


def main() -> None:
    parser = argparse.ArgumentParser(description="A batch at a centre of very many venues.")
    parser.add_argument("--venues", type=int, default=80_000)
    parser.add_argument("--lines", type=int, default=2_000_000)
    given = parser.parse_args()
    os.environ["VENUE_DESK_KEY_FILE"] = str(Path(tempfile.mkdtemp()) / "key")
    # One statement writes all lines of all venues at once.
    server = Server(installed(), "-c max_wal_size=2GB -c checkpoint_timeout=30min")
    try:
        crowd = Crowd.enrolled(server.address, 125)
        centre = Centre(server.address)
        few = measure(centre, crowd.desks)
        each = max(1, given.lines // given.venues)
        start = perf_counter()
        with psycopg.connect(server.address, autocommit=True) as connection:
            for statement in FILL:
                # The login owns the tables, so row-level security does not count each row.
                connection.execute(statement, {"venues": given.venues, "each": each}, prepare=False)
            connection.execute("ANALYZE")
            size = connection.execute("SELECT pg_database_size(current_database())").fetchone()
            assert size is not None
        filled = perf_counter() - start
        many = measure(centre, crowd.desks)
        found = plans(centre, crowd.desks[0])
        centre.close()
        figures = {
            "venues": given.venues,
            "lines": given.venues * each,
            "gigabytes": round(size[0] / 1e9, 1),
            "filled_in_s": round(filled),
            **{name: [round(few[name], 2), round(many[name], 2)] for name in few},
            "batch_ratio": round(
                (many["batch_ours_ms"] + many["batch_postgresql_ms"])
                / (few["batch_ours_ms"] + few["batch_postgresql_ms"]),
                2,
            ),
            **found,
            "partitions": postgres.PARTITIONS,
        }
        print(json.dumps(figures), flush=True)
    finally:
        server.remove()


if __name__ == "__main__":
    main()
