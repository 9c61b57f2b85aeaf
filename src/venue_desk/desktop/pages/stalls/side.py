"""Beside the board: the selected cell, how fair the plan is, and who has waited longest."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from venue_desk.desktop.widgets import Button, Card, IconButton, Label, ListRow, Rows, row
from venue_desk.domain.stalls import words
from venue_desk.language import _, date_short, weekday_short
from venue_desk.queries.stalls import CLOSED, PAST, CellRow, Fairness, StallRow, WeekRow
from venue_desk.queries.vendors import VendorRow


class CellCard(Card):
    """The selected cell in words, and what can be done with it; ``do(what)`` gets swap, replace, lock, free, away."""

    def __init__(self, do: Callable[[str], object]) -> None:
        super().__init__(" ")
        self._who = Label("", "body", "muted", wrap=True)
        self._why = Label("", "small strong", "danger", wrap=True)
        self.swap = Button(_("Swap with…"), lambda: do("swap"), icon="swap", tip=_("Enter, or drag the cell"))
        self.replace = Button(_("Replace…"), lambda: do("replace"), icon="person-plus", tip="R")
        self.lock = IconButton("lock", _("Lock"), lambda: do("lock"))
        self.away = IconButton("calendar-off", _("Cannot come…"), lambda: do("away"))
        self.came = Button(_("Who came…"), lambda: do("came"), icon="attendance")
        self.add(self._who)
        self.add(self._why)
        self.add(row(self.swap, 1, self.away, self.lock))
        self.add(row(self.replace, self.came, 1))

    def show_cell(self, week: WeekRow, cell: CellRow, stall: StallRow, said: str, *, read_only: bool) -> None:
        """``said`` explains an empty cell: why nobody can take it."""
        self.title.setText(cell.name or _("Stall {number} is free").format(number=stall.number))
        where = _("Stall {number}, {day}").format(number=stall.number, day=weekday_short(week.day))
        kind = words.category(cell.category) if cell.vendor_id else ""
        good = _(words.QUALITIES[stall.quality]) if stall.quality != 1 else ""
        about = " · ".join(part for part in (kind, cell.products, good) if part)
        self._who.setText("\n".join(part for part in (where, about, said) if part))
        reason = _("A rule was set aside: {why}").format(why=cell.reason) if cell.reason else ""
        self._why.setText("\n".join(part for part in (cell.problem, reason) if part))
        self._why.setVisible(bool(cell.problem or reason))
        open_ = week.status not in (PAST, CLOSED) and not read_only and not cell.out
        self.swap.setVisible(open_ and bool(cell.vendor_id) and not cell.locked)
        self.replace.setVisible(open_ and not cell.locked)
        self.replace.setText(_("Replace…") if cell.vendor_id else _("Give it to…"))
        self.away.setVisible(open_ and bool(cell.vendor_id) and not cell.problem)
        self.lock.setVisible(open_ and bool(cell.vendor_id))
        self.lock.set("unlock" if cell.locked else "lock", _("Unlock") if cell.locked else _("Lock"))
        self.came.setVisible(week.status == PAST and bool(cell.vendor_id) and not read_only)


class FairCard(Card):
    """One sentence of proof, and what everybody gets."""

    def __init__(self, more: Callable[[], object]) -> None:
        super().__init__(_("How fair?"))
        self._proof = Label("", "card", "present", wrap=True)
        self._summary = Label("", "body", "muted", wrap=True)
        self.more = Button(_("All vendors"), more, kind="quiet", icon="list")
        self.add(self._proof)
        self.add(self._summary)
        self.body.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)

    def show_fairness(self, fair: Fairness | None, why: Sequence[str] = ()) -> None:
        """``why`` are sentences about what keeps stalls free."""
        self.more.setVisible(fair is not None)
        if fair is None:
            self._proof.setText(_("Not planned yet"))
            self._proof.set_colour("muted")
            self._summary.setText(
                _("Plan some weeks, and here it says how near to the best possible they are.")
            )
            return
        self._proof.setText(fair.sentence)
        self._proof.set_colour("present" if fair.proven else "late" if not fair.empty else "danger")
        span = _("{first} to {last}").format(first=date_short(fair.first), last=date_short(fair.last))
        self._summary.setText("\n".join([f"{span}: {fair.summary}", *why]))


class WaitingCard(Card):
    """Who has waited longest: when they may sell next, and ``5w · 8×``."""

    def __init__(self) -> None:
        super().__init__(_("Waited longest"), flush=True)
        self._rows = Rows()
        self.add(self._rows)
        self.body.addStretch(1)

    def show_rows(self, rows: Sequence[VendorRow]) -> None:
        made: list[QWidget] = []
        for one in rows:
            waited = Label(short_wait(one), "body", "muted", align=Qt.AlignmentFlag.AlignRight)
            waited.setToolTip(long_wait(one))
            waited.setAccessibleName(long_wait(one))
            made.append(ListRow(one.name, when(one), after=waited))
        self._rows.show_rows(
            made or [Label(_("Nobody waits yet: add vendors first."), "body", "muted", wrap=True)]
        )


def short_wait(row: VendorRow) -> str:
    """``5w · 8×``."""
    turns = _("{count}×").format(count=row.turns)
    if row.waited is None:
        return turns
    return _("{count}w").format(count=row.waited) + f" · {turns}"


def long_wait(row: VendorRow) -> str:
    if row.waited is None:
        return _("No turn yet")
    return _("Waits {weeks} weeks, had {turns} turns").format(weeks=row.waited, turns=row.turns)


def when(row: VendorRow) -> str:
    """When the next turn is, or until when they are away."""
    if row.away_until is not None:
        return _("away until {day}").format(day=date_short(row.away_until))
    if row.next_turn is not None:
        return _("sells on {day}").format(day=date_short(row.next_turn))
    return _("no turn planned")
