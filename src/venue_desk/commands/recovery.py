"""Commands for the key to the records: how it is kept, and the recovery key that opens them without it."""

from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from venue_desk.commands.frame import Json, data_folder, desk_of, frame_of, out, secret
from venue_desk.documents import recovery as paper
from venue_desk.documents.saving import saved
from venue_desk.domain import recovery
from venue_desk.domain.problem import Problem
from venue_desk.language import N_, _, date_long
from venue_desk.queries import venue
from venue_desk.store import database, origin, vault
from venue_desk.store.desk import Desk

PLACES = {
    vault.KEYRING: N_("The key is in this computer's keyring."),
    vault.FILED: N_("The key is in a file."),
    vault.TYPED: N_("The key is given by the recovery key or the passphrase."),
}

app = typer.Typer(help="The key to the records, and the recovery key that opens them without it.")


@app.command()
def show(ctx: typer.Context, as_json: Json = False) -> None:
    """Say how the key is kept and whether there is a recovery key."""
    with desk_of(ctx) as desk:
        found = vault.standing(desk.folder)
    lines = [_(PLACES[found.place])]
    if found.recovery:
        day = date_long(date.fromisoformat(found.recovery))
        lines.append(_("There is a recovery key, made on {day}.").format(day=day))
    else:
        lines.append(_("There is no recovery key yet: venue-desk recovery new"))
    if found.passphrase:
        lines.append(_("There is a passphrase."))
    out(found, lines, as_json)


@app.command()
def new(
    ctx: typer.Context,
    print_to: Annotated[Path | None, typer.Option("--out", help="Write it to a PDF to print, too.")] = None,
    move: Annotated[bool, typer.Option("--keyring", help="Move the key into the keyring, too.")] = False,
    rekey: Annotated[
        bool,
        typer.Option(
            "--rekey",
            help="The one before may be known to others: give the records a new key, too. "
            "The old one then opens only backups made until now.",
        ),
    ] = False,
    key_file: Annotated[
        Path | None,
        typer.Option("--key-file", help="With --rekey: a new file for the new key, for VENUE_DESK_KEY_FILE."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a recovery key in place of the one before, and show it this once."""
    key, warned = recovery.new(), ""
    with desk_of(ctx) as desk:
        if print_to is not None:
            # On paper before it is in force: what follows must not keep it from being shown.
            for _step in saved(print_to, lambda file: paper.draw(file, key, desk.ask(venue.details).name)):
                pass
        try:
            if rekey:
                warned = _renewed(ctx, desk, key, key_file)
            else:
                vault.keep_recovery(desk.folder, key)
        except BaseException:
            if print_to is not None:
                print_to.unlink(missing_ok=True)
            raise
        moved = move and vault.settle(desk.folder)
    lines = [
        key,
        _("Write it down or print it, and keep it apart from this computer. It is not shown again."),
    ]
    if move and not moved:
        lines.append(_("This computer has no keyring: the key stays in its file."))
    if warned:
        lines.append(warned)
    out({"recovery": key, "moved": moved, "file": print_to, "warning": warned}, lines, as_json)


def made(desk: Desk) -> str:
    """A new recovery key of a desk, which opens its records from now on."""
    key = recovery.new()
    vault.keep_recovery(desk.folder, key)
    return key


def _renewed(ctx: typer.Context, desk: Desk, key: str, target: Path | None) -> str:
    """Give the records a new key, and back them up under it. Returns what went wrong with the backup alone."""
    from venue_desk.store import backups
    from venue_desk.store.rekey import renew

    guarded = vault.PASSPHRASE in vault.ways(desk.folder)
    renew(desk, key, frame_of(ctx).passphrase() if guarded else "", target)
    try:
        backups.make(desk.engine, desk.folder)
    except Problem as problem:
        return str(problem)
    return ""


Typed = Annotated[
    str,
    typer.Argument(
        metavar="[-]", help="“-” reads the recovery key from standard input; without it it is asked for."
    ),
]


@app.command()
def check(ctx: typer.Context, key: Typed = "", as_json: Json = False) -> int:
    """Say whether a recovery key opens these records; exit code 1 when it does not."""
    fits = vault.fits(_there(ctx), vault.RECOVERY, _typed(ctx, key))
    said = _("It opens these records.") if fits else _("This recovery key does not open these records.")
    out({"opens": fits}, said, as_json)
    return 0 if fits else 1


@app.command()
def use(
    ctx: typer.Context,
    key: Typed = "",
    key_file: Annotated[
        Path | None, typer.Option("--key-file", help="Write the key to this file, for VENUE_DESK_KEY_FILE.")
    ] = None,
    backup: Annotated[
        Path | None, typer.Option("--backup", help="A backup of another computer, to be restored here next.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Open the records with the recovery key, and put the key back into the keyring or a key file."""
    typed = _typed(ctx, key)
    folder = data_folder(ctx)
    if backup is not None:
        if (folder / database.FILE).exists():
            raise Problem(
                _("This folder already holds a venue: {folder}").format(folder=folder),
                _("Open it, or choose another folder."),
            )
        origin.take_over(folder, backup, vault.RECOVERY, typed)
    else:
        vault.use(_there(ctx), vault.RECOVERY, typed)
    if key_file is not None:
        vault.to_file(folder, key_file)
    found = vault.standing(folder)
    if found.place == vault.TYPED and key_file is None:
        if found.passphrase:
            # A key file beside the records would undo the passphrase that guards them.
            raise Problem(
                _("A passphrase guards these records, and this computer has no keyring to put the key into."),
                _("Type the key in the window, or name a file for it with --key-file."),
            )
        vault.to_file(folder, folder / vault.KEY_FILE)
        found = vault.standing(folder)
    if backup is None:
        with closing(Desk.open(folder)):
            pass
    out(found, [_("It opens these records."), _(PLACES[found.place])], as_json)


def _there(ctx: typer.Context) -> Path:
    folder = data_folder(ctx)
    if not database.exists(folder):
        raise Problem(
            _("There is no venue in this folder: {folder}").format(folder=folder),
            _("Choose another folder, or set up a venue first."),
        )
    return folder


def _typed(ctx: typer.Context, key: str) -> str:
    if key and key != "-":
        raise Problem(
            _(
                "A recovery key is not written behind a command: there it would stay in the terminal's history."
            ),
            _(
                "Leave it out: it is asked for. “-” reads it from standard input, --recovery-file from a file."
            ),
        )
    return secret(Path(key), "") if key else frame_of(ctx).recovery()
