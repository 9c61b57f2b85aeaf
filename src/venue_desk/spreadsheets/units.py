"""A trade's units in a spreadsheet: written as a list to be changed, and read back by its headings."""

from collections.abc import Sequence
from typing import Any

from venue_desk.domain.catalogue import Unit
from venue_desk.domain.people import plain
from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.spreadsheets.files import Cell, Sheet
from venue_desk.spreadsheets.tables import written
from venue_desk.spreadsheets.writing import Page

CODE, INDONESIAN, ENGLISH, HOURS, CRITICAL = "code", "id", "en", "jp", "critical"
# As agencies head their lists, in both languages, reduced to small letters and words.
_KNOWN = {
    CODE: ("kode", "kode unit", "kode unit kompetensi", "no kode", "code", "unit code"),
    INDONESIAN: (
        "judul", "judul unit", "judul unit kompetensi", "unit kompetensi", "unit", "nama unit", "nama indonesia",
        "title", "unit of competency", "indonesian name",
    ),
    ENGLISH: ("judul inggris", "judul bahasa inggris", "nama inggris", "english name", "english title", "english"),
    HOURS: ("jp", "jam", "jam pelajaran", "jumlah jp", "jam pelajaran jp", "hours", "hours jp"),
    CRITICAL: ("kritis", "unit kritis", "critical"),
}  # fmt: skip
_FIELDS = {words: field for field, known in _KNOWN.items() for words in known}
_YES = frozenset({"ya", "y", "yes", "x", "v", "1", "true", "benar", "kritis", "critical", "✓", "✔", "☑"})
_NO = frozenset({"", "tidak", "t", "no", "n", "0", "false", "salah", "-", "–", "bukan"})
_LOOK = 60  # rows in which the headings are looked for


def page(name: str, units: Sequence[Unit]) -> Page:
    """A sheet with a trade's units."""
    headings = (_("Code"), _("Indonesian name"), _("English name"), "JP", _("Critical"))
    rows = [
        (one.code, one.indonesian, one.english, one.jp, _("yes") if one.critical else "") for one in units
    ]
    return Page(name, headings, rows)


def read(sheets: Sequence[Sheet]) -> list[dict[str, Any]]:
    """The units of the first sheet that has a column of codes and one of names. Raises Problem.

    Each as the catalogue keeps it, not checked yet; lines without code and name are passed over.
    """
    for sheet in sheets:
        for at, (_line, row) in enumerate(sheet.rows[:_LOOK]):
            columns = _columns(row)
            if CODE in columns and INDONESIAN in columns:
                return [
                    unit
                    for line, cells in sheet.rows[at + 1 :]
                    if (unit := _unit(line, cells, columns)) is not None
                ]
    raise Problem(
        _("No list of units was found: a column of codes and one of names are needed."),
        _("Head them “Kode” and “Judul unit”; “Judul Inggris”, “JP” and “Kritis” may stand beside them."),
    )


def _columns(row: Sequence[Cell]) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, cell in enumerate(row):
        field = _FIELDS.get(plain(written(cell)))
        if field is not None:
            found.setdefault(field, at)
    return found


def _unit(line: int, cells: Sequence[Cell], columns: dict[str, int]) -> dict[str, Any] | None:
    said = {
        # Our own CSV puts an apostrophe before what a program could take for a formula or a number.
        field: written(cells[at]).removeprefix("'") if at < len(cells) else ""
        for field, at in columns.items()
    }
    if not said[CODE] and not said[INDONESIAN]:
        return None
    hours, critical = said.get(HOURS, "") or "0", plain(said.get(CRITICAL, "")) or said.get(CRITICAL, "")
    if not (hours.isascii() and hours.isdigit() and len(hours) < 6):
        raise _at(line, _("“{text}” is no number of hours.").format(text=hours[:20]))
    if critical not in _YES | _NO:
        raise _at(line, _("“{text}” is neither yes nor no.").format(text=critical[:20]))
    return {
        CODE: said[CODE].upper(),
        INDONESIAN: said[INDONESIAN],
        ENGLISH: said.get(ENGLISH, ""),
        HOURS: int(hours),
        CRITICAL: critical in _YES,
    }


def _at(line: int, text: str) -> Problem:
    return Problem(
        _("Line {line}: {text}").format(line=line, text=text), _("Correct it there and read the list again.")
    )
