"""A locked or a helper's desk: no command reaches the rest. Every command has a rule, and each is tried."""

import hashlib
import os
import select
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import keyring
import pytest
import typer
from typer.main import get_command

from keyrings import FileKeyring
from venue_desk.__main__ import main
from venue_desk.actions import access as lock
from venue_desk.actions import venue
from venue_desk.commands.main import app
from venue_desk.domain import access, recovery
from venue_desk.queries.access import locking
from venue_desk.store import computer, database, vault
from venue_desk.store.desk import Desk, local

Out = pytest.CaptureFixture[str]
PHRASE = "empat kata tanpa hubungan"

# What is written where a command needs something.
FURTHER = {  # one of several that it may be given
    "attendance mark": ["--person", "x"],
    "sync join": ["--answer", "x.db"],
}
GIVEN = {
    "--reason": "work",
    "--status": "absent",
    "--result": "K",
    "--from": "2026-01-04",
    "--to": "2026-02-01",
    "status": "absent",
}


def walk(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[str, list[str]]]:
    """Every command that can be run, with what must be given to it."""
    if hasattr(command, "list_commands"):
        if words and command.invoke_without_command:
            yield " ".join(words), needed(command)
        for name in command.list_commands(typer.Context(command)):
            yield from walk(command.get_command(typer.Context(command), name), (*words, name))
    else:
        yield " ".join(words), needed(command)


def needed(command: Any) -> list[str]:
    given: list[str] = []
    for one in command.params:
        if not getattr(one, "required", False):
            continue
        name = one.opts[0]
        given += [name, GIVEN.get(name, "x.pdf")] if name.startswith("-") else [GIVEN.get(name, "x.db")]
    return given


COMMANDS = {name: given + FURTHER.get(name, []) for name, given in walk(get_command(app))}
CLOSED = sorted(name for name, rule in access.COMMANDS.items() if rule != access.ANYBODY)


@pytest.fixture(scope="module")
def mould(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with both PINs and a recovery key, its key and a backup: a copy is quicker than a new one."""
    place = tmp_path_factory.mktemp("guarded")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VENUE_DESK_KEY_FILE", str(place / "key"))
        desk = Desk.create(place / "desk")
        desk.do(venue.set_up, name="Paroki Uji", kind="parish", area="Jakarta Barat")
        vault.keep_recovery(desk.folder, recovery.new())
        desk.do(lock.set_pin, access.COORDINATOR, "2580", "2580")
        desk.do(lock.set_pin, access.HELPER, "1379", "1379")
        computer.note(desk.folder, desk.ask(local, computer.ACCESS))
        database.backup(desk.engine, place / "x.db")
        desk.close()
    return place


@pytest.fixture
def guarded(tmp_path: Path, mould: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The guarded desk; commands would leave their files in the current folder."""
    here, folder = tmp_path / "here", tmp_path / "desk"
    here.mkdir()
    shutil.copy(mould / "x.db", here)
    shutil.copytree(mould / "desk", folder)
    shutil.copy(mould / "key", os.environ["VENUE_DESK_KEY_FILE"])
    monkeypatch.chdir(here)
    return folder


def run(folder: Path, *words: str) -> int:
    return main(["--data", str(folder), *words])


def keyed(folder: Path, key: str, *words: str) -> int:
    """The same with a recovery key in a file."""
    file = folder.with_name(f"{folder.name}.recovery")
    file.write_text(key + "\n")
    return run(folder, "--recovery-file", str(file), *words)


def state(folder: Path) -> tuple[str, list[str]]:
    """What would tell that a command did something: the journal, and the files that lie about."""
    with closing(Desk.open(folder)) as desk, desk.engine.connect() as connection:
        lines = connection.exec_driver_sql("SELECT hash FROM journal ORDER BY writer, number").fetchall()
    said = hashlib.sha256(repr(lines).encode()).hexdigest()
    return said, sorted(str(one) for one in Path.cwd().rglob("*"))


def test_every_command_has_a_rule() -> None:
    assert sorted(COMMANDS) == sorted(access.COMMANDS), "a new command needs a rule in domain.access.COMMANDS"


def test_a_command_without_a_rule_is_run_by_nobody() -> None:
    assert not access.may_run(access.COORDINATOR, "something new")
    assert not access.may_run(access.HELPER, "something new")


@pytest.mark.parametrize("name", CLOSED)
def test_without_a_pin_no_command_runs(guarded: Path, capsys: Out, name: str) -> None:
    before = state(guarded)
    assert run(guarded, *name.split(), *COMMANDS[name]) == 2
    told = capsys.readouterr()
    assert "dikunci dengan PIN" in told.err and not told.out
    assert state(guarded) == before


@pytest.mark.parametrize("name", CLOSED)
def test_a_helpers_pin_opens_attendance_only(guarded: Path, tmp_path: Path, capsys: Out, name: str) -> None:
    (tmp_path / "pin").write_text("1379\n")
    before = state(guarded)
    code = run(guarded, "--pin-file", str(tmp_path / "pin"), *name.split(), *COMMANDS[name])
    told = capsys.readouterr()
    if access.COMMANDS[name] == access.HELPER:
        assert "Pembantu" not in told.err and "PIN" not in told.err
    else:
        assert code == 2 and "Pembantu" in told.err and not told.out
        assert state(guarded) == before


def test_what_anybody_may_run_wants_the_recovery_key_itself(guarded: Path, capsys: Out) -> None:
    before = state(guarded)
    assert run(guarded, "init", "--name", "Lain", "--kind", "parish") == 2
    assert keyed(guarded, recovery.new(), "recovery", "use") == 2
    assert keyed(guarded, recovery.new(), "recovery", "check") == 1
    assert "Orang" not in capsys.readouterr().out
    assert state(guarded) == before


@pytest.mark.parametrize(
    "words", [["restore", "x.db", "--dry-run"], ["sync", "--server", "x", "--code", "y"]]
)
def test_options_are_no_way_round(guarded: Path, capsys: Out, words: list[str]) -> None:
    assert run(guarded, *words) == 2
    assert "dikunci dengan PIN" in capsys.readouterr().err


@pytest.mark.parametrize("given", ["", "1379", "0000"])
def test_a_locked_desk_whose_file_cannot_be_opened_is_not_restored_by_a_helper(
    guarded: Path, tmp_path: Path, capsys: Out, given: str
) -> None:
    (guarded / database.FILE).write_bytes(bytes(8192))
    for log in guarded.glob(f"{database.FILE}-*"):
        log.unlink()
    (tmp_path / "pin").write_text(given)
    words = ["--pin-file", str(tmp_path / "pin")] if given else []
    for further in ([], ["--dry-run"]):
        assert run(guarded, *words, "restore", "x.db", *further) == 2
        told = capsys.readouterr()
        assert "kunci pemulihan" in told.err and not told.out
    assert (guarded / database.FILE).read_bytes() == bytes(8192)


def test_the_recovery_key_restores_it_and_the_lock_stays(guarded: Path, tmp_path: Path, capsys: Out) -> None:
    key = recovery.new()
    vault.keep_recovery(guarded, key)
    for log in guarded.glob(f"{database.FILE}*"):
        log.unlink()
    (tmp_path / "recovery").write_text(recovery.new())
    assert run(guarded, "--recovery-file", str(tmp_path / "recovery"), "restore", "x.db") == 2
    (tmp_path / "recovery").write_text(f"{key}\n")
    assert run(guarded, "--recovery-file", str(tmp_path / "recovery"), "restore", "x.db") == 0
    capsys.readouterr()
    with closing(Desk.open(guarded)) as desk:
        assert desk.ask(locking).roles == {access.COORDINATOR, access.HELPER}
    assert run(guarded, "people", "list") == 2


def test_damage_is_brought_back_by_anybody_and_stays_locked(guarded: Path, capsys: Out) -> None:
    for log in guarded.glob(f"{database.FILE}*"):
        log.unlink()
    (guarded / "backups").mkdir(exist_ok=True)
    Path("x.db").rename(guarded / "backups/venue-desk-20250101-080000.db")
    assert run(guarded, "recover") == 0
    capsys.readouterr()
    assert run(guarded, "people", "list") == 2
    assert "dikunci dengan PIN" in capsys.readouterr().err


def test_wrong_pins_are_slowed_down_over_commands(guarded: Path, capsys: Out, tmp_path: Path) -> None:
    (tmp_path / "pin").write_text("0000")
    said = []
    for _time in range(4):
        assert run(guarded, "--pin-file", str(tmp_path / "pin"), "people", "list") == 2
        said.append(capsys.readouterr().err)
    assert "Tunggu" not in said[0] and "Tunggu 5 detik" in said[2] and "Tunggu" in said[3]
    (tmp_path / "pin").write_text("2580")
    assert run(guarded, "--pin-file", str(tmp_path / "pin"), "people", "list") == 2, "the right one waits too"


# --- the passphrase


@pytest.fixture
def phrased(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A desk without a keyring, behind a passphrase."""
    from keyring.backends.fail import Keyring

    monkeypatch.delenv("VENUE_DESK_KEY_FILE")
    before = keyring.get_keyring()
    keyring.set_keyring(Keyring())  # type: ignore[no-untyped-call]
    folder = tmp_path / "phrased"
    with closing(Desk.create(folder)) as desk:
        desk.do(venue.set_up, name="Paroki Uji", kind="parish")
        vault.keep_recovery(folder, recovery.new())
        vault.keep_passphrase(folder, PHRASE)
        assert vault.settle(folder)
    vault.forget(folder)
    yield folder
    vault.forget(folder)
    keyring.set_keyring(before)


def test_a_passphrase_comes_from_a_file_or_standard_input(
    phrased: Path, tmp_path: Path, capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io

    assert run(phrased, "people", "list") == 2
    assert "VENUE_DESK_PASSPHRASE_FILE" in capsys.readouterr().err
    file = tmp_path / "phrase"
    file.write_text("bukan frasa sandinya\n")
    assert run(phrased, "--passphrase-file", str(file), "people", "list") == 2
    assert "tidak membuka" in capsys.readouterr().err
    file.write_text(f"{PHRASE}\n")
    monkeypatch.setenv("VENUE_DESK_PASSPHRASE_FILE", str(file))
    assert run(phrased, "people", "list") == 0
    vault.forget(phrased)
    monkeypatch.setenv("VENUE_DESK_PASSPHRASE_FILE", "-")
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PHRASE}\n"))
    assert run(phrased, "people", "list") == 0
    vault.forget(phrased)
    monkeypatch.setenv("VENUE_DESK_PASSPHRASE_FILE", str(tmp_path / "nowhere"))
    assert run(phrased, "people", "list") == 2
    assert not [one for one in phrased.iterdir() if one.name == vault.KEY_FILE]


def test_no_secret_is_ever_an_argument() -> None:
    """What stands on a command line is seen by every user of the computer."""
    words = {word for _name, command in _all(get_command(app)) for one in command.params for word in one.opts}
    assert not {"--passphrase", "--pin", "--recovery-key", "--password"} & words


def _all(command: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    yield name, command
    for one in command.list_commands(typer.Context(command)) if hasattr(command, "list_commands") else ():
        yield from _all(command.get_command(typer.Context(command), one), f"{name} {one}")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_at_a_terminal_it_is_asked_for_and_not_shown(phrased: Path) -> None:
    with closing(Desk.open(_known(phrased))) as desk:
        desk.do(lock.set_pin, access.COORDINATOR, "2580", "2580")
    vault.forget(phrased)
    import pty

    child, terminal = pty.fork()
    if child == 0:
        os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
        words = ["-m", "venue_desk", "--data", str(phrased), "people", "add", "Maria Uji"]
        os.execv(sys.executable, [sys.executable, *words])
    seen = b""
    for asked, typed in ((b"Frasa sandi", PHRASE), (b"PIN", "2580")):
        while asked not in seen:
            seen += said(terminal)
        until_hidden(terminal)
        os.write(terminal, typed.encode() + b"\n")
    with suppress(OSError):  # the terminal ends with the child
        while more := said(terminal):
            seen += more
    _pid, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0, seen
    assert PHRASE.encode() not in seen and b"2580" not in seen
    with closing(Desk.open(_known(phrased))) as desk:
        assert desk.do(lock.try_pin, "2580", datetime.now()).role == access.COORDINATOR


def said(terminal: int) -> bytes:
    """What the program says next."""
    there, _w, _x = select.select([terminal], [], [], 60)
    assert there, "nothing was said for a minute"
    return os.read(terminal, 1024)


def until_hidden(terminal: int) -> None:
    """The question comes before typing is hidden, and what was typed by then is thrown away."""
    import termios

    give_up = time.monotonic() + 60
    while termios.tcgetattr(terminal)[3] & termios.ECHO:
        assert time.monotonic() < give_up, "what is typed would be shown"
        time.sleep(0.005)


def _known(folder: Path) -> Path:
    vault.use(folder, vault.PASSPHRASE, PHRASE)
    return folder


# --- a new key, and backups of another


def fresh(folder: Path, name: str, capsys: Out) -> str:
    import json

    assert run(folder, "init", "--name", name, "--kind", "parish", "--json") == 0
    return str(json.loads(capsys.readouterr().out)["recovery"])


def test_a_backup_of_another_computer_is_restored_with_its_recovery_key(
    tmp_path: Path, ring: Path, capsys: Out
) -> None:
    here, there, stick = tmp_path / "here", tmp_path / "there", tmp_path / "stick"
    stick.mkdir()
    fresh(here, "Paroki Sini", capsys)
    key = fresh(there, "Paroki Sana", capsys)
    assert run(there, "people", "add", "Maria Sana") == 0
    assert run(there, "backup", str(stick / "copy.db")) == 0
    theirs = next(iter(stick.glob("*.vault"))).stem.removeprefix("venue-desk-")
    FileKeyring().delete_password("venue-desk", theirs)  # type: ignore[no-untyped-call]
    capsys.readouterr()
    assert run(here, "restore", str(stick / "copy.db")) == 2
    told = capsys.readouterr().err
    assert "kunci lain" in told and "--recovery-file" in told
    (tmp_path / "key").write_text(key)
    words = ["--recovery-file", str(tmp_path / "key")]
    assert run(here, *words, "restore", str(stick / "copy.db"), "--dry-run") == 0
    said = capsys.readouterr().out
    assert "tempat lain: Paroki Sana" in said
    assert run(here, *words, "restore", str(stick / "copy.db")) == 0
    vault.forget(here)
    capsys.readouterr()
    assert run(here, "people", "list") == 0
    assert "Maria Sana" in capsys.readouterr().out
    other = tmp_path / "other"
    assert run(other, *words, "restore", str(stick / "copy.db")) == 0, "an empty folder takes it over, too"
    vault.to_file(there, tmp_path / "its-key")
    third = tmp_path / "third"
    assert run(third, "restore", str(stick / "copy.db"), "--key-file", str(tmp_path / "its-key")) == 0
    vault.forget(third)
    capsys.readouterr()
    assert run(third, "people", "list") == 0
    assert "Maria Sana" in capsys.readouterr().out


def test_a_new_key_makes_the_old_recovery_key_open_older_backups_only(
    tmp_path: Path, ring: Path, capsys: Out
) -> None:
    import json

    here, stick = tmp_path / "here", tmp_path / "stick"
    stick.mkdir()
    old = fresh(here, "Paroki Uji", capsys)
    assert run(here, "backup", str(stick / "before.db")) == 0
    capsys.readouterr()
    assert run(here, "recovery", "new", "--rekey", "--json") == 0
    new = json.loads(capsys.readouterr().out)["recovery"]
    assert keyed(here, old, "recovery", "check") == 1
    assert keyed(here, new, "recovery", "check") == 0
    vault.forget(here)
    assert run(here, "people", "add", "Maria Uji") == 0
    assert run(here, "restore", str(stick / "before.db")) == 0
    capsys.readouterr()
    assert run(here, "people", "list") == 0
    assert "Maria Uji" not in capsys.readouterr().out
