"""Files of every released schema open with today's code, and an upgrade that is killed anywhere leaves a whole file."""

import os
import shutil
import signal
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import OperationalError

from store.disk import FULL, IOERR_WRITE, OK, Disk, watched
from venue_desk.actions import people
from venue_desk.domain.problem import Problem
from venue_desk.queries import people as people_seen
from venue_desk.store import database, migrations, upgraded
from venue_desk.store.desk import Desk
from venue_desk.store.digest import kept_sums, look
from venue_desk.store.records import Person, mine

SCHEMAS = Path(__file__).parents[1] / "data/schemas"
KEY = "0f" * 32
PEOPLE = ["Budi Santoso", "Siti Aminah"]


def old(folder: Path, schema: str = "0001") -> Path:
    """A folder with the file of a released schema."""
    Path(os.environ["VENUE_DESK_KEY_FILE"]).write_text(KEY + "\n", "ascii")
    folder.mkdir()
    shutil.copyfile(SCHEMAS / f"{schema}.db", folder / database.FILE)
    return folder


def names(desk: Desk) -> list[str]:
    return desk.ask(lambda s: sorted(s.scalars(select(Person.name).where(mine(s, Person)))))


@pytest.mark.parametrize("schema", sorted(file.stem for file in SCHEMAS.glob("*.db")))
def test_every_released_schema_opens(tmp_path: Path, schema: str) -> None:
    with closing(Desk.open(old(tmp_path / "venue", schema))) as desk:
        assert names(desk) == PEOPLE
        assert desk.check() == []
        digests_are_right(desk)
        desk.do(people.add, name="Wati")
        assert desk.undo() == "Add person"
        digests_are_right(desk)


def test_what_is_derived_by_an_older_rule_is_derived_again(tmp_path: Path) -> None:
    folder = old(tmp_path / "venue")
    with closing(database.bare(folder / database.FILE, KEY)) as connection:
        connection.execute("UPDATE person SET name = 'Joko', search = 'yoko|joko' WHERE name = 'Siti Aminah'")
        connection.execute("UPDATE person SET name = 'Sarmin', search = 'sarmin' WHERE name = 'Budi Santoso'")
        connection.commit()
    with closing(Desk.open(folder)) as desk:
        listed = desk.ask(lambda session: people_seen.rows(session, people_seen.ids(session)))
        assert [one.name for one in listed] == ["Joko", "Sarmin"]
        assert [one.name for one in desk.ask(people_seen.found, "djoko")] == ["Joko"]


def digests_are_right(desk: Desk) -> None:
    with desk.engine.connect() as connection:
        found = look(connection, desk.venue)
        assert found.sums and not found.stale and found.sums == kept_sums(connection, desk.venue)


def test_stopped_between_the_tables_and_what_follows_it_is_made_good_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = old(tmp_path / "venue")

    def stop(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(upgraded, "catch_up", stop)
        with pytest.raises(KeyboardInterrupt):
            Desk.open(folder)
    assert versions(folder) == migrations.SCHEMA
    with closing(Desk.open(folder)) as desk:
        digests_are_right(desk)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """The release after today's, with one migration more."""
    later = migrations.SCHEMA + 1
    for module in (database, migrations):
        monkeypatch.setattr(module, "SCHEMA", later)
    monkeypatch.setattr(migrations, "PLACES", [*migrations.PLACES, SCHEMAS / "next"])


def called(desk: Desk) -> list[str]:
    with desk.engine.connect() as connection:
        return sorted(row[0] for row in connection.exec_driver_sql("SELECT called FROM person"))


@pytest.mark.usefixtures("later")
def test_the_file_is_copied_and_checked_before_it_is_upgraded(tmp_path: Path) -> None:
    folder = old(tmp_path / "venue")
    with closing(Desk.open(folder)) as desk:
        assert called(desk) == [name.upper() for name in PEOPLE]
        assert desk.check() == []
    (copy,) = (folder / "backups").glob("schema-1-*.db")
    assert database.check(copy, KEY) == ""
    with closing(database.bare(copy, KEY, read_only=True)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == 1


def versions(folder: Path) -> int:
    with closing(database.bare(folder / database.FILE, KEY, read_only=True)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


@pytest.mark.usefixtures("later")
@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
def test_killed_at_each_write_it_is_whole_at_the_next_start(tmp_path: Path) -> None:
    kills = 0
    for at in range(1, 5000, 5):
        folder = old(tmp_path / "venue")
        disk = Disk(tmp_path)

        def kill(number: int = at, disk: Disk = disk) -> None:
            if disk.writes + 1 == number:
                os.kill(os.getpid(), signal.SIGKILL)

        disk.before_write = kill
        child = os.fork()
        if child == 0:
            with watched(disk):
                Desk.open(folder)
            os._exit(0)
        _pid, status = os.waitpid(child, 0)
        with closing(Desk.open(folder)) as desk:
            assert called(desk) == [name.upper() for name in PEOPLE]
            assert desk.check() == []
        shutil.rmtree(folder)
        if not os.WIFSIGNALED(status):
            break
        kills += 1
    assert kills > 10
    print(f"{kills} kills")


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize("fault", [FULL, IOERR_WRITE])
def test_a_fault_at_each_write_of_an_upgrade(tmp_path: Path, fault: int) -> None:
    refused = 0
    for at in range(1, 5000, 8):
        folder = old(tmp_path / "venue")
        disk = Disk(tmp_path)
        disk.fail = _from(at, fault)
        with watched(disk):
            try:
                Desk.open(folder).close()
            except Problem as problem:
                said = problem.text
            else:
                said = ""
        assert said or at > 20
        with closing(Desk.open(folder)) as desk:
            assert called(desk) == [name.upper() for name in PEOPLE]
        shutil.rmtree(folder)
        if not said:
            break
        refused += 1
    assert refused > 5


def _from(first: int, fault: int) -> Callable[[int], int]:
    return lambda number: fault if number >= first else OK


@pytest.mark.usefixtures("later")
def test_the_harness_finds_an_upgrade_that_is_not_one_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hasty(engine: Engine) -> None:
        with engine.execution_options(write=True).begin() as connection:
            migrations.mark_schema(connection)
        raise KeyboardInterrupt  # killed before the tables are there

    folder = old(tmp_path / "venue")
    monkeypatch.setattr(database, "upgrade", hasty)
    with pytest.raises(KeyboardInterrupt):
        Desk.open(folder)
    with pytest.raises((OperationalError, Problem)), closing(Desk.open(folder)) as desk:
        called(desk)
