from dataclasses import dataclass
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venue_desk.domain import courses
from venue_desk.domain.courses import Session
from venue_desk.domain.people import Someone
from venue_desk.domain.problem import Problem

MONDAY = date(2025, 11, 10)


def test_a_week_has_morning_and_afternoon_lessons_on_its_weekdays() -> None:
    plan = courses.plan(MONDAY, MONDAY + timedelta(days=6))

    assert plan.days == 5
    assert [(one.day.day, one.part) for one in plan.lessons[:3]] == [
        (10, "morning"), (10, "afternoon"), (11, "morning"),
    ]  # fmt: skip
    assert plan.minutes == 5 * 6 * 60


def test_holidays_and_other_weekdays_are_skipped_and_holidays_are_named() -> None:
    plan = courses.plan(
        date(2025, 12, 24), date(2025, 12, 28), weekdays={2, 3, 4, 5},
        holidays={date(2025, 12, 25): "Hari Raya Natal", date(2025, 12, 28): "a Sunday"},
    )  # fmt: skip

    assert [one.day.day for one in plan.lessons] == [24, 24, 26, 26, 27, 27]
    assert plan.skipped == (courses.Skipped(date(2025, 12, 25), "Hari Raya Natal"),)


def test_dates_that_end_before_they_begin_are_refused() -> None:
    with pytest.raises(Problem, match="sebelum dimulai"):
        courses.plan(MONDAY, MONDAY - timedelta(days=1))


def test_a_mistyped_year_is_refused() -> None:
    with pytest.raises(Problem) as refused:
        courses.check_dates(MONDAY, MONDAY.replace(year=2035))
    assert refused.value.hint


def test_a_course_without_any_day_is_refused() -> None:
    with pytest.raises(Problem):
        courses.plan(MONDAY, MONDAY, weekdays={5, 6})


@pytest.mark.parametrize(
    "sessions",
    [
        (),
        (Session("morning", time(9), time(8)),),
        (Session("afternoon", time(11), time(15)), Session("morning", time(8), time(12))),
    ],
)
def test_impossible_hours_are_refused(sessions: tuple[Session, ...]) -> None:
    with pytest.raises(Problem):
        courses.check_sessions(sessions)


@given(
    first=st.dates(date(2024, 1, 1), date(2026, 12, 31)),
    length=st.integers(0, 60),
    weekdays=st.sets(st.integers(0, 6), min_size=1),
    off=st.sets(st.integers(0, 60), max_size=8),
)
def test_every_lesson_is_on_a_chosen_day_that_is_no_holiday(
    first: date, length: int, weekdays: set[int], off: set[int]
) -> None:
    holidays = {first + timedelta(days=n): "x" for n in off}
    last = first + timedelta(days=length)
    try:
        plan = courses.plan(first, last, weekdays=weekdays, holidays=holidays)
    except Problem:
        return
    for one in plan.lessons:
        assert first <= one.day <= last
        assert one.day.weekday() in weekdays and one.day not in holidays
    assert list(plan.lessons) == sorted(plan.lessons, key=lambda x: (x.day, x.starts))
    assert len(plan.lessons) == 2 * plan.days


@pytest.mark.parametrize(
    ("day", "closed", "state"),
    [
        (9, False, "planned"),
        (10, False, "running"),
        (21, False, "running"),
        (22, False, "ended"),
        (22, True, "closed"),
    ],
)
def test_a_course_has_a_state(day: int, closed: bool, state: str) -> None:
    assert courses.state(MONDAY, date(2025, 11, 21), closed, date(2025, 11, day)) == state


def test_places_then_the_waiting_list() -> None:
    assert courses.place(15, 16) == "enrolled"
    assert courses.place(16, 16) == "waiting"
    assert courses.place(900, 0) == "enrolled"


@dataclass(frozen=True, slots=True)
class _Waits:
    position: int
    id: str


def test_first_come_first_served() -> None:
    late, early, twin = _Waits(9, "a"), _Waits(7, "z"), _Waits(7, "b")
    assert courses.in_order([late, early, twin]) == [twin, early, late]


NIK, OTHER = "3171004501900001", "3171004501900002"
BORN = date(1990, 1, 5)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Someone("1", "Siti"), Someone("1", "Siti Aminah"), True),
        (Someone("1", "Siti Aminah", NIK), Someone("2", "S. Aminah", NIK), True),
        (Someone("1", "Siti Aminah", NIK, BORN), Someone("2", "Siti Aminah", OTHER, BORN), False),
        (Someone("1", "Siti", "0"), Someone("2", "Maria", "0"), False),
        (Someone("1", "SITI  Aminah", None, BORN), Someone("2", "Siti Aminah", NIK, BORN), True),
        (
            Someone("1", "Soerjadi Halim", None, None, "+62811"),
            Someone("2", "Suryadi Halim", None, None, "+62811"),
            True,
        ),
        (Someone("1", "Siti"), Someone("2", "Siti"), False),
    ],
)
def test_who_has_joined_before(one: Someone, other: Someone, same: bool) -> None:
    assert (courses.joined_before(one, [Someone("9", "Yusuf Halim"), other]) is other) is same


def test_parts_are_understood_in_both_languages() -> None:
    assert courses.part_named(" Pagi") == courses.part_named("morning") == "morning"
    assert courses.part_named("siang") == "afternoon"
    assert courses.part_named("kemarin") is None


@pytest.mark.parametrize(
    ("text", "read"),
    [("08.00", time(8)), ("8:30", time(8, 30)), ("1530", time(15, 30)), (" 8 ", time(8)), ("24.00", None), ("x", None),
     ("8.75", None), ("", None)],
)  # fmt: skip
def test_times_are_read_as_people_type_them(text: str, read: time | None) -> None:
    assert courses.read_time(text) == read
