"""Ctrl+K: everything is found by what a person would type for it."""

import pytest

from venue_desk.queries.search import Hit, everything
from venue_desk.store.desk import Desk


def kinds(hits: list[Hit]) -> list[str]:
    return [hit.kind for hit in hits]


def test_a_person_by_part_of_the_name_with_class_and_phone(sample: Desk) -> None:
    hits = sample.ask(everything, "goretti")
    assert [(hit.kind, hit.title) for hit in hits] == [("person", "Maria Goretti")]
    assert hits[0].explanation.startswith("Tata Boga · ")


@pytest.mark.parametrize("typed", ["suryadi", "Soerjadi", "SOERJADI"])
def test_old_and_new_spelling_find_each_other(sample: Desk, typed: str) -> None:
    assert "Soerjadi" in [hit.title for hit in sample.ask(everything, typed)]


def test_a_class_by_trade_and_batch(sample: Desk) -> None:
    assert sample.ask(everything, "boga 12")[0].explanation.startswith("BOGA-12")
    assert kinds(sample.ask(everything, "barista-1")) == ["course"]


def test_a_business_by_name_and_by_what_it_sells(sample: Desk) -> None:
    assert sample.ask(everything, "kopi samara")[0].title == "Kopi Samara"
    assert "vendor" in kinds(sample.ask(everything, "pempek"))


def test_each_kind_shows_its_best_within_the_limit(sample: Desk) -> None:
    hits = sample.ask(everything, "a", 8)
    assert len(hits) == 8
    assert {"person", "course", "vendor"} <= set(kinds(hits))


@pytest.mark.parametrize("typed", ["", "   ", "…", "%", "_"])
def test_nothing_that_could_be_meant_finds_nothing(sample: Desk, typed: str) -> None:
    assert sample.ask(everything, typed) == []


def test_signs_of_the_search_language_mean_themselves(sample: Desk) -> None:
    assert sample.ask(everything, "boga%12") == sample.ask(everything, "boga 12")
    assert sample.ask(everything, "zzz' or 1=1 --") == []
