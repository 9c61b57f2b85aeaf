"""Copies that part ways: clones, restored files, wrong clocks, deletions. All end the same, nothing is lost."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import centres
from records import add, edit, everything, people, remove
from venue_desk.actions import certificates
from venue_desk.domain.problem import Problem
from venue_desk.queries import assessment as assessed
from venue_desk.queries import certificates as issued
from venue_desk.queries import clashes, courses, today
from venue_desk.queries import sync as standing
from venue_desk.store import journal
from venue_desk.store.desk import Desk
from venue_desk.store.records import Conflict
from venue_desk.sync import client

YEARS = 365 * 24 * 3600  # seconds ten of which a clock is off


def test_a_cloned_folder(centre: centres.Running, desks: Callable[[str], Desk], tmp_path: Path) -> None:
    """Both go on under one name; nothing of either is lost, and they part ways."""
    one = desks("one")
    place = centre.venue()
    centre.join(one, place)
    siti = one.do(add, "Siti Aminah")
    centres.sync(one)
    one.close()
    shutil.copytree(tmp_path / "one", tmp_path / "clone")
    one, clone = desks("one"), desks("clone")
    assert one.writer == clone.writer
    for number in range(5):
        one.do(add, f"Satu {number}")
        clone.do(add, f"Klon {number}")
    one.do(edit, siti, phone="+628121111111")
    clone.do(edit, siti, phone="+628122222222")
    centres.sync(one)
    centres.sync(clone)
    assert one.writer != clone.writer
    clone.do(add, "Sesudahnya")
    centres.all_alike(centre, one, clone)
    assert len(people(one)) == 12
    # The same field on both: one wins, the other is kept and shown.
    (both,) = one.ask(standing.both_versions)
    assert both.record == "Siti Aminah"
    letters = {row.letter for row in one.ask(standing.desks)}
    assert len(letters) == 2


def test_an_older_file_comes_back(
    centre: centres.Running, desks: Callable[[str], Desk], tmp_path: Path
) -> None:
    """The whole folder of yesterday is put back: what was sent comes back from the centre, nothing is overwritten."""
    one = desks("one")
    centre.join(one, centre.venue())
    one.do(add, "Siti Aminah")
    centres.sync(one)
    one.close()
    shutil.copytree(tmp_path / "one", tmp_path / "yesterday")
    one = desks("one")
    lost = one.do(add, "Budi Santoso")
    centres.sync(one)
    one.close()
    shutil.rmtree(tmp_path / "one")
    shutil.copytree(tmp_path / "yesterday", tmp_path / "one")
    one = desks("one")
    before = one.writer
    new = one.do(add, "Maria Goretti")
    centres.all_alike(centre, one)
    assert one.writer != before
    assert {lost, new} <= set(people(one))


def test_an_older_database_beside_a_newer_note(
    centre: centres.Running, desks: Callable[[str], Desk], tmp_path: Path
) -> None:
    """Only the database went back: the desk sees that itself, before it writes a line."""
    one = desks("one")
    centre.join(one, centre.venue())
    centres.sync(one)
    one.close()
    shutil.copyfile(tmp_path / "one/venue-desk.db", tmp_path / "copy.db")
    one = desks("one")
    lost = one.do(add, "Budi Santoso")
    centres.sync(one)
    one.close()
    shutil.copyfile(tmp_path / "copy.db", tmp_path / "one/venue-desk.db")
    before = one.writer
    one = desks("one")
    assert one.writer != before
    centres.all_alike(centre, one)
    assert lost in people(one)


def test_the_centre_is_restored_from_a_backup(
    centre: centres.Running, desks: Callable[[str], Desk], tmp_path: Path
) -> None:
    """Desks send again what the backup lacks, also what a desk that is gone had sent."""
    from venue_desk.server import keeping

    one, other = desks("one"), desks("other")
    place = centre.venue()
    centre.join(one, place)
    centre.join(other, place)
    one.do(add, "Siti Aminah")
    centres.all_alike(centre, one, other)
    keeping.backup(centre.centre, tmp_path / "backup.db")
    later = one.do(add, "Budi Santoso")
    gone = other.do(add, "Maria Goretti")
    centres.all_alike(centre, one, other)
    shutil.copytree(tmp_path / "centre", tmp_path / "restored")
    keeping.restore(tmp_path / "restored", tmp_path / "backup.db")
    with centres.running(tmp_path / "restored") as restored:
        known = one.ask(standing.standing)
        assert known is not None
        one.receive([], keep={standing.KEPT: standing.replace_url(known, restored.url).text()})
        centres.all_alike(restored, one)
        with Session(restored.centre.engine) as session:
            rows = everything(session)
        assert ("person", later) in rows and ("person", gone) in rows


@pytest.mark.parametrize(("ahead", "behind"), [(10, -10), (-10, 10)])
def test_clocks_ten_years_off(
    centre: centres.Running,
    desks: Callable[[str], Desk],
    monkeypatch: pytest.MonkeyPatch,
    ahead: int,
    behind: int,
) -> None:
    one, other = desks("one"), desks("other")
    place = centre.venue()
    centre.join(one, place)
    centre.join(other, place)
    siti = one.do(add, "Siti Aminah")
    centres.all_alike(centre, one, other)
    with clock_off(monkeypatch, ahead * YEARS):
        one.do(edit, siti, phone="+628121111111", address="Jalan Lama")
        centres.sync(one)
        assert one.ask(standing.status).clock
    with clock_off(monkeypatch, behind * YEARS):
        other.do(edit, siti, organisation="Santa Anna")
        centres.sync(other)
        # It has seen the first desk's line, so its own counts, whatever both clocks say.
        other.do(edit, siti, address="Jalan Baru")
        centres.sync(other)
    centres.all_alike(centre, one, other)
    person = one.ask(everything)["person", siti]
    assert (person["phone"], person["organisation"], person["address"]) == (
        "+628121111111",
        "Santa Anna",
        "Jalan Baru",
    )
    # Nothing from the future stays: the next change by a right clock wins.
    other.do(edit, siti, phone="+628123333333")
    centres.all_alike(centre, one, other)
    assert one.ask(everything)["person", siti]["phone"] == "+628123333333"
    assert one.ask(standing.status).clock == ""


@contextmanager
def clock_off(monkeypatch: pytest.MonkeyPatch, seconds: int) -> Iterator[None]:
    """The desk's clock is wrong; the centre's is not."""

    class Clock:
        @staticmethod
        def time() -> float:
            return time.time() + seconds

    from venue_desk.sync import exchange

    with monkeypatch.context() as patch:
        patch.setattr(journal, "time", Clock)
        patch.setattr(exchange, "time", Clock)
        yield


def test_deleting_wins_and_comes_back(centre: centres.Running, desks: Callable[[str], Desk]) -> None:
    one, other = desks("one"), desks("other")
    place = centre.venue()
    centre.join(one, place)
    centre.join(other, place)
    siti = one.do(add, "Siti Aminah")
    centres.all_alike(centre, one, other)
    one.do(remove, siti)
    other.do(edit, siti, phone="+628121111111")
    centres.all_alike(centre, one, other)
    assert siti not in people(other)
    assert one.undo() == "Remove a person"
    centres.all_alike(centre, one, other)
    assert siti in people(other)


def test_many_removals_wait_for_a_person(centre: centres.Running, desks: Callable[[str], Desk]) -> None:
    one, other = desks("one"), desks("other")
    place = centre.venue()
    centre.join(one, place)
    centre.join(other, place)
    ids = [one.do(add, f"Peserta {number}") for number in range(60)]
    centres.all_alike(centre, one, other)
    for person in ids[:40]:
        one.do(remove, person)
    # Here first: nobody else loses them before a person agrees, and what was written before goes out.
    done = centres.sync(one)
    known = one.ask(standing.standing)
    assert known is not None and (known.removing, done.waiting) == (40, 40)
    centres.sync(other)
    assert len(people(other)) == 60
    client.agree(one)
    centres.sync(one)
    with pytest.raises(Problem, match="40"):
        centres.sync(other)
    assert len(people(other)) == 60
    assert other.ask(standing.status).removals == 40
    client.agree(other)
    centres.all_alike(centre, one, other)
    assert len(people(other)) == 20


def test_three_desks_ask_the_same_question(centre: centres.Running, desks: Callable[[str], Desk]) -> None:
    """Conflicts are the same on every copy, whoever syncs first."""
    three = [desks(name) for name in ("one", "two", "three")]
    place = centre.venue()
    for desk in three:
        centre.join(desk, place)
    siti = three[0].do(add, "Siti Aminah")
    centres.all_alike(centre, *three)
    for number, desk in enumerate(three):
        desk.do(edit, siti, note=f"catatan {number}")
    centres.all_alike(centre, *reversed(three))
    with Session(centre.centre.engine) as session:
        assert session.scalar(select(func.count()).select_from(Conflict)) == 2


def test_a_number_that_both_gave_is_settled_by_a_person(
    centre: centres.Running, sample: Desk, tmp_path: Path
) -> None:
    """A copy of a folder numbers on before it meets the centre: told on both, and one is issued anew."""
    centre.join(sample, centre.venue())
    centres.sync(sample)
    course = sample.ask(courses.by_code, "RIAS-9", date(2025, 11, 22)).id
    for one in sample.ask(issued.listed, course_id=course):
        if one.voided_on is None:
            sample.do(certificates.void, one.id, "uji")
    due = [row.enrolment_id for row in sample.ask(assessed.sheet, course).due]
    centres.sync(sample)
    folder = sample.folder
    sample.close()
    shutil.copytree(folder, tmp_path / "clone")
    origin, clone = Desk.open(folder), Desk.open(tmp_path / "clone")
    (first,) = origin.do(certificates.issue, course, [due[0]])
    (second,) = clone.do(certificates.issue, course, [due[1]])
    assert first.number == second.number  # nobody could know
    for desk in (origin, clone, origin):
        centres.sync(desk)
    for desk in (origin, clone):
        (double,) = desk.ask(clashes.numbers)
        assert double.number == first.number and set(double.certificates) == {first.id, second.id}
        told = [task.title for task in desk.ask(today.today, datetime(2025, 11, 22, 8)).tasks]
        assert any(first.number in title for title in told)
    # From now on they number apart, and the way out is a new number for one of the two.
    clone.do(certificates.void, second.id, "Nomor ganda")
    (anew,) = clone.do(certificates.issue, course, [due[1]])
    (later,) = origin.do(certificates.issue, course, [due[2]])
    assert len({first.number, anew.number, later.number}) == 3
    centres.all_alike(centre, origin, clone)
    for desk in (origin, clone):
        assert desk.ask(clashes.numbers) == []
        assert {row.number for row in desk.ask(issued.listed, course_id=course) if row.voided_on is None} == {
            first.number,
            anew.number,
            later.number,
        }
    origin.close()
    clone.close()
