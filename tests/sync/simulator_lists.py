"""What is said to all venues, in a history: the agency and another venue change it, and every desk ends with it."""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Connection, delete, select
from sqlalchemy.orm import Session

from sync.simulator_wire import Killed
from venue_desk.domain.reference import TRADE, VOID
from venue_desk.server import reference
from venue_desk.store import lists
from venue_desk.store.local import set_local

if TYPE_CHECKING:
    from sync.simulator import Step, World
    from sync.simulator_world import Ground

A_PART = 4  # entries in one message, so that a load takes several
ELSEWHERE = "f" * 32


def watched(world: "Ground", patch: pytest.MonkeyPatch) -> None:
    """Small parts; and while a desk takes one over, a number that is void at the centre is never forgotten."""
    keep, version = lists.keep, lists.version

    def kept(session: Session, *args: Any) -> bool:
        with world.centre.reading() as connection:
            void = _void(connection)
        before = _void(session.connection())
        done = keep(session, *args)
        assert not (before & void) - _void(session.connection()), "a void number was forgotten"
        return done

    def asked(session: Session, epoch: str) -> int | None:
        older = world.acting is not None and world.acting.older
        return None if older else version(session, epoch)

    patch.setattr(reference, "A_PART", A_PART)
    patch.setattr(lists, "keep", kept)
    patch.setattr(lists, "version", asked)


def change(world: "World", which: int, value: int) -> None:
    """An entry is new, another, or gone; the agency's own, or made of another venue's records."""
    agency = which % 2 == 0
    kind, key = (TRADE, f"T{which % 5}") if agency else (VOID, f"{ELSEWHERE}/{which % 5}")
    said = None if value % 4 == 0 else {"id": f"Kejuruan {value % 9}", "units": []}
    with world.centre.writing() as connection:
        reference.change(connection, [(kind, key, said)], None if agency else ELSEWHERE)


def check(world: "World") -> None:
    """Every desk says what the centre says."""
    with world.centre.reading() as connection:
        expected = _said(connection)
    for computer in world.computers:
        with computer.desk.engine.connect() as connection:
            assert _said(connection) == expected, "what is said to all venues differs"


def _said(connection: Connection) -> dict[tuple[str, str], Any]:
    rows = connection.execute(select(lists.TABLE).where(lists.TABLE.c.value.is_not(None)))
    return {(row.kind, row.key): row.value for row in rows}


def _void(connection: Connection) -> set[str]:
    return {key for kind, key in _said(connection) if kind == VOID}


# -- planted


def version_apart(_world: "World", patch: pytest.MonkeyPatch) -> None:
    """That a part is here is saved before the part, and the desk dies between the two."""
    whole, died = lists._replace, [False]

    def replaced(session: Session, load: int, entries: Any) -> None:
        now = lists.held(session)
        if now.version and not died[0]:
            died[0] = True
            set_local(session, lists.KEPT, json.dumps(asdict(replace(now, version=entries[-1][2]))))
            session.commit()
            raise Killed
        whole(session, load, entries)

    patch.setattr(lists, "_replace", replaced)


def dropped_early(_world: "World", patch: pytest.MonkeyPatch) -> None:
    """A new load of all forgets what was there at its first part."""
    whole = lists._replace

    def replaced(session: Session, load: int, entries: Any) -> None:
        session.execute(delete(lists.TABLE).where(lists.TABLE.c.loaded < load))
        whole(session, load, entries)

    patch.setattr(lists, "_replace", replaced)


_FIVE: "list[Step]" = [("agency", which, 1, 0) for which in (1, 3, 5, 7, 9)]
_TWO: "list[Step]" = [("joins", 0, False), ("joins", 0, False), ("sync", 0, "", 0, 0), ("sync", 1, "", 0, 0)]
LISTS: "dict[str, tuple[Callable[[World, pytest.MonkeyPatch], None], list[Step]]]" = {
    "a list's version saved apart from its entries": (
        version_apart,
        [*_TWO, *_FIVE, ("sync", 0, "", 0, 0)],
    ),
    "void numbers forgotten while all is loaded anew": (
        dropped_early,
        [
            *_TWO,
            *_FIVE,
            ("sync", 0, "", 0, 0),
            ("backup", 0, 0, 0),
            ("restore", 0, 0, 0),
            ("sync", 0, "", 0, 0),
        ],
    ),
}
