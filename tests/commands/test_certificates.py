"""Certificates by the command line, as a script does it."""

import json
from pathlib import Path

import pytest

from venue_desk import language
from venue_desk.commands.main import run
from venue_desk.store.desk import Desk


@pytest.fixture
def folder(sample: Desk) -> str:
    sample.close()
    return str(sample.folder)


def spoken(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    capsys.readouterr()
    assert run(list(arguments)) == code
    out, err = capsys.readouterr()
    return err if code == 2 else out


def issue(capsys: pytest.CaptureFixture[str], folder: str, out: Path) -> list[dict[str, str]]:
    for row in json.loads(
        spoken(capsys, "--data", folder, "certificates", "list", "--course", "RIAS-9", "--json")
    ):
        if row["state"] in ("waiting", "given"):
            spoken(capsys, "--data", folder, "certificates", "void", row["number"], "--reason", "uji")
    text = spoken(
        capsys, "--data", folder, "certificates", "issue", "--course", "rias-9", "--out", str(out), "--json"
    )
    found: list[dict[str, str]] = json.loads(text)
    return found


def test_issue_verify_void_reprint(folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pdf, keys = tmp_path / "s.pdf", tmp_path / "keys.json"
    issued = issue(capsys, folder, pdf)
    assert pdf.read_bytes().startswith(b"%PDF") and len(issued) > 5
    assert "SAH" in spoken(capsys, "--data", folder, "certificates", "verify", str(pdf))

    # A stranger without any data: unknown, then valid with the list of keys, then void with the newer list.
    nowhere = str(tmp_path / "nowhere")
    assert "TIDAK DIKENAL" in spoken(capsys, "--data", nowhere, "certificates", "verify", str(pdf), code=1)
    spoken(capsys, "--data", folder, "certificates", "keys", "export", str(keys))
    spoken(capsys, "--data", nowhere, "certificates", "verify", str(pdf), "--keys", str(keys))
    spoken(capsys, "--data", folder, "certificates", "void", issued[0]["number"], "--reason", "Nama salah")
    spoken(capsys, "--data", folder, "certificates", "keys", "export", str(keys))
    text = spoken(
        capsys, "--data", nowhere, "certificates", "verify", str(pdf), "--keys", str(keys), "--json", code=1
    )
    assert [one["state"] for one in json.loads(text)].count("void") == 1
    assert not Path(nowhere).exists()

    copy = tmp_path / "copy.pdf"
    spoken(capsys, "--data", folder, "certificates", "reprint", issued[1]["number"], "--out", str(copy))
    assert "SAH" in spoken(capsys, "--data", folder, "certificates", "verify", str(copy))
    again = tmp_path / "again.pdf"
    spoken(capsys, "--data", folder, "certificates", "print", "--course", "RIAS-9", "--out", str(again))
    assert "SAH" in spoken(capsys, "--data", folder, "certificates", "verify", str(again))
    spoken(capsys, "--data", folder, "certificates", "hand-over", issued[1]["number"], "--to", "Ibu Sari")
    listed = spoken(capsys, "--data", folder, "certificates", "list", issued[1]["number"], "--json")
    assert json.loads(listed)[0]["given_to"] == "Ibu Sari"


def test_the_keys_of_another_venue_can_be_trusted(
    folder: str,
    desk: Desk,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pdf, keys = tmp_path / "s.pdf", tmp_path / "keys.json"
    issue(capsys, folder, pdf)
    spoken(capsys, "--data", folder, "certificates", "keys", "export", str(keys))
    ring = json.loads(keys.read_text("utf-8"))
    from venue_desk.actions import keys as actions
    from venue_desk.documents import verify
    from venue_desk.domain import seal
    from venue_desk.queries import certificates as seen

    assert desk.do(actions.trust, seal.read_keys(keys.read_text("utf-8"))) == len(ring["keys"])
    found = list(verify.anything(pdf, desk.ask(seen.key_ring)))
    assert all(one.state == verify.VALID for one in found)


def test_a_key_is_withdrawn_and_what_it_signed_is_printed_again(
    folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pdf, copy = tmp_path / "s.pdf", tmp_path / "copy.pdf"
    issued = issue(capsys, folder, pdf)
    listed = json.loads(spoken(capsys, "--data", folder, "certificates", "keys", "list", "--json"))
    [key] = [one for one in listed if one["own"] and one["signed"] >= len(issued)]
    spoken(
        capsys, "--data", folder, "certificates", "keys", "withdraw", key["id"], "--on", "2099-01-01", code=2
    )
    said = spoken(capsys, "--data", folder, "certificates", "keys", "withdraw", key["id"].lower())
    assert all(one["number"] in said for one in issued)
    assert "dicabut" in spoken(capsys, "--data", folder, "certificates", "keys", "list")
    assert "TIDAK DIKENAL" in spoken(capsys, "--data", folder, "certificates", "verify", str(pdf), code=1)
    # The original would not be proven by anything: only a copy is printed, signed with another key.
    number = issued[0]["number"]
    spoken(
        capsys, "--data", folder, "certificates", "print", "--course", "RIAS-9", "--out", str(copy), code=2
    )
    spoken(capsys, "--data", folder, "certificates", "reprint", number, "--out", str(copy))
    assert "SAH" in spoken(capsys, "--data", folder, "certificates", "verify", str(copy))
    spoken(capsys, "--data", folder, "certificates", "keys", "withdraw", key["id"], code=2)
    listed = json.loads(spoken(capsys, "--data", folder, "certificates", "keys", "list", "--json"))
    assert [one["revoked_on"] is None for one in listed if one["own"]] == [True, False]


@pytest.mark.parametrize("words", ["id", "en"])
def test_what_cannot_be_done_is_said_in_both_languages(
    folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: str
) -> None:
    (tmp_path / "empty.pdf").write_bytes(b"")
    (tmp_path / "text.pdf").write_text("hello")
    (tmp_path / "keys.json").write_text("{}")
    out = str(tmp_path / "x.pdf")
    before = spoken(capsys, "--data", folder, "certificates", "list")
    for arguments in (
        ("issue", "--course", "NO-1", "--out", out),
        ("issue", "--course", "BOGA-12", "--out", out),
        ("issue", "--course", "RIAS-9", "--out", str(tmp_path / "none" / "x.pdf")),
        ("issue", "--course", "RIAS-9", "--out", out, "--on", "soon"),
        ("issue", "--course", "RIAS-9", "--out", out, "--paper", "A3"),
        ("void", "1/2/3", "--reason", "x"),
        ("reprint", "1/2/3", "--out", out),
        ("verify", str(tmp_path / "empty.pdf")),
        ("verify", str(tmp_path / "text.pdf")),
        ("verify", str(tmp_path / "missing.pdf")),
        ("verify", str(tmp_path / "text.pdf"), "--keys", str(tmp_path / "keys.json")),
        ("verify", str(tmp_path / "text.pdf"), "--keys", str(tmp_path / "missing.json")),
        ("keys", "import", str(tmp_path / "text.pdf")),
        ("keys", "withdraw", "AAAAAAAA"),
        ("assess", "--course", "BOGA-12", "--person", "nobody", "--unit", "1", "--result", "K"),
        ("assess", "--course", "BOGA-12", "--person", "1", "--unit", "99", "--result", "K"),
    ):
        error = spoken(capsys, "--data", folder, "--lang", words, "certificates", *arguments, code=2)
        assert error.strip() and "Traceback" not in error
    language.use("id")
    assert not Path(out).exists()
    assert spoken(capsys, "--data", folder, "certificates", "list") == before


def test_assess_and_see_it(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("assess", "--course", "BOGA-12", "--person", "2", "--unit", "7", "--result", "bk")
    spoken(capsys, "--data", folder, "certificates", *arguments)
    sheet = json.loads(
        spoken(capsys, "--data", folder, "certificates", "assessment", "--course", "BOGA-12", "--json")
    )
    assert sheet["rows"][1]["tries"][6][-1]["result"] == "BK"
    assert "2" in spoken(capsys, "--data", folder, "certificates", "assessment", "--course", "BOGA-12")
