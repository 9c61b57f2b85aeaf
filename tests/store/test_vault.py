"""The key: in the keyring, wrapped by the recovery key; a lost or changed keyring never loses or recreates records."""

import json
import logging
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from venue_desk.actions import people, venue
from venue_desk.domain import recovery
from venue_desk.domain.problem import Problem
from venue_desk.queries.venue import details
from venue_desk.store import backups, database, origin, vault, wrapped
from venue_desk.store.desk import Desk

NAME, NIK = "Yohanes Sriwahyudi Tertulis", "3171004405920003"


def made(folder: Path) -> str:
    """A venue with one person, its key in the keyring. Returns the recovery key."""
    desk = Desk.create(folder)
    desk.do(venue.set_up, name="Paroki Uji", kind="parish")
    desk.do(people.add, name=NAME, nik=NIK)
    key = recovery.new()
    vault.keep_recovery(folder, key)
    assert vault.settle(folder)
    desk.close()
    vault.forget(folder)
    return key


def opens(folder: Path) -> bool:
    desk = Desk.open(folder)
    name = desk.ask(details).name
    desk.close()
    return name == "Paroki Uji"


def test_the_keyring_opens_the_records_and_no_key_lies_beside_them(tmp_path: Path, ring: Path) -> None:
    made(tmp_path / "desk")
    assert not (tmp_path / "desk" / vault.KEY_FILE).exists()
    assert opens(tmp_path / "desk")
    assert vault.standing(tmp_path / "desk").place == vault.KEYRING


def test_a_deleted_keyring_leads_to_the_recovery_key(tmp_path: Path, ring: Path) -> None:
    folder = tmp_path / "desk"
    key = made(folder)
    before = (folder / database.FILE).read_bytes()
    ring.unlink()
    with pytest.raises(vault.KeyNeeded) as told:
        Desk.open(folder)
    assert told.value.ways == {vault.RECOVERY}
    with pytest.raises(Problem):
        Desk.create(folder)
    assert (folder / database.FILE).read_bytes() == before and not (folder / vault.KEY_FILE).exists()
    vault.use(folder, vault.RECOVERY, key.lower().replace("-", " "))
    assert opens(folder)
    vault.forget(folder)
    assert opens(folder), "the key was not given back to the keyring"


def test_a_changed_or_locked_keyring_is_told_and_survived(tmp_path: Path, ring: Path) -> None:
    folder = tmp_path / "desk"
    key = made(folder)
    kept = json.loads(ring.read_text())
    ring.write_text(json.dumps(dict.fromkeys(kept, "ab" * 32)))
    with pytest.raises(vault.KeyNeeded, match="kunci lain"):
        Desk.open(folder)
    ring.write_text(json.dumps({**kept, "locked": True}))
    with pytest.raises(vault.KeyNeeded, match="terkunci"):
        Desk.open(folder)
    vault.use(folder, vault.RECOVERY, key)
    assert opens(folder)
    assert vault.standing(folder).place == vault.TYPED


def test_a_wrong_recovery_key_is_told_clearly(tmp_path: Path, ring: Path) -> None:
    folder = tmp_path / "desk"
    key = made(folder)
    ring.unlink()
    groups = key.split("-")
    wrong = ("7" if groups[1][0] != "7" else "8") + groups[1][1:]
    mistyped = "-".join([groups[0], wrong, *groups[2:]])
    with pytest.raises(Problem, match="Kelompok 2 salah ketik"):
        vault.use(folder, vault.RECOVERY, mistyped)
    with pytest.raises(Problem, match="39"):
        vault.use(folder, vault.RECOVERY, key[:-1])
    with pytest.raises(wrapped.Unfit, match="tidak membuka"):
        vault.use(folder, vault.RECOVERY, recovery.new())
    assert not vault.fits(folder, vault.RECOVERY, recovery.new()) and vault.fits(folder, vault.RECOVERY, key)


def test_a_new_recovery_key_takes_the_place_of_the_old_one(tmp_path: Path, ring: Path) -> None:
    folder = tmp_path / "desk"
    old, new = made(folder), recovery.new()
    vault.keep_recovery(folder, new)
    assert vault.fits(folder, vault.RECOVERY, new) and not vault.fits(folder, vault.RECOVERY, old)


def test_without_a_keyring_the_key_stays_in_its_file_or_behind_a_passphrase(
    tmp_path: Path, no_ring: None
) -> None:
    folder = tmp_path / "desk"
    desk = Desk.create(folder)
    desk.do(venue.set_up, name="Paroki Uji", kind="parish")
    desk.close()
    assert not vault.keyring_works()
    with pytest.raises(Problem):
        vault.settle(folder)
    vault.keep_recovery(folder, recovery.new())
    assert not vault.settle(folder) and opens(folder) and (folder / vault.KEY_FILE).exists()
    with pytest.raises(Problem, match="10"):
        vault.keep_passphrase(folder, "pendek")
    vault.keep_passphrase(folder, "empat kata tanpa hubungan")
    assert vault.settle(folder) and not (folder / vault.KEY_FILE).exists()
    vault.forget(folder)
    with pytest.raises(vault.KeyNeeded) as told:
        Desk.open(folder)
    assert told.value.ways == {vault.RECOVERY, vault.PASSPHRASE}
    with pytest.raises(wrapped.Unfit):
        vault.use(folder, vault.PASSPHRASE, "empat kata dengan hubungan")
    vault.use(folder, vault.PASSPHRASE, "empat kata tanpa hubungan")
    assert opens(folder)


def test_a_key_file_of_the_first_release_keeps_opening_and_can_be_moved(tmp_path: Path, ring: Path) -> None:
    folder = tmp_path / "desk"
    desk = Desk.create(folder)
    desk.do(venue.set_up, name="Paroki Uji", kind="parish")
    desk.close()
    assert vault.wants_recovery(folder) and opens(folder)
    assert vault.standing(folder).place == vault.FILED
    vault.keep_recovery(folder, recovery.new())
    assert vault.settle(folder) and not vault.wants_recovery(folder)
    vault.forget(folder)
    assert opens(folder)


def test_a_lost_or_damaged_vault_is_found_again_beside_the_backups(tmp_path: Path, ring: Path) -> None:
    folder = tmp_path / "desk"
    key = made(folder)
    desk = Desk.open(folder)
    backups.make(desk.engine, folder)
    desk.close()
    vault.forget(folder)
    (folder / vault.FILE).write_text('{"format": "venue-desk vault", "version": 1, "copies"')
    assert opens(folder)
    vault.forget(folder)
    ring.unlink()
    vault.use(folder, vault.RECOVERY, key)
    assert opens(folder)


@pytest.mark.parametrize("cost", [{"rounds": 1, "memory": 2**40, "lanes": 1}, {"rounds": "x"}, None])
def test_a_forged_vault_costs_nothing(tmp_path: Path, ring: Path, cost: object) -> None:
    folder = tmp_path / "desk"
    key = made(folder)
    ring.unlink()
    kept = json.loads((folder / vault.FILE).read_text())
    kept["copies"][0]["argon2id"] = cost
    (folder / vault.FILE).write_text(json.dumps(kept))
    with pytest.raises(wrapped.Unfit):
        vault.use(folder, vault.RECOVERY, key)


def test_a_backup_opens_on_another_computer_with_the_recovery_key(tmp_path: Path, ring: Path) -> None:
    key = made(tmp_path / "desk")
    desk = Desk.open(tmp_path / "desk")
    stick = tmp_path / "stick"
    stick.mkdir()
    database.backup(desk.engine, stick / "copy.db")
    desk.close()
    shutil.rmtree(tmp_path / "desk")
    ring.unlink()
    other = tmp_path / "other"
    with pytest.raises(Problem):
        origin.take_over(other, stick / "copy.db", vault.RECOVERY, recovery.new())
    origin.take_over(other, stick / "copy.db", vault.RECOVERY, key)
    assert database.check(stick / "copy.db", vault.read_key(other)) == ""


def test_names_and_numbers_are_found_nowhere(
    tmp_path: Path, ring: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setenv("SQLITE_TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    folder = tmp_path / "desk"
    key = made(folder)
    desk = Desk.open(folder)
    for number in range(300):
        desk.do(people.add, name=f"{NAME} {number}", nik="")
    backups.make(desk.engine, folder)
    secret = vault.read_key(folder)
    wal = folder / f"{database.FILE}-wal"
    assert wal.stat().st_size > 0, "the log is looked into while it is full"
    wanted = [
        text.encode(code)
        for text in (NAME, NIK, "Sriwahyudi", key, secret)
        for code in ("utf-8", "utf-16-le")
    ]
    wanted += [bytes.fromhex(secret), recovery.read(key)]
    logging.getLogger("venue_desk").error("nothing of this is a name")
    seen = 0
    for place in (folder, temporary):
        for file in place.rglob("*"):
            if file.is_file():
                content = file.read_bytes()
                seen += 1
                assert not [text for text in wanted if text in content], file
    assert seen >= 5
    desk.close()
    assert NAME.encode() not in (folder / database.FILE).read_bytes()


def test_the_vault_and_key_files_are_their_owners_only(tmp_path: Path, ring: Path) -> None:
    made(tmp_path / "desk")
    if os.name == "posix":
        assert (tmp_path / "desk" / vault.FILE).stat().st_mode & 0o077 == 0


def test_a_key_file_of_other_records_leads_to_the_recovery_key(tmp_path: Path, no_ring: None) -> None:
    folder = tmp_path / "desk"
    Desk.create(folder).close()
    key = recovery.new()
    vault.keep_recovery(folder, key)
    (folder / vault.KEY_FILE).write_text("ab" * 32)
    with pytest.raises(vault.KeyNeeded, match="kunci lain"):
        Desk.open(folder)
    vault.use(folder, vault.RECOVERY, key)
    Desk.open(folder).close()
    vault.forget(folder)
    Desk.open(folder).close()
    assert (folder / f"{vault.KEY_FILE}.other").read_text() == "ab" * 32
