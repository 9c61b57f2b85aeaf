"""Read a workbook (.xlsx, .xlsm, .xls, .ods) and print its cells as JSON. Runs as a program of its own.

A hostile or broken workbook can eat memory or time or crash its reader, so the desk never opens one itself: it starts
this file as a process with limits and reads what it prints. Nothing of Venue Desk is imported here, so it starts fast.
"""

import json
import sys
from datetime import date, datetime, time, timedelta
from typing import Any

MAX_ROWS = 100_000
MAX_COLUMNS = 500
MAX_TEXT = 5_000
MEMORY = 1536 * 1024 * 1024  # bytes
CPU = 30  # seconds


def _limit() -> None:
    try:
        import resource
    except (
        ImportError
    ):  # Windows has no such limits; there the parent's clock and its look at the zip must do.
        return
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, CPU), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(what, (most, most))


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return value[:MAX_TEXT]
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime):
        return {"t": value.isoformat(timespec="seconds")}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, time):
        return value.isoformat(timespec="minutes")
    return str(value) if isinstance(value, timedelta) else str(value)[:MAX_TEXT]


def cells(path: str) -> dict[str, Any]:
    """All sheets with their rows, or ``{"error": code}``: password, broken, big."""
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_path(path)
        sheets = []
        rows = 0
        for about in book.sheets_metadata:
            if about.typ != calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_name(about.name)
            rows += sheet.total_height
            if rows > MAX_ROWS * 11:
                return {"error": "big"}
            table = sheet.to_python(skip_empty_area=False)
            while table and not any(value != "" for value in table[-1]):
                table.pop()
            if len(table) > MAX_ROWS:
                return {"error": "big"}
            sheets.append(
                {
                    "name": about.name,
                    "hidden": about.visible != calamine.SheetVisibleEnum.Visible,
                    "rows": [[_cell(value) for value in row[:MAX_COLUMNS]] for row in table],
                    "merged": sheet.merged_cell_ranges or [],
                }
            )
        return {"sheets": sheets}
    except calamine.PasswordError:
        return {"error": "password"}
    except MemoryError:
        return {"error": "big"}
    # The reader raises its own errors, and a Rust panic derives from BaseException: whatever it is, it is the file's.
    except BaseException as error:  # noqa: BLE001
        return {"error": "password" if "password" in str(error).lower() else "broken"}


if __name__ == "__main__":
    _limit()
    sys.stdout.reconfigure(encoding="utf-8", errors="surrogatepass")  # type: ignore[union-attr]
    json.dump(cells(sys.argv[1]), sys.stdout, ensure_ascii=True)
