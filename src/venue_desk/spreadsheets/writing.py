"""Write spreadsheets in which no text can become a formula and no NIK or phone becomes a number."""

import csv
import os
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from venue_desk.domain.problem import Problem
from venue_desk.domain.reasons import plain
from venue_desk.language import _

Value = str | int | float | bool | date | None

# What a spreadsheet program may take for a formula when it opens text, also behind spaces (OWASP's list).
_FORMULA = re.compile(r"\s*[=+\-@\t\r\n|%]")
# Long numbers lose digits and leading zeros are dropped when a program reads text as a number.
_LONG_NUMBER = re.compile(r"\d{12,}|0\d+")
_WIDEST = 60  # characters
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet: what stands above the table, the headings, and the rows."""

    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Value]]
    above: Sequence[str] = ()


def write(path: Path, *pages: Page) -> None:
    """Write .xlsx, or .csv (the first page only), whichever the name says; all of it or nothing.

    Raises Problem when the name says neither or the place cannot be written.
    """
    path = Path(path)
    kind = path.suffix.lower()
    if kind not in (".xlsx", ".csv"):
        raise Problem(
            _("“{file}” cannot be written: the name must end in .xlsx or .csv.").format(file=path.name),
            _("Choose one of the two."),
        )
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        if kind == ".xlsx":
            _xlsx(draft, pages)
        else:
            _csv(draft, pages[0])
        draft.replace(path)
    except OSError as error:
        raise Problem(
            _("“{file}” cannot be written: {reason}.").format(file=path.name, reason=plain(error)),
            _("Close it if it is open, or choose another folder."),
        ) from None
    finally:
        with suppress(OSError):  # what refuses the draft may refuse this too
            draft.unlink(missing_ok=True)


def harmless(text: str) -> str:
    """Text for a CSV cell: what could run or lose digits gets an apostrophe before it, as people type it in Excel."""
    text = _CONTROL.sub("", text)
    return "'" + text if _FORMULA.match(text) or _LONG_NUMBER.fullmatch(text) else text


def _csv(path: Path, page: Page) -> None:
    # The mark and the semicolon are what Excel on an Indonesian computer opens without being asked.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        for line in page.above:
            writer.writerow([harmless(line)])
        writer.writerow([harmless(heading) for heading in page.headings])
        for row in page.rows:
            writer.writerow([_csv_cell(value) for value in row])


def _csv_cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return harmless(value) if isinstance(value, str) else str(value)


def _xlsx(path: Path, pages: Sequence[Page]) -> None:
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    options = {
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
        "nan_inf_to_errors": True,
    }
    book = xlsxwriter.Workbook(str(path), options)
    bold = book.add_format({"bold": True})
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"})
    # The text format keeps what people type into these cells later as text too.
    as_text = book.add_format({"num_format": "@", "valign": "top"})
    quoted = book.add_format({"num_format": "@", "valign": "top", "quote_prefix": True})
    as_date = book.add_format({"num_format": "dd/mm/yyyy", "align": "left", "valign": "top"})
    for page in pages:
        sheet = book.add_worksheet(_sheet_name(page.name))
        top = 0
        for top, line in enumerate(page.above, 1):
            sheet.write_string(top - 1, 0, _CONTROL.sub("", line), bold)
        first = top + 1 if page.above else 0
        widths = [len(heading) for heading in page.headings]
        for column, heading in enumerate(page.headings):
            sheet.write_string(first, column, _CONTROL.sub("", heading), head)
        last = first
        for last, row in enumerate(page.rows, first + 1):
            for column, value in enumerate(row):
                if value is None or value == "":
                    continue
                if isinstance(value, bool):
                    sheet.write_boolean(last, column, value)
                elif isinstance(value, int | float):
                    sheet.write_number(last, column, value)
                elif isinstance(value, date):
                    moment = datetime(value.year, value.month, value.day)
                    sheet.write_datetime(last, column, moment, as_date)
                    value = "00/00/0000"  # noqa: PLW2901 - its width
                else:
                    text = _CONTROL.sub("", value)[:32_000]
                    sheet.write_string(last, column, text, quoted if _FORMULA.match(text) else as_text)
                if column < len(widths):
                    widths[column] = max(widths[column], len(str(value)))
        for column, width in enumerate(widths):
            sheet.set_column(column, column, min(width, _WIDEST) + 2)
        sheet.freeze_panes(first + 1, 0)
        if page.headings and last > first:
            sheet.autofilter(first, 0, last, len(page.headings) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(first)
    try:
        book.close()
    except FileCreateError as error:
        cause = error.args[0] if error.args else error
        raise cause if isinstance(cause, OSError) else OSError(str(error)) from None


def _sheet_name(name: str) -> str:
    """As Excel allows: 31 characters, no brackets, colon, star, question mark or slash, no apostrophe at the ends."""
    return re.sub(r"[\[\]:*?/\\]", " ", name).strip("' ")[:31] or "Sheet1"
