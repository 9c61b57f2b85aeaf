"""A stick's file goes up and its answer comes down in a real Chromium, without scripts."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import centres
from records import add
from server import browser
from server.browser import Tab
from server.visits import NAME, PASSWORD
from venue_desk.queries import sync as standing
from venue_desk.server.console import users
from venue_desk.store.desk import Desk
from venue_desk.sync import admission, stick


@pytest.fixture(scope="module")
def open_tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Tab]]:
    if browser.program() is None and not (Path("/etc/debian_version").exists() and os.geteuid() == 0):
        pytest.skip("needs Chromium")
    with browser.chromium(tmp_path_factory.mktemp("chromium")) as opener:
        yield opener


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[centres.Running]:
    with centres.running(centres.make(tmp_path / "centre")) as running:
        with running.centre.writing() as connection:
            users.add(connection, NAME, PASSWORD)
        yield running


def log_in(tab: Tab, centre: centres.Running, lang: str) -> None:
    tab.go(f"{centre.url}/login?lang={lang}")
    tab.write("#name", NAME)
    tab.write("#password", PASSWORD)
    tab.press(".stack button")


def pick(tab: Tab, file: Path) -> None:
    """Choose a file, as in the system's own dialog, and send it."""
    tab.choose_file("#file", file)
    tab.press("form[enctype] button")


def fetched(tab: Tab, folder: Path) -> Path:
    """Press the one obvious button, and wait for the file."""
    tab.downloads(folder)
    tab.click("a.button")
    give_up = time.monotonic() + 30
    while not (found := [one for one in folder.iterdir() if one.suffix in (".vdsync", ".vdjoin")]):
        assert time.monotonic() < give_up, "no file came"
        tab.ask("1")
    return found[0]


def calm(tab: Tab) -> None:
    assert tab.complaints == []
    assert tab.ask("document.documentElement.scrollWidth") <= tab.ask("innerWidth")


@pytest.mark.parametrize("lang", ["id", "en"])
def test_there_and_back(
    open_tab: Callable[[], Tab], centre: centres.Running, desk: Desk, tmp_path: Path, lang: str
) -> None:
    pictures = Path(os.environ.get("VENUE_DESK_PICTURES") or tmp_path)
    tab = open_tab()
    tab.look(1366, 768)
    log_in(tab, centre, lang)
    tab.scripts(False)
    tab.go(f"{centre.url}/console/sticks")
    venue = centre.venue("Lapas Kelas II Salemba", "prison")
    pick(tab, admission.ask(desk, centre.code(venue), tmp_path / "minta"))
    assert "Lapas Kelas II Salemba" in tab.text
    (tmp_path / "down").mkdir()
    admission.take(desk, fetched(tab, tmp_path / "down"))
    desk.do(add, "Siti Aminah")
    waiting = desk.ask(standing.status).waiting
    stick.export(desk, tmp_path / "out.vdsync")
    pick(tab, tmp_path / "out.vdsync")
    assert {"id": f"{waiting} perubahan dimasukkan", "en": f"{waiting} changes were taken in"}[
        lang
    ].casefold() in tab.text.casefold()
    for size, (width, height) in {"screen": (1366, 768), "telephone": (390, 844)}.items():
        for theme in ("light", "dark"):
            tab.look(width, height, dark=theme == "dark")
            calm(tab)
            tab.picture(pictures / f"sticks-done-{lang}-{size}-{theme}.png", whole=True)
    tab.look(1366, 768)
    (tmp_path / "again").mkdir()
    stick.bring(desk, fetched(tab, tmp_path / "again"))
    assert desk.ask(standing.status).waiting == 0
    # What is no file of ours, and what is far too large, is said on a page and not by a broken connection.
    (tmp_path / "list.xlsx").write_bytes(b"PK\3\4 Siti Aminah 3171001203900001")
    pick(tab, tmp_path / "list.xlsx")
    assert {"id": "Ini bukan berkas sinkronisasi", "en": "not a Venue Desk sync file"}[lang] in tab.text
    tab.picture(pictures / f"sticks-refused-{lang}.png", whole=True)
    calm(tab)
    with (tmp_path / "film.mp4").open("wb") as film:
        film.truncate(150_000_000)
    pick(tab, tmp_path / "film.mp4")
    assert {"id": "terlalu besar", "en": "too large to be a sync file"}[lang] in tab.text
    calm(tab)
