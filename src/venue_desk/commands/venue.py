"""Commands for the venue as a whole: set up, back up, restore, check."""

from pathlib import Path
from typing import Annotated

import typer

from venue_desk.actions import sample as sample_parish
from venue_desk.actions import venue
from venue_desk.commands.frame import Json, data_folder, desk_of, out
from venue_desk.domain.venue import Signer
from venue_desk.language import _
from venue_desk.store import database
from venue_desk.store.desk import Desk

app = typer.Typer()


@app.command()
def init(
    ctx: typer.Context,
    name: Annotated[str, typer.Option("--name", help="The venue's name.")] = "",
    kind: Annotated[str, typer.Option("--kind", help="parish, school, prison or hall.")] = "parish",
    area: Annotated[str, typer.Option("--area", help="Town or regency, as on letters.")] = "",
    address: Annotated[str, typer.Option("--address")] = "",
    market: Annotated[str, typer.Option("--market", help="Name of the weekly market.")] = "Kedai",
    stalls: Annotated[int, typer.Option("--stalls", help="How many stalls it has.")] = 0,
    signer: Annotated[
        list[str] | None, typer.Option("--signer", help="Who signs: “Name; title; NIP”. May be repeated.")
    ] = None,
    sample: Annotated[bool, typer.Option("--sample", help="Fill it with a made-up parish to try.")] = False,
    as_json: Json = False,
) -> None:
    """Set up a venue in the data folder."""
    folder = data_folder(ctx)
    desk = Desk.create(folder)
    try:
        if sample:
            desk.do(sample_parish.parish, name=name)
        else:
            desk.do(
                venue.set_up,
                name=name,
                kind=kind,
                area=area,
                address=address,
                market=market,
                stalls=stalls,
                signers=[_signer(text) for text in signer or ()],
            )
    except BaseException:
        desk.close()
        database.remove(folder)
        raise
    made = {"folder": folder, "venue": desk.venue}
    desk.close()
    out(made, _("The venue is set up in {folder}.").format(folder=folder), as_json)


def _signer(text: str) -> Signer:
    name, title, nip = (*(part.strip() for part in text.split(";")), "", "")[:3]
    return Signer(name, title, nip)


@app.command()
def backup(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="The backup's file.")],
    as_json: Json = False,
) -> None:
    """Copy all records to a file, encrypted, and check the copy."""
    with desk_of(ctx) as desk:
        database.backup(desk.engine, file)
    out({"file": file}, _("Backed up to {file} and checked.").format(file=file), as_json)


@app.command()
def restore(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="A backup's file.")],
    as_json: Json = False,
) -> None:
    """Put a backup in the place of the records; what was there is kept beside it."""
    kept = database.restore(data_folder(ctx), file)
    text = _("Restored from {file}.").format(file=file)
    if kept:
        text += " " + _("What was there before is kept in {file}.").format(file=kept)
    out({"restored": file, "kept": kept}, text, as_json)


@app.command()
def check(ctx: typer.Context, as_json: Json = False) -> int:
    """Check the file and the chain of the journal; exit code 1 when something is wrong."""
    with desk_of(ctx) as desk:
        faults = desk.check()
    text = "\n".join(faults) if faults else _("All records are whole, and the journal's chain is unbroken.")
    out({"faults": faults}, text, as_json)
    return 1 if faults else 0
