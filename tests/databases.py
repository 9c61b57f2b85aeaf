"""A real PostgreSQL for tests and benchmarks, started in a folder of its own; it may be killed and started again."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pytest


def _programs() -> Path | None:
    """The newest PostgreSQL on this computer."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[-3]))
    if found:
        return found[-1].parent
    other = shutil.which("initdb")
    return Path(other).resolve().parent if other else None


class Server:
    """A PostgreSQL of our own, which can be killed and started again."""

    def __init__(self, programs: Path, settings: str = "") -> None:
        # PostgreSQL refuses to run as root; the folder must then be reachable for its own account.
        self._as_root = hasattr(os, "geteuid") and os.geteuid() == 0
        self.folder = Path(tempfile.mkdtemp(prefix="venue-desk-pg-"))
        self._programs, self._settings = programs, settings
        if self._as_root:
            shutil.chown(self.folder, "postgres")
        data = str(self.folder / "data")
        self._run("initdb", "-D", data, "-A", "trust", "-U", "postgres", "--encoding=UTF8", "-N")
        self.start()

    @property
    def address(self) -> str:
        """Of its first database."""
        return self.template.format(database="postgres")

    @property
    def template(self) -> str:
        return f"postgresql://postgres@/{{database}}?host={self.folder}"

    def start(self) -> None:
        options = f"-k {self.folder} -c listen_addresses= -c max_connections=60 {self._settings}"
        log = str(self.folder / "log")
        command = ("pg_ctl", "-D", str(self.folder / "data"), "-w", "-o", options, "-l", log, "start")
        give_up = time.monotonic() + 30
        while True:
            try:
                self._run(*command)
                return
            except subprocess.CalledProcessError:  # something of the one that was killed is still there
                assert time.monotonic() < give_up, Path(log).read_text()[-2000:]

    def kill(self) -> None:
        """As if the power went: every process of it, without a word."""
        leader = int((self.folder / "data/postmaster.pid").read_text().split()[0])
        below = [int(each.name) for each in Path("/proc").glob("[0-9]*") if _parent(each) == leader]
        for one in (leader, *below):
            with contextlib.suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
        for one in (leader, *below):
            while Path(f"/proc/{one}").exists() and _lives(one):
                time.sleep(0.005)

    def remove(self) -> None:
        try:
            self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-m", "immediate", "stop", check=False)
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str, check: bool = True) -> None:
        prefix = ["runuser", "-u", "postgres", "--"] if self._as_root else []
        subprocess.run(
            [*prefix, str(self._programs / program), *arguments],
            cwd=self.folder,
            check=check,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


def _parent(place: Path) -> int:
    try:
        return int((place / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _lives(process: int) -> bool:
    """A process that ended may stay listed until its parent looks; it does nothing any more."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def installed() -> Path:
    programs = _programs()
    if programs is None:
        if Path("/etc/debian_version").exists() and os.geteuid() == 0:
            pytest.fail("PostgreSQL is missing: apt-get install --no-install-recommends postgresql")
        pytest.skip("needs PostgreSQL's initdb and pg_ctl")
    return programs
