"""The keys that sign certificates: the private half stays in this file, the public half is a record and syncs."""

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue_desk.domain import clock
from venue_desk.domain.problem import Problem
from venue_desk.domain.seal import Key, KeyRing, key_id, keys_file, read_keys
from venue_desk.language import _
from venue_desk.store.local import local, set_local
from venue_desk.store.records import (
    VENUE_ROW,
    Certificate,
    Computer,
    SigningKey,
    Venue,
    get,
    mine,
    venue_of,
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


def own(session: Session) -> KeyRing:
    """The venue's own keys and void numbers: what it gives away so that others can verify."""
    owner, venue = venue_of(session), get(session, Venue, VENUE_ROW)
    issuer = venue.name if venue else ""
    keys = {
        key.id: Key(bytes.fromhex(key.public), issuer, owner, key.revoked_on)
        for key in session.scalars(select(SigningKey).where(mine(session, SigningKey)))
    }
    void = {
        (owner, number): on
        for number, on in session.execute(
            select(Certificate.number, Certificate.voided_on)
            .where(mine(session, Certificate), Certificate.voided_on.is_not(None))
            .order_by(Certificate.voided_on.desc())  # of two with one number the earlier day stays
        )
    }
    return KeyRing(keys, void)


def ring(session: Session) -> KeyRing:
    """All that this desk verifies with: its own keys and void numbers, and the lists that were added here."""
    known = own(session)
    return known.joined(known.heard(trusted(session), venue_of(session)))


def trusted(session: Session) -> KeyRing:
    """The lists of other venues that were added on this computer, as they were kept: see ``KeyRing.heard``."""
    kept = local(session, _TRUSTED)
    return read_keys(kept) if kept else KeyRing()


def trust(session: Session, told: KeyRing) -> int:
    """Keep another venue's list on this computer; it adds to what an older one said. Returns how many keys it brings.

    Only what ``KeyRing.heard`` lets a list say is kept. Raises Problem where nothing of it is.
    """
    ours, known = venue_of(session), own(session)
    before = known.heard(trusted(session), ours)
    new = known.joined(before).heard(told, ours)
    if not new.keys:
        raise Problem(
            _("Nothing of this list was added."),
            hint=_(
                "It brings no keys, or those of this venue itself, or it speaks for a venue that is known here by "
                "other keys. Ask that venue for its list."
            ),
        )
    joined = before.joined(new)
    # A venue that changed its name tells it with its next list.
    names = {
        name: replace(key, issuer=new.keys[name].issuer)
        for name, key in joined.keys.items()
        if name in new.keys and new.keys[name].owner == key.owner
    }
    kept = KeyRing({**joined.keys, **names}, joined.void)
    set_local(session, _TRUSTED, keys_file(kept, clock.today()))
    return len(new.keys)
