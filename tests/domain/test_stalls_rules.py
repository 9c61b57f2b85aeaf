"""Rules, reasons, ledger and settings of the rotation."""

from dataclasses import replace

import pytest

from venue_desk.domain.stalls import ledger
from venue_desk.domain.stalls.bounds import vendor_bound
from venue_desk.domain.stalls.fairness import gap_cost, longest_wait, quota, shares
from venue_desk.domain.stalls.reasons import candidates, exchange, exchanges, why_empty
from venue_desk.domain.stalls.rules import Rule, refusals, violations
from venue_desk.domain.stalls.season import Season, Stall, Vendor, band
from venue_desk.domain.stalls.settings import rules_of
from venue_desk.domain.stalls.words import refusal
from venue_desk.domain.stalls.words import why_empty as in_words

NAMES = ("Sari", "Budi", "Tono", "Rosa", "Ida")


def season() -> Season:
    """Two stalls side by side and one apart, four weeks, five vendors."""
    return Season(
        weeks=4,
        stalls=(
            Stall("1", 0, 0, frozenset({"power", "gas"}), 2),
            Stall("2", 0, 1, frozenset({"power"})),
            Stall("3", 1, 0, frozenset(), 0),
        ),
        vendors=(
            Vendor("a", "satay", "N", frozenset({"gas"})),
            Vendor("b", "satay", "H", away=frozenset({1})),
            Vendor("c", "rice", "H", last_turn=-1),
            Vendor("d", "rice", "U", joined=2),
            Vendor("e", "cakes", "U"),
        ),
        caps={"satay": 1},
        apart=((2, 4),),
        gap_hard=2,
        gap_lo=2,
        gap_hi=3,
    )


@pytest.mark.parametrize(
    ("plan", "rule"),
    [
        ({(0, 0): 4, (0, 1): 4}, Rule.SAME_WEEK),
        ({(1, 0): 1}, Rule.AWAY),
        ({(0, 0): 3}, Rule.NOT_REGISTERED),
        ({(0, 2): 0}, Rule.NEEDS),
        ({(0, 1): 2}, Rule.TOO_SOON),
        ({(1, 1): 4, (2, 1): 4}, Rule.TOO_SOON),
        ({(0, 0): 0, (0, 2): 1}, Rule.CAP),
        ({(2, 0): 0, (2, 1): 2}, Rule.DIET),
        ({(1, 0): 2, (1, 1): 4}, Rule.APART),
    ],
)
def test_each_broken_rule_is_found(plan: dict[tuple[int, int], int], rule: Rule) -> None:
    assert [one.rule for one in violations(season(), plan)] == [rule]


def test_together_means_the_same_weeks_and_shared_absences() -> None:
    both = replace(season(), apart=(), together=((1, 4),))
    assert [one.rule for one in violations(both, {(0, 1): 1})] == [Rule.TOGETHER]
    assert violations(both, {(0, 1): 1, (0, 2): 4}) == []
    assert not both.available(4, 1)


def test_a_stall_out_of_use_has_no_seat() -> None:
    broken = replace(season(), out={2: frozenset({0})})
    assert broken.seats(2) == 2
    assert [one.rule for one in violations(broken, {(2, 0): 4})] == [Rule.OUT_OF_USE]


def test_refusals_say_why_in_words() -> None:
    one = season()
    said = {
        refusal(one, broken, NAMES)
        for plan, cell, vendor in [
            ({}, (1, 1), 1),
            ({}, (0, 2), 0),
            ({}, (0, 1), 2),
            ({(2, 0): 0}, (2, 2), 1),
            ({(2, 0): 0}, (2, 1), 2),
        ]
        for broken in refusals(one, plan, cell, vendor)
    }
    assert len(said) == 5
    assert all(name in " ".join(said) for name in ("Sari", "Budi", "Tono"))


def test_why_empty_counts_each_vendor_once() -> None:
    one = season()
    reasons = why_empty(one, {}, (0, 2))
    assert sum(reason.count for reason in reasons) == 3  # Sari (gas), Tono (too soon), Rosa (not yet there)
    assert in_words(reasons).count(",") == 2
    assert {c.vendor for c in candidates(one, {}, (0, 2), shares(one))} == {1, 4}


def test_the_fairest_candidate_comes_first() -> None:
    one = season()
    plan = {(0, 2): 4, (0, 1): 1}
    ranked = candidates(one, plan, (2, 2), shares(one))
    assert {c.vendor for c in ranked} == {1, 2, 3, 4}
    assert ranked[0].owed == max(c.owed for c in ranked)
    assert all(c.vendor != 1 for c in candidates(one, plan, (2, 2), shares(one), but=1))


def test_exchanges_are_checked_both_ways() -> None:
    one = season()
    plan = {(0, 0): 4, (2, 1): 2, (2, 0): 3}
    assert exchange(one, plan, (2, 0), (2, 1)) == []
    assert Rule.TOO_SOON in {broken.rule for broken in exchange(one, plan, (0, 0), (2, 1))}
    assert exchange(replace(one, fixed={(2, 0): 3}), plan, (2, 0), (2, 1))[0].rule is Rule.FIXED
    legal = [cell for cell, broken in exchanges(one, plan, (2, 0)).items() if broken is None]
    assert (2, 1) in legal and (2, 2) in legal and (0, 0) not in legal


def test_gap_costs_count_waits_to_the_end_and_spare_a_first_turn() -> None:
    one = season()
    assert gap_cost(one, 4, [0, 3]) == 0
    assert gap_cost(one, 4, [0]) == 1  # four weeks from week 0 to the end
    assert gap_cost(one, 2, [0]) == 1 + 1  # one week after the last turn, then four to the end
    assert longest_wait(one, 4, []) == 5
    assert vendor_bound(one, 2, 1, 2) == 0
    assert vendor_bound(one, 1, 5, 9) is None


def test_quota_and_band() -> None:
    assert quota(2.0000000001) == (2, 2)
    assert quota(1.3) == (1, 2)
    assert quota(-0.4) == (0, 0)
    assert band(60, 10) == (3, 5, 7)
    assert band(62, 10) == (3, 5, 8)


def test_an_excused_absence_is_not_charged_and_a_late_one_half() -> None:
    weeks = [
        ledger.Week(
            frozenset("abcd"), 2, (("a", ledger.SERVED), ("b", ledger.EXCUSED), ("c", ledger.STOOD_IN))
        ),
        ledger.Week(frozenset("abcd"), 2, (("d", ledger.LATE), ("b", ledger.NO_SHOW))),
    ]
    assert ledger.credits_after(weeks, {"a": 0.25}) == {"a": 0.25, "b": 0.0, "c": 0.0, "d": 0.5}
    assert ledger.credits_after(weeks * 9, {})["d"] == ledger.MOST
    assert ledger.credits_after(weeks, {}, {ledger.LATE: 1.0})["d"] == 0.0


def test_rules_have_defaults_and_refuse_nonsense() -> None:
    plain = rules_of({}, 20)
    assert plain.caps["satay"] == 4 and plain.separate_diets
    assert plain.band(60, 10) == (3, 5, 7)
    own = rules_of(
        {"caps": {"satay": "many", "rice": 1}, "gap_hi": 12, "gap_hard": -3, "charges": {"late": 1}}, 10
    )
    assert own.caps == {"rice": 1}
    assert own.band(60, 10) == (3, 5, 12)
    assert own.charges["late"] == 1.0
