"""Dialogs of the stalls: a vendor, an absence, who takes a cell, why a rule is set aside, who came."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from PySide6.QtWidgets import QWidget

from venue_desk.actions import stalls as actions
from venue_desk.actions import vendors
from venue_desk.desktop.page import Shell
from venue_desk.desktop.widgets import (
    Button,
    Check,
    Combo,
    DateField,
    Dialog,
    Flow,
    Form,
    Label,
    ListRow,
    NumberField,
    Rows,
    Segmented,
    TextField,
    column,
)
from venue_desk.domain.stalls import words
from venue_desk.domain.stalls.ledger import EXCUSED, LATE, NO_SHOW
from venue_desk.domain.stalls.reasons import Candidate
from venue_desk.domain.stalls.season import NEUTRAL
from venue_desk.language import N_, _, date_short, ngettext, number
from venue_desk.queries.rotation import Rotation
from venue_desk.queries.stalls import CellRow, WeekRow
from venue_desk.queries.vendors import VendorRow

KINDS = {
    EXCUSED: N_("Told us in time (not charged)"),
    LATE: N_("Told us late (half a turn)"),
    NO_SHOW: N_("Did not come (a whole turn)"),
}


class VendorDialog(Dialog):
    """Add a vendor, or change one."""

    def __init__(self, shell: Shell, row: VendorRow | None = None) -> None:
        super().__init__(
            row.name if row else _("Add a vendor"),
            yes=_("Save") if row else _("Add"),
            sentence="" if row else _("Who joins late starts at zero, without turns owed."),
            width=620,
        )
        self._shell, self._row = shell, row
        self.form = Form(columns=2)
        self.form.add("name", _("Business"), TextField(row.name if row else ""), needed=True)
        short = TextField(row.short if row and row.short != row.name else "")
        self.form.add("short", _("Short name"), short, _("For a cell of the board, at most 12 letters"))
        self.form.add("products", _("Products"), TextField(row.products if row else ""))
        known = list(words.CATEGORIES)
        if row and row.category not in known:
            known.append(row.category)
        self.form.add(
            "category",
            _("Category"),
            Combo([(code, words.category(code)) for code in known], row.category if row else "other"),
        )
        self.form.add(
            "diet",
            _("Food"),
            Segmented(
                [(code, _(said)) for code, said in words.DIETS.items()],
                row.diet if row else NEUTRAL,
                name=_("Food"),
            ),
            _("Halal and non-halal never stand side by side"),
        )
        self.form.add("phone", _("Phone"), TextField(row.phone if row else ""))
        needs = Flow()
        self.needs: dict[str, Check] = {}
        for code, said in words.NEEDS.items():
            self.needs[code] = Check(_(said), bool(row and code in row.needs))
            needs.add(self.needs[code])
        holder = QWidget()
        holder.setLayout(column(Label(_("The stall must have"), "strong"), needs, gap=4))
        self.form.add_wide(holder)
        self.form.add(
            "active_from", _("In the rotation from"), DateField(row.active_from if row else shell.today())
        )
        self.form.add(
            "active_until", _("Until"), DateField(row.active_until if row else None), _("Empty: stays")
        )
        self.active = Check(_("Takes part in the rotation"), row.active if row else True)
        self.form.add_wide(self.active)
        self.add(self.form)
        self.form.rows["name"].field.setFocus()

    def check(self) -> bool:
        for key in ("active_from", "active_until"):
            field = self.form.rows[key].field
            if isinstance(field, DateField) and field.wrong():
                self.form.error(key, _("This is no date."))
                return False
        values = self.form.values()
        if not values["name"]:
            self.form.error("name", _("A vendor needs a name."))
            return False
        values["needs"] = [code for code, box in self.needs.items() if box.value()]
        values["active"] = self.active.value()
        values["phone"] = values["phone"] or None
        name = values.pop("name")
        # The desk itself, not the shell: a refusal belongs in this dialog, not behind it.
        if self._row is None:
            self._shell.desk.do(vendors.add, name, **values)
        else:
            self._shell.desk.do(vendors.edit, self._row.id, name=name, **values)
        return True


class AbsenceDialog(Dialog):
    """A vendor cannot come: when, and how they told us. They keep their cells until a replacement is chosen."""

    def __init__(self, shell: Shell, row: VendorRow, day: date) -> None:
        super().__init__(
            _("{name} cannot come").format(name=row.name),
            yes=_("Note it"),
            sentence=_("The cell stays theirs until you choose who stands in."),
            width=520,
        )
        self._shell, self._row = shell, row
        self.form = Form(columns=2)
        self.form.add("starts_on", _("From"), DateField(day), needed=True)
        self.form.add("ends_on", _("Until"), DateField(day), needed=True)
        self.form.add(
            "kind", _("How"), Combo([(code, _(said)) for code, said in KINDS.items()], EXCUSED), wide=True
        )
        self.form.add("reason", _("Reason"), TextField(), wide=True)
        self.add(self.form)

    def check(self) -> bool:
        values = self.form.values()
        for key in ("starts_on", "ends_on"):
            if values[key] is None:
                self.form.error(key, _("This is no date."))
                return False
        self._shell.desk.do(vendors.tell_absence, self._row.id, **values)
        return True


class ReplaceDialog(Dialog):
    """Who may take a cell, the fairest first; nobody else moves."""

    def __init__(
        self,
        week: WeekRow,
        cell: CellRow,
        stall: str,
        rotation: Rotation,
        ranked: Sequence[Candidate],
        why: str,
        choose: Callable[[str], object],
        *,
        shown: int = 6,
    ) -> None:
        title = (
            _("Who takes over from {name}?").format(name=cell.name)
            if cell.name
            else _("Who takes this stall?")
        )
        super().__init__(
            title,
            sentence=_("Stall {number}, {day}. Nobody else moves; the fairest choice comes first.").format(
                number=stall, day=date_short(week.day)
            ),
            width=560,
        )
        rows: list[QWidget] = []
        for place, one in enumerate(ranked[:shown]):
            vendor = rotation.vendors[one.vendor]
            rows.append(
                ListRow(
                    rotation.names[one.vendor],
                    _standing(one),
                    action=_("Choose"),
                    on_click=partial(self._take, choose, vendor),
                    wrap=True,
                )
            )
            if place == 0 and isinstance(rows[0], ListRow):
                rows[0].button.set_kind("primary")
        if rows:
            listed = Rows()
            listed.show_rows(rows)
            self.add(listed)
            self.first: Button | None = rows[0].button if isinstance(rows[0], ListRow) else None
        else:
            self.first = None
            self.add(Label(_("Nobody can take this stall without others moving."), "strong", wrap=True))
        if why:
            self.add(Label(_("The others: {why}.").format(why=why), "body", "muted", wrap=True))

    def _take(self, choose: Callable[[str], object], vendor: str) -> None:
        self.accept()
        choose(vendor)


def _standing(one: Candidate) -> str:
    share = _("{turns} turns owed").format(turns=number(one.owed, 1))
    waits = ngettext("waits {count} week", "waits {count} weeks", one.wait).format(count=one.wait)
    parts = [waits, share]
    if one.cost > 0:
        parts.append(
            ngettext("{count} week off the good gap", "{count} weeks off the good gap", one.cost).format(
                count=one.cost
            )
        )
    if one.before:
        parts.append(
            ngettext("{count} time here already", "{count} times here already", one.before).format(
                count=one.before
            )
        )
    return " · ".join(parts)


class ReasonDialog(Dialog):
    """Set a rule aside for a reason, which stays visible on the board."""

    def __init__(self, why: str) -> None:
        super().__init__(
            _("Set a rule aside?"),
            yes=_("Swap anyway"),
            sentence=why,
            width=460,
        )
        self.form = Form()
        self.form.add("reason", _("Reason"), TextField(), _("It stays visible on the board"), needed=True)
        self.add(self.form)
        self.form.rows["reason"].field.setFocus()

    def check(self) -> bool:
        if not self.reason:
            self.form.error("reason", _("A reason is needed."))
        return bool(self.reason)

    @property
    def reason(self) -> str:
        return str(self.form.value("reason"))


class CameDialog(Dialog):
    """What happened on the day: came or not, who stood in, the takings."""

    def __init__(self, shell: Shell, week: WeekRow, cell: CellRow, others: Sequence[VendorRow]) -> None:
        super().__init__(cell.name, yes=_("Save"), sentence=date_short(week.day), width=460)
        self._shell, self._place = shell, (week.day, cell.stall_id)
        self.form = Form()
        self.form.add(
            "came",
            _("Who came"),
            Segmented(
                [(None, _("Not known")), (True, _("Came")), (False, _("Did not come"))],
                cell.came,
                name=_("Who came"),
            ),
        )
        self.form.add(
            "stood_in",
            _("Stood in"),
            Combo(
                [("", _("Nobody")), *((row.id, row.name) for row in others if row.id != cell.vendor_id)], ""
            ),
        )
        self.form.add("takings", _("Takings"), NumberField(cell.takings, unit="Rp"), _("If they tell"))
        self.add(self.form)

    def check(self) -> bool:
        values = self.form.values()
        self._shell.desk.do(
            actions.attend,
            *self._place,
            values["came"],
            stood_in=values["stood_in"] or None,
            takings=None if values["takings"] is None else int(values["takings"]),
        )
        return True
