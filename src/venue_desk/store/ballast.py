"""Some megabytes kept beside the records, to be given up when the disk is full: so that people can still mark."""

import contextlib
import os
import shutil
from pathlib import Path

FILE = "venue-desk.ballast"
SIZE = 8 * 2**20
ROOM = 64 * 2**20  # free space above which it is made again


def there(folder: Path) -> bool:
    return (folder / FILE).exists()


def keep(folder: Path) -> bool:
    """Make it where it is missing and there is room. False where it is missing afterwards: the disk is almost full."""
    place = folder / FILE
    if place.exists():
        return True
    part = place.with_name(FILE + ".part")
    try:
        if shutil.disk_usage(folder).free < ROOM:
            return False
        with part.open("wb") as file:
            for _block in range(SIZE // 2**16):
                # Random, because a disk that compresses would keep zeros in no space at all.
                file.write(os.urandom(2**16))
            file.flush()
            os.fsync(file.fileno())
        part.replace(place)
    except OSError:
        return False
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    return True


def free(folder: Path) -> bool:
    """Give it up. False when there is none."""
    try:
        (folder / FILE).unlink()
    except OSError:
        return False
    return True
