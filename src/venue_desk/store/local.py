"""What belongs to this file alone and is never sent: its writer, its keys, where it stands with the centre."""

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from venue_desk.store.bulk import read
from venue_desk.store.records import Local

# Made once: nearly every question asks where the desk stands.
_VALUE = select(Local.__table__.c.value).where(Local.__table__.c.key == bindparam("key"))


def local(session: Session, key: str) -> str | None:
    """A value kept in this file alone, or None."""
    if not session.identity_map and not session.new:  # nothing was changed here that is not yet in the file
        rows = read(session.connection(), _VALUE, {"key": key})
        return rows[0][0] if rows else None
    kept = session.get(Local, key)
    return kept.value if kept else None


def set_local(session: Session, key: str, value: str | None) -> None:
    """Keep a value in this file alone (None removes it); part of the running action's transaction."""
    kept = session.get(Local, key)
    if value is None:
        if kept:
            session.delete(kept)
    elif kept:
        kept.value = value
    else:
        session.add(Local(key=key, value=value))
