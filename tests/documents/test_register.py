import re
from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import IO

import pypdfium2
import pytest
import zxingcpp

from actions.test_courses import TODAY, a_course
from actions.test_enrolments import people
from venue_desk.actions import enrolments
from venue_desk.documents import card, fonts, paper, recap, register, saving
from venue_desk.documents.card import Card
from venue_desk.domain import cards
from venue_desk.domain.problem import Problem
from venue_desk.queries import attendance, courses
from venue_desk.queries.attendance import Register
from venue_desk.store.desk import Desk


def written(draw: Callable[[IO[bytes]], Iterator[object]]) -> list[str]:
    """The text of each page; the fonts are checked on the way."""
    target = BytesIO()
    for _done in draw(target):
        pass
    fonts.check(target.getvalue())
    with pypdfium2.PdfDocument(target.getvalue()) as document:
        return [page.get_textpage().get_text_range() for page in document]


def the_register(sample: Desk, code: str = "BOGA-12") -> Register:
    return sample.ask(attendance.register, sample.ask(courses.by_code, code, TODAY).id, TODAY)


@pytest.mark.parametrize("size", [paper.A4, paper.F4])
def test_a_sheet_a_day_with_names_in_capitals_and_numbered_boxes(
    sample: Desk, size: tuple[float, float]
) -> None:
    given = the_register(sample)
    pages = written(lambda file: register.signing(file, given, blank=4, size=size))
    assert len(pages) == 8
    first = pages[0]
    for words in ("PAROKI CONTOH", "DAFTAR HADIR", "Jumat, 14 November 2025", "Tata Boga", "Aula Samara",
                  "MARIA GORETTI", "Instruktur", "Yulia Setyaningsih", "Margaretha Yuniarti"):  # fmt: skip
        assert words in first, words
    # Its number in the list and in both boxes; the blank rows go on after the list's 18, also where one came later.
    assert first.split().count("22") == 3
    assert "23" not in first.split()


def test_days_can_be_chosen(sample: Desk) -> None:
    given = the_register(sample)
    [page] = written(lambda file: register.signing(file, given, days=[date(2025, 11, 22)]))
    assert "Sabtu, 22 November 2025" in page


def test_a_large_class_turns_the_page_and_signs_once(desk: Desk) -> None:
    course_id = a_course(desk, capacity=0, ends_on=date(2025, 11, 17))
    desk.do(enrolments.enrol, course_id, people(desk, *(f"Peserta Nomor {n}" for n in range(1, 62))))
    given = desk.ask(attendance.register, course_id, TODAY)
    pages = written(lambda file: register.signing(file, given))
    assert len(pages) > 1
    for number in range(1, 62):
        there = [re.search(rf"PESERTA NOMOR {number}\b", page) is not None for page in pages]
        assert there.count(True) == 1, number
    assert [("Instruktur" in page) for page in pages] == [False] * (len(pages) - 1) + [True]
    assert all("DAFTAR HADIR" in page for page in pages)


def test_a_course_without_people_or_lessons_still_prints(desk: Desk) -> None:
    given = desk.ask(attendance.register, a_course(desk, ends_on=date(2025, 11, 17)), TODAY)
    assert "DAFTAR HADIR" in written(lambda file: register.signing(file, given))[0]
    assert written(lambda file: register.signing(file, given, days=[date(2020, 1, 1)]))
    assert written(lambda file: recap.draw(file, given))
    assert written(lambda file: card.draw(file, [], "Paroki Uji"))


def test_the_recapitulation_has_letters_and_percentages(sample: Desk) -> None:
    given = the_register(sample)
    [page] = written(lambda file: recap.draw(file, given))
    joko = next(row for row in given.grid.rows if row.name == "Joko")
    assert joko.presence.share is not None
    assert "JOKO" in page and f"{joko.presence.share:.0%}"[:-1] in page and "H = hadir" in page


def test_cards_carry_a_code_that_leads_back_to_their_person() -> None:
    ids = [f"{n:02x}" * 16 for n in range(1, 13)]
    given = [
        Card(f"Maria Goretti Nomor {n}", n, cards.code(one), "Tata Boga") for n, one in enumerate(ids, 1)
    ]
    target = BytesIO()
    assert list(card.draw(target, given, "Paroki Contoh"))[-1] == (12, 12)
    with pypdfium2.PdfDocument(target.getvalue()) as document:
        assert len(document) == 2
        read = [
            found.text for page in document for found in zxingcpp.read_barcodes(page.render(scale=2).to_pil())
        ]
    assert sorted(read) == sorted(cards.code(one) for one in ids)


def test_markup_in_a_name_is_printed_as_it_is() -> None:
    name = "<b>{0.__class__}</b>"
    [page] = written(lambda file: card.draw(file, [Card(name, 1, "X-1", "{{kelas}}")], "Uji"))
    assert "{0.__class__}" in page.replace("\r\n", "") and "{{kelas}}" in page


def test_a_file_is_there_whole_or_not_at_all(sample: Desk, tmp_path: Path) -> None:
    given = the_register(sample)
    target = tmp_path / "daftar.pdf"
    job = saving.saved(target, lambda file: register.signing(file, given))
    next(job)
    del job
    assert list(tmp_path.glob("*.pdf")) == list(tmp_path.glob(".*pdf*")) == []
    for _done in saving.saved(target, lambda file: register.signing(file, given)):
        pass
    assert target.stat().st_size > 10_000
    with pytest.raises(Problem):
        list(saving.saved(tmp_path / "no" / "x.pdf", lambda file: register.signing(file, given)))
