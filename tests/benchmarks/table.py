"""A table of 50,000 people: first page, jump to the end, one page down, against a bare QTableView over all rows."""

import json
import os
import statistics
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any

from PySide6.QtCore import QAbstractTableModel, Qt
from PySide6.QtWidgets import QApplication, QTableView

from venue_desk.desktop import theme
from venue_desk.desktop.tables import Column, DataTable

ROWS = 50_000
REACH = {"first page": 50, "jump to the end": 100, "page down": 50}  # ms

Row = tuple[int, str, str, str]


def rows(ids: Sequence[int]) -> list[Row]:
    return [(one, f"Orang Rekaan {one}", f"Tata Boga · Angkatan {one % 40}", f"0811{one:07}") for one in ids]


class Bare(QAbstractTableModel):
    """All rows in a list, shown as they are."""

    def __init__(self, held: list[Row]) -> None:
        super().__init__()
        self._held = held

    def rowCount(self, _parent: Any = None) -> int:
        return len(self._held)

    def columnCount(self, _parent: Any = None) -> int:
        return 4

    def data(self, index: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return str(self._held[index.row()][index.column()]) if role == Qt.ItemDataRole.DisplayRole else None


def measured(show: Callable[[], object], view: QTableView) -> dict[str, list[float]]:
    """Ms until the viewport is painted."""
    bar = view.verticalScrollBar()
    steps: dict[str, Callable[[], object]] = {
        "first page": show,
        "jump to the end": view.scrollToBottom,
        "page down": lambda: bar.setValue(bar.maximum() // 2),
    }
    found: dict[str, list[float]] = {name: [] for name in steps}
    for _round in range(15):
        for name, step in steps.items():
            started = perf_counter()
            step()
            view.viewport().repaint()
            found[name].append((perf_counter() - started) * 1000)
    return found


def main() -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    app = QApplication([])
    theme.apply(app, theme.Theme())
    table = DataTable(
        [
            Column("No", lambda row: row[0], "number", 80),
            Column("Nama", lambda row: row[1], "name", second=lambda row: row[2]),
            Column("Status", lambda _row: ("present", "Hadir"), "badge", 140),
            Column("Telepon", lambda row: row[3], "muted", 160),
        ],
        name="Peserta",
    )
    bare = QTableView()
    for widget in (table, bare):
        widget.resize(1100, 640)
        widget.show()
    app.processEvents()
    ids = range(ROWS)
    ours = measured(lambda: table.show_ids(ids, rows), table.view)
    held = rows(ids)
    floor = measured(lambda: bare.setModel(Bare(held)), bare)
    for name, reach in REACH.items():
        mine, least = statistics.median(ours[name]), statistics.median(floor[name])
        print(f"{name}: {mine:.1f} ms of {reach} ms; a bare table with all rows in hand: {least:.1f} ms")
        figures = {"what": f"table: {name}", "value": round(mine, 1), "unit": "ms", "reach": reach}
        print(json.dumps({**figures, "ratio": round(mine / least, 2), "ok": mine <= reach}))


if __name__ == "__main__":
    main()
