"""A new key for the records: the old recovery key opens nothing made from then on, and no stop loses a record."""

import json
import os
import shutil
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from store.disk import FULL, IOERR_WRITE, OK, Disk, watched
from venue_desk.actions import access as lock
from venue_desk.actions import people, venue
from venue_desk.domain import access, recovery
from venue_desk.domain.problem import Problem
from venue_desk.store import backups, database, newkey, rekey, swap, vault, wrapped
from venue_desk.store.desk import Desk
from venue_desk.store.records import Person, mine

PHRASE = "empat kata tanpa hubungan"


def made(folder: Path, *, phrase: str = "") -> str:
    """A venue with three people and a backup. Returns its recovery key."""
    key = recovery.new()
    with closing(Desk.create(folder)) as desk:
        desk.do(venue.set_up, name="Paroki Uji", kind="parish")
        for number in range(3):
            desk.do(people.add, name=f"Orang {number}")
        vault.keep_recovery(folder, key)
        if phrase:
            vault.keep_passphrase(folder, phrase)
        vault.settle(folder)
        first = backups.make(desk.engine, folder).file
        first.rename(first.with_name("venue-desk-20250101-080000.db"))
    vault.forget(folder)
    return key


def held(desk: Desk) -> int:
    return desk.ask(lambda s: s.scalar(select(func.count()).where(mine(s, Person)))) or 0


def opened(folder: Path) -> int:
    """How many people a new process finds."""
    vault.forget(folder)
    with closing(Desk.open(folder)) as desk:
        assert desk.check() == []
        assert not desk.renewed, "a new key is no new writer"
        return held(desk)


def left_over(folder: Path) -> list[str]:
    return [one.name for one in folder.iterdir() if "new-key" in one.name or "old-key" in one.name]


@pytest.mark.parametrize("place", [vault.KEYRING, vault.FILED, vault.TYPED])
def test_the_old_recovery_key_opens_older_backups_only(
    tmp_path: Path, request: pytest.FixtureRequest, place: str
) -> None:
    request.getfixturevalue("ring" if place == vault.KEYRING else "no_ring")
    phrase = PHRASE if place == vault.TYPED else ""
    folder = tmp_path / "desk"
    old, new = made(folder, phrase=phrase), recovery.new()
    if phrase:
        vault.use(folder, vault.PASSPHRASE, phrase)
    copy = tmp_path / "stolen.vault"
    shutil.copyfile(folder / vault.FILE, copy)
    with closing(Desk.open(folder)) as desk:
        before = vault.read_key(folder)
        rekey.renew(desk, new, phrase)
        desk.do(people.add, name="Sesudah")
        assert held(desk) == 4
        fresh = backups.make(desk.engine, folder)
    assert vault.standing(folder).place == place and left_over(folder) == []
    stolen = wrapped.read(copy)
    assert stolen and wrapped.unwrap(stolen, wrapped.RECOVERY, recovery.read(old)) == before
    assert database.check(folder / database.FILE, before) and database.check(fresh.file, before)
    assert not vault.fits(folder, vault.RECOVERY, old) and vault.fits(folder, vault.RECOVERY, new)
    vault.forget(folder)
    if phrase:
        with pytest.raises(vault.KeyNeeded):
            Desk.open(folder)
        vault.use(folder, vault.PASSPHRASE, phrase)
        with closing(Desk.open(folder)) as desk:
            assert held(desk) == 4
    else:
        assert opened(folder) == 4
    first = min(one.file for one in backups.known(folder))
    assert database.check(first, before) == ""
    assert {wrapped.turn(one) for one in vault.beside_backups(folder / "backups")} == {0, 1}


def test_a_lost_vault_is_found_again_as_the_one_in_force(tmp_path: Path, ring: Path) -> None:
    folder = tmp_path / "desk"
    made(folder)
    with closing(Desk.open(folder)) as desk:
        rekey.renew(desk, recovery.new())
        backups.make(desk.engine, folder)
    (folder / vault.FILE).unlink()
    assert opened(folder) == 3


def test_the_lock_of_the_desk_goes_along(tmp_path: Path, ring: Path) -> None:
    folder = tmp_path / "desk"
    made(folder)
    with closing(Desk.open(folder)) as desk:
        desk.do(lock.set_pin, access.COORDINATOR, "2580", "2580")
        rekey.renew(desk, recovery.new())
        from venue_desk.queries.access import locking

        assert desk.ask(locking).on


def test_what_is_written_and_asked_meanwhile_is_not_lost(tmp_path: Path, ring: Path) -> None:
    folder = tmp_path / "desk"
    made(folder)
    with closing(Desk.open(folder)) as desk:
        stop, failed, added = threading.Event(), [], [0]

        def work() -> None:
            try:
                while not stop.is_set():
                    desk.do(people.add, name=f"Serentak {added[0]}")
                    added[0] += 1
                    assert held(desk) >= 3 + added[0]
            except Exception as error:  # noqa: BLE001 (told below)
                failed.append(error)

        workers = [threading.Thread(target=work)]
        for one in workers:
            one.start()
        for _round in range(3):
            rekey.renew(desk, recovery.new())
        stop.set()
        for one in workers:
            one.join()
        assert not failed and added[0]
    assert opened(folder) == 3 + added[0]


def test_a_given_key_file_wants_a_new_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "desk"
    made(folder)
    with closing(Desk.open(folder)) as desk:
        with pytest.raises(Problem, match="administrator"):
            rekey.renew(desk, recovery.new())
        rekey.renew(desk, recovery.new(), target=tmp_path / "another")
    vault.forget(folder)
    with pytest.raises(vault.KeyNeeded):
        Desk.open(folder)
    monkeypatch.setenv("VENUE_DESK_KEY_FILE", str(tmp_path / "another"))
    assert opened(folder) == 3


# What puts something on the disk, or takes something away: a kill may come before each call of it.
CALLS = ("replace", "fsync", "write", "open", "unlink", "mkdir", "rmdir")


def killed_at(number: int, act: Callable[[], object]) -> bool:
    """Run ``act`` in a child that dies before its ``number``-th call of CALLS. False where it came to its end."""
    child = os.fork()
    if child:
        _pid, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        assert code in (0, 9), code
        return code == 9
    counter = count(1)
    for name in CALLS:
        real = getattr(os, name)

        def call(*given: Any, real: Any = real, **named: Any) -> Any:
            if next(counter) == number:
                os._exit(9)
            return real(*given, **named)

        setattr(os, name, call)
    code = 1
    try:
        act()
        code = 0
    finally:
        os._exit(code)


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
@pytest.mark.parametrize("place", [vault.KEYRING, vault.FILED])
def test_killed_at_each_step_one_whole_file_opens(
    tmp_path: Path, request: pytest.FixtureRequest, place: str
) -> None:
    request.getfixturevalue("ring" if place == vault.KEYRING else "no_ring")
    start = tmp_path / "start"
    old, new = made(start), recovery.new()
    folder = tmp_path / "desk"
    ringed = tmp_path / "keyring.json"
    first = ringed.read_bytes() if ringed.exists() else b""

    def act() -> None:
        with closing(Desk.open(folder)) as desk:
            rekey.renew(desk, new)

    ends: dict[bool, int] = {True: 0, False: 0}
    for number in count(1):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(start, folder)
        if first:
            ringed.write_bytes(first)
        killed = killed_at(number, act)
        assert opened(folder) == 3, number
        assert left_over(folder) == [], number
        turned = vault.fits(folder, vault.RECOVERY, new)
        assert turned != vault.fits(folder, vault.RECOVERY, old)
        if first:
            kept = json.loads(ringed.read_text())
            # No key is left in the keyring that opens nothing.
            assert len([name for name in kept if not name.endswith("probe")]) == (2 if turned else 1)
        ends[turned] += 1
        if not killed:
            break
    assert ends[True] > 5 and ends[False] > 10, ends


@pytest.mark.parametrize("fault", [FULL, IOERR_WRITE])
def test_a_full_or_broken_disk_leaves_the_old_key(tmp_path: Path, ring: Path, fault: int) -> None:
    folder = tmp_path / "desk"
    old = made(folder)
    disk = Disk(tmp_path)
    with watched(disk):
        refused, said = 0, list[Problem]()
        for first in count(1, 7):
            with closing(Desk.open(folder)) as desk:
                disk.writes = 0
                disk.fail = lambda number, first=first: fault if number >= first else OK  # type: ignore[misc]
                try:
                    rekey.renew(desk, recovery.new())
                except Problem as problem:
                    said.append(problem)
                    disk.fail = lambda _number: OK
                    assert vault.fits(folder, vault.RECOVERY, old) and left_over(folder) == []
                    desk.do(people.add, name="Tetap jalan")
                    refused += 1
                    continue
                finally:
                    disk.fail = lambda _number: OK
                break
        assert refused > 3 and all(one.text and one.hint for one in said)
    assert opened(folder) == 3 + refused


def test_a_keyring_that_refuses_leaves_all_as_it_was(tmp_path: Path, ring: Path) -> None:
    folder = tmp_path / "desk"
    old = made(folder)
    with closing(Desk.open(folder)) as desk:
        ring.write_text(json.dumps({**json.loads(ring.read_text()), "locked": True}))
        with pytest.raises(Problem, match="penyimpanan kunci"):
            rekey.renew(desk, recovery.new())
        assert left_over(folder) == [] and held(desk) == 3
    assert vault.fits(folder, vault.RECOVERY, old)


def test_the_harness_sees_a_decision_before_the_key_is_kept(
    tmp_path: Path, ring: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A planted bug: the vault follows the file instead of lying ready, so a kill between them locks everybody out."""

    def late(folder: Path) -> None:
        ready = folder / newkey.READY
        if ready.exists():
            swap.settle(folder)
            os.replace(ready, folder / database.FILE)  # noqa: PTH105
            os.replace(folder / newkey.VAULT, folder / vault.FILE)  # noqa: PTH105
        newkey.forget(folder)

    monkeypatch.setattr(rekey, "finish", late)
    monkeypatch.setattr(newkey, "finish", late)
    with pytest.raises((AssertionError, Problem)):
        _campaign(tmp_path)


def _campaign(tmp_path: Path) -> None:
    start, folder, ringed = tmp_path / "start", tmp_path / "desk", tmp_path / "keyring.json"
    made(start)
    first = ringed.read_bytes()

    def act() -> None:
        with closing(Desk.open(folder)) as desk:
            rekey.renew(desk, recovery.new())

    for number in count(1):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(start, folder)
        ringed.write_bytes(first)
        killed = killed_at(number, act)
        assert opened(folder) == 3
        if not killed:
            return
