"""Start-up: a window that takes a scan, against python + import PySide6 + an empty window shown, in the same run.

``startup.py [--people N] [--rounds N]``; both are processes of their own, run in turn, and the ratio is the median of
the pairs. The window is started as ``venue-desk --data DIR`` starts it; what is typed or scanned from its first paint
on is kept and reaches the attendance desk.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

REACH = 1.5
PATIENCE = 120  # s; a start that takes longer has failed
BATCH = 5_000

FLOOR = """
from PySide6.QtWidgets import QApplication, QWidget
app = QApplication([])
class Empty(QWidget):
    def paintEvent(self, event):
        print("painted", flush=True)
        from PySide6.QtCore import QTimer
        QTimer.singleShot(0, app.quit)
window = Empty()
window.resize(1366, 768)
window.show()
app.exec()
"""

OURS = """
import gc
import sys
gc.disable()  # as __main__ does
from venue_desk.desktop import app
class Start(app.Start):
    def show(self):
        self.window.painted.connect(lambda: print("painted", flush=True))
        super().show()
    def _arrived(self, found):
        super()._arrived(found)
        assert self.window.page is not None, found
        self.window.repaint()
        print("ready", flush=True)
        self._app.quit()
app.Start = Start
sys.exit(app.run(["--data", sys.argv[1]]))
"""


def timed(program: str, *arguments: str) -> dict[str, float]:
    """Ms from the start of the process to each word it prints."""
    started = perf_counter()
    marks: dict[str, float] = {}
    with subprocess.Popen(
        [sys.executable, "-c", program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        for line in process.stdout:
            marks.setdefault(line.strip(), (perf_counter() - started) * 1000)
        try:
            code = process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        if code:
            raise RuntimeError(process.stderr.read())
    return marks


def venue(folder: Path, people: int) -> Path:
    """A venue with the sample's courses and so many people more."""
    from venue_desk.actions import sample
    from venue_desk.store.desk import Desk
    from venue_desk.store.records import Person

    def crowd(session: Any, first: int, last: int) -> None:
        """Add a crowd"""
        for number in range(first, last):
            session.add(Person(name=f"Orang Rekaan {number}", phone=f"+62811{number:07}"))

    desk = Desk.create(folder / "desk")
    desk.do(sample.parish, today=date(2025, 11, 22))
    for first in range(0, people, BATCH):
        desk.do(crowd, first, min(first + BATCH, people))
    desk.close()
    return folder / "desk"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=11)
    given = parser.parse_args()
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    # An installed program is compiled once, not at each start.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["VENUE_DESK_TODAY"] = "2025-11-22T08:03"
    with tempfile.TemporaryDirectory() as place:
        os.environ["VENUE_DESK_KEY_FILE"] = str(Path(place) / "key")
        os.environ["PYTHONPYCACHEPREFIX"] = str(Path(place) / "compiled")
        os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_CACHE_HOME"] = str(Path(place) / "settings")
        folder = venue(Path(place), given.people)
        pairs = [(timed(FLOOR), timed(OURS, str(folder))) for _round in range(given.rounds + 1)][1:]
    least = statistics.median(floor["painted"] for floor, _ours in pairs)
    for mark, what, reach in (
        ("painted", "start to a window that takes a scan", REACH),
        ("ready", "start to the first page with its records", None),
    ):
        ratio = statistics.median(ours[mark] / floor["painted"] for floor, ours in pairs)
        took = statistics.median(ours[mark] for _floor, ours in pairs)
        print(
            f"{what}, {given.people} people: {took:.0f} ms; an empty Qt window {least:.0f} ms; ratio {ratio:.2f}"
        )
        figures: dict[str, Any] = {"what": what, "ratio": round(ratio, 2)}
        print(json.dumps(figures if reach is None else {**figures, "reach": reach, "ok": ratio <= reach}))


if __name__ == "__main__":
    main()
