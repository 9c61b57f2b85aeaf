"""Damage is found, explained and recovered from: nothing is lost without being told, nothing is made anew."""

import errno
import os
import shutil
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.damages import KINDS, harm
from venue_desk.domain.problem import Problem
from venue_desk.store import backups, database, identity, recovery, salvage, since, swap
from venue_desk.store.desk import Desk
from venue_desk.store.local import local, set_local
from venue_desk.store.lock import take
from venue_desk.store.records import Line, Mark, Person, mine
from venue_desk.store.trouble import Damaged

BEFORE, AFTER = 40, 30  # steps before and after the backup


def step(session: Session, number: int) -> None:
    """Mark attendance"""
    session.add(Person(id=f"{number:032x}", name=f"Orang {number}", note="x" * 200))
    session.add(Mark(lesson_id="pagi", enrolment_id=str(number), mark={"status": "H", "time": "08:00"}))


def seen(session: Session) -> tuple[set[int], set[int]]:
    marks = session.scalars(select(Mark.enrolment_id).where(mine(session, Mark)))
    people = session.scalars(select(Person.name).where(mine(session, Person)))
    return {int(m) for m in marks}, {int(p.removeprefix("Orang ")) for p in people}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A venue with a backup in the middle of its work, left as a crash leaves it: with a log beside its file."""
    folder = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VENUE_DESK_KEY_FILE", str(folder / "key"))
        desk = Desk.create(folder / "venue")
        for number in range(BEFORE):
            desk.do(step, number)
        backups.make(desk.engine, desk.folder)
        for number in range(BEFORE, BEFORE + AFTER // 2):
            desk.do(step, number)
        with desk.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        for number in range(BEFORE + AFTER // 2, BEFORE + AFTER):
            desk.do(step, number)
        # What the disk holds while it is open is what a crash leaves.
        shutil.copytree(desk.folder, folder / "crashed")
        desk.close()
    return folder


def suffer(whole: Path, folder: Path, number: int, tally: Counter[str]) -> None:
    """One damage, one start: what was lost must have been told."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(whole / "crashed", folder)
    name = harm(folder, number)
    told = 0
    brought = False
    try:
        desk = Desk.open(folder)
        told = desk.behind
        # As the window does behind its first paint.
        damaged = bool(recovery.fault(folder))
        if damaged:
            desk.close()
    except Problem:
        damaged = True
    if damaged:
        with closing(take(folder)):
            swap.finish(folder)
            assert recovery.fault(folder), name
            ready = recovery.prepare(folder)
            kept = recovery.put_back(folder, ready)
        told, brought = ready.missing, True
        assert kept is None or kept.exists(), name
        desk = Desk.open(folder)
    assert recovery.fault(folder) == "", name
    marks, people = desk.ask(seen)
    lost = 2 * (BEFORE + AFTER) - len(marks) - len(people)
    assert set(range(BEFORE)) <= marks & people, name
    assert lost <= told, f"{name}: lost {lost}, told {told}"
    desk.do(step, 9999)
    if not desk.behind and not told:
        assert desk.check() == [], name
    desk.close()
    tally["found" if brought else "mended or harmless"] += 1
    tally["records lost, and told"] += lost
    if "beside" not in name:
        assert lost == 0, f"{name}: lost {lost} though all of it stands beside the file"


def test_damages_are_found_and_recovered_from(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VENUE_DESK_KEY_FILE", str(whole / "key"))
    tally: Counter[str] = Counter()
    for number in range(2 * KINDS):
        suffer(whole, tmp_path / "venue", number, tally)
    assert tally["found"] > 20
    print(dict(tally))


@pytest.mark.long
@pytest.mark.parametrize("block", range(10))
def test_five_hundred_kinds_of_damage(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setenv("VENUE_DESK_KEY_FILE", str(whole / "key"))
    tally: Counter[str] = Counter()
    for number in range(100 + block * 50, 150 + block * 50):
        suffer(whole, tmp_path / "venue", number, tally)
    print(dict(tally))


def test_without_any_backup_the_journal_is_enough(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VENUE_DESK_KEY_FILE", str(whole / "key"))
    folder = tmp_path / "venue"
    shutil.copytree(whole / "crashed", folder)
    shutil.rmtree(folder / backups.FOLDER)
    connection = database.connect(folder / database.FILE, database.read_key(folder))
    connection.execute("DROP TABLE person")
    connection.close()
    with pytest.raises(Damaged, match="hilang"):
        Desk.open(folder)
    with closing(take(folder)):
        ready = recovery.prepare(folder)
        assert ready.backup is None and ready.missing == 0
        recovery.put_back(folder, ready)
    desk = Desk.open(folder)
    marks, people = desk.ask(seen)
    assert marks == people == set(range(BEFORE + AFTER))
    assert desk.check() == []
    desk.close()


def test_where_nothing_is_left_it_is_said_and_nothing_is_made(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VENUE_DESK_KEY_FILE", str(whole / "key"))
    folder = tmp_path / "venue"
    shutil.copytree(whole / "crashed", folder)
    shutil.rmtree(folder / backups.FOLDER)
    for name in (database.FILE, f"{database.FILE}-wal", since.FILE):
        (folder / name).unlink()
    with pytest.raises(Damaged):
        Desk.open(folder)
    with pytest.raises(Problem, match="sudah berisi"):
        Desk.create(folder)
    with pytest.raises(Problem, match="cadangan"), closing(take(folder)):
        recovery.prepare(folder)
    assert not (folder / database.FILE).exists()


def test_the_harness_finds_a_recovery_that_does_not_tell_what_is_missing(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VENUE_DESK_KEY_FILE", str(whole / "key"))
    monkeypatch.setattr(identity, "promised", lambda _folder: [])
    gone = (
        23  # the file is gone, and what stood beside it: what came after the backup is lost, and must be told
    )
    with pytest.raises(AssertionError, match="told 0"):
        suffer(whole, tmp_path / "venue", gone, Counter())


def test_the_harness_finds_a_recovery_that_does_not_look_beside_the_file(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VENUE_DESK_KEY_FILE", str(whole / "key"))
    monkeypatch.setattr(since, "read", lambda _folder, _key: iter(()))
    with pytest.raises(AssertionError, match="stands beside the file"):
        suffer(whole, tmp_path / "venue", 9, Counter())


@pytest.mark.parametrize("broken", ["first page", "no file", "no log", "half a file"])
def test_pages_tell_what_they_hold_without_the_rest(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    """Nothing stands beside the file, and SQLite cannot open it."""
    monkeypatch.setenv("VENUE_DESK_KEY_FILE", str(whole / "key"))
    folder = tmp_path / "venue"
    shutil.copytree(whole / "crashed", folder)
    key = database.read_key(folder)
    everything = set(salvage.read(folder, key).lines)
    (folder / since.FILE).unlink()
    file, log = folder / database.FILE, folder / f"{database.FILE}-wal"
    data = file.read_bytes()
    if broken == "first page":
        file.write_bytes(bytes(4096) + data[4096:])
    elif broken == "no file":
        file.unlink()
    elif broken == "no log":
        log.unlink()
        file.write_bytes(bytes(4096) + data[4096:])
    else:
        file.write_bytes(data[: len(data) // 2])
    found = salvage.read(folder, key)
    assert set(found.lines) <= everything
    # The log holds the last fifteen steps of two lines, the file all before.
    least = {"first page": 140, "no file": 30, "no log": 110, "half a file": 30}[broken]
    assert len(found.lines) >= least
    assert len(found.local["venue"]) == 32


def test_a_step_that_the_disk_refused_beside_the_file_is_added_with_the_next(desk: Desk) -> None:
    place = desk.folder / since.FILE
    place.unlink()
    place.mkdir()  # nothing can be written there
    desk.do(step, 1)
    place.rmdir()
    desk.do(step, 2)
    steps = list(since.read(desk.folder, database.read_key(desk.folder)))
    assert [len(lines) for _venue, _kept, lines in steps] == [2, 2]


def test_a_stop_before_a_step_stood_beside_the_file_is_made_up_for(desk: Desk) -> None:
    folder, place = desk.folder, desk.folder / since.FILE
    desk.do(step, 1)
    left, noted = place.read_bytes(), (folder / identity.FILE).read_bytes()
    desk.do(step, 2)
    desk.close()
    place.write_bytes(left + b"VDs")
    (folder / identity.FILE).write_bytes(noted)
    with closing(Desk.open(folder)) as again:
        found = [line for _v, _k, lines in since.read(folder, database.read_key(folder)) for line in lines]
        assert [line["number"] for line in found][-4:] == again.ask(_numbers)[-4:]


def _numbers(session: Session) -> list[int]:
    return list(session.scalars(select(Line.number).order_by(Line.number)))


def test_what_stands_beside_the_file_is_begun_anew_after_a_backup_when_it_has_grown(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(since, "FULL", 1000)
    for number in range(4):
        desk.do(step, number)
    backups.make(desk.engine, desk.folder)
    assert (desk.folder / since.BEFORE).exists() and not (desk.folder / since.FILE).exists()
    desk.do(step, 5)
    steps = list(since.read(desk.folder, database.read_key(desk.folder)))
    assert [len(lines) for _venue, _kept, lines in steps][-5:] == [2] * 5


def test_what_the_file_keeps_for_itself_is_brought_back_too(desk: Desk) -> None:
    folder = desk.folder
    backups.make(desk.engine, folder)
    desk.do(set_local, "signing key", "0123")
    desk.close()
    (folder / database.FILE).unlink()
    (folder / f"{database.FILE}-wal").unlink(missing_ok=True)
    with closing(take(folder)):
        recovery.put_back(folder, recovery.prepare(folder))
    with closing(Desk.open(folder)) as again:
        assert again.ask(local, "signing key") == "0123"


def test_a_damaged_newest_backup_is_passed_over_and_nothing_is_lost(desk: Desk) -> None:
    folder = desk.folder
    desk.do(step, 1)
    older = backups.make(desk.engine, folder).file
    older = older.rename(older.with_name("venue-desk-20200101-080000.db"))
    desk.do(step, 2)
    newest = backups.make(desk.engine, folder).file
    desk.do(step, 3)
    desk.close()
    newest.write_bytes(newest.read_bytes()[:5000])
    (folder / database.FILE).unlink()
    (folder / f"{database.FILE}-wal").unlink(missing_ok=True)
    with closing(take(folder)):
        ready = recovery.prepare(folder)
        assert ready.backup is not None and ready.backup.file == older and ready.missing == 0
        recovery.put_back(folder, ready)
    with closing(Desk.open(folder)) as again:
        assert again.ask(seen) == ({1, 2, 3}, {1, 2, 3})


def test_a_file_that_another_program_holds_is_not_replaced_and_nothing_is_decided(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows, where an open file cannot be moved."""
    made = backups.make(desk.engine, desk.folder).file
    desk.do(step, 1)
    real = os.replace

    def held(source: Path, target: Path) -> None:
        if source == desk.folder / database.FILE:
            raise PermissionError(errno.EACCES, "held")
        real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", held)
        with pytest.raises(Problem, match="tidak diizinkan"):
            desk.replaced(lambda: recovery.restore(desk.folder, made))
    assert not swap.pending(desk.folder)
    desk.do(step, 2)
    assert desk.ask(seen) == ({1, 2}, {1, 2})
