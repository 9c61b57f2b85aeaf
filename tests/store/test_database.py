"""The file: what a person is told when it is missing, foreign, newer, or cannot be written."""

import os
from pathlib import Path

import pytest
from sqlalchemy import inspect

from venue_desk.domain.problem import Problem
from venue_desk.store import database, recovery, vault
from venue_desk.store.desk import Desk
from venue_desk.store.migrations import upgrade
from venue_desk.store.records import Base


def test_no_venue_here(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="Belum ada tempat"):
        Desk.open(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_venue_is_never_written_over(desk: Desk) -> None:
    with pytest.raises(Problem, match="sudah berisi"):
        Desk.create(desk.folder)


def test_a_missing_key_is_never_made_anew(desk: Desk) -> None:
    desk.close()
    Path(os.environ["VENUE_DESK_KEY_FILE"]).unlink()
    with pytest.raises(Problem, match="Kunci"):
        Desk.open(desk.folder)
    assert not Path(os.environ["VENUE_DESK_KEY_FILE"]).exists()


def test_another_key_is_refused(desk: Desk) -> None:
    desk.close()
    key = Path(os.environ["VENUE_DESK_KEY_FILE"])
    key.write_text("ab" * 32, "ascii")
    with pytest.raises(Problem, match="tidak dapat dibaca"):
        Desk.open(desk.folder)
    key.write_text("pendek", "ascii")
    with pytest.raises(Problem, match="rusak"):
        Desk.open(desk.folder)


def test_a_newer_schema_is_refused_without_a_byte(desk: Desk) -> None:
    with desk.engine.execution_options(write=True).begin() as connection:
        connection.exec_driver_sql("PRAGMA user_version = 9999")
    desk.close()
    before = (desk.folder / database.FILE).read_bytes()
    with pytest.raises(Problem, match="lebih baru"):
        Desk.open(desk.folder)
    assert (desk.folder / database.FILE).read_bytes() == before


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    # A file in the place of the folder: also root is refused.
    (tmp_path / "berkas").write_text("x")
    with pytest.raises(Problem, match="tidak dapat ditulisi"):
        Desk.create(tmp_path / "berkas" / "tempat")


def test_a_backup_is_whole_encrypted_and_checked(desk: Desk, tmp_path: Path) -> None:
    target = tmp_path / "cadangan.db"
    database.backup(desk.engine, target)
    key = database.read_key(desk.folder)
    assert database.check(target, key) == ""
    assert database.check(target, "cd" * 32) != ""
    assert sorted(p.name for p in tmp_path.iterdir() if p.is_file()) == ["cadangan.db"]
    spoiled = bytearray(target.read_bytes())
    spoiled[5000:5100] = bytes(100)
    target.write_bytes(spoiled)
    with pytest.raises(Problem, match="bukan cadangan utuh"):
        recovery.restore(desk.folder, target)
    with pytest.raises(Problem, match="tidak dapat ditulis"):
        database.backup(desk.engine, tmp_path / "tidak" / "ada.db")


def test_the_first_migration_makes_todays_tables(tmp_path: Path) -> None:
    key = vault.make_key(tmp_path)
    migrated = database.engine_for(lambda: database.connect(tmp_path / "lama.db", key))
    upgrade(migrated)
    made = database.engine_for(lambda: database.connect(tmp_path / "baru.db", key))
    with made.execution_options(write=True).begin() as connection:
        Base.metadata.create_all(connection)

    def shape(engine: object) -> dict[str, object]:
        inspected = inspect(engine)
        return {
            table: (
                [(c["name"], str(c["type"]), c["nullable"]) for c in inspected.get_columns(table)],
                inspected.get_pk_constraint(table)["constrained_columns"],
                sorted((i["name"], tuple(i["column_names"])) for i in inspected.get_indexes(table)),
            )
            for table in sorted(inspected.get_table_names())
            if table != "alembic_version"
        }

    assert shape(migrated) == shape(made)
    migrated.dispose()
    made.dispose()
