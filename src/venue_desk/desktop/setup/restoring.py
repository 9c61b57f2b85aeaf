"""A backup of a computer that is lost: the recovery key opens it on this one."""

from contextlib import closing
from pathlib import Path

from venue_desk.desktop.page import Job
from venue_desk.desktop.widgets import Dialog, Form, TextField
from venue_desk.domain import recovery
from venue_desk.domain.problem import Problem
from venue_desk.language import _


class BackupKeyDialog(Dialog):
    """Ask for the recovery key of a backup."""

    def __init__(self, source: Path) -> None:
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
            "key", _("Recovery key"), TextField(), _("Eight groups, from the printed sheet"), needed=True
        )
        self.add(self.form)

    def check(self) -> bool:
        try:
            recovery.read(self.form.value("key"))
        except Problem as problem:
            self.form.error("key", str(problem))
            return False
        return True


def restored(folder: Path, source: Path, key: str) -> Job:
    """Take over the backup's key and put the backup in place; a refusal leaves nothing behind."""
    from venue_desk.store import database, origin, recovery
    from venue_desk.store.desk import Desk
    from venue_desk.store.lock import take

    yield _("Opening the backup")
    origin.take_over(folder, source, origin.RECOVERY, key)
    try:
        with closing(take(folder)):
            yield (0.3, _("Checking the backup"))
            recovery.restore(folder, source)
    except BaseException:
        database.remove(folder)
        raise
    return Desk.open(folder)
