"""What can be done with a cell by hand: change places, replace, lock, free, note who came."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu

from venue_desk.actions import stalls as actions
from venue_desk.desktop import theme
from venue_desk.desktop.page import Shell
from venue_desk.desktop.pages.stalls.board import BoardView
from venue_desk.desktop.pages.stalls.dialogs import AbsenceDialog, CameDialog, ReasonDialog, ReplaceDialog
from venue_desk.desktop.pages.stalls.paint import Place
from venue_desk.domain.problem import Problem
from venue_desk.domain.stalls import reasons, words
from venue_desk.domain.stalls.fairness import shares
from venue_desk.domain.stalls.rules import Broken
from venue_desk.language import _, date_short, ngettext
from venue_desk.queries import rotation as rotations
from venue_desk.queries import stalls as queries
from venue_desk.queries import vendors as vendor_list
from venue_desk.queries.rotation import Rotation
from venue_desk.queries.stalls import CLOSED, PAST, Board, CellRow, WeekRow
from venue_desk.queries.vendors import VendorRow


def about(*parts: object) -> str:
    """Cells as text: days and stalls in turn."""
    return "/".join(str(part) for part in parts)


class CellWork:
    """The work on single cells of the board; ``on_absence`` is told when a vendor cannot come."""

    def __init__(self, shell: Shell, on_absence: Callable[[VendorRow], object]) -> None:
        self.shell, self._away = shell, on_absence
        self.board: Board | None = None
        self._rotation: Rotation | None = None
        self.view = BoardView(self.moves)
        self.view.dropped.connect(self.swap)
        self.view.refused.connect(self.refused)
        self.view.pressed_key.connect(self.key)
        self.view.menu_wanted.connect(self.menu)

    def look_anew(self, board: Board | None) -> None:
        """The records changed."""
        self.board, self._rotation = board, None

    def why(self, week: WeekRow, cell: CellRow) -> str:
        looked = self.look()
        if looked is None or week.day not in looked.days:
            return ""
        at = looked.cell(week.day, cell.stall_id)
        free = reasons.candidates(looked.season, looked.plan, at, shares(looked.season))
        if free:
            return ngettext(
                "{count} vendor could take it.", "{count} vendors could take it.", len(free)
            ).format(count=len(free))
        why = words.why_empty(reasons.why_empty(looked.season, looked.plan, at))
        return _("Nobody can take it: {why}.").format(why=why)

    def look(self) -> Rotation | None:
        """The weeks from today on with only locked cells fixed, as changes by hand see them."""
        if self._rotation is None and self.board is not None:
            days = [week.day for week in self.board.weeks if week.status not in (PAST, CLOSED)]
            try:
                self._rotation = self.shell.desk.ask(
                    rotations.rotation, days[0], min(len(days), rotations.MOST_WEEKS), fix=rotations.LOCKED
                )
            except (Problem, IndexError):
                return None
        return self._rotation

    # Changing places

    def _broken(self, place: Place) -> Mapping[Place, Broken | None]:
        looked = self.look()
        if looked is None or place[0] not in looked.days:
            return {}
        found = reasons.exchanges(looked.season, looked.plan, looked.cell(*place))
        return {(looked.days[week], looked.stalls[stall]): why for (week, stall), why in found.items()}

    def moves(self, place: Place) -> Mapping[Place, str]:
        looked = self.look()
        if looked is None:
            return {}
        return {
            there: "" if why is None else words.refusal(looked.season, why, looked.names)
            for there, why in self._broken(place).items()
        }

    def swap(self, one: Place, other: Place, reason: str = "") -> None:
        """Let two cells change vendors."""
        names = [cell.name for place in (one, other) if (cell := self._cell(place)) and cell.name]
        said = _("{names}: changed places").format(names=", ".join(names))
        published = any(
            week.status == queries.PUBLISHED
            for week in (self.board.weeks if self.board else ())
            if week.day in (one[0], other[0])
        )
        if published:
            said += " · " + _("already published: tell them")
        self.shell.do(actions.swap, *one, *other, reason, said=said)
        self.view.choose(*other)
        self.view.setFocus()

    def _cell(self, place: Place) -> CellRow | None:
        weeks = self.board.weeks if self.board else ()
        return next((week.cell(place[1]) for week in weeks if week.day == place[0]), None)

    def refused(self, one: Place, other: Place, why: str) -> None:
        broken = self._broken(one).get(other)
        if broken is None or broken.rule in actions.FOR_GOOD:
            self.shell.toast(why + ".")
            return
        self.shell.toast(why + ".", action=_("Swap anyway…"), on_click=lambda: self.anyway(one, other, why))

    def anyway(self, one: Place, other: Place, why: str) -> None:
        asked = ReasonDialog(why + ".")
        self.shell.dialog(
            asked.of("anyway", about(*one, *other)), done=lambda: self.swap(one, other, asked.reason)
        )

    # What can be done with a cell

    def key(self, key: str) -> None:
        self.do({"L": "lock", "R": "replace", "Delete": "free", "Enter": "enter"}[key])

    def do(self, what: str) -> None:
        now = self.view.current()
        if now is None or self.view.read_only:
            return
        week, cell = now
        if week.status == PAST:
            if cell.vendor_id:
                self._came(week, cell)
            return
        if what == "swap":
            self.view.setFocus()
            self.view.take()
        elif what == "lock" and cell.vendor_id:
            said = _("{name} is unlocked.") if cell.locked else _("{name} keeps this stall.")
            self.shell.do(
                actions.lock, week.day, cell.stall_id, not cell.locked, said=said.format(name=cell.name)
            )
        elif what == "free" and cell.vendor_id:
            self.shell.do(
                actions.free,
                week.day,
                cell.stall_id,
                said=_("{name}: the stall is free").format(name=cell.name),
            )
        elif what == "away" and cell.vendor_id:
            self._cannot_come(week, cell)
        elif what in ("replace", "enter"):
            if cell.locked:
                self.shell.toast(_("{name} keeps this stall: L unlocks it.").format(name=cell.name))
            elif cell.out:
                self.shell.toast(_("This stall is out of use that day."))
            else:
                self._replace(week, cell)

    def _replace(self, week: WeekRow, cell: CellRow) -> None:
        dialog = self.replacing(week, cell)
        if dialog is not None:
            self.shell.dialog(dialog.of("replace", about(week.day, cell.stall_id)))

    def replacing(self, week: WeekRow, cell: CellRow) -> ReplaceDialog | None:
        looked = self.look()
        if looked is None or self.board is None or week.day not in looked.days:
            return None
        at = looked.cell(week.day, cell.stall_id)
        ranked = reasons.candidates(
            looked.season, looked.plan, at, shares(looked.season), but=looked.plan.get(at)
        )
        why = words.why_empty(reasons.why_empty(looked.season, reasons.without(looked.plan, at), at))
        number_ = next(one.number for one in self.board.stalls if one.id == cell.stall_id)

        def choose(vendor: str) -> None:
            name = looked.names[looked.vendors.index(vendor)]
            said = _("{name} has the stall").format(name=name)
            self.shell.do(actions.assign, week.day, cell.stall_id, vendor, said=said)

        return ReplaceDialog(week, cell, number_, looked, ranked, why, choose)

    def _cannot_come(self, week: WeekRow, cell: CellRow) -> None:
        row = self.shell.desk.ask(vendor_list.vendor, cell.vendor_id, self.shell.today())
        if row is not None:
            dialog = AbsenceDialog(self.shell, row, week.day).of("away", about(week.day, cell.stall_id))
            self.shell.dialog(dialog, done=lambda: self._away(row))

    def _came(self, week: WeekRow, cell: CellRow) -> None:
        others = self.shell.desk.ask(vendor_list.vendors, self.shell.today(), active_only=True)
        self.shell.dialog(
            CameDialog(self.shell, week, cell, others).of("came", about(week.day, cell.stall_id)),
            done=lambda: self.shell.toast(_("Noted."), undo=True),
        )

    def menu(self, at: QPoint) -> None:
        now = self.view.current()
        if now is None or self.view.read_only:
            return
        week, cell = now
        menu = QMenu(self.view)
        menu.setFont(theme.now().font("body"))
        if week.status == PAST:
            menu.addAction(_("Who came…"), lambda: self.do("came"))
        else:
            if cell.vendor_id and not cell.locked:
                menu.addAction(_("Swap with…") + "\tEnter", lambda: self.do("swap"))
            if not cell.locked and not cell.out:
                menu.addAction(
                    (_("Replace…") if cell.vendor_id else _("Give it to…")) + "\tR",
                    lambda: self.do("replace"),
                )
            if cell.vendor_id:
                menu.addAction((_("Unlock") if cell.locked else _("Lock")) + "\tL", lambda: self.do("lock"))
                menu.addAction(_("Cannot come…"), lambda: self.do("away"))
                if not cell.locked:
                    menu.addAction(_("Free the stall") + "\tDel", lambda: self.do("free"))
            menu.addSeparator()
            if cell.vendor_id:
                words_ = _("Lock all turns of {name}").format(name=cell.name)
                menu.addAction(words_, lambda: self._keep_vendor(cell))
            held = [one for one in week.cells if one.vendor_id]
            if held:
                free = not all(one.locked for one in held)
                menu.addAction(
                    _("Lock the whole week") if free else _("Unlock the whole week"),
                    lambda: self._keep_week(week, free),
                )
            menu.addAction(_("No market that day"), lambda: self._close(week))
        if not menu.isEmpty():
            menu.popup(at)

    def _keep_week(self, week: WeekRow, locked: bool) -> None:
        said = _("{day}: the week is locked.") if locked else _("{day}: the week is unlocked.")
        self.shell.do(actions.lock_week, week.day, locked, said=said.format(day=date_short(week.day)))

    def _keep_vendor(self, cell: CellRow) -> None:
        said = _("{name}: all turns are locked.").format(name=cell.name)
        self.shell.do(actions.lock_vendor, cell.vendor_id, said=said)

    def _close(self, week: WeekRow) -> None:
        self.shell.do(actions.close_week, week.day, said=_("There is no market that day."))
