"""Start-up: a window that takes a scan, against python + import PySide6 + an empty window shown, in the same run.

``startup.py [--people N] [--rounds N]``; both are run in turn as processes of their own, medians are compared.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from time import perf_counter

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
import os
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from venue_desk import language
from venue_desk.desktop.settings import Settings
settings = Settings(Path(sys.argv[2]))
language.use(settings.language)
app = QApplication([])
from venue_desk.desktop.app import Start
start = Start(app, settings, Path(sys.argv[1]))
start.window.painted.connect(lambda: print("painted", flush=True))
begin = start.window.begin
def ready(desk):
    begin(desk)
    start.window.repaint()
    print("ready", flush=True)
    QTimer.singleShot(0, app.quit)
start.window.begin = ready
QTimer.singleShot(60_000, lambda: os._exit(3))  # the records could not be opened
start.show()
app.exec()
start.end()
"""


def timed(program: str, *arguments: str) -> dict[str, float]:
    """Ms from the start of the process to each word it prints."""
    started = perf_counter()
    marks: dict[str, float] = {}
    with subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            marks.setdefault(line.strip(), (perf_counter() - started) * 1000)
    return marks


def venue(folder: Path, people: int) -> Path:
    """A venue with the sample's courses and so many people more."""
    from venue_desk.actions import people as doing
    from venue_desk.actions import sample
    from venue_desk.store.desk import Desk

    desk = Desk.create(folder / "desk")
    desk.do(sample.parish, today=date(2025, 11, 22))

    def crowd(session: object) -> None:
        """Add a crowd"""
        for number in range(people):
            doing.add(session, name=f"Orang Rekaan {number}", phone=f"0811{number:07}")  # type: ignore[arg-type]

    if people:
        desk.do(crowd)
    desk.close()
    return folder / "desk"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=9)
    given = parser.parse_args()
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ.pop(
        "PYTHONDONTWRITEBYTECODE", None
    )  # an installed program is compiled once, not at each start
    os.environ["VENUE_DESK_TODAY"] = "2025-11-22T08:03"
    with tempfile.TemporaryDirectory() as place:
        os.environ["VENUE_DESK_KEY_FILE"] = str(Path(place) / "key")
        os.environ["PYTHONPYCACHEPREFIX"] = str(Path(place) / "compiled")
        folder = venue(Path(place), given.people)
        floor, ours = [], []
        for _round in range(given.rounds):
            floor.append(timed(FLOOR))
            ours.append(timed(OURS, str(folder), str(Path(place) / "settings.ini")))
    least = statistics.median(marks["painted"] for marks in floor[1:])
    painted = statistics.median(marks["painted"] for marks in ours[1:])
    ready = statistics.median(marks["ready"] for marks in ours[1:])
    print(f"empty Qt window painted   {least:6.0f} ms   1.00")
    print(f"our window painted        {painted:6.0f} ms   {painted / least:.2f}   (takes keys and scans)")
    print(f"first page with records   {ready:6.0f} ms   {ready / least:.2f}")


if __name__ == "__main__":
    main()
