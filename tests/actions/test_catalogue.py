"""The agency's catalogue at a desk: what it changes holds for courses from now on, and only for those."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from records import everything
from references import said
from venue_desk.actions import courses, venue
from venue_desk.domain import catalogue as shipped
from venue_desk.domain import reference
from venue_desk.domain.catalogue import Trade, Unit
from venue_desk.queries import assessment, catalogue
from venue_desk.queries import courses as seen
from venue_desk.store.desk import Desk
from venue_desk.store.records import Course, fact

TODAY = date(2025, 11, 22)
KOPI = Trade(
    "KOPI", "Kedai Kopi", "Coffee", False,
    (Unit("K.1", "Menyeduh", "Brewing", 8, True), Unit("K.2", "Melayani", "Serving", 6, False)),
)  # fmt: skip


def kept(*trades: Trade) -> list[tuple[str, dict[str, Any]]]:
    return [(one.code, reference.trade_kept(one, at)) for at, one in enumerate(trades)]


def a_course(desk: Desk, code: str, trade: str = "KOPI") -> str:
    return desk.do(courses.add, code=code, trade=trade, starts_on=TODAY, ends_on=date(2025, 11, 28))


def units(desk: Desk, course_id: str) -> list[tuple[str, str, str, int, bool]]:
    sheet = desk.ask(assessment.sheet, course_id)
    return [(one.id, one.code, one.title, one.hours, one.critical) for one in sheet.units]


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Desk]:
    made = Desk.create(tmp_path / "other")
    made.do(venue.set_up, name="Paroki Uji", kind="parish", area="Jakarta Barat")
    yield made
    made.close()


def test_without_a_centre_the_program_s_own_trades_are_there(desk: Desk) -> None:
    assert desk.ask(catalogue.trades) == shipped.trades()
    assert desk.ask(catalogue.programmes) == ()
    assert desk.ask(catalogue.units, "BOGA") == shipped.trades()[7].units


def test_what_the_centre_sent_stands_in_its_order_and_what_cannot_be_read_is_left_out(desk: Desk) -> None:
    las = replace(KOPI, code="LAS", indonesian="Las Listrik", units=())
    entries = kept(las, KOPI)
    wrong: list[tuple[str, Any]] = [
        ("A", {"id": ""}), ("B", []), ("C", None), ("D", {"id": "D", "units": "K.1"}),
        ("E", {"id": "E", "position": "x", "units": [None]}),
        ("F", {"id": "F", "units": [{"code": "1", "id": "x", "jp": "8"}]}),
        ("G", {"id": 7}), ("H", {"id": "咖啡"}), ("I", {"id": "x" * 500}), ("", {"id": "Tanpa kode"}),
    ]  # fmt: skip
    said(desk, "trade", *reversed(entries), *wrong)
    assert desk.ask(catalogue.trades) == (las, KOPI)
    assert [one.name for one in desk.ask(seen.trades)] == ["Las Listrik", "Kedai Kopi"]
    said(desk, "trade", *wrong)
    assert desk.ask(catalogue.trades) == shipped.trades()
    said(desk, "programme", ("P", {"id": "P", "trade": "KOPI", "units": 5}), ("Q", {"id": "Q", "trade": ""}))
    assert desk.ask(catalogue.programmes) == ()


def test_a_unit_that_the_agency_changed_leaves_courses_that_run_as_they_were(desk: Desk) -> None:
    said(desk, "trade", *kept(KOPI))
    first = a_course(desk, "KOPI-1")
    before = units(desk, first)
    brewing = replace(KOPI.units[0], jp=16, indonesian="Menyeduh dan menyangrai")
    new = Unit("K.3", "Membersihkan", "Cleaning", 2, False)
    said(desk, "trade", *kept(replace(KOPI, units=(new, brewing))))
    second = a_course(desk, "KOPI-2")
    assert units(desk, first) == before
    assert [one[1:] for one in units(desk, second)] == [
        ("K.3", "Membersihkan", 2, False), ("K.1", "Menyeduh dan menyangrai", 16, True),
    ]  # fmt: skip
    # Back to what it was: the row that is there already.
    said(desk, "trade", *kept(KOPI))
    assert units(desk, a_course(desk, "KOPI-3")) == before
    # Only the weight of a unit, too, is something else.
    said(desk, "trade", *kept(replace(KOPI, units=(replace(KOPI.units[0], critical=False),))))
    assert units(desk, a_course(desk, "KOPI-4"))[0][0] not in {one[0] for one in before}


def test_two_desks_make_the_same_rows_whatever_each_had_before(desk: Desk, other: Desk) -> None:
    boga = shipped.trade("BOGA")
    assert boga is not None
    a_course(desk, "BOGA-1", "BOGA")  # this desk has the unit as the program brings it, the other has nothing
    changed = replace(boga, units=(replace(boga.units[0], jp=30), *boga.units[1:]))
    for one in (desk, other):
        said(one, "trade", *kept(changed, KOPI))
        a_course(one, "BOGA-2", "BOGA")
        a_course(one, "KOPI-1")
    mine, theirs = (
        {key: row for key, row in one.ask(everything).items() if key[0] in ("unit", "trade")}
        for one in (desk, other)
    )
    plain = ("unit", fact("unit", boga.units[0].code))
    assert plain in mine and plain not in theirs
    for key, row in theirs.items():
        assert {**row, "venue_id": ""} == {**mine[key], "venue_id": ""}


def test_a_trade_s_new_name_is_taken_over_by_the_next_course(desk: Desk) -> None:
    said(desk, "trade", *kept(KOPI))
    first = a_course(desk, "KOPI-1")
    said(desk, "trade", *kept(replace(KOPI, indonesian="Barista Kopi")))
    assert [one.name for one in desk.ask(seen.trades)] == ["Barista Kopi"]
    assert desk.ask(seen.by_code, "KOPI-1", TODAY).trade == "Kedai Kopi"
    a_course(desk, "KOPI-2")
    assert {one.trade for one in desk.ask(seen.listed, TODAY)} == {"Barista Kopi"}
    assert desk.ask(seen.course, first, TODAY).title == "Kedai Kopi"  # type: ignore[union-attr]
    desk.undo()
    assert desk.ask(seen.by_code, "KOPI-1", TODAY).trade == "Kedai Kopi"


def test_a_trade_that_the_agency_gave_up_can_still_be_taught(desk: Desk) -> None:
    said(desk, "trade", *kept(KOPI))
    a_course(desk, "KOPI-1")
    said(desk, "trade", *kept(replace(KOPI, units=(replace(KOPI.units[0], jp=16), KOPI.units[1]))))
    second = desk.do(
        courses.add, code="KOPI-2", trade="KOPI", starts_on=date(2025, 12, 1), ends_on=date(2025, 12, 5)
    )
    said(desk, "trade", *kept(replace(KOPI, code="TEH")))
    third = a_course(desk, "KOPI-3")
    assert units(desk, third) == units(desk, second)
    assert [one.jp for one in desk.ask(catalogue.units, "KOPI")] == [16, 6]


def test_no_unit_is_another_trade_s_business(desk: Desk) -> None:
    """Two trades share a unit; each course has it, and has only its own."""
    tea = Trade("TEH", "Kedai Teh", "Tea", False, (KOPI.units[1], Unit("T.1", "Menyeduh teh", "", 4, False)))
    said(desk, "trade", *kept(KOPI, tea))
    codes = {
        trade: [one[1] for one in units(desk, a_course(desk, trade, trade))] for trade in ("KOPI", "TEH")
    }
    assert codes == {"KOPI": ["K.1", "K.2"], "TEH": ["K.2", "T.1"]}

    def ids(session: Session) -> list[list[Any]]:
        return list(session.scalars(select(Course.unit_ids).order_by(Course.code)))

    kopi, teh = desk.ask(ids)
    assert kopi[1] == teh[0]
