"""Painting of cells by kind: names bold with a muted second line, badges, numbers at the right."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from venue_desk.desktop import theme
from venue_desk.desktop.tables.model import Column, Rows
from venue_desk.desktop.widgets.badge import LETTERS, badge_width, paint_badge

PAD = 10


class Cells(QStyledItemDelegate):
    """``hovered`` tells the row under the pointer."""

    def __init__(self, view: QTableView, model: Rows, hovered: Callable[[], int]) -> None:
        super().__init__(view)
        self._view, self._model, self._hovered = view, model, hovered

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        look = theme.now()
        box = QRectF(option.rect)
        number = index.row()
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:  # rows are selected whole
            painter.fillRect(box, look.colour("accent_soft"))
        elif number == self._hovered():
            painter.fillRect(box, look.colour("hover"))
        if number + 1 < len(self._model.ids) or self._view.verticalScrollBar().maximum() == 0:
            painter.fillRect(QRectF(box.left(), box.bottom() - 1, box.width(), 1), look.colour("line"))
        if index.column() == 0 and self._view.hasFocus() and number == self._view.currentIndex().row():
            painter.fillRect(QRectF(box.left(), box.top(), 3, box.height() - 1), look.colour("focus"))
        row = self._model.row(number)
        if row is not None:
            paint_cell(painter, box, self._model.columns[index.column()], row)
        painter.restore()


def paint_cell(painter: QPainter, box: QRectF, column: Column, row: Any) -> None:
    """One cell's content."""
    value = column.value(row)
    if value is None or value == "":
        return
    look = theme.now()
    room = box.adjusted(PAD, 0, -PAD, -1)
    if column.kind == "badge" and not isinstance(value, str):
        _badge(painter, room, value)
        return
    if column.kind == "icon":
        side = look.px(18)
        at = QRectF(room.left(), room.center().y() - side / 2, side, side).toRect()
        painter.drawPixmap(at, look.pixmap(str(value), "muted", 18))
        return
    right = column.kind == "number"
    align = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    below = column.second(row) if column.second else ""
    if below:
        line, small = look.line("body"), look.line("small")
        top = room.top() + (room.height() - line - small) / 2
        first = QRectF(room.left(), top, room.width(), line)
        _text(painter, first, str(value), "strong" if column.kind == "name" else "body", "text", align)
        _text(painter, QRectF(room.left(), top + line, room.width(), small), below, "small", "muted", align)
        return
    text = str(value)
    figures = not any(letter.isalpha() or letter == "-" for letter in text)
    role = "strong" if column.kind == "name" else "tabular" if figures else "body"
    colour = "muted" if column.kind == "muted" else "text"
    _text(painter, room, text, role, colour, align)


def _text(
    painter: QPainter, room: QRectF, words: str, role: str, colour: str, align: Qt.AlignmentFlag
) -> None:
    look = theme.now()
    painter.setFont(look.font(role))
    painter.setPen(look.colour(colour))
    cut = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(room.width()))
    painter.drawText(room, align | Qt.AlignmentFlag.AlignVCenter, cut)


def _badge(painter: QPainter, room: QRectF, value: tuple[str, ...]) -> None:
    look = theme.now()
    state, text = value[0], value[1]
    letter = value[2] if len(value) > 2 else LETTERS.get(state, "")
    height = look.line("small") + 8
    width = min(badge_width(text, letter), room.width())
    painter.setClipRect(room)
    paint_badge(
        painter, QRectF(room.left(), room.center().y() - height / 2, width, height), state, text, letter
    )
