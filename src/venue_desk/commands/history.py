"""venue-desk history, undo and redo: what was done, and taking it back."""

from typing import Annotated

import typer

from venue_desk.commands.frame import Json, desk_of, out
from venue_desk.language import _, clock, date_medium
from venue_desk.queries import history as queries
from venue_desk.queries.history import ChangeRow, StepRow

app = typer.Typer()


@app.command()
def history(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(help="Only what this is found in: a name, a value, an action.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many actions at most.")] = 20,
    details: Annotated[bool, typer.Option("--details", help="Also what changed from what to what.")] = False,
    as_json: Json = False,
) -> None:
    """Show who changed what and when, the newest first."""
    with desk_of(ctx) as desk:
        steps = desk.ask(queries.steps, text, limit)
        changes = {
            one.action: desk.ask(queries.changes, one.action, 50) for one in steps if details or as_json
        }
    lines = []
    for one in steps:
        lines.append(_step(one))
        lines += [f"    {_change(change)}" for change in changes.get(one.action, ()) if details]
    out(
        [{"step": one, "changes": changes[one.action]} for one in steps] if as_json else None,
        lines or _("Nothing was done yet."),
        as_json,
    )


@app.command()
def undo(ctx: typer.Context, as_json: Json = False) -> None:
    """Take back the newest action."""
    with desk_of(ctx) as desk:
        name = desk.undo()
    text = _("Taken back: {action}").format(action=_(name)) if name else _("There is nothing to take back.")
    out({"undone": name}, text, as_json)


@app.command()
def redo(ctx: typer.Context, as_json: Json = False) -> None:
    """Do again what was taken back last."""
    with desk_of(ctx) as desk:
        name = desk.redo()
    text = _("Done again: {action}").format(action=_(name)) if name else _("There is nothing to do again.")
    out({"redone": name}, text, as_json)


def _step(one: StepRow) -> str:
    when = queries.moment_day(one.at)
    parts = [f"{date_medium(when)} {clock(one.at)}", one.computer, one.title, one.summary]
    if one.undone:
        parts.append(_("taken back"))
    return " · ".join(filter(None, parts))


def _change(one: ChangeRow) -> str:
    what = " · ".join(filter(None, (one.noun, one.record, one.field)))
    return f"{what}: {one.before or '–'} → {one.after or '–'}"
