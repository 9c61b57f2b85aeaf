"""What is no spreadsheet, or means harm, is refused in words; the rest is read whatever wrote it."""

import os
import sys
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from venue_desk.domain.problem import Problem
from venue_desk.spreadsheets import files
from venue_desk.spreadsheets import people as lists

DATA = Path(__file__).parents[1] / "data/spreadsheets"


def refused(path: Path) -> Problem:
    with pytest.raises(Problem) as problem:
        lists.understand(path)
    return problem.value


def test_a_folder_a_missing_and_an_empty_file(tmp_path: Path) -> None:
    assert "folder" in refused(tmp_path).text
    assert "Tidak ada berkas" in refused(tmp_path / "hilang.xlsx").text
    (tmp_path / "kosong.csv").write_bytes(b" \r\n")
    assert "kosong" in refused(tmp_path / "kosong.csv").text


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="everything is readable to an administrator"
)
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    locked = tmp_path / "rahasia.csv"
    locked.write_text("nama\nSiti\n")
    locked.chmod(0)
    assert "tidak dapat dibaca" in refused(locked).text


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("gambar.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20),
        ("surat.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"),
        ("halaman.xls", b"<html><body><table><tr><td>nama</td></tr></table></body></html>"),
        ("halaman.csv", b"<!DOCTYPE html><table></table>"),
        ("program.csv", bytes(range(256)) * 50),
    ],
)
def test_other_files_with_the_name_of_a_spreadsheet(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    problem = refused(tmp_path / name)
    assert problem.text == f"“{name}” bukan lembar kerja."


def test_a_zip_of_something_else_and_a_cut_workbook(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "foto.xlsx", "w") as packed:
        packed.writestr("foto.jpg", b"x")
    assert "bukan lembar kerja" in refused(tmp_path / "foto.xlsx").text
    whole = (DATA / "synthetic__nik_numeric.xlsx").read_bytes()
    (tmp_path / "separuh.xlsx").write_bytes(whole[: len(whole) // 2])
    assert "rusak" in refused(tmp_path / "separuh.xlsx").text


def bomb(path: Path, size: int) -> None:
    """A workbook whose only sheet unpacks to ``size`` bytes of blanks."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("xl/workbook.xml", "<workbook/>")
        with packed.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(size // 2**20):
                sheet.write(b" " * 2**20)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb(tmp_path / "bom.xlsx", 64 * 2**20)
    assert "terlalu besar" in refused(tmp_path / "bom.xlsx").text


def test_a_zip_that_lies_about_its_size_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "bohong.xlsx"
    bomb(path, 64 * 2**20)
    data = path.read_bytes().replace((64 * 2**20).to_bytes(4, "little"), (1024).to_bytes(4, "little"))
    path.write_bytes(data)
    assert refused(path).text


def test_a_single_cell_at_the_far_end_does_not_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "jauh.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, "nama")
        sheet.write_string(1_048_575, 16_383, "Siti")
    assert "terlalu besar" in refused(path).text or "rusak" in refused(path).text


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    path = tmp_path / "entitas.xlsx"
    source = DATA / "synthetic__nik_numeric.xlsx"
    laughs = (
        '<!DOCTYPE x [<!ENTITY a "haha"><!ENTITY b "'
        + "&a;" * 50
        + '"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
    )
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w") as new:
        for part in old.namelist():
            text = old.read(part)
            if part.endswith("sharedStrings.xml"):
                head, _, rest = text.partition(b"?>")
                text = head + b"?>" + laughs.encode() + rest.replace(b"<t>", b"<t>&b;&c;", 1)
            new.writestr(part, text)
    try:
        cells = str(files.read(path))
    except Problem:
        return
    assert "haha" not in cells
    assert "root:" not in cells


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_any_encoding_and_separator(tmp_path: Path, encoding: str, sign: str) -> None:
    path = tmp_path / "daftar.csv"
    rows = [
        ["Nama", "NIK", "Alamat"],
        ["José", "3171003112880009", "Jl. Mawar 1"],
        ["Siti", "", "Jl. Melati, 2"],
    ]
    text = "\r\n".join(sign.join(f'"{cell}"' if "," in cell else cell for cell in row) for row in rows)
    path.write_bytes(text.encode(encoding))
    found = lists.understand(path)
    assert [(e.name, e.nik, e.address) for e in found.entries] == [
        ("José", "3171003112880009", "Jl. Mawar 1"),
        ("Siti", None, "Jl. Melati, 2"),
    ]


def test_a_quote_that_is_never_closed_does_not_swallow_the_list(tmp_path: Path) -> None:
    path = tmp_path / "kutip.csv"
    rows = "\n".join(f"{at},Orang Ke,0812000{at:05}" for at in range(4000))
    path.write_text('no,nama,hp\n1,"Siti,08120000001\n' + rows)
    assert len(lists.understand(path).entries) > 3000


def test_headings_repeated_on_each_page_and_column_numbers_are_no_people(tmp_path: Path) -> None:
    path = tmp_path / "cetak.csv"
    path.write_text(
        "DAFTAR HADIR;;\n;;\nNo;Nama;HP\n(1);(2);(3)\n1;Siti;0812345678\nNo;Nama;HP\n2;Budi;0812345679\n"
        ";;\n;Mengetahui,;\n;Koordinator;\n;Maria Wijaya;\n;NIP 19700101 199001 1 001;\n"
    )
    found = lists.understand(path)
    assert found.heading_lines == (3, 3)
    assert [e.name for e in found.entries] == ["Siti", "Budi"]
    assert [text for _line, text in found.skipped] == [
        "Mengetahui,",
        "Koordinator",
        "Maria Wijaya",
        "NIP 19700101 199001 1 001",
    ]


def test_a_list_without_headings_is_read_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "polos.csv"
    path.write_text(
        "1,Siti Aminah,3171004505900003,081234567890,P\n"
        "2,Budi Santoso,3171003112880004,081234567891,L\n"
        "3,Maria Wijaya,3171004101910007,081234567892,P\n"
    )
    found = lists.understand(path)
    assert found.heading_lines == (0, 0)
    assert {c.letter: (c.field, c.why) for c in found.columns if c.field} == {
        "B": ("name", "content"),
        "C": ("nik", "content"),
        "D": ("phone", "content"),
        "E": ("sex", "content"),
    }
    assert len(found.entries) == 3


def test_a_hidden_sheet_is_not_the_list(tmp_path: Path) -> None:
    path = tmp_path / "sembunyi.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        shown, hidden = book.add_worksheet("Daftar"), book.add_worksheet("Lama")
        for sheet, name in ((shown, "Siti"), (hidden, "Budi")):
            sheet.write_row(0, 0, ["Nama", "NIK", "Alamat"])
            sheet.write_string(1, 0, name)
        hidden.hide()
    found = lists.understand(path)
    assert (found.sheet, found.sheets, [e.name for e in found.entries]) == ("Daftar", ["Daftar"], ["Siti"])


def test_sexes_in_two_columns_and_an_address_in_four(tmp_path: Path) -> None:
    path = tmp_path / "formulir.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for at, name in enumerate(["NO", "NAMA", "", "", "ALAMAT", "RT/RW", "KELURAHAN", "KECAMATAN"]):
            sheet.write_string(0, at, name)
        sheet.merge_range(0, 2, 0, 3, "JENIS KELAMIN")
        sheet.write_row(1, 2, ["L", "P"])
        for at in (0, 1, 4, 5, 6, 7):
            sheet.merge_range(
                0, at, 1, at, ["NO", "NAMA", "", "", "ALAMAT", "RT/RW", "KELURAHAN", "KECAMATAN"][at]
            )
        sheet.write_row(2, 0, [1, "Siti", "", "√", "Jl. Mawar 1", "003/01", "Kalideres", "Kalideres"])
        sheet.write_row(3, 0, [2, "Budi", "v", "-", "Jl. Melati 2", "", "Duri Kosambi", "Cengkareng"])
    found = lists.understand(path)
    assert [(e.name, e.sex, e.address, e.area) for e in found.entries] == [
        ("Siti", "P", "Jl. Mawar 1 003/01", "Kalideres, Kalideres"),
        ("Budi", "L", "Jl. Melati 2", "Duri Kosambi, Cengkareng"),
    ]
    assert all(not e.doubts for e in found.entries)
