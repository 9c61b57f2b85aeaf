"""The table: virtual rows, painted by kind, sorted by header, driven by keyboard."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QObject, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QStackedLayout, QTableView, QWidget

from venue_desk.desktop import theme
from venue_desk.desktop.tables.delegate import Cells
from venue_desk.desktop.tables.model import Column, Rows

_STEPS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class _Header(QHeaderView):
    """Titles small and muted, aligned as their columns, with an arrow on the sorted one."""

    def __init__(self, columns: Sequence[Column], parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._columns = columns
        self.sorted_by, self.descending = -1, False
        self.setFixedHeight(theme.now().px(40))
        self.setFont(theme.now().font("small strong"))
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setMinimumSectionSize(16)

    def paintSection(self, painter: QPainter, rect: QRect, logical: int) -> None:
        look = theme.now()
        painter.save()
        painter.fillRect(rect, look.colour("surface"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), look.colour("line"))
        column = self._columns[logical]
        here = logical == self.sorted_by
        painter.setFont(look.font("small strong"))
        painter.setPen(look.colour("text" if here else "muted"))
        side = look.px(14)
        room = rect.adjusted(10, 0, -10, 0)
        right = column.kind == "number"
        words = painter.fontMetrics().elidedText(
            column.title, Qt.TextElideMode.ElideRight, room.width() - (side + 4 if here else 0)
        )
        width = painter.fontMetrics().horizontalAdvance(words)
        align = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(
            room, align | (Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft), words
        )
        if here:
            left = room.right() - width - side - 4 if right else room.left() + width + 4
            arrow = look.pixmap("arrow-down" if self.descending else "arrow-up", "accent", 14)
            painter.drawPixmap(QRectF(left, rect.center().y() - side / 2, side, side).toRect(), arrow)
        painter.restore()


class DataTable(QWidget):
    """``show_rows(rows)`` for rows in hand, ``show_ids(ids, fetch)`` for many; selection is kept by id.

    ``on_open(row)``: Enter, double click. ``on_select(rows)``: the selection changed. ``on_sort(key,
    descending)``: a header was pressed and rows are fetched. ``on_key(letter, row) -> bool``: a letter key on
    the current row. ``on_menu(row, menu)``: fill the context menu. ``empty``: shown when there are no rows.
    """

    chosen = Signal(object)

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        name: str,
        empty: QWidget | None = None,
        id_of: Callable[[Any], Any] = lambda row: getattr(row, "id", row),
        on_open: Callable[[Any], object] | None = None,
        on_select: Callable[[list[Any]], object] | None = None,
        on_sort: Callable[[str, bool], object] | None = None,
        on_key: Callable[[str, Any], bool] | None = None,
        on_menu: Callable[[Any, QMenu], object] | None = None,
        many: bool = False,
    ) -> None:
        super().__init__()
        self._id_of, self._on_open, self._on_select = id_of, on_open, on_select
        self._on_sort, self._on_key, self._on_menu = on_sort, on_key, on_menu
        self.model = Rows(columns)
        self.view = _View(self)
        self.view.setAccessibleName(name)
        self.header = _Header(self.model.columns, self.view)
        self.view.setHorizontalHeader(self.header)
        self.view.setModel(self.model)
        # A selection of its own: the titles are not painted anew whenever another row is chosen.
        self.header.setSelectionModel(QItemSelectionModel(self.model, self.header))
        self.view.setItemDelegate(Cells(self.view, self.model, lambda: self.view.hovered))
        look = theme.now()
        two = any(column.second for column in columns)
        self.row_height = look.line("body") + look.line("small") + 20 if two else look.line("body") + 23
        self.view.verticalHeader().setDefaultSectionSize(self.row_height)
        if many:
            self.view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.header.sectionClicked.connect(self._sort)
        self.view.selectionModel().selectionChanged.connect(self._selected)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.view)
        self._empty = empty
        if empty is not None:
            self._stack.addWidget(empty)
        self.setFocusProxy(self.view)
        self.setMinimumHeight(look.px(40) + self.row_height * 2)

    def steered_by(self, field: QWidget) -> None:
        """Let the arrows of a field of search move in the rows, so that hands stay where they type."""
        field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() in _STEPS:
            self.view.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)

    # What it shows

    def show_rows(self, rows: Sequence[Any]) -> None:
        ids = [self._id_of(row) for row in rows]
        self._keep(lambda: self.model.show_rows(rows, ids))
        if self.header.sorted_by >= 0:
            self.model.order_by(self.model.columns[self.header.sorted_by], self.header.descending)

    def show_ids(self, ids: Sequence[Any], fetch: Callable[[Sequence[Any]], Sequence[Any]]) -> None:
        self._keep(lambda: self.model.show_ids(ids, fetch))

    def change_row(self, row: Any) -> bool:
        """Show another state of one row in hand, painting nothing else again. False: show all rows anew."""
        if not self.model.in_hand or self.header.sorted_by >= 0:
            return False
        return self.model.change(self._id_of(row), row)

    def _keep(self, change: Callable[[], None]) -> None:
        """Change the rows and keep the current one and the place in view."""
        kept, at = self.current_id(), self.view.verticalScrollBar().value()
        change()
        if self._empty is not None:
            self._stack.setCurrentWidget(self._empty if not self.model.ids else self.view)
        if kept is not None:
            self.choose(kept, scroll=False)
        self.view.verticalScrollBar().setValue(at)
        self.view.share_widths()

    def set_empty(self, widget: QWidget) -> None:
        """Another sentence for an empty table (nothing here yet; nothing found)."""
        old, self._empty = self._empty, widget
        self._stack.addWidget(widget)
        if old is not None:
            self._stack.removeWidget(old)
            old.deleteLater()
        self._stack.setCurrentWidget(widget if not self.model.ids else self.view)

    # What is chosen

    def current_id(self) -> Any:
        index = self.view.currentIndex()
        return self.model.ids[index.row()] if index.isValid() and index.row() < len(self.model.ids) else None

    def current(self) -> Any:
        """The current row, or None."""
        index = self.view.currentIndex()
        return self.model.row(index.row()) if index.isValid() else None

    def selected(self) -> list[Any]:
        return [self.model.row(index.row()) for index in self.view.selectionModel().selectedRows()]

    def choose(self, wanted: Any, *, scroll: bool = True) -> bool:
        """Make the row of an id the current one; False when it is not here."""
        try:
            number = self.model.ids.index(wanted)
        except ValueError:
            return False
        self.choose_at(number, scroll=scroll)
        return True

    def choose_at(self, number: int, *, scroll: bool = True) -> None:
        index = self.model.index(number, 0)
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.view.selectionModel().setCurrentIndex(index, flags)
        if scroll:
            self.view.scrollTo(index)

    def sort_by(self, column: int, descending: bool = False) -> None:
        """Show a column as the sorted one (the rows are sorted by whoever fetched them)."""
        self.header.sorted_by, self.header.descending = column, descending
        self.header.viewport().update()

    def _sort(self, section: int) -> None:
        column = self.model.columns[section]
        if self.model.in_hand and not column.sort:
            if column.kind == "icon":
                return
        elif not column.sort or self._on_sort is None:
            return
        descending = section == self.header.sorted_by and not self.header.descending
        self.sort_by(section, descending)
        if self._on_sort is not None and column.sort:
            self._on_sort(column.sort, descending)
        else:
            self._keep(lambda: self.model.order_by(column, descending))

    def _selected(self) -> None:
        if self._on_select is not None:
            self._on_select(self.selected())

    def open_current(self) -> None:
        row = self.current()
        if row is not None:
            self.chosen.emit(row)
            if self._on_open is not None:
                self._on_open(row)

    def key(self, event: QKeyEvent) -> bool:
        """Enter opens; a letter goes to ``on_key``. True when it was used."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_current()
            return True
        row, text = self.current(), event.text()
        if self._on_key is None or row is None or not text or not text.isprintable():
            return False
        return self._on_key(text, row)

    def menu(self, at: Any, where: Any) -> None:
        index = self.view.indexAt(at)
        if not index.isValid() or self._on_menu is None:
            return
        menu = QMenu(self)
        menu.setFont(theme.now().font("body"))
        self._on_menu(self.model.row(index.row()), menu)
        if not menu.isEmpty():
            menu.popup(where)


class _View(QTableView):
    def __init__(self, table: DataTable) -> None:
        super().__init__()
        self._table = table
        self.hovered = -1
        # Opaque, so that nothing behind it is painted with it and scrolling moves what is painted.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(8)
        self.doubleClicked.connect(lambda _index: table.open_current())
        self.entered.connect(self._hover)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), theme.now().colour("surface"))
        painter.end()
        super().paintEvent(event)

    def _hover(self, index: QModelIndex) -> None:
        if index.row() != self.hovered:
            self.hovered = index.row()
            self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        self.hovered = -1
        self.viewport().update()
        super().leaveEvent(event)

    def keyboardSearch(self, text: str) -> None:
        """Qt would walk every row, fetching all of them; search is the page's."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End) and self._table.model.ids:
            self._table.choose_at(0 if event.key() == Qt.Key.Key_Home else len(self._table.model.ids) - 1)
        elif not self._table.key(event):
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self.viewport().update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._table.menu(event.pos(), event.globalPos())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.share_widths()

    def share_widths(self) -> None:
        """Fixed widths as asked; the rest shared among the others, never below what they need."""
        look, columns = theme.now(), self._table.model.columns
        shares = [number for number, column in enumerate(columns) if not column.width]
        used = sum(look.px(column.width) for column in columns)
        least = look.px(140)
        left = max(self.viewport().width() - used, least * len(shares))
        for number, column in enumerate(columns):
            width = look.px(column.width) if column.width else left // len(shares)
            if self.columnWidth(number) != width:
                self.setColumnWidth(number, width)
