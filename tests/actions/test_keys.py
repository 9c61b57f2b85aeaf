"""Withdrawing a signing key: what it signed is unknown, the computer signs on with another, and it is final."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from venue_desk.actions import certificates
from venue_desk.actions import keys as actions
from venue_desk.documents import verify
from venue_desk.domain.problem import Problem
from venue_desk.queries import certificates as seen
from venue_desk.store import keys
from venue_desk.store.desk import Desk
from venue_desk.store.records import Certificate, Reference


def standing(desk: Desk) -> Certificate:
    found = desk.ask(
        lambda session: session.scalars(
            select(Certificate).where(Certificate.voided_on.is_(None)).order_by(Certificate.number)
        ).first()
    )
    assert found is not None
    return found


def test_what_a_withdrawn_key_signed_is_unknown_and_a_copy_is_signed_with_another(sample: Desk) -> None:
    one = standing(sample)
    rows = {row.id: row for row in sample.ask(seen.key_rows)}
    signed = sample.do(actions.withdraw, one.key)
    assert signed == rows[one.key].signed > 0
    assert verify.text(one.token, sample.ask(seen.key_ring)).state == verify.UNKNOWN
    [line] = sample.ask(seen.rows, [one.id])
    assert line.unproven and not line.original
    assert one.id in sample.ask(seen.ids, one.key.lower())
    again = sample.do(certificates.reprint, one.id)
    assert verify.text(again.token, sample.ask(seen.key_ring)).state == verify.VALID
    first, *others = sample.ask(seen.key_rows)
    assert first.here and first.id != one.key and first.revoked_on is None
    assert [row.id for row in others if row.revoked_on] == [one.key]


def test_it_is_withdrawn_once_by_its_venue_not_ahead_and_for_good(sample: Desk) -> None:
    one = standing(sample)
    for key, on in ((one.key, date(2999, 1, 1)), ("AAAAAAAA", None)):
        with pytest.raises(Problem):
            sample.do(actions.withdraw, key, on)
    sample.do(actions.withdraw, one.key, date(2025, 11, 20))
    with pytest.raises(Problem):
        sample.do(actions.withdraw, one.key)
    with pytest.raises(Problem):
        sample.undo()
    assert sample.ask(keys.own).keys[one.key].revoked_on == date(2025, 11, 20)


def test_a_key_that_the_centre_withdrew_signs_no_more(sample: Desk) -> None:
    one = standing(sample)
    key = sample.ask(keys.own).keys[one.key]
    said = {
        "public": key.public.hex(),
        "issuer": key.issuer,
        "venue": sample.venue,
        "revoked_on": "2025-11-21",
    }

    def hear(session: Session) -> None:
        """Hear"""
        session.add(Reference(kind="key", key=one.key, version=1, value=said, source=None))

    sample.do(hear)
    assert verify.text(one.token, sample.ask(seen.key_ring)).state == verify.UNKNOWN
    again = sample.do(certificates.reprint, one.id)
    assert verify.text(again.token, sample.ask(seen.key_ring)).state == verify.VALID
