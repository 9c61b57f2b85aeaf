"""The key of a backup: this desk's own, one that it had before, or that of another computer."""

from contextlib import closing
from pathlib import Path
from typing import Any

from sqlcipher3.dbapi2 import DatabaseError

from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.store import database, ring, vault, wrapped

RECOVERY, PASSPHRASE, FILED = vault.RECOVERY, vault.PASSPHRASE, vault.FILED  # what a person may give


class BackupKeyNeeded(vault.KeyNeeded):
    """A backup of another key: it must come from a person. ``ways`` are vault.RECOVERY, PASSPHRASE, FILED."""


def key_of(folder: Path, source: Path, by: str = "", secret: str = "") -> str:
    """The key that opens a backup. ``by`` says what ``secret`` is; of FILED it is the key file's place.

    Raises BackupKeyNeeded where nobody has said it, Problem where what was said does not open it.
    """
    if not source.is_file():
        raise Problem(_("There is no backup here: {file}").format(file=source), _("Choose another file."))
    own = vault.read(folder)
    mine = vault.read_key(folder)
    if _opens(source, mine):
        return mine
    beside = [one for one in vault.beside_backups(source.parent) if own is None or one["id"] != own["id"]]
    for one in beside:
        kept = ring.ask(one["id"])[0]
        if kept and wrapped.fingerprint(kept) == one["check"] and _opens(source, kept):
            return kept
    if by:
        return _said(source, beside, by, secret)
    ways = frozenset[str]().union(*(wrapped.ways(one) for one in beside))
    raise BackupKeyNeeded(
        _("This backup was made with another key than that of this desk."),
        _("Give its recovery key: it stands on the sheet that was printed for it.")
        if vault.RECOVERY in ways
        else _("Put the .vault file that lay beside it there again, or name its key file."),
        folder,
        ways | {FILED},
    )


def take_over(folder: Path, source: Path, by: str, secret: str) -> None:
    """On a computer on which nothing was yet: the backup's own key becomes this folder's. Raises Problem."""
    if not source.is_file():
        raise Problem(_("There is no backup here: {file}").format(file=source), _("Choose another file."))
    beside = vault.beside_backups(source.parent)
    key = _said(source, beside, by, secret)
    held = next((one for one in beside if one["check"] == wrapped.fingerprint(key)), None)
    if held is not None:
        vault.adopt(folder, held, key)
        return
    folder.mkdir(parents=True, exist_ok=True)
    if not vault.key_place(folder).exists():
        vault.put(vault.key_place(folder), key + "\n")


def _said(source: Path, beside: list[dict[str, Any]], by: str, secret: str) -> str:
    """The key that somebody gave, if it opens the backup. Raises Problem."""
    if by == FILED:
        return _filed(source, secret)
    refused: Problem | None = None
    for one in beside:
        try:
            key = vault.unwrapped(one, by, secret)
        except wrapped.Unfit as problem:
            refused = problem
            continue
        if _opens(source, key):
            return key
    if not beside:
        raise Problem(
            _("The key of this backup is not beside it: {file}").format(file=source),
            _("The .vault file must lie beside the backup."),
        )
    raise Problem(
        _("The recovery key does not open this backup.")
        if by == vault.RECOVERY
        else _("The passphrase does not open this backup."),
        _("It opens the backups that were made while it was in force. Was there an older or a newer one?"),
    ) from refused


def _filed(source: Path, place: str) -> str:
    try:
        key = vault.from_file(Path(place))
    except OSError as error:
        raise Problem(
            _("The key file cannot be read: {place}").format(place=place), _("Choose another file.")
        ) from error
    if not _opens(source, key):
        raise Problem(
            _("This key file does not open this backup."), _("Choose the one that was kept for it.")
        )
    return key


def _opens(source: Path, key: str) -> bool:
    try:
        with closing(database.bare(source, key, read_only=True)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except DatabaseError:
        return False
    return True
