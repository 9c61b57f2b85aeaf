"""A generated season of 125 venues and 6,624 people comes out exactly, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest
from sqlalchemy import update

import centres
from records import add, edit
from server import season
from venue_desk import language
from venue_desk.queries import outcomes
from venue_desk.server.console import catalogued, standing, users
from venue_desk.server.console import tasks as waiting
from venue_desk.server.console.programme import programme
from venue_desk.server.tables import DEVICE
from venue_desk.store.desk import Desk
from venue_desk.store.records import Person


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[centres.Running]:
    with centres.running(centres.make(tmp_path / "centre")) as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest) -> Iterator[centres.Running]:
    """A centre on each of the two databases."""
    if request.param == "sqlite":
        yield request.getfixturevalue("centre")
        return
    with centres.running(centres.make(request.getfixturevalue("postgres"))) as running:
        yield running


def test_the_season_comes_out_exactly(either: centres.Running, monkeypatch: pytest.MonkeyPatch) -> None:
    centre = either
    season.fill(centre.centre)
    with centre.centre.reading() as connection:
        found = programme(connection, season.TODAY)
        nothing_yet = programme(connection, date(2025, 2, 1))
        half = programme(connection, date(2025, 7, 1))
        trades = catalogued.catalogue(connection).trades
        tasks = waiting.tasks(connection)
    total = found.total
    assert (total.trained, total.placed, total.employed, total.self_employed) == (6624, 2619, 1579, 1040)
    assert total.certified == season.CERTIFIED
    assert total.rate is not None and language.percent(total.rate, 1) == "39,5\u00a0%"
    assert (found.year, found.years) == (2025, (2025,))
    assert (len(found.venues), len(found.trades), len(found.months)) == (125, 10, 10)
    # Every breakdown adds up to the same people.
    for part in (found.venues, found.trades, found.months):
        for figure in (
            "trained",
            "certified",
            "placed",
            "employed",
            "self_employed",
            "training",
            "not_working",
            "unknown",
        ):
            assert sum(getattr(row, figure) for row in part) == getattr(total, figure)
    assert [row.key for row in found.months] == [f"2025-{month:02d}" for month in range(2, 12)]
    assert (
        nothing_yet.total.trained == 0 and nothing_yet.total.rate is None and len(nothing_yet.venues) == 125
    )
    assert 0 < half.total.trained < 6624
    assert sum(row.classes for row in trades) > 300 and tasks.count == 0

    with centre.centre.writing() as connection:
        users.add(connection, "ani", "kata sandi yang panjang")
    monkeypatch.setenv("VENUE_DESK_TODAY", season.TODAY.isoformat())
    with httpx.Client(base_url=centre.url, headers={"Accept-Language": "id"}) as ani:
        form = ani.get("/login").text.partition('name="form" value="')[2][:64]
        ani.post("/login", data={"form": form, "name": "ani", "password": "kata sandi yang panjang"})
        page = ani.get("/console").text
        for figure in ("6.624", "2.619", "1.579", "1.040", "39,5\u00a0%", "Bekerja atau berusaha"):
            assert figure in page
        assert page.count('<svg class="bar"') == 125 + 10 and page.count('<svg class="column"') == 10
        for order in ("name", "rate", "nonsense"):
            assert ani.get(f"/console?order={order}&year=all").status_code == 200
        for path in ("desks", "tasks", "catalogue", "codes", "venues"):
            assert ani.get(f"/console/{path}").status_code == 200


def test_the_centre_counts_as_the_desk_does(centre: centres.Running, sample: Desk) -> None:
    """The same people, trade by trade and fate by fate, as the venue's own report of its alumni."""
    centre.join(sample, centre.venue())
    centres.sync(sample)
    today = date(2025, 11, 22)
    alumni = sample.ask(outcomes.alumni, today)
    with centre.centre.reading() as connection:
        found = programme(connection, today, every=True)
    assert found.total.trained == len(alumni) > 0
    for kind in ("employed", "self_employed", "training", "not_working", "unknown"):
        assert getattr(found.total, kind) == sum(row.kind == kind for row in alumni)
    by_trade = {row.key: row.trained for row in found.trades}
    assert by_trade == {trade: sum(row.trade_id == trade for row in alumni) for trade in by_trade}
    by_month = {row.key: row.trained for row in found.months}
    assert by_month == {
        month: sum(row.graduated.isoformat()[:7] == month for row in alumni) for month in by_month
    }


def test_what_waits_for_a_person_is_counted_and_nobody_is_named(
    centre: centres.Running, desk: Desk, tmp_path: Path
) -> None:
    place = centre.venue("SMK Negeri 9", "school")
    centre.join(desk, place)
    siti = desk.do(add, "Siti Aminah")
    centres.sync(desk)
    other = Desk.create(tmp_path / "other")
    try:
        centre.join(other, place)
        centres.sync(other)
        desk.do(edit, siti, phone="+628121111111")
        other.do(edit, siti, phone="+628122222222")
        for one in (desk, other, desk):
            centres.sync(one)

        def twins(session) -> None:  # type: ignore[no-untyped-def]
            """Twins"""
            session.add_all([Person(name=name, nik="3171001203900001") for name in ("Budi", "Budy")])

        desk.do(twins)
        centres.sync(desk)
    finally:
        other.close()
    with centre.centre.writing() as connection:
        connection.execute(update(DEVICE).where(DEVICE.c.name == "?").values(name="x"))
        found = waiting.tasks(connection)
        desks = standing.desks(connection).rows
    assert [(row.venue, row.count) for row in found.clashes] == [("SMK Negeri 9", 1)]
    assert [(row.venue, row.count) for row in found.people] == [("SMK Negeri 9", 1)]
    assert found.count == 2 and "Siti" not in repr(found) and "3171" not in repr(found)
    assert [row.state for row in desks] == [standing.FRESH] * 2
    assert min(row.behind or 0 for row in desks) == 0
