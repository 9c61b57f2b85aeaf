"""Damaged files: whatever happens to the bytes, the answer is people or a Problem, soon."""

import random
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from venue_desk.domain.problem import Problem
from venue_desk.spreadsheets import files
from venue_desk.spreadsheets import people as lists

DATA = Path(__file__).parents[1] / "data/spreadsheets"
SEEDS = sorted(path for path in DATA.iterdir() if path.suffix in (".csv", ".xlsx", ".xls"))
SMALL = [path for path in SEEDS if path.stat().st_size < 20_000]


def flip(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def drop(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data) + 1)
    return data[:start] + data[start + chance.randrange(64) :]


def repeat(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data) + 1)
    piece = data[start : start + chance.randrange(64)]
    return data[:start] + piece * chance.randrange(200) + data[start:]


def insert(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data) + 1)
    strange = [
        b'"',
        b"\r",
        b"\n",
        b"\0",
        b"\xff\xfe",
        b";",
        b"\t",
        b"=",
        b"9" * 400,
        b"\xf0\x9f\x8c\xb8",
        b"'",
        b"--",
    ]
    return data[:start] + chance.choice(strange) + data[start:]


HARMS: list[Callable[[bytes, random.Random], bytes]] = [flip, cut, drop, repeat, insert]


def in_a_part(
    source: Path, target: Path, harm: Callable[[bytes, random.Random], bytes], chance: random.Random
) -> None:
    """Damage one part inside a workbook's zip, so that the damage gets past the zip."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        parts = old.namelist()
        hit = chance.choice([part for part in parts if part.endswith(".xml")])
        for part in parts:
            data = old.read(part)
            new.writestr(part, harm(data, chance) if part == hit else data)


def mutant(at: int, folder: Path) -> Path:
    chance = random.Random(at)
    source = chance.choice(SMALL)
    harm = chance.choice(HARMS)
    target = folder / f"mutan{source.suffix}"
    if source.suffix == ".xlsx" and zipfile.is_zipfile(source) and chance.random() < 0.7:
        in_a_part(source, target, harm, chance)
    else:
        target.write_bytes(harm(source.read_bytes(), chance))
    return target


def survive(rounds: range, folder: Path, *, apart: bool) -> None:
    for at in rounds:
        path = mutant(at, folder)
        start = time.monotonic()
        try:
            found = lists.understood(path.name, files.read(path, apart=apart))
        except Problem as problem:
            told = problem.text
        else:
            told = found.file
            wrong = [entry.nik for entry in found.entries if entry.nik and not entry.nik.isdigit()]
            assert not wrong, at
        assert told, at
        assert time.monotonic() - start < 5, at


def test_two_thousand_damaged_files(tmp_path: Path) -> None:
    # A process for each workbook would take minutes, so the same reading is done in this one.
    survive(range(2_000), tmp_path, apart=False)


def test_some_of_them_in_the_process_that_reads_for_the_desk(tmp_path: Path) -> None:
    survive(range(10_000, 10_040), tmp_path, apart=True)


@pytest.mark.long
def test_a_hundred_thousand_damaged_files(tmp_path: Path) -> None:
    survive(range(100_000, 200_000), tmp_path, apart=False)
