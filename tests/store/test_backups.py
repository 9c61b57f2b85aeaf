"""Backups that the desk makes by itself, and how they thin out."""

from datetime import datetime, timedelta
from pathlib import Path

from venue_desk.store import backups, database
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
