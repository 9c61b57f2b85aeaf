"""What binds a vendor: the days away, and others whom they must not or must share a week with."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from PySide6.QtWidgets import QWidget

from venue_desk.actions import vendors as actions
from venue_desk.desktop.page import Shell
from venue_desk.desktop.pages.stalls.dialogs import KINDS
from venue_desk.desktop.widgets import (
    Button,
    Combo,
    Dialog,
    Label,
    ListRow,
    Rows,
    Section,
    Segmented,
    row,
)
from venue_desk.language import N_, _, date_medium
from venue_desk.queries import vendors as queries
from venue_desk.queries.vendors import VendorRow

APART, TOGETHER = "apart", "together"
PAIRS = {APART: N_("Never in the same week"), TOGETHER: N_("Only in the same week")}


class BondsDialog(Dialog):
    """Each change is made at once, and is one step to undo."""

    def __init__(self, shell: Shell, vendor: VendorRow, others: Sequence[VendorRow]) -> None:
        super().__init__(
            vendor.name,
            sentence=_("Every change holds at once. A plan that is made anew keeps to it."),
            width=560,
        )
        self._shell, self._vendor = shell, vendor
        self.add(Section(_("Days away")))
        self._away = Rows()
        self.add(self._away)
        self.add(Section(_("Apart or together")))
        self._pairs = Rows()
        self.add(self._pairs)
        self.other = Combo(
            [(one.id, one.name) for one in others if one.id != vendor.id],
            name=_("Another vendor"),
            hint=_("Another vendor"),
        )
        self.kind = Segmented(
            [(code, _(said)) for code, said in PAIRS.items()], APART, name=_("Apart or together")
        )
        self.add(self.other)
        self.add(row(self.kind, 1, Button(_("Add"), self._pair, icon="plus")))
        self._show()

    def _show(self) -> None:
        absences = [
            one
            for one in self._shell.desk.ask(queries.absences, self._shell.today())
            if one.vendor_id == self._vendor.id
        ]
        away: list[QWidget] = [
            ListRow(
                _span(one.starts_on, one.ends_on),
                " · ".join(part for part in (_(KINDS.get(one.kind, one.kind)), one.reason) if part),
                action=_("Comes after all"),
                on_click=partial(self._do, actions.cancel_absence, one.id),
            )
            for one in absences
        ]
        self._away.show_rows(away or [Label(_("None to come"), "body", "muted")])
        pairs: list[QWidget] = [
            ListRow(
                one.name,
                _(PAIRS.get(one.kind, one.kind)),
                action=_("End it"),
                on_click=partial(self._do, actions.pair, self._vendor.id, one.vendor_id, ""),
            )
            for one in self._shell.desk.ask(queries.pairs, self._vendor.id)
        ]
        self._pairs.show_rows(pairs or [Label(_("With nobody"), "body", "muted")])

    def _pair(self) -> None:
        if self.other.value():
            self._do(actions.pair, self._vendor.id, self.other.value(), self.kind.value())

    def _do(self, action: Callable[..., object], *given: str) -> None:
        self._shell.do(action, *given)
        self._show()


def _span(first: date, last: date) -> str:
    return date_medium(first) if first == last else f"{date_medium(first)} – {date_medium(last)}"
