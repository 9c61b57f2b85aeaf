"""Who writes: a random incarnation, kept in the database and in a small file beside it with its last number.

A database that is behind its file was restored from an older copy. It must not go on under the same name: its next
lines would carry numbers that the centre already knows with other contents.
"""

import contextlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, select, update
from sqlalchemy.orm import Session

from venue_desk.store.local import set_local
from venue_desk.store.records import Base, Computer, new_id, venue_of

FILE = "venue-desk.writer"
BEFORE = "venue-desk.writer.before"


def note(file: str, writer: str, number: int, salt: str = "") -> None:
    """Keep the last number in the file beside the database. Not forced to disk: a file that lags does no harm.

    So a disk that refuses it is no failure: what it notes is saved already. ``salt`` is how the database begins:
    without it no page of a file that lost its first one could be told to be whole.
    """
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.write(handle, f"{writer} {number:>12} {salt}\n".encode("ascii"))
        finally:
            os.close(handle)
    except OSError:
        return


def noted(folder: Path, file: str = FILE) -> tuple[str, int] | None:
    """The writer and its last number as noted beside the database; None where nothing readable is there."""
    try:
        writer, last = (folder / file).read_text("ascii").split()[:2]
        return writer, int(last)
    except (OSError, ValueError):
        return None


def salts(folder: Path) -> set[bytes]:
    """How the database began, as far as it was noted."""
    found: set[bytes] = set()
    for name in (FILE, BEFORE):
        with contextlib.suppress(OSError, ValueError):
            found.update(bytes.fromhex(word) for word in (folder / name).read_text("ascii").split()[2:3])
    return found


def remember(folder: Path) -> None:
    """Keep the note aside that tells of changes which are gone, before a new writer's takes its place."""
    with contextlib.suppress(OSError):
        shutil.copyfile(folder / FILE, folder / BEFORE)


def promised(folder: Path) -> list[tuple[str, int]]:
    """All that was ever noted here of what must be there: now, and before changes were found to be gone."""
    found = [noted(folder), noted(folder, BEFORE)]
    return list(dict.fromkeys(one for one in found if one is not None))


def confirm(folder: Path, number: int, writer: str, renew: Callable[[], None]) -> None:
    """Call ``renew`` unless the file says that this database is the newest state of its writer."""
    last = noted(folder)
    if last is None or last[0] != writer or last[1] > number:
        renew()


def renew(session: Session) -> str:
    """A new writer with a letter of its own, so that no certificate number is ever given twice."""
    writer = str(new_id())
    letters: set[str] = set(
        session.scalars(select(Computer.letter).where(Computer.venue_id == venue_of(session)))
    )
    set_local(session, "writer", writer)
    set_local(session, "letter", next_letter(letters))
    return writer


def next_letter(taken: set[str]) -> str:
    """The first of A … Z, AA … ZZ that no computer has."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    letters: list[str] = [*alphabet, *(a + b for a in alphabet for b in alphabet)]
    return next(letter for letter in letters if letter not in taken)


def move(connection: Connection, venue: str, to: str) -> None:
    """Let all rows belong to another venue."""
    for table in Base.metadata.sorted_tables if to != venue else ():
        if "venue_id" in table.columns:
            connection.execute(update(table).where(table.c.venue_id == venue).values(venue_id=to))
