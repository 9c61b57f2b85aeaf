"""People on the command line: what scripts rely on."""

import json
from pathlib import Path
from typing import Any

import pytest

from venue_desk.commands import main
from venue_desk.store.desk import Desk

DATA = Path(__file__).parents[1] / "data/spreadsheets"


class Line:
    """A command line over one folder."""

    def __init__(self, folder: Path, captured: pytest.CaptureFixture[str]) -> None:
        self._folder, self._captured = folder, captured

    def __call__(self, *words: str | Path) -> tuple[int, str, str]:
        code = main.run(["--data", str(self._folder), "people", *(str(word) for word in words)])
        told = self._captured.readouterr()
        return code, told.out, told.err

    def json(self, *words: str | Path) -> Any:
        code, out, err = self(*words, "--json")
        assert (code, err) == (0, "")
        return json.loads(out)


@pytest.fixture
def line(desk: Desk, capsys: pytest.CaptureFixture[str]) -> Line:
    desk.close()  # a command opens it alone
    return Line(desk.folder, capsys)


def test_a_trial_run_shows_what_was_understood_and_writes_nothing(line: Line) -> None:
    told = line.json("import", DATA / "synthetic__daftar_peserta_kacau.xlsx", "--dry-run")
    assert told["heading_lines"] == [5, 6]
    assert [column["field"] for column in told["columns"]] == [
        None,
        "name",
        "nik",
        "birth",
        "sex",
        "phone",
        None,
        None,
        None,
    ]
    assert told["counts"]["damaged_nik"] == 2
    assert told["counts"]["doubtful_date"] == 1
    assert told["counts"]["new"] == 7
    assert told["result"] is None
    assert line.json("list") == []


def test_a_list_is_imported_and_found_again(line: Line) -> None:
    told = line.json("import", DATA / "synthetic__daftar_peserta_kacau.xlsx")
    assert (told["result"]["added"], told["result"]["known"]) == (7, 2)
    assert [row["shown"] for row in line.json("find", "boedi")] == ["Budi Santoso, S.Kom., M.M."]
    code, out, _err = line("list")
    assert code == 0
    assert "Ma'ruf" in out
    assert "3171003112880005" not in out


def test_columns_are_named_by_letter_or_heading(line: Line) -> None:
    path = DATA / "messytables__utf-16le.csv"
    told = line.json("import", path, "--map", "B=name", "--map", "Organisation_code=note", "--dry-run")
    assert told["counts"]["new"] > 300
    code, _out, err = line("import", path)
    assert code == 2
    assert "--map" in err
    for wrong in ("B", "B=nama", "ZZ=name"):
        code, _out, err = line("import", path, "--map", wrong, "--dry-run")
        assert code == 2
        assert err
    assert line.json("list") == []


def test_a_trial_run_without_names_shows_the_damage_and_says_what_is_missing(line: Line) -> None:
    path = DATA / "synthetic__nik_numeric.xlsx"
    told = line.json("import", path, "--dry-run")
    assert not told["has_names"]
    assert [column["damaged_lines"] for column in told["columns"]] == [
        [],
        [2, 3],
        [2, 3],
        [2, 3],
        [],
        [],
        [],
        [],
    ]
    code, out, _err = line("import", path, "--dry-run")
    assert code == 0
    assert "2 NIK disimpan sebagai angka sehingga rusak: baris 2, 3" in out
    assert "Tidak ada kolom berisi nama" in out
    assert line("import", path)[0] == 2


@pytest.mark.parametrize(
    "name", ["calamine__pass_protected.xlsx", "calamine__empty_sheet.xlsx", "MANIFEST.md", "hilang.xlsx"]
)
def test_a_file_that_cannot_be_read_exits_with_two(line: Line, name: str) -> None:
    code, out, err = line("import", DATA / name)
    assert (code, out) == (2, "")
    assert name in err


def test_added_shown_merged_and_exported(line: Line, tmp_path: Path) -> None:
    one = line.json(
        "add", "Dr. Soerjadi, S.Kom", "--phone", "8123456789", "--nik", "3171003112880004", "--consent"
    )
    other = line.json("add", "Suryadi", "--phone", "08123456789")
    assert [alike["id"] for alike in other["alike"]] == [one["id"]]
    assert line.json("show", one["id"])["consent"] is True
    line.json("merge", one["id"], other["id"])
    assert [row["shown"] for row in line.json("list")] == ["Dr. Soerjadi, S.Kom."]
    assert line.json("export", tmp_path / "orang.xlsx")["people"] == 1
    back = line.json("import", tmp_path / "orang.xlsx", "--dry-run")
    assert [(row["nik"], row["standing"]) for row in back["rows"]] == [("3171003112880004", "known")]
    code, _out, err = line("export", tmp_path / "orang.pdf")
    assert code == 2
    assert ".xlsx" in err
    code, _out, err = line("add", "Siti", "--phone", "12")
    assert code == 2
    assert "12" in err
