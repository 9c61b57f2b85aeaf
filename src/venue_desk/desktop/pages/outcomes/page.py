"""Alumni: those due for contact first, what became of each, recorded with one key."""

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QMenu, QWidget

from venue_desk.actions import outcomes as actions
from venue_desk.desktop import theme
from venue_desk.desktop.page import Page, Shell
from venue_desk.desktop.pages.outcomes import calls
from venue_desk.desktop.pages.outcomes.dialogs import OutcomeDialog, ReferDialog
from venue_desk.desktop.pages.outcomes.person import KEY_OF, KEYS, PersonCard
from venue_desk.desktop.tables import Column, DataTable
from venue_desk.desktop.widgets import Card, Dialog, EmptyState, Segmented, TextField, column, row, shortcut
from venue_desk.domain import outcomes
from venue_desk.language import _, date_short, ngettext, number, percent
from venue_desk.queries import outcomes as queries
from venue_desk.queries.outcomes import AlumnusRow, Told
from venue_desk.queries.reports.outcomes import STATES

ALL, DUE, UNKNOWN = "all", "due", "unknown"


class OutcomesPage(Page):
    """The list at the left, the chosen alumnus at the right. Keys 1 to 5 record an outcome."""

    name: ClassVar[str] = "outcomes"
    watches: ClassVar[frozenset[str]] = frozenset({"outcome", "enrolment", "course", "person"})

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.header.secondary(_("Reports"), lambda: shell.go("reports", kind="outcomes"), icon="report")
        self.header.secondary(_("Call list"), lambda: calls.ask(shell, self._shown), icon="download")
        self.header.primary(_("Record an outcome"), self.record, icon="edit")
        self.finder = TextField(hint=_("Name, phone or class"), name=_("Find an alumnus"), icon="search")
        self.finder.changed.connect(self._show)
        self.which = Segmented(self._choices(0, 0, 0), ALL, lambda _value: self._show(), name=_("Show"))
        self.table = DataTable(
            [
                Column(_("Name"), lambda one: one.name, "name", second=lambda one: one.course),
                Column(
                    _("Outcome"),
                    lambda one: (STATES[one.kind], outcomes.kind_name(one.kind), KEY_OF[one.kind]),
                    "badge",
                    162,
                    order=lambda one: outcomes.KINDS.index(one.kind),
                ),
                Column(_("Where"), lambda one: one.employer or one.role, "text"),
                Column(_("To ask"), _to_ask, "badge", 110, order=_contact_order),
            ],
            name=_("Alumni"),
            id_of=lambda one: one.person_id,
            on_open=lambda _one: self.record(),
            on_select=lambda _rows: self._show_person(),
            on_key=self._key,
            on_menu=self._menu,
        )
        self.table.steered_by(self.finder)
        card = Card(flush=True)
        card.add(self.table, 1)
        self.person = PersonCard(self.record, self.refer, self.forget)
        left = QWidget()
        left.setLayout(column(row(self.finder, self.which, gap=12), card, gap=12))
        held = QWidget()
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, held)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(theme.GAP)
        self._columns.addWidget(left, 8)
        self._columns.addWidget(self.person, 5)
        self.add(held, 1)
        shortcut(self, "Ctrl+F", self.finder.setFocus)
        self._rows: list[AlumnusRow] = []
        self._shown: list[AlumnusRow] = []

    def refresh(self) -> None:
        self._rows = self.shell.desk.ask(queries.alumni, self.shell.today())
        counted = outcomes.placement(one.kind for one in self._rows)
        due = sum(one.due is not None for one in self._rows)
        self.header.say(_("Alumni"), _sentence(counted, due))
        self.which.set_choices(self._choices(len(self._rows), due, counted.unknown))
        self._show()

    def open(self, due: bool = False, person: str = "", **_where: Any) -> None:
        if due:
            self.which.set_value(DUE)
        if person:
            self.which.set_value(ALL)
            self.finder.setText("")
            self.table.choose(person)
        self.table.setFocus()

    def pictures(self) -> dict[str, Callable[[], Dialog | None]]:
        return {
            "record": lambda: OutcomeDialog(self.shell, self._rows[0], outcomes.EMPLOYED),
            "refer": lambda: ReferDialog(self.shell, self._rows[0]),
            "due": lambda: self.open(due=True),
            "nobody": lambda: self.finder.setText("zzz"),
        }

    # What is shown

    @staticmethod
    def _choices(everybody: int, due: int, unknown: int) -> list[tuple[str, str]]:
        return [
            (ALL, _("All {count}").format(count=number(everybody))),
            (DUE, _("To ask {count}").format(count=number(due))),
            (UNKNOWN, _("Not known {count}").format(count=number(unknown))),
        ]

    def _show(self) -> None:
        typed = self.finder.value()
        rows = [one for one in self._rows if queries.matches(one, typed)]
        wanted = self.which.value()
        if wanted == DUE:
            rows = [one for one in rows if one.due is not None]
        elif wanted == UNKNOWN:
            rows = [one for one in rows if one.kind == outcomes.UNKNOWN]
        self._shown = rows
        self.table.set_empty(self._empty(typed, wanted))
        self.table.show_rows(rows)
        if self.table.current_id() is None and rows:
            self.table.choose_at(0)
        self._show_person()

    def _empty(self, typed: str, wanted: str) -> QWidget:
        if typed:
            return EmptyState("search", _("Nobody is found"), _("Look at the spelling, or show all alumni."))
        if wanted == DUE and self._rows:
            return EmptyState(
                "check-circle",
                _("Nobody waits"),
                _("Alumni appear here 1, 3 and 6 months after their class."),
            )
        if wanted == UNKNOWN and self._rows:
            return EmptyState("check-circle", _("Everybody was heard of"))
        return EmptyState(
            "chart",
            _("No alumni yet"),
            _("Whoever finishes a class appears here, and you are told when to ask them."),
            action=_("Courses"),
            on_click=lambda: self.shell.go("courses"),
        )

    def _show_person(self) -> None:
        one = self._current()
        told = self.shell.desk.ask(queries.timeline, one.person_id) if one else []
        self.person.show_person(one, told)

    def _current(self) -> AlumnusRow | None:
        key = self.table.current_id()
        return next((one for one in self._rows if one.person_id == key), None)

    # What can be done

    def record(self, kind: str = "") -> None:
        """Ask what is needed for an outcome; where nothing is, record it at once."""
        one = self._current()
        if one is None:
            self.shell.toast(_("Choose an alumnus first."))
        elif kind in ("", *outcomes.PLACED):
            self.shell.dialog(
                OutcomeDialog(self.shell, one, kind).of("record", f"{one.person_id}/{kind}"),
                done=partial(self._told, one, _("{name}: recorded")),
            )
        else:
            words = {
                outcomes.UNKNOWN: _("{name}: not reached, ask again in a week"),
            }.get(kind, _("{name}: recorded"))
            done = self.shell.do(
                actions.record,
                one.enrolment_id,
                kind,
                verified="" if kind == outcomes.UNKNOWN else "phone",
                on=self.shell.today(),
                said=words.format(name=one.name),
            )
            if done is not None:
                self.table.setFocus()

    def refer(self) -> None:
        one = self._current()
        if one is not None:
            self.shell.dialog(
                ReferDialog(self.shell, one).of("refer", one.person_id),
                done=partial(self._told, one, _("{name}: referred")),
            )

    def dialogs(self) -> dict[str, Callable[[str], None]]:
        def of(act: Callable[[str], None]) -> Callable[[str], None]:
            def again(about: str) -> None:
                person_id, _slash, kind = about.partition("/")
                self.open(person=person_id)
                if self.table.current_id() == person_id:
                    act(kind)

            return again

        return {"record": of(self.record), "refer": of(lambda _kind: self.refer())}

    def forget(self, told: Told) -> None:
        """Remove one record; the toast brings it back."""
        self.shell.do(
            actions.forget,
            told.id,
            said=_("{outcome} of {day} was removed").format(
                outcome=outcomes.kind_name(told.kind), day=date_short(told.recorded_on)
            ),
        )
        self.table.setFocus()

    def _told(self, one: AlumnusRow, words: str) -> None:
        self.shell.toast(words.format(name=one.name), undo=True)
        self.table.setFocus()

    def _key(self, text: str, _one: AlumnusRow) -> bool:
        kind = KEYS.get(text)
        if kind is not None:
            self.record(kind)
        return kind is not None

    def _menu(self, _one: AlumnusRow, menu: QMenu) -> None:
        for kind in outcomes.KINDS:
            menu.addAction(f"{outcomes.kind_name(kind)}\t{KEY_OF[kind]}", partial(self.record, kind))
        menu.addSeparator()
        menu.addAction(_("Refer"), self.refer)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < theme.now().px(980)
        self._columns.setDirection(
            QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        )


def _sentence(counted: outcomes.Placement, due: int) -> str:
    if counted.rate is None:
        return _("Nobody has finished a class yet")
    said = _("{placed} of {alumni} alumni are at work, {rate}").format(
        placed=number(counted.placed), alumni=number(counted.alumni), rate=percent(counted.rate, 1)
    )
    if not due:
        return said
    waiting = ngettext("{count} is to be asked", "{count} are to be asked", due).format(count=number(due))
    return f"{said} · {waiting}"


def _to_ask(one: AlumnusRow) -> tuple[str, str, str] | None:
    """Which follow-up somebody waits for; nothing for those who do not."""
    if one.due is None:
        return None
    months = ngettext("{count} month", "{count} months", one.due.months)
    return "late", months.format(count=one.due.months), ""


def _contact_order(one: AlumnusRow) -> tuple[bool, Any]:
    when = one.due or one.ahead
    return (when is None, when.since if when else one.graduated)
