"""The note that records leave in the folder that they were moved from; a start follows it.

Loads nothing: the window asks here before it loads the store.
"""

from pathlib import Path

NOTE = "venue-desk.moved.txt"
COMING = "venue-desk.coming"  # in the new folder until the move is decided: where its records come from


def followed(folder: Path) -> Path:
    """Where the records of a folder are now."""
    folder, seen = folder.absolute(), set[Path]()
    while folder not in seen:
        seen.add(folder)
        further = pointed(folder)
        if further is None or not further.is_dir():
            break
        folder = further
    return folder


def pointed(folder: Path, name: str = NOTE) -> Path | None:
    """The folder that a note names, on its last line."""
    if not (folder / name).exists():
        return None
    try:
        return Path((folder / name).read_text("utf-8").rstrip("\n").rpartition("\n")[2])
    except (OSError, UnicodeDecodeError):
        return None


def unfinished(folder: Path) -> Path | None:
    """Where the records still are, while a move to this folder was begun and not decided."""
    source = pointed(folder, COMING)
    return source if source is not None and pointed(source) != folder.absolute() else None
