"""Damaged and hostile input to the verifier: always an answer or a Problem, never a crash, never "valid"."""

import random
from contextlib import suppress
from io import BytesIO

import pytest

from documents.test_certificate import RING, a_print, png
from venue_desk.documents import certificate, verify
from venue_desk.documents.verify import Finding
from venue_desk.domain import wording
from venue_desk.domain.problem import Problem
from venue_desk.domain.seal import parse


def changed(data: bytes, rng: random.Random) -> bytes:
    """One mutant: bytes flipped, cut out, doubled, or the end lost."""
    raw = bytearray(data)
    for _turn in range(rng.choice((1, 2, 8))):
        at = rng.randrange(len(raw))
        kind = rng.randrange(4)
        if kind == 0:
            raw[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            del raw[at : at + rng.randrange(1, 40)]
        elif kind == 2:
            raw[at:at] = raw[at : at + rng.randrange(1, 40)]
        else:
            del raw[max(at, 20) :]
        if len(raw) < 20:
            break
    return bytes(raw) or b"x"


def test_texts_of_codes() -> None:
    rng = random.Random(1)
    genuine = a_print().token
    original = parse(genuine)
    for _turn in range(2_000):
        text = changed(genuine.encode(), rng).decode("latin-1")
        found = verify.text(text, RING)
        if found.state == verify.VALID:
            assert parse("".join(text.split())).signed == original.signed


@pytest.mark.parametrize("count", [60, pytest.param(3_000, marks=pytest.mark.long)])
def test_pdfs(count: int) -> None:
    rng = random.Random(2)
    one = a_print()
    pdf = certificate.pdf([one])
    for _turn in range(count):
        mutant = changed(pdf, rng)
        found: list[Finding] = []
        with suppress(Problem):
            found = list(verify.contents(mutant, RING))
        for finding in found:
            if finding.state == verify.VALID and finding.compared:
                assert finding.statement is not None
                assert finding.statement.text == wording.print_of(one.content)


@pytest.mark.parametrize("count", [60, pytest.param(3_000, marks=pytest.mark.long)])
def test_pictures(count: int) -> None:
    rng = random.Random(3)
    data = png(certificate.pdf([a_print()]), 1.2)
    for _turn in range(count):
        with suppress(Problem):
            list(verify.contents(changed(data, rng), RING))


def test_a_picture_that_unpacks_to_gigabytes_is_refused() -> None:
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(1_000)))
        + chunk(b"IEND", b"")
    )
    with pytest.raises(Problem):
        list(verify.contents(bomb, RING))


def test_a_page_of_absurd_size_is_answered() -> None:
    from reportlab.pdfgen.canvas import Canvas

    target = BytesIO()
    canvas = Canvas(target, pagesize=(14_000_000, 3))
    canvas.line(0, 0, 10, 1)
    canvas.save()
    assert [one.state for one in verify.contents(target.getvalue(), RING)] == [verify.UNKNOWN]
