"""Where a database should not lie: folders that another program copies while it is written, and network disks."""

import os
import sys
from pathlib import Path

from venue_desk.language import _

# What a folder of each service is called on disk, in lower case, at the beginning of its name.
_SERVICES = {
    "onedrive": "OneDrive",
    "dropbox": "Dropbox",
    "google drive": "Google Drive",
    "googledrive": "Google Drive",
    "my drive": "Google Drive",
    "drive saya": "Google Drive",
    "nextcloud": "Nextcloud",
    "owncloud": "ownCloud",
    "icloud": "iCloud",
    "mobile documents": "iCloud",
    "pcloud": "pCloud",
    "megasync": "MEGA",
    "syncthing": "Syncthing",
}
# What a service leaves in the top folder of what it copies.
_MARKS = {
    ".dropbox": "Dropbox",
    ".dropbox.cache": "Dropbox",
    ".nextcloudsync.log": "Nextcloud",
    ".owncloudsync.log": "ownCloud",
    ".stfolder": "Syncthing",
    ".tmp.drivedownload": "Google Drive",
}
_NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "9p", "davfs", "fuse.sshfs",
                      "fuse.rclone", "fuse.davfs2", "fuse.gvfsd-fuse", "fuse.google-drive-ocamlfuse"})  # fmt: skip


def service(folder: Path) -> str:
    """The name of the program that copies this folder elsewhere; empty where none is seen."""
    folder = folder.absolute()
    for place in (folder, *folder.parents):
        name = place.name.lower()
        for beginning, known in _SERVICES.items():
            if name == beginning or name.startswith((f"{beginning} ", f"{beginning}-", f"{beginning}_")):
                return known
        for mark, known in _MARKS.items():
            if (place / mark).exists():
                return known
        if any(place.glob(".sync_*.db")):
            return "Nextcloud"
    given = [os.environ.get(name) for name in ("OneDrive", "OneDriveConsumer", "OneDriveCommercial")]
    if any(one and folder.is_relative_to(one) for one in given):
        return "OneDrive"
    return ""


def network(folder: Path, mounts: str | None = None) -> bool:
    """Whether a folder lies on another computer. ``mounts`` is what Linux tells of its disks."""
    folder = folder.absolute()
    if str(folder).startswith("\\\\"):
        return True
    if sys.platform == "win32":
        import ctypes

        remote = 4
        return bool(ctypes.windll.kernel32.GetDriveTypeW(folder.anchor) == remote)
    if mounts is None:
        try:
            mounts = Path("/proc/self/mounts").read_text("utf-8")
        except OSError:
            return False
    longest, kind = Path("/"), ""
    for line in mounts.splitlines():
        parts = line.split(" ")
        if len(parts) > 2:
            place = Path(parts[1].replace("\\040", " "))
            if folder.is_relative_to(place) and len(place.parts) >= len(longest.parts):
                longest, kind = place, parts[2]
    return kind in _NETWORK


def warning(folder: Path) -> str:
    """Why a venue's records should not lie in this folder; empty where they may."""
    copied = service(folder)
    if copied:
        return _("{service} copies this folder while it is written, and can damage the records.").format(
            service=copied
        )
    if network(folder):
        return _("This folder lies on another computer. When the network breaks, the records can be damaged.")
    return ""
