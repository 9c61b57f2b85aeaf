"""The register as a table for a spreadsheet program: people down, lessons across, letters, the share in per cent."""

from pathlib import Path

from venue_desk.domain import attendance, courses
from venue_desk.language import _, date_medium
from venue_desk.queries.attendance import GridRow, Register
from venue_desk.spreadsheets.writing import Page, Value
from venue_desk.spreadsheets.writing import write as write_pages


def write(path: Path, given: Register) -> None:
    """Write .xlsx or .csv, whichever the name says. Raises Problem."""
    course, grid = given.course, given.grid
    across = [f"{one.day.isoformat()} {courses.part_spoken(one.session)}" for one in grid.lessons]
    span = f"{date_medium(course.starts_on)} – {date_medium(course.ends_on)}"
    page = Page(
        course.code,
        [_("No"), _("Name"), _("Organisation"), *across, _("Presence (%)")],
        [_line(one) for one in grid.rows],
        above=[given.venue.name, course.name, span],
    )
    write_pages(path, page)


def _line(one: GridRow) -> list[Value]:
    letters = [attendance.LETTERS[status] if status is not None else "–" for status in one.statuses]
    share = one.presence.share
    return [
        one.number,
        one.name,
        one.organisation,
        *letters,
        None if share is None else round(share * 100, 1),
    ]
