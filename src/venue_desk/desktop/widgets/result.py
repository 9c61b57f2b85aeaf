"""The door's one result: a name seen from a metre away on the colour of its state."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from venue_desk.desktop import theme
from venue_desk.desktop.widgets.badge import LETTERS, WORDS
from venue_desk.desktop.widgets.buttons import Button
from venue_desk.desktop.widgets.text import Label
from venue_desk.language import _


class ResultCard(QWidget):
    """``show_result("present", "Maria Goretti", badge="Hadir 08.03", note="…", undo=fn)``; ``rest(text)`` waits.

    The colour fills the card. ``action`` replaces the words on its button.
    """

    def __init__(self) -> None:
        super().__init__()
        self._state = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        frame = self._frame = QVBoxLayout(self)
        frame.setContentsMargins(24, 24, 24, 24)
        frame.setSpacing(4)
        middle = Qt.AlignmentFlag.AlignHCenter
        frame.addStretch(1)
        self._badge = _Plate()
        frame.addWidget(self._badge, 0, middle)
        frame.addSpacing(12)
        self.name = Label("", "door", wrap=True, align=middle)
        frame.addWidget(self.name)
        self.note = Label("", "body", "muted", wrap=True, align=middle)
        frame.addWidget(self.note)
        frame.addSpacing(16)
        self._undo: Callable[[], object] | None = None
        self.button = Button(_("Undo"), self._press, icon="undo", key="Ctrl+Z")
        frame.addWidget(self.button, 0, middle)
        frame.addStretch(1)
        self.rest("")

    def rest(self, text: str, note: str = "") -> None:
        """Nothing shown yet: what to do, quietly."""
        self._state = ""
        self._badge.hide()
        self.button.hide()
        self.name.set_role("heading")
        self.name.set_colour("muted")
        self.name.setText(text)
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self.setAccessibleName(text)
        self.update()

    def show_result(
        self,
        state: str,
        name: str,
        *,
        badge: str | None = None,
        letter: str | None = None,
        note: str = "",
        undo: Callable[[], object] | None = None,
        action: str = "",
    ) -> None:
        self._state = state
        words = badge if badge is not None else _(WORDS[state]) if state in WORDS else ""
        self._badge.set(state, LETTERS.get(state, "") if letter is None else letter, words)
        self._badge.setVisible(bool(words))
        self.name.set_role("door")
        self.name.set_colour("text")
        self.name.setText(name)
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self._undo = undo
        self.button.setVisible(undo is not None)
        if action:
            self.button.set_words(action)
        else:
            self.button.set_words(_("Undo"), icon="undo", key="Ctrl+Z")
        self.setAccessibleName(" ".join(filter(None, (words, name, note))))
        self._frame.activate()  # laid out now: painted once, not once more when the layout is asked for
        self.update()

    def _press(self) -> None:
        if self._undo is not None:
            self._undo()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.now()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self._state:
            tone = look.tone(self._state)
            painter.setPen(QPen(QColor(tone.edge), 2) if tone.edge else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tone.soft))
        else:
            painter.setPen(QPen(look.colour("line"), 1))
            painter.setBrush(look.colour("surface"))
        painter.drawRoundedRect(box, theme.CARD_RADIUS, theme.CARD_RADIUS)
        painter.end()


class _Plate(QWidget):
    """The state's word on the card's colour."""

    def set(self, state: str, letter: str, words: str) -> None:
        look = theme.now()
        self._state, self._letter, self._words = state, letter, words
        from PySide6.QtGui import QFontMetrics

        metrics = QFontMetrics(look.font("card"))
        width = (
            metrics.horizontalAdvance(words) + 32 + (metrics.horizontalAdvance(letter) + 6 if letter else 0)
        )
        self.setFixedSize(width, look.line("card") + 12)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.now()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("surface"))
        painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        painter.setFont(look.font("card"))
        painter.setPen(QColor(look.tone(self._state).text))
        text = f"{self._letter} {self._words}" if self._letter else self._words
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, text)
        painter.end()
