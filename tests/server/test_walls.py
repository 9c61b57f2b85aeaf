"""No desk sees another venue: by our own conditions, and where one is forgotten by the database itself."""

import contextlib
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from sqlalchemy import Engine, event, select, text
from sqlalchemy.exc import ProgrammingError

import centres
from records import add
from venue_desk.actions import venue
from venue_desk.queries.sync import TOKEN
from venue_desk.server import postgres as walls
from venue_desk.store.desk import Desk, local
from venue_desk.store.journal import GENESIS
from venue_desk.store.records import Base
from venue_desk.sync.messages import Answer, Request, pack
from venue_desk.sync.reading import unpack

SECRET = "Rahasia Paroki"


@dataclass(slots=True)
class Two:
    """A parish with a secret and a school that must not learn it, at one centre."""

    centre: centres.Running
    address: str
    parish: Desk
    school: Desk
    home: str
    other: str

    @property
    def token(self) -> str:
        return self.school.ask(local, TOKEN) or ""


@pytest.fixture
def two(postgres: str, tmp_path: Path) -> Iterator[Two]:
    desks = [Desk.create(tmp_path / name) for name in ("parish", "school")]
    for desk in desks:
        desk.do(venue.set_up, name=desk.folder.name, kind="parish")
    with centres.running(centres.make(postgres)) as running:
        home, other = running.venue(), running.venue("SMK Negeri 9", "school")
        running.join(desks[0], home)
        running.join(desks[1], other)
        desks[0].do(add, SECRET)
        desks[1].do(add, "Budi Santoso")
        for desk in desks:
            centres.sync(desk)
        yield Two(running, postgres, desks[0], desks[1], home, other)
    for desk in desks:
        desk.close()


def forgetful(engine: Engine) -> None:
    """Plant the bug that the condition on the venue was forgotten in every statement on its rows."""

    @event.listens_for(engine, "before_cursor_execute", retval=True)
    def forget(
        _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool
    ) -> tuple[str, Any]:
        condition = r"(\b(?!ledger|letter)\w+\.venue_id = %\(\w+\)s(::VARCHAR)?)"
        return re.sub(condition, r"(\1 OR true)", statement), parameters


def told(two: Two) -> list[str]:
    """All that the school is told when it names the parish's writer, cursor and rows on every route."""
    http, client = two.centre.url, httpx.Client(headers={"Authorization": f"Bearer {two.token}"}, timeout=30)
    curious = [
        Request(two.parish.writer, "A", 1, "", 0, "", 1, have={two.parish.writer: (0, "")}),
        Request(two.school.writer, "A", 1, "", 0, "", 1, digest={}, again=["person/2026-11", "person/-"]),
        Request(two.school.writer, "A", 1, "", 3, GENESIS.hex()[:16], 1),
    ]
    said: list[str] = []
    with client:
        documented = client.get(f"{http}/openapi.json").json()["paths"]
        assert set(documented) >= {"/sync", "/snapshot", "/enrol", "/health", "/metrics"}
        asked = [client.build_request("POST", f"{http}/sync", content=pack(one)) for one in curious]
        asked.append(client.build_request("GET", f"{http}/snapshot", params={"venue": two.home}))
        asked += [client.build_request("GET", f"{http}{path}") for path in ("/health", "/metrics")]
        asked.append(client.build_request("POST", f"{http}/enrol", json={"venue": two.home}))
        bodies: list[bytes] = []
        for request in asked:
            with contextlib.suppress(
                httpx.TransportError
            ):  # a centre so broken that it hangs up tells nothing
                bodies.append(client.send(request).content)
    for body in bodies:
        try:
            answer = unpack(body, Answer)
        except Exception:  # noqa: BLE001 - a refusal tells nothing either
            said.append(body.decode(errors="replace"))
            continue
        said += [f"{entry.after} {entry.writer}" for run in answer.runs for entry in run.entries]
        said += [f"{name} {known}" for name, known in answer.acknowledged.items() if known[0]]
    return said


def leaks(two: Two) -> list[str]:
    return [line for line in told(two) if SECRET in line or two.parish.writer in line]


def test_every_route_with_another_venues_names(two: Two) -> None:
    assert leaks(two) == []


def test_a_forgotten_condition_is_caught_by_the_database(two: Two) -> None:
    """And shown to be the database's work: with row-level security off, the same bug tells everything."""
    forgetful(two.centre.centre.engine)
    assert leaks(two) == []
    with psycopg.connect(two.address, autocommit=True) as owner:
        for table in walls.all_tables():
            owner.execute(f'ALTER TABLE "{table.name}" DISABLE ROW LEVEL SECURITY')
    assert leaks(two)


def test_every_table_shows_one_venue_only(two: Two) -> None:
    engine = two.centre.centre.engine
    with two.centre.centre.reading(two.other) as connection:
        for table in walls.all_tables():
            if "venue_id" in table.columns and table.name != "code":
                seen = set(connection.scalars(select(table.c.venue_id)))
                assert seen <= {two.other}, table.name
        assert set(connection.scalars(text("SELECT key FROM centre"))) == {"epoch", "writer", "reference"}
        people = Base.metadata.tables["person"]
        gone = connection.execute(people.delete().where(people.c.venue_id == two.home)).rowcount
        assert gone == 0
    nobody = engine.execution_options(role=walls.DESK)
    with nobody.connect() as connection:
        for table in walls.spread_tables():
            assert connection.execute(select(table).limit(1)).first() is None, table.name


FORBIDDEN = (
    "INSERT INTO stamp (venue_id, \"table\", \"row\", fields) VALUES ('{home}', 'person', 'x', '{{}}')",
    "UPDATE person SET venue_id = '{home}'",
    "SELECT * FROM code",
    "SELECT * FROM console_user",
    "SELECT * FROM person_00",
    "DELETE FROM ledger",
    "UPDATE centre SET value = 'x'",
    "DROP TABLE person",
    "ALTER TABLE person DISABLE ROW LEVEL SECURITY",
    "TRUNCATE journal",
    # What the agency says to all venues is read by their desks and written by none of them.
    "INSERT INTO reference (kind, key, version, loaded) VALUES ('trade', 'X', 1, 0)",
    "UPDATE reference SET value = NULL",
    "DELETE FROM reference",
    "UPDATE centre SET value = '0' WHERE key = 'reference'",
)


def test_a_desks_transaction_may_not(two: Two) -> None:
    for statement in FORBIDDEN:
        with pytest.raises(ProgrammingError), two.centre.centre.writing(two.other) as connection:
            connection.exec_driver_sql(statement.format(home=two.home))


def test_the_roles_can_bypass_nothing(two: Two) -> None:
    with two.centre.centre.reading() as connection:
        rows = connection.execute(
            text(
                "SELECT rolname, rolsuper, rolbypassrls, rolcanlogin FROM pg_roles WHERE rolname = ANY(:roles)"
            ),
            {"roles": list(walls.ROLES)},
        ).all()
        assert sorted(rows) == sorted((role, False, False, False) for role in walls.ROLES)
        owners = connection.scalars(
            text("SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE relkind IN ('r', 'p')")
        )
        assert not set(owners) & set(walls.ROLES)
        unguarded = connection.scalars(
            text(
                "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
                " AND NOT relrowsecurity AND relnamespace = 'public'::regnamespace"
            )
        )
        assert set(unguarded) == {"alembic_version", "alembic_centre"}


def test_rows_are_spread_by_venue(two: Two) -> None:
    """A query for one venue opens one partition; every key begins with the venue."""
    for table in walls.spread_tables():
        assert next(iter(table.primary_key.columns)).name == "venue_id"
    with two.centre.centre.reading(two.home) as connection:
        plan = connection.scalars(
            text("EXPLAIN SELECT * FROM journal WHERE venue_id = :venue AND position > 3"),
            {"venue": two.home},
        ).all()
    parts = set(re.findall(r"journal_\d\d", "\n".join(plan)))
    assert len(parts) == 1


def test_a_body_that_never_comes_is_given_up(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    from venue_desk.server import app

    monkeypatch.setattr(app, "SLOWEST", 0.2)
    host, port = two.centre.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as slow:
        head = f"POST /sync HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {two.token}\r\nContent-Length: 50\r\n\r\nx"
        slow.sendall(head.encode())
        assert b" 408 " in slow.recv(1000)
