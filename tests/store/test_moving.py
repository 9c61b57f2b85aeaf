"""Moving the records to another folder: whole in one of the two whatever stops it, found again by whoever starts."""

import os
import shutil
import signal
import sys
from contextlib import closing
from pathlib import Path

import pytest

from store.refusing import Refusing, chosen, refusing
from venue_desk.actions import people
from venue_desk.commands.main import run
from venue_desk.domain.problem import Problem
from venue_desk.store import backups, database, identity, moved, moving, second, since, vault
from venue_desk.store.desk import Desk
from venue_desk.store.moved import followed


@pytest.fixture
def worked(desk: Desk, tmp_path: Path) -> Path:
    """A folder with a backup in two places, and a change after it; closed."""
    (tmp_path / "stick").mkdir()
    second.choose(desk.folder, tmp_path / "stick", desk.venue)
    desk.do(people.add, name="Lama")
    backups.make(desk.engine, desk.folder)
    desk.do(people.add, name="Baru")
    desk.close()
    return desk.folder


def names(folder: Path) -> set[str]:
    with closing(Desk.open(folder)) as desk:
        assert desk.check() == [] and not desk.renewed and not desk.behind
        return {row[0] for row in desk.engine.connect().exec_driver_sql("SELECT name FROM person").fetchall()}


def test_all_comes_along_and_a_start_at_the_old_place_finds_it(
    worked: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = tmp_path / "lain" / "data"
    assert run(["--data", str(worked), "move", str(new)]) == 0
    assert str(new) in capsys.readouterr().out
    assert [one.name for one in worked.iterdir()] == [moved.NOTE]
    assert (worked / moved.NOTE).read_text("utf-8").startswith("Data Venue Desk sudah dipindahkan")
    assert followed(worked) == new
    assert names(new) == {"Lama", "Baru"}
    for name in (identity.FILE, since.FILE, second.FILE):
        assert (new / name).exists()
    assert len(backups.known(new)) == 1
    assert run(["--data", str(worked), "people", "add", "Sesudah"]) == 0
    assert names(new) == {"Lama", "Baru", "Sesudah"}
    with pytest.raises(Problem, match="dipindahkan"):
        Desk.open(worked)
    shutil.move(new, tmp_path / "copot")  # the disk is not connected
    assert run(["--data", str(worked), "people", "list"]) == 2
    assert "sambungkan" in capsys.readouterr().err
    with pytest.raises(Problem, match="sudah berisi"):
        Desk.create(worked)


def test_there_and_back(worked: Path, tmp_path: Path) -> None:
    for target in (tmp_path / "baru", worked):
        assert run(["--data", str(followed(worked)), "move", str(target)]) == 0
        assert followed(worked) == target
        assert names(target) == {"Lama", "Baru"}
    assert not (worked / moved.NOTE).exists()


def test_a_key_in_the_folder_comes_along_and_does_not_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VENUE_DESK_KEY_FILE")
    folder, new = tmp_path / "awan", tmp_path / "aman"
    Desk.create(folder).close()
    key = database.read_key(folder)
    assert run(["--data", str(folder), "move", str(new)]) == 0
    assert not (folder / vault.KEY_FILE).exists()
    assert database.read_key(new) == key


@pytest.mark.parametrize("where", ["desk/dalam", ".", "penuh", "Dropbox/desk"])
def test_places_that_it_cannot_go_to(
    worked: Path, tmp_path: Path, where: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "penuh").mkdir()
    (tmp_path / "penuh" / "surat.txt").write_text("x")
    assert run(["--data", str(worked), "move", str(tmp_path / where)]) == 2
    assert capsys.readouterr().err.count("\n") == 2
    assert names(worked) == {"Lama", "Baru"}


class Killing(Refusing):
    """Ends the process at a chosen step."""

    def refuses(self, what: str) -> bool:
        super().refuses(what)
        if len(self.done) == self.first:
            os.kill(os.getpid(), signal.SIGKILL)
        return False


def killed(template: Path, folder: Path) -> int:
    """Killed at each of its steps: what was there is there, and the same move then works. Returns how often."""
    shutil.copytree(template, folder / "venue")
    disk = Refusing(folder)
    with refusing(disk):
        moving.move(folder / "venue", folder / "baru")
        moving.finish(folder / "baru")
    for first in (*chosen(disk.done, 3), 10_000):
        for each in folder.iterdir():
            shutil.rmtree(each)
        work, new = folder / "venue", folder / "baru"
        shutil.copytree(template, work)
        killer = Killing(folder)
        killer.first = first
        child = os.fork()
        if child == 0:
            with refusing(killer):
                moving.move(work, new)
                moving.finish(new)
            os._exit(0)
        _pid, status = os.waitpid(child, 0)
        assert names(followed(work)) == {"Lama", "Baru"}, first
        assert names(followed(work)) == {"Lama", "Baru"}, first
        if followed(work) == work:
            if (new / moved.COMING).exists():
                with pytest.raises(Problem, match="belum selesai"):
                    Desk.open(new)
            moving.move(work, new)
        assert names(new) == {"Lama", "Baru"}, first
        assert [one.name for one in work.iterdir()] == [moved.NOTE], first
        assert not (new / moving.CAME).exists() and not (new / moved.COMING).exists()
        assert os.WIFSIGNALED(status) == (first < 10_000)
    return len(chosen(disk.done, 3))


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
def test_killed_at_each_step_it_is_whole_in_one_of_the_two(worked: Path, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    kills = killed(worked, tmp_path / "disk")
    assert kills > 20
    print(f"{kills} kills")


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
def test_the_harness_finds_a_move_that_decides_too_early(
    worked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = moving._copy

    def hasty(folder: Path, target: Path, key: str) -> None:
        moving._note(folder, moved.NOTE, target)
        real(folder, target, key)

    monkeypatch.setattr(moving, "_copy", hasty)
    (tmp_path / "disk").mkdir()
    with pytest.raises((AssertionError, Problem)):
        killed(worked, tmp_path / "disk")
