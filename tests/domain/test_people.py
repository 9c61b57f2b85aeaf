"""Names, NIKs, phones, dates and twins, as they are written in real lists."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venue_desk.domain import people
from venue_desk.domain.people import BothWays, Sameness, Someone, Weight

NAMES = [
    # written, name, before, after
    ("SITI ", "Siti", "", ""),
    ("budi  santoso", "Budi Santoso", "", ""),
    ("Budi Santoso, S.Kom., M.M.", "Budi Santoso", "", "S.Kom., M.M."),
    ("BUDI SANTOSO SE MM", "Budi Santoso", "", "S.E., M.M."),
    ("Dr.Ir.H.Budi Rahardjo,M.Sc.,Ph.D", "Budi Rahardjo", "Dr. Ir. H.", "M.Sc., Ph.D."),
    ("DRA. HJ. SITI NURHALIZA S.PD", "Siti Nurhaliza", "Dra. Hj.", "S.Pd."),
    ("dr. Andi SpOG", "Andi", "dr.", "Sp.OG."),
    ("Sulaiman A. Md. Keb", "Sulaiman", "", "A.Md.Keb."),
    ("Prof. Dr. H. M. Quraish, S. Pd. I.", "M. Quraish", "Prof. Dr. H.", "S.Pd.I."),
    ("Hj Aminah", "Aminah", "Hj.", ""),
    ("Ahmad, H.", "Ahmad", "H.", ""),
    ("Ibu Ani", "Ani", "", ""),
    ("Ibu", "Ibu", "", ""),
    ("K.H. Abdul Ghofur", "Abdul Ghofur", "K.H.", ""),
    ("A. Md. Sulaiman", "A. Md. Sulaiman", "", ""),
    ("Ma'ruf", "Ma'ruf", "", ""),
    ("MA’RUF", "Ma'ruf", "", ""),
    ("O'BRIEN", "O'Brien", "", ""),
    ("YOHANES S.", "Yohanes S.", "", ""),
    ("HUTABARAT-SIMANJUNTAK", "Hutabarat-Simanjuntak", "", ""),
    ("AHMAD BIN ABDULLAH", "Ahmad bin Abdullah", "", ""),
    ("SUPRI II", "Supri II", "", ""),
    ("José “Zé” da Costa", 'José "Zé" da Costa', "", ""),
    ("Ni\u00a0Luh 🌸", "Ni Luh", "", ""),
    ("Tan Ma", "Tan Ma", "", ""),
    ("中国人", "中国人", "", ""),
]


@pytest.mark.parametrize(("written", "name", "before", "after"), NAMES)
def test_a_name_is_split_from_its_titles(written: str, name: str, before: str, after: str) -> None:
    read = people.read_name(written)
    assert (read.text, read.before, read.after) == (name, before, after)


@pytest.mark.parametrize(
    "written", ["", "  ", None, "-", "(..................)", "n/a", "🌸", "123", ",", "...", '"']
)
def test_what_is_no_name_is_none(written: str | None) -> None:
    read = people.read_name(written)
    assert read.text == ""
    assert [doubt.code for doubt in read.doubts][-1] == "name-missing"


def test_a_remark_and_strange_signs_are_told() -> None:
    read = people.read_name("  H. Ahmad  bin Abdullah (Alm.) ")
    assert (read.text, read.before, read.remark) == ("Ahmad bin Abdullah", "H.", "Alm.")
    assert [doubt.code for doubt in read.doubts] == ["name-remark"]
    assert [doubt.code for doubt in people.read_name("Siti; Aminah").doubts] == ["name-signs"]
    assert [doubt.code for doubt in people.read_name("Doe, John").doubts] == ["name-comma"]


@given(st.text(max_size=80))
def test_reading_a_name_twice_changes_nothing(written: str) -> None:
    once = people.read_name(written).text
    assert people.cleaned(once) == once
    assert len(once) <= 200


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Soerjadi", "Suryadi"),
        ("Djoko", "Joko"),
        ("Tjahjono", "Cahyono"),
        ("Sjarifoeddin", "Syarifuddin"),
        ("Chairoel", "Khairul"),
        ("Annisa", "Anisa"),
        ("Boedi Oetomo", "budi utomo"),
        ("JOSÉ", "jose"),
        ("Ma'ruf", "Maruf"),
    ],
)
def test_both_spellings_fold_to_one(old: str, new: str) -> None:
    assert people.fold(old) == people.fold(new)


@pytest.mark.parametrize(
    "typed", ["soerj", "sury", "SOE", "so", "0812-3456", "+62 812", "8123", "0003", "tjah", "cahy"]
)
def test_what_is_typed_is_found_in_the_search_column(typed: str) -> None:
    column = people.search_text("Soerjadi Tjahjono", "+6281234567890", "3171004505900003")
    parts = people.search_parts(typed)
    assert parts
    assert all(any(spelling in column for spelling in spellings) for spellings in parts)


def test_the_search_column_keeps_no_more_of_a_nik_than_its_end() -> None:
    column = people.search_text("Siti", None, "3171004505900003")
    assert column == "siti|#0003"


NIKS = [
    # written, what is kept, doubts
    ("3171004505900003", "3171004505900003", []),
    ("317100.311288.0004", "3171003112880004", []),
    ("’3171003112880005", "3171003112880005", []),
    ("3171003112880004 ", "3171003112880004", []),
    ('="3171003112880009"', "3171003112880009", []),
    (3171004505900000.0, None, ["nik-damaged"]),
    (3171014505900003.0, None, ["nik-damaged"]),
    (3171014505900003, None, ["nik-damaged"]),
    ("3.171E+15", None, ["nik-damaged"]),
    ("3,17100450590000E+15", None, ["nik-damaged"]),
    ("3171004505900000", None, ["nik-damaged"]),
    ("0", None, ["nik-none"]),
    (0.0, None, ["nik-none"]),
    ("-", None, ["nik-none"]),
    ("–", None, ["nik-none"]),
    ("0000000000000000", None, ["nik-none"]),
    ("belum punya", None, ["nik-none"]),
    ("", None, []),
    (None, None, []),
    ("31710031128800", "31710031128800", ["nik-length"]),
    ("9901014505900003", "9901014505900003", ["nik-area"]),
    ("3171009905900003", "3171009905900003", ["nik-date"]),
    ("3171003102880003", "3171003102880003", ["nik-date"]),
    ("SIM 1234", None, ["nik-unreadable"]),
]


@pytest.mark.parametrize(("written", "kept", "doubts"), NIKS)
def test_a_nik_is_read_or_refused_with_a_reason(written: object, kept: str | None, doubts: list[str]) -> None:
    nik = people.read_nik(written)
    assert (nik.text, [doubt.code for doubt in nik.doubts]) == (kept, doubts)


@given(st.one_of(st.integers(min_value=10**15), st.floats(min_value=1e11, allow_infinity=False)))
def test_no_number_is_ever_taken_for_a_nik(number: float) -> None:
    nik = people.read_nik(number)
    assert nik.text is None
    assert nik.damaged


def test_a_nik_tells_birth_and_sex_and_where_they_disagree() -> None:
    assert people.nik_details("3171004505900003") == (date(1990, 5, 5), "P")
    assert people.nik_details("3171003112880004") == (date(1988, 12, 31), "L")
    assert people.nik_details("3171000101050001", date(2025, 11, 22)) == (date(2005, 1, 1), "L")
    assert people.nik_conflicts("3171004505900003", date(1990, 5, 5), "P") == []
    codes = [doubt.code for doubt in people.nik_conflicts("3171004505900003", date(1990, 5, 6), "L")]
    assert codes == ["nik-born-differs", "nik-sex-differs"]


def test_a_nik_is_shown_by_its_last_four() -> None:
    assert people.masked("3171004505900003") == "•••• •••• •••• 0003"
    assert people.masked(None) == ""


PHONES = [
    ("0812-3456-7890", "+6281234567890", []),
    ("+62 812 3456 7891", "+6281234567891", []),
    ("62812345678", "+62812345678", []),
    ("+62 (0)812 3456 789", "+628123456789", []),
    ("006281234567890", "+6281234567890", []),
    (81234567890.0, "+6281234567890", ["phone-zero"]),
    ("8123456789", "+628123456789", ["phone-zero"]),
    ("WA: 0812 3456 789", "+628123456789", []),
    ("021-5551234", "+62215551234", []),
    ("'+6281234567890", "+6281234567890", []),
    ("0812345678 / 0813456789", "+62812345678", ["phone-several"]),
    ("+65 9123 4567", "+6591234567", []),
    ("", None, []),
    (None, None, []),
    ("0", None, ["phone-none"]),
    ("-", None, ["phone-none"]),
    ("081-234", None, ["phone-length"]),
    ("081234567890123", None, ["phone-length"]),
    ("tidak ada", None, ["phone-unreadable"]),
    (float("inf"), None, ["phone-unreadable"]),
]


@pytest.mark.parametrize(("written", "kept", "doubts"), PHONES)
def test_a_phone_has_one_form(written: object, kept: str | None, doubts: list[str]) -> None:
    number, about = people.read_phone(written)
    assert (number, [doubt.code for doubt in about]) == (kept, doubts)


@pytest.mark.parametrize("number", ["+6281234567890", "+62215551234", "+6591234567"])
def test_a_phone_as_shown_is_read_back(number: str) -> None:
    assert people.read_phone(people.phone_shown(number))[0] == number


NEITHER, DAY, MONTH, MIXED = BothWays(0, 0, 1), BothWays(2, 0, 1), BothWays(0, 2, 1), BothWays(1, 1, 1)
DATES = [
    (date(1988, 12, 31), NEITHER, date(1988, 12, 31), []),
    (32508.0, NEITHER, date(1988, 12, 31), ["date-serial"]),
    ("32508", NEITHER, date(1988, 12, 31), ["date-serial"]),
    ("31/12/1988", NEITHER, date(1988, 12, 31), []),
    ("31-12-1988", NEITHER, date(1988, 12, 31), []),
    ("31.12.1988", NEITHER, date(1988, 12, 31), []),
    ("12/31/1988", MONTH, date(1988, 12, 31), []),
    ("12/31/1988", MIXED, date(1988, 12, 31), ["date-other-order"]),
    ("05/06/1990", NEITHER, date(1990, 6, 5), ["date-order"]),
    ("05/06/1990", MIXED, date(1990, 6, 5), ["date-order"]),
    ("05/06/1990", DAY, date(1990, 6, 5), []),
    ("05/06/1990", MONTH, date(1990, 5, 6), []),
    ("05/05/1990", NEITHER, date(1990, 5, 5), []),
    ("1990-05-06", NEITHER, date(1990, 5, 6), []),
    ("1990-05-06 00:00:00", NEITHER, date(1990, 5, 6), []),
    ("5 Mei 1990", NEITHER, date(1990, 5, 5), []),
    ("31 Des 1988", NEITHER, date(1988, 12, 31), []),
    ("1 Agst. 1990", NEITHER, date(1990, 8, 1), []),
    ("2 Pebruari 1990", NEITHER, date(1990, 2, 2), []),
    ("May 5, 1990", NEITHER, date(1990, 5, 5), []),
    ("31121988", NEITHER, date(1988, 12, 31), []),
    ("19881231", NEITHER, date(1988, 12, 31), []),
    ("31/12/88", NEITHER, date(1988, 12, 31), ["date-short-year"]),
    ("–", NEITHER, None, []),
    ("", NEITHER, None, []),
    (None, NEITHER, None, []),
    ("31/02/1990", NEITHER, None, ["date-unreadable"]),
    ("1988", NEITHER, None, ["date-unreadable"]),
    ("kemarin", NEITHER, None, ["date-unreadable"]),
    ("31/12/1788", NEITHER, date(1788, 12, 31), ["date-unlikely"]),
]


@pytest.mark.parametrize(("written", "column", "day", "doubts"), DATES)
def test_a_date_is_read_by_its_column(
    written: object, column: BothWays, day: date | None, doubts: list[str]
) -> None:
    dated = people.read_date(written, column)
    assert (dated.day, [doubt.code for doubt in dated.doubts]) == (day, doubts)


def test_a_doubtful_date_names_the_other_reading() -> None:
    assert people.read_date("05/06/1990").other == date(1990, 5, 6)


def test_a_column_says_which_comes_first() -> None:
    assert people.which_order(["31/12/1988", "Jakarta, 05-05-1990", None, 3.0, "1990-12-31"]) == BothWays(
        1, 0, 0
    )
    mixed = people.which_order(["31/12/1988", "12/31/1988", "05/06/1990"])
    assert mixed == BothWays(1, 1, 1)
    assert not mixed.certain


@pytest.mark.parametrize(
    ("written", "place", "day"),
    [
        ("Jakarta, 05-05-1990", "Jakarta", date(1990, 5, 5)),
        ("Jakarta/5 Mei 1990", "Jakarta", date(1990, 5, 5)),
        ("Jakarta, tgl. 1 Jan 2001", "Jakarta", date(2001, 1, 1)),
        ("Tanjung Pinang 31/12/1988", "Tanjung Pinang", date(1988, 12, 31)),
        ("Jakarta", "Jakarta", None),
        ("31/12/1988", "", date(1988, 12, 31)),
        (32508.0, "", date(1988, 12, 31)),
        ("–", "", None),
    ],
)
def test_place_and_date_in_one_cell(written: object, place: str, day: date | None) -> None:
    found, dated = people.read_birth(written)
    assert (found, dated.day) == (place, day)


@pytest.mark.parametrize(
    ("written", "sex"),
    [
        ("L", "L"),
        ("P", "P"),
        ("laki-laki", "L"),
        ("Perempuan", "P"),
        ("male", "L"),
        ("F", "P"),
        ("", None),
        ("?", None),
    ],
)
def test_sex(written: str, sex: str | None) -> None:
    assert people.read_sex(written)[0] == sex


@pytest.mark.parametrize(
    ("written", "agreed", "doubts"),
    [
        ("Ya, setuju", True, []),
        ("Tidak", False, ["consent-refused"]),
        ("tidak setuju", False, ["consent-refused"]),
        ("", None, []),
        (None, None, []),
        (1.0, True, []),
        ("✓", True, []),
        ("mungkin", None, ["consent-unreadable"]),
    ],
)
def test_consent(written: object, agreed: bool | None, doubts: list[str]) -> None:
    answer, doubt = people.read_yes(written)
    assert (answer, [doubt.code] if doubt else []) == (agreed, doubts)


BUDI = Someone("1", "Budi Santoso", "3171003112880004", date(1988, 12, 31), "+6281234567891")


@pytest.mark.parametrize(
    ("other", "sameness", "reasons"),
    [
        (Someone("2", "BOEDI SANTOSA", "3171003112880004"), Sameness.CERTAIN, ("nik", "spelling")),
        (Someone("2", "Siti", "3171003112880004"), Sameness.LIKELY, ("nik", "name-differs")),
        (replace(BUDI, id="2", nik=None, name="Boedi Santoso"), Sameness.CERTAIN, ("name", "born", "phone")),
        (Someone("2", "Santoso Budi", None, date(1988, 12, 31)), Sameness.LIKELY, ("name", "born")),
        (Someone("2", "Budi Santosa", None, date(1988, 12, 31)), Sameness.LIKELY, ("spelling", "born")),
        (Someone("2", "Budi Santoso"), Sameness.NO, ("name",)),
        (Someone("2", "Budi Santoso", None, date(1991, 3, 2)), Sameness.NO, ("name", "born-differs")),
        (Someone("2", "Siti Aminah", None, date(1988, 12, 31), "+6281234567891"), Sameness.NO, ()),
    ],
)  # fmt: skip
def test_who_is_likely_the_same(other: Someone, sameness: Sameness, reasons: tuple[str, ...]) -> None:
    like = people.likeness(BUDI, other)
    assert (like.sameness, like.reasons) == (sameness, reasons)
    assert people.likeness(other, BUDI).score == like.score


def test_twins_are_found_among_many_without_comparing_all() -> None:
    finder = people.TwinFinder()
    finder.extend(
        Someone(f"x{at}", f"Orang {at}", None, date(1970 + at % 40, 1 + at % 12, 1)) for at in range(3000)
    )
    finder.add(BUDI)
    twins = finder.twins(Someone("new", "Boedi Santosa", None, date(1988, 12, 31), "+6281234567891"))
    assert [twin.id for twin, _like in twins] == ["1"]


def test_every_doubt_has_words_and_a_weight() -> None:
    from venue_desk.domain.people.doubts import _MEANING

    for code in _MEANING:
        doubt = people.Doubt(code, "name")
        assert doubt.words.endswith(".")
        assert doubt.weight in Weight


anything = st.one_of(st.none(), st.text(max_size=60), st.floats(), st.integers(), st.booleans(), st.dates())


@given(anything)
def test_no_cell_breaks_any_reader(cell: object) -> None:
    people.read_name(cell)
    people.read_nik(cell)
    people.read_phone(cell)
    people.read_sex(cell)
    people.read_yes(cell)
    people.read_email(cell)
    people.read_birth(cell)
    people.read_date(cell, people.which_order([cell]))


@given(st.text(max_size=60))
def test_folding_is_done_once(text: str) -> None:
    assert people.fold(people.fold(text)) == people.fold(text)


@given(
    st.lists(
        st.sampled_from(["Soerjadi", "Djoko", "Siti", "Tjahaja", "Annisa", "Moechtar"]),
        min_size=1,
        max_size=4,
    ),
    st.data(),
)
def test_any_part_of_a_name_that_is_typed_finds_it(words: list[str], data: st.DataObject) -> None:
    column = people.search_text(" ".join(words))
    word = data.draw(st.sampled_from(words)).lower()
    start = data.draw(st.integers(0, len(word) - 1))
    typed = word[start : data.draw(st.integers(start + 1, len(word)))]
    parts = people.search_parts(typed)
    assert all(any(spelling in column for spelling in spellings) for spellings in parts)


def test_the_folded_name_is_told_from_a_phone_and_a_nik_in_the_search_column() -> None:
    for name, phone, nik in (
        ("Joko", "+62812", "3171000101900001"),
        ("Siti", "+62812", None),
        ("Siti", None, "3171000101900001"),
    ):
        assert people.folded_of(people.search_text(name, phone, nik)) == people.fold(name)
