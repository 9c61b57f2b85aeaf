"""Hundreds of histories in every run: whatever happens, all copies end alike and nothing acknowledged is lost."""

import os
from collections.abc import Iterator

import pytest

from sync import simulator_story as story
from sync.simulator import Step
from sync.simulator_lists import LISTS
from sync.simulator_planted import PLANTED
from sync.simulator_world import Moulds

PART = 10  # a test: no worker waits long for the other's last one


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


# What histories found once, in as few steps as it takes.
STORIES: dict[str, list[Step]] = {
    "three desks of one disk": [
        ("joins", 3, False),
        ("joins", 3, False),
        ("many", 49572, 60659, 26032),
        ("clone", 15622, 40293, 47533),
        ("issue", 43599, 2357, 63613),
        ("clone", 17286, 3764, 52301),
        ("sync", 37710, "short", 0, 46493),
    ],
    "settings that gave way only after a restore": [
        ("joins", 2, True),
        ("joins", 3, False),
        ("joins", 3, False),
        ("backup", 19743, 63653, 17040),
        ("sync", 21260, "", 0, 6985),
        ("restore", 12983, 134, 61940),
    ],
    "lines that lost, stamped otherwise after a restore": [
        ("joins", 2, False),
        ("joins", 2, True),
        ("joins", 3, True),
        ("backup", 2738, 5676, 29964),
        ("sync", 11148, "desk dies", 1, 1394),
        ("sync", 20005, "", 1, 3309),
        ("restore", 4536, 17428, 39476),
    ],
    "removals that wait on a branch": [
        *[("joins", 2, False)] * 4,
        ("many", 34687, 59794, 5896),
        ("clone", 51083, 36146, 22245),
        ("undo", 33829, 30068, 52107),
    ],
}


@pytest.mark.parametrize("name", STORIES)
def test_a_story_that_once_failed(moulds: Moulds, name: str) -> None:
    story.play(moulds, 35, STORIES[name])


@pytest.mark.parametrize("name", [*PLANTED, *LISTS])
def test_a_planted_bug_is_seen(moulds: Moulds, name: str) -> None:
    plant, steps = (PLANTED | LISTS)[name]
    story.play(moulds, 0, steps)  # without the bug the same history is fine
    with pytest.raises(AssertionError) as seen:
        story.play(moulds, 0, steps, plant)
    assert str(seen.value)
