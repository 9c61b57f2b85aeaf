"""The dialogs of courses: add, change, its days, one more lesson."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLayout, QWidget

from venue_desk.actions import courses as actions
from venue_desk.desktop import theme
from venue_desk.desktop.page import Shell
from venue_desk.desktop.pages.courses.days import DaysForm
from venue_desk.desktop.pages.courses.units import UnitsForm
from venue_desk.desktop.widgets import Check, Combo, DateField, Dialog, Form, NumberField, TextField, column
from venue_desk.domain import courses as rules
from venue_desk.domain.courses import PARTS
from venue_desk.domain.problem import Problem
from venue_desk.domain.reference import MOST_HOURS
from venue_desk.language import _
from venue_desk.queries import catalogue, courses, lessons
from venue_desk.queries.courses import CourseRow
from venue_desk.queries.lessons import LessonRow


class _Details:
    """The fields that a course has besides its days; shared by adding and changing."""

    def __init__(self, shell: Shell, given: CourseRow | None = None) -> None:
        self.form = Form(columns=2)
        add = self.form.add
        add("title", _("Name of the programme"), TextField(given.title if given else ""), needed=True)
        add("code", _("Code"), TextField(given.code if given else ""), needed=True)
        add("batch", _("Batch"), TextField(given.batch if given else ""))
        places = given.capacity if given else 20
        add("capacity", _("Places"), NumberField(places, most=500), _("0: no limit"))
        hours = NumberField((given.hours or None) if given else None, most=MOST_HOURS)
        add("hours", _("Training hours (JP)"), hours, "" if given else _("Empty: as the lessons give"))
        add("place", _("Place"), TextField(given.place if given else ""))
        add("instructor", _("Instructor"), TextField(given.instructor if given else ""))
        nip = given.instructor_nip if given else ""
        add("instructor_nip", _("NIP of the instructor"), TextField(nip), _("If they have one"))
        known = ", ".join(shell.desk.ask(courses.series)[:3])
        hint = (
            _("For example a partner's name: {names}").format(names=known)
            if known
            else _("For example a partner")
        )
        add("series", _("Course series"), TextField(given.series if given else ""), hint)
        once = Check(_("Each person may join this series once"), given.once_per_person if given else False)
        self.form.add("once_per_person", "", once, wide=True)

    def values(self) -> dict[str, Any]:
        found = self.form.values()
        if found["hours"] is None:
            del found["hours"]
        return {**found, "capacity": found["capacity"] or 0}


class _Sides(QWidget):
    """Two halves beside each other, one below the other where there is no room."""

    def __init__(self, left: QLayout, right: QLayout) -> None:
        super().__init__()
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(32)
        self._box.addLayout(left, 1)
        self._box.addLayout(right, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < theme.now().px(900)
        self._box.setDirection(
            QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        )


class CourseDialog(Dialog):
    """A new course, with the lessons it would have."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(_("Add a course"), yes=_("Add course"), width=1120)
        self._shell = shell
        self.made = ""
        self._putting_back = False
        found = shell.desk.ask(courses.trades)
        self._titles = {one.code: one.title for one in found}
        self.trade = Combo([(one.code, one.name) for one in found], name=_("Trade"), hint=_("Choose a trade"))
        self._programmes = {one.code: one for one in shell.desk.ask(catalogue.programmes)}
        named = [(one.code, one.name) for one in self._programmes.values()]
        self.programme = Combo([("", _("None of the agency's")), *named], "", name=_("Programme"))
        self._top = Form()
        if named:
            hint = _("Fills in the fields below; each can be changed")
            self._top.add("programme", _("Programme"), self.programme, hint)
        self._top.add("trade", _("Trade"), self.trade, needed=True)
        self.details = _Details(shell)
        self.days = DaysForm(None, None, preview=False)
        self.units = UnitsForm()
        self.add(
            _Sides(
                column(self._top, self.days, self.days.preview, 1, gap=16),
                column(self.details.form, self.units, 1, gap=16),
            )
        )
        self.trade.changed.connect(self._of_trade)
        self.programme.changed.connect(self._of_programme)

    def _of_trade(self) -> None:
        """Name, batch, code and units follow from the trade; they can be written over."""
        code = self.trade.value()
        if code is None:
            return
        self._top.error("trade", "")
        units = self._shell.desk.ask(catalogue.units, code)
        self.units.show_units(units, [one.code for one in units])
        if not self._putting_back:
            batch, short = self._shell.desk.ask(courses.next_batch, code)
            self.details.form.set_values(title=self._titles[code], batch=batch, code=short)

    def _of_programme(self) -> None:
        """What the agency planned; the trade comes first, because the rest is written over what follows from it."""
        chosen = self._programmes.get(self.programme.value())
        if chosen is None or self._putting_back:
            return
        if self.trade.value() != chosen.trade:
            self.trade.set_value(chosen.trade)
        units = self._shell.desk.ask(catalogue.units, chosen.trade)
        self.units.show_units(units, [one.code for one in chosen.taught(units)])
        self.details.form.set_values(
            title=chosen.indonesian,
            hours=chosen.jp(units) or None,
            capacity=chosen.capacity,
            series=chosen.series,
            once_per_person=chosen.once,
        )

    def hold(self, values: Mapping[str, Any]) -> None:
        """What was there is put back, not what the trade and the programme would propose."""
        self._putting_back = True
        try:
            super().hold({name: values[name] for name in ("programme", "trade") if name in values})
            super().hold(values)
        finally:
            self._putting_back = False

    def check(self) -> bool:
        trade = self.trade.value()
        if trade is None:
            self._top.error("trade", _("Choose the trade that is taught."))
            return False
        units = self.units.codes()
        if not units and self.units.isVisibleTo(self):
            raise Problem(
                _("No unit is ticked."), hint=_("Tick those that are taught; the certificate lists them.")
            )
        days = self.days.days()
        self.made = self._shell.desk.do(
            actions.add,
            trade=trade,
            programme=self.programme.value(),
            units=units,
            starts_on=days.starts_on,
            ends_on=days.ends_on,
            weekdays=days.weekdays,
            sessions=days.sessions,
            holidays=days.holidays,
            **self.details.values(),
        )
        return True


class EditDialog(Dialog):
    """What a course is called, where it is, how many places it has."""

    def __init__(self, shell: Shell, given: CourseRow) -> None:
        super().__init__(_("Change the course"), yes=_("Save"), width=640)
        self._shell, self._given = shell, given
        self.details = _Details(shell, given)
        self.add(self.details.form)

    def check(self) -> bool:
        self._shell.desk.do(actions.edit, self._given.id, **self.details.values())
        return True


class DaysDialog(Dialog):
    """Other days for a course; lessons with attendance stay."""

    def __init__(self, shell: Shell, given: CourseRow) -> None:
        super().__init__(
            _("Change the days"),
            yes=_("Change the days"),
            sentence=_("Lessons with attendance are kept; the others follow the new days."),
            width=720,
        )
        self._shell, self._given = shell, given
        held = [one for one in shell.desk.ask(lessons.of_course, given.id) if not one.cancelled]
        self.days = DaysForm(given.starts_on, given.ends_on, held)
        self.add(self.days)

    def check(self) -> bool:
        days = self.days.days()
        self._shell.desk.do(
            actions.replan,
            self._given.id,
            starts_on=days.starts_on,
            ends_on=days.ends_on,
            weekdays=days.weekdays,
            sessions=days.sessions,
            holidays=days.holidays,
        )
        return True


class LessonDialog(Dialog):
    """One more lesson, or other hours and a topic for one."""

    def __init__(self, shell: Shell, course: CourseRow, given: LessonRow | None = None) -> None:
        title = _("Change the lesson") if given else _("Add a lesson")
        super().__init__(title, yes=_("Save") if given else _("Add"))
        self._shell, self._course, self._given = shell, course, given
        self.form = Form(columns=2)
        if given is None:
            self.form.add("day", _("Day"), DateField(_after(course, shell.today())), needed=True)
            parts = [(part, _(words)) for part, words in PARTS.items()]
            self.form.add("part", _("Part of the day"), Combo(parts, rules.MORNING))
        starts, ends = (given.starts, given.ends) if given else ("08:00", "11:30")
        self.form.add("starts", _("Begins"), TextField(starts.replace(":", ".")), needed=True)
        self.form.add("ends", _("Ends"), TextField(ends.replace(":", ".")), needed=True)
        self.form.add("topic", _("Topic"), TextField(given.topic if given else ""), wide=True)
        self.add(self.form)

    def check(self) -> bool:
        times = {key: rules.read_time(self.form.value(key)) for key in ("starts", "ends")}
        for key, read in times.items():
            if read is None:
                self.form.error(key, _("Write it as 08.00."))
                return False
        starts, ends = times["starts"], times["ends"]
        assert starts is not None and ends is not None
        topic = self.form.value("topic")
        if self._given is not None:
            self._shell.desk.do(actions.edit_lesson, self._given.id, starts=starts, ends=ends, topic=topic)
            return True
        day = self.form.value("day")
        if day is None:
            self.form.error("day", _("Write a day, for example 22/11/2025."))
            return False
        self._shell.desk.do(
            actions.add_lesson, self._course.id, day, self.form.value("part"), starts, ends, topic
        )
        return True


def _after(course: CourseRow, today: date) -> date:
    return max(course.starts_on, min(course.ends_on, today))
