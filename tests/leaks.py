"""Somebody who must be found nowhere, and the search for them in every file below some places."""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path

NAME, SECOND = "Yohanes Sriwahyudi Tertulis", "Maria Gantari Tertutup"
NIK, OTHER = "3171004405920003", "3171015506930004"
PHONE, STREET = "081234509876", "Jalan Rahasia Sekali 17"
# As they stand in records, in messages, and in the columns that are searched.
SEEDS = (
    NAME,
    "Sriwahyudi",
    "Gantari",
    "sriwahyudi",
    "gantari",
    NIK,
    OTHER,
    PHONE,
    "81234509876",
    "Rahasia Sekali",
)

# What may lie in the records' folder, and why nobody is in it. Whatever else appears must be thought of first.
ENCRYPTED = {f"venue-desk.{end}" for end in ("db", "db-wal", "db-shm", "since", "since.before", "setup")}
TELLING_NOTHING = {
    f"venue-desk.{end}"
    for end in ("key", "vault", "lock", "writer", "writer.before", "ballast", "second", "setup-key")
}


def leaks(*places: Path) -> list[str]:
    """Where somebody is found in any file below these places, plain, as Windows writes text, or compressed."""
    wanted = [(seed, seed.encode(code)) for seed in SEEDS for code in ("utf-8", "utf-16-le")]
    told = []
    for place in places:
        for file in [place] if place.is_file() else sorted(one for one in place.rglob("*") if one.is_file()):
            content = file.read_bytes()
            for data in (content, *_unpacked(content)):
                told += [f"{seed} in {file}" for seed, text in wanted if text in data]
    return told


def _unpacked(content: bytes) -> Iterator[bytes]:
    for unpack in (gzip.decompress, zlib.decompress):
        try:
            yield unpack(content)
        except (OSError, EOFError, zlib.error):
            continue


def strangers(folder: Path) -> list[str]:
    """Files of the records' folder that nobody has thought of."""
    names = ENCRYPTED | TELLING_NOTHING
    copies = ("backups", "replaced")
    return [
        str(one.relative_to(folder))
        for one in folder.rglob("*")
        if one.is_file()
        and one.name not in names
        and not (one.parent.name in copies and one.suffix in (".db", ".vault"))
        and one.relative_to(folder).parts[0] != "replaced"
    ]
