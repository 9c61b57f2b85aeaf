"""People, and who looked at what is masked."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from venue_desk.store.records.base import Record


class Person(Record):
    """Somebody who takes part. One name field, as written by them; NIK is text, optional and never a key."""

    __tablename__ = "person"
    name: Mapped[str]
    title_before: Mapped[str] = mapped_column(default="")
    title_after: Mapped[str] = mapped_column(default="")
    nik: Mapped[str | None]
    phone: Mapped[str | None]  # one form: +62…
    birth_place: Mapped[str] = mapped_column(default="")
    birth_date: Mapped[date | None]
    sex: Mapped[str | None]  # L (laki-laki), P (perempuan)
    address: Mapped[str] = mapped_column(default="")
    area: Mapped[str] = mapped_column(default="")  # kelurahan, kecamatan
    organisation: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    card: Mapped[str | None]  # the text on the person's card, as a scanner types it
    search: Mapped[str] = mapped_column(default="")  # derived: folded name, phone digits, end of the NIK
    consent: Mapped[dict[str, Any] | None]  # {"given", "on", "how", "what"}, or None: not asked
    delete_by: Mapped[date | None]
    note: Mapped[str] = mapped_column(default="")
    added_on: Mapped[date | None]
    merged_into: Mapped[str | None]  # this person turned out to be that one

    derived = frozenset({"search"})

    @classmethod
    def derive(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        from venue_desk.domain.people import search_text

        return {"search": search_text(values["name"], values.get("phone"), values.get("nik"))}


# Covering: a search reads this index alone and never the table.
Index("person_search", Person.venue_id, Person.merged_into, Person.search, Person.id)
Index("person_nik", Person.venue_id, Person.nik)
Index("person_card", Person.venue_id, Person.card)
Index("person_phone", Person.venue_id, Person.phone)
Index("person_birth", Person.venue_id, Person.birth_date)


class Reveal(Record):
    """Somebody looked at what is masked (a NIK)."""

    __tablename__ = "reveal"
    person_id: Mapped[str]
    what: Mapped[str]
    at: Mapped[str]
