"""Backups of another key, and what stays with the computer when its records go back to a backup."""

import json
import shutil
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from venue_desk.actions import access as lock
from venue_desk.actions import people, venue
from venue_desk.domain import access, recovery
from venue_desk.domain.problem import Problem
from venue_desk.queries.access import locking
from venue_desk.store import backups, computer, database, origin, rekey, swap, vault
from venue_desk.store import recovery as going_back
from venue_desk.store.desk import Desk, local, set_local
from venue_desk.store.lock import take
from venue_desk.store.records import Person, mine
from venue_desk.store.steps import aside

PHRASE = "empat kata tanpa hubungan"


pytestmark = pytest.mark.usefixtures("ring")


def made(folder: Path, name: str = "Paroki Uji", count: int = 3) -> str:
    """A venue with people. Returns its recovery key."""
    key = recovery.new()
    with closing(Desk.create(folder)) as desk:
        desk.do(venue.set_up, name=name, kind="parish")
        for number in range(count):
            desk.do(people.add, name=f"Orang {number}")
        vault.keep_recovery(folder, key)
        vault.keep_passphrase(folder, PHRASE)
        vault.settle(folder)
    return key


def saved(folder: Path, place: Path) -> Path:
    place.mkdir(exist_ok=True)
    with closing(Desk.open(folder)) as desk:
        database.backup(desk.engine, place / "copy.db")
    return place / "copy.db"


def put(folder: Path, source: Path, its: str) -> None:
    with closing(take(folder)):
        going_back.restore(folder, source, its)


def held(folder: Path) -> int:
    vault.forget(folder)
    with closing(Desk.open(folder)) as desk:
        assert desk.check() == [] and desk.renewed
        return desk.ask(lambda s: s.scalar(select(func.count()).where(mine(s, Person)))) or 0


@pytest.mark.parametrize("by", [vault.RECOVERY, vault.PASSPHRASE, origin.FILED])
def test_another_computers_backup_goes_on_under_this_desks_key(tmp_path: Path, ring: Path, by: str) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    made(here, count=1)
    key = made(there, name="Paroki Lain", count=5)
    source = saved(there, tmp_path / "stick")
    vault.to_file(there, tmp_path / "its-key")
    kept = json.loads(ring.read_text())
    theirs = json.loads((there / vault.FILE).read_text())["id"]
    kept.pop(f"venue-desk/{theirs}")
    ring.write_text(json.dumps(kept))
    with pytest.raises(origin.BackupKeyNeeded) as told:
        origin.key_of(here, source)
    assert told.value.ways == {vault.RECOVERY, vault.PASSPHRASE, origin.FILED}
    wrong = {
        vault.RECOVERY: recovery.new(),
        vault.PASSPHRASE: "bukan frasa sandinya",
        origin.FILED: "/nowhere",
    }
    with pytest.raises(Problem):
        origin.key_of(here, source, by, wrong[by])
    right = {vault.RECOVERY: key, vault.PASSPHRASE: PHRASE, origin.FILED: str(tmp_path / "its-key")}
    its = origin.key_of(here, source, by, right[by])
    with closing(Desk.open(here)) as desk:
        preview = backups.preview(source, its, desk.engine)
    assert preview.venue == "Paroki Lain" and preview.other and preview.counts["person"] == 5
    put(here, source, its)
    assert held(here) == 5
    assert database.check(here / database.FILE, its) != "", "it is still under the other key"


def test_a_backup_of_the_key_before_needs_nothing_here_and_its_own_key_elsewhere(
    tmp_path: Path, ring: Path
) -> None:
    here = tmp_path / "here"
    old = made(here)
    source = saved(here, tmp_path / "stick")
    with closing(Desk.open(here)) as desk:
        desk.do(people.add, name="Sesudah")
        rekey.renew(desk, recovery.new(), PHRASE)
    put(here, source, origin.key_of(here, source))
    assert held(here) == 3
    ring.unlink()
    other = tmp_path / "other"
    made(other, count=1)
    put(other, source, origin.key_of(other, source, vault.RECOVERY, old))
    assert held(other) == 3


def test_on_an_empty_computer_the_key_in_force_then_is_wanted(tmp_path: Path, ring: Path) -> None:
    """Two vaults lie beside the backups of a desk that was given a new key: each opens its own."""
    here, new = tmp_path / "here", recovery.new()
    old = made(here)
    with closing(Desk.open(here)) as desk:
        first = backups.make(desk.engine, here).file
        first = first.rename(first.with_name("venue-desk-20250101-080000.db"))
        rekey.renew(desk, new, PHRASE)
        second = backups.make(desk.engine, here).file
    ring.unlink()
    for number, (source, right, wrong) in enumerate(((first, old, new), (second, new, old))):
        folder = tmp_path / f"empty {number}"
        with pytest.raises(Problem, match="tidak membuka cadangan"):
            origin.take_over(folder, source, vault.RECOVERY, wrong)
        assert not folder.exists()
        origin.take_over(folder, source, vault.RECOVERY, right)
        assert database.check(source, vault.read_key(folder)) == ""


def test_a_damaged_backup_is_not_taken_for_one_of_another_key(tmp_path: Path) -> None:
    here = tmp_path / "here"
    key = made(here)
    source = saved(here, tmp_path / "stick")
    source.write_bytes(bytes(4096) + source.read_bytes()[4096:])
    with pytest.raises(Problem):
        origin.key_of(here, source, vault.RECOVERY, key)
    with pytest.raises(Problem, match="bukan cadangan"):
        put(here, source, "")


def test_the_lock_of_this_computer_survives(tmp_path: Path) -> None:
    here = tmp_path / "here"
    made(here)
    source = saved(here, tmp_path / "stick")
    with closing(Desk.open(here)) as desk:
        desk.do(lock.set_pin, access.COORDINATOR, "2580", "2580")
        desk.do(lock.set_pin, access.HELPER, "1379", "1379")
        computer.note(here, desk.ask(local, computer.ACCESS))
        at = datetime(2026, 1, 1, 8)
        for _time in range(4):
            desk.do(lock.try_pin, "0000", at)
    put(here, source, "")
    with closing(Desk.open(here)) as desk:
        assert desk.ask(locking).roles == {access.COORDINATOR, access.HELPER}
        assert desk.do(lock.try_pin, "2580", at).wait > 0, "the tries are counted on"
        later = datetime(2026, 1, 1, 9)
        assert desk.do(lock.try_pin, "2580", later).role == access.COORDINATOR
        desk.do(lock.drop_pin, access.COORDINATOR)
        computer.note(here, desk.ask(local, computer.ACCESS))
        database.backup(desk.engine, tmp_path / "stick/open.db")
    assert not computer.locked(here)


def test_a_forgotten_pin_does_not_come_back_with_a_backup(tmp_path: Path) -> None:
    here = tmp_path / "here"
    made(here)
    with closing(Desk.open(here)) as desk:
        desk.do(lock.set_pin, access.COORDINATOR, "2580", "2580")
    source = saved(here, tmp_path / "stick")
    with closing(Desk.open(here)) as desk:
        desk.do(lock.drop_pin, access.COORDINATOR)
    put(here, source, "")
    with closing(Desk.open(here)) as desk:
        assert not desk.ask(locking).on


@pytest.mark.parametrize("way", ["restore", "recover"])
def test_the_lock_survives_a_file_that_cannot_be_opened(tmp_path: Path, way: str) -> None:
    here = tmp_path / "here"
    made(here)
    with closing(Desk.open(here)) as desk:
        source = backups.make(desk.engine, here).file
        desk.do(lock.set_pin, access.COORDINATOR, "2580", "2580")
        computer.note(here, desk.ask(local, computer.ACCESS))
    for name in ("venue-desk.since", "venue-desk.since.before"):
        (here / name).unlink(missing_ok=True)
    (here / database.FILE).write_bytes(bytes(8192))
    (here / f"{database.FILE}-wal").unlink(missing_ok=True)
    assert computer.locked(here)
    if way == "restore":
        put(here, source, "")
    else:
        with closing(take(here)):
            going_back.put_back(here, going_back.prepare(here))
    with closing(Desk.open(here)) as desk:
        assert desk.ask(locking).on, "the lock is gone"


def test_an_altered_copy_of_the_lock_counts_as_a_lock(tmp_path: Path) -> None:
    here = tmp_path / "here"
    made(here)
    held_vault = json.loads((here / vault.FILE).read_text())
    (here / vault.FILE).write_text(json.dumps({**held_vault, "lock": "00" * 40}))
    assert computer.locked(here)


@aside
def keep_local(session: object, values: dict[str, str]) -> None:
    """Keep"""
    for name, value in values.items():
        set_local(session, name, value)  # type: ignore[arg-type]


def test_the_device_at_the_centre_stays_this_one(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    made(here)
    with closing(Desk.open(here)) as desk:
        stands = {"url": "https://pusat", "device": "D1", "venue_name": "x", "keys": {"a": "1"}, "cursor": 7}
        desk.do(
            keep_local, {computer.CENTRE: json.dumps(stands), computer.TOKEN: "t1", computer.FILE_KEYS: "k1"}
        )
    shutil.copytree(here, there)
    with closing(Desk.open(there)) as desk:
        stands |= {"device": "D2", "cursor": 5}
        desk.do(
            keep_local, {computer.CENTRE: json.dumps(stands), computer.TOKEN: "t2", computer.FILE_KEYS: "k2"}
        )
    source = saved(there, tmp_path / "stick")
    put(here, source, "")
    with closing(Desk.open(here)) as desk:
        now = json.loads(desk.ask(local, computer.CENTRE) or "")
        assert (now["device"], now["cursor"]) == ("D1", 5), (
            "the cursor is the backup's, the device this computer's"
        )
        assert desk.ask(local, computer.TOKEN) == "t1" and desk.ask(local, computer.FILE_KEYS) == "k1"
    assert (here / swap.ASIDE).is_dir()
