"""Malformed backups: two thousand in every run. Never a crash, never half a restore; a refusal leaves all as it was."""

import random
import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as driver

from venue_desk.actions import people
from venue_desk.domain.problem import Problem
from venue_desk.store import backups, database, recovery
from venue_desk.store.desk import Desk
from venue_desk.store.lock import take

PAGE = 4096
Make = Callable[[Path, random.Random], object]


def bytes_changed(file: Path, rng: random.Random) -> None:
    """Bits, bytes, pages: changed, cut out, doubled, put elsewhere."""
    raw = bytearray(file.read_bytes())
    for _turn in range(rng.choice((1, 1, 3, 20))):
        at = rng.randrange(max(1, len(raw)))
        kind = rng.randrange(7)
        if kind == 0 and raw:
            raw[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            raw[at : at + rng.randrange(1, 200)] = rng.randbytes(rng.randrange(1, 200))
        elif kind == 2:
            del raw[at : at + rng.choice((1, 16, PAGE))]
        elif kind == 3:
            raw[at:at] = raw[at : at + rng.choice((1, 16, PAGE))]
        elif kind == 4:
            del raw[at:]
        elif kind == 5:
            page, other = (rng.randrange(1 + len(raw) // PAGE) * PAGE for _ in range(2))
            raw[page : page + PAGE] = raw[other : other + PAGE]
        else:
            raw[:16] = rng.choice((b"SQLite format 3\0", rng.randbytes(16), bytes(16)))
    file.write_bytes(raw)


def contents_changed(file: Path, rng: random.Random, key: str) -> None:
    """A whole file under the right key of which tables or lines are not what they were.

    What is written in a line is not altered: whoever has the key can write anything.
    """
    tables = ("person", "journal", "stamp", "local", "venue", "computer", "alembic_version", "mark")
    table, number = rng.choice(tables), rng.choice((-1, 0, 2**40, rng.randrange(100)))
    statement = rng.choice((
        f"DROP TABLE {table}",
        f"DELETE FROM {table}",
        f"ALTER TABLE {table} RENAME TO other",
        f"PRAGMA user_version = {number % 2**31}",
        f"UPDATE journal SET number = number + {number}",
        "UPDATE journal SET hash = x'00'",
        "UPDATE journal SET \"table\" = 'nothing'",
        "UPDATE local SET value = value || '?'",
        "DELETE FROM local WHERE key = 'venue'",
        "UPDATE person SET name = x'ff', venue_id = 7",
        "CREATE VIEW person2 AS SELECT * FROM person",
        "CREATE TRIGGER t AFTER INSERT ON journal BEGIN DELETE FROM person; END",
    ))  # fmt: skip
    with closing(database.bare(file, key)) as connection:
        try:
            connection.execute(statement)
        except driver.Error:
            return


@pytest.fixture
def backed_up(desk: Desk) -> Path:
    for number in range(5):
        desk.do(people.add, name=f"Orang {number}")
    made = backups.make(desk.engine, desk.folder).file
    desk.do(people.add, name="Sesudah")
    desk.close()
    return made


def tried(folder: Path, mutant: Path, tally: Counter[str]) -> None:
    key = database.read_key(folder)
    before = (folder / database.FILE).read_bytes()
    said: list[str] = []
    try:
        backups.preview(mutant, key)
        with closing(take(folder)):
            recovery.restore(folder, mutant)
    except Problem as problem:
        said = [problem.text, problem.hint]
    if said:
        assert all(said)
        assert (folder / database.FILE).read_bytes() == before, "refused, and changed all the same"
        assert not (folder / recovery.WORK).exists()
        tally["refused"] += 1
        return
    try:
        with closing(Desk.open(folder)) as desk:
            desk.check()
            desk.do(people.add, name="Goes on")
        tally["restored"] += 1
    except Problem:
        tally["restored, damage told"] += 1


def campaign(backup: Path, place: Path, count: int, make: Make, seed: int) -> Counter[str]:
    folder, rng, tally = backup.parents[1], random.Random(seed), Counter[str]()
    mutant, kept = place / "mutant.db", place / "kept"
    shutil.copytree(folder, kept)
    for number in range(count):
        shutil.copyfile(backup, mutant)
        make(mutant, rng)
        told = tally["refused"]
        tried(folder, mutant, tally)
        if tally["refused"] == told:
            shutil.rmtree(folder)
            shutil.copytree(kept, folder)
        assert sum(tally.values()) == number + 1
    return tally


@pytest.mark.parametrize("count", [1800, pytest.param(95_000, marks=pytest.mark.long)])
def test_bytes(backed_up: Path, tmp_path: Path, count: int) -> None:
    tally = campaign(backed_up, tmp_path, count, bytes_changed, 1)
    assert tally["refused"] > count // 2
    print(dict(tally))


@pytest.mark.parametrize("count", [200, pytest.param(5_000, marks=pytest.mark.long)])
def test_contents(backed_up: Path, tmp_path: Path, count: int) -> None:
    key = database.read_key(backed_up.parents[1])
    tally = campaign(backed_up, tmp_path, count, lambda file, rng: contents_changed(file, rng, key), 2)
    print(dict(tally))


def test_the_harness_finds_a_restore_that_does_not_look(
    backed_up: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "unfit", lambda _file, _key: "")
    with pytest.raises((AssertionError, driver.Error)):
        campaign(backed_up, tmp_path, 60, bytes_changed, 1)
