"""A Saturday in the window starts alike for each journey."""

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture
def saturday(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Eight in the morning, no printer, no loudspeaker; widgets die in the window's thread only."""
    from venue_desk.desktop import printing, upkeep
    from venue_desk.desktop.pages.attendance import sound

    monkeypatch.setenv("VENUE_DESK_TODAY", "2025-11-22T08:03")
    monkeypatch.setattr(printing, "printers", list)
    monkeypatch.setattr(sound, "play", lambda _name: None)
    # Both desks sync when the test says so: what they write in between is then truly apart.
    monkeypatch.setattr(upkeep, "SYNC", 3_600_000)
    monkeypatch.setattr(upkeep, "FIRST_SYNC", 3_600_000)
    gc.collect()
    gc.disable()
    yield
    gc.enable()
