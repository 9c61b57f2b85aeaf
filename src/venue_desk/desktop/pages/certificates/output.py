"""Where a certificate goes: to a printer of this computer or into a PDF; and the jobs that bring it there."""

import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from venue_desk.actions import certificates as actions
from venue_desk.actions.certificates import Issued
from venue_desk.desktop.page import Job, Shell
from venue_desk.desktop.widgets import Combo
from venue_desk.documents import certificate
from venue_desk.documents.file import whole
from venue_desk.domain.seal import Print
from venue_desk.language import _
from venue_desk.queries import certificates as queries

if TYPE_CHECKING:
    from venue_desk.store.desk import Desk

PDF = ""


def where_choice() -> Combo:
    """The printers of this computer, the usual one first, then a PDF file."""
    from venue_desk.desktop import printing

    names = printing.printers()
    choices = [(name, name) for name in names] + [(PDF, _("PDF file"))]
    return Combo(choices, names[0] if names else PDF)


def paper_choice() -> Combo:
    return Combo([("A4", _("A4 (210 × 297 mm)")), ("F4", _("F4 (215 × 330 mm)"))], "A4")


def send(
    shell: Shell,
    printer: str,
    name: str,
    title: str,
    make: Callable[[Path], Job],
    done: Callable[[object, Path | None], object],
) -> None:
    """Run ``make(path)`` for a PDF that a person names, or for a printer; ``done(result, path or None)``."""
    if printer == PDF:

        def chosen(path: Path) -> None:
            shell.run(make(path), title, done=lambda result: done(result, path))

        shell.save_file(title, name, _("PDF files") + " (*.pdf)", chosen)
    else:
        offset = shell.settings.printer_offset(printer)
        shell.run(_printed(make, printer, offset), title, done=lambda result: done(result, None))


def _printed(make: Callable[[Path], Job], printer: str, offset: tuple[float, float]) -> Job:
    from venue_desk.desktop import printing

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "certificates.pdf"
        result = yield from make(file)
        yield from printing.send(file, printing.printer_named(printer), offset)
    return result


def issuing(
    desk: "Desk", path: Path, course_id: str, chosen: Sequence[str], on: date, *, letters: bool, size: str
) -> Job:
    """Issue and draw. The file is opened first, so that nothing is issued that cannot be written."""
    yield _("Preparing")
    with whole(path) as target:
        issued: list[Issued] = desk.do(actions.issue, course_id, chosen, on=on, letters=letters)
        for count in certificate.draw([one.print for one in issued], target, size=size):
            yield count / len(issued), issued[count - 1].name
    return issued


def originals(desk: "Desk", path: Path, ids: Sequence[str], size: str) -> Job:
    """Draw certificates as they were issued, without the mark of a copy."""
    prints = desk.ask(queries.first_prints, ids)
    return (yield from _drawn(prints, path, size))


def copies(desk: "Desk", path: Path, ids: Sequence[str], size: str) -> Job:
    """Draw further copies: counted, marked and signed as such."""
    yield _("Preparing")
    with whole(path) as target:
        prints = [desk.do(actions.reprint, key) for key in ids]
        for count in certificate.draw(prints, target, size=size):
            yield count / len(prints), prints[count - 1].content.name
    return len(prints)


def _drawn(prints: Sequence[Print], path: Path, size: str) -> Job:
    with whole(path) as target:
        for count in certificate.draw(prints, target, size=size):
            yield count / len(prints), prints[count - 1].content.name
    return len(prints)
