"""A desk removes its records: only its own centre can order it, nothing saved is lost, half is never opened."""

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

import centres
from records import add, people
from venue_desk.domain import recovery
from venue_desk.domain.problem import Problem
from venue_desk.queries import sync as standing
from venue_desk.server import carrying, devices, handed
from venue_desk.server.tables import DEVICE, HANDED
from venue_desk.store import backups, second, vault, wiping
from venue_desk.store.desk import Desk
from venue_desk.store.records import Person
from venue_desk.sync import orders, packet, stick
from venue_desk.sync import wiping as leaving
from venue_desk.sync.orders import Ordered

LOST = "Ditulis sesudah sinkronisasi"


@pytest.fixture
def _own_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """The key lies in the folder, as on a computer without a keyring."""
    monkeypatch.delenv("VENUE_DESK_KEY_FILE")


@pytest.fixture
def desk(
    _own_key: None, centre: centres.Running, desks: Callable[[str], Desk], tmp_path: Path
) -> Iterator[Desk]:
    """A desk with backups in two places, which wrote one thing that the centre does not have."""
    made = desks("laptop")
    centre.join(made, centre.venue())
    made.do(add, "Siti Aminah")
    centres.sync(made)
    (tmp_path / "stick").mkdir()
    place = second.choose(made.folder, tmp_path / "stick", made.venue).place
    vault.keep_recovery(made.folder, recovery.new())
    backups.make(made.engine, made.folder)
    (place / "venue-desk-20200101-080000.db").write_bytes(b"of somebody else")
    made.do(add, LOST)
    yield made
    made.close()


def device_of(desk: Desk) -> str:
    known = desk.ask(standing.standing)
    assert known is not None
    return known.device


def revoke(centre: centres.Running, device: str, *, wipe: bool) -> None:
    with centre.centre.writing() as connection:
        devices.revoke(connection, device, wipe)


def order_of(desk: Desk) -> orders.Order:
    with pytest.raises(Ordered) as refusal:
        centres.sync(desk)
    return refusal.value.order


def finish(folder: Path) -> wiping.Removal:
    job = leaving.go_on(folder)
    while True:
        try:
            next(job)
        except StopIteration as end:
            removal: wiping.Removal = end.value
            return removal


def listed(centre: centres.Running, device: str) -> dict[str, Any]:
    with centre.centre.reading() as connection:
        return next(row for row in devices.devices(connection) if row["id"] == device)


def left(folder: Path) -> set[str]:
    return {one.name for one in folder.iterdir()} - {"venue-desk.lock"}


def names(centre: centres.Running) -> set[str]:
    with Session(centre.centre.engine) as session:
        return set(session.scalars(select(Person.name)))


def test_a_removed_desk_leaves_nothing_and_loses_nothing(
    desk: Desk, centre: centres.Running, tmp_path: Path
) -> None:
    device, folder = device_of(desk), desk.folder
    revoke(centre, device, wipe=True)
    leaving.decide(desk, order_of(desk))
    with pytest.raises(wiping.Wiping):
        desk.do(add, "Terlambat")  # nobody writes what would be gone
    with pytest.raises(wiping.Wiping):
        people(desk)
    desk.close()
    with pytest.raises(wiping.Wiping):
        Desk.open(folder)
    removal = finish(folder)
    assert (removal.told, removal.packets, removal.elsewhere) == (True, (), ())
    assert left(folder) == {wiping.FILE}
    assert [file.name for file in (tmp_path / "stick").glob("*/*")] == ["venue-desk-20200101-080000.db"]
    assert listed(centre, device)["wiped"]
    # The centre keeps apart what it was handed, until a person takes it in.
    with centre.centre.reading() as connection:
        (one,) = handed.waiting(connection)
    assert one.changes == 1 and LOST not in names(centre)
    assert handed.settle(centre.centre, device, take=True) == 1
    assert LOST in names(centre)
    with pytest.raises(Problem, match="menunggu keputusan"):
        handed.settle(centre.centre, device, take=True)
    # Whoever begins anew here finds an empty folder.
    Desk.create(folder).close()
    assert wiping.read(folder) is None


def test_what_a_person_leaves_out_stays_kept(desk: Desk, centre: centres.Running) -> None:
    device, folder = device_of(desk), desk.folder
    revoke(centre, device, wipe=True)
    leaving.decide(desk, order_of(desk))
    desk.close()
    finish(folder)
    assert handed.settle(centre.centre, device, take=False) == 1
    assert LOST not in names(centre)
    with centre.centre.reading() as connection:
        assert handed.waiting(connection) == []
        assert connection.execute(select(HANDED.c.taken)).scalars().all() == [0]


def test_revoked_without_removal_it_works_on_and_joins_again(desk: Desk, centre: centres.Running) -> None:
    revoke(centre, device_of(desk), wipe=False)
    with pytest.raises(Problem, match="tidak lagi menerima komputer ini") as refusal:
        centres.sync(desk)
    assert not isinstance(refusal.value, Ordered)
    desk.do(add, "Ditulis tanpa pusat")
    status = desk.ask(standing.status)
    assert status.enrolled and status.waiting == 2 and "kode baru" in status.trouble
    centre.join(desk, desk.venue)
    centres.sync(desk)
    status = desk.ask(standing.status)
    assert (status.waiting, status.trouble) == (0, "")
    assert {LOST, "Ditulis tanpa pusat"} <= names(centre)


def impostor_of(desk: Desk, centre: centres.Running, place: Path) -> Path | str:
    """Another centre that knows all of this desk's row, and orders its removal; it lacks the true centre's key."""
    made = centres.make(place)
    with centres.running(made) as false:
        with centre.centre.reading() as connection:
            row = dict(connection.execute(select(DEVICE)).mappings().one())
        venue = false.venue()
        with false.centre.writing() as connection:
            now = devices.now()
            connection.execute(insert(DEVICE), row | {"venue_id": venue, "revoked": now, "wipe": now})
    return made


def test_a_spoofed_centre_removes_nothing(desk: Desk, centre: centres.Running, tmp_path: Path) -> None:
    before = people(desk)
    with centres.running(impostor_of(desk, centre, tmp_path / "false")) as false:
        known = desk.ask(standing.standing)
        assert known is not None
        elsewhere = standing.replace_url(known, false.url)
        desk.receive([], keep={standing.KEPT: elsewhere.text()})
        with pytest.raises(Problem) as refusal:
            centres.sync(desk)
        assert not isinstance(refusal.value, Ordered)
    assert people(desk) == before and wiping.read(desk.folder) is None


def test_only_the_centres_own_signature_over_this_desk_and_moment_counts(
    desk: Desk, centre: centres.Running
) -> None:
    keys, public, device = centre.centre.private_keys(), centre.centre.public_keys(), device_of(desk)
    good = orders.give(keys, device, "2026-11-25T08:00:00+00:00")
    assert orders.checked(good, device, public) == orders.Order(device, good["at"])
    wrong: tuple[Any, ...] = (
        None,
        [],
        {},
        {**good, "at": "2026-11-25T08:00:01+00:00"},
        {**good, "signature": f"{int(good['signature'], 16) ^ 1:0128x}"},
        {**good, "signature": "00" * 64},
        {**good, "signature": "x"},
        orders.give(
            keys, "0" * 32, good["at"]
        ),  # for another desk, or for this one before it was let in again
        {**orders.give(keys, "0" * 32, good["at"]), "device": device},
        orders.give(packet.new_keys(), device, good["at"]),
    )
    for bad in wrong:
        assert orders.checked(bad, device, public) is None
    assert orders.checked(good, device, {}) is None
    assert orders.checked({**good, "device": ""}, "", public) is None


def test_by_a_stick(desk: Desk, centre: centres.Running, tmp_path: Path) -> None:
    """The file that the desk carried is answered with the order; its changes are kept apart."""
    device, folder = device_of(desk), desk.folder
    url = desk.ask(standing.status).server
    known = desk.ask(standing.standing)
    assert known is not None
    desk.receive([], keep={standing.KEPT: standing.replace_url(known, "http://127.0.0.1:9").text()})
    stick.export(desk, tmp_path / "out.vdsync")
    revoke(centre, device, wipe=True)
    assert carrying.take(centre.centre, tmp_path / "out.vdsync", tmp_path / "back.vdsync")["changes"] == 1
    assert LOST not in names(centre)
    with pytest.raises(Problem, match="rusak") as forged:
        stick.bring(desk, _forged(desk, tmp_path / "forged.vdsync"))
    assert not isinstance(forged.value, Ordered)
    with pytest.raises(Ordered) as order:
        stick.bring(desk, tmp_path / "back.vdsync")
    leaving.decide(desk, order.value.order)
    desk.close()
    removal = finish(folder)
    assert removal.done and not removal.told and len(removal.packets) == 1
    assert left(folder) == {wiping.FILE, *removal.packets} and url
    # What it still had goes to the centre on a stick too, with its word that it is done.
    (file,) = leaving.carry(folder, tmp_path / "last.vdsync")
    assert not listed(centre, device)["wiped"]
    assert carrying.take(centre.centre, file, tmp_path / "none.vdsync")["changes"] == 1
    assert listed(centre, device)["wiped"] and not (tmp_path / "none.vdsync").exists()
    handed.settle(centre.centre, device, take=True)
    assert LOST in names(centre)


def _forged(desk: Desk, file: Path) -> Path:
    """An order for this desk that somebody sealed who is not the centre."""
    known, keys = desk.ask(stick._known)
    thief = packet.new_keys()
    said = b'{"device": "%s", "at": "2026", "signature": "00"}' % known.device.encode()
    file.write_bytes(packet.seal(said, packet.ORDER, known.device, thief, packet.public(keys)))
    return file


def test_a_desk_that_nobody_told_to_leave_hands_over_nothing(desk: Desk, centre: centres.Running) -> None:
    known, keys = desk.ask(stick._known)
    said = packet.seal(b"2026", packet.REMOVED, known.device, keys, known.keys)
    with pytest.raises(devices.Refused):
        handed.receive(centre.centre, said)
    revoke(centre, known.device, wipe=False)
    with pytest.raises(devices.Refused):
        handed.receive(centre.centre, said)


# -- killed at each step

WRITES = os.O_WRONLY | os.O_RDWR
EFFECTS = ("os.remove", "os.rename", "os.rmdir", "shutil.rmtree", "socket.connect", "os.mkdir")


def killed_at(step: int, folder: Path, work: Callable[[], object]) -> bool:
    """Do ``work`` in a child that dies before its n-th change in the folder. Whether it got that far."""
    child = os.fork()
    if child == 0:
        seen = 0

        def watch(event: str, given: tuple[Any, ...]) -> None:
            nonlocal seen
            writes = event == "open" and isinstance(given[2], int) and given[2] & WRITES
            here = event == "socket.connect" or (
                bool(given) and isinstance(given[0], str | os.PathLike) and str(folder) in str(given[0])
            )
            if here and (writes or event in EFFECTS):
                seen += 1
                if seen == step:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(watch)
        try:
            work()
        except BaseException:  # noqa: BLE001 - told by the exit code
            os._exit(3)
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the child failed by itself"
    return os.WIFSIGNALED(status)


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
def test_killed_at_each_step_it_goes_on_and_half_is_never_opened(
    desk: Desk, centre: centres.Running, tmp_path: Path
) -> None:
    device, first = device_of(desk), desk.folder
    revoke(centre, device, wipe=True)
    order = order_of(desk)
    desk.close()

    def all_of_it(folder: Path) -> None:
        if wiping.read(folder) is None:
            with closing(Desk.open(folder)) as opened:
                leaving.decide(opened, order)
        finish(folder)

    step, whole, half = 0, 0, 0
    while True:
        step += 1
        folder = tmp_path / f"copy{step}" / "laptop"
        shutil.copytree(first, folder)
        vault.forget(folder)
        if not killed_at(step, folder, lambda folder=folder: all_of_it(folder)):  # type: ignore[misc]
            break
        removal = wiping.read(folder)
        if removal is None:
            # Nothing was decided, so nothing is missing.
            with closing(Desk.open(folder)) as opened:
                assert LOST in people(opened).values() and opened.check() == []
            whole += 1
        elif not removal.done:
            with pytest.raises(wiping.Wiping):
                Desk.open(folder)
            with pytest.raises(wiping.Wiping):
                Desk.create(folder)
            half += 1
        all_of_it(folder)
        removal = wiping.read(folder)
        assert removal is not None and removal.done and removal.told and removal.packets == ()
        assert left(folder) == {wiping.FILE}
        shutil.rmtree(folder.parent)
    assert whole > 3 and half > 8, (whole, half)
    # Handed over a dozen times, it is there once.
    handed.settle(centre.centre, device, take=True)
    with Session(centre.centre.engine) as session:
        assert session.scalars(select(Person.name)).all().count(LOST) == 1
