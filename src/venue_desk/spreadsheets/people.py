"""Understand a spreadsheet as a list of people: what each column is, who stands in each row, and what is doubtful."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from venue_desk.domain import people
from venue_desk.domain.people import BothWays, Doubt, Entry, Likeness
from venue_desk.domain.problem import Problem
from venue_desk.language import _
from venue_desk.spreadsheets import files, headings, tables, writing
from venue_desk.spreadsheets.columns import JOINED, Column, guess
from venue_desk.spreadsheets.files import Cell, Sheet
from venue_desk.spreadsheets.tables import Table, written

_NO_TICK = {"", "-", "–", "0", "x", "X"}
_STEP = 250  # rows between two signs of progress


@dataclass(frozen=True, slots=True)
class Understood:
    """What a file says. ``skipped`` are lines below or between that are no people, with what stood there."""

    file: str
    sheet: str
    sheets: Sequence[str]
    heading_lines: tuple[int, int]
    columns: Sequence[Column]
    entries: Sequence[Entry]
    skipped: Sequence[tuple[int, str]]
    order: BothWays

    @property
    def has_names(self) -> bool:
        return any(column.field == headings.NAME for column in self.columns)

    @property
    def asks_consent(self) -> bool:
        return any(column.field == "consent" for column in self.columns)


def understand(
    path: Path, *, sheet: str | None = None, chosen: Mapping[int, str] | None = None
) -> Understood:
    """Read a file to the end. See ``steps``."""
    return _end(steps(path, sheet=sheet, chosen=chosen))


def understood(
    file: str, sheets: Sequence[Sheet], *, sheet: str | None = None, chosen: Mapping[int, str] | None = None
) -> Understood:
    """The same for sheets that were read already. See ``interpret``."""
    return _end(interpret(file, sheets, sheet=sheet, chosen=chosen))


def _end(work: Generator[float, None, Understood]) -> Understood:
    while True:
        try:
            next(work)
        except StopIteration as end:
            done: Understood = end.value
            return done


def steps(
    path: Path, *, sheet: str | None = None, chosen: Mapping[int, str] | None = None
) -> Generator[float, None, Understood]:
    """Read a file and yield the share done; returns Understood. ``chosen`` maps columns to fields or "" by hand.

    Raises Problem when the file is no spreadsheet, is protected, empty or too big, or has no such sheet.
    """
    yield 0.0
    sheets = files.read(path)
    yield 0.4
    return (yield from interpret(Path(path).name, sheets, sheet=sheet, chosen=chosen))


def interpret(
    file: str,
    sheets: Sequence[Sheet],
    *,
    sheet: str | None = None,
    chosen: Mapping[int, str] | None = None,
) -> Generator[float, None, Understood]:
    """The same for sheets that were read already, so that another mapping needs no second reading."""
    one, table = _choose(file, sheets, sheet)
    columns = guess(table, chosen or {})
    order = _order(table, columns)
    entries: list[Entry] = []
    skipped: list[tuple[int, str]] = []
    below = False
    for at, (line, row) in enumerate(table.rows):
        if at % _STEP == 0:
            yield 0.4 + 0.6 * at / len(table.rows)
        entry = _entry(line, row, columns, order)
        if not any(written(cell) for cell in row):
            continue
        first = next(text for cell in row if (text := written(cell)))
        below = below or (headings.is_total(first) and not _has_facts(entry))
        if _is_person(entry, row, columns, below=below):
            entries.append(entry)
        else:
            skipped.append((line, " · ".join(text for cell in row if (text := written(cell)))[:120]))
    return Understood(
        file,
        one.name,
        [s.name for s in sheets if not s.hidden] or [one.name],
        table.lines,
        columns,
        _with_repeats(entries),
        skipped,
        order,
    )


def _choose(file: str, sheets: Sequence[Sheet], name: str | None) -> tuple[Sheet, Table]:
    if name is not None:
        for sheet in sheets:
            if sheet.name == name:
                return sheet, tables.find(sheet)
        raise Problem(
            _("“{file}” has no sheet “{sheet}”.").format(file=file, sheet=name),
            _("It has: {sheets}.").format(sheets=", ".join(s.name for s in sheets)),
        )
    found = [(sheet, tables.find(sheet)) for sheet in sheets if not sheet.hidden] or [
        (sheet, tables.find(sheet)) for sheet in sheets
    ]
    return max(found, key=lambda pair: (pair[1].known, min(len(pair[1].rows), 50)))


def _order(table: Table, columns: Sequence[Column]) -> BothWays:
    at = next((c.index for c in columns if c.field in ("birth", "birth_date")), None)
    return people.which_order(row[at] for _line, row in table.rows) if at is not None else BothWays(0, 0, 0)


def _has_facts(entry: Entry) -> bool:
    return bool(entry.nik or entry.phone or entry.birth_date or entry.email) or any(
        doubt.code in ("nik-damaged", "nik-length", "phone-length", "date-unlikely") for doubt in entry.doubts
    )


def _is_person(entry: Entry, row: Sequence[Cell], columns: Sequence[Column], *, below: bool) -> bool:
    if _has_facts(entry):
        return True
    if not entry.name or below:
        return False
    # A name that stands alone counts, but not the date and place under the list or a line to sign on.
    named = next((written(row[c.index]) for c in columns if c.field == headings.NAME), "")
    return not headings.is_total(named)


def _entry(line: int, row: Sequence[Cell], columns: Sequence[Column], order: BothWays) -> Entry:
    raw: dict[str, Cell] = {}
    for column in columns:
        cell = row[column.index]
        if column.tick:
            # Under L and under P somebody is ticked.
            if written(cell) not in _NO_TICK:
                raw["sex"] = column.tick
        elif column.field in JOINED and column.field in raw:
            parts = (written(raw[column.field]), written(cell))
            raw[column.field] = JOINED[column.field].join(part for part in parts if part)
        elif column.field:
            raw[column.field] = cell
    name = people.read_name(written(raw.get(headings.NAME)))
    nik = people.read_nik(raw.get("nik"))
    phone, about_phone = people.read_phone(raw.get("phone"))
    place, dated = "", people.Dated(None)
    if "birth" in raw:
        place, dated = people.read_birth(raw["birth"], order)
    if "birth_date" in raw:
        dated = people.read_date(raw["birth_date"], order)
    sex, about_sex = people.read_sex(raw.get("sex"))
    email, about_email = people.read_email(raw.get("email"))
    agreed, about_consent = people.read_yes(raw.get("consent"))
    if "consent" in raw and agreed is None and about_consent is None:
        about_consent = Doubt("consent-missing", "consent")
    before = " ".join(
        part for part in (people.cleaned(written(raw.get("title_before"))), name.before) if part
    )
    after = ", ".join(part for part in (name.after, people.cleaned(written(raw.get("title_after")))) if part)
    dated = _settled(dated, nik.text)
    others = (about_sex, about_email, about_consent)
    return Entry(
        line,
        name.text,
        before,
        after,
        nik.text,
        phone,
        email or "",
        _text(raw.get("birth_place")) or place,
        dated.day,
        sex,
        _text(raw.get("address")),
        _text(raw.get("area")),
        _text(raw.get("organisation")),
        "; ".join(part for part in (_text(raw.get("note")), name.remark) if part),
        agreed,
        (
            *name.doubts,
            *nik.doubts,
            *people.nik_conflicts(nik.text, dated.day, sex),
            *about_phone,
            *dated.doubts,
            *(doubt for doubt in others if doubt),
        ),
        dated.other,
    )


def _text(cell: Cell) -> str:
    return people.cleaned(written(cell))


def _settled(dated: people.Dated, nik: str | None) -> people.Dated:
    """Where day and month could be exchanged, a whole NIK decides: it holds the date of birth too."""
    if dated.day is None or dated.other is None:
        return dated
    told = people.nik_details(nik)
    if told is None:
        return dated
    for day in (dated.day, dated.other):
        if (day.day, day.month) == (told[0].day, told[0].month):
            kept = [doubt for doubt in dated.doubts if doubt.code != "date-order"]
            return people.Dated(day, [*kept, Doubt("date-by-nik", "birth_date", day.isoformat())])
    return dated


def _with_repeats(entries: Sequence[Entry]) -> list[Entry]:
    """Mark those who stand in the file more than once."""
    finder = people.TwinFinder()
    found: dict[str, Entry] = {}
    for entry in entries:
        someone = entry.someone
        twins = finder.twins(someone, most=1) if entry.name else []
        found[someone.id] = _repeating(entry, found[twins[0][0].id], twins[0][1]) if twins else entry
        if entry.name:
            finder.add(someone)
    return list(found.values())


def _repeating(entry: Entry, first: Entry, like: Likeness) -> Entry:
    code = "row-repeated" if like.sameness is people.Sameness.CERTAIN else "row-alike"
    line = first.repeats or first.line
    doubt = Doubt(code, headings.NAME, str(line))
    return replace(entry, repeats=line, reasons=like.words, doubts=(*entry.doubts, doubt))


def export(path: Path, found: Sequence[Mapping[str, object]], *, with_nik: bool = True) -> None:
    """Write people to .xlsx or .csv with headings that ``understand`` reads again. Raises Problem."""
    fields = [field for field in headings.FIELDS if field != "birth" and (with_nik or field != "nik")]
    rows = [[_exported(field, person.get(field)) for field in fields] for person in found]
    names = [_(headings.FIELDS[field]) for field in fields]
    writing.write(path, writing.Page(_("People"), names, rows))


def _exported(field: str, value: object) -> writing.Value:
    if field == "consent" and isinstance(value, Mapping):
        return _("Agreed") if value.get("given") else _("Not agreed")
    return value if isinstance(value, str | date) else None
