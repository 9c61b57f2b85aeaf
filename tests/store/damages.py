"""Kinds of damage that a venue's file can come to, chosen by a number: the same number is the same damage."""

import random
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

from venue_desk.store import database, identity, since

PAGE = 4096
KINDS = 27


def _log(folder: Path) -> Path:
    return folder / f"{database.FILE}-wal"


def _flip(file: Path, rng: random.Random, times: int) -> object:
    data = bytearray(file.read_bytes())
    for _ in range(times):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return file.write_bytes(data)


def _blank(file: Path, rng: random.Random, pages: int, content: bytes) -> None:
    data = bytearray(file.read_bytes())
    count = max(1, len(data) // PAGE)
    for _ in range(pages):
        at = rng.randrange(count) * PAGE
        data[at : at + PAGE] = (content * PAGE)[:PAGE]
    file.write_bytes(data)


def _shuffle(file: Path, rng: random.Random) -> None:
    data = bytearray(file.read_bytes())
    one, two = (rng.randrange(len(data) // PAGE) * PAGE for _ in range(2))
    data[one : one + PAGE], data[two : two + PAGE] = data[two : two + PAGE], data[one : one + PAGE]
    file.write_bytes(data)


def _cut(file: Path, rng: random.Random) -> None:
    data = file.read_bytes()
    file.write_bytes(data[: rng.randrange(len(data))])


def _statement(folder: Path, *statements: str) -> None:
    connection = database.connect(folder / database.FILE, database.read_key(folder))
    for statement in statements:
        connection.execute(statement)
    connection.close()


def _tables(folder: Path, rng: random.Random) -> str:
    table = rng.choice(("person", "mark", "journal", "stamp", "local", "course", "venue", "computer"))
    kind = rng.randrange(3)
    if kind == 0:
        _statement(folder, f"DROP TABLE {table}")
    elif kind == 1:
        _statement(folder, f"ALTER TABLE {table} RENAME TO other_{table}")
    else:
        _statement(folder, f"CREATE TABLE copy AS SELECT 1 AS one FROM {table}", f"DROP TABLE {table}",
                   f"ALTER TABLE copy RENAME TO {table}")  # fmt: skip
    return f"table {table} {kind}"


def _gone(*files: Path) -> None:
    for one in files:
        one.unlink()


def _each(*damages: Callable[[], object]) -> None:
    for damage in damages:
        damage()


def harm(folder: Path, number: int) -> str:
    """Do the damage of that number to a venue that is not open. Returns its name."""
    rng = random.Random(number)
    file, log, also = folder / database.FILE, _log(folder), folder / since.FILE
    kinds: list[tuple[str, Callable[[], object]]] = [
        ("one bit", lambda: _flip(file, rng, 1)),
        ("some bits", lambda: _flip(file, rng, rng.randrange(2, 40))),
        ("many bits", lambda: _flip(file, rng, 400)),
        ("first page", lambda: _blank_first(file, rng)),
        ("pages zeroed", lambda: _blank(file, rng, rng.randrange(1, 6), b"\0")),
        ("pages of noise", lambda: _blank(file, rng, rng.randrange(1, 6), rng.randbytes(64))),
        ("two pages swapped", lambda: _shuffle(file, rng)),
        ("cut short", lambda: _cut(file, rng)),
        ("empty", lambda: file.write_bytes(b"")),
        ("gone", file.unlink),
        ("noise", lambda: file.write_bytes(rng.randbytes(rng.randrange(1, 200_000)))),
        ("another program's file", lambda: file.write_bytes(b"SQLite format 3\0" + rng.randbytes(50_000))),
        ("a text", lambda: file.write_text("tanpa isi\n" * 500)),
        ("longer", lambda: file.write_bytes(file.read_bytes() + rng.randbytes(rng.randrange(1, 20_000)))),
        ("foreign tables", lambda: _tables(folder, rng)),
        ("log: one bit", lambda: _flip(log, rng, 1)),
        ("log: some bits", lambda: _flip(log, rng, 20)),
        ("log cut short", lambda: _cut(log, rng)),
        ("log gone", log.unlink),
        ("log of noise", lambda: log.write_bytes(rng.randbytes(60_000))),
        ("file and log", lambda: [_flip(one, rng, 20) for one in (file, log)]),
        ("an older file", lambda: shutil.copyfile(max((folder / "backups").iterdir()), file)),
        ("beside: some bits", lambda: _flip(also, rng, 8)),
        ("beside: gone, and the file", lambda: _gone(also, file)),
        (
            "beside: cut short, and the file",
            lambda: _each(partial(_cut, also, rng), partial(_blank_first, file, rng)),
        ),
        ("beside: some bits, and file and log", lambda: [_flip(one, rng, 12) for one in (also, file, log)]),
        ("file, log and writer gone", lambda: _gone(file, log, folder / identity.FILE)),
    ]
    assert len(kinds) == KINDS
    name, act = kinds[number % KINDS]
    act()
    return f"{number} {name}"


def _blank_first(file: Path, rng: random.Random) -> None:
    data = bytearray(file.read_bytes())
    length = rng.choice((16, 100, PAGE))
    data[:length] = rng.randbytes(length)
    file.write_bytes(data)
