"""The History page over some years: its first page, older ones, and a search as one types among 500,000 lines.

``history.py [--lines N]``. What counts is how long the window's thread is held; the worker looks through the rest.
"""

import argparse
import json
import os
import random
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["VENUE_DESK_TODAY"] = "2025-11-22T08:03"

from PySide6.QtWidgets import QApplication
from sqlalchemy import insert, select

from venue_desk.actions import sample
from venue_desk.desktop import theme
from venue_desk.desktop.pages.history.page import HistoryPage
from venue_desk.desktop.settings import Settings
from venue_desk.desktop.window import Window
from venue_desk.store.desk import Desk
from venue_desk.store.records import Enrolment, Line, Mark, Person, new_id

REACH = 50.0  # ms that a keystroke may hold the window
TYPED = ["s", "si", "sit", "siti", "hadir", "rujuk", "toko", "0895", "zzzz", "jalan melati"]
BATCH = 20_000


def main() -> None:
    """Print what a keystroke holds the window, what the answer takes, and the same for the first and older pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=500_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        os.environ["VENUE_DESK_KEY_FILE"] = str(folder / "key")
        desk = Desk.create(folder / "desk")
        desk.do(sample.parish, today=date(2025, 11, 22))
        fill(desk, given.lines)
        app = QApplication([])
        settings = Settings(folder / "desktop.ini")
        theme.apply(app, settings.look(app))
        window = Window(settings, folder / "desk")
        window.resize(1366, 768)
        window.show()
        window.begin(desk)
        _settle()
        first, _answer = _held(lambda: window.go("history"), lambda: True)
        page = window.page
        assert isinstance(page, HistoryPage)
        older = max(_held(page.older.click, lambda: not page.looking)[0] for _round in range(5))
        held: dict[str, float] = {}
        answered: dict[str, float] = {}
        for typed in TYPED:
            held[typed], answered[typed] = _held(
                partial(page.finder.setText, typed), lambda: not page.looking
            )
            print(f"{typed}: holds the window {held[typed]:.0f} ms, answered in {answered[typed]:.0f} ms")
        window.end()
        desk.close()
    worst = max(held, key=lambda typed: held[typed])
    print(
        f"{given.lines} lines: first page {first:.0f} ms, an older one {older:.0f}; a keystroke holds the window "
        f"{held[worst]:.0f} ms at most ({worst}); answers in {min(answered.values()):.0f}–{max(answered.values()):.0f}"
    )
    for what, value in (("a keystroke in the history", held[worst]), ("older history", older)):
        figures = {"what": what, "value": round(value, 1), "unit": "ms", "reach": REACH}
        print(json.dumps({**figures, "ok": value <= REACH}))


def fill(desk: Desk, lines: int) -> None:
    """Marks of many lessons, some of them changed later, and people who were added, as some years would leave them."""
    chance = random.Random(1)
    with desk.engine.connect() as connection:
        marks = [row.id for row in connection.execute(select(Mark.id))] + [new_id() for _ in range(20_000)]
        people = [row.id for row in connection.execute(select(Person.id))]
        enrolments = [row.id for row in connection.execute(select(Enrolment.id))]
        newest = connection.execute(select(Line.number, Line.effective).order_by(Line.number.desc())).first()
    assert newest is not None
    number, stamp = newest
    begun = datetime(2018, 1, 6, 7, 0)
    with desk.engine.execution_options(write=True).begin() as connection:
        rows: list[Any] = []
        left = 0
        after: dict[str, Any] = {}
        for at in range(lines):
            number += 1
            if left == 0:
                action, left, stamp = new_id(), chance.choice((1, 1, 1, 1, 3, 20)), stamp + 4096
                name = chance.choice(("Mark attendance",) * 6 + ("Add person", "Enrol people"))
            left -= 1
            moment = begun + timedelta(minutes=at * 8)
            row = chance.choice(marks)
            if name == "Add person":
                table, row = "person", chance.choice(people)
                after = {
                    "name": f"Peserta {number}",
                    "phone": f"+62895{number:08}",
                    "address": f"Jalan Melati {at}",
                }
            else:
                table = "mark"
                mark = {
                    "status": chance.choice(("present", "late", "sick")),
                    "time": moment.strftime("%H:%M"),
                }
                after = {"lesson_id": row, "enrolment_id": chance.choice(enrolments), "mark": mark}
            rows.append(
                {
                    "venue_id": desk.venue, "writer": desk.writer, "branch": 0, "number": number, "stamp": stamp,
                    "effective": stamp, "action": action, "name": name, "kind": "do", "refers": None,
                    "at": moment.isoformat(timespec="minutes"), "table": table, "row": row, "before": None,
                    "after": json.dumps(after), "over": "{}", "schema": 1, "hash": number.to_bytes(32, "big"),
                    "position": None, "held": None,
                }
            )  # fmt: skip
            if len(rows) == BATCH:
                connection.execute(insert(Line), rows)
                rows = []
        if rows:
            connection.execute(insert(Line), rows)


def _held(act: Callable[[], object], over: Callable[[], bool]) -> tuple[float, float]:
    """The longest that the window's thread computed without a pause from ``act`` on (ms), and until it was over.

    Its own computing: others compute on this machine too.
    """
    start, turn = time.perf_counter(), time.thread_time()
    act()
    QApplication.processEvents()
    longest = (time.thread_time() - turn) * 1000
    while not over():
        turn = time.thread_time()
        QApplication.processEvents()
        longest = max(longest, (time.thread_time() - turn) * 1000)
        time.sleep(0.001)
    return longest, (time.perf_counter() - start) * 1000


def _settle() -> None:
    for _round in range(3):
        QApplication.processEvents()


if __name__ == "__main__":
    main()
