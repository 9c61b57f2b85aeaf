"""Syncing by a file on a stick: there and back, older files, files that are damaged or meant for others."""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

import centres
from records import add, everything, people
from venue_desk.domain.problem import Problem
from venue_desk.queries import sync as standing
from venue_desk.server import carrying, keeping
from venue_desk.store.desk import Desk
from venue_desk.store.records import Line
from venue_desk.sync import packet, stick


@pytest.fixture
def prison(centre: centres.Running, desks: Callable[[str], Desk]) -> Desk:
    """A desk that was let in over the network once, and never sees one again."""
    desk = desks("prison")
    centre.join(desk, centre.venue("Lapas Kelas II", "prison"))
    return desk


def test_there_and_back(centre: centres.Running, prison: Desk, tmp_path: Path) -> None:
    person = prison.do(add, "Siti Aminah")
    waiting = prison.ask(standing.status).waiting
    out, back = tmp_path / "out.vdsync", tmp_path / "back"
    done = stick.export(prison, out)
    assert done.changes == waiting and list(tmp_path.glob("*.part")) == []
    assert prison.ask(standing.status).waiting == waiting  # only the centre's word counts
    assert carrying.take(centre.centre, out, back)["changes"] == waiting
    with Session(centre.centre.engine) as session:
        assert ("person", person) in everything(session)
    came = stick.bring(prison, Path(f"{back}.vdsync"))
    status = prison.ask(standing.status)
    assert (status.waiting, status.trouble, came.changes) == (0, "", 0)
    assert status.last is not None
    # The same files again change nothing.
    assert carrying.take(centre.centre, out, back)["changes"] == 0
    stick.bring(prison, Path(f"{back}.vdsync"))
    assert prison.ask(standing.status).waiting == 0


def test_what_other_desks_wrote_comes_along(
    centre: centres.Running, prison: Desk, desks: Callable[[str], Desk], tmp_path: Path
) -> None:
    known = prison.ask(standing.standing)
    assert known is not None
    office = desks("office")
    centre.join(office, prison.venue)
    office.do(add, "Budi Santoso")
    centres.sync(office)
    prison.do(add, "Siti Aminah")
    stick.export(prison, tmp_path / "out.vdsync")
    prison.do(add, "Ditulis sesudahnya")  # after the stick was made
    carrying.take(centre.centre, tmp_path / "out.vdsync", tmp_path / "back.vdsync")
    stick.bring(prison, tmp_path / "back.vdsync")
    assert set(people(prison).values()) == {"Budi Santoso", "Siti Aminah", "Ditulis sesudahnya"}
    assert prison.ask(standing.status).waiting == 1
    centres.all_alike(centre, office, prison)


def test_an_older_file_never_turns_back(centre: centres.Running, prison: Desk, tmp_path: Path) -> None:
    prison.do(add, "Satu")
    stick.export(prison, tmp_path / "1.vdsync")
    carrying.take(centre.centre, tmp_path / "1.vdsync", tmp_path / "1b.vdsync")
    stick.bring(prison, tmp_path / "1b.vdsync")
    prison.do(add, "Dua")
    stick.export(prison, tmp_path / "2.vdsync")
    carrying.take(centre.centre, tmp_path / "2.vdsync", tmp_path / "2b.vdsync")
    stick.bring(prison, tmp_path / "2b.vdsync")
    before = prison.ask(standing.standing)
    stick.bring(prison, tmp_path / "1b.vdsync")
    after = prison.ask(standing.standing)
    assert before is not None and after is not None
    assert (after.cursor, after.at, after.acknowledged) == (before.cursor, before.at, before.acknowledged)
    assert prison.ask(standing.status).waiting == 0


def test_after_the_centre_was_restored_stamps_come_once_more(
    centre: centres.Running, prison: Desk, desks: Callable[[str], Desk], tmp_path: Path
) -> None:
    """As over a network: which lines came there again, and with which stamps, nobody knows."""
    office = desks("office")
    centre.join(office, prison.venue)
    person = office.do(add, "Budi Santoso")
    centres.sync(office)

    def trip(number: int) -> int:
        out, back = tmp_path / f"{number}.vdsync", tmp_path / f"{number}b.vdsync"
        stick.export(prison, out)
        carrying.take(centre.centre, out, back)
        stick.bring(prison, back)
        return out.stat().st_size

    trip(1)
    usual = trip(2)
    centre.centre.engine.dispose()
    keeping.renew(tmp_path / "centre")
    with Session(prison.engine.execution_options(write=True)) as session:
        session.execute(update(Line).where(Line.row == person).values(effective=Line.effective - 7))
        session.commit()
    trip(3)
    known = prison.ask(standing.standing)
    assert known is not None and known.renewed
    assert trip(4) > usual
    known = prison.ask(standing.standing)
    assert known is not None and not known.renewed
    with Session(centre.centre.engine) as session:
        right = session.scalar(select(Line.effective).where(Line.row == person))
    assert prison.ask(lambda s: s.scalar(select(Line.effective).where(Line.row == person))) == right
    assert trip(5) <= usual + 20


def test_files_that_are_not_for_us(
    centre: centres.Running, prison: Desk, desks: Callable[[str], Desk], tmp_path: Path
) -> None:
    office = desks("office")
    with pytest.raises(Problem, match="belum terhubung"):
        stick.export(office, tmp_path / "x.vdsync")
    centre.join(office, prison.venue)
    stick.export(prison, tmp_path / "out.vdsync")
    carrying.take(centre.centre, tmp_path / "out.vdsync", tmp_path / "back.vdsync")
    with pytest.raises(Problem, match="komputer lain"):
        stick.bring(office, tmp_path / "back.vdsync")
    with pytest.raises(Problem, match="arah sebaliknya"):
        stick.bring(prison, tmp_path / "out.vdsync")
    with pytest.raises(Problem, match="arah sebaliknya"):
        carrying.take(centre.centre, tmp_path / "back.vdsync", tmp_path / "again.vdsync")
    (tmp_path / "letter.vdsync").write_text("Yth. Bapak/Ibu")
    with pytest.raises(Problem, match="bukan berkas sinkronisasi"):
        stick.bring(prison, tmp_path / "letter.vdsync")
    with pytest.raises(Problem, match="tidak dapat dibaca"):
        stick.bring(prison, tmp_path / "nothing.vdsync")
    with pytest.raises(Problem, match="tidak dapat ditulis"):
        stick.export(prison, tmp_path / "no such folder" / "x.vdsync")


def test_nothing_readable_is_on_the_stick(prison: Desk, tmp_path: Path) -> None:
    prison.do(add, "Nama Yang Dicari")
    stick.export(prison, tmp_path / "out.vdsync")
    data = (tmp_path / "out.vdsync").read_bytes()
    assert b"Nama Yang Dicari" not in data
    assert prison.writer.encode() not in data and prison.venue.encode() not in data


def test_mutants(centre: centres.Running, prison: Desk, tmp_path: Path) -> None:
    """Any change of the file is refused as a whole, in a sentence."""
    prison.do(add, "Siti Aminah")
    stick.export(prison, tmp_path / "out.vdsync")
    good = (tmp_path / "out.vdsync").read_bytes()
    rng = random.Random(7)
    bad = tmp_path / "bad.vdsync"
    for _each in range(300):
        data = bytearray(good)
        match rng.randrange(4):
            case 0:
                data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
            case 1:
                del data[rng.randrange(len(data)) :]
            case 2:
                at = rng.randrange(len(data))
                data[at:at] = os.urandom(rng.randrange(1, 50))
            case _:
                start = rng.randrange(len(data))
                data[start : start + 64] = bytes(64)
        if bytes(data) == good:
            continue
        bad.write_bytes(data)
        with pytest.raises(Problem):
            carrying.take(centre.centre, bad, tmp_path / "back.vdsync")
    with Session(centre.centre.engine) as session:
        assert session.scalar(select(func.count()).select_from(Line)) == 0
    assert carrying.take(centre.centre, tmp_path / "out.vdsync", tmp_path / "back.vdsync")["changes"] > 0


def test_a_file_signed_by_another_is_refused(
    centre: centres.Running, prison: Desk, desks: Callable[[str], Desk], tmp_path: Path
) -> None:
    """A desk that knows the centre's keys cannot speak for another desk."""
    thief = desks("thief")
    centre.join(thief, centre.venue("SMK", "school"))
    known, keys = thief.ask(stick._known)
    mine = prison.ask(standing.standing)
    assert mine is not None
    forged = packet.seal(b"anything", packet.FROM_DESK, mine.device, keys, known.keys)
    (tmp_path / "forged.vdsync").write_bytes(forged)
    with pytest.raises(Problem, match="rusak"):
        carrying.take(centre.centre, tmp_path / "forged.vdsync", tmp_path / "back.vdsync")
