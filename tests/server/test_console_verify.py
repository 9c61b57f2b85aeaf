"""The public check, with certificates that a real desk issued and synced."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import centres
from venue_desk.actions import certificates, keys
from venue_desk.actions import venue as settings
from venue_desk.documents import verify
from venue_desk.queries import certificates as seen
from venue_desk.queries import venue
from venue_desk.server import reference
from venue_desk.server.console import checking
from venue_desk.store.desk import Desk
from venue_desk.store.records import Certificate, Person, SigningKey

COLOURS = {"valid": "Valid", "void": "Void", "altered": "Altered", "unknown": "Unknown"}


@pytest.fixture
def centre(tmp_path: Path, sample: Desk) -> Iterator[centres.Running]:
    """A centre that has the sample parish's records."""
    with centres.running(centres.make(tmp_path / "centre")) as running:
        running.join(sample, running.venue("Paroki Santo Lukas"))
        yield running


@pytest.fixture
def stranger(centre: centres.Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=centre.url, headers={"Accept-Language": "en"}) as client:
        yield client


def certificate(desk: Desk) -> Certificate:
    """One that stands."""
    return desk.ask(
        lambda session: session.scalars(
            select(Certificate).where(Certificate.voided_on.is_(None)).order_by(Certificate.number)
        ).first()
    )  # type: ignore[return-value]


def state(page: httpx.Response) -> str:
    assert page.status_code == 200, page.text
    found = [
        name
        for name, word in COLOURS.items()
        if f'class="result {name}"' in page.text and f"<h1>{word}</h1>" in page.text
    ]
    assert len(found) == 1, page.text
    return found[0]


def test_valid_void_altered_and_unknown(
    sample: Desk, centre: centres.Running, stranger: httpx.Client
) -> None:
    one = certificate(sample)
    name = one.content["name"]
    # Before the desk has synced its key, the centre cannot say anything.
    assert state(stranger.get(f"/verify/{one.token}")) == "unknown"
    centres.sync(sample)
    page = stranger.get(f"/verify/{one.token}")
    assert state(page) == "valid" and name in page.text and one.number in page.text
    # Pasted: with the address around it, broken over lines.
    pasted = f" https://pusat.example.id/verify/{one.token[:50]}\n{one.token[50:]}\n"
    assert state(stranger.post("/verify", data={"certificate": pasted})) == "valid"
    # A letter changed: refused, and nothing of what it claims is repeated under our name.
    version, key, content, signature = one.token.split(".")
    forged = f"{version}.{key}.{'A' if content[9] != 'A' else 'B'}{content[1:]}.{signature}"
    for bad in (forged, one.token[:-5], one.token + "A"):
        page = stranger.get(f"/verify/{bad}")
        assert state(page) == "altered" and name not in page.text
    for strange in ("VD9.A.B.C", "hello", "x" * 5000, "%00"):
        assert state(stranger.get(f"/verify/{strange}")) == "unknown"
    sample.do(certificates.void, one.id, "Nama salah")
    centres.sync(sample)
    page = stranger.get(f"/verify/{one.token}")
    assert state(page) == "void" and "Nama salah" not in page.text


def test_a_program_gets_json(sample: Desk, centre: centres.Running, stranger: httpx.Client) -> None:
    centres.sync(sample)
    one = certificate(sample)
    said = stranger.get(f"/verify/{one.token}", headers={"Accept": "application/json"}).json()
    assert said["state"] == "valid" and said["signed_by"] == "Paroki Santo Lukas"
    assert said["statement"]["name"] == one.content["name"]
    said = stranger.get(f"/verify/{one.token}A", headers={"Accept": "application/json"}).json()
    assert said["state"] == "altered" and said["statement"] is None


def test_a_number_alone_tells_the_state_and_initials_and_nothing_else(
    sample: Desk, centre: centres.Running, stranger: httpx.Client
) -> None:
    centres.sync(sample)
    one = certificate(sample)
    page = stranger.post("/verify", data={"certificate": f" {one.number.lower()} "})
    assert state(page) == "valid"
    name = one.content["name"]
    assert checking.initials(name) in page.text
    words = {
        *name.split(),
        one.content["venue"],
        one.content["programme_id"],
        "Lukas",
        one.content["birthplace"],
    }
    assert not [word for word in words if word and word in page.text]
    facts = re.findall(r"<dd>(.*?)</dd>", page.text)
    assert facts == [one.number.lower(), checking.initials(name)]
    assert state(stranger.post("/verify", data={"certificate": "9999/SERT-Z/2025"})) == "unknown"
    sample.do(certificates.void, one.id, "Nama salah")
    centres.sync(sample)
    page = stranger.post("/verify", data={"certificate": one.number})
    assert state(page) == "void" and checking.initials(name) not in page.text


def test_no_venue_can_declare_anothers_certificate_void(
    sample: Desk, desk: Desk, centre: centres.Running, stranger: httpx.Client
) -> None:
    centres.sync(sample)
    centre.join(desk, centre.venue("SMK Negeri 9", "school"))
    one = certificate(sample)

    def imitate(session) -> None:  # type: ignore[no-untyped-def]
        """Imitate"""
        person = Person(name="Palsu")
        session.add(person)
        session.add(
            Certificate(
                number=one.number, sequence=1, year=2025, letter="A", kind=one.kind, enrolment_id="x", person_id="x",
                course_id="x", issued_on=one.issued_on, content=one.content, token=one.token, key=one.key,
                voided_on=one.issued_on, void_reason="palsu",
            )
        )  # fmt: skip

    desk.do(imitate)
    centres.sync(desk)
    assert state(stranger.get(f"/verify/{one.token}")) == "valid"
    # The number is not one certificate's any more, and the page says so instead of choosing.
    page = stranger.post("/verify", data={"certificate": one.number})
    assert state(page) == "unknown" and "More than one certificate" in page.text


def test_a_copy_is_checked_like_its_first_print(
    sample: Desk, centre: centres.Running, stranger: httpx.Client
) -> None:
    one = certificate(sample)
    again = sample.do(certificates.reprint, one.id)
    centres.sync(sample)
    assert state(stranger.get(f"/verify/{again.token}")) == "valid"
    assert seen.VOID not in sample.ask(seen.by_number, one.number).state


def test_initials() -> None:
    assert checking.initials("Siti Aminah") == "S. A."
    assert checking.initials("  sukarno ") == "S."
    assert checking.initials("I Gusti (Ayu) Oka") == "I. G. O."
    assert checking.tidied("https://a.example/verify/VD1.A.B.C?lang=en") == "VD1.A.B.C"
    assert checking.is_code("VD1.A.B.C") and not checking.is_code("0012/SERT-A/VD1")


def test_no_venue_can_take_anothers_key_for_its_own(
    sample: Desk, desk: Desk, centre: centres.Running, stranger: httpx.Client
) -> None:
    centres.sync(sample)
    centre.join(desk, centre.venue("Paroki Santo Lukas"))
    one = certificate(sample)
    public = sample.ask(seen.own_keys).keys[one.key].public.hex()

    def claim(session: Session) -> None:
        """Claim"""
        session.add(SigningKey(id=one.key, public=public, computer="X", since=date(2000, 1, 1)))
        session.add(
            Certificate(
                number=one.number, sequence=1, year=2025, letter="A", kind=one.kind, enrolment_id="x", person_id="x",
                course_id="x", issued_on=one.issued_on, content=one.content, token=one.token, key=one.key,
                voided_on=one.issued_on, void_reason="palsu",
            )
        )  # fmt: skip

    desk.do(claim)
    centres.sync(desk)
    assert state(stranger.get(f"/verify/{one.token}")) == "valid"
    centres.sync(sample)
    assert verify.text(one.token, sample.ask(seen.key_ring)).state == "valid"
    # It withdraws the key that it says is its: nobody hears that.
    desk.do(keys.withdraw, one.key)
    centres.sync(desk)
    centres.sync(sample)
    assert state(stranger.get(f"/verify/{one.token}")) == "valid"
    assert verify.text(one.token, sample.ask(seen.key_ring)).state == "valid"


def test_a_key_that_the_agency_withdrew_counts_no_more_anywhere(
    sample: Desk, centre: centres.Running, stranger: httpx.Client
) -> None:
    centres.sync(sample)
    one = certificate(sample)
    with centre.centre.writing() as connection:
        assert reference.withdraw_key(connection, one.key, date(2025, 11, 22))
    assert state(stranger.get(f"/verify/{one.token}")) == "unknown"
    # Its own venue hears of it, and signs with another key from then on.
    centres.sync(sample)
    assert verify.text(one.token, sample.ask(seen.key_ring)).state == "unknown"
    again = sample.do(certificates.reprint, one.id)
    centres.sync(sample)
    assert state(stranger.get(f"/verify/{again.token}")) == "valid"


def test_a_desk_verifies_what_another_venue_of_the_same_name_issued_without_a_file(
    sample: Desk, desk: Desk, centre: centres.Running
) -> None:
    venue_name = sample.ask(venue.details).name
    desk.do(settings.edit, name=venue_name)
    centre.join(desk, centre.venue("Paroki Santo Lukas"))
    one = certificate(sample)
    centres.sync(sample)
    assert verify.text(one.token, desk.ask(seen.key_ring)).state == "unknown"
    centres.sync(desk)
    found = verify.text(one.token, desk.ask(seen.key_ring))
    assert found.state == "valid" and found.issuer == venue_name
    sample.do(certificates.void, one.id, "Nama salah")
    centres.sync(sample)
    centres.sync(desk)
    assert verify.text(one.token, desk.ask(seen.key_ring)).state == "void"
