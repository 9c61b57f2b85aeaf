"""Long lists: a part at a time, found by name, every row in one part and in one only."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import insert

import centres
from server.visits import NAME, PASSWORD, form_of, log_in
from venue_desk.server.console import paging, users
from venue_desk.server.console.admission import CHOICES
from venue_desk.server.tables import DEVICE, LEDGER
from venue_desk.store.records import new_id

VENUES = 230


@pytest.fixture(params=["sqlite", "postgresql"])
def centre(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[centres.Running]:
    """230 venues of three kinds of name, with a computer each; every tenth has two, one of them revoked."""
    place = request.getfixturevalue("postgres") if request.param == "postgresql" else tmp_path / "centre"
    with centres.running(centres.make(place)) as running:
        with running.centre.writing() as connection:
            users.add(connection, NAME, PASSWORD)
            words = ("Paroki", "SMK", "100% Balai_Warga")
            venues = [
                {"venue_id": f"{at:032x}", "name": f"{words[at % 3]} {at:03d}", "kind": "hall", "made": "2026",
                 "head": at} for at in range(VENUES)
            ]  # fmt: skip
            connection.execute(insert(LEDGER), venues)
            desk = {"joined": "{}", "keys": "{}", "since": "2026-11-25T08:00:00+07:00"}
            desks = [
                {**desk, "id": new_id(), "venue_id": f"{at:032x}", "name": f"LAPTOP-{at:03d}{end}", "token": new_id(),
                 "writer": new_id(), "revoked": "2026-11-26T08:00:00+07:00" if end else None}
                for at in range(VENUES) for end in (("", "-LAMA") if at % 10 == 0 else ("",))
            ]  # fmt: skip
            connection.execute(insert(DEVICE), desks)
        yield running


@pytest.fixture
def ani(centre: centres.Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=centre.url, headers={"Accept-Language": "en"}, timeout=60) as client:
        log_in(client)
        yield client


def rows(page: str) -> list[tuple[str, str]]:
    """The first two cells of every row."""
    body = page.rpartition("<tbody>")[2].partition("</tbody>")[0]
    return re.findall(r'<tr.*?<th scope="row">(.*?)</th>\s*<td[^>]*>(.*?)<', body, re.DOTALL)


def walked(ani: httpx.Client, path: str) -> list[list[tuple[str, str]]]:
    """The parts of a list, by the way that the page itself shows."""
    parts = []
    while True:
        page = ani.get(path).text
        parts.append(rows(page))
        onward = re.search(r'rel="next" href="(.*?)"', page)
        if not onward:
            return parts
        path = onward[1].replace("&amp;", "&")


def test_every_venue_and_every_computer_is_in_one_part(ani: httpx.Client) -> None:
    parts = walked(ani, "/console/venues")
    assert [len(part) for part in parts] == [50, 50, 50, 50, 30]
    names = [name for part in parts for name, _kind in part]
    assert names == sorted(names) and len(set(names)) == VENUES
    assert "230 venues" in ani.get("/console/venues").text
    page = ani.get("/console/venues?part=5").text
    assert "201–230 of 230" in page and 'rel="next"' not in page and ">Last<" not in page
    for nonsense in ("0", "-1", "x", "99999999999", "5.5", "²", "77"):
        assert rows(ani.get("/console/venues", params={"part": nonsense}).text) in (parts[0], parts[-1])

    parts = walked(ani, "/console/desks")
    assert [len(part) for part in parts] == [50, 50, 50, 50, 50, 3]
    computers = [name for part in parts for _venue, name in part]
    assert len(set(computers)) == 253 and "230 computers may sync" in ani.get("/console/desks").text
    # Those that were revoked come last.
    assert [name.endswith("-LAMA") for name in computers] == [False] * 230 + [True] * 23


def test_a_name_is_found(centre: centres.Running, ani: httpx.Client) -> None:
    assert len(walked(ani, "/console/venues?q=smk")) == 2
    found = [name for part in walked(ani, "/console/venues?q=++sMk+") for name, _kind in part]
    assert len(found) == 77 and all(name.startswith("SMK") for name in found)
    # What means something to the database, or to the page, is looked for as it is.
    for text, count in (("%", 76), ("_", 76), ("100%_", 0), ("\\", 0), ("<b>", 0), ("'", 0), ("\0", 50)):
        page = ani.get("/console/venues", params={"q": text}).text
        assert len(rows(page)) == min(count, 50), text
        assert "<b>" not in page
    assert "Nothing has “&lt;b&gt;” in its name." in ani.get("/console/venues?q=<b>").text
    # A computer by its own name, or by its venue's; the sentence above still counts all.
    assert rows(ani.get("/console/desks?q=laptop-017").text) == [("100% Balai_Warga 017", "LAPTOP-017")]
    page = ani.get("/console/desks?q=PAROKI 030").text
    assert [name for _venue, name in rows(page)] == ["LAPTOP-030", "LAPTOP-030-LAMA"]
    assert "230 computers may sync" in page
    # Who revokes one in a part of the list stays there.
    at = "/console/desks?q=LAPTOP-00&part=1"
    form = {
        "form": form_of(ani.get(at)),
        "revoke": re.findall(r'name="revoke" value="(\w+)"', ani.get(at).text)[0],
    }
    assert ani.post(at, data=form).headers["location"] == "/console/desks?q=LAPTOP-00"


def test_a_code_is_made_for_one_of_many_venues(ani: httpx.Client) -> None:
    page = ani.get("/console/codes").text
    assert page.count("<option") == CHOICES + 1 and 'role="search"' in page
    page = ani.get("/console/codes?q=SMK 228").text  # which is a Paroki
    assert "<option" not in page and "Nothing has “SMK 228” in its name." in page
    page = ani.get("/console/codes?q=smk 226").text
    assert re.findall(r'<option value="(\w+)" selected>(.*?)<', page) == [(f"{226:032x}", "SMK 226")]
    # From the page of venues, for one that is in no first part.
    page = ani.get(f"/console/codes?venue={229:032x}").text
    assert re.findall(r"selected>(.*?)<", page) == ["SMK 229"]
    form = form_of(ani.get("/console/codes"))
    made = ani.post("/console/codes", data={"form": form, "venue": f"{229:032x}"}).text
    assert "A code for SMK 229" in made
    for _code in range(52):
        ani.post("/console/codes", data={"form": form, "venue": f"{1:032x}"})
    assert [len(part) for part in walked(ani, "/console/codes")] == [50, 3]


def test_parts_of_a_list() -> None:
    assert [paging.parts(count) for count in (0, 1, 50, 51, 80_000)] == [1, 1, 1, 2, 1600]
    part = paging.cut(list(range(120)), paging.Asked("", 3), 50)
    assert (part.rows, part.first, part.last, part.parts) == (list(range(100, 120)), 101, 120, 3)
    assert paging.cut([], paging.Asked("x", 9), 50).asked.part == 1
    assert paging.address("/x", paging.Asked("a&b", 2), year="all") == "/x?year=all&q=a%26b&part=2"
    assert paging.address("/x", paging.Asked()) == "/x"
