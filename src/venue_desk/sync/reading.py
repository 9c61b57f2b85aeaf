"""Reading what came from elsewhere: strictly, with limits, every line's hash computed again."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Any, TypeVar

from venue_desk.store.journal import Entry, chain
from venue_desk.sync.messages import (
    ACROSS,
    COLUMNS,
    LARGEST,
    LARGEST_SENT,
    PROTOCOL,
    Answer,
    Lists,
    Request,
    Run,
)

M = TypeVar("M", Request, Answer)


class Malformed(ValueError):
    """A message that we cannot read; its text says where, in English, for the log and the answer."""


def unpack(body: bytes, kind: type[M]) -> M:
    """Read a message as it was sent. Raises Malformed, also for one that is too large."""
    import zstandard

    if len(body) > LARGEST_SENT:
        raise Malformed("too large")
    try:
        text = zstandard.ZstdDecompressor(max_window_size=1 << 27).stream_reader(body).read(LARGEST + 1)
    except zstandard.ZstdError as error:
        raise Malformed("not compressed as agreed") from error
    return decode(text, kind)


def decode(text: bytes, kind: type[M]) -> M:
    """Read a message from lines of JSON, checking every line's hash. Raises Malformed."""
    if len(text) > LARGEST:
        raise Malformed("too large")
    try:
        parts = [json.loads(part, parse_constant=_refuse) for part in text.decode().split("\n")]
    except (ValueError, RecursionError) as error:
        raise Malformed("not JSON") from error
    header = parts[0]
    if not isinstance(header, dict) or header.get("message") != kind.__name__:
        raise Malformed("another message")
    if header.get("protocol") != PROTOCOL:
        raise Malformed("another protocol")
    values = {name: check(header.get(name), name) for name, check in _HEADERS[kind].items()}
    return kind(**values, runs=_runs(header.get("runs"), parts[1:]))


def _runs(heads: Any, columns: list[Any]) -> list[Run]:
    heads = _list(heads, "runs")
    total = sum(_whole(head[3], "count", 1) for head in heads if _list(head, "run", 8))
    if not total and not columns:
        return []
    if len(columns) != len(COLUMNS) + 2:
        raise Malformed("columns")
    for column in columns[:-1]:
        _list(column, "column", total)
    stamps = list(accumulate(columns[0]) if set(map(type, columns[0])) <= {int} else _bad("stamp"))
    if min(stamps) < 0 or max(stamps) >= 1 << 62:
        raise Malformed("stamp")
    for name, column in zip(COLUMNS, columns[1:-1], strict=True):
        _column(name, column)
    entries_of = zip(*columns[1:-1], strict=True)
    deltas = _list(columns[-1], "effective") or [0] * total
    runs: list[Run] = []
    start = 0
    for writer, branch, first, count, previous, last, position, fixed in heads:
        _hex(writer, "writer", 32)
        _whole(first, "first", 1)
        _whole(branch, "branch", 0, 2**31)
        _whole(position, "position", 0)
        hashed = before = bytes.fromhex(_hex(previous, "previous", 64))
        entries: list[Entry] = []
        for number, stamp in enumerate(stamps[start : start + count], first):
            action, name, kind, refers, at, table, row, old, new, over, schema = next(entries_of)
            line = [writer, number, stamp, action, name, kind, refers, at, table, row, old, new, over, schema]
            hashed = chain(hashed, line)
            entries.append(
                Entry(
                    writer,
                    number,
                    stamp,
                    action,
                    name,
                    kind,
                    refers,
                    at,
                    table,
                    row,
                    old,
                    new,
                    over,
                    schema,
                    hashed,
                )
            )
        if hashed.hex() != last:
            raise Malformed("hash")
        effective: list[int] = []
        if fixed:
            part = deltas[start : start + count]
            if len(part) != count or set(map(type, part)) - {int}:
                raise Malformed("effective")
            effective = [e.stamp + d for e, d in zip(entries, part, strict=True)]
            if min(effective) < 0 or max(effective) >= 1 << 62:
                raise Malformed("effective")
        runs.append(Run(writer, branch, first, before, entries, position, effective))
        start += count
    return runs


# Longest text of a column, and whether it may be missing.
_TEXTS = {
    "action": (32, False),
    "name": (200, False),
    "kind": (8, False),
    "refers": (32, True),
    "at": (16, False),
    "table": (64, False),
    "row": (32, False),
    "before": (LARGEST, True),
    "after": (LARGEST, True),
    "over": (LARGEST, False),
}


def _column(name: str, column: Sequence[Any]) -> None:
    if name == "schema":
        for value in set(column) if set(map(type, column)) <= {int} else _bad(name):
            _whole(value, name, 1, 10_000)
        return
    longest, optional = _TEXTS[name]
    kinds = set(map(type, column)) - ({type(None)} if optional else set())
    if kinds - {str}:
        raise Malformed(name)
    texts = [text for text in column if text is not None]
    if texts and max(map(len, texts)) > longest:
        raise Malformed(name)
    # PostgreSQL keeps no NUL; half a surrogate pair is no text at all.
    if any("\0" in text for text in texts):
        raise Malformed(name)
    try:
        "".join(texts).encode()
    except UnicodeEncodeError as error:
        raise Malformed(name) from error


def _bad(what: str) -> Iterable[Any]:
    raise Malformed(what)


def _refuse(name: str) -> None:
    raise ValueError(name)


def _list(value: Any, what: str, length: int | None = None) -> list[Any]:
    if not isinstance(value, list) or (length is not None and len(value) != length):
        raise Malformed(what)
    return value


def _whole(value: Any, what: str, least: int = 0, most: int = 1 << 62) -> int:
    if type(value) is not int or not least <= value <= most:
        raise Malformed(what)
    return value


def _text(value: Any, what: str, longest: int = 1000) -> str:
    if not isinstance(value, str) or len(value) > longest or "\0" in value or not value.isprintable():
        raise Malformed(what)
    return value


def _hex(value: Any, what: str, digits: int) -> str:
    if not isinstance(value, str) or len(value) != digits or set(value) - set("0123456789abcdef"):
        raise Malformed(what)
    return value


def _truth(value: Any, what: str) -> bool:
    if not isinstance(value, bool):
        raise Malformed(what)
    return value


def _standing(value: Any, what: str) -> dict[str, tuple[int, str]]:
    """Per writer, or ``writer/branch``, a number and the beginning of a hash."""
    if not isinstance(value, Mapping) or len(value) > 10_000:
        raise Malformed(what)
    found: dict[str, tuple[int, str]] = {}
    for name, pair in value.items():
        writer, _slash, branch = name.partition("/")
        _hex(writer, what, 32)
        if branch and not (branch.isascii() and branch.isdigit() and len(branch) <= 10):
            raise Malformed(what)
        number, hashed = _list(pair, what, 2)
        found[name] = (_whole(number, what), _text(hashed, what, ACROSS))
    return found


def _digest(value: Any, what: str) -> dict[str, str] | None:
    if value is None:
        return None
    if not isinstance(value, Mapping) or len(value) > 100_000:
        raise Malformed(what)
    return {_text(name, what, 100): _text(sum_, what, 64) for name, sum_ in value.items()}


def _names(value: Any, what: str) -> list[str]:
    return [_text(name, what, 100) for name in _list(value, what)]


def _results(value: Any, what: str) -> list[tuple[str, int, str]]:
    rows = [_list(row, what, 3) for row in _list(value, what)]
    return [(_text(r, what, 20), _whole(n, what), _text(why, what)) for r, n, why in rows]


def _stamps(value: Any, what: str) -> list[tuple[int, int]]:
    return [
        (_whole(i, what), _whole(e, what)) for i, e in (_list(row, what, 2) for row in _list(value, what))
    ]


def _forks(value: Any, what: str) -> list[tuple[str, int, int, int]]:
    rows = [_list(row, what, 4) for row in _list(value, what)]
    return [
        (_hex(w, what, 32), _whole(b, what), _whole(n, what, 1), _whole(to, what)) for w, b, n, to in rows
    ]


def _schema(value: Any, what: str) -> int:
    return _whole(value, what, 1, 10_000)


def _writer(value: Any, what: str) -> str:
    return _hex(value, what, 32)


def _wish(value: Any, what: str) -> bool:
    return False if value is None else _truth(value, what)


def _summary(value: Any, what: str) -> str:
    return "" if value is None else _text(value, what, ACROSS)


def _optional_names(value: Any, what: str) -> list[str] | None:
    return None if value is None else _names(value, what)


def _version(value: Any, what: str) -> int | None:
    return None if value is None else _whole(value, what)


def _lists(value: Any, what: str) -> Lists | None:
    if value is None:
        return None
    since, last, more, *columns = _list(value, what, 7)
    since, last = _whole(since, what), _whole(last, what)
    kinds, keys, versions, values = (_list(column, what, len(_list(columns[0], what))) for column in columns)
    for one in values:
        if one is not None and not isinstance(one, dict):
            raise Malformed(what)
    entries = [
        (_text(kind, what, 16), _text(key, what, 300), _whole(version, what, 1), one)
        for kind, key, version, one in zip(kinds, keys, versions, values, strict=True)
    ]
    if any(not since < version <= last for _kind, _key, version, _value in entries):
        raise Malformed(what)
    return Lists(since, last, _truth(more, what), entries)


_HEADERS: dict[type[Any], dict[str, Callable[[Any, str], Any]]] = {
    Request: {
        "writer": _writer,
        "letter": _text,
        "schema": _schema,
        "epoch": _text,
        "cursor": _whole,
        "at": _text,
        "clock": _whole,
        "have": _standing,
        "compare": _wish,  # what older releases do not say
        "digest": _digest,
        "again": _names,
        "reference": _version,
    },
    Answer: {
        "epoch": _text,
        "now": _whole,
        "cursor": _whole,
        "at": _text,
        "more": _truth,
        "head": _whole,
        "letter": _text,
        "backed": _whole,
        "acknowledged": _standing,
        "results": _results,
        "stamps": _stamps,
        "forks": _forks,
        "summary": _summary,
        "differs": _optional_names,
        "reference": _lists,
    },
}
