"""Find the table in a sheet: letterheads above, headings over one or more rows, signatures and totals below."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from venue_desk.domain.people import plain
from venue_desk.spreadsheets import headings
from venue_desk.spreadsheets.files import Cell, Sheet

_LOOK = 60  # rows in which the headings are looked for
_DEEPEST = 8  # rows that headings may take


@dataclass(frozen=True, slots=True)
class Table:
    """Headings, one a column, the lines they stand on (0, 0 if there are none), and all rows below."""

    headings: Sequence[str]
    lines: tuple[int, int]
    rows: Sequence[tuple[int, Sequence[Cell]]]
    known: int
    """How many headings we know."""

    @property
    def width(self) -> int:
        return len(self.headings)


def written(cell: Cell) -> str:
    """A cell as one line of text, as a person would write it."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e18:
        return str(int(cell))
    if isinstance(cell, date):
        return cell.isoformat()[:10]
    return " ".join(str(cell).split())


def find(sheet: Sheet) -> Table:
    """The table of a sheet. Without headings that look like some, every row is data."""
    rows = sheet.rows
    width = max((_used(row) for _line, row in rows), default=0)
    best, best_score, best_known = -1, 0.0, 0
    lowest = max((at for at, (_line, row) in enumerate(rows) if _used(row)), default=0)
    for at in range(min(len(rows), _LOOK)):
        score, known = _like_headings(rows[at][1], width)
        # Among rows of words that we do not know, the first is the likeliest; and headings have something below.
        if (best >= 0 and not known and not best_known) or (
            at == lowest and any(_used(r) for _l, r in rows[:at])
        ):
            continue
        if score > best_score:
            best, best_score, best_known = at, score, known
    if best < 0:
        return Table([""] * width, (0, 0), [(line, _wide(row, width)) for line, row in rows], 0)
    last = _last_row(sheet, best)
    names = _joined(sheet, best, last, width)
    body = [(line, _wide(row, width)) for line, row in rows[last + 1 :]]
    return Table(names, (rows[best][0], rows[last][0]), _without_repeats(names, body), best_known)


def _used(row: Sequence[Cell]) -> int:
    for at in range(len(row), 0, -1):
        if written(row[at - 1]):
            return at
    return 0


def _wide(row: Sequence[Cell], width: int) -> list[Cell]:
    return [*row[:width], *[None] * (width - len(row))]


def _like_headings(row: Sequence[Cell], width: int) -> tuple[float, int]:
    """How much a row looks like headings, 0 for not at all, and how many of them we know."""
    cells = [(cell, written(cell)) for cell in row]
    filled = [(cell, text) for cell, text in cells if text]
    texts = [text for cell, text in filled if isinstance(cell, str) and any(c.isalpha() for c in text)]
    if not texts or len(texts) < 0.7 * len(filled):
        return 0.0, 0
    # Data has NIKs, phones and dates in it; a heading has few digits.
    if any(sum(c.isdigit() for c in text) > 7 for text in texts):
        return 0.0, 0
    known = [found.field for text in texts if len(text) < 80 and (found := headings.read(text))]
    fields = {field for field in known if field != headings.IGNORED}
    distinct = len({plain(text) for text in texts})
    if width > 1 and len(texts) < 2 and not fields:
        return 0.0, 0
    score = 3.0 * len(fields) + 1.0 * (len(known) - len(fields)) + 0.2 * distinct
    if headings.NAME in fields:
        score += 3
    # The title of a list ("Daftar peserta") is one long cell; real headings stand side by side.
    if len(texts) == 1 and width > 2:
        score *= 0.3
    return score, len(fields)


def _last_row(sheet: Sheet, first: int) -> int:
    """The last row of the headings: as far down as a merged block that begins in them reaches."""
    last = first
    grew = True
    while grew:
        grew = False
        for top, _left, bottom, _right in sheet.merged:
            if first <= top <= last < bottom < min(first + _DEEPEST, len(sheet.rows)):
                last, grew = bottom, True
    if (
        last == first
        and first + 1 < len(sheet.rows)
        and _under(sheet.rows[first][1], sheet.rows[first + 1][1])
    ):
        last = first + 1
    return last


def _under(above: Sequence[Cell], below: Sequence[Cell]) -> bool:
    """Whether a row is the second part of headings in a file that does not say what was merged."""
    texts = [(at, written(cell)) for at, cell in enumerate(below) if written(cell)]
    heads = [at for at, cell in enumerate(above) if written(cell)]
    if not texts or len(texts) > len(heads) or (texts[0][0] == heads[0] and len(heads) > 1):
        return False
    spread = any(at >= len(above) or not written(above[at]) for at, _text in texts)
    return spread and all(
        isinstance(below[at], str) and not any(c.isdigit() for c in text) and len(text) < 30
        for at, text in texts
    )


def _joined(sheet: Sheet, first: int, last: int, width: int) -> list[str]:
    """Headings over several rows as one text a column; a cell merged to the right counts for all it covers."""
    grid = [[written(cell) for cell in _wide(row, width)] for _line, row in sheet.rows[first : last + 1]]
    for top, left, bottom, right in sheet.merged:
        if first <= top <= last and left < width:
            for at in range(left + 1, min(right + 1, width)):
                grid[top - first][at] = grid[top - first][left]
            # The block's own lower rows repeat nothing.
            for row in range(top + 1, min(bottom, last) + 1):
                for at in range(left, min(right + 1, width)):
                    grid[row - first][at] = ""
    if not sheet.merged and last > first:
        for at in range(1, width):
            if not grid[0][at] and grid[1][at]:
                grid[0][at] = grid[0][at - 1]
    return [" ".join(dict.fromkeys(row[at] for row in grid if row[at])) for at in range(width)]


def _without_repeats(
    names: Sequence[str], rows: Sequence[tuple[int, Sequence[Cell]]]
) -> list[tuple[int, Sequence[Cell]]]:
    """Headings come again on each printed page, and forms number their columns below them: (1) (2) (3)."""
    kept = []
    for at, (line, row) in enumerate(rows):
        texts = [written(cell) for cell in row]
        if sum(bool(text) for text in texts) > 1 and all(
            text == "" or text in name for text, name in zip(texts, names, strict=True)
        ):
            continue
        if at == 0:
            numbers = [text.strip("()") for text in texts if text]
            if len(numbers) > 2 and numbers == [str(n) for n in range(1, len(numbers) + 1)]:
                continue
        kept.append((line, row))
    return kept
