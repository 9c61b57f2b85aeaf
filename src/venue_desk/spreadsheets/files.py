"""Open a spreadsheet file, whatever its name says it is, and get its sheets, or a Problem in words."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from venue_desk.domain.problem import Problem
from venue_desk.domain.reasons import plain
from venue_desk.language import _
from venue_desk.spreadsheets import text, workbook

MAX_BYTES = 30 * 1024 * 1024
MAX_UNPACKED = 300 * 1024 * 1024
MAX_RATIO = 120  # times; real workbooks reach 20 to 60
RATIO_MATTERS_FROM = 20 * 1024 * 1024
PATIENCE = 40  # seconds

_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BIFF = (
    b"\x09\x08",
    b"\x09\x04",
    b"\x09\x02",
    b"\x09\x00",
)  # the first record of Excel 2 to 5 without a container
_TEXT_NAMES = {".csv", ".tsv", ".tab", ".txt", ""}
_PAGES = ("<html", "<!doctype", "<table", "<?xml", "{\\rtf")

Cell = str | float | bool | date | datetime | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: rows with the line number that a person sees, and merged blocks (first and last row and column)."""

    name: str
    rows: Sequence[tuple[int, Sequence[Cell]]]
    merged: Sequence[tuple[int, int, int, int]] = ()
    hidden: bool = False


def read(path: Path, *, apart: bool = True) -> list[Sheet]:
    """The sheets of a file, those without any cell left out. Raises Problem for anything that is not one.

    ``apart``: a workbook is read in a process of its own, with limits.
    """
    path = Path(path)
    data = _bytes(path)
    if data.startswith((_ZIP, _EMPTY_ZIP)):
        _check_zip(path)
        sheets = _workbook(path, apart)
    elif data.startswith((_COMPOUND, *_BIFF)):
        sheets = _workbook(path, apart)
    else:
        sheets = _text(path, data)
    filled = [sheet for sheet in sheets if any(_filled(row) for _line, row in sheet.rows)]
    if not filled:
        raise Problem(_("“{file}” is empty.").format(file=path.name), _("Choose a file with names in it."))
    return filled


def _filled(row: Sequence[Cell]) -> bool:
    return any(cell is not None and str(cell).strip() for cell in row)


def _bytes(path: Path) -> bytes:
    if path.is_dir():
        raise Problem(
            _("“{file}” is a folder, not a file.").format(file=path.name), _("Choose a file in it.")
        )
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _too_big(path)
        data = path.read_bytes()
    except FileNotFoundError:
        raise Problem(
            _("There is no file “{file}”.").format(file=path.name),
            _("Check its name and whether the disk is plugged in."),
        ) from None
    except OSError as error:
        raise Problem(
            _("“{file}” cannot be read: {reason}.").format(file=path.name, reason=plain(error)),
            _("Close it in other programs, or copy it to your own folder and try again."),
        ) from None
    if not data.strip():
        raise Problem(_("“{file}” is empty.").format(file=path.name), _("Choose a file with names in it."))
    return data


def _too_big(path: Path) -> Problem:
    return Problem(
        _("“{file}” is too big to be a list of people.").format(file=path.name),
        _("Keep the sheet with the list, delete the rest, and save it as a new file."),
    )


def _not_one(path: Path) -> Problem:
    return Problem(
        _("“{file}” is not a spreadsheet.").format(file=path.name),
        _("Choose an Excel, LibreOffice or CSV file (.xlsx, .xls, .ods, .csv)."),
    )


def _broken(path: Path) -> Problem:
    return Problem(
        _("“{file}” is damaged and cannot be read.").format(file=path.name),
        _("Open it in Excel or LibreOffice, save it as a new .xlsx file and choose that one."),
    )


def _check_zip(path: Path) -> None:
    """A look at what the zip says of itself, before anything is unpacked."""
    try:
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
            names = {part.filename for part in parts}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        raise _broken(path) from None
    unpacked = sum(part.file_size for part in parts)
    squeezed = max(1, sum(part.compress_size for part in parts))
    bomb = unpacked > RATIO_MATTERS_FROM and unpacked > MAX_RATIO * squeezed
    if unpacked > MAX_UNPACKED or bomb or len(parts) > 5_000:
        raise _too_big(path)
    if not names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml", "EncryptedPackage"} and not any(
        name.startswith("xl/") for name in names
    ):
        raise _not_one(path)


def _workbook(path: Path, apart: bool) -> list[Sheet]:
    # A packed program has no interpreter of its own to start.
    apart = apart and not getattr(sys, "frozen", False)
    found = _in_a_process(path) if apart else workbook.cells(str(path))
    error = found.get("error")
    if error == "password":
        raise Problem(
            _("“{file}” is protected with a password.").format(file=path.name),
            _("Open it in Excel or LibreOffice, remove the password, save it and choose it again."),
        )
    if error == "big":
        raise _too_big(path)
    if error:
        raise _broken(path)
    return [
        Sheet(
            sheet["name"],
            [(at, [_cell(cell) for cell in row]) for at, row in enumerate(sheet["rows"], 1)],
            [(top, left, bottom, right) for (top, left), (bottom, right) in sheet["merged"]],
            sheet["hidden"],
        )
        for sheet in found["sheets"]
    ]


def _in_a_process(path: Path) -> dict[str, Any]:
    quiet = {"creationflags": 0x08000000} if sys.platform == "win32" else {}  # no console window flashes up
    try:
        done = subprocess.run(
            [sys.executable, "-I", workbook.__file__, str(path.absolute())],
            capture_output=True,
            timeout=PATIENCE,
            check=False,
            stdin=subprocess.DEVNULL,
            **quiet,  # type: ignore[call-overload]
        )
    except subprocess.TimeoutExpired:
        return {"error": "big"}
    if done.returncode != 0:
        return {"error": "broken"}
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        return {"error": "broken"}
    return answer if isinstance(answer, dict) else {"error": "broken"}


def _cell(value: Any) -> Cell:
    if not isinstance(value, dict):
        return None if value == "" else value
    try:
        return date.fromisoformat(value["d"]) if "d" in value else datetime.fromisoformat(value["t"])
    except ValueError:
        return str(value)


def _text(path: Path, data: bytes) -> list[Sheet]:
    if path.suffix.lower() not in _TEXT_NAMES:
        raise _not_one(path)
    content = text.decoded(data)
    if content is None or content.lstrip()[:400].lower().startswith(_PAGES):
        raise _not_one(path)
    rows = text.rows(content)
    if len(rows) > workbook.MAX_ROWS:
        raise _too_big(path)
    return [Sheet(path.stem, [(line, row[: workbook.MAX_COLUMNS]) for line, row in rows])]
