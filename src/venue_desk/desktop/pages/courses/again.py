"""How the dialogs of the courses page are opened again after a crash.

``page`` is the CoursesPage, which cannot be named here without going round in a circle.
"""

from collections.abc import Callable
from typing import Any

from venue_desk.domain.courses import LEFT
from venue_desk.queries import courses, lessons


def dialogs(page: Any) -> dict[str, Callable[[str], None]]:
    """By name; each is about a course, or about a row of it: ``course/row``."""

    def course(act: Callable[[], None]) -> Callable[[str], None]:
        def again(course_id: str) -> None:
            if _shown(page, course_id):
                act()

        return again

    def row(rows: Callable[..., list[Any]], act: Callable[[Any], None]) -> Callable[[str], None]:
        def again(about: str) -> None:
            course_id, _slash, wanted = about.partition("/")
            found = page.shell.desk.ask(rows, course_id) if _shown(page, course_id) else []
            for one in found:
                if one.id == wanted:
                    act(one)

        return again

    return {
        "add": lambda _about: page.add_course(),
        "edit": course(page.edit_course),
        "days": course(page.change_days),
        "enrol": course(page.enrol),
        "lesson": course(page.add_lesson),
        "change": row(lessons.of_course, page.edit_lesson),
        "again": row(courses.participants, page.let_in),
        "leave": row(_there, page.leave_course),
        "late": row(_there, page.first_day),
    }


def _there(session: Any, course_id: str) -> list[Any]:
    return [one for one in courses.participants(session, course_id) if one.state != LEFT]


def _shown(page: Any, course_id: str) -> bool:
    """Show the course, if it is here."""
    if page.shell.desk.ask(courses.course, course_id, page.shell.today()) is None:
        return False
    page.show_course(course_id)
    return True
