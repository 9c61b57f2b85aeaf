"""Long work: progress, results and problems come back in the window's thread; a cancel closes the job."""

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from venue_desk.desktop.jobs import Job, Jobs, Progress, Running
from venue_desk.domain.problem import Problem


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    made = Jobs()
    yield made
    made.close()


class Told:
    """What a job told, and in which threads."""

    def __init__(self) -> None:
        self.said: list[object] = []
        self.threads: set[int] = set()

    def __call__(self, what: object = "cancelled") -> None:
        self.said.append(what)
        self.threads.add(threading.get_ident())

    def listen(self, running: Running) -> None:
        running.progressed.connect(self)
        running.done.connect(self)
        running.refused.connect(self)
        running.broke.connect(self)
        running.cancelled.connect(lambda: self("cancelled"))


def test_progress_and_the_result_arrive_in_this_thread(jobs: Jobs, qtbot: QtBot) -> None:
    worked_in: list[int] = []

    def work() -> Job:
        worked_in.append(threading.get_ident())
        yield 0.5
        yield "half"
        yield (0.9, "nearly")
        yield None
        return "result"

    told = Told()
    jobs.start(work(), prepare=told.listen)
    qtbot.waitUntil(lambda: "result" in told.said)
    assert told.said[0] == Progress(0.5)
    assert told.said[-1] == "result"
    assert told.threads == {threading.get_ident()}
    assert worked_in != [threading.get_ident()]


def test_progress_is_told_as_fast_as_it_is_shown(jobs: Jobs, qtbot: QtBot) -> None:
    def work() -> Job:
        for number in range(10_000):
            yield number / 10_000
        return "result"

    told = Told()
    jobs.start(work(), prepare=told.listen)
    qtbot.waitUntil(lambda: "result" in told.said)
    assert len(told.said) < 5_000


def test_what_a_job_yields_is_progress() -> None:
    assert Progress.of("half") == Progress(None, "half")
    assert Progress.of((0.9, "nearly")) == Progress(0.9, "nearly")
    assert Progress.of((None, "nearly")) == Progress(None, "nearly")
    assert Progress.of(None) == Progress(None)


def test_a_cancel_closes_the_job_at_its_next_step(jobs: Jobs, qtbot: QtBot) -> None:
    closed = threading.Event()
    begun = threading.Event()

    def work() -> Job:
        try:
            while True:
                begun.set()
                yield None
        finally:
            closed.set()

    told = Told()
    running = jobs.start(work(), prepare=told.listen)
    assert begun.wait(5)
    assert jobs.busy() == [running]
    running.cancel()
    qtbot.waitUntil(lambda: "cancelled" in told.said)
    assert closed.is_set()
    qtbot.waitUntil(lambda: not jobs.busy())


def test_a_problem_and_a_bug_are_told_apart(jobs: Jobs, qtbot: QtBot) -> None:
    def refuses() -> Job:
        yield None
        raise Problem("no")

    def breaks() -> Job:
        yield None
        raise ZeroDivisionError

    told = Told()
    jobs.start(refuses(), prepare=told.listen)
    jobs.start(breaks(), prepare=told.listen)
    qtbot.waitUntil(lambda: len([one for one in told.said if isinstance(one, Exception)]) == 2)
    assert {type(one) for one in told.said if isinstance(one, Exception)} == {Problem, ZeroDivisionError}


def test_a_short_job_does_not_wait_for_a_long_one(jobs: Jobs, qtbot: QtBot) -> None:
    stop = threading.Event()

    def long() -> Job:
        while not stop.is_set():
            yield None

    def short() -> Job:
        yield None
        return "short"

    told = Told()
    jobs.start(long())
    jobs.start(short(), prepare=told.listen)
    qtbot.waitUntil(lambda: "short" in told.said)
    stop.set()


def test_closing_joins_the_thread_and_cancels_what_runs() -> None:
    before = set(threading.enumerate())
    jobs = Jobs()
    begun, closed = threading.Event(), threading.Event()

    def work() -> Job:
        try:
            while True:
                begun.set()
                yield None
        finally:
            closed.set()

    jobs.start(work())
    assert begun.wait(5)
    jobs.close()
    assert closed.is_set()
    assert not [one for one in set(threading.enumerate()) - before if one.name == "venue-desk-jobs"]
