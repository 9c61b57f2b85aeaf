"""Market days of a period: seats filled, turns and takings of each business, and who waits longest."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue_desk.domain.report import (
    DAY,
    NUMBER,
    PERCENT,
    RUPIAH,
    Bar,
    Chart,
    Column,
    Figure,
    Part,
    Report,
    Table,
    Value,
)
from venue_desk.domain.stalls import words
from venue_desk.language import _, date_long, ngettext, number, percent
from venue_desk.store.records import MarketWeek, Stall, Vendor, mine


@dataclass(slots=True)
class _Record:
    """What one business did in the period."""

    vendor: Vendor
    planned: int = 0
    came: int = 0
    missed: int = 0
    takings: int = 0
    days: list[date] = field(default_factory=list)


def stalls(session: Session, first: date, last: date, today: date) -> Report:
    """Published market days of the period up to today; later ones are only planned and do not count."""
    weeks = _weeks(session, first, min(last, today))
    seats = sum(_seats(session, week) for week in weeks)
    filled = sum(len(week.plan.get("cells") or {}) for week in weeks)
    records = _records(session, weeks)
    active = [one for one in records if one.vendor.active]
    counted = sum(one.came + one.missed for one in records)
    missed = sum(one.missed for one in records)
    takings = sum(one.takings for one in records)
    turns = [one.planned for one in active]
    return Report(
        kind="stalls",
        title=_("Stalls and vendors"),
        first=first,
        last=last,
        sentence=_sentence(len(weeks), turns),
        figures=(
            Figure(_("Market days"), len(weeks)),
            Figure(
                _("Stalls filled"),
                filled / seats if seats else None,
                PERCENT,
                _("{part} of {whole} places").format(part=number(filled), whole=number(seats)),
            ),
            Figure(
                _("Active vendors with a turn"),
                sum(turn > 0 for turn in turns),
                NUMBER,
                _("of {count} active").format(count=number(len(active))),
            ),
            Figure(
                _("Did not come"),
                missed,
                NUMBER,
                percent(missed / counted, 1) if counted else "",
            ),
            Figure(_("Takings told"), takings or None, RUPIAH),
            Figure(_("Fewest and most turns"), f"{min(turns)}–{max(turns)}" if turns else None),
        ),
        charts=(_turns(turns), _categories(records)),
        tables=(_table(records, weeks),),
        notes=(
            _("Counted are published market days up to today."),
            _("Takings are what vendors told, where they did."),
            _("State of {day}.").format(day=date_long(today)),
        ),
        totals={
            "market_days": len(weeks),
            "seats": seats,
            "filled": filled,
            "active_vendors": len(active),
            "vendors_with_a_turn": sum(turn > 0 for turn in turns),
            "did_not_come": missed,
            "takings": takings,
            "fewest_turns": min(turns, default=None),
            "most_turns": max(turns, default=None),
        },
    )


def _sentence(days: int, turns: list[int]) -> str:
    if not days:
        return _("No market day was held in this period.")
    held = ngettext("{count} market day", "{count} market days", days).format(count=number(days))
    if not turns:
        return f"{held}."
    return _("{days}; every active vendor had {fewest} to {most} turns.").format(
        days=held, fewest=min(turns), most=max(turns)
    )


def _weeks(session: Session, first: date, last: date) -> list[MarketWeek]:
    return list(
        session.scalars(
            select(MarketWeek)
            .where(
                mine(session, MarketWeek),
                MarketWeek.day >= first,
                MarketWeek.day <= last,
                MarketWeek.published_at.is_not(None),
            )
            .order_by(MarketWeek.day, MarketWeek.id)
        )
    )


def _seats(session: Session, week: MarketWeek) -> int:
    """The stalls of the market that were in use on the day."""
    rows = session.scalars(select(Stall).where(mine(session, Stall), Stall.market_id == week.market_id))
    return sum(week.day.isoformat() not in (one.out or []) for one in rows)


def _records(session: Session, weeks: list[MarketWeek]) -> list[_Record]:
    """Every business that takes part or had a turn, by name."""
    found = {
        vendor.id: _Record(vendor) for vendor in session.scalars(select(Vendor).where(mine(session, Vendor)))
    }
    for week in weeks:
        for stall, vendor_id in (week.plan.get("cells") or {}).items():
            told = (week.came or {}).get(stall) or {}
            planned = found.get(vendor_id)
            if planned is not None:
                planned.planned += 1
                planned.days.append(week.day)
                planned.came += told.get("came") is True
                planned.missed += told.get("came") is False or bool(told.get("stood_in"))
            # Whoever stood in sold there.
            seller = found.get(told.get("stood_in") or vendor_id)
            if seller is not None:
                seller.takings += int((week.takings or {}).get(stall) or 0)
    rows = [one for one in found.values() if one.planned or one.vendor.active]
    return sorted(rows, key=lambda one: (one.vendor.name.casefold(), one.vendor.id))


def _turns(turns: list[int]) -> Chart:
    """How many businesses had how many turns: fair is one or two neighbouring bars."""
    counted = Counter(turns)
    bars = tuple(
        Bar(
            ngettext("{count} turn", "{count} turns", count).format(count=count),
            (counted[count],),
            number(counted[count]),
        )
        for count in range(min(turns, default=0), max(turns, default=-1) + 1)
    )
    return Chart(_("Active vendors by turns"), (Part(_("Vendors"), "accent"),), bars)


def _categories(records: list[_Record]) -> Chart:
    counted: Counter[str] = Counter()
    for one in records:
        counted[one.vendor.category] += one.planned
    bars = tuple(
        Bar(words.category(category), (count,), number(count)) for category, count in counted.most_common(10)
    )
    return Chart(_("Turns by category"), (Part(_("Turns"), "accent"),), bars)


def _table(records: list[_Record], weeks: list[MarketWeek]) -> Table:
    rows: list[tuple[Value, ...]] = [
        (
            one.vendor.name,
            words.category(one.vendor.category),
            one.planned,
            one.missed,
            max(one.days, default=None),
            sum(week.day > max(one.days, default=date.min) for week in weeks),
            one.takings or None,
        )
        for one in records
    ]
    return Table(
        _("Businesses"),
        (
            Column(_("Business"), share=2.6),
            Column(_("Category"), share=1.6),
            Column(_("Turns"), NUMBER),
            Column(_("Did not come"), NUMBER, 1.2),
            Column(_("Last turn"), DAY, 1.5),
            Column(_("Weeks since"), NUMBER, 1.2),
            Column(_("Takings"), RUPIAH, 1.6),
        ),
        tuple(rows),
        _("No business is registered."),
    )
