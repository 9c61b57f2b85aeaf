"""Once per person across venues: who had a turn elsewhere is refused by name, and let in with a reason only."""

from collections.abc import Iterable
from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from actions.test_courses import a_course
from actions.test_enrolments import people
from venue_desk.actions import enrolments, guests, imports, merging
from venue_desk.domain.courses import ENROLLED, LEFT, WAITING
from venue_desk.domain.people import Entry, Someone
from venue_desk.domain.problem import Problem
from venue_desk.domain.turns import BORN, NIK, PHONE, series_key, turns
from venue_desk.queries import clashes, history, person, series, today, twins
from venue_desk.queries import courses as seen
from venue_desk.queries.sync import KEPT, Standing
from venue_desk.store import lists
from venue_desk.store.desk import Desk
from venue_desk.store.local import set_local

SECRET = "000102030405060708090a0b0c0d0e0f"
PARTNER = {"series": "Mitra Tepung", "once_per_person": True}
BORN_ON = date(1990, 1, 5)
SATURDAY = datetime(2025, 11, 22, 8)


def told(
    desk: Desk, *someone: Someone, name: str = "MITRA  tepung", only: Iterable[str] = (NIK, BORN, PHONE)
) -> None:
    """The centre says who had a turn at other venues."""
    key = series_key(name)
    entries: list[lists.Entry] = [("series", key, 1, {"name": name, "once": True, "secret": SECRET})]
    entries += [
        ("turn", f"{key}/{digest}/{tag}", 2, {})
        for one in someone
        for by, digest in turns(SECRET, one)
        if by in only
        for tag in ("3f09c2", "a0b1c2")  # at two venues
    ]

    def take(session: Session) -> None:
        """Take over the lists"""
        lists.keep(session, "epoch", 0, desk.ask(lists.held).version + 1, False, entries)

    desk.do(take)


def synced(desk: Desk, last: str | None) -> None:
    def keep(session: Session) -> None:
        """Sync"""
        set_local(session, KEPT, Standing("https://pusat", "device", "Paroki", last=last).text())

    desk.do(keep)


SITI = Someone("x", "Siti Aminah", "3171014501900003", BORN_ON, "+6281234567890")


def test_who_had_a_turn_elsewhere_is_refused_by_name(desk: Desk) -> None:
    told(desk, SITI)
    course_id = a_course(desk, **PARTNER)
    [by_nik] = people(desk, "S. Aminah", nik=SITI.nik)
    [by_birth] = people(desk, "Aminah Siti", birth_date=BORN_ON)
    [by_phone] = people(desk, "SITI AMINAH", phone=SITI.phone)
    [other] = people(desk, "Siti Aminah", birth_date=date(1991, 1, 5))
    [name_alone] = people(desk, "Siti Aminah")
    everybody = [by_nik, by_birth, by_phone, other, name_alone]

    done = desk.do(enrolments.enrol, course_id, everybody)

    assert done.enrolled == ("Siti Aminah", "Siti Aminah")
    assert [(one.name, one.why, one.again) for one in done.refused] == [
        ("S. Aminah", "sudah pernah ikut seri ini, di tempat lain", True),
        ("Aminah Siti", "kemungkinan sudah pernah ikut seri ini, di tempat lain (nama dan tanggal lahir sama)", True),
        ("SITI AMINAH", "kemungkinan sudah pernah ikut seri ini, di tempat lain (nama dan nomor telepon sama)", True),
    ]  # fmt: skip
    for free in ({"series": "Mitra Tepung"}, {"series": "Mitra gula", "once_per_person": True}, {}):
        another = a_course(desk, batch=str(len(free)), code=f"X-{len(free)}{free.get('series')}", **free)
        assert len(desk.do(enrolments.enrol, another, everybody).enrolled) == 5


def test_the_surest_digest_says_by_what(desk: Desk) -> None:
    told(desk, SITI)
    here = [SITI, Someone("y", "Siti Aminah", None, BORN_ON, SITI.phone), Someone("z", "Siti Aminah")]
    assert desk.ask(series.elsewhere, "mitra tepung", here) == {"x": NIK, "y": BORN}
    assert desk.ask(series.elsewhere, "Mitra gula", here) == {}
    told(desk, SITI, only=(PHONE,))
    assert desk.ask(series.elsewhere, "Mitra Tepung", here) == {"x": PHONE, "y": PHONE}
    told(desk)
    assert desk.ask(series.elsewhere, "Mitra Tepung", here) == {}, "the other venue took it back"


def test_own_people_are_told_as_own(desk: Desk) -> None:
    told(desk, SITI)
    first = a_course(desk, series="mitra tepung")
    course_id = a_course(desk, batch="13", **PARTNER)
    [siti] = people(desk, SITI.name, nik=SITI.nik)
    assert desk.do(enrolments.enrol, first, [siti]).enrolled, "this one is open to all"
    [refused] = desk.do(enrolments.enrol, course_id, [siti]).refused
    assert refused.why == "sudah pernah ikut seri ini", "the series is one, however it is typed"


def test_without_a_list_only_own_people_are_known(desk: Desk) -> None:
    course_id = a_course(desk, **PARTNER)
    [siti] = people(desk, SITI.name, nik=SITI.nik)
    assert desk.do(enrolments.enrol, course_id, [siti]).enrolled == ("Siti Aminah",)


def test_a_reason_lets_in_and_is_kept_where_it_was_needed(desk: Desk) -> None:
    told(desk, SITI)
    course_id = a_course(desk, **PARTNER)
    siti, joko = people(desk, SITI.name, nik=SITI.nik), people(desk, "Joko")
    done = desk.do(enrolments.enrol, course_id, [*siti, *joko], again="  Kelas lanjutan ")
    assert (done.enrolled, done.again) == (("Siti Aminah", "Joko"), ("Siti Aminah",))
    assert [one.exception for one in desk.ask(seen.participants, course_id)] == ["Kelas lanjutan", ""]
    card = desk.ask(person.card, siti[0])
    assert card is not None and card.turns[0].exception == "Kelas lanjutan"
    changed = desk.ask(history.changes, desk.ask(history.steps)[0].action)
    assert [(one.field, one.after) for one in changed if one.field] == [
        ("Alasan boleh ikut lagi", "Kelas lanjutan")
    ]
    desk.do(enrolments.withdraw, desk.ask(seen.participants, course_id)[0].id)
    assert desk.do(enrolments.enrol, course_id, siti).again == ("Siti Aminah",), (
        "the reason for this course stands"
    )


def test_a_place_from_the_waiting_list_needs_the_reason_too(desk: Desk) -> None:
    course_id = a_course(desk, capacity=1, **PARTNER)
    desk.do(enrolments.enrol, course_id, [*people(desk, "Joko"), *people(desk, SITI.name, nik=SITI.nik)])
    told(desk, SITI)  # while she waited
    first, second = desk.ask(seen.participants, course_id)
    desk.do(enrolments.withdraw, first.id)
    with pytest.raises(Problem, match="di tempat lain"):
        desk.do(enrolments.promote, second.id)
    assert desk.ask(seen.participants, course_id, WAITING)
    desk.do(enrolments.promote, second.id, again="Kelas lanjutan")
    [now] = desk.ask(seen.participants, course_id, ENROLLED)
    assert now.exception == "Kelas lanjutan"
    desk.do(enrolments.leave, now.id, until=date(2025, 11, 20), reason="work")
    desk.do(enrolments.come_back, now.id)  # the reason stands


def test_who_left_does_not_come_back_unasked(desk: Desk) -> None:
    course_id = a_course(desk, **PARTNER)
    desk.do(enrolments.enrol, course_id, people(desk, SITI.name, nik=SITI.nik))
    [one] = desk.ask(seen.participants, course_id)
    desk.do(enrolments.leave, one.id, until=date(2025, 11, 20), reason="work")
    told(desk, SITI)
    with pytest.raises(Problem, match="di tempat lain"):
        desk.do(enrolments.come_back, one.id)
    assert [row.state for row in desk.ask(seen.participants, course_id)] == [LEFT]
    desk.do(enrolments.come_back, one.id, again="Datang lebih dulu di sini")
    assert desk.ask(seen.participants, course_id)[0].exception == "Datang lebih dulu di sini"


def test_a_guest_who_becomes_a_participant_is_asked(desk: Desk) -> None:
    told(desk, SITI)
    course_id = a_course(desk, **PARTNER)
    siti = people(desk, SITI.name, nik=SITI.nik)
    lesson = desk.ask(seen_lessons, course_id)
    desk.do(guests.add, lesson, at=datetime(2025, 11, 17, 8), person_id=siti[0])
    assert desk.do(enrolments.enrol, course_id, siti).refused
    assert desk.do(enrolments.enrol, course_id, siti, again="Kelas lanjutan").enrolled


def seen_lessons(session: Session, course_id: str) -> str:
    from venue_desk.queries import lessons

    return lessons.of_course(session, course_id)[0].id


def test_who_left_had_a_turn_and_is_no_guest(desk: Desk) -> None:
    course_id = a_course(desk, **PARTNER)
    later = a_course(desk, batch="13", **PARTNER)
    siti = people(desk, SITI.name)
    desk.do(enrolments.enrol, course_id, siti)
    [one] = desk.ask(seen.participants, course_id)
    desk.do(enrolments.leave, one.id, until=date(2025, 11, 17), reason="work")
    with pytest.raises(Problem, match="keluar"):
        desk.do(
            guests.add, desk.ask(seen_lessons, course_id), at=datetime(2025, 11, 17, 8), person_id=siti[0]
        )
    assert desk.do(enrolments.enrol, later, siti).refused


def test_who_waits_for_a_place_is_no_guest(desk: Desk) -> None:
    course_id = a_course(desk, capacity=1)
    desk.do(enrolments.enrol, course_id, people(desk, "Bu Rina", "Pak Anton"))
    waits = desk.ask(seen.participants, course_id)[1]
    with pytest.raises(Problem, match="daftar tunggu"):
        desk.do(
            guests.add,
            desk.ask(seen_lessons, course_id),
            at=datetime(2025, 11, 17, 8),
            person_id=waits.person_id,
        )
    assert desk.ask(seen.participants, course_id)[1] == waits


@pytest.mark.parametrize("said", ["", "Kelas lanjutan"])
def test_two_who_turn_out_to_be_one(desk: Desk, said: str) -> None:
    first, later = a_course(desk, **PARTNER), a_course(desk, batch="13", **PARTNER)
    one, other = people(desk, "Bu Rina", "Katarina Sulistyo")
    desk.do(enrolments.enrol, first, [one])
    desk.do(enrolments.enrol, later, [other])
    desk.do(merging.merge, one, other)
    [row] = desk.ask(seen.participants, later)
    had = desk.ask(series.in_doubt, row.id)
    assert had is not None and had.words == "sudah pernah ikut seri ini"
    tasks = [one for one in desk.ask(today.today, SATURDAY).tasks if one.kind == clashes.TURNS]
    assert [(one.title, one.about) for one in tasks] == [("Bu Rina sudah pernah ikut seri ini", later)]
    if said:
        desk.do(enrolments.allow, row.id, said)
        assert desk.ask(series.in_doubt, row.id) is None
        assert desk.ask(series.twice) == []
    else:
        with pytest.raises(Problem):
            desk.do(enrolments.allow, row.id, said)


def test_who_took_two_turns_before_the_venues_knew(desk: Desk) -> None:
    course_id = a_course(desk, **PARTNER)
    siti = people(desk, SITI.name, nik=SITI.nik)
    desk.do(enrolments.enrol, course_id, [*siti, *people(desk, "Joko")])
    assert desk.ask(series.twice) == []
    told(desk, SITI)
    [(course, code, name, turn)] = desk.ask(series.twice)
    assert (course, code, name, turn.by) == (course_id, "BOGA-12", "Siti Aminah", NIK)
    done = desk.do(enrolments.enrol, course_id, siti, again="Datang lebih dulu di sini")
    assert (done.again, done.refused) == (("Siti Aminah",), ())
    assert desk.ask(series.twice) == []
    desk.undo()
    desk.do(enrolments.withdraw, desk.ask(seen.participants, course_id)[0].id)
    assert desk.ask(series.twice) == []


def test_a_list_says_before_who_had_a_turn_elsewhere(desk: Desk) -> None:
    told(desk, SITI)
    course_id = a_course(desk, **PARTNER)
    entries = [Entry(2, "Aminah, Siti", birth_date=BORN_ON), Entry(3, "Joko")]
    rows = desk.ask(twins.compared, entries, course_id)
    assert [row.turn and row.turn.by for row in rows] == [BORN, None]
    done = desk.do(imports.accept, rows, course_id=course_id)
    assert (done.enrolled, [one.name for one in done.refused]) == (("Joko",), ["Aminah, Siti"])


def test_how_fresh_the_list_is(desk: Desk) -> None:
    course_id, open_to_all = a_course(desk, **PARTNER), a_course(desk, batch="13", series="Mitra Tepung")

    def words() -> str | None:
        found = desk.ask(series.fresh, course_id)
        return found.words if found is not None else None

    assert words() is None, "without a centre there is nothing to say"
    synced(desk, None)
    assert words() == "Giliran di tempat lain belum diketahui: komputer ini belum pernah sinkron."
    synced(desk, "2025-11-25T08:00")
    assert words() == (
        "Giliran di tempat lain belum diketahui: "
        "sinkronisasi terakhir, 25 November 2025, belum membawa daftar seri ini."
    )
    told(desk, SITI)
    assert words() == "Giliran di tempat lain: per sinkronisasi terakhir, 25 November 2025."
    assert desk.ask(series.fresh, open_to_all) is None
