"""One desk at a time: of two that start at once one opens, the other touches no file."""

import multiprocessing
import os
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from venue_desk.commands.main import run
from venue_desk.domain.problem import Problem
from venue_desk.store import database, lock
from venue_desk.store.desk import Desk
from venue_desk.store.records import Person

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork")


def add(session: Session) -> None:
    """Add a person"""
    session.add(Person(name="Siti"))


def launch(folder: Path, talk: Connection) -> None:
    """A launch: waits for the signal, opens, tells how it went, and ends when it is told to."""
    talk.recv()
    opened: list[Path] = []
    connect: Callable[..., Any] = database.bare

    def noting(file: Path, *given: Any, **named: Any) -> Any:
        opened.append(file)
        return connect(file, *given, **named)

    database.bare = noting
    try:
        desk = Desk.open(folder)
    except Problem:
        talk.send(("refused", len(opened)))
    else:
        desk.shown()
        desk.do(add)
        talk.send(("opened", len(opened)))
        talk.recv()
        desk.close()
    os._exit(0)


def rounds(folder: Path, count: int) -> list[tuple[str, int]]:
    Desk.create(folder).close()
    context = multiprocessing.get_context("fork")
    told: list[tuple[str, int]] = []
    for _ in range(count):
        ends: list[Connection] = []
        running = []
        for _launch in range(2):
            here, there = context.Pipe()
            child = context.Process(target=launch, args=(folder, there))
            child.start()
            ends.append(here)
            running.append(child)
        for end in ends:
            end.send("go")
        first = multiprocessing.connection.wait(ends, 30)[0]
        assert isinstance(first, Connection)
        other = ends[1 - ends.index(first)]
        results = [first.recv(), other.recv()]
        told += sorted(results)
        for end, result in zip((first, other), results, strict=True):
            if result[0] == "opened":
                end.send("end")
        for child in running:
            child.join(30)
    return told


def test_of_two_launches_at_once_one_opens_and_the_other_touches_no_file(tmp_path: Path) -> None:
    told = rounds(tmp_path / "venue", 20)
    assert told == [("opened", 1), ("refused", 0)] * 20


@pytest.mark.long
def test_a_thousand_launches(tmp_path: Path) -> None:
    told = rounds(tmp_path / "venue", 1000)
    assert told == [("opened", 1), ("refused", 0)] * 1000


def test_a_command_beside_a_window_is_told_so(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.shown()
    before = {file.name: file.read_bytes() for file in desk.folder.iterdir()}
    for command in (["check"], ["people", "list"], ["undo"], ["recover"], ["restore", "x.db"]):
        assert run(["--data", str(desk.folder), *command]) == 2
        said = capsys.readouterr()
        assert "sudah terbuka" in said.err and not said.out
    assert {file.name: file.read_bytes() for file in desk.folder.iterdir()} == before


def test_a_command_waits_for_another_command(desk: Desk) -> None:
    with pytest.raises(Problem, match="Perintah lain"):
        lock.take(desk.folder, patience=0.1)
    desk.close()
    lock.take(desk.folder, patience=0.1).close()


def test_the_lock_of_a_process_that_died_is_free(tmp_path: Path) -> None:
    Desk.create(tmp_path / "venue").close()
    child = os.fork()
    if child == 0:
        Desk.open(tmp_path / "venue").shown()
        os._exit(1)
    os.waitpid(child, 0)
    Desk.open(tmp_path / "venue").close()


def test_the_harness_finds_a_lock_that_holds_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "_locked", lambda _handle: True)
    assert ("refused", 0) not in rounds(tmp_path / "venue", 1)
