"""Choose a report and a period, see its numbers, and take them along as PDF or spreadsheet."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QVBoxLayout, QWidget

from venue_desk.desktop import theme
from venue_desk.desktop.page import Job, Page, Shell
from venue_desk.desktop.pages.reports.charts import Bars
from venue_desk.desktop.tables import Column, DataTable
from venue_desk.desktop.widgets import (
    Card,
    Combo,
    DateField,
    Dialog,
    EmptyState,
    Flow,
    Label,
    Segmented,
    clear,
    column,
    row,
)
from venue_desk.domain.problem import Problem
from venue_desk.domain.report import TEXT, Chart, Figure, Report, Table, Value, shown
from venue_desk.language import _
from venue_desk.queries import reports
from venue_desk.queries import venue as venues

YEAR, LAST_YEAR, QUARTER, MONTH, LAST_MONTH, OWN = (
    "year",
    "last year",
    "quarter",
    "month",
    "last month",
    "own",
)
ROWS_SEEN = 12
"""Rows of a table before it scrolls in itself."""


class ReportsPage(Page):
    """Figures, bars and tables of one report below each other."""

    name: ClassVar[str] = "reports"
    watches: ClassVar[frozenset[str]] = frozenset({
        "outcome", "enrolment", "course", "person", "lesson", "mark", "market_week", "vendor", "stall", "venue",
    })  # fmt: skip

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.header.secondary(_("Spreadsheet"), self.export_spreadsheet, icon="spreadsheet")
        self.header.primary(_("Make a PDF"), self.export_pdf, icon="report")
        self.kind = Segmented(
            [(key, _(words)) for key, words in reports.KINDS.items()],
            "outcomes",
            lambda _value: self.refresh(),
            name=_("Report"),
        )
        self.period = Combo(
            [
                (YEAR, _("This year")),
                (LAST_YEAR, _("Last year")),
                (QUARTER, _("This quarter")),
                (MONTH, _("This month")),
                (LAST_MONTH, _("Last month")),
                (OWN, _("From … until …")),
            ],
            YEAR,
            name=_("Period"),
        )
        self.period.changed.connect(self._period_chosen)
        self.first, self.last = DateField(name=_("From")), DateField(name=_("Until"))
        for field in (self.first, self.last):
            field.setFixedWidth(theme.now().px(220))
            field.changed.connect(self._dates_changed)
        choices = Flow(gap=12)
        choices.add(self.kind)
        choices.add(self.period)
        self.add(choices)
        self._own = QWidget()
        self._own.setLayout(row(self.first, self.last, 1, gap=12))
        self._own.setVisible(False)
        self.add(self._own)
        self._held = QWidget()
        self._content = QVBoxLayout(self._held)
        self._content.setContentsMargins(0, 0, 0, 0)
        self._content.setSpacing(theme.GAP)
        self.add(self._held, 1)
        self._charts: QBoxLayout | None = None
        self.report: Report | None = None

    def refresh(self) -> None:
        today = self.shell.today()
        first, last = self._days(today)
        clear(self._content)
        self._charts = None
        try:
            if first is None or last is None:
                raise Problem(_("The period is not complete."), hint=_("Write both days."))
            made = self.shell.desk.ask(reports.make, self.kind.value(), first, last, today)
        except Problem as problem:
            self.report = None
            self.header.say(_("Reports"), problem.text)
            self._content.addWidget(EmptyState("calendar", problem.text, problem.hint), 1)
            return
        self.report = made
        self.header.say(_("Reports"), made.sentence)
        if made.empty:
            self._content.addWidget(
                EmptyState("chart", made.sentence, _("Choose another period or another report.")), 1
            )
            return
        self._content.addWidget(_figures(made.figures))
        charts = [chart for chart in made.charts if any(bar.total for bar in chart.bars)]
        if charts:
            held = QWidget()
            self._charts = QBoxLayout(QBoxLayout.Direction.LeftToRight, held)
            self._charts.setContentsMargins(0, 0, 0, 0)
            self._charts.setSpacing(theme.GAP)
            for chart in charts:
                self._charts.addWidget(_chart(chart), 1)
            self._content.addWidget(held)
            self._turn()
        for table in made.tables:
            self._content.addWidget(_table(table))
        notes = column(*(Label(note, "small", "muted", wrap=True) for note in made.notes), gap=2)
        self._content.addLayout(notes)
        self._content.addStretch(1)

    def open(self, kind: str = "", **_where: Any) -> None:
        if kind:
            self.kind.set_value(kind)
        self.kind.setFocus()

    def pictures(self) -> dict[str, Callable[[], Dialog | None]]:
        return {
            "attendance": lambda: self.open(kind="attendance"),
            "stalls": lambda: self.open(kind="stalls"),
            "own": lambda: self.period.set_value(OWN),
            "nothing": self._picture_of_nothing,
        }

    def _picture_of_nothing(self) -> None:
        self.period.set_value(LAST_YEAR)

    # The period

    def _days(self, today: date) -> tuple[date | None, date | None]:
        month = today.replace(day=1)
        before = (month - timedelta(days=1)).replace(day=1)
        quarter = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
        return {
            YEAR: (date(today.year, 1, 1), today),
            LAST_YEAR: (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
            QUARTER: (quarter, today),
            MONTH: (month, today),
            LAST_MONTH: (before, month - timedelta(days=1)),
            OWN: (self.first.value(), self.last.value()),
        }[self.period.value()]

    def _period_chosen(self) -> None:
        own = self.period.value() == OWN
        if own and self.first.value() is None and self.report is not None:
            # Begin with what is shown, so that one day is changed and not two are typed.
            self.first.set_value(self.report.first)
            self.last.set_value(self.report.last)
        self._own.setVisible(own)
        self.refresh()

    def _dates_changed(self) -> None:
        if self.period.value() == OWN and not (self.first.wrong() or self.last.wrong()):
            self.refresh()

    # Taking it along

    def export_pdf(self) -> None:
        self._export("pdf", _("PDF (*.pdf)"))

    def export_spreadsheet(self) -> None:
        self._export("xlsx", _("Spreadsheets (*.xlsx *.csv)"))

    def _export(self, kind: str, kinds: str) -> None:
        made = self.report
        if made is None:
            self.shell.toast(_("There is no report to take along yet."))
            return
        name = f"{made.title} {made.first.isoformat()} {made.last.isoformat()}.{kind}"
        self.shell.save_file(made.title, name, kinds, partial(self._write, made))

    def _write(self, made: Report, path: Path) -> None:
        self.shell.run(self._job(made, path), _("Writing the report"), done=self._written)

    def _job(self, made: Report, path: Path) -> Job:
        from venue_desk.documents import report as document

        venue = self.shell.desk.ask(venues.details)
        for done, every in document.write(made, venue, path):
            yield done / max(every, 1)
        return path

    def _written(self, path: Path) -> None:
        self.shell.toast(
            _("Written: {file}").format(file=path.name),
            action=_("Open"),
            on_click=lambda: self.shell.open_file(path),
        )

    # The room there is

    def _turn(self) -> None:
        if self._charts is not None:
            narrow = self.width() < theme.now().px(900)
            self._charts.setDirection(
                QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
            )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn()


def _figures(figures: tuple[Figure, ...]) -> Card:
    card = Card()
    grid = QGridLayout()
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(20)
    across = 3
    for place, one in enumerate(figures):
        said = column(
            Label(one.label, "body", "muted", wrap=True),
            Label(shown(one.value, one.form), "title", wrap=True),
            Label(one.note, "small", "muted", wrap=True),
            1,
            gap=0,
        )
        grid.addLayout(said, place // across, place % across)
    for place in range(across):
        grid.setColumnStretch(place, 1)
    card.add(grid)
    return card


def _chart(chart: Chart) -> Card:
    card = Card(chart.title)
    card.add(Bars(chart))
    card.body.addStretch(1)
    return card


def _table(table: Table) -> Card:
    card = Card(table.title, flush=True)
    if not table.rows:
        card.add(EmptyState("table", table.empty or _("Nothing to show")))
        return card
    columns = [
        Column(
            one.title,
            partial(_cell, place, one.form),
            "name" if place == 0 else "text" if one.form == TEXT else "number",
            0 if one.form == TEXT else _width(one.title),
            order=partial(_order, place),
        )
        for place, one in enumerate(table.columns)
    ]
    shown_table = DataTable(columns, name=table.title, id_of=lambda values: values[0])
    shown_table.show_rows([(number, *values) for number, values in enumerate(table.rows)])
    seen = min(len(table.rows), ROWS_SEEN)
    shown_table.setFixedHeight(theme.now().px(40) + shown_table.row_height * seen + 4)
    card.add(shown_table)
    return card


def _width(title: str) -> int:
    """Room for a heading of numbers, px at 100 %."""
    look = theme.now()
    words = QFontMetrics(look.font("small strong")).horizontalAdvance(title)
    return max(84, round(words / look.scale) + 40)


def _cell(place: int, form: str, values: tuple[Value, ...]) -> str:
    return shown(values[place + 1], form)


def _order(place: int, values: tuple[Value, ...]) -> tuple[bool, Any]:
    value = values[place + 1]
    return (value is None, value.casefold() if isinstance(value, str) else value or 0)
