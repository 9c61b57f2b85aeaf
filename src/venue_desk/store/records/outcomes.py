"""What became of alumni."""

from datetime import date

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from venue_desk.store.records.base import Record


class Outcome(Record):
    """What was learned at one follow-up. Its id is fact("outcome", enrolment_id, stage)."""

    __tablename__ = "outcome"
    enrolment_id: Mapped[str]
    person_id: Mapped[str]
    course_id: Mapped[str]
    stage: Mapped[int] = mapped_column(default=0)  # months after graduation: 0, 1, 3, 6
    kind: Mapped[str]  # employed, self_employed, training, not_working, unknown
    employer: Mapped[str] = mapped_column(default="")  # or the name of the business
    role: Mapped[str] = mapped_column(default="")
    related: Mapped[bool | None]  # work in the trade that was learned
    since: Mapped[date | None]
    verified: Mapped[str] = mapped_column(default="")  # phone, visit, document, employer, self
    recorded_on: Mapped[date]
    referral: Mapped[str] = mapped_column(default="")  # jakpreneur, ppkukm, partner
    reference: Mapped[str] = mapped_column(default="")  # the referral's number
    note: Mapped[str] = mapped_column(default="")


Index("outcome_person", Outcome.venue_id, Outcome.person_id)
Index("outcome_course", Outcome.venue_id, Outcome.course_id)
