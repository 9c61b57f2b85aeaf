"""Finding people as one types, in new and old spelling."""

from datetime import date
from typing import Any

import pytest

from venue_desk.actions import people
from venue_desk.domain.problem import Problem
from venue_desk.queries import people as queries
from venue_desk.store.desk import Desk

EVERYBODY: list[tuple[str, dict[str, Any]]] = [
    ("Soerjadi Tjahjono", {"phone": "081234567890", "nik": "3171003112880004"}),
    ("Siti Aminah", {"phone": "+6281355556666", "birth_date": date(1990, 5, 5)}),
    ("Ma'ruf", {"nik": "3171003112880005"}),
    ("Dewi Lestari Siti", {}),
    ("José da Costa, S.Kom.", {}),
    ("Insiti Rahma", {}),
]


@pytest.fixture
def full(desk: Desk) -> Desk:
    for name, fields in EVERYBODY:
        desk.do(people.add, name, **fields)
    return desk


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("suryadi", ["Soerjadi Tjahjono"]),
        ("soerj", ["Soerjadi Tjahjono"]),
        ("cahyono", ["Soerjadi Tjahjono"]),
        ("tjah soer", ["Soerjadi Tjahjono"]),
        ("0812-3456", ["Soerjadi Tjahjono"]),
        ("+62 812 3456", ["Soerjadi Tjahjono"]),
        ("8123", ["Soerjadi Tjahjono"]),
        ("0004", ["Soerjadi Tjahjono"]),
        ("3171003112880005", ["Ma'ruf"]),
        ("maruf", ["Ma'ruf"]),
        ("ma'r", ["Ma'ruf"]),
        ("jose", ["José da Costa"]),
        ("siti", ["Siti Aminah", "Dewi Lestari Siti", "Insiti Rahma"]),
        ("siti dewi", ["Dewi Lestari Siti"]),
        ("%", []),
        ("_", []),
        ("zzz", []),
        ("9999999999999999", []),
    ],
)
def test_found_as_one_types_the_likeliest_first(full: Desk, typed: str, expected: list[str]) -> None:
    assert [row.name for row in full.ask(queries.found, typed)] == expected
    assert set(full.ask(queries.ids, typed)) == {row.id for row in full.ask(queries.found, typed)}


@pytest.mark.parametrize(
    ("order", "descending", "expected"),
    [
        ("name", True, "Soerjadi Siti"),
        ("phone", False, "Soerjadi Siti"),
        ("phone", True, "Siti Soerjadi"),
        ("nik", False, "Soerjadi Ma'ruf"),
        ("nik", True, "Ma'ruf Soerjadi"),
        ("courses", True, "Dewi"),
    ],
)
def test_everybody_in_the_order_of_a_column(full: Desk, order: str, descending: bool, expected: str) -> None:
    """Those without a phone or NIK come last, whichever way."""
    ids = full.ask(queries.ids, "", order, descending=descending)
    rows = full.ask(queries.rows, ids)
    assert len(rows) == len(EVERYBODY)
    first = [row.name.split()[0] for row in rows][: len(expected.split())]
    assert first == expected.split()


def test_nothing_typed_is_everybody_by_name(full: Desk) -> None:
    ids = full.ask(queries.ids)
    rows = full.ask(queries.rows, ids)
    assert [row.name for row in rows] == [row.name for row in full.ask(queries.found, "")]
    assert len(rows) == full.ask(queries.count) == len(EVERYBODY)
    assert full.ask(queries.rows, ["gone", ids[0]]) == [rows[0]]


def test_one_person_by_id_nik_or_name(full: Desk) -> None:
    wanted = full.ask(queries.named, "Ma'ruf")
    assert full.ask(queries.named, wanted.id) == wanted
    assert full.ask(queries.named, wanted.id[:8]) == wanted
    assert full.ask(queries.named, "3171003112880005") == wanted
    with pytest.raises(Problem, match="Siti Aminah"):
        full.ask(queries.named, "siti")
    with pytest.raises(Problem, match="zzz"):
        full.ask(queries.named, "zzz")


def test_a_search_does_not_show_a_whole_nik(full: Desk) -> None:
    assert all("317100" not in str(row) for row in full.ask(queries.found, ""))
