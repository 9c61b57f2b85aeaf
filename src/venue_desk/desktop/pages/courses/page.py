"""Courses: all of them, or one with its people, lessons and attendance."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

from PySide6.QtWidgets import QMenu, QStackedWidget, QWidget

from venue_desk.actions import courses as actions
from venue_desk.actions import enrolments
from venue_desk.desktop.page import Page, Shell
from venue_desk.desktop.pages.courses import papers
from venue_desk.desktop.pages.courses.dialogs import CourseDialog, DaysDialog, EditDialog, LessonDialog
from venue_desk.desktop.pages.courses.people import (
    AgainDialog,
    EnrolDialog,
    FirstDayDialog,
    LeaveDialog,
    places,
)
from venue_desk.desktop.pages.courses.tabs import GridTab, LessonsTab, PeopleTab, WaitingTab, listed
from venue_desk.desktop.tables import Column, DataTable
from venue_desk.desktop.widgets import Button, Card, Dialog, EmptyState, Segmented, row
from venue_desk.domain.courses import CLOSED, ENDED, ENROLLED, LEFT, PLANNED, RUNNING, STATES, WAITING
from venue_desk.language import _, date_medium, date_short, ngettext, number
from venue_desk.queries import attendance, courses, lessons, series
from venue_desk.queries.courses import CourseRow, ParticipantRow
from venue_desk.queries.lessons import LessonRow

PEOPLE, LESSONS, PRESENCE, LIST = "people", "lessons", "presence", "waiting"
_TONES = {RUNNING: "accent", ENDED: "late", PLANNED: "excused", CLOSED: "neutral"}


class CoursesPage(Page):
    name: ClassVar[str] = "courses"
    watches: ClassVar[frozenset[str]] = frozenset({
        "course", "enrolment", "lesson", "mark", "person", "trade", "venue",
    })  # fmt: skip

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._course: CourseRow | None = None
        self._buttons = ""  # for which view the header's buttons were made
        self.list = DataTable(
            [
                Column(
                    _("Course"), lambda one: one.name, "name", second=lambda one: f"{one.code} · {one.trade}"
                ),
                Column(_("Days"), _days, "text", 190, order=lambda one: one.starts_on),
                Column(_("Status"), _state, "badge", 172, order=lambda one: one.state),
                Column(_("Participants"), _people, "number", 120, order=lambda one: one.enrolled),
                Column(_("Waiting"), lambda one: str(one.waiting or ""), "number", 100),
                Column(_("Lessons held"), lambda one: f"{one.held} / {one.lessons}", "number", 140),
            ],
            name=_("Courses"),
            on_open=lambda one: self.show_course(one.id),
            empty=EmptyState(
                "course",
                _("No courses yet"),
                _("Add the first one: its lessons are laid out by themselves."),
                action=_("Add a course"),
                on_click=self.add_course,
            ),
        )
        self.list.view.clicked.connect(lambda _index: self.list.open_current())
        card = Card(flush=True)
        card.add(self.list, 1)
        self.people, self.waiting = PeopleTab(self), WaitingTab(self)
        self.lessons, self.grid = LessonsTab(self), GridTab(self)
        self._tabs = {PEOPLE: self.people, LESSONS: self.lessons, PRESENCE: self.grid, LIST: self.waiting}
        self.tab = Segmented(
            [(key, key) for key in self._tabs], PEOPLE, on_change=self._show_tab, name=_("Show")
        )
        back = Button(_("All courses"), self.show_all, kind="quiet", icon="arrow-left")
        self._over = QWidget()
        self._over.setLayout(row(self.tab, 1, back))
        self._over.hide()
        self.add(self._over)
        self._views = QStackedWidget()
        self._views.addWidget(card)
        for tab in self._tabs.values():
            self._views.addWidget(tab)
        self.add(self._views, 1)

    # What is shown

    def refresh(self) -> None:
        if self._course is not None:
            self._course = self.shell.desk.ask(courses.course, self._course.id, self.shell.today())
        if self._course is None:
            self._show_list()
        else:
            self._show_one(self._course)

    def _show_list(self) -> None:
        rows = self.shell.desk.ask(courses.listed, self.shell.today())
        running = sum(one.state == RUNNING for one in rows)
        said = ngettext("{count} course, {running} running", "{count} courses, {running} running", len(rows))
        self.header.say(_("Courses"), said.format(count=number(len(rows)), running=running) if rows else "")
        if self._buttons != "list":
            self._buttons = "list"
            self.header.clear_buttons()
            self.header.primary(_("Add a course"), self.add_course, icon="plus")
        self.list.show_rows(rows)
        self._over.hide()
        self._views.setCurrentIndex(0)

    def _show_one(self, course: CourseRow) -> None:
        span = f"{date_short(course.starts_on)} – {date_medium(course.ends_on)}"
        parts = [course.code, span, _(STATES[course.state])]
        self.header.say(course.name, " · ".join(filter(None, parts)))
        if self._buttons != f"{course.id} {course.state}":
            self._buttons = f"{course.id} {course.state}"
            self._make_buttons(course)
        everybody = self.shell.desk.ask(courses.participants, course.id)
        inside = [one for one in everybody if one.state in (ENROLLED, LEFT)]
        waits = [one for one in everybody if one.state == WAITING]
        held = self.shell.desk.ask(lessons.of_course, course.id)
        grid = self.shell.desk.ask(attendance.grid, course.id)
        presence = {one.enrolment_id: one.presence for one in grid.rows if not one.guest}
        self.people.show_people(inside, presence, grid.rules.presence_threshold)
        self.waiting.show_waiting(waits, places(course))
        today = self.shell.today()
        near = next((one.id for one in held if one.day >= today), held[0].id if held else None)
        self.lessons.show_lessons(held, listed(inside), near)
        self.grid.show_grid(grid, course)
        self.tab.set_choices(
            [
                (PEOPLE, _("Participants {count}").format(count=listed(inside))),
                (LESSONS, _("Lessons {count}").format(count=course.lessons)),
                (PRESENCE, _("Presence")),
                (LIST, _("Waiting list {count}").format(count=len(waits))),
            ]
        )
        self._over.show()
        self._show_tab(self.tab.value())

    def _make_buttons(self, course: CourseRow) -> None:
        self.header.clear_buttons()
        self._print = self.header.secondary(_("Print"), self._print_menu, icon="printer")
        self._more = self.header.secondary(_("More"), self._more_menu, icon="more")
        if course.state == CLOSED:
            self.header.primary(_("Certificates"), lambda: self.shell.go("certificates", course=course.id))
        else:
            self.header.primary(_("Enrol"), self.enrol, icon="person-plus")

    def _show_tab(self, tab: str) -> None:
        if self._course is not None:
            self._views.setCurrentWidget(self._tabs[tab])

    def show_all(self) -> None:
        self._course = None
        self.refresh()
        self.list.setFocus()

    def show_course(self, course_id: str, tab: str = PEOPLE) -> None:
        self._course = self.shell.desk.ask(courses.course, course_id, self.shell.today())
        for view in (self.people, self.waiting, self.lessons):
            view.table.view.clearSelection()
        self.refresh()
        self.tab.set_value(tab)

    def open(self, **where: Any) -> None:
        if where.get("course"):
            tab = where.get("tab", PEOPLE)
            self.show_course(where["course"], tab if tab in self._tabs else PEOPLE)
        elif where.get("new"):
            self.show_all()
            self.add_course()

    def _menu(self, under: Button, entries: list[tuple[str, Callable[[], object]]]) -> None:
        menu = QMenu(self)
        menu.setFont(under.font())
        menu.aboutToHide.connect(menu.deleteLater)
        for words, act in entries:
            menu.addAction(words).triggered.connect(lambda _checked=False, act=act: act())
        menu.popup(under.mapToGlobal(under.rect().bottomLeft()))

    # Papers

    def _print_menu(self) -> None:
        self._menu(
            self._print,
            [
                (_("Register to sign"), lambda: self._write(papers.SIGN)),
                (_("Register of today to sign"), lambda: self._write(papers.TODAY)),
                (_("Recapitulation of attendance"), lambda: self._write(papers.RECAP)),
                (_("Attendance as a spreadsheet"), lambda: self._write(papers.TABLE)),
                (_("Participant cards"), self.print_cards),
            ],
        )

    def print_cards(self) -> None:
        self._write(papers.CARDS)

    def _write(self, kind: str) -> None:
        if self._course is not None:
            papers.write(self.shell, self._course, kind)

    # The course

    def _more_menu(self) -> None:
        course = self._course
        if course is None:
            return
        entries: list[tuple[str, Callable[[], object]]] = []
        if course.state == CLOSED:
            entries.append(
                (_("Reopen the course"), lambda: self._do(actions.reopen, _("The course is open again")))
            )
        else:
            entries += [
                (_("Change the course"), self.edit_course),
                (_("Change the days"), self.change_days),
                (_("Add lesson"), self.add_lesson),
                (_("Close the course"), self.close_course),
                (_("Remove the course"), self.remove_course),
            ]
        self._menu(self._more, entries)

    def _do(self, action: Callable[..., Any], said: str, *args: Any) -> Any:
        if self._course is not None:
            return self.shell.do(action, self._course.id, *args, said=said)
        return None

    def add_course(self) -> None:
        dialog = CourseDialog(self.shell)
        self.shell.dialog(dialog.of("add"), done=lambda: self._added(dialog.made))

    def _added(self, course_id: str) -> None:
        self.show_course(course_id)
        self.shell.toast(_("The course is added"), undo=True)

    def dialogs(self) -> dict[str, Callable[[str], None]]:
        from venue_desk.desktop.pages.courses.again import dialogs

        return dialogs(self)

    def _about(self, row: str) -> str:
        return f"{self._course.id if self._course else ''}/{row}"

    def edit_course(self) -> None:
        if self._course is not None:
            self.shell.dialog(EditDialog(self.shell, self._course).of("edit", self._course.id))

    def change_days(self) -> None:
        if self._course is not None:
            self.shell.dialog(DaysDialog(self.shell, self._course).of("days", self._course.id))

    def close_course(self) -> None:
        self._do(actions.close, _("The course is closed"), self.shell.today())

    def remove_course(self) -> None:
        self._do(actions.remove, _("The course is removed"))

    # Its people

    def enrol(self) -> None:
        if self._course is not None:
            self.shell.dialog(EnrolDialog(self.shell, self._course).of("enrol", self._course.id))

    def leave_course(self, one: ParticipantRow) -> None:
        said = _("{name} has left.").format(name=one.name)
        self.shell.dialog(
            LeaveDialog(self.shell, one).of("leave", self._about(one.id)),
            done=lambda: self.shell.toast(said, undo=True),
        )

    def withdraw(self, one: ParticipantRow) -> None:
        said = _("The enrolment of {name} is withdrawn").format(name=one.name)
        self.shell.do(enrolments.withdraw, one.id, said=said)

    def come_back(self, one: ParticipantRow) -> None:
        self._place(enrolments.come_back, one)

    def _place(self, action: Callable[..., Any], one: ParticipantRow) -> None:
        """At once, or with a reason where they had a turn in the series."""
        if self.in_doubt(one):
            self.let_in(one)
        else:
            self.shell.do(action, one.id, said=_("{name} is enrolled.").format(name=one.name))

    def in_doubt(self, one: ParticipantRow) -> bool:
        return self.shell.desk.ask(series.in_doubt, one.id) is not None

    def let_in(self, one: ParticipantRow) -> None:
        """Ask why somebody may have a place again, or another time why they have it."""
        yes, act = {
            WAITING: (_("Give a place"), enrolments.promote),
            LEFT: (_("Take back on the list"), enrolments.come_back),
        }.get(one.state, (_("Save"), enrolments.allow))
        dialog = AgainDialog(self.shell, one, yes, act, self.shell.desk.ask(series.in_doubt, one.id))
        said = _("{name} is enrolled.").format(name=one.name)
        self.shell.dialog(
            dialog.of("again", self._about(one.id)), done=lambda: self.shell.toast(said, undo=True)
        )

    def first_day(self, one: ParticipantRow) -> None:
        self.shell.dialog(FirstDayDialog(self.shell, one).of("late", self._about(one.id)))

    def promote(self, one: ParticipantRow) -> None:
        self._place(enrolments.promote, one)

    def show_person(self, person_id: str) -> None:
        self.shell.go("people", person=person_id)

    def number_by_name(self) -> None:
        self._do(enrolments.number, _("The list is numbered by name"))

    # Its lessons

    def open_lesson(self, one: LessonRow) -> None:
        if not one.cancelled:
            self.shell.go("attendance", lesson=one.id)

    def edit_lesson(self, one: LessonRow) -> None:
        if self._course is not None:
            dialog = LessonDialog(self.shell, self._course, one)
            self.shell.dialog(dialog.of("change", self._about(one.id)))

    def add_lesson(self) -> None:
        if self._course is not None:
            self.shell.dialog(LessonDialog(self.shell, self._course).of("lesson", self._course.id))

    def cancel_or_hold(self, one: LessonRow) -> None:
        if one.cancelled:
            self.shell.do(actions.hold_lesson, one.id, said=_("The lesson is held after all"))
        else:
            self.shell.do(actions.cancel_lesson, one.id, said=_("The lesson is cancelled"))

    def _filled(self) -> Dialog:
        dialog = CourseDialog(self.shell)
        dialog.trade.set_value("BOGA")
        dialog.days.form.set_values(first=date(2025, 12, 15), last=date(2026, 1, 9))
        dialog.days.say()
        return dialog

    def _asking(self, course: CourseRow) -> Dialog:
        dialog = EnrolDialog(self.shell, replace(course, once_per_person=True))
        dialog.again.set_value(True)
        return dialog

    def pictures(self) -> dict[str, Callable[[], Dialog | None]]:
        rows = self.shell.desk.ask(courses.listed, self.shell.today())
        if not rows:
            return {"add": lambda: CourseDialog(self.shell)}
        course = rows[0]
        one = self.shell.desk.ask(courses.participants, course.id)[0]

        def tab(name: str) -> Callable[[], None]:
            return lambda: self.show_course(course.id, name)

        return {
            **{name: tab(name) for name in self._tabs},
            "add": self._filled,
            "edit": lambda: EditDialog(self.shell, course),
            "days": lambda: DaysDialog(self.shell, course),
            "lesson": lambda: LessonDialog(self.shell, course),
            "enrol": lambda: EnrolDialog(self.shell, course),
            "enrol again": lambda: self._asking(course),
            "again": lambda: AgainDialog(self.shell, one, _("Save"), enrolments.allow, None),
            "leave": lambda: LeaveDialog(self.shell, one),
            "first day": lambda: FirstDayDialog(self.shell, one),
        }


def _days(one: CourseRow) -> str:
    return f"{date_short(one.starts_on)} – {date_medium(one.ends_on)}"


def _state(one: CourseRow) -> tuple[str, str, str]:
    return _TONES[one.state], _(STATES[one.state]), ""


def _people(one: CourseRow) -> str:
    return f"{one.enrolled} / {one.capacity}" if one.capacity else str(one.enrolled)
