"""Copies are compared at the end of every sync that moved something; one that differs is mended from the journals."""

from collections.abc import Callable

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

import centres
from records import add, edit, everything, people
from venue_desk.queries import sync as standing
from venue_desk.server import centre as centre_module
from venue_desk.server import devices
from venue_desk.store.desk import Desk, local
from venue_desk.store.digest import kept_sums, look, refresh
from venue_desk.sync import client
from venue_desk.sync.exchange import Offer, offer
from venue_desk.sync.messages import Answer, pack
from venue_desk.sync.reading import unpack

NAMES = ("Siti Aminah", "Budi Santoso", "Maria Goretti")


def two(centre: centres.Running, desks: Callable[[str], Desk]) -> tuple[Desk, Desk, list[str]]:
    """Two desks of one venue that hold the same."""
    one, other = desks("one"), desks("other")
    place = centre.venue()
    centre.join(one, place)
    centre.join(other, place)
    ids = [one.do(add, name) for name in NAMES]
    centres.all_alike(centre, one, other)
    return one, other, ids


def noted(centre: centres.Running) -> list[int | None]:
    with centre.centre.reading() as connection:
        return [row["repaired"] for row in devices.devices(connection)]


def test_a_row_changed_past_the_journal_is_found_by_reading_the_rows(
    centre: centres.Running, desks: Callable[[str], Desk]
) -> None:
    one, other, ids = two(centre, desks)
    right = other.ask(everything)
    # What no line says: a disk that turned a bit, a tool that wrote past the door.
    with other.engine.begin() as connection:
        connection.execute(text("UPDATE person SET name = 'Salah' WHERE id = :id"), {"id": ids[0]})
        connection.execute(text("DELETE FROM person WHERE id = :id"), {"id": ids[1]})
    assert other.ask(everything) != right
    assert "2 data tidak berisi" in other.check()[0]
    assert centres.sync(other, check=True).repaired == 1
    assert other.ask(everything) == right and other.check() == []
    known = other.ask(standing.standing)
    assert known is not None and known.repaired == 1 and known.repaired_at
    assert known.repaired_what[0].startswith("person/")
    centres.all_alike(centre, one, other)


def test_the_same_at_the_centre(centre: centres.Running, desks: Callable[[str], Desk]) -> None:
    one, other, ids = two(centre, desks)
    with centre.centre.writing() as connection:
        connection.execute(text("UPDATE person SET name = 'Salah' WHERE id = :id"), {"id": ids[0]})
    centres.sync(one, check=True)
    with Session(centre.centre.engine) as session:
        assert everything(session) == one.ask(everything)
    centres.all_alike(centre, one, other)


def fold_otherwise(desk: Desk, person: str) -> None:
    """A copy that holds the same lines and says something else, with digests to match: a bug in folding."""

    def spoil(session: Session) -> None:
        session.execute(text("UPDATE person SET name = 'Salah' WHERE id = :id"), {"id": person})
        refresh(session.connection(), desk.venue)

    desk.keep(spoil)


def test_copies_that_differ_are_seen_by_the_next_sync_that_moves_something(
    centre: centres.Running, desks: Callable[[str], Desk]
) -> None:
    one, other, ids = two(centre, desks)
    fold_otherwise(other, ids[0])
    assert centres.sync(other).repaired == 0  # nothing moved, so nothing was asked
    other.do(edit, ids[1], phone="+628121111111")
    done = centres.sync(other)
    assert (done.sent, done.repaired) == (1, 1)
    assert people(other)[ids[0]] == "Siti Aminah"
    known = other.ask(standing.standing)
    assert known is not None and known.repaired == 1 and known.unlike == ""
    assert sorted(noted(centre), key=str) == [1, None]  # the centre says of which desk
    one.do(edit, ids[1], phone="+628122222222")
    centres.all_alike(centre, one, other)
    assert centres.sync(one).repaired == centres.sync(other).repaired == 0


def test_one_edited_row_is_compared_in_the_same_round_trip(
    centre: centres.Running, desks: Callable[[str], Desk]
) -> None:
    one, _other, ids = two(centre, desks)
    one.do(edit, ids[0], phone="+628121111111")
    done = centres.sync(one)
    assert (done.sent, done.rounds, done.repaired) == (1, 1, 0) and done.bytes < 2000
    done = centres.sync(one)
    assert (done.sent, done.rounds) == (0, 1) and done.bytes < 1000


def test_a_difference_that_cannot_be_mended_is_not_fetched_again_and_again(
    centre: centres.Running, desks: Callable[[str], Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _other, ids = two(centre, desks)
    # A centre that folds one row otherwise, whenever it does.
    monkeypatch.setattr(centre_module, "rebuild", lambda *_args: set())
    with centre.centre.writing() as connection:
        connection.execute(text("UPDATE person SET name = 'Salah' WHERE id = :id"), {"id": ids[0]})
        refresh(connection, one.venue)
    one.do(edit, ids[1], phone="+628121111111")
    assert centres.sync(one).repaired == 1
    known = one.ask(standing.standing)
    assert known is not None and known.unlike
    one.do(edit, ids[1], phone="+628122222222")
    one.do(edit, ids[1], phone="+628121111111")
    before = centres.sync(one).rounds
    assert people(one)[ids[0]] == "Siti Aminah" and before == 1


def test_a_centre_whose_journal_has_a_hole_still_takes_lines(
    centre: centres.Running, desks: Callable[[str], Desk]
) -> None:
    one, _other, ids = two(centre, desks)
    with centre.centre.writing() as connection:
        for table, column in (("journal", "row"), ("person", "id"), ("stamp", "row")):
            connection.execute(text(f'DELETE FROM {table} WHERE "{column}" = :id'), {"id": ids[0]})
        refresh(connection, one.venue)
    one.do(edit, ids[1], phone="+628121111111")
    done = centres.sync(one)
    assert done.sent == 1
    status = one.ask(standing.status)
    assert (status.waiting, status.trouble) == (0, "") and ids[0] in people(one)
    assert centres.sync(one).rounds == 1


def test_an_older_release_is_answered_as_before(
    centre: centres.Running, desks: Callable[[str], Desk]
) -> None:
    one, _other, ids = two(centre, desks)
    one.do(edit, ids[0], phone="+628121111111")
    said = one.ask(offer).request
    # What it did not say yet.
    body = pack(said)
    import zstandard

    bare = zstandard.ZstdDecompressor().decompressobj().decompress(body).replace(b'"compare":false,', b"")
    headers = {"Authorization": f"Bearer {one.ask(local, standing.TOKEN)}"}
    older = bare.replace(f'"schema":{said.schema}'.encode(), b'"schema":1', 1)
    for text_, compared in ((bare, True), (older, False)):
        sent = zstandard.ZstdCompressor().compress(text_)
        came = httpx.post(f"{centre.url}/sync", content=sent, headers=headers)
        answer = unpack(came.content, Answer)
        assert answer.results[0][0] in ("accepted", "duplicate")
        assert bool(answer.summary) == compared
    assert pack(answer)


def test_what_is_kept_of_rows_is_what_they_say(centre: centres.Running, desks: Callable[[str], Desk]) -> None:
    """By whatever way a row was written: here, from elsewhere, undone, restamped, moved to another venue."""
    one, other, ids = two(centre, desks)
    other.do(edit, ids[0], phone="+628121111111")
    other.undo()
    one.do(edit, ids[0], address="Jalan Baru")
    centres.all_alike(centre, one, other)
    for desk in (one, other):
        with desk.engine.connect() as connection:
            found = look(connection, desk.venue)
            assert not found.stale and found.sums == kept_sums(connection, desk.venue)


def test_much_that_differs_comes_in_several_messages(
    centre: centres.Running, desks: Callable[[str], Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other, ids = two(centre, desks)
    asked: list[int] = []
    exchange = client._exchange

    def counted(way: httpx.Client, token: str, said: Offer) -> tuple[Answer, int]:
        asked.append(len(said.request.again))
        return exchange(way, token, said)

    monkeypatch.setattr(client, "AGAIN", 1)
    monkeypatch.setattr(client, "_exchange", counted)

    def spoil(session: Session) -> None:
        session.execute(text("UPDATE person SET name = 'Salah'"))
        session.execute(text("UPDATE computer SET name = 'Salah'"))
        refresh(session.connection(), other.venue)

    other.keep(spoil)
    other.do(edit, ids[1], phone="+628121111111")
    assert centres.sync(other).repaired == 2 and asked.count(1) == 2
    centres.all_alike(centre, one, other)
