"""Reading and writing rows at the price of the bare driver: the statement is worded once, not at each call."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Connection,
    Date,
    Dialect,
    Float,
    Integer,
    LargeBinary,
    String,
    Table,
)
from sqlalchemy.exc import DBAPIError


def add_rows(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert new rows with values of any kind, the same columns in each."""
    if connection.dialect.name == "postgresql":
        add_many(connection, _insert(table), rows)
    elif rows:
        connection.execute(_insert(table), rows)


def add_many(connection: Connection, statement: Any, rows: Sequence[dict[str, Any]]) -> None:
    """Run an insert, the same columns in each row; on SQLite of plain values only (no JSON, no dates)."""
    if connection.dialect.name == "postgresql":
        if len(rows) > 1 and _distinct(statement.table, rows):
            _add_at_once(connection, statement, rows)
            return
        if rows and not _plain(statement.table):
            connection.execute(statement, rows)
            return
    if not rows:
        return
    words, pick = _worded(statement, connection.dialect, tuple(rows[0]))
    values: Any = list(map(pick, rows)) if pick else list(rows)
    if len(values) == 1 and connection.dialect.name == "sqlite":
        drive(connection, words, values[0])
    else:
        connection.exec_driver_sql(words, values[0] if len(values) == 1 else values)


def read(connection: Connection, statement: Any, given: Mapping[str, Any]) -> Sequence[Any]:
    """The rows of a query that is asked again and again; no IN in it, and ``given`` are plain values."""
    if connection.dialect.name != "sqlite" or not connection.in_transaction():
        return connection.execute(statement, given).all()
    words, order, fixed, readers = _asked(statement, connection.dialect)
    rows: list[Any] = drive(connection, words, [given[n] if n in given else fixed[n] for n in order])
    if rows and readers:
        return [_understood(row, readers) for row in rows]
    return rows


def put(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Insert one new row with values of any kind."""
    if connection.dialect.name != "sqlite":
        connection.execute(_insert(table), row)
        return
    words, order, writers = _given(table, connection.dialect, tuple(row))
    drive(connection, words, [w(row[n]) if w else row[n] for n, w in zip(order, writers, strict=True)])


def drive(connection: Connection, words: str, values: Sequence[Any] = ()) -> Any:
    """Run one statement on SQLite past all that SQLAlchemy does around it; its rows. Errors are SQLAlchemy's own."""
    bare: Any = connection.connection.dbapi_connection
    try:
        return bare.execute(words, values).fetchall()
    except bare.Error as error:
        raise DBAPIError.instance(
            words, None, error, bare.Error, dialect=connection.dialect, hide_parameters=True
        ) from error


@lru_cache(maxsize=512)
def _asked(statement: Any, dialect: Dialect) -> tuple[str, list[str], dict[str, Any], list[tuple[int, Any]]]:
    """The text of a query, the order of its values, those that it has itself, and what reads which columns."""
    compiled = statement.compile(dialect=dialect)
    kinds = [column.type.dialect_impl(dialect) for column in statement.selected_columns]
    readers = [(place, kind.result_processor(dialect, None)) for place, kind in enumerate(kinds)]
    return (
        str(compiled),
        list(compiled.positiontup),
        dict(compiled.params),
        [(place, reader) for place, reader in readers if reader],
    )


def _understood(row: Sequence[Any], readers: Iterable[tuple[int, Any]]) -> tuple[Any, ...]:
    values = list(row)
    for place, reader in readers:
        values[place] = reader(values[place])
    return tuple(values)


@lru_cache(maxsize=512)
def _given(
    table: Table, dialect: Dialect, columns: tuple[str, ...]
) -> tuple[str, tuple[str, ...], list[Any]]:
    """The text of an insert, the order of its values, and what writes each of them."""
    compiled = _insert(table).compile(dialect=dialect, column_keys=list(columns))
    order = tuple(compiled.positiontup)
    writers = [table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in order]
    return str(compiled), order, writers


def _add_at_once(connection: Connection, statement: Any, rows: Sequence[dict[str, Any]]) -> None:
    """One statement over an array for each column: one plan and one round trip for all rows."""
    names = tuple(rows[0])
    words, writers = _unnested(statement, names)
    arrays = {
        name: f"{{{','.join([write(row[name]) for row in rows])}}}"
        for name, write in zip(names, writers, strict=True)
    }
    connection.exec_driver_sql(words, arrays)


@cache
def _insert(table: Table) -> Any:
    return table.insert()


@lru_cache(maxsize=512)
def _worded(statement: Any, dialect: Dialect, columns: tuple[str, ...]) -> tuple[str, Any]:
    """The text of a statement and what puts a row's values in its order, None where they are given by name."""
    compiled = statement.compile(dialect=dialect, column_keys=list(columns))
    order = compiled.positiontup
    return str(compiled), itemgetter(*order) if order else None


def _distinct(table: Table, rows: Sequence[dict[str, Any]]) -> bool:
    """Whether each row has its own key: one statement may not replace a row twice."""
    return len(set(map(_key(table), rows))) == len(rows)


@cache
def _key(table: Table) -> Any:
    return itemgetter(*(column.name for column in table.primary_key.columns))


@cache
def _plain(table: Table) -> bool:
    return not any(isinstance(column.type, JSON | Date) for column in table.columns)


@lru_cache(maxsize=512)
def _unnested(statement: Any, names: tuple[str, ...]) -> tuple[str, list[Callable[[Any], str]]]:
    """The insert from arrays, and how a value of each column is written in one."""
    from sqlalchemy.dialects import postgresql

    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    quote = dialect.identifier_preparer.quote
    table: Table = statement.table
    whole = str(statement.compile(dialect=dialect, column_keys=list(names)))
    _start, found, rest = whole.partition(" ON CONFLICT ")
    kinds = [_array(table.c[name].type) for name in names]
    arrays = ", ".join(f"%({name})s::{kind}[]" for name, (kind, _write) in zip(names, kinds, strict=True))
    words = (
        f"INSERT INTO {quote(table.name)} ({', '.join(map(quote, names))})"  # noqa: S608 - our own names
        f" SELECT * FROM unnest({arrays}){found}{rest}"
    )
    return words, [write for _kind, write in kinds]


def _array(kind: Any) -> tuple[str, Callable[[Any], str]]:
    """PostgreSQL's type for values of a column, and how one is written as part of an array."""
    found = {
        JSON: ("json", lambda value: _text(None if value is None else json.dumps(value))),
        Date: ("date", lambda value: _text(None if value is None else value.isoformat())),
        LargeBinary: ("bytea", lambda value: "NULL" if value is None else f'"\\\\x{value.hex()}"'),
        BigInteger: ("bigint", _number),
        Boolean: ("boolean", lambda value: "NULL" if value is None else str(bool(value))),
        Integer: ("integer", _number),
        Float: ("float8", _number),
        String: ("text", _text),  # also where the column is shorter: too long a text is refused, not cut
    }
    return next(how for of, how in found.items() if isinstance(kind, of))


def _number(value: Any) -> str:
    return "NULL" if value is None else repr(value)


def _text(value: str | None) -> str:
    if value is None:
        return "NULL"
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def chunks(items: Sequence[Any], size: int) -> Iterable[Sequence[Any]]:
    """The same in parts of a size that a database takes at once."""
    return (items[start : start + size] for start in range(0, len(items), size))
