"""What was written since the newest backups, once more: an encrypted file that each step is added to.

When the database is damaged or gone, a backup and this file are all of it. A step is durable in the database when it is
added here, so this file is not forced to disk: it lags by seconds where the power is cut, never by a damage.
"""

import contextlib
import hashlib
import json
import os
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from struct import pack, unpack_from
from typing import Any, cast

from sqlalchemy import Engine, Table, select

from venue_desk.store.identity import FILE as NOTE
from venue_desk.store.identity import note
from venue_desk.store.journal import line_values
from venue_desk.store.merge import Arrival
from venue_desk.store.records import Line

FILE = "venue-desk.since"
BEFORE = "venue-desk.since.before"
FULL = 2**20  # bytes at which, after a backup, another file is begun; only one older file is kept

_MARK = b"VDs\x01"
_HEAD = len(_MARK) + 4  # the mark and the length of what follows
_NONCE = 12
_LARGEST = 2**28
_SMALL = 4096  # bytes that are not worth compressing
_ENCODER = json.JSONEncoder(default=bytes.hex, separators=(",", ":"))

# On Windows a file would be taken for a text.
_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
_LINES = cast(Table, Line.__table__)
Lines = Sequence[Mapping[str, Any]]  # rows of the journal's table


class Since:
    """The file of one open desk; without a key nothing is written."""

    def __init__(self, file: Path, key: str) -> None:
        """``file`` is the database."""
        self._database, self._key = file, key
        self._place, self._writer = str(file.with_name(FILE)), str(file.with_name(NOTE))
        self._owed = b""  # what the disk refused
        self._cipher: Any = None
        self._salt = ""

    def note(self, writer: str, number: int) -> None:
        """Keep the last number of the writer beside the database; see ``identity.note``."""
        if self._key:
            if not self._salt:
                with contextlib.suppress(OSError), self._database.open("rb") as file:
                    self._salt = file.read(16).hex()
            note(self._writer, writer, number, self._salt)

    def add(self, venue: str, lines: Lines, kept: Mapping[str, str | None]) -> None:
        """Add a step: its lines, and what it changed of what the file keeps for itself."""
        if not self._key or not (lines or kept):
            return
        if self._cipher is None:
            self._cipher = _cipher(self._key)
        said = _ENCODER.encode([venue, kept, lines if isinstance(lines, list) else list(lines)]).encode()
        said = b"j" + said if len(said) < _SMALL else b"z" + zlib.compress(said, 1)
        nonce = os.urandom(_NONCE)
        sealed = nonce + self._cipher.encrypt(nonce, said, _MARK)
        frame = self._owed + _MARK + pack(">I", len(sealed)) + sealed
        # What the disk refuses is in the database all the same; it is added with the next step.
        self._owed = frame if len(frame) < _LARGEST else b""
        try:
            handle = os.open(self._place, _APPEND, 0o600)
            try:
                if os.write(handle, frame) == len(frame):
                    self._owed = b""
            finally:
                os.close(handle)
        except OSError:
            return


def lines_of(venue: str, arrivals: Sequence[Arrival], results: Sequence[str]) -> list[dict[str, Any]]:
    """The lines from elsewhere that were new, as rows of the journal's table."""
    return [
        line_values(
            venue, a.entry, a.entry.hash, effective=a.effective, position=a.position, branch=a.branch
        )
        for a, result in zip(arrivals, results, strict=True)
        if result != "duplicate"
    ]  # fmt: skip


def lines_after(engine: Engine, venue: str, writer: str, number: int) -> Lines:
    """A writer's own lines beyond a number."""
    wanted = (_LINES.c.venue_id == venue, _LINES.c.writer == writer, _LINES.c.branch == 0)
    with engine.connect() as connection:
        found = connection.execute(select(_LINES).where(*wanted, _LINES.c.number > number))
        return [dict(line) for line in found.mappings()]


def turn(folder: Path) -> None:
    """After a backup: begin another file where this one has grown."""
    with contextlib.suppress(OSError):
        if (folder / FILE).stat().st_size > FULL:
            (folder / FILE).replace(folder / BEFORE)


def read(folder: Path, key: str) -> Iterator[tuple[str, dict[str, str | None], list[dict[str, Any]]]]:
    """Each step that can be read, the oldest first: venue, what the file kept for itself, lines."""
    cipher = None
    for name in (BEFORE, FILE):
        try:
            data = (folder / name).read_bytes()
        except OSError:
            continue
        cipher = cipher or _cipher(key)
        at = data.find(_MARK)
        while at >= 0:
            step, end = _frame(cipher, data, at)
            if step is not None:
                yield step
            # After a damaged place it goes on at the next mark.
            at = data.find(_MARK, end)


def _frame(cipher: Any, data: bytes, at: int) -> tuple[Any, int]:
    """The step that begins here, None where it cannot be read, and where to look further."""
    from cryptography.exceptions import InvalidTag

    after = at + len(_MARK)
    if len(data) < at + _HEAD:
        return None, after
    begin = at + _HEAD
    end = begin + unpack_from(">I", data, after)[0]
    sealed = data[begin:end]
    if end > len(data) or len(sealed) < _NONCE:
        return None, after
    try:
        said = cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], _MARK)
        venue, kept, lines = json.loads(zlib.decompress(said[1:]) if said[:1] == b"z" else said[1:])
    except (InvalidTag, ValueError, zlib.error):
        return None, after
    for line in lines:
        line["hash"] = bytes.fromhex(line["hash"])
    return (venue, kept, lines), end


def _cipher(key: str) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    return ChaCha20Poly1305(hashlib.sha256(b"venue-desk since " + bytes.fromhex(key)).digest())
