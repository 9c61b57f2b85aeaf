"""Assessment, certificates, what became of each, and the keys that sign them."""

from datetime import date
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from venue_desk.store.records.base import Record


class Assessment(Record):
    """One person in one unit. Its id is fact("assessment", enrolment_id, unit_id).

    ``tries`` is one value: [{"result": "K" | "BK", "on": ISO date, "assessor": …}, …], at most three.
    """

    __tablename__ = "assessment"
    enrolment_id: Mapped[str]
    unit_id: Mapped[str]
    tries: Mapped[list[Any]] = mapped_column(default=list)


Index("assessment_enrolment", Assessment.venue_id, Assessment.enrolment_id)


class Certificate(Record):
    """A document that was issued: frozen, voided with a reason, never deleted, its number never used again."""

    __tablename__ = "certificate"
    number: Mapped[str]
    sequence: Mapped[int]  # the running number inside ``number``, per computer and year
    year: Mapped[int]
    letter: Mapped[str]
    kind: Mapped[str]  # competence, completion
    enrolment_id: Mapped[str]
    person_id: Mapped[str]
    course_id: Mapped[str]
    issued_on: Mapped[date]
    registration: Mapped[str] = mapped_column(default="")
    form: Mapped[str] = mapped_column(default="")  # nomor blangko of the preprinted form
    content: Mapped[dict[str, Any]]  # all that is printed, as it was on that day
    token: Mapped[str]  # the signed text of the QR
    key: Mapped[str]  # id of the signing key
    voided_on: Mapped[date | None]
    void_reason: Mapped[str] = mapped_column(default="")
    replaces: Mapped[str | None]  # id of the certificate that this one replaces


Index("certificate_number", Certificate.venue_id, Certificate.number)
Index("certificate_course", Certificate.venue_id, Certificate.course_id)
Index("certificate_person", Certificate.venue_id, Certificate.person_id)


class CertificateEvent(Record):
    """A certificate was printed again or handed over."""

    __tablename__ = "certificate_event"
    certificate_id: Mapped[str]
    what: Mapped[str]  # printed, handed_over
    at: Mapped[str]
    who: Mapped[str] = mapped_column(default="")  # who received it
    note: Mapped[str] = mapped_column(default="")


Index("certificate_event_certificate", CertificateEvent.venue_id, CertificateEvent.certificate_id)


class SigningKey(Record):
    """The public half of a computer's signing key; its id is the key id that certificates carry."""

    __tablename__ = "signing_key"
    public: Mapped[str]  # 32 bytes Ed25519, hex
    computer: Mapped[str] = mapped_column(default="")
    since: Mapped[date | None]
    revoked_on: Mapped[date | None]
