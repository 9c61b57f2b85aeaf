import re
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest

from venue_desk.documents import code, fonts, paper
from venue_desk.documents.saving import whole
from venue_desk.domain.certificates import writable
from venue_desk.domain.problem import Problem

HEAD = paper.Letterhead("Paroki Contoh", ("Jalan Kenanga Raya 12", "Telepon 021 5550 1234"), "Dewan Karya")


def a_report(rows: int) -> bytes:
    target = BytesIO()
    canvas = paper.sheet(target, title="Contoh")

    def turn() -> float:
        paper.footer(canvas, "Contoh")
        canvas.showPage()
        return paper.letterhead(canvas, HEAD)

    y = paper.letterhead(canvas, HEAD)
    columns = [paper.Column("No", 1, "right"), paper.Column("Nama", 6, font=fonts.SEMIBOLD)]
    lines = [(str(number), f"Peserta {number}") for number in range(1, rows + 1)]
    for last in paper.table(canvas, paper.MARGIN, y, 400, columns, lines, turn):
        y = last
    signed = [paper.Signatory("Koordinator", "Theresia Lestari", "19700101 199503 2 001")]
    paper.signatures(canvas, paper.MARGIN, y - 20, 400, signed, place_and_date="Jakarta, 22 November 2025")
    paper.footer(canvas, "Contoh")
    paper.finish(canvas)
    return target.getvalue()


def text_of(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_range() for page in document]


def test_the_four_cuts_are_four_fonts_and_nothing_else_is_in_the_file() -> None:
    pdf = a_report(3)
    assert fonts.check(pdf) == {fonts.REGULAR, fonts.SEMIBOLD, fonts.BOLD}
    assert b"Helvetica" not in pdf
    assert set(re.findall(rb"/BaseFont /[A-Z]{6}\+([\w-]+)", pdf)) == {
        name.encode() for name in (fonts.REGULAR, fonts.SEMIBOLD, fonts.BOLD)
    }


def test_a_font_that_is_not_embedded_is_found() -> None:
    from reportlab.pdfgen.canvas import Canvas

    target = BytesIO()
    canvas = Canvas(target)
    canvas.drawString(50, 50, "x")
    canvas.save()
    with pytest.raises(Problem):
        fonts.check(target.getvalue())


def test_a_long_table_goes_on_with_its_heading_and_pages_are_counted() -> None:
    pages = text_of(a_report(80))
    assert len(pages) >= 3
    for number, text in enumerate(pages, 1):
        assert "Nama" in text and "PAROKI CONTOH" in text
        assert re.search(rf"Halaman {number} dari\s+{len(pages)}", text)
    assert "Peserta 80" in "".join(pages)


def test_no_page_is_added_at_the_end() -> None:
    assert len(text_of(a_report(1))) == 1


def test_all_that_a_certificate_accepts_can_be_printed() -> None:
    accepted = []
    for point in range(0x20, 0x3000):
        with suppress(Problem):
            accepted.append(writable(chr(point)))
    assert len(accepted) > 700
    assert fonts.missing("".join(accepted)) == []


def test_letters_without_a_glyph_are_replaced_or_named_never_boxes() -> None:
    assert fonts.printable("＿ＡＢＣ a\u200bb\u2011c\u3000d") == "_ABC ab-c d"
    assert fonts.printable("Kedai 🌸 Sari") == "Kedai  Sari"
    with pytest.raises(Problem) as caught:
        fonts.printable("王小明")
    assert "王" in caught.value.text
    with pytest.raises(Problem):
        fonts.printable("Sari 🌸", strict=True)


def test_text_shrinks_then_wraps_and_loses_nothing() -> None:
    name = "Muhammad Raden Kusumawardhana Setyaningrat Prawirodirdjo"
    assert fonts.fit("Siti", fonts.BOLD, 30, 400, 19) == (30, ["Siti"])
    size, lines = fonts.fit(name, fonts.BOLD, 30, 640, 19)
    assert 19 <= size < 30 and lines == [name]
    size, lines = fonts.fit(f"{name} {name}", fonts.BOLD, 30, 640, 19)
    assert size >= 19 and len(lines) > 1 and " ".join(lines) == f"{name} {name}"
    assert all(fonts.width(line, fonts.BOLD, size) <= 640 for line in lines)
    assert "".join(fonts.wrap("x" * 300, fonts.REGULAR, 10, 100)) == "x" * 300


def test_a_cut_line_says_so() -> None:
    target = BytesIO()
    canvas = paper.sheet(target)
    paper.text(canvas, 50, 50, "Nama yang sangat panjang sekali", room=40)
    paper.finish(canvas)
    assert "…" in text_of(target.getvalue())[0]


def test_figures_line_up() -> None:
    for font in fonts.NAMES:
        assert len({fonts.width(digit, font, 10) for digit in "0123456789"}) == 1


def test_a_logo_that_is_no_picture_is_a_problem() -> None:
    canvas = paper.sheet(BytesIO())
    with pytest.raises(Problem):
        paper.letterhead(canvas, paper.Letterhead("X", logo=b"no picture"))


def test_a_qr_on_paper_is_read_from_the_paper() -> None:
    import zxingcpp

    target = BytesIO()
    canvas = paper.sheet(target)
    code.draw(canvas, "https://contoh.example/kartu/7QK2", 100, 500, 80)
    paper.finish(canvas)
    with pypdfium2.PdfDocument(target.getvalue()) as document:
        image = document[0].render(scale=2).to_pil()
    assert [one.text for one in zxingcpp.read_barcodes(image)] == ["https://contoh.example/kartu/7QK2"]


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "a.pdf"
    target.write_bytes(b"before")
    with pytest.raises(TypeError), whole(target) as file:
        file.write(b"half" + 1)  # type: ignore[operator]
    assert target.read_bytes() == b"before" and len(list(tmp_path.iterdir())) == 1
    with whole(target) as file:
        file.write(b"after")
    assert target.read_bytes() == b"after" and len(list(tmp_path.iterdir())) == 1
    with pytest.raises(Problem), whole(tmp_path / "nowhere" / "a.pdf"):
        pass
