"""A day of work in which every floor breaks: nobody's name, NIK, phone or address is found on this computer's disk.

Looked into is every file below the places where a program leaves something: data, settings, state and logs, caches,
temporary files. Papers and lists that somebody asked for lie elsewhere; they hold names because they are meant to.
"""

import gzip
import importlib
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

import centres
from leaks import NAME, NIK, OTHER, PHONE, SECOND, SEEDS, STREET, leaks, strangers
from venue_desk.__main__ import main
from venue_desk.actions import people
from venue_desk.desktop.errors import Guard, log_to
from venue_desk.desktop.page import Job
from venue_desk.desktop.pages import PLACES
from venue_desk.desktop.settings import Settings, log_folder
from venue_desk.desktop.window import Window
from venue_desk.domain import cards, faults
from venue_desk.queries import attendance, courses, lessons
from venue_desk.queries.people import found
from venue_desk.spreadsheets.writing import Page, write
from venue_desk.store import backups, beginning, database, recovery
from venue_desk.store.desk import Desk
from venue_desk.store.drafts import Draft, keep
from venue_desk.store.lock import take


class Places:
    """Where this computer keeps things, and where people put theirs."""

    def __init__(self, root: Path, home: Path) -> None:
        self.data, self.temporary, self.home = root / "desk", root / "temporary", home
        self.papers = root / "papers"
        for one in (self.temporary, self.papers):
            one.mkdir()

    def all(self) -> list[Path]:
        return [self.data, self.temporary, self.home]


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    made = Places(tmp_path, Path(os.environ["HOME"]))
    for name in ("TMPDIR", "TEMP", "TMP", "SQLITE_TMPDIR"):
        monkeypatch.setenv(name, str(made.temporary))
    monkeypatch.setattr(tempfile, "tempdir", str(made.temporary))
    monkeypatch.setenv("XDG_STATE_HOME", str(made.home / "state"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(made.home / "runtime"))
    monkeypatch.setenv("VENUE_DESK_TODAY", "2025-11-22T08:03")
    return made


def boom(*_given: Any, **_named: Any) -> Any:
    """A bug as they are: its message, its values and its cause hold people."""
    person, number = NAME, NIK
    try:
        raise KeyError(f"{number} {PHONE}")
    except KeyError as error:
        raise ValueError(f"cannot handle {person!r}, {number}, {STREET}: {PHONE}") from error


# Every floor of the house, broken in a function of it that a command goes through.
FLOORS: dict[str, tuple[str, list[str]]] = {
    "domain": ("venue_desk.domain.people.search_text", ["people", "add", SECOND, "--nik", OTHER]),
    "store": ("venue_desk.store.desk.write", ["people", "add", SECOND, "--nik", OTHER]),
    "queries": ("venue_desk.queries.attendance.roster", ["attendance", "show", "--lesson", "LESSON"]),
    "actions": (
        "venue_desk.actions.attendance.mark_by_card",
        ["attendance", "mark", "--lesson", "LESSON", "--card", "CARD"],
    ),
    "spreadsheets": ("venue_desk.spreadsheets.people.understand", ["people", "import", "LIST"]),
    "documents": (
        "venue_desk.documents.register.signing",
        ["attendance", "register", "--course", "BOGA-1", "--out", "PAPER"],
    ),
    "issue": (
        "venue_desk.actions.certificates.issue",
        ["certificates", "issue", "--course", "BOGA-1", "--out", "PAPER"],
    ),
    "plan": ("venue_desk.domain.stalls.planner.plan", ["stalls", "plan", "--from", "2026-01-04", "--weeks", "4"]),
    "sync": ("venue_desk.sync.client._exchange", ["sync"]),
    "backup": ("venue_desk.store.database.check", ["backup", "COPY"]),
    "commands": ("venue_desk.commands.people._print", ["people", "list"]),
}  # fmt: skip


def listed(file: Path) -> Path:
    write(
        file,
        Page(
            "Peserta",
            ("Nama", "NIK", "No. HP", "Alamat"),
            [(NAME, NIK, PHONE, STREET), (SECOND, "", "", ""), ("Budi Uji", "", "", "")],
        ),
    )
    return file


class Day:
    """Commands on one venue."""

    def __init__(self, places: Places, capsys: pytest.CaptureFixture[str]) -> None:
        self.places, self._capsys = places, capsys
        self.lesson = self.card = ""

    def run(self, *words: str, code: int = 0) -> str:
        """Returns what was said on stderr."""
        self._capsys.readouterr()
        done = main(["--data", str(self.places.data), *words])
        told = self._capsys.readouterr()
        assert done == code, (words, told.err)
        return told.err

    def begin(self) -> None:
        self.run("init", "--name", "Paroki Uji", "--kind", "parish", "--area", "Jakarta", "--stalls", "4")
        self.run(
            *("courses", "add", "BOGA-1", "--trade", "BOGA", "--from", "2025-11-21", "--to", "2025-11-22"),
            *("--weekdays", "5,6", "--capacity", "5"),
        )
        self.run("people", "import", str(listed(self.places.papers / "daftar.xlsx")), "--course", "BOGA-1")
        for number in range(6):
            self.run("stalls", "vendors", "add", f"{SECOND} {number}")
        with closing(Desk.open(self.places.data)) as desk:
            course = desk.ask(courses.by_code, "BOGA-1", date(2025, 11, 22))
            self.lesson = desk.ask(lessons.of_course, course.id)[0].id
            roster = desk.ask(attendance.roster, self.lesson)
            assert roster is not None
            self.card = cards.code(roster.rows[0].person_id)

    def words(self, floor: str) -> list[str]:
        papers = self.places.papers
        known = {
            "LESSON": self.lesson,
            "CARD": self.card,
            "LIST": str(papers / "daftar.xlsx"),
            "PAPER": str(papers / "kertas.pdf"),
            "COPY": str(papers / "salinan.db"),
        }
        return [known.get(word, word) for word in FLOORS[floor][1]]


@pytest.fixture
def day(places: Places, capsys: pytest.CaptureFixture[str]) -> Day:
    return Day(places, capsys)


def broken(floor: str, patch: pytest.MonkeyPatch) -> None:
    """Break a floor. A name that is gone fails here, so that this list stays true."""
    module, _dot, name = FLOORS[floor][0].rpartition(".")
    patch.setattr(importlib.import_module(module), name, boom)


def test_a_day_of_work_by_command(
    day: Day, places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    day.begin()
    with centres.running(centres.make(tmp_path / "centre")) as centre:
        day.run("sync", "--server", centre.url, "--code", centre.code(centre.venue("Paroki Uji")))
        for floor in FLOORS:
            with monkeypatch.context() as patch:
                broken(floor, patch)
                said = day.run(*day.words(floor), code=2)
            assert not [seed for seed in SEEDS if seed in said], f"{floor}: {said}"
            assert "kesalahan program" in said or "Laporan" in said, f"{floor} did not break: {said}"
        # And a day in which nothing breaks.
        for floor in FLOORS:
            if floor not in ("issue", "domain", "store"):
                day.run(*day.words(floor))
        day.run("sync", "export", str(places.papers / "stik.vdsync"))
        assert not leaks(places.papers / "stik.vdsync")
    with closing(Desk.open(places.data)) as desk:
        backups.make(desk.engine, desk.folder)
        desk.do(keep, Draft("people", "person", "", {"name": NAME, "nik": NIK, "phone": PHONE}))
        wal = places.data / f"{database.FILE}-wal"
        assert wal.stat().st_size > 0, "the log is looked into while it is full"
        assert not leaks(*places.all())
    logs = [one for one in places.home.rglob("*.log*") if one.stat().st_size]
    assert logs, "nothing was logged at all"
    assert "ValueError" in logs[0].read_text("utf-8")
    assert not leaks(*places.all())
    assert not strangers(places.data)


def test_damage_brought_back_leaves_nobody_behind(day: Day, places: Places) -> None:
    day.begin()
    with closing(Desk.open(places.data)) as desk:
        backups.make(desk.engine, desk.folder)
        desk.do(people.add, name=f"{NAME} Sesudah", nik=OTHER)
    file = places.data / database.FILE
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2] + bytes(len(content) - len(content) // 2))
    with closing(take(places.data)):
        recovery.put_back(places.data, recovery.prepare(places.data))
    with closing(Desk.open(places.data)) as desk:
        assert desk.ask(found, "Sriwahyudi")
    assert not leaks(*places.all())


def test_a_day_in_the_window(
    day: Day,
    places: Places,
    make_window: Callable[[Path], Window],
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    day.begin()
    desk = Desk.open(places.data)
    log_to(log_folder())
    reports: list[str] = []
    guard = Guard(lambda _problem: None, reports.append)
    guard.install()
    try:
        window = make_window(places.data)
        window.begin(desk)

        def failing() -> Job:
            yield NAME
            boom()

        with qtbot.capture_exceptions() as caught:
            window.run(failing(), NAME)
            QTimer.singleShot(0, boom)
            qtbot.waitUntil(lambda: len(caught) >= 2)
        for kind, error, trace in caught:
            guard.caught(kind, error, trace)
        for place in PLACES:
            window.go(place.name)
        window.search(NAME)
        for one in window.findChildren(QDialog):
            one.close()
        settings = Settings()
        settings.page = "people"
        settings.keep("backup_place", str(places.papers))
    finally:
        guard.remove()
        desk.close()
    assert len(reports) >= 1 and not [seed for seed in SEEDS for text in reports if seed in text]
    assert (log_folder() / faults.FILE).stat().st_size > 0
    assert not leaks(*places.all())
    assert not [one for one in tmp_path.glob("*.ini") if any(seed in one.read_text() for seed in SEEDS)]


def test_an_unfinished_set_up_names_nobody(
    places: Places, make_window: Callable[[Path], Window], tmp_path: Path, qtbot: QtBot
) -> None:
    window = make_window(places.data)
    window.begin_nowhere()
    assert window.first is not None
    typed = {"step": 2, "address": STREET, "phone": PHONE, "signers": [[NAME, "Kepala", NIK]]}
    window.first._keep(typed)
    qtbot.waitUntil(lambda: beginning.kept(places.data) == typed)
    assert not leaks(*places.all(), *tmp_path.glob("*.ini")) and not strangers(places.data)


CRASH = f"""
import ctypes, sys
from pathlib import Path
from venue_desk.desktop.errors import log_to
def at_work(name, nik):
    person = [name, nik]
    ctypes.string_at(0)
log_to(Path(sys.argv[1]))
at_work({NAME!r}, {NIK!r})
"""


def test_a_crash_below_python_writes_places_only(places: Places) -> None:
    folder = places.home / "crash"
    done = subprocess.run(
        [sys.executable, "-c", CRASH, str(folder)], capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    written = "".join(one.read_text("utf-8") for one in folder.iterdir())
    assert "at_work" in written, "no crash report was written"
    assert not leaks(folder)


# --- the harness is shown to see


def _plain_log(places: Places) -> None:
    handler = logging.FileHandler(places.home / "plain.log", encoding="utf-8")
    logging.getLogger().addHandler(handler)
    try:
        boom()
    except ValueError:
        logging.getLogger("venue_desk").exception("uncaught")
    finally:
        logging.getLogger().removeHandler(handler)
        handler.close()


def _message_in_the_log(places: Places, patch: pytest.MonkeyPatch) -> None:
    real = faults.where
    patch.setattr(
        faults, "where", lambda kind, trace: real(kind, trace) + str(sys.exc_info()[1] or f"ValueError {NIK}")
    )
    handler = faults.log_to(places.home / "state")
    assert handler is not None
    try:
        boom()
    except ValueError:
        logging.getLogger("venue_desk").exception("uncaught")
    logging.getLogger().removeHandler(handler)
    handler.close()


def _draft_in_settings(_places: Places) -> None:
    Settings().keep("draft", NAME)


def _left_in_temporary(_places: Places) -> None:
    with tempfile.NamedTemporaryFile("w", delete=False, encoding="utf-16-le") as file:
        file.write(f"{SECOND};{OTHER}")


def _plain_copy(places: Places) -> None:
    import sqlite3

    with closing(sqlite3.connect(places.data / "copy.db")) as plain:
        plain.execute("CREATE TABLE person (name TEXT)")
        plain.execute("INSERT INTO person VALUES (?)", (NAME,))
        plain.commit()


def _packed(places: Places) -> None:
    (places.data / "old.gz").write_bytes(gzip.compress(PHONE.encode()))


PLANTED: dict[str, Callable[..., None]] = {
    "a log that is not redacted": _plain_log,
    "an exception's message in the log": _message_in_the_log,
    "a draft in the settings": _draft_in_settings,
    "a file left in the temporary folder": _left_in_temporary,
    "a copy that is not encrypted": _plain_copy,
    "something packed": _packed,
}


@pytest.mark.parametrize("leak", PLANTED)
def test_a_planted_leak_is_seen(places: Places, monkeypatch: pytest.MonkeyPatch, leak: str) -> None:
    with closing(Desk.create(places.data)) as desk:
        desk.do(people.add, name=NAME, nik=NIK, phone=PHONE)
        assert not leaks(*places.all())
        given = (places, monkeypatch) if leak.startswith("an exception") else (places,)
        PLANTED[leak](*given)
        assert leaks(*places.all())
    if "copy" in leak or "packed" in leak:
        assert strangers(places.data)
