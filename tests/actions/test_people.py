"""People added, edited, merged and imported, each as one step that can be taken back."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from venue_desk.actions import attendance, courses, enrolments, imports, merging, people
from venue_desk.domain.people import Choice, Standing
from venue_desk.domain.problem import Problem
from venue_desk.queries import attendance as seen
from venue_desk.queries import courses as course_queries
from venue_desk.queries import lessons, person, twins
from venue_desk.queries import people as queries
from venue_desk.queries.twins import Compared
from venue_desk.spreadsheets import people as lists
from venue_desk.store.desk import Desk

DATA = Path(__file__).parents[1] / "data/spreadsheets"
MESSY = DATA / "synthetic__daftar_peserta_kacau.xlsx"
FORM = DATA / "synthetic__google_form.csv"


def names(desk: Desk) -> list[str]:
    return [row.shown for row in desk.ask(queries.rows, desk.ask(queries.ids))]


def compared(desk: Desk, path: Path, course_id: str | None = None) -> list[Compared]:
    return desk.ask(twins.compared, lists.understand(path).entries, course_id)


def course(desk: Desk, code: str = "TB-1", **fields: Any) -> str:
    made: str = desk.do(
        courses.add,
        code=code,
        title="Tata Boga",
        trade="BOGA",
        starts_on=date(2025, 11, 10),
        ends_on=date(2025, 11, 12),
        **fields,
    )
    return made


def test_somebody_is_added_as_a_list_would_write_them(desk: Desk) -> None:
    made = desk.do(
        people.add,
        "dr. SITI AMINAH, S.Kom",
        nik="3171004505900003",
        phone="8123456789",
        birth_date="5 Mei 1990",
    )
    card = desk.ask(person.card, made)
    assert card is not None
    assert (card.shown, card.nik, card.phone, card.birth_date) == (
        "dr. Siti Aminah, S.Kom.",
        "•••• •••• •••• 0003",
        "0812-3456-789",
        date(1990, 5, 5),
    )
    assert desk.undo() == "Add person"
    assert names(desk) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""},
        {"name": "..."},
        {"name": "Siti", "phone": "081"},
        {"name": "Siti", "nik": "3.171E+15"},
        {"name": "Siti", "birth_date": "31/02/1990"},
        {"name": "Siti", "email": "siti"},
        {"name": "Siti", "sex": "x"},
    ],
)
def test_what_cannot_be_taken_is_refused_and_nothing_is_written(desk: Desk, fields: dict[str, str]) -> None:
    with pytest.raises(Problem):
        desk.do(people.add, **fields)
    assert names(desk) == []


def test_editing_changes_what_is_given_and_nothing_else(desk: Desk) -> None:
    made = desk.do(people.add, "Siti", phone="0812345678", note="lama")
    desk.do(people.edit, made, phone="", organisation=" Paroki  Uji ")
    card = desk.ask(person.card, made)
    assert card is not None
    assert (card.phone, card.organisation, card.note) == ("", "Paroki Uji", "lama")
    desk.undo()
    card = desk.ask(person.card, made)
    assert card is not None
    assert (card.phone, card.organisation) == ("0812-3456-78", "")


def test_looking_at_a_nik_is_recorded_and_undo_goes_past_it(desk: Desk) -> None:
    made = desk.do(people.add, "Siti", nik="3171004505900003")
    assert desk.do(people.reveal, made) == "3171004505900003"
    card = desk.ask(person.card, made)
    assert card is not None
    assert card.reveals == 1
    assert desk.undo() == "Add person"
    other = desk.do(people.add, "Budi")
    with pytest.raises(Problem, match="Budi"):
        desk.do(people.reveal, other)


def test_only_those_who_never_took_part_can_be_removed(desk: Desk) -> None:
    made = desk.do(people.add, "Siti")
    other = desk.do(people.add, "Budi")
    desk.do(enrolments.enrol, course(desk), [made])
    with pytest.raises(Problem, match="Siti"):
        desk.do(people.remove, made)
    desk.do(people.remove, other)
    assert names(desk) == ["Siti"]
    desk.undo()
    assert names(desk) == ["Budi", "Siti"]


def test_a_list_is_accepted_as_one_step(desk: Desk) -> None:
    rows = compared(desk, MESSY)
    assert [row.standing for row in rows].count(Standing.REPEATED) == 2
    assert names(desk) == [], "showing what was understood writes nothing"
    done = desk.do(imports.accept, rows)
    assert (done.added, done.known, done.skipped) == (7, 2, 0)
    assert names(desk) == [
        "H. Ahmad bin Abdullah",
        "Budi Santoso, S.Kom., M.M.",
        "José da Costa",
        "Maria Magdalena Kristiningrum Sekar Ayu Widyaningtyas Hutabarat-Simanjuntak",
        "Ma'ruf",
        "Ni Luh Putu Ayu",
        "Siti",
    ]
    budi = desk.ask(queries.named, "Budi Santoso")
    assert budi.nik.endswith("0006"), "the repeated row fills what the first one lacked"
    maria = desk.ask(queries.named, "Maria Magdalena")
    assert maria.nik == "", "a damaged NIK is never accepted"
    assert desk.undo() == "Import people"
    assert names(desk) == []
    assert desk.redo() == "Import people"
    assert len(names(desk)) == 7


def test_the_same_list_twice_adds_nobody(desk: Desk) -> None:
    desk.do(imports.accept, compared(desk, MESSY))
    before = names(desk)
    rows = compared(desk, MESSY)
    standings = {row.entry.line: row.standing for row in rows}
    assert standings[7] is Standing.KNOWN
    assert standings[14] is Standing.LIKELY, "a name alone is not enough"
    done = desk.do(imports.accept, rows, chosen={14: Choice.SAME})
    assert (done.added, done.filled) == (0, 0)
    assert names(desk) == before


def test_consent_is_recorded_and_a_no_is_left_out(desk: Desk) -> None:
    rows = compared(desk, FORM)
    done = desk.do(imports.accept, rows, asked="Setuju data diproses?")
    assert (done.added, done.known, done.skipped) == (2, 2, 1)
    assert names(desk) == ["Budi Santoso, S.Kom., M.M.", "Siti"]
    siti = desk.ask(person.card, desk.ask(queries.named, "Siti").id)
    assert siti is not None
    assert (siti.consent, siti.consent_how) == (True, "import")


def test_a_person_decides_about_each_row(desk: Desk) -> None:
    desk.do(imports.accept, compared(desk, MESSY))
    rows = {row.entry.line: row for row in compared(desk, FORM)}
    assert rows[4].standing is Standing.LIKELY
    assert [one.person.shown for one in rows[4].alike] == [
        "Budi Santoso, S.Kom., M.M.",
        "H. Ahmad bin Abdullah",
    ]
    ahmad = rows[4].alike[1].person.id
    done = desk.do(
        imports.accept,
        list(rows.values()),
        chosen={2: Choice.SKIP, 3: Choice.SKIP, 4: Choice.SAME, 5: Choice.NEW, 7: Choice.NEW},
        same_as={4: ahmad},
        days={5: date(1988, 1, 2)},
    )
    assert (done.added, done.known, done.skipped) == (2, 1, 2)
    card = desk.ask(person.card, ahmad)
    assert card is not None
    assert card.area == '"Duri Kosambi", Cengkareng', "only what was empty was filled"
    assert card.name == "Ahmad bin Abdullah"


def test_a_row_without_a_name_is_never_taken(desk: Desk) -> None:
    rows = compared(desk, DATA / "synthetic__nik_numeric.xlsx")
    assert [row.standing for row in rows] == [Standing.NAMELESS] * 2
    with pytest.raises(Problem):
        desk.do(imports.accept, rows, chosen={2: Choice.NEW, 3: Choice.SAME})
    assert names(desk) == []


def test_imported_people_are_enrolled_up_to_the_capacity(desk: Desk) -> None:
    course_id = course(desk, capacity=5)
    done = desk.do(imports.accept, compared(desk, MESSY, course_id), course_id=course_id)
    assert (len(done.enrolled), len(done.waiting), len(done.refused)) == (5, 2, 0)
    listed = desk.ask(course_queries.participants, course_id)
    assert len(listed) == 7
    desk.undo()
    assert desk.ask(course_queries.participants, course_id) == []
    assert names(desk) == []


def test_who_had_a_turn_in_the_series_is_named_before_and_not_enrolled(desk: Desk) -> None:
    first = course(desk, "TB-1", series="tepung", once_per_person=True)
    second = course(desk, "TB-2", series="tepung", once_per_person=True)
    desk.do(imports.accept, compared(desk, MESSY, first), course_id=first)
    rows = compared(desk, FORM, second)
    assert [(row.entry.line, row.entry.name) for row in rows if row.turn] == [
        (2, "Siti"), (3, "Siti"), (4, "Budi Santoso"), (5, "Budi Santoso"),
    ]  # fmt: skip
    done = desk.do(imports.accept, rows, course_id=second)
    assert done.enrolled == ()
    assert {one.name for one in done.refused} == {"Siti", "Budi Santoso"}


def test_a_closed_course_refuses_the_whole_import(desk: Desk) -> None:
    with pytest.raises(Problem):
        desk.do(imports.accept, compared(desk, FORM), course_id="nowhere")
    assert names(desk) == []


def test_two_who_are_one_become_one_with_all_they_took_part_in(desk: Desk) -> None:
    kept = desk.do(people.add, "Soerjadi", phone="0812345678")
    other = desk.do(people.add, "Suryadi", nik="3171003112880004", phone="0812345678")
    found = desk.ask(twins.alike, kept)
    assert [(one.person.id, one.likeness.reasons) for one in found] == [(other, ("name", "phone"))]
    first, second = course(desk, "TB-1"), course(desk, "TB-2")
    desk.do(enrolments.enrol, first, [other])
    desk.do(enrolments.enrol, second, [kept, other])
    lesson = desk.ask(lessons.of_course, second)[0]
    listed = {one.person_id: one.id for one in desk.ask(course_queries.participants, second)}
    desk.do(attendance.mark, lesson.id, listed[other], "present")
    assert desk.do(merging.merge, kept, other) == "Soerjadi"
    assert names(desk) == ["Soerjadi"]
    card = desk.ask(person.card, other)
    assert card is not None
    assert card.id == kept, "the other is an alias"
    assert card.nik.endswith("0004")
    states = {turn.code: turn.state for turn in card.turns}
    assert states["TB-1"] == "enrolled"
    roster = desk.ask(seen.roster, lesson.id)
    assert roster is not None
    assert [(row.name, row.status) for row in roster.rows] == [("Soerjadi", "present")]
    assert desk.undo() == "Merge two people"
    assert sorted(names(desk)) == ["Soerjadi", "Suryadi"]
    roster = desk.ask(seen.roster, lesson.id)
    assert roster is not None
    assert sorted((row.name, row.status) for row in roster.rows)[1] == ("Suryadi", "present")


def test_one_cannot_be_merged_with_oneself(desk: Desk) -> None:
    made = desk.do(people.add, "Siti")
    with pytest.raises(Problem):
        desk.do(merging.merge, made, made)
