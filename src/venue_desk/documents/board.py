"""The board of stalls as a file: PDF, spreadsheet or calendar, by the file's name."""

from collections.abc import Iterator
from pathlib import Path
from typing import IO

from venue_desk.documents import calendar, poster
from venue_desk.documents.saving import saved
from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.queries.stalls import Board
from venue_desk.queries.venue import Details
from venue_desk.spreadsheets import writing

KINDS = (".pdf", ".xlsx", ".csv", ".ics")


def kind_of(path: Path) -> str:
    """What a file's name asks for. Raises Problem for what cannot be written."""
    kind = path.suffix.lower()
    if kind not in KINDS:
        raise Problem(
            _("“{name}” cannot be written.").format(name=path.name),
            _("Choose a name ending in .pdf, .xlsx, .csv or .ics."),
        )
    return kind


def write(path: Path, board: Board, venue: Details, size: str = "A4") -> None:
    """Write all weeks of the board. Raises Problem."""
    kind = kind_of(path)
    if kind in {".xlsx", ".csv"}:
        writing.write(path, sheet(board))
        return

    def draw(file: IO[bytes]) -> Iterator[None]:
        if kind == ".ics":
            file.write(calendar.calendar(board))
        else:
            poster.season(file, board, venue, size)
        yield

    for _step in saved(path, draw):
        pass


def sheet(board: Board) -> writing.Page:
    """The board as a sheet: a row for each week, a column for each stall."""
    return writing.Page(
        board.market,
        [_("Week"), *(_("Stall {number}").format(number=stall.number) for stall in board.stalls)],
        [[week.day, *(cell.name for cell in week.cells)] for week in board.weeks if week.planned],
        [board.market],
    )
