"""Hundreds of histories in every run: whatever happens, all copies end alike and nothing acknowledged is lost."""

import os
from collections.abc import Iterator

import pytest

from sync import simulator_story as story
from sync.simulator_planted import PLANTED
from sync.simulator_world import Moulds

PART = 25


@pytest.fixture(scope="module")
def moulds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moulds]:
    folder = tmp_path_factory.mktemp("moulds")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VENUE_DESK_KEY_FILE", str(folder / "key"))
        yield Moulds(folder)


@pytest.fixture(autouse=True)
def _key(moulds: Moulds, _own_home: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VENUE_DESK_KEY_FILE", str(moulds.folder / "key"))


@pytest.mark.parametrize("part", range(300 // PART))
def test_histories(moulds: Moulds, part: int) -> None:
    for seed in range(part * PART, (part + 1) * PART):
        story.told(moulds, seed)


@pytest.mark.long
@pytest.mark.parametrize("part", range(200))
def test_many_histories(moulds: Moulds, part: int) -> None:
    """20,000 before a release; VENUE_DESK_SEED begins elsewhere."""
    start = int(os.environ.get("VENUE_DESK_SEED", "1000")) + part * 100
    for seed in range(start, start + 100):
        story.told(moulds, seed)


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_bug_is_seen(moulds: Moulds, name: str) -> None:
    plant, steps = PLANTED[name]
    story.play(moulds, 0, steps)  # without the bug the same history is fine
    with pytest.raises(AssertionError) as seen:
        story.play(moulds, 0, steps, plant)
    assert str(seen.value)
