"""Commands for the venue as a whole: set up, back up, restore, check."""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from venue_desk.actions import sample as sample_parish
from venue_desk.actions import venue
from venue_desk.commands.frame import (
    Json,
    data_folder,
    default_folder,
    desk_of,
    frame_of,
    out,
    permit_folder,
)
from venue_desk.commands.recovery import made as recovery_key
from venue_desk.domain.problem import Problem
from venue_desk.domain.venue import Signer
from venue_desk.language import _, ngettext, number
from venue_desk.store import backups, database, moving, origin, places, recovery, second, swap, vault
from venue_desk.store.desk import Desk
from venue_desk.store.lock import take

if TYPE_CHECKING:
    from sqlalchemy import Engine

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
    unsafe = places.warning(folder)
    if unsafe:
        typer.echo(f"{unsafe} {_('A better place: {folder}').format(folder=default_folder())}", err=True)
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
    made: dict[str, object] = {"folder": folder, "venue": desk.venue}
    lines = [_("The venue is set up in {folder}.").format(folder=folder)]
    try:
        if not sample and vault.wants_recovery(folder) and vault.keyring_works():
            # Without a keyring the key stays in a file, and that opens the records by itself.
            key = recovery_key(desk)
            vault.settle(folder)
            made["recovery"] = key
            lines += [
                _("Its key is in this computer's keyring. The recovery key, shown this once: {key}").format(
                    key=key
                ),
                _("Write it down or print it, and keep it apart from this computer. It is not shown again."),
            ]
    finally:
        desk.close()
    out(made, lines, as_json)


def _signer(text: str) -> Signer:
    name, title, nip = (*(part.strip() for part in text.split(";")), "", "")[:3]
    return Signer(name, title, nip)


@app.command()
def backup(
    ctx: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(help="The backup's file; without one it goes beside the records.")
    ] = None,
    also: Annotated[
        Path | None,
        typer.Option("--second", help="A stick or another disk that each backup goes to as well."),
    ] = None,
    leave: Annotated[bool, typer.Option("--no-second", help="Copy backups there no more.")] = False,
    as_json: Json = False,
) -> None:
    """Copy all records to a file, encrypted, and check the copy; and to the second place, where one is named."""
    with desk_of(ctx) as desk:
        if leave:
            second.leave(desk.folder)
        if also is not None:
            second.choose(desk.folder, also, desk.venue)
        if file is not None:
            database.backup(desk.engine, file)
        if file is None or also is not None:
            made = backups.make(desk.engine, desk.folder).file
            file = file or made
        named = second.read(desk.folder)
    lines = [_("Backed up to {file} and checked.").format(file=file)]
    if named is not None:
        at = f"{named.verified:%Y-%m-%d %H:%M}" if named.verified else _("not yet")
        lines.append(_("Second place: {folder}, last checked there: {at}").format(folder=named.place, at=at))
    out({"file": file, "second": named}, lines, as_json)


@app.command()
def move(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(help="An empty folder, or one that is not there yet.")],
    as_json: Json = False,
) -> None:
    """Move all records to another folder; a note where they were leads there."""
    folder = folder.absolute()
    with desk_of(ctx) as desk:
        before = desk.folder
        desk.stop(lambda: moving.move(before, folder), moving.bar)
    Desk.open(folder).close()
    lines = [
        _("The records are in {folder} now. A note lies where they were.").format(folder=folder),
    ]
    out({"folder": folder, "before": before}, lines, as_json)


@app.command()
def restore(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="A backup's file.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what it holds and what would be lost.")
    ] = False,
    key_file: Annotated[
        Path | None, typer.Option("--key-file", help="The key file of a backup that another key opens.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Put a backup in the place of the records; what was there is kept beside it."""
    folder = data_folder(ctx)
    folder.mkdir(parents=True, exist_ok=True)
    permit_folder(ctx, chooses=True)
    with closing(take(folder)):
        swap.finish(folder)
        its = _key_of(ctx, folder, file, key_file)
        held = backups.preview(file, its, _current(folder))
        kept = None if dry_run else recovery.restore(folder, file, its)
    lines = _held(held)
    if not dry_run:
        lines.append(_("Restored from {file}.").format(file=file))
    if kept:
        lines.append(_("What was there before is kept in {file}.").format(file=kept))
    out({"restored": None if dry_run else file, "kept": kept, "backup": held}, lines, as_json)


def _key_of(ctx: typer.Context, folder: Path, file: Path, key_file: Path | None) -> str:
    """The key of a backup, which may be another than this desk's."""
    frame = frame_of(ctx)
    if not vault.there(folder):
        # A computer on which nothing was yet: the backup's own key becomes this desk's.
        if key_file is not None:
            origin.take_over(folder, file, origin.FILED, str(key_file))
        elif frame.recovery():
            origin.take_over(folder, file, vault.RECOVERY, frame.recovery())
        elif frame.passphrase():
            origin.take_over(folder, file, vault.PASSPHRASE, frame.passphrase())
        return database.read_key(folder)
    try:
        return origin.key_of(folder, file)
    except origin.BackupKeyNeeded as needed:
        if key_file is not None:
            return origin.key_of(folder, file, origin.FILED, str(key_file))
        for by, typed in ((vault.RECOVERY, frame.recovery), (vault.PASSPHRASE, frame.passphrase)):
            given = typed() if by in needed.ways else ""
            if given:
                return origin.key_of(folder, file, by, given)
        raise Problem(
            needed.text,
            _("{hint} On the command line: --recovery-file, --passphrase-file or restore --key-file.").format(
                hint=needed.hint
            ),
        ) from needed


def _current(folder: Path) -> "Engine | None":
    """The records as they are, where they can be opened."""
    try:
        return database.open_with(folder, database.read_key(folder))[0]
    except Problem:
        return None


def _held(held: backups.Preview) -> list[str]:
    return [
        *([_("It is a backup of another venue: {name}.").format(name=held.venue)] if held.other else []),
        _("It holds {what}.").format(what=held.holds()),
        *(f"  {_step(step)}" for step in held.last),
        held.loses(),
        *(f"  {_step(step)}" for step in held.lost_last),
    ]


def _step(step: backups.Step) -> str:
    return f"{step.at.replace('T', ' ')}  {_(step.name)}"


@app.command()
def recover(
    ctx: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what can be brought back.")] = False,
    as_json: Json = False,
) -> None:
    """Bring back damaged records: from the newest whole backup, and what can be read of the damaged file."""
    folder = data_folder(ctx)
    if not database.exists(folder):
        raise Problem(
            _("There is no venue in this folder: {folder}").format(folder=folder),
            _("Choose another folder, or set up a venue first."),
        )
    # The PINs of this computer stay in force in what is brought back, so nobody is asked for more.
    permit_folder(ctx, chooses=False)
    with closing(take(folder)):
        swap.finish(folder)
        fault = recovery.fault(folder)
        if not fault:
            out({"fault": ""}, _("These records are whole: there is nothing to bring back."), as_json)
            return
        ready = recovery.prepare(folder)
        kept = None if dry_run else recovery.put_back(folder, ready)
    source = ready.backup.file if ready.backup else None
    lines = [
        _("The records are damaged: {why}").format(why=fault),
        _("Backup: {file}").format(file=source)
        if source
        else _("There is no backup; the journal is read alone."),
        ngettext(
            "{count} change is brought back from the damaged file.",
            "{count} changes are brought back from the damaged file.",
            ready.lines,
        ).format(count=number(ready.lines)),
    ]
    if ready.missing:
        lines.append(_missing(ready.missing))
    if kept:
        lines.append(_("The damaged file is kept in {file}.").format(file=kept))
    out(
        {"fault": fault, "backup": source, "brought": ready.lines, "missing": ready.missing, "kept": kept},
        lines,
        as_json,
    )


def _missing(count: int) -> str:
    return ngettext(
        "{count} change that was saved here cannot be read any more.",
        "{count} changes that were saved here cannot be read any more.",
        count,
    ).format(count=number(count))


@app.command()
def check(ctx: typer.Context, as_json: Json = False) -> int:
    """Check the file and the chain of the journal; exit code 1 when something is wrong."""
    folder = data_folder(ctx)
    if database.exists(folder):
        with closing(take(folder)):
            swap.finish(folder)
            fault = recovery.fault(folder)
        if fault:
            hint = _("Bring them back with: venue-desk recover.")
            out({"faults": [fault]}, [_("The records are damaged: {why}").format(why=fault), hint], as_json)
            return 1
    with desk_of(ctx) as desk:
        faults = desk.check()
    text = "\n".join(faults) if faults else _("All records are whole, and the journal's chain is unbroken.")
    out({"faults": faults}, text, as_json)
    return 1 if faults else 0
