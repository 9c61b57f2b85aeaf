"""The states and dialogs of the attendance desk that the picture tests look at."""

from collections.abc import Callable
from typing import Any

from venue_desk.desktop.pages.attendance.dialogs import CloseDialog, GuestDialog, LessonDialog, ReasonDialog
from venue_desk.desktop.widgets import Dialog
from venue_desk.domain.attendance import NOT_TAKEN


def pictures(page: Any) -> dict[str, Callable[[], Dialog | None]]:
    """``page`` is the AttendancePage, which cannot be named here without going round in a circle."""
    roster = page.roster
    if roster is None:
        return {}
    shell, lesson = page.shell, roster.lesson
    rest = [one for one in roster.rows if one.status == NOT_TAKEN]

    def typing() -> None:
        page.door.field.setText("ri")

    def marked() -> None:
        page.take((rest or list(roster.rows))[0].name)

    def again() -> None:
        page.take(roster.rows[0].name)

    def unknown() -> None:
        page.take("8991234567890")

    def paper() -> None:
        page.list.way.set_value(True)

    def another_day() -> None:
        from venue_desk.queries import lessons

        page.show_lesson(shell.desk.ask(lessons.of_course, lesson.course_id)[0].id)

    return {
        "typing": typing,
        "marked": marked,
        "again": again,
        "unknown": unknown,
        "paper": paper,
        "another day": another_day,
        "lessons": lambda: LessonDialog(shell, lesson, lambda one: page.show_lesson(one.id)),
        "guest": lambda: GuestDialog(shell, lesson, page.guest_came),
        "reason": lambda: ReasonDialog(roster.rows[0], lambda _reason: None),
        "close": lambda: CloseDialog(shell, lesson, rest or list(roster.rows)),
    }
