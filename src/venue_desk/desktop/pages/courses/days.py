"""Choosing a course's days and hours, with the lessons that would come of them in words."""

from dataclasses import dataclass
from datetime import date, time

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from venue_desk.desktop.widgets import Card, Check, DateField, Flow, Form, Label, Section, TextField
from venue_desk.domain import courses
from venue_desk.domain.courses import AFTERNOON, EVENING, MORNING, PARTS, USUAL, Plan, Session
from venue_desk.domain.problem import Problem
from venue_desk.language import _, date_short, ngettext, number, weekday, weekday_date
from venue_desk.queries import lessons
from venue_desk.queries.lessons import LessonRow

_EVENING = Session(EVENING, time(18), time(20))
_SESSIONS = {one.part: one for one in (*USUAL, _EVENING)}
_MONDAY = date(2024, 1, 1)


@dataclass(frozen=True, slots=True)
class Days:
    """What an action needs to plan a course's lessons."""

    starts_on: date
    ends_on: date
    weekdays: frozenset[int]
    sessions: tuple[Session, ...]
    holidays: dict[date, str]


class DaysForm(QWidget):
    """First and last day, weekdays, lessons and hours; below it what they come to. ``changed`` at each change."""

    changed = Signal()

    def __init__(
        self,
        first: date | None,
        last: date | None,
        held: list[LessonRow] | None = None,
        *,
        preview: bool = True,
    ) -> None:
        super().__init__()
        frame = QVBoxLayout(self)
        frame.setContentsMargins(0, 0, 0, 0)
        frame.setSpacing(16)
        self.form = Form(columns=2)
        self.form.add("first", _("First day"), DateField(first), needed=True)
        self.form.add("last", _("Last day"), DateField(last), needed=True)
        frame.addWidget(self.form)
        chosen = {one.day.weekday() for one in held} if held else set(range(5))
        self._weekdays = {}
        days = Flow(16)
        for at in range(7):
            word = weekday(_MONDAY.replace(day=1 + at))
            check = Check(word[:3], at in chosen)
            check.setAccessibleName(word)
            check.setToolTip(word)
            self._weekdays[at] = check
            days.add(check)
        frame.addWidget(Section(_("On these days")))
        frame.addWidget(days)
        frame.addWidget(Section(_("Lessons of a day")))
        kept = {one.session: one for one in held or ()}
        self._parts: dict[str, tuple[Check, TextField, TextField]] = {}
        hours = QGridLayout()
        hours.setHorizontalSpacing(8)
        hours.setVerticalSpacing(8)
        hours.setColumnStretch(4, 1)
        for line, part in enumerate((MORNING, AFTERNOON, EVENING)):
            usual = _SESSIONS[part]
            starts = kept[part].starts if part in kept else usual.starts.strftime("%H:%M")
            ends = kept[part].ends if part in kept else usual.ends.strftime("%H:%M")
            on = part in kept if held else part != EVENING
            for place, field in enumerate(self._part(part, on, starts, ends)):
                hours.addWidget(field, line, place)
        frame.addLayout(hours)
        self.holidays = Check(_("Hold lessons on public holidays too"))
        frame.addWidget(self.holidays)
        self.said = Label("", wrap=True)
        self.skipped = Label("", "body", "muted", wrap=True)
        self.preview = Card(sunken=True)
        self.preview.add(self.said)
        self.preview.add(self.skipped)
        if preview:
            frame.addWidget(self.preview)
        for field in (self.form.rows["first"].field, self.form.rows["last"].field, self.holidays):
            field.changed.connect(self.say)  # type: ignore[attr-defined]
        for check in self._weekdays.values():
            check.changed.connect(self.say)
        self.say()

    def _part(self, part: str, on: bool, starts: str, ends: str) -> tuple[QWidget, ...]:
        """A box to tick, and the hours from and to."""
        word = _(PARTS[part])
        check = Check(word, on)
        fields = [
            TextField(shown.replace(":", "."), name=_("{part}: {end}").format(part=word, end=end))
            for shown, end in ((starts, _("from")), (ends, _("to")))
        ]
        for field in fields:
            field.setFixedWidth(field.fontMetrics().horizontalAdvance("00.00") + 34)
            field.setEnabled(on)
            field.changed.connect(self.say)
            check.toggled.connect(field.setEnabled)
        check.changed.connect(self.say)
        self._parts[part] = (check, fields[0], fields[1])
        return check, fields[0], Label("–"), fields[1]

    def days(self) -> Days:
        """What is chosen. Raises Problem for what cannot be."""
        first, last = self.form.value("first"), self.form.value("last")
        if first is None or last is None:
            raise Problem(
                _("The first or the last day is missing."), hint=_("Write both, for example 17/11/2025.")
            )
        courses.check_dates(first, last)
        sessions = []
        for part, (check, starts, ends) in self._parts.items():
            if check.value():
                times = courses.read_time(starts.text()), courses.read_time(ends.text())
                if times[0] is None or times[1] is None:
                    raise Problem(
                        _("The hours of the {part} lesson cannot be read.").format(
                            part=_(PARTS[part]).lower()
                        ),
                        hint=_("Write them as 08.00."),
                    )
                sessions.append(Session(part, times[0], times[1]))
        weekdays = frozenset(at for at, check in self._weekdays.items() if check.value())
        free = {} if self.holidays.value() else lessons.holidays(first, last)
        return Days(first, last, weekdays, tuple(sessions), free)

    def plan(self) -> Plan:
        """The lessons that would come of it. Raises Problem."""
        days = self.days()
        return courses.plan(
            days.starts_on,
            days.ends_on,
            weekdays=days.weekdays,
            sessions=days.sessions,
            holidays=days.holidays,
        )

    def say(self) -> None:
        """Show what the choice comes to."""
        if self.form.value("first") is None or self.form.value("last") is None:
            self.said.set_colour("muted")
            self.said.setText(_("Choose the first and the last day to see the lessons."))
            self.skipped.hide()
            return
        try:
            plan = self.plan()
        except Problem as problem:
            self.said.set_colour("danger")
            self.said.setText(problem.text)
            self.skipped.setText(problem.hint)
        else:
            self.said.set_colour("text")
            self.said.setText(said(plan))
            self.skipped.setText(skipped(plan))
        self.skipped.setVisible(bool(self.skipped.text()))
        self.changed.emit()


def said(plan: Plan) -> str:
    """``12 lessons on 6 days, 48 training hours: Monday, 17 November 2025 – Saturday, 22 November 2025``."""
    count = ngettext("{count} lesson", "{count} lessons", len(plan.lessons)).format(count=len(plan.lessons))
    days = ngettext("on {count} day", "on {count} days", plan.days).format(count=plan.days)
    hours = _("{hours} training hours of 45 minutes").format(hours=number(plan.minutes // 45))
    first, last = plan.lessons[0].day, plan.lessons[-1].day
    span = weekday_date(first) if first == last else f"{weekday_date(first)} – {weekday_date(last)}"
    return f"{count} {days}, {hours}.\n{span}"


def skipped(plan: Plan) -> str:
    """The holidays between, named."""
    if not plan.skipped:
        return ""
    names = ", ".join(f"{date_short(one.day)} ({one.why})" for one in plan.skipped[:6])
    return _("Left out as holidays: {names}").format(names=names)
