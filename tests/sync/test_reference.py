"""What the agency says to all venues reaches every desk, over the network and on a stick, and what venues add to it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import centres
from venue_desk.actions import courses, enrolments, people
from venue_desk.domain import catalogue
from venue_desk.domain.people import Someone
from venue_desk.domain.reference import KEY, SERIES, TRADE, TURN, VOID
from venue_desk.domain.turns import turns
from venue_desk.server import carrying, keeping, reference
from venue_desk.store import keys
from venue_desk.store.desk import Desk
from venue_desk.store.records import Certificate, Reference, SigningKey, mine, new_id
from venue_desk.sync import stick

Desks = Callable[[str], Desk]
SITI: dict[str, Any] = {"nik": "3171004405920003", "birth_date": date(1992, 5, 4), "phone": "+6281234567890"}


def said(desk: Desk, kind: str) -> dict[str, Any]:
    def look(session: Session) -> dict[str, Any]:
        return {
            row.key: row.value for row in session.scalars(select(Reference).where(Reference.kind == kind))
        }

    return desk.ask(look)


def change(centre: centres.Running, *entries: reference.Entry) -> None:
    with centre.centre.writing() as connection:
        reference.change(connection, entries)


def joined(centre: centres.Running, desks: Desks, name: str) -> Desk:
    desk = desks(name)
    centre.join(desk, centre.venue(f"Paroki {name}"))
    return desk


def turn(desk: Desk, series: str = "Bogasari 2025", name: str = "Siti Aminah", **known: Any) -> str:
    """Somebody takes part in a course of a once-per-person series. Returns the enrolment's course."""
    person = desk.do(people.add, name=name, **(known or SITI))
    course = desk.do(
        courses.add, trade="BOGA", starts_on=date(2025, 11, 3), ends_on=date(2025, 11, 4), code=f"B-{new_id()[:6]}",
        series=series, once_per_person=True,
    )  # fmt: skip
    desk.do(enrolments.enrol, course, [person])
    return course


def test_the_catalogue_and_its_changes_reach_every_venue(centre: centres.Running, desks: Desks) -> None:
    west, east = joined(centre, desks, "west"), joined(centre, desks, "east")
    centres.sync(west)
    assert set(said(west, TRADE)) == {one.code for one in catalogue.trades()}
    change(centre, (TRADE, "KOPI", {"id": "Kopi", "units": []}), (TRADE, "LAS", None))
    for desk in (west, east):
        centres.sync(desk)
        assert "KOPI" in said(desk, TRADE) and "LAS" not in said(desk, TRADE)
    # Nothing of it is a venue's record: no line was written, and nothing waits.
    centres.all_alike(centre, west, venue=west.venue)


def test_an_answer_says_nothing_of_it_when_nothing_changed(centre: centres.Running, desks: Desks) -> None:
    desk = joined(centre, desks, "west")
    centres.sync(desk)
    done = centres.sync(desk)
    assert done.rounds == 1 and done.bytes < 1000


def test_a_list_longer_than_a_message_comes_in_parts(
    centre: centres.Running, desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference, "A_PART", 3)
    change(centre, *((VOID, f"{new_id()}/{number}", {"on": None}) for number in range(50)))
    desk = joined(centre, desks, "west")
    centres.sync(desk)
    assert len(said(desk, VOID)) == 50
    assert len(said(desk, TRADE)) == len(catalogue.trades())


def test_who_had_a_turn_elsewhere_is_known_without_a_name(centre: centres.Running, desks: Desks) -> None:
    west, east = joined(centre, desks, "west"), joined(centre, desks, "east")
    turn(west)
    centres.sync(west)
    centres.sync(east)
    (series,) = said(east, SERIES)
    secret = said(east, SERIES)[series]["secret"]
    expected = {digest for _by, digest in turns(secret, Someone("", "Siti Aminah", *SITI.values()))}
    assert {key.split("/")[1] for key in said(east, TURN)} == expected and len(expected) == 3
    text = str(said(east, TURN)) + str(said(east, SERIES))
    assert "Siti" not in text and SITI["nik"] not in text and west.venue not in text
    # The venue itself knows its own people.
    centres.sync(west)
    assert said(west, TURN) == {} and set(said(west, SERIES)) == {series}


def test_a_turn_that_is_taken_back_is_taken_back_everywhere(centre: centres.Running, desks: Desks) -> None:
    west, east, north = (joined(centre, desks, name) for name in ("west", "east", "north"))
    for desk in (west, north):
        turn(desk)
        centres.sync(desk)
    centres.sync(east)
    assert len(said(east, TURN)) == 6  # of two venues, told apart by nobody
    assert west.undo() == "Enrol participants"
    centres.sync(west)
    centres.sync(east)
    assert len(said(east, TURN)) == 3
    # Another spelling of the series and of the name is the same turn, where nobody knew of the others yet.
    south = joined(centre, desks, "south")
    turn(south, " BOGASARI  2025", "Aminah Siti", birth_date=SITI["birth_date"])
    centres.sync(south)
    centres.sync(east)
    digests = [key.split("/")[1] for key in said(east, TURN)]
    assert len(digests) == 4 and len(set(digests)) == 3


def test_courses_of_a_series_that_was_held_before_anybody_named_it_count_too(
    centre: centres.Running, desks: Desks
) -> None:
    west, east = joined(centre, desks, "west"), joined(centre, desks, "east")
    course = turn(west)
    west.do(courses.edit, course, once_per_person=False)
    centres.sync(west)
    assert said(west, SERIES) == {}
    turn(east, name="Budi Santoso", birth_date=date(1990, 1, 2))
    centres.sync(east)
    centres.sync(west)  # the series is named now, so this venue is due
    centres.sync(east)
    assert len(said(east, TURN)) == 3


def void_one(desk: Desk) -> str:
    """As if a certificate was issued and voided."""

    def make(session: Session) -> str:
        """Void a certificate"""
        name, _sign = keys.signer(session)
        row = Certificate(
            id=new_id(), number="0001/SERT-A/2025", sequence=1, year=2025, letter="A", kind="competence",
            enrolment_id="e", person_id="p", course_id="c", issued_on=date(2025, 11, 10), content={}, token="t",
            key=name, voided_on=date(2025, 11, 12), void_reason="salah nama", registration="", form="",
        )  # fmt: skip
        session.add(row)
        return name

    return desk.do(make)


def test_keys_and_void_numbers_of_a_venue_reach_the_others(centre: centres.Running, desks: Desks) -> None:
    west, east = joined(centre, desks, "west"), joined(centre, desks, "east")
    name = void_one(west)
    centres.sync(west)
    centres.sync(east)
    key = said(east, KEY)[name]
    assert (key["issuer"], key["venue"], key["revoked_on"]) == ("Paroki west", west.venue, None)
    assert said(east, VOID) == {f"{west.venue}/0001/SERT-A/2025": {"on": "2025-11-12"}}
    centres.sync(west)
    assert set(said(west, KEY)) == {name} and said(west, VOID) == {}


def test_a_key_that_the_agency_withdrew_stays_withdrawn(centre: centres.Running, desks: Desks) -> None:
    west, east = joined(centre, desks, "west"), joined(centre, desks, "east")
    name = void_one(west)
    centres.sync(west)
    with centre.centre.writing() as connection:
        assert reference.withdraw_key(connection, name, date(2025, 12, 1)) == 1
        assert reference.withdraw_key(connection, "NONE", date(2025, 12, 1)) == 0
    void_one(west)
    centres.sync(west)
    centres.sync(east)
    assert said(east, KEY)[name]["revoked_on"] == "2025-12-01"


def test_a_venue_cannot_claim_the_key_of_another_one(centre: centres.Running, desks: Desks) -> None:
    west, east, north = (joined(centre, desks, name) for name in ("west", "east", "north"))
    name = void_one(west)
    centres.sync(west)

    def claim(session: Session) -> None:
        """Claim"""
        public = west.ask(lambda s: s.scalars(select(SigningKey.public).where(mine(s, SigningKey))).one())
        session.add(SigningKey(id=name, public=public, computer="", since=None, revoked_on=date(2025, 11, 1)))
        session.add(SigningKey(id="FALSE", public="00" * 32, computer="", since=None, revoked_on=None))
        session.add(SigningKey(id="NOTHEX", public="zz", computer="", since=None, revoked_on=None))

    east.do(claim)
    centres.sync(east)
    centres.sync(north)
    assert said(north, KEY) == {name: said(north, KEY)[name]}
    assert (said(north, KEY)[name]["venue"], said(north, KEY)[name]["revoked_on"]) == (west.venue, None)


def test_it_comes_on_a_stick_too_and_an_older_stick_takes_nothing_back(
    centre: centres.Running, desks: Desks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference, "A_PART", 5)
    prison, west = joined(centre, desks, "prison"), joined(centre, desks, "west")
    turn(west)
    name = void_one(west)
    centres.sync(west)

    def round_trip(end: str) -> Path:
        out, back = tmp_path / f"out{end}.vdsync", tmp_path / f"back{end}.vdsync"
        stick.export(prison, out)
        carrying.take(centre.centre, out, back)
        return back

    first = round_trip("1")
    stick.bring(prison, first)
    assert set(said(prison, KEY)) == {name} and len(said(prison, TURN)) == 3
    assert len(said(prison, TRADE)) == len(catalogue.trades())
    west.undo()
    change(centre, (TRADE, "LAS", None))
    stick.bring(prison, round_trip("2"))
    stick.bring(prison, first)
    assert "LAS" not in said(prison, TRADE)


def test_after_the_centre_was_restored_all_of_it_comes_anew(
    centre: centres.Running, desks: Desks, tmp_path: Path
) -> None:
    desk = joined(centre, desks, "west")
    keeping.backup(centre.centre, tmp_path / "backup.db")
    change(centre, (TRADE, "KOPI", {"id": "Kopi", "units": []}), (TRADE, "LAS", None))
    centres.sync(desk)
    assert "KOPI" in said(desk, TRADE)
    place = tmp_path / "centre"
    centre.centre.engine.dispose()
    keeping.restore(place, tmp_path / "backup.db")
    with centres.running(place) as again:
        change(again, (TRADE, "ROTI", {"id": "Roti", "units": []}))
        client_of(desk, again.url)
        centres.sync(desk)
        assert {"ROTI", "LAS"} <= set(said(desk, TRADE)) and "KOPI" not in said(desk, TRADE)


def client_of(desk: Desk, url: str) -> None:
    from dataclasses import replace

    from venue_desk.queries.sync import KEPT, standing

    known = desk.ask(standing)
    assert known is not None
    desk.receive([], keep={KEPT: replace(known, url=url).text()})


def test_a_stop_between_a_venues_lines_and_the_lists_loses_nothing(
    centre: centres.Running, desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    west, east = joined(centre, desks, "west"), joined(centre, desks, "east")
    turn(west)
    with monkeypatch.context() as patch:

        def stop(*_args: object) -> int:
            raise RuntimeError("killed")

        patch.setattr(reference, "gather", stop)
        centres.sync(west)
    centres.sync(east)
    assert said(east, TURN) == {}
    centres.sync(west)  # with nothing to do
    centres.sync(east)
    assert len(said(east, TURN)) == 3


def test_marks_make_no_venue_due(
    centre: centres.Running, desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    from venue_desk.store.records import Mark

    west = joined(centre, desks, "west")
    turn(west)
    centres.sync(west)

    def mark(session: Session) -> None:
        """Mark attendance"""
        session.add(Mark(lesson_id="pagi", enrolment_id="1", mark={"status": "H", "time": "08:00"}))

    west.do(mark)
    monkeypatch.setattr(reference, "gather", None)
    centres.sync(west)
    with centre.centre.reading() as connection:
        from venue_desk.server.tables import LEDGER

        row = connection.execute(select(LEDGER).where(LEDGER.c.venue_id == west.venue)).one()
        assert row.gathered == row.head
        count = connection.scalar(select(func.count()).select_from(Reference).where(Reference.kind == TURN))
        assert count == 3
