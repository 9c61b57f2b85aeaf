"""venue-desk report: the numbers of outcomes, attendance and stalls, on the screen or in a file."""

from pathlib import Path
from typing import Annotated

import typer

from venue_desk.commands.frame import Json, a_day, desk_of, out
from venue_desk.documents import report as document
from venue_desk.domain import clock
from venue_desk.domain.report import Report, Table, shown
from venue_desk.language import _
from venue_desk.queries import reports
from venue_desk.queries import venue as venues

app = typer.Typer(help="The numbers of a period.", no_args_is_help=True)

First = Annotated[str, typer.Option("--from", help="The first day; the year's first where not given.")]
Last = Annotated[str, typer.Option("--until", help="The last day; today where not given.")]
Out = Annotated[Path | None, typer.Option("--out", help="Write a .pdf, .xlsx or .csv file.")]


@app.command()
def outcomes(
    ctx: typer.Context, first: First = "", last: Last = "", out_file: Out = None, as_json: Json = False
) -> None:
    """What became of alumni."""
    _report(ctx, "outcomes", first, last, out_file, as_json)


@app.command()
def attendance(
    ctx: typer.Context, first: First = "", last: Last = "", out_file: Out = None, as_json: Json = False
) -> None:
    """Presence in closed lessons."""
    _report(ctx, "attendance", first, last, out_file, as_json)


@app.command()
def stalls(
    ctx: typer.Context, first: First = "", last: Last = "", out_file: Out = None, as_json: Json = False
) -> None:
    """Market days, turns and takings."""
    _report(ctx, "stalls", first, last, out_file, as_json)


def _report(ctx: typer.Context, kind: str, first: str, last: str, file: Path | None, as_json: bool) -> None:
    today = clock.today()
    until = a_day(last) if last else today
    since = a_day(first) if first else until.replace(month=1, day=1)
    with desk_of(ctx) as desk:
        made = desk.ask(reports.make, kind, since, until, today)
        venue = desk.ask(venues.details)
    if file is not None:
        for _progress in document.write(made, venue, file):
            pass
        out(
            {"file": file, "totals": made.totals},
            _("The report is in {file}.").format(file=file),
            as_json,
        )
        return
    out(_plain(made), list(_lines(made)), as_json)


def _plain(made: Report) -> dict[str, object]:
    """What scripts read: the totals, and the tables row by row under their headings."""
    return {
        "report": made.kind,
        "from": made.first,
        "until": made.last,
        "totals": made.totals,
        "tables": [
            {
                "title": table.title,
                "columns": [column.title for column in table.columns],
                "rows": table.rows,
            }
            for table in made.tables
        ],
    }


def _lines(made: Report) -> list[str]:
    lines = [made.title, made.period, made.sentence, ""]
    lines += [f"{one.label}: {shown(one.value, one.form)}  {one.note}".rstrip() for one in made.figures]
    for table in made.tables:
        lines += ["", table.title, *_table_lines(table)]
    return [*lines, "", *made.notes]


def _table_lines(table: Table) -> list[str]:
    if not table.rows:
        return [table.empty]
    cells = [[column.title for column in table.columns]]
    cells += [
        [shown(value, column.form) for value, column in zip(row, table.columns, strict=True)]
        for row in table.rows
    ]
    widths = [max(len(row[place]) for row in cells) for place in range(len(table.columns))]
    right = [column.form != "text" for column in table.columns]
    return [
        "  ".join(
            cell.rjust(width) if at_right else cell.ljust(width)
            for cell, width, at_right in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in cells
    ]
