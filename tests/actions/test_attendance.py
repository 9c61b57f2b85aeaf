from datetime import date, datetime, time

import pytest

from actions.test_courses import a_course
from actions.test_enrolments import people
from venue_desk.actions import attendance, enrolments, guests
from venue_desk.actions.attendance import KeyedIn
from venue_desk.domain import cards
from venue_desk.domain.attendance import NotOnRoster, Presence, UnknownCard
from venue_desk.domain.problem import Problem
from venue_desk.queries import attendance as seen
from venue_desk.queries import lessons
from venue_desk.store.desk import Desk
from venue_desk.store.records import Person, get

NAMES = ("Agnes Kristiani", "Agus Salim", "Dewi Lestari", "Maria Goretti")
DAY = date(2025, 11, 17)


def at(hour: int, minute: int = 0, day: date = DAY) -> datetime:
    return datetime.combine(day, time(hour, minute))


class Class:
    """A course with four people, and its lessons."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.course_id = a_course(desk)
        self.people = people(desk, *NAMES)
        desk.do(enrolments.enrol, self.course_id, self.people)
        self.lessons = [one.id for one in desk.ask(lessons.of_course, self.course_id)]
        self.morning = self.lessons[0]

    def card(self, number: int) -> str:
        return cards.code(self.people[number])

    def roster(self, lesson_id: str | None = None) -> seen.Roster:
        found = self.desk.ask(seen.roster, lesson_id or self.morning)
        assert found is not None
        return found

    def statuses(self) -> list[str]:
        return [row.status for row in self.roster().rows]


@pytest.fixture
def kelas(desk: Desk) -> Class:
    return Class(desk)


def test_nobody_is_present_or_absent_by_default(kelas: Class) -> None:
    assert kelas.statuses() == ["", "", "", ""]
    assert kelas.roster().counts[""] == 4


def test_a_scan_marks_present_or_late_by_the_clock(kelas: Class, desk: Desk) -> None:
    first = desk.do(attendance.mark_by_card, kelas.morning, f"]Q1{kelas.card(3)}\r", at(8, 3))
    second = desk.do(attendance.mark_by_card, kelas.morning, kelas.card(0).lower(), at(8, 21))

    assert (first.name, first.number, first.status, first.time) == ("Maria Goretti", 4, "present", "08:03")
    assert (second.status, second.time) == ("late", "08:21")
    assert kelas.statuses() == ["late", "", "", "present"]
    assert kelas.roster().counts == {"present": 1, "late": 1, "excused": 0, "sick": 0, "absent": 0, "": 2}


def test_a_second_scan_changes_nothing_and_is_no_step(kelas: Class, desk: Desk) -> None:
    desk.do(attendance.mark_by_card, kelas.morning, kelas.card(0), at(7, 51))
    again = desk.do(attendance.mark_by_card, kelas.morning, kelas.card(0), at(9))
    assert again.again and again.time == "07:51"
    desk.undo()
    assert kelas.statuses()[0] == ""


def test_who_was_excused_and_comes_is_there(kelas: Class, desk: Desk) -> None:
    row = kelas.roster().rows[0]
    desk.do(attendance.mark, kelas.morning, row.enrolment_id, "excused", reason="Periksa ke dokter")
    assert kelas.roster().rows[0].reason == "Periksa ke dokter"
    assert not desk.do(attendance.mark_by_card, kelas.morning, kelas.card(0), at(8)).again
    assert (kelas.roster().rows[0].status, kelas.roster().rows[0].reason) == ("present", "")


def test_undo_and_redo_of_a_mark(kelas: Class, desk: Desk) -> None:
    desk.do(attendance.mark_by_card, kelas.morning, kelas.card(0), at(7, 51))
    assert desk.undo() == "Mark attendance"
    assert kelas.statuses()[0] == ""
    desk.redo()
    assert kelas.statuses()[0] == "present"


def test_strange_cards_are_refused_in_words(kelas: Class, desk: Desk) -> None:
    [joko] = people(desk, "Joko")
    with pytest.raises(UnknownCard) as unknown:
        desk.do(attendance.mark_by_card, kelas.morning, "8991234567890", at(8))
    assert "8991234567890" in unknown.value.hint
    with pytest.raises(NotOnRoster) as stranger:
        desk.do(attendance.mark_by_card, kelas.morning, cards.code(joko), at(8))
    assert stranger.value.person_id == joko and "Joko" in stranger.value.text
    with pytest.raises(Problem):
        desk.do(attendance.mark_by_card, "0" * 32, cards.code(joko), at(8))
    assert kelas.statuses() == [""] * 4


def test_another_card_and_a_merged_person_are_known(kelas: Class, desk: Desk) -> None:
    [twin] = people(desk, "Agnes", card="S-2025/17")

    def merge(session) -> None:  # type: ignore[no-untyped-def]
        """Merge"""
        found = get(session, Person, twin)
        assert found is not None
        found.merged_into = kelas.people[0]

    desk.do(merge)
    assert desk.do(attendance.mark_by_card, kelas.morning, "]C1S-2025/17\n", at(8)).name == "Agnes"
    assert desk.do(attendance.mark_by_card, kelas.morning, cards.code(twin), at(8)).again
    assert kelas.statuses()[0] == "present"


def test_a_person_is_marked_by_id(kelas: Class, desk: Desk) -> None:
    desk.do(attendance.mark_person, kelas.morning, kelas.people[1], "sick", reason="Demam")
    assert kelas.statuses()[1] == "sick"
    with pytest.raises(NotOnRoster):
        desk.do(attendance.mark_person, kelas.morning, people(desk, "Joko")[0], "present")
    with pytest.raises(Problem):
        desk.do(attendance.mark_person, kelas.morning, "0" * 32, "present")


def test_clear_is_not_taken_again(kelas: Class, desk: Desk) -> None:
    row = kelas.roster().rows[0]
    desk.do(attendance.mark, kelas.morning, row.enrolment_id, "absent")
    desk.do(attendance.clear, kelas.morning, row.enrolment_id)
    assert kelas.statuses()[0] == ""
    desk.undo()
    assert kelas.statuses()[0] == "absent"


def test_a_lesson_closes_only_when_everyone_is_taken(kelas: Class, desk: Desk) -> None:
    desk.do(attendance.mark_by_card, kelas.morning, kelas.card(0), at(8))
    with pytest.raises(Problem):
        desk.do(attendance.close_lesson, kelas.morning, at(12))
    assert desk.do(attendance.mark_rest, kelas.morning, "absent") == NAMES[1:]
    desk.do(attendance.close_lesson, kelas.morning, at(12))
    with pytest.raises(Problem):
        desk.do(attendance.mark_by_card, kelas.morning, kelas.card(1), at(12))
    assert kelas.statuses() == ["present", "absent", "absent", "absent"]
    counted = [row.presence for row in kelas.roster().rows]
    assert counted == [Presence(1, 1, 11)] + [Presence(0, 1, 11)] * 3
    desk.do(attendance.reopen_lesson, kelas.morning)
    assert kelas.roster().rows[0].presence == Presence(0, 0, 12)


def test_a_paper_register_is_keyed_in_as_one_step(kelas: Class, desk: Desk) -> None:
    ids = [row.enrolment_id for row in kelas.roster().rows]
    lines = [
        KeyedIn(ids[0], "present", "08:00"), KeyedIn(ids[1], "late", "08:40"), KeyedIn(ids[2], "sick", "", "Demam"),
        KeyedIn(ids[3], ""),
    ]  # fmt: skip
    assert desk.do(attendance.key_in, kelas.morning, lines) == 3
    assert desk.do(attendance.key_in, kelas.morning, lines) == 0
    assert kelas.statuses() == ["present", "late", "sick", ""]
    desk.undo()
    assert kelas.statuses() == [""] * 4


def test_an_enrolment_counts_from_its_own_first_day_to_its_last(kelas: Class, desk: Desk) -> None:
    late, left, *_rest = [row.enrolment_id for row in kelas.roster().rows]
    desk.do(enrolments.join_late, late, date(2025, 11, 18))
    desk.do(enrolments.leave, left, until=DAY, reason="work")
    assert [row.name for row in kelas.roster().rows] == list(NAMES[1:])
    with pytest.raises(NotOnRoster):
        desk.do(attendance.mark_by_card, kelas.morning, kelas.card(0), at(8))
    with pytest.raises(Problem):
        desk.do(attendance.mark, kelas.morning, late, "present")
    desk.do(attendance.mark_rest, kelas.morning, "present")
    desk.do(attendance.close_lesson, kelas.morning, at(12))
    counted = desk.ask(seen.presence, kelas.course_id)
    assert counted[late] == Presence(0, 0, 10)
    assert counted[left] == Presence(1, 1, 1)
    grid = desk.ask(seen.grid, kelas.course_id)
    assert grid.rows[0].statuses[:3] == (None, None, "")
    assert grid.rows[1].statuses[1:3] == ("", None)


def test_a_guest_is_there_for_the_day_and_counts_for_nothing(kelas: Class, desk: Desk) -> None:
    done = desk.do(guests.add, kelas.morning, at=at(8, 5), name="  Bu   Rina ", phone="0812 3456 7890")
    assert (done.name, done.status, done.number) == ("Bu Rina", "present", 5)
    assert [row.guest for row in kelas.roster().rows] == [False] * 4 + [True]
    assert done.enrolment_id not in desk.ask(seen.presence, kelas.course_id)
    assert len(kelas.roster(kelas.lessons[2]).rows) == 4
    for wrong in ({"name": " "}, {"name": "Rina", "phone": "12"}, {"person_id": kelas.people[0]}):
        with pytest.raises(Problem):
            desk.do(guests.add, kelas.morning, at=at(8, 5), **wrong)


def test_the_door_finds_whom_one_means(kelas: Class, desk: Desk) -> None:
    rows = kelas.roster().rows
    found = seen.find_in_roster

    def names(typed: str) -> list[str]:
        return [row.name for row in found(kelas.roster().rows, typed)]

    assert names("4") == ["Maria Goretti"]
    assert names(kelas.card(2)) == ["Dewi Lestari"]
    assert names("kris") == ["Agnes Kristiani"]
    assert names("ag") == ["Agnes Kristiani", "Agus Salim"]
    desk.do(attendance.mark, kelas.morning, rows[0].enrolment_id, "present")
    assert names("ag") == ["Agus Salim", "Agnes Kristiani"]
    assert names("djoko") == names("") == names("...") == []


def test_lessons_left_open_are_known(kelas: Class, desk: Desk) -> None:
    desk.do(attendance.mark_by_card, kelas.morning, kelas.card(0), at(8))
    open_ones = desk.ask(lessons.still_open, date(2025, 11, 18))
    assert [(one.session, one.taken) for one in open_ones] == [("morning", 1), ("afternoon", 0)]


def test_the_venue_decides_what_counts_and_who_is_late(kelas: Class, desk: Desk) -> None:
    from venue_desk.store.records import VENUE_ROW, Venue

    def decide(session) -> None:  # type: ignore[no-untyped-def]
        """Decide"""
        venue = get(session, Venue, VENUE_ROW)
        assert venue is not None
        venue.rules = {**venue.rules, "late_after": 0, "presence_unit": "hours"}

    desk.do(decide)
    assert desk.do(attendance.mark_by_card, kelas.morning, kelas.card(0), at(8, 1)).status == "late"
    desk.do(attendance.mark_rest, kelas.morning, "absent")
    desk.do(attendance.close_lesson, kelas.morning, at(12))
    assert desk.ask(seen.presence, kelas.course_id)[kelas.roster().rows[0].enrolment_id] == Presence(
        210, 210, 1950
    )
