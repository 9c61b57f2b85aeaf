"""Lists of keys that meet: what was void or withdrawn stays so, and a list speaks for its own venue only."""

import json
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from venue_desk.domain import seal
from venue_desk.domain.seal import Key, KeyRing

OURS, A, B = "0" * 32, "a" * 32, "b" * 32
DAY, LATER = date(2025, 11, 22), date(2026, 1, 3)
PUBLICS = {seal.key_id(bytes([n]) * 32): bytes([n]) * 32 for n in range(5)}
MINE, OF_A, OF_B, FRESH, MORE = PUBLICS
NUMBERS = ("1/A", "2/A", "3/B")

days = st.none() | st.sampled_from([DAY, LATER])
owners = st.sampled_from([OURS, A, B, "Paroki A"])
rings = st.builds(
    KeyRing,
    st.fixed_dictionaries(
        {},
        optional={
            name: st.builds(Key, st.just(public), st.sampled_from(["Paroki A", "Paroki B"]), owners, days)
            for name, public in PUBLICS.items()
        },
    ),
    st.dictionaries(st.tuples(owners, st.sampled_from(NUMBERS)), days),
)


def a_key(name: str, owner: str, revoked_on: date | None = None) -> Key:
    return Key(PUBLICS[name], "Paroki A", owner, revoked_on)


def void(ring: KeyRing, name: str, number: str) -> bool:
    """Whether the ring knows the key, and the number is void for what it signed."""
    return name in ring.keys and (ring.keys[name].owner, number) in ring.void


def refusals(ring: KeyRing) -> set[tuple[str, str]]:
    """Which numbers are void by which key; a withdrawn key refuses all."""
    return {
        (name, number)
        for name, key in ring.keys.items()
        for number in NUMBERS
        if key.revoked_on or void(ring, name, number)
    }


@given(rings, rings)
def test_no_order_loses_a_void_number_or_a_withdrawal(one: KeyRing, other: KeyRing) -> None:
    for first, second in ((one, other), (other, one)):
        both = first.joined(second)
        assert set(both.keys) == set(one.keys) | set(other.keys)
        assert refusals(one) | refusals(other) <= refusals(both)
        for name, key in both.keys.items():
            known = [ring.keys[name] for ring in (first, second) if name in ring.keys]
            assert key.owner == known[0].owner
            assert key.revoked_on == min((one.revoked_on for one in known if one.revoked_on), default=None)
        for entry, on in first.void.items():
            assert on is None or (both.void[entry] or LATER) <= on


@given(st.lists(rings, min_size=3, max_size=3), st.permutations(range(3)))
def test_three_lists_in_any_order(lists: list[KeyRing], order: list[int]) -> None:
    one, two, three = (lists[at] for at in order)
    wanted = refusals(one) | refusals(two) | refusals(three)
    assert wanted <= refusals(one.joined(two).joined(three))
    assert wanted <= refusals(one.joined(two.joined(three)))


@given(rings)
def test_a_list_joined_with_itself_says_the_same(ring: KeyRing) -> None:
    assert ring.joined(ring) == ring == seal.read_keys(seal.keys_file(ring, DAY))


def test_where_owners_differ_the_first_knows_and_the_void_number_comes_over() -> None:
    known = KeyRing({OF_A: a_key(OF_A, A)})
    older = KeyRing({OF_A: a_key(OF_A, "Paroki A", DAY)}, {("Paroki A", "1/A"): DAY})
    both = known.joined(older)
    assert both.keys[OF_A] == a_key(OF_A, A, DAY)
    assert both.void[A, "1/A"] == DAY


@given(rings, rings)
def test_a_list_cannot_speak_for_us_or_for_a_venue_whose_keys_it_does_not_bring(
    known: KeyRing, told: KeyRing
) -> None:
    both = known.joined(known.heard(told, OURS))
    brought = {known.keys[name].owner for name in told.keys if name in known.keys}
    for name, key in known.keys.items():
        assert both.keys[name].owner == key.owner
        if key.owner == OURS or key.owner not in brought:
            assert both.keys[name] == key
            for number in NUMBERS:
                assert void(both, name, number) == void(known, name, number), (name, number)
    for name in set(both.keys) - set(known.keys):
        owner = both.keys[name].owner
        assert owner != OURS
        # A new key of a venue that is known comes with one by which it is known.
        assert owner not in {key.owner for key in known.keys.values()} or any(
            told.keys[one].owner == owner == known.keys[one].owner for one in set(told.keys) & set(known.keys)
        )


def test_the_list_of_another_venue_cannot_void_our_numbers_or_those_of_a_third() -> None:
    known = KeyRing({MINE: a_key(MINE, OURS), OF_A: a_key(OF_A, A)})
    attacks = {
        "it names the numbers": KeyRing({OF_B: a_key(OF_B, B)}, {(A, "1/A"): DAY, (OURS, "1/A"): DAY}),
        "its key is said to be A's": KeyRing({OF_B: a_key(OF_B, A)}, {(A, "1/A"): DAY}),
        "its key is said to be ours": KeyRing({OF_B: a_key(OF_B, OURS)}, {(OURS, "1/A"): DAY}),
        "our key is said to be its": KeyRing(
            {MINE: a_key(MINE, B, DAY), OF_B: a_key(OF_B, B)}, {(B, "1/A"): DAY}
        ),
        "by names, as the first release": KeyRing(
            {OF_B: a_key(OF_B, "Paroki A")}, {("Paroki A", "1/A"): DAY, (A, "1/A"): DAY}
        ),
    }
    for attack, told in attacks.items():
        both = known.joined(known.heard(told, OURS))
        assert both.keys[OF_A] == known.keys[OF_A] and both.keys[MINE] == known.keys[MINE], attack
        assert not void(both, OF_A, "1/A") and not void(both, MINE, "1/A"), attack


def test_the_list_of_a_venue_voids_its_own_numbers_and_brings_its_further_keys() -> None:
    known = KeyRing({MINE: a_key(MINE, OURS), OF_A: a_key(OF_A, A)})
    told = KeyRing({OF_A: a_key(OF_A, A), FRESH: a_key(FRESH, A)}, {(A, "1/A"): DAY})
    assert known.heard(told, OURS) == told
    # It was known by its name only, or had another id before it joined its centre.
    for owner in ("Paroki A", B):
        older = KeyRing({OF_A: a_key(OF_A, owner)})
        both = older.joined(older.heard(told, OURS))
        assert void(both, OF_A, "1/A") and void(both, FRESH, "1/A")


def test_a_key_file_is_read_strictly() -> None:
    value = json.loads(seal.keys_file(KeyRing({OF_A: a_key(OF_A, A)}, {(A, "1/A"): DAY}), DAY))
    assert value["version"] == 2 and value["keys"][0]["venue"] == value["void"][0]["venue"] == A
