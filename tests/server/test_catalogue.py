"""What the agency may change in the catalogue of all venues, and what is refused with which words."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

import centres
from venue_desk.domain.problem import Problem
from venue_desk.domain.reference import PROGRAMME, SERIES, TEMPLATE, TRADE, TURN
from venue_desk.server import catalogue, reference, units
from venue_desk.server.catalogue import Changed, Fault, entry, write
from venue_desk.server.centre import Centre

UNIT = {"code": "BAR.01", "id": "Menyeduh kopi", "en": "Brew coffee", "jp": 8, "critical": True}
TRADE_VALUE = {"id": "Barista", "en": "Barista", "planned": False, "units": [UNIT]}
PROGRAMME_VALUE = {"id": "Barista dasar", "en": "", "trade": "KOPI", "units": ["BAR.01"], "capacity": 16}


@pytest.fixture(params=["sqlite", "postgres"])
def centre(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Centre]:
    place = tmp_path / "centre" if request.param == "sqlite" else request.getfixturevalue("postgres")
    made = Centre(centres.make(place))
    yield made
    made.close()


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Centre]:
    made = Centre(centres.make(tmp_path / "centre"))
    yield made
    made.close()


def put(centre: Centre, kind: str, key: str, value: dict[str, Any] | None) -> list[catalogue.Place]:
    with centre.writing() as connection:
        return write(connection, {(kind, key): value})


def refused(centre: Centre, kind: str, key: str, value: dict[str, Any] | None) -> Problem:
    with pytest.raises(Problem) as problem:
        put(centre, kind, key, value)
    return problem.value


def coffee(centre: Centre) -> None:
    put(centre, TRADE, "KOPI", TRADE_VALUE)
    put(centre, PROGRAMME, "KOPI-1", PROGRAMME_VALUE)


def kept(centre: Centre, kind: str, key: str) -> dict[str, Any]:
    with centre.reading() as connection:
        return entry(connection, kind, key).value or {}


def version(centre: Centre, kind: str, key: str) -> int:
    with centre.reading() as connection:
        return entry(connection, kind, key).version


def test_what_is_written_is_said_once_and_gets_a_version_of_its_own(centre: Centre) -> None:
    coffee(centre)
    with centre.reading() as connection:
        there = catalogue.standing(connection)
    assert next(iter(there[TRADE])) == "LAS" and list(there[TRADE])[-1] == "KOPI"
    first, then = there[TRADE]["KOPI"], there[PROGRAMME]["KOPI-1"]
    assert first.value == {**TRADE_VALUE, "position": len(there[TRADE])}
    assert then.value is not None and then.value["hours"] == 0 and then.version == first.version + 1
    # The same again is no change, so no desk is told anything.
    assert put(centre, TRADE, "KOPI", TRADE_VALUE) == []
    assert version(centre, TRADE, "KOPI") == first.version


def test_what_the_shipped_catalogue_says_is_allowed(embedded: Centre) -> None:
    with embedded.writing() as connection:
        there = catalogue.standing(connection)
        assert len(there[TRADE]) > 10
        same = {(TRADE, key): one.value for key, one in there[TRADE].items()}
        assert write(connection, same) == []


def test_who_looked_at_an_older_version_overwrites_nothing(centre: Centre) -> None:
    coffee(centre)
    seen = version(centre, TRADE, "KOPI")
    put(centre, TRADE, "KOPI", {**TRADE_VALUE, "id": "Peracik kopi"})
    for value in ({**TRADE_VALUE, "id": "Kopi"}, None):
        with pytest.raises(Changed), centre.writing() as connection:
            write(connection, {(TRADE, "KOPI"): value}, {(TRADE, "KOPI"): seen})
    assert kept(centre, TRADE, "KOPI")["id"] == "Peracik kopi"
    # Two who add the same code at once: the second is told.
    with pytest.raises(Changed), centre.writing() as connection:
        write(connection, {(TRADE, "KOPI"): TRADE_VALUE}, {(TRADE, "KOPI"): 0})


def test_of_two_at_the_same_moment_one_is_told(centre: Centre) -> None:
    coffee(centre)
    seen = version(centre, TRADE, "KOPI")
    start, said = threading.Barrier(4), []

    def change(at: int) -> None:
        start.wait()
        try:
            with centre.writing() as connection:
                write(
                    connection,
                    {(TRADE, "KOPI"): {**TRADE_VALUE, "id": f"Kopi {at}"}},
                    {(TRADE, "KOPI"): seen},
                )
            said.append("done")
        except Changed:
            said.append("told")

    threads = [threading.Thread(target=change, args=(at,)) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(said) == ["done", "told", "told", "told"]


def test_a_programme_never_teaches_what_is_not_there(centre: Centre) -> None:
    coffee(centre)
    for wrong, field in (
        ({"trade": "TEH"}, "trade"),
        ({"units": ["BAR.01", "BAR.99"]}, "units"),
        ({"trade": "LAS"}, "units"),
        ({"series": "Bogasari"}, "series"),
        ({"template": "Barista"}, "template"),
    ):
        problem = refused(centre, PROGRAMME, "KOPI-2", {**PROGRAMME_VALUE, **wrong})
        assert isinstance(problem, Fault) and problem.field == field
    for kind, key, value in (
        (TRADE, "KOPI", None),
        (TRADE, "KOPI", {**TRADE_VALUE, "units": []}),
    ):
        assert "KOPI-1" in refused(centre, kind, key, value).text
    put(centre, PROGRAMME, "KOPI-1", None)
    put(centre, TRADE, "KOPI", None)
    assert kept(centre, TRADE, "KOPI") == {}
    assert "KOPI" in refused(centre, TRADE, "KOPI", None).text


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("kopi", TRADE_VALUE),  # codes are kept in capitals
        (" KOPI", TRADE_VALUE),
        ("KOPI", {**TRADE_VALUE, "id": " "}),
        ("KOPI", {**TRADE_VALUE, "units": [UNIT, {**UNIT, "id": "Lain"}]}),
        ("KOPI", {**TRADE_VALUE, "units": [{**UNIT, "jp": -1}]}),
        ("KOPI", {**TRADE_VALUE, "units": [{**UNIT, "jp": "8"}]}),
        ("KOPI", {**TRADE_VALUE, "units": [{**UNIT, "code": f"B{at}"} for at in range(61)]}),
        ("KOPI", {**TRADE_VALUE, "units": [{**UNIT, "code": "LOG.LS01.001.01"}]}),  # another trade's
    ],
)
def test_a_wrong_trade_is_refused(embedded: Centre, key: str, value: dict[str, Any]) -> None:
    assert refused(embedded, TRADE, key, value).text
    assert kept(embedded, TRADE, "KOPI") == {}


def test_a_units_code_is_changed_and_its_programmes_follow(centre: Centre) -> None:
    coffee(centre)
    with centre.writing() as connection:
        seen = entry(connection, TRADE, "KOPI").version
        units.put(connection, "KOPI", {**UNIT, "code": "bar.07"}, seen, was="BAR.01")
    assert kept(centre, PROGRAMME, "KOPI-1")["units"] == ["BAR.07"]
    with centre.writing() as connection:
        seen = entry(connection, TRADE, "KOPI").version
        units.put(connection, "KOPI", {**UNIT, "code": "BAR.08"}, seen)
    assert codes(centre) == ["BAR.07", "BAR.08"]
    seen = version(centre, TRADE, "KOPI")
    for was in ("", "BAR.08"):
        with pytest.raises(Fault), centre.writing() as connection:
            units.put(connection, "KOPI", {**UNIT, "code": "BAR.07"}, seen, was=was)
    with pytest.raises(Problem, match="KOPI-1"), centre.writing() as connection:
        units.remove(connection, "KOPI", "BAR.07", seen)
    for by, order in ((-1, ["BAR.08", "BAR.07"]), (-1, ["BAR.08", "BAR.07"]), (1, ["BAR.07", "BAR.08"])):
        with centre.writing() as connection:
            units.move(connection, "KOPI", "BAR.08", by, version_in(connection))
        assert codes(centre) == order
    with pytest.raises(Changed), centre.writing() as connection:
        units.move(connection, "KOPI", "BAR.08", 1, seen)
    with centre.writing() as connection:
        units.remove(connection, "KOPI", "BAR.08", version_in(connection))
    assert codes(centre) == ["BAR.07"]


def version_in(connection: Connection) -> int:
    return entry(connection, TRADE, "KOPI").version


def codes(centre: Centre) -> list[str]:
    return [unit["code"] for unit in kept(centre, TRADE, "KOPI")["units"]]


def test_a_series_keeps_its_secret_and_goes_only_when_nothing_needs_it(centre: Centre) -> None:
    coffee(centre)
    put(centre, SERIES, "bogasari 2026", {"name": " Bogasari  2026", "once": True})
    secret = kept(centre, SERIES, "bogasari 2026")["secret"]
    assert len(secret) == 32
    # Spelled otherwise it is the same; another name is another series. Nobody can bring a secret.
    put(centre, SERIES, "bogasari 2026", {"name": "BOGASARI-2026", "once": False, "secret": "0" * 32})
    assert kept(centre, SERIES, "bogasari 2026") == {"name": "BOGASARI-2026", "once": False, "secret": secret}
    for name in ("Bogasari 2027", " ", "—"):
        problem = refused(centre, SERIES, "bogasari 2026", {"name": name, "once": True})
        assert isinstance(problem, Fault) and problem.field == "name"
    put(centre, PROGRAMME, "KOPI-1", {**PROGRAMME_VALUE, "series": "bogasari 2026", "once": True})
    assert kept(centre, PROGRAMME, "KOPI-1")["series"] == "BOGASARI-2026"
    assert "KOPI-1" in refused(centre, SERIES, "bogasari 2026", None).text
    put(centre, PROGRAMME, "KOPI-1", PROGRAMME_VALUE)
    with centre.writing() as connection:
        reference.change(connection, [(TURN, "bogasari 2026/0123abcd/12ab34", {})], "a" * 32)
    assert "1" in refused(centre, SERIES, "bogasari 2026", None).text
    with centre.writing() as connection:
        reference.change(connection, [(TURN, "bogasari 2026/0123abcd/12ab34", None)], "a" * 32)
    assert put(centre, SERIES, "bogasari 2026", None) == [(SERIES, "bogasari 2026")]


def test_one_template_of_each_kind_is_the_usual_one(centre: Centre) -> None:
    template = {"kind": "competence", "usual": True, "texts": {}}
    put(centre, TEMPLATE, "Barista", template)
    put(centre, TEMPLATE, "Surat", {**template, "kind": "completion"})
    problem = refused(centre, TEMPLATE, "Las", template)
    assert isinstance(problem, Fault) and problem.field == "usual" and "Barista" in problem.text
    # Both at once: the other steps back.
    with centre.writing() as connection:
        write(connection, {(TEMPLATE, "Las"): template, (TEMPLATE, "Barista"): {**template, "usual": False}})
    for name, value in (("", template), ("X" * 201, template), ("A", {**template, "kind": "diploma"})):
        assert refused(centre, TEMPLATE, name, value).text
    coffee(centre)
    put(centre, PROGRAMME, "KOPI-1", {**PROGRAMME_VALUE, "template": "Las"})
    assert "KOPI-1" in refused(centre, TEMPLATE, "Las", None).text
