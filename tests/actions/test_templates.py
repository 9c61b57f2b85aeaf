"""Certificates of a course in the agency's words, frozen on the day of issue."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from references import said
from venue_desk.actions import certificates
from venue_desk.documents import certificate, verify
from venue_desk.domain import wording
from venue_desk.domain.certificates import COMPETENCE, COMPLETION
from venue_desk.queries import assessment, catalogue, courses
from venue_desk.queries import certificates as seen
from venue_desk.store.desk import Desk
from venue_desk.store.records import Course, get

TODAY = date(2025, 11, 22)


def a_title(words: str) -> dict[str, str]:
    return {"title": words, "title.en": f"{words} EN"}


def a_template(words: str, kind: str = COMPETENCE, *, usual: bool = False) -> dict[str, Any]:
    return {"kind": kind, "usual": usual, "texts": a_title(words)}


@pytest.fixture
def course(sample: Desk) -> str:
    """A closed course of which nobody has a certificate."""
    row = sample.ask(courses.by_code, "RIAS-9", TODAY)
    for one in sample.ask(seen.listed, course_id=row.id):
        if one.voided_on is None:
            sample.do(certificates.void, one.id, "uji")
    return row.id


def follow(desk: Desk, course_id: str, code: str, title: str = "Tata Rias") -> None:
    def write(session: Session) -> None:
        """Change"""
        found = get(session, Course, course_id)
        assert found is not None
        found.programme, found.title = code, title

    desk.do(write)


def titles(desk: Desk, course_id: str) -> dict[str, str]:
    """By kind, what stands on the first page of what is issued now."""
    issued = desk.do(certificates.issue, course_id, letters=True)
    return {one.kind: wording.pages(one.print.content)[0].shared["title"] for one in issued}


def test_without_templates_they_say_what_ours_say(sample: Desk, course: str) -> None:
    [one] = sample.do(certificates.issue, course, [sample.ask(assessment.sheet, course).due[0].enrolment_id])
    assert one.print.content.texts == {}


def test_the_programme_s_template_goes_before_the_usual_one_of_its_kind(sample: Desk, course: str) -> None:
    said(sample, "programme", ("R", {"id": "Rias Pengantin", "trade": "RIAS", "template": "Mitra"}))
    said(
        sample, "template", ("Biasa", a_template("USUAL", usual=True)), ("Mitra", a_template("MITRA")),
        ("Surat", a_template("SURAT", COMPLETION, usual=True)), ("Lain", a_template("LAIN", COMPLETION)),
        ("Rusak", {"kind": COMPETENCE, "usual": True, "texts": {"name": "x"}}),
    )  # fmt: skip
    follow(sample, course, "R")
    assert titles(sample, course) == {COMPETENCE: "MITRA", COMPLETION: "SURAT"}


def test_a_course_of_no_programme_has_the_usual_ones(sample: Desk, course: str) -> None:
    said(sample, "template", ("Biasa", a_template("USUAL", usual=True)), ("Mitra", a_template("MITRA")))
    found = titles(sample, course)
    assert found[COMPETENCE] == "USUAL" and found[COMPLETION].startswith("SURAT KETERANGAN")


def test_a_reprint_is_the_same_whatever_the_agency_wrote_since(sample: Desk, course: str) -> None:
    said(sample, "template", ("Biasa", a_template("USUAL", usual=True)))
    [one] = sample.do(certificates.issue, course, [sample.ask(assessment.sheet, course).due[0].enrolment_id])
    said(sample, "template", ("Biasa", a_template("NEW WORDS", usual=True)))
    for printed in (sample.do(certificates.reprint, one.id), *sample.ask(seen.first_prints, [one.id])):
        assert printed.content == one.print.content
        assert printed.content.texts == a_title("USUAL")
        [found] = verify.contents(certificate.pdf([printed]), sample.ask(seen.key_ring))
        assert (found.state, found.compared) == (verify.VALID, True)


def test_the_english_of_a_programme_s_name_is_on_the_certificate(sample: Desk, course: str) -> None:
    said(sample, "programme", ("R", {"id": "Rias Pengantin", "en": "Bridal make-up", "trade": "RIAS"}))

    def english(title: str) -> str:
        follow(sample, course, "R", title)
        return sample.ask(lambda session: catalogue.english(session, get(session, Course, course)))  # type: ignore[arg-type]

    assert english("Rias Pengantin") == "Bridal make-up"
    assert english("Tata Rias") == "Make-up"
    assert english("Nama sendiri") == ""
