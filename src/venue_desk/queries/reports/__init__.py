"""The numbers of the three reports, outcomes, attendance and stalls, for a period."""

from collections.abc import Callable, Mapping
from datetime import date

from sqlalchemy.orm import Session

from venue_desk.domain.problem import Problem
from venue_desk.domain.report import Report
from venue_desk.language import N_, _, date_long
from venue_desk.queries.reports.attendance import attendance
from venue_desk.queries.reports.outcomes import outcomes
from venue_desk.queries.reports.stalls import stalls

KINDS: Mapping[str, str] = {
    "outcomes": N_("Outcomes of alumni"),
    "attendance": N_("Attendance"),
    "stalls": N_("Stalls and vendors"),
}

_MAKERS: Mapping[str, Callable[[Session, date, date, date], Report]] = {
    "outcomes": outcomes,
    "attendance": attendance,
    "stalls": stalls,
}


def make(session: Session, kind: str, first: date, last: date, today: date) -> Report:
    """The report of a kind for the days from ``first`` to ``last``. Raises Problem for a period that cannot be."""
    if last < first:
        raise Problem(
            _("The period ends on {last}, before it begins on {first}.").format(
                first=date_long(first), last=date_long(last)
            ),
            hint=_("Change the last day so that it is not before the first."),
        )
    return _MAKERS[kind](session, first, last, today)
