"""Who is an alumnus, in which order they are shown, and how they are found."""

from datetime import date

import pytest
from sqlalchemy import select

from venue_desk.domain.outcomes import placement
from venue_desk.domain.problem import Problem
from venue_desk.queries import outcomes as queries
from venue_desk.store.desk import Desk
from venue_desk.store.records import Course, Enrolment, Person

TODAY = date(2025, 11, 22)


def test_an_alumnus_finished_a_class_or_left_it_for_work(sample: Desk) -> None:
    rows = sample.ask(queries.alumni, TODAY)
    assert len({row.person_id for row in rows}) == len(rows) == 32
    left = sample.ask(
        lambda session: session.scalar(select(Enrolment.person_id).where(Enrolment.state == "left"))
    )
    gone = next(row for row in rows if row.person_id == left)
    assert (gone.kind, gone.graduated) == ("employed", date(2025, 10, 31))


def test_those_due_come_first_the_longest_waiting_first_then_by_name(sample: Desk) -> None:
    rows = sample.ask(queries.alumni, date(2025, 12, 6))
    due = [row for row in rows if row.due is not None]
    assert rows[: len(due)] == due
    since = [row.due.since for row in due if row.due]
    assert since == sorted(since)
    names = [row.name.casefold() for row in rows[len(due) :]]
    assert names == sorted(names)
    # One month after the make-up class its alumni are due too.
    assert {row.course.split(" · ")[0] for row in due} == {"Tata Boga", "Tata Rias"}


@pytest.mark.parametrize("typed", ["hana", "HANA LIM", "8548", "0895-0072-8548"])
def test_they_are_found_by_name_and_phone(sample: Desk, typed: str) -> None:
    assert "Hana Lim" in [row.name for row in sample.ask(queries.alumni, TODAY, typed)]


def test_they_are_found_by_class_and_kind(sample: Desk) -> None:
    assert len(sample.ask(queries.alumni, TODAY, "tata rias")) == 16
    unknown = sample.ask(queries.alumni, TODAY, kind="unknown")
    assert unknown
    assert {row.kind for row in unknown} == {"unknown"}


def test_counts_and_due_stand_together(sample: Desk) -> None:
    rows = sample.ask(queries.alumni, TODAY)
    counted = placement(row.kind for row in rows)
    assert (counted.alumni, sum(row.due is not None for row in rows)) == (32, 4)
    assert counted.known + counted.unknown == 32


def test_a_day_ago_what_was_learnt_today_is_not_known_yet(sample: Desk) -> None:
    early = sample.ask(queries.alumni, date(2025, 9, 1))
    assert [row.kind for row in early] == ["unknown"] * 16


def test_two_people_who_turned_out_to_be_one_are_one_alumnus(sample: Desk) -> None:
    rows = sample.ask(queries.alumni, TODAY)
    older, newer = rows[0], next(row for row in rows if row.course.startswith("Tata Rias"))

    def merge(session: object, old: str, new: str) -> None:
        """Merge two people"""
        person = session.get(Person, (sample.venue, old))  # type: ignore[attr-defined]
        person.merged_into = new

    sample.do(merge, older.person_id, newer.person_id)
    seen = sample.ask(queries.alumni, TODAY)
    assert len(seen) == 31
    one = next(row for row in seen if row.person_id == newer.person_id)
    assert one.graduated == newer.graduated
    assert one.kind == older.kind  # what was learnt after the first class still counts
    assert len(sample.ask(queries.timeline, newer.person_id)) == 1


def test_nobody_and_several_are_told_apart(sample: Desk) -> None:
    assert sample.ask(queries.named, "Hana", TODAY).name == "Hana Lim"
    with pytest.raises(Problem):
        sample.ask(queries.named, "tan", TODAY)
    with pytest.raises(Problem):
        sample.ask(queries.named, "nobody at all", TODAY)


def test_a_class_still_running_has_no_alumni(sample: Desk) -> None:
    running = sample.ask(lambda session: session.scalar(select(Course.id).where(Course.code == "BOGA-12")))
    assert not [row for row in sample.ask(queries.alumni, TODAY) if row.course_id == running]
