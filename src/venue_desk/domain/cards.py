"""The code on a participant's card, and how the text of a scanner is read.

A code is ``VD``, ten characters from the person's id and a check character, in Crockford's alphabet, which has
no I, L, O and U.
It says nothing about the person, is the same on every desk without a network, and never changes.
"""

import re

PREFIX = "VD"
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUE = {character: number for number, character in enumerate(_ALPHABET)}
_LENGTH = 10
_BASE = len(_ALPHABET)

REPEAT = 1.0
"""Seconds within which the same card is one scan: scanners and hands stutter."""

# What a hand writes for a digit that looks like it.
_ALIKE = str.maketrans("ILO", "110")
_SIGNS = re.compile(r"[^0-9A-Z]+")
_SYMBOLOGY = re.compile(r"^\s*\][A-Za-z]\d")
_SHAPE = re.compile(rf"(?={PREFIX}([0-9A-Z]{{{_LENGTH + 1}}}))")


def code(person_id: str) -> str:
    """The card code of a person, from the first 50 bits of the id (32 hexadecimal digits)."""
    number = int(person_id[:13], 16) >> 2
    body = ""
    for _place in range(_LENGTH):
        number, digit = divmod(number, _BASE)
        body = _ALPHABET[digit] + body
    return PREFIX + body + check(body)


def ids(card: str) -> tuple[str, str]:
    """Between which two texts the id lies of whom a code can be."""
    number = 0
    for character in card[len(PREFIX) : len(PREFIX) + _LENGTH]:
        number = number * _BASE + _VALUE[character]
    return f"{number << 2:013x}", f"{number << 2 | 3:013x}g"


def shown(card: str) -> str:
    """A code in groups that a hand can copy: ``VD 7K3M9 XQ2RT C``."""
    return f"{card[:2]} {card[2:7]} {card[7:12]} {card[12:]}"


def check(body: str) -> str:
    """The check character: ISO 7064's hybrid system with 32 characters.

    It finds every single wrong character and nearly every swap of two neighbours.
    """
    carry = _BASE
    for character in body:
        total = (carry + _VALUE[character]) % _BASE or _BASE
        carry = total * 2 % (_BASE + 1)
    return _ALPHABET[(_BASE + 1 - carry) % _BASE]


def read(text: str) -> str | None:
    """The card code in what a scanner typed, or None.

    Symbology marks before it (``]Q1``), a link around it, dashes, spaces, control characters, lower case and
    what comes after it do not matter.
    """
    for found in _SHAPE.finditer(_SIGNS.sub("", text.upper())):
        body = found[1].translate(_ALIKE)
        if "U" not in body and body[-1] == check(body[:-1]):
            return PREFIX + body
    return None


def bare(text: str) -> str:
    """A scan of another card than ours, such as a pupil's: without symbology mark, controls and outer spaces."""
    return _SYMBOLOGY.sub("", "".join(c for c in text if c.isprintable())).strip()


def looks_scanned(text: str) -> bool:
    """Whether text is rather a code from some scanner than part of a name: long, with digits, no space."""
    text = text.strip()
    return len(text) >= 8 and " " not in text and sum(c.isdigit() for c in text) * 3 >= len(text)


def is_repeat(card: str, at: float, last: tuple[str, float] | None) -> bool:
    """Whether this scan (``at`` in seconds) is the previous one again."""
    return last is not None and last[0] == card and 0 <= at - last[1] < REPEAT
