"""How the dialogs of the attendance desk are opened again after a crash.

``page`` is the AttendancePage, which cannot be named here without going round in a circle.
"""

from collections.abc import Callable
from typing import Any

from venue_desk.queries import lessons


def dialogs(page: Any) -> dict[str, Callable[[str], None]]:
    """By name; each is about a lesson, or about somebody in it: ``lesson/enrolment``."""

    def guest(about: str) -> None:
        lesson_id, _slash, name = about.partition("/")
        if _shown(page, lesson_id):
            page.add_guest(name)

    def close(lesson_id: str) -> None:
        lesson = page.shell.desk.ask(lessons.one, lesson_id)
        if lesson is not None and lesson.closed_at is None and _shown(page, lesson_id):
            page.close_or_reopen()

    def reason(about: str) -> None:
        lesson_id, _slash, enrolment = about.partition("/")
        rows = page.roster.rows if _shown(page, lesson_id) and page.roster else ()
        for one in rows:
            if one.enrolment_id == enrolment:
                page.ask_reason(one)

    return {"guest": guest, "close": close, "reason": reason}


def _shown(page: Any, lesson_id: str) -> bool:
    """Show the lesson, if it is here."""
    if page.shell.desk.ask(lessons.one, lesson_id) is None:
        return False
    page.show_lesson(lesson_id)
    return True
