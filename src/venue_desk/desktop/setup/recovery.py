"""The recovery key: shown once, printed, and asked back. After the set-up, and from the settings."""

import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from venue_desk.desktop import theme
from venue_desk.desktop.keyscreen import heading
from venue_desk.desktop.page import Job, Shell
from venue_desk.desktop.widgets import (
    Button,
    Card,
    Dialog,
    FormRow,
    Label,
    Segmented,
    TextField,
    column,
    row,
)
from venue_desk.domain import recovery
from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.queries.venue import details
from venue_desk.store import vault

if TYPE_CHECKING:
    from venue_desk.store.desk import Desk

LOST, KNOWN = "lost", "known"  # why there is a new recovery key


class RecoveryForm(QWidget):
    """A new key, and the field that asks for its last group. It opens the records only once that was typed.

    ``ring``: this computer has a keyring; where it has none a passphrase may take its place. ``again``: there is a
    recovery key already, so it is asked why there is to be another.
    """

    def __init__(self, shell: Shell, folder: Path, venue: str, *, ring: bool, again: bool = False) -> None:
        super().__init__()
        self.setProperty("clear", "true")
        self._shell, self._folder, self._venue = shell, folder, venue
        self.key = recovery.new()
        frame = QVBoxLayout(self)
        frame.setContentsMargins(0, 0, 0, 0)
        frame.setSpacing(16)
        self.why = LOST
        if again:
            frame.addLayout(self._reason())
        paper = Card(sunken=True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(12)
        for place, group in enumerate(self.key.split("-")):
            words = Label(group, "heading", selectable=True)
            words.setAccessibleName(_("Group {number}").format(number=place + 1) + f": {' '.join(group)}")
            grid.addLayout(
                column(Label(str(place + 1), "small", "muted"), words, gap=0), place // 4, place % 4
            )
        paper.add(grid)
        frame.addWidget(paper)
        frame.addLayout(
            row(
                Button(_("Print"), self.print_it, icon="printer"),
                Button(_("Save as PDF…"), self.save, icon="download"),
                1,
            )
        )
        self.typed = TextField()
        self.row = FormRow(
            _("Type group 8 again"), self.typed, _("So that it is sure that the key stands on paper")
        )
        frame.addWidget(self.row)
        self.phrase = TextField()
        self.phrase.setEchoMode(QLineEdit.EchoMode.Password)
        self.phrase_row = FormRow(
            _("Passphrase at each start"),
            self.phrase,
            _(
                "This computer has no keyring. Without a passphrase the key stays in a file beside the records."
            )
            if not ring
            else _("The passphrase opens the records under the new key, too: type it, or a new one."),
        )
        frame.addWidget(self.phrase_row)
        self._ring, self._guarded = ring, vault.PASSPHRASE in vault.ways(folder)
        self._show_phrase()

    def _reason(self) -> QVBoxLayout:
        """Why another key: what follows from it differs."""
        ways = ((LOST, _("The paper is lost")), (KNOWN, _("Others may know the old one")))
        self._said = Label("", "body", "muted", wrap=True)
        self._choose(LOST)
        self._choice = Segmented(ways, LOST, self.choose, name=_("Why a new recovery key?"))
        return column(Label(_("Why a new recovery key?"), "strong"), row(self._choice, 1), self._said)

    def choose(self, why: str) -> None:
        """``LOST`` or ``KNOWN``."""
        if self._choice.value() != why:
            self._choice.set_value(why)
        self._choose(why)
        self._show_phrase()

    def _choose(self, why: str) -> None:
        self.why = why
        self._said.setText(
            _(
                "The records keep their key. The old paper no longer opens them here, but with an older copy of the "
                "backups it still opens them, newer backups too. If somebody may find it, choose the other."
            )
            if why == LOST
            else _(
                "All records are written anew under another key. From then on the old paper opens only backups that "
                "were made until now: keep it for those, or delete them once a new backup is made."
            )
        )

    def _show_phrase(self) -> None:
        self.phrase_row.setVisible(not self._ring or (self.why == KNOWN and self._guarded))

    def confirm(self, done: Callable[[], object]) -> None:
        """Let the key open the records from now on, when it was typed back."""
        if not recovery.same_group(self.typed.text(), recovery.last_group(self.key)):
            self.row.error(_("This is not group 8. Compare it with your paper."))
            self.typed.setFocus()
            return
        self.row.error("")
        phrase = self.phrase.text() if not self.phrase_row.isHidden() else ""
        if self.why == KNOWN:
            job = _rekeyed(self._shell.desk, self.key, phrase)
            title = _("Giving the records a new key")
        else:
            job, title = _kept(self._folder, self.key, phrase), _("Keeping the recovery key")
        self._shell.run(job, title, done=lambda _result: done(), failed=self._failed)

    def _failed(self, problem: Problem) -> None:
        at = self.row if self.phrase_row.isHidden() else self.phrase_row
        at.error(str(problem))

    def save(self) -> None:
        name = f"{_('recovery key')}.pdf"
        self._shell.save_file(_("Save the recovery key"), name, "PDF (*.pdf)", self._save_to)

    def _save_to(self, target: Path) -> None:
        self._shell.run(
            _drawn(target, self.key, self._venue),
            _("Drawing the sheet"),
            done=lambda _result: self._shell.toast(
                _("Saved. Print it, then delete the file from this computer.")
            ),
        )

    def print_it(self) -> None:
        """Print it at once, without a file that stays."""
        from venue_desk.desktop import printing

        names = printing.printers()
        if not names:
            self._shell.toast(_("No printer is set up on this computer: write it down, or save it as PDF."))
            return
        self._shell.run(
            _printed(names[0], self._shell.settings.printer_offset(names[0]), self.key, self._venue),
            _("Printing the recovery key"),
            done=lambda _result: self._shell.toast(_("Sent to {printer}.").format(printer=names[0])),
        )


class RecoveryDialog(Dialog):
    """Make a new recovery key in place of the one before."""

    def __init__(self, shell: Shell, folder: Path, venue: str, *, ring: bool, again: bool = False) -> None:
        super().__init__(
            _("A new recovery key"),
            yes=_("Keep this key"),
            sentence=_(
                "It opens the records when this computer is lost. It is shown this once: print it or write it down."
            ),
            width=600,
        )
        self.form = RecoveryForm(shell, folder, venue, ring=ring, again=again)
        self.add(self.form)

    def check(self) -> bool:
        self.form.confirm(self.accept)
        return False


class RecoveryStep(Card):
    """The last step of the set-up. ``done`` is called when the key was typed back, or is left for later."""

    def __init__(
        self, shell: Shell, folder: Path, venue: str, *, ring: bool, done: Callable[[], object]
    ) -> None:
        super().__init__()
        self.setMaximumWidth(theme.now().px(760))
        self.form = RecoveryForm(shell, folder, venue, ring=ring)
        self.body.setSpacing(18)
        said = _(
            "It opens the records when this computer is lost. It is shown this once: print it or write it down."
        )
        self.add(heading("key", _("Your recovery key"), said))
        self.add(self.form)
        later = Button(_("Later: Today recalls it"), done, kind="quiet")
        onward = Button(_("Finish"), lambda: self.form.confirm(done), kind="primary")
        self.add(row(later, 1, onward))


def offer(shell: Shell, done: Callable[[RecoveryDialog], object]) -> None:
    """Ask the keyring behind the window whether it is there, then show a new key; ``done`` once it was typed back."""
    desk = shell.desk
    again = vault.RECOVERY in vault.ways(desk.folder)

    def show(ring: bool) -> None:
        dialog = RecoveryDialog(shell, desk.folder, desk.ask(details).name, ring=ring, again=again)
        shell.dialog(dialog, done=lambda: done(dialog))

    shell.run(has_ring(), _("Asking the keyring"), done=show)


# --- what the worker does


def has_ring() -> Job:
    """Whether this computer has a keyring; it may take its time to answer."""
    yield None
    return vault.keyring_works()


def _kept(folder: Path, key: str, phrase: str) -> Job:
    yield None
    if phrase:
        vault.keep_passphrase(folder, phrase)
    vault.keep_recovery(folder, key)
    return vault.settle(folder)


def _rekeyed(desk: "Desk", key: str, phrase: str) -> Job:
    """A backup under the new key follows at once: those that are there are under the old one."""
    from venue_desk.store import backups, rekey

    yield _("Copying all records under the new key")
    rekey.renew(desk, key, phrase)
    # The key is in force: a backup that fails is tried again by itself, and the status line tells.
    with suppress(Problem):
        backups.make(desk.engine, desk.folder)


def _drawn(target: Path, key: str, venue: str) -> Job:
    from venue_desk.documents import recovery as paper
    from venue_desk.documents.saving import saved

    yield from saved(target, lambda file: paper.draw(file, key, venue))


def _printed(printer: str, offset: tuple[float, float], key: str, venue: str) -> Job:
    from venue_desk.desktop import printing

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sheet.pdf"
        yield from _drawn(file, key, venue)
        yield from printing.send(file, printing.printer_named(printer), offset)
