"""Files on a stick that were changed: each refused whole, in a sentence, whatever was done to it."""

import os
import random
import time

import pytest

from venue_desk.domain.problem import Problem
from venue_desk.sync import packet

MESSAGE = b"Siti Aminah " * 40
DEVICE = "d" * 32


def mutant(good: bytes, rng: random.Random) -> bytes:
    """Some bits turned, a piece cut off, taken out, doubled or written over."""
    data = bytearray(good)
    for _change in range(rng.randrange(1, 4)):
        at = rng.randrange(len(data)) if data else 0
        match rng.randrange(6):
            case 0 if data:
                data[at] ^= 1 << rng.randrange(8)
            case 1:
                del data[at:]
            case 2:
                del data[at : at + rng.randrange(1, 80)]
            case 3:
                data[at:at] = os.urandom(rng.randrange(1, 50))
            case 4:
                data[at : at + 64] = bytes(64)
            case _:
                # Within the header, where it is read before the signature is looked at.
                at = rng.randrange(8, 200)
                data[at : at + 4] = rng.choice((b"\xff\xff\xff\xff", b'":{}', b"null", b"\0\0\0\0", b'"id"'))
    return bytes(data)


@pytest.mark.parametrize("count", [2000, pytest.param(50_000, marks=pytest.mark.long)])
@pytest.mark.parametrize("kind", [packet.FROM_DESK, packet.FROM_CENTRE])
def test_mutants(kind: str, count: int) -> None:
    desk, centre = packet.new_keys(), packet.new_keys()
    sender, recipient = (desk, centre) if kind == packet.FROM_DESK else (centre, desk)
    known = packet.public(sender)
    good = packet.seal(MESSAGE, kind, DEVICE, sender, packet.public(recipient))
    assert packet.unseal(good, kind, recipient, lambda _device: known) == (DEVICE, MESSAGE)

    def keys_of(device: str) -> packet.Keys:
        if device != DEVICE:
            raise Problem("unknown")
        return known

    rng = random.Random(11)
    start = time.monotonic()
    for _each in range(count):
        bad = mutant(good, rng)
        if bad == good:
            continue
        with pytest.raises(Problem):
            packet.unseal(bad, kind, recipient, keys_of)
        for part in _bound(bad):
            assert part == bad or len(part) < len(bad)
    assert time.monotonic() - start < count / 20


def _bound(data: bytes) -> list[bytes]:
    try:
        return packet.unbound(data)
    except Problem:
        return []


def test_a_file_for_another_or_by_another_is_refused() -> None:
    desk, centre, thief = packet.new_keys(), packet.new_keys(), packet.new_keys()
    known = packet.public(desk)
    forged = packet.seal(MESSAGE, packet.FROM_DESK, DEVICE, thief, packet.public(centre))
    astray = packet.seal(MESSAGE, packet.FROM_DESK, DEVICE, desk, packet.public(thief))
    for data in (forged, astray):
        with pytest.raises(Problem):
            packet.unseal(data, packet.FROM_DESK, centre, lambda _device: known)
