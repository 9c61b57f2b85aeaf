"""The agency's people write the catalogue in a real Chromium, without scripts and by keyboard."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import centres
from server import browser
from server.browser import Tab
from server.visits import NAME, PASSWORD
from venue_desk.domain.reference import TRADE
from venue_desk.server import catalogue
from venue_desk.server.console import users

SHEETS = (
    "", "/trade?key=LAS", "/unit?trade=LAS", "/programme?trade=LAS", "/series", "/template?key=Surat", "/keys",
    "/units?trade=LAS",
)  # fmt: skip


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
            catalogue.write(connection, {("template", "Surat"): {"kind": "completion", "texts": {}}})
        yield running


def log_in(tab: Tab, centre: centres.Running, lang: str) -> None:
    tab.go(f"{centre.url}/login?lang={lang}&next=/console/catalogue")
    tab.write("#name", NAME)
    tab.write("#password", PASSWORD)
    tab.press(".stack button")
    assert tab.address == f"{centre.url}/console/catalogue"


def follow(tab: Tab, words: str) -> None:
    """Press the link or button with these words."""
    mark = f"""[...document.querySelectorAll('a, button')].find(e => e.checkVisibility()
        && e.innerText.trim() == {words!r})?.setAttribute('data-here', '')"""
    tab.ask("document.querySelector('[data-here]')?.removeAttribute('data-here')")
    tab.ask(mark)
    tab.press("[data-here]")


def value(tab: Tab, field: str) -> str:
    return str(tab.ask(f"document.getElementById({field!r}).value"))


def replace(tab: Tab, field: str, text: str) -> None:
    """Write over what stands in a field."""
    tab.ask(f"document.getElementById({field!r}).select()")
    tab.write(f"#{field}", text)


def enter(tab: Tab) -> None:
    """The Enter key, which sends the form that is being filled in."""
    before = tab.loads
    for kind in ("rawKeyDown", "char", "keyUp"):
        tab.do(
            "Input.dispatchKeyEvent",
            type=kind,
            key="Enter",
            code="Enter",
            text="\r",
            windowsVirtualKeyCode=13,
        )
    while tab.loads == before:
        tab.do("Runtime.evaluate", expression="1")


def test_a_unit_is_added_and_a_programme_changed(
    open_tab: Callable[[], Tab], centre: centres.Running
) -> None:
    tab = open_tab()
    tab.look(1366, 768)
    tab.scripts(False)
    log_in(tab, centre, "en")
    tab.click("#trade-BOGA summary")
    follow(tab, "Change the trade and its units")
    follow(tab, "Add a unit")
    # Refused: beside the fields, the first of them in focus, and all that was typed is still there.
    for field, text in (("code", "PAR.TG01.001.01"), ("id", "Menyeduh kopi"), ("jp", "delapan")):
        tab.write(f"#{field}", text)
    tab.click("#critical")
    enter(tab)
    assert "1 field must be mended" in tab.text and "must lie between 0 and 2000" in tab.text
    assert tab.ask("document.activeElement.id") == "jp" and value(tab, "id") == "Menyeduh kopi"
    assert tab.ask("document.getElementById('critical').checked")
    replace(tab, "jp", "8")
    enter(tab)
    assert "BOGA has a unit with this code" in tab.text and value(tab, "code") == "PAR.TG01.001.01"
    replace(tab, "code", "PAR.TG01.090.01")
    enter(tab)
    assert "Saved." in tab.text and "Menyeduh kopi" in tab.text
    # Carried up by the keyboard alone: the button stays in focus.
    for _step in range(3):
        if not tab.ask("document.activeElement.value == 'up PAR.TG01.090.01'"):
            tab.ask("document.querySelector('button[value=\"up PAR.TG01.090.01\"]').focus()")
        enter(tab)
        assert tab.ask("document.activeElement.value") == "up PAR.TG01.090.01"
    with centre.centre.reading() as connection:
        kept = catalogue.entry(connection, TRADE, "BOGA").value
    assert kept is not None
    assert [unit["code"] for unit in kept["units"]].index("PAR.TG01.090.01") == len(kept["units"]) - 4
    # A programme of it: the new unit can be ticked.
    tab.go(f"{centre.url}/console/catalogue/programme?trade=BOGA")
    tab.write("#code", "boga-9")
    tab.write("#id", "Kedai kopi")
    tab.click("[name='unit.PAR.TG01.090.01']")
    enter_in(tab, "hours")
    assert tab.address.endswith("?done=1#programme") and "Kedai kopi" in tab.text
    follow(tab, "Kedai kopi")
    replace(tab, "capacity", "12")
    enter(tab)
    assert "12" in tab.text and tab.complaints == []
    assert all(address.startswith(centre.url) for address in tab.requests)


def enter_in(tab: Tab, field: str) -> None:
    tab.ask(f"document.getElementById({field!r}).focus()")
    enter(tab)


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize(("width", "dark"), [(390, True), (1366, False)])
def test_every_form_fits_and_names_its_fields(
    open_tab: Callable[[], Tab], centre: centres.Running, tmp_path: Path, lang: str, width: int, dark: bool
) -> None:
    pictures = Path(os.environ.get("VENUE_DESK_PICTURES") or tmp_path)
    tab = open_tab()
    tab.look(width, 800, dark)
    log_in(tab, centre, lang)
    for page in SHEETS:
        tab.go(f"{centre.url}/console/catalogue{page}")
        assert tab.ask("document.documentElement.lang") == lang
        assert tab.ask("document.documentElement.scrollWidth") <= tab.ask("innerWidth")
        assert tab.ask("document.querySelectorAll('h1').length") == 1
        nameless = """[...document.querySelectorAll('input:not([type=hidden]),select,textarea,button,a')].filter(e =>
            !(e.textContent.trim() || e.labels?.length || e.ariaLabel)).map(e => e.outerHTML)"""
        assert tab.ask(nameless) == []
        small = """[...document.querySelectorAll('button, select, textarea, input:not([type=hidden], [type=checkbox]),'
            + 'summary, .switch a, .way a, .after a')].filter(e => e.checkVisibility())
            .filter(e => e.getBoundingClientRect().height < 32).map(e => e.outerHTML)"""
        assert tab.ask(small) == []
        name = page.strip("/").partition("?")[0] or "list"
        tab.picture(pictures / f"catalogue-{name}-{lang}-{width}.png", whole=True)
    assert tab.complaints == []
