"""Putting another file in the place of the database, so that a stop at any moment leaves the old or the new one whole.

The new file is finished and checked under a name of its own. Its renaming to ``READY`` decides; from then on each
start goes on where the last one stopped. What was there is moved aside with its log, never deleted.
"""

import os
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from venue_desk.domain.problem import Problem
from venue_desk.domain.reasons import plain
from venue_desk.language import _
from venue_desk.store import newkey
from venue_desk.store.database import FILE, READY
from venue_desk.store.identity import BEFORE
from venue_desk.store.identity import FILE as WRITER
from venue_desk.store.since import BEFORE as SINCE_BEFORE
from venue_desk.store.since import FILE as SINCE

ASIDE = "replaced"
MOVED = (FILE, f"{FILE}-wal", f"{FILE}-journal", WRITER, BEFORE, SINCE, SINCE_BEFORE)


def put(folder: Path, made: Path) -> Path | None:
    """Put ``made``, a whole database on the same disk, in place. Returns where the replaced one is kept."""
    with made.open("rb+") as file:
        os.fsync(file.fileno())
    os.replace(made, folder / READY)  # noqa: PTH105 (each step of this file is one call that a test can stop at)
    settle(folder)
    try:
        return _finish(folder)
    except OSError:
        _take_back(folder)
        raise


def finish(folder: Path) -> Path | None:
    """Go on with what ``put`` decided, if there is anything. Returns where the replaced file is kept.

    Raises Problem.
    """
    try:
        return _finish(folder)
    except OSError as error:
        raise refused(error) from error


def refused(error: OSError) -> Problem:
    """What is told when the disk refuses what is decided."""
    return Problem(
        _("The other file is chosen, but could not be put in place yet ({why}).").format(why=plain(error)),
        _("Close Venue Desk and open it again: it goes on by itself. Nothing is lost."),
    )


def _finish(folder: Path) -> Path | None:
    newkey.finish(folder)
    ready = folder / READY
    if not ready.exists():
        return None
    keep = _kept(folder)
    for name in MOVED:
        if (folder / name).exists():
            keep.mkdir(parents=True, exist_ok=True)
            os.replace(folder / name, keep / name)  # noqa: PTH105
    (folder / f"{FILE}-shm").unlink(missing_ok=True)
    settle(folder)
    os.replace(ready, folder / FILE)  # noqa: PTH105
    settle(folder)
    return keep / FILE if (keep / FILE).exists() else None


def pending(folder: Path) -> bool:
    """Whether a file is decided that is not in place yet."""
    return (folder / READY).exists()


def _take_back(folder: Path) -> None:
    """The disk refused half-way: have the old file again. Where it refuses that too, the next start goes on."""
    ready = folder / READY
    with suppress(OSError):
        if ready.exists():
            keep = _kept(folder)
            for name in reversed(MOVED):
                if (keep / name).exists():
                    os.replace(keep / name, folder / name)  # noqa: PTH105
            settle(folder)
            ready.unlink()


def _kept(folder: Path) -> Path:
    """Where that goes which is replaced: named by when it was decided, so that a second try keeps all in one place."""
    at = datetime.fromtimestamp((folder / READY).stat().st_mtime)
    return folder / ASIDE / at.strftime("%Y%m%d-%H%M%S-%f")


def settle(folder: Path) -> None:
    """Bring the names in a folder to the disk (Windows does by itself)."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
