"""One worker thread for long work. A job is a generator: each ``yield`` is progress, to cancel is to stop asking.

Several jobs take turns, step by step, so that a long plan does not hold up a short import.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from venue_desk.domain.problem import Problem

Job = Generator[Any, None, Any]


@dataclass(frozen=True, slots=True)
class Progress:
    """A share of one (None: unknown) and a sentence."""

    share: float | None
    text: str = ""

    @classmethod
    def of(cls, said: Any) -> Progress:
        """What a job yielded: 0.4, "words", (0.4, "words"), or None."""
        if isinstance(said, int | float):
            return cls(float(said))
        if isinstance(said, str):
            return cls(None, said)
        if isinstance(said, tuple) and len(said) == 2:
            return cls(None if said[0] is None else float(said[0]), str(said[1]))
        return cls(None)


class Running(QObject):
    """A job that was given to the worker; its signals arrive in the thread that started it."""

    progressed = Signal(object)  # Progress
    done = Signal(object)  # what the job returned
    refused = Signal(object)  # a Problem
    broke = Signal(object)  # an exception that is our bug
    cancelled = Signal()
    ended = Signal()  # after any of the above

    def __init__(self, job: Job, quiet: bool) -> None:
        super().__init__()
        self.job = job
        self.quiet = quiet
        self.stopped = threading.Event()
        self._shown = True

    def seen(self) -> None:
        """The progress that was told last is shown."""
        self._shown = True

    def cancel(self) -> None:
        """Stop asking; the job is closed at its next ``yield``."""
        self.stopped.set()

    def step(self) -> bool:
        """One step, in the worker. False when the job is over."""
        try:
            if self.stopped.is_set():
                self.job.close()
                self.cancelled.emit()
            else:
                said = next(self.job)
                # A job of many small steps must not bury the window in progress: the next is told when the
                # last was shown.
                if self._shown:
                    self._shown = False
                    self.progressed.emit(Progress.of(said))
                return True
        except StopIteration as end:
            # Cancelled too late: the work is done, and is told as done.
            self.done.emit(end.value)
        except Problem as problem:
            self.refused.emit(problem)
        except BaseException as error:  # noqa: BLE001 (whatever it is, the window's thread reports it)
            self.broke.emit(error)
        self.ended.emit()
        return False


class Jobs:
    """The worker. ``close`` stops what runs and joins the thread."""

    def __init__(self) -> None:
        self._ready = threading.Condition()
        self._turns: deque[Running] = deque()
        self._closing = False
        self._held: set[Running] = set()
        self._thread = threading.Thread(target=self._loop, name="venue-desk-jobs", daemon=True)
        self._thread.start()

    def start(
        self, job: Job, *, quiet: bool = False, prepare: Callable[[Running], object] | None = None
    ) -> Running:
        """Begin a job; ``prepare`` connects its signals before its first step."""
        running = Running(job, quiet)
        self._held.add(running)
        running.progressed.connect(running.seen)
        running.ended.connect(lambda: self._held.discard(running))
        if prepare is not None:
            prepare(running)
        with self._ready:
            self._turns.append(running)
            self._ready.notify()
        return running

    def busy(self) -> list[Running]:
        """Jobs that a person waits for."""
        return [running for running in self._held if not running.quiet]

    def idle(self) -> bool:
        """Whether nothing runs or waits, quiet jobs included."""
        return not self._held

    def close(self) -> None:
        with self._ready:
            self._closing = True
            for running in self._held:
                running.cancel()
            self._ready.notify()
        self._thread.join()

    def _loop(self) -> None:
        while True:
            with self._ready:
                while not self._turns and not self._closing:
                    self._ready.wait()
                if not self._turns:
                    return
                running = self._turns.popleft()
            if running.step():
                with self._ready:
                    self._turns.append(running)
