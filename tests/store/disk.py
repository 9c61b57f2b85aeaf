"""A disk below SQLite that remembers what was synced, can fail at a chosen write, and can lose what was not synced.

It is a VFS of the very SQLite library that the desk uses: the platform's own, with the write, sync, truncate and
delete of each file passing through Python. What a power cut leaves of a file is what was synced plus any part of
what was written since, sectors of the last write torn.
"""

import contextlib
import ctypes
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import sqlcipher3._sqlite3 as extension

OK, IOERR_WRITE, IOERR_FSYNC, FULL, READONLY = 0, 778, 1034, 13, 8
SECTOR = 512

_lib = ctypes.CDLL(extension.__file__)
_pointer, _int, _int64 = ctypes.c_void_p, ctypes.c_int, ctypes.c_int64
# The name is passed on as the pointer it is: SQLite keeps it as long as the file is open.
_OPEN = ctypes.CFUNCTYPE(_int, _pointer, _pointer, _pointer, _int, _pointer)
_DELETE = ctypes.CFUNCTYPE(_int, _pointer, ctypes.c_char_p, _int)
_CLOSE = ctypes.CFUNCTYPE(_int, _pointer)
_WRITE = ctypes.CFUNCTYPE(_int, _pointer, _pointer, _int, _int64)
_TRUNCATE = ctypes.CFUNCTYPE(_int, _pointer, _int64)
_SYNC = ctypes.CFUNCTYPE(_int, _pointer, _int)

_KEPT: list[object] = []


class _Vfs(ctypes.Structure):
    _fields_ = (
        ("iVersion", _int),
        ("szOsFile", _int),
        ("mxPathname", _int),
        ("pNext", _pointer),
        ("zName", ctypes.c_char_p),
        ("pAppData", _pointer),
        ("xOpen", _OPEN),
        ("xDelete", _DELETE),
        ("rest", _pointer * 14),
    )


class _Methods(ctypes.Structure):
    _fields_ = (
        ("iVersion", _int),
        ("xClose", _CLOSE),
        ("xRead", _pointer),
        ("xWrite", _WRITE),
        ("xTruncate", _TRUNCATE),
        ("xSync", _SYNC),
        ("rest", _pointer * 13),
    )


class _File(ctypes.Structure):
    _fields_ = (("pMethods", ctypes.POINTER(_Methods)),)


Change = tuple[int, bytes] | int  # a write at an offset, or a length to cut to


@dataclass
class Content:
    """What of a file is on the disk for certain, and what is on its way there."""

    synced: bytearray = field(default_factory=bytearray)
    pending: list[Change] = field(default_factory=list)


def apply(content: bytearray, change: Change) -> None:
    if isinstance(change, int):
        del content[change:]
        return
    offset, data = change
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(data)] = data


class Disk:
    """Watches the files below one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: dict[str, Content] = {}
        self.writes = self.syncs = 0
        self.fail_sync: Callable[[int], int] = lambda _count: OK
        self.fail: Callable[[int], int] = lambda _count: (
            OK
        )  # given the number of the write: SQLite's error code
        self.before_write: Callable[[], None] = lambda: None

    def wrote(self, path: str, change: Change) -> int:
        self.before_write()
        self.writes += 1
        fault = self.fail(self.writes)
        if fault == OK:
            self.files.setdefault(path, Content()).pending.append(change)
        return fault

    def syncing(self) -> int:
        self.syncs += 1
        return self.fail_sync(self.syncs)

    def synced(self, path: str) -> None:
        content = self.files.setdefault(path, Content())
        for change in content.pending:
            apply(content.synced, change)
        content.pending.clear()

    def cut(self, rng: random.Random) -> dict[str, bytes]:
        """The files as a power cut now could leave them."""
        left: dict[str, bytes] = {}
        for path, content in self.files.items():
            kept = bytearray(content.synced)
            reach = rng.choice((0.0, rng.random(), 1.0))
            for change in content.pending:
                if rng.random() > reach:
                    continue
                if isinstance(change, tuple) and rng.random() < 0.2:
                    whole = rng.randrange(len(change[1]) // SECTOR + 1) * SECTOR
                    apply(kept, (change[0], change[1][:whole]))
                else:
                    apply(kept, change)
            left[Path(path).name] = bytes(kept)
        return left


@contextlib.contextmanager
def watched(disk: Disk) -> Iterator[None]:
    """While this holds, SQLite opens every file of the disk's folder through it."""
    _lib.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
    real = _lib.sqlite3_vfs_find(None)
    mine = _Vfs.from_buffer_copy(real.contents)
    name = ctypes.create_string_buffer(b"watched-disk")
    mine.zName = ctypes.cast(name, ctypes.c_char_p)
    keep: list[object] = [mine, name]
    paths: dict[int, str] = {}
    patched: dict[int, _Methods] = {}

    def watch_methods(file: _File) -> None:
        original = file.pMethods
        address = ctypes.addressof(original.contents)
        if address not in patched:
            methods = _Methods.from_buffer_copy(original.contents)
            close, write = original.contents.xClose, original.contents.xWrite
            truncate = original.contents.xTruncate

            def x_close(handle: int) -> int:
                paths.pop(handle, None)
                return int(close(handle))

            def x_write(handle: int, data: int, size: int, offset: int) -> int:
                path = paths.get(handle)
                fault = disk.wrote(path, (offset, ctypes.string_at(data, size))) if path else OK
                return fault or int(write(handle, data, size, offset))

            def x_truncate(handle: int, size: int) -> int:
                path = paths.get(handle)
                fault = disk.wrote(path, size) if path else OK
                return fault or int(truncate(handle, size))

            def x_sync(handle: int, _flags: int) -> int:
                # What is synced is what is noted here; the machine's own disk need not be waited for.
                path = paths.get(handle)
                fault = disk.syncing() if path else OK
                if path and not fault:
                    disk.synced(path)
                return fault

            methods.xClose, methods.xWrite = _CLOSE(x_close), _WRITE(x_write)
            methods.xTruncate, methods.xSync = _TRUNCATE(x_truncate), _SYNC(x_sync)
            patched[address] = methods
            keep.append(methods)
        file.pMethods = ctypes.pointer(patched[address])

    def x_open(_vfs: int, path: int | None, handle: int, flags: int, out: int) -> int:
        result = int(real.contents.xOpen(ctypes.addressof(real.contents), path, handle, flags, out))
        text = ctypes.string_at(path).decode() if path else ""
        if result == OK and text.startswith(str(disk.folder)):
            paths[handle] = text
            if text not in disk.files:
                there = Path(text)
                disk.files[text] = Content(bytearray(there.read_bytes() if there.exists() else b""))
            watch_methods(_File.from_address(handle))
        return result

    def x_delete(_vfs: int, path: bytes, sync: int) -> int:
        result = int(real.contents.xDelete(ctypes.addressof(real.contents), path, sync))
        if result == OK:
            disk.files.pop(path.decode(), None)
        return result

    mine.xOpen, mine.xDelete = _OPEN(x_open), _DELETE(x_delete)
    _lib.sqlite3_vfs_register(ctypes.byref(mine), 1)
    try:
        yield
    finally:
        _lib.sqlite3_vfs_unregister(ctypes.byref(mine))
        _lib.sqlite3_vfs_register(real, 1)
        # Kept for ever: what a failing test left open still calls them when it is collected.
        _KEPT.extend(keep)
