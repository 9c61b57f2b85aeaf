"""What the sync page has done on the worker: joining, and files on a stick."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

from venue_desk.language import _
from venue_desk.store.desk import Desk

Progress = tuple[float | None, str]


def joined(desk: Desk, server: str, code: str) -> Generator[Progress, None, str]:
    from venue_desk.sync import client, joining

    yield None, _("Reaching the centre")
    name = joining.enrol(desk, server, code)
    yield from client.sync(desk)
    return name


def taken_back(desk: Desk) -> Generator[Progress, None, int]:
    from venue_desk.sync import client

    yield None, _("Taking the removals back")
    return client.take_back(desk)


def exported(desk: Desk, path: Path) -> Generator[Progress, None, Any]:
    from venue_desk.sync import stick

    yield None, _("Writing to the stick")
    return stick.export(desk, path)


def brought(desk: Desk, path: Path) -> Generator[Progress, None, Any]:
    from venue_desk.sync import stick

    yield None, _("Reading from the stick")
    return stick.bring(desk, path)
