"""Bugs that others had, planted: each with a history in which it does harm. The simulator must see every one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from sqlalchemy import Connection, select, update

from sync.simulator_wire import Killed
from venue_desk.server import centre as centre_module
from venue_desk.server import ledger
from venue_desk.server.centre import Centre
from venue_desk.server.tables import LEDGER
from venue_desk.store import stamps
from venue_desk.store.desk import Desk
from venue_desk.store.fold import Rows
from venue_desk.sync import exchange, first

if TYPE_CHECKING:
    from sync.simulator import Step, World

Plant = Callable[["World", pytest.MonkeyPatch], None]
TWO: "list[Step]" = [("joins", 0, False), ("joins", 0, False), ("sync", 0, "", 0, 0), ("sync", 1, "", 0, 0)]
APART: "list[Step]" = [
    *TWO[:1],
    ("sync", 0, "", 0, 0),
    ("clone", 0, 0, 0),
    ("add", 0, 1, 0),
    ("add", 1, 2, 0),
    ("sync", 0, "", 0, 0),
    ("sync", 1, "", 0, 0),
]


def acknowledge_before_commit(world: "World", patch: pytest.MonkeyPatch) -> None:
    """The answer goes out although the commit fails."""
    whole = Centre.writing

    @contextmanager
    def writing(centre: Centre, *args: Any, **more: Any) -> Iterator[Connection]:
        answered = False
        try:
            with whole(centre, *args, **more) as connection:
                yield connection
                answered = True
                # The machine stops before anything reaches the disk.
                if (
                    connection.scalar(select(LEDGER.c.head))
                    and world.acting is None
                    and world.survived["busy"]
                ):
                    raise Killed
        except Killed:
            if not answered:
                raise

    patch.setattr(Centre, "writing", writing)


def sequence_cursor(world: "World", patch: pytest.MonkeyPatch) -> None:
    """Numbers are given when a transaction begins, and it commits after a later one."""
    take, between = ledger.take, world.meanwhile

    def meanwhile(number: int, body: bytes) -> None:
        with world.centre.writing() as connection:
            start = connection.scalar(select(LEDGER.c.head)) or 0
            connection.execute(update(LEDGER).values(head=start + 20))
        between(number, body)
        world.reserved.append(start)

    def late(connection: Connection, *args: Any) -> ledger.Taken:
        if not world.reserved:
            return take(connection, *args)
        now = connection.scalar(select(LEDGER.c.head)) or 0
        connection.execute(update(LEDGER).values(head=world.reserved.pop()))
        taken = take(connection, *args)
        connection.execute(update(LEDGER).values(head=now))
        return taken

    patch.setattr(world, "meanwhile", meanwhile)
    patch.setattr(centre_module, "take", late)


def dedupe_by_number(world: "World", patch: pytest.MonkeyPatch) -> None:
    """A line is known by its writer and number, whatever it says."""

    def known(connection: Connection, venue: str, entries: Any) -> list[ledger._Known]:
        lines = ledger.LINES.c
        rows = connection.execute(
            select(lines.number, lines.branch, lines.effective)
            .where(
                lines.venue_id == venue,
                lines.writer == entries[0].writer,
                lines.number.in_([entry.number for entry in entries]),
            )
            .order_by(lines.number)
        )
        return [ledger._Known(*row) for row in rows]

    del world
    patch.setattr(ledger, "_known", known)


def no_branch(world: "World", patch: pytest.MonkeyPatch) -> None:
    """Lines of a clone under numbers that are taken are told to be known."""
    place = ledger._place

    def placed(connection: Connection, venue: str, run: Any, known: Any, taken: ledger.Taken) -> Any:
        before = len(taken.forks)
        found = place(connection, venue, run, known, taken)
        if found is not None and len(taken.forks) > before:
            del taken.forks[before:]
            taken.count("duplicate", len(run.entries) - found[0])
            taken.held[run.writer, run.branch] = run.entries[-1].number
            return None
        return found

    del world
    patch.setattr(ledger, "_place", placed)


def clock_not_clamped(world: "World", patch: pytest.MonkeyPatch) -> None:
    """Whatever a desk's clock says is believed."""
    del world
    patch.setattr(ledger, "AHEAD", 20 * 365 * 86_400_000 << 12)


def cursor_apart(world: "World", patch: pytest.MonkeyPatch) -> None:
    """The cursor is saved before the lines, and the desk dies between the two."""
    whole, died = Desk.receive, [False]

    def receive(desk: Desk, arrivals: Any, *, keep: Any = None, **more: Any) -> Any:
        if not (keep and arrivals):
            return whole(desk, arrivals, keep=keep, **more)
        whole(desk, [], keep=keep)
        if not died[0] and len(arrivals) > 3:
            died[0] = True
            raise Killed
        return whole(desk, arrivals, **more)

    del world
    patch.setattr(Desk, "receive", receive)


def tombstone_ignored(world: "World", patch: pytest.MonkeyPatch) -> None:
    """A deletion from elsewhere deletes nothing."""
    fold = Rows.fold

    def folded(rows: Rows, entry: Any, *args: Any) -> str:
        return "" if entry.after is None else fold(rows, entry, *args)

    del world
    patch.setattr(Rows, "fold", folded)


def removals_go_out(world: "World", patch: pytest.MonkeyPatch) -> None:
    """However much was removed here, it is sent."""
    del world
    patch.setattr(exchange, "held", lambda *_args: None)


def file_not_hashed(world: "World", patch: pytest.MonkeyPatch) -> None:
    """A file that came is what was meant to come."""
    fetching = first._told

    def told(answer: httpx.Response) -> first.Fetching | None:
        found = fetching(answer)
        patch.setattr(first, "_sha256", lambda _session: found.sha256 if found else "")
        return found

    del world
    patch.setattr(first, "_told", told)


def sums_not_kept(world: "World", patch: pytest.MonkeyPatch) -> None:
    """Rows are written and the sums of their digests are not."""
    del world
    patch.setattr(stamps._Sums, "write", lambda *_args: None)


PLANTED: "dict[str, tuple[Plant, list[Step]]]" = {
    "acknowledge before commit": (
        acknowledge_before_commit,
        [*TWO, ("add", 0, 1, 0), ("sync", 0, "busy", 0, 0), ("sync", 0, "", 0, 0)],
    ),
    "a sequence as cursor": (
        sequence_cursor,
        [*TWO, ("add", 0, 1, 0), ("add", 1, 2, 0), ("sync", 0, "meanwhile", 0, 0)],
    ),
    "dedupe by number": (dedupe_by_number, APART),
    "no branch on a fork": (no_branch, APART),
    "clock not clamped": (
        clock_not_clamped,
        [*TWO, ("clock", 0, 10), ("add", 0, 1, 0), ("sync", 0, "", 0, 0)],
    ),
    "cursor saved apart from lines": (
        cursor_apart,
        [*TWO, ("many", 0, 8, 1), ("sync", 0, "", 0, 0), ("sync", 1, "", 0, 0)],
    ),
    "many removals go out unasked": (
        removals_go_out,
        [*TWO, ("many", 0, 24, 1), ("sync", 0, "", 0, 0), ("remove many", 0, 24, 0), ("sync", 0, "", 0, 0)],
    ),
    "a file of a first sync that nobody hashed": (
        file_not_hashed,
        [
            *TWO[:1],
            ("many", 0, 24, 1),
            ("sync", 0, "", 0, 0),
            ("joins", 0, False),
            ("sync", 1, "short", 0, 700),
        ],
    ),
    "sums that are not kept": (sums_not_kept, [*TWO, ("add", 0, 1, 0)]),
    "tombstone ignored": (
        tombstone_ignored,
        [*TWO, ("add", 0, 1, 0), ("sync", 0, "", 0, 0), ("sync", 1, "", 0, 0), ("remove", 0, 0, 0)],
    ),
}
