"""A real Secret Service: gnome-keyring on a session bus of its own, as a Linux desktop has it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from venue_desk.store import ring

pytestmark = pytest.mark.skipif(
    not (shutil.which("gnome-keyring-daemon") and shutil.which("dbus-run-session")),
    reason="gnome-keyring or dbus-run-session is not installed: run packaging/dev.py test as root",
)

# What one desk meets, told as lines of JSON: a step's name, and what a person was told.
DAY = """
import json, sys
from contextlib import closing
from pathlib import Path
from typing import Any
import keyring, secretstorage
from venue_desk.actions import people, venue
from venue_desk.domain import recovery
from venue_desk.domain.problem import Problem
from venue_desk.store import database, rekey, ring, tokens, vault
from venue_desk.store.desk import Desk

folder = Path(sys.argv[1])

def opened():
    "What opening says: how many records there are, or the sentence; a new process knows nothing of the key."
    vault.forget(folder)
    try:
        with closing(Desk.open(folder)) as desk:
            return desk.ask(lambda s: s.connection().exec_driver_sql("SELECT count(*) FROM person").scalar())
    except Problem as problem:
        return [type(problem).__name__, problem.text, problem.hint]

def say(step, what):
    print(json.dumps([step, what]), flush=True)

say("back-end", type(keyring.get_keyring()).__module__)
with closing(Desk.create(folder)) as desk:
    desk.do(venue.set_up, name="Paroki Uji", kind="parish")
    desk.do(people.add, name="Maria Uji")
key = recovery.new()
vault.keep_recovery(folder, key)
say("moved", vault.settle(folder) and not (folder / vault.KEY_FILE).exists())
say("found", opened())
name = json.loads((folder / vault.FILE).read_text())["id"]
before = (folder / database.FILE).read_bytes()

bus = secretstorage.dbus_init()
secretstorage.get_default_collection(bus).lock()
say("locked", opened())
secretstorage.get_default_collection(bus)  # locked as it is
vault.use(folder, vault.RECOVERY, key)
say("locked, with the recovery key", vault.standing(folder).place)
"""

AFTER = """
vault.forget(folder)
held = ring.ask(name)[0]
ring.drop(name)
say("deleted", opened())
say("untouched", (folder / database.FILE).read_bytes() == before and not (folder / vault.KEY_FILE).exists())
try:
    Desk.create(folder)
except Problem as problem:
    say("not made anew", problem.text)
vault.use(folder, vault.RECOVERY, key)
say("given back", opened())
ring.put(name, "ab" * 32)
say("changed", opened())
vault.use(folder, vault.RECOVERY, key)
say("mended", opened())
say("long", [ring.put("long", "x" * (ring.LONGEST // 2)), ring.put("long", "x" * (ring.LONGEST // 2 + 1))])
ring.drop("long")
new = recovery.new()
with closing(Desk.open(folder)) as desk:
    rekey.renew(desk, new)
say("a new key", [opened(), vault.standing(folder).place, vault.fits(folder, vault.RECOVERY, new)])
say("token", [tokens.keep("device", "t" * 43), ring.ask("centre device")[0] == "t" * 43])
tokens.drop("device")
say("left", ring.ask("long"))
"""


def told(tmp_path: Path, script: str) -> dict[str, Any]:
    """Run a script over an unlocked keyring of its own."""
    home = tmp_path / "home"
    for place in (home, home / "run"):
        place.mkdir(mode=0o700)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "DBUS_"))},
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(home / "run"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.SecretService.Keyring",
    }
    environment.pop("VENUE_DESK_KEY_FILE", None)
    file = tmp_path / "script.py"
    file.write_text(script)
    unlock = "printf sandi | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1"
    done = subprocess.run(
        [
            *("dbus-run-session", "--", "sh", "-c"),
            f'{unlock}; exec "$0" "$1" "$2"',
            *(sys.executable, str(file), str(tmp_path / "desk")),
        ],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(line) for line in done.stdout.splitlines())


def test_the_key_in_a_real_keyring(tmp_path: Path) -> None:
    # Locked first, because nobody is there to type the keyring's password afterwards.
    said = told(tmp_path, DAY)
    assert said["back-end"] == "keyring.backends.SecretService"
    assert said["moved"] is True and said["found"] == 1
    kind, text, hint = said["locked"]
    assert kind == "KeyNeeded" and "terkunci" in text and "kunci pemulihan" in hint
    assert said["locked, with the recovery key"] == "typed"


def test_a_key_that_is_gone_or_changed(tmp_path: Path) -> None:
    said = told(tmp_path, DAY.partition("bus = ")[0] + AFTER)
    kind, text, hint = said["deleted"]
    assert kind == "KeyNeeded" and "tidak ada di penyimpanan kunci" in text and "kunci pemulihan" in hint
    assert said["untouched"] is True and "sudah berisi" in str(said["not made anew"])
    assert said["given back"] == 1
    kind, text, _hint = said["changed"]
    assert kind == "KeyNeeded" and "kunci lain" in text
    assert said["mended"] == 1
    assert said["long"] == [True, False], "longer than Windows keeps"
    assert said["left"] == ["", ""]
    assert said["a new key"] == [1, "keyring", True]
    assert said["token"] == ["in the keyring", True]


def test_what_is_stored_fits_into_windows() -> None:
    assert len(("ab" * 32).encode("utf-16-le")) <= ring.LONGEST
