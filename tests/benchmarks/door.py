"""A scan at the attendance desk until it is durable, painted and at rest, against what the store's part of it takes."""

import json
import os
import statistics
import tempfile
import time
from datetime import date
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["VENUE_DESK_TODAY"] = "2025-11-22T08:03"

from PySide6.QtWidgets import QApplication

from venue_desk.actions import attendance, sample
from venue_desk.desktop import theme
from venue_desk.desktop.pages.attendance.page import AttendancePage
from venue_desk.desktop.settings import Settings
from venue_desk.desktop.window import Window
from venue_desk.domain import clock
from venue_desk.store.desk import Desk

REACH = 10.0  # ms, QUALITY “scan → mark durable and shown”
ROUNDS = 8


def main() -> None:
    """Print medians in milliseconds."""
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
        window.go("attendance")
        _settle()
        page = window.page
        assert isinstance(page, AttendancePage) and page.roster is not None
        shown: list[float] = []
        stored: list[float] = []
        busy: list[float] = []
        for number in range(ROUNDS):
            through_window = number % 2 == 0
            for row in page.roster.rows:
                desk.do(attendance.clear, page.roster.lesson.id, row.enrolment_id)
            _settle()
            for row in page.roster.rows:
                start, worked = time.perf_counter(), time.process_time()
                if through_window:
                    page.door.field.setText(row.card)
                    page.door.field.take()
                    _settle()
                    shown.append(time.perf_counter() - start)
                    busy.append(time.process_time() - worked)
                else:
                    desk.do(attendance.mark_by_card, page.roster.lesson.id, row.card, clock.now())
                    stored.append(time.perf_counter() - start)
            _settle()
        window.end()
        desk.close()
    print(
        f"scan until durable and shown: {statistics.median(shown) * 1000:.1f} ms (reach {REACH:.0f}); "
        f"of it the store: {statistics.median(stored) * 1000:.1f} ms; "
        f"of the computer's own time {statistics.median(busy) * 1000:.1f} ms"
    )
    for what, took in (("scan until shown", shown), ("scan until shown, without waiting for the disk", busy)):
        value = round(statistics.median(took) * 1000, 1)
        print(json.dumps({"what": what, "value": value, "unit": "ms", "reach": REACH, "ok": value <= REACH}))


def _settle() -> None:
    for _round in range(3):
        QApplication.processEvents()


if __name__ == "__main__":
    main()
