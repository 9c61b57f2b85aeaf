"""The desk's memory, idle after a day's work: people at the door, every page seen, PDFs made, a list looked through.

``day.py [--marks N]``. What counts is what the process holds when the day is over, not the most it ever held.
"""

import argparse
import gc
import json
import os
import resource
import sys
import tempfile
from datetime import date
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["VENUE_DESK_TODAY"] = "2025-11-22T08:03"

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from venue_desk.actions import attendance, sample
from venue_desk.desktop import theme
from venue_desk.desktop.pages import PLACES
from venue_desk.desktop.pages.attendance.page import AttendancePage
from venue_desk.desktop.settings import Settings
from venue_desk.desktop.window import Window
from venue_desk.documents import register
from venue_desk.queries import attendance as seen
from venue_desk.queries import courses, people
from venue_desk.store.desk import Desk

REACH = 250.0  # MB
PAPERS = 20
TYPED = "s si siti w wu wul 0812 0812345 tjah soe".split()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--marks", type=int, default=400)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        os.environ["VENUE_DESK_KEY_FILE"] = str(folder / "key")
        desk = Desk.create(folder / "desk")
        desk.do(sample.parish, today=date(2025, 11, 22))
        app = QApplication([])
        settings = Settings(folder / "desktop.ini")
        theme.apply(app, settings.look(app))
        window = Window(settings, folder / "desk")
        window.resize(1366, 768)
        window.show()
        window.begin(desk)
        _settle()
        for one in PLACES:
            one.load()
        window.loaded()
        before = held()
        marks = 0
        while marks < given.marks:
            marks += _lesson(window, desk)
            for one in PLACES:
                window.go(one.name)
                _settle()
                window._sweeper.sweep()  # a person looks longer than its timer waits
            for typed in TYPED:
                desk.ask(people.rows, desk.ask(people.found_ids, typed, 1_001)[:64])
        _papers(desk, folder)
        _settle()
        gc.collect()
        after = held()
        window.end()
        desk.close()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"memory after a day of {marks} marks, {PAPERS} PDFs and every page: {after:.0f} MB; "
        f"in the morning {before:.0f}; at most {most:.0f}"
    )
    figures = {"what": "memory of the desk after a day", "value": round(after), "unit": "MB", "reach": REACH}
    print(json.dumps({**figures, "ok": after <= REACH}))


def _lesson(window: Window, desk: Desk) -> int:
    """Mark everybody of a lesson by their cards, and clear it for the next round. Returns how many it were."""
    window.go("attendance")
    _settle()
    page = window.page
    assert isinstance(page, AttendancePage) and page.roster is not None
    rows, lesson = page.roster.rows, page.roster.lesson.id
    for row in rows:
        desk.do(attendance.clear, lesson, row.enrolment_id)
    _settle()
    for row in rows:
        page.door.field.setText(row.card)
        page.door.field.take()
        _settle()
    return len(rows)


def _papers(desk: Desk, folder: Path) -> None:
    for number in range(PAPERS):
        for course in desk.ask(courses.listed, date(2025, 11, 22)):
            given = desk.ask(seen.register, course.id, date(2025, 11, 22))
            with (folder / f"register-{number}.pdf").open("wb") as file:
                for _done in register.signing(file, given):
                    pass


def held() -> float:
    """What this process holds now, MB; the most it ever held where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        return pages * resource.getpagesize() / 1_048_576
    except OSError:
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most / (1_048_576 if sys.platform == "darwin" else 1024)


def _settle() -> None:
    for _round in range(3):
        QApplication.processEvents()
    # What a loop that runs does by itself.
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


if __name__ == "__main__":
    main()
