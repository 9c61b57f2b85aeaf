"""Files from sticks through the agency's page: every kind that a desk writes, and whatever else somebody uploads."""

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select, update

import centres
from records import add, people
from server.visits import NAME, PASSWORD, form_of, log_in
from venue_desk.queries import sync as standing
from venue_desk.server import devices, sticks
from venue_desk.server.console import users
from venue_desk.server.console.sticks import LARGEST_FILE, LARGEST_UPLOAD
from venue_desk.server.tables import CARRIED, DEVICE, HANDED, LEDGER
from venue_desk.store.desk import Desk
from venue_desk.store.records import Line
from venue_desk.sync import admission, packet, stick, wiping
from venue_desk.sync.orders import Ordered


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[centres.Running]:
    with centres.running(centres.make(tmp_path / "centre")) as running:
        with running.centre.writing() as connection:
            users.add(connection, NAME, PASSWORD)
        yield running


@pytest.fixture
def ani(centre: centres.Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=centre.url, headers={"Accept-Language": "en"}, timeout=60) as client:
        log_in(client)
        yield client


@pytest.fixture
def desks(tmp_path: Path) -> Iterator[Callable[[str], Desk]]:
    made: list[Desk] = []

    def make(name: str) -> Desk:
        made.append(Desk.create(tmp_path / name))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def prison(centre: centres.Running, desks: Callable[[str], Desk]) -> Desk:
    """A desk that was let in over the network once, and never sees one again."""
    desk = desks("prison")
    centre.join(desk, centre.venue("Lapas Kelas II", "prison"))
    with centre.centre.writing() as connection:
        connection.execute(update(DEVICE).values(name="Lapas “1”\r\nX: y"))
    return desk


def upload(ani: httpx.Client, data: bytes, **form: str) -> httpx.Response:
    filled = {"form": form_of(ani.get("/console/sticks")), **form}
    return ani.post("/console/sticks", data=filled, files={"file": ("a.vdsync", data)})


def taken(ani: httpx.Client, data: bytes) -> tuple[str, bytes, str]:
    """Take a file in: what the page says, the answer and the name of its file."""
    answer = upload(ani, data)
    assert answer.status_code == 303, answer.text
    page = ani.get(answer.headers["location"]).text
    said = re.search(r'class="gist">(.*?)<', page)
    assert said, page
    link = re.search(r'class="button" href="(/console/answer\?of=\w+)"', page)
    if not link:
        return said[1], b"", ""
    file = ani.get(link[1])
    name = re.fullmatch(r'attachment; filename="([\w.-]+)"', file.headers["content-disposition"])
    assert file.status_code == 200 and file.headers["cache-control"] == "no-store" and name
    return said[1], file.content, name[1]


def refused(ani: httpx.Client, data: bytes, status: int = 422) -> str:
    answer = upload(ani, data)
    assert answer.status_code == status, answer.text
    said = re.search(r'role="alert">.*?<span>(.*?)</span>', answer.text, re.DOTALL)
    return said[1] if said else answer.text


def counted(centre: centres.Running) -> tuple[int, ...]:
    """How much there is of all that a file could change."""
    with centre.centre.reading() as connection:
        return tuple(
            connection.scalar(select(func.count()).select_from(table)) or 0
            for table in (Line.__table__, DEVICE, HANDED, CARRIED, LEDGER)
        ) + tuple(connection.scalars(select(DEVICE.c.wiped.is_(None)).order_by(DEVICE.c.id)))


def test_a_desks_file_is_answered(
    centre: centres.Running, ani: httpx.Client, prison: Desk, tmp_path: Path
) -> None:
    prison.do(add, "Siti Aminah")
    waiting = prison.ask(standing.status).waiting
    out, back = tmp_path / "out.vdsync", tmp_path / "back.vdsync"
    stick.export(prison, out)
    said, answer, name = taken(ani, out.read_bytes())
    assert said == f"{waiting} changes were taken in" and name == "answer-lapas-1-x-y.vdsync"
    back.write_bytes(answer)
    stick.bring(prison, back)
    assert prison.ask(standing.status).waiting == 0
    # The stick was lost on the way: the same file again is answered again, and takes nothing in.
    said, answer, _name = taken(ani, out.read_bytes())
    assert said == "nothing new was in it"
    back.write_bytes(answer)
    stick.bring(prison, back)
    page = ani.get("/console/sticks").text
    assert page.count(">Answer<") == 2 and "Siti" not in page and "Lapas Kelas II" in page
    assert "In touch" in ani.get("/console/desks").text


def test_a_desk_joins_by_the_page(
    centre: centres.Running, ani: httpx.Client, desks: Callable[[str], Desk], tmp_path: Path
) -> None:
    venue = centre.venue("Lapas Kelas II", "prison")
    office, prison = desks("office"), desks("prison")
    centre.join(office, venue)
    office.do(add, "Budi Santoso")
    centres.sync(office)
    request = admission.ask(prison, centre.code(venue), tmp_path / "minta")
    said, answer, name = taken(ani, request.read_bytes())
    assert said == "let in; its venue&#39;s records go along" and name.endswith(".vdjoin")
    (tmp_path / "jawab.vdjoin").write_bytes(answer)
    assert admission.take(prison, tmp_path / "jawab.vdjoin") == "Lapas Kelas II"
    assert "Budi Santoso" in people(prison).values()
    # Somebody else's code, a code that was spent, and the answer itself instead of the request.
    other = admission.ask(desks("other"), centre.code(venue)[:-1] + "0", tmp_path / "salah")
    before = counted(centre)
    assert "This code is not right." in refused(ani, other.read_bytes())
    assert "goes the other way" in refused(ani, answer)
    assert counted(centre) == before


def test_a_computer_that_is_to_be_emptied(
    centre: centres.Running, ani: httpx.Client, prison: Desk, tmp_path: Path
) -> None:
    prison.do(add, "Siti Aminah")
    stick.export(prison, tmp_path / "out.vdsync")
    with centre.centre.writing() as connection:
        devices.revoke(connection, connection.scalars(select(DEVICE.c.id)).one(), wipe=True)
    said, answer, _name = taken(ani, (tmp_path / "out.vdsync").read_bytes())
    assert re.fullmatch(r"\d changes were kept apart; the answer has its records removed", said)
    (tmp_path / "back.vdsync").write_bytes(answer)
    with pytest.raises(Ordered) as order:
        stick.bring(prison, tmp_path / "back.vdsync")
    known = prison.ask(standing.standing)
    assert known is not None
    prison.receive([], keep={standing.KEPT: standing.replace_url(known, "http://127.0.0.1:9").text()})
    wiping.decide(prison, order.value.order)
    prison.close()
    list(wiping.go_on(prison.folder))
    (last,) = wiping.carry(prison.folder, tmp_path / "akhir")
    data = last.read_bytes()
    # Its word that it is done, with what it still had cut off or changed: nothing of it is believed.
    before = counted(centre)
    for bad in (data[:-1], data[:-70], data[:-80] + bytes(16) + data[-64:]):
        assert "damaged" in refused(ani, bad) and counted(centre) == before
    said, answer, _name = taken(ani, data)
    assert re.fullmatch(r"its records were removed; \d changes wait for you", said) and not answer
    assert "Handed over by removed computers" in ani.get("/console/tasks").text
    assert "its records were removed" in ani.get("/console/desks").text


def test_what_is_not_for_us_changes_nothing(
    centre: centres.Running, ani: httpx.Client, prison: Desk, desks: Callable[[str], Desk], tmp_path: Path
) -> None:
    prison.do(add, "Siti Aminah")
    stick.export(prison, tmp_path / "out.vdsync")
    data = (tmp_path / "out.vdsync").read_bytes()
    before = counted(centre)
    thief = packet.new_keys()
    with centre.centre.reading() as connection:
        device = connection.scalars(select(DEVICE.c.id)).one()
    forged = packet.seal(b"x", packet.FROM_DESK, device, thief, centre.centre.public_keys())
    foreign = packet.seal(b"x", packet.FROM_DESK, device, thief, packet.public(thief))
    nobody = packet.seal(b"x", packet.FROM_DESK, "0" * 32, thief, centre.centre.public_keys())
    assert "No file was chosen." in refused(ani, b"")
    assert "not a Venue Desk sync file" in refused(ani, b"PK\3\4 a spreadsheet")
    assert "damaged" in refused(ani, forged) and "made for another computer" in refused(ani, foreign)
    assert "this centre does not know" in refused(ani, nobody)
    draw = random.Random(7)
    for _round in range(40):
        bad = bytearray(data)
        if draw.random() < 0.5:
            bad[draw.randrange(len(bad))] ^= 1 << draw.randrange(8)
        else:
            del bad[draw.randrange(len(bad)) :]
        assert refused(ani, bytes(bad))
    with centre.centre.writing() as connection:
        devices.revoke(connection, device)
    assert "was revoked" in refused(ani, data)
    assert counted(centre) == before


def test_who_may_upload_and_how_much(
    centre: centres.Running, ani: httpx.Client, prison: Desk, tmp_path: Path
) -> None:
    stick.export(prison, tmp_path / "out.vdsync")
    data = (tmp_path / "out.vdsync").read_bytes()
    before = counted(centre)
    for form in ("", "0" * 64, "ü"):
        assert upload(ani, data, form=form).status_code == 403
    form = form_of(ani.get("/console/sticks"))
    assert httpx.post(f"{centre.url}/console/sticks", files={"file": data}).status_code == 401
    for content, kind in ((b"form=x", "application/x-www-form-urlencoded"), (b"x", "multipart/form-data"),
                          (b"--a\r\n\r\n", "multipart/form-data; boundary=a")):  # fmt: skip
        answer = ani.post("/console/sticks", content=content, headers={"Content-Type": kind})
        assert answer.status_code == 400 and "This form cannot be read." in answer.text
    two = [("file", ("a", data)), ("file", ("b", data))]
    assert ani.post("/console/sticks", data={"form": form}, files=two).status_code == 400
    long = {"form": form, "x": "y" * 300}
    assert ani.post("/console/sticks", data=long, files={"file": data}).status_code == 400
    assert "not a Venue Desk sync file" in refused(ani, bytes(LARGEST_FILE))
    for size in (LARGEST_UPLOAD, 3 * LARGEST_UPLOAD):
        assert "too large to be a sync file" in refused(ani, bytes(size), 413)
    assert counted(centre) == before


def test_an_answer_is_kept_for_a_day(
    centre: centres.Running, ani: httpx.Client, prison: Desk, tmp_path: Path
) -> None:
    stick.export(prison, tmp_path / "out.vdsync")
    data = (tmp_path / "out.vdsync").read_bytes()
    taken(ani, data)
    with centre.centre.reading() as connection:
        (first,) = connection.scalars(select(CARRIED.c.id))
    path = f"/console/answer?of={first}"
    assert ani.get(path).status_code == 200
    assert httpx.get(f"{centre.url}{path}").headers["location"] == "/login?next=/console/answer"
    with centre.centre.writing() as connection:
        connection.execute(update(CARRIED).values(made=sticks._ago(sticks.KEPT * 1.01)))
    gone = ani.get(path)
    assert gone.status_code == 404 and "not kept any more" in gone.text and "disposition" not in gone.headers
    assert ">Answer<" not in ani.get("/console/sticks").text
    taken(ani, data)  # the next file has the old ones forgotten
    with centre.centre.writing() as connection:
        gone_now = select(CARRIED.c.id).where(CARRIED.c.answer.is_(None))
        assert connection.scalars(gone_now).all() == [first]
        connection.execute(update(CARRIED).values(made=sticks._ago(sticks.NOTED * 1.01)))
    taken(ani, data)
    assert counted(centre)[3] == 1
    assert ani.get("/console/answer?of=").status_code == 404
