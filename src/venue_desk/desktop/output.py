"""Where a document goes: to a printer of this computer, moved by as much as it is off, or into a PDF."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from venue_desk.desktop.page import Job, Shell
from venue_desk.desktop.widgets import Combo
from venue_desk.language import _

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
    *,
    cancelled: Callable[[], object] | None = None,
) -> None:
    """Run ``make(path)`` for a PDF that a person names, or for a printer; ``done(result, path or None)``.

    ``cancelled`` is told when a person stopped it.
    """
    if printer == PDF:

        def chosen(path: Path) -> None:
            shell.run(make(path), title, done=lambda result: done(result, path), cancelled=cancelled)

        shell.save_file(title, name, _("PDF files") + " (*.pdf)", chosen)
    else:
        offset = shell.settings.printer_offset(printer)
        job = _printed(make, printer, offset)
        shell.run(job, title, done=lambda result: done(result, None), cancelled=cancelled)


def _printed(make: Callable[[Path], Job], printer: str, offset: tuple[float, float]) -> Job:
    from venue_desk.desktop import printing

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "document.pdf"
        result = yield from make(file)
        yield from printing.send(file, printing.printer_named(printer), offset)
    return result
