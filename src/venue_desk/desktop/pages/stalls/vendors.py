"""The vendors as a list: who they are, their turns so far, their next one; added, changed, away, retired."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QMenu, QWidget

from venue_desk.actions import vendors
from venue_desk.desktop.page import Shell
from venue_desk.desktop.pages.stalls.bonds import BondsDialog
from venue_desk.desktop.pages.stalls.dialogs import AbsenceDialog, VendorDialog
from venue_desk.desktop.pages.stalls.side import long_wait, when
from venue_desk.desktop.tables import Column, DataTable
from venue_desk.desktop.widgets import Card, EmptyState, Segmented, TextField, column, row
from venue_desk.domain.stalls import words
from venue_desk.language import _, number
from venue_desk.queries.vendors import VendorRow

ACTIVE, ALL = "active", "all"


class VendorList(QWidget):
    """``on_absence(row)`` is called when somebody is away, so that their cells can be given to others."""

    def __init__(self, shell: Shell, on_absence: Callable[[VendorRow], object]) -> None:
        super().__init__()
        self._shell, self._on_absence = shell, on_absence
        self._rows: list[VendorRow] = []
        self.finder = TextField(hint=_("Name, products or phone"), name=_("Find a vendor"), icon="search")
        self.finder.changed.connect(self._show)
        self.which = Segmented(
            [(ACTIVE, "…"), (ALL, "…")], ACTIVE, lambda _value: self._show(), name=_("Show")
        )
        self.table = DataTable(
            [
                Column(_("Business"), lambda one: one.name, "name", second=lambda one: one.products),
                Column(_("Category"), lambda one: words.category(one.category), "text", 150),
                Column(_("Turns"), lambda one: number(one.turns), "number", 90, order=lambda one: one.turns),
                Column(
                    _("Waits"),
                    lambda one: "–" if one.waited is None else number(one.waited),
                    "number",
                    90,
                    order=lambda one: -1 if one.waited is None else one.waited,
                ),
                Column(
                    _("Next turn"),
                    lambda one: when(one) if one.active else _("not in the rotation"),
                    "muted",
                    190,
                ),
            ],
            name=_("Vendors"),
            on_open=self.edit,
            on_menu=self._menu,
        )
        self.table.steered_by(self.finder)
        card = Card(flush=True)
        card.add(self.table, 1)
        self.setLayout(column(row(self.finder, self.which, gap=12), card, gap=12))

    def show_rows(self, rows: list[VendorRow]) -> None:
        self._rows = rows
        active = sum(one.active for one in rows)
        self.which.set_choices(
            [
                (ACTIVE, _("In the rotation {count}").format(count=number(active))),
                (ALL, _("All {count}").format(count=number(len(rows)))),
            ]
        )
        self._show()

    def _show(self) -> None:
        typed = self.finder.value().casefold()
        rows = [
            one
            for one in self._rows
            if (one.active or self.which.value() == ALL)
            and typed
            in " ".join((one.name, one.products, one.phone, words.category(one.category))).casefold()
        ]
        if typed and not rows:
            self.table.set_empty(
                EmptyState("search", _("Nobody is found"), _("Look at the spelling, or show all."))
            )
        elif not rows:
            self.table.set_empty(
                EmptyState(
                    "stall",
                    _("No vendors yet"),
                    _("Add the businesses that want a stall; then plan their turns."),
                    action=_("Add a vendor"),
                    on_click=self.add,
                )
            )
        self.table.show_rows(rows)

    def choose(self, vendor_id: str) -> bool:
        """Show and select a vendor; False when there is none."""
        found = next((one for one in self._rows if one.id == vendor_id), None)
        if found is None:
            return False
        self.finder.setText("")
        if not found.active:
            self.which.set_value(ALL)
        return self.table.choose(vendor_id)

    def add(self) -> None:
        self._shell.dialog(
            VendorDialog(self._shell).of("new-vendor"),
            done=lambda: self._shell.toast(_("The vendor is added."), undo=True),
        )

    def edit(self, one: VendorRow) -> None:
        self._shell.dialog(
            VendorDialog(self._shell, one).of("vendor", one.id),
            done=lambda: self._shell.toast(_("{name}: changed").format(name=one.name), undo=True),
        )

    def away(self, one: VendorRow) -> None:
        self._shell.dialog(
            AbsenceDialog(self._shell, one, one.next_turn or self._shell.today()).of("absence", one.id),
            done=lambda: self._on_absence(one),
        )

    def bonds(self, one: VendorRow) -> None:
        self._shell.dialog(BondsDialog(self._shell, one, self._rows))

    def retire(self, one: VendorRow) -> None:
        said = _("{name} is back in the rotation.") if not one.active else _("{name} is out of the rotation.")
        self._shell.do(vendors.retire, one.id, not one.active, said=said.format(name=one.name))

    def _menu(self, one: VendorRow, menu: QMenu) -> None:
        menu.setAccessibleDescription(long_wait(one))
        menu.addAction(_("Change…"), partial(self.edit, one))
        menu.addAction(_("Cannot come…"), partial(self.away, one))
        menu.addAction(_("Absences and pairs…"), partial(self.bonds, one))
        words_ = _("Take out of the rotation") if one.active else _("Back into the rotation")
        menu.addAction(words_, partial(self.retire, one))
