"""How many alumni are at work, by class and trade, and how many were asked when they should have been."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from itertools import pairwise

from sqlalchemy.orm import Session

from venue_desk.domain import outcomes as rules
from venue_desk.domain.report import NUMBER, PERCENT, Bar, Chart, Column, Figure, Part, Report, Table
from venue_desk.language import _, date_long, ngettext, number, percent
from venue_desk.queries.courses import trades
from venue_desk.queries.outcomes import AlumnusRow, alumni, follow_up_months, heard_stages

STATES = {
    rules.EMPLOYED: "present",
    rules.SELF_EMPLOYED: "accent",
    rules.TRAINING: "excused",
    rules.NOT_WORKING: "late",
    rules.UNKNOWN: "not taken",
}
"""Each outcome's colour on screen and paper, by the names of the face's states."""


def outcomes(session: Session, first: date, last: date, today: date) -> Report:
    """Alumni whose class ended in the period, by what is known of each today."""
    rows = [row for row in alumni(session, today) if first <= row.graduated <= last]
    all_of = rules.placement(row.kind for row in rows)
    return Report(
        kind="outcomes",
        title=_("Outcomes of alumni"),
        first=first,
        last=last,
        sentence=_sentence(all_of),
        figures=_figures(all_of, rows),
        charts=(_by_class(rows),),
        tables=(
            _table(_("By trade"), _("Trade"), _grouped(rows, _trade_names(session))),
            _table(_("By class"), _("Class"), _grouped(rows, {})),
            _follow_ups(session, rows, today),
        ),
        notes=(
            _("An alumnus is somebody whose class has ended, or who left it for work; nobody counts twice."),
            _("Not known is not “not working”: those alumni are in the denominator, never in the numerator."),
            _("State of {day}; classes that ended in the period.").format(day=date_long(today)),
        ),
        totals={
            "alumni": all_of.alumni,
            "known": all_of.known,
            "placed": all_of.placed,
            "rate": all_of.rate,
            "rate_of_known": all_of.rate_of_known,
            **{kind: all_of.of(kind) for kind in rules.KINDS},
        },
    )


def _sentence(counted: rules.Placement) -> str:
    if counted.rate is None:
        return _("Nobody finished a class in this period.")
    return _("{placed} of {alumni} alumni are at work, {rate}.").format(
        placed=number(counted.placed), alumni=number(counted.alumni), rate=percent(counted.rate, 1)
    )


def _figures(counted: rules.Placement, rows: list[AlumnusRow]) -> tuple[Figure, ...]:
    at_work = [row for row in rows if row.kind in rules.PLACED]
    related = sum(row.related is True for row in at_work)
    asked = sum(row.related is not None for row in at_work)
    of_all = _("{part} of {whole} alumni").format(part=number(counted.placed), whole=number(counted.alumni))
    of_known = _("{part} of {whole} heard of").format(
        part=number(counted.placed), whole=number(counted.known)
    )
    return (
        Figure(_("At work"), counted.rate, PERCENT, of_all),
        Figure(_("At work, of those heard of"), counted.rate_of_known, PERCENT, of_known),
        Figure(_("Employed"), counted.employed),
        Figure(_("Self-employed"), counted.self_employed),
        Figure(_("Not known"), counted.unknown, NUMBER, _("not heard of yet")),
        Figure(
            _("In the trade they learned"),
            related / asked if asked else None,
            PERCENT,
            _("{part} of {whole} at work").format(part=number(related), whole=number(asked)),
        ),
    )


def _by_class(rows: list[AlumnusRow]) -> Chart:
    parts = tuple(Part(rules.kind_name(kind), STATES[kind]) for kind in rules.KINDS)
    bars = tuple(
        Bar(
            label,
            tuple(counted.of(kind) for kind in rules.KINDS),
            ngettext("{count} alumnus", "{count} alumni", counted.alumni).format(
                count=number(counted.alumni)
            ),
        )
        for label, counted in _grouped(rows, {})
    )
    return Chart(_("What became of each class"), parts, bars, whole=True)


def _grouped(rows: list[AlumnusRow], trade_names: dict[str, str]) -> list[tuple[str, rules.Placement]]:
    """By trade where names are given, by class otherwise; the latest class first, trades by name."""
    kinds: dict[str, list[str]] = {}
    for row in sorted(rows, key=lambda one: (-one.graduated.toordinal(), one.course)):
        key = trade_names.get(row.trade_id, row.course) if trade_names else row.course
        kinds.setdefault(key, []).append(row.kind)
    groups = [(label, rules.placement(found)) for label, found in kinds.items()]
    return sorted(groups, key=lambda group: group[0]) if trade_names else groups


def _trade_names(session: Session) -> dict[str, str]:
    return {row.id: row.name for row in trades(session)}


def _table(title: str, heading: str, groups: Iterable[tuple[str, rules.Placement]]) -> Table:
    return Table(
        title,
        (
            Column(heading, share=3),
            Column(_("Alumni"), NUMBER),
            *(Column(rules.kind_name(kind), NUMBER, 1.2) for kind in rules.KINDS),
            Column(_("Share"), PERCENT, 1.2),
        ),
        tuple(
            (label, counted.alumni, *(counted.of(kind) for kind in rules.KINDS), counted.rate)
            for label, counted in groups
        ),
        _("No class ended in this period."),
    )


def _follow_ups(session: Session, rows: list[AlumnusRow], today: date) -> Table:
    """For each month after graduation: who should have been asked by today, and who was heard then."""
    heard = heard_stages(session, today)
    lines = []
    months = follow_up_months(session)
    for month, following in pairwise((*months, rules.GIVE_UP_MONTHS)):
        due = [row for row in rows if rules.months_after(row.graduated, month) <= today]
        reached = Counter(
            any(month <= stage < following for stage in heard.get(row.person_id, ())) for row in due
        )[True]
        lines.append(
            (
                ngettext("{count} month after", "{count} months after", month).format(count=month),
                len(due),
                reached,
                reached / len(due) if due else None,
            )
        )
    return Table(
        _("Follow-ups"),
        (
            Column(_("When"), share=3),
            Column(_("Due"), NUMBER),
            Column(_("Heard of"), NUMBER),
            Column(_("Share"), PERCENT),
        ),
        tuple(lines),
    )
