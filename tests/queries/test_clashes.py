"""What no merge can keep apart becomes a task for a person."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from venue_desk.queries import clashes, today
from venue_desk.store.desk import Desk
from venue_desk.store.records import Absence, Certificate, Market, MarketWeek, Vendor

SATURDAY = date(2025, 11, 22)


def _certificate(session: Session, id: str) -> None:
    """Add a certificate"""
    session.add(
        Certificate(
            id=id * 32,
            number="0001/A/2025",
            sequence=1,
            year=2025,
            letter="A",
            kind="completion",
            enrolment_id="e",
            person_id=id,
            course_id="course",
            issued_on=SATURDAY,
            content={},
            token="",
            key="",
        )
    )


def _void(session: Session, id: str) -> None:
    """Void a certificate"""
    found = session.get(Certificate, (session.info["venue"], id * 32))
    assert found is not None
    found.voided_on = SATURDAY


def _publish(session: Session) -> None:
    """Publish a week whose vendor is away"""
    session.add(Market(id="m", name="Kedai Samara"))
    session.add(Vendor(id="v", market_id="m", name="Ibu Sri"))
    session.add(Absence(vendor_id="v", starts_on=SATURDAY, ends_on=SATURDAY))
    session.add(
        MarketWeek(
            id="w", market_id="m", day=SATURDAY, plan={"cells": {"s": "v"}}, published_at="2025-11-20T08:00"
        )
    )


def test_a_number_given_twice(desk: Desk) -> None:
    desk.do(_certificate, "a")
    assert desk.ask(clashes.numbers) == []
    desk.do(_certificate, "b")
    (double,) = desk.ask(clashes.numbers)
    assert double.number == "0001/A/2025" and len(double.certificates) == 2
    tasks = desk.ask(today.today, datetime(2025, 11, 22, 8)).tasks
    assert any("0001/A/2025" in task.title and task.about == "course" for task in tasks)
    desk.do(_void, "a")
    assert desk.ask(clashes.numbers) == []


def test_a_vendor_away_on_a_published_day(desk: Desk) -> None:
    desk.do(_publish)
    (one,) = desk.ask(clashes.away, SATURDAY)
    assert (one.vendor, one.market, one.day) == ("Ibu Sri", "Kedai Samara", SATURDAY)
    tasks = desk.ask(today.today, datetime(2025, 11, 22, 8)).tasks
    assert any("Ibu Sri" in task.title for task in tasks)
    assert desk.ask(clashes.away, date(2025, 11, 23)) == []
