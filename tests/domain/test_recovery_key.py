"""Recovery keys: what is typed wrongly is found, and where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venue_desk.domain import recovery
from venue_desk.domain.problem import Problem

SECRETS = st.binary(min_size=20, max_size=20)


@given(SECRETS)
def test_a_key_is_read_as_it_was_written(secret: bytes) -> None:
    written = recovery.written(secret)
    assert recovery.read(written) == secret
    assert recovery.read(written.lower().replace("-", " ").replace("0", "o").replace("1", "l")) == secret
    assert len(written.split("-")) == 8 and not set(written) & set("ILOU")


@given(SECRETS, st.integers(0, 39), st.sampled_from(recovery.ALPHABET))
def test_one_wrong_character_names_its_group(secret: bytes, place: int, other: str) -> None:
    typed = list(recovery.written(secret).replace("-", ""))
    if typed[place] == other:
        return
    typed[place] = other
    groups = ["".join(typed[at : at + 5]) for at in range(0, 40, 5)]
    assert recovery.wrong_groups(groups) == [place // 5]


@given(SECRETS, st.integers(0, 7), st.integers(0, 3))
def test_two_characters_that_changed_places_are_found(secret: bytes, group: int, at: int) -> None:
    groups = recovery.written(secret).split("-")
    one = groups[group]
    if one[at] == one[at + 1]:
        return
    groups[group] = one[:at] + one[at + 1] + one[at] + one[at + 2 :]
    assert recovery.wrong_groups(groups) == [group]


@given(SECRETS, st.integers(0, 7), st.integers(0, 7))
def test_groups_that_changed_places_are_found(secret: bytes, one: int, other: int) -> None:
    groups = recovery.written(secret).split("-")
    if one == other:
        return
    groups[one], groups[other] = groups[other], groups[one]
    assert set(recovery.wrong_groups(groups)) == {one, other}


def test_a_sign_that_is_no_part_of_a_key_is_told() -> None:
    with pytest.raises(Problem, match="Kelompok 1"):
        recovery.read("!" + recovery.new()[1:])
