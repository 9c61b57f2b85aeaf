"""The model of a table: every id is known, rows come a page at a time when they are seen."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

PAGE = 64  # rows asked for at once
KEPT = 64  # pages remembered

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Column:
    """A column. ``value(row)`` gives its text; for ``kind="badge"`` a tuple (state, text[, letter]), plain
    text where there is no state, or None.

    Kinds: name (bold, with ``second(row)`` muted below), text, muted, number (right), badge, icon (a name).
    ``width`` in px at 100 %, 0 shares what is left. ``order(row)`` sorts rows in hand; ``sort`` is the key
    given to ``on_sort`` where rows are fetched.
    """

    title: str
    value: Callable[[Any], Any]
    kind: str = "text"
    width: int = 0
    second: Callable[[Any], str] | None = None
    order: Callable[[Any], Any] | None = None
    sort: str = ""

    def words(self, row: Any) -> str:
        """The cell as text, for screen readers and copying."""
        value = self.value(row)
        if value is None:
            return ""
        if self.kind == "badge" and not isinstance(value, str):
            return str(value[1])
        text = str(value)
        below = self.second(row) if self.second else ""
        return f"{text}, {below}" if below else text


class Rows(QAbstractTableModel):
    """``fetch(ids)`` returns the rows of these ids in the same order."""

    def __init__(self, columns: Sequence[Column]) -> None:
        super().__init__()
        self.columns = tuple(columns)
        self.ids: Sequence[Any] = ()
        self._fetch: Callable[[Sequence[Any]], Sequence[Any]] | None = None
        self._pages: OrderedDict[int, Sequence[Any]] = OrderedDict()
        self._all: list[Any] = []

    def show_rows(self, rows: Sequence[Any], ids: Sequence[Any]) -> None:
        self.beginResetModel()
        self._all, self.ids, self._fetch = list(rows), list(ids), None
        self._pages.clear()
        self.endResetModel()

    def show_ids(self, ids: Sequence[Any], fetch: Callable[[Sequence[Any]], Sequence[Any]]) -> None:
        self.beginResetModel()
        self._all, self.ids, self._fetch = [], ids, fetch
        self._pages.clear()
        self.endResetModel()

    def change(self, wanted: Any, row: Any) -> bool:
        """Put another row of the same id in its place; False when the id is not here."""
        if wanted not in self.ids:
            return False
        number = list(self.ids).index(wanted)
        self._all[number] = row
        self.dataChanged.emit(self.index(number, 0), self.index(number, len(self.columns) - 1))
        return True

    @property
    def in_hand(self) -> bool:
        """All rows are here, so they can be sorted here."""
        return self._fetch is None

    def order_by(self, column: Column, descending: bool) -> None:
        """Sort the rows in hand."""
        key = column.order or (lambda row: column.words(row).casefold())
        order = sorted(range(len(self._all)), key=lambda at: key(self._all[at]), reverse=descending)
        self.show_rows([self._all[at] for at in order], [self.ids[at] for at in order])

    def row(self, number: int) -> Any:
        """The row at a place, fetched with its neighbours when it is not here."""
        if self._fetch is None:
            return self._all[number]
        page, at = divmod(number, PAGE)
        rows = self._pages.get(page)
        if rows is None:
            rows = self._fetch(self.ids[page * PAGE : (page + 1) * PAGE])
            self._pages[page] = rows
            if len(self._pages) > KEPT:
                self._pages.popitem(last=False)
        return rows[at] if at < len(rows) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's signature)
        return 0 if parent.isValid() else len(self.ids)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            row = self.row(index.row())
            return "" if row is None else self.columns[index.column()].words(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return None
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.AccessibleTextRole,
        ):
            return self.columns[section].title
        return None
