"""A parish's Saturday through the command line: from an empty folder to certificates, stalls and a report."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from venue_desk.__main__ import main

DATA = Path(__file__).parents[1] / "data" / "spreadsheets"
LISTS = (
    "synthetic__daftar_peserta_kacau.xlsx",
    "synthetic__google_form.csv",
    "synthetic__semicolon_cp1252.csv",
    "synthetic__nik_numeric.xlsx",
)
Say = Callable[..., Any]


@pytest.fixture
def say(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Say:
    """Run a command on a venue of its own and return what it printed as JSON; ``code`` is the exit code expected."""
    monkeypatch.setenv("VENUE_DESK_TODAY", "2025-11-22T08:03")

    def run(*words: object, code: int = 0, data: Path = tmp_path / "desk") -> Any:
        capsys.readouterr()
        given = [str(word) for word in words]
        assert main(["--data", str(data), *given, *([] if code == 2 else ["--json"])]) == code
        said = capsys.readouterr()
        if code == 2:
            assert said.out == ""
            return said.err
        assert said.err == ""
        return json.loads(said.out)

    return run


@pytest.fixture
def course(say: Say) -> str:
    """A venue with one course of two days and the people of one list enrolled."""
    say("init", "--name", "Paroki Uji", "--kind", "parish", "--area", "Jakarta Barat", "--stalls", 10,
        "--signer", "Dra. Theresia Lestari, M.M.; Kepala Pusat Pelatihan; 197001011995032001")  # fmt: skip
    say("courses", "add", "BOGA-1", "--trade", "BOGA", "--from", "2025-11-21", "--to", "2025-11-22",
        "--weekdays", "5,6", "--capacity", 5)  # fmt: skip
    say("people", "import", DATA / LISTS[0], "--course", "BOGA-1")
    return "BOGA-1"


def lessons(say: Say, course: str) -> list[str]:
    return [lesson["id"] for lesson in say("courses", "show", course)["lessons"]]


def test_from_a_messy_list_to_certificates_that_anyone_can_check(
    say: Say, course: str, tmp_path: Path
) -> None:
    shown = say("courses", "show", course)
    assert len(shown["lessons"]) == 4
    ids = lessons(say, course)
    roster = say("attendance", "show", "--lesson", ids[0])["rows"]
    assert len(roster) == 5
    assert {row["status"] for row in roster} == {""}

    # By card as a scanner types it, by part of a name, undo, and the rest by hand.
    marked = say("attendance", "mark", "--lesson", ids[3], "--card", f"  {roster[0]['card']}\n")
    assert (marked["name"], marked["status"]) == (roster[0]["name"], "present")
    say("attendance", "mark", "--lesson", ids[3], "--person", "maruf", "--status", "sick")
    assert [r["status"] for r in say("attendance", "show", "--lesson", ids[3])["rows"]].count("sick") == 1
    say("undo")
    assert [r["status"] for r in say("attendance", "show", "--lesson", ids[3])["rows"]].count("sick") == 0
    for lesson in ids:
        for row in roster:
            status = "absent" if row["number"] == 5 else "present"
            say("attendance", "mark", "--lesson", lesson, "--person", row["number"], "--status", status)
        say("attendance", "close", "--lesson", lesson)

    units = say("certificates", "assessment", "--course", course)["units"]
    for row in roster[:3]:
        for number in range(1, len(units) + 1):
            say("certificates", "assess", "--course", course, "--person", row["number"], "--unit", number,
                "--result", "K")  # fmt: skip
    pdf = tmp_path / "sertifikat.pdf"
    issued = say("certificates", "issue", "--course", course, "--out", pdf)
    numbers = [one["number"] for one in say("certificates", "list")]
    assert len(numbers) == len(set(numbers)) >= 3
    assert issued

    def checked(*words: object, **options: Any) -> Any:
        (found,) = say("certificates", "verify", *words, **options)
        return found

    with pypdfium2.PdfDocument(pdf) as document:
        assert len(document) >= 6
        document[0].render(scale=3).to_pil().save(tmp_path / "foto.png")
    assert checked(tmp_path / "foto.png")["state"] == "valid"

    # Anyone, without the venue's records: the key list is enough.
    say("certificates", "keys", "export", tmp_path / "keys.json")
    elsewhere = tmp_path / "elsewhere"
    one = tmp_path / "one.pdf"
    say("certificates", "reprint", numbers[0], "--out", one)
    keys = ("--keys", tmp_path / "keys.json")
    assert checked(one, *keys, data=elsewhere)["state"] == "valid"
    assert checked(one, data=elsewhere, code=1)["state"] == "unknown"
    (code,) = zxingcpp.read_barcodes(Image.open(tmp_path / "foto.png"))
    token = code.text
    altered = token[:30] + ("A" if token[30] != "A" else "B") + token[31:]  # a letter of the statement
    assert checked(altered, *keys, code=1)["state"] == "altered"
    doctored = Image.open(tmp_path / "foto.png")
    doctored.paste("white", (0, 0, doctored.width, doctored.height))
    doctored.save(tmp_path / "kosong.png")
    assert checked(tmp_path / "kosong.png", code=1)["state"] == "unknown"

    say("certificates", "void", numbers[0], "--reason", "salah nama")
    assert checked(one, code=1)["state"] == "void"
    assert "final" in say("undo", code=2)


def test_every_list_is_understood_before_it_is_written(say: Say) -> None:
    say("init", "--name", "Paroki Uji", "--kind", "parish")
    for name in LISTS:
        say("people", "import", DATA / name, "--dry-run")
        assert say("people", "list") == []
    # One has no names at all: it is refused, and the sentence tells the columns that there are.
    assert "HP angka" in say("people", "import", DATA / LISTS[3], code=2)
    for name in LISTS[:3]:
        before = say("people", "list")
        say("people", "import", DATA / name)
        assert len(say("people", "list")) >= len(before)
    people = say("people", "list")
    say("undo")
    assert len(say("people", "list")) < len(people)
    say("redo")
    assert say("people", "list") == people


def test_stalls_are_planned_and_printed(say: Say, tmp_path: Path) -> None:
    say("init", "--sample", data=tmp_path / "sample")
    sample = {"data": tmp_path / "sample"}
    for kind in ("pdf", "xlsx", "ics"):
        out = tmp_path / f"kedai.{kind}"
        say("stalls", "plan", "--from", "2026-03-01", "--weeks", 4, "--out", out, **sample)
        assert out.stat().st_size > 500


def test_what_became_of_alumni_is_counted(say: Say, tmp_path: Path) -> None:
    sample = {"data": tmp_path / "sample"}
    say("init", "--sample", **sample)
    before = say("report", "outcomes", **sample)["totals"]
    alumnus = next(a for a in say("outcomes", "list", **sample) if a["kind"] in ("", "unknown"))
    say("outcomes", "record", alumnus["person_id"], "employed", "--employer", "Roti Hangat", **sample)
    after = say("report", "outcomes", **sample)["totals"]
    assert after["employed"] == before["employed"] + 1
    for kind in ("pdf", "xlsx"):
        say("report", "outcomes", "--out", tmp_path / f"laporan.{kind}", **sample)
        assert (tmp_path / f"laporan.{kind}").stat().st_size > 1000


def test_bad_input_is_a_clear_sentence_and_changes_nothing(say: Say, course: str, tmp_path: Path) -> None:
    before = say("history")
    (tmp_path / "surat.xlsx").write_text("ini bukan lembar kerja")
    (tmp_path / "bukan.pdf").write_text("ini bukan pdf")
    refused = (
        ("people", "import", tmp_path / "surat.xlsx"),
        ("people", "import", tmp_path),
        ("people", "import", tmp_path / "tidak-ada.xlsx"),
        ("people", "import", DATA / "calamine__pass_protected.xlsx"),
        ("people", "import", DATA / "calamine__empty_sheet.xlsx"),
        ("people", "import", DATA / LISTS[0], "--course", "TIDAK-ADA"),
        ("courses", "add", "X", "--trade", "BOGA", "--from", "2025-11-22", "--to", "2025-11-21"),
        ("courses", "add", "X", "--trade", "BOGA", "--from", "22/11/2025", "--to", "2025-11-23"),
        ("courses", "add", "X", "--trade", "SIHIR", "--from", "2025-11-22", "--to", "2025-11-23"),
        ("attendance", "mark", "--lesson", "BOGA-1/2025-11-22/pagi", "--card", "VD0000000"),
        ("attendance", "mark", "--lesson", "BOGA-1/2025-12-25/pagi", "--person", "1"),
        ("attendance", "register", "--course", course, "--out", tmp_path / "tidak" / "ada" / "daftar.pdf"),
        ("certificates", "verify", tmp_path / "bukan.pdf"),
        ("certificates", "void", "0001/TIDAK/ADA", "--reason", "x"),
        ("restore", tmp_path / "surat.xlsx"),
        ("init", "--name", "Lagi", "--kind", "parish"),
    )
    for words in refused:
        text = say(*words, code=2)
        assert text.strip()
        assert "Traceback" not in text
        assert "Error" not in text
        assert "None" not in text
    assert say("history") == before
    assert say("check")["faults"] == []


def test_a_folder_that_is_a_file_holds_no_venue(say: Say, tmp_path: Path) -> None:
    (tmp_path / "berkas").write_text("x")
    assert say("init", "--name", "X", "--kind", "parish", data=tmp_path / "berkas" / "desk", code=2)
    shutil.rmtree(tmp_path / "desk", ignore_errors=True)
    assert say("people", "list", code=2)
