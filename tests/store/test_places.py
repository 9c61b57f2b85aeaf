"""Folders in which another program, or the network, can damage a database."""

from pathlib import Path

import pytest

from venue_desk.store import places


@pytest.mark.parametrize(
    ("folder", "service"),
    [
        ("OneDrive/Paroki", "OneDrive"),
        ("OneDrive - Sekolah/venue-desk", "OneDrive"),
        ("Dropbox/data", "Dropbox"),
        ("Google Drive/My Drive/desk", "Google Drive"),
        ("Nextcloud/desk", "Nextcloud"),
        ("Mobile Documents/desk", "iCloud"),
        ("Documents/desk", ""),
        ("Dropboxing/desk", ""),
    ],
)
def test_services_are_known_by_their_folders(tmp_path: Path, folder: str, service: str) -> None:
    assert places.service(tmp_path / folder) == service
    assert bool(places.warning(tmp_path / folder)) == bool(service)


def test_services_are_known_by_what_they_leave(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "awan" / "desk").mkdir(parents=True)
    assert places.service(tmp_path / "awan" / "desk") == ""
    (tmp_path / "awan" / ".sync_1234.db").touch()
    assert places.service(tmp_path / "awan" / "desk") == "Nextcloud"
    monkeypatch.setenv("OneDrive", str(tmp_path / "kerja"))
    assert places.service(tmp_path / "kerja" / "desk") == "OneDrive"


def test_network_disks() -> None:
    mounts = (
        "/dev/sda1 / ext4 rw 0 0\n//server/berkas /mnt/berkas cifs rw 0 0\n"
        "tuan:/data /mnt/data\\040kantor nfs4 rw 0 0\n/dev/sdb1 /mnt/berkas/lokal ext4 rw 0 0\n"
    )
    assert places.network(Path("/mnt/berkas/desk"), mounts)
    assert places.network(Path("/mnt/data kantor/desk"), mounts)
    assert not places.network(Path("/mnt/berkas/lokal/desk"), mounts)
    assert not places.network(Path("/home/siti/desk"), mounts)
