"""Putting the records under a new key in place, so that a stop at any moment leaves one whole file and its key.

``READY`` decides: it is the whole database under the new key, and by then the new vault (and key file) lie beside it.
From then on each start goes on where the last one stopped; until then the old file and key stand.
"""

import os
import shutil
from pathlib import Path

from venue_desk.store import ring, vault, wrapped
from venue_desk.store.database import FILE

READY = vault.REKEYED
VAULT, KEY = "venue-desk.new-key.vault", "venue-desk.new-key.key"
WORK = ".new-key"  # where the copy is made
# What holds the same records under the old key, and where it is for as long as it takes.
OLD = (FILE, f"{FILE}-wal", f"{FILE}-journal", "venue-desk.since", "venue-desk.since.before")
ASIDE = ".old-key"


def finish(folder: Path) -> None:
    """Go on with what was decided, if anything was; else remove what an interrupted one left."""
    ready = folder / READY
    if not ready.exists():
        forget(folder)
        return
    aside = folder / ASIDE
    for name in OLD:
        if (folder / name).exists():
            aside.mkdir(exist_ok=True)
            os.replace(folder / name, aside / name)  # noqa: PTH105 (each step is one call that a test can stop at)
    (folder / f"{FILE}-shm").unlink(missing_ok=True)
    for new, name in ((VAULT, vault.FILE), (KEY, vault.KEY_FILE)):
        if (folder / new).exists():
            os.replace(folder / new, folder / name)  # noqa: PTH105
    vault.settle_names(folder)
    os.replace(ready, folder / FILE)  # noqa: PTH105
    vault.settle_names(folder)
    forget(folder)


def forget(folder: Path) -> None:
    """Remove what was prepared and never decided, and what is left of what was done."""
    if (folder / VAULT).exists():
        prepared = wrapped.read(folder / VAULT)
        if prepared is not None:
            ring.drop(prepared["id"])
    for name in (READY, VAULT, f"{VAULT}.part", KEY):
        (folder / name).unlink(missing_ok=True)
    for name in (WORK, ASIDE):
        shutil.rmtree(folder / name, ignore_errors=True)
