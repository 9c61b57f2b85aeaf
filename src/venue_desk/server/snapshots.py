"""A venue's whole journal as a file of pieces, for a desk's first sync: resumable by range, told by its SHA-256.

A file is made for one state of a venue and is the same whichever process makes it, so another one may go on with it.
On the disk it is sealed with a key that only this process has: names in clear are nowhere but in the database.
"""

import base64
import hashlib
import secrets
import shutil
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from venue_desk.server.centre import Centre
from venue_desk.server.devices import Device, us_now
from venue_desk.server.giving import give
from venue_desk.server.ledger import venue_row
from venue_desk.sync.messages import BATCH, Answer, framed, pack

KEPT = 20  # files
BLOCK = 1 << 18  # bytes read at once


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One file: up to which line of the venue it goes, its size and its hash."""

    path: Path
    cursor: int
    size: int
    sha256: bytes
    key: bytes = field(repr=False)

    def read(self, start: int, end: int) -> Iterator[bytes]:
        """The bytes from ``start`` up to ``end``."""
        cipher = _cipher(self.key, start // 16)
        with self.path.open("rb") as file:
            file.seek(start - start % 16)
            skip, left = start % 16, end - start
            while left > 0:
                part = cipher.update(file.read(BLOCK))[skip:][:left]
                if not part:
                    return
                skip, left = 0, left - len(part)
                yield part


@dataclass(frozen=True, slots=True)
class Given:
    """What a request for a snapshot is answered with."""

    status: int
    headers: dict[str, str]
    body: Iterator[bytes]


class Snapshots:
    """Snapshots in a folder of their own, removed when the centre stops. One is made at a time."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._folder = Path(tempfile.mkdtemp(prefix="venue-desk-snapshots-"))
        self._lock = threading.Lock()
        self._made: OrderedDict[tuple[str, str, int], Snapshot] = OrderedDict()

    def close(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def give(self, device: Device, upto: int = 0, wanted: str = "", known: str = "") -> Given:
        """The file for a device, or the part that it lacks.

        ``upto``: the line up to which it began to fetch one; ``wanted`` and ``known`` are the headers Range and
        If-Range.
        """
        snapshot = self._snapshot(device.venue, upto)
        tag = f'"{snapshot.sha256.hex()}"'
        headers = {
            "ETag": tag,
            "Repr-Digest": f"sha-256=:{base64.b64encode(snapshot.sha256).decode()}:",
            "X-Cursor": str(snapshot.cursor),
            "Accept-Ranges": "bytes",
        }
        part = _range(wanted, snapshot.size) if known in ("", tag) else None
        if part is None:
            headers["Content-Length"] = str(snapshot.size)
            return Given(200, headers, snapshot.read(0, snapshot.size))
        start, end = part
        if start >= end:
            return Given(416, {"Content-Range": f"bytes */{snapshot.size}"}, iter(()))
        headers |= {
            "Content-Length": str(end - start),
            "Content-Range": f"bytes {start}-{end - 1}/{snapshot.size}",
        }
        return Given(206, headers, snapshot.read(start, end))

    def _snapshot(self, venue: str, upto: int) -> Snapshot:
        with self._centre.reading(venue) as connection:
            epoch, head = us_now(connection).epoch, venue_row(connection, venue).head
            last = upto if 0 < upto <= head else head
            with self._lock:
                name = (venue, epoch, last)
                if name not in self._made:
                    self._made[name] = self._make(connection, venue, epoch, last)
                self._made.move_to_end(name)
                while len(self._made) > KEPT:
                    _name, oldest = self._made.popitem(last=False)
                    with suppress(OSError):  # somebody still reads it
                        oldest.path.unlink()
                return self._made[name]

    def _make(self, connection: Connection, venue: str, epoch: str, last: int) -> Snapshot:
        """Piece by piece, so that a large venue takes no more memory than a small one."""
        path = self._folder / secrets.token_hex(16)
        key, sha256, size, cursor, more = secrets.token_bytes(32), hashlib.sha256(), 0, 0, True
        cipher = _cipher(key, 0)
        with path.open("wb") as file:
            while more:
                given = give(connection, venue, cursor, last, {}, BATCH)
                cursor, more = given.cursor, given.more
                piece = framed(pack(Answer(epoch, 0, cursor, given.at, more, last, runs=given.runs)))
                sha256.update(piece)
                size += len(piece)
                file.write(cipher.update(piece))
        return Snapshot(path, last, size, sha256.digest(), key)


def _cipher(key: bytes, block: int) -> Any:
    """What seals and opens a file from one of its blocks of 16 bytes on; each file has a key of its own."""
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import AES256
    from cryptography.hazmat.primitives.ciphers.modes import CTR

    return Cipher(AES256(key), CTR(block.to_bytes(16, "big"))).encryptor()


def _range(wanted: str, size: int) -> tuple[int, int] | None:
    """From where to where, of ``bytes=10-``, ``bytes=10-20`` or ``bytes=-20``; None for the whole."""
    unit, _sep, span = wanted.partition("=")
    first, dash, last = span.strip().partition("-")
    numbers = [text for text in (first, last) if text]
    if unit.strip() != "bytes" or not dash or not numbers:
        return None
    if any(not (text.isascii() and text.isdigit() and len(text) < 16) for text in numbers):
        return None
    if not first:
        return max(0, size - int(last)), size
    return int(first), min(size, int(last) + 1) if last else size
