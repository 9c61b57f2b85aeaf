from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venue_desk.domain import cards

ids = st.uuids(version=4).map(lambda one: one.hex)
SITI = UUID("1f0c9d3ab7f34a6f9c21aa0be0d1c2f3").hex


@pytest.mark.parametrize(
    "typed",
    [
        "{}", "{}\r\n", "]Q1{}", "\x02{}\x03", "  {}\t", "*{}*", "https://venue.example/k/{}", "{}\x1d",
        "K1{}99",
    ],
)  # fmt: skip
def test_whatever_a_scanner_puts_around_a_code(typed: str) -> None:
    code = cards.code(SITI)
    assert cards.read(typed.format(code)) == code
    assert cards.read(typed.format(code.lower())) == code
    assert cards.read(typed.format(cards.shown(code).replace(" ", "-"))) == code


@given(ids)
def test_every_person_has_a_readable_code(person: str) -> None:
    code = cards.code(person)
    assert len(code) == 13
    assert cards.read(code) == code
    assert cards.read(cards.shown(code)) == code


@given(ids)
def test_a_code_leads_back_to_its_person(person: str) -> None:
    low, high = cards.ids(cards.code(person))
    assert low <= person <= high


@given(ids, st.integers(2, 12), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_one_wrong_character_is_found(person: str, place: int, other: str) -> None:
    code = cards.code(person)
    wrong = code[:place] + other + code[place + 1 :]
    assert cards.read(wrong) == (code if wrong == code else None)


@given(ids)
def test_no_part_of_a_code_is_a_code(person: str) -> None:
    assert cards.read(cards.code(person)[:-1]) is None


@given(st.text(max_size=40))
def test_any_text_is_read_without_harm(text: str) -> None:
    found = cards.read(text)
    assert found is None or cards.read(found) == found


def test_names_are_not_taken_for_codes_of_a_scanner() -> None:
    assert cards.looks_scanned("8991234567890")
    assert cards.looks_scanned("VD7K3M9XQ2R0")
    for typed in ("Siti Aminah", "kristiani", "10", "maria g"):
        assert not cards.looks_scanned(typed)


def test_the_same_card_within_a_second_is_one_scan() -> None:
    assert cards.is_repeat("A", 10.9, ("A", 10.0))
    assert not cards.is_repeat("A", 11.0, ("A", 10.0))
    assert not cards.is_repeat("B", 10.1, ("A", 10.0))
    assert not cards.is_repeat("A", 10.0, None)
