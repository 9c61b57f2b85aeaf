"""The venue itself, who signs for it, its desks, and what it shares with the centre: trades and units."""

from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from venue_desk.store.records.base import Record

VENUE_ROW = "venue"


class Venue(Record):
    """The venue's own settings; exactly one row, whose id is ``VENUE_ROW``."""

    __tablename__ = "venue"
    name: Mapped[str]
    kind: Mapped[str]  # parish, school, prison, hall; never printed
    area: Mapped[str] = mapped_column(default="")  # town or regency, as on letters: "Jakarta Barat"
    address: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    letterhead: Mapped[list[Any]] = mapped_column(default=list)  # lines above the name, e.g. the agency
    logo: Mapped[str] = mapped_column(default="")  # a small PNG in base64, at most 100 KB
    rules: Mapped[dict[str, Any]] = mapped_column(
        default=dict
    )  # thresholds and numbering; domain has the defaults
    sample: Mapped[bool] = mapped_column(default=False)


class Signatory(Record):
    """Somebody who signs: coordinator, head of the centre, instructor."""

    __tablename__ = "signatory"
    name: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    nip: Mapped[str] = mapped_column(default="")
    role: Mapped[str] = mapped_column(default="head")  # head, coordinator
    position: Mapped[int] = mapped_column(default=0)


class Computer(Record):
    """A computer that writes for the venue; its id is the writer's. ``letter`` keeps its certificate numbers apart."""

    __tablename__ = "computer"
    name: Mapped[str]
    letter: Mapped[str] = mapped_column(default="A")
    since: Mapped[str] = mapped_column(default="")


class Trade(Record):
    """A trade (kejuruan). Its id is fact("trade", code)."""

    __tablename__ = "trade"
    code: Mapped[str]
    name_id: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)


class Unit(Record):
    """A unit of competency. Its id is fact("unit", code); see queries.catalogue for one that the agency changed."""

    __tablename__ = "unit"
    trade_id: Mapped[str]
    code: Mapped[str]
    title_id: Mapped[str]
    title_en: Mapped[str] = mapped_column(default="")
    hours: Mapped[int] = mapped_column(default=0)  # JP of 45 minutes
    critical: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
