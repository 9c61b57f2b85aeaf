"""Files that are there whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from venue_desk.domain.problem import Problem
from venue_desk.language import _


@contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """A file to write to that becomes ``path`` when all went well; otherwise nothing is left.

    It is opened at once, so a folder that cannot be written raises Problem before anything was done.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=".venue-desk-", suffix=path.suffix, dir=path.parent)
    except OSError as error:
        raise _unwritable(path) from error
    rough = Path(name)
    try:
        with os.fdopen(handle, "wb") as target:
            yield target
            target.flush()
        # A private temporary file gets the rights that an ordinary new file would have.
        mask = os.umask(0)
        os.umask(mask)
        rough.chmod(0o666 & ~mask)
        rough.replace(path)
    except OSError as error:
        with suppress(OSError):
            rough.unlink()
        raise _unwritable(path) from error
    except BaseException:
        with suppress(OSError):
            rough.unlink()
        raise


def _unwritable(path: Path) -> Problem:
    return Problem(
        _("{file} cannot be written.").format(file=path),
        hint=_("Check that the folder exists, may be written, and that the file is not open elsewhere."),
    )
