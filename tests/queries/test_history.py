"""The history says who did what and what changed, in words, and finds it again."""

import json
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from venue_desk import language
from venue_desk.actions import outcomes as actions
from venue_desk.domain.problem import Problem
from venue_desk.queries import history
from venue_desk.queries import outcomes as alumni
from venue_desk.queries.changes import NOTHING, Words, loaded, stall_changes
from venue_desk.queries.fields import FIELDS, HIDDEN, NOUNS, field_name, noun
from venue_desk.queries.history import ChangeRow
from venue_desk.store.capture import fields, kinds
from venue_desk.store.desk import Desk
from venue_desk.store.records import Line, MarketWeek, Person, get

TODAY = date(2025, 11, 22)


def test_every_field_of_every_record_has_a_name() -> None:
    assert set(kinds()) == set(NOUNS)
    for table, kind in kinds().items():
        for field in fields(kind):
            # What a conflict holds is shown by the page that compares both versions.
            if table != "conflict" and field not in HIDDEN:
                assert field in FIELDS or f"{table}.{field}" in FIELDS, (table, field)
    assert noun("person") == "Orang"
    assert field_name("outcome", "kind") == "Hasil"


def test_one_action_is_one_step_with_its_changes(sample: Desk) -> None:
    hana = sample.ask(alumni.named, "Hana Lim", TODAY)
    sample.do(actions.record, hana.enrolment_id, "employed", employer="Hotel Taman", on=TODAY)
    sample.do(
        actions.record,
        hana.enrolment_id,
        "employed",
        employer="Hotel Taman",
        since=date(2025, 11, 3),
        related=True,
        on=TODAY,
    )
    newest, first = sample.ask(history.steps, limit=2)
    assert (newest.title, newest.changes, newest.own) == ("Catat hasil", 1, True)
    assert newest.summary == "Hana Lim · Tata Boga · Angkatan 11"
    assert [(one.field, one.before, one.after) for one in sample.ask(history.changes, newest.action)] == [
        ("Kerja sesuai kejuruan", "–", "ya"),
        ("Sejak", "–", "3 Nov 2025"),
    ]
    assert sample.ask(history.changes, first.action) == [
        ChangeRow("Hasil", "Hana Lim · Tata Boga · Angkatan 11", "", "", "Bekerja")
    ]


def test_what_was_taken_back_says_so_and_what_was_done_again_too(sample: Desk) -> None:
    hana = sample.ask(alumni.named, "Hana Lim", TODAY)
    sample.do(actions.record, hana.enrolment_id, "employed", on=TODAY)
    sample.undo()
    undo, done = sample.ask(history.steps, limit=2)
    assert (undo.kind, undo.title, undo.refers) == ("undo", "Ditarik kembali: Catat hasil", done.action)
    assert done.undone
    sample.redo()
    redo, _undo, done = sample.ask(history.steps, limit=3)
    assert (redo.kind, redo.title, done.undone) == ("redo", "Diulangi: Catat hasil", False)


def test_a_single_action_is_taken_back_unless_something_overtook_it(sample: Desk) -> None:
    rows = sample.ask(alumni.alumni, TODAY)
    for row in rows[:2]:
        sample.do(actions.record, row.enrolment_id, "employed", employer="Hotel Taman", on=TODAY)
    _second, first = sample.ask(history.steps, limit=2)
    sample.take_back(first.action, first.name)
    assert [row.employer for row in sample.ask(alumni.alumni, TODAY) if row.employer == "Hotel Taman"] == [
        "Hotel Taman"
    ]
    second = sample.ask(history.steps, limit=2)[1]
    sample.do(actions.record, rows[1].enrolment_id, "employed", employer="Kafe Teras", on=TODAY)
    with pytest.raises(Problem):
        sample.take_back(second.action, second.name)


def test_it_is_found_by_person_value_and_name_of_the_action(sample: Desk) -> None:
    hana = sample.ask(alumni.named, "Hana Lim", TODAY)
    sample.do(actions.record, hana.enrolment_id, "employed", employer="Hotel Taman Sawah", on=TODAY)
    newest = sample.ask(history.steps, limit=1)[0]
    for text in ("hana lim", "taman sawah", "catat hasil"):
        assert newest in sample.ask(history.steps, text)
    assert sample.ask(history.steps, "zzzz") == []
    assert newest not in sample.ask(history.steps, "Nur Hidayah")


def test_it_goes_on_below_an_action(sample: Desk) -> None:
    hana = sample.ask(alumni.named, "Hana Lim", TODAY)
    for number in range(5):
        sample.do(actions.record, hana.enrolment_id, "employed", employer=f"Hotel {number}", on=TODAY)
    every = sample.ask(history.steps, limit=6)
    assert sample.ask(history.steps, limit=3, after=every[2].action) == every[3:6]


def test_a_week_of_stalls_is_told_stall_by_stall(sample: Desk) -> None:
    def swap(session: Session) -> None:
        """Swap two stalls"""
        week = session.scalars(select(MarketWeek).where(MarketWeek.day == date(2025, 11, 23))).one()
        cells = dict(week.plan["cells"])
        a, b = sorted(cells)[:2]
        cells[a], cells[b] = cells[b], cells[a]
        week.plan = {**week.plan, "cells": cells}

    sample.do(swap)
    told = sample.ask(history.changes, sample.ask(history.steps, limit=1)[0].action)
    assert len(told) == 2
    assert {told[0].before, told[0].after} == {told[1].before, told[1].after}
    assert all(one.field.startswith("Stan ") and one.record == "23 Nov 2025" for one in told)


def test_a_nik_is_never_shown_whole(sample: Desk) -> None:
    def correct(session: Session) -> str:
        """Correct a person"""
        person = session.scalars(select(Person).where(Person.nik.is_not(None))).first()
        assert person is not None
        person.nik = "3171004805049999"
        return person.id

    sample.do(correct)
    told = sample.ask(history.changes, sample.ask(history.steps, limit=1)[0].action)
    assert told[0].after.endswith("9999")
    assert "31710048" not in told[0].after + told[0].before


def test_values_of_all_kinds_become_words(sample: Desk) -> None:
    def words(session: Session) -> list[str]:
        said = Words(session)
        return [
            said.value("mark", "mark", {"status": "late", "time": "08:21", "reason": "macet"}),
            said.value("mark", "mark", None),
            said.value("person", "sex", "P"),
            said.value("person", "phone", "+6281234567890"),
            said.value("vendor", "needs", ["power", "gas"]),
            said.value("market", "weekday", 6),
            said.value("lesson", "closed_at", "2025-11-22T11:30"),
            said.value("course", "starts_on", "2025-11-14"),
            said.value("enrolment", "state", "waiting"),
            said.value("vendor", "active", False),
            said.value("vendor", "credit", 0.5),
        ]

    assert sample.ask(words) == [
        "Terlambat 08.21, macet",
        NOTHING,
        "Perempuan",
        "0812-3456-7890",
        "Listrik, Gas",
        "Minggu",
        "22 Nov, 11.30",
        "14 Nov 2025",
        sample.ask(lambda session: Words(session).value("enrolment", "state", "waiting")),
        "tidak",
        "0,50",
    ]


def test_everything_the_sample_wrote_can_be_said_in_both_languages(sample: Desk) -> None:
    def all_said(session: Session) -> int:
        words = Words(session)
        count = 0
        for line in session.scalars(select(Line)):
            after = loaded(line.after)
            assert isinstance(words.record(line.table, line.row, after), str)
            for field, value in after.items():
                if field not in HIDDEN:
                    assert words.value(line.table, field, value)
                    count += 1
        return count

    for spoken in language.LANGUAGES:
        language.use(spoken)
        assert sample.ask(all_said) > 5000


def test_a_record_that_is_gone_is_named_from_the_journal(sample: Desk) -> None:
    def drop(session: Session) -> None:
        """Delete a person"""
        person = session.scalars(select(Person).where(Person.name == "Joko")).one()
        session.delete(person)

    sample.do(drop)
    step = sample.ask(history.steps, limit=1)[0]
    assert step.summary == "Joko"
    told = sample.ask(history.changes, step.action)
    assert (told[0].record, told[0].after) == ("Joko", "Dihapus")


def test_plans_that_gain_and_lose_stalls(sample: Desk) -> None:
    def changes(session: Session) -> list[tuple[str, str, str]]:
        week = session.scalars(select(MarketWeek).where(MarketWeek.day == date(2025, 11, 23))).one()
        first = next(iter(week.plan["cells"].items()))
        return stall_changes(session, None, {"cells": dict([first])}) + stall_changes(
            session, {"cells": dict([first])}, {}
        )

    given, taken = sample.ask(changes)
    assert given[1] == taken[2] == NOTHING
    assert given[2] == taken[1] != NOTHING


def test_a_journal_line_reads_back(sample: Desk) -> None:
    line = sample.ask(lambda session: session.scalars(select(Line).where(Line.table == "person")).first())
    assert line is not None
    assert loaded(line.after) == json.loads(line.after or "{}")
    assert loaded(None) == {}
    assert sample.ask(lambda session: get(session, Person, line.row)) is not None


@pytest.mark.parametrize("typed", ["title_before", "VD1", "%", "_", "0b", "cells"])
def test_names_of_fields_ids_and_signatures_are_not_found(sample: Desk, typed: str) -> None:
    hana = sample.ask(alumni.named, "Hana Lim", TODAY)
    sample.do(actions.record, hana.enrolment_id, "employed", employer="Hotel Taman", on=TODAY)
    newest = sample.ask(history.steps, limit=1)[0]
    assert newest not in sample.ask(history.steps, typed)
