"""The pages in a real Chromium: without scripts, in both languages, light and dark, on a telephone and a screen."""

import os
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest

import centres
from server import browser, season
from server.browser import Tab
from venue_desk.server import devices
from venue_desk.server.console import users
from venue_desk.store.records import new_id

PASSWORD = "kata sandi yang panjang"
PAGES = ("", "/desks", "/tasks", "/sticks", "/venues", "/codes", "/catalogue")
SIZES = {"telephone": (390, 844), "screen": (1366, 768)}


@pytest.fixture(scope="module")
def open_tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Tab]]:
    if browser.program() is None and not (Path("/etc/debian_version").exists() and os.geteuid() == 0):
        pytest.skip("needs Chromium")
    with browser.chromium(tmp_path_factory.mktemp("chromium")) as opener:
        yield opener


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[centres.Running]:
    """The season at a centre, for all tests here: filling it costs more than looking at it."""
    folder = tmp_path_factory.mktemp("season")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VENUE_DESK_KEY_FILE", str(folder / "key"))
        place = centres.make(folder / "centre")
        with centres.running(place) as running:
            venues = season.fill(running.centre)
            with running.centre.writing() as connection:
                users.add(connection, "ani", PASSWORD)
                for number, venue in enumerate(venues[:4]):
                    devices.add_device(connection, venue, f"LAPTOP-{number + 1}", new_id(), {}, {})
            yield running


def log_in(tab: Tab, centre: centres.Running) -> None:
    tab.go(f"{centre.url}/console")
    assert tab.address == f"{centre.url}/login?next=/console"
    tab.write("#name", "Ani")
    tab.write("#password", PASSWORD)
    tab.press(".stack button")
    assert tab.address == f"{centre.url}/console"


def calm(tab: Tab, centre: centres.Running) -> None:
    """Nothing was asked of anybody else, nothing was refused by the policy, nothing is wider than the screen."""
    assert tab.requests and all(address.startswith(centre.url) for address in tab.requests)
    assert tab.complaints == []
    assert tab.ask("document.documentElement.scrollWidth") <= tab.ask("innerWidth")
    tab.until("document.fonts.check('15px Inter') && [...document.fonts].some(f => f.status == 'loaded')")


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("size", SIZES)
def test_every_page_is_drawn(
    open_tab: Callable[[], Tab], centre: centres.Running, tmp_path: Path, lang: str, size: str
) -> None:
    folder = Path(os.environ.get("VENUE_DESK_PICTURES") or tmp_path)  # to keep them and look at them
    tab = open_tab()
    tab.look(*SIZES[size])
    tab.go(f"{centre.url}/verify?lang={lang}")
    log_in(tab, centre)
    for page in ("/verify", *(f"/console{page}" for page in PAGES)):
        tab.go(centre.url + page)
        calm(tab, centre)
        assert tab.ask("document.documentElement.lang") == lang
        name = page.strip("/").replace("/", "-")
        drawn = {}
        for theme in ("light", "dark"):
            tab.look(*SIZES[size], dark=theme == "dark")
            drawn[theme] = _brightness(tab.picture(folder / f"{name}-{lang}-{size}-{theme}.png"))
        assert drawn["light"] > 180 and drawn["dark"] < 90


def _brightness(picture: bytes) -> float:
    from PIL import Image, ImageStat

    with Image.open(BytesIO(picture)) as image:
        return float(ImageStat.Stat(image.convert("L")).mean[0])


def test_all_works_without_scripts_and_by_hand(
    open_tab: Callable[[], Tab], centre: centres.Running, tmp_path: Path
) -> None:
    tab = open_tab()
    tab.look(*SIZES["screen"])
    tab.scripts(False)
    tab.go(f"{centre.url}/verify?lang=en")
    tab.write("#certificate", "0001/SERT-A/nothing")
    tab.press(".ask button")
    assert "Unknown" in tab.text
    log_in(tab, centre)
    assert "6,624 people trained at 125 venues; 39.5" in tab.text.replace("\u00a0", " ")
    # Add a venue, make a code for it, read the code's QR from the screen.
    tab.go(f"{centre.url}/console/venues")
    tab.write("#name", "Aaa Paroki Santo Lukas")
    tab.press(".line button")
    assert "Aaa Paroki Santo Lukas" in tab.text and "126 venues" in tab.text
    tab.go(f"{centre.url}/console/codes")
    tab.choose("#venue", 1)
    tab.press(".line button")
    code = str(tab.ask("document.querySelector('.big').innerText"))
    assert "A code for Aaa Paroki Santo Lukas" in tab.text
    assert _codes(tab.picture(tmp_path / "code.png")) == [code]
    # Revoke a computer: open what asks, then press.
    tab.go(f"{centre.url}/console/desks")
    assert not tab.ask("document.querySelector('.danger').checkVisibility()")
    tab.click("summary")
    tab.press(".danger")
    assert "3 computers may sync" in tab.text and "Revoked" in tab.text
    tab.press(".corner button")
    assert tab.address.endswith("/login")
    tab.go(f"{centre.url}/console/desks")
    assert tab.address == f"{centre.url}/login?next=/console/desks"
    calm(tab, centre)


def _codes(picture: bytes) -> list[str]:
    import zxingcpp
    from PIL import Image

    with Image.open(BytesIO(picture)) as image:
        return [found.text for found in zxingcpp.read_barcodes(image.convert("L"))]


def test_the_pages_say_what_they_are_to_a_screen_reader(
    open_tab: Callable[[], Tab], centre: centres.Running
) -> None:
    tab = open_tab()
    tab.look(*SIZES["screen"])
    log_in(tab, centre)
    for page in PAGES:
        tab.go(f"{centre.url}/console{page}")
        assert tab.ask("document.querySelectorAll('h1').length") == 1
        assert tab.ask("document.querySelectorAll('main, header, nav').length") == 3
        nameless = """[...document.querySelectorAll('input:not([type=hidden]),select,button,a')].filter(e =>
            !(e.textContent.trim() || e.labels?.length || e.ariaLabel)).map(e => e.outerHTML)"""
        assert tab.ask(nameless) == []
        small = """[...document.querySelectorAll('button, select, input:not([type=hidden], [type=checkbox])'
            + ', nav a, summary, .switch a')].filter(e => e.checkVisibility())
            .filter(e => e.getBoundingClientRect().height < 32).map(e => e.outerHTML)"""
        assert tab.ask(small) == []
