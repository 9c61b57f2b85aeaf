"""Set up Venue Desk in a checkout and run or test it. Needs Python 3.11 or newer and a network for the first time.

python3 packaging/dev.py run  [venue-desk's own arguments]    the window; without a screen a day at the sample parish
python3 packaging/dev.py test [pytest's own arguments]        every check and every test
python3 packaging/dev.py lint                                 the checks without the tests
python3 packaging/dev.py lock                                 choose newer versions of the packages
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
WINDOWS = os.name == "nt"
BIN = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = BIN / ("python.exe" if WINDOWS else "python")
REQUIREMENTS = ROOT / "packaging/requirements"

# What Qt loads from the system, and the Debian package that holds it.
QT_LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
}
WINDOW_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
# What the tests start for real: the program, where it may lie beside the search path, the Debian package.
TEST_PROGRAMS = [
    ("initdb", "/usr/lib/postgresql/*/bin/initdb", "postgresql"),
    ("chromium", "/usr/bin/chromium", "chromium"),
    ("gnome-keyring-daemon", "/usr/bin/gnome-keyring-daemon", "gnome-keyring"),
    ("dbus-run-session", "/usr/bin/dbus-run-session", "dbus-daemon"),
]

TYPES = ("types", ["mypy"])
CHECKS = [
    ("layout of the code", ["ruff", "format", "--check", "--quiet", "."]),
    ("rules of the code", ["ruff", "check", "--quiet", "."]),
    ("laws between the rooms", ["lint-imports", "--no-logo"]),
    ("translations", ["python", "packaging/translations.py", "--check"]),
]


class Stop(Exception):
    """One sentence for the person at the keyboard."""


def main(arguments: list[str]) -> int:
    """Carry out one of the commands above; the exit code says whether it went well."""
    if sys.version_info < (3, 11):  # noqa: UP036 - said in a sentence, where pip would say it in twenty
        raise Stop(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    command, rest = (arguments or ["help"])[0], arguments[1:]
    if command == "run":
        set_up("run")
        return run(rest)
    if command == "test":
        set_up("test")
        return test(rest)
    if command == "lint":
        set_up("test")
        return 1 if lint() else 0
    if command == "lock":
        return lock()
    print(__doc__)
    return 0 if command in ("help", "-h", "--help") else 2


# --- set-up


def set_up(purpose: str) -> None:
    """Everything that ``run`` or ``test`` needs; does nothing, quickly, when it is all there."""
    system_packages(purpose)
    stamp = VENV / "venue-desk.stamp"
    wanted = {kind: fingerprint(kind) for kind in ("run", "test")}
    held = stamp.read_text("utf-8").split() if stamp.is_file() and runs(PYTHON) else []
    if wanted[purpose] not in held and wanted["test"] not in held:
        make_venv()
        install(purpose)
        stamp.write_text(wanted[purpose], "utf-8")
    sys.path.insert(0, str(ROOT / "packaging"))
    import translations

    if translations.stale(ROOT):
        call([PYTHON, "packaging/translations.py", "--quiet"], "The translations could not be compiled")


def fingerprint(purpose: str) -> str:
    """Changes when other packages are wanted, or another Python or another place holds them."""
    mark = hashlib.sha256(f"{sys.version_info[:2]} {ROOT}".encode())
    for path in (REQUIREMENTS / f"{purpose}.txt", ROOT / "pyproject.toml"):
        mark.update(path.read_bytes())
    return f"{purpose}-{mark.hexdigest()[:16]}"


def make_venv() -> None:
    if runs(PYTHON):
        return
    say("Making a virtual environment in .venv")
    if VENV.exists():
        shutil.rmtree(VENV)
    try:
        import ensurepip  # noqa: F401 - bare Debian has no pip for a new environment
    except ImportError:
        if not is_debian():
            raise Stop(
                "This Python comes without ensurepip; install Python 3.11 or newer with pip."
            ) from None
        apt_install([f"python3.{sys.version_info.minor}-venv"])
    done = subprocess.run(
        [sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        raise Stop(f"The virtual environment could not be made: {last_line(done.stdout + done.stderr)}")


def runs(python: Path) -> bool:
    if not python.exists():
        return False
    return subprocess.run([str(python), "-c", ""], capture_output=True, check=False).returncode == 0


def install(purpose: str) -> None:
    """The locked packages, each checked against its hash, then this checkout itself."""
    lock_file = REQUIREMENTS / f"{purpose}.txt"
    total = sum(line[:1].isalpha() for line in lock_file.read_text("utf-8").splitlines())
    say(f"Installing about {total} packages (once; about 150 MB)")
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--no-deps"]
    packages = ["--require-hashes", "--only-binary=:all:", "--progress-bar=off", "-r", str(lock_file)]
    watch([*pip, *packages], total)
    checkout = ["--quiet", "--no-build-isolation", "--no-index", "-e", str(ROOT)]
    call([*pip, *checkout], "Venue Desk itself could not be installed")


def watch(command: list[str], total: int) -> None:
    """Run pip and show how far it is; its own words only when it fails."""
    environment = {**os.environ, "PIP_NO_COLOR": "1", "PYTHONUNBUFFERED": "1"}
    lines: list[str] = []
    count = 0
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT, env=environment
    ) as process:
        assert process.stdout
        for line in process.stdout:
            lines.append(line.strip())
            if line.startswith("Collecting "):
                count += 1
                if count % 10 == 0:
                    say(f"  {count} of about {total}")
            if line.startswith("Installing collected packages"):
                say("  unpacking")
    if process.returncode:
        told = [line for line in lines if line.upper().startswith("ERROR")] or lines[-1:]
        raise Stop(
            f"The packages could not be installed: {(told or ['pip said nothing'])[-1]} "
            "Check the network and run the same command again."
        )


def system_packages(purpose: str) -> None:
    """Qt's libraries and what the tests start; on Debian as root they are installed, else they are named."""
    if not sys.platform.startswith("linux"):
        return
    libraries = {**QT_LIBRARIES, **(WINDOW_LIBRARIES if purpose == "run" and has_screen() else {})}
    missing = [package for name, package in libraries.items() if not loads(name)]
    if purpose == "test":
        missing += [package for name, place, package in TEST_PROGRAMS if not is_there(name, place)]
    if missing:
        apt_install(missing)


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def is_there(program: str, pattern: str) -> bool:
    return bool(shutil.which(program)) or any(Path("/").glob(pattern.lstrip("/")))


def is_debian() -> bool:
    return shutil.which("apt-get") is not None


def apt_install(packages: list[str]) -> None:
    wanted = " ".join(sorted(set(packages)))
    command = f"apt-get install --no-install-recommends {wanted}"
    if not is_debian():
        raise Stop(
            f"These system packages (Debian's names) are missing; install what holds them here: {wanted}"
        )
    if os.geteuid() != 0:
        raise Stop(f"System packages are missing; run this, then the same command again: sudo {command}")
    say(f"Installing system packages: {wanted}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install_now = ["apt-get", "install", "--yes", "-qq", "--no-install-recommends", *packages]
    # A fresh machine has no lists of packages, an old one has lists that name what is gone.
    subprocess.run(["apt-get", "update", "-qq"], env=environment, capture_output=True, check=False)
    done = subprocess.run(install_now, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Stop(f"System packages could not be installed: {last_line(done.stderr)} Try by hand: {command}")


# --- run


def has_screen() -> bool:
    if os.environ.get("QT_QPA_PLATFORM") in ("offscreen", "minimal"):
        return False
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def run(arguments: list[str]) -> int:
    if has_screen() or arguments:
        return subprocess.run([str(PYTHON), "-m", "venue_desk", *arguments], check=False).returncode
    say("There is no screen, so a day at the sample parish is played without one.")
    return subprocess.run([str(PYTHON), "packaging/day.py"], cwd=ROOT, check=False).returncode


# --- test


Check = tuple[str, list[str]]


def lint(checks: Sequence[Check] = (*CHECKS, TYPES)) -> list[str]:
    """The names of the checks that failed; what they say is printed."""
    return [check[0] for check in checks if not passes(check, time.monotonic(), begun(check))]


def begun(check: Check) -> subprocess.Popen[str]:
    command = [str(BIN / check[1][0]), *check[1][1:]]
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    )


def passes(check: Check, start: float | None, process: subprocess.Popen[str]) -> bool:
    """Wait for a check and print how it went; ``start`` is None where it ran beside something else."""
    said = process.communicate()[0].strip()
    took = f" ({time.monotonic() - start:.0f} s)" if start is not None else ""
    say(f"{'FAILED' if process.returncode else 'ok':>6}  {check[0]}{took}")
    if process.returncode:
        say(said)
    return process.returncode == 0


def test(arguments: list[str]) -> int:
    """All checks and all tests; with arguments only pytest, which gets them."""
    failed = [] if arguments else lint(CHECKS)
    # Types take a minute of one processor: they are looked at while the tests run.
    types = None if arguments else begun(TYPES)
    workers = ["-n", str(max(2, min(4, os.cpu_count() or 2))), "--dist", "worksteal"]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    pytest = [str(PYTHON), "-m", "pytest", "-q", *(arguments or workers)]
    code = subprocess.run(pytest, cwd=ROOT, env=environment, check=False).returncode
    if types and not passes(TYPES, None, types):
        failed.append(TYPES[0])
    if failed:
        print(f"The tests ran, but these checks failed: {', '.join(failed)}.", file=sys.stderr)
    return code or (1 if failed else 0)


# --- lock


def lock() -> int:
    """Write packaging/requirements/*.txt anew, one file for every system and Python, without any address."""
    extras = {"run": ["server", "checkout"], "test": ["server", "checkout", "dev"]}
    with tempfile.TemporaryDirectory() as folder:
        tools = Path(folder)
        subprocess.run([sys.executable, "-m", "venv", str(tools)], check=True)
        python = tools / ("Scripts/python.exe" if WINDOWS else "bin/python")
        call([python, "-m", "pip", "install", "--quiet", "uv"], "The locking tool could not be installed")
        REQUIREMENTS.mkdir(exist_ok=True)
        compiler: list[str | Path] = [python, "-m", "uv", "pip", "compile"]
        for purpose, chosen in extras.items():
            out = REQUIREMENTS / f"{purpose}.txt"
            options = "--universal --upgrade --quiet --python-version 3.11 --generate-hashes --no-header --no-annotate"
            command = [*compiler, *options.split(), "pyproject.toml", "-o", out]
            for extra in chosen:
                command += ["--extra", extra]
            if purpose == "test":  # what the tests run with is what the desk runs with
                command += ["--constraint", REQUIREMENTS / "run.txt"]
            call(command, "The packages could not be locked")
            if "://" in out.read_text("utf-8"):
                raise Stop(
                    f"{out.name} holds an address; nothing but names, versions and hashes belongs there."
                )
    return 0


# --- words


def call(command: list[str | Path], failure: str) -> None:
    done = subprocess.run(
        [str(part) for part in command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Stop(f"{failure}: {last_line(done.stderr or done.stdout)}")


def last_line(text: str) -> str:
    """The line that tells most: the last error, else the last one."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["no reason was given."])[-1]


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Stop as stop:
        print(stop, file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
