"""One desk at a time: the system's lock on a small file, taken before the database is opened.

The system lets it go when the process ends, however it ends; so no lock is ever stale. The file says who holds it.
"""

import os
import sys
import time
from pathlib import Path

from venue_desk.domain.problem import Problem
from venue_desk.domain.reasons import plain
from venue_desk.language import _
from venue_desk.store import moved

FILE = "venue-desk.lock"
PATIENCE = 10.0  # s that a command (or a window) waits for a command to end
_FAR = 1 << 30  # the byte that is locked on Windows, where a locked byte cannot be read


class Lock:
    """A folder's lock, held until ``close``."""

    def __init__(self, handle: int) -> None:
        self._handle: int | None = handle
        self.say("command")

    def say(self, holder: str) -> None:
        """Write who holds it: a ``window`` stays for hours, a ``command`` is soon done."""
        if self._handle is not None:
            os.lseek(self._handle, 0, os.SEEK_SET)
            try:
                os.write(self._handle, f"{holder:<8}{os.getpid():>12}\n".encode("ascii"))
            except OSError:  # a full disk: the lock holds without the words
                return

    def close(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)


def take(folder: Path, patience: float = PATIENCE, *, coming: bool = False) -> Lock:
    """Lock the folder's records. Raises Problem where a window has them, or a command for too long.

    And where they were moved away, or are ``coming`` and not there yet.
    """
    if not coming:
        _refuse_moved(folder)
    try:
        handle = os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise Problem(
            _("The records cannot be written ({why}): nothing was saved.").format(why=plain(error)),
            _("Check that the disk is connected and may be written, then do it again."),
        ) from error
    give_up = time.monotonic() + patience
    try:
        while not _locked(handle):
            holder = os.pread(handle, 8, 0).strip() if hasattr(os, "pread") else _read(folder)
            if holder == b"window":
                raise Problem(
                    _("Venue Desk is open already with these records."),
                    _("Do it in its window, or close the window first."),
                )
            if time.monotonic() > give_up:
                raise Problem(
                    _("Another command works with these records."),
                    _("Wait until it is done, then try again."),
                )
            time.sleep(0.02)
    except BaseException:
        os.close(handle)
        raise
    return Lock(handle)


def _refuse_moved(folder: Path) -> None:
    further, source = moved.pointed(folder), moved.unfinished(folder)
    if further is not None:
        raise Problem(
            _("The records were moved to {folder}.").format(folder=further),
            _("Open them there. If that folder is on another disk, connect it first."),
        )
    if source is not None:
        raise Problem(
            _("A move of the records to this folder was not finished; they are still in {folder}.").format(
                folder=source
            ),
            _("Open them there, and move them again."),
        )


def _read(folder: Path) -> bytes:
    return (folder / FILE).read_bytes()[:8].strip()


if sys.platform == "win32":
    import msvcrt

    def _locked(handle: int) -> bool:
        os.lseek(handle, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _locked(handle: int) -> bool:
        # flock, not lockf: the latter is let go as soon as anybody in this process closes the file.
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
