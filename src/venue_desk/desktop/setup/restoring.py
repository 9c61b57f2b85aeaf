"""A backup of a computer that is lost: the recovery key, or its passphrase, opens it on this one."""

from contextlib import closing
from pathlib import Path

from venue_desk.desktop.page import Job
from venue_desk.desktop.widgets import Dialog, Form, TextField
from venue_desk.domain import recovery
from venue_desk.domain.problem import Problem
from venue_desk.language import _

SHORTEST = 10  # characters of a passphrase


class BackupKeyDialog(Dialog):
    """Ask for the recovery key of a backup; where a passphrase guarded it that one will do."""

    def __init__(self, source: Path) -> None:
        self._phrased = _phrased(source)
        super().__init__(
            _("The recovery key of this backup"),
            yes=_("Restore"),
            sentence=_(
                "It stands on the sheet that was printed. The .vault file must lie beside {file}."
            ).format(file=source.name),
            width=520,
        )
        self.form = Form()
        self.form.add(
            "key",
            _("Recovery key or passphrase") if self._phrased else _("Recovery key"),
            TextField(),
            _("Eight groups, from the printed sheet"),
            needed=True,
        )
        self.add(self.form)

    def check(self) -> bool:
        try:
            recovery.read(self.form.value("key"))
        except Problem as problem:
            if self._phrased and len(self.form.value("key")) >= SHORTEST:
                return True
            self.form.error("key", str(problem))
            return False
        return True


def _phrased(source: Path) -> bool:
    from venue_desk.store import vault, wrapped

    return any(vault.PASSPHRASE in wrapped.ways(one) for one in vault.beside_backups(source.parent))


def _way(typed: str) -> str:
    """Whether a recovery key was typed, or a passphrase."""
    from venue_desk.store import origin

    try:
        recovery.read(typed)
    except Problem:
        return origin.PASSPHRASE
    return origin.RECOVERY


def restored(folder: Path, source: Path, key: str) -> Job:
    """Take over the backup's key and put the backup in place; a refusal leaves nothing behind."""
    from venue_desk.store import database, origin
    from venue_desk.store import recovery as going_back
    from venue_desk.store.desk import Desk
    from venue_desk.store.lock import take

    yield _("Opening the backup")
    origin.take_over(folder, source, _way(key), key)
    try:
        with closing(take(folder)):
            yield (0.3, _("Checking the backup"))
            going_back.restore(folder, source)
    except BaseException:
        database.remove(folder)
        raise
    return Desk.open(folder)
