"""Writing plain rows at the price of the bare driver: the statement is worded once, not at each call."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import BigInteger, Connection, Dialect, Integer, LargeBinary, Table


def add_many(connection: Connection, statement: Any, rows: Sequence[dict[str, Any]]) -> None:
    """Run an insert of plain values (no JSON, no dates), the same columns in each row."""
    if connection.dialect.name == "postgresql" and len(rows) > 1 and _distinct(statement.table, rows):
        names = tuple(rows[0])
        columns = [[row[name] for row in rows] for name in names]
        connection.exec_driver_sql(_unnested(statement, names), dict(zip(names, columns, strict=True)))
        return
    if not rows:
        return
    words, order = _worded(statement, connection.dialect, tuple(rows[0]))
    values: Any = list(map(itemgetter(*order), rows)) if order else list(rows)
    connection.exec_driver_sql(words, values[0] if len(values) == 1 else values)


@lru_cache(maxsize=64)
def _worded(statement: Any, dialect: Dialect, columns: tuple[str, ...]) -> tuple[str, tuple[str, ...] | None]:
    """The text of a statement and the order of its values, None where they are given by name."""
    compiled = statement.compile(dialect=dialect, column_keys=list(columns))
    order = compiled.positiontup
    return str(compiled), tuple(order) if order else None


def _distinct(table: Table, rows: Sequence[dict[str, Any]]) -> bool:
    """Whether each row has its own key: one statement may not replace a row twice."""
    key = itemgetter(*(column.name for column in table.primary_key.columns))
    return len(set(map(key, rows))) == len(rows)


@lru_cache(maxsize=64)
def _unnested(statement: Any, names: tuple[str, ...]) -> str:
    """The insert as one statement over an array for each column: one plan and one round trip for all rows."""
    from sqlalchemy.dialects import postgresql

    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    quote = dialect.identifier_preparer.quote
    table: Table = statement.table
    whole = str(statement.compile(dialect=dialect, column_keys=list(names)))
    _insert, found, rest = whole.partition(" ON CONFLICT ")
    arrays = ", ".join(f"%({name})s::{_array(table.c[name].type)}" for name in names)
    return (
        f"INSERT INTO {quote(table.name)} ({', '.join(map(quote, names))})"  # noqa: S608 - our own names
        f" SELECT * FROM unnest({arrays}){found}{rest}"
    )


def _array(kind: Any) -> str:
    if isinstance(kind, BigInteger):
        return "bigint[]"
    if isinstance(kind, Integer):
        return "integer[]"
    return "bytea[]" if isinstance(kind, LargeBinary) else "text[]"


def chunks(items: Sequence[Any], size: int) -> Iterable[Sequence[Any]]:
    """The same in parts of a size that a database takes at once."""
    return (items[start : start + size] for start in range(0, len(items), size))
