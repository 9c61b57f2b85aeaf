"""A desk's first sync by a snapshot: cut, stopped, lied to; whole in the end, and never readable on the disk."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest
from sqlalchemy import func, select

import centres
from records import add, everything, remove
from venue_desk.domain.problem import Problem
from venue_desk.queries import sync as standing
from venue_desk.server import snapshots
from venue_desk.store.desk import Desk, local
from venue_desk.store.records import Part
from venue_desk.sync import client, exchange, first

PEOPLE = 60


class Between(httpx.BaseTransport):
    """A real way to the centre that does something to the answers to /snapshot, one after the other."""

    def __init__(self, *faults: Callable[[httpx.Response, bytes], httpx.Response]) -> None:
        self.faults = list(faults)
        self.asked: list[str] = []  # what was wanted of the snapshot, by Range

    def connect(self, url: str) -> httpx.Client:
        self._way = httpx.HTTPTransport()
        return httpx.Client(base_url=url, transport=self)

    def close(self) -> None:
        self._way.close()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._way.handle_request(request)
        if not request.url.path.endswith("/snapshot"):
            return answer
        self.asked.append(request.headers.get("range", ""))
        whole = answer.read()
        answer.close()
        fault = self.faults.pop(0) if self.faults else _as_it_is
        return fault(answer, whole)


def _as_it_is(answer: httpx.Response, whole: bytes) -> httpx.Response:
    return httpx.Response(answer.status_code, headers=answer.headers, content=whole)


def cut(after: int) -> Callable[[httpx.Response, bytes], httpx.Response]:
    class Broken(httpx.SyncByteStream):
        def __init__(self, part: bytes) -> None:
            self._part = part

        def __iter__(self) -> Iterator[bytes]:
            yield self._part
            raise httpx.ReadError("cut")

    return lambda answer, whole: httpx.Response(
        answer.status_code, headers=answer.headers, stream=Broken(whole[:after])
    )


def spoiled(answer: httpx.Response, whole: bytes) -> httpx.Response:
    middle = len(whole) // 2
    content = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
    return httpx.Response(answer.status_code, headers=answer.headers, content=content)


def of_an_older_centre(answer: httpx.Response, whole: bytes) -> httpx.Response:
    kept = {k: v for k, v in answer.headers.items() if k.lower() != "repr-digest"}
    return httpx.Response(answer.status_code, headers=kept, content=whole)


def run(desk: Desk, way: Between) -> client.Synced:
    job = client.sync(desk, reach=way.connect)
    while True:
        try:
            next(job)
        except StopIteration as end:
            done: client.Synced = end.value
            return done


def parts(desk: Desk) -> int:
    return desk.ask(lambda session: session.scalar(select(func.count()).select_from(Part)) or 0)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first, "PART", 700)
    monkeypatch.setattr(snapshots, "BATCH", 3000)


@pytest.fixture
def office(centre: centres.Running, desks: Callable[[str], Desk]) -> Desk:
    """A desk that has worked for a while."""
    office = desks("office")
    centre.join(office, centre.venue())
    for number in range(PEOPLE):
        office.do(add, f"Nama Yang Dicari {number}")
    centres.sync(office)
    return office


@pytest.fixture
def newcomer(centre: centres.Running, office: Desk, desks: Callable[[str], Desk]) -> Desk:
    desk = desks("newcomer")
    centre.join(desk, office.venue)
    return desk


def test_a_new_desk_takes_the_file(centre: centres.Running, office: Desk, newcomer: Desk) -> None:
    way = Between()
    done = run(newcomer, way)
    assert way.asked == [""] and done.rounds == 1 and done.received >= PEOPLE
    centres.all_alike(centre, office, newcomer)
    assert parts(newcomer) == 0 and newcomer.ask(local, first.KEPT) is None
    # Once only.
    office.do(add, "Sesudahnya")
    centres.sync(office)
    assert run(newcomer, way).received == 1 and way.asked == [""]


def test_it_goes_on_after_a_cut(centre: centres.Running, office: Desk, newcomer: Desk) -> None:
    way = Between(cut(1000), cut(500), cut(0))
    before = newcomer.ask(everything)
    for _cut in range(3):
        with pytest.raises(Problem, match="belum dapat dihubungi"):
            run(newcomer, way)
        assert newcomer.ask(everything) == before  # nothing is applied before all is there
    assert parts(newcomer) >= 2
    status = newcomer.ask(standing.status)
    assert status.trouble == "" and status.online is False
    for file in newcomer.folder.rglob("*"):
        assert b"Nama Yang Dicari" not in (file.read_bytes() if file.is_file() else b"")
    # Meanwhile the venue went on; the file that was begun is finished, what came since comes by the sync.
    office.do(add, "Sesudahnya")
    centres.sync(office)
    done = run(newcomer, way)
    assert way.asked == ["", "bytes=1000-", "bytes=1500-", "bytes=1500-"] and done.rounds == 1
    centres.all_alike(centre, office, newcomer)


def test_a_file_that_is_spoiled_is_fetched_again(
    centre: centres.Running, office: Desk, newcomer: Desk
) -> None:
    way = Between(spoiled)
    run(newcomer, way)
    assert way.asked == ["", ""]
    centres.all_alike(centre, office, newcomer)


@pytest.mark.parametrize("faults", [(spoiled, spoiled), (of_an_older_centre,)])
def test_without_a_file_the_lines_come_by_syncing(
    centre: centres.Running,
    office: Desk,
    newcomer: Desk,
    faults: tuple[Callable[[httpx.Response, bytes], httpx.Response], ...],
) -> None:
    run(newcomer, Between(*faults))
    assert parts(newcomer) == 0
    centres.all_alike(centre, office, newcomer)


def test_stopping_keeps_what_came(centre: centres.Running, office: Desk, newcomer: Desk) -> None:
    way = Between(
        lambda answer, whole: httpx.Response(200, headers=answer.headers, stream=_Stream(*_few(whole)))
    )
    job = client.sync(newcomer, reach=way.connect)
    shares = []
    while parts(newcomer) < 2:
        shares.append(next(job)[0])
    job.close()
    assert (
        shares == sorted(shares, key=lambda share: share or 0)
        and "MB" in first._share(1, first.Fetching("", 9, 1))[1]
    )
    run(newcomer, way)
    assert way.asked[1].startswith("bytes=")
    centres.all_alike(centre, office, newcomer)


@pytest.mark.parametrize("after", [1, 2, 4])
def test_killed_while_it_is_applied_it_goes_on(
    centre: centres.Running, office: Desk, newcomer: Desk, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    way = Between()
    with _killed(monkeypatch, after), pytest.raises(KeyboardInterrupt):
        run(newcomer, way)
    known = newcomer.ask(standing.standing)
    assert known is not None and (known.cursor > 0) == (after > 1) and parts(newcomer) > 0
    run(newcomer, way)
    assert way.asked == [""]  # all of it was here
    centres.all_alike(centre, office, newcomer)


@contextmanager
def _killed(monkeypatch: pytest.MonkeyPatch, after: int) -> Iterator[None]:
    """The program ends before so many pieces are applied."""
    whole, left = exchange.accept, [after]

    def accept(*args: object, **more: object) -> object:
        left[0] -= 1
        if left[0] == 0:
            raise KeyboardInterrupt
        return whole(*args, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(first, "accept", accept)
        yield


def test_what_the_venue_removed_long_ago_is_no_question(
    centre: centres.Running, office: Desk, desks: Callable[[str], Desk]
) -> None:
    with office.engine.connect():
        rows = [row for table, row in office.ask(everything) if table == "person"]
    for person in rows[:50]:
        office.do(remove, person)
    centres.sync(office)
    client.agree(office)
    centres.sync(office)
    late = desks("late")
    centre.join(late, office.venue)
    run(late, Between())
    centres.all_alike(centre, office, late)


def test_a_file_that_lies_about_its_size(centre: centres.Running, office: Desk, newcomer: Desk) -> None:
    def longer(answer: httpx.Response, whole: bytes) -> httpx.Response:
        return httpx.Response(200, headers={**answer.headers, "content-length": "900"}, stream=_Stream(whole))

    with pytest.raises(Problem, match="tidak dapat dibaca"):
        run(newcomer, Between(longer))
    run(newcomer, Between())
    centres.all_alike(centre, office, newcomer)


class _Stream(httpx.SyncByteStream):
    def __init__(self, *parts: bytes) -> None:
        self._parts = parts

    def __iter__(self) -> Iterator[bytes]:
        yield from self._parts


def _few(whole: bytes) -> list[bytes]:
    return [whole[start : start + 300] for start in range(0, len(whole), 300)]
