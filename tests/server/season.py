"""A whole season of the programme, invented from a seed: 125 venues, 6,624 people, 10 trades, February–November.

What it must come out as is known before: so many are trained, placed, employed, self-employed (DOMAIN.md).
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

from sqlalchemy import Table, insert

from venue_desk.domain import catalogue
from venue_desk.server import devices
from venue_desk.server.centre import Centre
from venue_desk.store.records import (
    Certificate,
    Course,
    Enrolment,
    Outcome,
    Person,
    Trade,
    Unit,
    fact,
)

TODAY = date(2026, 1, 15)
VENUES = 125
TRAINED, EMPLOYED, SELF_EMPLOYED = 6624, 1579, 1040
CERTIFIED = 6105
KINDS = ["school"] * 12 + ["prison"] * 3 + ["parish"] * 5 + ["hall"] * 105
PLACES = (
    "Cempaka Dahlia Kenanga Melati Mawar Flamboyan Teratai Anggrek Bougenvil Kamboja Sedap Asoka Wijaya "
    "Cendana Jati Mahoni Beringin Trembesi Angsana Akasia Pinus Meranti Ulin Ketapang Waru"
).split()
AREAS = "Pusat Utara Barat Selatan Timur".split()
GIVEN = (
    "Siti Budi Dewi Agus Rina Joko Sri Andi Wati Eko Lestari Hadi Yuni Bayu Fitri Dimas Ratna Surya".split()
)
FAMILY = (
    "Aminah Santoso Lestari Wijaya Kusuma Pratama Hidayat Saputra Nugroho Maharani Siregar Tanjung".split()
)
WORDS = {"school": "SMK", "prison": "Balai Bina", "parish": "Paroki", "hall": "Balai Warga"}


@dataclass(slots=True)
class _Rows:
    """What is to be written, by record."""

    rows: dict[type, list[dict[str, Any]]]

    def add(self, record: type, venue: str, id: str, /, **values: Any) -> str:
        self.rows.setdefault(record, []).append({"venue_id": venue, "id": id, **values})
        return id


def fill(centre: Centre, seed: int = 1) -> list[str]:
    """Write the season into an empty centre, as its venues would have synced it. Returns the venues' ids."""
    draw = random.Random(seed)
    rows = _Rows({})
    with centre.writing() as connection:
        venues = [
            devices.add_venue(connection, _venue_name(number, kind), kind)
            for number, kind in enumerate(KINDS)
        ]
        sizes = _sizes(draw)
        # Which of all people are at work, and how: dealt like cards, so that the sums are exact.
        rest = TRAINED - EMPLOYED - SELF_EMPLOYED
        fates = ["employed"] * EMPLOYED + ["self_employed"] * SELF_EMPLOYED
        fates += ["training"] * (rest // 10) + ["not_working"] * (rest // 5)
        fates += ["asked"] * (rest // 5)  # somebody called and did not reach them
        fates += [""] * (TRAINED - len(fates))
        draw.shuffle(fates)
        certified = [True] * CERTIFIED + [False] * (TRAINED - CERTIFIED)
        draw.shuffle(certified)
        serial = 0
        for venue, classes in zip(venues, sizes, strict=True):
            _catalogue(rows, venue)
            for at, size in enumerate(classes):
                course, trade, ends = _course(rows, draw, venue, at)
                for position in range(size):
                    _alumnus(
                        rows,
                        draw,
                        venue,
                        course,
                        ends,
                        serial,
                        position,
                        fates[serial],
                        certified[serial],
                        trade,
                    )
                    serial += 1
                _who_does_not_count(rows, draw, venue, course)
        assert serial == TRAINED
        for kind, values in rows.rows.items():
            connection.execute(insert(cast(Table, kind.__table__)), values)  # type: ignore[attr-defined]
    return venues


def _venue_name(number: int, kind: str) -> str:
    return f"{WORDS[kind]} {PLACES[number % len(PLACES)]} {AREAS[number // len(PLACES)]}"


def _sizes(draw: random.Random) -> list[list[int]]:
    """How many people each class of each venue has: 15–20, until all are dealt out."""
    sizes: list[list[int]] = [[] for _venue in range(VENUES)]
    left, at = TRAINED, 0
    while left:
        size = left if left <= 20 else min(draw.randint(15, 20), left)
        sizes[at % VENUES if at < VENUES else draw.randrange(VENUES)].append(size)
        left, at = left - size, at + 1
    return sizes


def _catalogue(rows: _Rows, venue: str) -> None:
    for at, trade in enumerate(one for one in catalogue.trades() if not one.planned):
        found = rows.add(
            Trade, venue, fact("trade", trade.code), code=trade.code, name_id=trade.indonesian,
            name_en=trade.english, position=at,
        )  # fmt: skip
        for place, unit in enumerate(trade.units):
            rows.add(
                Unit, venue, fact("unit", unit.code), trade_id=found, code=unit.code, title_id=unit.indonesian,
                title_en=unit.english, hours=unit.jp, critical=unit.critical, position=place,
            )  # fmt: skip


def _course(rows: _Rows, draw: random.Random, venue: str, at: int) -> tuple[str, str, date]:
    taught = [one for one in catalogue.trades() if not one.planned]
    trade = draw.choices(taught, weights=range(len(taught) + 4, 4, -1))[0]
    ends = date(2025, 2, 8) + timedelta(days=draw.randrange(290))
    course = rows.add(
        Course, venue, fact("course", venue, str(at)), code=f"{trade.code}-{at + 1}", title=trade.indonesian,
        batch=str(at + 1), trade_id=fact("trade", trade.code), unit_ids=[], starts_on=ends - timedelta(days=9),
        ends_on=ends, place="", capacity=20, hours=80, instructor="", instructor_nip="", series="",
        once_per_person=False, closed_on=ends,
    )  # fmt: skip
    return course, trade.code, ends


def _person(rows: _Rows, venue: str, id: str, name: str, merged_into: str | None = None) -> str:
    return rows.add(
        Person, venue, id, name=name, title_before="", title_after="", nik=None, phone=None, birth_place="",
        birth_date=None, sex=None, address="", area="", organisation="", email="", card=None, search="",
        consent=None, delete_by=None, note="", added_on=None, merged_into=merged_into,
    )  # fmt: skip


def _enrol(rows: _Rows, venue: str, course: str, person: str, **values: Any) -> str:
    standard = {
        "state": "enrolled",
        "position": 1,
        "since": None,
        "until": None,
        "reason": "",
        "guest": False,
    }
    return rows.add(
        Enrolment, venue, fact("enrolment", course, person), course_id=course, person_id=person,
        **{**standard, **values},
    )  # fmt: skip


def _alumnus(
    rows: _Rows, draw: random.Random, venue: str, course: str, ends: date, serial: int, position: int,
    fate: str, certified: bool, trade: str,
) -> None:  # fmt: skip
    name = f"{draw.choice(GIVEN)} {draw.choice(FAMILY)}"
    person = _person(rows, venue, fact("season", "person", str(serial)), name)
    left: dict[str, Any] = (
        {"state": "left", "reason": "work", "until": ends} if fate == "employed" and serial % 40 == 0 else {}
    )
    if serial % 50 == 7:
        # The same person was written down twice, and came to the class under the other record.
        person = _person(rows, venue, fact("season", "twin", str(serial)), name, merged_into=person)
    enrolment = _enrol(rows, venue, course, person, position=position + 1, **left)
    if certified:
        _certificate(rows, venue, course, person, enrolment, serial, name, ends, trade)
    if not fate:
        return
    told = [("unknown", 1), ("not_working", 30)] if fate == "employed" and serial % 3 == 0 else []
    told.append((fate if fate != "asked" else "unknown", 35))
    if serial % 5 == 0:
        told.append(("unknown", 45))  # was not reached later: what was known stays known
    for stage, (kind, days) in enumerate(told):
        rows.add(
            Outcome, venue, fact("outcome", enrolment, str(stage)), enrolment_id=enrolment, person_id=person,
            course_id=course, stage=stage, kind=kind, employer="", role="", related=None, since=None, verified="",
            recorded_on=min(ends + timedelta(days=days), TODAY), referral="", reference="", note="",
        )  # fmt: skip


def _certificate(
    rows: _Rows,
    venue: str,
    course: str,
    person: str,
    enrolment: str,
    serial: int,
    name: str,
    ends: date,
    trade: str,
) -> None:
    number = f"{serial + 1:04d}/SERT-A/{trade}/{ends.year}"
    rows.add(
        Certificate, venue, fact("season", "certificate", str(serial)), number=number, sequence=serial, year=ends.year,
        letter="A", kind="competence", enrolment_id=enrolment, person_id=person, course_id=course, issued_on=ends,
        registration="", form="", content={"name": name}, token="", key="", voided_on=None, void_reason="",
        replaces=None,
    )  # fmt: skip


def _who_does_not_count(rows: _Rows, draw: random.Random, venue: str, course: str) -> None:
    """Guests, those who waited and those who left for other reasons were not trained."""
    others: tuple[dict[str, Any], ...] = (
        {"guest": True},
        {"state": "waiting"},
        {"state": "left", "reason": "moved"},
    )
    for at, values in enumerate(others):
        person = _person(rows, venue, fact("season", "other", course, str(at)), draw.choice(GIVEN))
        _enrol(rows, venue, course, person, **values)
