"""Seeded histories of desks, a centre and sticks, with all that goes wrong between them.

A history is a list of steps made from a seed; each step means something whatever steps came before, so a failing
history is made shorter by leaving steps out. Real desks, real files (in memory where the machine has such a folder),
the real loop, the real centre; only the network is ours, and the clock.
"""

import random
import shutil
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from sync import simulator_acts as acts
from sync import simulator_lists as lists
from sync.simulator_wire import FAULTS, Killed, Network
from sync.simulator_world import HIDDEN_FIELD, Computer, Ground
from venue_desk.actions import sync as settling
from venue_desk.domain.problem import Problem
from venue_desk.queries import sync as queries
from venue_desk.server import carrying, devices, keeping
from venue_desk.store import identity
from venue_desk.store.desk import Desk
from venue_desk.sync import stick

MOST = 5  # desks
YEARS = 365 * 24 * 3600

Step = tuple[Any, ...]
# How often each kind of step comes.
WEIGHTS = {
    "add": 9,
    "edit": 16,
    "mark": 9,
    "vendor": 3,
    "remove": 3,
    "remove many": 2,
    "answers": 3,
    "issue": 4,
    "many": 2,
    "undo": 4,
    "redo": 2,
    "settle": 2,
    "sync": 22,
    "stick out": 4,
    "stick in": 5,
    "stick back": 5,
    "dies": 3,
    "clone": 2,
    "keep": 3,
    "put back": 2,
    "burns": 1,
    "joins": 2,
    "revoked": 1,
    "agency": 5,
    "backup": 2,
    "restore": 1,
    "clock": 3,
    "upgrade": 1,
    "poison": 1,
    "late": 3,
    "time passes": 3,
}


def history(seed: int, length: int | None = None) -> list[Step]:
    """The steps of a history."""
    rng = random.Random(seed)
    steps: list[Step] = [
        ("joins", rng.randrange(4), rng.random() < 0.3) for _desk in range(rng.randint(2, 4))
    ]
    kinds, weights = list(WEIGHTS), list(WEIGHTS.values())
    for _step in range(length or rng.randint(12, 45)):
        kind = rng.choices(kinds, weights)[0]
        numbers = [rng.randrange(1 << 16) for _number in range(3)]
        if kind == "sync":
            fault = rng.choice(FAULTS) if rng.random() < 0.45 else ""
            steps.append((kind, numbers[0], fault, numbers[1] % 3 % 2, numbers[2]))
        elif kind == "clock":
            steps.append((kind, numbers[0], rng.choice((0, 0, 10, -10, 1, -1))))
        elif kind == "joins":
            steps.append((kind, numbers[0] % 4, rng.random() < 0.3))
        else:
            steps.append((kind, *numbers))
    return steps


class World(Ground):
    """The steps of histories, by their names."""

    def run(self, steps: list[Step]) -> None:
        for step in steps:
            self.elapsed += 7
            doing: Callable[..., None] = getattr(self, "_" + step[0].replace(" ", "_"))
            doing(*step[1:])

    def do(self, number: int, action: Callable[..., Any], *args: Any, **more: Any) -> None:
        computer = self.one(number)
        if computer is None:
            return
        with self.as_(computer), suppress(Problem):
            computer.desk.do(action, *args, **more)
        self.wrote(computer)

    def _joins(self, mould: int, older: bool) -> None:
        if len(self.computers) >= MOST:
            return
        folder = self.folder / f"desk-{self.made}"
        shutil.copytree(self.moulds.folder / f"desk-{mould}", folder)
        computer = Computer(self.made, folder, Desk.open(folder), older)
        self.made += 1
        self.computers.append(computer)
        self.wrote(computer)

    def _add(self, desk: int, name: int, _c: int) -> None:
        self.do(
            desk, acts.add_named, f"Peserta {name % 1000}", *self.noted(desk, f"n{name}" if name % 3 else "")
        )

    def _edit(self, desk: int, person: int, value: int) -> None:
        names = ("phone", "address", "organisation", *self.noted(desk, HIDDEN_FIELD))
        self.do(desk, acts.edit_some, person, names[value % len(names)], value)

    def noted(self, desk: int, text: str) -> tuple[str, ...]:
        """What only the newer release has."""
        computer = self.one(desk)
        return () if computer is None or computer.older else (text,)

    def _mark(self, desk: int, where: int, value: int) -> None:
        self.do(desk, acts.mark, where % 6, value)

    def _vendor(self, desk: int, which: int, value: int) -> None:
        computer = self.one(desk)
        if computer is not None and not computer.older:
            self.do(desk, acts.vendor, which % 4, value)

    def _remove(self, desk: int, person: int, _c: int) -> None:
        self.do(desk, acts.remove_some, person)

    def _remove_many(self, desk: int, count: int, value: int) -> None:
        self.do(desk, acts.remove_many, 6 + count % 25, value)

    def _answers(self, desk: int, how: int, _c: int) -> None:
        """A person says what is to become of the many removals of this desk that wait."""
        computer = self.one(desk)
        if computer is not None:
            self.answer(computer, how % 2 == 0)

    def _issue(self, desk: int, person: int, _c: int) -> None:
        computer = self.one(desk)
        if computer is not None and not computer.enrolled:
            self.alone.add(computer.number)
        self.do(desk, acts.issue, person)

    def _many(self, desk: int, count: int, value: int) -> None:
        self.do(desk, acts.many, 5 + count % 25, value)

    def _settle(self, desk: int, which: int, how: int) -> None:
        computer = self.one(desk)
        if computer is None:
            return
        waiting = computer.desk.ask(acts.open_conflicts)
        if waiting:
            self.do(desk, (settling.take_other, settling.keep_this)[how % 2], waiting[which % len(waiting)])

    def _undo(self, desk: int, _b: int, _c: int) -> None:
        self._step(desk, "undo")

    def _redo(self, desk: int, _b: int, _c: int) -> None:
        self._step(desk, "redo")

    def _step(self, number: int, verb: str) -> None:
        computer = self.one(number)
        if computer is not None:
            with self.as_(computer), suppress(Problem):
                getattr(computer.desk, verb)()
            self.wrote(computer)

    def _time_passes(self, amount: int, _b: int, _c: int) -> None:
        self.elapsed += amount * 10

    def _clock(self, desk: int, years: int) -> None:
        computer = self.one(desk)
        if computer is not None:
            computer.offset = years * YEARS
            self.survived["clock off"] += bool(years)

    def _upgrade(self, desk: int, _b: int, _c: int) -> None:
        computer = self.one(desk)
        if computer is not None and computer.older:
            computer.older = False
            with self.as_(computer):
                computer.desk.close()
                computer.desk = Desk.open(computer.folder)
                computer.desk._begin(True)
            self.survived["older release"] += 1

    def _poison(self, desk: int, which: int, value: int) -> None:
        computer = self.one(desk)
        if computer is not None:
            with self.as_(computer):
                acts.poison(computer.desk, which, value)
            self.wrote(computer)
            self.survived["poison"] += 1

    def _dies(self, desk: int, after: int, what: int) -> None:
        """A desk dies in the middle of an action."""
        computer = self.one(desk)
        if computer is None:
            return
        before = set(computer.saved)
        with self.as_(computer), suppress(Killed, Problem), self.dying(computer.desk.engine, after % 16):
            if what % 3 == 0:
                computer.desk.undo()
            else:
                computer.desk.do(
                    (acts.edit_some, acts.many)[what % 2], *((what, "phone", what), (6, what))[what % 2]
                )
        self.starts_again(computer)
        assert before <= computer.saved, "what was saved before the desk died is gone"

    def _clone(self, desk: int, _b: int, _c: int) -> None:
        computer = self.one(desk)
        if computer is None or len(self.computers) >= MOST:
            return
        computer.desk.close()
        folder = self.folder / f"desk-{self.made}"
        shutil.copytree(computer.folder, folder)
        computer.desk = Desk.open(computer.folder)
        copy = Computer(
            self.made,
            folder,
            Desk.open(folder),
            computer.older,
            computer.offset,
            computer.enrolled,
            set(computer.saved),
        )
        self.made += 1
        self.computers.append(copy)
        self.copied = True
        self.survived["clone"] += 1

    def _keep(self, desk: int, _b: int, _c: int) -> None:
        """Somebody keeps a copy of a desk's folder."""
        computer = self.one(desk)
        if computer is not None:
            computer.desk.close()
            place = self.folder / f"kept-{len(self.kept)}"
            shutil.copytree(computer.folder, place)
            computer.desk = Desk.open(computer.folder)
            self.kept.append((place, computer.enrolled, computer.older, set(computer.saved)))

    def _put_back(self, desk: int, which: int, how: int) -> None:
        """A desk's folder, or the database alone beside a newer note, is replaced by an older copy."""
        computer = self.one(desk)
        if computer is None or not self.kept:
            return
        place, enrolled, older, saved = self.kept[which % len(self.kept)]
        computer.desk.close()
        note = (computer.folder / identity.FILE).read_bytes()
        shutil.rmtree(computer.folder)
        shutil.copytree(place, computer.folder)
        if how % 2:
            (computer.folder / identity.FILE).write_bytes(note)
        computer.desk = Desk.open(computer.folder)
        computer.enrolled, computer.older, computer.saved = enrolled, older, saved
        self.copied = True
        self.survived["desk restored"] += 1
        self.wrote(computer)

    def _burns(self, desk: int, _b: int, _c: int) -> None:
        computer = self.one(desk)
        if computer is not None and len(self.computers) > 2:
            computer.desk.close()
            self.computers.remove(computer)
            self.survived["desk lost"] += 1

    def _revoked(self, desk: int, how: int, _c: int) -> None:
        """The agency lets a computer in no more, and may have its records removed."""
        computer = self.one(desk)
        known = computer.desk.ask(queries.standing) if computer is not None and computer.enrolled else None
        if known is not None and len(self.computers) > 2:
            with self.centre.writing() as connection, suppress(Problem):
                devices.revoke(connection, known.device, wipe=how % 3 > 0)
            self.survived["revoked"] += 1

    def _agency(self, which: int, value: int, _c: int) -> None:
        lists.change(self, which, value)

    def _backup(self, _a: int, _b: int, _c: int) -> None:
        file = self.folder / f"backup-{self.rng.getrandbits(32)}"
        keeping.backup(self.centre, file)
        self.backup = (file, self.at_centre())

    def _restore(self, _a: int, _b: int, _c: int) -> None:
        if self.backup is None:
            return
        file, there = self.backup
        self.centre.close()
        keeping.restore(self.folder / "centre", file)
        self.centre_starts_again()
        # What is in no backup and on no desk is lost with the disk it was on.
        self.acknowledged &= there | {line for c in self.computers for line in c.saved}
        self.restored = True
        self.survived["centre restored"] += 1

    def _sync(self, desk: int, fault: str, turn: int, at: int) -> None:
        computer = self.one(desk)
        if computer is not None:
            self.sync(computer, fault, turn, at)

    def _late(self, which: int, _b: int, _c: int) -> None:
        """A request that was thought lost arrives after all, perhaps long after others."""
        if self.late:
            token, body = self.late.pop(which % len(self.late))
            with suppress(Exception):
                Network(self, -1)._sync(token, body)

    def _stick_out(self, desk: int, _b: int, _c: int) -> None:
        computer = self.one(desk)
        if computer is not None and computer.enrolled:
            path = self.folder / f"stick-{self.rng.getrandbits(32)}.vdsync"
            with self.as_(computer):
                stick.export(computer.desk, path)
            self.outgoing.append((computer.number, path))

    def _stick_in(self, which: int, again: int, _c: int) -> None:
        if self.outgoing:
            number, path = self.outgoing[which % len(self.outgoing)]
            answer = self.folder / f"answer-{self.rng.getrandbits(32)}.vdsync"
            with suppress(Problem):
                carrying.take(self.centre, path, answer)
                self.returning.append((number, answer))
            if again % 3:
                self.outgoing.remove((number, path))
            self.survived["stick"] += 1

    def _stick_back(self, which: int, again: int, _c: int) -> None:
        if self.returning:
            number, path = self.returning[which % len(self.returning)]
            for computer in self.computers:
                if computer.number == number:
                    with self.as_(computer), suppress(Problem):
                        stick.bring(computer.desk, path)
                        self.is_acknowledged(computer) if not self.restored else None
                    self.wrote(computer)
            if again % 3:
                self.returning.remove((number, path))
