from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy.orm import Session

from venue_desk.domain import seal
from venue_desk.domain.seal import Key, KeyRing
from venue_desk.store import keys
from venue_desk.store.desk import Desk
from venue_desk.store.records import Line, SigningKey, mine


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


def test_a_newer_list_of_another_venue_replaces_the_older(desk: Desk) -> None:
    public = bytes(range(32))
    name = seal.key_id(public)
    day = date(2025, 11, 22)
    assert desk.do(keys.trust, KeyRing({name: Key(public, "Paroki Lain")})) == 1
    desk.do(keys.trust, KeyRing({name: Key(public, "Paroki Lain", day)}, {("Paroki Lain", "1/A"): day}))
    ring = desk.ask(keys.ring)
    assert ring.keys[name].revoked_on == day and ring.void == {("Paroki Lain", "1/A"): day}
