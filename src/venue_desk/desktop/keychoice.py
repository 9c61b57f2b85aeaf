"""What opens a backup: its recovery key, its passphrase or its key file, whichever somebody has."""

from collections.abc import Collection
from pathlib import Path

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from venue_desk.desktop.page import Shell
from venue_desk.desktop.widgets import Button, FormRow, Label, Segmented, TextField, clear, row
from venue_desk.domain import recovery
from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.store import vault


class KeyChoice(QWidget):
    """One of ``ways`` (vault.RECOVERY, PASSPHRASE, FILED) and the field for it; ``hint`` where there is but one."""

    def __init__(self, shell: Shell, ways: Collection[str], hint: str = "") -> None:
        super().__init__()
        self._shell = shell
        self.key_file: Path | None = None
        self._names = {
            vault.RECOVERY: _("Recovery key"),
            vault.PASSPHRASE: _("Passphrase"),
            vault.FILED: _("Key file"),
        }
        offered = [(way, said) for way, said in self._names.items() if way in ways]
        self.by = offered[0][0]
        place = QVBoxLayout(self)
        place.setContentsMargins(0, 0, 0, 0)
        place.setSpacing(16)
        if len(offered) > 1:
            place.addLayout(row(Segmented(offered, self.by, self.choose, name=_("How to open it")), 1))
        elif hint:
            place.addWidget(Label(hint, wrap=True))
        self._holder = QVBoxLayout()
        place.addLayout(self._holder)
        self.choose(self.by)

    def choose(self, by: str) -> None:
        """Ask for another of its keys."""
        self.by = by
        clear(self._holder)
        self.field = TextField()
        hint = ""
        if by == vault.RECOVERY:
            hint = _("Eight groups, from the sheet that was printed for it")
        elif by == vault.PASSPHRASE:
            self.field.setEchoMode(QLineEdit.EchoMode.Password)
        else:
            self.field.setReadOnly(True)
        self.row = FormRow(self._names[by], self.field, hint)
        self._holder.addWidget(self.row)
        if by == vault.FILED:
            choose = Button(_("Choose the key file…"), self._ask_file)
            self._holder.addLayout(row(choose, 1))
            choose.setFocus()
        else:
            self.field.setFocus()

    def _ask_file(self) -> None:
        self._shell.choose_file(_("Choose the key file"), _("All files") + " (*)", self.take)

    def take(self, file: Path) -> None:
        """Somebody chose the key file."""
        self.key_file = file
        self.field.setText(file.name)

    def given(self) -> str:
        """The key as typed, or the place of its file; empty, with the reason in sight, where it cannot be one."""
        secret = str(self.key_file or "") if self.by == vault.FILED else self.field.text()
        if not secret:
            self.error(_("Give the key first."))
        elif self.by == vault.RECOVERY:
            try:
                recovery.read(secret)
            except Problem as problem:
                self.error(str(problem))
                return ""
        return secret

    def error(self, text: str) -> None:
        self.row.error(text)
