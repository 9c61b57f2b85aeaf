"""The catalogue as one document, by command: shown before, taken whole or not at all, the same twice."""

import copy
import json
import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from server.test_commands import refused, said
from venue_desk.domain.problem import Problem
from venue_desk.domain.seal import key_id
from venue_desk.server import devices, documented, reference
from venue_desk.server.centre import Centre
from venue_desk.store.records import SigningKey

DOCUMENT: dict[str, Any] = {
    "venue_desk_catalogue": 1,
    "trades": [
        {"code": "KOPI", "id": "Barista", "units": [{"code": "BAR.01", "id": "Menyeduh kopi", "jp": 8}]},
    ],
    "programmes": [{"code": "KOPI-1", "id": "Barista dasar", "trade": "KOPI", "series": "bogasari  2026"}],
    "series": [{"name": "Bogasari 2026", "once": True}],
    "templates": [{"name": "Surat", "kind": "completion", "usual": True, "texts": {}}],
}


@pytest.fixture
def data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[str, ...]:
    where = ("--data", str(tmp_path / "centre"))
    said(capsys, *where, "init")
    return where


def write(file: Path, document: object) -> str:
    file.write_text(json.dumps(document), "utf-8")
    return str(file)


def test_a_document_goes_in_and_out(
    data: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path / "in.json", DOCUMENT)
    before = said(capsys, *data, "catalogue", "list")
    told = said(capsys, *data, "catalogue", "import", file, "--dry-run")
    assert "baru: Kejuruan KOPI" in told and "4 isian akan berubah" in told
    assert said(capsys, *data, "catalogue", "list") == before
    made = json.loads(said(capsys, *data, "catalogue", "import", file, "--json"))
    assert made["written"] and [row["key"] for row in made["changes"] if row["new"]] == [
        "KOPI", "KOPI-1", "bogasari 2026", "Surat",
    ]  # fmt: skip
    assert "0 isian berubah" in said(capsys, *data, "catalogue", "import", file)
    # What comes out holds all of it but the secret, goes in again without a change, and into another centre.
    out = tmp_path / "out.json"
    said(capsys, *data, "catalogue", "export", str(out))
    whole = json.loads(out.read_text("utf-8"))
    assert [row["code"] for row in whole["trades"]][-1] == "KOPI" and "secret" not in out.read_text("utf-8")
    assert whole["programmes"][0]["series"] == "Bogasari 2026"
    assert "0 isian berubah" in said(capsys, *data, "catalogue", "import", str(out))
    other = ("--data", str(tmp_path / "other"))
    said(capsys, *other, "init")
    said(capsys, *other, "catalogue", "import", str(out))
    said(capsys, *other, "catalogue", "export", str(tmp_path / "again.json"))
    assert (tmp_path / "again.json").read_text("utf-8") == out.read_text("utf-8")
    assert "masih memerlukan" in refused(capsys, *data, "catalogue", "remove", "trade", "KOPI")
    for kind, key in (
        ("programme", "KOPI-1"),
        ("trade", "KOPI"),
        ("series", "bogasari 2026"),
        ("template", "Surat"),
    ):
        said(capsys, *data, "catalogue", "remove", kind, key)
    assert said(capsys, *data, "catalogue", "list") == before
    refused(capsys, *data, "catalogue", "remove", "trade", "KOPI")
    refused(capsys, *data, "catalogue", "remove", "people", "KOPI")
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def _with(path: str, value: object) -> dict[str, Any]:
    made: Any = copy.deepcopy(DOCUMENT)
    *way, last = [int(one) if one.isdigit() else one for one in path.split(".")]
    place = made
    for one in way:
        place = place[one]
    place[last] = value
    return dict(made)


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (_with("trades.0.units.0.jp", "8"), "KOPI"),
        (_with("trades.0.units.0.jp", True), "KOPI"),
        (_with("trades.0.units.0.hours", 8), "hours"),
        (_with("trades.0.units.0.code", "LOG.LS01.001.01"), "LAS"),
        (_with("trades.0.id", ""), "KOPI"),
        (_with("programmes.0.trade", "TEH"), "TEH"),
        (_with("programmes.0.units", ["BAR.99"]), "BAR.99"),
        (_with("programmes.0.units", [1]), "KOPI-1"),
        (_with("programmes.0.series", "Indofood"), "Indofood"),
        (_with("series.0.secret", "0" * 32), "secret"),
        (_with("series.0.name", "!"), "Rangkaian"),
        (_with("templates.0.kind", "diploma"), "Surat"),
        (_with("templates.0.texts", {"title": "Surat"}), "Surat"),
        (_with("templates.0.texts", {"secret": "x"}), "Surat"),
        (_with("venue_desk_catalogue", 2), "rilis"),
        (_with("people", []), "people"),
        (_with("series", {}), "series"),
        (_with("trades", [{"code": "KOPI", "id": "Kopi"}]), "unit"),
        (_with("series", [{"name": "Bogasari 2026"}, {"name": "BOGASARI-2026"}]), "dua kali"),
        ([], "bukan katalog"),
        ("[" * 100_000, "bukan katalog"),
    ],
)  # fmt: skip
def test_one_fault_refuses_all_of_it(
    data: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str], document: Any, words: str
) -> None:
    file = tmp_path / "in.json"
    file.write_text(document if isinstance(document, str) else json.dumps(document), "utf-8")
    before = said(capsys, *data, "catalogue", "list", "--json")
    assert words in refused(capsys, *data, "catalogue", "import", str(file))
    assert words in refused(capsys, *data, "catalogue", "import", str(file), "--dry-run")
    assert said(capsys, *data, "catalogue", "list", "--json") == before


class Undone(Exception):
    """Taken, and taken back."""


def test_documents_that_were_damaged_are_taken_or_refused_in_words(
    data: tuple[str, ...], tmp_path: Path
) -> None:
    """2,000 mutants: each a refusal in words, or something that goes in and comes out the same."""
    chance = random.Random(7)
    text = json.dumps(DOCUMENT)
    odd: tuple[Any, ...] = (
        "",
        "\ud800",
        "\0",
        "x" * 300,
        "{hours}",
        None,
        True,
        -1,
        2**70,
        1.5,
        [],
        {},
        [[]],
        [{}],
        {"id": 1},
        "KOPI",
    )
    centre = Centre(tmp_path / "centre")
    file = tmp_path / "mutant.json"
    taken, told = 0, set()
    for _mutant in range(2000):
        if chance.random() < 0.3:
            letters = list(text)
            for _hit in range(chance.randint(1, 4)):
                letters[chance.randrange(len(letters))] = chance.choice('"{}[],:0\\ue\0é')
            data_ = "".join(letters).encode("utf-8", "surrogatepass")
        else:
            document = copy.deepcopy(DOCUMENT)
            _mutate(document, chance, odd)
            data_ = json.dumps(document).encode()
        file.write_bytes(data_)
        try:
            changes = documented.read(file)
            with centre.writing() as connection:
                documented.import_(connection, changes)
                raise Undone
        except Undone:
            taken += 1
        except Problem as problem:
            told.add(problem.text)
    centre.close()
    assert 20 < taken < 1500 and len(told) > 20 and all(told)


def _mutate(place: Any, chance: random.Random, odd: tuple[Any, ...]) -> None:
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            return
        key = chance.choice(keys)
        if isinstance(place[key], dict | list) and place[key] and chance.random() < 0.8:
            place = place[key]
            continue
        if chance.random() < 0.2:
            del place[key]
        else:
            place[key] = chance.choice(odd)
        return


def test_keys_by_command(data: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = key_id(bytes(32))
    centre = Centre(tmp_path / "centre")
    with centre.writing() as connection:
        venue = devices.add_venue(connection, "Paroki Santo Lukas", "parish")
        key = {"public": bytes(32).hex(), "since": date(2025, 3, 4)}
        connection.execute(insert(SigningKey), {"venue_id": venue, "id": name, "computer": "", **key})
        reference.gather(connection, venue)
    centre.close()
    assert "Dicabut" not in said(capsys, *data, "key", "list")
    said(capsys, *data, "key", "withdraw", name, "--on", "2025-06-01")
    row = json.loads(said(capsys, *data, "key", "list", "--json"))[0]
    assert (row["key"], row["withdrawn"], row["by_us"]) == (name, "2025-06-01", True)
    for wrong in (("withdraw", "NOTHING"), ("withdraw", name, "--on", "kemarin"), ("restore", "NOTHING")):
        refused(capsys, *data, "key", *wrong)
    said(capsys, *data, "key", "restore", name)
    assert json.loads(said(capsys, *data, "key", "list", "--json"))[0]["withdrawn"] == ""


def test_units_by_spreadsheet(
    data: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "las.csv"
    said(capsys, *data, "catalogue", "units", "LAS", "--out", str(file))
    assert said(capsys, *data, "catalogue", "units", "LAS", "--from", str(file)) == "Tidak ada yang berubah."
    lines = file.read_text("utf-8-sig").splitlines()
    changed = [
        lines[0],
        lines[2],
        lines[1].replace(";6;", ";9;"),
        *lines[4:],
        "LOG.LS01.090.01;Uji;Test;2;ya",
    ]
    file.write_text("\n".join(changed), "utf-8")
    told = said(capsys, *data, "catalogue", "units", "LAS", "--from", str(file), "--dry-run")
    for words in (
        "baru: Unit LOG.LS01.090.01",
        "berubah: Unit LOG.LS01.001.01",
        "hilang: Unit LOG.LS01.003.01",
    ):
        assert words in told
    made = json.loads(said(capsys, *data, "catalogue", "units", "LAS", "--from", str(file), "--json"))
    assert (made["new"], made["other"], made["gone"]) == (
        ["LOG.LS01.090.01"], ["LOG.LS01.001.01"], ["LOG.LS01.003.01"],
    )  # fmt: skip
    assert made["moved"] and made["written"]
    assert said(capsys, *data, "catalogue", "units", "LAS", "--from", str(file)) == "Tidak ada yang berubah."
    # A unit that a programme teaches does not go.
    document = {"code": "LAS-1", "id": "Las", "trade": "LAS", "units": ["LOG.LS01.090.01"]}
    said(capsys, *data, "catalogue", "import", write(
        tmp_path / "p.json", {"venue_desk_catalogue": 1, "programmes": [document]}
    ))  # fmt: skip
    file.write_text("\n".join(changed[:-1]), "utf-8")
    assert "LAS-1" in refused(capsys, *data, "catalogue", "units", "LAS", "--from", str(file))
    for wrong in (
        ("LAS",),
        ("LAS", "--from", "x.csv", "--out", "x.csv"),
        ("TEH", "--from", str(file)),
        ("TEH", "--out", "x.csv"),
    ):
        refused(capsys, *data, "catalogue", "units", *wrong)
