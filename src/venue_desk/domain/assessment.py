"""Who is competent in what, and what paper someone may have: at most three tries a unit, presence and competence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from venue_desk.domain.attendance import Presence
from venue_desk.domain.problem import Problem
from venue_desk.language import N_, _, date_long, ngettext, percent

COMPETENT, NOT_YET = "K", "BK"
RESULTS = {COMPETENT: N_("Competent"), NOT_YET: N_("Not yet competent")}

MOST_TRIES = 3
"""Permenaker 6/2025 art. 33; a venue may allow other numbers (``Venue.rules["most_tries"]``)."""

CERTIFICATE, LETTER, NOTHING, OPEN, WORK = "competence", "completion", "nothing", "open", "work"
VERDICTS = {
    CERTIFICATE: N_("Certificate of competency"),
    LETTER: N_("Completion letter"),
    NOTHING: N_("No document"),
    OPEN: N_("Not decided yet"),
    WORK: N_("Left for work"),
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of one unit."""

    result: str
    on: date
    assessor: str = ""

    def kept(self) -> dict[str, str]:
        """As a record keeps it."""
        return {"result": self.result, "on": self.on.isoformat(), "assessor": self.assessor}


@dataclass(frozen=True, slots=True)
class UnitOfCompetency:
    """What is assessed; a certificate needs the critical ones."""

    id: str
    code: str
    title: str
    critical: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What someone may have, and why, in words."""

    kind: str
    reasons: tuple[str, ...]


def attempts(kept: Iterable[Mapping[str, Any]] | None) -> tuple[Attempt, ...]:
    """The tries that a record keeps; what is no try is passed over."""
    found = []
    for one in kept or ():
        try:
            result, on = str(one["result"]), date.fromisoformat(str(one["on"]))
        except (KeyError, TypeError, ValueError):
            continue
        if result in RESULTS:
            found.append(Attempt(result, on, str(one.get("assessor", ""))))
    return tuple(found)


def result(tries: Sequence[Attempt]) -> str:
    """``K`` when any try was competent, ``BK`` when none was, empty when there was none."""
    if not tries:
        return ""
    return COMPETENT if any(one.result == COMPETENT for one in tries) else NOT_YET


def tried(tries: Sequence[Attempt], new: Attempt, *, most: int = MOST_TRIES) -> tuple[Attempt, ...]:
    """The tries with one more. Raises Problem when the unit is passed, used up, or the date runs backwards."""
    if new.result not in RESULTS:
        raise Problem(
            _("“{text}” is no result of an assessment.").format(text=new.result),
            hint=_("Use K for competent or BK for not yet competent."),
        )
    if result(tries) == COMPETENT:
        raise Problem(
            _("This unit was already passed on {day}.").format(day=date_long(tries[-1].on)),
            hint=_("Correct the last try if it was recorded by mistake."),
        )
    if len(tries) >= most:
        raise Problem(
            ngettext(
                "The only try for this unit is used up.", "All {count} tries for this unit are used up.", most
            ).format(count=most),
            hint=_("Correct the last try if it was recorded by mistake."),
        )
    if tries and new.on < tries[-1].on:
        raise Problem(
            _("The previous try was on {day}, which is later than this one.").format(
                day=date_long(tries[-1].on)
            ),
            hint=_("Check the date of the assessment."),
        )
    return (*tries, new)


def corrected(tries: Sequence[Attempt], new: Attempt | None) -> tuple[Attempt, ...]:
    """The tries with the last one replaced, or taken back when ``new`` is None. Raises Problem if there is none."""
    if not tries:
        raise Problem(_("There is no try to correct."))
    before = tuple(tries[:-1])
    return before if new is None else tried(before, new, most=len(tries))


def needed(units: Sequence[UnitOfCompetency]) -> tuple[UnitOfCompetency, ...]:
    """The units without which there is no certificate: the critical ones, or all where none is marked."""
    return tuple(unit for unit in units if unit.critical) or tuple(units)


def judge(
    presence: Presence,
    threshold: int,
    units: Sequence[UnitOfCompetency],
    tries: Mapping[str, Sequence[Attempt]],
    *,
    state: str = "enrolled",
    why_left: str = "",
    most: int = MOST_TRIES,
) -> Verdict:
    """What someone may have from a course.

    ``threshold`` is in percent; ``tries`` by unit id. Certificate: present enough and competent in the critical
    units; letter: present enough only. Who left for work is neither a pass nor a failure.
    """
    present, reasons = _presence(presence, threshold)
    missing = [unit for unit in needed(units) if result(tries.get(unit.id, ())) != COMPETENT]
    unassessed = [unit for unit in missing if not tries.get(unit.id)]
    reasons += _units(missing, tries, most)
    complete = present and not missing and bool(units)

    if state == "left" and not complete:
        if why_left == "work":
            return Verdict(
                WORK, (_("Left the course for work; counted as an outcome, not as a failure."), *reasons)
            )
        return Verdict(NOTHING, (_("Left the course before its end."), *reasons))
    if present is False and not presence.can_meet(threshold):
        return Verdict(NOTHING, tuple(reasons))
    if present is None or presence.ahead:
        return Verdict(OPEN, tuple(reasons))
    if not present:
        # Lessons that nobody filled in could still lift it: they are to be filled in first.
        return Verdict(OPEN, tuple(reasons))
    if not units:
        return Verdict(LETTER, (*reasons, _("This course assesses no units.")))
    if unassessed:
        return Verdict(OPEN, tuple(reasons))
    return Verdict(LETTER if missing else CERTIFICATE, tuple(reasons))


def _presence(presence: Presence, threshold: int) -> tuple[bool | None, list[str]]:
    share = presence.share
    if share is None:
        return None, [_("No lesson is closed yet.")]
    reasons = []
    meets = presence.meets(threshold)
    shown = {"share": percent(share, 0 if share in (0, 1) else 1), "needed": percent(threshold / 100)}
    if meets:
        reasons.append(_("Present {share}, {needed} needed.").format(**shown))
    elif presence.can_meet(threshold):
        reasons.append(
            _("Present {share}, {needed} needed; {best} can still be reached.").format(
                best=percent(presence.best), **shown
            )
        )
    else:
        reasons.append(_("Present only {share}, {needed} needed.").format(**shown))
    if presence.ahead:
        reasons.append(_("Not all lessons are closed yet."))
    if presence.unknown:
        reasons.append(_("Some attendance was not taken; it counts neither way."))
    return meets, reasons


def _units(
    missing: Sequence[UnitOfCompetency], tries: Mapping[str, Sequence[Attempt]], most: int
) -> list[str]:
    reasons = []
    untried = [unit.code for unit in missing if not tries.get(unit.id)]
    if len(untried) > 2:
        said = ngettext(
            "{count} unit that is needed is not assessed yet.",
            "{count} units that are needed are not assessed yet.",
            len(untried),
        )
        reasons.append(said.format(count=len(untried)))
    else:
        reasons += [_("{unit}: not assessed yet.").format(unit=code) for code in untried]
    for unit in missing:
        used = len(tries.get(unit.id, ()))
        if 0 < used < most:
            reasons.append(
                _("{unit}: not yet competent after try {used} of {most}.").format(
                    unit=unit.code, used=used, most=most
                )
            )
        elif used:
            reasons.append(_("{unit}: not yet competent, no try left.").format(unit=unit.code))
    return reasons
