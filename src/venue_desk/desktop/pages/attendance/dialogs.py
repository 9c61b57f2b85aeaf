"""The door's dialogs: which lesson, a guest, a reason, closing with somebody not taken."""

from collections.abc import Callable
from datetime import timedelta

from PySide6.QtCore import Qt

from venue_desk.actions import attendance, guests
from venue_desk.actions.attendance import Marked
from venue_desk.desktop import theme
from venue_desk.desktop.page import Shell
from venue_desk.desktop.tables import Column, DataTable
from venue_desk.desktop.widgets import Combo, Dialog, EmptyState, Form, Label, TextField
from venue_desk.domain import clock
from venue_desk.domain.attendance import LETTERS, STATUSES, WORDS
from venue_desk.language import _, ngettext, weekday_short
from venue_desk.language import clock as hours
from venue_desk.queries import lessons
from venue_desk.queries.attendance import RosterRow
from venue_desk.queries.courses import full_title
from venue_desk.queries.lessons import LessonRow

BACK, AHEAD = timedelta(days=60), timedelta(days=30)


class LessonDialog(Dialog):
    """Choose a lesson of the last two months or the next one; today's is chosen first."""

    def __init__(self, shell: Shell, now: LessonRow | None, on_choose: Callable[[LessonRow], object]) -> None:
        super().__init__(_("Choose a lesson"), yes=_("Choose"), width=720)
        today = shell.today()
        rows = shell.desk.ask(lessons.on, today - BACK, today + AHEAD)
        self._on_choose = on_choose
        self.table = DataTable(
            [
                Column(_("Day"), lambda one: weekday_short(one.day), "name", order=lambda one: one.day),
                Column(_("Lesson"), lambda one: f"{one.part}, {hours(one.starts)}", "text", 150),
                Column(_("Course"), lambda one: full_title(one.title, one.batch), "text"),
                Column(_("Status"), lambda one: _state(one, today == one.day), "badge", 120),
            ],
            name=_("Lessons"),
            on_open=lambda _one: self._try(),
            empty=EmptyState("calendar", _("No lessons yet"), _("Add a course; its lessons come with it.")),
        )
        self.table.setMinimumHeight(theme.now().px(40) + self.table.row_height * 8)
        self.table.show_rows(rows)
        self.add(self.table, 1)
        chosen = now.id if now else next((one.id for one in rows if one.day >= today), None)
        if chosen is not None and self.table.choose(chosen):
            self.table.view.scrollTo(
                self.table.view.currentIndex(), self.table.view.ScrollHint.PositionAtCenter
            )
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def check(self) -> bool:
        row = self.table.current()
        if row is None:
            return False
        self._on_choose(row)
        return True


def _state(one: LessonRow, today: bool) -> tuple[str, str, str]:
    if one.closed_at:
        return "neutral", _("Closed"), ""
    if today:
        return "accent", _("Today"), ""
    return ("late", _("Open"), "") if one.taken else ("not taken", _("Not taken"), "")


class GuestDialog(Dialog):
    """Someone who walked in: a name is enough."""

    def __init__(
        self, shell: Shell, lesson: LessonRow, on_done: Callable[[Marked], object], name: str = ""
    ) -> None:
        super().__init__(
            _("Add a guest"),
            yes=_("Add"),
            sentence=_("For this day only: a guest takes no place and counts for no percentage."),
        )
        self._shell, self._lesson, self._on_done = shell, lesson, on_done
        self.form = Form()
        self.form.add("name", _("Name"), TextField(name), needed=True)
        self.form.add("phone", _("Phone"), TextField(), _("If they give one"))
        self.add(self.form)

    def check(self) -> bool:
        if not self.form.value("name"):
            self.form.error("name", _("Write the name as the person says it."))
            return False
        self._on_done(self._shell.desk.do(guests.add, self._lesson.id, at=clock.now(), **self.form.values()))
        return True


class ReasonDialog(Dialog):
    """Why somebody was late or not there."""

    def __init__(self, one: RosterRow, on_done: Callable[[str], object]) -> None:
        super().__init__(one.name, yes=_("Save"), sentence=_(WORDS[one.status]))
        self._on_done = on_done
        self.form = Form()
        self.form.add(
            "reason", _("Reason"), TextField(one.reason, hint=_("For example: a doctor's appointment"))
        )
        self.add(self.form)

    def check(self) -> bool:
        self._on_done(self.form.value("reason"))
        return True


class CloseDialog(Dialog):
    """Some are not taken: say what they become, then close. Nothing is proposed."""

    def __init__(self, shell: Shell, lesson: LessonRow, rest: list[RosterRow]) -> None:
        super().__init__(
            _("Close attendance"),
            yes=_("Close attendance"),
            sentence=ngettext(
                "{count} person is not taken yet.", "{count} people are not taken yet.", len(rest)
            ).format(count=len(rest)),
        )
        self._shell, self._lesson = shell, lesson
        self.add(Label(", ".join(one.name for one in rest), "strong", wrap=True))
        self.form = Form()
        choices = [(status, f"{LETTERS[status]}  {_(WORDS[status])}") for status in STATUSES]
        self.form.add("rest", _("Mark them as"), Combo(choices, hint=_("Choose")))
        self.add(self.form)

    def check(self) -> bool:
        rest = self.form.value("rest")
        if rest is None:
            self.form.error("rest", _("Choose what they are, or go back and mark them one by one."))
            return False
        self._shell.desk.do(attendance.close_lesson, self._lesson.id, clock.now(), rest)
        return True
