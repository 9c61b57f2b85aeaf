"""Stalls by the command line, as a script does it."""

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


def spoken(capsys: pytest.CaptureFixture[str], folder: str, *arguments: str, code: int = 0) -> str:
    capsys.readouterr()
    assert run(["--data", folder, "stalls", *arguments]) == code
    out, err = capsys.readouterr()
    return err if code else out


def told(capsys: pytest.CaptureFixture[str], folder: str, *arguments: str) -> Any:
    return json.loads(spoken(capsys, folder, *arguments, "--json"))


@pytest.mark.parametrize("kind", ["pdf", "xlsx", "csv", "ics"])
def test_plan_twelve_weeks_into_a_file(
    folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    out = tmp_path / f"giliran.{kind}"
    made = told(capsys, folder, "plan", "--from", "2026-01-04", "--weeks", "12", "--out", str(out))
    assert len(made["weeks"]) == 12 and made["empty"] == 0 and made["outside_quota"] == 0
    assert made["proof"] and made["written"] == str(out) and out.stat().st_size > 500
    assert all(len(week["stalls"]) == 10 for week in made["weeks"])
    shown = told(capsys, folder, "show")
    planned = [week for week in shown["board"]["weeks"] if week["status"] == "draft"]
    assert len(planned) == 14  # two drafts of December, and the twelve weeks


def test_a_dry_run_writes_nothing(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = told(capsys, folder, "show")
    made = told(capsys, folder, "plan", "--weeks", "6", "--dry-run")
    assert made["changed"] == 0 and made["weeks"]
    assert told(capsys, folder, "show") == before


def test_publish_swap_and_show(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, folder, "publish", "--weeks", "2")["published"] == ["2025-12-14", "2025-12-21"]
    text = spoken(capsys, folder, "show")
    assert "Kedai Samara: 60 pelapak ikut giliran" in text and "mgg · " in text
    for other in range(2, 11):
        capsys.readouterr()
        code = run(
            ["--data", folder, "stalls", "swap", "2026-01-04/1", f"2026-01-04/{other}", "--reason", "uji"]
        )
        assert code == 0, "within one week a reason is always enough"
    assert "2026-01-04/99" in spoken(capsys, folder, "swap", "2026-01-04/1", "2026-01-04/99", code=2)


def test_vendors_join_and_are_away(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    made = told(
        capsys,
        folder,
        "vendors",
        "add",
        "Bakso Bu Tini",
        "--short",
        "Tini",
        "--category",
        "noodles",
        "--need",
        "gas",
    )
    assert made["name"] == "Bakso Bu Tini" and made["needs"] == ["gas"]
    assert len(told(capsys, folder, "vendors", "list", "--active")) == 61
    away = told(capsys, folder, "vendors", "away", "tini", "--from", "2026-01-04", "--kind", "late")
    assert away["to"] == "2026-01-04"
    filled = told(capsys, folder, "plan", "--fill", "--weeks", "11")
    assert filled["empty"] == 0
    back = told(capsys, folder, "vendors", "away", "tini", "--from", "2026-01-04", "--back")
    assert back["back"] is True
    refused = spoken(capsys, folder, "vendors", "away", "tini", "--from", "2026-01-04", "--back", code=2)
    assert "tidak berhalangan" in refused


@pytest.mark.parametrize(
    "arguments",
    [
        ("plan", "--from", "besok"),
        ("plan", "--weeks", "0"),
        ("plan", "--out", "giliran.doc"),
        ("plan", "--out", "/nowhere/at/all/giliran.pdf"),
        ("swap", "x", "y"),
        ("vendors", "add", ""),
        ("vendors", "add", "Baru", "--diet", "Z"),
        ("vendors", "away", "Tidak Ada", "--from", "2026-01-04"),
        ("vendors", "away", "Wati", "--from", "2026-01-04", "--kind", "x"),
    ],
)
def test_what_cannot_be_is_a_clear_sentence(
    folder: str, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    said = spoken(capsys, folder, *arguments, code=2)
    assert said.strip() and "Traceback" not in said


def test_nothing_but_json_is_printed(folder: str, tmp_path: Path) -> None:
    """The solver library greets on the process's own output, past Python."""
    import os
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-m", "venue_desk", "--data", folder, "stalls", "plan", "--weeks", "12", "--json"],
        capture_output=True,
        check=True,
        env=os.environ.copy(),
        text=True,
        cwd=tmp_path,
    )
    assert json.loads(done.stdout)["empty"] == 0
