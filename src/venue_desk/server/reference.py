"""What the centre says to all venues: the agency's catalogue, and lists that are gathered from the venues' records.

Every change gets the next version under one counter row, moved last, so whoever read up to a version has all before it.
What a venue's records say is computed whole and compared with what was said before: nothing needs to be remembered of
how it came about, and a stop between a venue's lines and this loses nothing, because the venue stays due.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, cast

from sqlalchemy import Connection, Table, bindparam, func, insert, select, update

from venue_desk.domain import catalogue
from venue_desk.domain.courses import ENROLLED, LEFT
from venue_desk.domain.people import Someone
from venue_desk.domain.reference import KEY, SERIES, TRADE, TURN, VOID, trade_kept
from venue_desk.domain.seal import key_id
from venue_desk.domain.turns import new_secret, series_key, turns
from venue_desk.server.tables import CENTRE, LEDGER
from venue_desk.store.bulk import chunks
from venue_desk.store.records import (
    VENUE_ROW,
    Certificate,
    Course,
    Enrolment,
    Person,
    Reference,
    SigningKey,
    Venue,
)
from venue_desk.sync.messages import Lists

TABLE = cast(Table, Reference.__table__)
COUNTER = "reference"  # of the centre's own values: the version given last
# What a venue's part of the lists is made of: a message with none of these makes nothing due.
SOURCES = frozenset({"venue", "signing_key", "certificate", "course", "enrolment", "person"})
A_PART = 2000  # entries in one message

Entry = tuple[str, str, dict[str, Any] | None]  # kind, key, value


def change(connection: Connection, entries: Sequence[Entry], source: str | None = None) -> int:
    """Say what is new or another: None removes. Returns how many entries changed.

    What another source said first stays its own: a venue cannot claim the key of another one.
    """
    version = _locked(connection)
    there = _there(connection, entries)
    changed = []
    for kind, key, value in entries:
        row = there.get((kind, key))
        if row is None:
            differs = value is not None
        elif row.source != source and row.value is not None:
            differs = source is None
        else:
            differs = row.value != value
        if differs:
            version += 1
            changed.append({"kind": kind, "key": key, "version": version, "value": value, "source": source})
    if not changed:
        return 0
    fresh = [row for row in changed if (row["kind"], row["key"]) not in there]
    if fresh:
        connection.execute(insert(TABLE), fresh)
    other = [
        {**row, "_kind": row["kind"], "_key": row["key"]}
        for row in changed
        if (row["kind"], row["key"]) in there
    ]
    if other:
        where = (TABLE.c.kind == bindparam("_kind"), TABLE.c.key == bindparam("_key"))
        values: dict[str, Any] = {name: bindparam(name) for name in ("version", "value", "source")}
        connection.execute(update(TABLE).where(*where).values(values), other)
    connection.execute(update(CENTRE).where(CENTRE.c.key == COUNTER).values(value=str(version)))
    return len(changed)


def _locked(connection: Connection) -> int:
    """The version given last, when nobody else gives one until this transaction ends."""
    wanted = select(CENTRE.c.value).where(CENTRE.c.key == COUNTER).with_for_update()
    return int(connection.execute(wanted).scalar_one())


def _there(connection: Connection, entries: Iterable[Entry]) -> dict[tuple[str, str], Any]:
    found: dict[tuple[str, str], Any] = {}
    wanted: dict[str, list[str]] = {}
    for kind, key, _value in entries:
        wanted.setdefault(kind, []).append(key)
    for kind, keys in wanted.items():
        for some in chunks(keys, 500):
            rows = connection.execute(select(TABLE).where(TABLE.c.kind == kind, TABLE.c.key.in_(some)))
            found |= {(row.kind, row.key): row for row in rows}
    return found


def entries(connection: Connection, kind: str) -> dict[str, dict[str, Any]]:
    """What is said now of one kind, by key."""
    rows = connection.execute(
        select(TABLE.c.key, TABLE.c.value)
        .where(TABLE.c.kind == kind, TABLE.c.value.is_not(None))
        .order_by(TABLE.c.key)
    )
    return {row.key: row.value for row in rows}


def seed(connection: Connection) -> None:
    """Begin with the trades that every release brings along; once, and never over what the agency wrote."""
    if connection.scalar(select(CENTRE.c.value).where(CENTRE.c.key == COUNTER)) is not None:
        return
    connection.execute(insert(CENTRE), {"key": COUNTER, "value": "0"})
    shipped = enumerate(catalogue.trades(), 1)
    change(connection, [(TRADE, one.code, trade_kept(one, position)) for position, one in shipped])


def part(connection: Connection, venue: str, since: int, last: int) -> Lists:
    """What changed after version ``since`` up to ``last``, or as much of it as one message takes.

    What came from the venue itself is not said back to it: its computers have the records. But its keys are: only so
    do they hear that the agency withdrew one.
    """
    wanted = (
        select(TABLE.c.kind, TABLE.c.key, TABLE.c.version, TABLE.c.value)
        .where(TABLE.c.version > since, TABLE.c.version <= last)
        .where(TABLE.c.source.is_distinct_from(venue) | (TABLE.c.kind == KEY))
        .order_by(TABLE.c.version)
        .limit(A_PART + 1)
    )
    if not since:
        wanted = wanted.where(TABLE.c.value.is_not(None))
    rows = [tuple(row) for row in connection.execute(wanted)]
    more = len(rows) > A_PART
    rows = rows[:A_PART]
    return Lists(since, rows[-1][2] if more else last, more, rows)


def withdraw_key(connection: Connection, name: str, on: date | None) -> int:
    """Withdraw a signing key on the agency's own word, or (None) take that back. Returns 1, or 0 for no such key.

    The venue's records cannot undo it.
    """
    row = _there(connection, [(KEY, name, None)]).get((KEY, name))
    if row is None or row.value is None:
        return 0
    value = {**row.value, "withdrawn": on.isoformat() if on else None}
    change(connection, [(KEY, name, _key_value(value, value.get("own")))], row.source)
    return 1


def _key_value(value: Mapping[str, Any], own: str | None) -> dict[str, Any]:
    """A key with the earlier of the days on which its venue and the agency withdrew it."""
    days = [day for day in (own, value.get("withdrawn")) if day]
    return {**value, "own": own, "revoked_on": min(days, default=None)}


# -- gathered from a venue's records


def gather(connection: Connection, venue: str) -> int:
    """Say what a venue's records add to the lists now. Returns how many entries changed; the caller commits.

    Nobody writes in the venue meanwhile. A series that is new makes the other venues due: they may have courses of it.
    """
    head = connection.scalar(select(LEDGER.c.head).where(LEDGER.c.venue_id == venue).with_for_update())
    registered = _register(connection, venue)
    if registered:
        connection.execute(update(LEDGER).where(LEDGER.c.venue_id != venue).values(gathered=0))
    before = {
        (row.kind, row.key): row.value
        for row in connection.execute(
            select(TABLE.c.kind, TABLE.c.key, TABLE.c.value).where(
                TABLE.c.source == venue, TABLE.c.value.is_not(None)
            )
        )
    }
    said = {(kind, key): value for kind, key, value in _said(connection, venue, before)}
    differing: list[Entry] = [(*name, value) for name, value in said.items() if before.get(name) != value]
    differing += [(*name, None) for name in before if name not in said]
    changed = change(connection, differing, venue) if differing else 0
    connection.execute(update(LEDGER).where(LEDGER.c.venue_id == venue).values(gathered=head))
    return changed + registered


def _register(connection: Connection, venue: str) -> int:
    """Series that a venue holds once per person and that nobody named yet. Returns how many."""
    named = connection.scalars(
        select(Course.series)
        .where(Course.venue_id == venue, Course.once_per_person, Course.series != "")
        .distinct()
    ).all()
    wanted = {key: name for name in sorted(named) if (key := series_key(name))}
    known = _there(connection, [(SERIES, key, None) for key in wanted])
    new: list[Entry] = [
        (SERIES, key, {"name": " ".join(name.split()), "once": True, "secret": new_secret()})
        for key, name in wanted.items()
        if (SERIES, key) not in known
    ]
    return change(connection, new) if new else 0


def _said(
    connection: Connection, venue: str, before: Mapping[tuple[str, str], Any]
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    name = connection.scalar(select(Venue.name).where(Venue.venue_id == venue, Venue.id == VENUE_ROW))
    issuer = name or connection.scalar(select(LEDGER.c.name).where(LEDGER.c.venue_id == venue)) or ""
    for key in connection.execute(
        select(SigningKey.id, SigningKey.public, SigningKey.revoked_on).where(SigningKey.venue_id == venue)
    ):
        if _is_key(key.id, key.public):
            said = {"public": key.public, "issuer": issuer, "venue": venue}
            withdrawn = (before.get((KEY, key.id)) or {}).get("withdrawn")
            yield KEY, key.id, _key_value({**said, "withdrawn": withdrawn}, _iso(key.revoked_on))
    for void in connection.execute(
        select(Certificate.number, func.min(Certificate.voided_on).label("on"))
        .where(Certificate.venue_id == venue, Certificate.voided_on.is_not(None))
        .group_by(Certificate.number)
    ):
        yield VOID, f"{venue}/{void.number}", {"on": _iso(void.on)}
    yield from _turns(connection, venue)


def _is_key(name: str, public: str) -> bool:
    """Whether a key is what its name says: nobody can put another one under it."""
    try:
        data = bytes.fromhex(public)
    except ValueError:
        return False
    return len(data) == 32 and key_id(data) == name


def _turns(connection: Connection, venue: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Who took part in a series that is once per person, as digests."""
    secrets = {
        key: str(value["secret"]) for key, value in entries(connection, SERIES).items() if value.get("secret")
    }
    if not secrets:
        return
    rows = connection.execute(
        select(Course.series, Person.id, Person.name, Person.nik, Person.birth_date, Person.phone)
        .join(Enrolment, (Enrolment.venue_id == Person.venue_id) & (Enrolment.person_id == Person.id))
        .join(Course, (Course.venue_id == Enrolment.venue_id) & (Course.id == Enrolment.course_id))
        .where(Person.venue_id == venue, Course.series != "", Enrolment.guest.is_(False))
        # A reason stands for a turn that was told already: told once more, it would be in doubt where that was had.
        .where(Enrolment.state.in_((ENROLLED, LEFT)), Enrolment.exception == "")
    )
    for row in rows:
        series = series_key(row.series)
        if series not in secrets:
            continue
        person = Someone(row.id, row.name, row.nik, row.birth_date, row.phone)
        for _by, digest in turns(secrets[series], person):
            # A tag that only this venue can make keeps two venues' turns of one person apart and names neither.
            tag = hashlib.sha256(f"{venue}/{series}/{digest}".encode()).hexdigest()[:6]
            yield TURN, f"{series}/{digest}/{tag}", {}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
