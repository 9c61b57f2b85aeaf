"""Where this computer stands with the centre, and which computers the venue has."""

from collections.abc import Callable

from venue_desk.desktop.widgets import Badge, Card, ListRow, Rows
from venue_desk.language import _, ngettext, number
from venue_desk.queries.sync import DeskRow, Standing, Status

Moment = Callable[[str], str]


def facts_card(status: Status, standing: Standing, moment: Moment) -> Card:
    """The venue, the centre, the last sync, what waits; and what the last comparison found."""
    card = Card(_("Centre"))
    rows = Rows()
    waits = (
        ngettext("{count} change", "{count} changes", status.waiting).format(count=number(status.waiting))
        if status.waiting
        else _("Nothing")
    )
    facts = [
        (_("Venue"), status.venue),
        (_("Address"), status.server or _("none: by a stick")),
        (_("Last sync"), moment(status.last) if status.last else _("Not yet")),
        (_("Waiting to be sent"), waits),
    ]
    if standing.repaired_at:
        found = ngettext(
            "{count} part differed and was fetched again",
            "{count} parts differed and were fetched again",
            len(standing.repaired_what),
        ).format(count=number(len(standing.repaired_what)))
        facts.append((_("Compared {moment}").format(moment=moment(standing.repaired_at)), found))
    rows.show_rows([ListRow(value, name, wrap=True) for name, value in facts])
    card.add(rows)
    return card


def desks_card(desks: list[DeskRow], moment: Moment) -> Card:
    """The computers that write for this venue."""
    card = Card(_("Computers of this venue"), number(len(desks)))
    rows = Rows()
    rows.show_rows(
        [
            ListRow(
                desk.name,
                _("Letter {letter} · last change {moment}").format(
                    letter=desk.letter, moment=moment(desk.last) if desk.last else _("Not yet")
                ),
                after=Badge("accent", _("This computer"), letter="") if desk.here else None,
                wrap=True,
            )
            for desk in desks
        ]
    )
    card.add(rows)
    return card
