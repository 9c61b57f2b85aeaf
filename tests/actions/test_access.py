"""PINs: slowed down when they are wrong, kept as Argon2id, and no step of undo."""

from datetime import datetime, timedelta

import pytest

from venue_desk.actions import access as lock
from venue_desk.domain import access
from venue_desk.domain.problem import Problem
from venue_desk.store.desk import Desk

PIN, HELPERS = "2580", "1379"


def test_wrong_pins_are_slowed_down_over_a_restart(desk: Desk) -> None:
    desk.do(lock.set_pin, access.COORDINATOR, PIN, PIN)
    at = datetime(2026, 1, 1, 8, 0)
    waits = [desk.do(lock.try_pin, "0000", at).wait for _number in range(3)]
    assert waits == [0, 0, 5]
    assert desk.do(lock.try_pin, PIN, at + timedelta(seconds=2)).role is None, "the right one waits too"
    assert desk.do(lock.try_pin, "0001", at + timedelta(seconds=6)).wait == 10
    folder = desk.folder
    desk.close()
    again = Desk.open(folder)
    assert again.do(lock.try_pin, PIN, at + timedelta(seconds=8)).role is None
    assert again.do(lock.try_pin, PIN, at + timedelta(seconds=60)).role == access.COORDINATOR
    assert again.do(lock.try_pin, "0000", at + timedelta(seconds=60)).wait == 0
    again.close()


def test_setting_the_clock_back_shortens_no_wait_and_lengthens_none() -> None:
    at = datetime(2026, 1, 1, 8, 0)
    assert access.wait(3, at, at - timedelta(days=3)) == access.FIRST_WAIT
    assert access.wait(99, at, at) == access.MOST_WAIT


def test_the_pin_is_kept_as_argon2id_and_is_no_step_of_undo(desk: Desk) -> None:
    from venue_desk.store.desk import local

    before = desk.next_steps()
    desk.do(lock.set_pin, access.COORDINATOR, PIN, PIN)
    kept = desk.ask(local, "access")
    assert kept is not None and "$argon2id$" in kept and PIN not in kept
    assert desk.next_steps() == before
    with pytest.raises(Problem):
        desk.do(lock.set_pin, access.HELPER, PIN, PIN)
    for bad in ("123", "1111"):
        with pytest.raises(Problem):
            desk.do(lock.set_pin, access.COORDINATOR, bad, bad)
