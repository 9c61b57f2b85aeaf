"""The roster beside the door: everybody with their state; letters, clicks and a menu change it."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QMenu

from venue_desk.desktop import theme
from venue_desk.desktop.tables import Column, DataTable
from venue_desk.desktop.widgets import Button, Card, EmptyState, Segmented, row, shortcut
from venue_desk.domain.attendance import BY_LETTER, LETTERS, NOT_TAKEN, STATUSES, WORDS
from venue_desk.language import _, clock, percent
from venue_desk.queries.attendance import RosterRow

STATUS = 2  # the column of the badges


class Hands(Protocol):
    """What the roster asks the page to do."""

    def set_status(self, one: RosterRow, status: str) -> None: ...
    def ask_reason(self, one: RosterRow) -> None: ...
    def show_person(self, one: RosterRow) -> None: ...
    def from_paper(self, on: bool) -> None: ...
    def close_or_reopen(self) -> None: ...
    def enrol(self) -> None: ...


class RosterCard(Card):
    def __init__(self, page: Hands) -> None:
        super().__init__(flush=True)
        self._page = page
        self.table = DataTable(
            [
                Column(_("No"), lambda one: str(one.number), "muted", 44, order=lambda one: one.number),
                Column(_("Name"), _name, "name"),
                Column(_("Status"), _badge, "badge", 124, order=lambda one: _ORDER.index(one.status)),
                Column(_("Arrived"), _came, "muted", 76),
                Column(_("Presence"), _share, "text", 92, order=lambda one: one.presence.share or 0),
            ],
            name=_("Roster"),
            id_of=lambda one: one.enrolment_id,
            on_open=lambda one: self.menu_of(one, self._place_of_current()),
            on_key=self._letter,
            on_menu=self._fill,
            empty=EmptyState(
                "people",
                _("Nobody is on the list of this lesson"),
                _("Enrol people in the course, or add a guest."),
                action=_("Enrol"),
                on_click=page.enrol,
            ),
        )
        self.table.view.clicked.connect(self._clicked)
        shortcut(self.table, "Delete", self._clear)
        self.add(self.table, 1)
        self.way = Segmented(
            [(False, _("At the door")), (True, _("From paper"))],
            False,
            on_change=page.from_paper,
            name=_("Way of marking"),
        )
        self.close_button = Button(_("Close attendance"), page.close_or_reopen, icon="lock")
        foot = row(self.way, 1, self.close_button)
        foot.setContentsMargins(11, 4, 11, 4)
        self.add(foot)

    def show_state(self, *, closed: bool) -> None:
        self.close_button.setText(_("Reopen attendance") if closed else _("Close attendance"))
        self.close_button.set_icon("unlock" if closed else "lock")
        self.close_button.updateGeometry()

    # Changing a state

    def _letter(self, letter: str, one: RosterRow) -> bool:
        """H T I S A mark and go on to the next row; R asks for a reason."""
        if letter.upper() == "R":
            self._page.ask_reason(one)
            return True
        status = BY_LETTER.get(letter.upper())
        if status is None:
            return False
        self._page.set_status(one, status)
        self._next(one)
        return True

    def _next(self, one: RosterRow) -> None:
        ids = list(self.table.model.ids)
        at = ids.index(one.enrolment_id) + 1 if one.enrolment_id in ids else len(ids)
        if at < len(ids):
            self.table.choose_at(at)

    def _clear(self) -> None:
        one = self.table.current()
        if one is not None:
            self._page.set_status(one, NOT_TAKEN)

    def _clicked(self, index: QModelIndex) -> None:
        if index.column() == STATUS:
            self.menu_of(self.table.model.row(index.row()), index)

    def _place_of_current(self) -> QModelIndex:
        return self.table.model.index(self.table.view.currentIndex().row(), STATUS)

    def menu_of(self, one: RosterRow, index: QModelIndex) -> QMenu:
        """Open the menu of states under the badge."""
        menu = QMenu(self)
        menu.setFont(theme.now().font("body"))
        self._fill(one, menu)
        where = self.table.view.visualRect(index).bottomLeft()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.table.view.viewport().mapToGlobal(where))
        return menu

    def _fill(self, one: RosterRow, menu: QMenu) -> None:
        def add(words: str, act: Callable[[], None]) -> None:
            menu.addAction(words).triggered.connect(lambda _checked=False: act())

        for status in STATUSES:
            words = f"{LETTERS[status]}  {_(WORDS[status])}"
            add(words, lambda status=status: self._page.set_status(one, status))  # type: ignore[misc]
        if one.status != NOT_TAKEN:
            menu.addSeparator()
            add(_("Clear"), lambda: self._page.set_status(one, NOT_TAKEN))
            add(one.reason or _("Reason…"), lambda: self._page.ask_reason(one))
        menu.addSeparator()
        add(_("Show person"), lambda: self._page.show_person(one))


_ORDER = (*STATUSES, NOT_TAKEN)


def _name(one: RosterRow) -> str:
    return f"{one.name} · {_('Guest')}" if one.guest else one.name


def _badge(one: RosterRow) -> tuple[str, str]:
    return one.status or "not taken", _(WORDS[one.status])


def _came(one: RosterRow) -> str:
    return clock(one.time) if one.time else ""


def _share(one: RosterRow) -> str:
    share = one.presence.share
    return percent(share) if share is not None and not one.guest else ""
