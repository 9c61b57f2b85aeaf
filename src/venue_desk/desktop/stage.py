"""The pages that were shown so far, and the one in sight."""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QWidget

from venue_desk.desktop.pages import place
from venue_desk.language import _

if TYPE_CHECKING:
    from venue_desk.desktop.page import Page, Shell


class Stage(QStackedWidget):
    """Makes a page when it is shown first, in a place that scrolls where it does not fit."""

    def __init__(self, shell: "Shell") -> None:
        super().__init__()
        self._shell = shell
        self._pages: dict[str, tuple[Page, QScrollArea]] = {}
        self._stale: set[str] = set()
        self.here = ""
        self.addWidget(QWidget())

    @property
    def page(self) -> "Page | None":
        """The page in sight."""
        return self._pages[self.here][0] if self.here else None

    def show_page(self, name: str, **where: Any) -> "Page":
        """Bring a page in sight, refresh it if records changed meanwhile, and let it go to a place in it."""
        if name != self.here:
            self.leave()
            page, holder = self._pages.get(name) or self._make(name)
            self.here = name
            self.setCurrentWidget(holder)
            if name in self._stale:
                self._stale.discard(name)
                page.refresh()
        page = self._pages[name][0]
        page.open(**where)
        page.take_keys()
        return page

    def _make(self, name: str) -> "tuple[Page, QScrollArea]":
        page = place(name).load()(self._shell)
        page.setProperty("clear", "true")
        page.setAccessibleName(_(place(name).title))
        holder = QScrollArea()
        holder.setWidgetResizable(True)
        holder.setFrameShape(QFrame.Shape.NoFrame)
        holder.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        holder.setWidget(page)
        self.addWidget(holder)
        self._pages[name] = page, holder
        self._stale.add(name)
        return page, holder

    def changed(self, tables: frozenset[str]) -> None:
        """Records changed: the page in sight shows it now, the others when they are shown."""
        for name, (page, _holder) in list(self._pages.items()):
            if page.watches & tables:
                if name == self.here:
                    page.refresh()
                else:
                    self._stale.add(name)

    def leave(self) -> None:
        """No page is in sight any more."""
        page, self.here = self.page, ""
        if page is not None:
            page.leave()
