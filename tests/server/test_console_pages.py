"""The centre's pages over the wire: who is let in, what is refused, what a stranger learns."""

import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi.routing import APIRoute
from sqlalchemy import select, update
from sqlalchemy.orm import Session

import centres
from records import add
from server.visits import NAME, PASSWORD, form_of, log_in
from venue_desk.domain.problem import Problem
from venue_desk.queries import sync as standing
from venue_desk.server import devices, serving
from venue_desk.server.app import make_app
from venue_desk.server.commands import run
from venue_desk.server.console import limits, pages, sessions, users, verification
from venue_desk.server.tables import CODE, CONSOLE_USER, LEDGER
from venue_desk.store.desk import Desk
from venue_desk.store.records import Person, new_id
from venue_desk.sync import wiping
from venue_desk.sync.orders import Ordered

SHEETS = (
    "/catalogue/trade",
    "/catalogue/programme",
    "/catalogue/series",
    "/catalogue/template",
    "/catalogue/keys",
)
INNER = ("", "/desks", "/tasks", "/catalogue", *SHEETS, "/codes", "/venues", "/sticks")


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[centres.Running]:
    with centres.running(centres.make(tmp_path / "centre")) as running:
        with running.centre.writing() as connection:
            users.add(connection, NAME, PASSWORD)
        yield running


@pytest.fixture
def stranger(centre: centres.Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=centre.url, headers={"Accept-Language": "en"}) as client:
        yield client


@pytest.fixture
def ani(stranger: httpx.Client) -> httpx.Client:
    answer = log_in(stranger)
    assert (answer.status_code, answer.headers["location"]) == (303, "/console")
    return stranger


def test_without_a_login_no_inner_route_shows_or_does_anything(
    centre: centres.Running, stranger: httpx.Client
) -> None:
    """Read off the application itself: a page that is added later is held to it too."""
    inner = [route for route in _routes(centre) if route[1].startswith("/console") or route[1] == "/logout"]
    known = {
        f"/console{page}"
        for page in (*INNER, "/answer", *(f"/catalogue/{one}" for one in ("unit", "units", "file")))
    }
    assert {path for _method, path in inner} == known | {"/logout"}
    for method, path in inner:
        answer = stranger.request(
            method, path, data={"name": "Paroki", "kind": "parish"} if method == "POST" else None
        )
        if method == "GET":
            assert (answer.status_code, answer.headers["location"]) == (303, f"/login?next={path}")
            assert not answer.content
        else:
            assert answer.status_code == 401 and "You are not logged in." in answer.text
    with centre.centre.reading() as connection:
        assert connection.execute(select(LEDGER)).first() is None


def _routes(centre: centres.Running) -> list[tuple[str, str]]:
    def walk(routes: list) -> Iterator[APIRoute]:  # type: ignore[type-arg]
        for route in routes:
            if isinstance(route, APIRoute):
                yield route
            elif hasattr(route, "routes"):
                yield from walk(route.routes)
            elif hasattr(route, "original_router"):
                yield from walk(route.original_router.routes)

    return [
        (method, route.path)
        for route in walk(make_app(centre.centre).routes)
        for method in sorted(route.methods or ())
    ]


def test_a_login_opens_every_inner_page_in_both_languages(ani: httpx.Client) -> None:
    for page in INNER:
        english = ani.get(f"/console{page}?lang=en")
        indonesian = ani.get(f"/console{page}?lang=id")
        assert (english.status_code, indonesian.status_code) == (200, 200)
        assert '<html lang="en">' in english.text and "Log out" in english.text
        assert '<html lang="id">' in indonesian.text and "Keluar" in indonesian.text
    # Chosen once, it stays.
    assert '<html lang="id">' in ani.get("/console").text


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("en-US,en;q=0.9", "en"), ("id,en;q=0.5", "id"), ("fr,de;q=0.8", "id"), ("fr,en;q=0.3,in;q=0.9", "id"),
     ("en;q=nonsense,,;", "id"), ("", "id")],
)  # fmt: skip
def test_the_browser_says_which_language(centre: centres.Running, accepted: str, language: str) -> None:
    page = httpx.get(f"{centre.url}/verify", headers={"Accept-Language": accepted})
    assert f'<html lang="{language}">' in page.text


def test_pages_carry_their_own_policy_and_no_script(ani: httpx.Client) -> None:
    for path in ("/verify", "/verify/VD1.X", "/login", *(f"/console{page}" for page in INNER)):
        page = ani.get(path)
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "script-src" not in policy
        assert page.headers["x-content-type-options"] == "nosniff"
        assert page.headers["cache-control"] == "no-store"
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", page.text, re.IGNORECASE)
        assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", page.text)


def test_static_files_are_those_of_the_list_and_nothing_else(stranger: httpx.Client) -> None:
    for name in pages.FILES:
        assert stranger.get(f"/static/{name}").status_code == 200
    for name in ("frame.html", "..%2Fweb%2Fframe.html", "%2e%2e", "console.css%00"):
        assert stranger.get(f"/static/{name}").status_code == 404


def test_the_session_is_kept_from_scripts_and_from_other_sites(stranger: httpx.Client) -> None:
    cookie = log_in(stranger).headers["set-cookie"].lower()
    assert sessions.COOKIE in cookie and "httponly" in cookie and "samesite=strict" in cookie
    assert "secure" not in cookie  # http on this computer; see the next test


def test_behind_https_the_cookie_travels_by_https_only(stranger: httpx.Client) -> None:
    stranger.headers["X-Forwarded-Proto"] = "https"
    form = form_of(stranger.get("/login"))
    # The client keeps a secure cookie to itself on http: it is given back by hand.
    nonce = stranger.get("/login").headers["set-cookie"].partition(";")[0]
    form = form_of(stranger.get("/login", headers={"Cookie": nonce}))
    answer = stranger.post(
        "/login", data={"form": form, "name": NAME, "password": PASSWORD}, headers={"Cookie": nonce}
    )
    assert answer.status_code == 303 and "secure" in answer.headers["set-cookie"].lower()
    assert answer.headers["strict-transport-security"]


def test_a_changed_or_old_session_is_none(ani: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    good = ani.cookies[sessions.COOKIE]
    user, generation, since, nonce, signature = good.split(".")
    for bad in (
        good[:-1] + ("0" if good[-1] != "0" else "1"),
        f"{user}.{int(generation) + 1}.{since}.{nonce}.{signature}",
        f"{user}.{generation}.{int(since) + 99}.{nonce}.{signature}",
        "", ".", "....", f"{new_id()}.{generation}.{since}.{nonce}.{signature}", "a.b.c.d.e",
    ):  # fmt: skip
        answer = httpx.get(ani.base_url.join("/console"), cookies={sessions.COOKIE: bad})
        assert answer.status_code == 303
    assert ani.get("/console").status_code == 200
    later = time.time() + sessions.LIFE + 1
    monkeypatch.setattr(time, "time", lambda: later)
    assert ani.get("/console").status_code == 303


def test_after_a_logout_a_copied_cookie_is_none_either(ani: httpx.Client) -> None:
    copied = ani.cookies[sessions.COOKIE]
    answer = ani.post("/logout", data={"form": form_of(ani.get("/console"))})
    assert answer.status_code == 303 and sessions.COOKIE not in ani.cookies
    assert httpx.get(ani.base_url.join("/console"), cookies={sessions.COOKIE: copied}).status_code == 303


def test_a_form_that_is_not_ours_changes_nothing(centre: centres.Running, ani: httpx.Client) -> None:
    ours = form_of(ani.get("/console/venues"))
    with httpx.Client(base_url=centre.url) as other:
        log_in(other)
        theirs = form_of(other.get("/console/venues"))
    assert ours != theirs
    for form in ("", "0" * 64, theirs, ours.upper(), "ü"):
        answer = ani.post("/console/venues", data={"form": form, "name": "Paroki Palsu", "kind": "parish"})
        assert answer.status_code == 403 and "nothing was changed" in answer.text
        assert ani.post("/logout", data={"form": form}).status_code == 403
        assert ani.post("/login", data={"form": form, "name": NAME, "password": PASSWORD}).status_code == 403
    assert "Paroki Palsu" not in ani.get("/console/venues").text


def test_nobody_is_led_to_another_site_after_the_login(stranger: httpx.Client) -> None:
    for after in ("//evil.example", "https://evil.example", "/console/../x", "/console/a?b", "/verify", ""):
        stranger.cookies.clear()
        assert log_in(stranger, after=after).headers["location"] == "/console"
    stranger.cookies.clear()
    assert log_in(stranger, after="/console/desks").headers["location"] == "/console/desks"


def test_wrong_passwords_cost_time_and_an_unknown_name_tells_nothing(
    centre: centres.Running, stranger: httpx.Client
) -> None:
    unknown = log_in(stranger, "tidak ada")
    wrong = [log_in(stranger, password="salah sekali") for _try in range(users.FREE + 1)]
    assert [answer.status_code for answer in (unknown, *wrong)] == [401] * (users.FREE + 2)
    assert "The name or the password is not right." in unknown.text
    # Now also the right one has to wait, and is told how long.
    waiting = log_in(stranger)
    assert waiting.status_code == 429 and 1 <= int(waiting.headers["retry-after"]) <= users.LONGEST_WAIT
    with centre.centre.writing() as connection:
        connection.execute(update(CONSOLE_USER).values(until=0))
    assert log_in(stranger).status_code == 303
    with centre.centre.reading() as connection:
        assert connection.scalar(select(CONSOLE_USER.c.tries)) == 0


def test_each_wrong_password_waits_longer_but_nobody_is_shut_out(centre: centres.Running) -> None:
    waits = []
    for _try in range(users.FREE + 4):
        with centre.centre.writing() as connection:
            connection.execute(update(CONSOLE_USER).values(until=0))
        assert users.check(centre.centre, NAME, "x" * 300) is None
        with centre.centre.reading() as connection:
            until = connection.scalar(select(CONSOLE_USER.c.until)) or 0
        waits.append(max(0, round(until - time.time())) if until else 0)
    assert waits[: users.FREE] == [0] * users.FREE
    assert waits[users.FREE :] == sorted(waits[users.FREE :]) and waits[-1] > waits[users.FREE]
    with centre.centre.writing() as connection:
        connection.execute(update(CONSOLE_USER).values(until=0, tries=10_000))
    assert users.check(centre.centre, NAME, "salah sekali") is None
    asked = users.check(centre.centre, NAME, PASSWORD)
    assert isinstance(asked, int) and asked <= users.LONGEST_WAIT


def test_many_logins_from_one_address_are_refused(stranger: httpx.Client) -> None:
    form = form_of(stranger.get("/login"))
    answers = [
        stranger.post("/login", data={"form": form, "name": f"x{number}", "password": "y"}).status_code
        for number in range(12)
    ]
    assert answers == [401] * 10 + [429] * 2


def test_numbers_cannot_be_walked_through(stranger: httpx.Client) -> None:
    answers = [stranger.post("/verify", data={"certificate": f"{number:04d}/SERT-A"}) for number in range(12)]
    assert [answer.status_code for answer in answers] == [200] * verification.NUMBERS + [429] * 2
    assert int(answers[-1].headers["retry-after"]) <= 60
    assert "Too many tries" in answers[-1].text
    # A code cannot be guessed, so a hall of graduates may go on scanning.
    assert stranger.get("/verify/VD1.X").status_code == 200
    assert [stranger.get("/verify/VD1.X").status_code for _try in range(verification.CODES)][-1] == 429


def test_a_limit_counts_by_address_and_forgets_after_its_span() -> None:
    now = [0.0]
    limit = limits.Limit(2, 60, lambda: now[0])
    assert [limit.wait("10.0.0.1") for _try in range(3)] == [0, 0, 60]
    assert limit.wait("10.0.0.2") == 0
    # One household has all addresses of its /64.
    assert [limit.wait(f"2001:db8::{host}") for host in (1, 2, 3)] == [0, 0, 60]
    assert limit.wait("2001:db8:0:1::1") == 0
    assert [limit.wait(address) for address in ("::ffff:10.0.0.9", "10.0.0.9", "10.0.0.9")] == [0, 0, 60]
    now[0] = 59.0
    assert limit.wait("10.0.0.1") == 1
    now[0] = 60.0
    assert limit.wait("10.0.0.1") == 0


def test_a_form_larger_than_forms_are_is_refused(stranger: httpx.Client) -> None:
    assert stranger.post("/verify", data={"certificate": "x" * 30_000}).status_code == 413
    assert stranger.post("/verify", content=b"certificate=%ff").status_code == 400
    assert stranger.post("/verify", content=b"a=b&" * 60).status_code == 400
    assert stranger.post("/verify", data={"certificate": " "}).status_code == 422


def test_venues_and_codes_are_made_and_computers_revoked(centre: centres.Running, ani: httpx.Client) -> None:
    form = form_of(ani.get("/console/venues"))
    name = "Paroki <b>Santo</b> & Lukas"
    assert ani.post("/console/venues", data={"form": form, "name": name, "kind": "parish"}).status_code == 303
    assert "Paroki &lt;b&gt;Santo&lt;/b&gt; &amp; Lukas" in ani.get("/console/venues").text
    for wrong in ({"name": "", "kind": "parish"}, {"name": "X", "kind": "palace"}, {}):
        assert ani.post("/console/venues", data={"form": form, **wrong}).status_code == 422
    with centre.centre.reading() as connection:
        venue = connection.scalars(select(LEDGER.c.venue_id)).one()
    made = ani.post("/console/codes", data={"form": form, "venue": venue})
    code = re.search(r'class="big">([0-9A-Z-]{19})<', made.text)
    assert code and 'class="qr"' in made.text
    # Shown once: neither the page nor the database has it any more.
    assert code[1] not in ani.get("/console/codes").text
    with centre.centre.reading() as connection:
        assert code[1].replace("-", "") not in str(connection.execute(select(CODE)).all())
    assert ani.post("/console/codes", data={"form": form, "venue": new_id()}).status_code == 422
    with centre.centre.writing() as connection:
        assert devices.use_code(connection, code[1], new_id()) == venue
        device, token = devices.add_device(connection, venue, "LAPTOP-1", new_id(), {}, {})
    assert (
        "LAPTOP-1" in ani.get("/console/desks").text
        and "were sent again" not in ani.get("/console/desks").text
    )
    with centre.centre.writing() as connection:
        known = next(row for row in devices.devices(connection) if row["id"] == device)
        assert known["repaired"] is None
        devices.note_repair(connection, devices.by_id(connection, device), 2)
    assert "were sent again" in ani.get("/console/desks").text  # its records differed
    assert ani.post("/console/desks", data={"form": form, "revoke": device, "wipe": "1"}).status_code == 303
    page = ani.get("/console/desks").text
    assert "Revoked" in page and "removes its records at its next contact" in page
    assert ani.post("/console/desks", data={"form": form, "revoke": device, "wipe": "1"}).status_code == 422
    with centre.centre.reading() as connection, pytest.raises(devices.Refused, match="revoked"):
        devices.by_token(connection, token)


def test_users_by_command(
    centre: centres.Running, tmp_path: Path, capsys: pytest.CaptureFixture[str], stranger: httpx.Client
) -> None:
    place = ["--data", str(tmp_path / "centre"), "--lang", "en"]
    secret, short = tmp_path / "secret", tmp_path / "short"
    secret.write_text("sebuah kata sandi\n", "utf-8")
    short.write_text("pendek", "utf-8")

    def user(*words: str) -> int:
        return run(["server", *place, "user", *words])

    assert user("add", " Budi  Santoso ", "--password-file", str(secret)) == 0
    assert user("add", "BUDI SANTOSO", "--password-file", str(secret)) == 2
    assert user("add", "citra", "--password-file", str(short)) == 2
    assert user("add", "citra", "--password-file", str(tmp_path / "none")) == 2
    assert user("list", "--json") == 0
    said = capsys.readouterr()
    assert "at least 10 characters" in said.err and "budi santoso" in said.out and "sandi" not in said.out
    assert log_in(stranger, "Budi Santoso", "sebuah kata sandi").status_code == 303
    # Another password ends the sessions that began with the old one.
    secret.write_text("kata sandi yang lain", "utf-8")
    assert user("password", "Budi Santoso", "--password-file", str(secret)) == 0
    assert stranger.get("/console").status_code == 303
    assert log_in(stranger, "Budi Santoso", "kata sandi yang lain").status_code == 303
    assert user("remove", "budi santoso") == 0 and user("remove", "budi santoso") == 2
    assert stranger.get("/console").status_code == 303


def test_a_password_is_kept_as_argon2id_only(centre: centres.Running) -> None:
    with centre.centre.reading() as connection:
        kept = connection.scalar(select(CONSOLE_USER.c.password))
    assert kept is not None and kept.startswith("$argon2id$") and PASSWORD not in kept
    with centre.centre.writing() as connection, pytest.raises(Problem):
        users.add(connection, "dewi", "x" * 201)


def test_an_answer_does_not_wait_for_the_other_side() -> None:
    """Asyncio turns Nagle's algorithm off for sockets that are named as TCP; with it an answer takes 40 ms more."""
    taken = serving.listen("127.0.0.1", 0)
    try:
        assert taken.proto == socket.IPPROTO_TCP
    finally:
        taken.close()


def test_what_a_removed_computer_handed_over_is_decided_by_the_agency(
    centre: centres.Running, ani: httpx.Client, tmp_path: Path
) -> None:
    desk = Desk.create(tmp_path / "desk")
    centre.join(desk, centre.venue())
    desk.do(add, "Siti Aminah")
    known = desk.ask(standing.standing)
    assert known is not None
    with centre.centre.writing() as connection:
        devices.revoke(connection, known.device, wipe=True)
    assert "removes its records at its next contact" in ani.get("/console/desks").text
    with pytest.raises(Ordered) as order:
        centres.sync(desk)
    wiping.decide(desk, order.value.order)
    desk.close()
    list(wiping.go_on(desk.folder))
    assert "its records were removed" in ani.get("/console/desks").text
    page = ani.get("/console/tasks")
    assert "Handed over by removed computers" in page.text and "Siti" not in page.text
    filled = {"form": form_of(page), "device": known.device, "take": "1"}
    assert ani.post("/console/tasks", data={**filled, "form": "0" * 64}).status_code == 403
    assert ani.post("/console/tasks", data=filled).status_code == 303
    assert "Handed over" not in ani.get("/console/tasks").text
    assert ani.post("/console/tasks", data=filled).status_code == 422
    with Session(centre.centre.engine) as session:
        assert session.scalars(select(Person.name)).all() == ["Siti Aminah"]
