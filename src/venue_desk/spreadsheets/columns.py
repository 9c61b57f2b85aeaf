"""Tell what each column of a list is: by its heading, by what is in it, or as a person said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from venue_desk.domain import people
from venue_desk.language import _
from venue_desk.spreadsheets import headings
from venue_desk.spreadsheets.files import Cell
from venue_desk.spreadsheets.tables import Table, written

CONTENT_ENOUGH = 0.7  # share of a column's cells that must fit before content alone decides

# Fields that may stand in several columns, and what is put between them.
JOINED = {headings.NAME: " ", "address": " ", "area": ", "}


@dataclass(frozen=True, slots=True)
class Column:
    """A column as understood. ``field`` is "" for one that is not taken."""

    index: int
    heading: str
    field: str
    why: str
    """heading, content, chosen (by a person), or "" """
    samples: Sequence[str]
    damaged_lines: Sequence[int] = ()
    """The lines on which this column has a NIK that was kept as a number."""
    tick: str = ""
    """L or P where people are ticked in a column of their own for each sex."""

    @property
    def damaged(self) -> int:
        return len(self.damaged_lines)

    @property
    def letter(self) -> str:
        """As spreadsheets name it: A, B, … Z, AA."""
        name, at = "", self.index + 1
        while at:
            at, rest = divmod(at - 1, 26)
            name = chr(65 + rest) + name
        return name

    @property
    def title(self) -> str:
        return self.heading or _("Column {letter}").format(letter=self.letter)


def guess(table: Table, chosen: Mapping[int, str]) -> list[Column]:
    """The columns of a table; ``chosen`` maps some of them to fields by hand."""
    cells = [[row[at] for _line, row in table.rows] for at in range(table.width)]
    fields: dict[int, tuple[str, str]] = {at: (field, "chosen") for at, field in chosen.items()}
    offers: list[tuple[float, int, str, str]] = []
    for at, name in enumerate(table.headings):
        if at in fields:
            continue
        meant = headings.read(name) if name else None
        if meant is not None:
            fits = headings.content(cells[at][:400], _content_field(meant.field))
            offers.append((meant.sure + fits, at, meant.field, "heading"))
        else:
            for field in headings.CONTENT_FIELDS:
                fits = headings.content(cells[at][:400], field)
                if fits >= CONTENT_ENOUGH:
                    # Content alone counts less than any heading.
                    offers.append((fits / 3, at, field, "content"))
    taken = {field for field, _why in fields.values() if field not in ("", headings.NAME)}
    any_name = any(field == headings.NAME for field, _why in fields.values())
    for _score, at, field, why in sorted(offers, key=lambda offer: (-offer[0], offer[1])):
        if at in fields or field in taken or _crowded(field, taken):
            continue
        if field == headings.NAME:
            # First and last name may stand apart, but only where the headings say so.
            if any_name and not (why == "heading" and _part_of_name(table.headings[at])):
                continue
            any_name = True
        elif field != headings.IGNORED and not (why == "heading" and _shared(field, table.headings[at])):
            taken.add(field)
        fields[at] = "" if field == headings.IGNORED else field, why
    return [
        Column(
            at,
            name,
            *fields.get(at, ("", "")),
            _samples(cells[at]),
            _damaged(table, at) if _about_nik(name, fields.get(at)) else (),
            headings.tick(name) if fields.get(at, ("", ""))[0] == "sex" else "",
        )
        for at, name in enumerate(table.headings)
    ]


def _shared(field: str, heading: str) -> bool:
    """Whether another column may hold this field too."""
    return field in JOINED or bool(field == "sex" and headings.tick(heading))


def _content_field(field: str) -> str:
    return "birth_date" if field == "birth" else field


def _crowded(field: str, taken: set[str]) -> bool:
    """Place and date of birth in one column or in two, not both."""
    return (field == "birth" and bool(taken & {"birth_date", "birth_place"})) or (
        field in ("birth_date", "birth_place") and "birth" in taken
    )


def _part_of_name(heading: str) -> bool:
    meant = headings.read(heading)
    return meant is not None and meant.field == headings.NAME and meant.sure == 0.95


def _about_nik(heading: str, field: tuple[str, str] | None) -> bool:
    if field and field[0] == "nik":
        return True
    meant = headings.read(heading) if heading else None
    return meant is not None and meant.field == "nik"


def _damaged(table: Table, at: int) -> list[int]:
    return [line for line, row in table.rows if people.read_nik(row[at]).damaged]


def _samples(cells: Sequence[Cell]) -> list[str]:
    found = dict.fromkeys(text for cell in cells[:100] if (text := written(cell)))
    return list(found)[:3]
