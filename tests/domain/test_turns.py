"""Turns told to other venues: the same person is known again however they are written, and nobody by another's key."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from venue_desk.domain.people import Someone
from venue_desk.domain.turns import BORN, DIGITS, NIK, PHONE, new_secret, series_key, turns

SECRET = "000102030405060708090a0b0c0d0e0f"
NIK_OF_SITI = "3171014501900003"
BORN_ON = date(1990, 1, 5)


def told(**known: object) -> dict[str, str]:
    name = str(known.pop("name", "Siti Aminah"))
    return dict(turns(SECRET, Someone("1", name, **known)))  # type: ignore[arg-type]


def test_what_is_hashed_stays_as_it_is() -> None:
    """Turns that were told stay known only while every release makes the same digests of one person."""
    everything = told(nik=NIK_OF_SITI, born=BORN_ON, phone="+6281234567890")
    assert everything == {NIK: "a1bf22dd", BORN: "0c598973", PHONE: "c5fb161e"}
    assert told(name="Moch. Soerjadi", born=BORN_ON) == {BORN: "1eb4f0d5"}


WRITTEN = (
    ("Soerjadi Halim", "HALIM SURYADI"),
    ("Tjoa Djoko", "Joko Coa"),
    ("Siti Nurbaya", "siti  nurbaya"),
    ("Maria Theresia", "Theresia, Maria"),
    ("Ma'ruf Amin", "Maruf Amin"),
    ("José Ximenes", "Jose Ximenes"),
    ("Mochammad Achmad", "Muhamad Ahmad"),
    ("Moh. Rizki", "Muhammad Rizki"),
    ("Chairul Anwar", "Khairul Anwar"),
    ("Joesoef", "Yusuf"),
)
OLD = {"u": "oe", "j": "dj", "y": "j", "c": "tj"}
TWO_WAYS = ("dy", "dj", "ty", "tj", "ch")  # in no name of today, and two ways to read in the old spelling


def test_a_person_in_two_spellings() -> None:
    for one, other in WRITTEN:
        assert told(name=one, born=BORN_ON) == told(name=other, born=BORN_ON) != {}, one
        assert told(name=one, phone="+6281234567890") == told(name=other, phone="0812-3456-7890") != {}, one


words = st.text("abcdefghiklmnoprstuwyj", min_size=2, max_size=9).filter(
    lambda word: not any(two in word for two in TWO_WAYS)
)
names = st.lists(words, min_size=1, max_size=4)
days = st.dates(date(1930, 1, 2), date(2015, 12, 30))


@given(names, days, st.randoms(use_true_random=False))
def test_order_letters_and_old_spelling_say_nothing(words: list[str], born: date, chance: object) -> None:
    shuffled = list(words)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    old = " ".join("".join(OLD.get(letter, letter) for letter in word) for word in shuffled)
    for other in ("  ".join(shuffled).upper(), ", ".join(shuffled), old.title()):
        assert told(name=" ".join(words), born=born) == told(name=other, born=born)


@given(names, days, st.integers(10**9, 10**11))
def test_two_series_share_no_digest(words: list[str], born: date, number: int) -> None:
    person = Someone("1", " ".join(words), NIK_OF_SITI, born, f"08{number}")
    first, second = (dict(turns(new_secret(), person)) for _series in range(2))
    assert first.keys() == second.keys() and {NIK} < first.keys() | {PHONE}
    assert not set(first.values()) & set(second.values())
    assert all(len(one) == DIGITS for one in first.values())


def test_a_made_up_or_broken_number_is_nobodys() -> None:
    for nik in (
        "0",
        "-",
        "1" * 16,
        "1234567890123456",
        "3171014501900000",
        "31710145019",
        "317101450190000A",
        None,
    ):
        assert told(nik=nik) == {}, nik
    assert told(nik="3171 0145 0190 0003") == told(nik=NIK_OF_SITI)
    assert NIK in told(nik="9801012902000001"), "a new province, and a leap day of one century only"


def test_a_single_name_needs_a_day_that_is_not_everybodys() -> None:
    assert told(name="Siti", born=BORN_ON) == told(name=" SITI ", born=BORN_ON) != {}
    for day in ((1, 1), (7, 1), (12, 31)):
        assert told(name="Siti", born=date(1970, *day)) == {}, (
            "where the day is not known, it is one of these"
        )
        assert told(name="Siti Aminah", born=date(1970, *day)) != {}
    assert told(name="Siti") == told(name="", born=BORN_ON) == told(name="陈", phone="08123456789") == {}


def test_one_series_however_it_is_typed() -> None:
    assert series_key("Bogasari  2025") == series_key(" BOGASARI 2025") == series_key("Bogasari/2025")
    assert series_key("面粉") == ""
