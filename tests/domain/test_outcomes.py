"""Follow-ups, the latest known outcome and rates that name their denominator."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venue_desk.domain.outcomes import (
    KINDS,
    Contact,
    FollowUp,
    Placement,
    due,
    follow_up_months,
    latest_known,
    months_after,
    next_follow_up,
    placement,
    stage,
)

GRADUATED = date(2025, 8, 20)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2025, 11, 22), 3, date(2026, 2, 22)),
        (date(2025, 12, 1), 0, date(2025, 12, 1)),
    ],
)
def test_months_after_keeps_to_the_month(day: date, months: int, then: date) -> None:
    assert months_after(day, months) == then


def test_nothing_is_due_before_the_first_month() -> None:
    assert due(GRADUATED, [], date(2025, 9, 19)) is None
    assert due(GRADUATED, [], date(2025, 9, 20)) == FollowUp(1, date(2025, 9, 20))


def test_one_call_settles_all_that_were_missed() -> None:
    today = date(2025, 11, 22)
    assert due(GRADUATED, [], today) == FollowUp(3, date(2025, 11, 20))
    assert due(GRADUATED, [Contact(date(2025, 11, 21), "employed")], today) is None


def test_a_contact_a_few_days_early_counts_and_an_older_one_does_not() -> None:
    today = date(2025, 11, 22)
    assert due(GRADUATED, [Contact(date(2025, 11, 10), "not_working")], today) is None
    assert due(GRADUATED, [Contact(date(2025, 11, 9), "not_working")], today) is not None


def test_not_reaching_somebody_puts_it_off_a_week() -> None:
    tried = [Contact(date(2025, 11, 20), "unknown")]
    assert due(GRADUATED, tried, date(2025, 11, 26)) is None
    assert due(GRADUATED, tried, date(2025, 11, 27)) == FollowUp(3, date(2025, 11, 20))


def test_after_a_year_nobody_is_nagged() -> None:
    assert due(GRADUATED, [], date(2026, 8, 19)) == FollowUp(6, date(2026, 2, 20))
    assert due(GRADUATED, [], date(2026, 8, 20)) is None


@pytest.mark.parametrize(
    ("on", "month"),
    [
        (date(2025, 8, 20), 0),
        (date(2025, 9, 9), 0),
        (date(2025, 9, 10), 1),
        (date(2025, 10, 25), 2),
        (date(2025, 11, 10), 3),
        (date(2025, 12, 1), 3),
        (date(2026, 8, 20), 12),
    ],
)
def test_a_contact_belongs_to_one_month(on: date, month: int) -> None:
    assert stage(GRADUATED, on) == month


def test_the_next_follow_up_lies_ahead() -> None:
    assert next_follow_up(GRADUATED, [], date(2025, 9, 1)) == FollowUp(1, date(2025, 9, 20))
    heard = [Contact(date(2025, 9, 15), "employed")]
    assert next_follow_up(GRADUATED, heard, date(2025, 9, 16)) == FollowUp(3, date(2025, 11, 20))
    assert next_follow_up(GRADUATED, [], date(2026, 3, 1)) is None


def test_not_reaching_somebody_does_not_wipe_out_what_was_known() -> None:
    known = Contact(date(2025, 9, 20), "employed")
    assert latest_known([known, Contact(date(2025, 11, 20), "unknown")]) == known
    assert latest_known([Contact(date(2025, 11, 20), "unknown")]) is None
    later = Contact(date(2025, 9, 20), "self_employed")
    assert latest_known([known, later]) == later


@pytest.mark.parametrize(
    ("kept", "months"),
    [
        ({}, (1, 3, 6)),
        ({"follow_up_months": [9, 2]}, (2, 9)),
        ({"follow_up_months": [0, -1, 40, "3"]}, (1, 3, 6)),
        ({"follow_up_months": "never"}, (1, 3, 6)),
    ],
)
def test_a_venue_decides_when_it_asks(kept: dict[str, object], months: tuple[int, ...]) -> None:
    assert follow_up_months(kept) == months


def test_the_programme_of_2025() -> None:
    """6,624 trained, 1,579 employed and 1,040 self-employed: the published 40 % is 39.5 %."""
    year = Placement(employed=1579, self_employed=1040, unknown=6624 - 2619)
    assert year.placed == 2619
    assert year.alumni == 6624
    assert year.rate is not None
    assert round(year.rate, 3) == 0.395
    assert year.rate_of_known == 1.0


def test_unknown_is_not_not_working() -> None:
    few = placement(["employed", "unknown", "unknown", "not_working"])
    assert (few.rate, few.rate_of_known) == (1 / 4, 1 / 2)
    assert (few.not_working, few.unknown) == (1, 2)


def test_nobody_has_no_rate() -> None:
    assert placement([]).rate is None
    assert placement(["unknown"]).rate_of_known is None


@given(st.lists(st.sampled_from(KINDS)))
def test_every_alumnus_is_counted_once(kinds: list[str]) -> None:
    counted = placement(kinds)
    assert counted.alumni == len(kinds) == sum(counted.of(kind) for kind in KINDS)
    assert 0 <= (counted.rate or 0) <= (counted.rate_of_known or 0) <= 1


@given(
    st.dates(date(2024, 1, 1), date(2027, 1, 1)),
    st.integers(0, 500),
    st.lists(st.tuples(st.integers(0, 400), st.sampled_from(KINDS)), max_size=5),
)
def test_a_successful_call_today_always_settles_what_is_due(
    graduated: date, days: int, past: list[tuple[int, str]]
) -> None:
    today = graduated + timedelta(days=days)
    contacts = [Contact(graduated + timedelta(days=after), kind) for after, kind in past]
    assert due(graduated, [*contacts, Contact(today, "employed")], today) is None
