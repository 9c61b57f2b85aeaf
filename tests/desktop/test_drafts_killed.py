"""The whole program is killed over something unfinished and started again: page, dialog and content are back."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from venue_desk.store.desk import Desk


def ran(folder: Path, case: str, what: str) -> "subprocess.Popen[str]":
    script = Path(__file__).with_name("drafting.py")
    return subprocess.Popen(
        [sys.executable, str(script), str(folder), case, what],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )


@pytest.mark.parametrize("case", ["person", "void", "import", "wizard"])
def test_killed_over_something_unfinished(case: str, sample: Desk, tmp_path: Path) -> None:
    sample.close()
    folder = tmp_path / "new" if case == "wizard" else sample.folder
    with ran(folder, case, "begin") as first:
        assert first.stdout is not None and first.stderr is not None
        assert first.stdout.readline() == "kept\n", first.stderr.read()
        first.kill()
        first.communicate()
    with ran(folder, case, "look") as second:
        said, wrong = second.communicate(timeout=60)
    back = json.loads(said or "{}")
    assert back, wrong
    held = back["held"]
    if case == "wizard":
        assert (back["step"], held["name"], held["letterhead"]) == (
            1,
            "Paroki Setengah Jadi",
            ["Program Pelatihan"],
        )
    elif case == "person":
        assert (back["page"], back["dialog"]) == ("people", "PersonDialog")
        assert (held["name"], held["phone"]) == ("Setengah Diketik", "08120000")
    elif case == "void":
        assert (back["page"], back["dialog"]) == ("certificates", "VoidDialog")
        assert held["reason"] == "Nama salah ejaan"
    else:
        assert (back["page"], back["dialog"]) == ("people", "ImportDialog")
        assert held["course"] and [row[1] for row in held["rows"]] == ["skip"]
