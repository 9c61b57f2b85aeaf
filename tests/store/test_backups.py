"""Backups that the desk makes by itself, and how they thin out."""

import json
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from venue_desk.commands.main import run
from venue_desk.desktop import upkeep
from venue_desk.domain.problem import Problem
from venue_desk.store import backups, database, second
from venue_desk.store.backups import Backup
from venue_desk.store.desk import Desk


def test_a_backup_is_made_checked_and_known(desk: Desk) -> None:
    assert backups.known(desk.folder) == []
    made = backups.make(desk.engine, desk.folder)
    (desk.folder / backups.FOLDER / "venue-desk-notes.db").write_text("not ours")
    assert backups.known(desk.folder) == [made]
    assert database.check(made.file, database.read_key(desk.folder)) == ""


def test_a_year_of_backups_thins_to_days_weeks_and_months() -> None:
    newest = datetime(2025, 11, 22, 15)
    every_half_day = [Backup(Path(str(n)), newest - timedelta(hours=12 * n)) for n in range(800)]
    kept = sorted((b.at for b in backups.kept(every_half_day)), reverse=True)
    assert kept[:3] == [newest, newest - timedelta(hours=12), newest - timedelta(days=1)]
    assert len({at.date() for at in kept if at > newest - timedelta(days=12)}) == 12
    assert len({at.strftime("%G-%V") for at in kept if at > newest - timedelta(weeks=10)}) == 10
    assert len({at.strftime("%Y-%m") for at in kept}) == backups.MONTHLY
    assert len(kept) < backups.DAILY + backups.WEEKLY + backups.MONTHLY + 2
    assert backups.kept([]) == set()


def test_a_copy_goes_to_the_second_place_and_is_checked_and_thinned_there(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = tmp_path / "stick"
    monkeypatch.setenv("VENUE_DESK_TODAY", "2025-10-31T08:00")
    stick.mkdir()
    place = second.choose(desk.folder, stick, desk.venue).place
    shutil.rmtree(stick)
    with pytest.raises(Problem, match="Tempat cadangan kedua"):
        backups.make(desk.engine, desk.folder)
    assert len(backups.known(desk.folder)) == 1, "the one on this computer was made"
    assert second.read(desk.folder) == second.Second(place, None)
    place.mkdir(parents=True)
    (stick / "venue-desk-20200101-080000.db").write_bytes(b"of another venue")
    for day in range(1, 28):
        monkeypatch.setenv("VENUE_DESK_TODAY", f"2025-11-{day:02}T08:00")
        made = backups.make(desk.engine, desk.folder)
    assert database.check(place / made.file.name, database.read_key(desk.folder)) == ""
    assert 12 <= len(list(place.glob("venue-desk-*.db"))) <= len(backups.known(desk.folder)) < 20
    assert backups.known(desk.folder, second.places(desk.folder))[0].at == made.at
    assert second.read(desk.folder) == second.Second(place, made.at)
    assert "kedua" not in upkeep.status_line(desk).backup
    monkeypatch.setenv("VENUE_DESK_TODAY", "2025-12-15T08:00")
    shutil.move(stick, tmp_path / "pulled out")
    with pytest.raises(Problem, match="Tempat cadangan kedua"):
        backups.make(desk.engine, desk.folder)
    status = upkeep.status_line(desk)
    assert status.state == "late" and "kedua" in status.backup
    shutil.move(tmp_path / "pulled out", stick)
    assert list(stick.glob("*.db")), "of another venue's backups none is let go"
    second.leave(desk.folder)
    assert second.read(desk.folder) is None
    with pytest.raises(Problem, match="bersama"):
        second.choose(desk.folder, desk.folder, desk.venue)


def test_the_second_place_on_the_command_line(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "stick").mkdir()
    desk.close()
    assert run(["--data", str(desk.folder), "backup", "--second", str(tmp_path / "stick"), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["second"]["verified"] and Path(said["second"]["place"], Path(said["file"]).name).exists()
    file = tmp_path / "sendiri.db"
    assert run(["--data", str(desk.folder), "backup", str(file)]) == 0
    assert str(tmp_path / "stick") in capsys.readouterr().out
    assert run(["--data", str(desk.folder), "backup", "--no-second"]) == 0
    assert "stick" not in capsys.readouterr().out
    assert run(["--data", str(desk.folder), "backup", "--second", str(tmp_path / "tidak-ada")]) == 2


def test_a_last_backup_older_than_a_week_is_a_danger(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VENUE_DESK_TODAY", "2025-11-01T08:00")
    made = [backups.make(desk.engine, desk.folder)]
    monkeypatch.setenv("VENUE_DESK_TODAY", "2025-11-08T07:00")
    assert not backups.old(made)
    monkeypatch.setenv("VENUE_DESK_TODAY", "2025-11-08T09:00")
    assert backups.old(made)
    assert upkeep.status_line(desk).state == "danger"
    assert "cadangkan sekarang" in upkeep.status_line(desk).backup


def test_nothing_of_a_copy_that_was_refused_stays_beside_the_next_one(desk: Desk, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    for end in ("", "-journal", "-wal", "-shm"):
        target.with_name(f"copy.db.part{end}").write_bytes(b"begun")
    database.backup(desk.engine, target)
    assert [one.name for one in tmp_path.glob("copy.db*")] == ["copy.db"]
    assert database.check(target, database.read_key(desk.folder)) == ""
