"""The stalls: the board in the middle, how fair it is and who waits beside it."""

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QStackedLayout, QWidget

from venue_desk.actions import stalls as actions
from venue_desk.desktop import theme
from venue_desk.desktop.page import Page, Shell
from venue_desk.desktop.pages.stalls import paper
from venue_desk.desktop.pages.stalls.cells import CellWork
from venue_desk.desktop.pages.stalls.planning import PlanDialog, Planned, planning, with_plan
from venue_desk.desktop.pages.stalls.renewed import RenewedDialog, renewed
from venue_desk.desktop.pages.stalls.rules import MarketDialog, RulesDialog, StallDialog
from venue_desk.desktop.pages.stalls.side import CellCard, FairCard, WaitingCard
from venue_desk.desktop.pages.stalls.standings import StandingsDialog
from venue_desk.desktop.pages.stalls.vendors import VendorList
from venue_desk.desktop.widgets import Card, Dialog, EmptyState, Label, Scroll, column, shortcut
from venue_desk.domain.problem import Problem
from venue_desk.domain.stalls import words
from venue_desk.domain.stalls.settings import Rules
from venue_desk.language import _, ngettext, number
from venue_desk.queries import rotation as rotations
from venue_desk.queries import stalls as queries
from venue_desk.queries import vendors as vendor_list
from venue_desk.queries.stalls import CLOSED, DRAFT, PAST, Board
from venue_desk.queries.vendors import VendorRow

PUBLISH = 4
"""So many draft weeks are published at once."""
WAITING = 5
"""So many of those who wait are shown."""


class StallsPage(Page):
    """Board or vendors. A plan that was found is shown as a preview until it is used or discarded."""

    name: ClassVar[str] = "stalls"
    watches: ClassVar[frozenset[str]] = frozenset(
        {"market", "market_week", "stall", "vendor", "absence", "vendor_pair"}
    )

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._board: Board | None = None
        self._planned: Planned | None = None
        self._vendors: list[VendorRow] = []
        self._vendors_shown = False
        self.work = CellWork(shell, self._away)
        self.view = self.work.view
        self.view.selected.connect(lambda _now: self._show_cell())
        self.view.told.connect(self._told)
        self.view.stall_wanted.connect(self.ask_stall)
        self._status = Label("", "small", "muted", elide=True)
        card = Card(flush=True)
        card.add(self.view, 1)
        card.add(self._status)
        self.cell = CellCard(self.work.do)
        self.fair = FairCard(self._standings)
        self.waiting = WaitingCard()
        side = QWidget()
        side.setLayout(column(self.cell, self.fair, self.waiting, gap=theme.GAP))
        self._inner = side
        self._side = Scroll(side)
        held = QWidget()
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, held)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(theme.GAP)
        self._columns.addWidget(card, 1)
        self._columns.addWidget(self._side)
        self.vendors = VendorList(shell, self._away)
        self._nothing = Card()
        inside = QWidget()
        self._stack = QStackedLayout(inside)
        for one in (held, self.vendors, self._nothing):
            self._stack.addWidget(one)
        self.add(inside, 1)
        shortcut(self, "Ctrl+F", self.vendors.finder.setFocus)

    # What is shown

    def refresh(self) -> None:
        try:
            self._board = self.shell.desk.ask(queries.board, self.shell.today())
        except Problem as problem:
            self._board = None
            self.work.look_anew(None)
            self._show_nothing(problem)
            return
        self.work.look_anew(self._board)
        if self._planned is not None and self._planned.overtaken(self._board):
            self._planned = None
        self._vendors = self.shell.desk.ask(vendor_list.vendors, self.shell.today())
        self.vendors.show_rows(self._vendors)
        self.waiting.show_rows(vendor_list.longest(self._vendors, WAITING))
        self._show()

    def _show(self) -> None:
        assert self._board is not None
        self._stack.setCurrentIndex(1 if self._vendors_shown else 0)
        self._buttons(self._board)
        if self._planned is None:
            self.view.show_board(self._board)
            self.fair.show_fairness(self.shell.desk.ask(queries.fairness, self.shell.today()))
        else:
            self.view.show_board(
                with_plan(self._board, self._planned, self._vendors), self._planned.changed, read_only=True
            )
            why = [words.relaxed(one) for one in self._planned.relaxed]
            self.fair.show_fairness(self._planned.fairness, why)
        self._told("")
        self._show_cell()

    def _buttons(self, board: Board) -> None:
        header = self.header
        header.clear_buttons()
        stalls = ngettext("{count} stall", "{count} stalls", len(board.stalls)).format(
            count=len(board.stalls)
        )
        active = ngettext("{count} active vendor", "{count} active vendors", board.active).format(
            count=number(board.active)
        )
        if self._planned is not None:
            changed = len(self._planned.changed)
            said = ngettext("Preview: {count} cell changes", "Preview: {count} cells change", changed).format(
                count=number(changed)
            )
            header.say(board.market, said)
            header.secondary(_("Discard"), self.discard, icon="close")
            header.primary(_("Use this plan"), self.apply, icon="check")
            return
        header.say(board.market, f"{stalls}, {active}")
        if self._vendors_shown:
            header.secondary(_("Rules"), self.ask_rules, icon="sliders", tip=_("Rules of the rotation"))
            header.secondary(_("Board"), lambda: self.turn(False), icon="grid")
            header.primary(_("Add a vendor"), self.vendors.add, icon="plus")
            return
        header.secondary(_("Vendors"), lambda: self.turn(True), icon="people")
        drafts = self._drafts()
        planned = any(week.planned for week in board.weeks)
        if planned:
            header.secondary(_("Poster"), self.print, icon="printer")
        if drafts:
            header.secondary(_("Plan"), self.ask_plan, icon="wand", tip=_("Plan the rotation"))
            header.primary(
                ngettext("Publish {count} week", "Publish {count} weeks", len(drafts)).format(
                    count=len(drafts)
                ),
                self.publish,
            )
        else:
            header.primary(_("Plan 12 weeks"), self.ask_plan, icon="wand")

    def ask_rules(self) -> None:
        dialog = self.rules_dialog()
        self.shell.dialog(
            dialog.of("rules"), done=lambda: self.shell.toast(_("The rules are changed."), undo=True)
        )

    def rules_dialog(self) -> RulesDialog:
        assert self._board is not None
        rules = self.shell.desk.ask(queries.rules)
        return RulesDialog(self.shell, rules, Rules().band(self._board.active, len(self._board.stalls)))

    def ask_stall(self, stall_id: str) -> None:
        stall = next(one for one in (self._board.stalls if self._board else ()) if one.id == stall_id)
        self.shell.dialog(
            StallDialog(self.shell, stall).of("stall", stall_id),
            done=lambda: self.shell.toast(_("The stall is changed."), undo=True),
        )

    def _drafts(self) -> list[date]:
        weeks = self._board.weeks if self._board else ()
        return [week.day for week in weeks if week.status == DRAFT][:PUBLISH]

    def _show_nothing(self, problem: Problem) -> None:
        from venue_desk.desktop.widgets import clear

        self.header.clear_buttons()
        self.header.say(_("Stalls"), "")
        clear(self._nothing.body)
        self._nothing.add(
            EmptyState(
                "stall",
                problem.text,
                _("A market with stalls gives each vendor fair turns, week after week."),
                action=_("Set up a market"),
                on_click=self.ask_market,
                kind="primary",
            ),
            1,
        )
        self._stack.setCurrentIndex(2)

    def add_vendor(self) -> None:
        self.turn(True)
        self.vendors.add()

    def ask_market(self) -> None:
        self.shell.dialog(MarketDialog(self.shell).of("market"), done=self.refresh)

    def dialogs(self) -> dict[str, Callable[[str], None]]:
        from venue_desk.desktop.pages.stalls.again import dialogs

        return dialogs(self)

    def turn(self, vendors: bool) -> None:
        self._vendors_shown = vendors
        self._show()
        (self.vendors.table if vendors else self.view).setFocus()

    def _told(self, text: str) -> None:
        """What goes on below the board: the hint for the keys, or what is being moved."""
        self._status.setText(
            text or _("Drag a vendor onto another stall, or press Enter; L locks, R replaces.")
        )

    def _show_cell(self) -> None:
        now = self.view.current()
        self.cell.setVisible(now is not None and self._board is not None)
        if now is None or self._board is None:
            return
        week, cell = now
        stall = next(one for one in self._board.stalls if one.id == cell.stall_id)
        said = ""
        if not cell.vendor_id and not cell.out and self._planned is None and week.planned:
            said = self.work.why(week, cell)
        self.cell.show_cell(week, cell, stall, said, read_only=self._planned is not None)

    def _away(self, row: VendorRow) -> None:
        """Somebody is away: offer to give their cells to others."""
        self.refresh()
        weeks = self._board.weeks if self._board else ()
        open_ = [cell for week in weeks for cell in week.cells if cell.problem and cell.vendor_id == row.id]
        said = _("{name}: absence noted").format(name=row.name)
        if not open_:
            self.shell.toast(said, undo=True)
            return
        left = ngettext("{count} turn is left to others", "{count} turns are left to others", len(open_))
        self.shell.toast(f"{said} · {left.format(count=len(open_))}", action=_("Fill in"), on_click=self.fill)

    # Planning and publishing

    def ask_plan(self) -> None:
        asked = PlanDialog(self.first_open())
        self.shell.dialog(asked.of("plan"), done=lambda: self.plan(*asked.chosen()))

    def first_open(self) -> date:
        weeks = self._board.weeks if self._board else ()
        return next(
            (week.day for week in weeks if week.status not in (PAST, CLOSED, queries.PUBLISHED)),
            self.shell.today(),
        )

    def plan(self, first: date, weeks: int, fix: str = rotations.PUBLISHED) -> None:
        """Plan in the background, then show the result as a preview; stopping keeps the best so far."""
        best: list[Planned] = []

        def stopped() -> None:
            if best:
                self._preview(best[-1])
                self.shell.toast(_("Stopped: this is the best that was found so far."))

        self.shell.run(
            planning(self.shell.desk, first, weeks, fix, best.append),
            _("Planning the rotation"),
            done=self._preview,
            cancelled=stopped,
        )

    def fill(self) -> None:
        """Give free cells, and those of vendors who are away, to others; nobody else moves."""
        weeks = [
            week
            for week in (self._board.weeks if self._board else ())
            if week.planned and week.status != PAST
        ]
        if weeks:
            self.plan(weeks[0].day, len(weeks), rotations.ALL)

    def _preview(self, planned: Planned) -> None:
        if not planned.changed:
            self.shell.toast(_("Nothing can be planned better: the board stays as it is."))
            return
        self._planned = planned
        self._vendors_shown = False
        self.refresh()
        self.view.setFocus()

    def discard(self) -> None:
        self._planned = None
        self.refresh()

    def apply(self) -> None:
        """Use the plan of the preview; where it changes published weeks, old and new are shown first."""
        if self._planned is None or self._board is None:
            return
        again = renewed(self._board, self._planned, self._vendors)
        if again:
            self.shell.dialog(RenewedDialog(again), done=self._apply)
        else:
            self._apply()

    def _apply(self) -> None:
        planned = self._planned
        if planned is None:
            return
        self._planned = None
        count = len(planned.changed)
        said = ngettext("Planned: {count} cell changed", "Planned: {count} cells changed", count)
        if self.shell.do(actions.apply_plan, planned.draft, said=said.format(count=number(count))) is None:
            self.refresh()

    def publish(self) -> None:
        days = self._drafts()
        said = ngettext("{count} week is published.", "{count} weeks are published.", len(days))
        self.shell.do(actions.publish, days, said=said.format(count=len(days)))

    def print(self) -> None:
        if self._board is not None:
            board, place = self._board, self.view.place()
            week = next((w for w in board.weeks if place and w.day == place[0] and w.planned), None)
            day = week.day if week and week.status != PAST else None
            asked = paper.PaperDialog(board, day)
            self.shell.dialog(asked.of("paper"), done=lambda: paper.bring(self.shell, board, *asked.chosen()))

    def _standings(self) -> None:
        fair = (
            self._planned.fairness
            if self._planned
            else self.shell.desk.ask(queries.fairness, self.shell.today())
        )
        if fair is not None:
            self.shell.dialog(StandingsDialog(fair))

    # The window

    def open(self, vendor: str = "", poster: bool = False, **_where: Any) -> None:
        if self._board is None:
            return
        if vendor:
            self.turn(True)
            self.vendors.choose(vendor)
        elif poster:
            self.print()
        elif not self._vendors_shown:
            self.view.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        look = theme.now()
        narrow = self.width() < look.px(900)
        self._columns.setDirection(
            QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        )
        if narrow:
            self._side.setMaximumWidth(16777215)
            self._side.setMinimumHeight(min(self._inner.sizeHint().height(), look.px(520)))
        else:
            self._side.setFixedWidth(look.px(300))
            self._side.setMinimumHeight(0)

    def pictures(self) -> dict[str, Callable[[], Dialog | None]]:
        from venue_desk.desktop.pages.stalls.pictures import pictures

        assert self._board is not None
        return pictures(self, self._board)
