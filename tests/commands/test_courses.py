"""Courses and attendance on the command line, as scripts use them."""

import json
from pathlib import Path

import openpyxl
import pypdfium2
import pytest

from references import said
from venue_desk.__main__ import main
from venue_desk.domain import cards
from venue_desk.store.desk import Desk

LESSON = "BOGA-12/2025-11-22/pagi"


class Run:
    """Run a command on the sample parish: what it printed, and what it said to stderr."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capsys = folder, capsys
        self.error = ""

    def __call__(self, *words: str, code: int = 0) -> str:
        self._capsys.readouterr()
        got = main(["--data", str(self.folder), *words])
        said = self._capsys.readouterr()
        self.error = said.err
        assert got == code, said
        return said.out

    def json(self, *words: str) -> object:
        return json.loads(self(*words, "--json"))


@pytest.fixture
def run(sample: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("VENUE_DESK_TODAY", "2025-11-22T08:03")
    sample.close()
    return Run(sample.folder, capsys)


def test_a_course_from_nothing_to_its_list(run: Run) -> None:
    made = run.json(
        "courses", "add", "BOGA-13", "--trade", "boga", "--from", "2025-12-01", "--to", "2025-12-05",
        "--batch", "13", "--capacity", "1", "--lesson", "pagi=08:00-12:00",
    )  # fmt: skip
    assert isinstance(made, dict) and (made["lessons"], made["title"]) == (5, "Tata Boga")
    run("courses", "enrol", "boga-13", "Maria Goretti", "Agnes Kristiani")
    shown = run.json("courses", "show", "BOGA-13")
    assert isinstance(shown, dict)
    assert [(one["name"], one["state"]) for one in shown["participants"]] == [
        ("Maria Goretti", "enrolled"), ("Agnes Kristiani", "waiting"),
    ]  # fmt: skip
    run("courses", "promote", "BOGA-13", "Agnes Kristiani", code=2)
    assert "penuh" in run.error
    run("courses", "leave", "BOGA-13", "1", "--reason", "work", "--until", "2025-12-02")
    assert "Agnes Kristiani" in run("courses", "promote", "BOGA-13", "2")
    assert "BOGA-13/2025-12-01/pagi" in run("courses", "show", "BOGA-13")
    assert "BOGA-13" in run("courses", "list")


def test_a_course_of_the_agency_s_programme(run: Run) -> None:
    desk = Desk.open(run.folder)
    said(
        desk, "programme",
        ("KUE", {"id": "Kue Basah", "trade": "BOGA", "hours": 16, "capacity": 12, "series": "Mitra", "once": True}),
    )  # fmt: skip
    desk.close()
    days = ("--from", "2025-12-01", "--to", "2025-12-02")
    made = run.json("courses", "add", "KUE-1", "--programme", "kue", *days)
    assert isinstance(made, dict)
    assert [made[key] for key in ("title", "hours", "capacity", "series", "once_per_person", "programme")] == [
        "Kue Basah", 16, 12, "Mitra", True, "KUE",
    ]  # fmt: skip
    assert "Program: Kue Basah (KUE)" in run("courses", "show", "KUE-1")
    other = run.json(
        "courses", "add", "KUE-2", "--programme", "KUE", *days, "--capacity", "0", "--no-once", "--series", "",
        "--hours", "8", "--unit", "par.tg01.001.01",
    )  # fmt: skip
    assert isinstance(other, dict)
    assert [other[key] for key in ("hours", "capacity", "series", "once_per_person")] == [8, 0, "", False]
    run("courses", "add", "KUE-3", "--programme", "TIDAK", *days, code=2)
    assert "KUE" in run.error
    run("courses", "add", "KUE-3", *days, code=2)
    assert "--trade" in run.error


@pytest.mark.parametrize(
    "words",
    [
        ("courses", "add", "X", "--trade", "BOGA", "--from", "2025-12-20", "--to", "2025-12-01"),
        ("courses", "add", "BOGA-12", "--trade", "BOGA", "--from", "2025-12-01", "--to", "2025-12-02"),
        ("courses", "add", "X", "--trade", "SIHIR", "--from", "2025-12-01", "--to", "2025-12-02"),
        ("courses", "add", "X", "--trade", "BOGA", "--from", "1 Des", "--to", "2025-12-02"),
        (
            "courses",
            "add",
            "X",
            "--trade",
            "BOGA",
            "--from",
            "2025-12-01",
            "--to",
            "2025-12-02",
            "--weekdays",
            "8",
        ),
        ("courses", "show", "TIDAK-ADA"),
        ("courses", "leave", "BOGA-12", "1", "--reason", "bosan"),
        ("courses", "close", "BOGA-12"),
        ("attendance", "mark", "--lesson", LESSON),
        ("attendance", "mark", "--lesson", "BOGA-12", "--person", "Joko"),
        ("attendance", "mark", "--lesson", LESSON, "--person", "Joko", "--status", "bolos"),
        ("attendance", "mark", "--lesson", LESSON, "--person", "ag"),
        ("attendance", "mark", "--lesson", LESSON, "--card", "8991234567890"),
        ("attendance", "register", "--course", "BOGA-12", "--out", "daftar.txt"),
        ("attendance", "register", "--course", "BOGA-12", "--out", "/tidak/ada/daftar.pdf"),
        ("attendance", "register", "--course", "BOGA-12", "--out", "/tidak/ada/daftar.xlsx"),
        ("attendance", "close", "--lesson", LESSON),
    ],
)
def test_what_cannot_be_is_said_in_words(run: Run, words: tuple[str, ...]) -> None:
    run(*words, code=2)
    assert run.error.strip() and "Traceback" not in run.error


def test_marking_by_card_name_number_and_status(run: Run) -> None:
    shown = run.json("attendance", "show", "--lesson", LESSON)
    assert isinstance(shown, dict)
    by_name = {one["name"]: one for one in shown["rows"]}
    joko, nur = by_name["Joko"], by_name["Nur Hidayah"]
    done = run.json("attendance", "mark", "--lesson", LESSON, "--card", f"]Q1{cards.code(joko['person_id'])}")
    assert isinstance(done, dict) and (done["name"], done["status"], done["time"]) == (
        "Joko",
        "present",
        "08:03",
    )
    assert "sudah tercatat" in run("attendance", "mark", "--lesson", LESSON, "--card", joko["card"])
    run(
        "attendance",
        "mark",
        "--lesson",
        LESSON,
        "--person",
        "hidayah",
        "--status",
        "sakit",
        "--reason",
        "Demam",
    )
    run("attendance", "mark", "--lesson", LESSON, "--person", "1", "--status", "T", "--at", "8.40")
    run(
        "attendance",
        "mark",
        "--lesson",
        LESSON,
        "--person",
        nur["person_id"],
        "--status",
        "late",
        "--at",
        "08:15",
    )
    after = run.json("attendance", "show", "--lesson", LESSON)
    assert isinstance(after, dict)
    rows = {one["name"]: (one["status"], one["time"]) for one in after["rows"]}
    assert rows["Agnes Kristiani"] == ("late", "08:40")
    assert rows["Nur Hidayah"] == ("late", "08:15")
    run("attendance", "close", "--lesson", LESSON)
    run("attendance", "mark", "--lesson", LESSON, "--person", "Joko", "--status", "absent", code=2)
    run("attendance", "reopen", "--lesson", LESSON)
    run("undo")


def test_guests_and_the_rest(run: Run) -> None:
    assert "Bu Rina" in run("attendance", "guest", "--lesson", LESSON, "Bu Rina")
    marked = run.json("attendance", "rest", "--lesson", LESSON, "--status", "absent")
    assert isinstance(marked, dict) and sorted(marked["names"]) == ["Joko", "Nur Hidayah"]


def test_registers_and_cards_are_files(run: Run, tmp_path: Path) -> None:
    pdf, table, cards_file, recap = (tmp_path / name for name in ("d.pdf", "d.xlsx", "k.pdf", "r.pdf"))
    run(
        "attendance",
        "register",
        "--course",
        "boga-12",
        "--out",
        str(pdf),
        "--day",
        "2025-11-22",
        "--blank",
        "2",
    )
    run("attendance", "register", "--course", "boga-12", "--out", str(recap), "--recap", "--paper", "F4")
    run("attendance", "register", "--course", "boga-12", "--out", str(table))
    run("attendance", "cards", "--course", "boga-12", "--out", str(cards_file))
    assert [_pages(one) for one in (pdf, recap, cards_file)] == [1, 1, 2]
    rows = list(openpyxl.load_workbook(table).active.iter_rows(values_only=True))
    agus = next(row for row in rows if "Agus Salim" in row)
    assert agus[0] == 2 and agus[3:6] == ("H", "H", "S") and agus[-1] == 80


def _pages(file: Path) -> int:
    with pypdfium2.PdfDocument(file) as document:
        return len(document)


def test_a_series_joined_again_needs_a_reason(run: Run) -> None:
    for batch in ("21", "22"):
        run(
            "courses", "add", f"BOGA-{batch}", "--trade", "boga", "--from", "2025-12-01", "--to", "2025-12-02",
            "--batch", batch, "--series", "Mitra tepung", "--once",
        )  # fmt: skip
    run("courses", "enrol", "BOGA-21", "Maria Goretti")
    run("courses", "enrol", "BOGA-22", "Maria Goretti", code=2)
    assert "sudah pernah ikut seri ini" in run.error and "--again" in run.error
    run("courses", "enrol", "BOGA-22", "Maria Goretti", "--again", " ", code=2)
    assert "alasan" in run.error
    run("courses", "enrol", "BOGA-22", "Agnes Kristiani", "--again", "Maria Goretti", code=2)
    assert "“Maria Goretti” adalah nama orang" in run.error
    run("courses", "enrol", "BOGA-22", "Maria Goretti", "--again", code=2)
    said = run("courses", "enrol", "BOGA-22", "Maria Goretti", "Agnes Kristiani", "--again", "Kelas lanjutan")
    assert "Maria Goretti: ikut lagi: Kelas lanjutan" in said and "Agnes Kristiani: ikut" not in said
    assert "Ikut lagi: Kelas lanjutan" in run("courses", "show", "BOGA-22")
    assert "Ikut lagi: Kelas lanjutan" in run("people", "show", "Maria Goretti")
