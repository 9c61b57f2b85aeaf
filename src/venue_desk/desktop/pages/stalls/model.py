"""The board's rows and columns for Qt: a week is a row, a stall a column; every cell says itself to a screen reader."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from venue_desk.domain.stalls import words
from venue_desk.language import N_, _, date_long, date_short
from venue_desk.queries.stalls import CLOSED, DRAFT, OPEN, PAST, PUBLISHED, Board, CellRow, WeekRow

Index = QModelIndex | QPersistentModelIndex

STATES = {
    PAST: N_("done"),
    PUBLISHED: N_("published"),
    DRAFT: N_("draft"),
    CLOSED: N_("no market"),
    OPEN: N_("not planned"),
}
TONES = {
    "rice": "present",
    "salad": "present",
    "satay": "late",
    "noodles": "late",
    "cakes": "sick",
    "bread": "sick",
    "drinks": "excused",
}
"""The tone of a category. The name says who it is; the tone only helps to see the mix of a week."""


class Weeks(QAbstractTableModel):
    """The board; ``show_board`` replaces all of it."""

    def __init__(self) -> None:
        super().__init__()
        self.board: Board | None = None

    def show_board(self, board: Board) -> None:
        self.beginResetModel()
        self.board = board
        self.endResetModel()

    def week(self, row: int) -> WeekRow | None:
        return self.board.weeks[row] if self.board and 0 <= row < len(self.board.weeks) else None

    def cell(self, index: Index) -> CellRow | None:
        week = self.week(index.row()) if index.isValid() else None
        return week.cells[index.column()] if week and index.column() < len(week.cells) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return len(self.board.weeks) if self.board and not parent.isValid() else 0

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return len(self.board.stalls) if self.board and not parent.isValid() else 0

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        cell = self.cell(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.short if cell else ""
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.said(index)
        if role == Qt.ItemDataRole.ToolTipRole and cell is not None:
            return tip(cell)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if self.board is None or role not in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.AccessibleTextRole,
        ):
            return None
        aloud = role == Qt.ItemDataRole.AccessibleTextRole
        if orientation == Qt.Orientation.Horizontal:
            stall = self.board.stalls[section]
            return _("Stall {number}").format(number=stall.number) if aloud else stall.number
        week = self.board.weeks[section]
        return f"{date_long(week.day) if aloud else date_short(week.day)}, {_(STATES[week.status])}"

    def said(self, index: Index) -> str:
        """All that a cell shows, in words."""
        week, cell = self.week(index.row()), self.cell(index)
        if week is None or self.board is None:
            return ""
        stall = self.board.stalls[index.column()].number
        parts = [_("Stall {number}").format(number=stall), date_long(week.day), _(STATES[week.status])]
        if cell is not None:
            parts.insert(0, _("out of use") if cell.out else cell.name or _("free"))
            if cell.vendor_id:
                parts.append(words.category(cell.category))
            if cell.locked:
                parts.append(_("locked"))
            parts += [text for text in (cell.problem, cell.reason) if text]
        return ", ".join(parts)


def tip(cell: CellRow) -> str:
    """What the pointer is told about a cell."""
    if not cell.vendor_id:
        return _("Out of use") if cell.out else ""
    lines = [cell.name, words.category(cell.category)]
    if cell.products:
        lines[1] += f" · {cell.products}"
    lines += [
        text for text in (cell.problem, cell.reason and _("Reason: {why}").format(why=cell.reason)) if text
    ]
    if cell.came is not None:
        lines.append(_("Came") if cell.came else _("Did not come"))
    if cell.stood_in:
        lines.append(_("{name} stood in").format(name=cell.stood_in_name))
    return "\n".join(lines)
