"""The recovery key: shown once, printed, and asked back. After the set-up, and from the settings."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from venue_desk.desktop import theme
from venue_desk.desktop.page import Job, Shell
from venue_desk.desktop.widgets import Button, Card, Dialog, FormRow, Label, TextField, column, row
from venue_desk.domain import recovery
from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.store import vault


class RecoveryForm(QWidget):
    """A new key, and the field that asks for its last group. It opens the records only once that was typed.

    ``ring``: this computer has a keyring; where it has none a passphrase may take its place.
    """

    def __init__(self, shell: Shell, folder: Path, venue: str, *, ring: bool) -> None:
        super().__init__()
        self.setProperty("clear", "true")
        self._shell, self._folder, self._venue = shell, folder, venue
        self.key = recovery.new()
        frame = QVBoxLayout(self)
        frame.setContentsMargins(0, 0, 0, 0)
        frame.setSpacing(16)
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
        self.phrase: TextField | None = None
        if not ring:
            self.phrase = TextField()
            self.phrase.setEchoMode(QLineEdit.EchoMode.Password)
            self.phrase_row = FormRow(
                _("Passphrase at each start"),
                self.phrase,
                _(
                    "This computer has no keyring. Without a passphrase the key stays in a file beside the records."
                ),
            )
            frame.addWidget(self.phrase_row)

    def confirm(self, done: Callable[[], object]) -> None:
        """Let the key open the records from now on, when it was typed back."""
        if not recovery.same_group(self.typed.text(), recovery.last_group(self.key)):
            self.row.error(_("This is not group 8. Compare it with your paper."))
            self.typed.setFocus()
            return
        self.row.error("")
        phrase = self.phrase.text() if self.phrase is not None else ""
        self._shell.run(
            _kept(self._folder, self.key, phrase),
            _("Keeping the recovery key"),
            done=lambda _result: done(),
            failed=self._failed,
        )

    def _failed(self, problem: Problem) -> None:
        at = self.row if self.phrase is None else self.phrase_row
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

    def __init__(self, shell: Shell, folder: Path, venue: str, *, ring: bool) -> None:
        super().__init__(
            _("A new recovery key"),
            yes=_("Keep this key"),
            sentence=_(
                "It opens the records when this computer is lost. It is shown this once: print it or write it down."
            ),
            width=600,
        )
        self.form = RecoveryForm(shell, folder, venue, ring=ring)
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
        self.add(Label(_("Your recovery key"), "title", wrap=True))
        self.add(
            Label(
                _(
                    "It opens the records when this computer is lost. It is shown this once: print it or write it down."
                ),
                "body",
                "muted",
                wrap=True,
            )
        )
        self.add(self.form)
        later = Button(_("Later, in Settings"), done, kind="quiet")
        onward = Button(_("Finish"), lambda: self.form.confirm(done), kind="primary")
        self.add(row(later, 1, onward))


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
