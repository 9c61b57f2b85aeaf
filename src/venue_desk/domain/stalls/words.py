"""The rotation in words: why a vendor may not have a cell, why it is empty, how fair a plan is."""

from collections.abc import Sequence

from venue_desk.domain.stalls.fairness import Score
from venue_desk.domain.stalls.planner import Progress
from venue_desk.domain.stalls.reasons import Reason
from venue_desk.domain.stalls.relax import Relaxed
from venue_desk.domain.stalls.rules import Broken, Rule
from venue_desk.domain.stalls.season import HALAL, NEUTRAL, NON_HALAL, Season
from venue_desk.language import N_, _, ngettext

CATEGORIES = {
    "rice": N_("Rice dishes"),
    "noodles": N_("Noodles"),
    "satay": N_("Satay"),
    "fried": N_("Fried snacks"),
    "cakes": N_("Cakes"),
    "bread": N_("Bread"),
    "salad": N_("Salads"),
    "drinks": N_("Drinks"),
    "other": N_("Other goods"),
}
NEEDS = {"power": N_("Power"), "water": N_("Water"), "gas": N_("Gas")}
DIETS = {HALAL: N_("Halal"), NON_HALAL: N_("Non-halal"), NEUTRAL: N_("Neutral")}
QUALITIES = {2: N_("Good spot"), 1: N_("Ordinary spot"), 0: N_("Poor spot")}


def category(code: str) -> str:
    """The name of a category; one that the venue made up is its own name."""
    return _(CATEGORIES[code]) if code in CATEGORIES else code


def need(code: str) -> str:
    return _(NEEDS[code]) if code in NEEDS else code


def refusal(season: Season, broken: Broken, names: Sequence[str]) -> str:
    """Why a vendor may not have a cell, as one short sentence without a full stop. ``names`` are the vendors'."""
    name = names[broken.vendor] if broken.vendor is not None else ""
    other = names[broken.others[0]] if broken.others and broken.rule in _ABOUT_OTHERS else ""
    if broken.rule is Rule.NEEDS and broken.vendor is not None and broken.stall is not None:
        missing = sorted(season.vendors[broken.vendor].needs - season.stalls[broken.stall].offers)
        return _("{name} needs {what}, and this stall has none").format(
            name=name, what=", ".join(need(code).lower() for code in missing)
        )
    if broken.rule is Rule.TOO_SOON and broken.others:
        apart = abs(broken.week - broken.others[0])
        return ngettext(
            "{name} has a turn {count} week away; at least {least} are needed",
            "{name} has a turn {count} weeks away; at least {least} are needed",
            apart,
        ).format(name=name, count=apart, least=season.gap_hard)
    if broken.rule is Rule.CAP and broken.vendor is not None:
        most = broken.others[1]
        what = category(season.vendors[broken.vendor].category)
        return _("{what}: already {most} that week, and no more are allowed").format(what=what, most=most)
    return _(_REFUSALS[broken.rule]).format(name=name, other=other)


_ABOUT_OTHERS = {Rule.DIET, Rule.APART, Rule.TOGETHER}
_REFUSALS = {
    Rule.NOT_REGISTERED: N_("{name} is not in the rotation that week"),
    Rule.AWAY: N_("{name} is away that week"),
    Rule.OUT_OF_USE: N_("The stall is out of use that week"),
    Rule.SAME_WEEK: N_("{name} already sells that week"),
    Rule.DIET: N_("{name} would stand next to {other}: halal beside non-halal"),
    Rule.APART: N_("{name} and {other} are kept in different weeks"),
    Rule.TOGETHER: N_("{name} sells only in the same week as {other}"),
    Rule.FIXED: N_("This cell is locked"),
    Rule.NEEDS: N_("{name} needs what this stall does not have"),
    Rule.TOO_SOON: N_("{name} had a turn too short a time ago"),
    Rule.CAP: N_("There are enough of this kind that week"),
}


def why_empty(reasons: Sequence[Reason]) -> str:
    """``12 away, 20 too soon, 5 at the limit of satay``."""
    return ", ".join(_count(reason) for reason in reasons)


def _count(reason: Reason) -> str:
    about = reason.detail
    if reason.rule is Rule.CAP:
        about = category(reason.detail).lower()
    elif reason.rule is Rule.NEEDS:
        about = need(reason.detail).lower()
    return _(_COUNTS[reason.rule]).format(count=reason.count, about=about)


_COUNTS = {
    Rule.NOT_REGISTERED: N_("{count} not yet or no longer in the rotation"),
    Rule.AWAY: N_("{count} away"),
    Rule.OUT_OF_USE: N_("stall out of use"),
    Rule.SAME_WEEK: N_("{count} selling that week already"),
    Rule.TOO_SOON: N_("{count} too soon"),
    Rule.CAP: N_("{count} over the limit of {about}"),
    Rule.NEEDS: N_("{count} without {about}"),
    Rule.DIET: N_("{count} halal beside non-halal"),
    Rule.APART: N_("{count} kept apart"),
    Rule.TOGETHER: N_("{count} only together with another"),
    Rule.FIXED: N_("{count} locked"),
}


def relaxed(one: Relaxed) -> str:
    """What setting a rule aside would fill, as a sentence."""
    how = _(_RELAXED[one.rule]).format(about=category(one.detail).lower())
    return ngettext(
        "{count} more seat would be filled {how}.", "{count} more seats would be filled {how}.", one.gain
    ).format(count=one.gain, how=how)


_RELAXED = {
    Rule.CAP: N_("without the limit of {about}"),
    Rule.DIET: N_("if halal and non-halal could stand side by side"),
    Rule.TOO_SOON: N_("with turns one week closer"),
    Rule.NEEDS: N_("if every stall had power, water and gas"),
    Rule.AWAY: N_("if nobody were away"),
    Rule.APART: N_("if nobody had to be kept apart"),
    Rule.TOGETHER: N_("if nobody had to come together"),
}


def proof(progress: Progress) -> str:
    """One sentence of how good a plan is proven to be."""
    return standing(progress.score, progress.bound)


def standing(rated: Score, bound: Score) -> str:
    """One sentence of how far a plan may be from the best possible."""
    if rated.key <= bound.key:
        return _("Proven best")
    seats = rated.empty - bound.empty
    if seats > 0:
        return ngettext(
            "At most {count} seat above the best possible",
            "At most {count} seats above the best possible",
            seats,
        ).format(count=seats)
    turns = rated.outside - bound.outside
    if turns > 0:
        return ngettext(
            "At most {count} turn above the best possible",
            "At most {count} turns above the best possible",
            turns,
        ).format(count=turns)
    weeks = rated.gap - bound.gap
    return ngettext(
        "At most {count} week above the best possible", "At most {count} weeks above the best possible", weeks
    ).format(count=weeks)


def summary(rated: Score, turns: Sequence[int], gaps: Sequence[int]) -> str:
    """What everybody gets, in a sentence or three: seats, turns, weeks between them."""
    parts = [
        _("Every stall is taken")
        if not rated.empty
        else ngettext("{count} seat is free", "{count} seats are free", rated.empty).format(count=rated.empty)
    ]
    if turns:
        few, many = min(turns), max(turns)
        parts.append(
            ngettext("every vendor gets {count} turn", "every vendor gets {count} turns", many).format(
                count=many
            )
            if few == many
            else _("every vendor gets {few} to {many} turns").format(few=few, many=many)
        )
    if gaps:
        parts.append(_("{few} to {many} weeks apart").format(few=min(gaps), many=max(gaps)))
    return ", ".join(parts) + "."
