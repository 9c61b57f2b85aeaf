"""How the board is painted: past faded, published filled, draft dashed, the selected cell ringed."""

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from venue_desk.desktop import theme
from venue_desk.desktop.pages.stalls.model import STATES, TONES, Weeks
from venue_desk.language import _, date_short
from venue_desk.queries.stalls import CLOSED, DRAFT, OPEN, PAST, PUBLISHED, CellRow, WeekRow

ROUND = 7.0
_CENTRE = Qt.AlignmentFlag.AlignCenter


Place = tuple[date, str]
"""(day, stall id)"""


class Shown(Protocol):
    """What the board shows now, as painting needs it."""

    weeks: Weeks
    taken: Place | None
    legal: Mapping[Place, str]
    target: Place | None
    changed: frozenset[Place]

    @property
    def this_week(self) -> date | None: ...

    def currentIndex(self) -> QModelIndex: ...


class StallHeader(QHeaderView):
    """The numbers of the stalls."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setFixedHeight(theme.now().px(36))
        self.setSectionsClickable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(_("What the stall offers…"))
        self.setHighlightSections(False)
        self.setMinimumSectionSize(16)

    def paintSection(self, painter: QPainter, rect: QRect, logical: int) -> None:
        look = theme.now()
        painter.save()
        painter.fillRect(rect, look.colour("surface"))
        painter.setFont(look.font("small strong"))
        painter.setPen(look.colour("muted"))
        painter.drawText(rect, _CENTRE, str(self.model().headerData(logical, Qt.Orientation.Horizontal)))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), look.colour("line"))
        painter.restore()


class WeekHeader(QHeaderView):
    """The weeks: the day bold, what it is below."""

    def __init__(self, parent: QWidget, board: Shown) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._board = board
        look = theme.now()
        small = QFontMetrics(look.font("small"))
        widest = max(
            QFontMetrics(look.font("strong")).horizontalAdvance("88 Mmm"),
            *(small.horizontalAdvance(_(words)) for words in STATES.values()),
        )
        self.setFixedWidth(widest + 16)
        self.setSectionsClickable(False)
        self.setHighlightSections(False)

    def paintSection(self, painter: QPainter, rect: QRect, logical: int) -> None:
        week = self._board.weeks.week(logical)
        if week is None:
            return
        look = theme.now()
        painter.save()
        painter.fillRect(rect, look.colour("surface"))
        room = rect.adjusted(8, 0, -6, 0)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if week.status == CLOSED:
            painter.setFont(look.font("small"))
            painter.setPen(look.colour("muted"))
            painter.drawText(room, left, date_short(week.day))
        else:
            upper, lower = look.line("small strong"), look.line("small")
            top = rect.center().y() - (upper + lower) // 2 + 1
            painter.setFont(look.font("small strong"))
            this = self._board.this_week
            painter.setPen(
                look.colour("muted" if week.status == PAST else "accent" if week.day == this else "text")
            )
            painter.drawText(QRect(room.left(), top, room.width(), upper), left, date_short(week.day))
            painter.setFont(look.font("small"))
            painter.setPen(look.colour("muted"))
            painter.drawText(
                QRect(room.left(), top + upper, room.width(), lower), left, _(STATES[week.status])
            )
        painter.restore()


class CellPainter(QStyledItemDelegate):
    """One cell."""

    def __init__(self, parent: QWidget, board: Shown) -> None:
        super().__init__(parent)
        self._board = board

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        board = self._board
        week, cell = board.weeks.week(index.row()), board.weeks.cell(index)
        rect = QRectF(option.rect)
        if week is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if cell is None:
            self._closed(painter, rect, week, index.column())
        else:
            place = (week.day, cell.stall_id)
            box = rect.adjusted(2.5, 3.5, -2.5, -3.5)
            lit = board.taken is not None and board.legal.get(place) == ""
            if board.taken is not None and not lit and place != board.taken:
                painter.setOpacity(0.38)
            paint_cell(painter, box, week.status, cell)
            painter.setOpacity(1)
            if lit:
                self._ring(painter, box, "accent", 1.5, dashed=place != board.target)
            if place in board.changed:
                self._mark(painter, box)
            if board.taken == place:
                self._ring(painter, box, "focus", 2, dashed=True)
            elif index == board.currentIndex() and (board.taken is None or lit):
                self._ring(painter, box.adjusted(-1.5, -1.5, 1.5, 1.5), "focus", 2)
            elif board.target == place and not lit:
                self._ring(painter, box, "danger", 1.5)
        painter.restore()

    def _closed(self, painter: QPainter, rect: QRectF, week: WeekRow, column: int) -> None:
        if week.status != CLOSED or column:
            return
        look = theme.now()
        painter.setClipping(False)
        painter.setFont(look.font("small"))
        painter.setPen(look.colour("muted"))
        room = rect.adjusted(6, 0, look.px(260), 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, _("no market"))

    def _ring(self, painter: QPainter, box: QRectF, role: str, width: float, *, dashed: bool = False) -> None:
        pen = QPen(theme.now().colour(role), width)
        if dashed:
            pen.setDashPattern([3, 2])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, ROUND, ROUND)

    def _mark(self, painter: QPainter, box: QRectF) -> None:
        """A dot in the corner: this cell is new in the preview."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.now().colour("accent"))
        painter.drawEllipse(QPointF(box.right() - 6, box.top() + 6), 2.6, 2.6)


def paint_cell(painter: QPainter, box: QRectF, status: str, cell: CellRow) -> None:
    """The ground, the edge, the name and the signs of a cell."""
    look = theme.now()
    state = TONES.get(cell.category, "neutral")
    words, colour = cell.short, look.ink(state)
    edge: QPen | None = None
    ground: QColor | None = None
    if cell.out:
        words, colour = "×", look.colour("muted")
    elif not cell.vendor_id:
        words, colour = "" if status in (OPEN, PAST) else _("free"), look.colour("muted")
        if status != PAST:
            edge = _dashed("line" if status == OPEN else "edge")
    elif status == PAST:
        ground, colour = faded(look.soft(state)), look.colour("muted")
    elif status == PUBLISHED:
        ground = look.soft(state)
        if look.tone(state).edge:
            edge = QPen(look.ink(state), 1)
    elif status == DRAFT:
        edge = _dashed("edge")
    if cell.problem:
        ground, colour = look.soft("danger"), look.ink("danger")
        edge = QPen(colour, 1.4)
    painter.setPen(edge or Qt.PenStyle.NoPen)
    painter.setBrush(ground or Qt.BrushStyle.NoBrush)
    if edge or ground:
        painter.drawRoundedRect(box, ROUND, ROUND)
    icon = "warning" if cell.problem else "lock" if cell.locked else "info" if cell.reason else ""
    side = look.px(12)
    room = box.adjusted(2, 0, -2, 0)
    if icon:
        painter.drawPixmap(
            QPointF(box.right() - side - 3, box.top() + 3), look.pixmap(icon, colour.name(), 12)
        )
        room.adjust(0, 0, -side / 2, 0)
    font = look.font("small" if status == PAST or not cell.vendor_id else "small strong")
    if QFontMetrics(font).horizontalAdvance(words) > room.width():
        font = look.font("key")  # a long name is set smaller before it is cut
    painter.setFont(font)
    painter.setPen(colour)
    shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(room.width()) + 1)
    painter.drawText(room, _CENTRE, shown)
    if cell.came is False:  # struck out
        half = painter.fontMetrics().horizontalAdvance(shown) / 2 + 1
        middle = room.center()
        painter.drawLine(
            QPointF(middle.x() - half, middle.y() + 1), QPointF(middle.x() + half, middle.y() + 1)
        )


def faded(colour: QColor) -> QColor:
    """The colour as what is past has it."""
    return QColor.fromRgbF(colour.redF(), colour.greenF(), colour.blueF(), 0.45)


def _dashed(role: str) -> QPen:
    pen = QPen(theme.now().colour(role), 1)
    pen.setDashPattern([3, 3])
    return pen


class Ghost(QWidget):
    """The vendor under the pointer while it is dragged, and why it may not be dropped here."""

    def __init__(self, board: QWidget) -> None:
        super().__init__(board)
        self._board = board
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._cell: CellRow | None = None
        self._size = QSize()
        self._why = ""
        self.hide()

    def lift(self, cell: CellRow, size: QSize) -> None:
        self._cell, self._size, self._why = cell, size, ""
        self._fit()
        self.show()
        self.raise_()

    def say(self, why: str) -> None:
        self._why = why
        if self.isVisible():
            self._fit()
            self.update()

    def _lines(self) -> QRect:
        look = theme.now()
        metrics = QFontMetrics(look.font("small"))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
        return metrics.boundingRect(QRect(0, 0, look.px(240), 400), flags, self._why)

    def _fit(self) -> None:
        size = QSize(self._size.width(), self._size.height())
        if self._why:
            words = self._lines()
            size = QSize(max(size.width(), words.width() + 20), size.height() + words.height() + 16)
        self.resize(size)

    def follow(self, at: QPoint) -> None:
        board = self._board
        left = min(at.x() - self._size.width() // 2, board.width() - self.width() - 2)
        top = at.y() - self._size.height() // 2
        if top + self.height() > board.height():
            top = board.height() - self.height()
        self.move(max(0, left), max(0, top))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._cell is None:
            return
        look = theme.now()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(0, 0, self._size.width(), self._size.height()).adjusted(3.5, 3.5, -3.5, -3.5)
        painter.setPen(QPen(look.colour("danger" if self._why else "focus"), 2))
        painter.setBrush(look.colour("surface"))
        painter.drawRoundedRect(box, ROUND, ROUND)
        painter.setOpacity(0.95)
        paint_cell(painter, box, PUBLISHED, self._cell)
        if self._why:
            words = self._lines()
            note = QRectF(3.5, self._size.height() + 1, words.width() + 16, words.height() + 12)
            painter.setPen(QPen(look.ink("danger"), 1))
            painter.setBrush(look.soft("danger"))
            painter.drawRoundedRect(note, ROUND, ROUND)
            painter.setPen(look.ink("danger"))
            painter.setFont(look.font("small"))
            flags = Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
            painter.drawText(note.adjusted(8, 6, -8, -6), flags, self._why)
        painter.end()
