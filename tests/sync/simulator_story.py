"""Running histories, and telling a failing one as briefly as it still fails."""

import tempfile
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from sync import simulator_checks as checks
from sync.simulator import Step, World, history
from sync.simulator_world import Moulds

TRIES = 60  # runs spent on making a story shorter


def room() -> str | None:
    """Memory in the shape of a folder, where the machine has one: nothing here is about the disk."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def play(
    moulds: Moulds,
    seed: int,
    steps: list[Step],
    plant: Callable[[World, pytest.MonkeyPatch], None] | None = None,
) -> Counter[str]:
    """Play a history to rest and check it. Returns what was survived. Raises what it finds."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory(dir=room()) as folder:
        world = World(moulds, Path(folder), seed, patch)
        try:
            if plant:
                plant(world, patch)
            world.run(steps)
            checks.rest(world)
            checks.check(world)
        finally:
            world.close()
        return world.survived


def shorter(fails: Callable[[list[Step]], bool], steps: list[Step]) -> list[Step]:
    """The history without the steps that it does not take to fail."""
    size, tries = len(steps) // 2, 0
    while size and tries < TRIES:
        start = 0
        while start < len(steps) and tries < TRIES:
            less = steps[:start] + steps[start + size :]
            tries += 1
            if fails(less):
                steps = less
            else:
                start += size
        size //= 2
    return steps


def told(moulds: Moulds, seed: int) -> Counter[str]:
    """Play the history of a seed. Where it fails: the shortest story of it."""
    steps = history(seed)
    try:
        return play(moulds, seed, steps)
    except Exception:  # noqa: BLE001 - whatever goes wrong is the story's end
        pass

    ends: list[str] = []

    def fails(less: list[Step]) -> bool:
        try:
            play(moulds, seed, less)
        except Exception:  # noqa: BLE001
            ends.append(traceback.format_exc(limit=-6))
            return True
        return False

    if not fails(steps):
        raise AssertionError(f"seed {seed} failed once, and not again")
    least = shorter(fails, steps)
    story = "\n".join(f"  {number}. {step}" for number, step in enumerate(least, 1))
    raise AssertionError(f"seed {seed}, {len(least)} of {len(steps)} steps:\n{story}\n{ends[-1]}")
