"""The grid of an assessment: people down, units across, keyed by K and B like the paper it comes from."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QSizePolicy

from venue_desk.desktop import theme
from venue_desk.desktop.widgets.badge import badge_width, paint_badge
from venue_desk.domain import assessment
from venue_desk.domain.assessment import RESULTS, Attempt
from venue_desk.language import N_, _, percent
from venue_desk.queries.assessment import PersonRow, Sheet

STATES = {
    assessment.CERTIFICATE: "present",
    assessment.LETTER: "excused",
    assessment.OPEN: "neutral",
    assessment.NOTHING: "absent",
    assessment.WORK: "sick",
}
SHORT = {
    assessment.CERTIFICATE: N_("Certificate"),
    assessment.LETTER: N_("Letter only"),
    assessment.OPEN: N_("Undecided"),
    assessment.NOTHING: N_("None"),
    assessment.WORK: N_("Works"),
}
RESULT_STATES = {"K": "present", "BK": "absent"}
_PAD = 10


class AssessmentGrid(QAbstractScrollArea):
    """Arrows move; ``on_key(letter)`` gets K, B or Delete for the current cell; ``on_move()`` a new cell.

    The head and the names stay in sight while the rest scrolls.
    """

    def __init__(self, on_key: Callable[[str], object], on_move: Callable[[], object]) -> None:
        super().__init__()
        self._on_key, self._on_move = on_key, on_move
        self._sheet: Sheet | None = None
        self.row = self.unit = 0
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.viewport().setProperty("clear", "true")
        self.setAccessibleName(_("Assessment"))
        self.setMinimumHeight(self._head() + 3 * self._line())
        self.setMinimumWidth(theme.now().px(260))

    # What it shows

    def show_sheet(self, sheet: Sheet | None) -> None:
        self._sheet = sheet
        rows, units = self._count()
        self.row, self.unit = min(self.row, max(rows - 1, 0)), min(self.unit, max(units - 1, 0))
        self._bars()
        self._say()
        self.viewport().update()

    def person(self) -> PersonRow | None:
        """Whose row the current cell is in."""
        return self._sheet.rows[self.row] if self._sheet and self._sheet.rows else None

    def tries(self) -> tuple[Attempt, ...]:
        """What the current cell holds."""
        one = self.person()
        return one.tries[self.unit] if one and one.tries else ()

    def choose(self, row: int, unit: int) -> None:
        """Make a cell the current one."""
        rows, units = self._count()
        self.row, self.unit = max(0, min(row, rows - 1)), max(0, min(unit, units - 1))
        self._show_current()
        self._say()
        self.viewport().update()
        self._on_move()

    def advance(self) -> None:
        """Down to the next person; from the last one to the top of the next unit."""
        rows, units = self._count()
        if self.row + 1 < rows:
            self.choose(self.row + 1, self.unit)
        elif self.unit + 1 < units:
            self.choose(0, self.unit + 1)

    def _count(self) -> tuple[int, int]:
        return (len(self._sheet.rows), len(self._sheet.units)) if self._sheet else (0, 0)

    # Sizes

    def _head(self) -> int:
        return theme.now().px(40)

    def _line(self) -> int:
        look = theme.now()
        return look.line("body") + look.line("small") + 12

    def _widths(self) -> tuple[int, int, int]:
        """Of names, of the verdict, of a unit."""
        look = theme.now()
        verdict = max(badge_width(_(words)) for words in SHORT.values()) + 2 * _PAD
        unit = max(badge_width("3", "BK") + 7, look.px(50))
        _rows, units = self._count()
        left = self.viewport().width() - verdict - unit * units
        names = max(look.px(170), min(look.px(320), left))
        return names, verdict, unit

    def sizeHint(self) -> QSize:
        # It scrolls by itself, so it asks for little and takes what there is.
        return QSize(theme.now().px(640), self._head() + 5 * self._line())

    def _bars(self) -> None:
        names, verdict, unit = self._widths()
        rows, units = self._count()
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        view = self.viewport()
        across.setRange(0, max(0, names + verdict + units * unit - view.width()))
        across.setPageStep(view.width())
        across.setSingleStep(unit)
        down.setRange(0, max(0, self._head() + rows * self._line() - view.height()))
        down.setPageStep(view.height() - self._head())
        down.setSingleStep(self._line())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._bars()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()

    def _cell(self, row: int, unit: int) -> QRectF:
        names, verdict, width = self._widths()
        left = names + unit * width - self.horizontalScrollBar().value()
        top = self._head() + row * self._line() - self.verticalScrollBar().value()
        del verdict
        return QRectF(left, top, width, self._line())

    def _show_current(self) -> None:
        cell, view = self._cell(self.row, self.unit), self.viewport()
        names, _verdict, _unit = self._widths()
        down, across = self.verticalScrollBar(), self.horizontalScrollBar()
        if cell.top() < self._head():
            down.setValue(int(down.value() - (self._head() - cell.top())))
        elif cell.bottom() > view.height():
            down.setValue(int(down.value() + cell.bottom() - view.height()))
        if cell.left() < names:
            across.setValue(int(across.value() - (names - cell.left())))
        elif cell.right() > view.width():
            across.setValue(int(across.value() + cell.right() - view.width()))

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._sheet is not None:
            self._paint(painter, self._sheet)
        painter.end()

    def _paint(self, painter: QPainter, sheet: Sheet) -> None:
        look, view = theme.now(), self.viewport()
        names, verdict, unit = self._widths()
        head, line = self._head(), self._line()
        painter.save()
        painter.setClipRect(QRectF(0, head, view.width(), view.height() - head))
        for number, one in enumerate(sheet.rows):
            row = self._cell(number, 0)
            if row.bottom() < head or row.top() > view.height():
                continue
            band = QRectF(0, row.top(), view.width(), line)
            if number == self.row:
                painter.fillRect(band, look.colour("hover"))
            painter.fillRect(QRectF(0, row.bottom() - 1, view.width(), 1), look.colour("line"))
            painter.save()
            painter.setClipRect(
                QRectF(names, row.top(), view.width() - names, line), Qt.ClipOperation.IntersectClip
            )
            for place in range(len(sheet.units)):
                self._result(painter, self._cell(number, place), one.tries[place])
            left = names + unit * len(sheet.units) - self.horizontalScrollBar().value()
            words = _(SHORT[one.verdict.kind])
            self._badge(painter, QRectF(left, row.top(), verdict, line), STATES[one.verdict.kind], words, "")
            painter.restore()
            self._name(painter, QRectF(0, row.top(), names, line), one)
        if sheet.rows and sheet.units:
            self._ring(painter, names)
        painter.restore()
        self._paint_head(painter, sheet)

    def _ring(self, painter: QPainter, names: float) -> None:
        look, view = theme.now(), self.viewport()
        painter.save()
        painter.setClipRect(
            QRectF(names, self._head(), view.width(), view.height()), Qt.ClipOperation.IntersectClip
        )
        painter.setPen(QPen(look.colour("focus" if self.hasFocus() else "edge"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        cell = self._cell(self.row, self.unit).adjusted(3, 3, -3, -4)
        painter.drawRoundedRect(cell, theme.RADIUS, theme.RADIUS)
        painter.restore()

    def _name(self, painter: QPainter, box: QRectF, one: PersonRow) -> None:
        look = theme.now()
        room = box.adjusted(_PAD + look.px(26), 0, -_PAD, 0)
        top = box.top() + (box.height() - look.line("body") - look.line("small")) / 2
        share = one.presence.share
        below = _("Not present yet") if share is None else _("Present {share}").format(share=percent(share))
        painter.setFont(look.font("small"))
        painter.setPen(look.colour("muted"))
        number = QRectF(box.left() + _PAD, top, look.px(24), look.line("body"))
        painter.drawText(number, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, str(one.number))
        _line(painter, QRectF(room.left(), top, room.width(), look.line("body")), one.name, "strong", "text")
        under = QRectF(room.left(), top + look.line("body"), room.width(), look.line("small"))
        _line(painter, under, below, "small", "muted")

    def _result(self, painter: QPainter, box: QRectF, tries: tuple[Attempt, ...]) -> None:
        if not tries:
            painter.setPen(theme.now().colour("muted"))
            painter.setFont(theme.now().font("body"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "–")
            return
        found = assessment.result(tries)
        again = str(len(tries)) if len(tries) > 1 else ""
        self._badge(painter, box, RESULT_STATES[found], again, found, middle=True)

    @staticmethod
    def _badge(
        painter: QPainter, box: QRectF, state: str, words: str, letter: str, *, middle: bool = False
    ) -> None:
        look = theme.now()
        height, width = look.line("small") + 8, badge_width(words, letter)
        left = box.center().x() - width / 2 if middle else box.left() + _PAD
        paint_badge(painter, QRectF(left, box.center().y() - height / 2, width, height), state, words, letter)

    def _paint_head(self, painter: QPainter, sheet: Sheet) -> None:
        look, view = theme.now(), self.viewport()
        names, verdict, unit = self._widths()
        head = self._head()
        painter.fillRect(QRectF(0, 0, view.width(), head), look.colour("surface"))
        painter.fillRect(QRectF(0, head - 1, view.width(), 1), look.colour("line"))
        painter.save()
        painter.setClipRect(QRectF(names, 0, view.width() - names, head))
        for place, one in enumerate(sheet.units):
            box = self._cell(0, place)
            box = QRectF(box.left(), 0, box.width(), head)
            here = place == self.unit
            painter.setFont(look.font("small strong"))
            painter.setPen(look.colour("text" if here else "muted"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(place + 1))
            if one.critical:
                wide = QFontMetrics(painter.font()).horizontalAdvance(str(place + 1))
                side = look.px(12)
                at = QPointF(box.center().x() + wide / 2 + 3, (head - side) / 2)
                painter.drawPixmap(at, look.pixmap("star", "accent", 12))
        left = names + unit * len(sheet.units) - self.horizontalScrollBar().value()
        last = QRectF(left + _PAD, 0, verdict - _PAD, head)
        _line(painter, last, _("Document"), "small strong", "muted")
        painter.restore()
        first = QRectF(_PAD + look.px(26), 0, names - _PAD, head)
        _line(painter, first, _("Name"), "small strong", "muted")

    # Hands

    def keyPressEvent(self, event: QKeyEvent) -> None:
        rows, units = self._count()
        key = event.key()
        steps = {
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_PageUp: (-8, 0),
            Qt.Key.Key_PageDown: (8, 0),
            Qt.Key.Key_Home: (0, -units),
            Qt.Key.Key_End: (0, units),
        }
        step = steps.get(Qt.Key(key))
        plain = not event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        )
        letter = event.text().upper()
        if step is not None and rows:
            self.choose(self.row + step[0], self.unit + step[1])
        elif plain and letter in ("K", "B") and rows and units:
            self._on_key(letter)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and rows and units:
            self._on_key("Delete")
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        names, _verdict, unit = self._widths()
        at = event.position()
        if at.y() < self._head():
            return
        row = int((at.y() - self._head() + self.verticalScrollBar().value()) // self._line())
        rows, _units = self._count()
        if row < rows:
            inside = at.x() >= names
            place = (
                int((at.x() - names + self.horizontalScrollBar().value()) // unit) if inside else self.unit
            )
            self.choose(row, place)

    def focusInEvent(self, event: object) -> None:
        self.viewport().update()

    def focusOutEvent(self, event: object) -> None:
        self.viewport().update()

    def _say(self) -> None:
        """What a screen reader says of the current cell."""
        one = self.person()
        if self._sheet is None or one is None or not self._sheet.units:
            self.setAccessibleDescription("")
            return
        unit, tries = self._sheet.units[self.unit], self.tries()
        said = _(RESULTS[tries[-1].result]) if tries else _("Not assessed")
        self.setAccessibleDescription(f"{one.name}. {unit.code} {unit.title}. {said}")


def _line(painter: QPainter, room: QRectF, words: str, role: str, colour: str) -> None:
    look = theme.now()
    painter.setFont(look.font(role))
    painter.setPen(look.colour(colour))
    cut = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(room.width()))
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, cut)
