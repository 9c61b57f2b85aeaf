"""A scan at the door until it is durable, against a bare durable commit of the same bytes in the same folder."""

import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path

from venue_desk.actions import attendance, courses, enrolments
from venue_desk.domain import cards
from venue_desk.queries import lessons
from venue_desk.store import database
from venue_desk.store.desk import Desk
from venue_desk.store.records import Person

REACH = 4.0
PEOPLE, LESSONS = 40, 10


def main() -> None:
    """Print the medians, their ratio and the 99th percentiles, in milliseconds."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        os.environ["VENUE_DESK_KEY_FILE"] = str(folder / "key")
        desk = Desk.create(folder / "desk")
        scans = _class(desk)
        bare = _bare(folder / "bare.db")
        ours: list[float] = []
        floor: list[float] = []
        for number, scan in enumerate(scans):
            # Taken in turns, so that the machine's moods meet both.
            ours.append(_timed(partial(desk.do, attendance.mark_by_card, *scan)))
            floor.append(_timed(partial(bare, number)))
        desk.close()
    warm = len(scans) // 10
    ours, floor = ours[warm:], floor[warm:]
    ratio = statistics.median(ours) / statistics.median(floor)
    print(
        f"scan until durable: {_shown(ours)}; a bare durable commit: {_shown(floor)}; "
        f"ratio {ratio:.2f} (reach {REACH:.0f})"
    )
    print(
        json.dumps(
            {"what": "scan until durable", "ratio": round(ratio, 2), "reach": REACH, "ok": ratio <= REACH}
        )
    )


def _shown(times: list[float]) -> str:
    times = sorted(times)
    return f"{statistics.median(times) * 1000:.2f} ms (p99 {times[len(times) * 99 // 100] * 1000:.2f})"


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _class(desk: Desk) -> list[tuple[str, str, datetime]]:
    def come(session, number: int) -> str:  # type: ignore[no-untyped-def]
        """Add person"""
        person = Person(name=f"Peserta {number}")
        session.add(person)
        session.flush()
        return str(person.id)

    people = [desk.do(come, number) for number in range(PEOPLE)]
    course = desk.do(
        courses.add,
        trade="BOGA",
        batch="1",
        starts_on=date(2025, 11, 3),
        ends_on=date(2025, 11, 7),
        capacity=0,
    )
    desk.do(enrolments.enrol, course, people)
    return [
        (lesson.id, cards.code(person), datetime.combine(lesson.day, datetime.min.time()).replace(hour=7))
        for lesson in desk.ask(lessons.of_course, course)[:LESSONS]
        for person in people
    ]


def _bare(file: Path) -> Callable[[int], None]:
    """One row of a mark's size and one of a journal line's, in one durable transaction of the bare driver."""
    connection = database.connect(file, "ab" * 32)
    connection.execute("CREATE TABLE mark (id TEXT PRIMARY KEY, lesson TEXT, enrolment TEXT, mark TEXT)")
    connection.execute("CREATE TABLE line (number INTEGER PRIMARY KEY, row TEXT, after TEXT, hash BLOB)")
    mark = json.dumps({"status": "present", "time": "08:00", "reason": ""})

    def commit(number: int) -> None:
        row = f"{number:032x}"
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO mark VALUES (?, ?, ?, ?)", (row, "l" * 32, "e" * 32, mark))
        connection.execute("INSERT INTO line VALUES (?, ?, ?, ?)", (number, row, mark * 2, b"h" * 32))
        connection.execute("COMMIT")

    return commit


if __name__ == "__main__":
    main()
