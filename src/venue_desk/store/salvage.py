"""Reading what is left in a damaged file: its journal, line by line, around what cannot be read any more."""

import json
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from struct import pack, unpack_from
from typing import Any

import sqlcipher3.dbapi2 as driver
from sqlalchemy import JSON, Boolean, Engine

from venue_desk.store import database, identity, pages, since
from venue_desk.store.capture import Values, fields, kinds, table_of
from venue_desk.store.journal import Entry, head
from venue_desk.store.merge import Arrival
from venue_desk.store.records import Line
from venue_desk.store.stamps import RowState

_LEAP = 1 << 22  # rows beyond the last readable one that are still looked for
_HEADER, _FRAME = 32, 24  # bytes of SQLite's log: at its start, and before each page


@dataclass(slots=True)
class Found:
    """What could be read: lines by hash; records; what the file kept for itself."""

    lines: dict[bytes, Arrival] = field(default_factory=dict)
    places: set[tuple[str, int, int]] = field(default_factory=set)  # writer, branch, number of the lines
    rows: dict[tuple[str, str, str], Values] = field(default_factory=dict)  # by venue, table, id
    stamps: dict[tuple[str, str, str], int] = field(default_factory=dict)  # the newest stamp of each row
    local: dict[str, str] = field(default_factory=dict)

    def add(self, line: Mapping[str, Any]) -> None:
        """Take a row of the journal's table, unless it is here or its place is taken by what was read before."""
        try:
            entry = Entry(**{name: line[name] for name in Entry.__slots__})
            arrival = Arrival(entry, int(line["effective"]), line["position"], int(line["branch"]))
        except (TypeError, ValueError, KeyError):
            return
        place = (entry.writer, arrival.branch, entry.number)
        if entry.hash not in self.lines and place not in self.places:
            self.lines[entry.hash] = arrival
            self.places.add(place)


def read(folder: Path, key: str) -> Found:
    """All that can be read of a folder's database, its log and what stands beside it; nothing of them is touched.

    Raises OSError on a full disk.
    """
    found = Found()
    file, log = _content(folder / database.FILE), _content(folder / f"{database.FILE}-wal")
    if file:
        _read_tables(file, log, key, found)
    # What was written beside the database is read before its pages: those may hold what was never committed.
    for venue, kept, lines in since.read(folder, key):
        for line in lines:
            found.add(line)
        found.local.update({name: value for name, value in kept.items() if value is not None})
        found.local["venue"] = venue
    venues: list[str] = []
    whole = pages.read(file, log, key, identity.salts(folder))
    names = [column.name for column in Line.__table__.columns]
    for row in pages.rows(whole, len(names), old=True):
        line = dict(zip(names, row, strict=True))
        if isinstance(line["hash"], bytes) and len(line["hash"]) == 32:
            found.add(line)
            venues.append(line["venue_id"])
    for name, value in pages.rows(whole, 2):
        if isinstance(name, str) and isinstance(value, str):
            found.local.setdefault(name, value)
    if venues:
        found.local.setdefault("venue", venues[0])
    return found


def _content(file: Path) -> bytes:
    return file.read_bytes() if file.is_file() else b""


def _read_tables(file: bytes, log: bytes, key: str, found: Found) -> None:
    """Through SQLite, as far as it finds its way."""
    with tempfile.TemporaryDirectory(prefix="venue-desk-") as place:
        copy = Path(place) / database.FILE
        copy.write_bytes(file)
        if log:
            copy.with_name(f"{copy.name}-wal").write_bytes(mended(log))
        try:
            with closing(database.connect(copy, key)) as connection:
                _read_lines(connection, found)
                _read_local(connection, found)
                _read_rows(connection, found)
                _read_stamps(connection, found)
        except driver.Error:
            return


def chained(engine: Engine, venue: str, lines: Iterable[Arrival]) -> tuple[list[Arrival], list[Arrival]]:
    """The lines that go on from what is known, each writer's chain unbroken; and those after a gap.

    Of the latter those that the centre holds are left out: they come from there again.
    """
    ends: dict[tuple[str, int], tuple[int, bytes]] = {}
    on: list[Arrival] = []
    loose: list[Arrival] = []
    with engine.connect() as connection:
        for one in sorted(lines, key=lambda a: a.entry.number):
            entry, chain = one.entry, (one.entry.writer, one.branch)
            if chain not in ends:
                last = head(connection, venue, *chain)
                ends[chain] = (last.number, last.hash)
            number, hashed = ends[chain]
            if entry.number <= number:
                continue
            # A fork goes on from a line of the main chain.
            begins = one.branch > 0 and number == 0
            if begins or (entry.number == number + 1 and entry.chained(hashed) == entry.hash):
                on.append(one)
                ends[chain] = (entry.number, entry.hash)
            else:
                loose.append(one)
    on.sort(key=lambda a: (a.effective, a.entry.number))
    return on, [one for one in loose if one.position is None]


def _read_local(connection: Any, found: Found) -> None:
    try:
        found.local.update(connection.execute("SELECT key, value FROM local").fetchall())
    except driver.Error:
        return


def _read_lines(connection: Any, found: Found) -> None:
    columns = [column.name for column in Line.__table__.columns]
    listed = ", ".join(f"[{name}]" for name in columns)
    for row in _around(connection, f"SELECT rowid, {listed} FROM journal WHERE rowid"):  # noqa: S608
        found.add(dict(zip(columns, row[1:], strict=True)))


def _read_rows(connection: Any, found: Found) -> None:
    for name, kind in kinds().items():
        columns = table_of(kind).columns
        # In brackets: what stands in quotes and is no column would be taken for a text.
        listed = ", ".join(f"[{column.name}]" for column in columns)
        wanted = fields(kind)
        for row in _around(connection, f"SELECT rowid, {listed} FROM [{name}] WHERE rowid"):  # noqa: S608
            try:
                values = {c.name: _plain(c.type, v) for c, v in zip(columns, row[1:], strict=True)}
            except ValueError:
                continue
            key = (str(values["venue_id"]), name, str(values["id"]))
            found.rows[key] = {field: values[field] for field in wanted}


def _plain(kind: Any, value: Any) -> Any:
    """A column's value as the driver reads it, as the journal writes it."""
    if isinstance(kind, JSON) and isinstance(value, str):
        return json.loads(value)
    return bool(value) if isinstance(kind, Boolean) and value is not None else value


def _read_stamps(connection: Any, found: Found) -> None:
    query = "SELECT rowid, [venue_id], [table], [row], [fields] FROM stamp WHERE rowid"
    for _rowid, venue, table, row, text in _around(connection, query):
        try:
            found.stamps[venue, table, row] = RowState.load(text, None).latest()
        except (ValueError, TypeError, KeyError):
            continue


def _around(connection: Any, query: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a query by rowid, going round those on pages that cannot be read."""
    last, step = 0, 1
    while step < _LEAP:
        try:
            for row in connection.execute(f"{query} > ? ORDER BY rowid", (last + step - 1,)):
                if step > 1:
                    # Back to what was leapt over.
                    for missed in range(last + 1, row[0]):
                        yield from _one(connection, query, missed)
                last, step = row[0], 1
                yield row
            return
        except driver.Error:
            step *= 2
    return


def _one(connection: Any, query: str, row: int) -> Iterator[tuple[Any, ...]]:
    try:
        yield from connection.execute(f"{query} = ?", (row,)).fetchall()
    except driver.Error:
        return


def mended(log: bytes) -> bytes:
    """SQLite's log with its checksums made anew, so that what comes after a damaged place can be read too.

    Each page in it is guarded by the cipher as well, so a damaged page is noticed all the same.
    """
    if len(log) < _HEADER:
        return log
    size = unpack_from(">I", log, 8)[0]
    if size not in {1 << n for n in range(9, 17)}:
        size = 4096
    big = bool(log[3] & 1)
    made = bytearray(pack(">IIII", 0x377F0682 | big, 3007000, size, 0) + log[16:24])
    salt = bytes(made[16:24])
    sums = _sums(bytes(made[:24]), (0, 0), big)
    made += pack(">II", *sums)
    whole = range(_HEADER, len(log) - _FRAME - size + 1, _FRAME + size)
    ours = [at for at in whole if log[at + 8 : at + 16] == salt]
    for at in whole:
        if not ours or at > ours[-1]:
            break
        head, page = log[at : at + 8], log[at + _FRAME : at + _FRAME + size]
        sums = _sums(page, _sums(head, sums, big), big)
        made += head + salt + pack(">II", *sums) + page
    return bytes(made)


def _sums(data: bytes, sums: tuple[int, int], big: bool) -> tuple[int, int]:
    one, two = sums
    words = memoryview(data).cast("I") if big == (sys.byteorder == "big") else None
    values = (
        list(words) if words is not None else unpack_from(f"{'>' if big else '<'}{len(data) // 4}I", data)
    )
    for at in range(0, len(values), 2):
        one = (one + values[at] + two) & 0xFFFFFFFF
        two = (two + values[at + 1] + one) & 0xFFFFFFFF
    return one, two
