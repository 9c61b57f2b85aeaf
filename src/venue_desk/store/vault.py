"""Where the database's key lives: the system's keyring, or a key file; and wrapped by a recovery key or passphrase.

One small file beside the database, the vault, holds the wrapped copies; a copy of it lies beside backups. It is
useless to whoever has neither. A keyring that was lost or changed leads to ``KeyNeeded``, never to a new key.
"""

import json
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from venue_desk.domain import recovery
from venue_desk.domain.problem import Problem
from venue_desk.domain.reasons import plain
from venue_desk.language import _
from venue_desk.store import ring, wrapped
from venue_desk.store.wrapped import Unfit, fingerprint

FILE = "venue-desk.vault"
KEY_FILE = "venue-desk.key"
REKEYED = "venue-desk.new-key.db"  # all records under a new key, which store.newkey is about to put in place
RECOVERY, PASSPHRASE = wrapped.RECOVERY, wrapped.PASSPHRASE  # what opens a copy
KEYRING, FILED, TYPED = "keyring", "file", "typed"  # places of the key

_opened: dict[Path, str] = {}  # keys that this process was given by the keyring or a person
_ringed: set[Path] = set()  # those of them that the keyring holds


class KeyNeeded(Problem):
    """The records are there, their key is not: it must come from a person. ``ways`` are RECOVERY, PASSPHRASE."""

    def __init__(self, text: str, hint: str, folder: Path, ways: frozenset[str]) -> None:
        super().__init__(text, hint)
        self.folder, self.ways = folder, ways


@dataclass(frozen=True, slots=True)
class Standing:
    """How the key of a folder is kept."""

    place: str  # KEYRING, FILED or TYPED
    recovery: str  # the day on which the recovery key was made, empty: none
    passphrase: bool
    given: bool  # VENUE_DESK_KEY_FILE names the key's file: whoever set it looks after it


def read_key(folder: Path) -> str:
    """The key of a folder's records, 64 hexadecimal digits.

    Raises KeyNeeded where a person must give it, Problem where it is missing: it is never made anew.
    """
    place = key_place(folder)
    vault = read(folder)
    if vault is None:
        if place.exists():
            return from_file(place)
        raise Problem(
            _("The key to this venue's records is missing: {place}").format(place=place),
            _("Put the key file back, or restore a backup together with its key."),
        )
    known = _opened.get(folder.resolve())
    if known and fingerprint(known) == vault["check"]:
        return known
    if place.exists():
        key, why = from_file(place), _("The key file holds another key than that of these records.")
        if fingerprint(key) == vault["check"]:
            return key
    else:
        key, why = _from_keyring(vault)
        if key:
            know(folder, key, ringed=True)
            return key
    raise KeyNeeded(why, hint_for(wrapped.ways(vault)), folder, wrapped.ways(vault))


def hint_for(ways: frozenset[str]) -> str:
    """What to type, in words."""
    if RECOVERY in ways:
        return _("Type the recovery key that was printed when the venue was set up.")
    return _("Type the passphrase.")


def make_key(folder: Path) -> str:
    """A new random key in a file that only its owner reads; one that is there already is kept.

    ``settle`` moves it into the keyring once there is a recovery key.
    """
    if there(folder):
        return read_key(folder)
    key = secrets.token_hex(32)
    put(key_place(folder), key + "\n")
    return key


def key_place(folder: Path) -> Path:
    """Where the key file is, or would be."""
    given = os.environ.get("VENUE_DESK_KEY_FILE")
    return Path(given) if given else folder / KEY_FILE


def standing(folder: Path) -> Standing:
    vault = read(folder)
    copies = {copy["by"]: copy for copy in vault["copies"]} if vault else {}
    place = FILED if key_place(folder).exists() else KEYRING if folder.resolve() in _ringed else TYPED
    made = str(copies[RECOVERY]["made"]) if RECOVERY in copies else ""
    return Standing(place, made, PASSPHRASE in copies, "VENUE_DESK_KEY_FILE" in os.environ)


def there(folder: Path) -> bool:
    """Whether a key was ever made here."""
    return key_place(folder).exists() or read(folder) is not None


def ways(folder: Path) -> frozenset[str]:
    """What a person can type that opens these records."""
    vault = read(folder)
    return wrapped.ways(vault) if vault else frozenset()


def wants_recovery(folder: Path) -> bool:
    """Whether somebody should still be shown a recovery key."""
    return RECOVERY not in ways(folder) and "VENUE_DESK_KEY_FILE" not in os.environ


def keep_recovery(folder: Path, written: str) -> None:
    """Wrap the key by a recovery key, in place of the one before. Raises Problem."""
    _wrap_by(folder, RECOVERY, recovery.read(written))


def keep_passphrase(folder: Path, phrase: str) -> None:
    """Wrap the key by a passphrase, in place of the one before. Raises Problem."""
    _wrap_by(folder, PASSPHRASE, checked_phrase(phrase).encode())


def checked_phrase(phrase: str) -> str:
    """A new passphrase. Raises Problem where it is too short."""
    if len(phrase) < 10:
        raise Problem(
            _("A passphrase has at least 10 characters."),
            _("Four words that have nothing to do with each other."),
        )
    return phrase


def settle(folder: Path) -> bool:
    """Move the key out of its file: into the keyring, or, where there is none, behind the passphrase alone.

    Only where a recovery key opens it. False: there is neither keyring nor passphrase, and it stays where it is.
    """
    vault = read(folder)
    if vault is None or RECOVERY not in wrapped.ways(vault):
        raise Problem(
            _("There is no recovery key yet."),
            _("Make one first: it opens the records when the keyring is lost."),
        )
    key = read_key(folder)
    filed = ring.put(vault["id"], key)
    if not filed and PASSPHRASE not in wrapped.ways(vault):
        return False
    know(folder, key, ringed=filed)
    own = folder / KEY_FILE
    if own.exists():
        shred(own)
    return True


def use(folder: Path, by: str, secret: str) -> None:
    """Open with a recovery key or passphrase, and give the key back to the keyring where there is one.

    Raises Problem where it does not fit.
    """
    vault = _needed(folder)
    key = unwrapped(vault, by, secret)
    ringed = ring.put(vault["id"], key)
    know(folder, key, ringed=ringed)
    if wrapped.read(folder / FILE) is None:
        write(folder / FILE, vault)
    own = folder / KEY_FILE
    if own.exists() and fingerprint(own.read_text("ascii", errors="replace").strip()) != vault["check"]:
        # It is of other records, so it stays, but is not asked any more.
        own.replace(own.with_name(f"{KEY_FILE}.other"))
        if not ringed and PASSPHRASE not in wrapped.ways(vault):
            put(own, key + "\n")


def fits(folder: Path, by: str, secret: str) -> bool:
    """Whether a recovery key or passphrase opens these records. Raises Problem where it is mistyped."""
    try:
        unwrapped(_needed(folder), by, secret)
    except Unfit:
        return False
    return True


def to_file(folder: Path, target: Path) -> None:
    """Write the key to a file of its own, for VENUE_DESK_KEY_FILE. Raises Problem where there is one."""
    try:
        put(target, read_key(folder) + "\n")
    except OSError as error:
        raise Problem(
            _("“{file}” cannot be written: {reason}.").format(file=target.name, reason=plain(error)),
            _("Choose another name; a file that is there is never replaced."),
        ) from error


def beside(folder: Path, place: Path) -> None:
    """Keep a copy of the vault beside backups, so that the recovery key opens them on another computer."""
    vault = read(folder)
    if vault is not None:
        write(place / _copy_name(vault), vault)


def adopt(folder: Path, vault: dict[str, Any], key: str) -> None:
    """On another computer: this vault and its key become those of a folder that holds no records yet."""
    place = key_place(folder)
    if place.exists() and from_file(place) != key:
        raise Problem(
            _("Another key is kept here already: {place}").format(place=place),
            _("Choose another folder, or move that key file away."),
        )
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / FILE, vault)
    ringed = ring.put(vault["id"], key)
    guarded = PASSPHRASE in wrapped.ways(vault)
    if not ringed and not guarded and not place.exists():
        put(place, key + "\n")
    know(folder, key, ringed=ringed)


def forget(folder: Path) -> None:
    """Let go of what this process knows of a folder's key."""
    _opened.pop(folder.resolve(), None)
    _ringed.discard(folder.resolve())


def know(folder: Path, key: str, *, ringed: bool) -> None:
    """Keep a key for this process; ``ringed``: the keyring holds it, too."""
    _opened[folder.resolve()] = key
    if ringed:
        _ringed.add(folder.resolve())


def remove(folder: Path) -> None:
    """With the records of a sample or a failed set-up goes their key."""
    for vault in (wrapped.read(folder / FILE), *beside_backups(folder / "backups")):
        if vault is not None:
            ring.drop(vault["id"])
    (folder / FILE).unlink(missing_ok=True)
    (folder / KEY_FILE).unlink(missing_ok=True)
    forget(folder)


def keyring_works() -> bool:
    """Whether this computer has a keyring that keeps what it is given."""
    return ring.works()


# --- the keyring


def _from_keyring(vault: dict[str, Any]) -> tuple[str, str]:
    """The key, or empty and why not."""
    answer, failed = ring.ask(vault["id"])
    if failed == ring.LOCKED:
        return "", _("The keyring of this computer is locked, and with it the key to the records.")
    if failed:
        return "", _("This computer's keyring cannot be used, and the key to the records is in it.")
    if not answer:
        return "", _("The key to the records is not in this computer's keyring.")
    if fingerprint(answer) != vault["check"]:
        return "", _("The keyring of this computer holds another key than that of these records.")
    return answer, ""


# --- wrapped copies


def unwrapped(vault: dict[str, Any], by: str, secret: str) -> str:
    """The key of a vault, by what somebody typed. Raises Problem, Unfit where that is of other records."""
    return wrapped.unwrap(vault, by, recovery.read(secret) if by == RECOVERY else secret.encode())


def _wrap_by(folder: Path, by: str, secret: bytes) -> None:
    key = read_key(folder)
    vault = read(folder) or wrapped.empty(key)
    changed = wrapped.wrap(vault, key, by, secret)
    if wrapped.unwrap(changed, by, secret) != key:  # before the copy that worked is replaced
        raise Problem(_("The recovery key could not be checked."), _("Try again; nothing was changed."))
    try:
        write(folder / FILE, changed)
        if (folder / "backups").is_dir():
            beside(folder, folder / "backups")
    except OSError as error:
        raise Problem(
            _("“{file}” cannot be written: {reason}.").format(file=FILE, reason=plain(error)),
            _("Free some space on the disk and try again."),
        ) from error


# --- files


def _needed(folder: Path) -> dict[str, Any]:
    vault = read(folder)
    if vault is None:
        raise Problem(
            _("These records have no recovery key."),
            _("The key file opens them. A recovery key can be made in Settings."),
        )
    return vault


def read(folder: Path) -> dict[str, Any] | None:
    """The vault; where it is gone or damaged the copy beside the backups, of the key in force."""
    vault = wrapped.read(folder / FILE)
    if vault is None:
        copies = beside_backups(folder / "backups")
        vault = max(copies, key=wrapped.turn, default=None)
    return vault


def beside_backups(place: Path) -> list[dict[str, Any]]:
    """The vaults that lie in a folder: each opens the backups that were made by its key."""
    found = (wrapped.read(file) for file in sorted(place.glob("venue-desk*.vault")))
    return [one for one in found if one is not None]


def _copy_name(vault: dict[str, Any]) -> str:
    return f"venue-desk-{vault['id']}.vault"


def write(file: Path, vault: dict[str, Any]) -> None:
    """Put a vault on the disk, whole or not at all."""
    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    put(part, json.dumps(vault, indent=1) + "\n")
    part.replace(file)
    settle_names(file.parent)


def settle_names(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    with suppress(OSError, AttributeError):  # Windows opens no folders
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def put(place: Path, text: str) -> None:
    """Write a file that is not there yet, readable by its owner only, and see it on the disk."""
    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def shred(place: Path) -> None:
    """Write over a key file before it is removed; a flash disk may keep what was there all the same."""
    with place.open("r+b") as file:
        file.write(b"0" * place.stat().st_size)
        file.flush()
        os.fsync(file.fileno())
    place.unlink()


def from_file(place: Path) -> str:
    key = place.read_text("ascii", errors="replace").strip()
    if len(key) != 64 or set(key) - set("0123456789abcdef"):
        raise Problem(
            _("The key file is damaged: {place}").format(place=place), _("Put a copy of the key file back.")
        )
    return key
