"""Where a history takes place: the computers, the centre, the clocks, the releases, and one sync."""

import random
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine, event, select

from sync import simulator_lists as lists
from sync.simulator_wire import Killed, Network
from venue_desk.actions import venue as venues
from venue_desk.domain.problem import Problem
from venue_desk.queries import removals
from venue_desk.queries import sync as queries
from venue_desk.server import centre as centre_module
from venue_desk.server import database, devices, handed, snapshots
from venue_desk.server.centre import Centre
from venue_desk.server.giving import give
from venue_desk.store import bulk, capture, digest, fold, identity, journal, stamps, upgraded, wiping
from venue_desk.store.desk import Desk
from venue_desk.store.migrations import SCHEMA
from venue_desk.store.records import Line, Person
from venue_desk.sync import client, exchange, first, joining
from venue_desk.sync import wiping as leaving
from venue_desk.sync.orders import Order, Ordered

URL = "http://centre.test"
HIDDEN_FIELD, HIDDEN_TABLE = "note", "vendor"  # what the older release does not know
FEW = 5  # removals that nobody is asked about


@dataclass(slots=True)
class Computer:
    """A desk of the history: its file, its clock, its release, and what it has shown as saved."""

    number: int
    folder: Path
    desk: Desk
    older: bool = False
    offset: int = 0  # seconds that its clock is off
    enrolled: bool = False
    saved: set[bytes] = field(default_factory=set)
    agreed: bool = False  # a person let its many removals go out


class Moulds:
    """Folders of desks and of a centre to copy from: a copy is quicker than a new one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        Desk.create(folder / "desk-0").close()
        for number in (1, 2, 3):
            desk = Desk.create(folder / f"desk-{number}")
            desk.do(venues.set_up, name=f"Paroki {number}", kind="parish", market="Pasar", stalls=number)
            desk.close()
        for number in range(4):
            (folder / f"desk-{number}" / identity.FILE).unlink()  # so each copy gets a writer of its own
        database.create(folder / "centre")


class Ground:
    """All there is in one history. ``survived`` counts what befell it."""

    def __init__(self, moulds: Moulds, folder: Path, seed: int, patch: pytest.MonkeyPatch) -> None:
        self.moulds, self.folder, self.patch = moulds, folder, patch
        self.rng = random.Random(seed)
        self.computers: list[Computer] = []
        self.made = 0
        self.survived: Counter[str] = Counter()
        self.late: list[tuple[str, bytes]] = []
        self.outgoing: list[tuple[int, Path]] = []
        self.returning: list[tuple[int, Path]] = []
        self.kept: list[tuple[Path, bool, bool, set[bytes]]] = []
        self.backup: tuple[Path, set[bytes]] | None = None
        self.acknowledged: set[bytes] = set()
        self.seen: dict[bytes, frozenset[bytes]] = {}  # per line: the lines of its row that its writer had
        self.copied = self.restored = False
        self.alone: set[int] = set()  # computers that issued certificates before they had met the others
        self.repaired = 0
        self.acting: Computer | None = None
        self.reserved: list[int] = []  # used by a planted bug
        self.real, self.elapsed = time.time, 0.0
        shutil.copytree(moulds.folder / "centre", folder / "centre")
        patch.setattr(time, "time", self._time)
        patch.setattr("venue_desk.store.records.base.uuid4", lambda: UUID(int=self.rng.getrandbits(128)))
        patch.setattr(client, "BATCH", 3000)
        for module in (removals, exchange):
            patch.setattr(module, "FEW", FEW)
        patch.setattr(centre_module, "give", partial(give, budget=3000))
        patch.setattr(journal, "SCHEMA", SCHEMA + 1)
        patch.setattr(centre_module, "SCHEMA", SCHEMA + 1)
        patch.setattr(exchange, "SCHEMA", SCHEMA + 1)
        patch.setattr(snapshots, "BATCH", 3000)
        patch.setattr(first, "PART", 900)
        lists.watched(self, patch)
        self.centre = Centre(folder / "centre")
        self.snapshots = snapshots.Snapshots(self.centre)
        with self.centre.writing() as connection:
            self.venue = devices.add_venue(connection, "Paroki Santo Lukas", "parish")

    def close(self) -> None:
        for computer in self.computers:
            computer.desk.close()
        self.snapshots.close()
        self.centre.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    # -- who acts: the clock and the release

    def _time(self) -> float:
        return self.real() + self.elapsed + (self.acting.offset if self.acting else 0)

    @contextmanager
    def as_(self, computer: Computer | None) -> Iterator[None]:
        before = self.acting
        self._act(computer)
        try:
            yield
        finally:
            self._act(before)

    def as_centre(self) -> Any:
        return self.as_(None)

    def _act(self, computer: Computer | None) -> None:
        self.acting = computer
        older = computer is not None and computer.older
        whole = tuple(c for c in _ALL if not (older and c == HIDDEN_FIELD))
        capture._fields[Person] = whole
        found = {name: kind for name, kind in capture.kinds().items() if not (older and name == HIDDEN_TABLE)}
        for module in (fold, digest, journal, removals, stamps, upgraded):
            self.patch.setattr(module, "kinds", lambda: found)
        for module in (journal, exchange):
            self.patch.setattr(module, "SCHEMA", SCHEMA if older else SCHEMA + 1)

    @contextmanager
    def dying(self, engine: Engine, after: int) -> Iterator[None]:
        """The program ends before one of the next statements, or before a commit."""
        left = [after % 40]

        def count(*_args: Any) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise Killed

        drive = bulk.drive

        def driven(connection: Connection, *args: Any) -> Any:
            if connection.engine.pool is engine.pool:
                count()
            return drive(connection, *args)

        event.listen(engine, "before_cursor_execute", count)
        event.listen(engine, "commit", count)
        try:
            with pytest.MonkeyPatch.context() as past:  # statements that go past SQLAlchemy
                past.setattr(bulk, "drive", driven)
                yield
        finally:
            event.remove(engine, "before_cursor_execute", count)
            event.remove(engine, "commit", count)

    def centre_starts_again(self) -> None:
        self.snapshots.close()
        self.centre.close()
        self.centre = Centre(self.folder / "centre")
        self.snapshots = snapshots.Snapshots(self.centre)

    def one(self, number: int) -> Computer | None:
        return self.computers[number % len(self.computers)] if self.computers else None

    def wrote(self, computer: Computer) -> None:
        """Note what is saved now, and what each new line's writer had seen."""
        desk = computer.desk
        with desk.engine.connect() as connection:
            lines = connection.execute(
                select(Line.hash, Line.table, Line.row, Line.writer, Line.number, Line.action).where(
                    Line.venue_id == desk.venue
                )
            ).all()
        by_row: dict[tuple[str, str], set[bytes]] = {}
        for line in lines:
            by_row.setdefault((line.table, line.row), set()).add(line.hash)
        for line in lines:
            if line.hash not in self.seen:
                self.seen[line.hash] = frozenset(by_row[line.table, line.row] - {line.hash})
        computer.saved = {line.hash for line in lines}

    def starts_again(self, computer: Computer) -> None:
        computer.desk.close()
        computer.desk = Desk.open(computer.folder)
        self.wrote(computer)
        self.survived["desk died"] += 1

    def at_centre(self) -> set[bytes]:
        with self.centre.reading() as connection:
            return set(connection.scalars(select(Line.hash).where(Line.venue_id == self.venue)))

    # -- the ways between them

    def code(self) -> str:
        with self.as_centre(), self.centre.writing() as connection:
            return devices.make_code(connection, self.venue)

    def enrol(self, computer: Computer) -> None:
        joining.enrol(computer.desk, URL, self.code(), Network(self, computer.number).client)
        computer.enrolled = True

    def sync(
        self, computer: Computer, fault: str = "", turn: int = 0, at: int = 0, check: bool = False
    ) -> int:
        """One sync; returns how many lines it moved, -1 where it broke off."""
        network = Network(self, computer.number, fault, turn, at)
        desk = computer.desk
        before = self.people_at_centre()
        try:
            with self.as_(computer), ExitStack() as stack:
                if not computer.enrolled:
                    self.enrol(computer)
                if fault == "desk dies":
                    stack.enter_context(self.dying(desk.engine, 20 + at % 150))
                job = client.sync(desk, check, network.client)
                while True:
                    try:
                        next(job)
                    except StopIteration as end:
                        done: client.Synced = end.value
                        break
        except Killed:
            self.survived["desk dies"] += 1
            self.starts_again(computer)
            return -1
        except Ordered as error:
            self.wipe(computer, error.order)
            return -1
        except Problem as error:
            problem: Problem | None = error
        else:
            problem = None
        self.wrote(computer)
        self.removed_unasked(computer, before - self.people_at_centre(), fault)
        if problem is not None:
            self.refused(computer, problem, fault)
            return -1
        computer.agreed = False
        self.repaired += done.repaired
        self.is_acknowledged(computer)
        return done.sent + done.received

    def wipe(self, computer: Computer, order: Order) -> None:
        """The centre has this desk's records removed: what it lacks is sealed for it first, and decided about there."""
        with self.as_(computer):
            leaving.decide(computer.desk, order)
        computer.desk.close()
        removal = wiping.read(computer.folder)
        assert removal is not None
        packets = [(computer.folder / name).read_bytes() for name in removal.packets]
        with self.as_(computer):
            wiping.remove(computer.folder)
        self.computers.remove(computer)
        self.survived["wiped"] += 1
        with self.as_centre():
            for data in packets:
                assert handed.receive(self.centre, data)["changes"] > 0
            if packets and self.rng.random() < 0.7:
                handed.settle(self.centre, order.device, take=True)
                lost = computer.saved - self.at_centre()
                assert not lost, f"{len(lost)} lines of a desk that was removed are nowhere"
                self.survived["handed over"] += 1
            elif packets:
                handed.settle(self.centre, order.device, take=False)

    def people_at_centre(self) -> set[str]:
        with self.centre.reading() as connection:
            return set(connection.scalars(select(Person.id).where(Person.venue_id == self.venue)))

    def removed_unasked(self, computer: Computer, gone: set[str], fault: str) -> None:
        """Much more than a few per cent of the venue went, and nobody was asked."""
        if len(gone) <= FEW or computer.agreed or fault == "meanwhile" or self.copied or self.restored:
            return
        rows = computer.desk.ask(lambda s: removals.count_rows(s.connection(), computer.desk.venue, ()))[1]
        assert len(gone) <= removals.MANY * (rows + len(gone)), f"{len(gone)} records were removed unasked"

    def answer(self, computer: Computer, agree: bool) -> None:
        """A person looks at the many removals of this desk, and agrees or takes them back."""
        known = computer.desk.ask(queries.standing)
        if known is None or not known.removing:
            return
        with self.as_(computer), suppress(Problem):
            if agree:
                client.agree(computer.desk)
                computer.agreed = True
            else:
                client.take_back(computer.desk)
        self.wrote(computer)
        self.survived["removals agreed to" if agree else "removals taken back"] += 1

    def refused(self, computer: Computer, problem: Problem, fault: str) -> None:
        """A sync ended with a sentence: it must be one that this fault explains, or that a person answers."""
        known = computer.desk.ask(queries.standing)
        assert known is not None, problem
        if known.trouble == "removals":  # so many that a person looks at them first
            with self.as_(computer):
                client.agree(computer.desk)
            self.survived["removals held"] += 1
        elif known.trouble == "revoked":  # the centre went back to before it knew this desk
            computer.enrolled = False
        else:
            assert fault or known.trouble in ("offline", "busy"), f"{known.trouble}: {problem}"

    def is_acknowledged(self, computer: Computer) -> None:
        """What the desk now takes for safe must be at the centre, on its disk."""
        known = computer.desk.ask(queries.standing)
        assert known is not None
        with computer.desk.engine.connect() as connection:
            safe = {
                line.hash
                for line in connection.execute(
                    select(Line.hash, Line.writer, Line.branch, Line.number).where(
                        Line.venue_id == computer.desk.venue
                    )
                )
                if line.number <= known.acknowledged.get(journal.tag(line.writer, line.branch), 0)
            }
        missing = safe - self.at_centre()
        assert not missing, f"{len(missing)} lines are shown as safe and are not at the centre"
        self.acknowledged |= safe

    def meanwhile(self, number: int, body: bytes) -> None:
        """While one desk's request is on its way, another desk's whole sync comes between."""
        for other in self.computers:
            if other.number != number and other.enrolled:
                self.sync(other)
                return


_ALL = capture.fields(Person)
