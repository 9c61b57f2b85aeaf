"""The nouns: one file a noun. Records are plain SQLAlchemy classes, and they are the nouns themselves."""

from venue_desk.store.records.attendance import Mark
from venue_desk.store.records.base import Base, Record, fact, get, mine, new_id, refers, venue_of
from venue_desk.store.records.certificates import Assessment, Certificate, CertificateEvent, SigningKey
from venue_desk.store.records.courses import Course, Enrolment, Lesson
from venue_desk.store.records.journal import Bucket, Conflict, Line, Local, Part, Stamp
from venue_desk.store.records.outcomes import Outcome
from venue_desk.store.records.people import Person, Reveal
from venue_desk.store.records.reference import Reference
from venue_desk.store.records.stalls import Absence, Market, MarketWeek, Stall, Vendor, VendorPair
from venue_desk.store.records.venue import VENUE_ROW, Computer, Signatory, Trade, Unit, Venue

__all__ = [
    "VENUE_ROW",
    "Absence",
    "Assessment",
    "Base",
    "Bucket",
    "Certificate",
    "CertificateEvent",
    "Computer",
    "Conflict",
    "Course",
    "Enrolment",
    "Lesson",
    "Line",
    "Local",
    "Mark",
    "Market",
    "MarketWeek",
    "Outcome",
    "Part",
    "Person",
    "Record",
    "Reference",
    "Reveal",
    "Signatory",
    "SigningKey",
    "Stall",
    "Stamp",
    "Trade",
    "Unit",
    "Vendor",
    "VendorPair",
    "Venue",
    "fact",
    "get",
    "mine",
    "new_id",
    "refers",
    "venue_of",
]
