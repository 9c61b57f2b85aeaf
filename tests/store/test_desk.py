"""The one door: what is done is durable, journalled, heard of and can be taken back."""

from pathlib import Path

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from venue_desk.domain.problem import Problem
from venue_desk.store.desk import Desk, aside, final, local, set_local
from venue_desk.store.records import Line, Person, Venue, get, mine


def add(session: Session, name: str) -> str:
    """Add a person"""
    person = Person(name=name)
    session.add(person)
    session.flush()
    return person.id


def rename(session: Session, row: str, name: str) -> None:
    """Rename a person"""
    person = get(session, Person, row)
    assert person
    person.name = name


def move(session: Session, row: str, address: str) -> None:
    """Change an address"""
    person = get(session, Person, row)
    assert person
    person.address = address


def remove(session: Session, row: str) -> None:
    """Remove a person"""
    session.delete(get(session, Person, row))


@final
def issue(session: Session, row: str) -> None:
    """Issue a paper"""
    rename(session, row, "Tercetak")


@aside
def look(session: Session, row: str) -> None:
    """Look at a NIK"""
    move(session, row, "dilihat")


def names(session: Session) -> list[str]:
    return sorted(session.scalars(select(Person.name).where(mine(session, Person))))


def lines(session: Session) -> list[tuple[str, str | None, str | None]]:
    found = session.execute(select(Line.name, Line.before, Line.after).order_by(Line.number)).all()
    return [(line.name, line.before, line.after) for line in found][-3:]


def test_an_action_is_one_line_a_row_with_only_what_changed(desk: Desk) -> None:
    siti = desk.do(add, "Siti")
    desk.do(rename, siti, "Siti Aminah")
    made, renamed = desk.ask(lines)[-2:]
    assert made[0] == "Add a person"
    assert made[1] is None
    assert made[2] is not None and '"name":"Siti"' in made[2]
    assert renamed == ("Rename a person", '{"name":"Siti"}', '{"name":"Siti Aminah"}')


def test_several_flushes_of_one_action_are_one_line(desk: Desk) -> None:
    def add_and_change(session: Session) -> None:
        """Add and change"""
        row = add(session, "A")
        rename(session, row, "B")
        session.flush()
        gone = add(session, "C")
        remove(session, gone)

    before = len(desk.ask(lambda s: list(s.scalars(select(Line.number)))))
    desk.do(add_and_change)
    after = desk.ask(lambda s: list(s.scalars(select(Line.number))))
    assert len(after) == before + 1
    assert desk.ask(names) == ["B"]


def test_an_action_that_refuses_changes_nothing(desk: Desk) -> None:
    def half(session: Session) -> None:
        """Half"""
        add(session, "Setengah")
        raise Problem("no")

    heard: list[frozenset[str]] = []
    desk.listen(heard.append)
    with pytest.raises(Problem, match="no"):
        desk.do(half)
    assert desk.ask(names) == []
    assert heard == []


def test_listeners_hear_which_tables_were_touched(desk: Desk) -> None:
    heard: list[frozenset[str]] = []
    stop = desk.listen(heard.append)
    desk.do(add, "Siti")
    stop()
    desk.do(add, "Budi")
    assert heard == [frozenset({"person"})]


def test_undo_and_redo_go_step_by_step_also_after_a_restart(tmp_path: Path) -> None:
    desk = Desk.create(tmp_path / "venue")
    siti = desk.do(add, "Siti")
    desk.do(rename, siti, "Siti Aminah")
    desk.close()

    desk = Desk.open(tmp_path / "venue")
    assert desk.undo() == "Rename a person"
    assert desk.ask(names) == ["Siti"]
    assert desk.undo() == "Add a person"
    assert desk.ask(names) == []
    assert desk.undo() is None
    assert desk.redo() == "Add a person"
    assert desk.redo() == "Rename a person"
    assert desk.redo() is None
    assert desk.ask(names) == ["Siti Aminah"]
    desk.do(remove, siti)
    assert desk.undo() == "Remove a person"
    assert desk.ask(names) == ["Siti Aminah"]
    assert desk.next_steps() == ("Rename a person", "Remove a person")
    desk.close()


def test_something_new_ends_redo(desk: Desk) -> None:
    siti = desk.do(add, "Siti")
    desk.do(rename, siti, "Sita")
    desk.undo()
    desk.do(move, siti, "Kalideres")
    assert desk.redo() is None


def test_undo_keeps_what_overtook_it(desk: Desk) -> None:
    siti = desk.do(add, "Siti")
    desk.do(rename, siti, "Sita")
    action = desk.ask(lambda s: s.scalars(select(Line.action).order_by(Line.number.desc())).first())
    desk.do(move, siti, "Kalideres")
    desk.do(rename, siti, "Sinta")
    assert action
    with pytest.raises(Problem):
        desk.take_back(action, "Rename a person")
    assert desk.ask(names) == ["Sinta"]
    desk.undo()
    desk.take_back(action, "Rename a person")
    assert desk.ask(names) == ["Siti"]
    person = desk.ask(lambda s: s.scalars(select(Person)).one())
    assert person.address == "Kalideres"


def test_what_overtook_an_action_is_named_and_a_final_one_is_never_taken_back(desk: Desk) -> None:
    siti = desk.do(add, "Siti")
    desk.do(rename, siti, "Sita")
    action = desk.ask(lambda s: s.scalars(select(Line.action).order_by(Line.number.desc())).first())
    assert action
    desk.do(move, siti, "Kalideres")
    desk.do(remove, siti)
    with pytest.raises(Problem, match="Remove a person") as caught:
        desk.take_back(action, "Rename a person")
    assert "Change an address" not in caught.value.hint
    desk.undo()
    desk.do(issue, siti)
    final_one = desk.ask(lambda s: s.scalars(select(Line.action).order_by(Line.number.desc())).first())
    assert final_one
    with pytest.raises(Problem, match="final"):
        desk.take_back(final_one, "Issue a paper")
    assert desk.ask(names) == ["Tercetak"]


def test_undo_goes_past_a_step_of_which_nothing_is_left(desk: Desk) -> None:
    siti = desk.do(add, "Siti")
    desk.do(rename, siti, "Sita")
    ours, desk.writer = desk.writer, "f" * 32  # somebody else's change, as sync brings it
    desk.do(rename, siti, "Sinta")
    desk.writer = ours
    with pytest.raises(Problem, match="Rename a person"):
        desk.undo()
    assert desk.ask(names) == ["Sinta"]


def test_a_final_step_cannot_be_undone_and_a_look_is_passed_over(desk: Desk) -> None:
    siti = desk.do(add, "Siti")
    desk.do(look, siti)
    assert desk.next_steps()[0] == "Add a person"
    desk.do(issue, siti)
    with pytest.raises(Problem):
        desk.undo()
    assert desk.ask(names) == ["Tercetak"]


def test_writing_outside_the_door_raises(desk: Desk) -> None:
    with pytest.raises(RuntimeError, match="does not write"):
        desk.ask(lambda s: add(s, "Lewat jendela"))
    with pytest.raises(RuntimeError, match="bulk"):
        desk.do(lambda s: s.execute(update(Person).values(name="semua")))
    assert desk.ask(names) == []


def test_what_is_local_is_not_journalled_but_part_of_the_step(desk: Desk) -> None:
    before = len(desk.ask(lambda s: list(s.scalars(select(Line.number)))))

    def keep(session: Session, fail: bool) -> None:
        """Keep"""
        set_local(session, "token", "rahasia")
        if fail:
            raise Problem("no")

    with pytest.raises(Problem):
        desk.do(keep, True)
    assert desk.ask(local, "token") is None
    desk.do(keep, False)
    assert desk.ask(local, "token") == "rahasia"
    assert len(desk.ask(lambda s: list(s.scalars(select(Line.number))))) == before


def test_the_chain_shows_a_line_that_was_changed(desk: Desk) -> None:
    desk.do(add, "Siti")
    assert desk.check() == []
    with desk.engine.execution_options(write=True).begin() as connection:
        connection.execute(text("UPDATE journal SET after = replace(after, 'Siti', 'Sita')"))
    faults = desk.check()
    assert len(faults) == 1


def test_durable_and_one_library(desk: Desk) -> None:
    with desk.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA cipher_version").scalar()


def test_a_copy_of_the_folder_that_fell_behind_goes_on_as_another_writer(tmp_path: Path) -> None:
    desk = Desk.create(tmp_path / "venue")
    first = desk.writer
    desk.do(add, "Siti")
    old = tmp_path / "old.db"
    from venue_desk.store import database, recovery

    database.backup(desk.engine, old)
    desk.do(add, "Budi")
    desk.close()
    kept = recovery.restore(tmp_path / "venue", old)
    assert kept and kept.exists()

    desk = Desk.open(tmp_path / "venue")
    assert desk.ask(names) == ["Siti"]
    assert desk.writer != first
    desk.do(add, "Wati")
    assert desk.check() == []
    desk.close()


def test_names_in_the_file_are_not_readable(desk: Desk) -> None:
    desk.do(add, "Raharjo Sukmawati")
    for file in desk.folder.iterdir():
        assert b"Raharjo" not in file.read_bytes(), file.name
    assert desk.ask(lambda s: s.scalars(select(Venue.name)).one()) == "Paroki Uji"


def test_what_overtook_an_action_is_named_with_its_moment(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VENUE_DESK_TODAY", "2025-11-22T08:03")
    row = desk.do(add, "Siti")
    desk.do(rename, row, "Siti Aminah")
    first = desk.ask(lambda s: s.scalar(select(Line.action).where(Line.name == "Rename a person")))
    monkeypatch.setenv("VENUE_DESK_TODAY", "2025-11-23T14:30")
    desk.do(rename, row, "Siti A.")
    assert first is not None
    with pytest.raises(Problem) as told:
        desk.take_back(first, "Rename a person")
    assert "“Rename a person” (23 Nov 2025, 14.30)" in told.value.hint
    assert desk.ask(names) == ["Siti A."]
