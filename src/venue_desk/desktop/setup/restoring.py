"""A backup of a computer that is lost: one of its keys opens it on this one."""

from contextlib import closing
from pathlib import Path

from venue_desk.desktop.keychoice import KeyChoice
from venue_desk.desktop.page import Job, Shell
from venue_desk.desktop.widgets import Dialog
from venue_desk.language import _


class BackupKeyDialog(Dialog):
    """Ask for a key of a backup: those that the .vault file beside it knows, and its key file."""

    def __init__(self, shell: Shell, source: Path) -> None:
        from venue_desk.store import vault, wrapped

        ways = {vault.FILED}.union(*(wrapped.ways(one) for one in vault.beside_backups(source.parent)))
        known = ways - {vault.FILED}
        super().__init__(
            _("The key of this backup"),
            yes=_("Restore"),
            sentence=_("The recovery key stands on the sheet that was printed for {file}.").format(
                file=source.name
            )
            if known
            else _(
                "The .vault file that lay beside {file} is not there. With it a recovery key would do; without it only "
                "the key file opens the backup."
            ).format(file=source.name),
            width=560,
        )
        self.key = KeyChoice(shell, ways)
        self.add(self.key)

    def check(self) -> bool:
        return bool(self.key.given())


def restored(folder: Path, source: Path, by: str, key: str) -> Job:
    """Take over the backup's key and put the backup in place; a refusal leaves nothing behind."""
    from venue_desk.store import database, origin
    from venue_desk.store import recovery as going_back
    from venue_desk.store.desk import Desk
    from venue_desk.store.lock import take

    yield _("Opening the backup")
    origin.take_over(folder, source, by, key)
    try:
        with closing(take(folder)):
            yield (0.3, _("Checking the backup"))
            going_back.restore(folder, source)
    except BaseException:
        database.remove(folder)
        raise
    return Desk.open(folder)
