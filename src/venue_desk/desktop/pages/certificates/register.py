"""The register: every certificate that was issued, and for the chosen one all that can be done with it."""

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QMenu, QWidget

from venue_desk.desktop import theme
from venue_desk.desktop.page import Shell
from venue_desk.desktop.pages.certificates.rest import Rest
from venue_desk.desktop.tables import Column, DataTable
from venue_desk.desktop.widgets import (
    Badge,
    Button,
    Card,
    EmptyState,
    Flow,
    Label,
    ListRow,
    Rows,
    Segmented,
    TextField,
    clear,
    column,
    row,
    shortcut,
)
from venue_desk.domain.certificates import KINDS
from venue_desk.language import _, clock, date_medium, ngettext, number
from venue_desk.queries import certificates as queries
from venue_desk.queries.certificates import (
    GIVEN,
    HANDED_OVER,
    REPLACED,
    VOID,
    WAITING,
    CertificateRow,
    Details,
)

ALL = ""
SORTED_HERE = 500  # rows that are fetched whole, so that a header sorts them
BADGES = {WAITING: "late", GIVEN: "present", VOID: "absent", REPLACED: "absent"}
ICONS = {WAITING: "…", GIVEN: "✓", VOID: "×", REPLACED: "×"}


class Hands(Protocol):
    """What the register asks the page to do."""

    def hand_over(self, rows: Sequence[CertificateRow]) -> None: ...
    def print_rows(self, rows: Sequence[CertificateRow], *, copy: bool) -> None: ...
    def void(self, one: CertificateRow) -> None: ...
    def issue(self) -> None: ...


class RegisterView(QWidget):
    """The list at the left, the chosen certificate at the right."""

    def __init__(self, shell: Shell, hands: Hands) -> None:
        super().__init__()
        self.shell, self._hands = shell, hands
        self._counted = queries.Counts(0, 0, 0, 0)
        self.finder = TextField(hint=_("Name, number or course"), name=_("Find a certificate"), icon="search")
        self.finder.changed.connect(self._show)
        self.which = Segmented(self._choices(), ALL, lambda _value: self._show(), name=_("Show"))
        self.table = DataTable(
            [
                Column(_("Name"), lambda one: one.name, "name", second=lambda one: one.number),
                Column(
                    _("Course"), lambda one: one.course, "text", 184, second=lambda one: _(KINDS[one.kind])
                ),
                Column(
                    _("Issued"),
                    lambda one: date_medium(one.issued_on),
                    "muted",
                    112,
                    order=lambda one: one.issued_on,
                ),
                Column(
                    _("Status"),
                    lambda one: (BADGES[one.state], _(queries.STATES[one.state]), ICONS[one.state]),
                    "badge",
                    170,
                    order=lambda one: one.state,
                ),
            ],
            name=_("Certificates"),
            on_open=self._open,
            on_select=lambda _rows: self._show_one(),
            on_menu=self._menu,
            many=True,
        )
        self.table.steered_by(self.finder)
        card = Card(flush=True)
        card.add(self.table, 1)
        self.side = Card()
        left = QWidget()
        left.setLayout(column(row(self.finder, self.which, gap=12), card, gap=12))
        frame = column(gap=0)
        held = QWidget()
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, held)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(theme.GAP)
        self._columns.addWidget(left, 5)
        self._columns.addWidget(self.side, 2)
        frame.addWidget(held, 1)
        self.setLayout(frame)
        shortcut(self, "Ctrl+F", self.finder.setFocus)

    def refresh(self) -> None:
        self._counted = self.shell.desk.ask(queries.counts)
        self.which.set_choices(self._choices())
        self._show()

    def choose(self, certificate_id: str) -> None:
        """Show one certificate."""
        self.finder.setText("")
        self.which.set_value(ALL)
        self._show()
        self.table.choose(certificate_id)
        self.table.setFocus()

    def of_key(self, key_id: str) -> None:
        """Show what was issued with a signing key."""
        self.finder.setText(key_id)
        self.which.set_value(ALL)
        self.table.setFocus()

    def of_course(self, course_id: str) -> None:
        """Show what waits to be handed over of one course."""
        rows = self.shell.desk.ask(queries.listed, course_id=course_id)
        self.finder.setText(rows[0].course if rows else "")
        self.which.set_value(WAITING if any(one.state == WAITING for one in rows) else ALL)
        self.table.setFocus()

    def _choices(self) -> list[tuple[str, str]]:
        counted = self._counted
        return [
            (ALL, _("All {count}").format(count=number(counted.all))),
            (WAITING, _("To hand over {count}").format(count=number(counted.waiting))),
            (VOID, _("Void {count}").format(count=number(counted.void))),
        ]

    def _show(self) -> None:
        typed, state = self.finder.value(), self.which.value()
        desk = self.shell.desk
        found = desk.ask(queries.ids, typed, state=state)
        self.table.set_empty(self._empty(typed))
        if len(found) < SORTED_HERE:
            self.table.show_rows(desk.ask(queries.rows, found))
        else:
            self.table.show_ids(found, lambda some: desk.ask(queries.rows, list(some)))
        if self.table.current_id() is None and found:
            self.table.choose_at(0)
        self._show_one()

    def _empty(self, typed: str) -> QWidget:
        if not self._counted.all:
            return EmptyState(
                "certificate",
                _("No certificate was issued yet"),
                _("Assess a course, close its attendance, and issue certificates to those who may have one."),
                action=_("Issue certificates"),
                on_click=self._hands.issue,
            )
        if typed:
            return EmptyState(
                "search", _("No certificate was found"), _("Look at the spelling, or show all.")
            )
        return EmptyState("check-circle", _("Nothing here"), _("All certificates are handed over."))

    # The chosen ones

    def _chosen(self) -> list[CertificateRow]:
        return [one for one in self.table.selected() if one is not None]

    def _open(self, one: CertificateRow) -> None:
        if one.voided_on is None:
            self._hands.print_rows([one], copy=not one.original)

    def _menu(self, _one: CertificateRow, menu: QMenu) -> None:
        for words, act in self._ways(self._chosen()):
            menu.addAction(words).triggered.connect(lambda _checked=False, act=act: act())

    def _ways(self, rows: Sequence[CertificateRow]) -> list[tuple[str, Callable[[], None]]]:
        """What can be done with the chosen ones."""
        ways: list[tuple[str, Callable[[], None]]] = []
        if not rows:
            return ways
        if all(one.state == WAITING for one in rows):
            ways.append((_("Hand over"), lambda: self._hands.hand_over(rows)))
        if all(one.original for one in rows):
            ways.append((_("Print the original"), lambda: self._hands.print_rows(rows, copy=False)))
        if all(one.voided_on is None for one in rows):
            ways.append((_("Print a copy"), lambda: self._hands.print_rows(rows, copy=True)))
        if len(rows) == 1 and rows[0].voided_on is None:
            ways.append((_("Void it"), lambda: self._hands.void(rows[0])))
        return ways

    def _show_one(self) -> None:
        clear(self.side.body)
        rows = self._chosen()
        if not rows:
            self.side.add(
                EmptyState(
                    "certificate", _("No certificate is chosen"), _("Choose one to print it or hand it over.")
                ),
                1,
            )
            return
        if len(rows) > 1:
            said = ngettext("{count} certificate", "{count} certificates", len(rows))
            self.side.add(Label(said.format(count=number(len(rows))), "heading", wrap=True))
            self._buttons(rows)
            self.side.body.addStretch(1)
            return
        found = self.shell.desk.ask(queries.details, rows[0].id)
        if found is not None:
            self._show_details(found)

    def _show_details(self, found: Details) -> None:
        one = found.row
        self.side.add(Label(one.name, "heading", wrap=True))
        self.side.add(Label(one.number, "strong", wrap=True, selectable=True))
        self.side.add(Label(f"{_(KINDS[one.kind])} · {one.course}", "body", "muted", wrap=True))
        state = Badge(BADGES[one.state], _(queries.STATES[one.state]), letter=ICONS[one.state])
        self.side.add(row(state, 1))
        if one.void_reason:
            self.side.add(Label(one.void_reason, "body", "absent", wrap=True))
        self._buttons([one])
        self.side.body.addSpacing(8)
        lines = Rows()
        lines.show_rows([ListRow(title, words, wrap=True) for title, words in _history(found)])
        inside = QWidget()
        inside.setLayout(column(lines, 1))
        self.side.add(Rest(inside), 1)

    def _buttons(self, rows: Sequence[CertificateRow]) -> None:
        flow = Flow()
        for words, act in self._ways(rows):
            flow.add(Button(words, act))
        self.side.add(flow)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < theme.now().px(900)
        self._columns.setDirection(
            QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        )
        self._columns.setStretchFactor(self.side, 0 if narrow else 2)


def _history(found: Details) -> list[tuple[str, str]]:
    """What became of a certificate, newest last."""
    one = found.row
    lines = [(_("Issued"), date_medium(one.issued_on))]
    if one.replaces:
        lines.append((_("Replaces"), one.replaces))
    for event in found.events:
        day, _sep, _time = event.at.partition("T")
        when = f"{_day(day)} {clock(event.at)}"
        if event.what == HANDED_OVER:
            lines.append(
                (_("Handed over"), " · ".join(part for part in (when, event.who, event.note) if part))
            )
        else:
            lines.append((_("Printed again"), " · ".join(part for part in (when, event.note) if part)))
    if one.voided_on:
        lines.append((_("Void"), date_medium(one.voided_on)))
    if one.replaced_by:
        lines.append((_("Replaced by"), one.replaced_by))
    return lines


def _day(text: str) -> str:
    from datetime import date

    return date_medium(date.fromisoformat(text))
