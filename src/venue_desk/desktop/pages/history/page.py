"""Everything that was done, the newest first; one action with all it changed, and its way back."""

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from venue_desk.desktop import theme
from venue_desk.desktop.page import Job, Page, Shell
from venue_desk.desktop.tables import Column, DataTable
from venue_desk.desktop.widgets import (
    Badge,
    Banner,
    Button,
    Card,
    Dialog,
    EmptyState,
    Flow,
    Label,
    ListRow,
    Rows,
    Scroll,
    TextField,
    clear,
    column,
    row,
    shortcut,
)
from venue_desk.domain.problem import Problem
from venue_desk.language import _, clock, date_short, ngettext, number, weekday_date
from venue_desk.queries import history
from venue_desk.queries.fields import NOUNS
from venue_desk.queries.history import ChangeRow, StepRow

PAGE = 60
"""Actions shown at once; more when asked for."""
PATIENCE = 300
"""ms after which a search says that it is under way."""
SEEN = 40
"""Changes of one action that are shown."""


class HistoryPage(Page):
    """The actions at the left, what the chosen one changed at the right."""

    name: ClassVar[str] = "history"
    watches: ClassVar[frozenset[str]] = frozenset(NOUNS)

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._limit = PAGE
        self._steps: list[StepRow] = []
        self._turn = 0  # of the search that is wanted; those before are given up
        self.looking = False
        self._wanted = ""  # the action to choose once it is here
        self.header.say(_("History"))
        self._seen: StepRow | None = None  # what the card at the right says
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE)
        self._patience.timeout.connect(
            lambda: self.header.say(_("History"), _("Looking through the history…"))
        )
        self.finder = TextField(
            hint=_("Name, action or what was written"), name=_("Find in the history"), icon="search"
        )
        self.finder.changed.connect(self._search)
        self.table = DataTable(
            [
                Column(_("What"), lambda one: one.title, "name", second=_about),
                Column(_("State"), _state, "badge", 128),
                Column(_("When"), lambda one: _moment(one.at, shell.today()), "muted", 116),
            ],
            name=_("History"),
            id_of=lambda one: one.action,
            on_select=lambda _rows: self._show_step(),
        )
        self.table.steered_by(self.finder)
        card = Card(flush=True)
        card.add(self.table, 1)
        self.older = Button(_("Show older"), self._more, kind="quiet", icon="chevron-down")
        self.older.hide()
        card.add(self.older)
        self.detail = Card()
        left = QWidget()
        left.setLayout(column(self.finder, card, gap=12))
        held = QWidget()
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, held)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(theme.GAP)
        self._columns.addWidget(left, 5)
        self._columns.addWidget(self.detail, 4)
        self.add(held, 1)
        shortcut(self, "Ctrl+F", self.finder.setFocus)

    def refresh(self) -> None:
        """From the worker: the journal may be years long. Until it answers, what was shown stays."""
        typed = self.finder.value()
        self._turn += 1
        self.looking = True
        self._patience.start()
        turn, desk, limit = self._turn, self.shell.desk, self._limit

        def look() -> Job:
            yield None
            return desk.ask(history.steps, typed, limit, stopped=lambda: turn != self._turn)

        def show(found: list[StepRow]) -> None:
            if turn == self._turn:
                self._show(typed, found)

        self.shell.run(look(), "", done=show, quiet=True)

    def leave(self) -> None:
        """What is still looked for is given up, and looked for again when the page is shown."""
        self._turn += 1
        self._patience.stop()

    def _over(self) -> None:
        self.looking = False
        self._patience.stop()

    def _show(self, typed: str, found: list[StepRow]) -> None:
        self._over()
        self._steps = found
        computers = len({one.computer for one in self._steps})
        self.header.say(_("History"), _sentence(len(self._steps), computers, typed))
        self.older.setVisible(len(self._steps) == self._limit)
        self.table.set_empty(
            EmptyState("search", _("Nothing is found"), _("Look for a name, an action or what was written."))
            if typed
            else EmptyState(
                "history",
                _("Nothing was done yet"),
                _("Everything that changes is written down here and can be taken back."),
            )
        )
        self.table.show_rows(self._steps)
        if self._wanted:
            self.table.choose(self._wanted)
            self._wanted = ""
        if self.table.current_id() is None and self._steps:
            self.table.choose_at(0)
        self._show_step()

    def open(self, action: str = "", text: str = "", **_where: Any) -> None:
        if text:
            self.finder.setText(text)
        elif self.looking:
            self.refresh()
        if action and self.looking:
            self._wanted = action
        elif action:
            self.table.choose(action)
        self.table.setFocus()

    def pictures(self) -> dict[str, Callable[[], Dialog | None]]:
        return {"nothing found": lambda: self.finder.setText("zzz")}

    def _search(self) -> None:
        self._limit = PAGE
        self.refresh()

    def _more(self) -> None:
        self._limit += PAGE
        self.refresh()

    def _show_step(self) -> None:
        key = self.table.current_id()
        step = next((one for one in self._steps if one.action == key), None)
        if step is not None and step == self._seen:
            return
        self._seen = step
        clear(self.detail.body)
        if step is None:
            self.detail.add(
                EmptyState("history", _("No action is chosen"), _("Choose one to see what it changed.")), 1
            )
            return
        changes = self.shell.desk.ask(history.changes, step.action, SEEN)
        when = f"{weekday_date(history.moment_day(step.at))}, {clock(step.at)}"
        self.detail.add(Label(step.title, "heading", wrap=True))
        self.detail.add(Label(f"{when} · {step.computer}", "body", "muted", wrap=True))
        state = _state(step)
        if state is not None:
            held = Flow()
            held.add(Badge(state[0], state[1], letter=""))
            self.detail.add(held)
        self.detail.body.addSpacing(4)
        inside = QWidget()
        inside.setLayout(column(_changes(step, changes), 1))
        self.detail.add(Scroll(inside), 1)
        why = _why_not(step)
        if why:
            self.detail.add(Banner(why, icon="info"))
        else:
            self.detail.add(row(Button(_("Take this back"), lambda: self.take_back(step), icon="undo"), 1))

    def take_back(self, step: StepRow) -> None:
        """Take back this one action, whatever came after it; refused where something overtook it."""
        try:
            self.shell.desk.take_back(step.action, step.name)
        except Problem as problem:
            self.shell.problem(problem)
            return
        self.shell.toast(_("Taken back: {action}").format(action=_(step.name)), undo=False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < theme.now().px(940)
        self._columns.setDirection(
            QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        )


def _about(one: StepRow) -> str:
    """Whom an action concerned; with the computer where it was another one."""
    return one.summary if one.own else f"{one.computer} · {one.summary}"


def _state(one: StepRow) -> tuple[str, str, str] | None:
    """What has become of an action since, or what kind it is; nothing for an ordinary one."""
    if one.undone:
        return "late", _("Taken back"), ""
    return {
        "final": ("accent", _("Final"), ""),
        "undo": ("neutral", _("Way back"), ""),
        "redo": ("neutral", _("Done again"), ""),
    }.get(one.kind)


def _why_not(one: StepRow) -> str:
    """Why an action cannot be taken back by itself; empty where it can."""
    if one.undone:
        return _("This was taken back already.")
    return {
        "final": _("What was issued or voided stays in the register; it can only be voided with a reason."),
        "aside": _("This only set things up or noted something; there is nothing to take back."),
        "undo": _("This is a way back itself: do the action again instead."),
        "redo": _("Take back the action itself, further down."),
    }.get(one.kind, "")


def _sentence(shown: int, computers: int, typed: str) -> str:
    if typed:
        return ngettext("{count} action found", "{count} actions found", shown).format(count=number(shown))
    if not shown:
        return _("Nothing was done yet")
    actions = ngettext("The newest action", "The newest {count} actions", shown).format(count=number(shown))
    where = ngettext("on {count} computer", "on {count} computers", computers).format(count=number(computers))
    return f"{actions}, {where}"


def _moment(at: str, today: date) -> str:
    day = history.moment_day(at)
    return clock(at) if day == today else f"{date_short(day)}, {clock(at)}"


def _changes(step: StepRow, changes: list[ChangeRow]) -> QWidget:
    """What changed, record by record."""
    grouped: dict[tuple[str, str], list[ChangeRow]] = {}
    for one in changes:
        grouped.setdefault((one.noun, one.record), []).append(one)
    rows = Rows()
    lines: list[QWidget] = [
        ListRow(record or noun, _said(noun, of), wrap=True) for (noun, record), of in grouped.items()
    ]
    more = step.changes - len(grouped)
    if len(changes) >= SEEN and more > 0:
        lines.append(
            ListRow(ngettext("and {count} more", "and {count} more", more).format(count=number(more)), "")
        )
    rows.show_rows(lines)
    return rows


def _said(noun: str, of: list[ChangeRow]) -> str:
    """The kind of record, and below it each field; a record that came or went is one line."""
    if len(of) == 1 and not of[0].field:
        return f"{noun} · {_change(of[0])}"
    return "\n".join((noun, *map(_change, of)))


def _change(one: ChangeRow) -> str:
    what = f"{one.field}: " if one.field else ""
    if not one.before:
        return f"{what}{one.after}"
    return f"{what}{one.before} → {one.after}"
