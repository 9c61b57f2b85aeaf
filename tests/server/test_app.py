"""The centre's endpoints: who is let in, what is refused and how it says so."""

import base64
import hashlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

import centres
from records import add, everything
from venue_desk.actions import venue
from venue_desk.queries.sync import TOKEN
from venue_desk.server import devices
from venue_desk.store.desk import Desk, local
from venue_desk.store.journal import GENESIS, Entry
from venue_desk.sync import wire
from venue_desk.sync.exchange import offer
from venue_desk.sync.messages import LARGEST_SENT, Answer, Request, Run, pack
from venue_desk.sync.reading import unpack


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[centres.Running]:
    with centres.running(centres.make(tmp_path / "centre")) as running:
        yield running


@pytest.fixture
def desks(tmp_path: Path) -> Iterator[Callable[[str], Desk]]:
    made: list[Desk] = []

    def make(name: str) -> Desk:
        desk = Desk.create(tmp_path / name)
        desk.do(venue.set_up, name=name, kind="parish")
        made.append(desk)
        return desk

    yield make
    for desk in made:
        desk.close()


def post(centre: centres.Running, path: str, body: bytes, token: str = "") -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.post(f"{centre.url}/{path}", content=body, headers=headers, timeout=30)


def test_it_is_there(centre: centres.Running) -> None:
    said = httpx.get(f"{centre.url}/health").json()
    assert said["status"] == "ok"
    paths = httpx.get(f"{centre.url}/openapi.json").json()["paths"]
    assert {"/sync", "/enrol", "/snapshot", "/health"} <= set(paths)


def test_every_refusal_is_json_with_a_sentence(centre: centres.Running, desks: Callable[[str], Desk]) -> None:
    one = desks("one")
    centre.join(one, centre.venue())
    token = one.ask(local, TOKEN) or ""
    refused = [
        (httpx.get(f"{centre.url}/nothing"), 404, "http"),
        (httpx.get(f"{centre.url}/sync"), 405, "http"),
        (post(centre, "sync", b""), 401, "token"),
        (post(centre, "sync", b"", "x" * 43), 401, "token"),
        (httpx.get(f"{centre.url}/snapshot"), 401, "token"),
        (post(centre, "sync", b"nonsense", token), 400, "malformed"),
        (post(centre, "sync", pack(Answer("x", 1, 0, "", False, 0)), token), 400, "malformed"),
        (post(centre, "sync", b"x" * (LARGEST_SENT + 1), token), 413, "http"),
        (post(centre, "enrol", b"[]"), 400, "malformed"),
        (post(centre, "enrol", b'{"code":"x"}'), 400, "malformed"),
        (post(centre, "enrol", b"x" * 30_000), 413, "http"),
    ]
    for response, status, code in refused:
        assert response.status_code == status, response.text
        said = response.json()
        assert said["error"] == code and said["message"]


def test_the_venue_comes_from_the_token(centre: centres.Running, desks: Callable[[str], Desk]) -> None:
    """A desk that names another venue's writer and cursor gets nothing of that venue."""
    parish, school = desks("parish"), desks("school")
    centre.join(parish, centre.venue())
    centre.join(school, centre.venue("SMK", "school"))
    parish.do(add, "Rahasia")
    centres.sync(parish)
    centres.sync(school)
    token = school.ask(local, TOKEN) or ""
    curious = Request(parish.writer, "A", 1, "", 0, "", 1, have={parish.writer: (0, "")})
    answer = unpack(post(centre, "sync", pack(curious), token).content, Answer)
    names = [entry.after or "" for run in answer.runs for entry in run.entries]
    assert names and not any("Rahasia" in name for name in names)
    assert answer.acknowledged[parish.writer] == (0, GENESIS.hex()[:16])


def test_lines_that_follow_nothing_are_asked_for_again(
    centre: centres.Running, desks: Callable[[str], Desk]
) -> None:
    one = desks("one")
    centre.join(one, centre.venue())
    for number in range(5):
        one.do(add, f"Peserta {number}")
    said = one.ask(offer).request
    whole = said.runs[0]
    later = type(whole)(whole.writer, 0, 4, whole.entries[2].hash, whole.entries[3:])
    token = one.ask(local, TOKEN) or ""
    gap = Request(said.writer, "A", 1, "", 0, "", 1, have=said.have, runs=[later])
    answer = unpack(post(centre, "sync", pack(gap), token).content, Answer)
    assert answer.results == [("gap", len(later.entries), "")]
    centres.all_alike(centre, one)


def test_a_poisoned_line_does_not_hold_up_the_rest(
    centre: centres.Running, desks: Callable[[str], Desk]
) -> None:
    """A line of a release to come is held; what follows it goes on."""
    one, other = desks("one"), desks("other")
    place = centre.venue()
    centre.join(one, place)
    centre.join(other, place)
    centres.sync(one)
    token = one.ask(local, TOKEN) or ""
    writer = "d" * 32
    lines, hashed = [], GENESIS
    for number, (table, after) in enumerate(
        [("parking", '{"lot":4}'), ("trade", '{"code":7}'), ("trade", '{"code":"X","name_id":"Y"}')], 1
    ):
        bare = Entry(
            writer, number, 1 << 52, f"{number:032x}", "Add", "do", None, "2025-11-22T08:00",
            table, f"{number:032x}", None, after, "{}", 1, b"",
        )  # fmt: skip
        hashed = bare.chained(hashed)
        lines.append(replace(bare, hash=hashed))
    said = one.ask(offer).request
    run = [Run(writer, 0, 1, GENESIS, lines)]
    newer = Request(writer, "Z", 1, "", said.cursor, said.at, 1, have={}, runs=run)
    answer = unpack(post(centre, "sync", pack(newer), token).content, Answer)
    assert [result for result, _count, _why in answer.results] == ["held", "quarantined", "accepted"]
    assert all(why for result, _count, why in answer.results if result != "accepted")
    centres.all_alike(centre, one, other)
    assert ("trade", f"{3:032x}") in other.ask(everything)


def test_codes_cannot_be_guessed_by_many_tries(centre: centres.Running) -> None:
    asked = (
        b'{"code":"AAAA-BBBB-CCCC-DDDD","writer":"' + b"a" * 32 + b'","name":"x","letter":"A","venue":"",'
        b'"joined":{},"keys":{"sign":"' + b"a" * 64 + b'","seal":"' + b"a" * 64 + b'"}}'
    )
    answers = [post(centre, "enrol", asked).status_code for _each in range(35)]
    assert answers[:30] == [403] * 30
    assert set(answers[30:]) == {429}


def test_a_snapshot_in_parts(centre: centres.Running, desks: Callable[[str], Desk], tmp_path: Path) -> None:
    one = desks("one")
    centre.join(one, centre.venue())
    for number in range(30):
        one.do(add, f"Peserta {number}")
    centres.sync(one)
    headers = {"Authorization": f"Bearer {one.ask(local, TOKEN)}"}

    def get(wanted: str = "", known: str = "", upto: str = "") -> httpx.Response:
        more = {"Range": wanted, "If-Range": known}
        url = f"{centre.url}/snapshot{upto and '?upto='}{upto}"
        return httpx.get(url, headers=headers | {name: value for name, value in more.items() if value})

    whole = get()
    length = int.from_bytes(whole.content[:4], "big")
    answer = unpack(whole.content[4:], Answer)
    assert length == len(whole.content) - 4
    assert sum(len(run.entries) for run in answer.runs) == answer.cursor == answer.head
    sha256 = hashlib.sha256(whole.content)
    assert whole.headers["repr-digest"] == f"sha-256=:{base64.b64encode(sha256.digest()).decode()}:"
    tag, upto = whole.headers["etag"], whole.headers["x-cursor"]
    assert tag == f'"{sha256.hexdigest()}"'
    half = len(whole.content) // 2 + 3
    for wanted, part in (
        (f"bytes={half}-", whole.content[half:]),
        ("bytes=5-40", whole.content[5:41]),
        ("bytes=-7", whole.content[-7:]),
    ):
        rest = get(wanted, tag, upto)
        assert (rest.status_code, rest.content, rest.headers["etag"]) == (206, part, tag)
    assert get(f"bytes={len(whole.content)}-").status_code == 416
    assert get("lines=1-2").content == get("bytes=9-x").content == whole.content
    # The venue went on: the file that was begun can still be finished, also where another process makes it anew.
    one.do(add, "Menyusul")
    centres.sync(one)
    with centres.running(tmp_path / "centre") as another:
        for running in (centre, another):
            went = httpx.get(
                f"{running.url}/snapshot?upto={upto}",
                headers=headers | {"Range": f"bytes={half}-", "If-Range": tag},
            )
            assert (went.status_code, went.content) == (206, whole.content[half:])
    later = get(f"bytes={half}-", tag)
    assert later.status_code == 200 and later.headers["etag"] != tag
    assert get(upto="x").status_code == 400
    # At rest nothing of it is readable, nor compressed as it travels.
    kept = list(Path(tempfile.gettempdir()).glob("venue-desk-snapshots-*/*"))
    assert kept and not [file for file in kept if whole.content[4:40] in file.read_bytes()]


def test_a_token_is_kept_as_a_hash(centre: centres.Running, desks: Callable[[str], Desk]) -> None:
    one = desks("one")
    centre.join(one, centre.venue())
    token = one.ask(local, TOKEN) or ""
    with centre.centre.reading() as connection:
        kept = connection.exec_driver_sql("SELECT token FROM device").scalar_one()
        assert token not in kept and len(token) >= 43
        assert devices.by_token(connection, token).venue == one.venue
    with wire.connect(centre.url) as client, pytest.raises(wire.Trouble):
        wire.send(client, "sync", pack(one.ask(offer).request), wire.TYPE, token[:-1])
