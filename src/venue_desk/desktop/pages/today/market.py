"""Who sells at the next market day."""

from collections.abc import Callable
from datetime import date

from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from venue_desk import language
from venue_desk.desktop import theme
from venue_desk.desktop.widgets import Button, Card, EmptyState, Label, clear, column, row
from venue_desk.language import _
from venue_desk.queries.today import MarketDay, Seller


class MarketCard(Card):
    """The stalls of a week, two side by side, and the way to its poster."""

    def __init__(self, poster: Callable[[], object], plan: Callable[[], object]) -> None:
        super().__init__(" ", " ")
        self._poster, self._plan = poster, plan

    def show_day(self, market: MarketDay | None, today: date, *, stalls: bool) -> None:
        clear(self.body)
        if market is None:
            self.title.setText(_("Market"))
            self.note.setText("")
            self.add(
                EmptyState(
                    "stall",
                    _("No stalls are planned") if stalls else _("No market yet"),
                    _("A plan gives every vendor a fair turn.")
                    if stalls
                    else _("Add its stalls and vendors, and every week is shared out fairly."),
                    action=_("Plan the stalls") if stalls else _("Set up a market"),
                    on_click=self._plan,
                ),
                1,
            )
            return
        soon = (market.day - today).days < 7
        title = _("{market} this week") if soon else _("{market} next time")
        self.title.setText(title.format(market=market.market))
        self.note.setText(language.date_short(market.day) if not soon else language.weekday_short(market.day))
        self.add(_grid(market.sellers))
        self.body.addStretch(1)
        until = language.month_year(market.planned_until)
        said = _("Fair turns are planned until {month}").format(month=until)
        if not market.published:
            said = _("A draft: the vendors do not know yet")
        foot = row(gap=12)
        foot.addWidget(Label(said, "body", "muted", wrap=True), 1)
        foot.addWidget(Button(_("Poster"), self._poster, icon="printer"))
        self.add(foot)


def _grid(sellers: tuple[Seller, ...]) -> QWidget:
    held = QWidget()
    grid = QGridLayout(held)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setSpacing(8)
    grid.setColumnStretch(0, 1)
    grid.setColumnStretch(1, 1)
    for place, seller in enumerate(sellers):
        grid.addWidget(_cell(seller), place // 2, place % 2)
    return held


def _cell(seller: Seller) -> QFrame:
    cell = QFrame()
    cell.setProperty("card", "true")
    number = Label(seller.number, "strong", "muted")
    number.setFixedWidth(theme.now().px(24))
    words = column(gap=0)
    if seller.vendor:
        words.addWidget(Label(seller.vendor, "strong", elide=True))
        words.addWidget(Label(seller.products, "small", "muted", elide=True))
    else:
        words.addWidget(Label(_("free"), "body", "muted"))
    inside = row(number, gap=6)
    inside.setContentsMargins(12, 8, 12, 8)
    inside.addLayout(words, 1)
    cell.setLayout(inside)
    cell.setAccessibleName(f"{seller.number}: {seller.vendor or _('free')}, {seller.products}".strip(", "))
    return cell
