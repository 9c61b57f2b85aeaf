"""The states and dialogs of the stalls that the picture tests look at."""

from collections.abc import Callable
from typing import Any

from venue_desk.desktop.pages.stalls import paper
from venue_desk.desktop.pages.stalls.bonds import BondsDialog
from venue_desk.desktop.pages.stalls.dialogs import AbsenceDialog, CameDialog, ReasonDialog, VendorDialog
from venue_desk.desktop.pages.stalls.planning import PlanDialog
from venue_desk.desktop.pages.stalls.renewed import Renewed, RenewedDialog
from venue_desk.desktop.pages.stalls.rules import MarketDialog, StallDialog
from venue_desk.desktop.pages.stalls.standings import StandingsDialog
from venue_desk.desktop.widgets import Dialog
from venue_desk.language import _
from venue_desk.queries import stalls as queries
from venue_desk.queries import vendors as vendor_list
from venue_desk.queries.stalls import PAST, Board


def pictures(page: Any, board: Board) -> dict[str, Callable[[], Dialog | None]]:
    """``page`` is the StallsPage, which cannot be named here without going round in a circle."""
    shell = page.shell
    rows = shell.desk.ask(vendor_list.vendors, shell.today(), active_only=True)
    open_ = [week for week in board.weeks if week.planned and week.status != PAST]
    if not open_ or not rows:
        return {}
    week = open_[-1]

    def selected() -> None:
        page.view.choose(week.day, week.cells[3].stall_id)

    def taken() -> None:
        selected()
        page.view.take()

    def standings() -> Dialog | None:
        fair = shell.desk.ask(queries.fairness, shell.today())
        return StandingsDialog(fair) if fair else None

    def vendors() -> None:
        page.view.put_down()
        page.turn(True)

    return {
        "selected": selected,
        "moving": taken,
        "plan": lambda: PlanDialog(page.first_open()),
        "replace": lambda: page.work.replacing(week, week.cells[3]),
        "reason": lambda: ReasonDialog(_("{name} is away that week").format(name=rows[0].name) + "."),
        "paper": lambda: paper.PaperDialog(board, None),
        "vendor": lambda: VendorDialog(shell, rows[0]),
        "absence": lambda: AbsenceDialog(shell, rows[0], week.day),
        "came": lambda: CameDialog(shell, board.weeks[0], board.weeks[0].cells[0], rows),
        "standings": standings,
        "stall": lambda: StallDialog(shell, board.stalls[0]),
        "rules": page.rules_dialog,
        "market": lambda: MarketDialog(shell),
        "vendors": vendors,
        "bonds": lambda: BondsDialog(shell, rows[0], rows),
        "renewed": lambda: RenewedDialog([Renewed(week.day, "4", rows[0], rows[1])]),
    }
