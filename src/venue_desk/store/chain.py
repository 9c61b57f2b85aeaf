"""Whether a journal is whole: each writer's lines follow each other without a gap, as they were hashed.

And whether the records say what it says: one that was changed past it does not.
"""

from typing import cast

from sqlalchemy import Connection, Table, select

from venue_desk import language
from venue_desk.language import _, ngettext
from venue_desk.store.digest import look
from venue_desk.store.journal import GENESIS, entry_of
from venue_desk.store.records import Line

LINES = cast(Table, Line.__table__)


def broken(connection: Connection, venue: str) -> list[str]:
    """Where a writer's chain does not hold: a line is missing or was changed. Empty when all is whole."""
    faults: list[str] = []
    previous: dict[tuple[str, int], tuple[int, bytes]] = {}
    for line in connection.execute(
        select(LINES)
        .where(LINES.c.venue_id == venue)
        .order_by(LINES.c.writer, LINES.c.branch, LINES.c.number)
        .execution_options(yield_per=1000)
    ):
        chain = (line.writer, line.branch)
        # A fork goes on from a line of the main chain, which this copy may not hold.
        number, hashed = previous.get(chain, (line.number - 1, b"") if line.branch else (0, GENESIS))
        if line.number != number + 1:
            faults.append(
                _("Lines {first} to {last} of {writer} are missing.").format(
                    first=number + 1, last=line.number - 1, writer=line.writer[:8]
                )
            )
        elif hashed and entry_of(line).chained(hashed) != line.hash:
            faults.append(
                _("Line {number} of {writer} was changed.").format(number=line.number, writer=line.writer[:8])
            )
        previous[chain] = (line.number, line.hash)
    changed = len(look(connection, venue).stale)
    if changed:
        faults.append(
            ngettext(
                "{count} record does not say what was last saved in it.",
                "{count} records do not say what was last saved in them.",
                changed,
            ).format(count=language.number(changed))
        )
    return faults
