"""Every list in tests/data/spreadsheets is understood exactly so (see MANIFEST.md there for where they come from)."""

from datetime import date
from pathlib import Path

import pytest

from venue_desk.domain.people import BothWays, Entry
from venue_desk.domain.problem import Problem
from venue_desk.spreadsheets import files
from venue_desk.spreadsheets import people as lists
from venue_desk.spreadsheets.people import Understood

DATA = Path(__file__).parents[1] / "data/spreadsheets"


def understood(name: str, **options: object) -> Understood:
    return lists.understand(DATA / name, **options)  # type: ignore[arg-type]


def fields(found: Understood) -> dict[str, str]:
    return {column.letter: column.field for column in found.columns if column.field}


def codes(entry: Entry) -> list[str]:
    return [doubt.code for doubt in entry.doubts]


def test_the_messy_list_of_participants() -> None:
    found = understood("synthetic__daftar_peserta_kacau.xlsx")
    assert found.sheet == "ABSEN TATA BOGA "
    assert found.heading_lines == (5, 6)
    assert [column.heading for column in found.columns] == [
        "NO",
        "NAMA LENGKAP (sesuai KTP)",
        "N I K",
        "TEMPAT, TGL LAHIR",
        "L/P",
        "No. HP/WA",
        "KEHADIRAN Pagi",
        "KEHADIRAN Siang",
        "TANDA TANGAN",
    ]
    assert fields(found) == {"B": "name", "C": "nik", "D": "birth", "E": "sex", "F": "phone"}
    assert found.columns[2].damaged == 2
    assert found.order == BothWays(1, 1, 0)
    assert [line for line, _text in found.skipped] == [18, 19, 22, 24]
    may, december = date(1990, 5, 5), date(1988, 12, 31)
    assert [
        (e.line, e.shown, e.nik, e.birth_place, e.birth_date, e.sex, e.phone, codes(e), e.repeats)
        for e in found.entries
    ] == [
        (7, "Siti", "3171004505900003", "Jakarta", may, "P", "+6281234567890", ["phone-zero"], None),
        (
            8,
            "Maria Magdalena Kristiningrum Sekar Ayu Widyaningtyas Hutabarat-Simanjuntak",
            None,
            "Jakarta",
            may,
            "P",
            "+6281234567890",
            ["nik-damaged"],
            None,
        ),
        (9, "Budi Santoso, S.Kom., M.M.", None, "", december, "L", "+6281234567891", ["nik-damaged"], None),
        (
            10,
            "H. Ahmad bin Abdullah",
            "3171003112880004",
            "",
            december,
            "L",
            "+62812345678",
            ["name-remark", "date-serial"],
            None,
        ),
        (11, "Ma'ruf", "3171003112880005", "", december, "L", None, [], None),
        (
            12,
            "Budi Santoso",
            "3171003112880006",
            "",
            december,
            "L",
            "+6281234567891",
            ["date-other-order", "row-repeated"],
            9,
        ),
        (13, "Siti", "3171004505900003", "Jakarta", may, "P", "+6281234567890", ["row-repeated"], 7),
        (14, "Ni Luh Putu Ayu", None, "", None, "P", None, ["nik-none", "phone-none"], None),
        (
            16,
            "José da Costa",
            "31710031128800",
            "",
            december,
            "L",
            None,
            ["nik-length", "phone-length"],
            None,
        ),
    ]
    assert found.entries[3].note == "Alm."


def test_the_answers_of_a_web_form() -> None:
    found = understood("synthetic__google_form.csv")
    assert found.heading_lines == (1, 1)
    assert fields(found) == {
        "B": "name",
        "C": "nik",
        "D": "birth_date",
        "E": "phone",
        "F": "area",
        "G": "consent",
    }
    assert found.asks_consent
    assert [
        (e.line, e.shown, e.nik, e.birth_date, e.phone, e.area, e.consent, codes(e), e.repeats)
        for e in found.entries
    ] == [
        (
            2,
            "Siti",
            "3171004505900003",
            date(1990, 5, 5),
            "+6281234567890",
            "Kalideres, Kalideres",
            True,
            [],
            None,
        ),
        (
            3,
            "Siti",
            "3171004505900003",
            date(1990, 5, 5),
            "+6281234567890",
            "Kalideres, Kalideres",
            True,
            ["row-repeated"],
            2,
        ),
        (
            4,
            "Budi Santoso, S.Kom., M.M.",
            "3171003112880004",
            date(1988, 12, 31),
            "+6281234567891",
            '"Duri Kosambi", Cengkareng',
            None,
            ["consent-missing"],
            None,
        ),
        (
            5,
            "Budi Santoso",
            "3171003112880004",
            date(1988, 12, 31),
            "+6281234567891",
            "Cengkareng Jakarta Barat",
            True,
            ["date-other-order", "row-repeated"],
            4,
        ),
        (7, "Ni Luh", None, None, None, "", False, ["phone-none", "consent-refused"], None),
    ]


def test_semicolons_windows_1252_and_a_line_that_names_the_separator() -> None:
    found = understood("synthetic__semicolon_cp1252.csv")
    assert found.heading_lines == (2, 2)
    assert fields(found) == {"B": "name", "C": "nik"}
    assert [(e.line, e.shown, e.nik, codes(e)) for e in found.entries] == [
        (3, 'José "Zé" da Costa', "3171003112880009", []),
        (4, "Siti Aminah", None, ["name-signs", "nik-damaged"]),
    ]


def test_niks_kept_as_numbers_are_flagged_in_every_column_and_never_taken() -> None:
    found = understood("synthetic__nik_numeric.xlsx")
    assert not found.has_names
    assert fields(found) == {"A": "nik", "F": "phone", "G": "birth_date"}
    assert [column.damaged for column in found.columns] == [0, 2, 2, 2, 0, 0, 0, 0]
    assert [e.nik for e in found.entries] == ["3171014505900003", "9471014505900003"]
    assert [codes(e) for e in found.entries] == [["name-missing"]] * 2
    for column in (1, 2, 3):
        chosen = understood(
            "synthetic__nik_numeric.xlsx", chosen={0: "", column: "nik", 4: "phone", 7: "birth_date"}
        )
        assert [e.nik for e in chosen.entries] == [None, None]
        assert ["nik-damaged" in codes(e) for e in chosen.entries] == [True, True]
        assert [e.phone for e in chosen.entries] == ["+6281234567890"] * 2
        assert [e.birth_date for e in chosen.entries] == [date(1990, 6, 5)] * 2
        assert "date-order" in codes(chosen.entries[0])


def test_first_and_last_name_in_two_columns_and_a_comma_in_quotes() -> None:
    found = understood("csvspectrum__comma_in_quotes.csv")
    assert [(e.line, e.name, e.address, e.area) for e in found.entries] == [
        (2, "John Doe", "120 any st.", "Anytown, WW")
    ]


def test_a_mark_before_the_first_heading() -> None:
    found = understood("frictionless__bom.csv")
    assert [(column.heading, column.field) for column in found.columns] == [("id", ""), ("name", "name")]
    assert [e.name for e in found.entries] == ["English", "中国人"]


@pytest.mark.parametrize(
    ("name", "lines", "names"),
    [
        ("calamine__biff5_excel95.xls", (0, 0), ["", "", "", ""]),
        ("calamine__whitespace_trim.xlsx", (1, 1), ["trimmed value", "value with tabs", "", "clean text"]),
        ("csvspectrum__quotes_and_newlines.csv", (1, 1), ["a", "b"]),
        ("frictionless__int-vs-string-1251.xlsx", (1, 1), ["A", "B", "C", "D", "E"]),
        ("frictionless__leading-zeros.csv", (1, 1), ["value"]),
        ("frictionless__merged-cells.xlsx", (1, 1), ["data"]),
        (
            "frictionless__multiline-headers.xlsx",
            (1, 5),
            [
                "Region",
                "Caloric contribution (%)",
                "Cumulative impact of changes on cost of food basket from previous quarter",
                "Cumulative impact of changes on cost of food basket from baseline (%)",
            ],
        ),
        ("frictionless__semicolon.csv", (1, 1), ["fieldNameA", "fieldNameB"]),
        ("frictionless__skip-rows.xlsx", (2, 2), ["A", "B"]),
        ("messytables__utf8bom.csv", (1, 1), ["kitten", "win"]),
    ],
)
def test_lists_of_something_else_have_headings_but_nobody_in_them(
    name: str, lines: tuple[int, int], names: list[str]
) -> None:
    found = understood(name)
    assert found.heading_lines == lines
    assert [column.heading for column in found.columns] == names
    assert not found.has_names
    assert list(found.entries) == []


def test_text_of_two_bytes_a_letter() -> None:
    found = understood("messytables__utf-16le.csv")
    assert len(found.columns) == 19
    assert found.columns[0].heading == "Organisation_code"
    assert not found.has_names
    assert len(found.skipped) == 327
    by_hand = understood("messytables__utf-16le.csv", chosen={1: "name", 0: "note"})
    assert len(by_hand.entries) == 326  # one has "-" for a name
    assert by_hand.entries[0].name == "Enfield PCT"


def test_text_stays_text_beside_numbers_and_zeros_stay() -> None:
    rows = files.read(DATA / "frictionless__int-vs-string-1251.xlsx")[0].rows
    assert rows[1][1][0] == "001"
    assert [row[0] for _line, row in files.read(DATA / "frictionless__leading-zeros.csv")[0].rows] == [
        "value",
        "01",
        "002",
        "00003",
    ]
    assert files.read(DATA / "frictionless__semicolon.csv")[0].rows[1] == (2, ["0123", "c"])


def test_a_quoted_line_break_keeps_the_count_of_lines() -> None:
    rows = files.read(DATA / "csvspectrum__quotes_and_newlines.csv")[0].rows
    assert rows == [(1, ["a", "b"]), (2, ["1", 'ha \n"ha" \nha']), (5, ["3", "4"])]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("calamine__pass_protected.xlsx", "kata sandi"),
        ("calamine__empty_sheet.xlsx", "kosong"),
        ("MANIFEST.md", "bukan"),
    ],
)
def test_what_cannot_be_read_is_told_in_words(name: str, words: str) -> None:
    with pytest.raises(Problem) as problem:
        understood(name)
    assert name in problem.value.text
    assert words in problem.value.text
    assert problem.value.hint


def test_another_sheet_can_be_chosen_and_a_wrong_one_is_named() -> None:
    name = "calamine__whitespace_trim.xlsx"
    assert understood(name).sheets == ["inlineStr", "SharedStrings"]
    assert understood(name, sheet="SharedStrings").sheet == "SharedStrings"
    with pytest.raises(Problem, match="Sheet9"):
        understood(name, sheet="Sheet9")
