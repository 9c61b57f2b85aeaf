"""The keys that sign certificates: withdraw one of ours, trust those of another venue."""

from datetime import date

from sqlalchemy.orm import Session

from venue_desk.domain import clock
from venue_desk.domain.problem import Problem
from venue_desk.domain.seal import KeyRing
from venue_desk.language import _, date_long
from venue_desk.queries import certificates as seen
from venue_desk.store import keys
from venue_desk.store.desk import final
from venue_desk.store.records import SigningKey, get


@final
def withdraw(session: Session, key_id: str, on: date | None = None) -> int:
    """Withdraw a signing key

    Of a computer that was stolen or lost: whatever the key signed is unknown to those who verify from then on, because
    nobody can tell what the thief signed. If the computer is here after all, it signs with a new key. Returns how many
    certificates that stand were issued with the key: they must be printed again. Raises Problem.
    """
    key = get(session, SigningKey, key_id.strip().upper())
    if key is None:
        raise Problem(
            _("This venue has no signing key {key}.").format(key=key_id),
            hint=_("Look it up with “certificates keys list”."),
        )
    if key.revoked_on is not None:
        raise Problem(
            _("The key {key} was withdrawn on {day}.").format(key=key.id, day=date_long(key.revoked_on))
        )
    day = on or clock.today()
    if day > clock.today():
        raise Problem(_("A key cannot be withdrawn on a day to come."))
    key.revoked_on = day
    return next(row.signed for row in seen.key_rows(session) if row.id == key.id)


def trust(session: Session, ring: KeyRing) -> int:
    """Trust another venue's keys

    On this computer only; nothing of it is synced. Returns how many keys were taken. Raises Problem.
    """
    return keys.trust(session, ring)
