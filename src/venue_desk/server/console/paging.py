"""Long lists of the pages: a part at a time, found by name, without a script. Where one is stands in the address."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from fastapi import Request
from sqlalchemy import Connection, Select, Table, func, select

Row = TypeVar("Row")
AT_ONCE = 50  # rows


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for, and which part of it they want to see, from 1."""

    text: str = ""
    part: int = 1


@dataclass(frozen=True, slots=True)
class Part(Generic[Row]):
    """A part of a list. ``found``: how many rows there are in all parts."""

    rows: Sequence[Row]
    found: int
    asked: Asked
    at_once: int = AT_ONCE

    @property
    def first(self) -> int:
        """The number of the first row, from 1."""
        return (self.asked.part - 1) * self.at_once + 1

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1

    @property
    def parts(self) -> int:
        return parts(self.found, self.at_once)


def parts(found: int, at_once: int = AT_ONCE) -> int:
    """How many parts so many rows make; one where there is nothing."""
    return max(1, -(-found // at_once))


def asked(request: Request) -> Asked:
    """What the address says: ?q=name&part=2. Nonsense is the beginning."""
    part = request.query_params.get("part", "")
    number = int(part) if part.isascii() and part.isdigit() and len(part) < 9 else 1
    text = " ".join(request.query_params.get("q", "").replace("\0", "").split())
    return Asked(text[:100], max(1, number))


def within(wanted: Asked, found: int, at_once: int = AT_ONCE) -> Asked:
    """The same, or the last part there is."""
    return Asked(wanted.text, min(wanted.part, parts(found, at_once)))


def read(
    connection: Connection, query: Select[Any], wanted: Asked, counted: Table | None = None
) -> Part[Any]:
    """The rows of one part of a query, which says its order. ``counted``: a table of as many rows, known to be."""
    whole = query.order_by(None).subquery() if counted is None else counted
    found = connection.scalar(select(func.count()).select_from(whole)) or 0
    wanted = within(wanted, found)
    rows = connection.execute(query.limit(AT_ONCE).offset((wanted.part - 1) * AT_ONCE)).all()
    return Part(rows, found, wanted)


def cut(rows: Sequence[Row], wanted: Asked, at_once: int) -> Part[Row]:
    """The same of a list."""
    wanted = within(wanted, len(rows), at_once)
    start = (wanted.part - 1) * at_once
    return Part(rows[start : start + at_once], len(rows), wanted, at_once)


def address(path: str, wanted: Asked, part: int | None = None, **kept: str) -> str:
    """Where what is wanted of a list stands, or another part of it. ``kept``: what else the address says."""
    said = {"q": wanted.text, "part": part or wanted.part}
    query = {**kept, **{name: value for name, value in said.items() if value and value != 1}}
    return f"{path}?{urlencode(query)}" if query else path
