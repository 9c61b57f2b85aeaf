"""Courses, their lessons, and who is enrolled."""

from datetime import date
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from venue_desk.store.records.base import Record


class Course(Record):
    """A class (kelas, angkatan) of one trade."""

    __tablename__ = "course"
    code: Mapped[str]
    title: Mapped[str]  # programme: "Tata Boga"
    batch: Mapped[str] = mapped_column(default="")  # angkatan: "12"
    trade_id: Mapped[str]
    unit_ids: Mapped[list[Any]] = mapped_column(default=list)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    place: Mapped[str] = mapped_column(default="")
    capacity: Mapped[int] = mapped_column(default=20)
    hours: Mapped[int] = mapped_column(default=0)  # JP in all
    instructor: Mapped[str] = mapped_column(default="")
    instructor_nip: Mapped[str] = mapped_column(default="")
    series: Mapped[str] = mapped_column(default="")  # courses of one series: once per person
    once_per_person: Mapped[bool] = mapped_column(default=False)
    closed_on: Mapped[date | None]  # its records are complete
    programme: Mapped[str] = mapped_column(default="")  # code of the agency's programme that it follows


Index("course_code", Course.venue_id, Course.code)


class Lesson(Record):
    """A session (sesi) on one day. Its id is fact("lesson", course_id, ISO date, session)."""

    __tablename__ = "lesson"
    course_id: Mapped[str]
    day: Mapped[date]
    session: Mapped[str]  # pagi, siang
    starts: Mapped[str] = mapped_column(default="08:00")
    ends: Mapped[str] = mapped_column(default="11:30")
    topic: Mapped[str] = mapped_column(default="")
    closed_at: Mapped[str | None]  # attendance is complete; only closed lessons count
    cancelled: Mapped[bool] = mapped_column(default=False)


Index("lesson_day", Lesson.venue_id, Lesson.day)
Index("lesson_course", Lesson.venue_id, Lesson.course_id, Lesson.day)


class Enrolment(Record):
    """A person in a course. Its id is fact("enrolment", course_id, person_id)."""

    __tablename__ = "enrolment"
    course_id: Mapped[str]
    person_id: Mapped[str]
    state: Mapped[str] = mapped_column(default="enrolled")  # enrolled, waiting, left, cancelled
    position: Mapped[int] = mapped_column(default=0)  # number on the list, from 1
    since: Mapped[date | None]  # first day that counts, where later than the course's
    until: Mapped[date | None]  # last day that counts
    reason: Mapped[str] = mapped_column(default="")  # why they left: work, moved, released, other
    guest: Mapped[bool] = mapped_column(default=False)
    exception: Mapped[str] = mapped_column(default="")  # why they may join a once-per-person series again


Index("enrolment_course", Enrolment.venue_id, Enrolment.course_id, Enrolment.person_id)
Index("enrolment_person", Enrolment.venue_id, Enrolment.person_id)
