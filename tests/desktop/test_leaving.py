"""The window when the centre has the records removed: what happened, in the whole window; nothing opens again."""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

import centres
import pictures
from pictures import LOOKS
from records import add
from venue_desk.desktop.leaving import LeavingScreen
from venue_desk.desktop.setup import FirstWindow
from venue_desk.desktop.widgets import Button, Label
from venue_desk.desktop.window import Window
from venue_desk.queries import sync as known
from venue_desk.server import carrying, devices
from venue_desk.store import database, wiping
from venue_desk.store.wiping import Removal


@pytest.fixture(autouse=True)
def _no_widget_dies_in_another_thread() -> Iterator[None]:
    """The centre runs in a thread of this process, and the collector runs in whichever thread allocates."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[centres.Running]:
    with centres.running(centres.make(tmp_path / "centre")) as running:
        yield running


def said(screen: LeavingScreen) -> str:
    pictures.settle()
    return "\n".join(label.text() for label in screen.findChildren(Label) if label.isVisible())


def test_the_order_comes_with_a_sync_and_is_carried_out(
    window: Window,
    centre: centres.Running,
    tmp_path: Path,
    qtbot: QtBot,
    make_window: Callable[[Path], Window],
) -> None:
    desk, folder = window.desk, window.desk.folder
    centre.join(desk, centre.venue("Paroki Contoh"))
    centres.sync(desk)
    desk.do(add, "Belum terkirim")
    standing = desk.ask(known.standing)
    assert standing is not None
    with centre.centre.writing() as connection:
        devices.revoke(connection, standing.device, wipe=True)
    window.go("sync")
    assert window._upkeep is not None
    window._upkeep.sync()
    qtbot.waitUntil(lambda: bool(window.findChildren(LeavingScreen)), timeout=20_000)
    (screen,) = window.findChildren(LeavingScreen)
    qtbot.waitUntil(lambda: screen.removal is not None and screen.removal.told, timeout=20_000)
    assert "1 perubahan" in said(screen) and "atas" not in said(screen).splitlines()[0]
    assert window.opened is None and not database.exists(folder)
    # The next start says it again, until a person begins anew.
    later = make_window(folder)
    from venue_desk.desktop import leaving

    leaving.show(later)
    (again,) = later.findChildren(LeavingScreen)
    qtbot.waitUntil(lambda: again.removal is not None, timeout=20_000)
    next(one for one in again.findChildren(Button) if one.text() == "Mulai baru di komputer ini").click()
    qtbot.waitUntil(lambda: bool(later.findChildren(FirstWindow)), timeout=20_000)
    assert wiping.read(folder) is None


def test_without_a_network_it_is_carried_on_a_stick(
    window: Window, centre: centres.Running, tmp_path: Path, qtbot: QtBot
) -> None:
    desk = window.desk
    centre.join(desk, centre.venue("Paroki Contoh"))
    standing = desk.ask(known.standing)
    assert standing is not None
    with centre.centre.writing() as connection:
        devices.revoke(connection, standing.device, wipe=True)
    from venue_desk.sync import stick

    stick.export(desk, tmp_path / "pergi.vdsync")
    carrying.take(centre.centre, tmp_path / "pergi.vdsync", tmp_path / "pulang.vdsync")
    desk.receive([], keep={known.KEPT: known.replace_url(standing, "http://127.0.0.1:9").text()})
    window.go("sync")
    window.page._bring_from(tmp_path / "pulang.vdsync")  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: bool(window.findChildren(LeavingScreen)), timeout=20_000)
    (screen,) = window.findChildren(LeavingScreen)
    qtbot.waitUntil(lambda: screen.removal is not None, timeout=20_000)
    assert "disegel" in said(screen) and "flashdisk" in said(screen)
    screen._carry_to(tmp_path / "akhir.vdsync")
    qtbot.waitUntil((tmp_path / "akhir.vdsync").exists, timeout=20_000)
    assert carrying.take(centre.centre, tmp_path / "akhir.vdsync", tmp_path / "x.vdsync")["changes"] > 0
    with centre.centre.reading() as connection:
        assert devices.devices(connection)[0]["wiped"]


@pytest.mark.parametrize("look", LOOKS[::3], ids=str)
def test_it_is_legible_in_every_look(
    make_window: Callable[[Path], Window], look: pictures.Look, tmp_path: Path
) -> None:
    window = make_window(tmp_path / "desk")
    pictures._wear(window, look)
    screens: list[LeavingScreen] = []

    def make() -> LeavingScreen:
        screens.append(LeavingScreen(window, tmp_path / "desk"))
        return screens[0]

    window.hold(make)
    kept = ("venue-desk-last-1.vdsync",)
    screens[0].tell(
        Removal("2026", "Paroki Santo Lukas", "", 128, kept, ("/media/stick/venue-desk-1.db",), "", "2026")
    )
    pictures.settle()
    picture = pictures.shot(window, "leaving", look, tmp_path)
    assert not picture.faults, str(picture)
    screens[0]._clock.stop()
