import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy.orm import Session

from venue_desk.domain import seal
from venue_desk.domain.problem import Problem
from venue_desk.domain.seal import Key, KeyRing
from venue_desk.store import keys
from venue_desk.store.desk import Desk, set_local
from venue_desk.store.records import Line, Reference, SigningKey, mine


def sign(session: Session, text: bytes) -> tuple[str, bytes]:
    """Sign something"""
    name, signer = keys.signer(session)
    return name, signer(text)


def test_the_key_is_made_once_and_its_public_half_verifies(desk: Desk) -> None:
    name, signature = desk.do(sign, b"text")
    again, _other = desk.do(sign, b"more")
    assert again == name
    ring = desk.ask(keys.ring)
    assert list(ring.keys) == [name] and ring.keys[name].issuer == "Paroki Uji"
    Ed25519PublicKey.from_public_bytes(ring.keys[name].public).verify(signature, b"text")


def test_the_private_half_is_in_no_journal_line(desk: Desk) -> None:
    from sqlalchemy import select

    from venue_desk.store.local import local

    desk.do(sign, b"text")

    def lines(session: Session) -> tuple[str, str]:
        private = local(session, "signing key") or ""
        journal = " ".join(f"{line.after} {line.before}" for line in session.scalars(select(Line)))
        return private, journal

    private, journal = desk.ask(lines)
    assert len(private) == 64 and private not in journal
    assert "signing_key" in desk.ask(tables)


def tables(session: Session) -> list[str]:
    from sqlalchemy import select

    return list(session.scalars(select(Line.table)))


def test_an_action_that_fails_leaves_no_key(desk: Desk) -> None:
    def fail(session: Session) -> None:
        """Fail"""
        keys.signer(session)
        raise ValueError

    with pytest.raises(ValueError):
        desk.do(fail)
    assert desk.ask(lambda session: session.query(SigningKey).filter(mine(session, SigningKey)).count()) == 0


DAY = date(2025, 11, 22)
VENUE = "a" * 32
PUBLIC = bytes(range(32))
NAME = seal.key_id(PUBLIC)
OTHER = seal.key_id(bytes(32))


def a_list(owner: str = VENUE, issuer: str = "Paroki Lain", revoked_on: date | None = None) -> KeyRing:
    return KeyRing({NAME: Key(PUBLIC, issuer, owner, revoked_on)})


def test_a_newer_list_of_another_venue_adds_to_the_older(desk: Desk) -> None:
    assert desk.do(keys.trust, a_list()) == 1
    desk.do(keys.trust, replace(a_list(issuer="Paroki Baru", revoked_on=DAY), void={(VENUE, "1/A"): DAY}))
    ring = desk.ask(keys.ring)
    assert ring.keys[NAME] == Key(PUBLIC, "Paroki Baru", VENUE, DAY)
    assert ring.void == {(VENUE, "1/A"): DAY}
    desk.do(keys.trust, a_list())  # an older list again: nothing is forgotten
    assert desk.ask(keys.ring).void == ring.void and desk.ask(keys.ring).keys[NAME].revoked_on == DAY


def test_a_list_kept_by_the_first_release_is_read_on_and_a_newer_one_goes_on_from_it(desk: Desk) -> None:
    def keep(session: Session) -> None:
        """Keep"""
        set_local(
            session,
            "trusted keys",
            json.dumps(
                {
                    "format": "venue-desk keys",
                    "version": 1,
                    "made_on": "2025-11-22",
                    "keys": [
                        {"id": NAME, "public": PUBLIC.hex(), "issuer": "Paroki Lain", "revoked_on": None}
                    ],
                    "void": [{"issuer": "Paroki Lain", "number": "1/A", "on": None}],
                }
            ),
        )

    desk.do(keep)
    ring = desk.ask(keys.ring)
    assert (ring.keys[NAME].owner, "1/A") in ring.void
    desk.do(keys.trust, replace(a_list(), void={(VENUE, "2/A"): DAY}))
    ring = desk.ask(keys.ring)
    assert {(ring.keys[NAME].owner, number) for number in ("1/A", "2/A")} <= set(ring.void)


def test_the_list_of_another_venue_does_not_speak_for_us_or_for_a_third(desk: Desk) -> None:
    name, _signature = desk.do(sign, b"text")
    desk.do(keys.trust, a_list())
    before, ours = desk.ask(keys.ring), desk.venue
    attacks = (
        KeyRing({OTHER: Key(bytes(32), "B", ours)}, {(ours, "1/A"): DAY}),
        KeyRing({name: Key(before.keys[name].public, "B", "b" * 32, DAY)}, {("b" * 32, "1/A"): DAY}),
        KeyRing({OTHER: Key(bytes(32), "B", VENUE)}, {(VENUE, "1/A"): DAY}),
        KeyRing({}, {(VENUE, "1/A"): DAY, (ours, "1/A"): DAY}),
    )
    for told in attacks:
        with pytest.raises(Problem):
            desk.do(keys.trust, told)
    assert desk.ask(keys.ring) == before
    # With a key of its own it is added, and says no more than that.
    own = KeyRing({OTHER: Key(bytes(32), "B", "b" * 32)}, {(VENUE, "1/A"): DAY, (ours, "1/A"): DAY})
    assert desk.do(keys.trust, own) == 1
    assert desk.ask(keys.ring) == KeyRing({**before.keys, **own.keys}, before.void)


def test_what_is_given_away_is_the_venues_own(desk: Desk) -> None:
    name, _signature = desk.do(sign, b"text")
    desk.do(keys.trust, a_list())
    assert set(desk.ask(keys.own).keys) == {name}
    assert desk.ask(keys.own).keys[name].owner == desk.venue


def hear(session: Session, entries: list[tuple[str, str, Any]]) -> None:
    """Hear the centre"""
    for version, (kind, key, value) in enumerate(entries, 1):
        session.add(Reference(kind=kind, key=key, version=version, value=value, source=None))


def said(owner: str = VENUE, revoked_on: str | None = None) -> dict[str, Any]:
    return {"public": PUBLIC.hex(), "issuer": "Paroki Lain", "venue": owner, "revoked_on": revoked_on}


def test_what_the_centre_says_of_other_venues_is_known_without_a_file(desk: Desk) -> None:
    desk.do(
        hear,
        [
            ("key", NAME, said()),
            ("void", f"{VENUE}/12/SERT-A/2025", {"on": "2025-11-22"}),
            ("void", f"{VENUE}/13", {"on": None}),
            ("trade", "BOGA", {"id": "Tata Boga"}),
            # What a later release or a fault says is passed over.
            ("key", OTHER, {"public": PUBLIC.hex(), "issuer": "X", "venue": VENUE, "revoked_on": None}),
            ("key", "AAAA", {"public": "zz"}),
            ("key", "BBBB", {}),
            ("void", f"{VENUE}/14", {"on": "soon"}),
        ],
    )
    assert desk.ask(keys.ring) == KeyRing(
        {NAME: Key(PUBLIC, "Paroki Lain", VENUE)}, {(VENUE, "12/SERT-A/2025"): DAY, (VENUE, "13"): None}
    )

    def withdraw(session: Session) -> None:
        """Withdraw"""
        row = session.get(Reference, ("key", NAME))
        assert row is not None
        row.value = said(revoked_on="2025-11-22")

    desk.do(withdraw)
    assert desk.ask(keys.ring).keys[NAME].revoked_on == DAY


def test_at_the_centre_too_no_venue_takes_our_key_or_voids_our_numbers(desk: Desk) -> None:
    name, _signature = desk.do(sign, b"text")
    key = desk.ask(keys.own).keys[name]
    claim = {"public": key.public.hex(), "issuer": "B", "venue": "b" * 32, "revoked_on": "2025-11-22"}
    desk.do(hear, [("key", name, claim), ("void", f"{'b' * 32}/1/A", {"on": "2025-11-22"})])
    ring = desk.ask(keys.ring)
    assert ring.keys[name] == key and (key.owner, "1/A") not in ring.void


def test_a_list_that_was_trusted_before_the_centre_spoke_is_weighed_again(desk: Desk) -> None:
    """A made-up key of a venue that nobody knew here yet, with a void number of its: then the centre tells of it."""
    desk.do(keys.trust, KeyRing({OTHER: Key(bytes(32), "B", VENUE)}, {(VENUE, "1/A"): DAY}))
    desk.do(hear, [("key", NAME, said())])
    ring = desk.ask(keys.ring)
    assert set(ring.keys) == {NAME} and not ring.void
    # Nor does it come back by the door of the venue's own list.
    desk.do(keys.trust, replace(a_list(), void={(VENUE, "2/A"): DAY}))
    ring = desk.ask(keys.ring)
    assert set(ring.keys) == {NAME} and set(ring.void) == {(VENUE, "2/A")}
