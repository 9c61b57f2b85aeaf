"""Writing many plain rows at once, at the price of the bare driver."""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection

FEW = 50  # rows for which preparing costs more than it saves


def add_many(connection: Connection, statement: Any, rows: Sequence[dict[str, Any]]) -> None:
    """Run an insert of plain values (no JSON, no dates), the same columns in each row."""
    if len(rows) < FEW:
        connection.execute(statement, rows)
        return
    compiled = statement.compile(dialect=connection.dialect, column_keys=list(rows[0]))
    order = compiled.positiontup
    values: Any = list(map(itemgetter(*order), rows)) if order else list(rows)
    connection.exec_driver_sql(str(compiled), values)
