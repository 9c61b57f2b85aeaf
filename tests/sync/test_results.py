"""What becomes of each line: nothing is discarded, one bad line stops no other, and what is kept is tried again."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest
from sqlalchemy import insert, select

import centres
from records import add, people
from venue_desk.queries import sync as standing
from venue_desk.store import capture
from venue_desk.store.capture import dump, fields
from venue_desk.store.desk import Desk, local
from venue_desk.store.journal import Entry, head, line_values
from venue_desk.store.migrations import SCHEMA
from venue_desk.store.records import Line, Person, new_id
from venue_desk.store.upgraded import settle
from venue_desk.sync.exchange import offer
from venue_desk.sync.messages import Answer, Request, Run, pack
from venue_desk.sync.reading import unpack

FIELDS: Any = capture._fields
TOMORROW = SCHEMA + 7


def write(
    desk: Desk, table: str, row: str, after: str, schema: int = SCHEMA, before: str | None = None
) -> None:
    """A line as another release writes it, chained as it should be."""

    def written(session: Any) -> None:
        connection = session.connection()
        last = head(connection, desk.venue, desk.writer)
        entry = Entry(
            desk.writer, last.number + 1, last.stamp + 1, new_id(), "Add person", "do", None, "2026-03-01T08:00",
            table, row, before, after, "{}", schema, b"",
        )  # fmt: skip
        values = line_values(
            desk.venue, entry, entry.chained(last.hash), effective=entry.stamp, held="by hand"
        )
        connection.execute(insert(Line), [values])

    desk.keep(written)


def push(centre: centres.Running, desk: Desk, request: Request) -> list[tuple[str, int, str]]:
    headers = {"Authorization": f"Bearer {desk.ask(local, standing.TOKEN)}"}
    came = httpx.post(f"{centre.url}/sync", content=pack(request), headers=headers)
    return unpack(came.content, Answer).results


def held(desk: Desk) -> list[str]:
    return desk.ask(
        lambda s: list(s.scalars(select(Line.held).where(Line.held.is_not(None)).order_by(Line.number)))
    )


def test_every_line_is_answered(centre: centres.Running, desks: Callable[[str], Desk]) -> None:
    one = desks("one")
    centre.join(one, centre.venue())
    centres.sync(one)
    one.do(add, "Siti Aminah")
    write(one, "person", "a" * 32, '{"name":5}')
    write(one, "of_tomorrow", "b" * 32, '{"name":"x"}', TOMORROW)
    one.do(add, "Budi Santoso")
    said = one.ask(offer).request
    whole = [
        ("accepted", 1, ""),
        ("quarantined", 1, "damaged: name is not a str"),
        ("held", 1, "unknown table of_tomorrow"),
        ("accepted", 1, ""),
    ]
    assert push(centre, one, said) == whole
    assert push(centre, one, said) == [("duplicate", 4, "")]
    # Other lines under the last two numbers: a copy of this disk wrote them.
    (run,) = said.runs
    previous, entries = run.entries[1].hash, []
    for entry in run.entries[2:]:
        other = replace(entry, table="person", after=dump({"name": f"Salinan {entry.number}"}), row=new_id())
        previous = other.chained(previous)
        entries.append(replace(other, hash=previous))
    copied = replace(said, runs=[Run(run.writer, 0, entries[0].number, run.entries[1].hash, entries)])
    assert push(centre, one, copied) == [("branched", 2, "")]
    # Lines whose predecessors are not there.
    lost = replace(entries[1], number=entries[1].number + 5)
    lost = replace(lost, hash=lost.chained(entries[1].hash))
    after_gap = replace(said, runs=[Run(run.writer, 0, lost.number, entries[1].hash, [lost])])
    assert push(centre, one, after_gap) == [("gap", 1, "")]


def test_what_is_unknown_is_passed_on_and_merged_after_the_upgrade(
    centre: centres.Running, desks: Callable[[str], Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One desk is of tomorrow's release, the centre and the other are not; then the other is upgraded."""
    new, other = desks("new"), desks("other")
    place = centre.venue()
    centre.join(new, place)
    centre.join(other, place)
    siti = new.do(add, "Siti Aminah")
    centres.all_alike(centre, new, other)
    whole = fields(Person)
    new.do(_address, siti, "Jalan Baru 7")
    write(new, "of_tomorrow", "b" * 32, '{"name":"x"}', TOMORROW)
    with monkeypatch.context() as older:  # centre and other desk know no addresses
        older.setitem(FIELDS, Person, tuple(f for f in whole if f != "address"))
        assert centres.sync(new).waiting == 0
        centres.sync(other)
        assert held(other) == ["unknown fields address", "unknown table of_tomorrow"]
        assert _addresses(other) == [""]
        other.do(add, "Budi Santoso")  # it may always push
        assert centres.sync(other).waiting == 0
        newest = desks("newest")
        centre.join(newest, place)
        centres.sync(newest)  # passed on by a centre that does not know it
        assert "unknown fields address" in held(newest)
    for desk in (other, newest):
        settle(desk.engine.execution_options(write=True), desk.venue, upgraded=True)
        assert held(desk) == ["unknown table of_tomorrow"]
        assert "Jalan Baru 7" in _addresses(desk)


def test_what_is_kept_back_is_tried_again_after_each_pull(
    centre: centres.Running, desks: Callable[[str], Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = desks("one"), desks("other")
    place = centre.venue()
    centre.join(one, place)
    centre.join(other, place)
    centres.all_alike(centre, one, other)
    whole = fields(Person)
    with monkeypatch.context() as older:
        older.setitem(FIELDS, Person, tuple(f for f in whole if f != "address"))
        write(one, "person", "a" * 32, '{"address":"Jalan 9","name":"Wati"}')
        centres.sync(one)
        centres.sync(other)
    assert held(other) == ["unknown fields address"]
    one.do(add, "Budi Santoso")
    centres.sync(one)
    centres.sync(other)
    assert held(other) == [] and _addresses(other) == ["", "Jalan 9"]
    assert sorted(people(other).values()) == ["Budi Santoso", "Wati"]


def _address(session: Any, person: str, address: str) -> None:
    """Edit a person"""
    session.get(Person, (session.info["venue"], person)).address = address


def _addresses(desk: Desk) -> list[str]:
    return desk.ask(lambda s: list(s.scalars(select(Person.address).order_by(Person.address))))
