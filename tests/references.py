"""What a centre says to all venues, as it stands at a desk."""

from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from venue_desk.store.desk import Desk
from venue_desk.store.records import Reference


def said(desk: Desk, kind: str, *entries: tuple[str, Any]) -> None:
    """The centre says this and nothing else of a kind."""

    def write(session: Session) -> None:
        session.execute(delete(Reference).where(Reference.kind == kind))
        for version, (key, value) in enumerate(entries, 1):
            session.add(Reference(kind=kind, key=key, version=version, value=value, loaded=1))

    desk.keep(write)
