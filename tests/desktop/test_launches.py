"""Two launches at once: one opens, the other raises the first window, touches no file and ends."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from venue_desk.store.desk import Desk

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork")


def launched(folder: Path, rounds: int, *options: str) -> dict[str, Any]:
    command = [
        sys.executable,
        str(Path(__file__).with_name("launching.py")),
        str(folder),
        str(rounds),
        *options,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("rounds", [20, pytest.param(1000, marks=pytest.mark.long)])
def test_one_opens_and_the_other_raises_it(desk: Desk, rounds: int) -> None:
    desk.close()
    assert launched(desk.folder, rounds) == {"rounds": rounds, "right": rounds, "wrong": {}}


def test_the_harness_finds_launches_that_do_not_know_of_each_other(desk: Desk) -> None:
    desk.close()
    found = launched(desk.folder, 1, "--planted")
    assert found["right"] == 0
