"""Alumni, reports, history and undo by the command line, as a script does it."""

import json
from pathlib import Path
from typing import Any

import pytest

from venue_desk.commands.main import run
from venue_desk.store.desk import Desk


@pytest.fixture
def folder(sample: Desk) -> str:
    sample.close()
    return str(sample.folder)


class Line:
    """The command line of one folder."""

    def __init__(self, folder: str, capsys: pytest.CaptureFixture[str]) -> None:
        self._folder, self._capsys = folder, capsys

    def said(self, *arguments: str) -> str:
        assert run(["--data", self._folder, *arguments]) == 0
        return self._capsys.readouterr().out

    def json(self, *arguments: str) -> Any:
        return json.loads(self.said(*arguments, "--json"))

    def refused(self, *arguments: str) -> str:
        assert run(["--data", self._folder, *arguments]) == 2
        told = self._capsys.readouterr()
        assert told.out == ""
        return told.err


@pytest.fixture
def line(folder: str, capsys: pytest.CaptureFixture[str]) -> Line:
    return Line(folder, capsys)


def test_record_report_and_undo(line: Line) -> None:
    due = line.json("outcomes", "list", "--due")
    assert len(due) == 4
    before = line.json("report", "outcomes")["totals"]
    made = line.json(
        "outcomes", "record", "hana", "employed", "--employer", "Hotel Taman", "--verified", "phone"
    )
    assert (made["kind"], made["employer"], made["due"]) == ("employed", "Hotel Taman", None)
    after = line.json("report", "outcomes")["totals"]
    assert (after["employed"], after["training"]) == (before["employed"] + 1, before["training"] - 1)
    assert line.json("outcomes", "show", "Hana Lim")["timeline"][0]["employer"] == "Hotel Taman"
    assert line.json("undo") == {"undone": "Record an outcome"}
    assert line.json("report", "outcomes")["totals"] == before
    assert line.json("redo") == {"redone": "Record an outcome"}


def test_refer(line: Line) -> None:
    made = line.json("outcomes", "refer", "hana", "jakpreneur", "--reference", "JKP-7")
    assert (made["kind"], made["referral"], made["reference"]) == ("training", "jakpreneur", "JKP-7")


def test_lists_are_read_by_people_too(line: Line) -> None:
    text = line.said("outcomes", "list", "hana lim")
    assert "Hana Lim · Tata Boga · Angkatan 11 · Pelatihan lanjutan" in text
    assert "1 alumni" in text
    assert "46,9\u00a0%" in line.said("report", "outcomes")
    assert "37" in line.said("report", "attendance")
    assert "Rp\u00a0" in line.said("report", "stalls")


@pytest.mark.parametrize("kind", ["outcomes", "attendance", "stalls"])
@pytest.mark.parametrize("suffix", ["pdf", "xlsx"])
def test_a_report_becomes_a_file(line: Line, tmp_path: Path, kind: str, suffix: str) -> None:
    path = tmp_path / f"{kind}.{suffix}"
    told = line.json("report", kind, "--out", str(path))
    assert told["file"] == str(path)
    assert path.read_bytes().startswith(b"%PDF" if suffix == "pdf" else b"PK")


def test_a_period_can_be_given(line: Line) -> None:
    august = line.json("report", "outcomes", "--from", "2025-08-01", "--until", "2025-08-31")
    assert (august["from"], august["totals"]["alumni"]) == ("2025-08-01", 16)


def test_the_history_shows_what_changed(line: Line) -> None:
    line.said("outcomes", "record", "hana", "employed", "--employer", "Hotel Taman")
    newest = line.json("history", "--limit", "1")[0]
    assert newest["step"]["name"] == "Record an outcome"
    assert newest["changes"][0]["record"] == "Hana Lim · Tata Boga · Angkatan 11"
    line.said("outcomes", "record", "hana", "employed", "--employer", "Hotel Sawah")
    text = line.said("history", "hotel sawah", "--details")
    assert "Tempat kerja atau usaha: Hotel Taman → Hotel Sawah" in text
    assert line.said("history", "zzzz").strip() == "Belum ada yang dikerjakan."


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("outcomes", "record", "nobody at all", "employed"), "Tidak ada alumni"),
        (("outcomes", "record", "tan", "employed"), "bisa berarti"),
        (("outcomes", "record", "hana", "rich"), "bukan jenis hasil"),
        (("outcomes", "record", "hana", "employed", "--since", "kemarin"), "kemarin"),
        (("outcomes", "record", "hana", "employed", "--on", "2025-01-01"), "sebelum kelas berakhir"),
        (("outcomes", "refer", "hana", "nowhere"), "bukan tujuan rujukan"),
        (("outcomes", "list", "--kind", "rich"), "bukan jenis hasil"),
        (("report", "outcomes", "--from", "2025-05-01", "--until", "2025-04-01"), "sebelum mulai"),
        (("report", "outcomes", "--out", "/nowhere/report.pdf"), "tidak dapat ditulis"),
        (("report", "outcomes", "--out", "report.docx"), "tidak dapat ditulis"),
    ],
)
def test_what_cannot_be_is_told_in_one_sentence(line: Line, arguments: tuple[str, ...], said: str) -> None:
    assert said in line.refused(*arguments)


def test_an_empty_venue_says_so(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.close()
    line = Line(str(desk.folder), capsys)
    assert line.json("outcomes", "list") == []
    assert line.json("report", "stalls")["totals"]["market_days"] == 0
    assert line.json("undo") == {"undone": None}
