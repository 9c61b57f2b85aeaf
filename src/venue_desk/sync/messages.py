"""What desk and centre say to each other: typed once, for both ends, over the wire and on a stick alike.

A message is lines of JSON, compressed: a header, then one array for each column of the journal's lines that it
carries. Columns of equal things compress better than rows, and parse faster. Hashes do not travel but for the last
of a run: the receiver chains the lines again, which checks every one of them.
"""

from dataclasses import dataclass, field, fields
from itertools import pairwise
from typing import Any

from venue_desk.store.capture import dump
from venue_desk.store.journal import Entry

PROTOCOL = 1
BATCH = 1_000_000  # bytes of lines in one message, before compression; one action is never cut
LARGEST = 64_000_000  # bytes of a message, before compression: an action of 100,000 lines
LARGEST_SENT = 16_000_000  # bytes as sent
ACROSS = 16  # hexadecimal digits of a hash that are enough to compare with


@dataclass(frozen=True, slots=True)
class Run:
    """Lines of one writer (and fork) that follow each other, after the line whose hash is ``previous``.

    ``position`` is the centre's number of the first, 0 where it has none yet; ``effective`` are the stamps that
    decide, empty where the centre has not fixed others than the lines' own.
    """

    writer: str
    branch: int
    first: int
    previous: bytes
    entries: list[Entry]
    position: int = 0
    effective: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Lists:
    """What the centre says to all venues and changed after version ``since``, up to ``last``; ``more`` follows.

    ``entries``: kind, key, version, value (None: it is gone). From ``since`` 0 on it is all there is.
    """

    since: int
    last: int
    more: bool
    entries: list[tuple[str, str, int, dict[str, Any] | None]]


@dataclass(frozen=True, slots=True)
class Request:
    """What a desk says: where it stands with every writer, and lines that the centre may not have.

    ``have``: per writer the last number held and the beginning of its hash. ``at``: the same of the line at the
    cursor. ``clock``: milliseconds. ``compare``: something moved, so the two copies are to be compared at the end.
    ``digest``: of the records, by table and month, read anew, where they were not alike. ``again``: tables and
    months to be sent whole. ``reference``: up to which version it has what is said to all venues; None: it wants none.
    """

    writer: str
    letter: str
    schema: int
    epoch: str
    cursor: int
    at: str
    clock: int
    have: dict[str, tuple[int, str]] = field(default_factory=dict)
    compare: bool = False
    digest: dict[str, str] | None = None
    again: list[str] = field(default_factory=list)
    reference: int | None = None
    runs: list[Run] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the centre says.

    ``acknowledged``: per writer that the desk named, the last number durably held and its hash, where they differ
    from what the desk holds. ``results``: of the lines sent, in order, as (result, how many, why), where a result is
    accepted, duplicate, held (for a later release), quarantined, branched or gap (offer from before). ``stamps``:
    (which of the lines sent, effective stamp) where the centre fixed another than the line's own. ``forks``:
    (writer, branch as the desk calls it, first number, branch that these lines are here). ``backed``: the highest
    position in a backup.
    ``summary``: a digest of all records here when nothing more is to come, empty where it was not asked for.
    ``differs``: tables and months whose digest is another here. ``reference``: what is new for all venues.
    """

    epoch: str
    now: int
    cursor: int
    at: str
    more: bool
    head: int
    letter: str = ""
    backed: int = 0
    acknowledged: dict[str, tuple[int, str]] = field(default_factory=dict)
    results: list[tuple[str, int, str]] = field(default_factory=list)
    stamps: list[tuple[int, int]] = field(default_factory=list)
    forks: list[tuple[str, int, int, int]] = field(default_factory=list)
    summary: str = ""
    differs: list[str] | None = None
    reference: Lists | None = None
    runs: list[Run] = field(default_factory=list)

    @property
    def goes_on(self) -> bool:
        """Whether more waits at the centre: lines of the venue, or of what is said to all."""
        return self.more or (self.reference is not None and self.reference.more)


def short(hashed: bytes) -> str:
    """As much of a hash as is compared across the wire."""
    return hashed.hex()[:ACROSS]


def size(entry: Any) -> int:
    """About how many bytes an entry, or a row of the journal, takes in a message."""
    return 150 + sum(len(text) for text in (entry.before, entry.after, entry.over) if text)


# -- writing


def pack(message: Request | Answer) -> bytes:
    """A message as it is sent."""
    import zstandard

    return zstandard.ZstdCompressor(level=3).compress(encode(message))


def framed(message: bytes) -> bytes:
    """A packed message as a piece of a snapshot: so long, and the message."""
    return len(message).to_bytes(4, "big") + message


def encode(message: Request | Answer) -> bytes:
    """A message as lines of JSON."""
    header: dict[str, Any] = {"protocol": PROTOCOL, "message": type(message).__name__}
    header |= {name.name: getattr(message, name.name) for name in fields(message) if name.name != "runs"}
    if isinstance(message, Answer) and message.reference is not None:
        lists = message.reference
        columns = [list(column) for column in zip(*lists.entries, strict=True)] or [[], [], [], []]
        header["reference"] = [lists.since, lists.last, lists.more, *columns]
    header["runs"] = [
        [
            run.writer,
            run.branch,
            run.first,
            len(run.entries),
            run.previous.hex(),
            run.entries[-1].hash.hex(),
            run.position,
            bool(run.effective),
        ]
        for run in message.runs
    ]
    lines = [dump(header)]
    entries = [entry for run in message.runs for entry in run.entries]
    if entries:
        stamps = [entry.stamp for entry in entries]
        lines.append(dump([stamps[0], *(b - a for a, b in pairwise(stamps))]))
        lines.extend(dump([getattr(entry, name) for entry in entries]) for name in COLUMNS)
        fixed = [
            e - entry.stamp
            for run in message.runs
            for e, entry in zip(run.effective or (e.stamp for e in run.entries), run.entries, strict=True)
        ]
        lines.append(dump(fixed if any(fixed) else []))
    return "\n".join(lines).encode()


COLUMNS = ("action", "name", "kind", "refers", "at", "table", "row", "before", "after", "over", "schema")
