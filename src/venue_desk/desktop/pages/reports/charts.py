"""Bars of a report, painted: each part in its state's colour, with its number, and a legend that names it."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from venue_desk.desktop import theme
from venue_desk.domain.report import Bar, Chart
from venue_desk.language import number

BAR, STEP = 20, 34
"""Height of a bar and from one to the next, px at 100 %."""


class Bars(QWidget):
    """A chart at the width it is given; what it shows is its accessible description too."""

    def __init__(self, chart: Chart) -> None:
        super().__init__()
        self._chart = chart
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(chart.title)
        self.setAccessibleDescription(". ".join(_said(chart, bar) for bar in chart.bars))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._legend_height(width) + theme.now().px(STEP) * len(self._chart.bars)

    def sizeHint(self) -> QSize:
        width = theme.now().px(420)
        return QSize(width, self.heightForWidth(max(self.width(), width)))

    def minimumSizeHint(self) -> QSize:
        least = theme.now().px(260)
        # Before it has a place it is 100 px wide, where the legend would need a line for each word.
        return QSize(least, self.heightForWidth(self.width() if self.width() > least else least * 2))

    def _legend(self, width: int) -> list[tuple[float, float, int]]:
        """Where each part's name stands: (left, top, place); none where there is only one part."""
        if len(self._chart.parts) < 2:
            return []
        look = theme.now()
        metrics = QFontMetrics(look.font("small"))
        line = look.line("small") + 6
        left, top = 0.0, 0.0
        places = []
        for place, part in enumerate(self._chart.parts):
            wide = look.px(12) + 6 + metrics.horizontalAdvance(part.label) + 14
            if left and left + wide > width:
                left, top = 0.0, top + line
            places.append((left, top, place))
            left += wide
        return places

    def _legend_height(self, width: int) -> int:
        places = self._legend(width)
        return int(places[-1][1]) + theme.now().line("small") + 14 if places else 0

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        look = theme.now()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_legend(painter)
        bars = self._chart.bars
        names = min(self._widest("small", [bar.label for bar in bars]) + 12, int(self.width() * 0.42))
        notes = self._widest("small strong", [bar.note for bar in bars]) + 12
        across = max(10, self.width() - names - notes)
        most = max((bar.total for bar in bars), default=1) or 1
        top = float(self._legend_height(self.width()))
        tall, step = look.px(BAR), look.px(STEP)
        for bar in bars:
            middle = top + (step - tall) / 2
            line = QRectF(0, top, names - 8, step)
            self._words(painter, line, bar.label, "small", "text", Qt.AlignmentFlag.AlignLeft)
            length = across * (1.0 if self._chart.whole else bar.total / most) if bar.total else 0.0
            self._paint_bar(painter, QRectF(names, middle, length, tall), bar)
            end = QRectF(self.width() - notes, top, notes, step)
            self._words(painter, end, bar.note, "small strong", "muted", Qt.AlignmentFlag.AlignRight)
            top += step
        painter.end()

    def _paint_legend(self, painter: QPainter) -> None:
        look = theme.now()
        side = look.px(12)
        for left, top, place in self._legend(self.width()):
            part = self._chart.parts[place]
            box = QRectF(left, top + (look.line("small") - side) / 2, side, side)
            self._fill(painter, box, part.state, 3)
            words = QRectF(left + side + 6, top, self.width(), look.line("small"))
            self._words(painter, words, part.label, "small", "muted", Qt.AlignmentFlag.AlignLeft)

    def _paint_bar(self, painter: QPainter, box: QRectF, bar: Bar) -> None:
        """The parts side by side with a hairline of ground between them, and their numbers where there is room."""
        look = theme.now()
        metrics = QFontMetrics(look.font("small strong"))
        left = box.left()
        for place, count in enumerate(bar.counts):
            if not count:
                continue
            wide = box.width() * count / bar.total
            part = QRectF(left, box.top(), max(wide - 2, 2), box.height())
            state = self._chart.parts[place].state
            self._fill(painter, part, state, 4)
            words = number(count)
            if len(bar.counts) > 1 and metrics.horizontalAdvance(words) + 8 < part.width():
                painter.setFont(look.font("small strong"))
                painter.setPen(look.ink(state))
                painter.drawText(part, Qt.AlignmentFlag.AlignCenter, words)
            left += wide

    def _fill(self, painter: QPainter, box: QRectF, state: str, radius: float) -> None:
        """A state's soft colour inside an edge of its strong one, so that neighbours differ in both."""
        look = theme.now()
        painter.setPen(QPen(look.ink(state), 1))
        painter.setBrush(look.ink(state) if len(self._chart.parts) == 1 else look.soft(state))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)

    def _words(
        self,
        painter: QPainter,
        box: QRectF,
        words: str,
        role: str,
        colour: str,
        align: Qt.AlignmentFlag,
    ) -> None:
        look = theme.now()
        painter.setFont(look.font(role))
        painter.setPen(look.colour(colour))
        cut = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(box, align | Qt.AlignmentFlag.AlignVCenter, cut)

    def _widest(self, role: str, words: list[str]) -> int:
        metrics = QFontMetrics(theme.now().font(role))
        return max((metrics.horizontalAdvance(one) for one in words), default=0)


def _said(chart: Chart, bar: Bar) -> str:
    """A bar in words, for who cannot see it."""
    parts = [
        f"{part.label} {number(count)}" for part, count in zip(chart.parts, bar.counts, strict=True) if count
    ]
    return f"{bar.label}: {', '.join(parts)}"
