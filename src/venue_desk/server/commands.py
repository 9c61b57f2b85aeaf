"""``venue-desk server …``: make a centre, run it, let venues and computers in."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from venue_desk import language
from venue_desk.domain.problem import Problem
from venue_desk.language import _, ngettext, number
from venue_desk.server import agency, desks
from venue_desk.server.console.commands import app as user
from venue_desk.server.frame import Json, Where, centre_of, out, where_of

PORT = 8710


app = typer.Typer(
    name="venue-desk server",
    add_completion=False,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    help="The centre that the desks of many venues sync with.",
)
venue = typer.Typer(no_args_is_help=True, help="Venues.")
app.add_typer(venue, name="venue")
app.add_typer(desks.device, name="device")
app.add_typer(desks.packets, name="packet")
app.add_typer(user, name="user")
app.add_typer(agency.catalogue, name="catalogue")
app.add_typer(agency.keys, name="key")


@app.callback()
def front(
    ctx: typer.Context,
    data: Annotated[Path | None, typer.Option("--data", help="The folder of the centre's records.")] = None,
    database: Annotated[str, typer.Option("--database", help="Or a PostgreSQL database's address.")] = "",
    lang: Annotated[str, typer.Option("--lang", help="Language of what is printed: id or en.")] = "",
) -> None:
    """Choose the centre and the language for the command that follows."""
    if lang:
        try:
            language.use(lang)
        except ValueError:
            raise Problem(
                _("There is no language “{language}”.").format(language=lang), _("Choose id or en.")
            ) from None
    if data is None and not database:
        # Not an argument, because arguments are seen by everybody on the computer.
        database = os.environ.get("VENUE_DESK_DATABASE", "")
    if bool(data) == bool(database):
        raise Problem(
            _("Say where the centre's records are."), _("Give --data FOLDER, or --database ADDRESS.")
        )
    ctx.obj = Where(database or (data or Path()))


def run(arguments: list[str]) -> int:
    """Run one command line of the centre. Returns its exit code: 0, or 2 when it could not do what was asked."""
    before, after = arguments[: arguments.index("server")], arguments[arguments.index("server") + 1 :]
    try:
        result = app(args=[*before, *after], standalone_mode=False)
    except Problem as problem:
        return _tell(problem)
    except typer.Abort:
        return _tell(Problem(_("Stopped; nothing was changed.")))
    except typer.TyperException as error:
        typer.echo(error.format_message(), err=True)
        return error.exit_code
    return result if isinstance(result, int) else 0


def _tell(problem: Problem) -> int:
    typer.echo(problem.text, err=True)
    if problem.hint:
        typer.echo(problem.hint, err=True)
    return 2


@app.command()
def init(
    ctx: typer.Context,
    or_upgrade: Annotated[
        bool, typer.Option("--or-upgrade", help="Where there is a centre already, bring it to this release.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Make an empty centre."""
    from venue_desk.server import database

    place = where_of(ctx)
    if or_upgrade and database.exists(place):
        upgrade(ctx, as_json)
        return
    database.create(place)
    text = _("The centre is ready. Next: venue-desk server … venue add NAME --kind parish")
    out({"made": str(place) if isinstance(place, Path) else True}, text, as_json)


@app.command(name="run")
def serve(
    ctx: typer.Context,
    host: Annotated[str, typer.Option(help="Address to listen at; 0.0.0.0 for all.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen at; 0 for a free one.")] = PORT,
    log: Annotated[
        str, typer.Option(help="Log on stderr, as JSON lines: info (each request), warning, error.")
    ] = "warning",
    as_json: Json = False,
) -> None:
    """Run the centre until it is stopped (Ctrl+C). Several may run over one PostgreSQL database."""
    from venue_desk.server import serving, watching
    from venue_desk.server.centre import Centre

    if log not in ("info", "warning", "error"):
        raise Problem(
            _("There is no log level “{level}”.").format(level=log), _("Choose info, warning or error.")
        )
    watching.log_to_stderr(log)

    centre = Centre(where_of(ctx))
    try:
        taken = serving.listen(host, port)
    except Problem:
        centre.close()
        raise

    def ready(where: str) -> None:
        said = {"address": where}
        typer.echo(json.dumps(said) if as_json else _("The centre is ready at {address}").format(**said))

    serving.run(centre, taken, ready)
    if not as_json:
        typer.echo(_("The centre has stopped."))


@venue.command(name="add")
def venue_add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="The venue's name.")],
    kind: Annotated[str, typer.Option("--kind", help="parish, school, prison or hall.")],
    as_json: Json = False,
) -> None:
    """Add a venue and print its id."""
    from venue_desk.server import devices

    with centre_of(ctx) as centre, centre.writing() as connection:
        made = devices.add_venue(connection, name, kind)
    out({"id": made, "name": name, "kind": kind}, made, as_json)


@venue.command(name="list")
def venue_list(ctx: typer.Context, as_json: Json = False) -> None:
    """All venues with their ids."""
    from venue_desk.server import devices

    with centre_of(ctx) as centre, centre.reading() as connection:
        rows = devices.venues(connection)
    lines = [
        f"{row['id']}  {row['name']}  "
        + ngettext("{count} computer", "{count} computers", row["devices"]).format(
            count=number(row["devices"])
        )
        for row in rows
    ]
    out(rows, lines or _("There are no venues yet."), as_json)


@app.command()
def backup(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="The backup's file.")],
    as_json: Json = False,
) -> None:
    """Copy the centre's records to a file, encrypted, and check the copy."""
    from venue_desk.server import keeping

    with centre_of(ctx) as centre:
        keeping.backup(centre, file)
    out({"file": str(file)}, _("Backed up to {file} and checked.").format(file=file), as_json)


@app.command()
def restore(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="A backup's file.")],
    as_json: Json = False,
) -> None:
    """Put a backup in the place of the centre's records; desks send again what it lacks."""
    from venue_desk.server import keeping

    kept = keeping.restore(where_of(ctx), file)
    text = _("Restored from {file}.").format(file=file)
    out({"restored": str(file), "kept": str(kept)}, text, as_json)


@app.command()
def upgrade(ctx: typer.Context, as_json: Json = False) -> None:
    """Bring the centre's tables to this release; starting does it too, where the login may."""
    with centre_of(ctx):
        pass
    out({"upgraded": True}, _("The centre's tables are of this release."), as_json)


@app.command()
def renew(ctx: typer.Context, as_json: Json = False) -> None:
    """After the database was restored by its own tools: desks compare anew and send what it lacks."""
    from venue_desk.server import keeping

    keeping.renew(where_of(ctx))
    out({"renewed": True}, _("The desks will compare from the beginning."), as_json)


@app.command()
def report(ctx: typer.Context, as_json: Json = False) -> None:
    """What each venue holds: people, courses, certificates, changes, and when a computer was last here."""
    from venue_desk.server import keeping

    with centre_of(ctx) as centre, centre.reading() as connection:
        rows = keeping.report(connection)
    lines = [
        _("{name}: {people} people, {courses} courses, {certificates} certificates; last seen {seen}").format(
            name=row["name"],
            people=number(row["people"]),
            courses=number(row["courses"]),
            certificates=number(row["certificates"]),
            seen=row["seen"] or _("never"),
        )
        for row in rows
    ]
    out(rows, lines or _("There are no venues yet."), as_json)
