"""What belongs to this computer rather than to its records: its lock, its place at the centre. It survives a restore.

A copy of the lock stands in the vault, sealed by the database's key, for a file that cannot be opened.
"""

import json
from contextlib import closing, suppress
from pathlib import Path

from sqlcipher3.dbapi2 import DatabaseError

from venue_desk.store import database, vault, wrapped

ACCESS = "access"  # local: PINs and when the desk locks, see queries.access
COUNTS = ("wrong", "last")  # of it: tries, which are no decision
CENTRE, TOKEN, FILE_KEYS = "centre", "centre token", "centre file keys"  # local: see queries.sync
ALWAYS = (ACCESS,)


def note(folder: Path, decided: str | None) -> None:
    """Keep a copy of the lock in the vault, where there is one and it says something else."""
    held = vault.read(folder)
    if held is None:
        return
    key = vault.read_key(folder)
    wanted = _decision(decided)
    if "lock" not in held and not wanted:
        return
    if "lock" in held and wrapped.unseal(key, held["lock"]) == wanted:
        return
    with suppress(OSError):  # a disk that refuses it is asked again with the next command or start
        vault.write(folder / vault.FILE, {**held, "lock": wrapped.seal(key, wanted)})
        if (folder / "backups").is_dir():
            vault.beside(folder, folder / "backups")


def locked(folder: Path) -> bool:
    """Whether this desk has a PIN, as far as that is known without its file; an altered copy counts as one."""
    held = vault.read(folder)
    if held is None or "lock" not in held:
        return False
    said = wrapped.unseal(vault.read_key(folder), held["lock"])
    return said is None or bool(said)


def carry(folder: Path, made: Path, key: str) -> None:
    """Have a file that is about to be put in place keep what belongs to this computer. Raises the driver's errors."""
    now = _local(folder / database.FILE, key)
    then = _local(made, key) or {}
    wanted: dict[str, str | None] = {}
    if now is not None:
        wanted = {name: now.get(name) for name in ALWAYS}
        wanted |= _place_at_the_centre(now, then)
    else:
        held = vault.read(folder)
        said = wrapped.unseal(key, held["lock"]) if held and "lock" in held else None
        if said is not None:
            wanted = {ACCESS: said or None}
    with closing(database.bare(made, key)) as connection:
        for name, value in wanted.items():
            if value is None:
                connection.execute("DELETE FROM local WHERE key = ?", (name,))
            else:
                connection.execute("INSERT OR REPLACE INTO local (key, value) VALUES (?, ?)", (name, value))


def _place_at_the_centre(now: dict[str, str], then: dict[str, str]) -> dict[str, str | None]:
    """This computer's device and token, where the backup is of the same centre and venue: its own may be another's."""
    if CENTRE not in now or CENTRE not in then or now.get("venue") != then.get("venue"):
        return {}
    mine, other = json.loads(now[CENTRE]), json.loads(then[CENTRE])
    if mine.get("url") != other.get("url"):
        return {}
    stands = json.dumps({**other, "device": mine.get("device"), "keys": mine.get("keys")}, sort_keys=True)
    return {CENTRE: stands, TOKEN: now.get(TOKEN), FILE_KEYS: now.get(FILE_KEYS)}


def _decision(kept: str | None) -> str:
    """What was decided about the lock, without what is counted; empty where there is no PIN."""
    said = json.loads(kept) if kept else {}
    if not said.get("pins"):
        return ""
    return json.dumps({name: value for name, value in said.items() if name not in COUNTS}, sort_keys=True)


def _local(file: Path, key: str) -> dict[str, str] | None:
    """What a file keeps for itself; None where it cannot be read."""
    if not file.is_file() or not file.stat().st_size:
        return None
    try:
        with closing(database.bare(file, key, read_only=True)) as connection:
            kept = dict(connection.execute("SELECT key, value FROM local").fetchall())
    except DatabaseError:
        return None
    return kept if "writer" in kept else None  # a damaged page may read as nothing
