"""What an operator sees of a centre: figures that move with what happened, and a log that tells of nobody."""

import asyncio
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import event

import centres
import desks_at_once
from desks_at_once import MARKS, Crowd
from venue_desk.actions import people, venue
from venue_desk.queries.sync import TOKEN
from venue_desk.server import app, centre, devices, watching
from venue_desk.server.centre import Centre
from venue_desk.store.desk import Desk, local
from venue_desk.sync.exchange import offer
from venue_desk.sync.messages import pack

NAME, NIK, PHONE = "Siti Rahasiawati", "3173014107900001", "+6281234567890"
SECRETS = (NAME, "Rahasia", NIK, PHONE, "81234567890")


def figures(url: str) -> dict[str, float]:
    said = httpx.get(f"{url}/metrics").text
    rows = [line.rpartition(" ") for line in said.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _space, value in rows}


def test_each_figure_moves_with_what_happened(tmp_path: Path) -> None:
    with centres.running(centres.make(tmp_path / "centre")) as running:
        with running.centre.writing() as connection:
            place = devices.add_venue(connection, "Paroki", "parish")
            _device, token = devices.add_device(connection, place, "Meja", "a" * 32, {}, {})
        crowd = Crowd([desks_at_once.Wired(place, token, "a" * 32)])
        (desk,) = crowd.desks
        none = figures(running.url)
        assert not any(name.startswith("venue_desk_lines_total") for name in none)
        desk.scan()
        lines, entries = desk.request(), list(desk.entries)
        assert crowd.push(desk, running.url)
        headers = {"Authorization": f"Bearer {token}"}
        again = httpx.post(f"{running.url}/sync", content=pack(lines), headers=headers)
        assert again.status_code == 200 and len(entries) == MARKS
        assert httpx.post(f"{running.url}/sync", content=b"x", headers=headers).status_code == 400
        assert httpx.post(f"{running.url}/sync", content=b"x").status_code == 401
        assert httpx.get(f"{running.url}/nothing/{NAME}").status_code == 404
        now = figures(running.url)
        crowd.close()
    assert now['venue_desk_lines_total{result="accepted"}'] == MARKS
    assert now['venue_desk_lines_total{result="duplicate"}'] == MARKS
    for status, count in ((200, 2), (400, 1), (401, 1)):
        assert now[f'venue_desk_requests_total{{route="/sync",status="{status}"}}'] == count
    assert now['venue_desk_requests_total{route="other",status="404"}'] == 1
    assert now['venue_desk_requests_total{route="/metrics",status="200"}'] == 1
    assert now['venue_desk_request_seconds_count{route="/sync"}'] == 4
    assert now['venue_desk_request_seconds_bucket{route="/sync",le="+Inf"}'] == 4
    assert now['venue_desk_request_seconds_sum{route="/sync"}'] > 0
    assert now["venue_desk_requests_open"] == 1  # the one that asks
    assert now["venue_desk_start_time_seconds"] == none["venue_desk_start_time_seconds"]
    assert not any(secret in name for name in now for secret in SECRETS)


def test_each_process_has_its_own_figures(postgres: str) -> None:
    crowd = Crowd.enrolled(postgres, 1)
    started = [desks_at_once.process(postgres) for _each in range(2)]
    try:
        urls = [url for _process, url in started]
        for url in (urls[0], urls[0], urls[1]):
            assert crowd.push(crowd.desks[0], url)
        taken = [figures(url)['venue_desk_lines_total{result="accepted"}'] for url in urls]
        assert taken == [2 * MARKS, MARKS]
    finally:
        crowd.close()
        for process, _url in started:
            process.terminate()
            process.communicate(timeout=30)


def test_figures_are_for_its_own_network(tmp_path: Path) -> None:
    made = Centre(centres.make(tmp_path / "centre"))
    asks = caller(app.make_app(made))
    assert asks("GET", "/metrics", host="10.1.2.3").status_code == 200
    assert asks("GET", "/metrics", host="8.8.8.8").status_code == 404
    made.close()


def caller(application: Any) -> Callable[..., httpx.Response]:
    """Ask an application, as if from another computer."""

    def ask(method: str, path: str, host: str = "10.0.0.1", **more: Any) -> httpx.Response:
        async def go() -> httpx.Response:
            way = httpx.ASGITransport(application, client=(host, 1), raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=way, base_url="http://centre") as client:
                return await client.request(method, path, **more)

        return asyncio.run(go())

    return ask


def test_limits_hold_for_one_and_end_with_the_minute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    for name, most in (("KNOCKS", 3), ("STRANGERS", 4), ("VISITS", 5)):
        monkeypatch.setattr(app, name, most)
    made = Centre(centres.make(tmp_path / "centre"))
    with made.writing() as connection:
        place = devices.add_venue(connection, "Paroki", "parish")
        tokens = [devices.add_device(connection, place, "Meja", w * 32, {}, {})[1] for w in "ab"]
    asks = caller(app.make_app(made, clock=lambda: now[0]))

    def visit(token: str, host: str = "10.0.0.1") -> httpx.Response:
        return asks("POST", "/sync", host, content=b"x", headers={"Authorization": f"Bearer {token}"})

    def waits(answer: httpx.Response, seconds: str) -> None:
        assert (answer.status_code, answer.headers["retry-after"]) == (429, seconds)
        assert answer.json()["message"]

    # A desk is counted by itself, whatever its address.
    assert [visit(tokens[0]).status_code for _each in range(5)] == [400] * 5
    now[0] += 20
    waits(visit(tokens[0], "10.0.0.2"), "40")
    assert visit(tokens[1]).status_code == 400
    now[0] += 40
    assert visit(tokens[0]).status_code == 400
    # Wrong tokens are counted by address; then no token of that address is looked at.
    assert [visit("wrong", "10.0.0.3").status_code for _each in range(4)] == [401] * 4
    waits(visit(tokens[0], "10.0.0.3"), "60")
    assert visit(tokens[0], "10.0.0.4").status_code == 400
    # So are tries to enrol.
    assert [asks("POST", "/enrol", content=b"{}").status_code for _each in range(3)] == [400] * 3
    waits(asks("POST", "/enrol", content=b"{}"), "60")
    assert asks("POST", "/enrol", host="10.0.0.5", content=b"{}").status_code == 400
    now[0] += 60
    assert visit("wrong", "10.0.0.3").status_code == 401
    assert visit(tokens[0], "10.0.0.3").status_code == 400
    assert asks("POST", "/enrol", content=b"{}").status_code == 400
    made.close()


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """What the centre logs, as it would be written."""
    written: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(self.format(record))

    handler = Keep()
    handler.setFormatter(watching.JsonLines())
    loggers = [logging.getLogger(name) for name in ("venue_desk.centre", "uvicorn", "uvicorn.error")]
    before = [(logger.level, logger.handlers[:]) for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
        logger.handlers = [handler]
    yield written
    for logger, (level, handlers) in zip(loggers, before, strict=True):
        logger.setLevel(level)
        logger.handlers = handlers


def test_the_log_tells_of_nobody(tmp_path: Path, lines: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that can go wrong goes wrong around one person's record; her name is nowhere in the log."""
    desk = Desk.create(tmp_path / "desk")
    desk.do(venue.set_up, name=f"Paroki {NAME}", kind="parish")
    with centres.running(centres.make(tmp_path / "centre")) as running:
        place = running.venue(f"Paroki {NAME}")
        code = running.code(place)
        asked = {"code": code, "name": NAME, "writer": "x"}
        httpx.post(f"{running.url}/enrol", json=asked)
        running.join(desk, place)
        desk.do(people.add, name=NAME, nik=NIK, phone=PHONE)
        token = desk.ask(local, TOKEN) or ""
        body = pack(desk.ask(offer).request)
        headers = {"Authorization": f"Bearer {token}", "User-Agent": NAME}
        address = f"{running.url}/sync"
        for path in (f"verify/{NAME}", f"nothing/{NIK}?phone={PHONE}", f"verify?number={NIK}"):
            httpx.get(f"{running.url}/{path}", headers=headers)
        httpx.post(address, content=body[:-9], headers=headers)

        def broken(*_asked: Any) -> Any:
            raise RuntimeError(f"{NAME} {NIK} {token}") from ValueError(f"{PHONE} {code}")

        with monkeypatch.context() as patch:
            patch.setattr(centre, "take", broken)
            assert httpx.post(address, content=body, headers=headers).status_code == 500
        failing = running.centre.engine

        @event.listens_for(failing, "before_cursor_execute")
        def refuse(_c: Any, cursor: Any, statement: str, values: Any, _x: Any, _many: bool) -> None:
            if statement.startswith("INSERT INTO person"):
                cursor.execute("INSERT INTO nothing VALUES (?)", (str(values),))

        assert httpx.post(address, content=body, headers=headers).status_code in (500, 503)
        event.remove(failing, "before_cursor_execute", refuse)
        assert httpx.post(address, content=body, headers=headers).status_code == 200
    desk.close()
    told = "\n".join(lines)
    said = [json.loads(line) for line in lines]
    assert {line.get("error") for line in said} >= {"RuntimeError"}
    assert [line["status"] for line in said if line.get("route") == "/sync"].count(200) >= 1
    for secret in (*SECRETS, token, code, code.replace("-", "")):
        assert secret not in told, secret


def test_a_process_writes_its_log_as_lines_of_json(tmp_path: Path) -> None:
    """The same from outside, with a certificate's text in the address."""
    centres.make(tmp_path / "centre")
    command = [sys.executable, "-m", "venue_desk", "server", "--data", str(tmp_path / "centre"), "run"]
    process = subprocess.Popen(
        [*command, "--port", "0", "--json", "--log", "info"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    url = json.loads(process.stdout.readline())["address"]
    for path in (f"verify/{NAME}", f"x/{NIK}", "health"):
        httpx.get(f"{url}/{path}", timeout=30)
    process.terminate()
    _out, written = process.communicate(timeout=30)
    said = [json.loads(line) for line in written.splitlines()]
    assert {"/health", "other"} <= {line.get("route") for line in said}
    assert not any(secret in written for secret in SECRETS)
