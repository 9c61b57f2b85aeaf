"""What a market is made of: its stalls, its rules, and a market where there is none yet."""

from datetime import date, timedelta

from PySide6.QtWidgets import QWidget

from venue_desk.actions import stalls as actions
from venue_desk.actions import venue
from venue_desk.desktop.page import Shell
from venue_desk.desktop.widgets import (
    Check,
    Combo,
    DateField,
    Dialog,
    Flow,
    Form,
    Label,
    NumberField,
    Section,
    Segmented,
    TextField,
    column,
)
from venue_desk.domain.stalls import words
from venue_desk.domain.stalls.settings import Rules
from venue_desk.language import _, weekday
from venue_desk.queries.stalls import StallRow

_MONDAY = date(2024, 1, 1)


class StallDialog(Dialog):
    """What a stall offers, where it stands, how well it sells, and when it cannot be used."""

    def __init__(self, shell: Shell, row: StallRow) -> None:
        super().__init__(
            _("Stall {number}").format(number=row.number),
            yes=_("Save"),
            sentence=_("Vendors who need more than it offers are never put here."),
            width=520,
        )
        self._shell, self._row = shell, row
        self.form = Form(columns=2)
        offers = Flow()
        self.offers: dict[str, Check] = {}
        for code, said in words.NEEDS.items():
            self.offers[code] = Check(_(said), code in row.offers)
            offers.add(self.offers[code])
        holder = QWidget()
        holder.setLayout(column(Label(_("It offers"), "strong"), offers, gap=4))
        self.form.add_wide(holder)
        self.form.add(
            "quality",
            _("Spot"),
            Segmented([(2, _("Good")), (1, _("Ordinary")), (0, _("Poor"))], row.quality, name=_("Spot")),
            wide=True,
        )
        self.form.add("row", _("Row"), NumberField(row.row + 1, least=1, most=99))
        self.form.add("position", _("Place in the row"), NumberField(row.position + 1, least=1, most=99))
        self.form.add("first", _("Out of use from"), DateField(row.out[0] if row.out else None))
        self.form.add("last", _("Until"), DateField(row.out[-1] if row.out else None))
        self.add(self.form)

    def check(self) -> bool:
        values = self.form.values()
        for key in ("first", "last"):
            field = self.form.rows[key].field
            if isinstance(field, DateField) and field.wrong():
                self.form.error(key, _("This is no date."))
                return False
        first, last = values["first"], values["last"] or values["first"]
        if first and last < first:
            self.form.error("last", _("The last day is before the first."))
            return False
        days = (last - first).days + 1 if first else 0
        self._shell.desk.do(
            actions.edit_stall,
            self._row.id,
            **{code: box.value() for code, box in self.offers.items()},
            quality=values["quality"],
            row=int(values["row"] or 1) - 1,
            position=int(values["position"] or 1) - 1,
            out=[first + timedelta(days=day) for day in range(days)],
        )
        return True


class RulesDialog(Dialog):
    """The rules of the rotation; an empty field follows from the number of vendors and stalls, or means no limit."""

    def __init__(self, shell: Shell, rules: Rules, band: tuple[int, int, int]) -> None:
        super().__init__(_("Rules of the rotation"), yes=_("Save"), width=620)
        self._shell, self._rules = shell, rules
        self.form = Form(columns=3)
        usual = _("Usual: {count}")
        for key, label, value, count in (
            ("gap_hard", _("Least weeks between turns"), rules.gap_hard, band[0]),
            ("gap_lo", _("Good from"), rules.gap_lo, band[1]),
            ("gap_hi", _("Good until"), rules.gap_hi, band[2]),
        ):
            self.form.add(key, label, NumberField(value, least=1, most=99), usual.format(count=count))
        self.diets = Check(_("Halal and non-halal never stand side by side"), rules.separate_diets)
        self.form.add_wide(self.diets)
        self.form.add_wide(Section(_("At most so many of a kind in a week; empty: no limit")))
        for code in words.CATEGORIES:
            if code != "other":
                self.form.add(code, words.category(code), NumberField(rules.caps.get(code), least=0, most=99))
        self.add(self.form)

    def check(self) -> bool:
        values = self.form.values()
        # Limits of categories that the venue made up have no field here, and stay.
        caps = {code: most for code, most in self._rules.caps.items() if code not in self.form.rows}
        caps |= {code: int(values[code]) for code in words.CATEGORIES if values.get(code) is not None}
        gaps = {key: values[key] and int(values[key]) for key in ("gap_hard", "gap_lo", "gap_hi")}
        self._shell.desk.do(actions.set_rules, **gaps, caps=caps, separate_diets=self.diets.value())
        return True


class MarketDialog(Dialog):
    """A market for a venue that has none."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(
            _("Set up a market"),
            yes=_("Set up"),
            sentence=_("What each stall offers is told afterwards: press its number on the board."),
            width=460,
        )
        self._shell = shell
        self.form = Form(columns=2)
        self.form.add("name", _("Name of the market"), TextField(), needed=True, wide=True)
        days = [(day, weekday(_MONDAY + timedelta(days=day))) for day in range(7)]
        self.form.add("weekday", _("Market day"), Combo(days, 6))
        self.form.add("stalls", _("Number of stalls"), NumberField(10, least=1, most=60))
        self.add(self.form)
        self.form.rows["name"].field.setFocus()

    def check(self) -> bool:
        values = self.form.values()
        if not values["name"]:
            self.form.error("name", _("The market has no name yet."))
            return False
        self._shell.desk.do(venue.open_market, values["name"], values["weekday"], int(values["stalls"] or 1))
        return True
