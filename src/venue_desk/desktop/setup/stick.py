"""Joining a venue where there is no network: a request and its answer are carried on a stick."""

from collections.abc import Callable
from pathlib import Path

from venue_desk.desktop.page import Job
from venue_desk.desktop.widgets import Dialog, Form, ListRow, TextField
from venue_desk.language import _
from venue_desk.store.desk import Desk

FILES = "*.vdjoin"


class CodeDialog(Dialog):
    """The one-time code, for a request on a stick."""

    def __init__(self) -> None:
        super().__init__(
            _("Join by a stick"),
            yes=_("Write the request"),
            sentence=_(
                "The centre gives this computer a code that is valid for a day. The request is carried there, and its "
                "answer back here. The code itself is not on the stick."
            ),
            width=520,
        )
        self.form = Form()
        self.form.add("code", _("One-time code"), TextField(hint="K7QF-9M2X-3HTR-W8PD"), needed=True)
        self.add(self.form)

    def check(self) -> bool:
        if not self.form.value("code"):
            self.form.error("code", _("Write the code."))
            return False
        return True


def rows(desk: Desk | None, ask: Callable[[], object], read: Callable[[], object]) -> list[ListRow]:
    """What can be done without a network: ask, and, when that was done, read the answer."""
    from venue_desk.sync import admission

    if desk is not None and desk.ask(admission.waits):
        return [
            ListRow(
                _("The request was written"),
                _("Carry it to the centre, and read here the answer that it gives back."),
                action=_("Read the answer…"),
                on_click=read,
                wrap=True,
            ),
            ListRow(
                _("Was the code refused, or the file lost?"),
                _("Another request takes the place of the one before."),
                action=_("Write it anew…"),
                on_click=ask,
                wrap=True,
            ),
        ]
    return [
        ListRow(
            _("Is there no network at this venue?"),
            _("A stick carries the request to the centre, and the answer back."),
            action=_("Join by a stick…"),
            on_click=ask,
            wrap=True,
        )
    ]


def asked(held: Desk | None, folder: Path, code: str, path: Path) -> Job:
    """Write a request, of a new desk where there is none yet. Gives the desk."""
    from venue_desk.sync import admission

    yield _("Writing to the stick")
    if held is None:
        return admission.begin(folder, code, path)
    admission.ask(held, code, path)
    return held


def taken(desk: Desk, path: Path) -> Job:
    """Read the answer, with the venue's records. Gives the desk."""
    from venue_desk.sync import admission

    yield _("Reading from the stick")
    admission.take(desk, path)
    return desk
