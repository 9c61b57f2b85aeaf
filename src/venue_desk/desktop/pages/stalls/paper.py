"""The stalls on paper and as files: a poster of one or more days, the board, a sheet, a calendar."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import IO

from venue_desk.desktop import output
from venue_desk.desktop.page import Job, Shell
from venue_desk.desktop.widgets import Combo, Dialog, Form
from venue_desk.language import _, date_long, weekday_date
from venue_desk.queries import venue
from venue_desk.queries.stalls import PUBLISHED, Board

POSTER, BOARD, SHEET, CALENDAR = "poster", "board", "sheet", "calendar"


class PaperDialog(Dialog):
    """What to print or save."""

    def __init__(self, board: Board, day: date | None) -> None:
        super().__init__(_("Poster and files"), yes=_("Continue"), width=480)
        planned = [week for week in board.weeks if week.planned]
        told = [week.day for week in planned if week.status == PUBLISHED]
        self.form = Form()
        what = [
            (POSTER, _("Poster of a market day")),
            (BOARD, _("Board of all weeks")),
            (SHEET, _("Spreadsheet")),
            (CALENDAR, _("Calendar file")),
        ]
        self._what = Combo(what, POSTER)
        self._what.changed.connect(self._suit)
        self.form.add("what", _("What"), self._what)
        days: list[tuple[date | None, str]] = [(week.day, weekday_date(week.day)) for week in planned]
        if len(told) > 1:
            days.append((None, _("All published days, a page each")))
        self._told = told
        chosen = day or (told[0] if told else planned[0].day if planned else None)
        self.form.add("day", _("Day"), Combo(days, chosen))
        self.form.add("size", _("Paper"), output.paper_choice())
        self.form.add("printer", _("To"), output.where_choice())
        self.add(self.form)
        self._suit()

    def _suit(self) -> None:
        what = self._what.value()
        self.form.rows["day"].setVisible(what == POSTER)
        self.form.rows["size"].setVisible(what in (POSTER, BOARD))
        self.form.rows["printer"].setVisible(what in (POSTER, BOARD))
        self.fit()

    def chosen(self) -> tuple[str, list[date], str, str]:
        """What, which days, the paper, and the printer; empty for a file."""
        what, day = self._what.value(), self.form.value("day")
        printer = self.form.value("printer") if what in (POSTER, BOARD) else ""
        return what, [day] if day else self._told, self.form.value("size"), printer


def bring(shell: Shell, board: Board, what: str, days: list[date], size: str, printer: str) -> None:
    """Print, or ask for a name and write."""
    title = _("Poster and files")

    def told(path: Path | None) -> None:
        if path is None:
            shell.toast(_("Sent to the printer."))
        else:
            written = _("Written: {file}").format(file=path.name)
            shell.toast(written, action=_("Open"), on_click=lambda: shell.open_file(path))

    def make(path: Path) -> Job:
        return drawing(shell, board, what, days, size, path)

    name = board.market if what != POSTER else f"{board.market} {date_long(days[0])}"
    if what in (POSTER, BOARD):
        output.send(shell, printer, f"{name}.pdf", title, make, lambda _result, path: told(path))
        return
    suffix = "xlsx" if what == SHEET else "ics"
    kinds = _("Spreadsheets") + " (*.xlsx *.csv)" if what == SHEET else _("Calendar files") + " (*.ics)"
    shell.save_file(
        title,
        f"{name}.{suffix}",
        kinds,
        lambda path: shell.run(make(path), title, done=lambda _r: told(path)),
    )


def drawing(shell: Shell, board: Board, what: str, days: list[date], size: str, path: Path) -> Job:
    """Write one of the papers. A job of the window."""
    from venue_desk.documents import board as boards
    from venue_desk.documents import poster
    from venue_desk.documents.saving import saved

    details = shell.desk.ask(venue.details)
    yield None
    if what == POSTER:

        def draw(file: IO[bytes]) -> Iterator[None]:
            poster.poster(file, board, days, details, size)
            yield

        yield from saved(path, draw)
    else:
        boards.write(path, board, details, size)
    return path
