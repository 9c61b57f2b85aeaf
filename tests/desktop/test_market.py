"""A venue that has no market yet sets one up from the stalls page."""

from collections.abc import Callable
from pathlib import Path

from pytestqt.qtbot import QtBot

from venue_desk.desktop.page import Shell
from venue_desk.desktop.pages.stalls.page import StallsPage
from venue_desk.desktop.pages.stalls.rules import MarketDialog
from venue_desk.desktop.window import Window
from venue_desk.store.desk import Desk


def test_a_venue_without_a_market_says_what_to_do(
    desk: Desk, make_window: Callable[[Path], Window], qtbot: QtBot
) -> None:
    window = make_window(desk.folder)
    window.begin(desk)
    window.go("stalls")
    page = window.page
    assert isinstance(page, StallsPage)
    assert page._stack.currentIndex() == 2
    shell: Shell = page.shell
    assert shell.desk is desk
    page.open(poster=True)
    window.dialog(MarketDialog(shell), done=page.refresh)
    (asked,) = window.findChildren(MarketDialog)
    asked.yes.click()
    assert asked.isVisible(), "a market needs a name"
    asked.form.set_values(name="Pasar Sabtu", weekday=5, stalls=4)
    asked.yes.click()
    qtbot.waitUntil(lambda: page._stack.currentIndex() == 0)
    assert page.header.title.text() == "Pasar Sabtu" and page.view.weeks.columnCount() == 4
