"""Who was there."""

from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from venue_desk.store.records.base import Record


class Mark(Record):
    """One person at one lesson. Its id is fact("mark", lesson_id, enrolment_id).

    ``mark`` is one value, {"status", "time", "reason"}, so that two desks can never mix half of each. None: cleared.
    """

    __tablename__ = "mark"
    lesson_id: Mapped[str]
    enrolment_id: Mapped[str]
    mark: Mapped[dict[str, Any] | None]

    @classmethod
    def same(cls, field: str, one: Any, other: Any) -> bool:
        # Two desks at one door scan the same card a minute apart: that is one fact.
        if field == "mark" and one and other:
            return (one.get("status"), one.get("reason")) == (other.get("status"), other.get("reason"))
        return super().same(field, one, other)


# The only one: each is another page that a scan at the door must seal and write. Of a person they are found by lesson.
Index("mark_lesson", Mark.venue_id, Mark.lesson_id, Mark.enrolment_id)
