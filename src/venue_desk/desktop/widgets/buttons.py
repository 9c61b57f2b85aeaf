"""Buttons: primary (at most one on a page), secondary, quiet, danger; and icons that are pressed."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QFocusEvent, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QPushButton, QSizePolicy

from venue_desk.desktop import theme
from venue_desk.desktop.widgets.text import key_size, paint_key

KINDS = ("primary", "secondary", "quiet", "danger")
_BY_KEYS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
    Qt.FocusReason.OtherFocusReason,
)


class Pressable(QPushButton):
    """What buttons of ours share: the pointer above, and a ring only when the keyboard came here."""

    def __init__(self, text: str, on_click: Callable[[], object] | None) -> None:
        super().__init__(text)
        self.ringed = False
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        if on_click is not None:
            self.clicked.connect(lambda _checked=False: on_click())

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.ringed = event.reason() in _BY_KEYS
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.ringed = False
        super().focusOutEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()


class Button(Pressable):
    """A button with words, perhaps an icon before them and the name of a key behind them.

    ``kind``: primary, secondary, quiet or danger. ``key`` only shows the key; bind it with ``shortcut``.
    """

    def __init__(
        self,
        text: str,
        on_click: Callable[[], object] | None = None,
        *,
        kind: str = "secondary",
        icon: str = "",
        key: str = "",
        tip: str = "",
        menu: bool = False,
    ) -> None:
        super().__init__(text, on_click)
        if kind not in KINDS:
            raise ValueError(f"unknown kind of button: {kind}")
        self._kind, self._icon, self._key, self._menu = kind, icon, key.replace("+", " "), menu
        self.setFont(theme.now().font("strong"))
        self.setFixedHeight(theme.now().control)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.setToolTip(tip)

    def set_words(self, text: str, *, icon: str = "", key: str = "") -> None:
        """Other words, with or without an icon and the name of a key."""
        self._icon, self._key = icon, key.replace("+", " ")
        self.setText(text)
        self.updateGeometry()
        self.update()

    def set_icon(self, name: str) -> None:
        self._icon = name
        self.updateGeometry()
        self.update()

    def set_kind(self, kind: str) -> None:
        self._kind = kind
        self.update()

    def sizeHint(self) -> QSize:
        look = theme.now()
        width = 2 * self._side() + QFontMetrics(self.font()).horizontalAdvance(self.text()) + 1
        if self._icon:
            width += look.px(18) + (8 if self.text() else 0)
        if self._key:
            width += key_size(self._key).width() + 8
        if self._menu:
            width += look.px(16) + 4
        return QSize(max(width, look.control), look.control)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _side(self) -> int:
        return 10 if self._kind == "quiet" else 14

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.now()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        words, ground, edge = self._colours(look)
        if not self.isEnabled():
            painter.setOpacity(0.45)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(QColor(edge), 1) if edge else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ground) if ground else Qt.BrushStyle.NoBrush)
        if edge or ground:
            painter.drawRoundedRect(box, theme.RADIUS, theme.RADIUS)
        self._content(painter, look, words)
        ring(painter, self, theme.RADIUS, filled=self._kind in ("primary", "danger"))
        painter.end()

    def _colours(self, look: theme.Theme) -> tuple[str, str, str]:
        """Colours of words, ground and edge, for what is done to the button now."""
        colours = look.colours
        down, over = self.isDown(), self.underMouse() and self.isEnabled()
        if self._kind == "primary":
            return colours.on_accent, colours.accent_strong if down or over else colours.accent, ""
        if self._kind == "danger":
            return colours.on_danger, colours.danger, ""
        ground = colours.line if down else colours.hover if over else ""
        if self._kind == "quiet":
            return colours.text if over else colours.muted, ground, ""
        return colours.text, ground or colours.surface, colours.edge

    def _content(self, painter: QPainter, look: theme.Theme, words: str) -> None:
        wanted, box = self.sizeHint().width(), self.rect()
        left = (box.width() - min(wanted, box.width())) / 2 + self._side()
        right = box.width() - left
        if self._menu:
            side = look.px(16)
            right -= side
            painter.drawPixmap(
                QPointF(right, (box.height() - side) / 2), look.pixmap("chevron-down", words, 16)
            )
            right -= 4
        if self._key:
            size = key_size(self._key)
            right -= size.width()
            painter.save()
            paint_key(
                painter,
                QRectF(right, (box.height() - size.height()) / 2, size.width(), size.height()),
                self._key,
            )
            painter.restore()
            right -= 8
        if self._icon:
            side = look.px(18)
            painter.drawPixmap(QPointF(left, (box.height() - side) / 2), look.pixmap(self._icon, words, 18))
            left += side + 8
        painter.setFont(self.font())
        painter.setPen(QColor(words))
        room = QRectF(left, 0, max(right - left, 0), box.height())
        text = painter.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, int(room.width()) + 1
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)


class IconButton(Pressable):
    """An icon to press; ``name`` is its tooltip and what a screen reader says."""

    def __init__(
        self, icon: str, name: str, on_click: Callable[[], object] | None = None, *, colour: str = "muted"
    ) -> None:
        super().__init__("", on_click)
        self._icon, self._colour = icon, colour
        self.setAccessibleName(name)
        self.setToolTip(name)
        side = max(32, theme.now().px(32))
        self.setFixedSize(side, side)

    def set(self, icon: str, name: str) -> None:
        self._icon = icon
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.now()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        over = (self.underMouse() or self.isDown()) and self.isEnabled()
        if over:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("line" if self.isDown() else "hover"))
            painter.drawRoundedRect(QRectF(self.rect()), theme.RADIUS, theme.RADIUS)
        if not self.isEnabled():
            painter.setOpacity(0.4)
        side = look.px(18)
        at = QPointF((self.width() - side) / 2, (self.height() - side) / 2)
        painter.drawPixmap(at, look.pixmap(self._icon, "text" if over else self._colour, 18))
        ring(painter, self, theme.RADIUS)
        painter.end()


def ring(painter: QPainter, button: QAbstractButton, radius: float, *, filled: bool = False) -> None:
    """The focus ring, when the keyboard is here; inside a filled button it keeps a gap."""
    if not (button.hasFocus() and getattr(button, "ringed", True)):
        return
    look = theme.now()
    painter.setOpacity(1)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(look.colour("on_accent" if filled else "focus"), 2))
    gap = 3.0 if filled else 1.0
    box = QRectF(button.rect()).adjusted(gap, gap, -gap, -gap)
    painter.drawRoundedRect(box, radius - gap / 2, radius - gap / 2)
