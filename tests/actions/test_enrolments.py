from datetime import date

import pytest

from actions.test_courses import FIRST, TODAY, a_course
from venue_desk.actions import enrolments
from venue_desk.domain.problem import Problem
from venue_desk.queries import courses as seen
from venue_desk.store.desk import Desk
from venue_desk.store.records import Person


def people(desk: Desk, *names: str, **fields: object) -> list[str]:
    def add(session, name: str) -> str:  # type: ignore[no-untyped-def]
        """Add person"""
        person = Person(name=name, **fields)
        session.add(person)
        session.flush()
        return person.id

    return [desk.do(add, name) for name in names]


def on_list(desk: Desk, course_id: str) -> list[tuple[int, str, str]]:
    return [(row.position, row.name, row.state) for row in desk.ask(seen.participants, course_id)]


def test_places_are_given_in_order_then_the_waiting_list(desk: Desk) -> None:
    course_id = a_course(desk, capacity=2)
    siti, joko, maria = people(desk, "Siti", "Joko", "Maria")

    done = desk.do(enrolments.enrol, course_id, [siti, joko, maria])

    assert (done.enrolled, done.waiting, done.refused) == (("Siti", "Joko"), ("Maria",), ())
    assert on_list(desk, course_id) == [
        (1, "Siti", "enrolled"),
        (2, "Joko", "enrolled"),
        (3, "Maria", "waiting"),
    ]
    row = desk.ask(seen.course, course_id, TODAY)
    assert row is not None and (row.enrolled, row.waiting) == (2, 1)


def test_nobody_stands_on_a_list_twice(desk: Desk) -> None:
    course_id = a_course(desk)
    [siti] = people(desk, "Siti")
    desk.do(enrolments.enrol, course_id, [siti, siti])
    [refused] = desk.do(enrolments.enrol, course_id, [siti]).refused
    assert refused.name == "Siti" and refused.why
    assert len(on_list(desk, course_id)) == 1


def test_a_free_place_goes_to_who_waits(desk: Desk) -> None:
    course_id = a_course(desk, capacity=1)
    siti, joko = people(desk, "Siti", "Joko")
    desk.do(enrolments.enrol, course_id, [siti, joko])
    first, second = desk.ask(seen.participants, course_id)
    with pytest.raises(Problem):
        desk.do(enrolments.promote, second.id)
    desk.do(enrolments.leave, first.id, until=date(2025, 11, 19), reason="work")
    assert desk.do(enrolments.promote, second.id) == "Joko"
    assert [state for _n, _name, state in on_list(desk, course_id)] == ["left", "enrolled"]
    desk.undo()
    desk.undo()
    assert [state for _n, _name, state in on_list(desk, course_id)] == ["enrolled", "waiting"]


def test_leaving_has_a_day_and_a_reason_and_can_be_taken_back(desk: Desk) -> None:
    course_id = a_course(desk)
    desk.do(enrolments.enrol, course_id, people(desk, "Siti"))
    [row] = desk.ask(seen.participants, course_id)
    with pytest.raises(Problem):
        desk.do(enrolments.leave, row.id, until=date(2025, 11, 1), reason="moved")
    desk.do(enrolments.leave, row.id, until=FIRST, reason="moved")
    [row] = desk.ask(seen.participants, course_id)
    assert (row.state, row.until, row.reason) == ("left", FIRST, "moved")
    desk.do(enrolments.come_back, row.id)
    desk.do(enrolments.join_late, row.id, date(2025, 11, 18))
    [row] = desk.ask(seen.participants, course_id)
    assert (row.state, row.until, row.since) == ("enrolled", None, date(2025, 11, 18))


def test_who_never_came_is_withdrawn_and_may_enrol_again(desk: Desk) -> None:
    course_id = a_course(desk)
    [siti] = people(desk, "Siti")
    desk.do(enrolments.enrol, course_id, [siti])
    desk.do(enrolments.withdraw, desk.ask(seen.participants, course_id)[0].id)
    assert on_list(desk, course_id) == []
    assert desk.do(enrolments.enrol, course_id, [siti]).enrolled == ("Siti",)


def test_once_per_person_knows_people_again_without_a_network(desk: Desk) -> None:
    partner = {"series": "Mitra tepung", "once_per_person": True}
    earlier = a_course(desk, **partner)
    later = a_course(desk, batch="13", **partner)
    other = a_course(desk, batch="14")
    [siti] = people(desk, "Siti Aminah", birth_date=date(1990, 1, 5))
    [twin] = people(desk, "SITI AMINAH", birth_date=date(1990, 1, 5))
    [joko] = people(desk, "Joko")
    desk.do(enrolments.enrol, earlier, [siti])

    done = desk.do(enrolments.enrol, later, [siti, twin, joko])

    assert done.enrolled == ("Joko",)
    assert [one.name for one in done.refused] == ["Siti Aminah", "SITI AMINAH"]
    assert desk.do(enrolments.enrol, other, [siti]).enrolled == ("Siti Aminah",)
    assert desk.do(enrolments.enrol, later, [siti], again="  ").refused, "that is no reason"
    done = desk.do(enrolments.enrol, later, [siti, *people(desk, "Budi")], again="Hanya hadir  sehari")
    assert (done.enrolled, done.again) == (("Siti Aminah", "Budi"), ("Siti Aminah",))
    assert [(row.name, row.exception) for row in desk.ask(seen.participants, later)] == [
        ("Joko", ""), ("Siti Aminah", "Hanya hadir sehari"), ("Budi", ""),
    ]  # fmt: skip


def test_a_list_can_be_numbered_by_name(desk: Desk) -> None:
    course_id = a_course(desk, capacity=2)
    desk.do(enrolments.enrol, course_id, people(desk, "Yusuf", "Agnes", "Budi"))
    desk.do(enrolments.number, course_id)
    assert on_list(desk, course_id) == [
        (1, "Agnes", "enrolled"),
        (2, "Yusuf", "enrolled"),
        (3, "Budi", "waiting"),
    ]


def test_candidates_are_found_by_old_spelling_and_show_where_they_stand(desk: Desk) -> None:
    course_id = a_course(desk)
    [suryadi, _joko] = people(desk, "Suryadi Halim", "Joko")
    desk.do(enrolments.enrol, course_id, [suryadi])
    [found] = desk.ask(seen.candidates, course_id, "soerjadi")
    assert (found.name, found.state) == ("Suryadi Halim", "enrolled")
    assert len(desk.ask(seen.candidates, course_id, "")) == 2
