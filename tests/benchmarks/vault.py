"""The key: what the keyring adds to opening the records, against the same with a key file, each in a new process.

And what is derived only when a person types something: recovery key, passphrase, PIN; and what a new key costs. The
keyring is one in a file; what a system's own service takes to answer comes on top, on the thread that opens the records
behind the window.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from time import perf_counter

ROUNDS = 9
OPEN = """
import sys
from pathlib import Path
from time import perf_counter
from venue_desk.store import database, vault
import venue_desk.store.desk
folder = Path(sys.argv[1])
start = perf_counter()
key = vault.read_key(folder)
read = perf_counter()
connection = database.connect(folder / database.FILE, key)
connection.execute("SELECT count(*) FROM person").fetchone()
print((read - start) * 1000, (perf_counter() - read) * 1000)
"""


def opened(folder: Path) -> tuple[float, float]:
    """Ms to get the key and to open the file, the median of some new processes."""
    taken = []
    for _round in range(ROUNDS):
        said = subprocess.run(
            [sys.executable, "-c", OPEN, str(folder)], capture_output=True, text=True, check=True
        )
        taken.append([float(one) for one in said.stdout.split()])
    return statistics.median(one[0] for one in taken), statistics.median(one[1] for one in taken)


def took(act: Callable[[], object]) -> float:
    times = []
    for _round in range(ROUNDS):
        start = perf_counter()
        act()
        times.append((perf_counter() - start) * 1000)
    return statistics.median(times)


def main() -> None:
    sys.path.insert(0, str(Path(__file__).parents[1]))
    with tempfile.TemporaryDirectory() as place:
        os.environ.pop("VENUE_DESK_KEY_FILE", None)
        os.environ.update(
            PYTHON_KEYRING_BACKEND="keyrings.FileKeyring",
            VENUE_DESK_TEST_KEYRING=str(Path(place) / "keyring.json"),
            PYTHONPATH=str(Path(__file__).parents[1]),
        )
        from venue_desk.actions import access as lock
        from venue_desk.domain import access, recovery
        from venue_desk.store import rekey, vault
        from venue_desk.store.desk import Desk

        folder = Path(place) / "desk"
        desk = Desk.create(folder)
        by_file, floor = opened(folder)
        key = recovery.new()
        vault.keep_recovery(folder, key)
        vault.keep_passphrase(folder, "empat kata tanpa hubungan")
        assert vault.settle(folder)
        by_ring, _floor = opened(folder)
        desk.do(lock.set_pin, access.COORDINATOR, "2580", "2580")
        figures = {
            "key_from_file_ms": by_file,
            "key_from_keyring_ms": by_ring,
            "open_with_raw_key_ms": floor,
            "recovery_key_ms": took(lambda: vault.use(folder, vault.RECOVERY, key)),
            "passphrase_ms": took(lambda: vault.use(folder, vault.PASSPHRASE, "empat kata tanpa hubungan")),
            "pin_ms": took(lambda: desk.do(lock.try_pin, "2580", datetime.now())),
            "new_key_ms": took(lambda: rekey.renew(desk, recovery.new(), "empat kata tanpa hubungan")),
        }
        print(json.dumps({name: round(value, 1) for name, value in figures.items()}))
        desk.close()


if __name__ == "__main__":
    main()
