"""A document arrives in its file whole or not at all."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TypeVar

from venue_desk.domain.problem import Problem
from venue_desk.language import _

T = TypeVar("T")


def saved(path: Path, draw: Callable[[IO[bytes]], Iterator[T]]) -> Iterator[T]:
    """Run a drawing generator into a draft beside ``path`` and put it in place when it has ended.

    Closing the iterator early leaves nothing behind. Raises Problem where the place cannot be written.
    """
    path = Path(path)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("wb") as file:
            yield from draw(file)
        draft.replace(path)
    except OSError as error:
        raise Problem(
            _("“{file}” cannot be written: {reason}.").format(file=path.name, reason=error.strerror or error),
            _("Close it if it is open, or choose another folder."),
        ) from error
    finally:
        draft.unlink(missing_ok=True)
