"""``venue-desk sync …``: join, sync, status, settle, a stick; every refusal is a sentence and exit code 2."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

import centres
from records import add, edit, people, remove
from venue_desk.__main__ import main
from venue_desk.server import carrying
from venue_desk.store.desk import Desk


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[centres.Running]:
    with centres.running(centres.make(tmp_path / "centre")) as running:
        yield running


class Command:
    """The command line over one folder."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def run(self, *arguments: str) -> tuple[int, str, str]:
        self._capsys.readouterr()
        code = main(["--data", str(self.folder), *arguments])
        out, error = self._capsys.readouterr()
        return code, out.strip(), error.strip()

    def json(self, *arguments: str) -> Any:
        code, out, error = self.run(*arguments, "--json")
        assert code == 0, error
        return json.loads(out)

    def refused(self, *arguments: str) -> str:
        code, _out, error = self.run(*arguments)
        assert code == 2
        return error


def change(folder: Path, person: str, **changes: str) -> None:
    desk = Desk.open(folder)
    desk.do(edit, person, **changes)
    desk.close()


def test_two_computers_by_commands(
    tmp_path: Path, centre: centres.Running, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = Command(tmp_path / "one", capsys), Command(tmp_path / "other", capsys)
    place = centre.venue()
    assert one.run("init", "--name", "Paroki Santo Lukas", "--kind", "parish")[0] == 0
    assert one.run("people", "add", "Siti Aminah")[0] == 0
    assert "belum terhubung" in one.refused("sync")
    assert "alamat dan kode" in one.refused("sync", "--server", centre.url)
    code = centre.code(place)
    first = one.json("sync", "--server", centre.url, "--code", code)
    assert first["sent"] > 0 and first["status"]["waiting"] == 0
    # A fresh computer joins in an empty folder; a refusal leaves nothing there.
    assert "sudah dipakai" in other.refused("sync", "--server", centre.url, "--code", code)
    assert not (tmp_path / "other/venue-desk.db").exists()
    other.json("sync", "--server", centre.url, "--code", centre.code(place))
    desk = Desk.open(tmp_path / "other")
    (person,) = people(desk)
    desk.close()
    change(tmp_path / "one", person, note="satu")
    change(tmp_path / "other", person, note="dua")
    assert one.json("sync", "status")["status"]["waiting"] == 1
    for command in (one, other, one):
        command.json("sync")
    said = one.json("sync", "status")
    (both,) = said["both_versions"]
    assert {both["kept"]["value"], both["lost"]["value"]} == {"satu", "dua"}
    assert len(said["computers"]) == 2
    assert "Tidak ada pertanyaan" in one.refused("sync", "settle", "0" * 32)
    assert one.json("sync", "settle", both["id"][:8], "--other") == {"settled": 1}
    for command in (one, other):
        command.json("sync", "--check")
    assert other.json("sync", "status")["both_versions"] == []


def test_a_stick_by_commands(
    tmp_path: Path, centre: centres.Running, capsys: pytest.CaptureFixture[str]
) -> None:
    one = Command(tmp_path / "one", capsys)
    one.run("init", "--name", "Lapas", "--kind", "prison")
    assert "belum terhubung" in one.refused("sync", "export", str(tmp_path / "x.vdsync"))
    one.json("sync", "--server", centre.url, "--code", centre.code(centre.venue("Lapas", "prison")))
    one.run("people", "add", "Budi Santoso")
    out, back = tmp_path / "out.vdsync", tmp_path / "back.vdsync"
    assert one.json("sync", "export", str(out))["changes"] == 1
    carrying.take(centre.centre, out, back)
    assert one.json("sync", "import", str(back))["status"]["waiting"] == 0
    assert "bukan berkas" in one.refused("sync", "import", __file__)


def test_the_centre_has_the_records_removed(
    tmp_path: Path, centre: centres.Running, capsys: pytest.CaptureFixture[str]
) -> None:
    one = Command(tmp_path / "one", capsys)
    place = centre.venue()
    one.run("init", "--name", "Paroki Santo Lukas", "--kind", "parish")
    assert "tidak ada data yang dihapus" in one.refused("sync", "last", str(tmp_path / "x.vdsync"))
    one.json("sync", "--server", centre.url, "--code", centre.code(place))
    one.run("people", "add", "Siti Aminah")
    at_centre = ["server", "--data", str(tmp_path / "centre"), "device"]
    (device,) = [row["id"] for row in one.json(*at_centre, "list")]
    one.json(*at_centre, "revoke", device, "--wipe")
    assert "atas perintah pusat" in one.refused("sync")
    assert {file.name for file in (tmp_path / "one").iterdir()} == {"venue-desk.wipe", "venue-desk.lock"}
    assert "atas perintah pusat" in one.refused("sync")  # said again, nothing more is done
    assert "sudah dihapus" in one.run(*at_centre, "list")[1]
    (waits,) = one.json(*at_centre, "handed")
    assert (waits["device"], waits["changes"]) == (device, 1)
    assert one.json(*at_centre, "settle", device)["changes"] == 1
    assert one.json(*at_centre, "handed") == []
    # With a new code it is a desk again, with all that the venue has.
    one.json("sync", "--server", centre.url, "--code", centre.code(place))
    assert "Siti Aminah" in one.run("people", "list")[1]


def test_joining_by_a_stick(
    tmp_path: Path, centre: centres.Running, capsys: pytest.CaptureFixture[str]
) -> None:
    one = Command(tmp_path / "one", capsys)
    code = centre.code(centre.venue("Lapas", "prison"))
    ask, back = tmp_path / "minta.vdjoin", tmp_path / "jawab.vdjoin"
    assert "permintaan lebih dahulu" in one.refused("sync", "join", "--request", str(ask))
    assert "16 huruf" in one.refused("sync", "join", "--code", "AAAA", "--request", str(ask))
    assert not (tmp_path / "one/venue-desk.db").exists()
    one.json("sync", "join", "--code", code, "--request", str(ask))
    at_centre = ["server", "--data", str(tmp_path / "centre"), "device"]
    assert one.json(*at_centre, "admit", str(ask), "--out", str(back))["venue"] == "Lapas"
    assert one.json("sync", "join", "--answer", str(back))["venue"] == "Lapas"
    assert "tidak meminta" in one.refused("sync", "join", "--answer", str(back))
    assert "lewat flashdisk" in one.refused("sync")
    out = tmp_path / "pergi.vdsync"
    assert one.json("sync", "export", str(out))["changes"] > 0


def test_many_removals_by_commands(
    tmp_path: Path, centre: centres.Running, capsys: pytest.CaptureFixture[str]
) -> None:
    one = Command(tmp_path / "one", capsys)
    assert one.run("init", "--name", "Paroki Santo Lukas", "--kind", "parish")[0] == 0
    with closing(Desk.open(one.folder)) as desk:
        ids = [desk.do(add, f"Peserta {number}") for number in range(50)]
    one.json("sync", "--server", centre.url, "--code", centre.code(centre.venue()))
    with closing(Desk.open(one.folder)) as desk:
        desk.do(remove_all, ids[:40])
    code, said, _error = one.run("sync")
    assert code == 0 and "40 data dihapus di sini" in said and "--agree" in said
    assert one.json("sync", "status")["status"]["removing"] == 40
    done = one.json("sync", "--agree")
    assert done["sent"] == 40 and done["status"]["removing"] == 0


def remove_all(session: Session, ids: list[str]) -> None:
    """Remove people"""
    for person in ids:
        remove(session, person)
