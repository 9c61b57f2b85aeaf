"""A Saturday at the sample parish, played through the real commands, for machines without a screen.

Each step is a ``venue-desk`` command in a process of its own. What they write lies in ``out/`` afterwards: the
documents, and pictures of every page of the window. Nothing outside ``out/`` is touched.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "out"
DATA = OUT / "data"
LISTS = ROOT / "tests/data/spreadsheets"
IMPORTS = (
    "synthetic__daftar_peserta_kacau.xlsx",
    "synthetic__google_form.csv",
    "synthetic__semicolon_cp1252.csv",
)
NAMELESS = "synthetic__nik_numeric.xlsx"
SATURDAY = "2025-11-22T09:42"
COURSE = "BOGA-13"
LESSONS = (("2025-11-24", "pagi"), ("2025-11-24", "siang"), ("2025-11-25", "pagi"), ("2025-11-25", "siang"))


class Failed(Exception):
    """A command did not do what it should."""


class Desk:
    """One computer of the venue: a folder and the commands run on it."""

    def __init__(self, name: str) -> None:
        self.folder = DATA / name

    def run(self, *arguments: object, at: str = SATURDAY, expect: int = 0) -> str:
        """Run a command at a moment of the story; what it prints, for a refusal its sentence.

        Raises Failed on another exit code.
        """
        return command("--data", self.folder, *arguments, at=at, expect=expect)

    def ask(self, *arguments: object, at: str = SATURDAY, expect: int = 0) -> Any:
        """The same with ``--json``."""
        return json.loads(self.run(*arguments, "--json", at=at, expect=expect))


def command(*arguments: object, at: str = SATURDAY, expect: int = 0) -> str:
    words = [str(word) for word in arguments]
    done = subprocess.run(
        [sys.executable, "-m", "venue_desk", *words],
        cwd=ROOT,
        env=environment(at),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode != expect:
        said = (done.stderr or done.stdout).strip()
        raise Failed(
            f"venue-desk {' '.join(words)}\nended with {done.returncode} instead of {expect}: {said}"
        )
    return done.stderr if expect == 2 else done.stdout


def environment(at: str) -> dict[str, str]:
    """The person's own home, keyring and settings are not those of the story."""
    home = str(DATA / "home")
    return {
        **os.environ,
        "HOME": home,
        "USERPROFILE": home,
        "XDG_CONFIG_HOME": home,
        "XDG_DATA_HOME": home,
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "PYTHONIOENCODING": "utf-8",
        "QT_QPA_PLATFORM": "offscreen",
        "VENUE_DESK_TODAY": at,
    }


def main() -> int:
    """Play the day. Returns 0 when every step did what it should."""
    started = time.monotonic()
    for old in (DATA, OUT / "documents", OUT / "pictures"):
        shutil.rmtree(old, ignore_errors=True)
    (OUT / "documents").mkdir(parents=True)
    (DATA / "home").mkdir(parents=True)
    desk = Desk("desk")
    try:
        for number, step in enumerate(STEPS, 1):
            for line in step(desk):
                print(f"{number}/{len(STEPS)}  {line}", flush=True)
    except Failed as failure:
        print(failure, file=sys.stderr)
        return 1
    took = time.monotonic() - started
    print(f"The day is over after {took:.0f} s: documents and pictures of every page are in {OUT}")
    return 0


# --- the steps


def open_parish(desk: Desk) -> Iterator[str]:
    """A venue to work with."""
    desk.run("init", "--name", "Paroki Contoh", "--kind", "parish", "--sample")
    yield f"the sample parish is set up: {len(desk.ask('people', 'list'))} people"


def take_in(desk: Desk) -> Iterator[str]:
    """A course, and its participants from spreadsheets as they come."""
    words = [
        "--trade",
        "BOGA",
        "--from",
        LESSONS[0][0],
        "--to",
        LESSONS[-1][0],
        "--batch",
        "13",
        "--capacity",
        "3",
    ]
    desk.run("courses", "add", COURSE, *words, "--instructor", "Joko Susilo")
    for name in IMPORTS:
        before = len(desk.ask("people", "list"))
        desk.run("people", "import", LISTS / name, "--course", COURSE, "--dry-run")
        if len(desk.ask("people", "list")) != before:
            raise Failed(f"looking at {name} wrote something")
        desk.run("people", "import", LISTS / name, "--course", COURSE)
        yield f"{name}: {len(desk.ask('people', 'list')) - before} new people"
    refused = desk.run("people", "import", LISTS / NAMELESS, "--course", COURSE, expect=2)
    yield f"{NAMELESS}: {refused.splitlines()[0]}"
    places = [one["state"] for one in desk.ask("courses", "show", COURSE)["participants"]]
    yield f"{COURSE}: {places.count('enrolled')} enrolled, {places.count('waiting')} on the waiting list"


def attend(desk: Desk) -> Iterator[str]:
    """Four lessons: by card, by name, the rest at once, one mark taken back."""
    listed = desk.ask("courses", "show", COURSE)["participants"]
    first, second = [one for one in listed if one["state"] == "enrolled"][:2]
    for day, part in LESSONS:
        lesson = f"{COURSE}/{day}/{part}"
        hour = "08:05" if part == "pagi" else "12:31"
        desk.run("attendance", "mark", "--lesson", lesson, "--card", first["card"], at=f"{day}T{hour}")
        desk.run(
            "attendance",
            "mark",
            "--lesson",
            lesson,
            "--person",
            second["name"],
            "--status",
            "late",
            at=f"{day}T{hour}",
        )
        desk.run("attendance", "rest", "--lesson", lesson, "--status", "present", at=f"{day}T{hour}")
        if (day, part) == LESSONS[0]:
            desk.run("undo", at=f"{day}T{hour}")
            counts = desk.ask("attendance", "show", "--lesson", lesson, at=f"{day}T{hour}")["counts"]
            yield f"undone: {counts['']} of {sum(counts.values())} are not taken, and nobody is absent by default"
            desk.run("redo", at=f"{day}T{hour}")
        desk.run("attendance", "close", "--lesson", lesson, at=f"{day}T16:00")
    desk.run("attendance", "register", "--course", COURSE, "--out", OUT / "documents/register.pdf")
    desk.run("attendance", "cards", "--course", COURSE, "--out", OUT / "documents/cards.pdf")
    yield f"{len(LESSONS)} lessons are taken and closed; register.pdf, cards.pdf"


def certify(desk: Desk) -> Iterator[str]:
    """Assess everybody in every unit, issue, and tell valid from doctored."""
    sheet = desk.ask("certificates", "assessment", "--course", COURSE)
    after = "2025-11-26T09:00"
    for row in sheet["rows"]:
        for unit in sheet["units"]:
            desk.run(
                "certificates", "assess", "--course", COURSE, "--person", row["enrolment_id"],
                "--unit", unit["code"], "--result", "K", "--on", LESSONS[-1][0], at=after,
            )  # fmt: skip
    paper = OUT / "documents/certificates.pdf"
    issued = desk.ask("certificates", "issue", "--course", COURSE, "--out", paper, at=after)
    yield f"{len(issued)} certificates are issued: certificates.pdf"
    desk.run("certificates", "verify", paper, at=after)
    keys = OUT / "documents/keys.json"
    desk.run("certificates", "keys", "export", keys, at=after)
    command("certificates", "verify", paper, "--keys", keys, at=after)
    other = Desk("stranger")
    other.run("certificates", "verify", paper, at=after, expect=1)
    doctored = OUT / "documents/doctored.pdf"
    doctor(paper, doctored)
    told = desk.ask("certificates", "verify", doctored, at=after, expect=1)
    yield f"verified without a network: valid; without our key: unknown; with another name on it: {told[0]['state']}"
    desk.run("certificates", "void", issued[-1]["number"], "--reason", "salah ketik nama", at=after)
    desk.run("certificates", "verify", paper, at=after, expect=1)
    yield f"{issued[-1]['number']} is void, and known as void"


def doctor(paper: Path, doctored: Path) -> None:
    """A copy of a certificate on which somebody wrote another name over the first."""
    import ctypes

    from pypdfium2 import PdfDocument, raw

    document = PdfDocument(paper)
    page = document[0]
    words = raw.FPDFPageObj_NewTextObj(document, b"Helvetica", 18)
    name = ctypes.create_string_buffer("Orang Lain".encode("utf-16-le") + b"\0\0")
    raw.FPDFText_SetText(words, ctypes.cast(name, ctypes.POINTER(ctypes.c_ushort)))
    raw.FPDFPageObj_Transform(words, 1, 0, 0, 1, page.get_width() / 3, page.get_height() / 2)
    raw.FPDFPage_InsertObject(page, words)
    raw.FPDFPage_GenerateContent(page)
    document.save(doctored)


def share_stalls(desk: Desk) -> Iterator[str]:
    """Twelve weeks for sixty vendors on ten stalls."""
    for kind in ("pdf", "xlsx", "ics"):
        target = OUT / f"documents/stalls.{kind}"
        desk.run("stalls", "plan", "--from", "2026-01-04", "--weeks", "12", "--out", target)
    yield "twelve weeks of stalls are planned: stalls.pdf, stalls.xlsx, stalls.ics"


def follow_up(desk: Desk) -> Iterator[str]:
    """What became of alumni."""
    first, second, third = [one["person_id"] for one in desk.ask("outcomes", "list", "--due")][:3]
    desk.run("outcomes", "record", first, "employed", "--employer", "Toko Roti Sejahtera", "--related")
    desk.run("outcomes", "record", second, "self_employed", "--employer", "Dapur Sendiri", "--related")
    desk.run("outcomes", "record", third, "unknown")
    for kind in ("outcomes", "attendance", "stalls"):
        desk.run("report", kind, "--out", OUT / f"documents/report-{kind}.pdf")
    yield "three alumni were called; report-outcomes.pdf, report-attendance.pdf, report-stalls.pdf"


def sync(desk: Desk) -> Iterator[str]:
    """A centre on this machine, a second desk of the venue, work without a network, and the same records on both."""
    with centre() as (url, serve):
        venue = json.loads(serve("venue", "add", "Paroki Contoh", "--kind", "parish", "--json"))["id"]
        second = Desk("second")
        for one in (desk, second):
            code = json.loads(serve("device", "code", "--venue", venue, "--json"))["code"]
            one.run("sync", "--server", url, "--code", code)
        yield f"a centre runs at {url}; two desks are enrolled with one-time codes"
        desk.run("people", "add", "Anastasia Wulandari", "--phone", "0812 5550 0101")
        second.run("people", "add", "Benediktus Prakoso", "--phone", "0812 5550 0102")
        lesson = "BOGA-12/2025-11-22/pagi"
        desk.run("attendance", "mark", "--lesson", lesson, "--person", "18", "--status", "present")
        second.run("attendance", "mark", "--lesson", lesson, "--person", "18", "--status", "sick")
        for one in (desk, second, desk):
            one.run("sync")
        here, there = (one.ask("people", "list") for one in (desk, second))
        if here != there:
            raise Failed("the two desks do not have the same people")
        marks = [one.ask("attendance", "show", "--lesson", lesson)["rows"] for one in (desk, second)]
        if marks[0] != marks[1]:
            raise Failed("the two desks do not have the same marks")
        yield f"both worked offline and hold the same {len(here)} people; what they marked differently is kept twice"


@contextmanager
def centre() -> Iterator[tuple[str, Any]]:
    """A server with its own data on a free local port, for as long as it is needed."""
    folder = DATA / "centre"

    def serve(*arguments: object) -> str:
        return command("server", "--data", folder, *arguments)

    serve("init")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["server", "--data", str(folder), "run", "--host", "127.0.0.1", "--port", str(port)]
    with (OUT / "centre.log").open("w", encoding="utf-8") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "venue_desk", *words],
            cwd=ROOT,
            env=environment(SATURDAY),
            stdout=log,
            stderr=log,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for(url, server)
            yield url, serve
        finally:
            server.terminate()
            server.wait(timeout=20)


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + 30
    while time.monotonic() < give_up and server.poll() is None:
        try:
            with urlopen(url, timeout=2):  # noqa: S310 - our own server
                return
        except URLError as error:
            if getattr(error, "code", None):  # it answers, if only with “not found”
                return
            time.sleep(0.1)
    raise Failed(f"the centre did not start: see {OUT / 'centre.log'}")


def picture(desk: Desk) -> Iterator[str]:
    """Every page of the window and its dialogs."""
    code = "import sys; from pathlib import Path; import pictures as p; p.take(*map(Path, sys.argv[1:]), p.LOOKS[:1])"
    done = subprocess.run(
        [sys.executable, "-c", code, str(desk.folder), str(OUT / "pictures")],
        cwd=ROOT / "packaging",
        env=environment(SATURDAY),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        raise Failed(f"the pictures could not be taken: {done.stderr.strip()}")
    yield f"{len(list((OUT / 'pictures').glob('*.png')))} pictures of the window are taken"


STEPS = (open_parish, take_in, attend, certify, share_stalls, follow_up, picture, sync)


if __name__ == "__main__":
    sys.exit(main())
