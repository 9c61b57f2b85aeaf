import base64
import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venue_desk.domain import certificates, seal, wording
from venue_desk.domain.certificates import (
    COMPETENCE,
    COMPLETION,
    PATTERN,
    Content,
    Signer,
    UnitLine,
    check_pattern,
    counted,
    number,
    writable,
)
from venue_desk.domain.problem import Problem
from venue_desk.domain.seal import Key, KeyRing, NotAToken, parse, signed_bytes, statement, token

DAY = date(2025, 11, 22)
KEY = seal.key_id(bytes(32))
VENUE = "a" * 32


def a_content(**changes: object) -> Content:
    """A certificate as it is issued to somebody invented."""
    usual = Content(
        kind=COMPETENCE,
        number="0012/SERT-A/JB/TBG/XI/2025",
        name="Maria Goretti Wulandari",
        birthplace="Jakarta",
        born=date(1990, 3, 12),
        programme_id="Tata Boga",
        programme_en="Cookery",
        batch="12",
        starts_on=date(2025, 11, 10),
        ends_on=date(2025, 11, 21),
        hours=64,
        venue="Paroki Contoh",
        above=("Pusat Pelatihan Kerja Daerah",),
        address="Jalan Kenanga Raya 12",
        place="Jakarta Barat",
        issued_on=DAY,
        units=(
            UnitLine("PAR.TG01.001.01", "Kebersihan pangan", "Food hygiene", 8, "K"),
            UnitLine("PAR.TG01.002.01", "Peralatan dapur", "Kitchen equipment", 6, "BK"),
        ),
        signers=(
            Signer("Instruktur", "Joko Prasetyo"),
            Signer("Kepala", "Theresia Lestari", "197001011995032001"),
        ),
        registration="REG-9",
        form="AB 1",
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def a_number(pattern: str = PATTERN, **changes: object) -> str:
    usual = {
        "sequence": 12,
        "kind": COMPETENCE,
        "device": "A",
        "centre": "JB",
        "trade": "TBG",
        "issued_on": DAY,
    }
    return number(pattern, **(usual | changes))  # type: ignore[arg-type]


def test_a_number_has_its_parts_and_a_roman_month() -> None:
    assert a_number() == "0012/SERT-A/JB/TBG/XI/2025"
    assert a_number(kind=COMPLETION, sequence=12345) == "12345/SKET-A/JB/TBG/XI/2025"
    assert a_number(issued_on=date(2026, 4, 1), centre="") == "0012/SERT-A/TBG/IV/2026"
    assert a_number("{year}.{device}.{sequence}") == "2025.A.12"
    # The QR says one space for any: the number must too, or a void one is not found by it.
    assert a_number(" No.  {year}.{device}.{sequence}") == "No. 2025.A.12"


@pytest.mark.parametrize(
    "pattern",
    ["{sequence}/{year}", "{sequence}/{device}", "{0.__class__}{sequence}{device}{year}", "{sequence:x}{device}{year}",
     "{sequence}{device}{year}{", "{name}{sequence}{device}{year}", ""],
)  # fmt: skip
def test_a_pattern_that_could_repeat_or_run_code_is_refused(pattern: str) -> None:
    with pytest.raises(Problem):
        check_pattern(pattern)


def test_preprinted_numbers_count_up() -> None:
    assert counted("AB 0099", 3) == ["AB 0099", "AB 0100", "AB 0101"]
    assert counted("", 2) == ["", ""] and counted("X", 1) == ["X"]
    with pytest.raises(Problem):
        counted("AB", 2)


def test_a_content_is_kept_and_read_back() -> None:
    said = a_content()
    assert certificates.content(json.loads(json.dumps(said.kept()))) == said
    assert certificates.content(a_content(born=None).kept()).birth == "Jakarta"


@pytest.mark.parametrize(
    ("given_", "kept"),
    [
        ("  Siti\tAminah ", "Siti Aminah"),
        ("Jose\u0301", "José"),
        ("Ma\u200bria", "Maria"),
        ("{{name}} <img src=x>", "{{name}} <img src=x>"),
        ("Nur’aini", "Nur’aini"),
    ],
)
def test_a_name_is_written_as_it_can_be_printed(given_: str, kept: str) -> None:
    assert writable(given_) == kept


@pytest.mark.parametrize("name", ["محمد", "王小明", "ꦱꦶꦠꦶ", "Maria 🌸"])
def test_letters_that_cannot_be_printed_are_named(name: str) -> None:
    with pytest.raises(Problem):
        writable(name)


def a_token(**changes: object) -> str:
    said = statement(a_content(**changes), "ABCDEFGHIJKLMNOP")
    return token(KEY, said, bytes(range(64)))


def test_a_token_is_read_back_whole() -> None:
    said = statement(a_content(), wording.print_of(a_content()))
    text = token(KEY, said, bytes(range(64)))
    read = parse(f" {text}\n")
    assert read.statement == said
    assert read.signed == signed_bytes(KEY, said)
    assert (read.key, read.signature) == (KEY, bytes(range(64)))
    assert said.results == "KB"
    # A QR of version 14 or less, in its alphanumeric mode.
    assert len(text) <= 528 and set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.")


@given(st.integers(0, 2_000), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567.189"))
def test_a_changed_token_says_something_else_or_nothing(place: int, letter: str) -> None:
    text = a_token()
    place %= len(text)
    changed = text[:place] + letter + text[place + 1 :]
    try:
        read = parse(changed)
    except NotAToken:
        return
    original = parse(text)
    assert changed == text or (read.signed, read.signature) != (original.signed, original.signature)


@given(
    st.text(max_size=300)
    | st.from_regex(r"VD1\.[A-Z2-7]{4,9}\.[A-Z2-7]{0,80}\.[A-Z2-7]{0,110}", fullmatch=True)
)
def test_anything_else_is_not_a_token(text: str) -> None:
    with pytest.raises(NotAToken):
        parse(text)


def test_a_field_cannot_smuggle_in_another() -> None:
    honest = statement(a_content(), "A" * 16)
    sly = replace(honest, name="Maria\n20251122", born="x\ny")
    assert signed_bytes(KEY, sly).count(b"\n") == signed_bytes(KEY, honest).count(b"\n")


def test_only_the_canonical_form_is_read() -> None:
    version, key, content, signature = a_token().split(".")
    padded = base64.b32decode(content + "=" * (-len(content) % 8)).replace(b"\n64\n", b"\n064\n")
    loose = base64.b32encode(padded).decode().rstrip("=")
    with pytest.raises(NotAToken):
        parse(f"{version}.{key}.{loose}.{signature}")


def test_a_key_list_is_written_and_read() -> None:
    public = bytes(range(32))
    ring = KeyRing(
        {seal.key_id(public): Key(public, "Paroki Contoh", VENUE, DAY)},
        {(VENUE, "0001/A"): DAY, ("B", "2"): None},
    )
    assert seal.read_keys(seal.keys_file(ring, DAY)) == ring


def test_a_list_of_the_first_release_is_read_the_name_stands_for_the_owner() -> None:
    public = bytes(range(32))
    name = seal.key_id(public)
    text = json.dumps(
        {
            "format": "venue-desk keys",
            "version": 1,
            "made_on": "2025-11-22",
            "keys": [{"id": name, "public": public.hex(), "issuer": "Paroki A", "revoked_on": None}],
            "void": [{"issuer": "Paroki A", "number": "1/A", "on": "2025-11-22"}],
        }
    )
    assert seal.read_keys(text) == KeyRing(
        {name: Key(public, "Paroki A", "Paroki A")}, {("Paroki A", "1/A"): DAY}
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "null",
        "[" * 100_000,
        '{"format":"venue-desk keys","version":3}',
        '{"format":"venue-desk keys","version":2}',
    ],
)
def test_a_wrong_key_list_is_refused(text: str) -> None:
    with pytest.raises(Problem):
        seal.read_keys(text)


def test_a_key_under_a_wrong_name_is_refused() -> None:
    text = seal.keys_file(KeyRing({"ABCDEFGH": Key(bytes(32), "X", VENUE)}), DAY)
    with pytest.raises(Problem):
        seal.read_keys(text)


def test_many_units_go_on_further_pages() -> None:
    units = tuple(UnitLine(f"A.{n}", f"Unit {n}", "", 2, "K") for n in range(30))
    found = wording.pages(a_content(units=units))
    assert len(found) == 4
    assert "total" in found[-1].shared and "total" not in found[1].shared
    assert found[-1].own["total.result"] == "30/30"


def test_every_line_is_indonesian_then_english() -> None:
    front = wording.pages(a_content())[0]
    roles = list(front.shared)
    for role in ("title", "given", "field", "programme", "course"):
        assert roles.index(f"{role}.en") == roles.index(role) + 1


def test_the_kind_of_venue_is_never_on_it() -> None:
    said = wording.pages(a_content())
    assert all("parish" not in page.text.casefold() for page in said)
