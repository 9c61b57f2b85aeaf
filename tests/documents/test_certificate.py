import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pypdfium2
import pytest
import zxingcpp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.test_certificates import DAY, VENUE, a_content
from venue_desk.documents import certificate, fonts, verify
from venue_desk.documents.verify import ALTERED, UNKNOWN, VALID, VOID, Finding
from venue_desk.domain import seal, wording
from venue_desk.domain.certificates import COMPLETION, Content, UnitLine
from venue_desk.domain.problem import Problem
from venue_desk.domain.seal import Key, KeyRing, Print, signed_bytes, statement, token

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = PRIVATE.public_key().public_bytes_raw()
KEY = seal.key_id(PUBLIC)
RING = KeyRing({KEY: Key(PUBLIC, "Paroki Contoh", VENUE)})


def a_print(content: Content | None = None, copy: int = 0, private: Ed25519PrivateKey = PRIVATE) -> Print:
    said = content or a_content()
    key = seal.key_id(private.public_key().public_bytes_raw())
    sealed = statement(said, wording.print_of(said, copy), copy)
    return Print(said, token(key, sealed, private.sign(signed_bytes(key, sealed))), copy)


def judged(data: bytes, ring: KeyRing = RING) -> Finding:
    [found] = verify.contents(data, ring)
    return found


def png(pdf: bytes, scale: float = 2.0, kind: str = "PNG") -> bytes:
    with pypdfium2.PdfDocument(pdf) as document:
        image = document[0].render(scale=scale).to_pil()
    target = BytesIO()
    image.convert("RGB").save(target, kind)
    return target.getvalue()


LONG = "Muhammad Raden Kusumawardhana Setyaningrat Prawirodirdjo bin Suryaningrat van den Berg"
MANY = tuple(
    UnitLine(f"PAR.TG01.{n:03d}.01", f"Menyiapkan hidangan {n}", f"Prepare dish {n}", 4, "K")
    for n in range(31)
)


@pytest.mark.parametrize(
    "content",
    [
        a_content(),
        a_content(
            name="Joko", born=None, birthplace="", registration="", form="", signers=a_content().signers[:1]
        ),
        a_content(name=LONG),
        a_content(name="{{name}} <b>x</b> {0.__class__} <img src='http://x.example/a.png'>"),
        a_content(name="Žofia Ğül D’Açai–Ñuñez"),
        a_content(units=MANY),
        a_content(units=()),
        a_content(above=(), address=""),
        a_content(kind=COMPLETION, number="0013/SKET-A/JB/TBG/XI/2025"),
        a_content(kind=COMPLETION, name=LONG, programme_en="", starts_on=DAY, ends_on=DAY),
    ],
)
@pytest.mark.parametrize("size", ["A4", "F4"])
def test_what_is_drawn_is_what_was_signed(content: Content, size: str) -> None:
    for copy in (0, 3):
        pdf = certificate.pdf([a_print(content, copy)], size=size)
        found = judged(pdf)
        assert (found.state, found.compared) == (VALID, True), found.reasons
        assert found.statement is not None and found.statement.name == content.name
        assert fonts.check(pdf) <= set(fonts.NAMES)
        assert b"Helvetica" not in pdf and b"/URI" not in pdf


def test_a_certificate_has_two_pages_and_prints_fields_letter_by_letter() -> None:
    pdf = certificate.pdf([a_print(a_content(name="{{x}} <img src=y>"))])
    with pypdfium2.PdfDocument(pdf) as document:
        texts = [page.get_textpage().get_text_range() for page in document]
    assert len(texts) == 2
    assert "{{x}} <img src=y>" in texts[0]
    assert "PAR.TG01.001.01" in texts[1] and re.search(r"\b14\b", texts[1])  # the sum of 8 and 6


def test_nothing_leaves_the_page_and_the_qr_is_clear_of_ornament() -> None:
    pdf = certificate.pdf([a_print(a_content(name=LONG))])
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            width, height = page.get_size()
            reader = page.get_textpage()
            for place in range(reader.count_rects()):
                left, bottom, right, top = reader.get_rect(place)
                assert 20 < left < right < width - 20 and 20 < bottom < top < height - 20
        [found] = zxingcpp.read_barcodes(document[0].render(scale=1.2).to_pil())
        assert found.text == a_print(a_content(name=LONG)).token


def test_many_are_drawn_one_after_the_other_into_one_file_with_each_font_once() -> None:
    prints = [a_print(a_content(name=f"Peserta {n}", number=f"{n}/A/2025")) for n in range(12)]
    target = BytesIO()
    assert list(certificate.draw(prints, target)) == list(range(1, 13))
    pdf = target.getvalue()
    assert len(re.findall(rb"/FontFile2", pdf)) == 4
    found = list(verify.contents(pdf, RING))
    assert [one.state for one in found] == [VALID] * 12
    assert [one.page for one in found] == list(range(1, 25, 2))


def test_a_reprint_is_marked_and_signed_as_a_copy() -> None:
    pdf = certificate.pdf([a_print(copy=2)])
    with pypdfium2.PdfDocument(pdf) as document:
        assert all("SALINAN / COPY 2" in page.get_textpage().get_text_range() for page in document)
    found = judged(pdf)
    assert found.state == VALID and found.statement is not None and found.statement.copy == 2


# -- verifying


def test_a_picture_and_a_photo_show_what_was_signed_for_comparing_by_eye() -> None:
    pdf = certificate.pdf([a_print()])
    for data in (png(pdf), png(pdf, 1.5, "JPEG")):
        found = judged(data)
        assert (found.state, found.compared) == (VALID, False)
        assert found.statement is not None and found.statement.number == a_content().number


def test_the_text_of_the_code_alone() -> None:
    assert verify.text(a_print().token, RING).state == VALID
    [found] = verify.anything(f" {a_print().token} ", RING)
    assert found.state == VALID


def test_another_key_is_unknown_and_a_key_of_the_same_name_is_a_forgery() -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    forged = a_print(private=other)
    assert verify.text(forged.token, RING).state == UNKNOWN
    assert judged(certificate.pdf([forged])).state == UNKNOWN
    version, _key, content, signature = forged.token.split(".")
    assert verify.text(f"{version}.{KEY}.{content}.{signature}", RING).state == ALTERED
    assert verify.text(a_print().token, KeyRing()).state == UNKNOWN
    for found in (verify.text(forged.token, RING), verify.text(a_print().token, KeyRing())):
        assert found.statement is not None and not found.proven
    assert verify.text(a_print().token, RING).proven


def test_there_is_no_other_algorithm() -> None:
    _version, rest = a_print().token.split(".", 1)
    for version in ("VD2", "none", "VD1.HS256", "vd1", ""):
        assert verify.text(f"{version}.{rest}", RING).state in (UNKNOWN, ALTERED)


def test_every_flipped_bit_of_content_and_signature_is_found() -> None:
    import base64

    version, key, *coded = a_print().token.split(".")
    for part in (0, 1):
        raw = base64.b32decode(coded[part] + "=" * (-len(coded[part]) % 8))
        for bit in range(0, len(raw) * 8, 7):
            changed = bytearray(raw)
            changed[bit // 8] ^= 1 << bit % 8
            parts = list(coded)
            parts[part] = base64.b32encode(bytes(changed)).decode().rstrip("=")
            found = verify.text(f"{version}.{key}.{parts[0]}.{parts[1]}", RING)
            assert found.state == ALTERED


def test_a_void_number_is_void_until_the_venue_says_otherwise() -> None:
    ring = replace(RING, void={(VENUE, a_content().number): DAY})
    found = judged(certificate.pdf([a_print()]), ring)
    assert found.state == VOID and "Paroki Contoh" in found.reasons[0]
    assert "22 November 2025" in found.reasons[0]
    # Another venue's number, also of one with the same name: nobody voids what another's key signed.
    for owner in ("b" * 32, "Paroki Contoh"):
        elsewhere = replace(RING, void={(owner, a_content().number): DAY})
        assert judged(certificate.pdf([a_print()]), elsewhere).state == VALID


def test_a_venue_that_changed_its_name_can_void_its_older_certificates() -> None:
    ring = KeyRing({KEY: Key(PUBLIC, "Paroki Baru", VENUE)})
    found = verify.text(a_print().token, ring)
    assert (
        found.state == VALID and "“Paroki Contoh”" in found.reasons[1] and "Paroki Baru" in found.reasons[1]
    )
    voided = replace(ring, void={(VENUE, a_content().number): None})
    assert verify.text(a_print().token, voided).state == VOID


def test_a_copy_of_another_computer_is_void_with_its_number() -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    public = other.public_key().public_bytes_raw()
    keys = {**RING.keys, seal.key_id(public): Key(public, "Paroki Contoh", VENUE)}
    copy = a_print(copy=1, private=other)
    assert verify.text(copy.token, KeyRing(keys)).state == VALID
    assert verify.text(copy.token, KeyRing(keys, {(VENUE, a_content().number): DAY})).state == VOID


def test_a_withdrawn_key_proves_nothing() -> None:
    ring = KeyRing({KEY: Key(PUBLIC, "Paroki Contoh", VENUE, DAY)})
    assert verify.text(a_print().token, ring).state == UNKNOWN


CHANGES: dict[str, Callable[[Content], Content]] = {
    "name": lambda c: replace(c, name="Joko Prasetyo"),
    "one letter of the name": lambda c: replace(c, name=c.name.replace("Goretti", "Gorettl")),
    "birth": lambda c: replace(c, birthplace="Bandung"),
    "number": lambda c: replace(c, number=c.number.replace("0012", "0021")),
    "programme": lambda c: replace(c, programme_id="Las", programme_en="Welding"),
    "hours": lambda c: replace(c, hours=640),
    "result": lambda c: replace(c, units=tuple(replace(u, result="K") for u in c.units)),
    "unit": lambda c: replace(c, units=(*c.units[:1], replace(c.units[1], title_id="Mengelas pipa"))),
    "signatory": lambda c: replace(c, signers=(replace(c.signers[0], name="Orang Lain"), *c.signers[1:])),
    "venue": lambda c: replace(c, venue="Balai Besar"),
    "day": lambda c: replace(c, issued_on=DAY.replace(day=23)),
    "copy removed": lambda c: c,
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_doctored_pdf_is_found(what: str) -> None:
    """Somebody redraws the page with a genuine code and other words."""
    genuine = a_print(copy=1 if what == "copy removed" else 0)
    doctored = Print(CHANGES[what](genuine.content), genuine.token)
    found = judged(certificate.pdf([doctored]))
    assert found.state == ALTERED and found.compared
    assert found.statement is not None and found.statement.name == genuine.content.name


def laid_over(pdf: bytes, draw: Callable[..., object]) -> bytes:
    """The PDF with something drawn over its first page by another program."""
    from reportlab.pdfgen.canvas import Canvas

    target = BytesIO()
    canvas = Canvas(target, pagesize=(842, 595))
    draw(canvas)
    canvas.save()
    with pypdfium2.PdfDocument(pdf) as document, pypdfium2.PdfDocument(target.getvalue()) as over:
        xobject = over.page_as_xobject(0, document)
        page = document[0]
        page.insert_obj(xobject.as_pageobject())
        page.gen_content()
        saved = BytesIO()
        document.save(saved)
        return saved.getvalue()


def test_words_or_pictures_laid_over_the_page_are_found() -> None:
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    pdf = certificate.pdf([a_print()])
    with_words = laid_over(pdf, lambda canvas: canvas.drawString(400, 330, "Dengan Pujian"))
    assert judged(with_words).state == ALTERED
    for covered in (
        laid_over(
            pdf, lambda canvas: (canvas.setFillGray(1), canvas.rect(200, 330, 400, 40, stroke=0, fill=1))
        ),
        laid_over(pdf, lambda canvas: (canvas.setLineWidth(30), canvas.line(200, 350, 600, 350))),
    ):
        assert judged(covered).state == ALTERED
    picture = ImageReader(Image.new("RGB", (20, 10), "white"))
    with_picture = laid_over(pdf, lambda canvas: canvas.drawImage(picture, 300, 300, 200, 40))
    assert judged(with_picture).state == ALTERED


def test_the_logo_may_stand_in_its_place_and_nothing_else_there_or_elsewhere() -> None:
    from PIL import Image

    logo = BytesIO()
    Image.new("RGB", (90, 60), "teal").save(logo, "PNG")
    for content in (a_content(), a_content(kind=COMPLETION)):
        found = judged(certificate.pdf([a_print(content)], logo=logo.getvalue()))
        assert (found.state, found.compared) == (VALID, True), found.reasons


def test_a_missing_page_is_found() -> None:
    with pypdfium2.PdfDocument(certificate.pdf([a_print()])) as document:
        document.del_page(1)
        saved = BytesIO()
        document.save(saved)
    found = judged(saved.getvalue())
    assert found.state == ALTERED


def test_a_pdf_saved_again_by_another_program_stays_valid() -> None:
    with pypdfium2.PdfDocument(certificate.pdf([a_print()])) as document:
        saved = BytesIO()
        document.save(saved)
    assert judged(saved.getvalue()).state == VALID


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"   ",
        b"not a pdf",
        b"%PDF-1.4 nothing",
        b"\x89PNG\r\n\x1a\n broken",
        b"\xff\xd8\xff broken",
        b"PK\x03\x04",
    ],
)
def test_what_is_no_certificate_is_a_clear_problem(data: bytes) -> None:
    with pytest.raises(Problem) as caught:
        list(verify.contents(data, RING))
    assert caught.value.text and caught.value.hint


def test_a_file_without_a_code_is_unknown() -> None:
    from venue_desk.documents import paper

    target = BytesIO()
    canvas = paper.sheet(target)
    paper.text(canvas, 50, 50, "Surat biasa")
    paper.finish(canvas)
    assert judged(target.getvalue()).state == UNKNOWN
    assert judged(png(target.getvalue())).state == UNKNOWN
