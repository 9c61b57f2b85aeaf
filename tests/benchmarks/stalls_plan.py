"""Plan a season given as JSON: ``stalls_plan.py INSTANCE.json PLAN.json [--no-solver] [--seconds N] [--seed N]``.

The plan is written as [[week, stall, vendor], …]; a line on stdout says how good it is and how long it took.
"""

import argparse
import json
from pathlib import Path
from time import perf_counter
from typing import Any

from venue_desk.domain.stalls.planner import finish, plan
from venue_desk.domain.stalls.season import Season, Stall, Vendor

SHORT, LONG, QUARTER = 3.0, 30.0, 13  # s for a quarter, s for a longer season, weeks


def season_of(raw: dict[str, Any]) -> Season:
    """The season that an instance describes."""
    offers = ("power", "water", "gas")
    return Season(
        weeks=raw["n_weeks"],
        stalls=tuple(
            Stall(str(i), one["row"], one["pos"], frozenset(n for n in offers if one[n]), one["quality"])
            for i, one in enumerate(raw["stalls"])
        ),
        vendors=tuple(
            Vendor(
                key=str(one["id"]),
                category=one["cat"],
                diet=one["diet"],
                needs=frozenset(one["needs"]),
                joined=one["join"],
                away=frozenset(one["unavail"]),
                credit=one["credit"],
                last_turn=one["last_turn"],
            )
            for one in raw["vendors"]
        ),
        out={int(week): frozenset(stalls) for week, stalls in raw["stall_out"].items()},
        caps=raw["caps"],
        apart=tuple((a, b) for a, b in raw["apart"]),
        together=tuple((a, b) for a, b in raw["together"]),
        gap_hard=raw["gap_hard"],
        gap_lo=raw["gap_lo"],
        gap_hi=raw["gap_hi"],
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Plan a season given as JSON.")
    parser.add_argument("instance", type=Path)
    parser.add_argument("plan", type=Path)
    parser.add_argument("--no-solver", action="store_true", help="local search only")
    parser.add_argument("--seconds", type=float, default=8.0, help="the most the solver may take")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    season = season_of(json.loads(given.instance.read_text(encoding="utf-8")))
    started = perf_counter()
    last = finish(plan(season, seed=given.seed, seconds=given.seconds, use_solver=not given.no_solver))
    took = perf_counter() - started
    rows = sorted([week, stall, vendor] for (week, stall), vendor in last.plan.items())
    given.plan.write_text(json.dumps(rows), encoding="utf-8")
    proof = "proven best" if last.proven else f"bound {last.bound.gap}"
    print(
        f"{given.instance.stem}: empty {last.score.empty}, outside quota {last.score.outside}, "
        f"gap {last.score.gap} ({proof}), {took:.2f} s"
    )
    reach = LONG if season.weeks > QUARTER else SHORT
    ok = last.score.empty == 0 and last.score.outside == 0 and took <= reach
    what = f"plan {given.instance.stem}"
    print(json.dumps({"what": what, "value": round(took, 2), "unit": "s", "reach": reach, "ok": ok}))


if __name__ == "__main__":
    main()
