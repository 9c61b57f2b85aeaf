"""Writing plain rows at the price of the bare driver: the statement is worded once, not at each call."""

from collections.abc import Sequence
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Dialect


def add_many(connection: Connection, statement: Any, rows: Sequence[dict[str, Any]]) -> None:
    """Run an insert of plain values (no JSON, no dates), the same columns in each row."""
    if not rows:
        return
    words, order = _worded(statement, connection.dialect, tuple(rows[0]))
    values: Any = list(map(itemgetter(*order), rows)) if order else list(rows)
    connection.exec_driver_sql(words, values[0] if len(values) == 1 else values)


@cache
def _worded(statement: Any, dialect: Dialect, columns: tuple[str, ...]) -> tuple[str, tuple[str, ...] | None]:
    """The text of a statement and the order of its values, None where they are given by name."""
    compiled = statement.compile(dialect=dialect, column_keys=list(columns))
    order = compiled.positiontup
    return str(compiled), tuple(order) if order else None
