"""A course of the agency's programme: what it says is filled in, and all of it can be said otherwise."""

from datetime import date
from typing import Any

import pytest

from references import said
from venue_desk.actions import courses
from venue_desk.domain.problem import Problem
from venue_desk.queries import assessment
from venue_desk.queries import courses as seen
from venue_desk.store.desk import Desk
from venue_desk.store.records import Course, get

FIRST, LAST = date(2025, 11, 17), date(2025, 11, 21)
CAKES = {
    "id": "Kue Basah Mitra", "en": "Cakes with a partner", "trade": "BOGA", "hours": 16,
    "units": ["PAR.TG01.002.01", "PAR.TG01.001.01"], "capacity": 12, "series": "Mitra Tepung", "once": True,
}  # fmt: skip


@pytest.fixture
def desk(desk: Desk) -> Desk:
    plain = {"id": "Boga Lengkap", "trade": "BOGA", "capacity": 0}
    said(
        desk, "programme", ("KUE", CAKES), ("LENGKAP", plain), ("LAIN", {**CAKES, "units": ["X"], "hours": 0})
    )
    return desk


def a_course(desk: Desk, programme: str, **fields: Any) -> dict[str, Any]:
    made = desk.do(
        courses.add, **{"code": "X-1", "programme": programme, "starts_on": FIRST, "ends_on": LAST, **fields}
    )
    names = (
        "title", "hours", "capacity", "series", "once_per_person", "programme",
    )  # fmt: skip
    row = desk.ask(lambda session: {name: getattr(get(session, Course, made), name) for name in names})
    return row | {"units": [one.code for one in desk.ask(assessment.sheet, made).units]}


def test_a_course_is_as_the_programme_says(desk: Desk) -> None:
    assert a_course(desk, " kue ") == {
        "title": "Kue Basah Mitra", "hours": 16, "capacity": 12, "series": "Mitra Tepung",
        "once_per_person": True, "programme": "KUE", "units": ["PAR.TG01.001.01", "PAR.TG01.002.01"],
    }  # fmt: skip


def test_what_the_programme_leaves_open_comes_from_its_trade(desk: Desk) -> None:
    whole = a_course(desk, "LENGKAP")
    assert (whole["hours"], whole["capacity"], len(whole["units"])) == (64, 0, 7)
    # Of units that the trade no longer has, all of those that it has now.
    other = a_course(desk, "LAIN", code="X-2")
    assert (other["hours"], len(other["units"])) == (64, 7)


def test_each_of_it_can_be_said_otherwise(desk: Desk) -> None:
    otherwise = {"title": "Kue Pasar", "hours": 8, "capacity": 30, "series": "", "once_per_person": False}
    made = a_course(desk, "KUE", units=["PAR.TG01.003.01"], **otherwise)
    assert made == {**otherwise, "programme": "KUE", "units": ["PAR.TG01.003.01"]}
    las = a_course(desk, "KUE", code="X-2", trade="LAS")
    assert las["programme"] == "KUE" and len(las["units"]) == 7


@pytest.mark.parametrize(
    "wrong", [{"programme": "TIDAK"}, {"units": ["LAS.1"]}, {"programme": "", "trade": ""}]
)
def test_what_is_nowhere_is_refused_in_words(desk: Desk, wrong: dict[str, Any]) -> None:
    with pytest.raises(Problem) as refused:
        a_course(desk, **{"programme": "KUE", **wrong})
    assert refused.value.hint
    assert desk.ask(seen.listed, FIRST) == []


def test_without_programmes_one_is_told_to_give_the_trade(desk: Desk) -> None:
    said(desk, "programme")
    with pytest.raises(Problem) as refused:
        a_course(desk, "KUE")
    assert "kejuruan" in str(refused.value)


def test_the_agency_s_later_word_changes_no_course(desk: Desk) -> None:
    made = a_course(desk, "KUE")
    said(desk, "programme", ("KUE", {**CAKES, "hours": 99, "capacity": 1}))
    [row] = desk.ask(seen.listed, FIRST)
    assert (row.hours, row.capacity, row.programme) == (made["hours"], made["capacity"], "KUE")
