"""The whole program is killed over something unfinished and started again: page, dialog and content are back."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from desktop.drafting import STEPS
from venue_desk.store.desk import Desk


def ran(folder: Path, case: str, what: str, *options: str) -> "subprocess.Popen[str]":
    script = Path(__file__).with_name("drafting.py")
    return subprocess.Popen(
        [sys.executable, str(script), str(folder), case, what, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )


def killed(folder: Path, case: str) -> None:
    with ran(folder, case, "begin") as first:
        assert first.stdout is not None and first.stderr is not None
        assert first.stdout.readline() == "kept\n", first.stderr.read()
        first.kill()
        first.communicate()


def seen(folder: Path, case: str, *options: str) -> dict[str, Any]:
    """What is there after the program was started again."""
    with ran(folder, case, "look", *options) as second:
        said, wrong = second.communicate(timeout=60)
    assert said, wrong
    back: dict[str, Any] = json.loads(said)
    return back


@pytest.mark.parametrize(
    ("case", "page", "dialog", "typed"),
    [
        ("person", "people", "PersonDialog", {"name": "Setengah Diketik", "phone": "08120000"}),
        ("void", "certificates", "VoidDialog", {"reason": "Nama salah ejaan"}),
        ("vendor", "stalls", "VendorDialog", {"name": "Warung Setengah", "products": "Lum"}),
    ],
)
def test_killed_over_a_dialog(case: str, page: str, dialog: str, typed: dict[str, str], sample: Desk) -> None:
    sample.close()
    killed(sample.folder, case)
    back = seen(sample.folder, case)
    assert (back["page"], back["dialog"]) == (page, dialog)
    assert {key: back["held"][key] for key in typed} == typed


def test_killed_over_an_import(sample: Desk) -> None:
    sample.close()
    killed(sample.folder, "import")
    back = seen(sample.folder, "import")
    assert (back["page"], back["dialog"]) == ("people", "ImportDialog")
    assert back["held"]["course"] and [row[1] for row in back["held"]["rows"]] == ["skip"]


@pytest.mark.parametrize("step", range(4))
def test_killed_in_each_step_of_the_set_up(step: int, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    killed(folder, f"wizard{step}")
    for file in folder.rglob("*"):
        assert file.is_dir() or not [one for one in (b"Setengah", b"Bernadeta") if one in file.read_bytes()]
    back = seen(folder, f"wizard{step}")
    assert back["step"] == step
    for typed in STEPS[: step + 1]:
        for key, value in typed.items():
            held = back["held"][key]
            assert value[0] in held if key == "signers" else held == value


def test_the_harness_sees_a_draft_that_is_not_put_back(sample: Desk) -> None:
    sample.close()
    killed(sample.folder, "person")
    assert seen(sample.folder, "person", "--planted")["held"]["name"] == ""
