"""How long each page holds the window: shown for the first time, and again when records changed; with many people.

``pages.py [--people N]``. The window's own computing is measured: others compute on this machine too.
"""

import argparse
import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["VENUE_DESK_TODAY"] = "2025-11-22T08:03"

from PySide6.QtWidgets import QApplication

from venue_desk.actions import sample
from venue_desk.desktop import theme
from venue_desk.desktop.pages import PLACES
from venue_desk.desktop.settings import Settings
from venue_desk.desktop.window import Window
from venue_desk.store.desk import Desk
from venue_desk.store.records import Person

REACH = 100.0  # ms for which the window may be held, whatever runs
NAMES = "Siti Budi Agus Dewi Maria Yohanes Wulan Ahmad Ratna Joko Tjahjono Sri Santoso Wijaya Lestari Hidayat".split()
ROUNDS = 5


def main() -> None:
    """Print both for every page, and the worst of each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=50_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        os.environ["VENUE_DESK_KEY_FILE"] = str(folder / "key")
        desk = Desk.create(folder / "desk")
        desk.do(sample.parish, today=date(2025, 11, 22))
        chance = random.Random(1)
        for _batch in range(given.people // 5_000):
            desk.do(crowd, chance)
        app = QApplication([])
        settings = Settings(folder / "desktop.ini")
        theme.apply(app, settings.look(app))
        window = Window(settings, folder / "desk")
        window.resize(1366, 768)
        window.show()
        window.begin(desk)
        settle()
        for one in PLACES:
            one.load()  # as the window does while a person looks at the first
        window.loaded()
        first = {one.name: held(partial(window.go, one.name)) for one in PLACES if one.name != "today"}
        again: dict[str, float] = {}
        shown: dict[str, float] = {}
        for one in PLACES:
            window.go("today")
            settle()
            shown[one.name] = held(partial(window.go, one.name))
            page = window.page
            assert page is not None
            again[one.name] = statistics.median(held(page.refresh) for _round in range(ROUNDS))
        window.end()
        desk.close()
    for name, took in again.items():
        print(
            f"{name}: first {first.get(name, 0):.0f} ms, shown again {shown[name]:.0f}, refreshed {took:.0f}"
        )
    for what, of in (("a page shown first", first), ("a page refreshed", again)):
        worst = max(of, key=lambda name: of[name])
        figures = {"what": f"{what} ({worst})", "value": round(of[worst]), "unit": "ms", "reach": REACH}
        print(json.dumps({**figures, "people": given.people, "ok": of[worst] <= REACH}))


def crowd(session: Any, chance: random.Random) -> None:
    """Add people"""
    for _one in range(5_000):
        digits = chance.randrange(10**8)
        name = f"{chance.choice(NAMES)} {chance.choice(NAMES)} {digits}"
        session.add(Person(name=name, phone=f"+62812{digits:08}", nik=f"3171000101{digits % 10**6:06}"))


def held(act: Callable[[], object]) -> float:
    """The longest that the window's thread computed without a pause for ``act`` and what came of it, ms."""
    start = time.thread_time()
    act()
    longest = 0.0
    for _turn in range(6):
        QApplication.processEvents()
        longest = max(longest, (time.thread_time() - start) * 1000)
        start = time.thread_time()
    return longest


def settle() -> None:
    for _round in range(3):
        QApplication.processEvents()


if __name__ == "__main__":
    main()
