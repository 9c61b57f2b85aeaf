"""``venue-desk server …`` as a program of its own."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from venue_desk.__main__ import main

RUN = [sys.executable, "-m", "venue_desk"]


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    capsys.readouterr()
    code = main(["server", *arguments])
    out, error = capsys.readouterr()
    assert code == 0, error
    return out.strip()


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    capsys.readouterr()
    assert main(["server", *arguments]) == 2
    out, error = capsys.readouterr()
    assert not out
    return error


def test_a_centre_by_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = ("--data", str(tmp_path / "centre"))
    assert "tidak ada pusat" in refused(capsys, *data, "venue", "list")
    said(capsys, *data, "init")
    assert "sudah ada pusat" in refused(capsys, *data, "init")
    assert said(capsys, *data, "venue", "list") == "Belum ada tempat."
    place = said(capsys, *data, "venue", "add", "Paroki Santo Lukas", "--kind", "parish")
    assert len(place) == 32
    assert refused(capsys, *data, "venue", "add", "X", "--kind", "castle")
    rows = json.loads(said(capsys, *data, "venue", "list", "--json"))
    assert [(row["id"], row["name"], row["devices"]) for row in rows] == [(place, "Paroki Santo Lukas", 0)]
    code = said(capsys, *data, "device", "code", "--venue", place)
    assert len(code) == 19
    assert "Tidak ada tempat" in refused(capsys, *data, "device", "code", "--venue", "0" * 32)
    assert "Tidak ada komputer" in refused(capsys, *data, "device", "revoke", "0" * 32)
    said(capsys, *data, "backup", str(tmp_path / "backup.db"))
    assert "Paroki Santo Lukas" in said(capsys, *data, "report")
    restored = json.loads(said(capsys, *data, "restore", str(tmp_path / "backup.db"), "--json"))
    assert Path(restored["kept"]).exists()
    assert json.loads(said(capsys, *data, "venue", "list", "--json"))[0]["id"] == place
    assert refused(capsys, *data, "restore", str(tmp_path / "nothing.db"))
    assert refused(capsys, "venue", "list")
    assert refused(capsys, "--database", "mysql://somewhere/x", "venue", "list")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_says_where_it_is_and_stops_cleanly(tmp_path: Path, how: signal.Signals) -> None:
    data = ["server", "--data", str(tmp_path / "centre")]
    assert main([*data, "init"]) == 0
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [*RUN, *data, "run", "--port", "0", "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        where = json.loads(process.stdout.readline())["address"]
        assert httpx.get(f"{where}/health").status_code == 200
        process.send_signal(how)
        _out, error = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0, error
    assert error == ""


def test_a_port_that_is_taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import socket

    said(capsys, "--data", str(tmp_path / "centre"), "init")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        error = refused(capsys, "--data", str(tmp_path / "centre"), "run", "--port", port)
    assert "tidak dapat menerima sambungan" in error and "--port" in error
