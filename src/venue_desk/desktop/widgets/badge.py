"""A state as colour, letter or icon, and word; the same painting serves badges and table cells."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from venue_desk.desktop import theme
from venue_desk.language import N_, _

# The letters of the paper register; they are keys at the attendance desk, so they stay in both languages.
LETTERS = {"present": "H", "late": "T", "excused": "I", "sick": "S", "absent": "A"}
WORDS = {
    "present": N_("Present"),
    "late": N_("Late"),
    "excused": N_("Excused"),
    "sick": N_("Sick"),
    "absent": N_("Absent"),
    "not taken": N_("Not taken"),
}


class Badge(QWidget):
    """``Badge("present")`` says “H Present”; ``Badge("late", "Under way", letter="")``; ``Badge("accent", "3")``.

    States: present, late, excused, sick, absent, not taken, neutral, accent, danger.
    """

    def __init__(
        self,
        state: str,
        text: str | None = None,
        *,
        letter: str | None = None,
        icon: str = "",
        tall: bool = False,
    ) -> None:
        super().__init__()
        self._tall = tall
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set(state, text, letter=letter, icon=icon)

    def set(self, state: str, text: str | None = None, *, letter: str | None = None, icon: str = "") -> None:
        self._state = state
        self._text = _(WORDS.get(state, "")) if text is None and state in WORDS else text or ""
        self._letter = LETTERS.get(state, "") if letter is None and not icon else letter or ""
        self._icon = icon
        self.setAccessibleName(self._text or self._letter)
        look = theme.now()
        width = badge_width(self._text, self._letter, icon, tall=self._tall)
        self.setFixedSize(width, look.control if self._tall else look.line("small") + 8)
        self.update()

    def text(self) -> str:
        return self._text

    def sizeHint(self) -> QSize:
        """As it was measured when its words were set; layouts ask often."""
        return self.minimumSize()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_badge(
            painter, QRectF(self.rect()), self._state, self._text, self._letter, self._icon, tall=self._tall
        )
        painter.end()


def badge_width(text: str, letter: str = "", icon: str = "", *, tall: bool = False) -> int:
    look = theme.now()
    metrics = QFontMetrics(look.font("strong" if tall else "small strong"))
    width = metrics.horizontalAdvance(text) + (22 if tall else 18) + 1
    if letter:
        width += metrics.horizontalAdvance(letter) + (6 if text else 0)
    elif icon:
        width += look.px(14) + (5 if text else 0)
    return width


def paint_badge(
    painter: QPainter,
    box: QRectF,
    state: str,
    text: str,
    letter: str = "",
    icon: str = "",
    *,
    tall: bool = False,
) -> None:
    """Paint a badge that fills ``box``."""
    look = theme.now()
    tone = look.tone(state)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(tone.edge), 1) if tone.edge else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tone.soft))
    shape = box.adjusted(0.5, 0.5, -0.5, -0.5) if tone.edge else box
    painter.drawRoundedRect(shape, 8 if tall else 6, 8 if tall else 6)
    painter.setFont(look.font("strong" if tall else "small strong"))
    painter.setPen(QColor(tone.text))
    metrics = painter.fontMetrics()
    left = box.left() + (11 if tall else 9)
    middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    if letter:
        painter.drawText(QRectF(left, box.top(), box.width(), box.height()), middle, letter)
        left += metrics.horizontalAdvance(letter) + 6
    elif icon:
        side = look.px(14)
        painter.drawPixmap(
            QPointF(left, box.top() + (box.height() - side) / 2), look.pixmap(icon, tone.text, 14)
        )
        left += side + 5
    room = QRectF(left, box.top(), box.right() - left, box.height())
    painter.drawText(room, middle, metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(room.width())))
