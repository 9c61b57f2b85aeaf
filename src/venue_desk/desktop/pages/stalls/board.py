"""The board: weeks × stalls, painted; vendors change places by dragging or by keys."""

from collections.abc import Callable, Mapping
from datetime import date

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHeaderView, QTableView

from venue_desk.desktop import theme
from venue_desk.desktop.pages.stalls.model import Weeks
from venue_desk.desktop.pages.stalls.paint import CellPainter, Ghost, Place, StallHeader, WeekHeader
from venue_desk.language import _
from venue_desk.queries.stalls import CLOSED, PAST, Board, CellRow, WeekRow

Index = QModelIndex | QPersistentModelIndex


class BoardView(QTableView):
    """Weeks × stalls. ``moves(place)`` says where a vendor may go: "" where it is legal, else why not.

    Enter takes a vendor up, arrows choose, Enter puts down, Escape gives up; the same by dragging.
    """

    selected = Signal(object)  # (WeekRow, CellRow) or None
    dropped = Signal(object, object)  # two places that change
    refused = Signal(object, object, str)  # two places, and why they cannot change
    pressed_key = Signal(str)  # L, Delete, R on the selected cell
    menu_wanted = Signal(QPoint)
    stall_wanted = Signal(str)  # a stall's number was pressed
    told = Signal(str)  # what goes on, for the status of the page

    def __init__(self, moves: Callable[[Place], Mapping[Place, str]]) -> None:
        super().__init__()
        self.weeks = Weeks()
        self._moves = moves
        self.taken: Place | None = None
        self.legal: Mapping[Place, str] = {}
        self.target: Place | None = None
        self.changed: frozenset[Place] = frozenset()
        self.read_only = False
        self._pressed: QPoint | None = None
        self._dragging = False
        self._ghost = Ghost(self)
        self.setModel(self.weeks)
        self.setItemDelegate(CellPainter(self, self))
        self.setAccessibleName(_("Board of stalls"))
        self.setHorizontalHeader(StallHeader(self))
        self.setVerticalHeader(WeekHeader(self, self))
        self.horizontalHeader().sectionClicked.connect(self._stall)
        self.setCornerButtonEnabled(False)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setAutoScroll(True)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(20)
        self.setMinimumHeight(theme.now().px(36 + 5 * 40))

    # What it shows

    def show_board(
        self, board: Board, changed: frozenset[Place] = frozenset(), *, read_only: bool = False
    ) -> None:
        """Show weeks; ``changed`` places get a mark. The selected cell and the place in view are kept."""
        kept, at = self.place(), self.verticalScrollBar().value()
        self.put_down()
        self.changed, self.read_only = changed, read_only
        self.weeks.show_board(board)
        look = theme.now()
        for row, week in enumerate(board.weeks):
            self.setRowHeight(row, look.px(26 if week.status == CLOSED else 40))
        self.share_widths()
        if kept is None and self.this_week is not None and board.stalls:
            kept = self.this_week, board.stalls[0].id  # work begins with the next market day
        if kept is not None:
            self.choose(*kept)
        self.verticalScrollBar().setValue(at)
        self._tell_selected()

    @property
    def this_week(self) -> date | None:
        """The next market day."""
        weeks = self.weeks.board.weeks if self.weeks.board else ()
        return next((week.day for week in weeks if week.status not in (PAST, CLOSED)), None)

    def place_of(self, index: Index) -> Place | None:
        week, cell = self.weeks.week(index.row()), self.weeks.cell(index)
        return (week.day, cell.stall_id) if week and cell else None

    def place(self) -> Place | None:
        """The selected cell."""
        return self.place_of(self.currentIndex())

    def current(self) -> tuple[WeekRow, CellRow] | None:
        index = self.currentIndex()
        week, cell = self.weeks.week(index.row()), self.weeks.cell(index)
        return (week, cell) if week and cell else None

    def index_of(self, day: date, stall_id: str) -> QModelIndex:
        board = self.weeks.board
        if board is not None:
            for row, week in enumerate(board.weeks):
                if week.day == day:
                    for column, cell in enumerate(week.cells):
                        if cell.stall_id == stall_id:
                            return self.weeks.index(row, column)
        return QModelIndex()

    def choose(self, day: date, stall_id: str) -> bool:
        """Select a cell; False when it is not here."""
        index = self.index_of(day, stall_id)
        if index.isValid():
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        return index.isValid()

    def _stall(self, column: int) -> None:
        if self.weeks.board is not None and not self.read_only:
            self.stall_wanted.emit(self.weeks.board.stalls[column].id)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if self.taken is not None and not self._dragging:
            self._aim(self.place_of(current))
        self._tell_selected()
        self.viewport().update()

    def _tell_selected(self) -> None:
        if self.taken is None:
            self.selected.emit(self.current())

    # Changing places

    def take(self) -> bool:
        """Take the selected vendor up, and light up where they may go. False where there is nobody to take."""
        now = self.current()
        if self.read_only or now is None or now[0].status in (PAST, CLOSED) or now[1].locked:
            return False
        place = self.place()
        if place is None or not now[1].vendor_id:
            return False
        self.taken, self.target = place, None
        self.legal = self._moves(place)
        self.told.emit(
            _("{name}: choose where to, Enter changes places, Escape gives up.").format(name=now[1].name)
        )
        self.viewport().update()
        return True

    def put_down(self) -> None:
        """Give up changing places."""
        if self.taken is not None or self._dragging:
            self.taken, self.target, self.legal, self._dragging = None, None, {}, False
            self._ghost.hide()
            self.viewport().setCursor(Qt.CursorShape.ArrowCursor)
            self.told.emit("")
            self.viewport().update()
            self._tell_selected()

    def _aim(self, place: Place | None) -> None:
        if place != self.target:
            self.target = place
            why = self.legal.get(place, "") if place else ""
            self._ghost.say(why)
            if why:
                self.told.emit(why)
            self.viewport().update()

    def _finish(self, place: Place | None) -> None:
        """Change places with this one, or say why not."""
        taken, legal = self.taken, self.legal
        self.put_down()
        if taken is None or place is None or place == taken or place not in legal:
            return
        if legal[place]:
            self.refused.emit(taken, place, legal[place])
        else:
            self.dropped.emit(taken, place)

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            if self.taken is not None:
                self._finish(self.place())
            elif not self.take():
                self.pressed_key.emit("Enter")
        elif key == Qt.Key.Key_Escape and self.taken is not None:
            self.put_down()
        elif key in _KEYS and not event.modifiers() and self.taken is None:
            self.pressed_key.emit(_KEYS[Qt.Key(key)])
        elif key == Qt.Key.Key_Menu:
            self.menu_wanted.emit(self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).center()))
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, text: str) -> None:
        """Letters are commands here."""

    # The pointer

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and self.taken is not None and not self._dragging:
            self._finish(self.place_of(index))
            return
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            self._pressed = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        if self._dragging:
            self._drag_to(at)
            return
        held = event.buttons() & Qt.MouseButton.LeftButton
        if self._pressed is not None and held and self.taken is None:
            far = (at - self._pressed).manhattanLength() >= QApplication.startDragDistance()
            if far and self.take():
                self._dragging = True
                self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
                now = self.current()
                assert now is not None
                self._ghost.lift(now[1], self.visualRect(self.currentIndex()).size())
                self._drag_to(at)
            return
        super().mouseMoveEvent(event)
        self._hover(self.indexAt(at))

    def _hover(self, index: QModelIndex) -> None:
        cell = self.weeks.cell(index)
        week = self.weeks.week(index.row()) if index.isValid() else None
        free = bool(cell and cell.vendor_id and week and week.status not in (PAST, CLOSED))
        hand = free and not self.read_only and cell is not None and not cell.locked
        if self.taken is None:
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor if hand else Qt.CursorShape.ArrowCursor)

    def _drag_to(self, at: QPoint) -> None:
        self._aim(self.place_of(self.indexAt(at)))
        self._ghost.follow(self.viewport().mapTo(self, at))
        edge = theme.now().px(28)
        bar = self.verticalScrollBar()
        if at.y() < edge:
            bar.setValue(bar.value() - 8)
        elif at.y() > self.viewport().height() - edge:
            bar.setValue(bar.value() + 8)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = None
        if self._dragging:
            self._dragging = False
            self._finish(self.place_of(self.indexAt(event.position().toPoint())))
            return
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.pressed_key.emit("Enter")

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.current() is not None:
            self.menu_wanted.emit(event.globalPos())

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if self.taken is None:
            self.viewport().setCursor(Qt.CursorShape.ArrowCursor)

    # Widths

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.share_widths()

    def share_widths(self) -> None:
        """Stalls share the width; where that is too little for a name, the board scrolls sideways."""
        count = self.weeks.columnCount()
        if not count:
            return
        width = max(theme.now().px(58), self.viewport().width() // count)
        for column in range(count):
            self.setColumnWidth(column, width)


_KEYS = {
    Qt.Key.Key_L: "L",
    Qt.Key.Key_Delete: "Delete",
    Qt.Key.Key_Backspace: "Delete",
    Qt.Key.Key_R: "R",
}
