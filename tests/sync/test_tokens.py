"""The token is in the keyring where there is one; without it a desk works on, and a new code gives another."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import keyring
import pytest

import centres
from keyrings import FileKeyring
from venue_desk.__main__ import main
from venue_desk.actions import people, venue
from venue_desk.domain import recovery
from venue_desk.domain.problem import Problem
from venue_desk.queries import sync as known
from venue_desk.store import database, ring, tokens, vault
from venue_desk.store import recovery as going_back
from venue_desk.store.desk import Desk, local, set_local
from venue_desk.store.lock import take
from venue_desk.sync import client


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A keyring in a file."""
    file = tmp_path / "keyring.json"
    monkeypatch.setenv("VENUE_DESK_TEST_KEYRING", str(file))
    before = keyring.get_keyring()
    keyring.set_keyring(FileKeyring())  # type: ignore[no-untyped-call]
    yield file
    keyring.set_keyring(before)


@pytest.fixture
def joined(
    tmp_path: Path, centre: centres.Running, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    """A desk at a centre; its key and its token are in the keyring."""
    own = centre.venue()
    monkeypatch.delenv("VENUE_DESK_KEY_FILE")
    desk = Desk.create(tmp_path / "desk")
    desk.do(venue.set_up, name="Paroki Uji", kind="parish")
    vault.keep_recovery(desk.folder, recovery.new())
    assert vault.settle(desk.folder)
    centre.join(desk, own)
    sync(desk)
    yield desk
    desk.close()


def sync(desk: Desk) -> client.Synced:
    job = client.sync(desk)
    while True:
        try:
            next(job)
        except StopIteration as end:
            result: client.Synced = end.value
            return result


def device(desk: Desk) -> str:
    found = desk.ask(known.standing)
    assert found is not None
    return found.device


def names(kept: Path) -> list[str]:
    return [name for name in json.loads(kept.read_text()) if "/centre " in name]


def test_the_token_is_in_the_keyring_and_not_in_the_file(joined: Desk, kept: Path, tmp_path: Path) -> None:
    assert joined.ask(local, tokens.KEPT) == tokens.RINGED
    token = ring.ask(f"centre {device(joined)}")[0]
    assert len(token) > 20 and len(token.encode("utf-16-le")) <= ring.LONGEST
    database.backup(joined.engine, tmp_path / "copy.db")
    with closing(database.bare(tmp_path / "copy.db", vault.read_key(joined.folder))) as plain:
        assert token not in repr(plain.execute("SELECT * FROM local").fetchall())


def test_an_existing_desk_moves_its_token_once(joined: Desk, kept: Path) -> None:
    token = ring.ask(f"centre {device(joined)}")[0]
    ring.drop(f"centre {device(joined)}")
    joined.keep(set_local, tokens.KEPT, token)  # as an older release left it
    tokens.forget(device(joined))
    sync(joined)
    assert joined.ask(local, tokens.KEPT) == tokens.RINGED
    assert ring.ask(f"centre {device(joined)}")[0] == token
    before = kept.read_bytes()
    sync(joined)
    assert kept.read_bytes() == before


def test_without_a_keyring_it_stays_in_the_encrypted_file(
    tmp_path: Path, centre: centres.Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = centre.venue()
    monkeypatch.delenv("VENUE_DESK_KEY_FILE")
    with closing(Desk.create(tmp_path / "desk")) as desk:
        desk.do(venue.set_up, name="Paroki Uji", kind="parish")
        centre.join(desk, own)
        sync(desk)
        assert desk.ask(local, tokens.KEPT) not in ("", None, tokens.RINGED)


def test_a_lost_token_wants_a_new_code_and_loses_nothing(
    joined: Desk, centre: centres.Running, kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = device(joined)
    joined.do(people.add, name="Menunggu")
    ring.drop(f"centre {first}")
    tokens.forget(first)
    with pytest.raises(Problem, match="kode baru"):
        sync(joined)
    status = joined.ask(known.status)
    assert status.waiting > 0 and "kode baru" in status.trouble and status.enrolled
    folder = joined.folder
    joined.close()
    # Nothing here depends on it: the desk opens and writes.
    with closing(Desk.open(folder)) as desk:
        desk.do(people.add, name="Juga Menunggu")
        code = centre.code(desk.venue)
    assert main(["--data", str(folder), "sync"]) == 2
    assert "kode baru" in capsys.readouterr().err
    assert main(["--data", str(folder), "sync", "--server", centre.url, "--code", code]) == 0
    with closing(Desk.open(folder)) as desk:
        assert desk.ask(known.status).waiting == 0 and device(desk) != first
        assert names(kept) == [f"venue-desk/centre {device(desk)}"], "an old token was left behind"


def test_a_locked_keyring_is_no_reason_for_a_new_code(joined: Desk, kept: Path) -> None:
    tokens.forget(device(joined))
    held = json.loads(kept.read_text())
    kept.write_text(json.dumps({**held, "locked": True}))
    with pytest.raises(Problem, match="terkunci"):
        sync(joined)
    assert joined.ask(known.standing).trouble == tokens.LOCKED  # type: ignore[union-attr]
    kept.write_text(json.dumps(held))
    with pytest.raises(Problem, match="terkunci"):
        sync(joined)  # a person is not asked again at each round
    tokens.forget(device(joined))
    sync(joined)


def test_a_copied_folder_has_no_token(joined: Desk, kept: Path) -> None:
    """The records may be copied with their key, the right to sync as this computer may not."""
    kept_token = ring.ask(f"centre {device(joined)}")[0]
    assert kept_token.encode() not in (joined.folder / database.FILE).read_bytes()
    ring.drop(f"centre {device(joined)}")
    tokens.forget(device(joined))
    with pytest.raises(Problem, match="kode baru"):
        sync(joined)


def test_a_restore_keeps_this_computers_token(joined: Desk, tmp_path: Path) -> None:
    source = tmp_path / "copy.db"
    database.backup(joined.engine, source)
    joined.do(people.add, name="Sesudah Cadangan")
    sync(joined)
    folder, mine = joined.folder, device(joined)
    joined.close()
    with closing(take(folder)):
        going_back.restore(folder, source)
    with closing(Desk.open(folder)) as desk:
        assert device(desk) == mine
        assert sync(desk).received > 0, "what the backup lacks came back from the centre"
