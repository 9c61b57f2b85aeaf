"""Before published weeks are changed again: who had each stall, who has it now, and whom to tell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtWidgets import QWidget

from venue_desk.desktop.pages.stalls.planning import Planned
from venue_desk.desktop.widgets import Dialog, Label, ListRow, Rows
from venue_desk.domain.people import phone_shown
from venue_desk.language import _, ngettext, number, weekday_date
from venue_desk.queries.stalls import PUBLISHED, Board
from venue_desk.queries.vendors import VendorRow


@dataclass(frozen=True, slots=True)
class Renewed:
    """A published stall that gets another vendor; either may be nobody."""

    day: date
    stall: str
    before: VendorRow | None
    after: VendorRow | None


def renewed(board: Board, planned: Planned, vendors: Sequence[VendorRow]) -> list[Renewed]:
    """The published cells that a plan changes, by day and stall."""
    known: Mapping[str, VendorRow] = {one.id: one for one in vendors}
    published = {week.day for week in board.weeks if week.status == PUBLISHED}
    before, after = planned.draft.before, planned.draft.cells
    return [
        Renewed(
            day,
            stall.number,
            known.get(before[day].get(stall.id, "")),
            known.get(after[day].get(stall.id, "")),
        )
        for day in sorted(published & set(after))
        for stall in board.stalls
        if (day, stall.id) in planned.changed
    ]


class RenewedDialog(Dialog):
    """Old → new, with the phones of those who must be told."""

    def __init__(self, cells: Sequence[Renewed]) -> None:
        told = {one.id for cell in cells for one in (cell.before, cell.after) if one is not None}
        sentence = ngettext("{count} vendor must be told.", "{count} vendors must be told.", len(told))
        super().__init__(
            _("Published weeks change"),
            yes=_("Use this plan"),
            sentence=sentence.format(count=number(len(told))),
            width=560,
        )
        rows: list[QWidget] = [
            ListRow(
                f"{_name(cell.before)} → {_name(cell.after)}",
                "\n".join((_place(cell), *map(_call, filter(None, (cell.before, cell.after))))),
                wrap=True,
            )
            for cell in cells
        ]
        listed = Rows()
        listed.show_rows(rows)
        self.add(listed)
        self.add(Label(_("Print the poster again afterwards."), "body", "muted", wrap=True))


def _place(cell: Renewed) -> str:
    return f"{weekday_date(cell.day)} · {_('Stall {number}').format(number=cell.stall)}"


def _call(one: VendorRow) -> str:
    return f"{one.name}: {phone_shown(one.phone) or _('no phone')}"


def _name(one: VendorRow | None) -> str:
    return one.name if one is not None else _("free")
