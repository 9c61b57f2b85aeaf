"""The rows of a list: what each is, what was noticed, and what a person decides about it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

from PySide6.QtWidgets import QSizePolicy, QWidget

from venue_desk.desktop import theme
from venue_desk.desktop.tables import Column, DataTable
from venue_desk.desktop.widgets import Card, Combo, EmptyState, Flow, Label, Segmented, clear, column, row
from venue_desk.domain.people import Choice, Standing, Weight, choices, phone_shown, usual_choice
from venue_desk.language import _, date_long, date_medium, number
from venue_desk.queries.twins import Compared

STATES = {
    Standing.NEW: "accent",
    Standing.KNOWN: "neutral",
    Standing.LIKELY: "late",
    Standing.REPEATED: "neutral",
    Standing.ALIKE: "late",
    Standing.NAMELESS: "danger",
    Standing.REFUSED: "danger",
}
ALL, CHECK, OUT = "all", "check", "out"
_COLOURS = {Weight.REFUSED: "danger", Weight.CHECK: "late", Weight.REPAIRED: "muted"}


@dataclass(slots=True)
class Decisions:
    """What a person decided, by line of the file."""

    choices: dict[int, Choice] = field(default_factory=dict)
    same_as: dict[int, str] = field(default_factory=dict)
    days: dict[int, date] = field(default_factory=dict)

    def listed(self) -> list[list[Any]]:
        """As plain values: line, choice, the same as whom, date of birth; see ``of``."""
        lines = sorted({*self.choices, *self.same_as, *self.days})
        return [
            [line, str(self.choices.get(line, "")), self.same_as.get(line, ""), self.days.get(line)]
            for line in lines
        ]

    @classmethod
    def of(cls, listed: Iterable[Sequence[Any]]) -> Self:
        made = cls()
        for line, choice, same_as, day in listed:
            made.choices |= {line: Choice(choice)} if choice else {}
            made.same_as |= {line: same_as} if same_as else {}
            made.days |= {line: day} if day else {}
        return made


class RowList(QWidget):
    """All rows with their state; the chosen one below, with what can be decided. ``on_change`` after a decision."""

    def __init__(self, on_change: Callable[[], object]) -> None:
        super().__init__()
        self._on_change = on_change
        self._rows: list[Compared] = []
        self._decided = Decisions()
        self.which = Segmented(self._filters(0, 0, 0), ALL, lambda _value: self._filter(), name=_("Show"))
        self.table = DataTable(
            [
                Column(
                    _("Row"),
                    lambda one: number(one.entry.line),
                    "number",
                    58,
                    order=lambda one: one.entry.line,
                ),
                Column(_("Name"), lambda one: one.entry.shown or "–", "name", second=_noticed),
                Column(
                    _("State"), self._state, "badge", 168, order=lambda one: list(STATES).index(one.standing)
                ),
                Column(_("NIK"), _nik, "badge", 96),
                Column(_("Born"), self._born, "badge", 132),
            ],
            name=_("Rows of the list"),
            id_of=lambda one: one.entry.line,
            on_select=lambda _rows: self._show_one(),
            empty=EmptyState("spreadsheet", _("No rows to show"), ""),
        )
        card = Card(flush=True)
        card.add(self.table, 1)
        self.one = QWidget()
        self._one = column(gap=6)
        self.one.setLayout(self._one)
        self.title = Label(_("Rows"), "card")
        self.setLayout(column(row(self.title, 1, self.which), card, self.one, gap=8))
        self.table.setMinimumHeight(theme.now().px(190))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    # What is shown

    def show_rows(self, rows: Sequence[Compared]) -> None:
        self._rows = list(rows)
        lines = {one.entry.line for one in rows}
        # A decision is kept when only the course or a column changed.
        for kept in (self._decided.choices, self._decided.same_as, self._decided.days):
            for line in [line for line in kept if line not in lines]:
                kept.pop(line)
        self._filter()

    def all(self) -> list[Compared]:
        return self._rows

    def decisions(self) -> Decisions:
        return self._decided

    def decide(self, decided: Decisions) -> None:
        """Take over decisions about these rows."""
        self._decided = decided
        self.show_rows(self._rows)

    def choice(self, one: Compared) -> Choice:
        """What will be done with a row."""
        wanted = self._decided.choices.get(one.entry.line)
        if wanted is None or wanted not in choices(one.standing):
            return usual_choice(one.standing)
        return wanted

    def counts(self) -> tuple[int, int]:
        """How many would be added, and how many who are here would be completed."""
        made = [(self.choice(one), one) for one in self._rows]
        new = sum(choice is Choice.NEW for choice, _one in made)
        known = sum(choice is Choice.SAME and one.standing is not Standing.REPEATED for choice, one in made)
        return new, known

    def _filter(self) -> None:
        check = [one for one in self._rows if _to_check(one)]
        out = [one for one in self._rows if self.choice(one) is Choice.SKIP]
        self.which.set_choices(self._filters(len(self._rows), len(check), len(out)))
        shown = {ALL: self._rows, CHECK: check, OUT: out}[self.which.value()]
        self.table.show_rows(shown)
        if shown and self.table.current_id() is None:
            self.table.choose(shown[0].entry.line)
        self._show_one()

    @staticmethod
    def _filters(everybody: int, check: int, out: int) -> list[tuple[str, str]]:
        return [
            (ALL, _("All {count}").format(count=number(everybody))),
            (CHECK, _("To check {count}").format(count=number(check))),
            (OUT, _("Left out {count}").format(count=number(out))),
        ]

    def _state(self, one: Compared) -> tuple[str, str, str]:
        choice = self._decided.choices.get(one.entry.line)
        if choice is None or choice is usual_choice(one.standing):
            return STATES[one.standing], one.standing.words, ""
        words = {Choice.NEW: _("Will be new"), Choice.SAME: _("Will be the same"), Choice.SKIP: _("Left out")}
        return "accent" if choice is Choice.NEW else "neutral", words[choice], ""

    def _born(self, one: Compared) -> tuple[str, str, str] | str | None:
        day = self._decided.days.get(one.entry.line, one.entry.birth_date)
        if day is None:
            return None
        settled = one.entry.line in self._decided.days
        doubtful = any(d.field == "birth_date" and d.weight is Weight.CHECK for d in one.entry.doubts)
        return ("late", date_medium(day), "") if doubtful and not settled else date_medium(day)

    # One row and what is decided about it

    def _show_one(self) -> None:
        clear(self._one)
        one = self.table.current()
        self.one.setVisible(one is not None)
        if one is None:
            return
        about = Label(_about(one), "body", "muted", wrap=True)
        self._one.addWidget(about)
        doubts = sorted(one.entry.doubts, key=lambda doubt: list(_COLOURS).index(doubt.weight))
        for doubt in doubts[:2]:
            written = f"“{doubt.written}” · " if doubt.written and doubt.field != "name" else ""
            self._one.addWidget(Label(f"{written}{doubt.words}", "small", _COLOURS[doubt.weight], wrap=True))
        decide: list[QWidget] = [Label(_("This row is"), "strong"), self._what(one)]
        if one.entry.other_date is not None and one.entry.birth_date is not None:
            decide.append(Label(_("Date of birth"), "strong"))
            decide.append(self._which_day(one, one.entry.birth_date, one.entry.other_date))
        choices_line = Flow(10)
        for part in decide:
            part.setMinimumHeight(theme.now().control)
            choices_line.add(part)
        self._one.addWidget(choices_line)

    def _what(self, one: Compared) -> Combo:
        """New, the same as one of those found, or left out."""
        line = one.entry.line
        possible = choices(one.standing)
        offered: list[tuple[tuple[Choice, str], str]] = []
        if Choice.NEW in possible:
            offered.append(((Choice.NEW, ""), _("A new person")))
        if Choice.SAME in possible:
            if one.entry.repeats is not None:
                words = _("The same as row {row} ({reasons})").format(
                    row=one.entry.repeats, reasons=one.entry.reasons
                )
                offered.append(((Choice.SAME, ""), words))
            for twin in one.alike:
                words = _("The same as {name} ({reasons})").format(
                    name=twin.person.shown, reasons=twin.likeness.words
                )
                offered.append(((Choice.SAME, twin.person.id), words))
        offered.append(((Choice.SKIP, ""), _("Left out")))
        box = Combo(offered, name=_("This row is"))
        now = self.choice(one)
        same = self._decided.same_as.get(line, "")
        if now is Choice.SAME and not same and one.entry.repeats is None and one.alike:
            same = one.alike[0].person.id
        box.set_value((now, same if now is Choice.SAME else ""))
        box.changed.connect(lambda: self._decide(line, *box.value()))
        return box

    def _decide(self, line: int, choice: Choice, same_as: str) -> None:
        self._decided.choices[line] = choice
        if same_as:
            self._decided.same_as[line] = same_as
        else:
            self._decided.same_as.pop(line, None)
        self._again()

    def _which_day(self, one: Compared, first: date, second: date) -> Combo:
        line = one.entry.line
        box = Combo(
            [(day, date_long(day)) for day in (first, second)],
            self._decided.days.get(line, first),
            name=_("Date of birth"),
        )
        box.changed.connect(lambda: self._set_day(line, box.value()))
        return box

    def _set_day(self, line: int, day: date) -> None:
        self._decided.days[line] = day
        self._again()

    def _again(self) -> None:
        """Show the table with the decision in it; the boxes below stay, for the focus is in one of them."""
        self.table.view.viewport().update()
        check = sum(_to_check(one) for one in self._rows)
        out = sum(self.choice(one) is Choice.SKIP for one in self._rows)
        self.which.set_choices(self._filters(len(self._rows), check, out))
        self._on_change()


def _about(one: Compared) -> str:
    """What stands in the row, for comparing with the file."""
    entry = one.entry
    parts = (
        entry.shown,
        phone_shown(entry.phone),
        ", ".join(
            part
            for part in (entry.birth_place, date_long(entry.birth_date) if entry.birth_date else "")
            if part
        ),
        entry.area or entry.address,
        entry.organisation,
        entry.note,
    )
    return " · ".join(part for part in parts if part)


def _to_check(one: Compared) -> bool:
    grave = any(doubt.weight is not Weight.REPAIRED for doubt in one.entry.doubts)
    return grave or bool(one.turn) or one.standing in (Standing.LIKELY, Standing.ALIKE)


def _noticed(one: Compared) -> str:
    if one.standing in (Standing.REPEATED, Standing.ALIKE):
        return _("row {row}: {reasons}").format(row=one.entry.repeats, reasons=one.entry.reasons)
    if one.alike:
        return f"{one.alike[0].person.shown}: {one.alike[0].likeness.words}"
    if one.turn:
        if one.turn.by:
            return _("has had a turn at another venue")
        return _("has had a turn, as {name}").format(name=one.turn.name or one.entry.shown)
    grave = [doubt for doubt in one.entry.doubts if doubt.weight is not Weight.REPAIRED]
    return grave[0].words if grave else ""


def _nik(one: Compared) -> tuple[str, str, str] | str | None:
    entry = one.entry
    if any(doubt.code == "nik-damaged" for doubt in entry.doubts):
        return "danger", _("Damaged"), ""
    if not entry.nik:
        return None
    doubtful = any(doubt.field == "nik" and doubt.weight is Weight.CHECK for doubt in entry.doubts)
    end = f"… {entry.nik[-4:]}"
    return ("late", end, "") if doubtful else end
