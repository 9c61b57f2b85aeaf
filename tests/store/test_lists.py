"""What the centre says to all venues, taken over in parts, twice, out of order and after a restore."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from venue_desk.store import lists
from venue_desk.store.desk import Desk
from venue_desk.store.local import set_local
from venue_desk.store.records import Reference

Entry = lists.Entry


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with closing(Desk.create(tmp_path / "venue")) as made:
        yield made


def here(session: Session) -> dict[tuple[str, str], Any]:
    return {(row.kind, row.key): row.value for row in session.scalars(select(Reference))}


def part(
    since: int, last: int, *entries: Entry, more: bool = False, epoch: str = "1:a"
) -> Callable[[Session], bool]:
    return lambda session: lists.keep(session, epoch, since, last, more, entries)


VOID: Entry = ("void", "a/1", 1, {"on": "2025-11-10"})
KEY: Entry = ("key", "ABC", 2, {"public": "00"})


def test_what_changed_since_comes_entry_by_entry(desk: Desk) -> None:
    assert desk.keep(part(0, 2, VOID, KEY))
    assert desk.keep(part(2, 4, ("key", "ABC", 3, None), ("void", "a/1", 4, {"on": None})))
    assert desk.ask(here) == {("void", "a/1"): {"on": None}}
    assert desk.ask(lists.version, "1:a") == 4
    assert desk.ask(lists.version, "2:b") == 0


def test_an_older_part_changes_nothing(desk: Desk) -> None:
    desk.keep(part(0, 2, VOID, KEY))
    desk.keep(part(2, 3, ("void", "a/1", 3, {"on": "2026-01-01"})))
    assert not desk.keep(part(0, 2, VOID, KEY))
    assert not desk.keep(part(1, 2, ("void", "a/1", 2, {"on": "2025-01-01"})))
    assert desk.ask(here)["void", "a/1"] == {"on": "2026-01-01"}
    assert desk.ask(lists.version, "1:a") == 3


def test_a_part_that_goes_on_from_elsewhere_is_left(desk: Desk) -> None:
    desk.keep(part(0, 2, VOID, KEY))
    assert not desk.keep(part(5, 6, ("void", "a/2", 6, {})))
    assert not desk.keep(part(2, 3, ("void", "a/2", 3, {}), epoch="2:b"))
    assert set(desk.ask(here)) == {("void", "a/1"), ("key", "ABC")}


def test_nothing_old_is_forgotten_before_the_last_part_of_a_new_load_is_here(desk: Desk) -> None:
    desk.keep(part(0, 2, VOID, KEY))
    # The centre was restored: its versions begin lower again, and one entry is not there any more.
    desk.keep(part(0, 1, ("key", "ABC", 1, {"public": "11"}), more=True, epoch="2:b"))
    assert desk.ask(here) == {("void", "a/1"): {"on": "2025-11-10"}, ("key", "ABC"): {"public": "11"}}
    desk.keep(part(1, 2, ("void", "a/9", 2, {}), epoch="2:b"))
    assert desk.ask(here) == {("key", "ABC"): {"public": "11"}, ("void", "a/9"): {}}
    assert desk.ask(lists.version, "2:b") == 2


def forget(session: Session) -> None:
    session.execute(delete(Reference))
    set_local(session, lists.KEPT, None)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_the_parts_and_repeats_the_copy_ends_as_the_centres(desk: Desk, data: st.DataObject) -> None:
    centre: dict[tuple[str, str], tuple[int, Any]] = {}
    desk.keep(forget)
    epoch, version = "1:a", 0
    sent: list[Callable[[Session], bool]] = []
    for _round in range(data.draw(st.integers(1, 6))):
        for key in data.draw(st.lists(st.sampled_from("abcdef"), max_size=5)):
            version += 1
            centre["void", key] = version, data.draw(st.one_of(st.none(), st.just({"v": version})))
        at, size = desk.ask(lists.version, epoch), data.draw(st.integers(1, 4))
        while True:
            due = sorted(
                (number, kind, key, value) for (kind, key), (number, value) in centre.items() if number > at
            )
            due = [entry for entry in due if at or entry[3] is not None]
            more = len(due) > size
            last = due[size - 1][0] if more else version
            some = [(kind, key, number, value) for number, kind, key, value in due[:size]]
            sent.append(part(at, last, *some, more=more, epoch=epoch))
            desk.keep(sent[-1])
            if data.draw(st.booleans()):
                desk.keep(data.draw(st.sampled_from(sent)))
            now = desk.ask(lists.version, epoch)
            if now == version or now <= at:
                break
            at = now
    assert desk.ask(here) == {name: value for name, (_v, value) in centre.items() if value is not None}
