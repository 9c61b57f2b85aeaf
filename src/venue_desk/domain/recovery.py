"""Recovery keys: what a person writes down, and how typing errors are found.

Eight groups of five characters. Four characters of a group carry 5 bits each (160 bits in all), the fifth is their
check: a weighted sum in GF(32), so that one wrong character, two that changed places and groups that changed places
are always found, and in which group.
"""

import secrets
from collections.abc import Sequence

from venue_desk.domain.problem import Problem
from venue_desk.language import _, ngettext

GROUPS, DATA = 8, 4
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # without I, L, O and U
_ALIKE = str.maketrans("ILOU", "110V")
_POLYNOMIAL = 0b100101  # x^5 + x^2 + 1, primitive over GF(2)


def new() -> str:
    """A random recovery key, written in groups."""
    return written(secrets.token_bytes(GROUPS * DATA * 5 // 8))


def written(secret: bytes) -> str:
    """Twenty bytes as eight groups: ``7K3DX-…``."""
    number = int.from_bytes(secret, "big")
    values = [number >> (5 * place) & 31 for place in range(GROUPS * DATA)][::-1]
    parts = [values[at : at + DATA] for at in range(0, len(values), DATA)]
    return "-".join(_group(part, place) for place, part in enumerate(parts))


def read(text: str) -> bytes:
    """The twenty bytes of a recovery key as somebody typed it. Raises Problem naming the groups that are wrong."""
    typed = "".join(text.upper().split()).replace("-", "").translate(_ALIKE)
    size = DATA + 1
    if len(typed) != GROUPS * size:
        raise Problem(
            _("A recovery key has {wanted} characters; these are {count}.").format(
                wanted=GROUPS * size, count=len(typed)
            ),
            _("Type all eight groups; spaces and dashes do not matter."),
        )
    wrong = wrong_groups([typed[at : at + size] for at in range(0, len(typed), size)])
    if wrong:
        raise Problem(
            ngettext("Group {groups} is mistyped.", "Groups {groups} are mistyped.", len(wrong)).format(
                groups=", ".join(str(place + 1) for place in wrong)
            ),
            _("Compare it with the paper, character by character."),
        )
    number = 0
    for place, character in enumerate(typed):
        if place % size < DATA:
            number = number << 5 | ALPHABET.index(character)
    return number.to_bytes(GROUPS * DATA * 5 // 8, "big")


def last_group(key: str) -> str:
    return key.rsplit("-", 1)[-1]


def same_group(typed: str, group: str) -> bool:
    """Whether somebody typed this group, in whatever case and with whatever look-alikes."""
    return "".join(typed.upper().split()).translate(_ALIKE) == group


def wrong_groups(groups: Sequence[str]) -> list[int]:
    """Places (from 0) of the groups whose check does not fit."""
    return [
        place
        for place, group in enumerate(groups)
        if set(group) - set(ALPHABET) or _group([ALPHABET.index(one) for one in group[:DATA]], place) != group
    ]


def _group(values: Sequence[int], place: int) -> str:
    check = place + 1
    weight = 1
    for value in values:
        weight = _times(weight, 2)
        check ^= _times(weight, value)
    return "".join(ALPHABET[value] for value in (*values, check))


def _times(one: int, other: int) -> int:
    product = 0
    while other:
        if other & 1:
            product ^= one
        one <<= 1
        if one & 32:
            one ^= _POLYNOMIAL
        other >>= 1
    return product
