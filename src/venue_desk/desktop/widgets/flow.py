"""Small things side by side, on as many lines as they need."""

from PySide6.QtCore import QEvent, QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget


class Flow(QWidget):
    """Badges and the like: ``add(widget)``; its height follows its width."""

    def __init__(self, gap: int = 8) -> None:
        super().__init__()
        self._gap = gap
        self._things: list[QWidget] = []
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, thing: QWidget) -> None:
        thing.setParent(self)
        thing.show()
        self._things.append(thing)
        self.updateGeometry()

    def _place(self, width: int, *, move: bool) -> int:
        """The height needed at a width; also puts everything there when ``move``."""
        left = top = tall = 0
        for thing in self._things:
            size = thing.sizeHint()
            if left and left + size.width() > width:
                left, top, tall = 0, top + tall + self._gap, 0
            if move:
                thing.setGeometry(QRect(left, top, size.width(), size.height()))
            left += size.width() + self._gap
            tall = max(tall, size.height())
        return top + tall

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(width, move=False)

    def sizeHint(self) -> QSize:
        widths = [thing.sizeHint().width() for thing in self._things]
        width = sum(widths) + self._gap * max(0, len(widths) - 1)
        return QSize(width, self._place(self.width() or width, move=False))

    def minimumSizeHint(self) -> QSize:
        widest = max((thing.sizeHint().width() for thing in self._things), default=0)
        return QSize(widest, self._place(max(self.width(), widest), move=False))

    def event(self, event: QEvent) -> bool:
        """A thing that changed its size (a badge with another count) moves those after it."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._place(self.width(), move=True)
            self.updateGeometry()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place(self.width(), move=True)
        self.updateGeometry()
