"""Who is in a course: enrolling by search, leaving, the first day that counts."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent

from venue_desk.actions import enrolments
from venue_desk.actions import people as people_actions
from venue_desk.desktop import theme
from venue_desk.desktop.page import Shell
from venue_desk.desktop.tables import Column, DataTable
from venue_desk.desktop.widgets import (
    Check,
    Combo,
    DateField,
    Dialog,
    EmptyState,
    Form,
    FormRow,
    Label,
    TextField,
    column,
)
from venue_desk.domain.courses import LEFT, PLACES, REASONS, WAITING
from venue_desk.domain.problem import Problem
from venue_desk.language import _, ngettext
from venue_desk.queries import courses, series
from venue_desk.queries.courses import CandidateRow, CourseRow, ParticipantRow
from venue_desk.queries.series import Turn

_STATES = {"enrolled": "present", WAITING: "late", LEFT: "neutral"}


class _Search(TextField):
    """Enter takes the first hit; the arrows go to the list."""

    def __init__(
        self, on_enter: Callable[[], object], on_step: Callable[[int], object], **looks: str
    ) -> None:
        super().__init__(**looks)
        self._on_enter, self._on_step = on_enter, on_step

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_enter()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._on_step(1 if key == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)


class EnrolDialog(Dialog):
    """Search and enrol one after another; each is at once on the list, and one step to undo."""

    def __init__(self, shell: Shell, course: CourseRow) -> None:
        super().__init__(_("Enrol in {course}").format(course=course.name), width=680)
        self._shell, self._course = shell, course
        self.search = _Search(
            self.enrol_current, self._step, hint=_("Name or phone"), icon="search", key="Enter"
        )
        self.search.changed.connect(self._search)
        self.add(self.search)
        self.table = DataTable(
            [
                Column(_("Name"), lambda one: one.name, "name"),
                Column(_("Organisation"), lambda one: one.organisation, "muted"),
                Column(_("Phone"), lambda one: one.phone, "muted", 164),
                Column(_("Status"), _place, "badge", 130),
            ],
            name=_("People"),
            id_of=lambda one: one.person_id,
            on_open=lambda _one: self.enrol_current(),
        )
        self._tall(6)
        self.add(self.table, 1)
        self.again = Check(
            _("Also those who have joined this series before"), on_change=lambda _on: self._ask_why()
        )
        self.reason = _Search(self.enrol_current, self._step)
        self.why = FormRow(_("Why they may join again"), self.reason, _seen())
        self.why.setVisible(False)
        if course.once_per_person:
            fresh = shell.desk.ask(series.fresh, course.id)
            said = [Label(fresh.words, "small", "muted", wrap=True)] if fresh is not None else []
            self.add(column(*said, self.again, self.why, gap=8))
        self.said = Label("", "strong", "accent", wrap=True)
        self.add(self.said)
        self._search()
        self._tell()
        self.search.setFocus()

    def _ask_why(self) -> None:
        """The reason is asked for where the box is ticked."""
        asked = self.again.value()
        self.why.setVisible(asked)
        self.why.error("")
        self._tall(3 if asked else 6)  # on a small screen the reason stays in sight
        if asked:
            self.reason.setFocus()
            QTimer.singleShot(0, self, lambda: self._scroll.ensureWidgetVisible(self.why))

    def _tall(self, rows: int) -> None:
        self.table.setMinimumHeight(theme.now().px(40) + self.table.row_height * rows)

    def _search(self) -> None:
        typed = self.search.value()
        self.table.show_rows(self._shell.desk.ask(courses.candidates, self._course.id, typed))
        if self.table.model.ids:
            if self.table.current() is None:
                self.table.choose_at(0)
        elif typed:
            self.table.set_empty(
                EmptyState(
                    "person-plus",
                    _("Nobody is called “{text}”").format(text=typed),
                    _("Try another part of the name or of the phone."),
                    action=_("Add and enrol"),
                    on_click=self._add_new,
                )
            )
        else:
            self.table.set_empty(EmptyState("people", _("No people yet"), _("Import a list or type a name.")))

    def _step(self, by: int) -> None:
        count, at = len(self.table.model.ids), self.table.view.currentIndex().row()
        if count:
            self.table.choose_at(min(max(at + by, 0), count - 1))

    def _add_new(self) -> None:
        try:
            person_id = self._shell.desk.do(people_actions.add, self.search.value())
            self._enrol(person_id)
        except Problem as problem:
            self.problem(problem)

    def enrol_current(self) -> None:
        one = self.table.current()
        if one is None:
            return
        self._error.setVisible(False)
        try:
            self._enrol(one.person_id)
        except Problem as problem:
            self.problem(problem)

    def _enrol(self, person_id: str) -> None:
        why = self.reason.value() if self.again.value() else ""
        done = self._shell.desk.do(enrolments.enrol, self._course.id, [person_id], again=why)
        for one in done.refused:
            hint = _("If they may join again, tick the box and write why.") if one.again else ""
            if one.again and self.again.value():
                hint = ""
                self.why.error(_("Write why they may join again."))
                self.reason.setFocus()
            raise Problem(_("{name} {why}.").format(name=one.name, why=one.why), hint)
        if done.again:
            self.again.set_value(False)  # the reason was theirs alone
            self.reason.clear()
        said = _("{name} is on the waiting list.") if done.waiting else _("{name} is enrolled.")
        self._tell(said.format(name=(done.enrolled or done.waiting or done.again)[0]))
        self.search.clear()
        self.search.setFocus()
        self._search()
        if self.table.model.ids:
            self.table.choose_at(0)

    def _tell(self, before: str = "") -> None:
        row = self._shell.desk.ask(courses.course, self._course.id, self._shell.today())
        if row is None:
            return
        self.said.setText(f"{before} {places(row)}".strip())


def _seen() -> str:
    return _("It stands in the course's list, with the person and in the history.")


def places(course: CourseRow) -> str:
    """``3 places are free.``"""
    if not course.capacity:
        return ngettext(
            "{count} person is enrolled.", "{count} people are enrolled.", course.enrolled
        ).format(count=course.enrolled)
    free = course.capacity - course.enrolled
    if free > 0:
        return ngettext("{count} place is free.", "{count} places are free.", free).format(count=free)
    return _("The course is full: who comes now goes on the waiting list.")


def _place(one: CandidateRow) -> tuple[str, str, str] | None:
    return (_STATES.get(one.state, "neutral"), _(PLACES[one.state]), "") if one.state else None


class AgainDialog(Dialog):
    """Why somebody on the list may have a place although they had a turn in the series; ``act`` gives it."""

    def __init__(
        self, shell: Shell, one: ParticipantRow, yes: str, act: Callable[..., object], had: Turn | None
    ) -> None:
        said = _("{name} {why}.").format(name=one.name, why=had.words) if had else ""
        super().__init__(_("{name} joins again").format(name=one.name), yes=yes, sentence=said)
        self._shell, self._one, self._act = shell, one, act
        self.form = Form()
        why = TextField(one.exception)
        self.form.add("again", _("Why they may join again"), why, _seen(), needed=True)
        self.add(self.form)

    def check(self) -> bool:
        why = self.form.value("again")
        if not why:
            self.form.error("again", _("Write why they may join again."))
            return False
        self._shell.desk.do(self._act, self._one.id, again=why)
        return True


class LeaveDialog(Dialog):
    """Why someone leaves, and which day is the last that counts."""

    def __init__(self, shell: Shell, one: ParticipantRow) -> None:
        super().__init__(_("{name} leaves").format(name=one.name), yes=_("Take off the list"))
        self._shell, self._one = shell, one
        self.form = Form()
        self.form.add("until", _("Last day that counts"), DateField(shell.today()), needed=True)
        reasons = [(key, _(words)) for key, words in REASONS.items()]
        self.form.add("reason", _("Reason"), Combo(reasons, hint=_("Choose")), needed=True)
        self.add(self.form)

    def check(self) -> bool:
        until, reason = self.form.value("until"), self.form.value("reason")
        if until is None:
            self.form.error("until", _("Write a day, for example 22/11/2025."))
            return False
        if reason is None:
            self.form.error("reason", _("Choose a reason."))
            return False
        self._shell.desk.do(enrolments.leave, self._one.id, until=until, reason=reason)
        return True


class FirstDayDialog(Dialog):
    """For who joins late: lessons before do not count."""

    def __init__(self, shell: Shell, one: ParticipantRow) -> None:
        super().__init__(
            one.name, yes=_("Save"), sentence=_("Lessons before the first day do not count for this person.")
        )
        self._shell, self._one = shell, one
        self.form = Form()
        self.form.add(
            "since", _("First day that counts"), DateField(one.since), _("Empty: from the beginning")
        )
        self.add(self.form)

    def check(self) -> bool:
        field = self.form.rows["since"].field
        assert isinstance(field, DateField)
        if field.wrong():
            self.form.error("since", _("Write a day, for example 22/11/2025."))
            return False
        self._shell.desk.do(enrolments.join_late, self._one.id, field.value())
        return True
