"""What we write is text where it must be, runs nothing, and is read back the same."""

import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from venue_desk import language
from venue_desk.domain.problem import Problem
from venue_desk.spreadsheets import files, writing
from venue_desk.spreadsheets import people as lists
from venue_desk.spreadsheets.writing import Page

PAYLOADS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1",
    "-1+2",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    " =1",
    '=HYPERLINK("http://x","y")',
    "{=1}",
    "http://example.invalid",
    "0812",
    "3171004505900003",
]


def test_nothing_written_to_a_workbook_is_a_formula_or_a_link(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    writing.write(path, Page("Uji", ["=1", "b"], [[payload, payload] for payload in PAYLOADS]))
    with zipfile.ZipFile(path) as packed:
        sheet = packed.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet
    assert "<v>3171004505900003" not in sheet
    rows = files.read(path)[0].rows
    assert [row[0] for _line, row in rows[1:]] == PAYLOADS


def test_nothing_written_to_text_begins_like_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    writing.write(path, Page("Uji", ["=1", "b"], [[payload, "x"] for payload in PAYLOADS]))
    cells = [row[0] for _line, row in files.read(path)[0].rows]
    assert all(str(cell).lstrip()[:1] not in set("=+-@|%") for cell in cells)
    assert "'3171004505900003" in cells


@pytest.mark.parametrize("spoken", ["id", "en"])
@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_exported_people_are_understood_again(tmp_path: Path, suffix: str, spoken: str) -> None:
    language.use(spoken)
    path = tmp_path / f"orang{suffix}"
    whole = {
        "name": "Soerjadi",
        "title_before": "Dr.",
        "title_after": "S.Kom.",
        "nik": "3171003112880004",
        "phone": "+6281234567890",
        "birth_place": "Jakarta",
        "birth_date": date(1988, 12, 31),
        "sex": "L",
        "email": "s@example.org",
        "address": "Jl. Mawar 1",
        "area": "Kalideres",
        "organisation": "Paroki",
        "note": "=1+1",
        "consent": {"given": True, "on": "2025-11-22"},
    }
    lists.export(path, [whole])
    found = lists.understand(path)
    entry = found.entries[0]
    read = {field: getattr(entry, field) for field in whole}
    assert read["note"].lstrip("'= ") == "1+1"
    assert {**read, "note": ""} == {**whole, "note": "", "consent": True}
    assert list(entry.doubts) == []
    lists.export(path, [whole], with_nik=False)
    assert lists.understand(path).entries[0].nik is None


def test_a_place_that_cannot_be_written_and_a_wrong_name(tmp_path: Path) -> None:
    for path in (tmp_path / "tidak/ada.xlsx", tmp_path / "tidak/ada.csv"):
        with pytest.raises(Problem, match="tidak dapat ditulis"):
            writing.write(path, Page("a", ["b"], []))
    with pytest.raises(Problem, match="xlsx"):
        writing.write(tmp_path / "a.doc", Page("a", ["b"], []))


def test_a_failure_half_way_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("lama")

    def rows() -> Iterator[list[str]]:
        yield ["Siti"]
        raise ValueError

    with pytest.raises(ValueError):
        writing.write(path, Page("a", ["b"], rows()))
    assert path.read_text() == "lama"
    assert [one.name for one in tmp_path.iterdir()] == ["a.csv"]


def test_names_of_sheets_are_what_excel_allows(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    writing.write(path, Page("Tata [Boga]: 1/2 * yang sangat panjang sekali?", ["b"], [["c"]]))
    assert len(files.read(path)[0].name) <= 31
