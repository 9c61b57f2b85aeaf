"""Some megabytes kept beside the records, to be given up when the disk is full: so that people can still mark."""

import contextlib
import os
import shutil
from pathlib import Path

FILE = "venue-desk.ballast"
SPENT = "venue-desk.full"  # an empty file that tells that it was given up
SIZE = 8 * 2**20
ROOM = 64 * 2**20  # free space above which it is made again


def given_up(folder: Path) -> bool:
    """Whether it was given up and is not there again."""
    return (folder / SPENT).exists()


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
        (folder / SPENT).unlink(missing_ok=True)
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
    with contextlib.suppress(OSError):
        (folder / SPENT).touch()
    return True
