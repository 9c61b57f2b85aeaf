"""The card Security: where the key is, the recovery key, PINs and when the desk locks itself."""

from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QLineEdit, QWidget

from venue_desk import language
from venue_desk.actions import access as lock
from venue_desk.desktop.page import Job, Shell
from venue_desk.desktop.setup.recovery import KNOWN, RecoveryDialog, offer
from venue_desk.desktop.widgets import (
    Card,
    Check,
    Combo,
    Dialog,
    Form,
    FormRow,
    ListRow,
    Rows,
    TextField,
)
from venue_desk.domain import access
from venue_desk.domain.problem import Problem
from venue_desk.language import N_, _, ngettext
from venue_desk.queries.access import locking
from venue_desk.store import vault

if TYPE_CHECKING:
    from venue_desk.store.desk import Desk

PLACES = {
    vault.KEYRING: N_("In this computer's keyring"),
    vault.FILED: N_("In a file beside the records: whoever copies the folder can read them"),
    vault.TYPED: N_("Asked for at each start"),
}


class SecurityCard(Card):
    """Rows that say how it stands, each with the button that changes it."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(_("Security"))
        self._shell = shell
        self._rows = Rows()
        self.add(self._rows)
        self._idle = Combo([(minutes, _minutes(minutes)) for minutes in access.IDLES])
        self._door = Check(_("Cards may be scanned while it is locked"))
        self._idle_row = FormRow(_("Lock after"), self._idle)
        self.add(self._idle_row)
        self.add(self._door)
        self._idle.changed.connect(self._decide)
        self._door.changed.connect(self._decide)

    def refresh(self) -> None:
        """Show how it stands."""
        desk = self._shell.desk
        kept, decided = vault.standing(desk.folder), desk.ask(locking)
        rows: list[QWidget] = [self._key_row(kept), self._recovery_row(kept)]
        if kept.passphrase or kept.place == vault.TYPED:
            rows.append(
                ListRow(
                    _("Passphrase"),
                    _("It opens the records where there is no keyring"),
                    action=_("Change"),
                    on_click=lambda: self._open(PassphraseDialog(self._shell)),
                    wrap=True,
                )
            )
        rows += [self._pin_row(role, role in decided.roles, decided.on) for role in access.ROLES]
        self._rows.show_rows(rows)
        with QSignalBlocker(self._idle), QSignalBlocker(self._door):
            self._idle.set_value(decided.idle)
            self._door.set_value(decided.door)
        self._idle_row.setVisible(decided.on)
        self._door.setVisible(decided.on)

    def _key_row(self, kept: vault.Standing) -> ListRow:
        said = _("In a file that the administrator chose") if kept.given else _(PLACES[kept.place])
        movable = kept.place == vault.FILED and not kept.given
        return ListRow(
            _("Key to the records"),
            said,
            action=_("Move to the keyring") if movable else "",
            on_click=self.to_keyring if movable else None,
            wrap=True,
        )

    def _recovery_row(self, kept: vault.Standing) -> ListRow:
        said = (
            _("Made on {day}").format(day=language.date_long(date.fromisoformat(kept.recovery)))
            if kept.recovery
            else _("None yet: when this computer is lost, nothing opens the backups")
        )
        return ListRow(
            _("Recovery key"), said, action=_("Make a new one…"), on_click=self.new_recovery, wrap=True
        )

    def _pin_row(self, role: str, there: bool, on: bool) -> ListRow:
        words = {access.COORDINATOR: _("PIN of the coordinator"), access.HELPER: _("PIN of a helper")}
        said = {
            access.COORDINATOR: _("Opens everything; without it this desk is never locked"),
            access.HELPER: _("Opens attendance only"),
        }
        usable = role == access.COORDINATOR or on
        return ListRow(
            words[role],
            said[role],
            action="" if not usable else _("Change") if there else _("Set a PIN…"),
            on_click=partial(self.change_pin, role) if usable else None,
            wrap=True,
        )

    # What the buttons do

    def new_recovery(self) -> None:
        """Show a new recovery key, and why it is to be another where there is one."""
        offer(self._shell, self._renewed)

    def _renewed(self, dialog: RecoveryDialog) -> None:
        self._shell.attend()
        self.refresh()
        self._shell.toast(
            _("The records have a new key. The old paper opens only backups made until now.")
            if dialog.form.why == KNOWN
            else _("Saved")
        )

    def to_keyring(self) -> None:
        """Move the key out of its file; where there is no recovery key yet that comes first."""
        folder = self._shell.desk.folder
        if vault.wants_recovery(folder):
            self.new_recovery()
            return
        self._shell.run(_settled(folder), _("Asking the keyring"), done=self._moved)

    def _moved(self, settled: bool) -> None:
        self.refresh()
        if settled:
            self._shell.toast(_("The key is in the keyring now, and its file is gone."))
        else:
            self._shell.problem(
                Problem(_("This computer has no keyring."), _("Make a new recovery key, with a passphrase."))
            )

    def change_pin(self, role: str) -> None:
        desk = self._shell.desk
        if not vault.standing(desk.folder).recovery:
            self._shell.problem(
                Problem(
                    _("There is no recovery key yet."),
                    _("Make one first: it is the way in when the PIN is forgotten."),
                )
            )
            return
        self._open(PinDialog(self._shell, role))

    def _open(self, dialog: Dialog) -> None:
        self._shell.dialog(dialog, done=self._changed)

    def _changed(self) -> None:
        self._shell.attend()
        self.refresh()
        self._shell.toast(_("Saved"))

    def _decide(self) -> None:
        self._shell.do(lock.decide, self._idle.value(), self._door.value())
        self._shell.attend()


class PinDialog(Dialog):
    """Set, change or remove the PIN of a role; who has one types it first."""

    def __init__(self, shell: Shell, role: str) -> None:
        decided = shell.desk.ask(locking)
        self._there, self._asks = role in decided.roles, decided.on
        title = _("PIN of the coordinator") if role == access.COORDINATOR else _("PIN of a helper")
        super().__init__(
            title, yes=_("Save"), sentence=_("Digits or words, four characters or more."), width=460
        )
        self._shell, self._role = shell, role
        self.form = Form()
        if self._asks:
            self.form.add("now", _("The coordinator's PIN now"), _secret(), needed=True)
        self.form.add("pin", _("New PIN"), _secret(), needed=True)
        self.form.add("again", _("New PIN again"), _secret(), needed=True)
        self.add(self.form)
        if self._there:
            self.extra(_("Remove"), self.remove)

    def check(self) -> bool:
        pin = _typed(self.form, "pin")
        try:
            access.checked_pin(pin, _typed(self.form, "again"))
        except Problem as problem:
            self.form.error("pin", str(problem))
            return False
        self._change(pin)
        return False

    def remove(self) -> None:
        """Leave this role without a PIN."""
        self._change("")

    def _change(self, pin: str) -> None:
        now = _typed(self.form, "now") if self._asks else ""
        job = _pinned(self._shell.desk, self._role, now, pin)
        self._shell.run(job, _("Checking the PIN"), done=self._told, failed=self._refused)

    def _told(self, tried: lock.Tried) -> None:
        if tried.role == access.COORDINATOR:
            self.accept()
            return
        said = _("This PIN is wrong.")
        if tried.wait:
            said = _("Wait {count} seconds before the next try.").format(count=tried.wait)
        self.form.error("now", said)

    def _refused(self, problem: Problem) -> None:
        self.form.error("pin", str(problem))


class PassphraseDialog(Dialog):
    """A passphrase in place of the one before."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(
            _("Passphrase"),
            yes=_("Save"),
            sentence=_("Ten characters or more: four words that have nothing to do with each other."),
            width=460,
        )
        self._shell = shell
        self.form = Form()
        self.form.add("phrase", _("New passphrase"), _secret(), needed=True)
        self.form.add("again", _("New passphrase again"), _secret(), needed=True)
        self.add(self.form)

    def check(self) -> bool:
        phrase = _typed(self.form, "phrase")
        if phrase != _typed(self.form, "again"):
            self.form.error("again", _("The two are not the same."))
            return False
        self._shell.run(
            _phrased(self._shell.desk.folder, phrase),
            _("Keeping the passphrase"),
            done=lambda _result: self.accept(),
            failed=lambda problem: self.form.error("phrase", str(problem)),
        )
        return False


def _secret() -> TextField:
    field = TextField()
    field.setEchoMode(QLineEdit.EchoMode.Password)
    return field


def _typed(form: Form, key: str) -> str:
    """What was typed, with its spaces."""
    field = form.rows[key].field
    assert isinstance(field, QLineEdit)
    return field.text()


def _minutes(minutes: int) -> str:
    if not minutes:
        return _("Never by itself")
    return ngettext("{count} minute", "{count} minutes", minutes).format(count=minutes)


def _pinned(desk: "Desk", role: str, now: str, pin: str) -> Job:
    """Set a role's PIN, or remove it, if ``now`` is the coordinator's; without one nobody is asked."""
    yield None
    tried = desk.do(lock.try_pin, now, datetime.now())
    if tried.role == access.COORDINATOR and pin:
        desk.do(lock.set_pin, role, pin, pin)
    elif tried.role == access.COORDINATOR:
        desk.do(lock.drop_pin, role)
    return tried


def _settled(folder: Path) -> Job:
    yield None
    return vault.settle(folder)


def _phrased(folder: Path, phrase: str) -> Job:
    yield None
    vault.keep_passphrase(folder, phrase)
