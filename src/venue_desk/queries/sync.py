"""Where this desk stands with the centre, and fields that two desks wrote differently."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.orm import Session

from venue_desk.language import _, ngettext
from venue_desk.queries.changes import Words
from venue_desk.queries.fields import field_name, noun
from venue_desk.store.bulk import read
from venue_desk.store.capture import encode, fields, kinds
from venue_desk.store.journal import head, tag
from venue_desk.store.local import local
from venue_desk.store.records import Computer, Conflict, Line, get, mine, venue_of

KEPT = "centre"  # local: Standing as JSON
TOKEN = "centre token"  # noqa: S105 - the name under which it is kept, inside the encrypted file
KEYS = "centre file keys"  # this desk's private keys for files on a stick
NEW_CODE = frozenset({"token", "revoked"})  # troubles that a new code from the centre ends
CALM = frozenset({"", "offline", "busy"})
CLOCK_OFF = 300  # seconds by which a clock may differ before a person is told

# Made once: each sync asks them several times of every writer.
_NEXT_WRITER = select(func.min(Line.writer)).where(
    Line.venue_id == bindparam("venue"), Line.writer > bindparam("writer")
)
_NEXT_BRANCH = select(func.min(Line.branch)).where(
    Line.venue_id == bindparam("venue"),
    Line.writer == bindparam("writer"),
    Line.branch > bindparam("branch"),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What this desk knows of its centre. Kept in this file alone.

    ``acknowledged``: per writer (and fork) the last number that the centre holds durably. ``cursor`` and ``at``: up
    to which of the centre's numbers its lines are here, and the beginning of that line's hash. ``keys``: the
    centre's public keys for files on a stick.
    """

    url: str
    device: str
    venue_name: str
    keys: dict[str, str] = field(default_factory=dict)
    epoch: str = ""
    cursor: int = 0
    at: str = ""
    acknowledged: dict[str, int] = field(default_factory=dict)
    backed: int = 0
    last: str | None = None  # local moment of the last sync that went well
    tried: str | None = None
    trouble: str = ""  # a code of TROUBLES, with details after a colon
    clock_off: int = 0  # seconds that this computer's clock is ahead of the centre's
    checked: str | None = None  # local moment at which all records were last compared
    repaired: int = 0  # how many tables' months a comparison found different, and fetched again
    repaired_at: str | None = None  # local moment of the last time
    repaired_what: list[str] = field(default_factory=list)  # table/month
    unlike: str = ""  # how the copies differed when fetching again did not help
    renewed: bool = False  # the centre was restored since: the stamps that it fixed are asked for once more
    removals: int = 0  # records that the centre would remove, while that waits for a person
    removals_allowed: int = 0
    removing: int = 0  # records that were removed here, while sending that waits for a person
    agreed: dict[str, int] = field(default_factory=dict)  # per writer: up to where that is settled

    def text(self) -> str:
        """As it is kept."""
        return json.dumps(asdict(self), sort_keys=True)


@dataclass(frozen=True, slots=True)
class Status:
    """The facts of the status line."""

    enrolled: bool
    waiting: int
    last: str | None
    online: bool | None
    trouble: str
    conflicts: int
    backup: str | None
    venue: str
    server: str
    clock: str
    removals: int
    removing: int = 0


@dataclass(frozen=True, slots=True)
class Version:
    """One of two versions of a field, in words."""

    value: str
    computer: str
    at: str


@dataclass(frozen=True, slots=True)
class Both:
    """A field that two desks wrote without knowing of each other."""

    id: str
    what: str  # the kind of record
    record: str  # its name
    field: str
    kept: Version
    lost: Version


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A computer of the venue."""

    id: str
    name: str
    letter: str
    since: str
    last: str | None  # moment of its last line here
    here: bool


def standing(session: Session) -> Standing | None:
    """What is known of the centre, or None before this desk is enrolled."""
    kept = local(session, KEPT)
    return read_standing(kept) if kept else None


def read_standing(kept: str) -> Standing:
    known = {name: value for name, value in json.loads(kept).items() if name in Standing.__dataclass_fields__}
    return Standing(**known)


def heads(connection: Connection, venue: str) -> dict[tuple[str, int], tuple[int, bytes]]:
    """The last line of every writer and fork: (writer, branch) to (number, hash). Costs one look a writer."""
    found: dict[tuple[str, int], tuple[int, bytes]] = {}
    writer: str | None = ""
    while True:
        writer = read(connection, _NEXT_WRITER, {"venue": venue, "writer": writer})[0][0]
        if writer is None:
            return found
        branch: int | None = 0
        while branch is not None:
            last = head(connection, venue, writer, branch)
            if last.number:
                found[writer, branch] = (last.number, last.hash)
            asked = {"venue": venue, "writer": writer, "branch": branch}
            branch = read(connection, _NEXT_BRANCH, asked)[0][0]


def waiting(session: Session, acknowledged: Mapping[str, int]) -> int:
    """How many changes the centre has not acknowledged."""
    return sum(
        max(0, number - acknowledged.get(tag(writer, branch), before(session, writer, branch)))
        for (writer, branch), (number, _hash) in heads(session.connection(), venue_of(session)).items()
    )


def before(session: Session, writer: str, branch: int) -> int:
    """The number before the first line of a fork; 0 for a writer's own chain."""
    if not branch:
        return 0
    first = session.scalar(
        select(func.min(Line.number)).where(
            Line.venue_id == venue_of(session), Line.writer == writer, Line.branch == branch
        )
    )
    return (first or 1) - 1


def status(session: Session) -> Status:
    """The facts of the status line, true at this moment."""
    known = standing(session)
    conflicts = session.scalar(
        select(func.count())
        .select_from(Conflict)
        .where(mine(session, Conflict), Conflict.settled_at.is_(None))
    )
    if known is None:
        return Status(False, 0, None, None, "", conflicts or 0, None, "", "", "", 0)
    return Status(
        True,
        waiting(session, known.acknowledged),
        known.last,
        None if known.tried is None else not known.trouble,
        # To be offline is nothing wrong.
        "" if known.trouble in CALM else trouble(known.trouble),
        conflicts or 0,
        None,
        known.venue_name,
        known.url,
        clock_words(known.clock_off),
        known.removals,
        known.removing,
    )


def trouble(code: str) -> str:
    """What went wrong last, in plain words; empty when nothing did."""
    name, _colon, detail = code.partition(":")
    words = {
        "": "",
        "offline": _("The centre cannot be reached at the moment; everything is saved here."),
        "busy": _("The centre was busy; it is tried again by itself."),
        "wrong": _("This address answers, but it is not a Venue Desk centre."),
        "revoked": _("The centre does not accept this computer any more: ask it for a new code."),
        "token": _(
            "This computer's key to the centre is gone from its keyring: enter a new code from the centre."
        ),
        "keyring": _(
            "The keyring of this computer is locked, and the key to the centre is in it: unlock it."
        ),
        "newer": _("The centre needs a newer release of Venue Desk on this computer."),
        "refused": _("The centre refused: {why}").format(why=detail),
        "damaged": _("What the centre sent could not be read, so nothing of it was taken over."),
        "removals": _("The other computers removed many records: look at them before they go here too."),
    }
    return words.get(name, words["refused"])


def clock_words(off: int) -> str:
    """A warning where this computer's clock differs from the centre's by more than five minutes."""
    if abs(off) <= CLOCK_OFF:
        return ""
    span = _span(abs(off))
    return (
        _("This computer's clock is {span} ahead: set it right.").format(span=span)
        if off > 0
        else _("This computer's clock is {span} behind: set it right.").format(span=span)
    )


def _span(seconds: int) -> str:
    minutes = seconds // 60
    if minutes < 120:
        return ngettext("{count} minute", "{count} minutes", minutes).format(count=minutes)
    hours = minutes // 60
    if hours < 48:
        return ngettext("{count} hour", "{count} hours", hours).format(count=hours)
    days = hours // 24
    if days < 730:
        return ngettext("{count} day", "{count} days", days).format(count=days)
    years = days // 365
    return ngettext("{count} year", "{count} years", years).format(count=years)


def both_versions(session: Session) -> list[Both]:
    """Every field that waits for a person to choose, newest first, in plain words."""
    rows = session.scalars(
        select(Conflict)
        .where(mine(session, Conflict), Conflict.settled_at.is_(None))
        .order_by(Conflict.found_at.desc(), Conflict.id)
    ).all()
    computers, words = _computers(session), Words(session)

    def version(row: Conflict, said: Mapping[str, Any], value: object) -> Version:
        name = computers.get(str(said.get("writer", ""))) or _("another computer")
        return Version(words.value(row.table, row.field, value), name, str(said.get("at", "")))

    return [
        Both(
            row.id,
            noun(row.table),
            words.record(row.table, row.row),
            field_name(row.table, row.field),
            version(row, row.kept, current(session, row)),
            version(row, row.lost, row.lost.get("value")),
        )
        for row in rows
    ]


def current(session: Session, row: Conflict) -> object:
    """What the field says now, as the journal writes it; None also where the record is gone."""
    kind = kinds().get(row.table)
    if kind is None or row.field not in fields(kind):
        return None
    record = get(session, kind, row.row)
    return None if record is None else encode(getattr(record, row.field))


def _computers(session: Session) -> dict[str, str]:
    """How each computer is called; with its letter where two are called alike."""
    rows = session.execute(
        select(Computer.id, Computer.name, Computer.letter).where(mine(session, Computer))
    ).all()
    names = [row.name for row in rows]
    return {row.id: f"{row.name} ({row.letter})" if names.count(row.name) > 1 else row.name for row in rows}


def desks(session: Session) -> list[DeskRow]:
    """The computers that write for this venue, this one first."""
    writer = str(session.info.get("writer", ""))
    rows = session.execute(
        select(Computer.id, Computer.name, Computer.letter, Computer.since).where(mine(session, Computer))
    ).all()
    found = []
    for row, name, letter, since in rows:
        last = session.scalar(
            select(Line.at)
            .where(Line.venue_id == venue_of(session), Line.writer == row)
            .order_by(Line.branch, Line.number.desc())
            .limit(1)
        )
        found.append(DeskRow(row, name, letter, since, last, row == writer))
    return sorted(found, key=lambda one: (not one.here, one.name, one.letter))


def replace_url(known: Standing, url: str) -> Standing:
    """The same standing with a centre that moved to another address."""
    return replace(known, url=url)
