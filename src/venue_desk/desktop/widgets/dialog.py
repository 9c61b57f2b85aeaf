"""Dialogs: a title, a body, buttons at the right; Escape leaves, and the safe button is the default."""

from collections.abc import Callable, Mapping
from typing import Any, Self

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

from venue_desk.desktop import theme
from venue_desk.desktop.widgets.buttons import Button
from venue_desk.desktop.widgets.text import Hairline, Label
from venue_desk.domain.problem import Problem
from venue_desk.language import _


class Dialog(QDialog):
    """Fill ``body``; give the accepting button's words as ``yes``. Override ``check`` to refuse.

    Not opened by itself: ``shell.dialog(dialog, done=…)`` does. ``danger`` makes the accepting button red and
    Cancel the default. ``draft`` (its name in ``Page.dialogs``, and of which record or file) lets what is typed
    come back after a crash.
    """

    draft: tuple[str, str] = ("", "")

    def __init__(
        self,
        title: str,
        *,
        yes: str = "",
        no: str = "",
        sentence: str = "",
        danger: bool = False,
        width: int = 480,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        look = theme.now()
        self.setWindowTitle(title)
        self.setProperty("ground", "surface")
        self._width = look.px(width)
        frame = self._frame = QVBoxLayout(self)
        frame.setContentsMargins(0, 0, 0, 0)
        frame.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(24, 20, 24, 12)
        head.setSpacing(2)
        head.addWidget(Label(title, "heading", wrap=True))
        self.sentence = Label(sentence, "body", "muted", wrap=True)
        head.addWidget(self.sentence)
        frame.addLayout(head)
        self.sentence.setVisible(bool(sentence))  # once it is inside: alone it would open as a window
        inside = QWidget()
        inside.setProperty("clear", "true")
        self.body = QVBoxLayout(inside)
        self.body.setContentsMargins(24, 4, 24, 20)
        self.body.setSpacing(16)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(inside)
        self._inside = inside
        inside.installEventFilter(self)
        frame.addWidget(self._scroll, 1)
        self._error = Label("", "strong", "danger", wrap=True)
        self._error.setContentsMargins(24, 0, 24, 12)
        self._error.setVisible(False)
        frame.addWidget(self._error)
        frame.addWidget(Hairline())
        self.foot = QHBoxLayout()
        self.foot.setContentsMargins(24, 14, 24, 14)
        self.foot.setSpacing(8)
        self.foot.addStretch(1)
        self.no = Button(no or (_("Cancel") if yes else _("Close")), self.reject)
        self.foot.addWidget(self.no)
        self.yes = Button(yes, self._try, kind="danger" if danger else "primary")
        if yes:
            self.foot.addWidget(self.yes)
        else:
            self.yes.setParent(self)
            self.yes.hide()
        frame.addLayout(self.foot)
        (self.yes if yes and not danger else self.no).setDefault(True)

    def check(self) -> bool:
        """Called before accepting; show what is wrong and return False, or raise a Problem, to stay open."""
        return True

    def problem(self, problem: Problem) -> None:
        """Show a problem above the buttons."""
        self._error.setText(str(problem))
        self._error.setVisible(True)

    def of(self, name: str, about: str = "") -> Self:
        """Let it come back after a crash; see ``draft``."""
        self.draft = (name, about)
        return self

    def held(self) -> dict[str, Any]:
        """What is typed and chosen, as plain values. Override both where a choice is in no field."""
        from venue_desk.desktop.widgets.held import fields, said

        return {name: said(field) for name, field in fields(self._inside).items()}

    def hold(self, values: Mapping[str, Any]) -> None:
        """Put back what ``held`` said, or a part of it."""
        from venue_desk.desktop.widgets.held import fields, say

        for name, field in fields(self._inside).items():
            if name in values:
                say(field, values[name])

    def tell(self, text: str, state: str = "accent") -> None:
        """Say something above the body."""
        from venue_desk.desktop.widgets.notice import Banner

        self.body.insertWidget(0, Banner(text, state=state, icon="info"))
        if self.isVisible():
            self.fit()

    def extra(
        self, text: str, on_click: Callable[[], object], *, kind: str = "quiet", icon: str = ""
    ) -> Button:
        """A further button, at the left."""
        made = Button(text, on_click, kind=kind, icon=icon)
        self.foot.insertWidget(0, made)
        return made

    def add(self, content: QWidget | QLayout, stretch: int = 0) -> None:
        if isinstance(content, QWidget):
            self.body.addWidget(content, stretch)
        else:
            self.body.addLayout(content, stretch)

    def _try(self) -> None:
        self._error.setVisible(False)
        try:
            fine = self.check()
        except Problem as problem:
            self.problem(problem)
            return
        if fine:
            self.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What is said below a field must not cost the others their place: the dialog grows."""
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            QTimer.singleShot(0, self, self._grow)
        return super().eventFilter(watched, event)

    def _grow(self) -> None:
        wanted = self._wanted()
        if wanted.height() > self.height():
            self.resize(self.width(), wanted.height())

    def fit(self) -> None:
        """Take the size that the content wants, inside the screen."""
        self.resize(self._wanted())

    def _wanted(self) -> QSize:
        screen = self.screen().availableGeometry().size()
        over = self.parentWidget()
        if over is not None:
            # A window may be wider than what the screen says of itself (offscreen it says 800 × 800).
            screen = screen.expandedTo(over.window().size())
        width = min(self._width, screen.width() - 48)
        body = self._inside.layout()
        wanted = body.heightForWidth(width) if body is not None and body.hasHeightForWidth() else -1
        if wanted < 0:
            wanted = self._inside.sizeHint().height()
        chrome = 0
        for index in range(self._frame.count()):
            item = self._frame.itemAt(index)
            widget = item.widget() if item is not None else None
            if item is None or widget is self._scroll or (widget is not None and widget.isHidden()):
                continue
            tall = item.heightForWidth(width) if item.hasHeightForWidth() else item.sizeHint().height()
            chrome += max(tall, 0)
        return QSize(width, min(wanted + chrome + 2, screen.height() - 72))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.fit()
        if self.focusWidget() is None:
            self._first_field()
        parent = self.parentWidget()
        if parent is not None:
            middle = parent.window().frameGeometry().center()
            self.move(middle.x() - self.width() // 2, middle.y() - self.height() // 2)

    def _first_field(self) -> None:
        """Typing goes to the first field at once, and replaces what it proposes."""
        tab = Qt.FocusPolicy.TabFocus
        for one in self._inside.findChildren(QWidget):
            if one.focusPolicy() & tab and one.isVisibleTo(self) and one.isEnabled():
                one.setFocus(Qt.FocusReason.TabFocusReason)
                return

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.yes.isHidden():
            self._try()
            return
        super().keyPressEvent(event)


class Ask(Dialog):
    """A question before what cannot be undone: count and names first, ``yes`` says what will happen."""

    def __init__(
        self, title: str, text: str, *, yes: str, danger: bool = True, names: list[str] | None = None
    ) -> None:
        super().__init__(title, yes=yes, danger=danger, width=440)
        self.add(Label(text, wrap=True))
        if names:
            shown = names[:12]
            if len(names) > len(shown):
                shown.append(_("and {count} more").format(count=len(names) - len(shown)))
            self.add(Label("\n".join(shown), "strong", wrap=True))
