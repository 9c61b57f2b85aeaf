"""The desk's half of the conversation: what it offers, and what it makes of the answer.

The same over the wire and on a stick. Nothing here knows how a message travels.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from venue_desk.domain import clock
from venue_desk.queries.removals import FEW, count_rows, held, too_many
from venue_desk.queries.removals import waiting as waiting_removals
from venue_desk.queries.sync import KEPT, Standing, before, heads, standing, waiting
from venue_desk.store import lists
from venue_desk.store.desk import Desk
from venue_desk.store.digest import kept_sums, places_in, summary, texts
from venue_desk.store.journal import GENESIS, entry_of, tag
from venue_desk.store.local import local
from venue_desk.store.merge import Arrival
from venue_desk.store.migrations import SCHEMA
from venue_desk.store.records import Line, Stamp, venue_of
from venue_desk.sync.messages import BATCH, Answer, Request, Run, short, size


@dataclass(frozen=True, slots=True)
class Offer:
    """A request, and how many changes wait behind it.

    ``kept``: how many more are not sent before a person agrees, because ``removing`` records go with them.
    """

    request: Request
    behind: int
    kept: int = 0
    removing: int = 0


class Missing(Exception):
    """The centre went on from a line that is not here: it must be asked again from the beginning."""


class ManyRemovals(Exception):
    """The answer would remove so many records that a person must look first."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


def offer(
    session: Session,
    budget: int = BATCH,
    compare: bool = False,
    digest: bool = False,
    again: tuple[str, ...] = (),
    after: Mapping[str, int] | None = None,
) -> Offer:
    """What this desk says to the centre now, with as many lines as fit; those behind ``after``, by writer."""
    connection, venue = session.connection(), venue_of(session)
    known = standing(session)
    assert known is not None, "a desk that is not enrolled has nothing to say"
    all_heads = heads(connection, venue)
    runs: list[Run] = []
    spent = behind = kept = 0
    # What is sealed apart from the sync is read by a person anyway.
    removals = held(session, known, all_heads) if after is None else None
    first = removals.first if removals else {}
    for (writer, branch), (number, _hash) in sorted(all_heads.items()):
        done = (known.acknowledged if after is None else after).get(tag(writer, branch), 0)
        done = done or before(session, writer, branch)
        last = max(done, min(number, first.get(tag(writer, branch), number + 1) - 1))
        kept += max(0, number - last)
        if last <= done:
            continue
        if spent < budget:
            run = _run(connection, venue, (writer, branch), done, last, budget - spent)
            runs.append(run)
            spent += sum(size(entry) for entry in run.entries)
            done = run.entries[-1].number
        behind += last - done
    request = Request(
        writer=str(session.info["writer"]),
        letter=local(session, "letter") or "",
        schema=SCHEMA,
        epoch=known.epoch,
        cursor=known.cursor,
        at=known.at,
        clock=int(time.time() * 1000),
        have={
            tag(writer, branch): (number, short(hashed))
            for (writer, branch), (number, hashed) in all_heads.items()
        },
        compare=compare,
        digest=texts(kept_sums(connection, venue)) if digest else None,
        again=list(again),
        reference=lists.version(session, known.epoch),
        runs=runs,
    )
    return Offer(request, behind, kept, removals.count if removals else 0)


def position(session: Session) -> Request:
    """Where this desk stands, without any line: what it says when it asks to be let in by a stick."""
    reached = heads(session.connection(), venue_of(session))
    return Request(
        writer=str(session.info["writer"]),
        letter=local(session, "letter") or "",
        schema=SCHEMA,
        epoch="",
        cursor=0,
        at="",
        clock=int(time.time() * 1000),
        have={
            tag(writer, branch): (number, short(hashed))
            for (writer, branch), (number, hashed) in reached.items()
        },
        reference=0,
    )


def _run(
    connection: Connection, venue: str, whose: tuple[str, int], done: int, last: int, budget: int
) -> Run:
    """A writer's lines after number ``done`` up to ``last``, cut where an action ends."""
    writer, branch = whose
    lines = (
        select(Line.__table__)
        .where(Line.venue_id == venue, Line.writer == writer, Line.branch == branch)
        .where(Line.number > done, Line.number <= last)
        .order_by(Line.number)
        .execution_options(yield_per=500)
    )
    entries: list[Any] = []
    fixed: list[int] = []
    spent = 0
    rows = connection.execute(lines)
    for line in rows:
        if spent >= budget and line.action != entries[-1].action:
            break
        entries.append(entry_of(line))
        fixed.append(line.effective)
        spent += size(line)
    rows.close()
    # Where the centre fixed stamps already, they are said again: it may have been restored from a backup since.
    known = fixed if any(e != entry.stamp for e, entry in zip(fixed, entries, strict=True)) else []
    return Run(writer, branch, entries[0].number, _before(connection, venue, entries[0]), entries, 0, known)


def _before(connection: Connection, venue: str, entry: Any) -> bytes:
    """The hash that a line of ours follows."""
    if entry.number == 1:
        return GENESIS
    for hashed in connection.scalars(
        select(Line.hash).where(
            Line.venue_id == venue, Line.writer == entry.writer, Line.number == entry.number - 1
        )
    ).all():
        if entry.chained(hashed) == entry.hash:
            return bytes(hashed)
    raise LookupError(f"line {entry.number} of {entry.writer} follows nothing here")


def accept(
    desk: Desk,
    request: Request,
    answer: Answer,
    by_file: bool = False,
    also: Mapping[str, str | None] | None = None,
) -> Standing:
    """Take over an answer: lines, stamps and where we stand, in one transaction. Returns where we stand.

    Raises Missing or ManyRemovals, and then nothing was changed. ``by_file``: it came on a stick, and may be older
    than what we know. ``also`` is kept locally with it: it is a piece of the first sync, and what the venue removed
    before this desk was there is nobody's question here.
    """
    known = desk.ask(standing)
    assert known is not None
    older = by_file and _older(answer, known)
    arrivals = [
        Arrival(entry, effective, run.position + index, run.branch)
        for run in answer.runs
        for index, (entry, effective) in enumerate(zip(run.entries, run.effective, strict=True))
    ]
    desk.ask(_check_anchors, answer.runs)
    if also is None:
        _check_removals(desk, known, arrivals)
    sent = [entry for run in request.runs for entry in run.entries]
    stamps = [(sent[index].hash, effective) for index, effective in answer.stamps if index < len(sent)]
    again: list[tuple[str, str]] = []
    if request.again:
        stamps += [(arrival.entry.hash, arrival.effective) for arrival in arrivals]
        again = desk.ask(_places, request.again)
        again += [(arrival.entry.table, arrival.entry.row) for arrival in arrivals]
    forks = [(writer, branch, first) for writer, branch, first, to in answer.forks if to]
    now = replace(
        known,
        acknowledged=(reached := desk.ask(_acknowledged, known, request, answer, older)),
        agreed={name: max(last, reached.get(name, 0)) for name, last in (reached | known.agreed).items()},
        backed=max(known.backed, answer.backed),
        trouble="",
        last=clock.moment(),
        tried=clock.moment(),
        removals=0,
        removals_allowed=0 if arrivals else known.removals_allowed,
    )
    if not by_file:
        now = replace(now, clock_off=round((request.clock - answer.now) / 1000))
    if not older:
        renewed = known.renewed or known.epoch not in ("", answer.epoch)
        now = replace(now, epoch=answer.epoch, cursor=answer.cursor, at=answer.at, renewed=renewed)
    keep = {KEPT: now.text(), **(also or {})}
    if answer.letter and not older:
        keep["letter"] = answer.letter
    said = None if older else answer.reference

    def take(session: Session) -> bool:
        assert said is not None
        return lists.keep(session, answer.epoch, said.since, said.last, said.more, said.entries)

    desk.receive(
        arrivals,
        keep=keep,
        stamps=stamps,
        forks=forks,
        again=again,
        older=older,
        lists=take if said else None,
    )
    return now


def _older(answer: Answer, known: Standing) -> bool:
    """Whether an answer from a stick says less than we know. Epochs begin with their number."""
    if answer.epoch == known.epoch:
        return answer.cursor < known.cursor
    return _epoch(answer.epoch) < _epoch(known.epoch)


def _epoch(text: str) -> int:
    number = text.partition(":")[0]
    return int(number) if number.isdigit() else 0


def _acknowledged(
    session: Session, known: Standing, request: Request, answer: Answer, older: bool
) -> dict[str, int]:
    """What the centre holds of each writer, by its own word; checked against our lines by hash."""
    connection, venue = session.connection(), venue_of(session)
    result = dict(known.acknowledged)
    sent = {tag(run.writer, run.branch): run.entries[-1].number for run in request.runs}
    gap = any(name == "gap" for name, _count, _why in answer.results)
    for name, (number, _hash) in request.have.items():
        said = answer.acknowledged.get(name)
        if said is None:
            # The centre holds these lines, perhaps from a copy of this file; what was never answered to us is
            # offered all the same, because only then the stamps come that decide.
            held = min(number, max(sent.get(name, 0), result.get(name, 0)))
        elif said[0] == 0 or _ours(connection, venue, name, said):
            held = said[0]
        else:
            # Somebody else's lines under this name: offer what it may lack, from the last that was certain.
            held = 0 if gap or result.get(name, 0) >= number else result.get(name, 0)
        result[name] = max(held, result.get(name, 0)) if older else held
    for writer, branch, _first, to in answer.forks:
        last = [
            run.entries[-1].number for run in request.runs if (run.writer, run.branch) == (writer, branch)
        ]
        result[tag(writer, to)] = max([*last, result.get(tag(writer, to), 0)])
    for run in answer.runs:
        name = tag(run.writer, run.branch)
        result[name] = max(result.get(name, 0), run.entries[-1].number)
    return result


def _ours(connection: Connection, venue: str, name: str, said: tuple[int, str]) -> bool:
    writer, _slash, branch = name.partition("/")
    hashed = connection.scalar(
        select(Line.hash).where(
            Line.venue_id == venue,
            Line.writer == writer,
            Line.branch == int(branch or 0),
            Line.number == said[0],
        )
    )
    return hashed is not None and short(hashed) == said[1]


def _check_anchors(session: Session, runs: list[Run]) -> None:
    """Every run must go on from a line that is here or that comes before it."""
    coming: set[bytes] = {GENESIS}
    for run in runs:
        if run.previous not in coming and (
            session.scalar(
                select(Line.number)
                .where(Line.venue_id == venue_of(session), Line.hash == run.previous)
                .limit(1)
            )
            is None
        ):
            raise Missing
        coming.update(entry.hash for entry in run.entries)


def _check_removals(desk: Desk, known: Standing, arrivals: list[Arrival]) -> None:
    gone = {(a.entry.table, a.entry.row) for a in arrivals if a.entry.after is None}
    if len(gone) > max(FEW, known.removals_allowed):
        here, total = desk.ask(lambda session: count_rows(session.connection(), desk.venue, gone))
        if too_many(len(here), total, known.removals_allowed):
            raise ManyRemovals(len(here))


def agree(desk: Desk) -> None:
    """A person looked at the removals that wait: those of others may come in, those of this desk may go out."""
    known = desk.ask(standing)
    if known is None:
        return
    if known.removals:
        known = replace(known, removals_allowed=known.removals, removals=0, trouble="")
    reached = desk.ask(lambda session: heads(session.connection(), desk.venue))
    removals = desk.ask(held, known, reached)
    if removals:
        ends = {tag(*whose): number for whose, (number, _hash) in reached.items()}
        agreed = known.agreed | {name: ends[name] for name in removals.first}
        known = replace(known, agreed=agreed, removing=0)
    desk.receive([], keep={KEPT: known.text()})


def take_back(desk: Desk) -> int:
    """Take back the removals that wait to be sent, the newest first. Returns how many actions that were.

    Raises Problem where one cannot be taken back; those before it are.
    """
    removals = desk.ask(waiting_removals)
    for one in removals.actions if removals else ():
        desk.take_back(one.action, one.name)
    return len(removals.actions) if removals else 0


def alike(session: Session, theirs: str) -> bool | None:
    """Whether this copy says what the centre's does; None while something waits to be sent, because nobody knows."""
    known = standing(session)
    if known is None or waiting(session, known.acknowledged):
        return None
    return summary(session.connection(), venue_of(session)) == theirs


def _places(session: Session, buckets: list[str]) -> list[tuple[str, str]]:
    return places_in(session.connection(), venue_of(session), buckets)


def everything(session: Session) -> list[str]:
    """All tables and months that are here, to be asked for once more."""
    here = set(kept_sums(session.connection(), venue_of(session)))
    # Settings that give way are of no month at all, there or here.
    return sorted(here | {f"{name.partition('/')[0]}/1970-01" for name in here})


def fresh(session: Session) -> bool:
    """Whether this file holds nothing yet."""
    return session.scalar(select(Stamp.row).limit(1)) is None
