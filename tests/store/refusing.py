"""A disk that refuses from a chosen operation on: SQLite's writes, cuts and syncs, and Python's, whoever asks.

Counted are, in one row: writes and syncs below SQLite (see ``disk``), and of Python the opening of a file to write it,
its writes and syncs, renames, new folders, and (where it may only be read) removals.
"""

import builtins
import contextlib
import errno
import io
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from store.disk import FULL, IOERR_FSYNC, IOERR_WRITE, OK, READONLY, Disk, watched

FAULTS = {"full": errno.ENOSPC, "I/O": errno.EIO, "read-only": errno.EROFS}
_SQLITE = {errno.ENOSPC: FULL, errno.EIO: IOERR_WRITE, errno.EROFS: READONLY}
PAGE = "page"  # a write below SQLite: of these a long task has thousands alike


@dataclass
class Refusing(Disk):
    """Notes each operation below ``folder``; from number ``first`` on (or at it ``once``) they are refused."""

    folder: Path
    number: int = 0  # the system's number of the fault, 0: nothing is refused
    first: int = 0
    once: bool = False
    done: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(self.folder)

    def refuses(self, what: str) -> bool:
        self.done.append(what)
        count = len(self.done)
        if not self.number or count < self.first or (what == "remove" and self.number != errno.EROFS):
            return False
        return count == self.first if self.once else True

    def wrote(self, path: str, change: Any) -> int:
        return _SQLITE[self.number] if self.refuses(PAGE) else OK

    def syncing(self) -> int:
        return IOERR_FSYNC if self.refuses("sync") else OK

    def synced(self, path: str) -> None:
        """What a cut would leave is not asked here."""

    def ask(self, what: str, place: Any) -> None:
        """Raise OSError where an operation of Python's at a place is refused."""
        if isinstance(place, int):
            try:
                place = Path(f"/proc/self/fd/{place}").readlink()
            except OSError:
                return
        if str(place).startswith(str(self.folder)) and self.refuses(what):
            raise OSError(self.number, os.strerror(self.number), str(place))


@contextlib.contextmanager
def refusing(disk: Refusing) -> Iterator[None]:
    """While this holds, the disk decides."""
    with watched(disk), pytest.MonkeyPatch.context() as patch:
        for name, what, place in (
            ("write", "write", 0),
            ("replace", "rename", 1),
            ("rename", "rename", 1),
            ("mkdir", "mkdir", 0),
            ("unlink", "remove", 0),
            ("remove", "remove", 0),
            ("rmdir", "remove", 0),
        ):
            patch.setattr(os, name, _guarded(getattr(os, name), disk, what, place))
        # Asked, and not done: nothing here is about the machine's own disk.
        patch.setattr(os, "fsync", lambda place: disk.ask("sync", place))
        real_open = os.open

        def opened(path: Any, flags: int, *given: Any, **options: Any) -> int:
            if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) and "dir_fd" not in options:
                disk.ask("open", path)
            return real_open(path, flags, *given, **options)

        class Raw(io.FileIO):
            def write(self, data: Any) -> int:
                disk.ask("write", self.name)
                return super().write(data)

        real = io.open

        def file(place: Any, mode: str = "r", *given: Any, **options: Any) -> Any:
            if isinstance(place, int) or not set(mode) & set("wax+") or "opener" in options:
                return real(place, mode, *given, **options)
            if not str(place).startswith(str(disk.folder)):
                return real(place, mode, *given, **options)
            disk.ask("open", place)
            raw = Raw(place, mode.replace("b", "").replace("t", ""))
            whole: Any = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
            return (
                whole if "b" in mode else io.TextIOWrapper(whole, options.get("encoding"), write_through=True)
            )

        patch.setattr(os, "open", opened)
        patch.setattr(io, "open", file)
        patch.setattr(builtins, "open", file)
        yield


def _guarded(real: Callable[..., Any], disk: Refusing, what: str, place: int) -> Callable[..., Any]:
    def call(*given: Any, **options: Any) -> Any:
        if not options.get("dir_fd") and not (what == "remove" and not os.path.lexists(given[place])):
            disk.ask(what, given[place])
        return real(*given, **options)

    return call


def chosen(done: list[str], many: int) -> list[int]:
    """The operations at which it is refused: each but SQLite's pages, and of those the first, the last and some."""
    pages = [at for at, what in enumerate(done, 1) if what == PAGE]
    some, step = set(pages[-2:]), 0
    while step < len(pages):
        some.add(pages[step])
        step += 1 if step < many else 1 + step // 3
    return [at for at, what in enumerate(done, 1) if what != PAGE or at in some]
