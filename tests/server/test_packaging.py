"""What an operator installs: every path, command and setting in it is there."""

import configparser
import itertools
import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from venue_desk.__main__ import main

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / "packaging/centre"
UNIT = PLACE / "venue-desk-centre@.service"


def understood(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """The command line knows the command and each of its options."""
    capsys.readouterr()
    command = itertools.takewhile(lambda word: word.isalpha() and word.islower(), arguments)
    assert main(["server", "--database", "postgresql://x@/y", *command, "--help"]) == 0
    told = capsys.readouterr().out
    for option in (word for word in arguments if word.startswith("--")):
        assert option in told


def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((PLACE / "compose.yaml").read_text("utf-8")))


def test_the_unit(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(UNIT)
    program, *arguments = shlex.split(unit["Service"]["ExecStart"].replace("%i", "8710"))
    assert Path(program).name == "venue-desk" and arguments[0] == "server"
    understood(arguments[1:], capsys)
    verify = shutil.which("systemd-analyze")
    if verify:
        # The program lies elsewhere here; all else is judged as it is.
        copy = tmp_path / "venue-desk-centre@8710.service"
        copy.write_text(UNIT.read_text("utf-8").replace(program, "/bin/true"), "utf-8")
        done = subprocess.run(
            [verify, "verify", "--man=no", str(copy)], capture_output=True, text=True, check=False
        )
        assert copy.name not in done.stderr, done.stderr


def test_the_image(capsys: pytest.CaptureFixture[str]) -> None:
    text = (PLACE / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    steps = [line.split(maxsplit=1) for line in text.splitlines() if line and not line.startswith("#")]
    words = [word for word, _rest in steps]
    assert set(words) <= set("FROM WORKDIR COPY RUN ENV USER EXPOSE HEALTHCHECK ENTRYPOINT CMD".split())
    for word, rest in steps:
        if word == "COPY" and not rest.startswith("--from"):
            for source in rest.split()[:-1]:
                assert (ROOT / source).exists(), source
        if word == "FROM":
            assert re.fullmatch(r"python:3\.11-slim-bookworm( AS build)?", rest)
        if word == "RUN":
            assert "--no-cache-dir" in rest or "useradd" in rest
    said = dict(steps)
    assert json.loads(said["ENTRYPOINT"]) == ["venue-desk", "server"]
    understood(json.loads(said["CMD"]), capsys)
    assert words.index("USER") > words.index("FROM", 1), "the centre does not run as root"
    assert "--require-hashes -r packaging/requirements/run.txt" in text


def test_the_composition(capsys: pytest.CaptureFixture[str]) -> None:
    said = compose()
    services = said["services"]
    assert set(services) == {"database", "tables", "centre", "keep", "front"}
    for service in services.values():
        build = service.get("build")
        if build:
            assert (PLACE / build["context"] / build["dockerfile"]).resolve() == PLACE / "Dockerfile"
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in said["volumes"] or (PLACE / source).is_file(), source
        for other in service.get("depends_on", []):
            assert other in services
    understood(services["tables"]["command"], capsys)
    owner = services["tables"]["environment"]["VENUE_DESK_DATABASE"]
    own = services["centre"]["environment"]["VENUE_DESK_DATABASE"]
    assert "//owner:" in owner and "//centre:" in own, "what serves desks owns nothing"
    roles = (PLACE / "roles.sh").read_text("utf-8")
    from venue_desk.server.postgres import ROLES

    assert all(f"CREATE ROLE {role} NOLOGIN" in roles for role in ROLES)
    assert subprocess.run(["sh", "-n", str(PLACE / "roles.sh")], check=False).returncode == 0
    ports = re.findall(
        r"reverse_proxy \{\n\s+dynamic a (\w+) (\d+)", (PLACE / "Caddyfile").read_text("utf-8")
    )
    assert ports == [("centre", "8710")]


def test_what_the_readme_tells_an_operator_to_type(capsys: pytest.CaptureFixture[str]) -> None:
    section = (ROOT / "README.md").read_text("utf-8").partition("## The centre")[2].partition("\n## ")[0]
    commands = re.findall(r"^venue-desk server (.+?)(?:\s{2,}.*)?$", section, re.MULTILINE)
    assert len(commands) >= 6
    for command in commands:
        words = shlex.split(command)
        understood([word for word in words if word != "…"], capsys)
    for path in re.findall(r"`(packaging/[\w@./-]+)`", section):
        assert (ROOT / path).exists(), path
