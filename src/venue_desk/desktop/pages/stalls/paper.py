"""The stalls on paper and as files: a poster of one or more days, the board, a sheet, a calendar."""

import tempfile
from datetime import date
from pathlib import Path

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
        self.form.add(
            "size", _("Paper"), Combo([("A4", _("A4 (210 × 297 mm)")), ("F4", _("F4 (215 × 330 mm)"))], "A4")
        )
        self.form.add("printer", _("To"), Combo(_printers(), _printers()[0][0]))
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


def _printers() -> list[tuple[str, str]]:
    from venue_desk.desktop import printing

    return [*((name, name) for name in printing.printers()), ("", _("PDF file"))]


def bring(shell: Shell, board: Board, what: str, days: list[date], size: str, printer: str) -> None:
    """Print, or ask for a name and write."""
    title = _("Poster and files")
    if what in (POSTER, BOARD) and printer:
        offset = shell.settings.printer_offset(printer)
        shell.run(
            _printed(shell, board, what, days, size, printer, offset),
            title,
            done=lambda _result: shell.toast(_("Sent to the printer.")),
        )
        return
    suffix = {SHEET: "xlsx", CALENDAR: "ics"}.get(what, "pdf")
    kinds = {
        "xlsx": _("Spreadsheets") + " (*.xlsx *.csv)",
        "ics": _("Calendar files") + " (*.ics)",
        "pdf": _("PDF files") + " (*.pdf)",
    }
    name = board.market if what != POSTER else f"{board.market} {date_long(days[0])}"

    def chosen(path: Path) -> None:
        shell.run(
            drawing(shell, board, what, days, size, path),
            title,
            done=lambda _result: shell.toast(
                _("Written: {file}").format(file=path.name),
                action=_("Open"),
                on_click=lambda: shell.open_file(path),
            ),
        )

    shell.save_file(title, f"{name}.{suffix}", kinds[suffix], chosen)


def drawing(shell: Shell, board: Board, what: str, days: list[date], size: str, path: Path) -> Job:
    """Write one of the papers. A job of the window."""
    from venue_desk.documents import board as boards
    from venue_desk.documents import poster

    details = shell.desk.ask(venue.details)
    yield None
    if what != POSTER and not (what == BOARD and size != "A4"):
        boards.write(path, board, details)
        return path
    with path.open("wb") as file:
        if what == POSTER:
            poster.poster(file, board, days, details, size)
        else:
            poster.season(file, board, details, size)
    return path


def _printed(
    shell: Shell,
    board: Board,
    what: str,
    days: list[date],
    size: str,
    printer: str,
    offset: tuple[float, float],
) -> Job:
    from venue_desk.desktop import printing

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "stalls.pdf"
        yield from drawing(shell, board, what, days, size, file)
        yield from printing.send(file, printing.printer_named(printer), offset)
