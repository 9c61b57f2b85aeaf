"""What somebody was typing, kept in the encrypted file until it is saved or given up, so that a crash loses little."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from venue_desk.domain.access import COORDINATOR
from venue_desk.store.local import local, set_local

KEY = "draft"
SOURCE = "draft-source"
LARGEST = 2**22  # characters of a source; a longer one is read again from its file


@dataclass(frozen=True, slots=True)
class Draft:
    """A dialog of a page: which one, for which record or file, and what was changed in its fields.

    ``first`` is what these fields held when it was opened: a field that says something else when it comes back was
    changed by somebody else meanwhile.
    """

    page: str
    dialog: str
    about: str
    values: Mapping[str, Any]
    first: Mapping[str, Any] = field(default_factory=dict)


def keep(session: Session, draft: Draft | None, role: str = COORDINATOR) -> None:
    """Keep a draft

    Part of no journal and no undo; None forgets it, with its source. Each role at this computer has its own.
    """
    if draft is None:
        set_local(session, _key(role), None)
        if role == COORDINATOR:  # lists are not a helper's
            set_local(session, SOURCE, None)
        return
    said = [draft.page, draft.dialog, draft.about, plain(draft.values), plain(draft.first)]
    set_local(session, _key(role), json.dumps(said))


def kept(session: Session, role: str = COORDINATOR) -> Draft | None:
    """The draft that was left, or None."""
    try:
        page, dialog, about, values, first = json.loads(local(session, _key(role)) or "")
        return Draft(page, dialog, about, _whole(values), _whole(first))
    except (ValueError, TypeError, AttributeError):
        return None


def _key(role: str) -> str:
    return f"{KEY} {role}"


def keep_source(session: Session, source: Any) -> None:
    """Keep a draft's source

    What a file said, so that the draft needs the file no more; nothing where that would be too much.
    """
    said = json.dumps(plain(source))
    set_local(session, SOURCE, said if len(said) <= LARGEST else None)


def source(session: Session) -> Any:
    """What ``keep_source`` was given, lists in the place of tuples; None where nothing is kept."""
    said = local(session, SOURCE)
    return _whole(json.loads(said)) if said else None


def plain(value: Any) -> Any:
    """A value as JSON keeps it; what cannot be kept is left out of mappings."""
    if isinstance(value, date):
        return {"moment" if isinstance(value, datetime) else "date": value.isoformat()}
    if isinstance(value, Mapping):
        return {"fields": {str(name): plain(one) for name, one in value.items() if _fits(one)}}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(one) for one in value]
    return value


def _fits(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float | bool | date | list | tuple | dict)


def _whole(value: Any) -> Any:
    if isinstance(value, list):
        return [_whole(one) for one in value]
    if isinstance(value, dict) and "date" in value:
        return date.fromisoformat(value["date"])
    if isinstance(value, dict) and "moment" in value:
        return datetime.fromisoformat(value["moment"])
    if isinstance(value, dict):
        return {name: _whole(one) for name, one in value["fields"].items()}
    return value
