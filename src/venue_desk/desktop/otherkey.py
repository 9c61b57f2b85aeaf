"""Keys that a person gives before records go back to a backup: the backup's own, or this desk's recovery key."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from venue_desk.desktop.keychoice import KeyChoice
from venue_desk.desktop.page import Job, Shell
from venue_desk.desktop.widgets import Dialog, FormRow, TextField
from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.store import vault

if TYPE_CHECKING:
    from venue_desk.store.desk import Desk

Found = tuple[str, Any]  # a backup's key, and its preview


class OtherKeyDialog(Dialog):
    """A backup that another key opens: its recovery key, its passphrase or its key file. ``found`` once one fits."""

    def __init__(
        self, shell: Shell, source: Path, folder: Path, desk: "Desk | None", problem: Problem
    ) -> None:
        assert isinstance(problem, vault.KeyNeeded)
        super().__init__(
            _("The key of this backup"),
            yes=_("Open the backup"),
            sentence=f"{problem.text} {_('Once it is open you see what it holds; nothing is changed yet.')}",
            width=560,
        )
        self.found: Found | None = None
        self._shell, self._source, self._folder, self._desk = shell, source, folder, desk
        self.key = KeyChoice(shell, problem.ways, problem.hint)
        self.add(self.key)

    def check(self) -> bool:
        secret = self.key.given()
        if secret:
            self._shell.run(
                looked(self._folder, self._source, self._desk, self.key.by, secret),
                _("Opening the backup"),
                done=self._opened,
                failed=lambda problem: self.key.error(str(problem)),
            )
        return False

    def _opened(self, found: Found) -> None:
        self.found = found
        self.accept()


class OwnerDialog(Dialog):
    """A locked desk whose records cannot be opened: the recovery key takes the place of the PIN."""

    def __init__(self, shell: Shell, folder: Path) -> None:
        super().__init__(
            _("The recovery key of this desk"),
            yes=_("Go on"),
            sentence=_(
                "This desk has a PIN, and its records cannot be opened to check it. Whoever has the recovery key may "
                "choose a backup; the PIN stays in force afterwards."
            ),
            width=520,
        )
        self._shell, self._folder = shell, folder
        self.field = TextField()
        self.row = FormRow(_("Recovery key"), self.field, _("Eight groups, from the printed sheet"))
        self.add(self.row)

    def check(self) -> bool:
        self._shell.run(
            _fits(self._folder, self.field.text()),
            _("Checking the recovery key"),
            done=self._told,
            failed=lambda problem: self.row.error(str(problem)),
        )
        return False

    def _told(self, fits: bool) -> None:
        if fits:
            self.accept()
        else:
            self.row.error(_("This recovery key does not open these records."))


def as_owner(shell: Shell, folder: Path, done: Callable[[], object]) -> None:
    """Go on at once where this desk has no PIN, else once the recovery key was given."""

    def told(locked: bool) -> None:
        if locked:
            shell.dialog(OwnerDialog(shell, folder), done=done)
        else:
            done()

    shell.run(_locked(folder), "", done=told, quiet=True)


def pictures(shell: Shell, folder: Path) -> dict[str, QWidget]:
    """The dialogs for the picture tests."""
    ways = frozenset({vault.RECOVERY, vault.PASSPHRASE, vault.FILED})
    said = _("This backup was made with another key than that of this desk.")
    needed = vault.KeyNeeded(said, "", folder, ways)
    filed = vault.KeyNeeded(
        said, _("Put the .vault file that lay beside it there again, or name its key file."), folder,
        frozenset({vault.FILED}),
    )  # fmt: skip
    return {
        "other-key": OtherKeyDialog(shell, folder / "x.db", folder, None, needed),
        "other-key-file": OtherKeyDialog(shell, folder / "x.db", folder, None, filed),
        "owner": OwnerDialog(shell, folder),
    }


# --- what the worker does


def looked(folder: Path, source: Path, desk: "Desk | None", by: str = "", secret: str = "") -> Job:
    """What a backup holds, and its key."""
    from venue_desk.store import backups, origin

    yield _("Checking the backup")
    its = origin.key_of(folder, source, by, secret)
    return its, backups.preview(source, its, desk.engine if desk else None)


def _fits(folder: Path, written: str) -> Job:
    yield None
    return vault.fits(folder, vault.RECOVERY, written)


def _locked(folder: Path) -> Job:
    from venue_desk.store import computer

    yield None
    return computer.locked(folder)
