"""The papers of a course, written as jobs: drawing happens outside the window's thread and can be cancelled."""

from pathlib import Path
from typing import TYPE_CHECKING

from venue_desk.desktop.page import Job, Shell
from venue_desk.domain.courses import ENROLLED
from venue_desk.language import _
from venue_desk.queries import attendance, courses
from venue_desk.queries.courses import CourseRow
from venue_desk.queries.venue import details

if TYPE_CHECKING:
    from venue_desk.store.desk import Desk

SIGN, TODAY, RECAP, TABLE, CARDS = "sign", "today", "recap", "table", "cards"


def write(shell: Shell, course: CourseRow, kind: str) -> None:
    """Ask where to, write it there, and offer to open it."""
    words = {
        SIGN: _("Register to sign"),
        TODAY: _("Register of today to sign"),
        RECAP: _("Recapitulation of attendance"),
        TABLE: _("Attendance as a spreadsheet"),
        CARDS: _("Participant cards"),
    }
    title = words[kind]
    suffix, kinds = ("xlsx", "Excel (*.xlsx);;CSV (*.csv)") if kind == TABLE else ("pdf", "PDF (*.pdf)")

    def chosen(path: Path) -> None:
        done = _("Written: {file}").format(file=path.name)
        shell.run(
            job(shell.desk, course, kind, path),
            title,
            done=lambda _result: shell.toast(done, action=_("Open"), on_click=lambda: shell.open_file(path)),
        )

    name = f"{title} {course.code}.{suffix}"
    shell.save_file(title, "".join(c for c in name if c not in '\\/:*?"<>|'), kinds, chosen)


def job(desk: "Desk", course: CourseRow, kind: str, path: Path) -> Job:
    """Write one of the papers; yields a share of one."""
    from venue_desk.documents import card, recap, register, register_table
    from venue_desk.documents.saving import saved
    from venue_desk.domain import clock

    today = clock.today()
    yield None
    if kind == CARDS:
        venue = desk.ask(details).name
        people = desk.ask(courses.participants, course.id, ENROLLED)
        given = [card.Card(one.name, one.position, one.card, course.name) for one in people if not one.guest]
        steps = saved(path, lambda file: card.draw(file, given, venue))
    else:
        all_of_it = desk.ask(attendance.register, course.id, today)
        if kind == TABLE:
            register_table.write(path, all_of_it)
            return
        if kind == RECAP:
            steps = saved(path, lambda file: recap.draw(file, all_of_it))
        else:
            days = [today] if kind == TODAY else []
            steps = saved(path, lambda file: register.signing(file, all_of_it, days=days))
    for done, everything in steps:
        yield done / max(1, everything)
