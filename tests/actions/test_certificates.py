"""Assess, issue, void, reprint and hand over, on the sample parish."""

from dataclasses import replace
from datetime import date

import pytest

from venue_desk.actions import assessment, certificates
from venue_desk.actions import venue as venues
from venue_desk.documents import certificate, verify
from venue_desk.domain import wording
from venue_desk.domain.problem import Problem
from venue_desk.domain.seal import parse
from venue_desk.queries import assessment as assessed
from venue_desk.queries import certificates as seen
from venue_desk.queries import courses
from venue_desk.store.desk import Desk
from venue_desk.store.records import Person, get

TODAY = date(2025, 11, 22)


@pytest.fixture
def course(sample: Desk) -> str:
    """A closed course of which nobody has a certificate (those of the sample itself are voided)."""
    row = sample.ask(courses.by_code, "RIAS-9", TODAY)
    for one in sample.ask(seen.listed, course_id=row.id):
        if one.voided_on is None:
            sample.do(certificates.void, one.id, "uji")
    return row.id


def the_sheet(desk: Desk, course_id: str) -> assessed.Sheet:
    return desk.ask(assessed.sheet, course_id)


def test_all_who_may_have_one_get_one_and_each_number_is_new(sample: Desk, course: str) -> None:
    due = the_sheet(sample, course).due
    before = {row.number for row in sample.ask(seen.listed)}
    issued = sample.do(certificates.issue, course)
    assert [one.name for one in issued] == [row.name for row in due]
    numbers = [one.number for one in issued]
    assert len(set(numbers)) == len(numbers) and not before & set(numbers)
    assert the_sheet(sample, course).due == ()
    with pytest.raises(Problem):
        sample.do(certificates.issue, course)


def test_what_was_issued_is_valid_for_this_desk_and_unknown_to_a_stranger(sample: Desk, course: str) -> None:
    issued = sample.do(certificates.issue, course)
    pdf = certificate.pdf([one.print for one in issued])
    ring = sample.ask(seen.key_ring)
    found = list(verify.contents(pdf, ring))
    assert [one.state for one in found] == [verify.VALID] * len(issued)
    assert all(one.compared for one in found)
    stranger = replace(ring, keys={})
    assert verify.text(issued[0].print.token, stranger).state == verify.UNKNOWN


def test_preprinted_form_numbers_are_printed_and_kept(sample: Desk, course: str) -> None:
    issued = sample.do(certificates.issue, course, form="AB 0099", registration="R-1")
    assert [one.print.content.form for one in issued[:2]] == ["AB 0099", "AB 0100"]
    assert "AB 0099" in wording.pages(issued[0].print.content)[0].own["form"]
    assert issued[1].print.content.registration == "R-2"


def test_issuing_is_final(sample: Desk, course: str) -> None:
    sample.do(certificates.issue, course)
    with pytest.raises(Problem):
        sample.undo()


def test_those_who_may_not_are_refused_by_name_and_with_the_reason(sample: Desk, course: str) -> None:
    sheet = the_sheet(sample, course)
    not_due = next(row for row in sheet.rows if row.verdict.kind in ("nothing", "work"))
    with pytest.raises(Problem) as caught:
        sample.do(certificates.issue, course, [not_due.enrolment_id])
    assert not_due.name in caught.value.text
    # All or none: the refused one keeps the others back too.
    with pytest.raises(Problem):
        sample.do(certificates.issue, course, [sheet.due[0].enrolment_id, not_due.enrolment_id])
    assert len(the_sheet(sample, course).due) == len(sheet.due)


def test_a_number_is_never_used_again(sample: Desk, course: str) -> None:
    sheet = the_sheet(sample, course)
    [first] = sample.do(certificates.issue, course, [sheet.due[0].enrolment_id])
    sample.do(certificates.void, first.id, "Nama salah")
    [second] = sample.do(certificates.issue, course, [sheet.due[0].enrolment_id])
    assert second.number != first.number
    assert parse(second.print.token).statement.number == second.number
    old, new = sample.ask(seen.by_number, first.number), sample.ask(seen.by_number, second.number)
    assert (old.state, old.replaced_by) == (seen.REPLACED, second.number)
    assert new.replaces == first.number


def test_the_name_is_frozen_and_a_reprint_is_the_same_years_later(sample: Desk, course: str) -> None:
    [issued] = sample.do(certificates.issue, course, [the_sheet(sample, course).due[0].enrolment_id])

    def rename(session):  # type: ignore[no-untyped-def]
        """Rename"""
        person = get(session, Person, sample.ask(seen.by_number, issued.number).person_id)
        assert person is not None
        person.name = "Nama Baru"

    sample.do(rename)
    sample.do(venues.edit, name="Paroki Berganti Nama")
    sample.do(venues.decide, {"number_pattern": "{device}{year}{sequence}"})
    again = sample.do(certificates.reprint, issued.id)
    assert again.content == issued.print.content and again.copy == 1
    assert sample.do(certificates.reprint, issued.id).copy == 2
    assert sample.ask(seen.by_number, issued.number).copies == 2
    [found] = verify.contents(certificate.pdf([again]), sample.ask(seen.key_ring))
    assert found.state == verify.VALID and found.statement is not None and found.statement.copy == 1
    assert wording.COPY in wording.pages(again.content, again.copy)[0].own["copy"]


def test_a_void_one_is_void_everywhere(sample: Desk, course: str) -> None:
    [issued] = sample.do(certificates.issue, course, [the_sheet(sample, course).due[0].enrolment_id])
    with pytest.raises(Problem):
        sample.do(certificates.void, issued.id, "   ")
    assert sample.do(certificates.void, issued.id, "Nama salah") == issued.number
    row = sample.ask(seen.by_number, issued.number)
    assert (row.state, row.void_reason, row.voided_on) == (seen.VOID, "Nama salah", TODAY)
    for action, args in (
        (certificates.void, (issued.id, "lagi")),
        (certificates.reprint, (issued.id,)),
        (certificates.hand_over, ([issued.id],)),
    ):
        with pytest.raises(Problem):
            sample.do(action, *args)  # type: ignore[arg-type]
    pdf = certificate.pdf([issued.print])
    [found] = verify.contents(pdf, sample.ask(seen.key_ring))
    assert found.state == verify.VOID
    assert sample.ask(seen.first_prints, [issued.id]) == []


def test_a_handover_says_to_whom_and_can_be_undone(sample: Desk, course: str) -> None:
    issued = sample.do(certificates.issue, course)
    sample.do(certificates.hand_over, [one.id for one in issued[:2]])
    sample.do(certificates.hand_over, [issued[2].id], to=" Ibu  Sari ")
    assert sample.ask(seen.by_number, issued[0].number).given_to == issued[0].name
    assert sample.ask(seen.by_number, issued[2].number).given_to == "Ibu Sari"
    sample.undo()
    assert sample.ask(seen.by_number, issued[2].number).state == seen.WAITING


def test_letters_can_go_to_the_competent_too(sample: Desk, course: str) -> None:
    issued = sample.do(certificates.issue, course, letters=True)
    kinds = [one.kind for one in issued]
    sheet = the_sheet(sample, course)
    competent = sum(row.verdict.kind == "competence" for row in sheet.rows)
    assert kinds.count("competence") == competent
    assert kinds.count("completion") == len(sheet.due) + sum(
        row.verdict.kind in ("competence", "completion") for row in sheet.rows
    )


def test_nobody_signs_nobody_gets_one(sample: Desk, course: str) -> None:
    sample.do(venues.choose_signers, [])

    def no_instructor(session):  # type: ignore[no-untyped-def]
        """Change"""
        from venue_desk.store.records import Course

        found = get(session, Course, course)
        assert found is not None
        found.instructor = ""

    sample.do(no_instructor)
    before = len(sample.ask(seen.listed))
    with pytest.raises(Problem):
        sample.do(certificates.issue, course)
    assert len(sample.ask(seen.listed)) == before


def test_a_name_that_cannot_be_printed_stops_it_before_a_number_is_given(sample: Desk, course: str) -> None:
    row = the_sheet(sample, course).due[0]

    def rename(session):  # type: ignore[no-untyped-def]
        """Rename"""
        person = get(session, Person, row.person_id)
        assert person is not None
        person.name = "王小明"

    sample.do(rename)
    with pytest.raises(Problem):
        sample.do(certificates.issue, course)
    assert len(the_sheet(sample, course).due) > 5


# -- assessment


@pytest.fixture
def running(sample: Desk) -> assessed.Sheet:
    return the_sheet(sample, sample.ask(courses.by_code, "BOGA-12", TODAY).id)


def test_results_are_tries_and_the_third_is_the_last(sample: Desk, running: assessed.Sheet) -> None:
    row, unit = running.rows[0], running.units[-1]
    start = len(row.tries[-1])
    for _turn in range(start, 3):
        tries = sample.do(assessment.record, row.enrolment_id, unit.id, "BK", on=TODAY, assessor="Joko")
    assert len(tries) == 3
    with pytest.raises(Problem):
        sample.do(assessment.record, row.enrolment_id, unit.id, "K", on=TODAY)
    assert sample.do(assessment.correct, row.enrolment_id, unit.id, "K")[-1].result == "K"
    assert len(sample.do(assessment.correct, row.enrolment_id, unit.id, "")) == 2
    sample.undo()
    assert len(the_sheet(sample, running.course_id).rows[0].tries[-1]) == 3


def test_an_assessment_needs_the_course_s_own_people_units_and_days(
    sample: Desk, running: assessed.Sheet
) -> None:
    row, unit = running.rows[0], running.units[-1]
    for arguments, on in (
        (("0" * 32, unit.id, "K"), TODAY),
        ((row.enrolment_id, "0" * 32, "K"), TODAY),
        ((row.enrolment_id, unit.id, "C"), TODAY),
        ((row.enrolment_id, unit.id, "K"), date(2024, 1, 1)),
    ):
        with pytest.raises(Problem):
            sample.do(assessment.record, *arguments, on=on)


def test_a_running_course_gives_nothing_yet_and_says_why(sample: Desk, running: assessed.Sheet) -> None:
    assert running.due == ()
    assert all(row.verdict.reasons for row in running.rows)
    with pytest.raises(Problem):
        sample.do(certificates.issue, running.course_id)
