"""A fault at each write of each main task: a clear sentence, nothing lost or half done, and it works afterwards."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import cycle
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from actions.test_stalls import SUNDAY
from conftest import SAMPLE_DAY
from store.disk import FULL, IOERR_FSYNC, IOERR_WRITE, OK, READONLY, Disk, watched
from venue_desk.actions import attendance, certificates, people, stalls
from venue_desk.actions import venue as venues
from venue_desk.commands.main import run
from venue_desk.domain.problem import Problem
from venue_desk.domain.stalls.planner import finish, plan
from venue_desk.queries import certificates as issued
from venue_desk.queries import courses
from venue_desk.queries.rotation import rotation
from venue_desk.store import backups, ballast, database, recovery
from venue_desk.store.desk import Desk
from venue_desk.store.journal import entry_of
from venue_desk.store.lock import take
from venue_desk.store.merge import Arrival
from venue_desk.store.records import Line, Mark, Person, mine

FAULTS = {"full": FULL, "I/O": IOERR_WRITE, "read-only": READONLY}
LISTED = Path(__file__).parents[1] / "data/spreadsheets/synthetic__daftar_peserta_kacau.xlsx"
Task = Callable[[Desk], object]


def lines(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Line)) or 0


def steps() -> Iterator[int]:
    """Every write of the first dozen, then wider apart: a long task has thousands alike."""
    at = 1
    while True:
        yield at
        at += 1 if at < 12 else at // 3


def fail(disk: Disk, fault: int, first: int) -> None:
    """From the ``first`` write (or sync) from now on nothing can be written."""
    disk.writes = disk.syncs = 0
    if fault == IOERR_FSYNC:
        disk.fail_sync = lambda number: fault if number >= first else OK
    else:
        disk.fail = lambda number: fault if number >= first else OK


def mend(disk: Disk) -> None:
    disk.fail = disk.fail_sync = lambda _number: OK


def survive(disk: Disk, desk: Desk, task: Task, fault: int) -> int:
    """Try the task with the fault at each write until it needs no more. Returns how often it was refused."""
    for refused, first in enumerate(steps()):
        before = desk.ask(lines)
        fail(disk, fault, first)
        try:
            task(desk)
        except Problem as problem:
            said = problem
        else:
            mend(disk)
            return refused
        mend(disk)
        assert said.text and said.hint
        assert desk.ask(lines) == before, "half of it was kept"
        desk.do(people.add, name=f"Sesudah {first}")
    raise AssertionError


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    made = Disk(tmp_path)
    with watched(made):
        yield made


def mark(desk: Desk) -> Task:
    lesson = desk.ask(lambda s: s.scalars(select(Mark).where(mine(s, Mark))).first())
    assert lesson
    desk.do(attendance.reopen_lesson, lesson.lesson_id)
    found = desk.ask(
        lambda s: s.scalars(select(Mark.enrolment_id).where(Mark.lesson_id == lesson.lesson_id)).all()
    )
    states = cycle(["absent", "present"])
    return lambda one: one.do(attendance.mark, lesson.lesson_id, found[0], next(states))


def issue(desk: Desk) -> Task:
    course = desk.ask(courses.by_code, "RIAS-9", SAMPLE_DAY)
    for one in desk.ask(issued.listed, course_id=course.id):
        if one.voided_on is None:
            desk.do(certificates.void, one.id, "uji")
    return lambda one: one.do(certificates.issue, course.id)


def plan_stalls(desk: Desk) -> Task:
    looked = desk.ask(rotation, SUNDAY, 12)
    made = finish(plan(looked.season, use_solver=False))
    return lambda one: one.do(stalls.apply_plan, stalls.drafted(looked, made.plan, made.bound))


def receive(desk: Desk) -> Task:
    other = Desk.create(desk.folder.parent / "other")
    other.do(venues.set_up, name="Lain", kind="parish")
    for number in range(30):
        other.do(people.add, name=f"Dari jauh {number}")
    with other.engine.connect() as connection:
        arrived = [
            Arrival(entry_of(line), line.effective, number)
            for number, line in enumerate(connection.execute(select(Line.__table__).order_by(Line.number)), 1)
        ]
    other.close()
    return lambda one: one.receive(arrived, keep={"cursor": "30"})


def back_up(_desk: Desk) -> Task:
    return lambda one: backups.make(one.engine, one.folder)


TASKS = {"mark": mark, "issue": issue, "plan": plan_stalls, "receive": receive, "back up": back_up}


@pytest.mark.parametrize("fault", [*FAULTS, "fsync"])
@pytest.mark.parametrize("task", TASKS)
def test_a_fault_at_each_write(sample: Desk, disk: Disk, task: str, fault: str) -> None:
    sample.close()
    desk = Desk.open(sample.folder)
    prepared = TASKS[task](desk)
    refused = survive(disk, desk, prepared, {**FAULTS, "fsync": IOERR_FSYNC}[fault])
    assert refused > 0
    assert desk.check() == []
    if task == "back up":
        for made in backups.known(desk.folder):
            assert database.check(made.file, database.read_key(desk.folder)) == ""
    desk.close()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_at_each_write_of_an_import(
    desk: Desk, disk: Disk, fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = desk.folder
    desk.close()
    arguments = ["--data", str(folder), "people", "import", str(LISTED)]
    for first in steps():
        fail(disk, FAULTS[fault], first)
        code = run(arguments)
        mend(disk)
        said = capsys.readouterr().err
        with closing(Desk.open(folder)) as again:
            found = again.ask(lambda s: s.scalar(select(func.count()).where(mine(s, Person))))
        if code == 0:
            break
        assert code == 2 and said.strip() and "Traceback" not in said
        assert found == 0, "half of the list was taken"
    assert found and first > 5


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("recovers", [False, True], ids=["restore", "recover"])
def test_a_fault_at_each_write_of_going_back(desk: Desk, disk: Disk, fault: str, recovers: bool) -> None:
    folder = desk.folder
    for number in range(5):
        desk.do(people.add, name=f"Lama {number}")
    made = backups.make(desk.engine, folder)
    desk.do(people.add, name="Baru")
    desk.close()
    refused = 0
    for first in steps():
        fail(disk, FAULTS[fault], first)
        try:
            with closing(take(folder)):
                if recovers:
                    recovery.put_back(folder, recovery.prepare(folder))
                else:
                    recovery.restore(folder, made.file)
        except Problem as problem:
            said = problem
            mend(disk)
        else:
            mend(disk)
            break
        refused += 1
        assert said.text and said.hint
        with closing(Desk.open(folder)) as still:
            assert still.ask(lambda s: s.scalar(select(func.count()).where(mine(s, Person)))) == 6
    assert refused > 5
    with closing(Desk.open(folder)) as now:
        people_now = now.ask(lambda s: s.scalar(select(func.count()).where(mine(s, Person))))
        assert people_now == (6 if recovers else 5)
        assert now.check() == []


def test_the_ballast_lets_people_mark_on_a_full_disk(sample: Desk, disk: Disk) -> None:
    sample.close()
    desk = Desk.open(sample.folder)
    assert ballast.keep(desk.folder)
    place = desk.folder / ballast.FILE
    assert place.stat().st_size == ballast.SIZE
    prepared = mark(desk)
    disk.fail = lambda _number: FULL if place.exists() else OK
    before = desk.ask(lines)
    prepared(desk)
    assert desk.ask(lines) == before + 1
    assert ballast.given_up(desk.folder)
    mend(disk)
    assert ballast.keep(desk.folder) and not ballast.given_up(desk.folder)
    desk.close()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounts a small disk")
@pytest.mark.long
def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    import subprocess

    place = tmp_path / "small"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(place)], check=True)
    try:
        desk = Desk.create(place / "venue")
        (place / "venue" / ballast.FILE).write_bytes(bytes(ballast.SIZE))
        filler = place / "filler"
        with filler.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(1 << 16))
            except OSError:
                pass
        for number in range(50):
            desk.do(people.add, name=f"Orang {number}", note="x" * 2000)
        assert not (place / "venue" / ballast.FILE).exists()
        assert desk.check() == []
        desk.close()
    finally:
        subprocess.run(["umount", str(place)], check=True)
        shutil.rmtree(place, ignore_errors=True)
