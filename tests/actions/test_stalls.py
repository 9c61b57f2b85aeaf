"""Planning, publishing and changing stalls through the desk: one step each, with the rules kept."""

from datetime import date, timedelta
from typing import Any

import pytest

from conftest import SAMPLE_DAY
from venue_desk.actions import stalls, vendors
from venue_desk.actions import venue as venues
from venue_desk.domain.problem import Problem
from venue_desk.domain.stalls.planner import finish, plan
from venue_desk.domain.stalls.reasons import exchanges
from venue_desk.domain.stalls.rules import violations
from venue_desk.queries import rotation as rotations
from venue_desk.queries import stalls as seen
from venue_desk.queries import vendors as vendor_list
from venue_desk.queries.rotation import rotation
from venue_desk.store.desk import Desk

SUNDAY = date(2025, 11, 23)
DRAFT = date(2025, 12, 14)


def cells(desk: Desk, day: date) -> dict[str, str]:
    shown = desk.ask(seen.board, SAMPLE_DAY)
    week = next(week for week in shown.weeks if week.day == day)
    return {cell.stall_id: cell.vendor_id for cell in week.cells if cell.vendor_id}


def test_the_board_tells_past_published_draft_and_closed_weeks(sample: Desk) -> None:
    shown = sample.ask(seen.board, SAMPLE_DAY)
    assert shown.active == 60 and len(shown.stalls) == 10
    states = {week.day: week.status for week in shown.weeks}
    assert list(states.values())[:2] == [seen.PAST, seen.PAST]
    assert [states[SUNDAY + timedelta(weeks=n)] for n in range(4)] == [
        seen.PUBLISHED,
        seen.PUBLISHED,
        seen.PUBLISHED,
        seen.DRAFT,
    ]
    assert states[date(2025, 12, 28)] == seen.CLOSED
    assert all(week.free == 0 for week in shown.weeks if week.status == seen.PUBLISHED)


def test_plan_twelve_weeks_is_one_step_and_is_undone_as_a_whole(sample: Desk) -> None:
    before = sample.ask(seen.board, SAMPLE_DAY)
    looked = sample.ask(rotation, SUNDAY, 12)
    made = finish(plan(looked.season, use_solver=False))
    assert violations(looked.season, made.plan) == []
    assert made.score.empty == 0 and made.score.outside == 0
    changed = sample.do(stalls.apply_plan, stalls.drafted(looked, made.plan, made.bound))
    after = sample.ask(seen.board, SAMPLE_DAY)
    published = [week for week in before.weeks if week.status == seen.PUBLISHED]
    assert changed > 0 and published
    assert [week for week in after.weeks if week.status == seen.PUBLISHED] == published
    fair = sample.ask(seen.fairness, SAMPLE_DAY)
    assert fair is not None and fair.weeks == 12 and fair.empty == 0
    assert sum(one.turns for one in fair.standings) == 120
    assert all(one.inside for one in fair.standings)
    assert sample.undo() == "Plan the stalls"
    assert sample.ask(seen.board, SAMPLE_DAY) == before


def test_five_absences_after_publishing_change_five_published_cells_and_nothing_else(sample: Desk) -> None:
    sample.do(stalls.publish, [DRAFT, DRAFT + timedelta(weeks=1)])
    before = sample.ask(seen.board, SAMPLE_DAY)
    weeks = [week for week in before.weeks if week.status == seen.PUBLISHED][1:]
    assert len(weeks) == 4
    gone = [(week.day, week.cells[place].vendor_id) for week, place in zip(weeks, (0, 3, 6, 9), strict=True)]
    gone.append((weeks[0].day, weeks[0].cells[5].vendor_id))
    for day, vendor in gone:
        sample.do(vendors.tell_absence, vendor, day, day)
    looked = sample.ask(rotation, SUNDAY, 11, fix=rotations.ALL)  # as “Fill in” does: nobody else moves
    made = finish(plan(looked.season, use_solver=False))
    assert violations(looked.season, made.plan) == [] and made.score.empty == 0
    assert sample.do(stalls.apply_plan, stalls.drafted(looked, made.plan, made.bound)) == len(gone)
    after = {week.day: week for week in sample.ask(seen.board, SAMPLE_DAY).weeks}
    for week in before.weeks:
        for was, now in zip(week.cells, after[week.day].cells, strict=True):
            assert (was.vendor_id != now.vendor_id) == ((week.day, was.vendor_id) in gone)


def test_a_whole_week_and_all_turns_of_a_vendor_are_locked_in_one_step(sample: Desk) -> None:
    held = len(cells(sample, DRAFT))
    assert sample.do(stalls.lock_week, DRAFT) == held
    shown = sample.ask(seen.board, SAMPLE_DAY)
    week = next(week for week in shown.weeks if week.day == DRAFT)
    assert all(cell.locked for cell in week.cells if cell.vendor_id)
    assert sample.do(stalls.lock_week, DRAFT, False) == held
    vendor = next(iter(cells(sample, DRAFT).values()))
    turns = sample.do(stalls.lock_vendor, vendor)
    locked = [cell for week in sample.ask(seen.board, SAMPLE_DAY).weeks for cell in week.cells if cell.locked]
    assert len(locked) == turns > 0 and {cell.vendor_id for cell in locked} == {vendor}
    assert sample.undo() == "Lock a vendor's turns"
    assert not any(cell.locked for week in sample.ask(seen.board, SAMPLE_DAY).weeks for cell in week.cells)


def test_a_plan_that_was_overtaken_is_refused(sample: Desk) -> None:
    looked = sample.ask(rotation, DRAFT, 3)
    made = finish(plan(looked.season, use_solver=False))
    draft = stalls.drafted(looked, made.plan, made.bound)
    sample.do(stalls.free, DRAFT, looked.stalls[0])
    with pytest.raises(Problem):
        sample.do(stalls.apply_plan, draft)


def test_swapping_keeps_the_rules_or_asks_for_a_reason(sample: Desk) -> None:
    looked = sample.ask(rotation, DRAFT, 5, fix=rotations.LOCKED)
    moves = exchanges(looked.season, looked.plan, (0, 0))
    week, stall = next(cell for cell, broken in moves.items() if broken is None and cell[0] != 0)
    here, there = looked.stalls[0], looked.stalls[stall]
    one, other = cells(sample, DRAFT)[here], cells(sample, looked.days[week])[there]
    sample.do(stalls.swap, DRAFT, here, looked.days[week], there)
    assert cells(sample, DRAFT)[here] == other
    assert cells(sample, looked.days[week])[there] == one
    assert sample.undo() == "Swap two stalls"
    week, stall = next(
        cell for cell, broken in moves.items() if broken and broken.rule not in stalls.FOR_GOOD
    )
    target = (looked.days[week], looked.stalls[stall])
    with pytest.raises(Problem) as refused:
        sample.do(stalls.swap, DRAFT, here, *target)
    assert refused.value.hint
    sample.do(stalls.swap, DRAFT, here, *target, reason="diminta RT")
    shown = sample.ask(seen.board, SAMPLE_DAY)
    assert [c.reason for w in shown.weeks for c in w.cells if c.reason] == ["diminta RT", "diminta RT"]


def test_locked_cells_stay_and_cannot_be_swapped(sample: Desk) -> None:
    looked = sample.ask(rotation, DRAFT, 4)
    here, there = looked.stalls[0], looked.stalls[1]
    keeps = cells(sample, DRAFT)[here]
    sample.do(stalls.lock, DRAFT, here)
    with pytest.raises(Problem):
        sample.do(stalls.swap, DRAFT, here, DRAFT, there, reason="coba")
    with pytest.raises(Problem):
        sample.do(stalls.free, DRAFT, here)
    again = sample.ask(rotation, DRAFT, 4)
    made = finish(plan(again.season, use_solver=False, seed=5))
    sample.do(stalls.apply_plan, stalls.drafted(again, made.plan, made.bound))
    assert cells(sample, DRAFT)[here] == keeps
    sample.do(stalls.lock, DRAFT, here, locked=False)
    sample.do(stalls.free, DRAFT, here)
    with pytest.raises(Problem):
        sample.do(stalls.lock, DRAFT, here)


def test_an_absence_frees_the_cell_for_a_new_plan_and_nobody_else_moves(sample: Desk) -> None:
    stall, vendor = next(iter(cells(sample, SUNDAY).items()))
    sample.do(vendors.tell_absence, vendor, SUNDAY, SUNDAY, "excused", "sakit")
    shown = sample.ask(seen.board, SAMPLE_DAY)
    marked = [c for w in shown.weeks if w.day == SUNDAY for c in w.cells if c.problem]
    assert [c.vendor_id for c in marked] == [vendor] or vendor in {c.vendor_id for c in marked}
    looked = sample.ask(rotation, SUNDAY, 11, fix=rotations.ALL)
    made = finish(plan(looked.season, use_solver=False))
    moved = {cell for cell in looked.plan if made.plan.get(cell) != looked.plan[cell]}
    assert looked.cell(SUNDAY, stall) in moved
    # Only cells whose vendor cannot come change hands.
    assert moved <= {cell for cell in looked.plan if cell not in looked.season.fixed}


def test_publishing_asks_for_a_planned_week_with_everybody_there(sample: Desk) -> None:
    far = DRAFT + timedelta(weeks=40)
    with pytest.raises(Problem):
        sample.do(stalls.publish, [far])
    stall, vendor = next(iter(cells(sample, DRAFT).items()))
    absence = sample.do(vendors.tell_absence, vendor, DRAFT, DRAFT)
    with pytest.raises(Problem):
        sample.do(stalls.publish, [DRAFT])
    sample.do(vendors.cancel_absence, absence)
    assert sample.do(stalls.publish, [DRAFT]) == 1
    assert sample.do(stalls.publish, [DRAFT]) == 0
    sample.undo()
    sample.undo()
    assert next(w.status for w in sample.ask(seen.board, SAMPLE_DAY).weeks if w.day == DRAFT) == seen.DRAFT
    del stall


def test_a_closed_week_does_not_count(sample: Desk) -> None:
    sample.do(stalls.close_week, DRAFT)
    shown = sample.ask(seen.board, SAMPLE_DAY)
    assert next(w.status for w in shown.weeks if w.day == DRAFT) == seen.CLOSED
    assert DRAFT not in sample.ask(rotation, SUNDAY, 12).days
    with pytest.raises(Problem):
        sample.do(stalls.close_week, DRAFT + timedelta(days=1))
    sample.do(stalls.close_week, DRAFT, closed=False)
    assert DRAFT in sample.ask(rotation, SUNDAY, 12).days


def test_vendors_are_added_changed_and_retired(sample: Desk) -> None:
    made = sample.do(
        vendors.add, "Bakso Bu Tini", category="noodles", diet="H", needs=["gas"], phone="0812 3456 7890"
    )
    row = sample.ask(vendor_list.vendor, made, SAMPLE_DAY)
    assert row is not None and row.phone == "+6281234567890" and row.active and row.turns == 0
    wrong: list[dict[str, Any]] = [{"diet": "X"}, {"needs": ["wifi"]}, {"phone": "abc"}]
    for details in wrong:
        with pytest.raises(Problem):
            sample.do(vendors.add, "Lain", **details)
    for name in ("", "  Bakso   Bu Tini "):
        with pytest.raises(Problem):
            sample.do(vendors.add, name)
    sample.do(vendors.edit, made, short="Tini")
    sample.do(vendors.retire, made)
    assert made not in {one.id for one in sample.ask(vendor_list.vendors, SAMPLE_DAY, active_only=True)}
    sample.undo()
    assert made in {one.id for one in sample.ask(vendor_list.vendors, SAMPLE_DAY, active_only=True)}


def test_pairs_reach_the_rules(sample: Desk) -> None:
    one, other = (row.id for row in sample.ask(vendor_list.vendors, SAMPLE_DAY, active_only=True)[:2])
    sample.do(vendors.pair, one, other, "apart")
    looked = sample.ask(rotation, SUNDAY, 4)
    assert {looked.vendors[v] for v in looked.season.apart[0]} == {one, other}
    sample.do(vendors.pair, other, one, "together")
    assert (
        sample.ask(rotation, SUNDAY, 4).season.together and not sample.ask(rotation, SUNDAY, 4).season.apart
    )
    sample.do(vendors.pair, other, one, "")
    assert not sample.ask(rotation, SUNDAY, 4).season.together
    with pytest.raises(Problem):
        sample.do(vendors.pair, one, one, "apart")


def test_the_day_itself_is_noted(sample: Desk) -> None:
    past = SUNDAY - timedelta(weeks=1)
    shown = sample.ask(seen.board, SAMPLE_DAY)
    cell = next(w for w in shown.weeks if w.day == past).cells[3]
    sample.do(stalls.attend, past, cell.stall_id, False, takings=250_000)
    after = next(w for w in sample.ask(seen.board, SAMPLE_DAY).weeks if w.day == past).cells[3]
    assert after.came is False
    for wrong in ((SUNDAY, None), (past, -5)):
        with pytest.raises(Problem):
            sample.do(stalls.attend, wrong[0], cell.stall_id, True, takings=wrong[1])


def test_who_waits_longest_comes_first(sample: Desk) -> None:
    rows = sample.ask(vendor_list.waiting, SAMPLE_DAY, 6)
    waited = [row.waited if row.waited is not None else 10**6 for row in rows]
    assert waited == sorted(waited, reverse=True) and len(rows) == 6


def test_without_a_market_a_person_is_told(desk: Desk) -> None:
    with pytest.raises(Problem):
        desk.ask(rotation, SUNDAY, 12)
    with pytest.raises(Problem):
        desk.ask(seen.board, SAMPLE_DAY)


def test_a_market_of_their_own_plans_from_the_first_vendor(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VENUE_DESK_TODAY", "2026-01-01")
    desk.do(venues.set_up, name="Paroki", kind="parish", market="Pasar", weekday=5, stalls=2)
    with pytest.raises(Problem):
        desk.ask(rotation, date(2026, 1, 1), 4)
    for name in ("Satu", "Dua", "Tiga", "Empat"):
        desk.do(vendors.add, name)
    looked = desk.ask(rotation, date(2026, 1, 1), 4)
    assert looked.days[0] == date(2026, 1, 3)
    made = finish(plan(looked.season, use_solver=False))
    assert made.score.empty == 0
    desk.do(stalls.apply_plan, stalls.drafted(looked, made.plan, made.bound))
    fair = desk.ask(seen.fairness, date(2026, 1, 1))
    assert fair is not None and {one.turns for one in fair.standings} == {2}
