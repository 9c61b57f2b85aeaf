from datetime import date, time

import pytest

from venue_desk.actions import courses
from venue_desk.domain.courses import Session
from venue_desk.domain.problem import Problem
from venue_desk.queries import courses as seen
from venue_desk.queries import lessons
from venue_desk.store.desk import Desk

FIRST, LAST = date(2025, 11, 17), date(2025, 11, 22)
TODAY = date(2025, 11, 22)


def a_course(desk: Desk, **fields: object) -> str:
    given = {
        "trade": "BOGA",
        "batch": "12",
        "starts_on": FIRST,
        "ends_on": LAST,
        "weekdays": range(6),
        **fields,
    }
    return desk.do(courses.add, **given)  # type: ignore[arg-type]


def test_a_course_comes_with_its_lessons_trade_and_units(desk: Desk) -> None:
    course_id = a_course(desk, capacity=16)

    [row] = desk.ask(seen.listed, TODAY)
    assert (row.id, row.code, row.title, row.trade, row.state) == (
        course_id,
        "BOGA-12",
        "Tata Boga",
        "Tata Boga",
        "running",
    )
    assert (row.lessons, row.held, row.enrolled, row.capacity, row.hours) == (12, 0, 0, 16, 48)
    assert [one.address for one in desk.ask(lessons.on, LAST)] == [
        "BOGA-12/2025-11-22/pagi", "BOGA-12/2025-11-22/siang",
    ]  # fmt: skip


def test_adding_a_course_is_one_step_back(desk: Desk) -> None:
    a_course(desk)
    desk.undo()
    assert desk.ask(seen.listed, TODAY) == []
    assert desk.ask(lessons.on, FIRST, LAST) == []
    desk.redo()
    assert len(desk.ask(lessons.on, FIRST, LAST)) == 12


@pytest.mark.parametrize(
    "wrong",
    [
        {"ends_on": date(2025, 11, 1)}, {"trade": "SIHIR"}, {"capacity": -1}, {"once_per_person": True},
        {"weekdays": ()}, {"code": "boga-11"},
    ],
)  # fmt: skip
def test_an_impossible_course_is_refused_whole(desk: Desk, wrong: dict[str, object]) -> None:
    a_course(desk, batch="11")
    with pytest.raises(Problem) as refused:
        a_course(desk, **wrong)
    assert refused.value.hint
    assert len(desk.ask(seen.listed, TODAY)) == 1


def test_lessons_are_found_by_their_address(desk: Desk) -> None:
    a_course(desk, code="A/12")
    found = desk.ask(lessons.named, "a/12/2025-11-22/Siang")
    assert (found.day, found.session) == (LAST, "afternoon")
    assert desk.ask(lessons.named, found.id) == found
    for wrong in ("A/12/2025-11-22", "A/12/2025-11-23/pagi", "A/12", "", "B/2025-11-22/pagi"):
        with pytest.raises(Problem):
            desk.ask(lessons.named, wrong)


def test_new_days_keep_what_stays_and_add_what_is_missing(desk: Desk) -> None:
    course_id = a_course(desk)
    before = {one.id for one in desk.ask(lessons.of_course, course_id)}
    desk.do(
        courses.replan, course_id, starts_on=FIRST, ends_on=date(2025, 11, 24), weekdays=range(6),
        sessions=(Session("morning", time(9), time(12)),), holidays={date(2025, 11, 18): "Libur"},
    )  # fmt: skip
    after = desk.ask(lessons.of_course, course_id)
    assert [one.day.day for one in after] == [17, 19, 20, 21, 22, 24]
    assert {one.starts for one in after} == {"09:00"}
    assert len(before & {one.id for one in after}) == 5


def test_a_lesson_can_be_added_cancelled_and_held_after_all(desk: Desk) -> None:
    course_id = a_course(desk)
    extra = desk.do(courses.add_lesson, course_id, date(2025, 11, 24), "evening", time(18), time(20), "Ujian")
    row = desk.ask(seen.course, course_id, TODAY)
    assert row is not None and (row.ends_on, row.lessons) == (date(2025, 11, 24), 13)
    with pytest.raises(Problem):
        desk.do(courses.add_lesson, course_id, date(2025, 11, 24), "evening", time(18), time(20))
    desk.do(courses.cancel_lesson, extra)
    row = desk.ask(seen.course, course_id, TODAY)
    assert row is not None and row.lessons == 12
    desk.do(courses.hold_lesson, extra)
    assert desk.ask(lessons.on, date(2025, 11, 24))[0].topic == "Ujian"


def test_a_course_is_closed_only_when_its_lessons_are(desk: Desk) -> None:
    course_id = a_course(desk, ends_on=FIRST, sessions=(Session("morning", time(8), time(11)),))
    with pytest.raises(Problem):
        desk.do(courses.close, course_id, TODAY)
    desk.do(courses.cancel_lesson, desk.ask(lessons.of_course, course_id)[0].id)
    desk.do(courses.close, course_id, TODAY)
    row = desk.ask(seen.course, course_id, TODAY)
    assert row is not None and row.state == "closed"
    with pytest.raises(Problem):
        desk.do(courses.edit, course_id, title="Lain")
    desk.do(courses.reopen, course_id)
    desk.do(courses.edit, course_id, title=" Lain ", capacity=0)
    assert desk.ask(seen.by_code, "boga-12", TODAY).title == "Lain"


def test_a_course_without_attendance_can_be_removed_and_brought_back(desk: Desk) -> None:
    course_id = a_course(desk)
    desk.do(courses.remove, course_id)
    assert desk.ask(seen.listed, TODAY) == []
    desk.undo()
    assert desk.ask(seen.course, course_id, TODAY) is not None


def test_the_next_batch_is_suggested(desk: Desk) -> None:
    assert desk.ask(seen.next_batch, "BOGA") == ("1", "BOGA-1")
    a_course(desk)
    assert desk.ask(seen.next_batch, "BOGA") == ("13", "BOGA-13")


def test_holidays_have_names_in_the_language() -> None:
    assert lessons.holidays(date(2025, 12, 20), date(2025, 12, 31)) == {date(2025, 12, 25): "Hari Raya Natal"}
    assert lessons.holidays(date(2025, 12, 31), date(2025, 12, 20)) == {}
