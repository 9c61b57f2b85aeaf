"""The reference data is complete and in one shape, because everything else trusts it."""

import re

from venue_desk import language
from venue_desk.domain import catalogue


def test_the_ten_trades_of_the_programme_and_the_planned_ones() -> None:
    taught = [trade.indonesian for trade in catalogue.trades() if not trade.planned]
    assert sorted(taught) == [
        "Desain Grafis", "Jaringan Komputer", "Las", "Operator Komputer", "Servis Sepeda Motor",
        "Tata Boga", "Tata Busana", "Tata Rias", "Teknik Komputer", "Teknik Pendingin",
    ]  # fmt: skip
    assert len([trade for trade in catalogue.trades() if trade.planned]) == 5


def test_units_have_the_shape_of_skkni_units_and_fill_eight_days() -> None:
    codes = [unit.code for trade in catalogue.trades() for unit in trade.units]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[A-Z]{3}\.[A-Z]{2}\d{2}\.\d{3}\.\d{2}", code) for code in codes)
    for trade in catalogue.trades():
        assert sum(unit.jp for unit in trade.units) == 64  # eight days of eight hours of 45 minutes
        assert any(unit.critical for unit in trade.units)


def test_a_trade_is_named_in_the_language_spoken() -> None:
    was = language.active()
    try:
        boga = catalogue.trade("BOGA")
        assert boga is not None
        language.use("id")
        assert boga.name == "Tata Boga"
        language.use("en")
        assert boga.name == "Cookery"
        assert catalogue.trade("KALIGRAFI") is None
    finally:
        language.use(was)
