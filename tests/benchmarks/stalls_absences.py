"""Five absences after publishing: published cells changed against the bound, draft cells changed, and the time.

``stalls_absences.py [INSTANCE.json …]``. Each published cell of somebody away must change: five is the bound.
First nobody else moves; only where a seat would then stay empty, drafts may move too.
"""

import json
import random
import sys
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from stalls_plan import season_of  # type: ignore[import-not-found]  # beside this file

from venue_desk.domain.stalls.planner import finish, plan
from venue_desk.domain.stalls.season import Cell, Plan, Season

INSTANCES = Path(__file__).parents[1] / "data/stalls"
PUBLISHED, AWAY = 4, 5  # weeks, vendors
REACH = 1.5  # s


def main(given: list[str]) -> None:
    """Print for each season what changed, and the worst."""
    worst, more = 0.0, 0
    for path in map(Path, given) if given else quarters():
        season = season_of(json.loads(path.read_text("utf-8")))
        before = finish(plan(season, seed=1, seconds=2.0)).plan
        cells = random.Random(3).sample(sorted(cell for cell in before if cell[0] < PUBLISHED), AWAY)
        started = perf_counter()
        after, rest = refilled(season, before, cells)
        took = perf_counter() - started
        published, drafts = (
            changed(before, after, range(PUBLISHED)),
            changed(before, after, range(PUBLISHED, season.weeks)),
        )
        worst, more = max(worst, took), more + (published > AWAY) + (rest > 0)
        print(
            f"{path.stem}: {published} published cells (bound {AWAY}), {drafts} drafts, {rest} empty, {took:.2f} s"
        )
    print(
        json.dumps(
            {"what": "seasons in which more than the absent moved", "value": more, "reach": 0, "ok": not more}
        )
    )
    figures = {
        "what": "five absences after publishing",
        "value": round(worst, 2),
        "unit": "s",
        "reach": REACH,
    }
    print(json.dumps({**figures, "ok": worst <= REACH}))


def quarters() -> list[Path]:
    """The instances of one quarter."""
    paths = sorted(INSTANCES.rglob("*.json"))
    return [path for path in paths if json.loads(path.read_text("utf-8")).get("n_weeks", 99) <= 13]


def refilled(season: Season, before: Plan, cells: list[Cell]) -> tuple[Plan, int]:
    """The plan when the vendors of these cells stay away that week; and how many seats stay empty."""
    vendors = list(season.vendors)
    for week, stall in cells:
        one = before[week, stall]
        vendors[one] = replace(vendors[one], away=vendors[one].away | {week})
    absent = replace(season, vendors=tuple(vendors))
    kept = {cell: vendor for cell, vendor in before.items() if cell not in cells}
    found = finish(plan(replace(absent, fixed=kept), seconds=0.5))
    if found.score.empty:
        published = {cell: vendor for cell, vendor in kept.items() if cell[0] < PUBLISHED}
        found = finish(plan(replace(absent, fixed=published), start=kept, seconds=0.5))
    return found.plan, found.score.empty


def changed(before: Plan, after: Plan, weeks: range) -> int:
    """Cells of these weeks that hold somebody else."""
    cells = {cell for cell in (*before, *after) if cell[0] in weeks}
    return sum(before.get(cell) != after.get(cell) for cell in cells)


if __name__ == "__main__":
    main(sys.argv[1:])
