"""The sample's four classes: ended three months ago, ended this month, running today, and coming up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from random import Random

from sqlalchemy.orm import Session

from venue_desk.actions import certificates
from venue_desk.actions.catalogue import take_up_trade
from venue_desk.actions.sample.people import Human, Inventor, material
from venue_desk.domain import attendance, cards, catalogue, courses, outcomes
from venue_desk.store.records import (
    Assessment,
    Course,
    Enrolment,
    Lesson,
    Mark,
    Outcome,
    Person,
    fact,
)

MISSED = (attendance.EXCUSED, attendance.SICK, attendance.ABSENT)
REASONS = {
    attendance.EXCUSED: ("urusan keluarga", "mengantar anak", "ada panggilan kerja"),
    attendance.SICK: ("demam", "sakit gigi", "surat dokter"),
    attendance.ABSENT: ("",),
}
CONSENT = "Data peserta disimpan untuk pelatihan, sertifikat, dan laporan"


@dataclass(slots=True)
class Class:
    """A class as it was written, for what is built on it: certificates and the market."""

    course: Course
    lessons: list[Lesson]
    enrolments: list[Enrolment]
    issued_on: date | None = None


def person(session: Session, rng: Random, human: Human, added: date) -> str:
    """Write an invented person; the id comes from the seed too, so a second sample is the same sample."""
    key = f"{rng.getrandbits(128):032x}"
    session.add(
        Person(
            id=key,
            name=human.name,
            title_before=human.before,
            title_after=human.after,
            nik=human.nik,
            phone=human.phone,
            birth_place=human.birth_place,
            birth_date=human.born,
            sex=human.sex,
            address=human.address,
            organisation=rng.choice(("RW 03", "RW 05", "PKK RW 07", "Karang Taruna", "UMKM Samara", "")),
            card=cards.code(key),
            consent={"given": True, "on": added.isoformat(), "how": "form", "what": CONSENT},
            delete_by=outcomes.months_after(added, 60),
            added_on=added,
        )
    )
    return key


def write_course(
    session: Session,
    rng: Random,
    today: date,
    *,
    trade: str,
    batch: str,
    days: Sequence[date],
    people: Iterable[str],
    capacity: int,
    instructor: str,
) -> Class:
    """A class with its lessons and everybody on its list; who finds no place waits."""
    trade_id, title, units = take_up_trade(session, trade)
    known = catalogue.trade(trade)
    assert known is not None
    course = Course(
        id=f"{rng.getrandbits(128):032x}",
        code=f"{trade}-{batch}",
        title=title,
        batch=batch,
        trade_id=trade_id,
        unit_ids=units,
        starts_on=days[0],
        ends_on=days[-1],
        place="Aula Samara",
        capacity=capacity,
        hours=sum(unit.jp for unit in known.units),
        instructor=instructor,
        series="",
        once_per_person=False,
    )
    session.add(course)
    lessons = []
    topics = [unit.indonesian for unit in known.units for _ in range(3)]
    for number, day in enumerate(days):
        for half, usual in enumerate(courses.USUAL):
            lesson = Lesson(
                id=fact("lesson", course.id, day.isoformat(), usual.part),
                course_id=course.id,
                day=day,
                session=usual.part,
                starts=f"{usual.starts:%H:%M}",
                ends=f"{usual.ends:%H:%M}",
                topic=topics[(number * 2 + half) * len(topics) // (len(days) * 2)],
                closed_at=f"{day}T{usual.ends:%H:%M}" if day < today else None,
            )
            session.add(lesson)
            lessons.append(lesson)
    enrolments = []
    for position, key in enumerate(people, 1):
        enrolment = Enrolment(
            id=fact("enrolment", course.id, key),
            course_id=course.id,
            person_id=key,
            state=courses.place(position - 1, capacity),
            position=position,
        )
        session.add(enrolment)
        enrolments.append(enrolment)
    return Class(course, lessons, enrolments)


def mark(
    session: Session, lesson: Lesson, enrolment: Enrolment, status: str, at: str = "", why: str = ""
) -> None:
    """One mark; ``at`` is the time of arrival, ``HH:MM``."""
    session.add(
        Mark(
            id=fact("mark", lesson.id, enrolment.id),
            lesson_id=lesson.id,
            enrolment_id=enrolment.id,
            mark=dict(attendance.mark(status, time.fromisoformat(at) if at else None, why)),
        )
    )


def came(session: Session, rng: Random, lesson: Lesson, enrolment: Enrolment) -> None:
    """Somebody came, mostly in time."""
    starts = time.fromisoformat(lesson.starts)
    late = rng.random() < 0.05
    minute = starts.hour * 60 + starts.minute + (rng.randint(17, 40) if late else rng.randint(-14, 6))
    at = f"{minute // 60:02d}:{minute % 60:02d}"
    mark(session, lesson, enrolment, attendance.LATE if late else attendance.PRESENT, at)


def missed(session: Session, rng: Random, lesson: Lesson, enrolment: Enrolment) -> None:
    """Somebody did not come, with a reason or without."""
    status = rng.choices(MISSED, (4, 4, 1))[0]
    mark(session, lesson, enrolment, status, why=rng.choice(REASONS[status]))


def attend(session: Session, rng: Random, given: Class, absences: dict[int, int]) -> None:
    """All marks of an ended class. ``absences``: lessons missed by the person at that place of the list."""
    for place, enrolment in enumerate(given.enrolments):
        mine = [one for one in given.lessons if attendance.within(one.day, None, enrolment.until)]
        away = set(rng.sample(range(len(mine)), absences.get(place, rng.choice((0, 0, 0, 1, 1, 2)))))
        for number, lesson in enumerate(mine):
            (missed if number in away else came)(session, rng, lesson, enrolment)


def assess(session: Session, rng: Random, given: Class, not_competent: int) -> None:
    """Every unit of everybody who stayed; the person at ``not_competent`` fails a critical unit three times."""
    last = given.course.ends_on
    for place, enrolment in enumerate(given.enrolments):
        if enrolment.state != courses.ENROLLED:
            continue
        for unit in given.course.unit_ids:
            tries = ["K"] if rng.random() > 0.08 else ["BK", "K"]
            if place == not_competent and unit == given.course.unit_ids[3]:
                tries = ["BK", "BK", "BK"]
            session.add(
                Assessment(
                    id=fact("assessment", enrolment.id, unit),
                    enrolment_id=enrolment.id,
                    unit_id=unit,
                    tries=[
                        {
                            "result": result,
                            "on": (last + timedelta(days=again)).isoformat(),
                            "assessor": given.course.instructor,
                        }
                        for again, result in enumerate(tries)
                    ],
                )
            )


def ended_long_ago(
    session: Session, rng: Random, today: date, inventor: Inventor, businesses: Sequence[str]
) -> Class:
    """Cookery 11: everybody's certificate is handed over; four are to be asked again, three months after."""
    last = outcomes.months_after(today - timedelta(days=2), -3)
    days = [last - timedelta(days=back) for back in (9, 8, 7, 6, 5, 2, 1, 0)]
    people = [person(session, rng, human, days[0]) for human in inventor.humans(12)] + list(businesses)
    given = write_course(
        session, rng, today, trade="BOGA", batch="11", days=days, people=people, capacity=16,
        instructor="Yulia Setyaningsih",
    )  # fmt: skip
    given.course.closed_on = given.issued_on = last + timedelta(days=5)
    attend(session, rng, given, {3: 3})
    assess(session, rng, given, 5)
    _heard(session, rng, given, today)
    return given


def certify(session: Session, given: Class, kept: int) -> None:
    """Issue what everybody of an ended class may have, and hand over all but the last ``kept``."""
    assert given.issued_on is not None
    session.flush()
    issued = certificates.issue(session, given.course.id, on=given.issued_on)
    session.flush()
    handed = [one.id for one in issued[: len(issued) - kept]]
    certificates.hand_over(session, handed, at=f"{given.issued_on + timedelta(days=3)}T09:40")


def _heard(session: Session, rng: Random, given: Class, today: date) -> None:
    first = (
        ["employed"] * 5 + ["not_working"] * 3 + ["unknown"] * 2 + ["training"] * 2 + ["self_employed"] * 4
    )
    now = ["employed"] * 6 + ["not_working"] + ["self_employed"] + ["", "", "", ""] + ["self_employed"] * 4
    for place, enrolment in enumerate(given.enrolments):
        asked = outcomes.months_after(given.course.ends_on, 1) + timedelta(days=rng.randint(0, 9))
        learnt(session, rng, given, enrolment, first[place], 1, asked)
        if now[place]:
            asked = today - timedelta(days=rng.randint(0, 8))
            learnt(session, rng, given, enrolment, now[place], 3, asked)


def learnt(
    session: Session,
    rng: Random,
    given: Class,
    enrolment: Enrolment,
    kind: str,
    stage: int,
    on: date,
) -> None:
    """What was learnt of an alumnus on a day."""
    at_work = kind in outcomes.PLACED
    work = material()["work"][given.course.code.split("-")[0]]
    began = given.course.ends_on + timedelta(days=rng.randint(5, 25))
    referred = kind == outcomes.SELF_EMPLOYED and rng.random() < 0.5
    session.add(
        Outcome(
            id=fact("outcome", enrolment.id, str(stage)),
            enrolment_id=enrolment.id,
            person_id=enrolment.person_id,
            course_id=given.course.id,
            stage=stage,
            kind=kind,
            employer=rng.choice(work["employers"]) if kind == outcomes.EMPLOYED else "",
            role=rng.choice(("juru masak", "pramusaji", "asisten dapur"))
            if kind == outcomes.EMPLOYED
            else "",
            related=rng.random() < 0.8 if at_work else None,
            since=min(began, on) if at_work else None,
            verified=rng.choice(("phone", "phone", "visit", "document")) if kind != outcomes.UNKNOWN else "",
            recorded_on=on,
            referral="jakpreneur" if referred else "",
            reference=f"JKP-{on:%y%m}-{rng.randint(100, 999)}" if referred else "",
        )
    )


def ended(session: Session, rng: Random, today: date, inventor: Inventor) -> Class:
    """Make-up 9: certificates issued twelve days ago, five of them still in the drawer."""
    days = [today - timedelta(days=back) for back in (26, 25, 24, 23, 22, 19, 18, 17)]
    people = [person(session, rng, human, days[0]) for human in inventor.humans(16)]
    given = write_course(
        session, rng, today, trade="RIAS", batch="9", days=days, people=people, capacity=16,
        instructor="Natalia Wenas",
    )  # fmt: skip
    given.course.closed_on = given.issued_on = today - timedelta(days=12)
    gone = given.enrolments[7]
    gone.state, gone.reason, gone.until = courses.LEFT, courses.WORK, days[4]
    attend(session, rng, given, {11: 5})
    assess(session, rng, given, 2)
    learnt(session, rng, given, gone, outcomes.EMPLOYED, 0, days[5])
    for place, kind in ((0, "self_employed"), (4, "employed"), (9, "self_employed")):
        learnt(session, rng, given, given.enrolments[place], kind, 0, today - timedelta(days=place + 1))
    return given


def running(session: Session, rng: Random, today: date, inventor: Inventor) -> Class:
    """Cookery 12, day four of eight: this morning's lesson half taken, yesterday's afternoon not closed."""
    days = [today + timedelta(days=ahead) for ahead in (-8, -7, -1, 0, 6, 7, 13, 14)]
    people = [
        person(session, rng, inventor.human(name, sex, before), days[0] - timedelta(days=rng.randint(3, 20)))
        for name, sex, before in material()["running"]
    ]
    given = write_course(
        session, rng, today, trade="BOGA", batch="12", days=days, people=people, capacity=18,
        instructor="Yulia Setyaningsih",
    )  # fmt: skip
    names = [line[0] for line in material()["running"]]
    of = dict(zip(names, given.enrolments, strict=True))
    of["Joko"].since = days[1]  # joined a day late: counted from there
    away = {"Nur Hidayah": {0, 1, 3}, "Joko": {2, 4}, "Agus Salim": {2}, "Yosef Lasut": {3}}
    for number, lesson in enumerate(given.lessons[:6]):
        for name, enrolment in of.items():
            if number == 5 and name in ("Kartini", "Soerjadi", "Umi Kulsum"):
                continue  # not taken: neither present nor absent
            if not attendance.within(lesson.day, enrolment.since, enrolment.until):
                continue
            (missed if number in away.get(name, ()) else came)(session, rng, lesson, enrolment)
    given.lessons[5].closed_at = None
    morning = given.lessons[6]
    for name, enrolment in of.items():
        if name == "Endang Suparti":
            mark(session, morning, enrolment, attendance.LATE, "08:21")
        elif name == "Kartini":
            mark(session, morning, enrolment, attendance.EXCUSED, why="mengantar anak")
        elif name not in ("Joko", "Nur Hidayah"):
            mark(session, morning, enrolment, attendance.PRESENT, f"07:{rng.randint(46, 59)}")
    return given


def coming(session: Session, rng: Random, today: date, inventor: Inventor, known: Sequence[str]) -> Class:
    """Barista 1, in two weeks: full, and five on the waiting list; some of its people were here before."""
    first = today + timedelta(days=16)
    days = [first + timedelta(days=ahead) for ahead in (0, 1, 2, 3, 4, 7, 8, 9)]
    people = [person(session, rng, human, today - timedelta(days=4)) for human in inventor.humans(17)]
    people[3:3] = known
    return write_course(
        session, rng, today, trade="BARISTA", batch="1", days=days, people=people, capacity=16,
        instructor="Andreas Tampubolon",
    )  # fmt: skip
