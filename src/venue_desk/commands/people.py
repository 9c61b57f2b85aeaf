"""People on the command line: import, add, list, find, merge, export, show."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from venue_desk.actions import imports, merging
from venue_desk.actions import people as actions
from venue_desk.commands.frame import Json, desk_of, out
from venue_desk.domain import clock
from venue_desk.domain.courses import PLACES
from venue_desk.domain.people import Choice, Standing, usual_choice
from venue_desk.domain.problem import Problem
from venue_desk.language import _, date_long, ngettext
from venue_desk.queries import courses, person, series, twins
from venue_desk.queries import people as queries
from venue_desk.queries.people import PersonRow
from venue_desk.queries.twins import Compared
from venue_desk.spreadsheets import headings
from venue_desk.spreadsheets import people as lists
from venue_desk.spreadsheets.people import Understood
from venue_desk.store.desk import Desk

app = typer.Typer(help="Participants: import, add, list, find, merge, export.", no_args_is_help=True)


def _person(row: PersonRow) -> dict[str, Any]:
    return {**asdict(row), "shown": row.shown}


def _line(row: PersonRow) -> str:
    return "  ".join(part for part in (row.id[:8], row.shown, row.phone, row.nik) if part)


@app.command("add")
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="The full name, with titles and degrees.")],
    nik: Annotated[str, typer.Option(help="NIK, 16 digits.")] = "",
    phone: Annotated[str, typer.Option(help="Phone, 08… or +62….")] = "",
    email: Annotated[str, typer.Option(help="E-mail.")] = "",
    birth_place: Annotated[str, typer.Option(help="Place of birth.")] = "",
    birth_date: Annotated[str, typer.Option(help="Date of birth, day first or year first.")] = "",
    sex: Annotated[str, typer.Option(help="L or P.")] = "",
    address: Annotated[str, typer.Option(help="Address.")] = "",
    area: Annotated[str, typer.Option(help="Village, district.")] = "",
    organisation: Annotated[str, typer.Option(help="Organisation.")] = "",
    note: Annotated[str, typer.Option(help="Note.")] = "",
    consent: Annotated[bool | None, typer.Option(help="They agreed to their data being kept.")] = None,
    as_json: Json = False,
) -> None:
    """Add a person."""
    given: dict[str, Any] = {
        "nik": nik,
        "phone": phone,
        "email": email,
        "birth_place": birth_place,
        "birth_date": birth_date,
        "sex": sex,
        "address": address,
        "area": area,
        "organisation": organisation,
        "note": note,
    }
    fields = {field: value for field, value in given.items() if value}
    if consent is not None:
        fields["consent"] = consent
    with desk_of(ctx) as desk:
        person_id = desk.do(actions.add, name, **fields)
        row = desk.ask(queries.rows, [person_id])[0]
        alike = desk.ask(twins.alike, person_id)
        lines = [_line(row)]
        lines += [
            _("Likely the same person as {name}: {reasons}.").format(
                name=one.person.shown, reasons=one.likeness.words
            )
            for one in alike
        ]
        out({**_person(row), "alike": [_person(one.person) for one in alike]}, lines, as_json)


@app.command("list")
def list_(
    ctx: typer.Context,
    most: Annotated[int, typer.Option("--limit", help="How many at most; 0 for all.")] = 0,
    as_json: Json = False,
) -> None:
    """List all people by name."""
    with desk_of(ctx) as desk:
        ids = desk.ask(queries.ids)
        _print(desk.ask(queries.rows, ids[:most] if most else ids), as_json)


@app.command("find")
def find(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(help="Part of a name or phone, or the end of a NIK.")],
    most: Annotated[int, typer.Option("--limit", help="How many at most.")] = 50,
    as_json: Json = False,
) -> None:
    """Find people by part of a name in new or old spelling, of a phone, or the last digits of a NIK."""
    with desk_of(ctx) as desk:
        _print(desk.ask(queries.found, text, most), as_json)


def _print(rows: Sequence[PersonRow], as_json: bool) -> None:
    lines = [_line(row) for row in rows] or [_("Nobody.")]
    out([_person(row) for row in rows], lines, as_json)


@app.command("show")
def show(
    ctx: typer.Context,
    who: Annotated[str, typer.Argument(metavar="PERSON", help="An id, a whole NIK or a name.")],
    as_json: Json = False,
) -> None:
    """Show one person with the courses they took part in."""
    with desk_of(ctx) as desk:
        row = desk.ask(queries.named, who)
        card = desk.ask(person.card, row.id)
        lines = [_line(row)]
        lines += [
            f"  {turn.code}  {turn.course}  {date_long(turn.starts_on)}  {_(PLACES.get(turn.state, turn.state))}"
            + (f"  {_('Joins again: {why}').format(why=turn.exception)}" if turn.exception else "")
            for turn in (card.turns if card else ())
        ]
        doubts = [doubt.words for doubt in card.doubts] if card else []
        out({**asdict(card), "doubts": doubts} if card else None, [*lines, *doubts], as_json)


@app.command("merge")
def merge(
    ctx: typer.Context,
    kept: Annotated[str, typer.Argument(metavar="A", help="Who stays: an id, a whole NIK or a name.")],
    other: Annotated[str, typer.Argument(metavar="B", help="Who turned out to be the same.")],
    as_json: Json = False,
) -> None:
    """Make two records of one person one."""
    with desk_of(ctx) as desk:
        first, second = desk.ask(queries.named, kept), desk.ask(queries.named, other)
        desk.do(merging.merge, first.id, second.id)
        row = desk.ask(queries.rows, [first.id])[0]
        out(_person(row), _("Merged: {other} → {name}").format(other=second.shown, name=row.shown), as_json)


@app.command("export")
def export(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="A .xlsx or .csv file.")],
    without_nik: Annotated[bool, typer.Option("--without-nik", help="Leave the NIK out.")] = False,
    as_json: Json = False,
) -> None:
    """Write all people to a spreadsheet, NIKs as text."""
    with desk_of(ctx) as desk:
        found = desk.ask(queries.exported)
        lists.export(file, found, with_nik=not without_nik)
        if not without_nik:
            desk.do(actions.note_export, len(found))
        text = ngettext("{count} person written to {file}.", "{count} people written to {file}.", len(found))
        out({"file": str(file), "people": len(found)}, text.format(count=len(found), file=file.name), as_json)


@app.command("import")
def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="An .xlsx, .xls, .ods or .csv file.")],
    course: Annotated[str, typer.Option(help="Enrol them in the course with this code.")] = "",
    mapping: Annotated[
        list[str] | None, typer.Option("--map", help="COLUMN=FIELD, the column by letter or heading.")
    ] = None,
    sheet: Annotated[
        str | None, typer.Option(help="The sheet, when it is not the one with the list.")
    ] = None,
    likely: Annotated[Choice, typer.Option(help="What those are who are likely here already.")] = Choice.NEW,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would happen, write nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Take a list of people in, as one step that can be undone."""
    with desk_of(ctx) as desk:
        course_id = desk.ask(courses.by_code, course, clock.today()).id if course else None
        understood = lists.understand(file, sheet=sheet)
        if mapping:
            understood = lists.understand(file, sheet=sheet, chosen=_chosen(understood, mapping))
        rows = desk.ask(twins.compared, understood.entries, course_id)
        chosen = {row.entry.line: likely for row in rows if row.standing in (Standing.LIKELY, Standing.ALIKE)}
        done = None
        if not dry_run:
            done = _accept(desk, understood, rows, chosen, course_id)
        lines = [*_told(understood), *_told_rows(rows), *(_told_done(done) if done else ())]
        fresh = desk.ask(series.fresh, course_id) if course_id else None
        lines += [fresh.words] if fresh is not None else []
        if not understood.has_names:
            lines.append(_("No column holds names, so nobody can be taken from this list as it is."))
        if done is None:
            lines.append(_("Nothing was written: this was a trial run."))
        out(_as_json(understood, rows, chosen, done), lines, as_json)


def _accept(
    desk: Desk,
    understood: Understood,
    rows: Sequence[Compared],
    chosen: Mapping[int, Choice],
    course_id: str | None,
) -> imports.Imported:
    if not understood.has_names:
        raise Problem(
            _("No column of “{file}” holds names.").format(file=understood.file),
            _("Say which one does: --map COLUMN=name. The columns are: {columns}.").format(
                columns=", ".join(f"{column.letter} {column.title}" for column in understood.columns[:12])
            ),
        )
    asked = next((column.title for column in understood.columns if column.field == "consent"), "")
    return desk.do(imports.accept, rows, chosen=chosen, course_id=course_id, asked=asked)


def _chosen(understood: Understood, mapping: Sequence[str]) -> dict[int, str]:
    """The columns and fields that ``--map`` names. Raises Problem for one that is neither."""
    found: dict[int, str] = {}
    for one in mapping:
        where, equals, field = one.rpartition("=")
        field = field.strip().lower().replace("-", "_")
        if field in ("none", "skip", "-"):
            field = ""
        if not equals or (field and field not in headings.FIELDS):
            raise Problem(
                _("“{text}” is not COLUMN=FIELD.").format(text=one),
                _("Fields are: {fields}.").format(fields=", ".join((*headings.FIELDS, "none"))),
            )
        wanted = where.strip().casefold()
        columns = [
            column
            for column in understood.columns
            if wanted in (column.heading.casefold(), column.letter.casefold())
        ]
        if not columns:
            raise Problem(
                _("There is no column “{column}”.").format(column=where.strip()),
                _("The columns are: {columns}.").format(
                    columns=", ".join(f"{column.letter} {column.title}" for column in understood.columns[:12])
                ),
            )
        found[columns[0].index] = field
    return found


def _told(understood: Understood) -> list[str]:
    first, last = understood.heading_lines
    lines = [_("{file}, sheet “{sheet}”").format(file=understood.file, sheet=understood.sheet)]
    if first:
        place = str(first) if first == last else f"{first}–{last}"
        lines.append(_("Headings in row {row}").format(row=place))
    for column in understood.columns:
        meaning = _(headings.FIELDS[column.field]) if column.field else "–"
        lines.append(f"  {column.letter}  {column.title} → {meaning}")
        if column.damaged:
            lines.append("     " + _damaged(column.damaged_lines))
    return lines


def _damaged(lines: Sequence[int]) -> str:
    text = ngettext(
        "{count} NIK was kept as a number and is damaged: row {rows}",
        "{count} NIKs were kept as numbers and are damaged: rows {rows}",
        len(lines),
    )
    shown = ", ".join(str(line) for line in lines[:20]) + ("…" if len(lines) > 20 else "")
    return text.format(count=len(lines), rows=shown)


def _told_rows(rows: Sequence[Compared]) -> list[str]:
    lines = []
    for row in rows:
        remarks = [doubt.words for doubt in row.entry.doubts]
        remarks += [f"{one.person.shown}: {one.likeness.words}" for one in row.alike[:1]]
        if row.turn:
            remarks.append(row.turn.words)
        name = row.entry.shown or "–"
        lines.append(f"{row.entry.line:>5}  {name}  [{row.standing.words}]")
        lines += [f"         {remark}" for remark in remarks]
    return lines


def _told_done(done: imports.Imported) -> list[str]:
    lines = [
        ngettext("{count} person added.", "{count} people added.", done.added).format(count=done.added),
        ngettext("{count} row was known.", "{count} rows were known.", done.known).format(count=done.known),
        ngettext("{count} row left out.", "{count} rows left out.", done.skipped).format(count=done.skipped),
    ]
    if done.enrolled:
        lines.append(_("Enrolled: {names}.").format(names=", ".join(done.enrolled)))
    if done.waiting:
        lines.append(_("On the waiting list: {names}.").format(names=", ".join(done.waiting)))
    lines += [f"{one.name}: {one.why}." for one in done.refused]
    return lines


def _as_json(
    understood: Understood,
    rows: Sequence[Compared],
    chosen: Mapping[int, Choice],
    done: imports.Imported | None,
) -> dict[str, Any]:
    counts = {standing.value: 0 for standing in Standing}
    for row in rows:
        counts[row.standing.value] += 1
    return {
        "file": understood.file,
        "sheet": understood.sheet,
        "heading_lines": list(understood.heading_lines),
        "columns": [
            {
                "column": column.letter,
                "heading": column.title,
                "field": column.field or None,
                "why": column.why or None,
                "damaged": column.damaged,
                "damaged_lines": list(column.damaged_lines),
            }
            for column in understood.columns
        ],
        "has_names": understood.has_names,
        "rows": [_row_as_json(row, chosen) for row in rows],
        "skipped": [{"line": line, "text": text} for line, text in understood.skipped],
        "counts": {
            **counts,
            "damaged_nik": sum(any(d.code == "nik-damaged" for d in row.entry.doubts) for row in rows),
            "doubtful_date": sum(
                any(d.field == "birth_date" and d.weight != "repaired" for d in row.entry.doubts)
                for row in rows
            ),
        },
        "result": done,
    }


def _row_as_json(row: Compared, chosen: Mapping[int, Choice]) -> dict[str, Any]:
    entry = asdict(row.entry)
    entry["doubts"] = [
        {"code": doubt.code, "field": doubt.field, "written": doubt.written, "words": doubt.words}
        for doubt in row.entry.doubts
    ]
    return {
        **entry,
        "standing": row.standing.value,
        "choice": chosen.get(row.entry.line, usual_choice(row.standing)).value,
        "alike": [
            {
                "id": one.person.id,
                "name": one.person.shown,
                "score": one.likeness.score,
                "reasons": list(one.likeness.reasons),
            }
            for one in row.alike
        ],
        "turn": (row.turn.name or row.entry.name) if row.turn and not row.turn.by else None,
        "turn_elsewhere": row.turn.by or None if row.turn else None,
    }
