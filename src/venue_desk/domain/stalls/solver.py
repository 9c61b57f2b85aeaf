"""The one door to the solver library: a neutral model in, a solution and a bound out. All may be missing."""

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from time import monotonic
from typing import Any

from venue_desk.domain.stalls.model import Model

_LOOK = 0.05
"""Seconds between two looks at a running solver, where a caller may stop it."""


@dataclass(frozen=True, slots=True)
class Solution:
    """What the solver found: values of the columns (None: nothing yet), a proven bound, whether the end is reached."""

    values: list[float] | None
    bound: float
    finished: bool


def available() -> bool:
    """Whether the solver library can be used here."""
    try:
        import highspy  # noqa: F401
    except ImportError:
        return False
    return True


def solve(model: Model, seconds: float, seed: int = 0) -> Iterator[Solution | None]:
    """Solve in a thread of the library; yields None while it runs and then one Solution.

    A caller who stops asking cancels the run, which ends within a moment.
    """
    import highspy

    library: Any = highspy  # its types are given in part only
    with _silence():
        engine = library.Highs()
    engine.silent()
    engine.setOptionValue("time_limit", seconds)
    engine.setOptionValue("random_seed", seed)
    engine.setOptionValue("threads", 1)
    engine.setOptionValue("mip_rel_gap", 0.0)
    # Costs are whole numbers, so less than one apart is the same.
    engine.setOptionValue("mip_abs_gap", 0.99)
    engine.HandleUserInterrupt = True
    engine.passModel(_problem(model, library))
    # Not the library's own startSolve: its locks belong to the class, so two plans at once would refuse each other.
    thread = Thread(target=_run, args=(engine,), name="stalls-solver", daemon=True)
    thread.start()
    latest = monotonic() + seconds + 1
    try:
        while thread.is_alive():
            thread.join(_LOOK)
            if monotonic() > latest:
                engine.cancelSolve()
            yield None
    finally:
        engine.cancelSolve()
        thread.join()
    yield _outcome(engine, library)


def _run(engine: Any) -> None:
    engine.run()
    # Each thread of the library has a scheduler of its own; one left behind can block the end of the process.
    engine.resetThreadScheduler(False)


@contextmanager
def _silence() -> Iterator[None]:
    """Keep the library's greeting, printed past Python when it is made, out of what a command prints."""
    try:
        kept = os.dup(1)
    except OSError:  # no standard output, as in a windowed program
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def _problem(model: Model, library: Any) -> Any:
    lp = library.HighsLp()
    infinity = library.kHighsInf
    kinds = library.HighsVarType
    lp.num_col_ = len(model.cost)
    lp.num_row_ = len(model.rows)
    lp.col_cost_ = model.cost
    lp.col_lower_ = [0.0] * len(model.cost)
    lp.col_upper_ = model.high
    lp.integrality_ = [kinds.kInteger if whole else kinds.kContinuous for whole in model.whole]
    lp.row_lower_ = [row.low for row in model.rows]
    lp.row_upper_ = [row.high if row.high < math.inf else infinity for row in model.rows]
    starts, index, value = [0], [], []
    for row in model.rows:
        for column, factor in row.terms:
            index.append(column)
            value.append(factor)
        starts.append(len(index))
    lp.a_matrix_.format_ = library.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = starts
    lp.a_matrix_.index_ = index
    lp.a_matrix_.value_ = value
    return lp


def _outcome(engine: Any, library: Any) -> Solution:
    status = engine.getModelStatus()
    info = engine.getInfo()
    states = library.HighsModelStatus
    found = info.primal_solution_status == 2
    values = list(engine.getSolution().col_value) if found else None
    finished = status in (states.kOptimal, states.kInfeasible)
    return Solution(values, info.mip_dual_bound, finished)
