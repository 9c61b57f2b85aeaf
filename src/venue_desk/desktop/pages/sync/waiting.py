"""What waits for a person after lines came: removals, likely doubles, rows without a parent, lines not read yet."""

from collections.abc import Callable

from PySide6.QtGui import QGuiApplication

from venue_desk.actions import sync as settling
from venue_desk.desktop.page import Shell
from venue_desk.desktop.widgets import Button, Card, Label, ListRow, Rows, row
from venue_desk.language import _, ngettext, number
from venue_desk.queries import attention, removals

SHOWN = 6  # rows of a card; the rest is counted


def cards(
    shell: Shell, moment: Callable[[str], str], agree: Callable[[], object], take_back: Callable[[], object]
) -> list[Card]:
    """A card for each kind of thing that waits, the most urgent first; none where nothing does."""
    made = (
        _removed(shell, moment, agree, take_back),
        _doubles(shell),
        _orphans(shell, moment),
        _held(shell, moment),
    )
    return [card for card in made if card is not None]


def _removed(
    shell: Shell, moment: Callable[[str], str], agree: Callable[[], object], take_back: Callable[[], object]
) -> Card | None:
    found = shell.desk.ask(removals.waiting)
    if found is None:
        return None
    card = Card(_("Removed here"), number(found.count))
    card.add(_said(_("So many at once are not passed on unasked: the other computers still have them.")))
    _listed(
        card,
        [
            ListRow(
                _(one.name),
                ngettext("{count} record", "{count} records", one.count).format(count=number(one.count))
                + f" · {moment(one.at)}",
                wrap=True,
            )
            for one in found.actions
        ],
    )
    card.add(
        row(
            Button(_("Take it back"), take_back, icon="undo"),
            Button(_("Pass it on"), agree, kind="quiet", icon="check"),
            1,
        )
    )
    return card


def _doubles(shell: Shell) -> Card | None:
    found = shell.desk.ask(attention.pairs)
    if not found:
        return None
    card = Card(_("Likely the same person"), number(len(found)))
    card.add(_said(_("Two computers wrote them. Nothing is put together by itself.")))

    def line(one: attention.Pair) -> ListRow:
        def apart() -> None:
            shell.do(settling.two_people, one.one.id, one.other.id, said=_("They stay two people"))

        two = Button(_("Two people"), apart, kind="quiet")
        two.setAccessibleDescription(f"{one.one.shown}, {one.other.shown}")
        return ListRow(
            one.one.shown if one.one.shown == one.other.shown else f"{one.one.shown} · {one.other.shown}",
            one.why,
            action=_("Merge…"),
            on_click=lambda: shell.go("people", person=one.one.id, merge=one.other.id),
            after=two,
            wrap=True,
        )

    _listed(card, [line(one) for one in found])
    return card


def _orphans(shell: Shell, moment: Callable[[str], str]) -> Card | None:
    found = shell.desk.ask(attention.orphans)
    if not found:
        return None
    card = Card(_("Waits for something else"), number(len(found)))

    def line(one: attention.Orphans) -> ListRow:
        def back() -> None:
            shell.do(settling.bring_back, one.parent_table, one.parent, said=_("It is here again"))

        said = f"{one.explanation} · {moment(one.removed)}" if one.removed else one.explanation
        if not one.removed:
            return ListRow(one.title, said, wrap=True)
        return ListRow(one.title, said, action=_("Bring back"), on_click=back, wrap=True)

    _listed(card, [line(one) for one in found])
    return card


def _held(shell: Shell, moment: Callable[[str], str]) -> Card | None:
    found = shell.desk.ask(attention.held)
    if not found:
        return None
    card = Card(_("Cannot be read yet"), number(sum(one.count for one in found)))
    card.add(_said(_("Nothing is lost: they are kept, and tried again after each sync and each update.")))

    def line(one: attention.HeldLines) -> ListRow:
        why = (
            _("written by a newer release: update Venue Desk on this computer")
            if one.reason == "newer"
            else _("damaged where they were written: send the report to the centre")
        )
        title = ngettext(
            "{count} change of {computer}, since {moment}",
            "{count} changes of {computer}, since {moment}",
            one.count,
        ).format(count=number(one.count), computer=one.computer, moment=moment(one.since))
        return ListRow(title, why, wrap=True)

    def copy() -> None:
        QGuiApplication.clipboard().setText(attention.report(found))
        shell.toast(_("The report is copied. There is no name in it."))

    _listed(card, [line(one) for one in found])
    card.add(row(Button(_("Copy report"), copy, kind="quiet", icon="copy"), 1))
    return card


def _listed(card: Card, rows: list[ListRow]) -> None:
    shown = Rows()
    shown.show_rows(list(rows[:SHOWN]))
    card.add(shown)
    if len(rows) > SHOWN:
        rest = len(rows) - SHOWN
        card.add(_said(ngettext("and {count} more", "and {count} more", rest).format(count=number(rest))))


def _said(text: str) -> Label:
    return Label(text, "body", "muted", wrap=True)
