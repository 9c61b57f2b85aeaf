"""Assess a course: the grid, beside it one person's reasons and one unit's tries, and the way to issuing."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from venue_desk.actions import assessment as actions
from venue_desk.desktop import theme
from venue_desk.desktop.page import Shell
from venue_desk.desktop.pages.certificates.grid import RESULT_STATES, STATES, AssessmentGrid
from venue_desk.desktop.pages.certificates.rest import Rest
from venue_desk.desktop.widgets import (
    Badge,
    Button,
    Card,
    Combo,
    DateField,
    EmptyState,
    Flow,
    Hairline,
    Icon,
    Label,
    clear,
    column,
    row,
)
from venue_desk.domain import courses as rules
from venue_desk.domain.assessment import COMPETENT, NOT_YET, RESULTS, VERDICTS, result
from venue_desk.language import _, date_short, number
from venue_desk.queries import assessment as queries
from venue_desk.queries import courses
from venue_desk.queries.assessment import PersonRow, Sheet, UnitRow


class AssessView(QWidget):
    """The assessment of one course at a time."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self.shell = shell
        self.sheet: Sheet | None = None
        self._filling = False
        self.course = Combo([], None, name=_("Course"))
        self.course.changed.connect(self.refresh)
        self.on = DateField(shell.today(), name=_("Assessed on"))
        self.note = Label("", "body", "muted", elide=True)
        self.grid = AssessmentGrid(self.key, self._show_cell)
        self.card = Card(flush=True)
        self.card.add(self.grid, 1)
        self.empty = EmptyState(
            "certificate",
            _("Nothing to assess yet"),
            _("Courses appear here when people are enrolled in them."),
            action=_("Courses"),
            on_click=lambda: shell.go("courses"),
        )
        self.card.add(self.empty, 1)
        self.side = Card()
        frame = column(
            row(self.course, Label(_("Assessed on"), "body", "muted"), self.on, 1, gap=12),
            gap=12,
        )
        held = QWidget()
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, held)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(theme.GAP)
        self._columns.addWidget(self.card, 5)
        self._columns.addWidget(self.side, 2)
        frame.addWidget(held, 1)
        self.setLayout(frame)

    def refresh(self) -> None:
        """Show the chosen course, or the one that most needs it."""
        if self._filling:  # the field says that it changed while it is filled
            return
        desk, today = self.shell.desk, self.shell.today()
        order = (rules.ENDED, rules.RUNNING, rules.CLOSED, rules.PLANNED)
        listed = [one for one in desk.ask(courses.listed, today) if one.enrolled]
        listed.sort(key=lambda one: (order.index(one.state), -one.ends_on.toordinal()))
        self._filling = True
        self.course.set_choices([(one.id, one.name) for one in listed], self.course.value())
        self._filling = False
        chosen = self.course.value()
        self.sheet = desk.ask(queries.sheet, chosen) if chosen else None
        there = self.sheet is not None and bool(self.sheet.rows)
        self.grid.setVisible(there)
        self.empty.setVisible(not there)
        self.grid.show_sheet(self.sheet)
        self._show_cell()

    def choose(self, course_id: str) -> None:
        """Show this course."""
        self.course.set_value(course_id)
        self.refresh()
        self.grid.setFocus()

    # What can be done

    def key(self, letter: str) -> None:
        """K or B is the next try of the current cell, Delete takes the last one back."""
        one, sheet = self.grid.person(), self.sheet
        if one is None or sheet is None or not sheet.units:
            return
        unit = sheet.units[self.grid.unit]
        if letter == "Delete":
            if self.grid.tries():
                said = _("{name}, unit {unit}: try taken back").format(name=one.name, unit=self.grid.unit + 1)
                self.shell.do(actions.correct, one.enrolment_id, unit.id, "", said=said)
            return
        day = self.on.value()
        if day is None:
            self.on.setFocus()
            return
        keyed = COMPETENT if letter == "K" else NOT_YET
        if self.shell.do(actions.record, one.enrolment_id, unit.id, keyed, on=day) is not None:
            self.grid.advance()

    # The card beside it

    def _show_cell(self) -> None:
        clear(self.side.body)
        one, sheet = self.grid.person(), self.sheet
        if one is None or sheet is None:
            self.side.add(
                EmptyState(
                    "person", _("Nobody is chosen"), _("Choose a person to see what they may have and why.")
                ),
                1,
            )
            return
        self.side.add(Label(one.name, "heading", wrap=True))
        self.side.add(row(Badge(STATES[one.verdict.kind], _(VERDICTS[one.verdict.kind]), letter=""), 1))
        words = QWidget()
        inside = column(gap=6)
        for reason in one.verdict.reasons:
            inside.addWidget(Label(reason, "body", "text", wrap=True))
        for document in one.issued:
            state = _("void") if document.voided else _("issued")
            inside.addWidget(Label(f"{document.number} · {state}", "body", "muted", wrap=True))
        if sheet.units:
            inside.addSpacing(6)
            inside.addWidget(Hairline())
            inside.addSpacing(6)
            self._show_unit(inside, sheet.units[self.grid.unit], one)
        inside.addStretch(1)
        words.setLayout(inside)
        self.side.add(Rest(words), 1)
        if sheet.units:
            self.side.add(self._keys(sheet, one))

    def _show_unit(self, inside: QBoxLayout, unit: UnitRow, one: PersonRow) -> None:
        inside.addWidget(Label(unit.title, "card", wrap=True))
        said = _("{code} · {hours} hours (JP)").format(code=unit.code, hours=number(unit.hours))
        inside.addWidget(Label(said, "body", "muted", wrap=True))
        if unit.critical:
            inside.addLayout(
                row(Icon("star", "accent", 14), Label(_("Critical unit"), "small", "muted"), 1, gap=4)
            )
        for place, one_try in enumerate(one.tries[self.grid.unit], 1):
            who = f" · {one_try.assessor}" if one_try.assessor else ""
            said = _("Try {number}, {day}").format(number=place, day=date_short(one_try.on)) + who
            badge = Badge(RESULT_STATES[one_try.result], "", letter=one_try.result)
            badge.setAccessibleName(_(RESULTS[one_try.result]))
            told = column(Label(said, "small", "muted", wrap=True))
            line = row(badge, told)
            line.setStretch(1, 1)
            inside.addLayout(line)

    def _keys(self, sheet: Sheet, one: PersonRow) -> Flow:
        """What can be keyed into the current cell."""
        tries = one.tries[self.grid.unit]
        keys = Flow()
        if result(tries) != COMPETENT and len(tries) < sheet.most_tries:
            keys.add(Button(_("Competent"), lambda: self._press("K"), key="K"))
            keys.add(Button(_("Not yet"), lambda: self._press("B"), key="B"))
        if tries:
            keys.add(Button(_("Take back"), lambda: self._press("Delete"), kind="quiet", key="Del"))
        return keys

    def _press(self, letter: str) -> None:
        self.key(letter)
        self.grid.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < theme.now().px(900)
        self._columns.setDirection(
            QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        )
        self._columns.setStretchFactor(self.side, 0 if narrow else 2)
