"""Plan, publish and change the rotation; the stalls and their rules; the market day itself."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from venue_desk.domain import clock
from venue_desk.domain.problem import Problem
from venue_desk.domain.stalls import reasons, rules, words
from venue_desk.domain.stalls.fairness import Score
from venue_desk.domain.stalls.rules import Rule
from venue_desk.domain.stalls.season import Plan
from venue_desk.language import _, date_medium
from venue_desk.queries import rotation as seen
from venue_desk.queries.rotation import Rotation, cells_of, closed_days, the_market, weeks_of
from venue_desk.store.records import Market, MarketWeek, Stall, Vendor, fact, get

FOR_GOOD = frozenset({Rule.SAME_WEEK, Rule.FIXED, Rule.OUT_OF_USE})
"""Rules that no reason sets aside."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan that was computed for some weeks, ready to be written."""

    cells: Mapping[date, Mapping[str, str]]
    """For each day, stall ids to vendor ids."""
    before: Mapping[date, Mapping[str, str]]
    """What these weeks held when it was computed."""
    proof: Mapping[str, Any]


def drafted(rotation: Rotation, plan: Plan, bound: Score) -> Draft:
    """What a planning found, as records keep it."""
    season = rotation.season
    return Draft(
        rotation.cells(plan),
        rotation.cells(rotation.plan),
        {
            "first": rotation.days[0].isoformat(),
            "weeks": season.weeks,
            "vendors": len(season.vendors),
            "seats": season.all_seats,
            "bound": [bound.empty, bound.outside, bound.gap],
        },
    )


# --- plans


def apply_plan(session: Session, draft: Draft) -> int:
    """Plan the stalls

    Returns how many cells changed. Raises Problem where the weeks were changed while it was computed.
    """
    market = the_market(session)
    changed = 0
    for day, cells in draft.cells.items():
        week = _week(session, market, day)
        before = cells_of(week)
        if before != draft.before[day]:
            raise Problem(
                _("The stalls of {day} were changed in the meantime.").format(day=date_medium(day)),
                _("Plan again, so that nothing is overwritten."),
            )
        changed += sum(before.get(stall) != cells.get(stall) for stall in {*before, *cells})
        kept = {s: why for s, why in week.plan.get("reasons", {}).items() if before.get(s) == cells.get(s)}
        _write(week, cells=dict(cells), reasons=kept, proof=dict(draft.proof))
    return changed


def swap(
    session: Session, first_day: date, first_stall: str, second_day: date, second_stall: str, reason: str = ""
) -> None:
    """Swap two stalls

    The vendors of two cells change places; one of the cells may be free. A rule that is broken needs a reason,
    which stays visible. Raises Problem.
    """
    if min(first_day, second_day) < clock.today():
        raise Problem(_("What is past cannot be changed."))
    looked = _look(session, first_day, second_day)
    a, b = looked.cell(first_day, first_stall), looked.cell(second_day, second_stall)
    if a not in looked.plan and b not in looked.plan:
        raise Problem(_("Both stalls are free: there is nothing to swap."))
    broken = reasons.exchange(looked.season, looked.plan, a, b)
    _permit(looked, broken, reason)
    one, other = looked.plan.get(a), looked.plan.get(b)
    _give(
        session, first_day, first_stall, looked.vendors[other] if other is not None else None, reason, broken
    )
    _give(session, second_day, second_stall, looked.vendors[one] if one is not None else None, reason, broken)


def assign(session: Session, day: date, stall_id: str, vendor_id: str, reason: str = "") -> None:
    """Give a stall to a vendor

    Nobody else moves; whoever has the stall loses it. A rule that is broken needs a reason. Raises Problem.
    """
    if day < clock.today():
        raise Problem(_("What is past cannot be changed."))
    looked = _look(session, day, day)
    if vendor_id not in looked.vendors:
        raise Problem(_("This vendor is not in the rotation."), _("Make the vendor active first."))
    cell = looked.cell(day, stall_id)
    if cell in looked.season.fixed:
        raise Problem(_("This cell is locked."), _("Unlock it first."))
    free = reasons.without(looked.plan, cell)
    broken = rules.refusals(looked.season, free, cell, looked.vendors.index(vendor_id))
    _permit(looked, broken, reason)
    _give(session, day, stall_id, vendor_id, reason, broken)


def free(session: Session, day: date, stall_id: str) -> None:
    """Free a stall

    Raises Problem where the cell is locked or past.
    """
    if day < clock.today():
        raise Problem(_("What is past cannot be changed."))
    week = _week(session, the_market(session), day)
    if stall_id in seen.locked_of(week):
        raise Problem(_("This cell is locked."), _("Unlock it first."))
    _give(session, day, stall_id, None, "", ())


def _look(session: Session, one: date, other: date) -> Rotation:
    """The weeks around two days, with only locked cells fixed."""
    market = the_market(session)
    for day in (one, other):
        if day in closed_days(market) or day.weekday() != market.weekday:
            raise Problem(_("{day} is no market day.").format(day=date_medium(day)))
    first = min(one, other)
    last = max([one, other, *(week.day for week in weeks_of(session, market.id) if cells_of(week))])
    weeks = min(seen.MOST_WEEKS, (last - first).days // 7 + 1)
    return seen.rotation(session, first, weeks, fix=seen.LOCKED)


def _permit(looked: Rotation, broken: Collection[Any], reason: str) -> None:
    for one in sorted(broken, key=lambda one: one.rule not in FOR_GOOD):
        if one.rule in FOR_GOOD or not reason.strip():
            hint = (
                "" if one.rule in FOR_GOOD else _("Choose another, or give a reason to set the rule aside.")
            )
            raise Problem(words.refusal(looked.season, one, looked.names) + ".", hint)


def _give(
    session: Session, day: date, stall_id: str, vendor_id: str | None, reason: str, broken: Collection[Any]
) -> None:
    week = _week(session, the_market(session), day)
    cells, why = cells_of(week), dict(week.plan.get("reasons", {}))
    why.pop(stall_id, None)
    if vendor_id is None:
        cells.pop(stall_id, None)
    else:
        cells[stall_id] = vendor_id
        if broken:
            why[stall_id] = reason.strip()
    _write(week, cells=cells, reasons=why)


def lock(session: Session, day: date, stall_id: str, locked: bool = True) -> None:
    """Lock a stall

    A locked cell keeps its vendor when the plan is made anew. Raises Problem on a free one.
    """
    week = _week(session, the_market(session), day)
    if locked and stall_id not in cells_of(week):
        raise Problem(_("This stall is free: there is nobody to keep."))
    _write(
        week,
        locked=sorted((seen.locked_of(week) | {stall_id}) if locked else seen.locked_of(week) - {stall_id}),
    )


def lock_week(session: Session, day: date, locked: bool = True) -> int:
    """Lock a week

    All its cells that have a vendor, or none. Returns how many changed. Raises Problem where nobody is planned.
    """
    if day < clock.today():
        raise Problem(_("What is past cannot be changed."))
    week = _week(session, the_market(session), day)
    held = set(cells_of(week))
    if not held:
        raise Problem(_("{day} is not planned yet.").format(day=date_medium(day)), _("Plan it first."))
    before = seen.locked_of(week)
    _write(week, locked=sorted(held) if locked else [])
    return len(held - before) if locked else len(before)


def lock_vendor(session: Session, vendor_id: str, locked: bool = True) -> int:
    """Lock a vendor's turns

    Those still to come. Returns how many changed; raises Problem where there is none.
    """
    changed = turns = 0
    for week in weeks_of(session, the_market(session).id):
        if week.day < clock.today():
            continue
        for stall_id, holder in cells_of(week).items():
            if holder != vendor_id:
                continue
            turns += 1
            before = seen.locked_of(week)
            if (stall_id in before) != locked:
                _write(week, locked=sorted(before | {stall_id} if locked else before - {stall_id}))
                changed += 1
    if not turns:
        raise Problem(_("This vendor has no turn to come."), _("Plan the weeks first."))
    return changed


def publish(session: Session, days: Collection[date]) -> int:
    """Publish the stalls

    From then on these weeks stay as they are when the plan is made anew. Returns how many were not published before.
    Raises Problem where a week has a free stall's vendor missing or nobody at all.
    """
    market, done = the_market(session), 0
    absences = seen.absences_of(session)
    for day in sorted(days):
        week = _week(session, market, day)
        if not cells_of(week):
            raise Problem(_("{day} is not planned yet.").format(day=date_medium(day)), _("Plan it first."))
        for vendor_id in cells_of(week).values():
            vendor = get(session, Vendor, vendor_id)
            if vendor is not None and seen.absence_on(absences.get(vendor_id, ()), day):
                raise Problem(
                    _("{name} is away on {day}.").format(name=vendor.name, day=date_medium(day)),
                    _("Choose a replacement before publishing."),
                )
        if week.published_at is None:
            week.published_at = clock.moment()
            done += 1
    return done


def close_week(session: Session, day: date, closed: bool = True) -> None:
    """Close a market day

    A closed week does not count as waiting. Who had a stall that day is planned anew. Raises Problem.
    """
    market = the_market(session)
    if day.weekday() != market.weekday:
        raise Problem(_("{day} is no market day.").format(day=date_medium(day)))
    if day < clock.today():
        raise Problem(_("What is past cannot be changed."))
    days = {str(one) for one in market.closed}
    market.closed = sorted(days | {day.isoformat()}) if closed else sorted(days - {day.isoformat()})
    week = get(session, MarketWeek, fact("week", market.id, day.isoformat()))
    if closed and week is not None and cells_of(week):
        _write(week, cells={}, locked=[], reasons={})
        week.published_at = None


def _week(session: Session, market: Market, day: date) -> MarketWeek:
    row = fact("week", market.id, day.isoformat())
    week = get(session, MarketWeek, row)
    if week is None:
        week = MarketWeek(id=row, market_id=market.id, day=day, plan={}, came={}, takings={})
        session.add(week)
    return week


def _write(week: MarketWeek, **parts: Any) -> None:
    """Assign the plan anew: it is one value, so that a merge never mixes two plans of a week."""
    plan = {"cells": {}, "locked": [], "reasons": {}, **week.plan, **parts}
    if plan != week.plan:
        week.plan = plan


# --- stalls and the day itself


def edit_stall(session: Session, /, stall_id: str, **details: Any) -> None:
    """Change a stall

    number, row, position, power, water, gas, quality and ``out`` (days on which it cannot be used). Raises Problem.
    """
    stall = get(session, Stall, stall_id)
    if stall is None:
        raise Problem(_("There is no such stall."))
    for name, value in details.items():
        if name not in {"number", "row", "position", "power", "water", "gas", "quality", "out"}:
            raise ValueError(f"a stall has no {name}")
        setattr(stall, name, [day.isoformat() for day in sorted(value)] if name == "out" else value)


def set_rules(session: Session, /, **rules: Any) -> None:
    """Change the rules of the rotation

    See domain.stalls.settings; None takes a rule back to its default.
    """
    market = the_market(session)
    kept = {name: value for name, value in {**market.rules, **rules}.items() if value is not None}
    market.rules = kept


def attend(
    session: Session,
    day: date,
    stall_id: str,
    came: bool | None,
    stood_in: str | None = None,
    takings: int | None = None,
) -> None:
    """Note who came to the market

    ``came`` None: not known again. ``stood_in`` is the vendor who took the stall instead; takings in rupiah.
    Raises Problem.
    """
    week = _week(session, the_market(session), day)
    vendor_id = cells_of(week).get(stall_id)
    if vendor_id is None and not stood_in:
        raise Problem(_("Nobody was planned for this stall."))
    if day > clock.today():
        raise Problem(_("This market day is still to come."))
    if takings is not None and takings < 0:
        raise Problem(_("Takings cannot be below zero."))
    if stood_in and get(session, Vendor, stood_in) is None:
        raise Problem(_("There is no such vendor."))
    came_now = dict(week.came)
    if came is None and not stood_in:
        came_now.pop(stall_id, None)
    else:
        came_now[stall_id] = {"vendor": vendor_id, "came": came, "stood_in": stood_in}
    week.came = came_now
    if takings is not None:
        week.takings = {**week.takings, stall_id: takings}
