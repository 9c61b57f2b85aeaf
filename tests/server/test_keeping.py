"""Backups of both databases, upgrades of a centre that an older release made, and codes as pictures."""

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

import centres
import desks_at_once
from records import add, everything, people
from venue_desk.__main__ import main
from venue_desk.actions import venue
from venue_desk.domain.problem import Problem
from venue_desk.server import database, devices, keeping, migrations, postgres
from venue_desk.server.centre import Centre
from venue_desk.server.tables import tables
from venue_desk.store import migrations as records
from venue_desk.store.desk import Desk
from venue_desk.store.records import Base

FIRST = ("absence", "certificate", "journal", "mark", "person", "stamp")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk.create(tmp_path / "desk")
    made.do(venue.set_up, name="Paroki", kind="parish")
    yield made
    made.close()


@pytest.mark.parametrize("where", ["postgresql", "sqlite"])
def test_a_backup_goes_back_and_desks_send_again_what_it_lacks(
    where: str, request: pytest.FixtureRequest, tmp_path: Path, desk: Desk
) -> None:
    place = request.getfixturevalue("postgres") if where == "postgresql" else tmp_path / "centre"
    file = tmp_path / "backup.db"
    with centres.running(centres.make(place)) as centre:
        here = centre.venue()
        centre.join(desk, here)
        desk.do(add, "Siti Aminah")
        centres.sync(desk)
        keeping.backup(centre.centre, file)
        backed = centre.centre.known["epoch"]
        desk.do(add, "Budi Santoso")
        centres.sync(desk)
        url = centre.url
    kept = keeping.restore(place, file)
    assert kept is not None and kept.is_file()
    with centres.running(place, int(url.rpartition(":")[2])) as centre:
        assert centre.centre.known["epoch"] != backed
        with Session(centre.centre.engine) as session:
            assert "Budi Santoso" not in {row.get("name") for row in _rows(session, here, "person")}
        centres.all_alike(centre, desk, venue=here)
    assert set(people(desk).values()) == {"Siti Aminah", "Budi Santoso"}


def _rows(session: Session, venue: str, table: str) -> list[dict[str, object]]:
    found = everything(session, venue)
    return [dict(values) for (name, _row), values in found.items() if name == table]


def test_a_centre_moves_from_its_folder_to_postgresql(postgres: str, tmp_path: Path, desk: Desk) -> None:
    """The same file goes into either database."""
    with centres.running(centres.make(tmp_path / "centre")) as centre:
        here = centre.venue()
        centre.join(desk, here)
        desk.do(add, "Siti Aminah")
        centres.sync(desk)
        keeping.backup(centre.centre, tmp_path / "backup.db")
        url = centre.url
    database.create(postgres)
    keeping.restore(postgres, tmp_path / "backup.db")
    with centres.running(postgres, int(url.rpartition(":")[2])) as centre:
        desk.do(add, "Budi Santoso")
        centres.all_alike(centre, desk, venue=here)


def test_a_running_process_notices_a_restore(postgres: str, tmp_path: Path, desk: Desk) -> None:
    """Another process, or another computer, restores under it: no desk is told the former epoch again."""
    with centres.running(centres.make(postgres)) as centre:
        here = centre.venue()
        centre.join(desk, here)
        centres.sync(desk)
        keeping.backup(centre.centre, tmp_path / "backup.db")
        desk.do(add, "Siti Aminah")
        centres.sync(desk)
        keeping.restore(postgres, tmp_path / "backup.db")
        centres.sync(desk)
        centres.all_alike(centre, desk, venue=here)
        assert "Siti Aminah" in people(desk).values()


def test_running_processes_work_with_the_keys_of_what_was_restored(postgres: str, tmp_path: Path) -> None:
    """Two processes over PostgreSQL, which gets another centre's backup: nobody restarts them."""
    elsewhere = Centre(centres.make(tmp_path / "elsewhere"))
    with elsewhere.writing() as connection:
        there = devices.add_venue(connection, "Paroki", "parish")
        codes = [devices.make_code(connection, there) for _each in range(2)]
    keys = elsewhere.public_keys()
    keeping.backup(elsewhere, tmp_path / "backup.db")
    elsewhere.close()
    centres.make(postgres)
    started = [desks_at_once.process(postgres) for _each in range(2)]
    try:
        asked = {"writer": "a" * 32, "name": "Meja", "letter": "A", "venue": "", "joined": {}}
        asked["keys"] = {"sign": "a" * 64, "seal": "b" * 64}
        for _process, url in started:
            assert httpx.post(f"{url}/enrol", json=asked | {"code": codes[0]}).status_code == 403
        keeping.restore(postgres, tmp_path / "backup.db")
        epochs = set()
        for (_process, url), code in zip(started, codes, strict=True):
            told = httpx.post(f"{url}/enrol", json=asked | {"code": code}).json()
            assert (told["venue"], told["keys"]) == (there, keys)
            epochs.add(told["epoch"])
        now = Centre(postgres)
        assert epochs == {now.known["epoch"]}
        now.close()
    finally:
        for process, _url in started:
            process.terminate()
            process.communicate(timeout=30)


def test_a_backup_that_is_none(tmp_path: Path, postgres: str) -> None:
    place = tmp_path / "centre"
    database.create(place)
    bad = place / "bad.db"
    bad.write_bytes(b"x" * 4096)
    with pytest.raises(Problem, match="tidak dapat dipakai"):
        keeping.restore(place, bad)
    with pytest.raises(Problem):
        keeping.restore(postgres, tmp_path / "absent.db")


def _older(place: Path | str) -> None:
    """A centre as the first release made it: plain tables, no roles, nothing known of desks' releases."""
    database.create(place)
    engine = database.open_engine(place)
    with engine.execution_options(write=True).begin() as connection:
        postgres.patient(connection)
        kept = [dict(row) for row in connection.execute(text("SELECT * FROM centre")).mappings()]
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        else:
            for name in inspect(connection).get_table_names():
                connection.exec_driver_sql(f'DROP TABLE "{name}"')
        Base.metadata.create_all(connection)
        tables.create_all(connection)
        records.stamp(connection)
        for table in ("console_user", "handed", "carried", "removed"):
            connection.exec_driver_sql(f"DROP TABLE {table}")
        for column in ("release", "cursor", "wipe", "wiped", "repaired", "repaired_at"):
            connection.exec_driver_sql(f"ALTER TABLE device DROP COLUMN {column}")
        for column in ("caught_up", "gathered"):
            connection.exec_driver_sql(f"ALTER TABLE ledger DROP COLUMN {column}")
        connection.execute(tables.tables["centre"].insert(), kept)
        connection.exec_driver_sql(
            "INSERT INTO ledger (venue_id, name, kind, made, head, bound, backed)"
            " VALUES ('00000000000000000000000000000001', 'SMK', 'school', '2025', 1, 0, 0)"
        )
        connection.exec_driver_sql(
            'INSERT INTO stamp (venue_id, "table", "row", fields)'
            " VALUES ('00000000000000000000000000000001', 'person', 'a', '{}')"
        )
    engine.dispose()


@pytest.mark.parametrize("where", ["postgresql", "sqlite"])
def test_an_older_centre_is_upgraded_by_whoever_starts_first(
    where: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    place = request.getfixturevalue("postgres") if where == "postgresql" else tmp_path / "centre"
    _older(place)
    failed: list[BaseException] = []

    def start() -> None:
        try:
            Centre(place).close()
        except BaseException as error:  # noqa: BLE001 - told by the test's own thread
            failed.append(error)

    threads = [threading.Thread(target=start) for _each in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    centre = Centre(place)
    with centre.reading() as connection:
        assert migrations.standing(connection) == migrations.TODAY
        assert [row["behind"] for row in devices.devices(connection)] == []
        assert connection.scalar(text("SELECT count(*) FROM stamp")) == 1
        assert connection.scalar(text("SELECT name FROM ledger")) == "SMK"
        if where == "postgresql":
            spread = set(connection.scalars(text("SELECT relname FROM pg_class WHERE relkind = 'p'")))
            assert spread == {table.name for table in postgres.spread_tables()}
            assert set(FIRST) <= spread
    centre.close()


def test_a_centre_of_a_release_to_come_is_left_alone(postgres: str, tmp_path: Path) -> None:
    for place in (postgres, tmp_path / "centre"):
        database.create(place)
        engine = database.open_engine(place)
        with engine.execution_options(write=True).begin() as connection:
            connection.exec_driver_sql("UPDATE alembic_centre SET version_num = '0099'")
        engine.dispose()
        with pytest.raises(Problem, match="lebih baru"):
            database.open_engine(place)


def test_a_login_that_owns_nothing_serves_and_leaves_upgrades_to_the_owner(
    postgres: str, postgres_login: Callable[[str], str]
) -> None:
    database.create(postgres)
    own = postgres_login(postgres)
    centre = Centre(own)
    with centre.writing() as connection:
        here = devices.add_venue(connection, "SMK Negeri 9", "school")
        assert devices.make_code(connection, here)
    centre.close()
    owner = database.open_engine(postgres)
    with owner.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_centre SET version_num = '0000'")
    owner.dispose()
    with pytest.raises(Problem, match="pemilik"):
        Centre(own)


def test_a_code_as_a_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Read back from the characters that a terminal shows."""
    import numpy as np
    import zxingcpp

    data = ["server", "--data", str(tmp_path / "centre")]
    assert main([*data, "init"]) == 0
    assert main([*data, "venue", "add", "Paroki", "--kind", "parish", "--json"]) == 0
    made = json.loads(capsys.readouterr().out.partition("\n")[2])
    assert main([*data, "device", "code", "--venue", made["id"], "--qr"]) == 0
    *picture, code = capsys.readouterr().out.splitlines()
    light = {" ": (0, 0), "▄": (0, 255), "▀": (255, 0), "█": (255, 255)}
    rows = [[light[c][half] for c in line] for line in picture for half in (0, 1)]
    image = np.array(rows, dtype=np.uint8).repeat(6, axis=0).repeat(6, axis=1)
    assert zxingcpp.read_barcodes(image)[0].text == code


def test_revoking_asks_for_a_wipe_once_more(tmp_path: Path, desk: Desk) -> None:
    with centres.running(centres.make(tmp_path / "centre")) as centre:
        centre.join(desk, centre.venue())
        centres.sync(desk)
        with centre.centre.reading() as connection:
            (row,) = devices.devices(connection)
        assert row["release"] and row["behind"] == 0 and row["seen"]
        for wipe in (False, True):
            with centre.centre.writing() as connection:
                devices.revoke(connection, row["id"], wipe)
        with centre.centre.writing() as connection, pytest.raises(Problem):
            devices.revoke(connection, row["id"])
        with pytest.raises(Problem):
            centres.sync(desk)
        with pytest.raises(devices.Refused) as refused:
            centre.centre.device(row["id"])
        assert (refused.value.code, refused.value.detail) == ("revoked", "wipe")
