"""The venue is set up in one step, changed field by field, and refuses what cannot be."""

from typing import Any

import pytest
from sqlalchemy import select

from venue_desk.actions import venue
from venue_desk.domain.problem import Problem
from venue_desk.domain.venue import COORDINATOR, Signer
from venue_desk.queries import venue as seen
from venue_desk.store.desk import Desk
from venue_desk.store.records import Computer

HEAD = Signer("Dra. Sri Hartati", "Kepala PPKD", "197001011995032001")
COORDINATORS = Signer("Yohanes Prasetyo", "Koordinator", "", COORDINATOR)


def test_the_first_window_sets_everything_up_in_one_step(desk: Desk) -> None:
    desk.do(
        venue.set_up,
        name="  Paroki   Santa Maria ",
        kind="parish",
        area="Jakarta Barat",
        letterhead=["Keuskupan", " "],
        signers=[HEAD, COORDINATORS, Signer("")],
        market="Kedai Samara",
        stalls=10,
    )
    details = desk.ask(seen.details)
    assert (details.name, details.letterhead) == ("Paroki Santa Maria", ("Keuskupan",))
    assert details.signers == (HEAD, COORDINATORS)
    assert [(row.name, row.weekday, row.stalls) for row in desk.ask(seen.markets)] == [
        ("Kedai Samara", 6, 10)
    ]
    assert desk.undo() is None, "undo does not unmake a venue"


def test_a_corrected_signatory_stays_the_same_row(desk: Desk) -> None:
    desk.do(venue.choose_signers, [HEAD, COORDINATORS])
    desk.do(venue.choose_signers, [HEAD])
    assert desk.ask(seen.signers) == [HEAD]
    desk.undo()
    assert desk.ask(seen.signers) == [HEAD, COORDINATORS]


def test_rules_change_one_by_one_and_go_back_to_their_default(desk: Desk) -> None:
    desk.do(venue.decide, {"presence_threshold": 75, "late_after": 10})
    desk.do(venue.decide, {"late_after": None})
    assert desk.ask(seen.details).rules == {"presence_threshold": 75}


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "  "},
        {"name": "x" * 121},
        {"kind": "castle"},
        {"logo": "no picture"},
        {"logo": "aGVsbG8="},
        {"letterhead": ["a", "b", "c", "d", "e"]},
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(desk: Desk, changes: dict[str, Any]) -> None:
    with pytest.raises(Problem):
        desk.do(venue.edit, phone="021 555", **changes)
    assert desk.ask(seen.details).phone == ""


@pytest.mark.parametrize(
    "rules",
    [
        {"presence_threshold": 101},
        {"late_after": "soon"},
        {"most_tries": 0},
        {"number_pattern": "{sequence}"},
    ],
)
def test_an_impossible_rule_is_refused(desk: Desk, rules: dict[str, object]) -> None:
    with pytest.raises(Problem):
        desk.do(venue.decide, rules)
    assert desk.ask(seen.details).rules == {}


@pytest.mark.parametrize("signer", [Signer("", "Kepala"), Signer("Sri", nip="123")])
def test_a_signatory_needs_a_name_and_a_whole_nip(desk: Desk, signer: Signer) -> None:
    with pytest.raises(Problem):
        desk.do(venue.choose_signers, [signer])


def test_the_computer_is_known_by_a_name_and_a_letter(desk: Desk) -> None:
    desk.do(venue.introduce)
    [computer] = desk.ask(lambda session: list(session.scalars(select(Computer))))
    assert (computer.id, computer.letter) == (desk.writer, "A")
    assert computer.name
    desk.do(venue.edit, phone="021 555")
    desk.do(venue.introduce)
    assert desk.undo() == "Change the venue's details", "what is only noted is passed over"
