"""What is written down of our own bugs holds nobody: exceptions are forced with seeded people in them."""

import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from venue_desk import __main__ as front
from venue_desk.desktop import errors
from venue_desk.domain import faults
from venue_desk.queries import history
from venue_desk.store.desk import Desk

SEEDED = ("Siti Nurhaliza Wulandari", "3171000101900007", "081298765432", "siti.nurhaliza")


def everything(folder: Path) -> str:
    return "\n".join(file.read_text("utf-8") for file in sorted(folder.rglob("*")) if file.is_file())


def clean(text: str) -> bool:
    return not any(secret.lower() in text.lower() for secret in SEEDED)


@pytest.fixture
def logs(tmp_path: Path) -> Iterator[Path]:
    handler = faults.log_to(tmp_path / "logs")
    assert handler
    yield tmp_path / "logs"
    logging.getLogger().removeHandler(handler)
    handler.close()


def broken(*_given: object) -> None:
    person = dict(zip(("name", "nik", "phone", "mail"), SEEDED, strict=True))
    try:
        raise KeyError(person["name"])
    except KeyError as error:
        raise RuntimeError(f"cannot read {person} of {SEEDED[0]} ({SEEDED[1]})") from error


def test_a_bug_of_the_window_is_written_and_copied_without_anybody(logs: Path) -> None:
    told: list[str] = []
    guard = errors.Guard(lambda _problem: None, told.append)
    guard.install()
    try:
        try:
            broken()
        except RuntimeError as error:
            guard.caught(type(error), error, error.__traceback__)
        thread = threading.Thread(target=broken)
        thread.start()
        thread.join()
    finally:
        guard.remove()
    logging.getLogger("someone.else").warning("%s of %s", SEEDED[0], SEEDED[1])
    said = f"row '{SEEDED[0]}', NIK {SEEDED[1]}, phone {SEEDED[2]}"
    logging.getLogger("someone.else").error(said)
    written = everything(logs)
    assert "RuntimeError" in written and "broken" in written and written.count("uncaught") == 2
    assert clean(written) and clean("\n".join(told)) and "test_faults.py" in told[0]


def test_a_bug_of_a_command_is_a_sentence_and_a_report_without_anybody(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.close()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(history, "steps", broken)
    assert front.main(["--data", str(desk.folder), "history"]) == 2
    said = capsys.readouterr().err
    assert "kesalahan program" in said and "Traceback" not in said and clean(said)
    (written,) = tmp_path.rglob(faults.FILE)
    assert str(written) in said
    assert "RuntimeError" in written.read_text("utf-8") and clean(written.read_text("utf-8"))


def test_the_log_turns_over(logs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = logging.getLogger("much")
    for _line in range(20_000):
        log.warning("the same again and again and again and again and again and again and again and again")
    files = sorted(file.name for file in logs.iterdir())
    assert files == [faults.FILE, f"{faults.FILE}.1", f"{faults.FILE}.2"]
    assert all(file.stat().st_size <= faults.LARGEST for file in logs.iterdir())
