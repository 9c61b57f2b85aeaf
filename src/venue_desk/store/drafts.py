"""What somebody was typing, kept in the encrypted file until it is saved or given up, so that a crash loses little."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from venue_desk.store.local import local, set_local

KEY = "draft"


@dataclass(frozen=True, slots=True)
class Draft:
    """A dialog of a page: which one, for which record or file, and what its fields hold."""

    page: str
    dialog: str
    about: str
    values: dict[str, Any]


def keep(session: Session, draft: Draft | None) -> None:
    """Keep a draft

    Part of no journal and no undo; None forgets it.
    """
    if draft is None:
        set_local(session, KEY, None)
        return
    values = {name: _plain(value) for name, value in draft.values.items() if _kept(value)}
    set_local(session, KEY, json.dumps([draft.page, draft.dialog, draft.about, values]))


def kept(session: Session) -> Draft | None:
    """The draft that was left, or None."""
    try:
        page, dialog, about, values = json.loads(local(session, KEY) or "")
        return Draft(page, dialog, about, {name: _whole(value) for name, value in values.items()})
    except (ValueError, TypeError, AttributeError):
        return None


def _kept(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float | bool | date)


def _plain(value: Any) -> Any:
    return {"date": value.isoformat()} if isinstance(value, date) else value


def _whole(value: Any) -> Any:
    return date.fromisoformat(value["date"]) if isinstance(value, dict) else value
