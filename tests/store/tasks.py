"""The main tasks, each from a prepared folder to a state that is before or after it: for faults at each write."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

import centres
from actions.test_stalls import SUNDAY
from conftest import SAMPLE_DAY
from store.test_upgrade import KEY, old
from venue_desk.actions import attendance, certificates, imports, people, stalls
from venue_desk.actions import venue as venues
from venue_desk.domain.problem import Problem
from venue_desk.domain.stalls.planner import finish, plan
from venue_desk.queries import certificates as issued
from venue_desk.queries import courses, twins
from venue_desk.queries.rotation import rotation
from venue_desk.spreadsheets import people as lists
from venue_desk.store import backups, database, moving, recovery, swap
from venue_desk.store.desk import Desk
from venue_desk.store.lock import take
from venue_desk.store.moved import followed
from venue_desk.store.records import Line, Mark, mine
from venue_desk.sync import client, stick

LISTED = Path(__file__).parents[1] / "data/spreadsheets/synthetic__daftar_peserta_kacau.xlsx"
DAMAGED = -1


@dataclass(frozen=True)
class Task:
    """``act`` does it in a folder; ``state`` is a number that says how much is there."""

    act: Callable[[Path], object]
    state: Callable[[Path], int]


def lines(folder: Path) -> int:
    """How many changes the records hold; DAMAGED where they cannot be opened."""
    with closing(take(folder)):
        swap.finish(folder)
    try:
        engine, _upgraded = database.open_engine(folder)
    except Problem:
        return DAMAGED
    with engine.connect() as connection:
        count = connection.scalar(select(func.count()).select_from(Line)) or 0
    engine.dispose()
    return count


def in_desk(act: Callable[[Desk], object]) -> Callable[[Path], object]:
    def acted(folder: Path) -> None:
        with closing(Desk.open(folder)) as desk:
            act(desk)

    return acted


def mark(desk: Desk) -> Task:
    found = desk.ask(lambda s: s.scalars(select(Mark).where(mine(s, Mark))).first())
    assert found
    desk.do(attendance.reopen_lesson, found.lesson_id)
    lesson, enrolment = found.lesson_id, found.enrolment_id
    desk.do(attendance.mark, lesson, enrolment, "absent")
    return Task(in_desk(lambda one: one.do(attendance.mark, lesson, enrolment, "present")), lines)


def issue(desk: Desk) -> Task:
    course = desk.ask(courses.by_code, "RIAS-9", SAMPLE_DAY)
    for one in desk.ask(issued.listed, course_id=course.id):
        if one.voided_on is None:
            desk.do(certificates.void, one.id, "uji")
    return Task(in_desk(lambda one: one.do(certificates.issue, course.id)), lines)


def plan_stalls(desk: Desk) -> Task:
    looked = desk.ask(rotation, SUNDAY, 12)
    made = finish(plan(looked.season, use_solver=False))
    drafted = stalls.drafted(looked, made.plan, made.bound)
    return Task(in_desk(lambda one: one.do(stalls.apply_plan, drafted)), lines)


def import_list(desk: Desk) -> Task:
    desk.do(people.add, name="Sudah Ada")

    understood = lists.understand(LISTED)
    assert len(understood.entries) > 5

    def accepted(one: Desk) -> None:
        one.do(imports.accept, one.ask(twins.compared, understood.entries, None))

    return Task(in_desk(accepted), lines)


def back_up(desk: Desk) -> Task:
    desk.do(people.add, name="Sudah Ada")

    def whole(folder: Path) -> int:
        key, known = database.read_key(folder), backups.known(folder)
        assert not any(database.unfit(one.file, key) for one in known), "a backup that is not whole"
        return len(known)

    return Task(in_desk(lambda one: backups.make(one.engine, one.folder)), whole)


def _with_a_backup(desk: Desk) -> Path:
    for number in range(5):
        desk.do(people.add, name=f"Lama {number}")
    made = backups.make(desk.engine, desk.folder)
    for number in range(3):
        desk.do(people.add, name=f"Baru {number}")
    return made.file.relative_to(desk.folder)


def restore(desk: Desk) -> Task:
    backup = _with_a_backup(desk)

    def act(folder: Path) -> None:
        with closing(take(folder)):
            swap.finish(folder)
            recovery.restore(folder, folder / backup)

    return Task(act, lines)


def recover(desk: Desk) -> Task:
    _with_a_backup(desk)
    folder = desk.folder
    desk.close()
    (folder / database.FILE).write_bytes(bytes(8192))

    def act(there: Path) -> None:
        with closing(take(there)):
            swap.finish(there)
            if recovery.fault(there):
                recovery.put_back(there, recovery.prepare(there))

    return Task(act, lines)


def upgrade(desk: Desk) -> Task:
    folder = desk.folder
    desk.close()
    shutil.rmtree(folder)
    old(folder)

    def version(there: Path) -> int:
        with closing(database.bare(there / database.FILE, KEY, read_only=True)) as connection:
            assert connection.execute("SELECT count(*) FROM person").fetchone()[0] == 2
            marked = int(connection.execute("PRAGMA user_version").fetchone()[0])
            assert not database.foreign(connection, marked), "marked as upgraded, and is not"
            return marked

    return Task(in_desk(lambda _one: None), version)


def sync_by_stick(desk: Desk) -> Task:
    del desk

    def files(folder: Path) -> int:
        return sum(file.stat().st_size > 0 for file in folder.glob("out.vdsync"))

    def act(folder: Path) -> None:
        in_desk(lambda one: stick.export(one, folder / "out.vdsync"))(folder)

    return Task(act, files)


def sync(_desk: Desk) -> Task:
    return Task(in_desk(lambda one: list(client.sync(one))), lines)


def move(desk: Desk) -> Task:
    _with_a_backup(desk)
    count = len(desk.ask(lambda s: s.scalars(select(Line.number)).all()))

    def act(folder: Path) -> None:
        if followed(folder) == folder:
            with closing(Desk.open(folder)) as one:
                one.stop(lambda: moving.move(folder, folder.parent / "baru"), moving.bar)
        Desk.open(followed(folder)).close()

    def where(folder: Path) -> int:
        there = followed(folder)
        assert lines(there) == count and len(backups.known(there)) == 1, "not all of it came along"
        return int(there != folder)

    return Task(act, where)


TASKS: dict[str, Callable[[Desk], Task]] = {
    "import": import_list,
    "mark": mark,
    "issue": issue,
    "plan": plan_stalls,
    "sync": sync,
    "sync by stick": sync_by_stick,
    "back up": back_up,
    "restore": restore,
    "recover": recover,
    "upgrade": upgrade,
    "move": move,
}
OF_SAMPLE = ("mark", "issue", "plan")


@contextmanager
def prepared(name: str, folder: Path, sample: Path) -> Iterator[Task]:
    """A folder in which the task can be done, and the task. ``sample``: where the sample parish lies."""
    with pytest.MonkeyPatch.context() as patch, joined_centre(name, folder) as joined:
        if name in OF_SAMPLE:
            patch.setenv("VENUE_DESK_KEY_FILE", str(sample / "key"))
            patch.setenv("VENUE_DESK_TODAY", SAMPLE_DAY.isoformat())
            shutil.copytree(sample / "desk", folder)
            desk = Desk.open(folder)
        else:
            patch.setenv("VENUE_DESK_KEY_FILE", os.environ["VENUE_DESK_KEY_FILE"])
            desk = joined or Desk.create(folder)
            if joined is None:
                desk.do(venues.set_up, name="Paroki Uji", kind="parish")
        task = TASKS[name](desk)
        desk.close()
        yield task


@contextmanager
def joined_centre(name: str, folder: Path) -> Iterator[Any]:
    """A running centre that the folder's desk has joined, with news at both ends."""
    if not name.startswith("sync"):
        yield None
        return
    place = folder.parent / "other"
    with centres.running(centres.make(folder.parent / "centre")) as centre:
        venue = centre.venue()
        desks = []
        for where in (place, folder):
            desk = Desk.create(where)
            desk.do(venues.set_up, name="Paroki Uji", kind="parish")
            centre.join(desk, venue)
            list(client.sync(desk))
            desks.append(desk)
        for number in range(12):
            desks[0].do(people.add, name=f"Dari jauh {number}")
        list(client.sync(desks[0]))
        desks[0].close()
        desks[1].do(people.add, name="Dari sini")
        yield desks[1]
