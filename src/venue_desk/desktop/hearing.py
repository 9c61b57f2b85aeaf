"""What the window hears: its own keys, what is typed where no field is, cards that were scanned anywhere."""

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from venue_desk.desktop.pages import PLACES
from venue_desk.desktop.settings import Settings
from venue_desk.desktop.stepping import Stepping

if TYPE_CHECKING:
    from venue_desk.desktop.page import Page


class Hearing(Stepping):
    """``early`` is what was typed before the desk was there."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.early = ""
        self._bound = False

    def go(self, page: str, **where: Any) -> None:
        raise NotImplementedError

    def search(self, text: str = "") -> None:
        raise NotImplementedError

    def help(self) -> None:
        raise NotImplementedError

    def bind_keys(self) -> None:
        """Once there is something that they can do."""
        from PySide6.QtGui import QKeySequence, QShortcut

        if self._bound:
            return
        self._bound = True
        for keys, act in (
            ("Ctrl+Z", self.undo),
            ("Ctrl+Shift+Z", self.redo),
            ("Ctrl+Y", self.redo),
            ("Ctrl+K", self.search),
            ("Ctrl+L", self.lock),
            ("F1", self.help),
        ):
            QShortcut(QKeySequence(keys), self, act)
        for number, one in enumerate(PLACES[:9], 1):
            QShortcut(QKeySequence(f"Alt+{number}"), self, partial(self.go_if_open, one.name))

    def go_if_open(self, name: str) -> None:
        if self.opened is not None and self.stage.here:
            self.go(name)

    @property
    def page(self) -> "Page | None":
        """The page that is shown."""
        return self.stage.page

    def card(self, text: str) -> None:
        """A card was scanned somewhere: it goes to the attendance desk, a certificate to where it is checked."""
        if self.opened is None:
            self.early = text + "\n"
            return
        if self.locked:
            self.card_while_locked(text)
            return
        if not self.stage.here:
            return
        from venue_desk.domain import seal

        page = "certificates" if seal.is_code(text) else "attendance"
        if self.stage.here != page:
            self.go(page)
        if self.stage.here == page:
            self.stage.show_page(page).typed(text + "\n")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that no field took: typed early they wait for the desk, else the page may use them."""
        text = "\n" if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) else event.text()
        plain = not event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        )
        if text and plain and (text.isprintable() or text == "\n"):
            if self.opened is None:
                self.early += text
                return
            if not self.locked and self.page is not None and self.page.typed(text):
                return
        super().keyPressEvent(event)
