"""The venue's own wall clock. Days and times are kept as written there; no time zone decides anything."""

import os
from datetime import date, datetime


def now() -> datetime:
    """Local time now, to the second. ``VENUE_DESK_TODAY=2025-11-22[T07:55]`` sets another day or moment."""
    real = datetime.now().replace(microsecond=0)
    given = os.environ.get("VENUE_DESK_TODAY")
    if not given:
        return real
    moment = datetime.fromisoformat(given)
    return moment if "T" in given else datetime.combine(moment.date(), real.time())


def today() -> date:
    """The local day."""
    return now().date()


def moment(at: datetime | None = None) -> str:
    """A moment as records keep it: ``2025-11-22T07:55``."""
    return (at or now()).isoformat(timespec="minutes")
