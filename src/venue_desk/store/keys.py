"""The keys that sign certificates: the private half stays in this file, the public half is a record and syncs."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue_desk.domain import clock
from venue_desk.domain.problem import Problem
from venue_desk.domain.reference import KEY, VOID
from venue_desk.domain.seal import Key, KeyRing, key_id, keys_file, read_keys
from venue_desk.language import _
from venue_desk.store.local import local, set_local
from venue_desk.store.records import (
    VENUE_ROW,
    Certificate,
    Computer,
    Reference,
    SigningKey,
    Venue,
    get,
    mine,
    venue_of,
)

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_PRIVATE, _TRUSTED = "signing key", "trusted keys"


def signer(session: Session) -> tuple[str, Callable[[bytes], bytes]]:
    """This computer's key id and how to sign with it.

    The first signature makes the key, and the first after it was withdrawn another one.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = _private(session)
    if private is None or _name(private) in withdrawn(session):
        private = Ed25519PrivateKey.generate()
        set_local(session, _PRIVATE, private.private_bytes_raw().hex())
    name = _name(private)
    if get(session, SigningKey, name) is None:
        computer = get(session, Computer, str(session.info.get("writer", "")))
        session.add(
            SigningKey(
                id=name,
                public=private.public_key().public_bytes_raw().hex(),
                computer=computer.name if computer else "",
                since=clock.today(),
            )
        )
        session.flush()
    return name, private.sign


def here(session: Session) -> str:
    """The id of the key that this computer signs with; empty before its first signature."""
    private = _private(session)
    return _name(private) if private else ""


def _private(session: Session) -> "Ed25519PrivateKey | None":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    kept = local(session, _PRIVATE)
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(kept)) if kept else None


def _name(private: "Ed25519PrivateKey") -> str:
    return key_id(private.public_key().public_bytes_raw())


def withdrawn(session: Session) -> dict[str, date]:
    """Since when which of our keys count no more, because we or the centre withdrew them."""
    days: dict[str, date | None] = {
        row.id: row.revoked_on
        for row in session.execute(
            select(SigningKey.id, SigningKey.revoked_on).where(mine(session, SigningKey))
        )
    }
    for name, value in session.execute(
        select(Reference.key, Reference.value).where(
            Reference.kind == KEY, Reference.key.in_(list(days)), Reference.value.is_not(None)
        )
    ):
        key = _key(name, value)
        if key is not None and key.owner == venue_of(session):
            days[name] = min((day for day in (days[name], key.revoked_on) if day), default=None)
    return {name: day for name, day in days.items() if day}


def own(session: Session) -> KeyRing:
    """The venue's own keys and void numbers: what it gives away so that others can verify."""
    owner, venue = venue_of(session), get(session, Venue, VENUE_ROW)
    issuer, days = venue.name if venue else "", withdrawn(session)
    keys = {
        key.id: Key(bytes.fromhex(key.public), issuer, owner, days.get(key.id))
        for key in session.scalars(select(SigningKey).where(mine(session, SigningKey)))
    }
    void = {
        (owner, " ".join(number.split())): on  # as the QR says it
        for number, on in session.execute(
            select(Certificate.number, Certificate.voided_on)
            .where(mine(session, Certificate), Certificate.voided_on.is_not(None))
            .order_by(Certificate.voided_on.desc())  # of two with one number the earlier day stays
        )
    }
    return KeyRing(keys, void)


def reference_ring(session: Session) -> KeyRing:
    """The keys and void numbers of all venues, as the centre sent them. What cannot be read is passed over."""
    keys: dict[str, Key] = {}
    void: dict[tuple[str, str], date | None] = {}
    for kind, name, value in session.execute(
        select(Reference.kind, Reference.key, Reference.value).where(
            Reference.kind.in_((KEY, VOID)), Reference.value.is_not(None)
        )
    ):
        if kind == VOID:
            owner, _slash, number = name.partition("/")
            with suppress(AttributeError, TypeError, ValueError):
                void[owner, " ".join(number.split())] = _day(value.get("on"))
        elif key := _key(name, value):
            keys[name] = key
    return KeyRing(keys, void)


def _key(name: str, value: Any) -> Key | None:
    """A key as the centre says it, or None where it is none."""
    try:
        public = bytes.fromhex(value["public"])
        key = Key(public, str(value["issuer"]), str(value["venue"]), _day(value["revoked_on"]))
    except (KeyError, TypeError, ValueError):
        return None
    return key if len(public) == 32 and key_id(public) == name else None


def _day(text: Any) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _known(session: Session) -> KeyRing:
    """Our own keys and void numbers, and what the centre says of all venues. No other venue's claim takes our keys."""
    mine, centre = own(session), reference_ring(session)
    keys = {
        name: key
        for name, key in centre.keys.items()
        if name not in mine.keys or key.owner == mine.keys[name].owner
    }
    return mine.joined(replace(centre, keys=keys))


def ring(session: Session, told: KeyRing | None = None) -> KeyRing:
    """All that this desk verifies with: its own keys and void numbers, what the centre says of all venues, and lists.

    Those lists were added on this computer, or one is ``told`` this once.
    """
    ours, known = venue_of(session), _known(session)
    known = known.joined(known.heard(trusted(session), ours))
    return known.joined(known.heard(told, ours)) if told else known


def trusted(session: Session) -> KeyRing:
    """The lists of other venues that were added on this computer, as they were kept: see ``KeyRing.heard``."""
    kept = local(session, _TRUSTED)
    return read_keys(kept) if kept else KeyRing()


def believed(session: Session, told: KeyRing) -> KeyRing:
    """What of a list may be added on this computer: see ``KeyRing.heard``. Raises Problem where nothing may."""
    new = ring(session).heard(told, venue_of(session))
    if not new.keys:
        raise Problem(
            _("Nothing of this list was added."),
            hint=_(
                "It brings no keys, or those of this venue itself, or it speaks for a venue that is known here by "
                "other keys. Ask that venue for its list."
            ),
        )
    return new


def trust(session: Session, told: KeyRing) -> int:
    """Keep another venue's list on this computer; it adds to what an older one said. Returns how many keys were taken.

    Raises Problem where nothing of it may be added.
    """
    new = believed(session, told)
    # What was kept is weighed again: the centre may have told since then whose a key is.
    joined = _known(session).heard(trusted(session), venue_of(session)).joined(new)
    # A venue that changed its name tells it with its next list.
    names = {
        name: replace(key, issuer=new.keys[name].issuer)
        for name, key in joined.keys.items()
        if name in new.keys and new.keys[name].owner == key.owner
    }
    kept = KeyRing({**joined.keys, **names}, joined.void)
    set_local(session, _TRUSTED, keys_file(kept, clock.today()))
    return len(new.keys)
