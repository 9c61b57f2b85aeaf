"""venue-desk outcomes: alumni who are due for contact, and what became of each."""

from typing import Annotated

import typer

from venue_desk.actions import outcomes as actions
from venue_desk.commands.frame import Json, a_day, desk_of, out
from venue_desk.domain import clock, outcomes
from venue_desk.domain.problem import Problem
from venue_desk.language import _, date_medium, ngettext, number
from venue_desk.queries import outcomes as queries
from venue_desk.queries.outcomes import AlumnusRow, Told

app = typer.Typer(help="What became of alumni.", no_args_is_help=True)


@app.command("list")
def list_(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(help="Part of a name, phone or class.")] = "",
    due: Annotated[bool, typer.Option("--due", help="Only those who are due for contact.")] = False,
    kind: Annotated[str, typer.Option("--kind", help="employed, self_employed, training, …")] = "",
    as_json: Json = False,
) -> None:
    """List alumni, those due for contact first."""
    if kind and kind not in outcomes.KINDS:
        raise Problem(
            _("“{text}” is no outcome.").format(text=kind),
            hint=_("Use {choices}.").format(choices=", ".join(outcomes.KINDS)),
        )
    with desk_of(ctx) as desk:
        rows = desk.ask(queries.alumni, clock.today(), text, kind=kind or None, due_only=due)
    count = ngettext("{count} alumnus", "{count} alumni", len(rows)).format(count=number(len(rows)))
    out(rows, [*(_line(row) for row in rows), count], as_json)


@app.command()
def show(
    ctx: typer.Context,
    who: Annotated[str, typer.Argument(help="The alumnus: an id or part of a name.")],
    as_json: Json = False,
) -> None:
    """Show all that was learnt of an alumnus, the newest first."""
    with desk_of(ctx) as desk:
        row = desk.ask(queries.named, who, clock.today())
        told = desk.ask(queries.timeline, row.person_id)
    out({"alumnus": row, "timeline": told}, [_line(row), *map(_told_line, told)], as_json)


@app.command()
def record(
    ctx: typer.Context,
    who: Annotated[str, typer.Argument(help="The alumnus: an id or part of a name.")],
    kind: Annotated[str, typer.Argument(help="employed, self_employed, training, not_working or unknown.")],
    employer: Annotated[str, typer.Option("--employer", help="Employer, or name of the business.")] = "",
    role: Annotated[str, typer.Option("--role", help="What work it is.")] = "",
    related: Annotated[
        bool | None, typer.Option("--related/--not-related", help="Work in the trade learned.")
    ] = None,
    since: Annotated[str, typer.Option("--since", help="Since when: 2025-11-22.")] = "",
    verified: Annotated[
        str, typer.Option("--verified", help="phone, visit, document, employer or self.")
    ] = "",
    on: Annotated[str, typer.Option("--on", help="The day it was learnt, where not today.")] = "",
    note: Annotated[str, typer.Option("--note")] = "",
    as_json: Json = False,
) -> None:
    """Record what became of an alumnus."""
    with desk_of(ctx) as desk:
        row = desk.ask(queries.named, who, clock.today())
        desk.do(
            actions.record,
            row.enrolment_id,
            kind,
            employer=employer,
            role=role,
            related=related,
            since=a_day(since) if since else None,
            verified=verified,
            note=note,
            on=a_day(on) if on else clock.today(),
        )
        seen = desk.ask(queries.alumnus, row.person_id, clock.today())
    out(seen, _line(seen) if seen else "", as_json)


@app.command()
def refer(
    ctx: typer.Context,
    who: Annotated[str, typer.Argument(help="The alumnus: an id or part of a name.")],
    where: Annotated[str, typer.Argument(help="jakpreneur, ppkukm or partner.")],
    reference: Annotated[str, typer.Option("--reference", help="The referral's number.")] = "",
    as_json: Json = False,
) -> None:
    """Refer an alumnus to a programme or a company."""
    with desk_of(ctx) as desk:
        row = desk.ask(queries.named, who, clock.today())
        desk.do(actions.refer, row.enrolment_id, where, reference, on=clock.today())
        seen = desk.ask(queries.alumnus, row.person_id, clock.today())
    out(seen, _line(seen) if seen else "", as_json)


def _line(row: AlumnusRow) -> str:
    parts = [row.name, row.course, outcomes.kind_name(row.kind), row.employer]
    if row.referral:
        parts.append(f"{outcomes.referral_name(row.referral)} {row.reference}".strip())
    if row.due:
        parts.append(
            _("due since {day}, {months} months after").format(
                day=date_medium(row.due.since), months=row.due.months
            )
        )
    return " · ".join(filter(None, parts))


def _told_line(one: Told) -> str:
    parts = [
        date_medium(one.recorded_on),
        outcomes.kind_name(one.kind),
        one.employer,
        one.role,
        outcomes.verification_name(one.verified),
        f"{outcomes.referral_name(one.referral)} {one.reference}".strip(),
        one.note,
    ]
    return "  " + " · ".join(filter(None, parts))
