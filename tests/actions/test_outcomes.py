"""Recording what became of alumni: one record a month, rules kept, one step to undo."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from venue_desk.actions import outcomes as actions
from venue_desk.domain.problem import Problem
from venue_desk.queries import outcomes as queries
from venue_desk.queries.outcomes import AlumnusRow
from venue_desk.store.desk import Desk
from venue_desk.store.records import Enrolment, Outcome

TODAY = date(2025, 11, 22)


@pytest.fixture
def hana(sample: Desk) -> AlumnusRow:
    return sample.ask(queries.named, "Hana Lim", TODAY)


def now(desk: Desk, row: AlumnusRow, today: date = TODAY) -> AlumnusRow:
    seen = desk.ask(queries.alumnus, row.person_id, today)
    assert seen is not None
    return seen


def test_an_outcome_settles_the_follow_up_and_is_undone(sample: Desk, hana: AlumnusRow) -> None:
    assert hana.due is not None
    sample.do(
        actions.record,
        hana.enrolment_id,
        "employed",
        employer="  Hotel   Taman ",
        since=date(2025, 11, 1),
        verified="phone",
        on=TODAY,
    )
    seen = now(sample, hana)
    assert (seen.kind, seen.employer, seen.since, seen.due) == (
        "employed",
        "Hotel Taman",
        date(2025, 11, 1),
        None,
    )
    assert sample.undo() == "Record an outcome"
    assert now(sample, hana) == hana


def test_two_records_of_one_month_are_one_and_the_earlier_month_stays(sample: Desk, hana: AlumnusRow) -> None:
    before = sample.ask(queries.timeline, hana.person_id)
    for employer in ("Hotel Taman", "Hotel Taman Sawah"):
        sample.do(actions.record, hana.enrolment_id, "employed", employer=employer, on=TODAY)
    told = sample.ask(queries.timeline, hana.person_id)
    assert [one.stage for one in told] == [3, 1]
    assert told[0].employer == "Hotel Taman Sawah"
    assert told[1:] == before


def test_what_belongs_to_work_does_not_stay_with_somebody_without(sample: Desk, hana: AlumnusRow) -> None:
    sample.do(
        actions.record,
        hana.enrolment_id,
        "employed",
        employer="Hotel Taman",
        role="juru masak",
        related=True,
        since=date(2025, 9, 1),
        on=TODAY,
    )
    sample.do(
        actions.record, hana.enrolment_id, "not_working", employer="Hotel Taman", verified="phone", on=TODAY
    )
    seen = now(sample, hana)
    assert (seen.kind, seen.employer, seen.role, seen.related, seen.since) == (
        "not_working",
        "",
        "",
        None,
        None,
    )


def test_not_reached_puts_it_off_a_week_and_forgets_nothing(sample: Desk, hana: AlumnusRow) -> None:
    sample.do(actions.record, hana.enrolment_id, "unknown", on=TODAY)
    assert now(sample, hana).due is None
    assert now(sample, hana).kind == hana.kind == "training"
    assert now(sample, hana, date(2025, 11, 29)).due is not None


def test_a_referral_keeps_what_is_known(sample: Desk, hana: AlumnusRow) -> None:
    sample.do(actions.record, hana.enrolment_id, "self_employed", employer="Dapur Hana", on=TODAY)
    sample.do(actions.refer, hana.enrolment_id, "jakpreneur", " JKP-7 ", on=TODAY)
    seen = now(sample, hana)
    assert (seen.kind, seen.employer, seen.referral, seen.reference) == (
        "self_employed",
        "Dapur Hana",
        "jakpreneur",
        "JKP-7",
    )


def test_a_record_can_be_removed(sample: Desk, hana: AlumnusRow) -> None:
    key = sample.do(actions.record, hana.enrolment_id, "employed", on=TODAY)
    sample.do(actions.forget, key)
    assert now(sample, hana) == hana
    with pytest.raises(Problem):
        sample.do(actions.forget, key)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "rich"},
        {"kind": "employed", "verified": "rumour"},
        {"kind": "employed", "since": date(2025, 12, 24)},
        {"kind": "employed", "on": date(2025, 8, 1)},
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    sample: Desk, hana: AlumnusRow, wrong: dict[str, Any]
) -> None:
    before = sample.ask(lambda session: len(list(session.scalars(select(Outcome)))))
    with pytest.raises(Problem):
        sample.do(actions.record, hana.enrolment_id, **{"on": TODAY, **wrong})
    assert sample.ask(lambda session: len(list(session.scalars(select(Outcome))))) == before


def test_only_those_who_took_part_have_outcomes(sample: Desk) -> None:
    waiting = sample.ask(
        lambda session: session.scalar(select(Enrolment.id).where(Enrolment.state == "waiting"))
    )
    assert waiting
    with pytest.raises(Problem):
        sample.do(actions.record, waiting, "employed", on=TODAY)
    with pytest.raises(Problem):
        sample.do(actions.record, "0" * 32, "employed", on=TODAY)
