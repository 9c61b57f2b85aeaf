"""The key and the PIN on the command line."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from venue_desk.__main__ import main
from venue_desk.actions import access as lock
from venue_desk.domain import access
from venue_desk.store import database, vault
from venue_desk.store.desk import Desk

Out = pytest.CaptureFixture[str]


def run(folder: Path, *words: str) -> int:
    return main(["--data", str(folder), *words])


def keyed(folder: Path, key: str, *words: str) -> int:
    """The same with a recovery key in a file."""
    file = folder.with_name(f"{folder.name}.recovery")
    file.write_text(key + "\n")
    return run(folder, "--recovery-file", str(file), *words)


def made(folder: Path, capsys: Out) -> str:
    assert run(folder, "init", "--name", "Paroki Uji", "--kind", "parish", "--json") == 0
    told = capsys.readouterr()
    assert not told.err
    vault.forget(folder)
    return str(json.loads(told.out)["recovery"])


def test_without_a_keyring_the_key_is_a_file_and_nothing_is_said(
    tmp_path: Path, capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VENUE_DESK_KEY_FILE")
    assert run(tmp_path, "init", "--name", "Paroki Uji", "--kind", "parish", "--json") == 0
    told = capsys.readouterr()
    assert not told.err and "recovery" not in json.loads(told.out)
    assert (tmp_path / vault.KEY_FILE).exists()


def test_a_lost_keyring_is_mended_by_the_recovery_key(tmp_path: Path, ring: Path, capsys: Out) -> None:
    folder = tmp_path / "desk"
    key = made(folder, capsys)
    assert run(folder, "people", "add", "Maria Uji") == 0
    ring.unlink()
    vault.forget(folder)
    capsys.readouterr()
    assert run(folder, "people", "list") == 2
    assert "kunci pemulihan" in capsys.readouterr().err
    assert keyed(folder, key[:-1] + ("0" if key[-1] != "0" else "1"), "recovery", "check") == 2
    assert "Kelompok 8" in capsys.readouterr().err
    assert keyed(folder, key, "recovery", "check") == 0
    assert keyed(folder, key, "recovery", "use", "--json") == 0
    assert json.loads(capsys.readouterr().out.split("\n", 1)[1])["place"] == vault.KEYRING
    assert run(folder, "people", "list") == 0
    assert "Maria Uji" in capsys.readouterr().out


def test_a_recovery_key_is_no_argument(tmp_path: Path, ring: Path, capsys: Out) -> None:
    key = made(tmp_path / "desk", capsys)
    for verb in ("check", "use"):
        assert run(tmp_path / "desk", "recovery", verb, key) == 2
        told = capsys.readouterr()
        assert "riwayat terminal" in told.err and key not in told.out + told.err


def test_a_backup_is_restored_on_another_computer(tmp_path: Path, ring: Path, capsys: Out) -> None:
    folder, stick, other = tmp_path / "desk", tmp_path / "stick", tmp_path / "other"
    stick.mkdir()
    key = made(folder, capsys)
    assert run(folder, "people", "add", "Maria Uji") == 0
    assert run(folder, "backup", str(stick / "copy.db")) == 0
    ring.unlink()
    assert run(other, "restore", str(stick / "copy.db")) == 2
    assert keyed(other, key, "recovery", "use", "--backup", str(stick / "copy.db")) == 0
    assert run(other, "restore", str(stick / "copy.db")) == 0
    capsys.readouterr()
    assert run(other, "people", "list") == 0
    assert "Maria Uji" in capsys.readouterr().out


def test_the_recovery_key_never_undoes_a_passphrase(
    tmp_path: Path, capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a keyring a key file beside the records would open them without the passphrase."""
    monkeypatch.delenv("VENUE_DESK_KEY_FILE")
    folder, stick, other = tmp_path / "desk", tmp_path / "stick", tmp_path / "other"
    stick.mkdir()
    assert run(folder, "init", "--name", "Paroki Uji", "--kind", "parish") == 0
    capsys.readouterr()
    assert run(folder, "recovery", "new", "--json") == 0
    key = json.loads(capsys.readouterr().out)["recovery"]
    vault.keep_passphrase(folder, "empat kata yang lain")
    assert run(folder, "backup", str(stick / "copy.db")) == 0
    assert vault.settle(folder)
    vault.forget(folder)
    assert keyed(folder, key, "recovery", "use") == 2
    assert "frasa sandi" in capsys.readouterr().err
    assert not (folder / vault.KEY_FILE).exists()
    assert keyed(folder, key, "recovery", "use", "--key-file", str(tmp_path / "key")) == 0
    assert keyed(other, key, "recovery", "use", "--backup", str(stick / "copy.db")) == 2
    assert not (other / vault.KEY_FILE).exists()
    vault.forget(folder)
    monkeypatch.setenv("VENUE_DESK_KEY_FILE", str(tmp_path / "key"))
    assert run(folder, "people", "list") == 0


def test_a_new_key_is_printed(tmp_path: Path, ring: Path, capsys: Out) -> None:
    import zxingcpp
    from pypdfium2 import PdfDocument

    made(tmp_path / "desk", capsys)
    sheet = tmp_path / "sheet.pdf"
    assert run(tmp_path / "desk", "recovery", "new", "--out", str(sheet), "--json") == 0
    key = json.loads(capsys.readouterr().out)["recovery"]
    page = PdfDocument(sheet)[0]
    text = page.get_textpage().get_text_bounded()
    assert all(group in text for group in key.split("-"))
    found = zxingcpp.read_barcodes(page.render(scale=3).to_pil())
    assert [one.text for one in found] == [key]


def test_a_locked_desk_asks_commands_for_the_pin(
    tmp_path: Path, desk: Desk, capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.do(lock.set_pin, access.COORDINATOR, "2580", "2580")
    desk.do(lock.set_pin, access.HELPER, "1379", "1379")
    backup = tmp_path / "copy.db"
    database.backup(desk.engine, backup)
    desk.close()
    closed = [
        ["people", "list"], ["history"], ["undo"], ["recovery", "new"], ["backup", str(tmp_path / "b.db")],
        ["restore", str(backup)], ["people", "export", str(tmp_path / "x.xlsx")],
    ]  # fmt: skip
    for words in closed:
        assert run(desk.folder, *words) == 2, words
        assert "PIN" in capsys.readouterr().err
    pin = tmp_path / "pin"
    pin.write_text("1379\n")
    for words in closed:
        assert run(desk.folder, "--pin-file", str(pin), *words) == 2, words
        assert "Pembantu" in capsys.readouterr().err
    pin.write_text("2580\n")
    assert run(desk.folder, "--pin-file", str(pin), "people", "list") == 0
    monkeypatch.setenv("VENUE_DESK_PIN_FILE", str(pin))
    assert run(desk.folder, "history") == 0
    monkeypatch.delenv("VENUE_DESK_PIN_FILE")
    monkeypatch.setenv("VENUE_DESK_PIN", "0000")
    capsys.readouterr()
    for _time in range(3):
        assert run(desk.folder, "people", "list") == 2
    assert "5" in capsys.readouterr().err
    assert not (tmp_path / "x.xlsx").exists() and not (tmp_path / "b.db").exists()


@pytest.mark.parametrize("words", [[], ["--rekey"]], ids=["paper", "rekey"])
def test_a_key_that_cannot_be_printed_is_not_in_force(
    tmp_path: Path, ring: Path, capsys: Out, words: list[str]
) -> None:
    folder = tmp_path / "desk"
    key = made(folder, capsys)
    (tmp_path / "no folder").write_text("")
    assert run(folder, "recovery", "new", "--out", str(tmp_path / "no folder/sheet.pdf"), *words) == 2
    assert vault.fits(folder, vault.RECOVERY, key)


def test_a_new_key_is_shown_though_its_backup_fails(tmp_path: Path, ring: Path, capsys: Out) -> None:
    folder = tmp_path / "desk"
    made(folder, capsys)
    (folder / "backups").mkdir(exist_ok=True)
    # A folder stands where the part of each backup would be written.
    for second in range(90):
        at = datetime.now() + timedelta(seconds=second)
        (folder / "backups" / at.strftime("venue-desk-%Y%m%d-%H%M%S.db.part")).mkdir()
    assert run(folder, "recovery", "new", "--rekey", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["warning"] and vault.fits(folder, vault.RECOVERY, told["recovery"])
