"""The reports' numbers against counts made by hand, straight from the records."""

from collections import Counter
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from venue_desk import language
from venue_desk.actions import outcomes as actions
from venue_desk.domain.problem import Problem
from venue_desk.domain.report import NUMBER, PERCENT, RUPIAH, shown
from venue_desk.queries import outcomes as alumni
from venue_desk.queries import reports
from venue_desk.store.desk import Desk
from venue_desk.store.records import Enrolment, Lesson, Mark, MarketWeek

TODAY = date(2025, 11, 22)
YEAR = (date(2025, 1, 1), date(2025, 12, 31))


def test_outcomes_are_those_of_the_list(sample: Desk) -> None:
    made = sample.ask(reports.make, "outcomes", *YEAR, TODAY)
    kinds = Counter(row.kind for row in sample.ask(alumni.alumni, TODAY))
    assert {kind: made.totals[kind] for kind in kinds} == kinds
    assert made.totals["alumni"] == 32
    assert made.totals["placed"] == kinds["employed"] + kinds["self_employed"] == 15
    assert made.totals["rate"] == 15 / 32
    assert made.totals["rate_of_known"] == 15 / 18
    assert made.sentence == "15 dari 32 alumni bekerja atau berusaha, 46,9\u00a0%."


def test_recording_one_moves_the_report_by_one(sample: Desk) -> None:
    hana = sample.ask(alumni.named, "Hana Lim", TODAY)
    before = sample.ask(reports.make, "outcomes", *YEAR, TODAY).totals
    sample.do(actions.record, hana.enrolment_id, "self_employed", verified="phone", on=TODAY)
    after = sample.ask(reports.make, "outcomes", *YEAR, TODAY).totals
    assert after["placed"] == (before["placed"] or 0) + 1
    assert after["training"] == (before["training"] or 0) - 1
    assert after["alumni"] == before["alumni"]


def test_only_classes_that_ended_in_the_period_count(sample: Desk) -> None:
    august = sample.ask(reports.make, "outcomes", date(2025, 8, 1), date(2025, 8, 31), TODAY)
    assert august.totals["alumni"] == 16
    assert [bar.total for bar in august.charts[0].bars] == [16]
    early = sample.ask(reports.make, "outcomes", date(2025, 1, 1), date(2025, 1, 31), TODAY)
    assert early.empty
    assert early.totals["rate"] is None


def test_follow_ups_count_who_should_have_been_asked(sample: Desk) -> None:
    table = sample.ask(reports.make, "outcomes", *YEAR, TODAY).tables[-1]
    assert [row[1:3] for row in table.rows] == [(16, 14), (16, 12), (0, 0)]


def marks_by_hand(session: Session) -> Counter[str]:
    """Every mark of every closed lesson within its person's own dates, one by one."""
    lessons = {one.id: one for one in session.scalars(select(Lesson))}
    until = {one.id: one.until for one in session.scalars(select(Enrolment))}
    counted: Counter[str] = Counter()
    for mark in session.scalars(select(Mark)):
        lesson, last = lessons[mark.lesson_id], until[mark.enrolment_id]
        if lesson.closed_at is not None and mark.mark and (last is None or lesson.day <= last):
            counted[mark.mark["status"]] += 1
    return counted


def test_attendance_is_counted_from_the_same_marks(sample: Desk) -> None:
    made = sample.ask(reports.make, "attendance", *YEAR, TODAY)
    counted = sample.ask(marks_by_hand)
    assert {status: made.totals[status] for status in counted} == counted
    came = counted["present"] + counted["late"]
    assert (made.totals["attended"], made.totals["marks"]) == (came, sum(counted.values()))
    assert made.totals["share"] == came / sum(counted.values())
    assert made.totals["lessons"] == 37  # 16 + 16 + five of the running class
    assert made.totals["below_threshold"] == 3


def test_a_period_cuts_lessons_and_weeks_add_up(sample: Desk) -> None:
    november = sample.ask(reports.make, "attendance", date(2025, 11, 1), date(2025, 11, 22), TODAY)
    # Make-up on 3, 4 and 5 November, and the five closed lessons of cookery.
    assert november.totals["lessons"] == 6 + 5
    by_class, by_week = november.charts
    assert sum(bar.total for bar in by_class.bars) == sum(bar.total for bar in by_week.bars)


def test_stalls_are_counted_from_the_weeks(sample: Desk) -> None:
    made = sample.ask(reports.make, "stalls", *YEAR, TODAY)

    def by_hand(session: Session) -> tuple[int, int, int, int]:
        weeks = [
            week for week in session.scalars(select(MarketWeek)) if week.published_at and week.day <= TODAY
        ]
        cells = sum(len(week.plan["cells"]) for week in weeks)
        missed = sum(not one["came"] for week in weeks for one in week.came.values())
        takings = sum(sum(week.takings.values()) for week in weeks)
        return len(weeks), cells, missed, takings

    days, cells, missed, takings = sample.ask(by_hand)
    assert (made.totals["market_days"], made.totals["filled"]) == (days, cells) == (10, 100)
    assert made.totals["did_not_come"] == missed
    turns = [row[2] for row in made.tables[0].rows]
    assert sum(turn for turn in turns if isinstance(turn, int)) == cells
    assert (made.totals["fewest_turns"], made.totals["most_turns"]) == (1, 2)
    # Who did not come and had no stand-in sold nothing.
    assert isinstance(made.totals["takings"], int)
    assert made.totals["takings"] <= takings


@pytest.mark.parametrize("kind", list(reports.KINDS))
def test_an_empty_venue_has_empty_reports(desk: Desk, kind: str) -> None:
    made = desk.ask(reports.make, kind, *YEAR, TODAY)
    assert made.empty
    assert made.sentence


@pytest.mark.parametrize("kind", list(reports.KINDS))
def test_a_period_that_ends_before_it_begins_is_refused(desk: Desk, kind: str) -> None:
    with pytest.raises(Problem) as refused:
        desk.ask(reports.make, kind, date(2025, 2, 1), date(2025, 1, 1), TODAY)
    assert "1 Februari 2025" in refused.value.text


@pytest.mark.parametrize(
    ("value", "form", "indonesian", "english"),
    [
        (0.3954, PERCENT, "39,5\u00a0%", "39.5\u00a0%"),
        (6624, NUMBER, "6.624", "6,624"),
        (49860000, RUPIAH, "Rp\u00a049.860.000", "Rp\u00a049,860,000"),
        (None, PERCENT, "–", "–"),
        (date(2025, 11, 10), "day", "10 Nov 2025", "10 Nov 2025"),
    ],
)
def test_values_are_written_as_the_reader_writes_them(
    value: float | date | None, form: str, indonesian: str, english: str
) -> None:
    language.use("id")
    assert shown(value, form) == indonesian
    language.use("en")
    assert shown(value, form) == english
