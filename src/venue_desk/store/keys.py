"""The keys that sign certificates: the private half stays in this file, the public half is a record and syncs."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue_desk.domain import clock
from venue_desk.domain.seal import Key, KeyRing, key_id, keys_file, read_keys
from venue_desk.store.local import local, set_local
from venue_desk.store.records import (
    VENUE_ROW,
    Certificate,
    Computer,
    SigningKey,
    Venue,
    get,
    mine,
)

_PRIVATE, _TRUSTED = "signing key", "trusted keys"


def signer(session: Session) -> tuple[str, Callable[[bytes], bytes]]:
    """This computer's key id and how to sign with it. The first call of an action makes the key."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    kept = local(session, _PRIVATE)
    private = (
        Ed25519PrivateKey.from_private_bytes(bytes.fromhex(kept)) if kept else Ed25519PrivateKey.generate()
    )
    public = private.public_key().public_bytes_raw()
    name = key_id(public)
    if kept is None:
        set_local(session, _PRIVATE, private.private_bytes_raw().hex())
    if get(session, SigningKey, name) is None:
        computer = get(session, Computer, str(session.info.get("writer", "")))
        session.add(
            SigningKey(
                id=name, public=public.hex(), computer=computer.name if computer else "", since=clock.today()
            )
        )
        session.flush()
    return name, private.sign


def ring(session: Session) -> KeyRing:
    """The venue's own keys and void numbers, and the lists that were added from elsewhere."""
    venue = get(session, Venue, VENUE_ROW)
    issuer = venue.name if venue else ""
    keys = {
        key.id: Key(bytes.fromhex(key.public), issuer, key.revoked_on)
        for key in session.scalars(select(SigningKey).where(mine(session, SigningKey)))
    }
    void = {
        (str(content["venue"]), number): on
        for number, on, content in session.execute(
            select(Certificate.number, Certificate.voided_on, Certificate.content).where(
                mine(session, Certificate), Certificate.voided_on.is_not(None)
            )
        )
    }
    return KeyRing(keys, void).joined(trusted(session))


def trusted(session: Session) -> KeyRing:
    """The key lists of other venues that were added on this computer."""
    kept = local(session, _TRUSTED)
    return read_keys(kept) if kept else KeyRing()


def trust(session: Session, other: KeyRing) -> int:
    """Keep another venue's keys on this computer; a newer list replaces what an older one said."""
    joined = other.joined(trusted(session))
    set_local(session, _TRUSTED, keys_file(joined, clock.today()))
    return len(other.keys)
