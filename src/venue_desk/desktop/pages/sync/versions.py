"""One entry that two computers wrote differently: the version shown and the other, side by side."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from venue_desk.desktop.widgets import Button, Label, column, row
from venue_desk.language import _
from venue_desk.queries.sync import Both, Version


def versions_row(
    one: Both,
    moment: Callable[[str], str],
    take: Callable[[str], object],
    keep: Callable[[str], object],
) -> QWidget:
    """What it is about, both versions with who wrote them and when, and a button below each."""
    made = QWidget()
    title = Label(f"{one.record} · {one.field}" if one.field else one.record, "strong", wrap=True)
    keeping = Button(_("Keep this"), lambda: keep(one.id), kind="quiet", icon="check")
    taking = Button(_("Take the other"), lambda: take(one.id), icon="swap")
    for button, version in ((keeping, one.kept), (taking, one.lost)):
        button.setAccessibleDescription(f"{one.record}, {one.field}: {version.value}")
    sides = row(
        _side(_("Shown now"), one.kept, moment, keeping),
        _side(_("The other version"), one.lost, moment, taking),
        gap=16,
    )
    sides.setStretch(0, 1)
    sides.setStretch(1, 1)
    lines = column(title, sides, gap=8)
    lines.setContentsMargins(0, 12, 0, 12)
    made.setLayout(lines)
    return made


def _side(heading: str, version: Version, moment: Callable[[str], str], button: Button) -> QWidget:
    made = QWidget()
    who = f"{version.computer} · {moment(version.at)}" if version.at else version.computer
    lines = column(
        Label(heading, "small", "muted"),
        Label(version.value, "body", wrap=True),
        Label(who, "small", "muted", wrap=True),
        row(button, 1),
        gap=4,
    )
    made.setLayout(lines)
    return made
