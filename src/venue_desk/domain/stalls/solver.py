"""The one door to the solver library: a neutral model in, a solution and a bound out. All may be missing."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic

from venue_desk.domain.stalls.model import Model

_LOOK = 0.05
"""Seconds between two looks at a running solver, where a caller may stop it."""


@dataclass(frozen=True, slots=True)
class Solution:
    """What the solver found: values of the columns (None: nothing yet), a proven bound, whether the end is reached."""

    values: list[float] | None
    bound: float
    finished: bool

    @property
    def impossible(self) -> bool:
        return self.finished and self.values is None


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

    engine = highspy.Highs()
    engine.silent()
    engine.setOptionValue("time_limit", seconds)
    engine.setOptionValue("random_seed", seed)
    engine.setOptionValue("threads", 1)
    engine.setOptionValue("mip_rel_gap", 0.0)
    # Costs are whole numbers, so less than one apart is the same.
    engine.setOptionValue("mip_abs_gap", 0.99)
    engine.HandleUserInterrupt = True
    engine.passModel(_problem(model, highspy))
    engine.startSolve()
    started = monotonic()
    try:
        while not engine.wait(_LOOK)[0]:
            if monotonic() - started > seconds + 1:
                engine.cancelSolve()
            yield None
    except GeneratorExit:
        engine.cancelSolve()
        engine.wait()
        raise
    yield _outcome(engine, highspy)


def _problem(model: Model, highspy: object) -> object:
    library: object = highspy
    lp = library.HighsLp()  # type: ignore[attr-defined]
    infinity = library.kHighsInf  # type: ignore[attr-defined]
    kinds = library.HighsVarType  # type: ignore[attr-defined]
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
    lp.a_matrix_.format_ = library.MatrixFormat.kRowwise  # type: ignore[attr-defined]
    lp.a_matrix_.start_ = starts
    lp.a_matrix_.index_ = index
    lp.a_matrix_.value_ = value
    return lp


def _outcome(engine: object, highspy: object) -> Solution:
    status = engine.getModelStatus()  # type: ignore[attr-defined]
    info = engine.getInfo()  # type: ignore[attr-defined]
    states = highspy.HighsModelStatus  # type: ignore[attr-defined]
    found = info.primal_solution_status == 2
    values = list(engine.getSolution().col_value) if found else None  # type: ignore[attr-defined]
    finished = status in (states.kOptimal, states.kInfeasible)
    return Solution(values, info.mip_dual_bound, finished)
