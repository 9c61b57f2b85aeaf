from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venue_desk.domain import attendance
from venue_desk.domain.attendance import Presence, Sat
from venue_desk.domain.problem import Problem

FIRST = date(2025, 11, 10)


def sat(letters: str, *, minutes: int = 180) -> list[Sat]:
    """Two lessons a day: H T I S A, ``-`` closed but not taken, ``.`` still open."""
    return [
        Sat(
            FIRST + timedelta(days=n // 2),
            minutes,
            c != ".",
            attendance.BY_LETTER.get(c, attendance.NOT_TAKEN),
        )
        for n, c in enumerate(letters)
    ]


def test_one_mark_is_one_value() -> None:
    assert attendance.mark("late", time(8, 21, 33), "  ban  bocor ") == {
        "status": "late", "time": "08:21", "reason": "ban bocor",
    }  # fmt: skip
    assert attendance.mark("sick", time(8, 21))["time"] == ""
    with pytest.raises(ValueError):
        attendance.mark("")


@pytest.mark.parametrize("word", ["present", "Hadir", "h", " H "])
def test_status_words(word: str) -> None:
    assert attendance.status_named(word) == "present"


def test_an_unknown_status_is_refused_in_words() -> None:
    with pytest.raises(Problem, match="bolos"):
        attendance.status_named("bolos")


@pytest.mark.parametrize(
    ("arrived", "status"),
    [(time(7, 40), "present"), (time(8, 15), "present"), (time(8, 15, 59), "present"), (time(8, 16), "late")],
)
def test_late_is_more_than_the_minutes_allowed(arrived: time, status: str) -> None:
    assert attendance.on_arrival(time(8), arrived, 15) == status


def test_only_closed_lessons_count_on_both_sides() -> None:
    counted = attendance.presence(sat("HTIS..") + sat("-"))
    assert counted == Presence(attended=2, held=4, ahead=2, unknown=1)
    assert counted.share == 0.5
    assert counted.best == 5 / 7


def test_days_and_hours_are_other_units() -> None:
    letters = "HHHA.H-H"
    assert attendance.presence(sat(letters), unit="days") == Presence(1, 2, 1, 1)
    assert attendance.presence(sat(letters), unit="hours") == Presence(900, 1080, 180, 180)


def test_an_enrolment_has_its_own_dates() -> None:
    counted = attendance.presence(
        sat("AAHHHHAA"), start=FIRST + timedelta(days=1), end=FIRST + timedelta(days=2)
    )
    assert counted == Presence(4, 4)


def test_eighty_percent_is_not_rounded() -> None:
    assert Presence(4, 5).meets(80)
    assert not Presence(799, 1000).meets(80)
    assert not Presence(0, 0, ahead=5).meets(80)
    assert Presence(0, 0, ahead=5).can_meet(80)
    assert not Presence(0, 2, ahead=7).can_meet(80)
    assert Presence(0, 2, ahead=8).can_meet(80)


@given(st.text("HTISA-.", max_size=40), st.sampled_from(["lessons", "days", "hours"]))
def test_presence_never_contradicts_itself(letters: str, unit: str) -> None:
    counted = attendance.presence(sat(letters), unit=unit)
    assert 0 <= counted.attended <= counted.held
    assert counted.best >= (counted.share or 0)
    for threshold in (50, 80, 100):
        assert counted.can_meet(threshold) or not counted.meets(threshold)


def test_a_venue_decides_its_rules_and_nonsense_is_not_one() -> None:
    assert attendance.rules({}) == attendance.Rules(15, "lessons", 80)
    kept = {"late_after": 5, "presence_unit": "days", "presence_threshold": 75}
    assert attendance.rules(kept) == attendance.Rules(5, "days", 75)
    assert attendance.rules(dict.fromkeys(kept, "x")) == attendance.Rules()
