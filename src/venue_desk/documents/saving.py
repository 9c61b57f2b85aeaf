"""A document arrives in its file whole or not at all."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TypeVar

from venue_desk.domain.problem import Problem
from venue_desk.domain.reasons import plain
from venue_desk.language import _

T = TypeVar("T")


@contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """A draft beside ``path`` to write into, put in place when all went well; else nothing is left of it.

    It is opened at once: where nothing can be written Problem is raised before anything else was done.
    """
    path = Path(path)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("wb") as file:
            yield file
        draft.replace(path)
    except OSError as error:
        raise Problem(
            _("“{file}” cannot be written: {reason}.").format(file=path.name, reason=plain(error)),
            _("Close it if it is open, or choose another folder."),
        ) from error
    finally:
        with suppress(OSError):  # what refuses the draft may refuse this too
            draft.unlink(missing_ok=True)


def saved(path: Path, draw: Callable[[IO[bytes]], Iterator[T]]) -> Iterator[T]:
    """Run a drawing generator into a file that is there whole or not at all, also when it is closed early."""
    with whole(path) as file:
        yield from draw(file)
