"""Text files with separated columns (.csv, .tsv, .txt), whatever program wrote them."""

import codecs
import contextlib
import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from typing import Literal

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEPARATORS = (",", ";", "\t", "|")
_SEP_LINE = re.compile(r"\ufeff?\"?sep=(.)\"?\r?\n", re.IGNORECASE)
_FORMULA_TEXT = re.compile(r'="((?:[^"]|"")*)"')
_MOST_LINES = 40  # in one cell
_LOOK = 64 * 1024  # characters looked at to find the separator


def decoded(data: bytes) -> str | None:
    """The text of a file, or None when it is none: UTF-8, UTF-16 and UTF-32 with or without mark, else Windows-1252."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            # What is damaged in the middle is no reason to lose the rest.
            return data.decode(encoding, errors="replace").removeprefix("\ufeff")
    start = data[:4096]
    if start.count(0) > len(start) // 4:
        encoding = "utf-16-le" if start[1::2].count(0) >= start[::2].count(0) else "utf-16-be"
        text = data.decode(encoding, errors="replace")
    else:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
    strange = sum(1 for c in text[:4096] if (c < " " and c not in "\t\r\n\f") or c == "\x7f")
    return None if strange * 50 > min(len(text), 4096) or "\0" in text[:4096] else text


def separator(text: str) -> str:
    """The sign between columns: the one that cuts most lines into the same number of pieces."""
    sample = text[:_LOOK]
    if len(text) > _LOOK:
        sample = sample.rpartition("\n")[0] or sample
    best, best_score = ",", 0.0
    for sign in _SEPARATORS:
        if sign not in sample:
            continue
        widths = Counter(len(row) for row in _parsed(sample, sign)[:100] if row)
        wide = {width: count for width, count in widths.items() if width > 1}
        if not wide:
            continue
        width, count = max(wide.items(), key=lambda pair: (pair[1], pair[0]))
        score = count / widths.total() * (1 + min(width, 20) / 20)
        if score > best_score:
            best, best_score = sign, score
    return best


def rows(text: str) -> list[tuple[int, list[str]]]:
    """Each row with the number of the line it begins on, from 1. Excel's ``="0812"`` becomes ``0812``."""
    first = 1
    if named := _SEP_LINE.match(text):
        sign, text, first = named[1], text[named.end() :], 2
    else:
        sign = separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign)
    found: list[tuple[int, list[str]]] = []
    line = 0
    try:
        for row in reader:
            found.append((first + line, [_plain(cell) for cell in row]))
            line = reader.line_num
        unclosed = any(cell.count("\n") > _MOST_LINES for _line, row in found for cell in row)
    except csv.Error:
        unclosed = True
    if unclosed:
        # A quote that is never closed swallows the rest of the file: read it without quotes then.
        found = [(first + at, row) for at, row in enumerate(_parsed(text, sign, csv.QUOTE_NONE))]
    return found


def _parsed(text: str, sign: str, quoting: Literal[0, 3] = csv.QUOTE_MINIMAL) -> Sequence[list[str]]:
    found: list[list[str]] = []
    with contextlib.suppress(csv.Error):
        found.extend(csv.reader(io.StringIO(text, newline=""), delimiter=sign, quoting=quoting))
    return found


def _plain(cell: str) -> str:
    if cell.startswith("=") and (quoted := _FORMULA_TEXT.fullmatch(cell.strip())):
        return quoted[1].replace('""', '"')
    return cell
