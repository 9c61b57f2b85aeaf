"""A desk's first sync: one file with all of the venue's lines, fetched in parts and applied in pieces.

Parts are kept in the encrypted database, so nothing of them lies on the disk in clear, and fetching goes on after a
cut or a stop; nothing is applied before the whole is what the centre says that it is. What came after the file was
made comes by the sync that follows.
"""

import base64
import hashlib
import json
from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from venue_desk.language import _, number
from venue_desk.queries.sync import standing
from venue_desk.store.desk import Desk
from venue_desk.store.local import local, set_local
from venue_desk.store.migrations import SCHEMA
from venue_desk.store.records import Line, Part, venue_of
from venue_desk.sync.exchange import accept
from venue_desk.sync.messages import LARGEST_SENT, Answer, Request
from venue_desk.sync.reading import Malformed, unpack
from venue_desk.sync.wire import Trouble, download

if TYPE_CHECKING:
    import httpx

KEPT = "snapshot"  # local: Fetching as JSON
PART = 1 << 17  # bytes that are kept at once
LARGEST_FILE = 1 << 30  # bytes

Progress = tuple[float | None, str]


@dataclass(frozen=True, slots=True)
class Fetching:
    """A file that is being fetched or applied: which one it is, and up to which byte it is applied."""

    sha256: str
    size: int
    cursor: int
    applied: int = 0

    def text(self) -> str:
        return json.dumps(asdict(self))


@dataclass(frozen=True, slots=True)
class Fetched:
    """How many lines came, and how many bytes that took."""

    lines: int = 0
    bytes: int = 0


def fetch(desk: Desk, client: "httpx.Client", token: str) -> Generator[Progress, None, Fetched]:
    """Fetch and apply a snapshot where this desk has nothing of its venue yet, or go on with one.

    Raises Trouble; what came is kept then.
    """
    begun, got, fresh = desk.ask(_standing)
    if begun is None and not fresh:
        return Fetched()
    amount = 0
    if begun is None or begun.applied == 0:
        if not fresh:  # a stick brought what the file would have
            desk.keep(_forget)
            return Fetched()
        for _try in range(2):
            begun, came = yield from _download(desk, client, token, begun, got)
            amount += came
            if begun is None or desk.ask(_sha256) == begun.sha256:
                break
            desk.keep(_forget)
            begun, got = None, 0
    lines = 0
    if begun is not None:
        lines = yield from _apply(desk, begun)
        desk.keep(_forget)
    return Fetched(lines, amount)


def _download(
    desk: Desk, client: "httpx.Client", token: str, begun: Fetching | None, got: int
) -> Generator[Progress, None, tuple[Fetching | None, int]]:
    """Fetch what lacks. Returns what is there then, None where the centre has no such file, and the bytes."""
    came = 0
    if begun is not None and got == begun.size:
        return begun, came
    headers: dict[str, str] = {}
    params: dict[str, str] = {}
    if begun is not None:
        headers = {"Range": f"bytes={got}-", "If-Range": f'"{begun.sha256}"'}
        params = {"upto": str(begun.cursor)}
    with download(client, "snapshot", token, headers, params) as answer:
        if answer is None:
            return None, came
        if answer.status_code != 206 or begun is None:
            begun, got = _told(answer), 0
            if begun is None:
                return None, came
            desk.keep(_begin, begun)
        buffer = bytearray()
        try:
            for part in answer.iter_bytes():
                buffer += part
                came += len(part)
                if got + len(buffer) > begun.size:
                    buffer.clear()
                    desk.keep(_forget)
                    raise Trouble("damaged")
                if len(buffer) >= PART:
                    yield _share(got + len(buffer), begun)
                    got = desk.keep(_add, got, bytes(buffer))
                    buffer.clear()
        finally:
            # Also what came before a cut: it need not come again.
            if buffer:
                got = desk.keep(_add, got, bytes(buffer))
    if got < begun.size:
        raise Trouble("offline")
    return begun, came


def _told(answer: "httpx.Response") -> Fetching | None:
    """Which file the centre gives; None where it does not say, as older ones."""
    try:
        kind, _sep, digest = answer.headers["Repr-Digest"].partition("=:")
        sha256 = base64.b64decode(digest.rstrip(":"), validate=True)
        size, cursor = int(answer.headers["Content-Length"]), int(answer.headers["X-Cursor"])
    except (KeyError, ValueError):
        return None
    known = kind == "sha-256" and len(sha256) == 32 and 0 < size <= LARGEST_FILE and cursor >= 0
    return Fetching(sha256.hex(), size, cursor) if known else None


def _share(got: int, begun: Fetching) -> Progress:
    return (
        got / begun.size / 2,
        _("Fetching the venue's records: {done} of {all} MB").format(
            done=number(got / 1e6, 1), all=number(begun.size / 1e6, 1)
        ),
    )


def _apply(desk: Desk, begun: Fetching) -> Generator[Progress, None, int]:
    """Take over piece after piece, each whole and durable. Returns how many lines came."""
    lines = 0
    for piece, end in _pieces(desk, begun.applied):
        answer = unpack(piece, Answer)
        also = {KEPT: replace(begun, applied=end).text()}
        accept(desk, _nothing(desk), answer, by_file=True, also=also)
        lines += sum(len(run.entries) for run in answer.runs)
        yield 0.5 + end / begun.size / 2, _("Taking over the venue's records")
    return lines


def _nothing(desk: Desk) -> Request:
    """What a piece answers to: it was asked for nothing and told nothing."""
    known = desk.ask(standing)
    assert known is not None
    return Request(desk.writer, "", SCHEMA, known.epoch, known.cursor, known.at, 0)


def _pieces(desk: Desk, start: int) -> Iterator[tuple[bytes, int]]:
    """Each piece from a byte on, and at which byte it ends. Raises Malformed."""
    buffer, end = bytearray(), 0
    for part in _parts(desk):
        end += len(part)
        buffer += part[max(0, len(part) - (end - start)) :] if end > start else b""
        while len(buffer) >= 4:
            length = int.from_bytes(buffer[:4], "big")
            if length > LARGEST_SENT:
                raise Malformed("piece")
            if len(buffer) < 4 + length:
                break
            piece = bytes(buffer[4 : 4 + length])
            del buffer[: 4 + length]
            start += 4 + length
            yield piece, start
    if buffer:
        raise Malformed("piece")


def _parts(desk: Desk) -> Iterator[bytes]:
    place = 0
    while (part := desk.ask(_part, place)) is not None:
        yield part
        place += 1


# -- kept in this file alone


def _standing(session: Session) -> tuple[Fetching | None, int, bool]:
    """What was begun, how many bytes of it are here, and whether nothing of the venue is."""
    kept, known = local(session, KEPT), standing(session)
    if kept is None and known is not None and known.cursor:
        return None, 0, False
    begun = Fetching(**json.loads(kept)) if kept else None
    got = session.scalar(select(func.sum(func.length(Part.data)))) or 0
    ours = select(Line.number).where(Line.venue_id == venue_of(session), Line.position.is_not(None)).limit(1)
    fresh = known is not None and known.cursor == 0 and session.scalar(ours) is None
    return begun, got, fresh


def _begin(session: Session, begun: Fetching) -> None:
    session.execute(delete(Part))
    set_local(session, KEPT, begun.text())


def _add(session: Session, got: int, data: bytes) -> int:
    """Keep the next part. Returns how many bytes are here."""
    place = session.scalar(select(func.count()).select_from(Part)) or 0
    session.execute(insert(Part).values(number=place, data=data))
    return got + len(data)


def _part(session: Session, place: int) -> bytes | None:
    return session.scalar(select(Part.data).where(Part.number == place))


def _sha256(session: Session) -> str:
    found = hashlib.sha256()
    rows: Any = session.scalars(select(Part.data).order_by(Part.number).execution_options(yield_per=8))
    for part in rows:
        found.update(part)
    return found.hexdigest()


def _forget(session: Session) -> None:
    session.execute(delete(Part))
    set_local(session, KEPT, None)
