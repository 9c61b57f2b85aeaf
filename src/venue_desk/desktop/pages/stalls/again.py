"""How the dialogs of the stalls page are opened again after a crash.

``page`` is the StallsPage, which cannot be named here without going round in a circle.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from venue_desk.queries import vendors
from venue_desk.queries.vendors import VendorRow


def dialogs(page: Any) -> dict[str, Callable[[str], None]]:
    """By name; about a stall, a vendor, or cells of the board (see ``cells.about``)."""
    desk, today, board = page.shell.desk, page.shell.today(), page.work.board
    if board is None:
        return {"market": lambda _about: page.ask_market()}

    def stall(stall_id: str) -> None:
        if any(one.id == stall_id for one in board.stalls):
            page.ask_stall(stall_id)

    def vendor(act: Callable[[VendorRow], None]) -> Callable[[str], None]:
        def again(vendor_id: str) -> None:
            one = desk.ask(vendors.vendor, vendor_id, today)
            if one is not None:
                page.open(vendor=vendor_id)
                act(one)

        return again

    def cell(what: str) -> Callable[[str], None]:
        def again(about: str) -> None:
            day, stall_id = about.split("/")
            if page.view.choose(date.fromisoformat(day), stall_id):
                page.work.do(what)

        return again

    def anyway(about: str) -> None:
        day, stall_id, other_day, other = about.split("/")
        one, two = (date.fromisoformat(day), stall_id), (date.fromisoformat(other_day), other)
        why = page.work.moves(one).get(two)
        if why:
            page.work.anyway(one, two, why)

    return {
        "rules": lambda _about: page.ask_rules(),
        "plan": lambda _about: page.ask_plan(),
        "paper": lambda _about: page.print(),
        "stall": stall,
        "vendor": vendor(page.vendors.edit),
        "new-vendor": lambda _about: page.add_vendor(),
        "absence": vendor(page.vendors.away),
        "replace": cell("replace"),
        "away": cell("away"),
        "came": cell("came"),
        "anyway": anyway,
    }
