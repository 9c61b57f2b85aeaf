"""The wheel as the image's last step builds it: everything is in it, and the centre runs from it without a checkout.

Packages are those of this environment, which the same locked file filled; only the package itself is the wheel's.
"""

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The only file that the build leaves."""
    folder = tmp_path_factory.mktemp("wheel")
    build = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"
    done = subprocess.run(
        [sys.executable, "-c", build, str(folder)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    (made,) = folder.glob("*.whl")
    return made


def test_everything_is_in_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    known = subprocess.run(
        ["git", "ls-files", "resources", "src/venue_desk"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    for name in known:
        place = name.removeprefix("src/").replace("resources/", "venue_desk/_resources/", 1)
        assert place in inside or not (ROOT / name).exists(), name
    assert any(name.endswith(".mo") for name in inside)


def test_the_centre_runs_from_the_wheel(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    # -S leaves out the line by which this environment finds the checkout.
    path = os.pathsep.join([str(tmp_path / "site"), sysconfig.get_path("purelib")])
    how: dict[str, Any] = {
        "cwd": tmp_path,
        "env": {**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"},
    }
    program = [sys.executable, "-S", "-m", "venue_desk"]
    where = subprocess.run(
        [sys.executable, "-S", "-c", "import venue_desk; print(venue_desk.__file__)"],
        capture_output=True, text=True, check=True, **how,
    )  # fmt: skip
    assert where.stdout.startswith(str(tmp_path))
    server = [*program, "--lang", "id", "server", "--data", "centre"]
    subprocess.run([*server, "init"], check=True, capture_output=True, **how)
    process = subprocess.Popen(
        [*server, "run", "--port", "0", "--json"], stdout=subprocess.PIPE, text=True, **how
    )
    try:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["address"]
        assert httpx.get(f"{url}/health").json()["status"] == "ok"
        page = httpx.get(f"{url}/verify", headers={"Accept-Language": "id"})
        assert page.status_code == 200 and "sertifikat" in page.text.lower()
    finally:
        process.terminate()
        process.communicate(timeout=30)
