"""Certificates in the agency's words: they fit the page, print letter by letter, and are signed as they stand."""

from dataclasses import replace

import pypdfium2
import pytest

from documents.test_certificate import CHANGES, LONG, a_print, judged
from domain.test_certificates import DAY, a_content
from venue_desk.documents import certificate, verify
from venue_desk.documents.layout import QR_LEFT, QR_SIDE
from venue_desk.domain import templates
from venue_desk.domain.certificates import COMPETENCE, COMPLETION, Content, content
from venue_desk.domain.seal import Print
from venue_desk.domain.templates import ROLES
from venue_desk.domain.venue import MOST_LINES

OWN = {
    COMPETENCE: {
        "title": "SERTIFIKAT PELATIHAN", "title.en": "Certificate of Training",
        "course": "lulus pelatihan {programme} angkatan {batch} di {venue}, {hours} JP, {period}",
        "course.en": "has passed the training {programme}, batch {batch}, at {venue}, {hours} hours, {period}",
    },
    COMPLETION: {
        "body": "telah mengikuti pelatihan {programme} {period}, {hours} JP, dengan hadir:",
        "body.en": "has attended the training {programme} {period}, {hours} hours:",
        "closing": "Surat ini sah tanpa tanda tangan basah.", "closing.en": "This letter is valid without ink.",
    },
}  # fmt: skip
STRANGE = "{{hours}} {0.__class__} {hours!r} {hours:9} <img src=x> &amp; %s \\n {name}"


def own(kind: str, texts: dict[str, str] | None = None, **changes: object) -> Content:
    said = a_content(kind=kind, **changes)
    kept = templates.checked(kind, OWN[kind] if texts is None else texts)
    return replace(said, texts=templates.filled(kept, said))


def words(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return " ".join(document[0].get_textpage().get_text_range().split())


@pytest.mark.parametrize("kind", ROLES)
def test_the_agency_s_words_are_printed_and_signed(kind: str) -> None:
    said = own(kind)
    pdf = certificate.pdf([a_print(said)])
    found = judged(pdf)
    assert (found.state, found.compared) == (verify.VALID, True), found.reasons
    printed = words(pdf)
    assert "64 JP" in printed and "dari 10 November 2025 sampai 21 November 2025" in printed
    assert "from 10 November 2025 to 21 November 2025" in printed
    assert ("Certificate of Training" in printed) is (kind == COMPETENCE)
    assert ("sah tanpa tanda tangan" in printed) is (kind == COMPLETION)
    # The agency's words exchanged for ours, or for others, are another paper.
    genuine = a_print(said)
    for texts in ({}, {**said.texts, "title": "SERTIFIKAT PALSU"}):
        assert (
            judged(certificate.pdf([Print(replace(said, texts=texts), genuine.token)])).state
            == verify.ALTERED
        )


@pytest.mark.parametrize("what", CHANGES)
def test_a_doctored_one_is_found(what: str) -> None:
    genuine = a_print(own(COMPETENCE), copy=1 if what == "copy removed" else 0)
    changed = CHANGES[what](genuine.content)
    if what == "hours":
        changed = replace(changed, texts={r: t.replace("64", "640") for r, t in changed.texts.items()})
    found = judged(certificate.pdf([Print(changed, genuine.token)]))
    assert found.state == verify.ALTERED and found.compared
    assert ("Jam pelajaran" in " ".join(found.reasons)) is (what == "hours"), found.reasons


@pytest.mark.parametrize("kind", ROLES)
def test_everything_but_the_places_is_printed_letter_by_letter(kind: str) -> None:
    texts: dict[str, str] = {"title": STRANGE[:40], "title.en": STRANGE[:40]}
    sentence = templates._SIGNED[kind]
    texts |= {sentence: f"{STRANGE} {{hours}} {{period}}", f"{sentence}.en": STRANGE}
    pdf = certificate.pdf([a_print(own(kind, texts))])
    assert judged(pdf).state == verify.VALID
    printed = words(pdf)
    filled = STRANGE.replace("{hours}", "64")
    assert filled in printed and f"{filled} 64 dari" in printed


def test_a_name_with_braces_stays_a_name() -> None:
    said = own(COMPETENCE, programme_id="{venue} {hours}", venue="{period}")
    assert "{venue} {hours} angkatan 12 di {period}, 64 JP" in said.texts["course"]


LETTERS = {
    "usual": "Pelatihan kerja berbasis kompetensi ",
    "wide": "W",
    "words": "MMMMM WWWW ",
    "one word": "m",
}


def longest(kind: str, letters: str) -> dict[str, str]:
    texts: dict[str, str] = {}
    for role, most in ROLES[kind].items():
        places = "{hours} {period} {programme} {batch} {venue} " if role == templates._SIGNED[kind] else ""
        text = (places + letters * most)[:most].strip()
        texts |= {role: text, f"{role}.en": text}
    return texts


@pytest.mark.parametrize("size", ["A4", "F4"])
@pytest.mark.parametrize("letters", LETTERS)
@pytest.mark.parametrize("kind", ROLES)
@pytest.mark.parametrize("long", [False, True])
def test_the_longest_text_fits_the_page(kind: str, letters: str, size: str, long: bool) -> None:
    given: dict[str, object] = {"above": ("Pemerintah Provinsi", "Dinas Tenaga Kerja"), "name": LONG}
    if long:
        given |= {"programme_id": "Pelatihan barista dasar " * 8, "venue": "Paroki Contoh " * 10}
    fits(own(kind, longest(kind, LETTERS[letters]), **given), size, clear=not long)


@pytest.mark.parametrize("size", ["A4", "F4"])
@pytest.mark.parametrize("lines", range(MOST_LINES + 1))
@pytest.mark.parametrize("kind", ROLES)
def test_a_letterhead_of_any_height_leaves_room_for_the_rest(kind: str, lines: int, size: str) -> None:
    above = ("Pemerintah Provinsi Daerah Khusus Jakarta", "Dinas Tenaga Kerja", "Pusat Pelatihan", "Unit")[
        :lines
    ]
    fits(a_content(kind=kind, above=above), size)
    fits(own(kind, longest(kind, LETTERS["usual"]), above=above), size)


def fits(said: Content, size: str, *, clear: bool = True) -> None:
    """The first page is valid, leaves nothing outside, and, where ``clear``, no line lies on another or on the QR."""
    pdf = certificate.pdf([a_print(said, 3)], size=size)
    assert judged(pdf).state == verify.VALID
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        width, height = page.get_size()
        reader = page.get_textpage()
        boxes = [reader.get_rect(at) for at in range(reader.count_rects())]
    for left, bottom, right, top in boxes:
        assert 20 < left < right < width - 20 and 20 < bottom < top < height - 20
    if clear:
        if said.kind == COMPETENCE:
            boxes.append((QR_LEFT, 76, QR_LEFT + QR_SIDE, 76 + QR_SIDE))
        over = [(one, other) for one in boxes for other in boxes if one is not other and _overlap(one, other)]
        assert not over, over


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    tall = min(one[3], other[3]) - max(one[1], other[1])
    return wide > 1 and tall > 1.5


def test_contents_without_them_are_kept_and_printed_as_before() -> None:
    for said in (a_content(), a_content(kind=COMPLETION)):
        assert "texts" not in said.kept() and content(said.kept()) == said
    with_words = own(COMPLETION)
    assert content(with_words.kept()) == with_words


def test_a_day_s_course_and_one_without_english_or_batch() -> None:
    said = own(COMPETENCE, starts_on=DAY, ends_on=DAY, programme_en="", batch="")
    assert said.texts["course"].endswith("64 JP, pada 22 November 2025")
    assert "training Tata Boga, batch , at" in said.texts["course.en"]
