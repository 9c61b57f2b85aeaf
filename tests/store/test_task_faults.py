"""A fault at each write, sync and rename of each main task: a clear sentence, nothing lost or half done, it goes on."""

import errno
import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as driver
from sqlalchemy import Engine

from store.refusing import FAULTS, Refusing, chosen, refusing
from store.tasks import TASKS, Task, prepared
from store.test_damage_words import ENGINEERS
from venue_desk.actions import people
from venue_desk.domain.problem import Problem
from venue_desk.store import database, migrations, swap
from venue_desk.store.desk import Desk
from venue_desk.store.moved import followed

SCHEMAS = Path(__file__).parents[1] / "data/schemas"
Tally = Counter[str]


def trial(task: Task, template: Path, disk: Refusing, ends: tuple[int, int], thorough: bool) -> str:
    """Once on a copy. Returns how it ended: refused, done, or (told as refused) kept all the same."""
    number, said = disk.number, None
    work = _copied(template, disk)
    disk.number = number
    try:
        task.act(work)
    except Problem as problem:
        said = problem
    at, disk.number = f"at {disk.first} {disk.done[disk.first - 1 : disk.first]}", 0
    try:
        state = task.state(work)
        assert state in ends, f"half done: {state}, {at}"
        if said is None:
            assert state == ends[1], f"lost: {state}, {at}"
        else:
            assert said.text and said.hint, at
            words = f"{said.text} {said.hint}".replace(str(work), "").replace(database.FILE, "")
            assert not ENGINEERS.search(words), f"{words}, {at}"
        if state == ends[0]:
            task.act(work)
            assert task.state(work) == ends[1], f"does not work again, {at}"
        if thorough:
            with closing(Desk.open(followed(work))) as desk:
                assert desk.check() == [], at
        left = [one.name for one in work.rglob("*.part*") if one.is_file()]
        assert not left or said is None or number == errno.EROFS, f"left behind: {left}, {at}"
    finally:
        disk.number = number
    return "done" if said is None else "refused" if state == ends[0] else "kept"


def _copied(template: Path, disk: Refusing) -> Path:
    work, disk.number = disk.folder / "venue", 0
    for each in disk.folder.iterdir():
        shutil.rmtree(each)
    shutil.copytree(template, work)
    disk.done.clear()
    return work


def campaign(
    task: Task, template: Path, disk: Refusing, fault: int, *, every: bool = False, once: bool = False
) -> Tally:
    """The fault at each operation of the task. Returns how often each end was met."""
    tally: Tally = Counter()
    before = task.state(template)
    work = _copied(template, disk)
    task.act(work)
    steps = list(disk.done)
    ends = before, task.state(work)
    assert ends[0] != ends[1] and len(steps) > 2
    many = 10 if fault == errno.ENOSPC else 2
    for first in chosen(steps, len(steps) if every else many):
        disk.number, disk.first, disk.once = fault, first, once
        # Reading all of it costs more than the trial: in every run each third time.
        tally[trial(task, template, disk, ends, every or sum(tally.values()) % 3 == 0)] += 1
    return tally


def run_all(
    name: str,
    tmp_path: Path,
    sample: Path,
    fault: str,
    wrap: Callable[[Task], Task] = lambda task: task,
    **how: bool,
) -> Tally:
    disk = Refusing(tmp_path / "disk")
    disk.folder.mkdir()
    with prepared(name, tmp_path / "template", sample) as task, refusing(disk):
        return campaign(wrap(task), tmp_path / "template", disk, FAULTS[fault], **how)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("task", TASKS)
def test_a_lasting_fault_at_each_step(tmp_path: Path, sample_folder: Path, task: str, fault: str) -> None:
    tally = run_all(task, tmp_path, sample_folder, fault)
    assert tally["refused"] > 2, tally
    print(task, fault, dict(tally))


@pytest.mark.long
@pytest.mark.parametrize("once", [False, True], ids=["lasting", "once"])
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("task", TASKS)
def test_a_fault_at_every_page_too(
    tmp_path: Path, sample_folder: Path, task: str, fault: str, once: bool
) -> None:
    print(task, fault, once, dict(run_all(task, tmp_path, sample_folder, fault, every=True, once=once)))


# --- the harness fails where it should


def swallowed(task: Task) -> Task:
    """A task that says it is done when it was refused."""

    def act(folder: Path) -> None:
        try:
            task.act(folder)
        except Problem:
            return

    return Task(act, task.state)


@pytest.mark.parametrize("task", TASKS)
def test_the_harness_finds_a_task_that_says_nothing(tmp_path: Path, sample_folder: Path, task: str) -> None:
    with pytest.raises(AssertionError, match="lost"):
        run_all(task, tmp_path, sample_folder, "full", swallowed)


def halves(task: Task) -> Task:
    """A task that writes something before it begins."""

    def act(folder: Path) -> None:
        with closing(Desk.open(folder)) as desk:
            desk.do(people.add, name="Separuh")
        task.act(folder)

    return Task(act, task.state)


@pytest.mark.parametrize("task", ["import", "mark", "issue", "plan", "sync"])
def test_the_harness_finds_a_task_that_is_two_steps(tmp_path: Path, sample_folder: Path, task: str) -> None:
    with pytest.raises(AssertionError, match=r"half done|does not work again"):
        run_all(task, tmp_path, sample_folder, "full", halves)


def test_the_harness_finds_a_backup_that_is_written_in_its_place(
    tmp_path: Path, sample_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def straight(engine: object, target: Path, key: str = "") -> None:
        folder = target.parents[1]
        try:
            database.copy(folder / database.FILE, target, key or database.read_key(folder))
        except driver.Error as error:
            raise Problem("refused", "again") from error

    from venue_desk.store import backups

    monkeypatch.setattr(backups, "backup", straight)
    with pytest.raises(AssertionError, match="not whole"):
        run_all("back up", tmp_path, sample_folder, "full")


@pytest.mark.parametrize("task", ["restore", "recover"])
def test_the_harness_finds_a_file_that_is_replaced_without_a_decision(
    tmp_path: Path, sample_folder: Path, monkeypatch: pytest.MonkeyPatch, task: str
) -> None:
    def hasty(folder: Path, made: Path) -> None:
        (folder / database.FILE).unlink()
        made.replace(folder / database.FILE)

    monkeypatch.setattr(swap, "put", hasty)
    with pytest.raises((AssertionError, Problem)):
        run_all(task, tmp_path, sample_folder, "full")


def test_the_harness_finds_an_upgrade_that_marks_before_it_is_done(
    tmp_path: Path, sample_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = migrations.upgrade

    def hasty(engine: Engine) -> None:
        with engine.execution_options(write=True).begin() as connection:
            migrations.mark_schema(connection)
        real(engine)

    monkeypatch.setattr(database, "upgrade", hasty)
    with pytest.raises(AssertionError, match="is not"):
        run_all("upgrade", tmp_path, sample_folder, "full")
