"""Where icons, fonts, translations and reference data lie, in a checkout and when installed."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def path(*parts: str) -> Path:
    """The path of a resource, e.g. ``path("icons", "calendar.svg")``; it is not checked to exist."""
    return _root().joinpath(*parts)


def _root() -> Path:
    installed = _PACKAGE / "_resources"
    return installed if installed.is_dir() else _PACKAGE.parents[1] / "resources"
