"""The market: its stalls, its vendors, and one plan a week."""

from datetime import date
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from venue_desk.store.records.base import Record


class Market(Record):
    """A weekly market. Its id is fact("market", name)."""

    __tablename__ = "market"
    name: Mapped[str]
    weekday: Mapped[int] = mapped_column(default=6)  # Monday is 0
    rules: Mapped[dict[str, Any]] = mapped_column(default=dict)  # domain.stalls has the defaults
    closed: Mapped[list[Any]] = mapped_column(default=list)  # ISO dates of market days that do not take place


class Stall(Record):
    """A stall (stan). Its id is fact("stall", market_id, number)."""

    __tablename__ = "stall"
    market_id: Mapped[str]
    number: Mapped[str]
    row: Mapped[int] = mapped_column(default=0)
    position: Mapped[int] = mapped_column(default=0)
    power: Mapped[bool] = mapped_column(default=False)
    water: Mapped[bool] = mapped_column(default=False)
    gas: Mapped[bool] = mapped_column(default=False)
    quality: Mapped[int] = mapped_column(default=1)  # 2 good, 1 ordinary, 0 poor spot
    out: Mapped[list[Any]] = mapped_column(default=list)  # ISO dates on which it cannot be used


class Vendor(Record):
    """A business (pelapak, UMKM), usually of an alumnus."""

    __tablename__ = "vendor"
    market_id: Mapped[str]
    person_id: Mapped[str | None]
    name: Mapped[str]
    short: Mapped[str] = mapped_column(default="")  # for a cell of the board
    products: Mapped[str] = mapped_column(default="")
    category: Mapped[str] = mapped_column(default="other")
    diet: Mapped[str] = mapped_column(default="U")  # H halal, N non-halal, U neutral
    needs: Mapped[list[Any]] = mapped_column(default=list)  # power, water, gas
    phone: Mapped[str | None]
    active_from: Mapped[date | None]
    active_until: Mapped[date | None]
    active: Mapped[bool] = mapped_column(default=True)  # takes part in the rotation; False: registered only
    credit: Mapped[float] = mapped_column(default=0.0)  # turns owed when they were entered here


Index("vendor_market", Vendor.venue_id, Vendor.market_id)


class Absence(Record):
    """A vendor cannot come on these days."""

    __tablename__ = "absence"
    vendor_id: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    kind: Mapped[str] = mapped_column(default="excused")  # excused, late, no_show
    reason: Mapped[str] = mapped_column(default="")


Index("absence_vendor", Absence.venue_id, Absence.vendor_id)


class VendorPair(Record):
    """Two vendors who must not, or must, come in the same week. Its id is fact("pair", a, b), a < b."""

    __tablename__ = "vendor_pair"
    vendor_a: Mapped[str]
    vendor_b: Mapped[str]
    kind: Mapped[str]  # apart, together


class MarketWeek(Record):
    """One market day. Its id is fact("week", market_id, ISO date).

    ``plan`` is one value, so a merge can never put one vendor on two stalls:
    {"cells": {stall_id: vendor_id}, "locked": [stall_id, …], "reasons": {stall_id: why a rule was set aside},
    "proof": …}.
    """

    __tablename__ = "market_week"
    market_id: Mapped[str]
    day: Mapped[date]
    plan: Mapped[dict[str, Any]] = mapped_column(default=dict)
    published_at: Mapped[str | None]
    came: Mapped[dict[str, Any]] = mapped_column(default=dict)  # {stall_id: {"vendor", "came", "stood_in"}}
    takings: Mapped[dict[str, Any]] = mapped_column(default=dict)  # {stall_id: rupiah}


Index("market_week_day", MarketWeek.venue_id, MarketWeek.market_id, MarketWeek.day)
