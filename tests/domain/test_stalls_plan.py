"""Planning: legal for any season, as good as is proven possible for known ones, the same for the same seed."""

import json
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.stalls_plan import season_of
from venue_desk.domain.stalls import solver
from venue_desk.domain.stalls.fairness import quota, reach, score, shares
from venue_desk.domain.stalls.planner import finish, plan
from venue_desk.domain.stalls.relax import relaxations
from venue_desk.domain.stalls.rules import Rule, violations
from venue_desk.domain.stalls.season import Season, Stall, Vendor, turns
from venue_desk.domain.stalls.seating import Seating
from venue_desk.domain.stalls.words import proof, relaxed

DATA = Path(__file__).parents[1] / "data" / "stalls"
BEST = {"small-3": 2, "small-6": 2, "quarter80-2": 1}

NEEDS = st.frozensets(st.sampled_from(["power", "gas"]), max_size=1)
OFFERS = st.frozensets(st.sampled_from(["power", "gas"]))


@st.composite
def seasons(draw: st.DrawFn) -> Season:
    """Seasons of up to four stalls, seven weeks and twelve vendors, with every kind of rule."""
    weeks = draw(st.integers(2, 7))
    stalls = tuple(
        Stall(str(i), i // 2, i % 2, draw(OFFERS), draw(st.integers(0, 2)))
        for i in range(draw(st.integers(1, 4)))
    )
    vendors = tuple(
        Vendor(
            key=str(i),
            category=draw(st.sampled_from(["satay", "rice", "other"])),
            diet=draw(st.sampled_from(["H", "H", "N", "U"])),
            needs=draw(NEEDS),
            joined=draw(st.sampled_from([0, 0, 0, 1, 3])),
            until=draw(st.sampled_from([None, None, None, 5])),
            away=draw(st.frozensets(st.integers(0, weeks - 1), max_size=2)),
            credit=draw(st.sampled_from([0.0, 0.5, -0.4])),
            last_turn=draw(st.sampled_from([None, -1, -3])),
        )
        for i in range(draw(st.integers(2, 12)))
    )
    pair = draw(st.sampled_from([(), ((0, 1),)]))
    together = draw(st.booleans())
    return Season(
        weeks=weeks,
        stalls=stalls,
        vendors=vendors,
        out={1: frozenset({0})} if draw(st.booleans()) else {},
        caps={"satay": 1} if draw(st.booleans()) else {},
        apart=() if together else pair,
        together=pair if together else (),
        gap_hard=draw(st.integers(1, 2)),
        gap_lo=2,
        gap_hi=draw(st.integers(3, 4)),
    )


@given(seasons())
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_plan_is_legal_and_no_better_than_its_bound(season: Season) -> None:
    made = finish(plan(season, use_solver=False))
    assert violations(season, made.plan) == []
    assert made.score == score(season, made.plan, shares(season))
    assert made.score.empty >= made.bound.empty
    assert made.done == 1


@given(seasons())
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_solver_is_never_worse_and_as_legal(season: Season) -> None:
    alone = finish(plan(season, use_solver=False))
    helped = finish(plan(season, seconds=5))
    assert violations(season, helped.plan) == []
    assert helped.score.key <= alone.score.key
    assert helped.bound.key <= helped.score.key


@given(seasons())
@settings(max_examples=40, deadline=None)
def test_shares_make_up_the_seats_and_are_within_reach(season: Season) -> None:
    share = shares(season)
    for vendor, owed in enumerate(share):
        assert owed <= reach(season, vendor) + 1e-6
    always = [v.joined == 0 and v.until is None for v in season.vendors]
    if all(always) and all(reach(season, v) >= season.weeks // 2 for v in range(len(always))):
        assert sum(share) <= season.all_seats + 1e-6


@given(st.lists(st.sampled_from(["H", "N", "U"]), min_size=1, max_size=5), st.integers(1, 5), st.data())
@settings(max_examples=80, deadline=None)
def test_seating_finds_a_way_exactly_when_there_is_one(
    diets: list[str], rows: int, data: st.DataObject
) -> None:
    stalls = tuple(Stall(str(i), i // rows, i % rows, data.draw(OFFERS)) for i in range(len(diets)))
    vendors = tuple(Vendor(str(i), diet=diet, needs=data.draw(NEEDS)) for i, diet in enumerate(diets))
    season = Season(weeks=1, stalls=stalls, vendors=vendors)
    there_is = any(
        violations(season, {(0, s): v for s, v in enumerate(order)}) == []
        for order in permutations(range(len(vendors)))
    )
    seats = Seating(season).seat(0, range(len(vendors)))
    assert (seats is not None) == there_is
    if seats is not None:
        assert violations(season, {(0, s): v for s, v in enumerate(seats)}) == []


@pytest.mark.parametrize("name", ["small-6", pytest.param("small-3", marks=pytest.mark.long), "quarter80-2"])
def test_a_quarter_is_full_fair_and_proven_best(name: str) -> None:
    season = season_of(json.loads((DATA / f"{name}.json").read_text(encoding="utf-8")))
    made = finish(plan(season, seconds=60))
    assert violations(season, made.plan) == []
    assert (made.score.empty, made.score.outside, made.score.gap) == (0, 0, BEST[name])
    assert made.proven
    share = shares(season)
    for vendor, weeks in enumerate(turns(season, made.plan)):
        low, high = quota(share[vendor])
        assert low <= len(weeks) <= high


def test_without_the_solver_a_quarter_is_full_and_within_quota() -> None:
    season = season_of(json.loads((DATA / "quarter80-2.json").read_text(encoding="utf-8")))
    made = finish(plan(season, use_solver=False))
    assert violations(season, made.plan) == []
    assert (made.score.empty, made.score.outside) == (0, 0)
    assert made.score.gap <= BEST["quarter80-2"] + 4
    assert made.proven or "minggu" in proof(made)


def test_the_same_seed_makes_the_same_plan_and_a_stop_keeps_the_best() -> None:
    season = season_of(json.loads((DATA / "small-6.json").read_text(encoding="utf-8")))
    one = finish(plan(season, use_solver=False, seed=7))
    assert one.plan == finish(plan(season, use_solver=False, seed=7)).plan
    steps = plan(season, use_solver=False)
    first = next(steps)
    second = next(steps)
    steps.close()
    assert violations(season, second.plan) == []
    assert second.score.key <= first.score.key


def test_a_running_solver_stops_when_nobody_asks_any_more() -> None:
    if not solver.available():
        pytest.skip("the solver library is not installed")
    season = season_of(json.loads((DATA / "small-3.json").read_text(encoding="utf-8")))
    steps = plan(season, seconds=60)
    last = next(step for step in steps if step.done > 0.62)
    steps.close()
    assert violations(season, last.plan) == []


def test_fixed_cells_stay_and_the_rest_is_planned_around_them() -> None:
    season = season_of(json.loads((DATA / "quarter80-2.json").read_text(encoding="utf-8")))
    made = finish(plan(season, use_solver=False))
    published = {cell: vendor for cell, vendor in made.plan.items() if cell[0] < 3}
    again = finish(plan(replace(season, fixed=published), seed=1, use_solver=False))
    assert violations(season, again.plan) == []
    assert {cell: vendor for cell, vendor in again.plan.items() if cell[0] < 3} == published
    assert (again.score.empty, again.score.outside) == (0, 0)


def test_with_everything_fixed_there_is_nothing_to_plan() -> None:
    season = season_of(json.loads((DATA / "small-6.json").read_text(encoding="utf-8")))
    made = finish(plan(season, use_solver=False))
    kept = finish(plan(replace(season, fixed=made.plan)))
    assert kept.plan == made.plan


def test_what_keeps_stalls_free_is_named() -> None:
    season = season_of(json.loads((DATA / "small-6.json").read_text(encoding="utf-8")))
    hungry = tuple(
        replace(one, category="satay" if v % 4 else one.category) for v, one in enumerate(season.vendors)
    )
    tight = replace(season, vendors=hungry)
    made = finish(plan(tight, use_solver=False))
    assert made.score.empty > 10 and violations(tight, made.plan) == []
    first = relaxations(tight, made.plan, seconds=2)[0]
    assert (first.rule, first.detail) == (Rule.CAP, "satay") and first.gain > 10
    assert "sate" in relaxed(first)
