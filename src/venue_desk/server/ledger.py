"""The centre's journal: taking lines in, numbering them, giving out those that a desk does not have.

One transaction takes a message's lines and answers it. Writers of one venue take turns on its counter row; the
counter moves last, so numbers are given in the order of commits and no reader can pass one that is still to come.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Connection, Table, and_, bindparam, case, exists, func, select, union_all, update

from venue_desk.domain import clock
from venue_desk.language import N_
from venue_desk.server.devices import Device
from venue_desk.server.reference import COUNTER, SOURCES
from venue_desk.server.tables import CENTRE, DEVICE, LEDGER, LETTER
from venue_desk.store.bulk import chunks
from venue_desk.store.capture import Values, decode
from venue_desk.store.journal import FLOOR, GENESIS, Act, Entry, tag, write
from venue_desk.store.merge import Arrival, label, merge
from venue_desk.store.records import VENUE_ROW, Conflict, Line, Venue, new_id
from venue_desk.sync.messages import Request, Run

LINES = cast(Table, Line.__table__)
CONFLICTS = cast(Table, Conflict.__table__)
AHEAD = 5 * 60 * 1000 << 12  # a stamp may be five minutes later than its line's arrival, not more
# What the settings of a desk are made of, which give way where the venue it joins has its own.
SETTINGS = frozenset({"venue", "signatory", "market", "stall", "trade", "unit"})
BOTH = N_("Keep both versions")


# Made once: building a statement costs more than running it.
_STANDING = select(
    LEDGER.c.head,
    LEDGER.c.bound,
    LEDGER.c.backed,
    LEDGER.c.gathered,
    select(CENTRE.c.value).where(CENTRE.c.key == "epoch").scalar_subquery().label("epoch"),
    select(CENTRE.c.value).where(CENTRE.c.key == "writer").scalar_subquery().label("writer"),
    select(CENTRE.c.value).where(CENTRE.c.key == COUNTER).scalar_subquery().label("reference"),
    exists()
    .where(
        and_(
            LETTER.c.venue_id == bindparam("venue"),
            LETTER.c.letter == bindparam("letter"),
            LETTER.c.writer == bindparam("desk"),
        )
    )
    .label("lettered"),
).where(LEDGER.c.venue_id == bindparam("venue"))
_ALONE = _STANDING.with_for_update(of=LEDGER)
_END = (LINES.c.number, LINES.c.effective, LINES.c.hash, LINES.c.position)
_LAST_OR_FIRST = union_all(
    select(
        select(*_END)
        .where(
            LINES.c.venue_id == bindparam("venue"), LINES.c.writer == bindparam("writer"), LINES.c.branch == 0
        )
        .order_by(LINES.c.number.desc())
        .limit(1)
        .subquery()
    ),
    select(*_END).where(LINES.c.venue_id == bindparam("venue"), LINES.c.hash == bindparam("first")),
)
_ADVANCE = (
    update(LEDGER)
    .where(LEDGER.c.venue_id == bindparam("_venue"))
    .values(
        head=LEDGER.c.head + bindparam("_many"),
        bound=bindparam("_bound"),
        # Lines that the lists are not made of leave a venue that was gathered as it was.
        gathered=case(
            (
                and_(LEDGER.c.gathered == LEDGER.c.head, bindparam("_plain")),
                LEDGER.c.head + bindparam("_many"),
            ),
            else_=LEDGER.c.gathered,
        ),
    )
    .returning(LEDGER.c.head)
)


@dataclass(slots=True)
class Taken:
    """What became of the lines of a message; see messages.Answer.

    ``held``: per writer, up to which number. ``ends``: per writer the number and hash of the last of its lines that
    are here now; ``lines``: hashes of some lines by their position; ``told``: how many lines of its own the centre
    added. ``was``: the venue's row and what ``_STANDING`` reads beside it, as it was before; ``head``: what its
    counter says now; ``turn``: nobody else writes in this venue until this transaction ends; ``due``: the lists for all
    venues may have to say something else now (server.reference).
    """

    was: Any
    head: int
    turn: bool = False
    results: list[tuple[str, int, str]] = field(default_factory=list)
    stamps: list[tuple[int, int]] = field(default_factory=list)
    forks: list[tuple[str, int, int, int]] = field(default_factory=list)
    held: dict[tuple[str, int], int] = field(default_factory=dict)
    ends: dict[tuple[str, int], tuple[int, bytes]] = field(default_factory=dict)
    lines: dict[int, bytes] = field(default_factory=dict)
    told: int = 0
    due: bool = False

    def count(self, result: str, many: int, why: str = "") -> None:
        """Add to the results, which say the same of many lines at once."""
        if many and self.results and (self.results[-1][0], self.results[-1][2]) == (result, why):
            many += self.results.pop()[1]
        if many:
            self.results.append((result, many, why))


@dataclass(frozen=True, slots=True)
class _Known:
    number: int
    branch: int
    effective: int


def standing(connection: Connection, venue: str, request: Request, *, turn: bool = False) -> Any:
    """A venue's counters, the centre's epoch and writer, and whether the desk's letter is its own: one question.

    ``turn``: wait until nobody else writes in this venue (see ``alone``).
    """
    asked = {"venue": venue, "letter": request.letter, "desk": request.writer}
    return connection.execute(_ALONE if turn else _STANDING, asked).one()


def take(connection: Connection, device: Device, request: Request) -> Taken:
    """Apply the lines that a desk offers. The caller commits, and nothing is answered before that."""
    venue = device.venue
    row = standing(connection, venue, request, turn=True)
    taken = Taken(row, row.head, turn=True)
    # Later than all that any desk can have seen, so that a clamped line still beats what its writer saw.
    bound = max((int(time.time() * 1000) << 12) + AHEAD, row.bound + 1)
    position, offset = row.head, 0
    for run in request.runs:
        last = _goes_on(connection, venue, run, taken)
        known = [] if last else _known(connection, venue, run.entries)
        for index, line in enumerate(known, offset):
            # The answer that said so may have been lost.
            if line.effective != run.entries[index - offset].stamp:
                taken.stamps.append((index, line.effective))
        placed = (0, 0, _before(connection, venue, run.writer, run.first, last.effective)) if last else None
        if not last:
            placed = _place(connection, venue, run, known, taken)
        if placed is not None:
            done, branch, effective = placed
            yields = _yields(connection, device).get(tag(run.writer, run.branch), 0)
            arrivals: list[Arrival] = []
            for index, entry in enumerate(run.entries[done:], offset + done):
                position += 1
                offered = run.effective[index - offset] if run.effective else entry.stamp
                if offered != entry.stamp and offered <= bound:
                    # Fixed before we were restored from a backup: it stays what others know.
                    fixed = offered
                    effective = max(fixed, effective)
                elif entry.table in SETTINGS and entry.number <= yields:
                    fixed = min(entry.number, FLOOR - 1)
                elif entry.stamp < FLOOR:
                    fixed = entry.stamp
                else:
                    fixed = effective = max(min(entry.stamp, bound), effective)
                arrivals.append(Arrival(entry, fixed, position, branch))
                if fixed != entry.stamp:
                    taken.stamps.append((index, fixed))
            merged = merge(connection, venue, arrivals, judge=True, fresh=last is not None)
            for arrival, result in zip(arrivals, merged.results, strict=True):
                why = "".join(c for c in merged.held.get(arrival.entry.hash, "") if c.isprintable())[:200]
                apart = result == "accepted" and branch != run.branch
                said = "branched" if apart else "quarantined" if why.startswith("damaged") else result
                taken.count(said, 1, why)
            end = run.entries[-1]
            taken.held[run.writer, branch] = end.number
            taken.ends[run.writer, branch] = end.number, end.hash
            taken.lines[position] = end.hash
            told = _tell(connection, venue, row.writer, merged.conflicts, position)
            position, taken.told = position + told, taken.told + told
        offset += len(run.entries)
    if position > row.head:
        plain = SOURCES.isdisjoint({entry.table for run in request.runs for entry in run.entries})
        taken.head = connection.execute(
            _ADVANCE, {"_venue": venue, "_many": position - row.head, "_bound": bound, "_plain": plain}
        ).scalar_one()
        taken.due = not plain or row.gathered != row.head
    return taken


def _goes_on(connection: Connection, venue: str, run: Run, taken: Taken) -> "_Known | None":
    """The last line of the run's writer, where the run goes straight on from it: then none of its lines is here.

    The usual case, in one question. None in every other: a fork, lines that came before, a gap.
    """
    if run.branch:
        return None
    first = run.entries[0].hash
    asked = {"venue": venue, "writer": run.writer, "first": first}
    rows = connection.execute(_LAST_OR_FIRST, asked).all()
    if not rows:
        return _Known(0, 0, 0) if run.first == 1 and run.previous == GENESIS else None
    row = rows[0]
    if len(rows) > 1 or row.hash == first:
        return None
    if row.position is not None:
        taken.lines[row.position] = row.hash
    if (row.number, row.hash) != (run.first - 1, run.previous):
        return None
    return _Known(row.number, 0, row.effective)


def _before(connection: Connection, venue: str, writer: str, number: int, effective: int) -> int:
    """The stamp before a writer's line of this number, where the one before it gives way to everything."""
    if effective >= FLOOR or number == 1:
        return effective
    return (
        connection.scalar(
            select(func.max(LINES.c.effective)).where(
                LINES.c.venue_id == venue, LINES.c.writer == writer, LINES.c.number < number
            )
        )
        or 0
    )


def _place(
    connection: Connection, venue: str, run: Run, known: Sequence[_Known], taken: Taken
) -> tuple[int, int, int] | None:
    """How many lines of a run are here already; and where the others go: branch, and the stamp before them.

    None where nothing is left to do.
    """
    done = len(known)
    for line in known:
        if line.branch != run.branch:
            _fork(connection, venue, run, line.branch, taken)
    taken.count("duplicate", done)
    if known:
        taken.held[run.writer, known[-1].branch] = known[-1].number
    if done == len(run.entries):
        return None
    anchor = known[-1] if known else _anchor(connection, venue, run)
    if anchor is None:
        # The lines before these are not here: the desk offers them again from where we stand.
        taken.count("gap", len(run.entries))
        return None
    first = run.entries[done]
    branch = run.branch or anchor.branch
    taken_by_another = connection.scalar(
        select(LINES.c.number).where(
            LINES.c.venue_id == venue,
            LINES.c.writer == run.writer,
            LINES.c.branch == branch,
            LINES.c.number == first.number,
        )
    )
    if taken_by_another is not None:
        branch = label(first.hash)
        taken.forks.append((run.writer, run.branch, first.number, branch))
    elif branch != run.branch:
        _fork(connection, venue, run, branch, taken)
    return done, branch, _before(connection, venue, run.writer, first.number, anchor.effective)


def _known(connection: Connection, venue: str, entries: Sequence[Entry]) -> list[_Known]:
    """Which of a run's lines are here. They are its first ones, because no line is here without those before it."""
    found: list[_Known] = []
    for part in chunks(entries, 500):
        rows = connection.execute(
            select(LINES.c.number, LINES.c.branch, LINES.c.effective)
            .where(LINES.c.venue_id == venue, LINES.c.hash.in_([entry.hash for entry in part]))
            .order_by(LINES.c.number)
        ).all()
        found.extend(_Known(*row) for row in rows)
        if len(rows) < len(part):
            break
    return found


def _anchor(connection: Connection, venue: str, run: Run) -> _Known | None:
    """The line that a run goes on from."""
    if run.first == 1:
        return _Known(0, 0, 0) if run.previous == GENESIS else None
    row = connection.execute(
        select(LINES.c.number, LINES.c.branch, LINES.c.effective).where(
            LINES.c.venue_id == venue,
            LINES.c.hash == run.previous,
            LINES.c.writer == run.writer,
            LINES.c.number == run.first - 1,
        )
    ).first()
    return _Known(*row) if row else None


def _fork(connection: Connection, venue: str, run: Run, branch: int, taken: Taken) -> None:
    """Note that the desk calls a branch by another name than we do."""
    if any((writer, to) == (run.writer, branch) for writer, _claimed, _first, to in taken.forks):
        return
    first = connection.scalar(
        select(func.min(LINES.c.number)).where(
            LINES.c.venue_id == venue, LINES.c.writer == run.writer, LINES.c.branch == branch
        )
    )
    if branch and first is not None:
        taken.forks.append((run.writer, run.branch, first, branch))


def _yields(connection: Connection, device: Device) -> Mapping[str, int]:
    """Up to which numbers this desk's settings give way; decided once, when its first line comes."""
    yields = device.yields
    if yields is None:
        yields = connection.scalar(select(DEVICE.c.yields).where(DEVICE.c.id == device.id))
    if yields is None:
        table = Venue.__table__
        there = connection.scalar(
            select(table.c.id).where(table.c.venue_id == device.venue, table.c.id == VENUE_ROW)
        )
        yields = int(there is not None)
        connection.execute(update(DEVICE).where(DEVICE.c.id == device.id).values(yields=yields))
    return device.joined if yields else {}


def _tell(
    connection: Connection, venue: str, centre: str, conflicts: Sequence[tuple[str, Values]], position: int
) -> int:
    """Write conflicts down as lines of the centre's own, which every desk receives. Returns how many.

    With stamps that give way to everything: when lines come again after a restore, a conflict that was settled
    is found again, and must stay settled.
    """
    if not conflicts:
        return 0
    found = dict(conflicts)
    there = set(
        connection.scalars(
            select(CONFLICTS.c.id).where(CONFLICTS.c.venue_id == venue, CONFLICTS.c.id.in_(list(found)))
        )
    )
    changes: list[tuple[str, str, Values | None, Values | None]] = [
        (CONFLICTS.name, row, None, values) for row, values in found.items() if row not in there
    ]
    if not changes:
        return 0
    rows = [{**decode(Conflict, after or {}), "venue_id": venue, "id": row} for _t, row, _b, after in changes]
    connection.execute(CONFLICTS.insert(), rows)
    act = Act(new_id(), BOTH, "aside", clock.moment())
    last = write(connection, venue, centre, act, changes, floor=True)[-1]["number"]
    connection.execute(
        update(LINES)
        .where(
            LINES.c.venue_id == venue,
            LINES.c.writer == centre,
            LINES.c.branch == 0,
            LINES.c.number == bindparam("_number"),
        )
        .values(position=bindparam("_position")),
        [
            {"_number": last - len(changes) + index, "_position": position + index}
            for index in range(1, len(changes) + 1)
        ],
    )
    return len(changes)


def alone(connection: Connection, venue: str) -> Any:
    """Wait until nobody else writes in this venue: two merges of one row must not meet. Returns head and bound."""
    return connection.execute(
        select(LEDGER.c.head, LEDGER.c.bound).where(LEDGER.c.venue_id == venue).with_for_update()
    ).one()


def venue_row(connection: Connection, venue: str) -> Any:
    """A venue's counters and name."""
    return connection.execute(select(LEDGER).where(LEDGER.c.venue_id == venue)).one()
