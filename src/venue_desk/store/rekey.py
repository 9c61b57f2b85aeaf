"""A new key for the records, after the old recovery key may be known to others.

All records are copied under the new key beside the file, and checked; then ``newkey`` puts the copy in place. Backups
that were made before stay under the old key, with the vault that opens them beside them.
"""

import os
import secrets
import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as driver

from venue_desk.domain import recovery
from venue_desk.domain.problem import Problem
from venue_desk.domain.reasons import plain
from venue_desk.language import _
from venue_desk.store import database, ring, vault, wrapped
from venue_desk.store.desk import Desk
from venue_desk.store.newkey import KEY, READY, VAULT, WORK, finish, forget


def renew(desk: Desk, written: str, phrase: str = "", target: Path | None = None) -> None:
    """Give the records a new key, which this new recovery key opens from now on, and a passphrase where there is one.

    ``target`` is a new file for a key that an administrator keeps (VENUE_DESK_KEY_FILE). Raises Problem, and then
    all is as it was.
    """
    folder, kept = desk.folder, vault.standing(desk.folder)
    if kept.given and target is None:
        raise Problem(
            _("The key of these records is in a file that an administrator chose."),
            _(
                "Run: venue-desk recovery new --rekey --key-file FILE. Then let VENUE_DESK_KEY_FILE name that file."
            ),
        )
    if kept.passphrase and not phrase:
        raise Problem(
            _("A passphrase guards these records."), _("Type one: it opens them under the new key, too.")
        )
    if phrase:
        vault.checked_phrase(phrase)
    old, fresh = vault.read_key(folder), secrets.token_hex(32)
    before = vault.read(folder) or wrapped.empty(old)
    made = _wrapped(before, fresh, old, written, phrase)
    work = folder / WORK
    try:
        forget(folder)
        (folder / "backups").mkdir(exist_ok=True)
        vault.beside(folder, folder / "backups")
        _keep(folder, kept, made, fresh, target)
        vault.settle_names(folder)
        work.mkdir()
        file = work / database.FILE
        with closing(database.bare(folder / database.FILE, old, read_only=True)) as watch:
            state = _state(watch)
            _copy(folder, file, old, fresh)
            desk.rekeyed(lambda: _put(folder, file, old, fresh, watch, state))
    except (OSError, driver.Error) as error:
        if (folder / READY).exists():
            raise Problem(
                _("The new key is decided, but could not be put in place yet ({why}).").format(
                    why=plain(error)
                ),
                _("Close Venue Desk and open it again: it goes on by itself. Nothing is lost."),
            ) from error
        forget(folder)
        raise Problem(
            _("The records could not be given a new key ({why}).").format(why=plain(error)),
            _(
                "All is as it was: the old recovery key opens them. Free some space on the disk and try again."
            ),
        ) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    vault.know(folder, fresh, ringed=kept.place == vault.KEYRING)


def _wrapped(before: dict[str, Any], fresh: str, old: str, written: str, phrase: str) -> dict[str, Any]:
    """The vault of the new key."""
    made = wrapped.empty(fresh, before)
    secret = recovery.read(written)
    made = wrapped.wrap(made, fresh, wrapped.RECOVERY, secret)
    if phrase:
        made = wrapped.wrap(made, fresh, wrapped.PASSPHRASE, phrase.encode())
    if wrapped.unwrap(made, wrapped.RECOVERY, secret) != fresh:
        raise Problem(_("The recovery key could not be checked."), _("Try again; nothing was changed."))
    lock = wrapped.unseal(old, before["lock"]) if "lock" in before else None
    return made if lock is None else {**made, "lock": wrapped.seal(fresh, lock)}


def _keep(folder: Path, kept: vault.Standing, made: dict[str, Any], fresh: str, target: Path | None) -> None:
    """Have the new key where the old one is, before anything depends on it."""
    vault.write(folder / VAULT, made)
    if target is not None:
        vault.put(target, fresh + "\n")
    elif kept.place == vault.FILED:
        vault.put(folder / KEY, fresh + "\n")
    elif kept.place == vault.KEYRING and not ring.put(made["id"], fresh):
        forget(folder)
        raise Problem(
            _("This computer's keyring did not take the new key."),
            _("All is as it was: the old recovery key opens the records. Unlock the keyring and try again."),
        )


def _copy(folder: Path, file: Path, old: str, fresh: str) -> None:
    file.unlink(missing_ok=True)
    database.copy(folder / database.FILE, file, old, fresh)
    if database.check(file, fresh):
        raise driver.OperationalError("malformed")
    with file.open("rb+") as written:
        os.fsync(written.fileno())


def _put(folder: Path, file: Path, old: str, fresh: str, watch: Any, state: int) -> str:
    """Nobody writes now: copy again what was written meanwhile, then decide. Returns the key in force."""
    written = _state(watch) != state
    watch.close()
    if written:
        _copy(folder, file, old, fresh)
    os.replace(file, folder / READY)  # noqa: PTH105
    vault.settle_names(folder)
    try:
        finish(folder)
    except OSError:
        if (folder / database.FILE).exists() and (folder / READY).exists():
            # Another program holds the file: as long as that stands, nothing was decided.
            (folder / READY).unlink()
        raise
    return fresh


def _state(watch: Any) -> int:
    return int(watch.execute("PRAGMA data_version").fetchone()[0])
