"""A desk that never sees a network joins by a stick: its code's rules hold, and no other file gets anywhere."""

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select, update

import centres
from records import add, people
from venue_desk.domain.problem import Problem
from venue_desk.queries import sync as standing
from venue_desk.server import admitting, carrying
from venue_desk.server.tables import CODE, DEVICE
from venue_desk.store.desk import Desk, local
from venue_desk.sync import admission, letters, stick


def admit(centre: centres.Running, file: Path, answer: Path) -> Path:
    admitting.admit_file(centre.centre, file, answer)
    return answer


def exchange(centre: centres.Running, desk: Desk, place: Path) -> None:
    stick.export(desk, place / "out.vdsync")
    carrying.take(centre.centre, place / "out.vdsync", place / "back.vdsync")
    stick.bring(desk, place / "back.vdsync")


def test_a_prison_joins_and_works_by_the_stick_alone(
    centre: centres.Running, desks: Callable[[str], Desk], tmp_path: Path
) -> None:
    place = centre.venue("Lapas Kelas II", "prison")
    office = desks("office")
    centre.join(office, place)
    for number in range(60):
        office.do(add, f"Orang {number}")
    centres.sync(office)
    prison = desks("prison")
    prison.do(add, "Sudah di lapas")
    code = centre.code(place)
    request = admission.ask(prison, code.lower().replace("-", " "), tmp_path / "minta")
    data = request.read_bytes()
    for secret in (code, letters.tidy(code), letters.tidy(code)[4:], "lapas", prison.writer, prison.venue):
        assert secret.encode() not in data
    assert prison.ask(admission.waits)
    answer = admit(centre, request, tmp_path / "jawab.vdjoin")
    assert admission.take(prison, answer) == "Lapas Kelas II"
    assert not prison.ask(admission.waits)
    # What the venue has came along; what the prison has goes with the first exchange.
    assert set(people(office).values()) < set(people(prison).values())
    exchange(centre, prison, tmp_path)
    status = prison.ask(standing.status)
    assert (status.waiting, status.trouble, status.server) == (0, "", "")
    centres.sync(office)
    assert "Sudah di lapas" in people(office).values()
    with pytest.raises(Problem, match="flashdisk"):
        centres.sync(prison)  # it knows no address


def test_a_fresh_computer_asks_from_an_empty_folder(centre: centres.Running, tmp_path: Path) -> None:
    place = centre.venue()
    with pytest.raises(Problem, match="16"):
        admission.begin(tmp_path / "new", "AAAA", tmp_path / "minta")
    assert not (tmp_path / "new/venue-desk.db").exists()
    desk = admission.begin(tmp_path / "new", centre.code(place), tmp_path / "minta")
    admit(centre, tmp_path / "minta.vdjoin", tmp_path / "jawab.vdjoin")
    desk.close()
    desk = Desk.open(tmp_path / "new")
    admission.take(desk, tmp_path / "jawab.vdjoin")
    assert desk.venue == place
    desk.close()


def test_the_rules_of_a_code_hold(
    centre: centres.Running, desks: Callable[[str], Desk], tmp_path: Path
) -> None:
    place = centre.venue()
    one, other = desks("one"), desks("other")
    code = centre.code(place)
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    admission.ask(one, wrong, tmp_path / "salah")
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(Problem, match=f"Kode ini salah.*{left}"):
            admit(centre, tmp_path / "salah.vdjoin", tmp_path / "x.vdjoin")
    admission.ask(one, code, tmp_path / "benar")
    with pytest.raises(Problem, match="terlalu sering"):
        admit(centre, tmp_path / "benar.vdjoin", tmp_path / "x.vdjoin")
    code = centre.code(place)
    admission.ask(one, code, tmp_path / "satu")
    admission.ask(other, code, tmp_path / "dua")
    admit(centre, tmp_path / "satu.vdjoin", tmp_path / "satu-jawab.vdjoin")
    with pytest.raises(Problem, match="sudah dipakai"):
        admit(centre, tmp_path / "dua.vdjoin", tmp_path / "x.vdjoin")
    # The answer was lost: the same request again is the same computer.
    admit(centre, tmp_path / "satu.vdjoin", tmp_path / "lagi.vdjoin")
    with centre.centre.reading() as connection:
        assert len(connection.execute(select(DEVICE)).all()) == 1
    admission.take(one, tmp_path / "lagi.vdjoin")
    code = centre.code(place)
    admission.ask(other, code, tmp_path / "lama")
    with centre.centre.writing() as connection:
        connection.execute(update(CODE).values(expires=int(time.time()) - 1))
    with pytest.raises(Problem, match="kedaluwarsa"):
        admit(centre, tmp_path / "lama.vdjoin", tmp_path / "x.vdjoin")
    # A desk that works for one venue is not let in by another's code.
    admission.ask(one, centre.code(centre.venue("SMK", "school")), tmp_path / "asing")
    with pytest.raises(Problem, match="tempat lain"):
        admit(centre, tmp_path / "asing.vdjoin", tmp_path / "x.vdjoin")
    assert not (tmp_path / "x.vdjoin").exists()


def test_old_foreign_and_turned_round_files(
    centre: centres.Running, desks: Callable[[str], Desk], tmp_path: Path
) -> None:
    place = centre.venue()
    one, other = desks("one"), desks("other")
    code = centre.code(place)
    first = admission.ask(one, code, tmp_path / "1")
    old = admit(centre, first, tmp_path / "1-jawab.vdjoin")
    admission.ask(one, code, tmp_path / "2")
    before = (one.venue, people(one))
    with pytest.raises(Problem, match="permintaan lain"):
        admission.take(one, old)
    with pytest.raises(Problem, match="tidak meminta"):
        admission.take(other, old)
    admission.ask(other, centre.code(place), tmp_path / "3")
    with pytest.raises(Problem, match="permintaan lain"):
        admission.take(other, old)
    with pytest.raises(Problem, match="arah sebaliknya"):
        admission.take(one, first)
    with pytest.raises(Problem, match="arah sebaliknya"):
        admit(centre, old, tmp_path / "x.vdjoin")
    # An answer that somebody made who does not know the code, though he knows the request's name and keys.
    pending = one.ask(local, admission.PENDING)
    assert pending is not None
    import json

    from venue_desk.sync import packet

    known = json.loads(pending)
    forged = letters.let_in({"device": "x"}, b"", packet.public(known["keys"]), known["of"], bytes(32))
    (tmp_path / "forged.vdjoin").write_bytes(forged)
    with pytest.raises(Problem, match="rusak"):
        admission.take(one, tmp_path / "forged.vdjoin")
    assert (one.venue, people(one)) == before and one.ask(standing.standing) is None


def test_mutants(centre: centres.Running, desks: Callable[[str], Desk], tmp_path: Path) -> None:
    """Any change of either file is refused whole, in a sentence, and costs no try of the code."""
    desk = desks("desk")
    request = admission.ask(desk, centre.code(centre.venue()), tmp_path / "minta")
    answer = admitting.admit(centre.centre, request.read_bytes()).file
    rng, bad = random.Random(7), tmp_path / "bad.vdjoin"
    for good, take in (
        (request.read_bytes(), lambda: admit(centre, bad, tmp_path / "x.vdjoin")),
        (answer, lambda: admission.take(desk, bad)),
    ):
        for _each in range(200):
            data = bytearray(good)
            match rng.randrange(3):
                case 0:
                    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
                case 1:
                    del data[rng.randrange(len(data)) :]
                case _:
                    at = rng.randrange(len(data))
                    data[at:at] = rng.randbytes(rng.randrange(1, 50))
            bad.write_bytes(data)
            with pytest.raises(Problem):
                take()
    with centre.centre.reading() as connection:
        assert connection.scalars(select(CODE.c.tries)).all() == [0]
    assert desk.ask(standing.standing) is None
    (tmp_path / "good.vdjoin").write_bytes(answer)
    admission.take(desk, tmp_path / "good.vdjoin")


def test_a_large_venue_comes_with_one_file(
    centre: centres.Running, desks: Callable[[str], Desk], tmp_path: Path
) -> None:
    """More than one message holds: the answers go on from each other."""
    place = centre.venue()
    office = desks("office")
    centre.join(office, place)
    office.do(_many, 6000)
    centres.sync(office)
    prison = desks("prison")
    admission.ask(prison, centre.code(place), tmp_path / "minta")
    admit(centre, tmp_path / "minta.vdjoin", tmp_path / "jawab.vdjoin")
    admission.take(prison, tmp_path / "jawab.vdjoin")
    assert len(people(prison)) == 6000
    exchange(centre, prison, tmp_path)
    assert prison.ask(standing.status).waiting == 0


def _many(session, count):  # type: ignore[no-untyped-def]
    """Add people"""
    for number in range(count):
        add(session, f"Orang yang ke-{number}")
