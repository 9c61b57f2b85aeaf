"""A venue's second computer: it joins with a code in the first window, and holds what the first one holds."""

from collections.abc import Callable
from pathlib import Path

from pytestqt.qtbot import QtBot

import centres
from venue_desk.desktop.setup.first import FirstWindow, JoinDialog
from venue_desk.desktop.widgets import Toast
from venue_desk.desktop.window import Window
from venue_desk.queries import people
from venue_desk.store import database
from venue_desk.store.desk import Desk


def join(window: Window, server: str, code: str) -> None:
    first = window.findChild(FirstWindow)
    assert first is not None
    first.join()
    dialog = window.findChild(JoinDialog)
    assert dialog is not None
    dialog.form.set_values(server=server, code=code)
    dialog.yes.click()


def test_the_second_desk_has_all_records(
    sample: Desk, make_window: Callable[[Path], Window], tmp_path: Path, qtbot: QtBot
) -> None:
    with centres.running(centres.make(tmp_path / "centre")) as centre:
        venue = centre.venue("Paroki Contoh")
        centre.join(sample, venue)
        centres.sync(sample)
        window = make_window(tmp_path / "second")
        window.begin_nowhere()
        join(window, centre.url, centre.code(venue))
        qtbot.waitUntil(lambda: window.page is not None, timeout=30_000)
        assert window.desk.ask(people.ids) == sample.ask(people.ids)
        assert window.windowTitle().startswith("Paroki Contoh")
        window.desk.close()


def test_a_wrong_code_leaves_nothing(
    make_window: Callable[[Path], Window], tmp_path: Path, qtbot: QtBot
) -> None:
    with centres.running(centres.make(tmp_path / "centre")) as centre:
        window = make_window(tmp_path / "second")
        window.begin_nowhere()
        join(window, centre.url, "AAAA-BBBB-CCCC-DDDD")
        qtbot.waitUntil(
            lambda: any(toast.isVisible() for toast in window.findChildren(Toast)), timeout=30_000
        )
        assert window.opened is None
        assert not database.exists(tmp_path / "second")
