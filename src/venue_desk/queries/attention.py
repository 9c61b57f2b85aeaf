"""What no merge can settle by itself, found once after lines came: people who are likely one, rows without a parent.

And lines that cannot be applied yet. Each is for a person to see and, where it can be, to settle. Looking through all
people takes seconds, so it is done behind the window after a sync (``look``), and what it found is kept here.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from venue_desk.language import N_, _, ngettext, number
from venue_desk.queries import twins
from venue_desk.queries.changes import Words
from venue_desk.queries.people import PersonRow
from venue_desk.queries.people import rows as people_rows
from venue_desk.queries.sync import standing
from venue_desk.store.bulk import chunks
from venue_desk.store.capture import kinds, table_of
from venue_desk.store.local import local
from venue_desk.store.records import Computer, Conflict, Line, Person, fact, get, mine, venue_of

KEPT = "attention"  # local: Found as JSON
DOUBLES, ORPHANS, HELD, REMOVED = "doubles", "orphans", "held", "removed"
KINDS = (DOUBLES, ORPHANS, HELD, REMOVED)
MOST = 300  # pairs and rows that are kept; who settled so many looks again

# Which row waits for which: a table, the field that names the other, and whose it is.
PARENTS = (
    ("enrolment", "person_id", "person"),
    ("enrolment", "course_id", "course"),
    ("lesson", "course_id", "course"),
    ("mark", "enrolment_id", "enrolment"),
    ("mark", "lesson_id", "lesson"),
    ("assessment", "enrolment_id", "enrolment"),
    ("certificate", "person_id", "person"),
    ("certificate", "course_id", "course"),
    ("certificate_event", "certificate_id", "certificate"),
    ("outcome", "person_id", "person"),
    ("vendor", "person_id", "person"),
    ("vendor", "market_id", "market"),
    ("absence", "vendor_id", "vendor"),
    ("stall", "market_id", "market"),
    ("market_week", "market_id", "market"),
)
_ONE = {
    "person": N_("a person"),
    "course": N_("a course"),
    "enrolment": N_("an enrolment"),
    "lesson": N_("a lesson"),
    "certificate": N_("a certificate"),
    "market": N_("a market"),
    "vendor": N_("a vendor"),
}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that are likely one person, written on different computers."""

    one: PersonRow
    other: PersonRow
    why: str


@dataclass(frozen=True, slots=True)
class Orphans:
    """Rows that wait for another: which, and how many; ``removed``: when that one was removed, where it was."""

    what: str
    parent_table: str
    parent: str
    title: str
    explanation: str
    removed: str


@dataclass(frozen=True, slots=True)
class HeldLines:
    """Lines of one computer that cannot be applied yet, for one reason: ``newer`` or ``damaged``."""

    computer: str
    count: int
    since: str
    reason: str
    writer: str
    tables: tuple[str, ...]
    schema: int


def look(session: Session) -> str | None:
    """What is to be kept after lines came; None where none came since the last look. Takes long: not for the window."""
    kept = _kept(session)
    placed = (Line.venue_id == venue_of(session), Line.position.is_not(None))
    last = session.scalar(select(func.max(Line.position)).where(*placed)) or 0
    since = kept["upto"] if kept["upto"] <= last else 0  # the centre was restored, and counts anew
    if last == since:
        return None
    came: dict[str, set[str]] = {}
    gone: dict[str, set[str]] = {}
    for table, row, removed in session.execute(
        select(Line.table, Line.row, Line.after.is_(None))
        .where(Line.venue_id == venue_of(session), Line.position > since)
        .distinct()
    ):
        (gone if removed else came).setdefault(table, set()).add(row)
    pairs = [*kept["pairs"], *_likely(session, came.get("person", set()))]
    waits = {tuple(one) for one in kept["waits"]} | set(_waiting(session, came, gone))
    found = {
        "upto": last,
        "pairs": _still_pairs(session, pairs)[:MOST],
        "waits": sorted(_still_waits(session, waits))[:MOST],
    }
    return json.dumps(found)


def pairs(session: Session) -> list[Pair]:
    """People who are likely one, the likeliest first: to be merged, or said to be two."""
    kept = _still_pairs(session, _kept(session)["pairs"])
    shown = {row.id: row for row in people_rows(session, [row for one in kept for row in one[:2]])}
    return [
        Pair(shown[one], shown[other], twins.words(why))
        for one, other, _score, why in kept
        if one in shown and other in shown
    ]


def orphans(session: Session) -> list[Orphans]:
    """Rows whose parent is not here, by the parent that they wait for."""
    by_parent: dict[tuple[str, str, str], int] = {}
    for place, _field, parent_table, parent in _still_waits(
        session, {tuple(one) for one in _kept(session)["waits"]}
    ):
        key = (place.partition("/")[0], parent_table, parent)
        by_parent[key] = by_parent.get(key, 0) + 1
    words, names = Words(session), _computers(session)
    found = []
    for (table, parent_table, parent), count in sorted(by_parent.items(), key=lambda one: -one[1]):
        rows, one = _counted(table, count), _(_ONE[parent_table])
        last = session.execute(
            select(Line.writer, Line.at, Line.before)
            .where(
                Line.venue_id == venue_of(session),
                Line.table == parent_table,
                Line.row == parent,
                Line.after.is_(None),
            )
            .order_by(Line.effective.desc())
            .limit(1)
        ).first()
        if last is not None:
            name = words.named(parent_table, json.loads(last.before or "{}")) or one
            title = _("{rows} of {name}, removed on another computer").format(rows=rows, name=name)
            said = _("Removed on {computer}; bring it back where that was a mistake").format(
                computer=names.get(last.writer) or _("another computer")
            )
        else:
            title = _("{rows} without {one} that has not come yet").format(rows=rows, one=one)
            said = _("It is still on the computer that wrote it, and comes with its next sync")
        found.append(Orphans(table, parent_table, parent, title, said, last.at if last else ""))
    return found


def _counted(table: str, count: int) -> str:
    """How many rows of a kind, as it stands at the beginning of a sentence."""
    words = {
        "enrolment": ngettext("{count} enrolment", "{count} enrolments", count),
        "lesson": ngettext("{count} lesson", "{count} lessons", count),
        "mark": ngettext("{count} mark of attendance", "{count} marks of attendance", count),
        "assessment": ngettext("{count} assessment", "{count} assessments", count),
        "certificate": ngettext("{count} certificate", "{count} certificates", count),
        "certificate_event": ngettext(
            "{count} note on a certificate", "{count} notes on certificates", count
        ),
        "outcome": ngettext("{count} outcome", "{count} outcomes", count),
        "vendor": ngettext("{count} vendor", "{count} vendors", count),
        "absence": ngettext("{count} absence of a vendor", "{count} absences of vendors", count),
        "stall": ngettext("{count} stall", "{count} stalls", count),
        "market_week": ngettext("{count} market week", "{count} market weeks", count),
    }
    return words[table].format(count=number(count))


def held(session: Session) -> list[HeldLines]:
    """Lines that came but cannot be applied yet, by computer and reason."""
    names, by_reason = _computers(session), dict[tuple[str, str], list[Any]]()
    for line in session.execute(
        select(Line.writer, Line.held, Line.at, Line.table, Line.schema).where(
            Line.venue_id == venue_of(session), Line.held.is_not(None)
        )
    ):
        reason = "newer" if str(line.held).startswith("unknown") else "damaged"
        by_reason.setdefault((line.writer, reason), []).append(line)
    return [
        HeldLines(
            names.get(writer) or _("another computer"),
            len(lines),
            min(line.at for line in lines),
            reason,
            writer,
            tuple(sorted({line.table for line in lines})),
            max(line.schema for line in lines),
        )
        for (writer, reason), lines in sorted(by_reason.items())
    ]


def report(lines: Iterable[HeldLines]) -> str:
    """What is held, for whoever helps: no name, no value."""
    return "\n".join(
        f"{one.reason}: {one.count} x {', '.join(one.tables)}, schema {one.schema}, "
        f"writer {one.writer[:8]}, since {one.since}"
        for one in lines
    )


def told(session: Session) -> Iterator[tuple[str, str, str, str]]:
    """All of it as tasks: what kind, a sentence, what explains it, and nothing that it is about."""
    known = standing(session)
    if known is not None and known.removing:
        yield (
            REMOVED,
            ngettext("{count} record was removed here; the other computers still have it",
                     "{count} records were removed here; the other computers still have them", known.removing)
            .format(count=number(known.removing)),
            _("So many are not passed on before you agree, or take it back"),
            "",
        )  # fmt: skip
    alike = pairs(session)
    if alike:
        first = alike[0]
        yield (
            DOUBLES,
            ngettext("{count} person is likely here twice", "{count} people are likely here twice", len(alike))
            .format(count=number(len(alike))),
            _("{one} · written on two computers; merge them, or say that they are two").format(one=first.one.shown),
            "",
        )  # fmt: skip
    waiting = orphans(session)
    if waiting:
        yield ORPHANS, waiting[0].title, waiting[0].explanation, ""
    lines = held(session)
    if lines:
        count = sum(one.count for one in lines)
        yield (
            HELD,
            ngettext("{count} change from another computer cannot be read yet",
                     "{count} changes from other computers cannot be read yet", count)
            .format(count=number(count)),
            _("They are kept, and tried again after each sync and each update"),
            "",
        )  # fmt: skip


# --- what is kept


def _kept(session: Session) -> dict[str, Any]:
    kept = json.loads(local(session, KEPT) or "{}")
    return {"upto": kept.get("upto", 0), "pairs": kept.get("pairs", []), "waits": kept.get("waits", [])}


def apart(one: str, other: str) -> str:
    """The id of the fact that two records are two people."""
    return fact("two people", *sorted((one, other)))


def _still_pairs(session: Session, found: Iterable[list[Any]]) -> list[list[Any]]:
    """Those of whom both are here as they were, and nobody said that they are two; each once."""
    by_pair = {tuple(sorted(one[:2])): one for one in found}
    ids = list({row for pair in by_pair for row in pair})
    here: set[str] = set()
    said: set[str] = set()
    for part in chunks(ids, 500):
        wanted = (mine(session, Person), Person.id.in_(part), Person.merged_into.is_(None))
        here.update(session.scalars(select(Person.id).where(*wanted)))
    for part in chunks([apart(*pair) for pair in by_pair], 500):
        said.update(
            session.scalars(select(Conflict.id).where(mine(session, Conflict), Conflict.id.in_(part)))
        )
    still = [
        [*pair, *one[2:]]
        for pair, one in by_pair.items()
        if here.issuperset(pair) and apart(*pair) not in said
    ]
    return sorted(still, key=lambda one: -one[2])


def _likely(session: Session, came: set[str]) -> list[list[Any]]:
    """People who came and are likely the same as somebody here whom another computer wrote."""
    if not came:
        return []
    made = session.execute(
        select(Line.row, Line.writer).where(
            Line.venue_id == venue_of(session), Line.table == "person", Line.before.is_(None)
        )
    )
    writers = {row: writer for row, writer in made}  # noqa: C416 - rows are no pairs to a type checker
    return [
        [*sorted((one, other)), like.score, list(like.reasons)]
        for one, other, like in twins.likely(session, sorted(came), writers)
    ]


def _waiting(
    session: Session, came: dict[str, set[str]], gone: dict[str, set[str]]
) -> Iterator[tuple[str, str, str, str]]:
    """Which of the rows that came have no parent, and which rows lost theirs: table, field, parent's table and id."""
    known = kinds()
    for table, name, parent_table in PARENTS:
        child, parent = table_of(known[table]), table_of(known[parent_table])
        column = child.c[name]
        lacking = (
            ~select(parent.c.id).where(parent.c.venue_id == child.c.venue_id, parent.c.id == column).exists()
        )
        wanted = select(child.c.id, column).where(child.c.venue_id == venue_of(session), column.is_not(None))
        for rows, where in ((came.get(table, set()), child.c.id), (gone.get(parent_table, set()), column)):
            for part in chunks(list(rows), 500):
                for row, parent_id in session.execute(wanted.where(where.in_(part), lacking)):
                    yield f"{table}/{row}", name, parent_table, parent_id


def _still_waits(session: Session, found: Iterable[tuple[Any, ...]]) -> list[tuple[str, str, str, str]]:
    """Those that still name a parent that is not here."""
    known, still = kinds(), []
    for place, name, parent_table, parent in list(found)[:MOST]:
        table, _slash, row = place.partition("/")
        record = get(session, known[table], row)
        if (
            record is not None
            and getattr(record, name) == parent
            and get(session, known[parent_table], parent) is None
        ):
            still.append((place, name, parent_table, parent))
    return still


def _computers(session: Session) -> dict[str, str]:
    rows = session.execute(select(Computer.id, Computer.name).where(mine(session, Computer))).all()
    return {row.id: row.name for row in rows}
