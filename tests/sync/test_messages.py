"""Messages: what is written is read back the same; anything else is refused without a crash."""

import random
import time
from dataclasses import replace

import pytest
import zstandard

from venue_desk.store.journal import GENESIS, Entry
from venue_desk.sync.messages import LARGEST, Answer, Lists, Request, Run, encode, pack
from venue_desk.sync.reading import Malformed, decode, unpack

WRITER = "a1" * 16


def run(count: int = 3, *, first: int = 1, previous: bytes = GENESIS) -> Run:
    entries = []
    hashed = previous
    for number in range(first, first + count):
        entry = Entry(
            WRITER, number, (1_700_000_000_000 + number) << 12, "b" * 32, "Add person", "do", None,
            "2025-11-22T08:00", "person", f"{number:032x}", None,
            f'{{"name":"Siti “{number}”\\n"}}', "{}", 1, b"",
        )  # fmt: skip
        hashed = entry.chained(hashed)
        entries.append(replace(entry, hash=hashed))
    return Run(WRITER, 0, first, previous, entries)


def request(*runs: Run) -> Request:
    return Request(
        WRITER, "A", 1, "1:x", 7, "ab", 1, have={WRITER: (3, "cd"), f"{WRITER}/9": (5, "ef")}, reference=3,
        runs=list(runs),
    )  # fmt: skip


def answer(*runs: Run) -> Answer:
    return Answer(
        "1:x", 5, 9, "ab", True, 12, acknowledged={WRITER: (1, "aa")}, results=[("accepted", 2, "")],
        stamps=[(0, 99)], forks=[(WRITER, 0, 2, 77)], differs=["person/2025-11"],
        reference=Lists(3, 9, False, [("void", "a/1", 5, {"on": None}), ("trade", "LAS", 9, None)]),
        runs=list(runs),
    )  # fmt: skip


def test_there_and_back() -> None:
    one = run()
    said = request(one, run(2, first=4, previous=one.entries[-1].hash))
    assert unpack(pack(said), Request) == said
    fixed = replace(one, position=10, effective=[entry.stamp + n for n, entry in enumerate(one.entries)])
    told = answer(fixed)
    assert unpack(pack(told), Answer) == told
    assert unpack(pack(request()), Request) == request()


@pytest.mark.parametrize(
    "spoiled",
    [
        lambda e: replace(e, after='{"name":"Budi"}'),
        lambda e: replace(e, at="2025-11-23T08:00"),
        lambda e: replace(e, schema=2),
        lambda e: replace(e, stamp=e.stamp + 1),
        lambda e: replace(e, over='{"*":[1,"x",1]}'),
    ],
)
def test_a_changed_line_breaks_the_chain(spoiled: object) -> None:
    one = run()
    one.entries[1] = spoiled(one.entries[1])  # type: ignore[operator]
    with pytest.raises(Malformed, match="hash"):
        unpack(pack(request(one)), Request)


@pytest.mark.parametrize(
    "entry",
    [
        {"row": "x" * 33},
        {"kind": "whatever!"},
        {"at": "2025-11-22T08:00:00"},
        {"name": "nul\0"},
        {"schema": 0},
        {"stamp": -1},
        {"stamp": 1 << 62},
        {"table": None},
        {"refers": 7},
    ],
)
def test_a_column_holds_what_it_may(entry: dict[str, object]) -> None:
    bare = replace(run(1).entries[0], **entry)  # type: ignore[arg-type]
    try:
        chained = replace(bare, hash=bare.chained(GENESIS))
        text = encode(request(Run(WRITER, 0, 1, GENESIS, [chained])))
    except UnicodeEncodeError:
        return
    with pytest.raises(Malformed):
        decode(text, Request)


@pytest.mark.parametrize(
    "said",
    [
        "[]",
        "[9,3,false,[],[],[]]",
        "[0,9,false,[],[],[],[],[]]",
        '[0,9,false,["void"],[],[],[]]',
        '[0,9,false,["void"],["a"],[10],[{}]]',
        '[3,9,false,["void"],["a"],[3],[{}]]',
        '[0,9,false,["void"],["a"],[1],[7]]',
        '[0,9,false,["void"],["a\\u0000"],[1],[{}]]',
        '[0,9,0,["void"],["a"],[1],[{}]]',
        "[0,-9,false,[],[],[],[]]",
    ],
)
def test_what_is_said_to_all_is_in_its_columns(said: str) -> None:
    right = encode(answer()).decode()
    good = '"reference":[3,9,false,["void","trade"],["a/1","LAS"],[5,9],[{"on":null},null]]'
    assert good in right
    with pytest.raises(Malformed, match="reference"):
        decode(right.replace(good, f'"reference":{said}').encode(), Answer)


def test_an_older_release_says_nothing_of_it() -> None:
    older = encode(replace(answer(), reference=None)).decode().replace('"reference":null,', "")
    assert "reference" not in older
    assert decode(older.encode(), Answer).reference is None
    asked = encode(request()).decode().replace('"reference":3,', "")
    assert decode(asked.encode(), Request).reference is None


def test_too_large_or_too_clever() -> None:
    bomb = zstandard.ZstdCompressor(level=19).compress(b" " * (LARGEST + 10))
    assert len(bomb) < 100_000
    with pytest.raises(Malformed, match="too large"):
        unpack(bomb, Request)
    for text in (b"[" * 200_000, b"{}", b"", b"\xff", b"null", b'{"message":"Request","protocol":2}'):
        with pytest.raises(Malformed):
            decode(text, Request)
    with pytest.raises(Malformed):
        unpack(b"not compressed", Request)
    with pytest.raises(Malformed, match="another message"):
        unpack(pack(answer()), Request)


@pytest.mark.parametrize("count", [2000, pytest.param(100_000, marks=pytest.mark.long)])
def test_mutants(count: int) -> None:
    """Whatever is done to the text: it is read as a message or refused, never a crash, never for long."""
    rng = random.Random(3)
    texts = [encode(request(run())), encode(answer(replace(run(), effective=[1, 2, 3])))]
    tokens = [
        b"null",
        b"-1",
        b"1e999",
        b"[]",
        b"{}",
        b'""',
        b"NaN",
        b"99999999999999999999",
        b'"\\ud800"',
        b"\n",
    ]
    start = time.monotonic()
    for _each in range(count):
        which = rng.randrange(2)
        text = bytearray(texts[which])
        for _change in range(rng.randrange(1, 4)):
            at = rng.randrange(len(text))
            match rng.randrange(3):
                case 0:
                    text[at] = rng.randrange(256)
                case 1:
                    text[at : at + rng.randrange(20)] = rng.choice(tokens)
                case _:
                    other = rng.randrange(len(text))
                    text[at:at] = text[other : other + rng.randrange(60)]
        try:
            decode(bytes(text), (Request, Answer)[which])  # type: ignore[type-var]
        except Malformed:
            continue
    assert time.monotonic() - start < count / 20


@pytest.mark.parametrize("count", [2000, pytest.param(100_000, marks=pytest.mark.long)])
def test_mutants_as_sent(count: int) -> None:
    """The same of the compressed bytes: what is read after all carries the lines that were sent, or none."""
    rng = random.Random(5)
    kinds = (request(run()), answer(replace(run(), effective=[1, 2, 3])))
    sent = [pack(kind) for kind in kinds]
    start = time.monotonic()
    for _each in range(count):
        which = rng.randrange(2)
        body = bytearray(sent[which])
        for _change in range(rng.randrange(1, 4)):
            at = rng.randrange(len(body)) if body else 0
            match rng.randrange(3):
                case 0 if body:
                    body[at] ^= 1 << rng.randrange(8)
                case 1:
                    del body[at : at + rng.randrange(1, 30)]
                case _:
                    body[at:at] = rng.randbytes(rng.randrange(1, 20))
        try:
            read = unpack(bytes(body), type(kinds[which]))  # type: ignore[type-var]
        except Malformed:
            continue
        assert [entry.hash for one in read.runs for entry in one.entries] in (
            [],
            [entry.hash for one in kinds[which].runs for entry in one.entries],
        )
    assert time.monotonic() - start < count / 20
