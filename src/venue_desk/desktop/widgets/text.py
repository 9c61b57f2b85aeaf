"""Words on the ground: labels by role, hairlines, names of keys, icons."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from venue_desk.desktop import theme

Align = Qt.AlignmentFlag


class Label(QLabel):
    """Text in a role and a colour role. ``wrap`` breaks lines, ``elide`` cuts one line with … and a tooltip."""

    def __init__(
        self,
        text: str = "",
        role: str = "body",
        colour: str = "text",
        *,
        wrap: bool = False,
        elide: bool = False,
        align: Qt.AlignmentFlag = Align.AlignLeft,
        selectable: bool = False,
    ) -> None:
        super().__init__()
        self._plain, self._role, self._wrap, self._elide = "", role, wrap, elide
        self._coloured = ""
        self._heights: dict[int, int] = {}  # by width, as long as words and type stay
        self._hint: QSize | None = None
        look = theme.now()
        self.setFont(look.font(role))
        self.setAlignment(align | Align.AlignVCenter)
        self.setMinimumHeight(look.line(role))
        self.setTextFormat(Qt.TextFormat.RichText if wrap else Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if elide:
            self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            self.setMinimumWidth(look.px(48))
        elif wrap:
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        if selectable:
            self.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
        self.set_colour(colour)
        self.setText(text)

    def set_colour(self, colour: str) -> None:
        """A colour role (text, muted, accent, danger) or a state (present, late, …)."""
        if colour == self._coloured:
            return  # a palette that is set anew is a style computed anew
        self._coloured = colour
        look = theme.now()
        known = getattr(look.colours, colour, None)
        palette = self.palette()
        palette.setColor(
            QPalette.ColorRole.WindowText,
            look.colour(colour) if isinstance(known, str) else look.tone(colour).text,
        )
        self.setPalette(palette)

    def set_role(self, role: str) -> None:
        """Another size and weight."""
        if role == self._role:
            return
        look = theme.now()
        self._role = role
        self.setFont(look.font(role))
        self.setMinimumHeight(look.line(role))
        self._write(self._plain)

    def text(self) -> str:
        return self._plain

    def setText(self, text: str) -> None:
        if text == self._plain and text:
            return
        self._write(text)

    def _write(self, text: str) -> None:
        self._plain = text
        self._forget()
        if self._wrap:
            line = theme.now().line(self._role)
            from html import escape

            lines = escape(text).replace("\n", "<br>")
            super().setText(f'<p style="margin:0; line-height:{line}px">{lines}</p>' if text else "")
            self.setAccessibleName(text)
        elif self._elide:
            self._cut()
        else:
            super().setText(text)

    def _forget(self) -> None:
        self._heights.clear()
        self._hint = None

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._forget()
        super().changeEvent(event)

    def heightForWidth(self, width: int) -> int:
        """Measured once: Qt would lay the words out and paint them anew at each layout of the page."""
        if not self._wrap:
            return super().heightForWidth(width)
        if width not in self._heights:
            self._heights[width] = super().heightForWidth(width)
        return self._heights[width]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._elide:
            self._cut()

    def _cut(self) -> None:
        shown = self.fontMetrics().elidedText(self._plain, Qt.TextElideMode.ElideRight, max(self.width(), 1))
        super().setText(shown)
        self.setToolTip(self._plain if shown != self._plain else "")
        self.setAccessibleName(self._plain)

    def sizeHint(self) -> QSize:
        if self._elide:
            return QSize(self.fontMetrics().horizontalAdvance(self._plain) + 2, self.minimumHeight())
        if self._hint is None:
            self._hint = super().sizeHint()
        return self._hint


class Section(Label):
    """The label of a part of a page or card, small and muted."""

    def __init__(self, text: str) -> None:
        super().__init__(text, "small strong", "muted")


class Hairline(QFrame):
    def __init__(self, *, upright: bool = False) -> None:
        super().__init__()
        self.setProperty("hairline", True)
        if upright:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)


class Icon(QLabel):
    """An icon beside words that say the same; screen readers skip it."""

    def __init__(self, name: str, colour: str = "muted", size: int = 18) -> None:
        super().__init__()
        self.set(name, colour, size)

    def set(self, name: str, colour: str = "muted", size: int = 18) -> None:
        self.setPixmap(theme.now().pixmap(name, colour, size))
        side = theme.now().px(size)
        self.setFixedSize(side, side)


class KeyHint(QWidget):
    """The name of a key in a small frame, e.g. ``Ctrl K``."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self._key = key.replace("+", " ")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedSize(key_size(self._key))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_key(painter, QRectF(self.rect()), self._key)
        painter.end()


def key_size(key: str) -> QSize:
    """The room a key's name needs."""
    from PySide6.QtGui import QFontMetrics

    look = theme.now()
    return QSize(QFontMetrics(look.font("key")).horizontalAdvance(key) + 14, look.line("key") + 4)


def paint_key(painter: QPainter, box: QRectF, key: str) -> None:
    look = theme.now()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(look.colour("edge"), 1))
    painter.setBrush(look.colour("surface"))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
    painter.setFont(look.font("key"))
    painter.setPen(look.colour("muted"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, key)
