from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venue_desk.domain import assessment
from venue_desk.domain.assessment import (
    CERTIFICATE,
    LETTER,
    NOTHING,
    OPEN,
    WORK,
    Attempt,
    UnitOfCompetency,
    Verdict,
    judge,
)
from venue_desk.domain.attendance import Presence
from venue_desk.domain.problem import Problem

DAY = date(2025, 11, 20)
K, BK = Attempt("K", DAY), Attempt("BK", DAY)
UNITS = (UnitOfCompetency("1", "A.1", "Safety", critical=True), UnitOfCompetency("2", "A.2", "Serving"))
THERE = Presence(8, 10)


def verdict(presence: Presence = THERE, **given: object) -> Verdict:
    tries = given.pop("tries", {"1": (K,), "2": (K,)})
    units = given.pop("units", UNITS)
    return judge(presence, 80, units, tries, **given)  # type: ignore[arg-type]


def test_present_and_competent_gives_a_certificate() -> None:
    assert verdict().kind == CERTIFICATE


def test_exactly_the_threshold_is_enough_and_one_less_is_not() -> None:
    assert verdict(Presence(80, 100)).kind == CERTIFICATE
    assert verdict(Presence(79, 100)).kind == NOTHING


def test_only_critical_units_decide() -> None:
    assert verdict(tries={"1": (K,), "2": (BK, BK, BK)}).kind == CERTIFICATE
    assert verdict(tries={"1": (BK,), "2": (K,)}).kind == LETTER


def test_where_no_unit_is_critical_all_are() -> None:
    units = [UnitOfCompetency("1", "A.1", ""), UnitOfCompetency("2", "A.2", "")]
    assert verdict(units=units, tries={"1": (K,), "2": (BK,)}).kind == LETTER
    assert verdict(units=units, tries={"1": (K,), "2": (K,)}).kind == CERTIFICATE


def test_present_but_not_competent_gives_the_letter_and_says_why() -> None:
    found = verdict(tries={"1": (BK, BK, BK)})
    assert found.kind == LETTER
    assert any("A.1" in reason for reason in found.reasons)


def test_not_assessed_yet_is_open_not_failed() -> None:
    assert verdict(tries={}).kind == OPEN


def test_open_lessons_keep_it_open_unless_the_threshold_is_out_of_reach() -> None:
    assert verdict(Presence(7, 8, ahead=2)).kind == OPEN
    assert verdict(Presence(1, 8, ahead=2)).kind == NOTHING
    assert verdict(Presence(0, 0, ahead=16)).kind == OPEN


def test_attendance_that_nobody_took_is_neither_absent_nor_present() -> None:
    found = verdict(Presence(7, 9, unknown=1))
    assert found.kind == OPEN
    assert verdict(Presence(8, 9, unknown=1)).kind == CERTIFICATE


def test_left_for_work_is_a_case_of_its_own() -> None:
    gone = verdict(Presence(3, 4), tries={}, state="left", why_left="work")
    assert gone.kind == WORK
    assert verdict(Presence(3, 4), tries={}, state="left", why_left="moved").kind == NOTHING
    # Who had done all of it before has earned the certificate.
    assert verdict(state="left", why_left="work").kind == CERTIFICATE


def test_a_course_without_units_gives_the_letter() -> None:
    assert verdict(units=(), tries={}).kind == LETTER


def test_three_tries_and_no_fourth() -> None:
    tries: tuple[Attempt, ...] = ()
    for _turn in range(3):
        tries = assessment.tried(tries, BK)
    with pytest.raises(Problem):
        assessment.tried(tries, K)
    assert assessment.result(tries) == "BK"


def test_a_passed_unit_is_not_tried_again() -> None:
    with pytest.raises(Problem):
        assessment.tried((K,), BK)


def test_tries_do_not_run_backwards() -> None:
    with pytest.raises(Problem):
        assessment.tried((BK,), Attempt("K", date(2025, 11, 19)))


def test_a_result_is_k_or_bk() -> None:
    with pytest.raises(Problem):
        assessment.tried((), Attempt("A", DAY))


def test_the_last_try_can_be_corrected_or_taken_back() -> None:
    assert assessment.corrected((BK, BK, BK), K) == (BK, BK, K)
    assert assessment.corrected((K,), None) == ()
    with pytest.raises(Problem):
        assessment.corrected((), K)


@given(st.lists(st.dictionaries(st.sampled_from(["result", "on", "assessor", "x"]), st.text(max_size=12))))
def test_what_is_kept_is_read_whatever_it_is(kept: list[dict[str, str]]) -> None:
    for one in assessment.attempts(kept):
        assert assessment.attempts([one.kept()]) == (one,)


@given(
    st.integers(0, 40), st.integers(0, 40), st.integers(0, 9), st.integers(0, 9),
    st.lists(st.sampled_from([(), (K,), (BK,), (BK, K), (BK, BK, BK)]), min_size=2, max_size=2),
)  # fmt: skip
def test_nobody_gets_a_certificate_who_is_not_present_and_competent(
    attended: int, missed: int, ahead: int, unknown: int, tries: list[tuple[Attempt, ...]]
) -> None:
    presence = Presence(attended, attended + missed, ahead, unknown)
    found = judge(presence, 80, UNITS, dict(zip("12", tries, strict=True)))
    if found.kind in (CERTIFICATE, LETTER):
        assert presence.meets(80) and not ahead
    if found.kind == CERTIFICATE:
        assert assessment.result(tries[0]) == "K"
    assert found.reasons
