"""What a report is made of, before it is shown, printed or written: figures, bars and tables.

Values stay numbers and dates; whoever shows them writes them in the reader's way (`shown`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from venue_desk.language import date_long, date_medium, number, percent

Value = str | int | float | date | None

TEXT, NUMBER, PERCENT, DAY, RUPIAH = "text", "number", "percent", "day", "rupiah"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number that matters, with what it was counted from in ``note``. Percentages are shares of one."""

    label: str
    value: Value
    form: str = NUMBER
    note: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of thing that bars are made of, and the state whose colour it has."""

    label: str
    state: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its counts part by part, and what stands at its end."""

    label: str
    counts: tuple[int, ...]
    note: str = ""

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars of the same parts. ``whole``: each bar fills the width, because shares are compared, not sizes."""

    title: str
    parts: tuple[Part, ...]
    bars: tuple[Bar, ...]
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, how its values are written, and its share of the width."""

    title: str
    form: str = TEXT
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a title; ``empty`` is said where there are none."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report. ``totals`` are its numbers under names that scripts rely on."""

    kind: str
    title: str
    first: date
    last: date
    sentence: str
    figures: tuple[Figure, ...]
    charts: tuple[Chart, ...]
    tables: tuple[Table, ...]
    notes: tuple[str, ...]
    totals: Mapping[str, int | float | None]

    @property
    def empty(self) -> bool:
        """Nothing happened in the period: there is no bar to draw."""
        return not any(bar.total for chart in self.charts for bar in chart.bars)

    @property
    def period(self) -> str:
        return f"{date_long(self.first)} – {date_long(self.last)}"


def shown(value: Value, form: str) -> str:
    """A value as the reader writes it; an en dash where there is nothing to say."""
    if value is None:
        return "–"
    if isinstance(value, date):
        return date_medium(value)
    if isinstance(value, str):
        return value
    if form == PERCENT:
        return percent(value, 1)
    if form == RUPIAH:
        return f"Rp\u00a0{number(value)}"
    return number(value, 0 if value == int(value) else 1)
