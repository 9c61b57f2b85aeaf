"""The agency writes the catalogue on its pages: what it types, what is refused beside the field, what stays."""

import html
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest
from sqlalchemy import insert, update

import centres
from server.visits import NAME, PASSWORD, form_of, log_in
from venue_desk.domain.reference import PROGRAMME, SERIES, TEMPLATE, TRADE
from venue_desk.domain.seal import key_id
from venue_desk.queries import catalogue as at_desk
from venue_desk.server import catalogue, reference, units
from venue_desk.server.console import users
from venue_desk.spreadsheets import files
from venue_desk.spreadsheets.tables import written
from venue_desk.store.desk import Desk
from venue_desk.store.records import SigningKey

HOME = "/console/catalogue"


@pytest.fixture(params=["sqlite", "postgres"])
def centre(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[centres.Running]:
    place = tmp_path / "centre" if request.param == "sqlite" else request.getfixturevalue("postgres")
    with centres.running(centres.make(place)) as running:
        with running.centre.writing() as connection:
            users.add(connection, NAME, PASSWORD)
        yield running


@pytest.fixture
def ani(centre: centres.Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=centre.url, headers={"Accept-Language": "en"}, timeout=30) as client:
        assert log_in(client).status_code == 303
        yield client


def send(client: httpx.Client, sheet: str, ask: str = "", act: str = "save", **filled: str) -> httpx.Response:
    """Open a form, change these fields of it and send it. An empty text takes a tick away."""
    page = client.get(f"{HOME}/{sheet}{ask}")
    assert page.status_code == 200, page.text
    return client.post(f"{HOME}/{sheet}", data={**standing(page), **filled, "act": act})


def standing(page: httpx.Response) -> dict[str, str]:
    """What the fields of a page's form hold, as a browser would send them."""
    form = page.text.split('class="card sheet"')[1].split("</form>")[0]
    found: dict[str, str] = {}
    for tag in re.findall(r"<input [^>]*>", form):
        known = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if known.get("type") != "checkbox" or " checked" in tag:
            found[html.unescape(known["name"])] = html.unescape(known.get("value", ""))
    for name, options in re.findall(r'<select id="[^"]*" name="([^"]*)".*?>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = html.unescape(chosen[1]) if chosen else ""
    for name, text in re.findall(
        r'<textarea id="[^"]*" name="([^"]*)".*?>\n(.*?)</textarea>', form, re.DOTALL
    ):
        found[name] = html.unescape(text)
    assert found["form"] == form_of(page)
    return found


def fault(page: httpx.Response, field: str) -> str:
    """What is said beside a field."""
    found = re.search(rf'id="fault-{field}">.*?<span>(.*?)</span>', page.text, re.DOTALL)
    return html.unescape(found[1]).strip() if found else ""


def test_a_trade_its_units_and_a_programme(centre: centres.Running, ani: httpx.Client) -> None:
    made = send(ani, "trade", code=" kopi ", id="Barista", en="")
    assert (made.status_code, made.headers["location"]) == (303, f"{HOME}/trade?key=KOPI&done=1")
    assert "Saved." in ani.get(made.headers["location"]).text
    for code in ("BAR.01", "BAR.02", "BAR.03"):
        assert send(ani, "unit", "?trade=KOPI", code=code, id=f"Unit <{code}>", jp="8").status_code == 303
    assert send(ani, "unit", "?trade=KOPI&key=BAR.01", jp="12", critical="1").status_code == 303
    page = ani.get(f"{HOME}/trade?key=KOPI").text
    assert "Unit &lt;BAR.02&gt;" in page and "<BAR.02>" not in page
    # Choosing the trade brings its units; nothing is saved before.
    half = send(ani, "programme", code="kopi-1", id="Barista dasar", trade="KOPI", capacity="16")
    assert (
        half.status_code == 200
        and "Nothing is saved yet" in half.text
        and 'value="Barista dasar"' in half.text
    )
    filled = {**standing(half), "unit.BAR.01": "1", "unit.BAR.03": "1", "act": "save"}
    assert ani.post(f"{HOME}/programme", data=filled).headers["location"] == f"{HOME}?done=1#programme"
    with centre.centre.reading() as connection:
        kept = catalogue.entry(connection, PROGRAMME, "KOPI-1").value
    assert kept == {
        "id": "Barista dasar", "en": "", "trade": "KOPI", "hours": 0, "units": ["BAR.01", "BAR.03"],
        "capacity": 16, "series": "", "once": False, "template": "",
    }  # fmt: skip
    overview = ani.get(HOME).text
    assert "Barista dasar" in overview and ">20<" in overview  # 12 + 8 JP


def test_what_the_page_says_is_at_a_desk_after_its_next_sync(
    ani: httpx.Client, centre: centres.Running, desk: Desk
) -> None:
    centre.join(desk, centre.venue())
    centres.sync(desk)
    send(ani, "trade", code="KOPI", id="Barista")
    send(ani, "unit", "?trade=KOPI", code="BAR.01", id="Menyeduh kopi", jp="8")
    send(ani, "programme", "?trade=KOPI", code="KOPI-1", id="Barista dasar")
    assert desk.ask(at_desk.programme, "KOPI-1") is None
    centres.sync(desk)
    found, taught = desk.ask(at_desk.programme, "KOPI-1"), desk.ask(at_desk.trade, "KOPI")
    assert found is not None and found.indonesian == "Barista dasar"
    assert taught is not None and [one.code for one in taught.units] == ["BAR.01"]
    send(ani, "programme", "?key=KOPI-1", act="remove")
    send(ani, "trade", "?key=KOPI", act="remove")
    centres.sync(desk)
    assert desk.ask(at_desk.programme, "KOPI-1") is None and desk.ask(at_desk.trade, "KOPI") is None


def test_a_refusal_stands_beside_its_field_and_keeps_what_was_typed(ani: httpx.Client) -> None:
    page = send(ani, "unit", "?trade=LAS", code="X" * 41, id="", en="Brew", jp="twelve", critical="1")
    assert page.status_code == 422 and "3 fields must be mended" in page.text
    assert (
        "at most" not in fault(page, "en") and fault(page, "id") and fault(page, "jp") and fault(page, "code")
    )
    assert standing(page) == {
        **standing(page), "code": "X" * 41, "id": "", "en": "Brew", "jp": "twelve", "critical": "1",
    }  # fmt: skip
    assert page.text.count(" autofocus") == 1 and 'aria-describedby="fault-code' in page.text
    # One unit is in another trade already, a code is taken, a number is too large.
    page = send(ani, "unit", "?trade=BOGA", code="LOG.LS01.001.01", id="Las", jp="4")
    assert page.status_code == 422 and "LAS" in page.text and 'value="LOG.LS01.001.01"' in page.text
    assert "already" in fault(send(ani, "trade", code="las", id="Las lagi"), "code")
    assert fault(send(ani, "trade", code="", id="Kopi"), "code")
    page = send(ani, "programme", "?trade=LAS", code="LAS-1", id="Las", hours="99999", once="1")
    assert fault(page, "hours") and standing(page)["hours"] == "99999" and standing(page)["once"] == "1"
    page = send(ani, "programme", "?trade=LAS", code="LAS-1", id="Las", once="1")
    assert "series" in fault(page, "once")


def test_of_two_people_the_second_is_told_and_overwrites_nothing(
    ani: httpx.Client, centre: centres.Running
) -> None:
    seen = standing(ani.get(f"{HOME}/trade?key=LAS"))
    assert ani.post(f"{HOME}/trade", data={**seen, "id": "Pengelasan"}).status_code == 303
    page = ani.post(f"{HOME}/trade", data={**seen, "id": "Las listrik"})
    assert page.status_code == 422 and "Somebody changed it meanwhile" in page.text
    assert 'value="Las listrik"' in page.text
    for act in ("remove", "up LOG.LS01.002.01"):
        assert ani.post(f"{HOME}/trade", data={**seen, "act": act}).status_code == 422
    assert "Pengelasan" in ani.get(HOME).text
    # Who removed it was faster: nothing is made anew from the other's form.
    now = standing(ani.get(f"{HOME}/trade?key=BARISTA"))
    assert ani.post(f"{HOME}/trade", data={**now, "act": "remove"}).status_code == 303
    assert ani.post(f"{HOME}/trade", data=now).status_code == 422
    gone = ani.get(f"{HOME}/trade?key=BARISTA")
    assert gone.status_code == 404 and f'href="{HOME}"' in gone.text
    with centre.centre.reading() as connection:
        assert catalogue.entry(connection, TRADE, "BARISTA").version == 0


def test_units_are_moved_and_removed_by_their_buttons(ani: httpx.Client, centre: centres.Running) -> None:
    def codes() -> list[str]:
        return re.findall(r'id="unit-([^"]+)"', ani.get(f"{HOME}/trade?key=LAS").text)

    before = codes()
    moved = send(ani, "trade", "?key=LAS", act=f"down {before[0]}")
    assert codes() == [before[1], before[0], *before[2:]]
    page = ani.get(moved.headers["location"]).text
    assert re.search(rf'value="down {before[0]}"[^>]* autofocus', page)
    send(ani, "trade", "?key=LAS", act=f"up {before[0]}")
    assert codes() == before
    assert send(ani, "unit", f"?trade=LAS&key={before[0]}", act="remove").status_code == 303
    assert codes() == before[1:]
    assert ani.get(f"{HOME}/unit?trade=LAS&key={before[0]}").status_code == 404
    assert ani.get(f"{HOME}/unit?trade=NOTHING").status_code == 404


def test_units_are_pasted_from_a_spreadsheet(
    ani: httpx.Client, centre: centres.Running, tmp_path: Path
) -> None:
    file = tmp_path / "las.xlsx"
    file.write_bytes(ani.get(f"{HOME}/file?trade=LAS").content)
    rows = [[written(cell) for cell in row] for _line, row in files.read(file, apart=False)[0].rows]
    rows[1][1] = "Keselamatan <kerja>"
    pasted = "\n".join(
        "\t".join(row) for row in [*rows[:3], *rows[4:], ["LAS.90", "Uji", "Test", "2", "yes"]]
    )
    page = ani.get(f"{HOME}/units?trade=LAS")
    asked = {**standing(page), "text": pasted, "act": "look"}
    seen = ani.post(f"{HOME}/units", data=asked)
    assert seen.status_code == 200 and "Take over these units" in seen.text
    assert (
        "LAS.90" in seen.text and "LOG.LS01.003.01" in seen.text and "Keselamatan &lt;kerja&gt;" in seen.text
    )
    with centre.centre.reading() as connection:
        before = [one.code for one in units.listed(connection, "LAS")]
    assert "LAS.90" not in before  # only looked at
    for wrong in ("", "Nama\tNIK\nSiti\t3171", pasted.replace("\t2\t", "\tdua\t")):
        page = ani.post(f"{HOME}/units", data={**asked, "text": wrong, "act": "save"})
        assert page.status_code == 422 and standing(page)["text"] == wrong.replace("\r", "")
    assert ani.post(f"{HOME}/units", data={**asked, "version": "0", "act": "save"}).status_code == 422
    assert ani.post(f"{HOME}/units", data={**standing(seen), "act": "save"}).status_code == 303
    with centre.centre.reading() as connection:
        after = [one.code for one in units.listed(connection, "LAS")]
    assert after == [*(code for code in before if code != "LOG.LS01.003.01"), "LAS.90"]
    again = ani.post(f"{HOME}/units", data={**standing(ani.get(f"{HOME}/units?trade=LAS")), "text": pasted})
    assert "Nothing changes." in again.text
    for page_ in ("units", "file"):
        assert ani.get(f"{HOME}/{page_}?trade=NOTHING").status_code == 404


def test_a_series_shows_no_secret(ani: httpx.Client, centre: centres.Running) -> None:
    assert send(ani, "series", name=" Bogasari  2026", once="1").status_code == 303
    assert "already" in fault(send(ani, "series", name="BOGASARI 2026"), "name")
    assert fault(send(ani, "series", name="!"), "name")
    assert fault(send(ani, "series", "?key=bogasari 2026", name="Bogasari 2027"), "name")
    assert send(ani, "series", "?key=bogasari 2026", name="BOGASARI-2026").status_code == 303
    with centre.centre.reading() as connection:
        kept = catalogue.entry(connection, SERIES, "bogasari 2026").value
    assert kept is not None and kept["name"] == "BOGASARI-2026" and kept["once"] is True
    shown = ani.get(HOME).text + ani.get(f"{HOME}/series?key=bogasari 2026").text
    assert "BOGASARI-2026" in shown and kept["secret"] not in shown
    made = send(
        ani, "programme", "?trade=LAS", code="LAS-1", id="Las dasar", series="bogasari 2026", once="1"
    )
    assert made.status_code == 303
    page = send(ani, "series", "?key=bogasari 2026", act="remove")
    assert page.status_code == 422 and "LAS-1" in page.text
    assert send(ani, "programme", "?key=LAS-1", act="remove").status_code == 303
    assert send(ani, "series", "?key=bogasari 2026", act="remove").status_code == 303


def test_a_template_says_texts_in_both_languages_or_not_at_all(
    ani: httpx.Client, centre: centres.Running
) -> None:
    assert fault(send(ani, "template", name="Sertifikat 2026"), "kind")
    half = send(ani, "template", name="Sertifikat 2026", kind="competence")
    assert half.status_code == 200 and "Nothing is saved yet" in half.text
    filled = {**standing(half), "usual": "1", "text.title": "SERTIFIKAT <i>PELATIHAN</i>", "act": "save"}
    page = ani.post(f"{HOME}/template", data=filled)
    assert page.status_code == 422 and "both languages" in fault(page, "text.title.en")
    assert "SERTIFIKAT &lt;i&gt;" in page.text
    page = ani.post(f"{HOME}/template", data={**filled, "text.title.en": "X" * 51})
    assert "Shorten it by 1" in fault(page, "text.title.en")
    page = ani.post(
        f"{HOME}/template",
        data={**filled, "text.title.en": "Certificate", "text.course": "Selama", "text.course.en": "During"},
    )
    assert "{hours}" in fault(page, "text.course") and not fault(page, "text.title")
    assert ani.post(f"{HOME}/template", data={**filled, "text.title.en": "Certificate"}).status_code == 303
    # The next usual one takes its place, which is said before.
    half = send(ani, "template", name="Sertifikat 2027", kind="competence")
    assert "takes the place of “Sertifikat 2026”" in half.text
    assert (
        ani.post(f"{HOME}/template", data={**standing(half), "usual": "1", "act": "save"}).status_code == 303
    )
    with centre.centre.reading() as connection:
        there = catalogue.standing(connection)[TEMPLATE]
    assert [(one.key, (one.value or {})["usual"]) for one in there.values()] == [
        ("Sertifikat 2026", False),
        ("Sertifikat 2027", True),
    ]
    assert send(ani, "template", "?key=Sertifikat 2026", **{"text.title.en": "Training"}).status_code == 303
    made = send(ani, "programme", "?trade=LAS", code="LAS-1", id="Las dasar", template="Sertifikat 2026")
    assert made.status_code == 303
    page = send(ani, "template", "?key=Sertifikat 2026", act="remove")
    assert page.status_code == 422 and "LAS-1" in page.text


def test_a_form_of_another_site_changes_nothing(ani: httpx.Client) -> None:
    seen = standing(ani.get(f"{HOME}/trade?key=LAS"))
    for form in ("", "0" * 64):
        assert ani.post(f"{HOME}/trade", data={**seen, "form": form, "act": "remove"}).status_code == 403
    assert ani.post(f"{HOME}/trade", data={"x" * 10: "y" * 120_000}).status_code == 413
    assert ani.post(f"{HOME}/trade", data={**seen, "version": "x"}).status_code == 422
    assert 'id="trade-LAS"' in ani.get(HOME).text


@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_form_is_drawn_in_both_languages(ani: httpx.Client, lang: str) -> None:
    for page in (
        "",
        "/trade",
        "/trade?key=LAS",
        "/unit?trade=LAS",
        "/programme",
        "/programme?trade=LAS",
        "/series",
    ):
        drawn = ani.get(f"{HOME}{page}{'&' if '?' in page else '?'}lang={lang}")
        assert drawn.status_code == 200 and f'<html lang="{lang}">' in drawn.text
        assert 'aria-current="page"' in drawn.text
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", drawn.text, re.IGNORECASE)


def test_a_key_that_the_agency_withdrew_stays_withdrawn(ani: httpx.Client, centre: centres.Running) -> None:
    venue = centre.venue("Paroki <i>Santo</i> Lukas")
    public = bytes(range(32))
    name = key_id(public)
    with centre.centre.writing() as connection:
        values = {
            "public": public.hex(),
            "computer": "LAPTOP-1",
            "since": date(2025, 3, 4),
            "revoked_on": None,
        }
        connection.execute(insert(SigningKey), {"venue_id": venue, "id": name, **values})
        reference.gather(connection, venue)
        reference.change(connection, [("void", f"{venue}/0007/SERT", {"on": "2025-05-06"})], venue)
    listed = ani.get(f"{HOME}/keys").text
    assert "Santo&lt;/i&gt; Lukas" in listed and "4 Mar 2025" in listed
    page = ani.get(f"{HOME}/keys?venue={venue}")
    assert (
        name in page.text and "LAPTOP-1" in page.text and "0007/SERT" in page.text and "Counts" in page.text
    )
    asked = {"form": form_of(page), "venue": venue, "key": name, "act": "withdraw"}
    for wrong in ({"on": "tomorrow"}, {"on": "2999-01-01"}, {"on": "2025-06-01", "key": "nothing"}, {}):
        assert ani.post(f"{HOME}/keys", data={**asked, **wrong}).status_code == 422
    assert ani.post(f"{HOME}/keys", data={**asked, "on": "2025-06-01"}).status_code == 303
    with centre.centre.writing() as connection:
        reference.gather(connection, venue)  # the venue's records say nothing of it
    assert "by the agency" in ani.get(f"{HOME}/keys?venue={venue}").text
    assert ani.post(f"{HOME}/keys", data={**asked, "act": "restore"}).status_code == 303
    assert "Counts" in ani.get(f"{HOME}/keys?venue={venue}").text
    # What the venue withdrew itself, nobody here makes count again.
    with centre.centre.writing() as connection:
        connection.execute(update(SigningKey).values(revoked_on=date(2025, 7, 1)))
        reference.gather(connection, venue)
    shown = ani.get(f"{HOME}/keys?venue={venue}").text
    assert "by the venue" in shown and 'value="restore"' not in shown
    assert ani.get(f"{HOME}/keys?venue=nothing").status_code == 404
