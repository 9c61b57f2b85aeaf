"""Planning in the background: what to plan is asked, the job yields progress, a cancel keeps the best so far."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from venue_desk.actions.stalls import Draft, drafted
from venue_desk.desktop.page import Job
from venue_desk.desktop.widgets import Combo, DateField, Dialog, Form, NumberField
from venue_desk.domain.problem import Problem
from venue_desk.domain.stalls import words
from venue_desk.domain.stalls.planner import Progress, plan
from venue_desk.domain.stalls.relax import Relaxed, relaxations
from venue_desk.language import _
from venue_desk.queries import rotation as rotations
from venue_desk.queries.rotation import MOST_WEEKS, Rotation
from venue_desk.queries.stalls import DRAFT, Board, CellRow, Fairness, WeekRow, judge
from venue_desk.queries.vendors import VendorRow

if TYPE_CHECKING:
    from venue_desk.store.desk import Desk

WEEKS = 12


@dataclass(frozen=True)
class Planned:
    """A plan that was found and not applied yet."""

    rotation: Rotation
    progress: Progress
    relaxed: tuple[Relaxed, ...] = ()
    """Rules that keep seats free, for a plan that is not full."""

    @cached_property
    def draft(self) -> Draft:
        return drafted(self.rotation, self.progress.plan, self.progress.bound)

    @cached_property
    def fairness(self) -> Fairness:
        return judge(replace(self.rotation, plan=self.progress.plan), self.draft.proof)

    @cached_property
    def changed(self) -> frozenset[tuple[date, str]]:
        """The cells that get another vendor."""
        before, after = self.draft.before, self.draft.cells
        return frozenset(
            (day, stall)
            for day in after
            for stall in {*before[day], *after[day]}
            if before[day].get(stall) != after[day].get(stall)
        )

    def overtaken(self, board: Board) -> bool:
        """The weeks hold something else by now than when they were planned."""
        now = {
            week.day: {cell.stall_id: cell.vendor_id for cell in week.cells if cell.vendor_id}
            for week in board.weeks
        }
        return any(now.get(day, {}) != cells for day, cells in self.draft.before.items())


def planning(desk: "Desk", first: date, weeks: int, fix: str, keep: Callable[[Planned], object]) -> Job:
    """Plan; ``keep`` is given every better plan, so that stopping loses nothing. Returns what was found."""
    rotation = desk.ask(rotations.rotation, first, weeks, fix=fix)
    best: Planned | None = None
    for progress in plan(rotation.season):
        if best is None or progress.plan is not best.progress.plan or progress.done == 1:
            best = Planned(rotation, progress)
            keep(best)
        yield progress.done, said(progress)
    if best is not None and best.progress.score.empty:
        yield 1.0, _("Looking for what keeps stalls free…")
        best = replace(best, relaxed=tuple(relaxations(rotation.season, best.progress.plan)))
    if best is not None:
        # Worked out here, so that the window has only to show it.
        _known = best.fairness, best.changed
    return best


def said(progress: Progress) -> str:
    """How good the best so far is, for whoever waits."""
    if progress.score.empty:
        return _("Filling the stalls…")
    return words.proof(progress)


def with_plan(board: Board, planned: Planned, vendors: Sequence[VendorRow]) -> Board:
    """The board as it would be with a plan; days that it does not show yet are added."""
    cells = planned.draft.cells
    known = {one.id: one for one in vendors}
    weeks = {week.day: week for week in board.weeks}
    for day, given in cells.items():
        old = weeks.get(day)
        was = {cell.stall_id: cell for cell in old.cells} if old else {}
        row = []
        for stall in board.stalls:
            vendor = given.get(stall.id, "")
            kept = was.get(stall.id)
            if kept is not None and kept.vendor_id == vendor:
                row.append(kept)
            else:
                row.append(_cell(stall.id, known.get(vendor), bool(kept and kept.out)))
        status = old.status if old is not None and old.planned else DRAFT
        weeks[day] = WeekRow(day, status, tuple(row))
    return replace(board, weeks=tuple(weeks[day] for day in sorted(weeks)))


def _cell(stall_id: str, vendor: VendorRow | None, out: bool) -> CellRow:
    if vendor is None:
        return CellRow(stall_id, out=out)
    return CellRow(stall_id, vendor.id, vendor.name, vendor.short, vendor.products, vendor.category, out=out)


class PlanDialog(Dialog):
    """How many weeks, from when, and what may change."""

    def __init__(self, first: date) -> None:
        super().__init__(
            _("Plan the rotation"),
            yes=_("Plan"),
            sentence=_("You see the plan before anything is changed."),
            width=520,
        )
        self.form = Form(columns=2)
        self.form.add("first", _("From"), DateField(first), needed=True)
        self.form.add("weeks", _("Weeks"), NumberField(WEEKS, least=1, most=MOST_WEEKS), needed=True)
        self.form.add(
            "fix",
            _("What may change"),
            Combo(
                [
                    (rotations.PUBLISHED, _("All drafts; published and locked stalls stay")),
                    (rotations.ALL, _("Only free stalls; nobody else moves")),
                ],
                rotations.PUBLISHED,
            ),
            wide=True,
        )
        self.add(self.form)

    def check(self) -> bool:
        first, weeks = self.form.value("first"), self.form.value("weeks")
        if first is None:
            self.form.error("first", _("Choose a date"))
            return False
        if weeks is None:
            raise Problem(_("A plan covers 1 to {most} weeks.").format(most=MOST_WEEKS))
        return True

    def chosen(self) -> tuple[date, int, str]:
        """First day, weeks, and which cells stay."""
        return self.form.value("first"), int(self.form.value("weeks")), self.form.value("fix")
