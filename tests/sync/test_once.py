"""Once per person between two venues and a centre, from the one's list to the other's refusal."""

from collections.abc import Callable
from datetime import date

import centres
from sync.test_reference import SITI, joined, turn
from venue_desk.actions import enrolments, people
from venue_desk.domain import clock
from venue_desk.language import date_long
from venue_desk.queries import courses, series
from venue_desk.store.desk import Desk

Desks = Callable[[str], Desk]


def test_a_turn_at_one_venue_is_refused_at_the_other(centre: centres.Running, desks: Desks) -> None:
    west, east = joined(centre, desks, "west"), joined(centre, desks, "east")
    turn(west)
    course = turn(east, " BOGASARI  2025", "Joko Susilo", birth_date=date(1980, 2, 3))
    again = east.do(people.add, name="AMINAH, Siti", birth_date=SITI["birth_date"])
    fresh = east.ask(series.fresh, course)
    assert fresh is not None and not fresh.listed
    centres.sync(west)
    centres.sync(east)
    fresh = east.ask(series.fresh, course)
    assert fresh is not None and fresh.listed and date_long(clock.today()) in fresh.words

    [refused] = east.do(enrolments.enrol, course, [again]).refused
    assert "tempat lain (nama dan tanggal lahir sama)" in refused.why
    assert east.do(enrolments.enrol, course, [again], again="Kelas lanjutan").enrolled
    centres.sync(east)
    centres.sync(west)
    assert east.ask(series.twice) == west.ask(series.twice) == [], "who had the first turn is not asked"


def test_two_turns_are_seen_at_both_venues_until_one_says_why(centre: centres.Running, desks: Desks) -> None:
    west, east = joined(centre, desks, "west"), joined(centre, desks, "east")
    turn(west)
    there = turn(east)
    for desk in (west, east, west):
        centres.sync(desk)
    for desk in (west, east):
        found = [(name, had.by) for _course, _code, name, had in desk.ask(series.twice)]
        assert found == [("Siti Aminah", "nik")]
    east.do(enrolments.allow, east.ask(courses.participants, there)[0].id, "Diminta mitra")
    centres.sync(east)
    centres.sync(west)
    assert west.ask(series.twice) == east.ask(series.twice) == []


def test_a_turn_that_was_taken_back_is_free_again(centre: centres.Running, desks: Desks) -> None:
    west, east = joined(centre, desks, "west"), joined(centre, desks, "east")
    there = turn(west)
    course = turn(east, name="Joko Susilo", birth_date=date(1980, 2, 3))
    siti = east.do(people.add, name="Siti Aminah", **SITI)
    centres.sync(west)
    centres.sync(east)
    assert east.do(enrolments.enrol, course, [siti]).refused
    west.do(enrolments.withdraw, west.ask(courses.participants, there)[0].id)
    centres.sync(west)
    centres.sync(east)
    assert east.do(enrolments.enrol, course, [siti]).enrolled == ("Siti Aminah",)
