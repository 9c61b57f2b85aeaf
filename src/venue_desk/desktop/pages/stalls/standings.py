"""How fair for each: share, turns, credit, longest wait, good and poor spots."""

from venue_desk.desktop import theme
from venue_desk.desktop.tables import Column, DataTable
from venue_desk.desktop.widgets import Dialog
from venue_desk.language import _, date_medium, number
from venue_desk.queries.stalls import Fairness, Standing


class StandingsDialog(Dialog):
    """All vendors of a planning, whoever waits longest first."""

    def __init__(self, fair: Fairness) -> None:
        super().__init__(
            _("How fair?"),
            sentence=f"{date_medium(fair.first)} – {date_medium(fair.last)}: {fair.sentence}. {fair.summary}",
            width=860,
        )
        self.table = DataTable(
            [
                Column(_("Business"), lambda one: one.name, "name"),
                Column(
                    _("Share"), lambda one: number(one.share, 2), "number", 96, order=lambda one: one.share
                ),
                Column(_("Turns"), lambda one: number(one.turns), "number", 96, order=lambda one: one.turns),
                Column(
                    _("Credit"), lambda one: _signed(one.credit), "number", 96, order=lambda one: one.credit
                ),
                Column(
                    _("Longest wait"),
                    lambda one: number(one.longest),
                    "number",
                    130,
                    order=lambda one: one.longest,
                ),
                Column(
                    _("Good spots"), lambda one: number(one.good), "number", 120, order=lambda one: one.good
                ),
                Column(
                    _("Poor spots"), lambda one: number(one.poor), "number", 120, order=lambda one: one.poor
                ),
            ],
            name=_("How fair?"),
            id_of=lambda one: one.vendor_id,
        )
        self.table.setMinimumHeight(theme.now().px(360))
        self.table.show_rows(sorted(fair.standings, key=_first))
        self.add(self.table, 1)


def _first(one: Standing) -> tuple[int, float, str]:
    return -one.longest, -one.credit, one.name


def _signed(value: float) -> str:
    text = number(abs(value), 2)
    return f"−{text}" if value <= -0.005 else f"+{text}" if value >= 0.005 else text
