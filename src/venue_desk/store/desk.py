"""The one door to the memory: ask, do, undo, redo, receive.

Pages, commands and endpoints never see a database session. A query takes the session first and returns frozen
rows; an action takes it first, writes, and is one transaction, one journal step and one undo step.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from venue_desk.domain import clock
from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.store import ballast, database, identity, moving, swap, upgraded, wiping
from venue_desk.store.capture import AskSession, Changes, DoorSession, kinds
from venue_desk.store.chain import broken
from venue_desk.store.journal import Act, head, write
from venue_desk.store.local import local, set_local
from venue_desk.store.lock import Lock, take
from venue_desk.store.merge import Arrival, Merged, clashing, merge, part_ways, rebuild, restamp, retry_held
from venue_desk.store.records import new_id
from venue_desk.store.since import Lines, Since, lines_after, lines_of
from venue_desk.store.steps import (
    Step,
    aside,
    final,
    invert,
    is_final,
    later_words,
    next_redo,
    next_undo,
    overtaken_by,
    refused_final,
)
from venue_desk.store.trouble import Damaged, Full, told

__all__ = ["Desk", "aside", "final", "local", "set_local"]

P = ParamSpec("P")
T = TypeVar("T")
Listener = Callable[[frozenset[str]], None]
PASSED = "passed"  # local: actions of which nothing was left to undo


class Desk:
    """A venue's records in one folder. Safe to use from several threads; one writes at a time."""

    behind = 0  # changes of this computer that its file no longer holds
    renewed = False  # it became a new writer, of which its records do not know the computer yet
    mended = 0  # changes that were brought back from a damaged log when it was opened

    def __init__(self, folder: Path, engine: Engine, lock: Lock | None = None, key: str = "") -> None:
        self.folder = folder
        self._held = lock
        self.engine = engine
        self._writing = engine.execution_options(write=True)
        self._lock = threading.RLock()
        self._listeners: list[Listener] = []
        self._since = Since(folder / database.FILE, key)
        with Session(engine) as session:
            self.venue = local(session, "venue") or ""
            self.writer = local(session, "writer") or ""

    @classmethod
    def open(cls, folder: Path) -> "Desk":
        """Open the venue in a folder, alone. Raises Problem where it cannot be."""
        wiping.refuse(folder)
        if not database.exists(folder):
            raise Problem(
                _("There is no venue in this folder: {folder}").format(folder=folder),
                _("Choose another folder, or set up a venue first."),
            )
        lock = take(folder)
        try:
            return cls._opened(folder, lock)
        except BaseException:
            lock.close()
            raise

    @classmethod
    def _opened(cls, folder: Path, lock: Lock) -> "Desk":
        swap.finish(folder)
        moving.finish(folder)
        engine, now = database.open_engine(folder)
        try:
            with told(folder):
                desk = cls(folder, engine, lock, database.read_key(folder))
                desk._begin(now)
        except BaseException:
            engine.dispose()
            raise
        return desk

    def _begin(self, now: bool) -> None:
        if not self.venue or not self.writer:
            raise Damaged(
                _("The records in {folder} are damaged ({why}).").format(
                    folder=self.folder, why=database.lacking()
                )
            )
        upgraded.settle(self._writing, self.venue, now)
        noted, last = identity.noted(self.folder), self._last_number()
        if noted and noted[0] == self.writer and noted[1] > last:
            identity.remember(self.folder)
            self._look_again(noted[1] - last)
        elif noted and noted[0] == self.writer and noted[1] < last:
            # A stop came between the database and the file beside it.
            self._since.add(self.venue, lines_after(self.engine, self.venue, self.writer, noted[1]), {})
        identity.confirm(self.folder, self._last_number(), self.writer, self.renew)

    def _look_again(self, lacking: int) -> None:
        """Acknowledged changes are missing: bring back those that stand beside the file or behind a damaged place."""
        from venue_desk.store import bringing, salvage

        self.mended = bringing.bring(self, salvage.read(self.folder, database.read_key(self.folder)))
        self.behind = max(0, lacking - self.mended)

    @classmethod
    def create(cls, folder: Path) -> "Desk":
        """Make a new venue without any records; ``actions.venue.set_up`` gives it a name. Raises Problem."""
        wiping.refuse(folder)
        database.make_room(folder)
        wiping.forget(folder)
        lock = take(folder)
        try:
            engine = database.create_engine_new(folder)
            with told(folder), Session(engine.execution_options(write=True)) as session:
                for key in ("venue", "writer"):
                    set_local(session, key, new_id())
                set_local(session, "letter", "A")
                upgraded.mark(session)
                session.commit()
        except BaseException:
            lock.close()
            raise
        desk = cls(folder, engine, lock, database.read_key(folder))
        desk._since.note(desk.writer, 0)
        return desk

    def replaced(self, put: Callable[[], object]) -> "Desk":
        """Let go of the file, let ``put`` put another one in its place, and open that, all under one lock.

        Where ``put`` refuses, this desk goes on: it opens its file again when it is asked.
        """
        with self._lock:
            self.engine.dispose()
            put()
            lock, self._held = self._held, None
            assert lock is not None
            try:
                return self._opened(self.folder, lock)
            except BaseException:
                lock.close()
                raise

    def rekeyed(self, put: Callable[[], str]) -> None:
        """Let ``put`` put the same records in place under the key that it returns, while nobody writes."""
        with self._lock:
            self._since = Since(self.folder / database.FILE, database.rekeyed(self.engine, put))

    def shown(self) -> None:
        """A window holds this desk now: others need not wait for it."""
        if self._held is not None:
            self._held.say("window")

    def stop(self, last: Callable[[], T], bar: Callable[[Engine, Path], None] = wiping.bar) -> T:
        """Run ``last`` while nobody writes, and let nobody in afterwards: the records are removed or moved."""
        with self._lock:
            done = last()
            bar(self.engine, self.folder)
        return done

    def close(self) -> None:
        """Let the file go. The desk cannot be used afterwards."""
        self.engine.dispose()
        if self._held is not None:
            self._held.close()

    # -- the two verbs

    def ask(self, query: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What a query sees now."""
        with told(self.folder), AskSession(self.engine) as session:
            session.info.update(venue=self.venue, writer=self.writer)
            return query(session, *args, **kwargs)

    def do(self, action: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run an action as one step: all of it is durable when this returns, or nothing happened.

        Raises Problem when the action refuses, or when the disk is full or cannot be written. A full disk is helped
        out with the ballast first.
        """
        doc = (action.__doc__ or action.__name__).strip().splitlines()[0].rstrip(".")
        act = Act(new_id(), doc, getattr(action, "kind", "do"), clock.moment())
        # What is given once cannot be given again.
        once = any(isinstance(given, Iterator) for given in (*args, *kwargs.values()))
        try:
            with self._transaction(act) as session:
                return action(session, *args, **kwargs)
        except Full:
            if not ballast.free(self.folder) or once:
                raise
        with self._transaction(act) as session:
            return action(session, *args, **kwargs)

    # -- steps back and forth

    def undo(self) -> str | None:
        """Take back this desk's newest step, also after a restart. Returns its name, None when there is none."""
        with self._lock:
            step = self._look(next_undo)
            if step and step.kind == "final":
                raise refused_final(step.name)
            return self._step(step, "undo")

    def redo(self) -> str | None:
        """Do the step again that was taken back last. Returns its name, None when there is none."""
        with self._lock:
            return self._step(self._look(next_redo), "redo")

    def take_back(self, action: str, name: str) -> None:
        """Take back one action of the history. Raises Problem for a final one, and where later changes overtook it."""
        with self.engine.connect() as connection:
            if is_final(connection, self.venue, action):
                raise refused_final(name)
        with self._transaction(Act(new_id(), name, "undo", clock.moment(), action)) as session:
            if invert(session, action):
                later = overtaken_by(session.connection(), self.venue, action)
                raise Problem(
                    _("“{action}” cannot be taken back: it was changed again later.").format(action=_(name)),
                    later_words(later) or _("Take back the later changes first, or change it by hand."),
                )

    def next_steps(self) -> tuple[str | None, str | None]:
        """The names of what undo and redo would do."""
        back, again = self._look(next_undo), self._look(next_redo)
        return (back.name if back and back.kind != "final" else None, again.name if again else None)

    def _look(self, search: Callable[..., Step | None]) -> Step | None:
        with Session(self.engine) as session:
            passed = (local(session, PASSED) or "").split()
            return search(session.connection(), self.venue, self.writer, passed)

    def _step(self, step: Step | None, kind: str) -> str | None:
        if step is None:
            return None
        with self._transaction(Act(new_id(), step.name, kind, clock.moment(), step.action)) as session:
            invert(session, step.action, forward=kind == "redo")
            session.flush()
            overtaken = not session.info["changes"].settled()
            if overtaken:
                # Nothing of it stands any more, so no line says that it is undone: the next undo goes past it.
                passed = local(session, PASSED) or ""
                set_local(session, PASSED, f"{passed} {step.action}".strip())
        if overtaken:
            raise Problem(
                _("“{action}” was changed again later: nothing was left to undo.").format(action=_(step.name))
            )
        return step.name

    # -- what comes from elsewhere

    def receive(
        self,
        arrivals: Sequence[Arrival],
        *,
        keep: Mapping[str, str | None] | None = None,
        stamps: Sequence[tuple[bytes, int]] = (),
        forks: Sequence[tuple[str, int, int]] = (),
        again: Sequence[tuple[str, str]] = (),
        older: bool = False,
        lists: Callable[[Session], bool] | None = None,
    ) -> Merged:
        """Apply lines from the centre, in one transaction with what is kept locally of them (the cursor).

        ``stamps`` are (hash, effective stamp): what the centre fixed for lines of ours. ``forks`` are (writer, branch,
        number): from there on our lines are another branch than the centre's, because a copy of this file wrote too;
        of our own writer it makes us a new one. ``again`` are (table, row) to be folded again from the journal.
        ``older``: the centre has said more since, so lines that are here keep their stamps. ``lists`` takes over what
        came for all venues; it returns whether that was anything.
        """
        with self._lock, told(self.folder), Session(self._writing) as session:
            session.info.update(venue=self.venue, writer=self.writer)
            connection = session.connection()
            strange = clashing(connection, self.venue, arrivals)
            tables = part_ways(connection, self.venue, arrivals, [*forks, *strange])
            merged = merge(connection, self.venue, arrivals)
            if arrivals:
                tables |= retry_held(connection, self.venue).tables
            # Lines of ours that came back: the centre's stamp decides, also where its answer to them was lost.
            back = [
                (a.entry.hash, a.effective)
                for a, result in zip(arrivals, merged.results, strict=True)
                if result == "duplicate" and not older
            ]
            merged.tables |= tables | restamp(connection, self.venue, [*stamps, *back])
            merged.tables |= rebuild(connection, self.venue, again)
            for key, value in (keep or {}).items():
                set_local(session, key, value)
            if lists is not None and lists(session):
                merged.tables.add("reference")
            writer = self.writer
            if any(name == writer for name, _branch, _number in forks) or any(
                a.entry.writer == writer and a.branch == 0 and result != "duplicate"
                for a, result in zip(arrivals, merged.results, strict=True)
            ):
                # Somebody writes under our name: a clone, or we were restored from an older copy.
                writer = identity.renew(session)
            session.commit()
            self._since.add(self.venue, lines_of(self.venue, arrivals, merged.results), keep or {})
            if writer != self.writer:
                self.writer, self.renewed = writer, True
                self._since.note(self.writer, 0)
        self._tell(frozenset(merged.tables) | ({"local"} if keep else frozenset()))
        return merged

    def keep(self, write: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Write what this file keeps for itself in one transaction; no line tells of it, and nobody is told."""
        with self._lock, told(self.folder), Session(self._writing) as session:
            session.info.update(venue=self.venue, writer=self.writer)
            result = write(session, *args, **kwargs)
            session.commit()
            return result

    def move(self, venue: str, keep: Mapping[str, str | None]) -> None:
        """Become part of another venue, with all records: once, before the first line is sent anywhere.

        Lines stay as they were hashed, because a line does not say its venue. ``keep`` is kept locally with it.
        """
        with self._lock, told(self.folder), Session(self._writing) as session:
            identity.move(session.connection(), self.venue, venue)
            for key, value in {**keep, "venue": venue}.items():
                set_local(session, key, value)
            session.commit()
            self.venue = venue
            self._since.add(self.venue, [], {**keep, "venue": venue})
        self._tell(frozenset(kinds()))

    def check(self) -> list[str]:
        """What is wrong with the file or with the journal's chain, in words; empty when all is whole."""
        fault = database.check(self.folder / database.FILE, database.read_key(self.folder))
        if fault:
            return [_("The file is damaged: {why}").format(why=fault)]
        with self.engine.connect() as connection:
            return broken(connection, self.venue)

    # -- listeners

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener(tables)`` after each commit, in the thread that wrote. Returns how to stop it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _tell(self, tables: frozenset[str]) -> None:
        if tables:
            for listener in tuple(self._listeners):
                listener(tables)

    # -- inside

    @contextmanager
    def _transaction(self, act: Act) -> Iterator[Session]:
        changes = Changes()
        with self._lock:
            with told(self.folder), self._writing.begin() as connection, DoorSession(connection) as session:
                session.info.update(
                    venue=self.venue, writer=self.writer, changes=changes, action=act.id, floor=False
                )
                yield session
                session.flush()
                settled = changes.settled()
                lines: Lines = ()
                if settled:
                    lines = write(connection, self.venue, self.writer, act, settled, session.info["floor"])
            self._since.add(self.venue, lines, changes.kept)
            if lines:
                self._since.note(self.writer, lines[-1]["number"])
        self._tell(frozenset(change[0] for change in settled))

    def _last_number(self) -> int:
        with self.engine.connect() as connection:
            return head(connection, self.venue, self.writer).number

    def renew(self) -> None:
        """Go on as a new writer: this file is a copy or an older state of one that wrote more."""
        with self._lock, Session(self._writing) as session:
            session.info.update(venue=self.venue)
            writer = identity.renew(session)
            session.commit()
            self.writer, self.renewed = writer, True
            self._since.note(self.writer, 0)
