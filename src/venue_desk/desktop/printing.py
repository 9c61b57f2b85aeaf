"""Send a PDF to a printer, moved by as much as that printer is off."""

from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from venue_desk.desktop.page import Job
from venue_desk.domain.problem import Problem
from venue_desk.language import _

DPI = 300
_POINTS = 72


def printers() -> list[str]:
    """The printers of this computer, the usual one first."""
    usual = QPrinterInfo.defaultPrinterName()
    return sorted(QPrinterInfo.availablePrinterNames(), key=lambda name: (name != usual, name.casefold()))


def send(pdf: Path, printer: QPrinter, offset: tuple[float, float]) -> Job:
    """Print every page. ``offset`` is how many mm the printer prints too far right and too low.

    A job of the window. Raises Problem when the printer does not take it.
    """
    from pypdfium2 import PdfDocument

    document = PdfDocument(pdf)
    painter = QPainter()
    try:
        for number, page in enumerate(document):
            layout = QPageLayout(
                QPageSize(QSizeF(page.get_width(), page.get_height()), QPageSize.Unit.Point),
                QPageLayout.Orientation.Portrait,
                QMarginsF(),
            )
            printer.setFullPage(True)
            printer.setResolution(DPI)
            printer.setPageLayout(layout)
            if not (painter.begin(printer) if number == 0 else printer.newPage()):
                raise Problem(
                    _("The printer does not take the page."), hint=_("Look whether it is on and has paper.")
                )
            bitmap = page.render(scale=DPI / _POINTS)
            picture = QImage(
                bitmap.buffer, bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_BGR888
            ).copy()
            right, down = (-millimetres / 25.4 * printer.resolution() for millimetres in offset)
            dots = printer.resolution() / _POINTS
            painter.drawImage(QRectF(right, down, page.get_width() * dots, page.get_height() * dots), picture)
            yield ((number + 1) / len(document), _("Page {number}").format(number=number + 1))
        painter.end()
    finally:
        if painter.isActive():
            painter.end()
        document.close()


def printer_named(name: str) -> QPrinter:
    """A printer of this computer by its name."""
    made = QPrinter(QPrinter.PrinterMode.HighResolution)
    made.setPrinterName(name)
    return made
