"""What goes wrong between desk and centre: each a clear sentence, nothing lost, nothing twice."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

import centres
from records import add, everything, people
from venue_desk.domain.problem import Problem
from venue_desk.queries import sync as standing
from venue_desk.server.tables import CODE
from venue_desk.store.desk import Desk, local
from venue_desk.store.records import Line
from venue_desk.sync import joining
from venue_desk.sync.exchange import offer
from venue_desk.sync.messages import Answer, pack
from venue_desk.sync.reading import unpack


def lines_at(centre: centres.Running) -> int:
    with Session(centre.centre.engine) as session:
        return session.scalar(select(func.count()).select_from(Line)) or 0


def test_codes(centre: centres.Running, desks: Callable[[str], Desk]) -> None:
    one, other = desks("one"), desks("other")
    place = centre.venue()
    code = centre.code(place)
    before = one.ask(everything)
    with pytest.raises(Problem, match="tidak mengenal kode"):
        joining.enrol(one, centre.url, "AAAA-BBBB-CCCC-DDDD")
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    with pytest.raises(Problem, match="Kode ini salah"):
        joining.enrol(one, centre.url, wrong)
    assert one.ask(everything) == before and not one.ask(standing.status).enrolled
    # As read out on the telephone: small letters, spaces, look-alikes.
    joining.enrol(one, centre.url, code.lower().replace("-", " ").replace("0", "o").replace("1", "l"))
    with pytest.raises(Problem, match="sudah dipakai"):
        joining.enrol(other, centre.url, code)
    late = centre.code(place)
    with centre.centre.writing() as connection:
        connection.execute(update(CODE).where(CODE.c.handle == late[:4]).values(expires=int(time.time()) - 1))
    with pytest.raises(Problem, match="kedaluwarsa"):
        joining.enrol(other, centre.url, late)
    tried = centre.code(place)
    for _try in range(5):
        with pytest.raises(Problem, match="Kode ini salah"):
            joining.enrol(other, centre.url, tried[:4] + "0" * 12)
    with pytest.raises(Problem, match="terlalu sering"):
        joining.enrol(other, centre.url, tried)


def test_another_venue_and_a_revoked_computer(centre: centres.Running, desks: Callable[[str], Desk]) -> None:
    one = desks("one")
    place, foreign = centre.venue(), centre.venue("SMK Negeri 9", "school")
    centre.join(one, place)
    centres.sync(one)
    code = centre.code(foreign)
    with pytest.raises(Problem, match="tempat lain"):
        joining.enrol(one, centre.url, code)
    joining.enrol(desks("school"), centre.url, code)  # it was not spent
    with centre.centre.writing() as connection:
        from venue_desk.server import devices

        device = next(
            row["id"] for row in devices.devices(connection) if row["venue"] == "Paroki Santo Lukas"
        )
        devices.revoke(connection, device)
    add_one = one.do(add, "Maria Goretti")
    with pytest.raises(Problem, match="tidak lagi menerima"):
        centres.sync(one)
    status = one.ask(standing.status)
    assert status.waiting == 1 and status.trouble
    # A new code lets it in again, with what it recorded meanwhile.
    centre.join(one, place)
    centres.all_alike(centre, one)
    assert add_one in people(one)


def test_no_centre_there(centre: centres.Running, desks: Callable[[str], Desk]) -> None:
    one = desks("one")
    with socket.create_server(("127.0.0.1", 0)) as server:
        nobody = server.getsockname()[1]
    with pytest.raises(Problem, match="tidak dapat dihubungi"):
        joining.enrol(one, f"127.0.0.1:{nobody}", "AAAA-BBBB-CCCC-DDDD")
    with pytest.raises(Problem, match="bukan alamat"):
        joining.enrol(one, "ftp://example", "AAAA-BBBB-CCCC-DDDD")
    with another_web_server() as url, pytest.raises(Problem, match="bukan pusat"):
        joining.enrol(one, url, "AAAA-BBBB-CCCC-DDDD")
    place = centre.venue()
    centre.join(one, place)
    one.do(add, "Maria Goretti")
    note = one.ask(standing.standing)
    assert note is not None
    moved = standing.replace_url(note, f"http://127.0.0.1:{nobody}")
    one.receive([], keep={standing.KEPT: moved.text()})
    with pytest.raises(Problem, match="belum dapat dihubungi"):
        centres.sync(one)
    status = one.ask(standing.status)
    # Offline is no trouble: everything is saved here and waits.
    assert status.online is False and status.trouble == "" and status.waiting > 0


@contextmanager
def another_web_server() -> Iterator[str]:
    """Something that answers on HTTP and is no centre."""
    from http.server import HTTPServer, SimpleHTTPRequestHandler

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_push_that_comes_again_and_again(centre: centres.Running, desks: Callable[[str], Desk]) -> None:
    one = desks("one")
    centre.join(one, centre.venue())
    one.do(add, "Maria Goretti")
    said = one.ask(offer)
    token = one.ask(local, standing.TOKEN)
    headers = {"Authorization": f"Bearer {token}"}
    for expected in ("accepted", "duplicate", "duplicate"):
        came = httpx.post(f"{centre.url}/sync", content=pack(said.request), headers=headers)
        answer = unpack(came.content, Answer)
        assert {result for result, _n, _why in answer.results} == {expected}
    sent = sum(len(run.entries) for run in said.request.runs)
    assert lines_at(centre) == sent
    centres.all_alike(centre, one)
    assert lines_at(centre) == sent


@pytest.mark.parametrize("after", [0, 1, 40, 200])
def test_the_connection_breaks_in_the_answer(
    centre: centres.Running, desks: Callable[[str], Desk], after: int
) -> None:
    one, other = desks("one"), desks("other")
    place = centre.venue()
    centre.join(one, place)
    centre.join(other, place)
    centres.sync(one)
    siti = one.do(add, "Siti Aminah")
    port = int(centre.url.rpartition(":")[2])
    note = one.ask(standing.standing)
    assert note is not None
    with cutting(port, after) as broken:
        one.receive([], keep={standing.KEPT: standing.replace_url(note, broken).text()})
        with pytest.raises(Problem, match="belum dapat dihubungi"):
            centres.sync(one)
    # The centre has the lines, the desk does not know: they wait, and are not written twice.
    assert one.ask(standing.status).waiting > 0
    stored = lines_at(centre)
    assert stored > 0
    known = one.ask(standing.standing)
    assert known is not None
    one.receive([], keep={standing.KEPT: standing.replace_url(known, centre.url).text()})
    centres.all_alike(centre, one, other)
    assert people(other) == {siti: "Siti Aminah"}


@contextmanager
def cutting(port: int, after: int) -> Iterator[str]:
    """A way to the centre that lets the request through and breaks after some bytes of the answer's body."""
    server = socket.create_server(("127.0.0.1", 0))

    def carry() -> None:
        while True:
            try:
                near, _address = server.accept()
            except OSError:
                return
            with near, socket.create_connection(("127.0.0.1", port)) as far:
                near.settimeout(0.2)
                try:
                    while part := near.recv(65536):
                        far.sendall(part)
                except TimeoutError:
                    pass
                far.settimeout(10)
                came = b""
                while b"\r\n\r\n" not in came:
                    came += far.recv(65536)
                start = came.index(b"\r\n\r\n") + 4
                near.sendall(came[: start + after])

    thread = threading.Thread(target=carry)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}"
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join()
