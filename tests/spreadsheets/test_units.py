"""A trade's units out to a spreadsheet and in again, as agencies really head their lists."""

from pathlib import Path

import pytest

from venue_desk.domain import catalogue
from venue_desk.domain.catalogue import Unit
from venue_desk.domain.problem import Problem
from venue_desk.domain.reference import trade
from venue_desk.spreadsheets import files, units, writing
from venue_desk.spreadsheets.files import Sheet


def sheet(*rows: tuple[object, ...]) -> list[Sheet]:
    return [Sheet("Unit", [(line, row) for line, row in enumerate(rows, 1)])]  # type: ignore[misc]


@pytest.mark.parametrize("kind", [".xlsx", ".csv"])
def test_every_shipped_trade_comes_back_as_it_went(tmp_path: Path, kind: str) -> None:
    odd = Unit("007", "=SUM(A1)", "-x", 0, True)
    for one in catalogue.trades():
        file = tmp_path / f"{one.code}{kind}"
        writing.write(file, units.page(one.code, [*one.units, odd]))
        rows = units.read(files.read(file, apart=False))
        assert trade(one.code, {"id": "X", "units": rows}).units == (*one.units, odd)


def test_lists_as_they_are_headed() -> None:
    rows = units.read(
        sheet(
            ("DAFTAR UNIT KOMPETENSI", None, None, None),
            (None, None, None, None),
            ("No", "Kode Unit", "Judul Unit Kompetensi", "JP", "Kritis"),
            (1.0, " bar.01 ", "Menyeduh  kopi", 8.0, "Ya"),
            (2.0, "BAR.02", "Melayani tamu", "4", None),
            (None, None, None, None, None),
            (None, None, None, 12.0),
        )
    )
    assert rows == [
        {"code": "BAR.01", "id": "Menyeduh kopi", "en": "", "jp": 8, "critical": True},
        {"code": "BAR.02", "id": "Melayani tamu", "en": "", "jp": 4, "critical": False},
    ]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("Nama", "NIK"), ("Siti", "3171")], "Kode"),
        ([("Kode", "Judul", "JP"), ("A.01", "Kopi", "delapan")], "2"),
        ([("Kode", "Judul", "JP"), ("A.01", "Kopi", 7.5)], "2"),
        ([("Kode", "Judul", "JP"), ("A.01", "Kopi", -1.0)], "2"),
        ([("Kode", "Judul", "Kritis"), ("A.01", "Kopi", "mungkin")], "2"),
    ],
)
def test_what_is_no_list_of_units_is_told_with_its_line(rows: list[tuple[object, ...]], words: str) -> None:
    with pytest.raises(Problem) as problem:
        units.read(sheet(*rows))
    assert words in str(problem.value)
